//! Two accounts of a creditor at once: what is carried from one to the other.

use super::store::{Accounts, Identity, StoreError};
use crate::domain::account::{Account, Case};
use crate::domain::handle::Outcome;
use crate::domain::ids::{CaseId, DebtorId};

/// What points to the second account from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repoint {
    /// An invoice, by its source's id.
    Case(CaseId),
    /// A booking: later refunds of it go there.
    Booking {
        /// Whose id it is.
        provider: String,
        /// The payment's id.
        id: String,
    },
    /// By what a debtor is recognised.
    Identity(Identity),
}

/// Carries between accounts of one creditor. Not used by the night.
pub trait Transfers: Accounts {
    /// Commits both differences and the references in one transaction, under both versions.
    ///
    /// # Errors
    /// `Conflict` if either account changed since it was loaded; then nothing is stored.
    async fn commit_both(
        &self,
        from: (&Account, &Outcome),
        to: (&Account, &Outcome),
        repoint: &[Repoint],
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), StoreError>;

    /// A closed case.
    async fn closed(&self, debtor: &DebtorId, case: &CaseId) -> Result<Option<Case>, StoreError>;

    /// Some closed cases, up to `most`: all, or those that came from a debtor; and whether there are
    /// more. It may read all closed cases: for what is rare.
    async fn some_closed(&self, debtor: &DebtorId, came_from: Option<&DebtorId>, most: usize) -> Result<(Vec<Case>, bool), StoreError>;
}
