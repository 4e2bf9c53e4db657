//! The clock that can be set, kept in the table. Only in binaries of a local stack.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Table;
use super::items::{from_item, to_item};
use super::keys::Key;
use crate::ports::store::StoreError;

/// Where the clock stands and where it is going.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestClock {
    /// Now.
    pub now: DateTime<Utc>,
    /// The instant that it is being moved to; `now` when it stands.
    pub target: DateTime<Utc>,
    /// Whether its driver is still at work, even with `now` at the target.
    #[serde(default)]
    pub moving: bool,
    /// Why it stopped on the way, if it did.
    pub error: Option<String>,
}

fn key() -> Key {
    Key { pk: "TEST-CLOCK".to_owned(), sk: "NOW".to_owned() }
}

impl Table {
    /// The clock, if it was ever set.
    pub async fn test_clock(&self) -> Result<Option<TestClock>, StoreError> {
        self.get(&key()).await?.map(|item| from_item("test clock", item)).transpose()
    }

    /// Sets the clock.
    pub async fn set_test_clock(&self, clock: &TestClock) -> Result<(), StoreError> {
        self.put(to_item("test clock", &key(), clock)?, false).await
    }
}

impl Table {
    /// When the release has something to do next in a partition.
    pub async fn earliest_release(&self, partition: u8) -> Result<Option<DateTime<Utc>>, StoreError> {
        let query = self.client.query().table_name(&self.name).index_name("agenda");
        let answer = query
            .key_condition_expression("agenda_pk = :pk")
            .expression_attribute_values(":pk", super::items::s(super::keys::agenda_release(partition)))
            .projection_expression("agenda_sk")
            .limit(1)
            .send()
            .await
            .map_err(super::items::refused)?;
        let first = answer.items.unwrap_or_default().into_iter().next();
        Ok(first.as_ref().and_then(|item| super::items::text(item, "agenda_sk")).and_then(|at| at.parse().ok()))
    }
}
