//! What the list of a day is made from, and the one mail about it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::store::{PlanLine, StoreError, Tally};
use crate::domain::ids::DebtorId;
use crate::domain::reminder::{Claim, Reminder};

/// A part of something longer, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Opaque; `None` at the end.
    pub next: Option<String>,
}

/// How far the mail about a list has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// Somebody may be sending it.
    Claimed,
    /// The provider accepted it.
    Sent,
    /// It did not go, or nobody knows; the team reads it through the API.
    NotMailed,
}

/// The mail about a list. There is one a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMail {
    /// How far it has come.
    pub state: MailState,
    /// Who has it.
    pub token: String,
    /// When whoever has it must have finished.
    pub until: DateTime<Utc>,
}

/// Lists of one creditor.
pub trait Lists {
    /// The dry run that a day's list is read from.
    async fn point(&self, day: NaiveDate, run: &str) -> Result<(), StoreError>;
    /// Which that is.
    async fn pointed(&self, day: NaiveDate) -> Result<Option<String>, StoreError>;
    /// What a dry run would decide, in whole pages of its report until they hold `enough` lines.
    async fn plan_of(&self, run: &str, after: Option<&str>, enough: usize) -> Result<Part<PlanLine>, StoreError>;
    /// What a run counted so far.
    async fn tally_of(&self, run: &str) -> Result<Tally, StoreError>;
    /// Reminders of a day.
    async fn reminders_of(&self, day: NaiveDate, after: Option<&str>, limit: i32) -> Result<Part<(DebtorId, Reminder)>, StoreError>;
    /// The mail about a day's list.
    async fn mail(&self, day: NaiveDate) -> Result<Option<ListMail>, StoreError>;
    /// Takes the mail for oneself. `Conflict` if somebody did before.
    async fn claim_mail(&self, day: NaiveDate, claim: &Claim) -> Result<(), StoreError>;
    /// Ends a claim: by a final state, or with `None` so that it may be tried again. `Conflict` if it is not ours.
    async fn settle_mail(&self, day: NaiveDate, token: &str, state: Option<MailState>) -> Result<(), StoreError>;
}
