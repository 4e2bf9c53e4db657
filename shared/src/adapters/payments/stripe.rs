//! Stripe Checkout: what its events say.
//!
//! A completed session is not paid money: with a method that confirms later (Przelewy24, bank debits) the money
//! comes, or does not, by an event of its own. One payment makes several events; it is booked once, under
//! its payment intent, by the session's. Source: Stripe's documents on Checkout fulfilment, webhook
//! signatures, refunds and disputes.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::timed_hmac;
use crate::domain::creditor::{Mode, Settings};
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::money::Currency;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{Callbacks, ProviderEvent, Told};

/// The name in paths and settings.
pub const NAME: &str = "stripe";

/// The header of the signature.
const SIGNATURE: &str = "stripe-signature";

/// Currencies whose amounts Stripe writes with two decimals although they have none.
const WITH_ZEROS: [&str; 2] = ["ISK", "UGX"];

/// What a creditor has at Stripe, as its secret is kept: `{"api_key": "sk_…", "signing_secret": "whsec_…"}`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The secret key, or a restricted one that may write and read Checkout sessions.
    pub api_key: String,
    /// The secret of the webhook endpoint.
    pub signing_secret: String,
}

impl Credentials {
    /// Reads a kept secret.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn read(secret: &str) -> Result<Self, &'static str> {
        let read: Self =
            serde_json::from_str(secret).map_err(|_| "must be {\"api_key\": \"sk_… or rk_…\", \"signing_secret\": \"whsec_…\"}")?;
        if !["sk_", "rk_"].iter().any(|kind| read.api_key.starts_with(kind)) {
            return Err("api_key must be a secret key (sk_…) or a restricted one (rk_…), not a publishable one");
        }
        if !read.signing_secret.starts_with("whsec_") {
            return Err("signing_secret must be that of the webhook endpoint, whsec_…");
        }
        Ok(read)
    }
}

impl Credentials {
    /// Whether its key takes play money.
    pub fn is_test(&self) -> bool {
        self.api_key.contains("_test_")
    }
}

/// Minor units as Stripe writes them.
pub fn amount_for(minor: i64, currency: Currency) -> i64 {
    if WITH_ZEROS.contains(&currency.code()) { minor.saturating_mul(100) } else { minor }
}

fn amount_from(stripes: i64, currency: Currency) -> Result<i64, Unreadable> {
    match WITH_ZEROS.contains(&currency.code()) {
        true if stripes % 100 != 0 => Err(Unreadable::new("data.object.amount", "whole units of this currency")),
        true => Ok(stripes / 100),
        false => Ok(stripes),
    }
}

#[derive(Deserialize)]
struct Event {
    object: String,
    r#type: String,
    created: i64,
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: serde_json::Value,
}

/// A Checkout session, in an event or asked for.
#[derive(Deserialize)]
pub(super) struct Session {
    id: String,
    client_reference_id: Option<String>,
    payment_intent: Option<String>,
    payment_status: String,
    amount_total: Option<i64>,
    currency: Option<String>,
}

/// A refund, or a dispute: both take money of a payment back.
#[derive(Deserialize)]
struct Back {
    id: String,
    payment_intent: Option<String>,
    amount: i64,
    currency: String,
    status: Option<String>,
}

/// Stripe's callbacks.
#[derive(Debug, Clone, Copy)]
pub struct Stripe;

impl Callbacks for Stripe {
    fn name(&self) -> &'static str {
        NAME
    }

    fn verify(&self, callback: &Delivery, secrets: &[String], _: &Settings) -> Result<(), NotVerified> {
        let known: Vec<Credentials> = secrets.iter().filter_map(|secret| Credentials::read(secret).ok()).collect();
        timed_hmac::verify(callback, SIGNATURE, known.iter().map(|known| known.signing_secret.as_str()))
    }

    fn read(&self, callback: &Delivery, settings: &Settings) -> Result<Told, Unreadable> {
        let event: Event = serde_json::from_slice(&callback.body).map_err(|_| Unreadable::new("body", "an event of Stripe"))?;
        if event.object != "event" {
            return Err(Unreadable::new("object", "event; thin events cannot be read, choose snapshot events for the endpoint"));
        }
        // Test payments settle nothing of a live creditor.
        if settings.mode == Mode::Live && !event.livemode {
            return Ok(ProviderEvent::Nothing.into());
        }
        let at = DateTime::from_timestamp(event.created, 0).ok_or_else(|| Unreadable::new("created", "seconds since 1970"))?;
        meaning(&event, at).map(Told::from)
    }
}

fn meaning(event: &Event, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
    match event.r#type.as_str() {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => came(session(event)?, at),
        "checkout.session.async_payment_failed" | "checkout.session.expired" => {
            Ok(session(event)?.client_reference_id.map_or(ProviderEvent::Nothing, |reference| ProviderEvent::Failed { reference, at }))
        }
        "refund.created" | "refund.updated" => {
            let refund = back(event)?;
            // Before, nothing has gone back; and a refund that failed never did.
            if refund.status.as_deref() == Some("succeeded") { went_back(refund) } else { Ok(ProviderEvent::Nothing) }
        }
        "refund.failed" => {
            Err(Unreadable::new("type", "no failed refund: if it was booked, its money is here again, and a person records it"))
        }
        "charge.dispute.funds_withdrawn" => went_back(back(event)?),
        "charge.dispute.funds_reinstated" => {
            Err(Unreadable::new("type", "no dispute that was won: its money is here again, and a person records it"))
        }
        // The same payment once more, or nothing about money.
        _ => Ok(ProviderEvent::Nothing),
    }
}

fn session(event: &Event) -> Result<Session, Unreadable> {
    serde_json::from_value(event.data.object.clone()).map_err(|_| Unreadable::new("data.object", "a Checkout session"))
}

fn back(event: &Event) -> Result<Back, Unreadable> {
    serde_json::from_value(event.data.object.clone()).map_err(|_| Unreadable::new("data.object", "a refund or a dispute"))
}

fn money(amount: i64, currency: &str) -> Result<(i64, Currency), Unreadable> {
    let currency = Currency::parse(currency).map_err(|_| Unreadable::new("data.object.currency", "an ISO 4217 code"))?;
    let minor = amount_from(amount, currency)?;
    if minor > 0 { Ok((minor, currency)) } else { Err(Unreadable::new("data.object.amount", "more than 0")) }
}

/// What a session says of its money.
pub(super) fn came(session: Session, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
    // A session of somebody else's checkout page says nothing to us, unless money came by it.
    let reference = session.client_reference_id.unwrap_or_default();
    match session.payment_status.as_str() {
        "paid" => {}
        "unpaid" if !reference.is_empty() => return Ok(ProviderEvent::Pending { reference, at }),
        _ => return Ok(ProviderEvent::Nothing),
    }
    let (amount, currency) =
        session.amount_total.zip(session.currency).ok_or_else(|| Unreadable::new("data.object.amount_total", "an amount"))?;
    let (amount_minor, currency) = money(amount, &currency)?;
    let payment = PaymentFact {
        provider: NAME.to_owned(),
        payment_id: session.payment_intent.unwrap_or(session.id),
        invoice: None,
        debtor: None,
        currency,
        amount_minor,
        paid_at: at,
    };
    Ok(ProviderEvent::Paid { payment, reference })
}

fn went_back(back: Back) -> Result<ProviderEvent, Unreadable> {
    let (amount_minor, currency) = money(back.amount, &back.currency)?;
    let payment_id = back.payment_intent.ok_or_else(|| Unreadable::new("data.object.payment_intent", "the payment that it takes back"))?;
    Ok(ProviderEvent::Refunded(RefundFact {
        provider: NAME.to_owned(),
        refund_id: back.id,
        payment_id: Some(payment_id),
        invoice: None,
        currency,
        amount_minor,
    }))
}

#[cfg(test)]
mod tests;
