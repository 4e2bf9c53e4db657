//! Przelewy24 (REST v1): what its notifications say.
//!
//! A notification is not money: until we verify the transaction, what was paid is an advance that Przelewy24
//! keeps unassigned. Signs are SHA-384 over a JSON text whose fields, order and types are fixed. Source:
//! Przelewy24's REST API documentation, transaction and refund notifications.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha384};
use subtle::ConstantTimeEq;

use crate::domain::creditor::{Mode, Settings};
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::money::Currency;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{Callbacks, ProviderEvent, Told};

/// The name in paths and settings.
pub const NAME: &str = "przelewy24";

/// Which of its systems an account is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Real money.
    Production,
    /// Play money.
    Sandbox,
}

/// What a creditor has at Przelewy24, as its secret is kept.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The merchant's number.
    pub merchant_id: i64,
    /// The shop's number; the merchant's own where there is one shop.
    pub pos_id: i64,
    /// The key of signs.
    pub crc: String,
    /// The key of the API ("klucz do raportów").
    pub report_key: String,
    /// Which system.
    pub environment: Environment,
}

impl Credentials {
    /// Reads a kept secret.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn read(secret: &str) -> Result<Self, &'static str> {
        let read: Self = serde_json::from_str(secret).map_err(|_| {
            "must be {\"merchant_id\": 12345, \"pos_id\": 12345, \"crc\": \"…\", \"report_key\": \"…\", \
             \"environment\": \"production\" or \"sandbox\"}"
        })?;
        if read.merchant_id <= 0 || read.pos_id <= 0 {
            return Err("merchant_id and pos_id must be the numbers that the panel shows");
        }
        if read.crc.is_empty() || read.report_key.is_empty() {
            return Err("crc and report_key must be the keys that the panel shows under its API settings");
        }
        Ok(read)
    }

    /// Whether its money is real enough for a creditor: play money settles nothing of a live one.
    pub fn counts_in(&self, mode: Mode) -> bool {
        mode == Mode::Trial || self.environment == Environment::Production
    }
}

/// The sign of what is written: fields in their order, numbers as numbers, no spaces, nothing escaped that need not be.
pub(super) fn sign(what: &impl Serialize) -> String {
    let text = serde_json::to_string(what).unwrap_or_default();
    Sha384::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_signed(what: &impl Serialize, given: &str) -> bool {
    sign(what).as_bytes().ct_eq(given.as_bytes()).into()
}

/// Somebody paid, so it says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paid {
    merchant_id: i64,
    pos_id: i64,
    session_id: String,
    amount: i64,
    origin_amount: i64,
    currency: String,
    order_id: i64,
    method_id: i64,
    statement: String,
    sign: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaidSigned<'a> {
    merchant_id: i64,
    pos_id: i64,
    session_id: &'a str,
    amount: i64,
    origin_amount: i64,
    currency: &'a str,
    order_id: i64,
    method_id: i64,
    statement: &'a str,
    crc: &'a str,
}

/// A refund ended.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refund {
    order_id: i64,
    session_id: String,
    refunds_uuid: String,
    merchant_id: i64,
    amount: i64,
    currency: String,
    /// 0: completed, 1: rejected.
    status: i64,
    sign: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefundSigned<'a> {
    order_id: i64,
    session_id: &'a str,
    refunds_uuid: &'a str,
    merchant_id: i64,
    amount: i64,
    currency: &'a str,
    status: i64,
    crc: &'a str,
}

/// Both come to the same address. A number that is written as a text is of neither form.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Notification {
    Paid(Paid),
    Refund(Refund),
}

impl Notification {
    fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    fn is_of(&self, known: &Credentials) -> bool {
        match self {
            Self::Paid(paid) => {
                let signed = PaidSigned {
                    merchant_id: paid.merchant_id,
                    pos_id: paid.pos_id,
                    session_id: &paid.session_id,
                    amount: paid.amount,
                    origin_amount: paid.origin_amount,
                    currency: &paid.currency,
                    order_id: paid.order_id,
                    method_id: paid.method_id,
                    statement: &paid.statement,
                    crc: &known.crc,
                };
                (paid.merchant_id, paid.pos_id) == (known.merchant_id, known.pos_id) && is_signed(&signed, &paid.sign)
            }
            Self::Refund(refund) => {
                let signed = RefundSigned {
                    order_id: refund.order_id,
                    session_id: &refund.session_id,
                    refunds_uuid: &refund.refunds_uuid,
                    merchant_id: refund.merchant_id,
                    amount: refund.amount,
                    currency: &refund.currency,
                    status: refund.status,
                    crc: &known.crc,
                };
                refund.merchant_id == known.merchant_id && is_signed(&signed, &refund.sign)
            }
        }
    }
}

/// Przelewy24's notifications.
#[derive(Debug, Clone, Copy)]
pub struct Przelewy24;

impl Callbacks for Przelewy24 {
    fn name(&self) -> &'static str {
        NAME
    }

    /// A live creditor knows no secret of the sandbox.
    fn verify(&self, callback: &Delivery, secrets: &[String], settings: &Settings) -> Result<(), NotVerified> {
        let notification = Notification::read(&callback.body).ok_or(NotVerified)?;
        let mut known = secrets.iter().filter_map(|secret| Credentials::read(secret).ok());
        let right = known.any(|known| known.counts_in(settings.mode) && notification.is_of(&known));
        right.then_some(()).ok_or(NotVerified)
    }

    fn read(&self, callback: &Delivery, _: &Settings) -> Result<Told, Unreadable> {
        match Notification::read(&callback.body).ok_or_else(|| Unreadable::new("body", "a notification of Przelewy24"))? {
            Notification::Paid(paid) => {
                let payment = payment(paid.order_id, paid.amount, &paid.currency, callback.received_at)?;
                Ok(Told::ToConfirm { payment, reference: reference_of(&paid.session_id).to_owned(), checkout: paid.session_id })
            }
            // A refund that was rejected took nothing back.
            Notification::Refund(refund) if refund.status != 0 => Ok(ProviderEvent::Nothing.into()),
            Notification::Refund(refund) => {
                let (amount_minor, currency) = money(refund.amount, &refund.currency)?;
                let refund = RefundFact {
                    provider: NAME.to_owned(),
                    refund_id: refund.refunds_uuid,
                    payment_id: Some(refund.order_id.to_string()),
                    invoice: None,
                    currency,
                    amount_minor,
                };
                Ok(ProviderEvent::Refunded(refund).into())
            }
        }
    }
}

/// Our reference within the id of a session, which is the reference and when it was registered: `up-….29913734`.
pub(super) fn reference_of(session: &str) -> &str {
    session.split_once('.').map_or(session, |(reference, _)| reference)
}

/// A payment is booked under its order, whoever tells of it.
pub(super) fn payment(order_id: i64, amount: i64, currency: &str, at: DateTime<Utc>) -> Result<PaymentFact, Unreadable> {
    let (amount_minor, currency) = money(amount, currency)?;
    let payment_id = order_id.to_string();
    Ok(PaymentFact { provider: NAME.to_owned(), payment_id, invoice: None, debtor: None, currency, amount_minor, paid_at: at })
}

fn money(amount: i64, currency: &str) -> Result<(i64, Currency), Unreadable> {
    let currency = Currency::parse(currency).map_err(|_| Unreadable::new("currency", "an ISO 4217 code"))?;
    if amount > 0 { Ok((amount, currency)) } else { Err(Unreadable::new("amount", "more than 0")) }
}

#[cfg(test)]
mod tests;
