//! Captures and refunds: the money that PayPal took and gave back.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::NAME;
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;
use crate::ports::outside::ProviderEvent;

/// An amount: a text of major units.
#[derive(Clone, Deserialize)]
pub(super) struct Amount {
    currency_code: String,
    value: String,
}

impl Amount {
    fn money(&self) -> Result<(i64, Currency), Unreadable> {
        let currency = Currency::parse(&self.currency_code).map_err(|_| Unreadable::new("amount.currency_code", "an ISO 4217 code"))?;
        let minor = currency.minor(&self.value).map_err(|error| Unreadable::new("amount.value", error.to_string()))?;
        if minor > 0 { Ok((minor, currency)) } else { Err(Unreadable::new("amount.value", "more than 0")) }
    }
}

#[derive(Deserialize)]
pub(super) struct Link {
    href: String,
    rel: String,
}

/// Money that was taken for an order, or was to be.
#[derive(Deserialize)]
pub(in super::super) struct Capture {
    pub(super) id: String,
    pub(super) status: String,
    amount: Amount,
    custom_id: Option<String>,
    create_time: Option<DateTime<Utc>>,
}

impl Capture {
    /// What it says; nothing where it is not for a checkout of ours.
    pub(in super::super) fn became(&self, reference: Option<&str>, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
        let Some(reference) = reference.or(self.custom_id.as_deref()).filter(|text| is_ours(text)).map(str::to_owned) else {
            return Ok(ProviderEvent::Nothing);
        };
        match self.status.as_str() {
            "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" => Ok(ProviderEvent::Paid { payment: self.payment(at)?, reference }),
            "PENDING" => Ok(ProviderEvent::Pending { reference, at }),
            "DECLINED" | "DENIED" | "FAILED" => Ok(ProviderEvent::Failed { reference, at }),
            _ => Err(Unreadable::new("status", "a status of a capture that is documented")),
        }
    }

    fn payment(&self, at: DateTime<Utc>) -> Result<PaymentFact, Unreadable> {
        let (amount_minor, currency) = self.amount.money()?;
        let (payment_id, paid_at) = (self.id.clone(), self.create_time.unwrap_or(at));
        Ok(PaymentFact { provider: NAME.to_owned(), payment_id, invoice: None, debtor: None, currency, amount_minor, paid_at })
    }
}

/// Money that went back of a capture, whoever took it back.
#[derive(Deserialize)]
pub(super) struct Refund {
    id: String,
    pub(super) status: Option<String>,
    amount: Amount,
    #[serde(default)]
    links: Vec<Link>,
}

impl Refund {
    /// Of which capture it is.
    pub(super) fn capture(&self) -> Option<&str> {
        let up = self.links.iter().find(|link| link.rel == "up")?;
        up.href.split_once("/captures/").map(|(_, id)| id).filter(|id| is_id(id))
    }

    /// Whether the money is gone.
    pub(super) fn is_complete(&self) -> bool {
        self.status.as_deref() == Some("COMPLETED")
    }

    pub(super) fn fact(&self, capture: &str) -> Result<RefundFact, Unreadable> {
        let (amount_minor, currency) = self.amount.money()?;
        let (refund_id, payment_id) = (self.id.clone(), Some(capture.to_owned()));
        Ok(RefundFact { provider: NAME.to_owned(), refund_id, payment_id, invoice: None, currency, amount_minor })
    }
}

/// Whether a text can be an id of PayPal's.
pub(in super::super) fn is_id(text: &str) -> bool {
    (1..=36).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Whether a text has the form of our references: others are of the creditor's own sales, which the same app may have.
pub(super) fn is_ours(text: &str) -> bool {
    text.strip_prefix("up-").is_some_and(|rest| rest.len() == 24 && rest.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')))
}
