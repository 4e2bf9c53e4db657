//! What the e-mail provider tells about a message after it was accepted, and where that is kept.

use chrono::{DateTime, Utc};

use super::store::StoreError;
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::reminder::ReminderId;

/// What an event says about one reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryEvent {
    /// Whose.
    pub creditor: CreditorId,
    /// To whom.
    pub debtor: DebtorId,
    /// Which.
    pub reminder: ReminderId,
    /// The provider's id of the message.
    pub message_id: String,
    /// All addresses to which the message went, as far as the event names them.
    pub sent_to: Vec<String>,
    /// What happened.
    pub what: DeliveryFact,
}

/// What happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryFact {
    /// Accepted or delivered.
    Went,
    /// The address does not exist, or refuses for good: these addresses.
    Bounced(Vec<String>),
    /// The reader marked it as spam: these addresses, if the event names them.
    Complained(Vec<String>),
    /// Refused by the provider after all.
    Rejected,
    /// Nothing that changes anything: opened, clicked, delayed, a soft bounce.
    Other,
}

/// Keeps what delivery events prove.
pub trait Evidence {
    /// The message went: a reminder that is ambiguous, or claimed by a sender that wrote down no
    /// answer yet, is settled by it. Again, or for a reminder whose fate
    /// is known, it changes nothing and answers `false`.
    async fn proven_sent(&self, debtor: &DebtorId, reminder: &ReminderId, message_id: &str, now: DateTime<Utc>)
    -> Result<bool, StoreError>;
    /// Whether there is, or was, such a reminder.
    async fn knows(&self, debtor: &DebtorId, reminder: &ReminderId) -> Result<bool, StoreError>;
    /// Nothing is sent to this address any more.
    async fn suppress(&self, address: &str, why: &str, now: DateTime<Utc>) -> Result<(), StoreError>;
}
