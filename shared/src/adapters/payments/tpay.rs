//! Tpay (Open API): what its notifications say.
//!
//! A notification is signed twice: as a whole, by a certificate of Tpay's that it names (a detached JWS), which says
//! that Tpay wrote it; and in part, by the creditor's security code (`md5sum`), which says for whom. Notifications of
//! other kinds, as JSON, bear the first only: what they tell of money is asked for at Tpay before it counts. Source:
//! Tpay's documents on notifications (docs-api.tpay.com) and on statuses of payments (support.tpay.com).

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Warsaw;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::creditor::{Mode, Settings};
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::money::Currency;
use crate::ports::certificates::CertificateUrl;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{CallbackAnswer, Callbacks, ProviderEvent, Told};

mod credentials;
mod form;
mod signature;

pub use credentials::{Credentials, Environment};
use form::Form;
use signature::Signature;

/// The name in paths and settings.
pub const NAME: &str = "tpay";

/// Tpay's notifications.
#[derive(Debug, Clone, Copy)]
pub struct Tpay;

/// Credentials whose money is real enough for a creditor: play money settles nothing of a live one.
fn known<'a>(secrets: &'a [String], settings: &'a Settings) -> impl Iterator<Item = Credentials> + 'a {
    secrets.iter().filter_map(|secret| Credentials::read(secret).ok()).filter(|known| known.counts_in(settings.mode))
}

impl Callbacks for Tpay {
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
        let form = if is_json(&callback.body) { None } else { Some(Form::read(&callback.body).map_err(|_| NotVerified)?) };
        let fits = |known: &Credentials| {
            signature.url(known.environment).is_some()
                && form.as_ref().is_none_or(|form| form.is_for(&known.security_code))
                && known.roots().is_ok_and(|roots| signature.fits(callback, certificate, &roots))
        };
        known(secrets, settings).any(|known| fits(&known)).then_some(()).ok_or(NotVerified)
    }

    fn read(&self, callback: &Delivery, settings: &Settings) -> Result<Told, Unreadable> {
        if is_json(&callback.body) {
            return other(&callback.body);
        }
        let form = Form::read(&callback.body)?;
        // Test mode is switched on in the panel, and its money is nobody's.
        if settings.mode == Mode::Live && form.is_test() {
            return Ok(ProviderEvent::Nothing.into());
        }
        Ok(meaning(&form, callback.received_at)?.into())
    }

    /// Anything else is taken for a no, and it calls again.
    fn answer(&self) -> CallbackAnswer {
        CallbackAnswer { status: 200, body: "TRUE" }
    }
}

fn is_json(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// What a notification on a payment says.
fn meaning(form: &Form, at: DateTime<Utc>) -> Result<ProviderEvent, Unreadable> {
    let reference = form.text("tr_crc").unwrap_or_default().to_owned();
    let title = form.text("tr_id").filter(|id| !id.is_empty()).ok_or_else(|| Unreadable::new("tr_id", "the title of the transaction"))?;
    match form.text("tr_status").unwrap_or_default().to_ascii_uppercase().as_str() {
        "TRUE" => {
            // Nothing comes after it was told of, whatever the clock says that wrote it.
            let came_at = form.text("tr_date").and_then(instant).map_or(at, |came_at| came_at.min(at));
            let (amount_minor, currency) = form.money("tr_paid")?;
            Ok(ProviderEvent::Paid { payment: payment(title, amount_minor, currency, came_at)?, reference })
        }
        // With acceptance in two steps it is the first: our answer accepts it, and the second follows.
        "PAID" => Ok(ProviderEvent::Pending { reference, at }),
        "CHARGEBACK" => {
            let (amount_minor, currency) = form.money("tr_paid")?;
            // All of it goes back, and once: what goes back in part is not notified.
            Ok(ProviderEvent::Refunded(RefundFact {
                provider: NAME.to_owned(),
                refund_id: title.to_owned(),
                payment_id: Some(title.to_owned()),
                invoice: None,
                currency,
                amount_minor: positive("tr_paid", amount_minor)?,
            }))
        }
        "FALSE" if form.money("tr_paid").is_ok_and(|(paid, _)| paid == 0) => Ok(ProviderEvent::Failed { reference, at }),
        // What was paid waits in the panel: it may be accepted, which is told, or sent back.
        "FALSE" => Err(Unreadable::new("tr_status", "TRUE: another amount was paid, and is to be accepted or sent back in Tpay's panel")),
        _ => Err(Unreadable::new("tr_status", "TRUE, PAID, CHARGEBACK or FALSE")),
    }
}

/// Notifications of other kinds.
#[derive(Deserialize)]
struct Other {
    #[serde(rename = "type")]
    kind: Option<String>,
    event: Option<String>,
    #[serde(default)]
    data: Value,
}

fn other(body: &[u8]) -> Result<Told, Unreadable> {
    let unknown = || Unreadable::new("body", "a notification of Tpay on a payment, a token or an alias");
    let told: Other = serde_json::from_slice(body).map_err(|_| unknown())?;
    match (told.kind.as_deref(), told.event.as_deref()) {
        // It bears no sign of whose it is: whoever sells by Tpay could hand us one of its own.
        (Some("marketplace_transaction"), _) => {
            let id = told.data.get("transactionId").and_then(Value::as_str).filter(|id| is_id(id));
            let payment = id.ok_or_else(|| Unreadable::new("data.transactionId", "the transaction's id"))?;
            Ok(Told::ToAsk { payment: payment.to_owned() })
        }
        (Some("tokenization" | "token_update"), _) => Ok(ProviderEvent::Nothing.into()),
        (None, Some(event)) if event.starts_with("ALIAS_") => Ok(ProviderEvent::Nothing.into()),
        _ => Err(unknown()),
    }
}

/// Whether a text can be the id of a transaction, and a segment of an address.
pub(super) fn is_id(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// An instant in Polish local time without a zone: `2026-10-25 02:30:00`; the earlier one where there are two.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    Warsaw.from_local_datetime(&local).earliest().map(|at| at.to_utc())
}

fn positive(field: &str, amount_minor: i64) -> Result<i64, Unreadable> {
    if amount_minor > 0 { Ok(amount_minor) } else { Err(Unreadable::new(field, "more than 0")) }
}

/// A payment is booked under the title of its transaction, whoever tells of it: notifications bear no other id.
pub(super) fn payment(title: &str, amount_minor: i64, currency: Currency, at: DateTime<Utc>) -> Result<PaymentFact, Unreadable> {
    let (provider, payment_id, amount_minor) = (NAME.to_owned(), title.to_owned(), positive("tr_paid", amount_minor)?);
    Ok(PaymentFact { provider, payment_id, invoice: None, debtor: None, currency, amount_minor, paid_at: at })
}

#[cfg(all(test, feature = "http-client"))]
mod tests;
