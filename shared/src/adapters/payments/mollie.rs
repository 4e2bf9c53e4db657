//! Mollie (API v2): what its webhooks hint at, and how a payment stands that it was asked for.
//!
//! Its webhooks prove nothing about money. The one of a single payment is not signed and carries an id; events are
//! signed, and still only a picture of a moment that is over. Both say that a payment is to be asked for. A payment
//! stays `paid` whatever goes back of it. Source: Mollie's documents on webhooks, payments, refunds, chargebacks.

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use super::timed_hmac::bytes;
use crate::domain::creditor::{Mode, Settings};
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{Callbacks, ProviderEvent, Told};

#[cfg(feature = "http-client")]
mod payment;

#[cfg(feature = "http-client")]
pub(super) use payment::{Payment, REFERENCE};

/// The name in paths and settings.
pub const NAME: &str = "mollie";

/// The header of an event's signatures.
const SIGNATURE: &str = "x-mollie-signature";

/// Longest body of a webhook that only says an id.
const LONGEST_HINT: usize = 256;

/// What a creditor has at Mollie, as its secret is kept: `{"api_key": "live_…", "signing_secret": "…"}`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The API key of the profile, `live_…` or `test_…`.
    pub api_key: String,
    /// The secret of the subscription to events; none where only each payment's own webhook is used.
    #[serde(default)]
    pub signing_secret: Option<String>,
}

impl Credentials {
    /// Reads a kept secret.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn read(secret: &str) -> Result<Self, &'static str> {
        let read: Self = serde_json::from_str(secret)
            .map_err(|_| "must be {\"api_key\": \"live_… or test_…\"}, with \"signing_secret\": \"…\" where events are subscribed to")?;
        let key = read.api_key.strip_prefix("live_").or_else(|| read.api_key.strip_prefix("test_"));
        let Some(key) = key else {
            return Err("api_key must be the API key of a profile, live_… or test_…, not an access token");
        };
        if key.len() < 30 || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("api_key must be whole: at least 30 letters and digits after live_ or test_");
        }
        match read.signing_secret.as_deref() {
            Some(secret) if secret.len() < 8 => Err("signing_secret must be that of the webhook, at least 8 characters, or left out"),
            Some(secret) if secret == read.api_key => Err("signing_secret must be that of the webhook, not the API key"),
            _ => Ok(read),
        }
    }

    /// Whether its key takes play money.
    pub fn is_test(&self) -> bool {
        self.api_key.starts_with("test_")
    }
}

/// Whether a text can be the id of a payment.
pub(super) fn is_payment(id: &str) -> bool {
    id.strip_prefix("tr_").is_some_and(|rest| (1..=60).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The id that an unsigned webhook says: a form with one `id`.
fn hint(body: &[u8]) -> Option<String> {
    let fits = |id: &str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let mut ids = form_urlencoded::parse(body).filter(|(name, _)| name == "id").map(|(_, id)| id.into_owned());
    let id = ids.next().filter(|id| body.len() <= LONGEST_HINT && fits(id));
    id.filter(|_| ids.next().is_none())
}

fn is_signed(callback: &Delivery, secret: &str) -> bool {
    let headers = callback.headers.iter().filter(|(name, _)| name == SIGNATURE).flat_map(|(_, value)| value.split(','));
    let mut given = headers.filter_map(|one| one.trim().strip_prefix("sha256=").and_then(bytes));
    given.any(|given| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| unreachable!("any key length fits an HMAC"));
        mac.update(&callback.body);
        mac.verify_slice(&given).is_ok()
    })
}

/// Mollie's webhooks.
#[derive(Debug, Clone, Copy)]
pub struct Mollie;

impl Callbacks for Mollie {
    fn name(&self) -> &'static str {
        NAME
    }

    /// Where any live secret can sign, everything has to be signed: who takes a signature away gains nothing by it.
    fn verify(&self, callback: &Delivery, secrets: &[String], settings: &Settings) -> Result<(), NotVerified> {
        let read = secrets.iter().filter_map(|secret| Credentials::read(secret).ok());
        let known: Vec<Credentials> = read.filter(|known| settings.mode == Mode::Trial || !known.is_test()).collect();
        let signing: Vec<&str> = known.iter().filter_map(|known| known.signing_secret.as_deref()).collect();
        let fits = match signing.as_slice() {
            [] => !known.is_empty() && callback.header(SIGNATURE).is_none() && hint(&callback.body).is_some(),
            signing => signing.iter().any(|secret| is_signed(callback, secret)),
        };
        fits.then_some(()).ok_or(NotVerified)
    }

    fn read(&self, callback: &Delivery, _: &Settings) -> Result<Told, Unreadable> {
        let told = match serde_json::from_slice::<Value>(&callback.body) {
            Ok(event @ Value::Object(_)) => payment_of(&event)?,
            _ => Some(hint(&callback.body).ok_or_else(|| Unreadable::new("body", "a webhook of Mollie"))?),
        };
        Ok(match told.filter(|id| is_payment(id)) {
            Some(payment) => Told::ToAsk { payment },
            None => ProviderEvent::Nothing.into(),
        })
    }
}

/// Of which payment an event speaks, none where of something else. The event may enclose the thing or be the thing.
fn payment_of(event: &Value) -> Result<Option<String>, Unreadable> {
    let thing = event.pointer("/_embedded/entity").unwrap_or(event);
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    let named = [text(thing, "paymentId"), text(thing, "id"), text(event, "entityId")];
    let payment = named.into_iter().flatten().find(|id| is_payment(id));
    let kind = text(event, "type").or_else(|| text(thing, "resource")).unwrap_or_default();
    let takes_back = ["refund", "chargeback"].iter().any(|what| kind.starts_with(what));
    if payment.is_none() && takes_back {
        return Err(Unreadable::new(
            "_embedded.entity.paymentId",
            "the payment that it takes back; choose the full payload for the webhook",
        ));
    }
    Ok(payment)
}

#[cfg(all(test, feature = "http-client"))]
mod tests;
