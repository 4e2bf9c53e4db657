//! What an account keeps apart from what decisions read: closed cases, and side claims that are
//! settled. A refund or a reopening brings it back.

use super::account::{Account, Case};
use super::claimed::Claimed;
use super::ids::CaseId;

/// What an account keeps apart: closed cases, and side claims that are settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Closed cases.
    pub cases: Vec<Case>,
    /// Settled side claims.
    pub claims: Vec<Claimed>,
}

impl Past {
    /// What of it a payment paid: its cases with their claims.
    #[must_use]
    pub fn paid_by(mut self, payment: &str) -> Self {
        let covered = |claimed: &Claimed| claimed.receipts.iter().any(|receipt| receipt.payment == payment);
        let beside: Vec<CaseId> = self.claims.iter().filter(|claimed| covered(claimed)).map(|claimed| claimed.case.clone()).collect();
        self.cases.retain(|case| beside.contains(&case.id) || case.allocations.iter().any(|one| one.payment == payment));
        self.claims.retain(|claimed| covered(claimed) || self.cases.iter().any(|case| case.id == claimed.case));
        self
    }
}

/// Loads what was kept apart as part of an account.
pub fn with_past(account: Account, past: Past) -> Account {
    let mut account = past.cases.into_iter().fold(account, |account, case| with_closed(account, Some(case)));
    for claimed in past.claims {
        if account.claim(&claimed.case).is_none() {
            account.claims.push(claimed);
        }
    }
    account
}

/// Loads a closed case as part of an account.
pub fn with_closed(mut account: Account, case: Option<Case>) -> Account {
    if let Some(case) = case
        && account.case(&case.id).is_none()
    {
        account.cases.push(case);
    }
    account
}
