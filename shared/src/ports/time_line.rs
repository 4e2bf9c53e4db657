//! The time line of an account, as far as it tells of one invoice. Not used by the night.

use chrono::{DateTime, Utc};

use super::list::Part;
use super::store::StoreError;
use crate::domain::handle::Entry;
use crate::domain::ids::{CaseId, DebtorId};

/// Where in a time line one looks backwards from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// From its end.
    Now,
    /// From what was written down before an instant.
    Instant(DateTime<Utc>),
    /// From where a part of it ended: its `next`.
    Place(String),
}

/// What one commit told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// When.
    pub at: DateTime<Utc>,
    /// What, in order.
    pub entries: Vec<Entry>,
}

/// Time lines of one creditor's accounts.
pub trait TimeLines {
    /// Commits that tell what was decided of an invoice, that it ended, is open again or changed its
    /// debtor; the newest first, and no more than about `enough`.
    async fn about(&self, debtor: &DebtorId, case: &CaseId, before: &Before, enough: usize) -> Result<Part<Commit>, StoreError>;
}
