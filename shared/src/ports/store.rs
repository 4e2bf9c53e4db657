//! Where the state lies. Every handle speaks for one creditor and cannot name another's keys.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::account::Account;
use crate::domain::fact::InvoiceRef;
use crate::domain::handle::{Attention, Outcome};
use crate::domain::ids::{CaseId, DebtorId, Source};
use crate::domain::past::Past;
use crate::domain::policy::Policy;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was first: load again and decide again.
    #[error("the account changed in between")]
    Conflict,
    /// The database did not answer, or said no for now.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An item is not what we wrote.
    #[error("an item of kind {kind} cannot be read")]
    Corrupt {
        /// Which kind of item.
        kind: &'static str,
        /// What the decoder said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// By what a debtor is recognised, the strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The source's customer id.
    Customer(Source, String),
    /// Tax id.
    TaxId(String),
    /// E-mail address.
    Email(String),
}

/// What is looked up before an event is applied.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The event's source and id.
    pub event: (&'a Source, &'a str),
    /// The invoice that it names.
    pub invoice: Option<&'a InvoiceRef>,
    /// Every name under which something may wait for it.
    pub names: &'a [InvoiceRef],
    /// The booking that it would make: provider and id.
    pub booking: Option<(&'a str, &'a str)>,
    /// By what its debtor is recognised.
    pub identities: &'a [Identity],
}

/// What one look tells before an event is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// The event was applied before.
    pub event_seen: bool,
    /// The booking was made before.
    pub booked: bool,
    /// The invoices that the reference names, with their debtors. More than one for a number that
    /// is not unique.
    pub invoices: Vec<(CaseId, DebtorId)>,
    /// The debtors behind the identities, in the order asked.
    pub debtors: Vec<Option<DebtorId>>,
    /// Events wait for this invoice.
    pub parked: bool,
}

/// What else is committed together with an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Also {
    /// The event is applied; again it is a duplicate.
    EventSeen {
        /// Its source.
        source: Source,
        /// Its id.
        event_id: String,
    },
    /// These identities point to this debtor.
    Identities(Vec<Identity>),
    /// A case is new: it is found by its id, and by these names.
    NewCase {
        /// The case.
        case: CaseId,
        /// Number and KSeF number.
        aliases: Vec<String>,
        /// Nobody waited for it when we looked; if somebody does now, it is a conflict.
        nobody_waits: bool,
    },
    /// A booking under its provider's id; a second one is a conflict.
    Booking {
        /// Whose id it is.
        provider: String,
        /// The payment's or refund's id.
        id: String,
    },
    /// A provider told how far the payment of a checkout of ours is.
    CheckoutTold {
        /// Our reference.
        reference: String,
        /// When that was true, by the provider's clock.
        at: DateTime<Utc>,
        /// It failed; else it is under way.
        failed: bool,
    },
    /// The new messages of the outcome count among those of a day; more than `most` are a conflict.
    Counted {
        /// The business day.
        as_of: NaiveDate,
        /// The account's shard.
        shard: u16,
        /// Most messages of that day in that shard.
        most: u32,
    },
    /// A checkout of ours is paid.
    CheckoutPaid {
        /// Our reference.
        reference: String,
    },
}

/// Accounts of one creditor.
pub trait Accounts {
    /// The account in one consistent read; `closed` names a closed case to load as well.
    async fn load(&self, debtor: &DebtorId, closed: Option<&CaseId>) -> Result<Option<Account>, StoreError>;

    /// The closed cases and settled side claims to which money of a payment (`provider:id`) went. It
    /// reads all of them: for what is rare.
    async fn closed_paid_by(&self, debtor: &DebtorId, payment: &str) -> Result<Past, StoreError>;

    /// Commits the difference between `before` and the outcome under the account's version.
    ///
    /// # Errors
    /// `Conflict` if the account changed since `before` was loaded; then nothing is stored, or, for
    /// an outcome of more than one transaction, a part that the same command completes.
    async fn commit(&self, before: &Account, outcome: &Outcome, also: &[Also], now: DateTime<Utc>) -> Result<(), StoreError>;
}

/// Who is who, in one request.
pub trait Directories {
    /// Looks everything up that an event needs.
    async fn look_up(&self, question: Question<'_>) -> Result<Directory, StoreError>;
}

/// Why an event is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptBecause {
    /// It cannot be understood.
    Quarantine,
    /// Its invoice has not come yet.
    Parked,
    /// Its account is too busy now.
    Busy,
}

/// An event that is kept: its body, and what is needed to translate it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Made from source and event id, so that a second delivery is kept once.
    pub id: String,
    /// Where it came from.
    pub source: Source,
    /// The headers that translation needs.
    pub headers: Vec<(String, String)>,
    /// The body, untouched.
    pub body: Vec<u8>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Why it is kept.
    pub because: KeptBecause,
    /// What was wrong or is awaited. No personal data.
    pub why: String,
    /// When to try again by itself; `None` waits for a person.
    pub retry_at: Option<DateTime<Utc>>,
    /// How often it was tried.
    pub tries: u32,
    /// The invoice it waits for.
    pub waits_for: Option<InvoiceRef>,
}

/// Events that are kept.
pub trait KeptEvents {
    /// Keeps an event, or changes why it is kept.
    ///
    /// # Errors
    /// `Conflict` if it waits for an invoice that has come in the meantime.
    async fn keep(&self, kept: &Kept) -> Result<(), StoreError>;
    /// The event.
    async fn kept(&self, id: &str) -> Result<Option<Kept>, StoreError>;
    /// It is applied: forget it.
    async fn forget(&self, kept: &Kept) -> Result<(), StoreError>;
    /// What waits for this invoice.
    async fn waiting_for(&self, invoices: &[InvoiceRef]) -> Result<Vec<String>, StoreError>;
}

/// A page of accounts that are to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaPage {
    /// Whom to look at.
    pub debtors: Vec<DebtorId>,
    /// Where to go on; `None` at the end.
    pub cursor: Option<String>,
}

/// The accounts to look at, by day.
pub trait Agenda {
    /// Accounts of a shard that wake up to a day.
    async fn due(&self, shard: u16, as_of: NaiveDate, cursor: Option<&str>, limit: i32) -> Result<AgendaPage, StoreError>;
    /// Looking failed: try again on that day, so that it does not block its shard.
    async fn postpone(&self, debtor: &DebtorId, to: NaiveDate) -> Result<(), StoreError>;
}

/// Counts of one night, or of a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Accounts looked at.
    pub accounts: u64,
    /// Cases that took a step.
    pub steps: u64,
    /// Reminders made.
    pub reminders: u64,
    /// Messages to debtors that were not waiting before.
    #[serde(default)]
    pub messages: u64,
    /// Cases that heard nothing, by reason.
    pub skipped: std::collections::BTreeMap<String, u64>,
    /// Accounts that could not be evaluated; each is tried again on the next day.
    pub failed: Vec<DebtorId>,
}

impl Tally {
    /// Adds another part.
    pub fn add(&mut self, other: &Tally) {
        self.accounts += other.accounts;
        self.steps += other.steps;
        self.reminders += other.reminders;
        self.messages += other.messages;
        for (reason, count) in &other.skipped {
            *self.skipped.entry(reason.clone()).or_default() += count;
        }
        self.failed.extend(other.failed.iter().cloned());
    }
}

/// What a run over the accounts of a creditor is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To decide what is due.
    Night,
    /// To show what would be decided.
    Dry,
    /// To plan every open case by the policy and settings in force.
    Replan,
    /// To find days and reasons anew by the settings in force; every case keeps its policy.
    Rearrange,
    /// To show what another policy would change.
    Preview,
}

impl Purpose {
    /// Whether it only shows.
    pub fn is_dry(self) -> bool {
        matches!(self, Purpose::Dry | Purpose::Preview)
    }

    /// Whether it looks at every open account, and not at those alone that wake.
    pub fn is_for_all(self) -> bool {
        matches!(self, Purpose::Replan | Purpose::Rearrange | Purpose::Preview)
    }
}

/// A night, or an evaluation by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The night's day, or a name of its own: `dry-2026-11-23-abcd`.
    pub id: String,
    /// The local business day evaluated.
    pub as_of: NaiveDate,
    /// What it is for.
    pub purpose: Purpose,
    /// `Preview`: the policy that is looked at.
    pub policy: Option<Policy>,
    /// Shards it is cut into.
    pub shards: u16,
    /// Shards that are done.
    pub done: Vec<u16>,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

impl Run {
    /// Whether every shard is done.
    pub fn is_complete(&self) -> bool {
        self.done.len() >= usize::from(self.shards)
    }
}

/// One page of a run's report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPage {
    /// The counts.
    pub tally: Tally,
    /// For a dry run: what would be decided, one line a case.
    pub plan: Vec<PlanLine>,
}

/// What a dry run would decide for one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// The debtor.
    pub debtor: DebtorId,
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The decision; `Preview`: what the other policy says next.
    pub decision: crate::domain::decide::Decision,
    /// `Preview`: what the policy of the case says next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<crate::domain::decide::Decision>,
    /// The segment by which the case is planned; `Preview`: by which it would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// `Preview`: the segment by which it is planned until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment_before: Option<String>,
}

/// Nights of one creditor and what they did.
pub trait Runs {
    /// Begins a run; beginning it again keeps the first.
    async fn begin(&self, run: &Run) -> Result<Run, StoreError>;
    /// Reports a page; reporting it again replaces it.
    async fn report(&self, run: &str, shard: u16, page: &str, report: &RunPage) -> Result<(), StoreError>;
    /// A shard is done.
    async fn shard_done(&self, run: &str, shard: u16) -> Result<(), StoreError>;
    /// The run.
    async fn run(&self, run: &str) -> Result<Option<Run>, StoreError>;
    /// Messages that the nights of a day made in a shard.
    async fn made(&self, as_of: NaiveDate, shard: u16) -> Result<u32, StoreError>;
    /// Messages in the pages of a run's report of a shard that lie before a page.
    async fn planned(&self, run: &str, shard: u16, page: &str) -> Result<u32, StoreError>;
}

/// What waits for a person.
pub trait Attentions {
    /// Lists it; listing it again replaces it.
    async fn attend(&self, about: &str, attention: &Attention, now: DateTime<Utc>) -> Result<(), StoreError>;
}
