//! The stops that the law puts up. They are the debtor's: everything open of it is silent, for the
//! debtor and for the team that would chase, also what comes in while they last.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why the law, or decency, forbids to remind this debtor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalKind {
    /// Bankruptcy was declared: the claim is reported to the trustee (Polish Bankruptcy Law, art. 236).
    Insolvency,
    /// The debtor restructures: what the arrangement covers may not be paid outside it.
    Restructuring,
    /// The debtor died.
    Death,
    /// An attorney wrote: further letters go to the attorney alone.
    Attorney,
    /// The debtor objects to the processing of personal data (GDPR, art. 21).
    Objection,
    /// The address or number belongs to somebody else.
    WrongPerson,
}

impl LegalKind {
    /// All of them.
    pub const ALL: [LegalKind; 6] =
        [Self::Insolvency, Self::Restructuring, Self::Death, Self::Attorney, Self::Objection, Self::WrongPerson];
}

/// A stop that the law puts up, as it is in force. A debtor has at most one of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalStop {
    /// Which.
    pub kind: LegalKind,
    /// Since when: the day of the court's order, of the letter, of the call. Never in the future.
    pub since: NaiveDate,
    /// Last day; `None` stands until the team ends it.
    pub until: Option<NaiveDate>,
    /// What it rests on, as a person wrote it.
    pub reason: String,
    /// The addresses and numbers that are somebody else's. Only for `WrongPerson`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_theirs: Vec<String>,
}

impl LegalStop {
    /// Whether it covers a day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// How such a stop ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum LegalEnd {
    /// The team ended it.
    Lifted {
        /// Why, as a person wrote it.
        reason: String,
    },
    /// It had been recorded by mistake; an address that it blocked works again.
    Mistaken {
        /// What went wrong, as a person wrote it.
        reason: String,
    },
    /// Its last day passed.
    RanOut,
    /// `WrongPerson`: another contact was given.
    OtherContact,
    /// It was brought by a debtor that is one of its own again, and has it there.
    OtherDebtors,
}

/// Whether two ways of writing are the same address or number.
pub fn same_address(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}
