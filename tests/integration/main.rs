//! The one integration-test binary: use cases and stores against a real DynamoDB in the process.

mod budgets;
mod by_hand;
mod calls;
mod certificates;
mod claims;
mod contacts;
mod earlier;
mod history;
mod holds;
mod large;
mod layers;
mod never_lost;
mod path;
mod paying;
mod payu_client;
mod providers;
mod przelewy24;
mod race;
mod replan;
mod segments;
mod send_now;
mod ses;
mod tomorrow;
mod transfer;
mod vat_relief;
mod words;
