//! The one integration-test binary: use cases and stores against a real DynamoDB in the process.

mod budgets;
mod calls;
mod contacts;
mod large;
mod layers;
mod never_lost;
mod path;
mod paying;
mod race;
mod replan;
mod send_now;
mod ses;
mod tomorrow;
mod transfer;
