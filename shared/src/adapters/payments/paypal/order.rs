//! An order as it stands at PayPal, with its captures and refunds. An order that is approved is not money: it becomes
//! money when it is captured, and only then.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::capture::{Capture, Refund, is_id, is_ours};
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;
use crate::ports::outside::ProviderEvent;

/// Currencies that have no decimals there although they have them elsewhere.
const WHOLE: [&str; 2] = ["HUF", "TWD"];

/// An amount as PayPal writes it; none for a part of a unit where it knows whole ones only.
pub(in super::super) fn decimal(minor: i64, currency: Currency) -> Option<String> {
    let whole = WHOLE.contains(&currency.code());
    let text = currency.decimal(minor);
    if whole { text.strip_suffix(".00").map(str::to_owned) } else { Some(text) }
}

/// How much a capture may be relied on: money before money on its way, before none.
fn rank(capture: &Capture) -> u8 {
    match capture.status.as_str() {
        "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" => 2,
        "PENDING" => 1,
        _ => 0,
    }
}

/// The order that a capture was made for.
pub(in super::super) fn order_of(capture: &Value) -> Option<&str> {
    capture.pointer("/supplementary_data/related_ids/order_id").and_then(Value::as_str).filter(|id| is_id(id))
}

#[derive(Default, Deserialize)]
struct Payments {
    #[serde(default)]
    captures: Vec<Capture>,
    #[serde(default)]
    refunds: Vec<Refund>,
}

#[derive(Deserialize)]
struct Unit {
    custom_id: Option<String>,
    #[serde(default)]
    payments: Payments,
}

/// An order.
#[derive(Deserialize)]
pub(in super::super) struct Order {
    /// PayPal's id.
    pub(in super::super) id: String,
    /// When it last changed.
    pub(in super::super) update_time: Option<String>,
    status: String,
    #[serde(default)]
    purchase_units: Vec<Unit>,
}

impl Order {
    /// Our reference, if the order is of a checkout of ours.
    pub(in super::super) fn reference(&self) -> Option<&str> {
        let [unit] = self.purchase_units.as_slice() else { return None };
        unit.custom_id.as_deref().filter(|text| is_ours(text))
    }

    /// Whether its debtor approved it and nobody took the money yet; of ours only.
    pub(in super::super) fn waits(&self) -> bool {
        self.status == "APPROVED" && self.reference().is_some()
    }

    /// What became of it, nothing while it is open or waits.
    pub(in super::super) fn became(&self, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
        let (Some(reference), [unit]) = (self.reference(), self.purchase_units.as_slice()) else { return Ok(ProviderEvent::Nothing) };
        let Some(capture) = unit.payments.captures.iter().max_by_key(|capture| rank(capture)) else {
            let over = self.status == "VOIDED";
            return Ok(if over { ProviderEvent::Failed { reference: reference.to_owned(), at } } else { ProviderEvent::Nothing });
        };
        let event = capture.became(Some(reference), at)?;
        let ProviderEvent::Paid { payment, reference } = event else { return Ok(event) };
        let (mut back, mut again) = (Vec::new(), Vec::new());
        for refund in &unit.payments.refunds {
            match refund.status.as_deref() {
                Some("COMPLETED") => back.push(refund.fact(&capture.id)?),
                Some("FAILED" | "CANCELLED") => again.push(refund.fact(&capture.id)?),
                // It has not left yet.
                _ => {}
            }
        }
        if back.is_empty() && again.is_empty() {
            return Ok(ProviderEvent::Paid { payment, reference });
        }
        Ok(ProviderEvent::Stands { payment, reference, back, again })
    }
}
