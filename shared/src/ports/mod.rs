//! What the use cases need from outside: small traits, one per thing that is needed.
//!
//! Static dispatch only. Adapters implement them; no use case names an adapter.

// The futures are used on one task only; nobody needs a bound on them.
#![allow(async_fn_in_trait)]

pub mod certificates;
pub mod delivery;
pub mod intake;
pub mod ledger;
pub mod list;
pub mod outside;
pub mod payments;
pub mod store;
pub mod tenant;
pub mod time_line;
pub mod transfer;
