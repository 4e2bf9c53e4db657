//! The clock. Everywhere but on a local stack it is the machine's.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::ports::outside::{Chance, Clock, OutsideError};

/// The clock of a running function.
#[derive(Debug, Clone)]
pub struct WallClock {
    #[cfg(all(feature = "test-clock", feature = "dynamodb"))]
    table: crate::adapters::dynamodb::Table,
}

impl WallClock {
    /// The clock. On a local stack the table holds the time, so it is given one.
    #[cfg(feature = "dynamodb")]
    #[cfg_attr(not(feature = "test-clock"), expect(unused_variables, reason = "only the clock that can be set lies in the table"))]
    pub fn new(table: &crate::adapters::dynamodb::Table) -> Self {
        Self {
            #[cfg(feature = "test-clock")]
            table: table.clone(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn machine_time() -> DateTime<Utc> {
        Utc::now()
    }
}

impl Clock for WallClock {
    #[cfg(all(feature = "test-clock", feature = "dynamodb"))]
    async fn now(&self) -> Result<DateTime<Utc>, OutsideError> {
        let set = self.table.test_clock().await.map_err(|source| OutsideError::new("the clock", source))?;
        Ok(set.map_or_else(Self::machine_time, |clock| clock.now))
    }

    #[cfg(not(all(feature = "test-clock", feature = "dynamodb")))]
    async fn now(&self) -> Result<DateTime<Utc>, OutsideError> {
        Ok(Self::machine_time())
    }

    async fn pause(&self, attempt: u32) {
        let mut byte = [0u8; 1];
        // Without chance the pause only loses its jitter.
        let _ = getrandom::fill(&mut byte);
        let most = 20u64 << attempt.min(5);
        tokio::time::sleep(Duration::from_millis(5 + most * u64::from(byte[0]) / 255)).await;
    }
}

impl Chance for WallClock {
    fn ten_bytes(&self) -> Result<[u8; 10], OutsideError> {
        let mut bytes = [0u8; 10];
        getrandom::fill(&mut bytes).map_err(|source| OutsideError::new("the source of chance", source.to_string()))?;
        Ok(bytes)
    }
}
