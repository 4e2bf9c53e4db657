//! What ties an account to others of the same creditor: where it went, what came to it, and what other
//! accounts said that counts here, too.
//!
//! A debtor that was merged into another one stays as an alias: who asks for it is led on. An
//! invoice's own reference knows where it is; this says so without asking for it.

use serde::{Deserialize, Serialize};

use super::account::Hold;
use super::contact::ContactId;
use super::fact::PostalAddress;
use super::ids::{CaseId, DebtorId};
use super::legal::{LegalKind, LegalStop};
use super::reminder::ReminderId;

/// The debtor into which this one was merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// Which.
    pub into: DebtorId,
    /// Everything is over there. Until then a part is still here, and the same merge goes on.
    pub complete: bool,
    /// It is being handed back: a part is here already, and the same split goes on.
    pub returning: bool,
}

/// A debtor that was merged into this one, and what came with it beside its invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absorbed {
    /// Which.
    pub debtor: DebtorId,
    /// Contacts that were taken over.
    pub contacts: Vec<ContactId>,
    /// Credits that were taken over, by their ids.
    pub credits: Vec<String>,
    /// Stops of the law that this one had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_stops: Vec<LegalStop>,
    /// Stops of the law that it brought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought_stops: Vec<LegalKind>,
    /// The hold that this one was under before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_hold: Option<Hold>,
    /// Where its letters went, where this one did not know and learnt it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal: Option<PostalAddress>,
    /// How many promises it had kept, and broken.
    #[serde(default)]
    pub promises: (u32, u32),
}

/// What a merge did to the hold of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBefore {
    /// The debtor that was merged, and had the invoice.
    pub debtor: DebtorId,
    /// The invoice's own hold at that time.
    pub own: Option<Hold>,
    /// What it was held by from then on.
    pub put: Hold,
}

/// An invoice that was moved to another debtor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedOut {
    /// Which.
    pub case: CaseId,
    /// To whom.
    pub to: DebtorId,
}

/// A message of another account that counts here for gaps, caps and "one a day".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Whose.
    pub debtor: DebtorId,
    /// Which.
    pub reminder: ReminderId,
}

/// All of it. Most accounts have none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ties {
    /// Where the debtor went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Merged>,
    /// Debtors that came here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<Absorbed>,
    /// Invoices that went elsewhere, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved_out: Vec<MovedOut>,
    /// What was said elsewhere and counts here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heard: Vec<Heard>,
}

impl Ties {
    /// Where to look instead: for a case that is not here, or for the debtor as a whole.
    pub fn forward(&self, case: Option<&CaseId>) -> Option<&DebtorId> {
        let moved = case.and_then(|case| self.moved_out.iter().find(|moved| moved.case == *case));
        let merged = self.merged.as_ref().filter(|merged| merged.complete || case.is_some());
        moved.map(|moved| &moved.to).or_else(|| merged.map(|merged| &merged.into))
    }

    /// Whether a part of the debtor is here and a part at another one: what has to see both waits.
    pub fn is_divided(&self) -> bool {
        self.merged.as_ref().is_some_and(|merged| !merged.complete)
    }

    /// Whether everything of the debtor is at another one.
    pub fn is_alias(&self) -> bool {
        self.merged.as_ref().is_some_and(|merged| merged.complete)
    }
}
