//! PayU, REST API 2.1: what its notifications say.
//!
//! An order has one payment that counts; it is booked once, under the order. Notifications come again, and out of
//! order. What is not `COMPLETED` is not money: with automatic collection switched off, a payment that waits for
//! the shop may still be called off. Source: PayU's documents on notifications, their signature, and refunds.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Warsaw;
use serde::Deserialize;

use crate::domain::creditor::{Mode, Settings};
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::money::Currency;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{Callbacks, ProviderEvent, Told};

mod credentials;
mod signature;

pub use credentials::{Credentials, Environment};
pub use signature::Algorithm;

/// The name in paths and settings.
pub const NAME: &str = "payu";

/// What stands between our reference and what makes an order unique.
const UNIQUE_AFTER: char = '.';

/// The number of an order at PayU, which takes each only once: our reference and the minute, so that an order
/// whose answer was lost can be made again a minute later, and a double click makes one.
pub fn order_number(reference: &str, at: DateTime<Utc>) -> String {
    format!("{reference}{UNIQUE_AFTER}{}", at.timestamp().div_euclid(60))
}

/// Our reference in the number of an order.
fn reference_in(number: Option<&str>) -> String {
    number.unwrap_or_default().split(UNIQUE_AFTER).next().unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    order: Option<Order>,
    refund: Option<Refund>,
    order_id: Option<String>,
    local_receipt_date_time: Option<String>,
}

/// Minor units: PayU writes them as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Text(String),
    Number(i64),
}

/// An order, in a notification or asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    order_id: String,
    ext_order_id: Option<String>,
    total_amount: Amount,
    currency_code: String,
    status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refund {
    refund_id: String,
    amount: Amount,
    currency_code: String,
    status: String,
}

/// PayU's callbacks.
#[derive(Debug, Clone, Copy)]
pub struct Payu;

impl Callbacks for Payu {
    fn name(&self) -> &'static str {
        NAME
    }

    /// A notification does not say whether its money is real, its key does: payments in PayU's sandbox settle
    /// nothing of a live creditor.
    fn verify(&self, callback: &Delivery, secrets: &[String], settings: &Settings) -> Result<(), NotVerified> {
        let known = secrets.iter().filter_map(|secret| Credentials::read(secret).ok());
        let mut real = known.filter(|known| settings.mode == Mode::Trial || known.environment == Environment::Production);
        real.any(|known| signature::fits(callback, &known)).then_some(()).ok_or(NotVerified)
    }

    fn read(&self, callback: &Delivery, _: &Settings) -> Result<Told, Unreadable> {
        let told: Notification = serde_json::from_slice(&callback.body)
            .map_err(|_| Unreadable::new("body", "a notification of PayU on an order or a refund"))?;
        let event = match (told.refund, told.order) {
            (Some(refund), _) => went_back(refund, told.order_id)?,
            (None, Some(order)) => {
                // Nothing comes after it was told of, whatever the clock says that wrote it.
                let came_at = told
                    .local_receipt_date_time
                    .as_deref()
                    .and_then(instant)
                    .map_or(callback.received_at, |at| at.min(callback.received_at));
                order.meaning(came_at, callback.received_at)?
            }
            (None, None) => return Err(Unreadable::new("body", "a notification of PayU on an order or a refund")),
        };
        Ok(event.into())
    }
}

/// An instant with a zone, or Polish local time without; with or without a fraction of a second.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    zoned.map(|at| at.to_utc()).ok().or_else(|| {
        let local: NaiveDateTime = text.parse().ok()?;
        Warsaw.from_local_datetime(&local).earliest().map(|at| at.to_utc())
    })
}

fn money(field: &str, amount: &Amount, currency: &str) -> Result<(i64, Currency), Unreadable> {
    let currency = Currency::parse(currency).map_err(|_| Unreadable::new(format!("{field}.currencyCode"), "an ISO 4217 code"))?;
    let minor = match amount {
        Amount::Text(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        Amount::Text(_) => None,
        Amount::Number(minor) => Some(*minor),
    };
    let minor =
        minor.filter(|minor| *minor > 0).ok_or_else(|| Unreadable::new(format!("{field}.amount"), "more than 0, in minor units"))?;
    Ok((minor, currency))
}

impl Order {
    /// Our reference, as the order bears it; empty for an order that is not ours.
    pub(super) fn reference(&self) -> String {
        reference_in(self.ext_order_id.as_deref())
    }

    /// What an order says of its money: that it came at one instant, or where it stands at another.
    pub(super) fn meaning(&self, came_at: DateTime<Utc>, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
        let reference = self.reference();
        match self.status.as_str() {
            "COMPLETED" => {}
            // The debtor has done what is to be done.
            "PENDING" | "WAITING_FOR_CONFIRMATION" => return Ok(ProviderEvent::Pending { reference, at }),
            "CANCELED" => return Ok(ProviderEvent::Failed { reference, at }),
            "NEW" => return Ok(ProviderEvent::Nothing),
            _ => return Err(Unreadable::new("order.status", "PENDING, WAITING_FOR_CONFIRMATION, COMPLETED or CANCELED")),
        }
        let (amount_minor, currency) = money("order", &self.total_amount, &self.currency_code)?;
        let payment = PaymentFact {
            provider: NAME.to_owned(),
            payment_id: self.order_id.clone(),
            invoice: None,
            debtor: None,
            currency,
            amount_minor,
            paid_at: came_at,
        };
        Ok(ProviderEvent::Paid { payment, reference })
    }
}

fn went_back(refund: Refund, order_id: Option<String>) -> Result<ProviderEvent, Unreadable> {
    match refund.status.as_str() {
        "FINALIZED" => {}
        // Not yet, or not at all.
        "PENDING" | "CANCELED" => return Ok(ProviderEvent::Nothing),
        _ => return Err(Unreadable::new("refund.status", "FINALIZED, PENDING or CANCELED")),
    }
    let (amount_minor, currency) = money("refund", &refund.amount, &refund.currency_code)?;
    let payment_id = order_id.ok_or_else(|| Unreadable::new("orderId", "the order whose money it takes back"))?;
    Ok(ProviderEvent::Refunded(RefundFact {
        provider: NAME.to_owned(),
        refund_id: refund.refund_id,
        payment_id: Some(payment_id),
        invoice: None,
        currency,
        amount_minor,
    }))
}

#[cfg(test)]
mod tests;
