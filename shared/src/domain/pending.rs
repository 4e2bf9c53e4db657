//! A payment that is under way: a provider says so, or somebody says "I have paid".

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::stops::Party;

/// The way on which money comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidBy {
    /// A bank transfer.
    Transfer,
    /// A card.
    Card,
    /// Cash.
    Cash,
    /// Another one.
    Other,
}

impl PaidBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Transfer, Self::Card, Self::Cash, Self::Other];

    /// Its name in forms and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Card => "card",
            Self::Cash => "cash",
            Self::Other => "other",
        }
    }
}

/// Who says that a payment is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum PendingSource {
    /// A payment provider, of a checkout of ours.
    Checkout {
        /// Our reference.
        reference: String,
    },
    /// Somebody.
    Said {
        /// Who.
        by: Party,
        /// When it was paid.
        paid_on: NaiveDate,
        /// How.
        way: PaidBy,
    },
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingEnd {
    /// The money came.
    Booked,
    /// The provider says that it failed.
    Failed,
    /// Its days ran out, and nothing came.
    RanOut,
    /// The team took it back.
    Withdrawn,
    /// The invoice was cancelled or written off.
    Moot,
}

/// A payment of one invoice that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Since when we know.
    pub since: NaiveDate,
    /// The last day of silence.
    pub until: NaiveDate,
    /// Who says so.
    #[serde(flatten)]
    pub source: PendingSource,
    /// What was open of the invoice then, minor units.
    pub open_minor: i64,
    /// How it ended, where that is still to be known: what failed keeps its day silent, and who said
    /// so in vain is not believed twice.
    #[serde(default)]
    pub over: Option<PendingEnd>,
}

impl Pending {
    /// Whether it keeps a day silent. Nobody is reminded on the very day on which a payment failed.
    pub fn covers(&self, day: NaiveDate) -> bool {
        day <= self.until && self.over.is_none_or(|over| over == PendingEnd::Failed)
    }

    /// Whether it is still waited for.
    pub fn is_awaited(&self) -> bool {
        self.over.is_none()
    }

    /// Whether a provider says so, who knows.
    pub fn is_of_a_checkout(&self) -> bool {
        matches!(self.source, PendingSource::Checkout { .. })
    }

    /// Whether it is the payment of this checkout.
    pub fn is_of(&self, checkout: &str) -> bool {
        matches!(&self.source, PendingSource::Checkout { reference } if reference == checkout)
    }
}
