//! What every handler works with: connections only. Nothing of a creditor is remembered between
//! requests, so a change of settings or a revoked token holds from the next request on.

use upominek::adapters::dynamodb::Table;
use upominek::adapters::scheduler::Schedules;
use upominek::adapters::sqs::Queues;
use upominek::runtime::{Clients, WallClock};

/// The connections of the function.
#[derive(Debug, Clone)]
pub struct State {
    /// The table.
    pub table: Table,
    /// Queues of evaluations and of kept events.
    pub queues: Queues,
    /// Nightly schedules.
    pub schedules: Schedules,
    /// Clock and chance.
    pub clock: WallClock,
    /// Root of the HTTP API, without a slash at the end.
    pub base_url: String,
    /// The driver of the clock that can be set.
    #[cfg(feature = "test-clock")]
    pub driver: Option<crate::clock::Driver>,
}

impl State {
    /// The connections of a running function.
    pub fn new(clients: &Clients) -> Self {
        let table = clients.table();
        Self {
            clock: WallClock::new(&table),
            table,
            queues: clients.queues(),
            schedules: clients.nights(),
            base_url: clients.config.base_url.clone(),
            #[cfg(feature = "test-clock")]
            driver: crate::clock::Driver::new(clients),
        }
    }

    /// The address of something in this API.
    pub fn href(&self, path: &str) -> String {
        format!("{}{}{path}", self.base_url, crate::BASE)
    }
}
