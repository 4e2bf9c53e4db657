//! The sandbox provider: a checkout over real HTTP, a signed callback, no money.
//!
//! Its other half is the `payment-sandbox` function. Both sign with the creditor's own sandbox
//! secret: `x-sandbox-signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::timed_hmac;
use crate::domain::creditor::Settings;
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::ids::CreditorId;
use crate::domain::money::Currency;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{Callbacks, CheckoutRequest, ProviderEvent, Told};

/// The header of the signature.
pub const SIGNATURE: &str = "x-sandbox-signature";

/// The name in paths and settings.
pub const NAME: &str = "sandbox";

/// The sandbox's callbacks.
#[derive(Debug, Clone, Copy)]
pub struct Sandbox;

/// What the sandbox is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Whose sandbox.
    pub creditor: CreditorId,
    /// The checkout.
    #[serde(flatten)]
    pub request: CheckoutRequest,
}

/// What the sandbox's callback says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// The payment's id.
    pub payment_id: String,
    /// Our reference.
    pub reference: String,
    /// `paid`, `pending`, `declined` or `refunded`; `open` in the answer to a question.
    pub status: String,
    /// The refund's id, for `refunded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<String>,
    /// Minor units.
    pub amount_minor: i64,
    /// Currency.
    pub currency: Currency,
    /// When.
    pub paid_at: DateTime<Utc>,
}

/// How far a checkout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutStatus {
    /// Not paid yet.
    Open,
    /// On its way.
    Pending,
    /// Paid.
    Paid,
    /// Declined or expired.
    Failed,
}

impl CheckoutStatus {
    /// As it is told.
    pub fn told(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "declined",
        }
    }
}

/// Signs a body.
pub fn sign(secret: &str, at: DateTime<Utc>, body: &[u8]) -> String {
    timed_hmac::sign(secret, at, body)
}

/// Checks a signature against each live secret.
pub fn verify(delivery: &Delivery, secrets: &[String]) -> Result<(), NotVerified> {
    timed_hmac::verify(delivery, SIGNATURE, secrets.iter().map(String::as_str))
}

impl Callbacks for Sandbox {
    fn name(&self) -> &'static str {
        NAME
    }

    fn verify(&self, callback: &Delivery, secrets: &[String], _: &Settings) -> Result<(), NotVerified> {
        verify(callback, secrets)
    }

    fn read(&self, callback: &Delivery, _: &Settings) -> Result<Told, Unreadable> {
        read(&callback.body).map(Told::from)
    }
}

/// What a callback says, or the answer to a question.
pub(super) fn read(body: &[u8]) -> Result<ProviderEvent, Unreadable> {
    let callback: Callback = serde_json::from_slice(body).map_err(|_| Unreadable::new("body", "a callback of the sandbox"))?;
    match callback.status.as_str() {
        "paid" | "refunded" => {}
        "pending" => return Ok(ProviderEvent::Pending { reference: callback.reference, at: callback.paid_at }),
        "declined" => return Ok(ProviderEvent::Failed { reference: callback.reference, at: callback.paid_at }),
        _ => return Ok(ProviderEvent::Nothing),
    }
    if !(1..=200).contains(&callback.payment_id.len()) {
        return Err(Unreadable::new("payment_id", "1 to 200 bytes"));
    }
    if callback.amount_minor <= 0 {
        return Err(Unreadable::new("amount_minor", "more than 0"));
    }
    if callback.status == "refunded" {
        let refund_id = callback.refund_id.filter(|id| (1..=200).contains(&id.len()));
        return Ok(ProviderEvent::Refunded(RefundFact {
            provider: NAME.to_owned(),
            refund_id: refund_id.ok_or_else(|| Unreadable::new("refund_id", "1 to 200 bytes"))?,
            payment_id: Some(callback.payment_id),
            invoice: None,
            currency: callback.currency,
            amount_minor: callback.amount_minor,
        }));
    }
    let payment = PaymentFact {
        provider: NAME.to_owned(),
        payment_id: callback.payment_id,
        invoice: None,
        debtor: None,
        currency: callback.currency,
        amount_minor: callback.amount_minor,
        paid_at: callback.paid_at,
    };
    Ok(ProviderEvent::Paid { payment, reference: callback.reference })
}
