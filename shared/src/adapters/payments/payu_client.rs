//! Orders at PayU, over HTTP.
//!
//! A call is never repeated by itself: PayU knows no idempotency key. The number of an order is unique at a point of
//! sale, so that the same order within a minute is refused by PayU and not made again.

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers::{is_definite, unanswered};
use super::oauth::{self, NoToken};
use super::payu::{Credentials, NAME, Order, order_number};
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, Told};

/// How long an order is open, in seconds: a day, as long as our reference stays the same.
const VALIDITY: &str = "86400";

/// The most characters that PayU takes of a product's name.
const NAME_AT_MOST: usize = 255;

/// The debtor's address on the network, which PayU asks for and we do not hand on.
const NO_ADDRESS: &str = "127.0.0.1";

/// PayU as a payment provider.
#[derive(Debug, Clone)]
pub struct PayuClient {
    client: reqwest::Client,
    stand_in: Option<String>,
    now: DateTime<Utc>,
}

/// An answer of PayU, whether good or bad.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: Option<Verdict>,
    redirect_uri: Option<String>,
    order_id: Option<String>,
    #[serde(default)]
    orders: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    status_code: String,
}

impl Answer {
    /// PayU's word for what became of a request; nothing that is no such word is repeated.
    fn verdict(&self) -> &str {
        let word = self.status.as_ref().map_or("", |status| status.status_code.as_str());
        if word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') {
            word
        } else {
            ""
        }
    }
}

impl PayuClient {
    /// PayU where a creditor's secret says, or at the address of a stand-in; orders are numbered by the minute of `now`.
    pub fn new(client: reqwest::Client, stand_in: Option<String>, now: DateTime<Utc>) -> Self {
        Self { client, stand_in, now }
    }

    fn url(&self, known: &Credentials, path: &str) -> String {
        let root = self.stand_in.as_deref().unwrap_or_else(|| known.environment.url());
        format!("{}{path}", root.trim_end_matches('/'))
    }

    async fn token(&self, known: &Credentials) -> Result<String, NoToken> {
        let fields = [("client_id", known.client_id.as_str()), ("client_secret", known.client_secret.as_str())];
        oauth::token(self.client.post(self.url(known, "/pl/standard/user/oauth/authorize")), &fields).await
    }
}

/// Sends once and reads the answer; only a connection that was never made is a clear no by itself.
async fn sent(request: RequestBuilder, token: &str) -> Result<(StatusCode, Answer), CheckoutError> {
    let answer = request.bearer_auth(token).header("accept", "application/json").send().await.map_err(|error| unanswered(&error))?;
    let status = answer.status();
    match answer.json::<Answer>().await {
        Ok(answer) => Ok((status, answer)),
        // A clear no needs no words.
        Err(_) if is_definite(status) => Err(CheckoutError::Refused(format!("it answered {}", status.as_u16()))),
        Err(_) => Err(CheckoutError::Unknown(format!("it answered {}, and not in its form", status.as_u16()))),
    }
}

/// What an answer other than success says: a definite no, or nothing that can be relied on.
fn refused(status: StatusCode, answer: &Answer) -> CheckoutError {
    let what = format!("it answered {} {}", status.as_u16(), answer.verdict());
    // An order of this number is there, and the address of its page is not known.
    let there = answer.verdict() == "ERROR_ORDER_NOT_UNIQUE";
    if is_definite(status) && !there { CheckoutError::Refused(what) } else { CheckoutError::Unknown(what) }
}

fn credentials(secret: &str) -> Result<Credentials, CheckoutError> {
    Credentials::read(secret).map_err(|why| CheckoutError::Refused(format!("its secret {why}")))
}

/// An order of one product; no word about the debtor.
fn order(request: &CheckoutRequest, known: &Credentials, now: DateTime<Utc>) -> Value {
    let amount = request.amount_minor.to_string();
    let name: String = request.title.chars().take(NAME_AT_MOST).collect();
    json!({
        "merchantPosId": known.pos_id,
        "extOrderId": order_number(&request.reference, now),
        "customerIp": NO_ADDRESS,
        "notifyUrl": request.callback_url,
        "continueUrl": request.return_url,
        "validityTime": VALIDITY,
        "description": request.title,
        "currencyCode": request.currency.code(),
        "totalAmount": amount,
        "products": [{ "name": name, "unitPrice": amount, "quantity": "1" }],
    })
}

impl PaymentProvider for PayuClient {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let known = credentials(secret)?;
        // PayU writes every amount in hundredths.
        if request.currency.digits() != 2 {
            return Err(CheckoutError::Refused("it takes no currency without hundredths".to_owned()));
        }
        let token = self.token(&known).await.map_err(NoToken::nothing_ordered)?;
        let post = self.client.post(self.url(&known, "/api/v2_1/orders")).json(&order(request, &known, self.now));
        let (status, answer) = sent(post, &token).await?;
        if !(status.is_success() || status == StatusCode::FOUND) || answer.verdict() != "SUCCESS" {
            return Err(refused(status, &answer));
        }
        let unreadable = || CheckoutError::Unknown("it made an order and did not say where it is paid".to_owned());
        let (id, page) = answer.order_id.zip(answer.redirect_uri).ok_or_else(unreadable)?;
        // Debtors are sent there.
        if !page.starts_with("https://") && self.stand_in.as_deref().is_none_or(|root| !page.starts_with(root)) {
            return Err(unreadable());
        }
        let and = if page.contains('?') { '&' } else { '?' };
        Ok(Checkout { id, url: format!("{page}{and}lang={}", request.locale.tag()) })
    }

    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        let known = credentials(secret)?;
        let token = self.token(&known).await.map_err(NoToken::untold)?;
        let get = self.client.get(self.url(&known, &format!("/api/v2_1/orders/{}", asked.checkout)));
        let (status, answer) = sent(get, &token).await?;
        if !status.is_success() {
            return Err(refused(status, &answer));
        }
        let found = answer.orders.into_iter().next().and_then(|order| serde_json::from_value::<Order>(order).ok());
        let order = found.ok_or_else(|| CheckoutError::Unknown("it did not answer in its form".to_owned()))?;
        if order.reference() != asked.reference {
            return Err(CheckoutError::Unknown("it told of another order".to_owned()));
        }
        order.meaning(asked.at, asked.at).map(Told::from).map_err(|error| CheckoutError::Unknown(error.to_string()))
    }
}
