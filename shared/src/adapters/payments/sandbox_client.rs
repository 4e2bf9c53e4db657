//! Checkouts at the sandbox, over HTTP.

use chrono::{DateTime, Utc};

use super::answers::{refused, unanswered};
use super::sandbox::{NAME, Order, SIGNATURE, read, sign};
use crate::domain::ids::CreditorId;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, Told};

/// The sandbox as a payment provider.
#[derive(Debug, Clone)]
pub struct SandboxClient {
    client: reqwest::Client,
    base_url: String,
    creditor: CreditorId,
    now: DateTime<Utc>,
}

impl SandboxClient {
    /// The sandbox of a creditor, at the root of this deployment's API.
    pub fn new(client: reqwest::Client, base_url: &str, creditor: &CreditorId, now: DateTime<Utc>) -> Self {
        Self { client, base_url: base_url.to_owned(), creditor: creditor.clone(), now }
    }
}

impl PaymentProvider for SandboxClient {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let order = Order { creditor: self.creditor.clone(), request: request.clone() };
        let body = serde_json::to_vec(&order).map_err(|_| CheckoutError::Refused("the order cannot be written".to_owned()))?;
        let signature = sign(secret, self.now, &body);
        let url = format!("{}/sandbox/checkouts", self.base_url);
        let post = self.client.post(url).header(SIGNATURE, signature).header("content-type", "application/json");
        let answer = post.body(body).send().await.map_err(|error| unanswered(&error))?;
        if !answer.status().is_success() {
            return Err(refused(answer.status()));
        }
        answer.json().await.map_err(|error| unanswered(&error))
    }

    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        let checkout = asked.checkout;
        let url = format!("{}/sandbox/checkouts/{checkout}/status", self.base_url);
        let get = self.client.get(url).header(SIGNATURE, sign(secret, self.now, checkout.as_bytes()));
        let answer = get.send().await.map_err(|error| unanswered(&error))?;
        if !answer.status().is_success() {
            return Err(refused(answer.status()));
        }
        let answer = answer.bytes().await.map_err(|error| unanswered(&error))?;
        read(&answer).map(Told::from).map_err(|error| CheckoutError::Unknown(error.to_string()))
    }
}
