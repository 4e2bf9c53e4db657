//! Checkouts at Stripe, over HTTP.
//!
//! A call is never repeated by itself. The reference is the idempotency key: the same one, asked again within a
//! day, gives the same session.

use serde::Deserialize;

use super::answers::{refused, unanswered};
use super::stripe::{Credentials, NAME, Session, amount_for, came};
use crate::domain::creditor::Locale;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};

/// Where Stripe's API is.
pub const URL: &str = "https://api.stripe.com";

/// The version of the API whose shapes are read here.
const VERSION: &str = "2025-03-31.basil";

/// Stripe as a payment provider.
#[derive(Debug, Clone)]
pub struct StripeClient {
    client: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct Made {
    id: String,
    url: Option<String>,
}

/// How far a session is.
#[derive(Deserialize)]
struct Stage {
    status: Option<String>,
    payment_status: String,
    payment_intent: Option<Intent>,
}

#[derive(Deserialize)]
struct Intent {
    id: String,
    status: String,
}

impl StripeClient {
    /// Stripe at an address, `URL` but for tests.
    pub fn new(client: reqwest::Client, url: &str) -> Self {
        Self { client, url: url.trim_end_matches('/').to_owned() }
    }

    async fn get(&self, what: &str, known: &Credentials) -> Result<serde_json::Value, CheckoutError> {
        let get = self.client.get(format!("{}/v1/{what}", self.url)).bearer_auth(&known.api_key).header("stripe-version", VERSION);
        let answer = get.send().await.map_err(|error| unanswered(&error))?;
        if !answer.status().is_success() {
            return Err(refused(answer.status()));
        }
        answer.json().await.map_err(|error| unanswered(&error))
    }
}

fn credentials(secret: &str) -> Result<Credentials, CheckoutError> {
    Credentials::read(secret).map_err(|why| CheckoutError::Refused(format!("its secret {why}")))
}

/// Stripe's page knows our languages but for one.
fn language(locale: Locale) -> &'static str {
    match locale.tag() {
        "uk" => "auto",
        tag => tag,
    }
}

fn fields(request: &CheckoutRequest) -> Vec<(&'static str, String)> {
    let amount = amount_for(request.amount_minor, request.currency).to_string();
    vec![
        ("mode", "payment".to_owned()),
        ("client_reference_id", request.reference.clone()),
        ("metadata[reference]", request.reference.clone()),
        ("payment_intent_data[metadata][reference]", request.reference.clone()),
        ("payment_intent_data[description]", request.title.clone()),
        ("line_items[0][quantity]", "1".to_owned()),
        ("line_items[0][price_data][currency]", request.currency.code().to_ascii_lowercase()),
        ("line_items[0][price_data][unit_amount]", amount),
        ("line_items[0][price_data][product_data][name]", request.title.clone()),
        // What is paid is what is owed, in its own currency.
        ("adaptive_pricing[enabled]", "false".to_owned()),
        ("locale", language(request.locale).to_owned()),
        ("success_url", request.return_url.clone()),
        ("cancel_url", request.return_url.clone()),
    ]
}

impl PaymentProvider for StripeClient {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let known = credentials(secret)?;
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields(request));
        let post = self.client.post(format!("{}/v1/checkout/sessions", self.url)).bearer_auth(&known.api_key);
        let post = post.header("idempotency-key", &request.reference).header("stripe-version", VERSION);
        let post = post.header("content-type", "application/x-www-form-urlencoded").body(body.finish());
        let answer = post.send().await.map_err(|error| unanswered(&error))?;
        if !answer.status().is_success() {
            return Err(refused(answer.status()));
        }
        let made: Made = answer.json().await.map_err(|error| unanswered(&error))?;
        // A session that is over has no address any more.
        let url = made.url.ok_or_else(|| CheckoutError::Refused("this checkout is over".to_owned()))?;
        Ok(Checkout { id: made.id, url })
    }

    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        let known = credentials(secret)?;
        let mut session = self.get(&format!("checkout/sessions/{}?expand[]=payment_intent", asked.checkout), &known).await?;
        let unreadable = |_| CheckoutError::Unknown("it did not answer in its form".to_owned());
        let stage: Stage = serde_json::from_value(session.clone()).map_err(unreadable)?;
        if let Some(intent) = &stage.payment_intent {
            session["payment_intent"] = intent.id.clone().into();
        }
        let session: Session = serde_json::from_value(session).map_err(unreadable)?;
        let (reference, at) = (asked.reference.to_owned(), asked.at);
        let declined = stage.payment_intent.is_some_and(|intent| matches!(intent.status.as_str(), "requires_payment_method" | "canceled"));
        let event = match (stage.status.as_deref(), stage.payment_status.as_str()) {
            (_, "paid") => came(session, at).map_err(|error| CheckoutError::Unknown(error.to_string()))?,
            (Some("expired"), _) => ProviderEvent::Failed { reference, at },
            (Some("complete"), _) if declined => ProviderEvent::Failed { reference, at },
            (Some("complete"), _) => ProviderEvent::Pending { reference, at },
            _ => ProviderEvent::Nothing,
        };
        Ok(event.into())
    }
}
