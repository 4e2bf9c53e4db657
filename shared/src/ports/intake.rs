//! Where invoices come from: what a source must offer.

use chrono::{DateTime, Utc};

use crate::domain::creditor::Settings;
use crate::domain::fact::Event;

/// A webhook as it arrived: raw bytes, since signatures are made over them.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Header names in lower case with their values.
    pub headers: Vec<(String, String)>,
    /// The body, untouched.
    pub body: Vec<u8>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

impl Delivery {
    /// The first header of that name; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The signature is missing, wrong or stale. Says nothing more, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct NotVerified;

/// A well-signed delivery that cannot be understood; it goes to quarantine.
///
/// The text names the field and what would be right, never the value that was there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct Unreadable {
    /// Where, as a path in the document (`line_items[0].price`), or `body`.
    pub field: String,
    /// What would be right.
    pub rule: String,
}

impl Unreadable {
    /// Puts the error together.
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }
}

/// One kind of source. Pure: verification and translation need no network.
pub trait IntakeSource: Sync {
    /// The name in the webhook's path.
    fn name(&self) -> &'static str;

    /// Checks the signature over the raw body against each live secret (two during a rotation).
    /// With no secret nothing verifies.
    fn verify(&self, delivery: &Delivery, secrets: &[String]) -> Result<(), NotVerified>;

    /// Says what the delivery means. Called only after `verify`, or for a replay.
    fn translate(&self, delivery: &Delivery, settings: &Settings) -> Result<Event, Unreadable>;
}
