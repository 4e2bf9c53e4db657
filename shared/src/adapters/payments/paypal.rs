//! PayPal (Orders v2): what its webhooks say.
//!
//! An order that a debtor approved is not money until we capture it; its webhook only says that there is something to
//! capture. Money is a capture, booked under its id; what goes back is a refund, booked under its own, whoever took
//! it back. A dispute moves no money by itself: what it moved is read from the order. Source: PayPal's documents on
//! webhooks, Orders v2, Payments v2 and disputes.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::creditor::Settings;
use crate::ports::certificates::CertificateUrl;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{Callbacks, ProviderEvent, Told};

mod capture;
mod credentials;
#[cfg(feature = "http-client")]
mod order;
mod signature;

pub(super) use capture::{Capture, is_id};
use capture::{Refund, is_ours};
pub use credentials::{Credentials, Environment};
#[cfg(feature = "http-client")]
pub(super) use order::{Order, decimal, order_of};
use signature::Signature;

/// The name in paths and settings.
pub const NAME: &str = "paypal";

/// What is asked for when an order is told of.
pub(super) const ORDERS: &str = "orders/";

/// What is asked for when something happened to a capture.
pub(super) const CAPTURES: &str = "captures/";

/// PayPal's webhooks.
#[derive(Debug, Clone, Copy)]
pub struct PayPal;

#[derive(Deserialize)]
struct Event {
    event_type: String,
    create_time: Option<DateTime<Utc>>,
    resource: Value,
}

/// Credentials whose money is real enough for a creditor: play money settles nothing of a live one.
fn known<'a>(secrets: &'a [String], settings: &'a Settings) -> impl Iterator<Item = Credentials> + 'a {
    secrets.iter().filter_map(|secret| Credentials::read(secret).ok()).filter(|known| known.counts_in(settings.mode))
}

impl Callbacks for PayPal {
    fn name(&self) -> &'static str {
        NAME
    }

    fn verify(&self, _: &Delivery, _: &[String], _: &Settings) -> Result<(), NotVerified> {
        Err(NotVerified)
    }

    fn certificate(&self, callback: &Delivery, secrets: &[String], settings: &Settings) -> Result<Option<CertificateUrl>, NotVerified> {
        let signature = Signature::of(callback)?;
        known(secrets, settings).find_map(|known| signature.url(known.environment)).map(Some).ok_or(NotVerified)
    }

    fn verify_with(&self, callback: &Delivery, certificate: &[u8], secrets: &[String], settings: &Settings) -> Result<(), NotVerified> {
        let signature = Signature::of(callback)?;
        let fits = |known: &Credentials| signature.url(known.environment).is_some() && signature.fits(callback, certificate, known);
        known(secrets, settings).any(|known| fits(&known)).then_some(()).ok_or(NotVerified)
    }

    fn read(&self, callback: &Delivery, _: &Settings) -> Result<Told, Unreadable> {
        let event: Event = serde_json::from_slice(&callback.body).map_err(|_| Unreadable::new("body", "an event of PayPal"))?;
        let at = event.create_time.unwrap_or(callback.received_at);
        match event.event_type.as_str() {
            "CHECKOUT.ORDER.APPROVED" | "CHECKOUT.ORDER.COMPLETED" => {
                let ours = text(&event.resource, "/purchase_units/0/custom_id").is_some_and(is_ours);
                if ours { to_ask(ORDERS, text(&event.resource, "/id"), "resource.id") } else { Ok(ProviderEvent::Nothing.into()) }
            }
            "CHECKOUT.PAYMENT-APPROVAL.REVERSED" => to_ask(ORDERS, text(&event.resource, "/order_id"), "resource.order_id"),
            "PAYMENT.CAPTURE.COMPLETED" | "PAYMENT.CAPTURE.PENDING" | "PAYMENT.CAPTURE.DENIED" | "PAYMENT.CAPTURE.DECLINED" => {
                let capture: Capture = read(event.resource, "a capture")?;
                capture.became(None, at).map(Told::from)
            }
            "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED" => went_back(event.resource),
            "PAYMENT.REFUND.FAILED" => {
                let refund: Refund = read(event.resource, "a refund")?;
                to_ask(CAPTURES, refund.capture(), "resource.links")
            }
            "CUSTOMER.DISPUTE.RESOLVED" => {
                let disputed = text(&event.resource, "/disputed_transactions/0/seller_transaction_id");
                to_ask(CAPTURES, disputed, "resource.disputed_transactions[0].seller_transaction_id")
            }
            // Nothing about money that is, or nothing about ours.
            _ => Ok(ProviderEvent::Nothing.into()),
        }
    }
}

fn text<'v>(of: &'v Value, pointer: &str) -> Option<&'v str> {
    of.pointer(pointer).and_then(Value::as_str)
}

fn read<T: DeserializeOwned>(resource: Value, what: &str) -> Result<T, Unreadable> {
    serde_json::from_value(resource).map_err(|_| Unreadable::new("resource", what))
}

fn to_ask(kind: &str, id: Option<&str>, field: &str) -> Result<Told, Unreadable> {
    let id = id.filter(|id| is_id(id)).ok_or_else(|| Unreadable::new(field, "an id of PayPal's"))?;
    Ok(Told::ToAsk { payment: format!("{kind}{id}") })
}

/// A refund that is not complete yet took nothing back.
fn went_back(resource: Value) -> Result<Told, Unreadable> {
    let refund: Refund = read(resource, "a refund of a capture")?;
    let capture = refund.capture().ok_or_else(|| Unreadable::new("resource.links", "the capture that it takes back, as \"up\""))?;
    if !refund.is_complete() {
        return Ok(ProviderEvent::Nothing.into());
    }
    Ok(ProviderEvent::Refunded(refund.fact(capture)?).into())
}

#[cfg(all(test, feature = "http-client"))]
mod tests;
