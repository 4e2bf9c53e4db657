//! The dispatch ledger: what keeps a reminder from going twice.

use chrono::{DateTime, Utc};

use super::store::StoreError;
use crate::domain::account::Account;
use crate::domain::cause::Cause;
use crate::domain::contact::ContactId;
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::reminder::{Claim, Reminder, ReminderId};

/// What is written down with a claim: exactly what goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Subject, for an e-mail.
    pub subject: Option<String>,
    /// The text, with the link masked.
    pub text: String,
    /// Parts, for an SMS.
    pub parts: Option<u8>,
    /// The contacts that it goes to, copies included; none for a task.
    pub contacts: Vec<ContactId>,
}

/// A pay link as it is stored: its token only as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of the token, hexadecimal.
    pub token_hash: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

/// How a send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Accepted, under the provider's message id.
    Sent(String),
    /// Nobody knows.
    Ambiguous(String),
    /// Not accepted for now: free again, to be looked at then.
    Later(DateTime<Utc>),
}

/// Claims and settlements of one creditor's reminders.
pub trait Ledger {
    /// Claims a reminder on the account version that was seen, and writes down the wording and the
    /// link. `Conflict` if the account changed or somebody else holds it.
    async fn claim(
        &self,
        account: &Account,
        reminder: &ReminderId,
        claim: &Claim,
        wording: &Wording,
        link: Option<&NewLink>,
    ) -> Result<(), StoreError>;

    /// Settles a claimed reminder in one update. `Conflict` if the claim is no longer ours.
    async fn settle(
        &self,
        debtor: &DebtorId,
        reminder: &ReminderId,
        claim: &Claim,
        settled: &Settled,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// Whether nothing may be sent to this address any more.
    async fn is_suppressed(&self, address: &str) -> Result<bool, StoreError>;

    /// Those of some addresses to which nothing may be sent any more, in one request.
    async fn suppressed_among(&self, addresses: Vec<String>) -> Result<Vec<String>, StoreError>;
}

/// Something whose time has come, of any creditor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A reminder: to send, or its lease is over, or it is old enough to presume.
    Reminder {
        /// Whose.
        creditor: CreditorId,
        /// To whom.
        debtor: DebtorId,
        /// Which.
        reminder: ReminderId,
    },
    /// A kept event to try again.
    Kept {
        /// Whose.
        creditor: CreditorId,
        /// Which.
        id: String,
    },
    /// A checkout of which nobody has told how it ended.
    Checkout {
        /// Whose.
        creditor: CreditorId,
        /// Our reference.
        reference: String,
    },
}

/// Why nobody knows whether a reminder went whose lease is over.
pub const LEASE_OVER: &str = Cause::SenderStopped.name();

/// What the release did with a due reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It waits and is ours to queue; looked at again at the given instant if the queue loses it.
    ToQueue,
    /// Somebody else took it, or it is settled.
    Nothing,
    /// Its lease is over, and nobody knows whether it went: a person is to be told, and then it is given up.
    Unsettled(Box<Reminder>),
    /// It was ambiguous and is old enough to be presumed sent.
    Presumed,
}

/// What is due across creditors, for the release.
pub trait Releases {
    /// What is due in a partition up to now.
    async fn due(&self, partition: u8, now: DateTime<Utc>, limit: i32) -> Result<Vec<Due>, StoreError>;
    /// Takes a due reminder so that nobody else queues it before `again_at`.
    async fn take(
        &self,
        creditor: &CreditorId,
        debtor: &DebtorId,
        reminder: &ReminderId,
        now: DateTime<Utc>,
        again_at: DateTime<Utc>,
    ) -> Result<Taken, StoreError>;
    /// Writes down that nobody knows whether a reminder went whose lease is over; `false` if it was
    /// settled meanwhile.
    async fn give_up(&self, creditor: &CreditorId, debtor: &DebtorId, reminder: &Reminder, now: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Takes a kept event likewise; `false` if somebody else did.
    async fn take_kept(&self, creditor: &CreditorId, id: &str, now: DateTime<Utc>, again_at: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Takes a checkout likewise.
    async fn take_checkout(
        &self,
        creditor: &CreditorId,
        reference: &str,
        now: DateTime<Utc>,
        again_at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
}
