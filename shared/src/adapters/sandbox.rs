//! The sandbox provider: a checkout over real HTTP, a signed callback, no money.
//!
//! Its other half is the `payment-sandbox` function. Both sign with the creditor's own sandbox
//! secret: `x-sandbox-signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::creditor::Settings;
use crate::domain::fact::PaymentFact;
use crate::domain::ids::CreditorId;
use crate::domain::money::Currency;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::outside::{Checkout, CheckoutError, CheckoutRequest, CheckoutStatus, PaymentProvider, ProviderEvent};

/// The header of the signature.
pub const SIGNATURE: &str = "x-sandbox-signature";
/// How far a signature's time may be from ours, in seconds.
const TOLERANCE: i64 = 300;

/// The sandbox as a payment provider.
#[derive(Debug, Clone)]
pub struct Sandbox {
    client: reqwest::Client,
    base_url: String,
    creditor: CreditorId,
    now: DateTime<Utc>,
}

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
    /// `paid` or `declined`.
    pub status: String,
    /// Minor units.
    pub amount_minor: i64,
    /// Currency.
    pub currency: Currency,
    /// When.
    pub paid_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct StatusAnswer {
    status: CheckoutStatus,
}

impl Sandbox {
    /// The sandbox of a creditor, at the root of this deployment's API.
    pub fn new(client: reqwest::Client, base_url: &str, creditor: &CreditorId, now: DateTime<Utc>) -> Self {
        Self { client, base_url: base_url.to_owned(), creditor: creditor.clone(), now }
    }
}

/// Signs a body.
pub fn sign(secret: &str, at: DateTime<Utc>, body: &[u8]) -> String {
    let digest = mac(secret, at.timestamp(), body);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={},v1={hex}", at.timestamp())
}

fn mac(secret: &str, at: i64, body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| unreachable!("any key length fits an HMAC"));
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

/// Checks a signature against each live secret.
pub fn verify(delivery: &Delivery, secrets: &[String]) -> Result<(), NotVerified> {
    let header = delivery.header(SIGNATURE).ok_or(NotVerified)?;
    let (at, given) = header.split_once(',').ok_or(NotVerified)?;
    let at: i64 = at.strip_prefix("t=").and_then(|at| at.parse().ok()).ok_or(NotVerified)?;
    let given = given.strip_prefix("v1=").ok_or(NotVerified)?;
    if (delivery.received_at.timestamp() - at).abs() > TOLERANCE {
        return Err(NotVerified);
    }
    let matches = |secret: &String| {
        let hex: String = mac(secret, at, &delivery.body).iter().map(|byte| format!("{byte:02x}")).collect();
        bool::from(hex.as_bytes().ct_eq(given.as_bytes()))
    };
    secrets.iter().any(matches).then_some(()).ok_or(NotVerified)
}

/// An error of the HTTP client: only a connection never made is a clear no.
fn unknown(error: &reqwest::Error) -> CheckoutError {
    if error.is_connect() {
        CheckoutError::Refused("it was not reached".to_owned())
    } else {
        CheckoutError::Unknown("it did not answer in time".to_owned())
    }
}

impl PaymentProvider for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let order = Order { creditor: self.creditor.clone(), request: request.clone() };
        let body = serde_json::to_vec(&order).map_err(|_| CheckoutError::Refused("the order cannot be written".to_owned()))?;
        let signature = sign(secret, self.now, &body);
        let url = format!("{}/sandbox/checkouts", self.base_url);
        let post = self.client.post(url).header(SIGNATURE, signature).header("content-type", "application/json");
        let answer = post.body(body).send().await.map_err(|error| unknown(&error))?;
        if !answer.status().is_success() {
            return Err(CheckoutError::Refused(format!("it answered {}", answer.status().as_u16())));
        }
        answer.json().await.map_err(|error| unknown(&error))
    }

    fn verify(&self, callback: &Delivery, secrets: &[String], _: &Settings) -> Result<Result<ProviderEvent, Unreadable>, NotVerified> {
        verify(callback, secrets)?;
        Ok(read(&callback.body))
    }

    async fn status(&self, checkout: &str, secret: &str) -> Result<CheckoutStatus, CheckoutError> {
        let url = format!("{}/sandbox/checkouts/{checkout}/status", self.base_url);
        let get = self.client.get(url).header(SIGNATURE, sign(secret, self.now, checkout.as_bytes()));
        let answer = get.send().await.map_err(|error| unknown(&error))?;
        let answer: StatusAnswer = answer.json().await.map_err(|error| unknown(&error))?;
        Ok(answer.status)
    }
}

fn read(body: &[u8]) -> Result<ProviderEvent, Unreadable> {
    let callback: Callback = serde_json::from_slice(body).map_err(|_| Unreadable::new("body", "a callback of the sandbox"))?;
    if callback.status != "paid" {
        return Ok(ProviderEvent::Nothing);
    }
    if !(1..=200).contains(&callback.payment_id.len()) {
        return Err(Unreadable::new("payment_id", "1 to 200 bytes"));
    }
    if callback.amount_minor <= 0 {
        return Err(Unreadable::new("amount_minor", "more than 0"));
    }
    let payment = PaymentFact {
        provider: "sandbox".to_owned(),
        payment_id: callback.payment_id,
        invoice: None,
        debtor: None,
        currency: callback.currency,
        amount_minor: callback.amount_minor,
        paid_at: callback.paid_at,
    };
    Ok(ProviderEvent::Paid { payment, reference: callback.reference })
}
