//! Checkouts by our reference, and bookings by their provider's id.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::outside::Checkout;
use super::store::StoreError;
use crate::domain::fact::PaymentFact;
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::money::Currency;

/// What a checkout was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Who pays.
    pub debtor: DebtorId,
    /// The invoice that the debtor chose, where it was one.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// Minor units.
    pub amount_minor: i64,
    /// Currency.
    pub currency: Currency,
    /// The provider that it is made at.
    #[serde(default = "sandbox")]
    pub provider: String,
    /// The provider's id of the checkout, once it answered.
    #[serde(default)]
    pub checkout: Option<String>,
    /// Where the debtor pays.
    #[serde(default)]
    pub url: Option<String>,
    /// When it was ordered.
    #[serde(default, skip_serializing)]
    pub made_at: Option<DateTime<Utc>>,
    /// When its money was booked.
    #[serde(default)]
    pub paid_at: Option<DateTime<Utc>>,
    /// When its payment was under way, by the provider's clock.
    #[serde(default)]
    pub pending_at: Option<DateTime<Utc>>,
    /// When its payment failed, by the provider's clock.
    #[serde(default)]
    pub failed_at: Option<DateTime<Utc>>,
}

/// The provider of checkouts that were kept before there were others.
fn sandbox() -> String {
    "sandbox".to_owned()
}

impl Expected {
    /// Of a checkout that is about to be made.
    pub fn new(debtor: DebtorId, case: Option<CaseId>, amount_minor: i64, currency: Currency, provider: &str) -> Self {
        let provider = provider.to_owned();
        Self {
            debtor,
            case,
            amount_minor,
            currency,
            provider,
            checkout: None,
            url: None,
            made_at: None,
            paid_at: None,
            pending_at: None,
            failed_at: None,
        }
    }

    /// The checkout, once its provider answered.
    pub fn made(&self) -> Option<Checkout> {
        Some(Checkout { id: self.checkout.clone()?, url: self.url.clone()? })
    }

    /// Whether "failed" is news: not after the money, and once for each attempt.
    pub fn may_have_failed(&self, at: DateTime<Utc>) -> bool {
        self.paid_at.is_none() && self.failed_at.is_none_or(|failed| failed < at && self.pending_at.is_some_and(|pending| failed < pending))
    }

    /// Whether "under way" is news: nothing is once it is paid, nor what was told before or came late.
    pub fn may_be_pending(&self, at: DateTime<Utc>) -> bool {
        let told = self.pending_at.is_some_and(|pending| self.failed_at.is_none_or(|failed| failed < pending));
        let late = self.failed_at.is_some_and(|failed| at <= failed);
        self.paid_at.is_none() && !told && !late
    }
}

/// Checkouts and bookings of one creditor.
pub trait Bookings {
    /// Keeps what a reference stands for; what was kept before stays, and is the answer.
    async fn expect(&self, reference: &str, expected: &Expected, now: DateTime<Utc>) -> Result<Option<Expected>, StoreError>;
    /// The provider made the checkout of a reference; it is asked about it at the given instant.
    async fn opened(&self, reference: &str, checkout: &Checkout, ask_at: DateTime<Utc>) -> Result<(), StoreError>;
    /// The provider was asked about a checkout, and is again at the given instant, if at all.
    async fn asked(&self, reference: &str, again_at: Option<DateTime<Utc>>) -> Result<(), StoreError>;
    /// What a reference stands for.
    async fn expected(&self, reference: &str) -> Result<Option<Expected>, StoreError>;
    /// The debtor of a booking, if it was made; an empty answer within is a booking without a debtor.
    async fn booked(&self, provider: &str, id: &str) -> Result<Option<Option<DebtorId>>, StoreError>;
    /// Books a payment that belongs to nobody we know, and lists it for a person.
    async fn book_stray(&self, payment: &PaymentFact, why: &str, now: DateTime<Utc>) -> Result<(), StoreError>;
}
