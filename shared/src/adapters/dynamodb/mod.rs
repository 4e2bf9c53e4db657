//! The one table. A `Table` is the connection; a `Store` speaks for one proven creditor and builds
//! every key with it.

mod accounts;
mod admin;
mod agenda;
mod bookings;
mod commit;
mod creditors;
mod directory;
mod documents;
mod evidence;
mod items;
mod kept;
pub mod keys;
mod ledger;
pub mod links;
mod listing;
mod lists;
mod parts;
mod releases;
mod runs;
#[cfg(feature = "test-clock")]
mod test_clock;
mod time_line;
mod transfer;

pub use creditors::SealedSecrets;
pub use links::LinkTarget;
pub use listing::{AttentionItem, Page, ReminderRow, TimeLinePage};
#[cfg(feature = "test-clock")]
pub use test_clock::TestClock;

use aws_sdk_dynamodb::Client;

use crate::domain::ids::CreditorId;
use crate::ports::tenant::Tenant;

/// The connection to the table.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
}

impl Table {
    /// A table by its name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// The store of one proven creditor.
    pub fn of(&self, tenant: &Tenant) -> Store {
        Store { table: self.clone(), creditor: tenant.creditor().clone() }
    }
}

/// The data of one creditor.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) table: Table,
    pub(crate) creditor: CreditorId,
}

impl Store {
    /// Whose data this is.
    pub fn creditor(&self) -> &CreditorId {
        &self.creditor
    }
}
