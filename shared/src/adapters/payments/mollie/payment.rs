//! A payment as Mollie shows it when it is asked, with what went back of it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::NAME;
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;
use crate::ports::outside::ProviderEvent;

/// Under which name a payment carries our reference: none that the creditor would give to something of its own.
pub(in super::super) const REFERENCE: &str = "upominek_reference";

#[derive(Deserialize)]
struct Amount {
    value: String,
    currency: String,
}

/// A payment as it stands, with what went back of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Payment {
    id: String,
    status: String,
    amount: Amount,
    paid_at: Option<DateTime<Utc>>,
    #[serde(default)]
    metadata: Value,
    #[serde(rename = "_embedded", default)]
    embedded: Embedded,
}

#[derive(Default, Deserialize)]
struct Embedded {
    #[serde(default)]
    refunds: Vec<Refund>,
    #[serde(default)]
    chargebacks: Vec<Chargeback>,
}

#[derive(Deserialize)]
struct Refund {
    id: String,
    status: String,
    amount: Amount,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chargeback {
    id: String,
    amount: Amount,
    reversed_at: Option<String>,
}

impl Payment {
    /// What became of it. A payment that has no reference of ours is the creditor's own affair.
    pub(in super::super) fn became(self, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
        let Some(reference) = self.metadata.get(REFERENCE).and_then(Value::as_str).map(str::to_owned) else {
            return Ok(ProviderEvent::Nothing);
        };
        match self.status.as_str() {
            "open" => Ok(ProviderEvent::Nothing),
            "pending" | "authorized" => Ok(ProviderEvent::Pending { reference, at }),
            "canceled" | "expired" | "failed" => Ok(ProviderEvent::Failed { reference, at }),
            "paid" => self.paid(reference, at),
            _ => Err(Unreadable::new("status", "a status that is documented")),
        }
    }

    fn paid(self, reference: String, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
        let (amount_minor, currency) = money(&self.amount)?;
        let payment = PaymentFact {
            provider: NAME.to_owned(),
            payment_id: self.id.clone(),
            invoice: None,
            debtor: None,
            currency,
            amount_minor,
            paid_at: self.paid_at.unwrap_or(at),
        };
        let (mut back, mut again) = (Vec::new(), Vec::new());
        for refund in self.embedded.refunds {
            match refund.status.as_str() {
                // Nothing has left yet, and it may be called off.
                "queued" | "pending" | "canceled" => {}
                "processing" | "refunded" => back.push(taken_back(refund.id, &self.id, &refund.amount)?),
                "failed" => again.push(taken_back(refund.id, &self.id, &refund.amount)?),
                _ => return Err(Unreadable::new("refunds.status", "a status that is documented")),
            }
        }
        for one in self.embedded.chargebacks {
            let list = if one.reversed_at.is_none() { &mut back } else { &mut again };
            list.push(taken_back(one.id, &self.id, &one.amount)?);
        }
        if back.is_empty() && again.is_empty() {
            return Ok(ProviderEvent::Paid { payment, reference });
        }
        Ok(ProviderEvent::Stands { payment, reference, back, again })
    }
}

fn taken_back(refund_id: String, payment: &str, amount: &Amount) -> Result<RefundFact, Unreadable> {
    let (amount_minor, currency) = money(amount)?;
    let payment_id = Some(payment.to_owned());
    Ok(RefundFact { provider: NAME.to_owned(), refund_id, payment_id, invoice: None, currency, amount_minor })
}

fn money(amount: &Amount) -> Result<(i64, Currency), Unreadable> {
    let currency = Currency::parse(&amount.currency).map_err(|_| Unreadable::new("amount.currency", "an ISO 4217 code"))?;
    let minor = currency.minor(&amount.value).map_err(|error| Unreadable::new("amount.value", error.to_string()))?;
    if minor > 0 { Ok((minor, currency)) } else { Err(Unreadable::new("amount.value", "more than 0")) }
}
