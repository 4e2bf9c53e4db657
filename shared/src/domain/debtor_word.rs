//! What a debtor says on the pay page, as the team hears it, and the ways of writing that a debtor
//! refuses.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::Profile;
use super::ids::CaseId;
use super::pending::PaidBy;
use super::policy::Channel;
use super::stops::Party;

/// Fewest and most instalments that a debtor may ask for on the page.
pub const INSTALMENTS_ASKED: std::ops::RangeInclusive<u8> = 2..=12;

/// For how many days an answer to a request for instalments is owed: a second one within them silences
/// nothing.
pub const ASKED_AGAIN_AFTER_DAYS: u64 = 30;

/// What the debtor said. Disputes and wrong persons have rows of their own before the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "snake_case")]
pub enum DebtorWord {
    /// It will be paid by a day.
    Promised {
        /// The day.
        pay_on: NaiveDate,
        /// Of which invoice, if of one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<CaseId>,
    },
    /// It is paid.
    Paid {
        /// When.
        paid_on: NaiveDate,
        /// How.
        way: PaidBy,
        /// Which invoice, if one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<CaseId>,
    },
    /// It is to be paid in parts.
    Instalments {
        /// How many.
        parts: u8,
        /// What the debtor wrote.
        note: String,
    },
    /// Nothing is to be sent this way any more. Formal letters still may.
    NoMore {
        /// Which.
        channel: Channel,
    },
    /// A fresh link is wanted, and cannot be sent: the law stops us, or no address may be written to.
    NoFreshLink,
}

impl DebtorWord {
    /// Its kind: one row of each stands before the team, the last one said.
    pub fn kind(&self) -> &'static str {
        match self {
            DebtorWord::Promised { .. } => "promised",
            DebtorWord::Paid { .. } => "paid",
            DebtorWord::Instalments { .. } => "instalments",
            DebtorWord::NoMore { channel: Channel::Sms } => "no_sms",
            DebtorWord::NoMore { .. } => "no_email",
            DebtorWord::NoFreshLink => "no_fresh_link",
        }
    }
}

/// A way of writing that the debtor refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// E-mail or SMS.
    pub channel: Channel,
    /// Since when.
    pub since: NaiveDate,
    /// Who said so, or wrote it down.
    pub by: Party,
}

/// A request for instalments that the team has not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalmentRequest {
    /// When it came.
    pub on: NaiveDate,
    /// The last day of silence for it.
    pub until: NaiveDate,
    /// How many parts.
    pub parts: u8,
    /// What the debtor wrote.
    pub note: String,
}

impl InstalmentRequest {
    /// Whether it keeps a day silent.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.on <= day && day <= self.until
    }
}

impl Profile {
    /// Whether the debtor refuses to be written to this way.
    pub fn refuses(&self, channel: Channel) -> bool {
        self.refusals.iter().any(|refusal| refusal.channel == channel)
    }

    /// Whether a message by e-mail or SMS can reach anybody.
    pub fn is_reached_by(&self, channel: Channel) -> bool {
        !self.refuses(channel) && self.contacts.main(channel).is_some()
    }
}
