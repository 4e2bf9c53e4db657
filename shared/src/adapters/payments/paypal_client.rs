//! Orders at PayPal, over HTTP: made, asked for, and captured once their debtor approved them.
//!
//! A call is never repeated by itself. Each carries a key of idempotency: an order that of what is ordered, a capture
//! that of the order as it was last changed. PayPal captures an order once, whatever the key.

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::answers::{refused, unanswered};
use super::oauth::{self, NoToken};
use super::paypal::{CAPTURES, Capture, Credentials, NAME, ORDERS, Order, decimal, is_id, order_of};
use crate::domain::creditor::Locale;
use crate::ports::intake::Unreadable;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};

/// Longest description that it takes.
const LONGEST_DESCRIPTION: usize = 127;

/// PayPal as a payment provider.
#[derive(Debug, Clone)]
pub struct PayPalClient {
    client: reqwest::Client,
    stand_in: Option<String>,
}

#[derive(Deserialize)]
struct Made {
    id: String,
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
    rel: String,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    issue: String,
}

/// A creditor's session: where, and with which token.
struct Session<'c> {
    client: &'c reqwest::Client,
    root: String,
    token: String,
}

impl PayPalClient {
    /// PayPal where a creditor's secret says, or at the address of a stand-in.
    pub fn new(client: reqwest::Client, stand_in: Option<String>) -> Self {
        Self { client, stand_in }
    }

    async fn session(&self, secret: &str, no_token: impl FnOnce(NoToken) -> CheckoutError) -> Result<Session<'_>, CheckoutError> {
        let known = Credentials::read(secret).map_err(|why| CheckoutError::Refused(format!("its secret {why}")))?;
        let root = self.stand_in.as_deref().unwrap_or_else(|| known.environment.url()).trim_end_matches('/').to_owned();
        let post = self.client.post(format!("{root}/v1/oauth2/token")).basic_auth(&known.client_id, Some(&known.client_secret));
        let token = oauth::token(post, &[]).await.map_err(no_token)?;
        Ok(Session { client: &self.client, root, token })
    }
}

impl Session<'_> {
    async fn send(&self, request: RequestBuilder) -> Result<reqwest::Response, reqwest::Error> {
        request.bearer_auth(&self.token).header("accept", "application/json").send().await
    }

    /// What lies at a path; none where nothing does.
    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Option<T>, CheckoutError> {
        let get = self.client.get(format!("{}{path}", self.root));
        // Not to be reached is no answer to a question.
        let sent = self.send(get).await.map_err(|_| CheckoutError::Unknown("it did not answer".to_owned()))?;
        match sent.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => sent.json().await.map(Some).map_err(|error| unanswered(&error)),
            status => Err(refused(status)),
        }
    }

    async fn order(&self, id: &str) -> Result<Option<Order>, CheckoutError> {
        self.get(&format!("/v2/checkout/orders/{id}")).await
    }

    /// Takes the money of an order that its debtor approved, and says what became of it.
    async fn capture(&self, order: Order, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        let path = format!("{}/v2/checkout/orders/{}/capture", self.root, order.id);
        let key = key(&format!("{}\n{}", order.id, order.update_time.as_deref().unwrap_or_default()));
        let post = self.client.post(path).header("paypal-request-id", key).header("prefer", "return=representation");
        // Not even reached: its debtor did approve it, so it is tried again.
        let sent = self.send(post.json(&json!({}))).await.map_err(|_| CheckoutError::Unknown("it did not answer".to_owned()))?;
        if sent.status().is_success() {
            let captured: Order = sent.json().await.map_err(|error| unanswered(&error))?;
            return known(captured.became(at));
        }
        if sent.status() != StatusCode::UNPROCESSABLE_ENTITY {
            return Err(refused(sent.status()));
        }
        let failure: Failure = sent.json().await.map_err(|error| unanswered(&error))?;
        let issue = failure.details.into_iter().map(|detail| detail.issue).next().unwrap_or_default();
        let reference = order.reference().unwrap_or_default().to_owned();
        match issue.as_str() {
            "ORDER_ALREADY_CAPTURED" => match self.order(&order.id).await? {
                Some(captured) => known(captured.became(at)),
                None => Err(CheckoutError::Unknown("it does not show what it captured".to_owned())),
            },
            // Their debtor may choose another way there, and approve it again.
            "INSTRUMENT_DECLINED" | "PAYER_ACTION_REQUIRED" | "TRANSACTION_REFUSED" => Ok(ProviderEvent::Failed { reference, at }),
            "ORDER_NOT_APPROVED" => Ok(ProviderEvent::Nothing),
            _ => Err(CheckoutError::Refused("it does not capture the order".to_owned())),
        }
    }

    /// What became of an order or a capture that a webhook told of; an approved order is captured.
    async fn became(&self, what: &str, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        let order = if let Some(id) = what.strip_prefix(CAPTURES).filter(|id| is_id(id)) {
            let Some(shown) = self.get::<Value>(&format!("/v2/payments/captures/{id}")).await? else { return Ok(ProviderEvent::Nothing) };
            let order = match order_of(&shown) {
                Some(order) => self.order(order).await?,
                None => None,
            };
            let Some(order) = order else { return alone(shown, at) };
            order
        } else if let Some(id) = what.strip_prefix(ORDERS).filter(|id| is_id(id)) {
            let Some(order) = self.order(id).await? else { return Ok(ProviderEvent::Nothing) };
            order
        } else {
            return Err(CheckoutError::Refused("an order or a capture has an id of PayPal's".to_owned()));
        };
        if order.waits() { self.capture(order, at).await } else { known(order.became(at)) }
    }
}

fn known(event: Result<ProviderEvent, Unreadable>) -> Result<ProviderEvent, CheckoutError> {
    event.map_err(|error| CheckoutError::Unknown(error.to_string()))
}

/// What a capture says whose order is not shown.
fn alone(shown: Value, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
    let capture: Capture = serde_json::from_value(shown).map_err(|_| CheckoutError::Unknown("it did not answer in its form".to_owned()))?;
    known(capture.became(None, at))
}

/// A key of idempotency.
fn key(of: &str) -> String {
    Sha256::digest(of.as_bytes())[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Its page knows our languages but for one, and goes by the browser's then.
fn language(locale: Locale) -> Option<&'static str> {
    match locale {
        Locale::Pl => Some("pl-PL"),
        Locale::En => Some("en-GB"),
        Locale::De => Some("de-DE"),
        Locale::Cs => Some("cs-CZ"),
        Locale::Uk => None,
    }
}

fn ordered(request: &CheckoutRequest) -> Result<Value, CheckoutError> {
    let value = decimal(request.amount_minor, request.currency)
        .ok_or_else(|| CheckoutError::Refused("it takes whole units of this currency only".to_owned()))?;
    let description: String = request.title.chars().take(LONGEST_DESCRIPTION).collect();
    let mut context = json!({
        "return_url": request.return_url, "cancel_url": request.return_url, "user_action": "PAY_NOW", "shipping_preference": "NO_SHIPPING",
    });
    if let Some(language) = language(request.locale) {
        context["locale"] = language.into();
    }
    Ok(json!({
        "intent": "CAPTURE",
        "purchase_units": [{
            "custom_id": request.reference, "description": description,
            "amount": { "currency_code": request.currency.code(), "value": value },
        }],
        "payment_source": { "paypal": { "experience_context": context } },
    }))
}

impl PaymentProvider for PayPalClient {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let order = ordered(request)?;
        let session = self.session(secret, NoToken::nothing_ordered).await?;
        let post = self.client.post(format!("{}/v2/checkout/orders", session.root)).json(&order);
        let post = post.header("paypal-request-id", key(&order.to_string())).header("prefer", "return=minimal");
        let sent = session.send(post).await.map_err(|error| unanswered(&error))?;
        if !sent.status().is_success() {
            return Err(refused(sent.status()));
        }
        let made: Made = sent.json().await.map_err(|error| unanswered(&error))?;
        let page = made.links.into_iter().find(|link| ["payer-action", "approve"].contains(&link.rel.as_str()));
        match page {
            Some(page) if is_id(&made.id) => Ok(Checkout { id: made.id, url: page.href }),
            Some(_) => Err(CheckoutError::Unknown("it did not answer in its form".to_owned())),
            // An order that is over leads nowhere any more.
            None => Err(CheckoutError::Refused("this checkout is over".to_owned())),
        }
    }

    /// Captures nothing: an order that waits is only said to.
    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        if !is_id(asked.checkout) {
            return Err(CheckoutError::Refused("an order has an id of PayPal's".to_owned()));
        }
        let session = self.session(secret, NoToken::untold).await?;
        let Some(order) = session.order(asked.checkout).await? else { return Ok(ProviderEvent::Nothing.into()) };
        if order.waits() {
            return Ok(Told::ToAsk { payment: format!("{ORDERS}{}", asked.checkout) });
        }
        known(order.became(asked.at)).map(Told::from)
    }

    async fn confirm(&self, told: Told, secret: &str, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        match told {
            Told::Happened(event) => Ok(event),
            Told::ToAsk { payment } => self.session(secret, NoToken::untold).await?.became(&payment, at).await,
            Told::ToConfirm { .. } => Err(CheckoutError::Refused("its webhooks say what is to be asked for".to_owned())),
        }
    }
}
