//! Payments at Mollie, over HTTP: made, and asked for.
//!
//! A call is never repeated by itself. The key of idempotency is made of what is ordered, so the same order whose
//! answer was lost gives the same payment for as long as Mollie keeps the key.

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::answers::{refused, unanswered};
use super::mollie::{Credentials, NAME, Payment, REFERENCE, is_payment};
use crate::domain::creditor::Locale;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};

/// Where Mollie's API is.
pub const URL: &str = "https://api.mollie.com";

/// Longest description that it takes.
const LONGEST_DESCRIPTION: usize = 255;

/// Mollie as a payment provider.
#[derive(Debug, Clone)]
pub struct MollieClient {
    client: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct Made {
    id: String,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    checkout: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

impl MollieClient {
    /// Mollie at an address, `URL` but for tests.
    pub fn new(client: reqwest::Client, url: &str) -> Self {
        Self { client, url: url.trim_end_matches('/').to_owned() }
    }

    /// A payment as it stands; none where the profile of the key has no such one.
    async fn payment(&self, id: &str, known: &Credentials) -> Result<Option<Payment>, CheckoutError> {
        let get = self.client.get(format!("{}/v2/payments/{id}?embed=refunds,chargebacks", self.url));
        // Not to be reached is no answer to a question.
        let sent = send(get, known).await.map_err(|_| CheckoutError::Unknown("it did not answer".to_owned()))?;
        match sent.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            status if status.is_success() => sent.json().await.map(Some).map_err(|error| unanswered(&error)),
            status => Err(refused(status)),
        }
    }

    async fn became(&self, id: &str, secret: &str, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        let known = credentials(secret)?;
        if !is_payment(id) {
            return Err(CheckoutError::Refused("a payment's id begins with tr_".to_owned()));
        }
        let Some(payment) = self.payment(id, &known).await? else { return Ok(ProviderEvent::Nothing) };
        payment.became(at).map_err(|error| CheckoutError::Unknown(error.to_string()))
    }
}

fn credentials(secret: &str) -> Result<Credentials, CheckoutError> {
    Credentials::read(secret).map_err(|why| CheckoutError::Refused(format!("its secret {why}")))
}

async fn send(request: RequestBuilder, known: &Credentials) -> Result<reqwest::Response, reqwest::Error> {
    request.bearer_auth(&known.api_key).send().await
}

/// Its page knows our languages but for one, and goes by the browser's then.
fn language(locale: Locale) -> Option<&'static str> {
    match locale {
        Locale::Pl => Some("pl_PL"),
        Locale::En => Some("en_GB"),
        Locale::De => Some("de_DE"),
        Locale::Cs => Some("cs_CZ"),
        Locale::Uk => None,
    }
}

/// A key in the form that Mollie recommends, a version 4 UUID, of what is ordered.
fn idempotency_key(order: &str) -> String {
    let mut hex: String = Sha256::digest(order.as_bytes())[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "a");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

impl PaymentProvider for MollieClient {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let known = credentials(secret)?;
        let description: String = request.title.chars().take(LONGEST_DESCRIPTION).collect();
        let mut order = json!({
            "amount": { "currency": request.currency.code(), "value": request.currency.decimal(request.amount_minor) },
            "description": description, "redirectUrl": request.return_url, "metadata": { REFERENCE: request.reference },
        });
        if let Some(language) = language(request.locale) {
            order["locale"] = language.into();
        }
        // Where events are signed, the webhook of a single payment would be refused.
        if known.signing_secret.is_none() {
            order["webhookUrl"] = request.callback_url.clone().into();
        }
        let key = idempotency_key(&order.to_string());
        let post = self.client.post(format!("{}/v2/payments", self.url)).header("idempotency-key", key).json(&order);
        let answer = send(post, &known).await.map_err(|error| unanswered(&error))?;
        if !answer.status().is_success() {
            return Err(refused(answer.status()));
        }
        let made: Made = answer.json().await.map_err(|error| unanswered(&error))?;
        match made.links.checkout {
            Some(page) if is_payment(&made.id) => Ok(Checkout { id: made.id, url: page.href }),
            Some(_) => Err(CheckoutError::Unknown("it did not answer in its form".to_owned())),
            // A payment that is over has no page any more.
            None => Err(CheckoutError::Refused("this checkout is over".to_owned())),
        }
    }

    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        Ok(self.became(asked.checkout, secret, asked.at).await?.into())
    }

    async fn confirm(&self, told: Told, secret: &str, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        match told {
            Told::Happened(event) => Ok(event),
            Told::ToAsk { payment } => self.became(&payment, secret, at).await,
            Told::ToConfirm { .. } => Err(CheckoutError::Refused("its webhooks say no amount that could be confirmed".to_owned())),
        }
    }
}
