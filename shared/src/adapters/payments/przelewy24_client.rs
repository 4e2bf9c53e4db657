//! Transactions at Przelewy24, over HTTP: register, verify, ask.
//!
//! A call is never repeated by itself. A session may be registered once, so a registration whose answer was lost
//! is made again under the session of another minute; its first token was seen by nobody.

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answers::{refused, unanswered};
use super::przelewy24::{Credentials, Environment, NAME, payment, reference_of, sign};
use crate::domain::creditor::Locale;
use crate::domain::fact::PaymentFact;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};

/// Longest e-mail address that it takes.
const LONGEST_EMAIL: usize = 50;
/// Longest description that it takes.
const LONGEST_DESCRIPTION: usize = 1024;

/// Przelewy24 as a payment provider.
#[derive(Debug, Clone)]
pub struct Przelewy24Client {
    client: reqwest::Client,
    stand_in: Option<String>,
    now: DateTime<Utc>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegisterSigned<'a> {
    session_id: &'a str,
    merchant_id: i64,
    amount: i64,
    currency: &'a str,
    crc: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerifySigned<'a> {
    session_id: &'a str,
    order_id: i64,
    amount: i64,
    currency: &'a str,
    crc: &'a str,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
struct Registered {
    token: String,
}

#[derive(Deserialize)]
struct Verified {
    status: String,
}

/// A transaction as it stands.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transaction {
    order_id: i64,
    /// 0: no payment, 1: advance, 2: paid and verified, 3: returned.
    status: i64,
    amount: i64,
    currency: String,
}

impl Przelewy24Client {
    /// Przelewy24, or its stand-in for tests.
    pub fn new(client: reqwest::Client, stand_in: Option<String>, now: DateTime<Utc>) -> Self {
        Self { client, stand_in, now }
    }

    fn url(&self, known: &Credentials) -> &str {
        match (&self.stand_in, known.environment) {
            (Some(url), _) => url.trim_end_matches('/'),
            (None, Environment::Production) => "https://secure.przelewy24.pl",
            (None, Environment::Sandbox) => "https://sandbox.przelewy24.pl",
        }
    }

    /// Makes the money ours; until then it is an advance.
    async fn verify(&self, session: &str, paid: &PaymentFact, known: &Credentials) -> Result<(), CheckoutError> {
        let order_id: i64 = paid.payment_id.parse().map_err(|_| CheckoutError::Refused("an order has a number".to_owned()))?;
        let (amount, currency) = (paid.amount_minor, paid.currency.code());
        let signed = VerifySigned { session_id: session, order_id, amount, currency, crc: &known.crc };
        let body = json!({
            "merchantId": known.merchant_id, "posId": known.pos_id, "sessionId": session, "orderId": order_id,
            "amount": amount, "currency": currency, "sign": sign(&signed),
        });
        let put = self.client.put(format!("{}/api/v1/transaction/verify", self.url(known))).json(&body);
        let verified: Answer<Verified> = answer(put, known).await?;
        match verified.data.status.as_str() {
            "success" => Ok(()),
            _ => Err(CheckoutError::Refused("it did not verify the transaction".to_owned())),
        }
    }

    /// A session as it stands; none where nobody paid by it yet.
    async fn by_session(&self, session: &str, known: &Credentials) -> Result<Option<Transaction>, CheckoutError> {
        let mut url = Url::parse(self.url(known)).map_err(|_| CheckoutError::Refused("it has no address".to_owned()))?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(["api", "v1", "transaction", "by", "sessionId", session]);
        }
        let get = self.client.get(url).basic_auth(known.pos_id, Some(&known.report_key));
        // Not to be reached is no answer to a question.
        let sent = get.send().await.map_err(|_| CheckoutError::Unknown("it did not answer".to_owned()))?;
        if sent.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let read: Answer<Transaction> = read(sent).await?;
        Ok(Some(read.data))
    }

    /// What is said to be paid counts once it is verified, by this call or one before, whose answer may be lost.
    async fn confirmed(
        &self,
        payment: PaymentFact,
        reference: String,
        session: &str,
        known: &Credentials,
    ) -> Result<ProviderEvent, CheckoutError> {
        let why = match self.verify(session, &payment, known).await {
            Ok(()) => return Ok(ProviderEvent::Paid { payment, reference }),
            Err(CheckoutError::Refused(why)) => why,
            Err(unknown @ CheckoutError::Unknown(_)) => return Err(unknown),
        };
        let stands = self.by_session(session, known).await?.filter(|stands| stands.order_id.to_string() == payment.payment_id);
        match stands {
            Some(stands) if stands.status == 2 => Ok(ProviderEvent::Paid { payment: paid(&stands, payment.paid_at)?, reference }),
            // It went back before it was ours; what went back afterwards is told of by itself.
            Some(stands) if stands.status == 3 => Ok(ProviderEvent::Nothing),
            _ => Err(CheckoutError::Refused(format!("it is not verified: {why}"))),
        }
    }
}

fn credentials(secret: &str) -> Result<Credentials, CheckoutError> {
    Credentials::read(secret).map_err(|why| CheckoutError::Refused(format!("its secret {why}")))
}

fn paid(stands: &Transaction, at: DateTime<Utc>) -> Result<PaymentFact, CheckoutError> {
    payment(stands.order_id, stands.amount, &stands.currency, at).map_err(|error| CheckoutError::Unknown(error.to_string()))
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder, known: &Credentials) -> Result<T, CheckoutError> {
    let request = request.basic_auth(known.pos_id, Some(&known.report_key));
    read(request.send().await.map_err(|error| unanswered(&error))?).await
}

async fn read<T: DeserializeOwned>(sent: reqwest::Response) -> Result<T, CheckoutError> {
    if sent.status().is_success() { sent.json().await.map_err(|error| unanswered(&error)) } else { Err(refused(sent.status())) }
}

/// Its page knows our languages but for one.
fn language(locale: Locale) -> &'static str {
    match locale.tag() {
        "uk" => "pl",
        tag => tag,
    }
}

/// Where its own receipt goes, which it demands: to the debtor, else to the creditor.
fn email(request: &CheckoutRequest) -> Result<&str, CheckoutError> {
    let known = request.email.iter().chain([&request.creditor_email]).map(String::as_str);
    let mut fits = known.filter(|email| email.len() <= LONGEST_EMAIL);
    fits.next().ok_or_else(|| CheckoutError::Refused("it takes no e-mail address of more than 50 characters".to_owned()))
}

impl PaymentProvider for Przelewy24Client {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let known = credentials(secret)?;
        let session = format!("{}.{}", request.reference, self.now.timestamp().div_euclid(60));
        let (amount, currency) = (request.amount_minor, request.currency.code());
        let signed = RegisterSigned { session_id: &session, merchant_id: known.merchant_id, amount, currency, crc: &known.crc };
        let description: String = request.title.chars().take(LONGEST_DESCRIPTION).collect();
        let body = json!({
            "merchantId": known.merchant_id, "posId": known.pos_id, "sessionId": session, "amount": amount,
            "currency": currency, "description": description, "email": email(request)?, "country": "PL",
            "language": language(request.locale), "urlReturn": request.return_url, "urlStatus": request.callback_url,
            "waitForResult": true, "encoding": "UTF-8", "sign": sign(&signed),
        });
        let url = self.url(&known);
        let made: Answer<Registered> = answer(self.client.post(format!("{url}/api/v1/transaction/register")).json(&body), &known).await?;
        let token = made.data.token;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            return Err(CheckoutError::Unknown("it did not answer in its form".to_owned()));
        }
        Ok(Checkout { id: session, url: format!("{url}/trnRequest/{token}") })
    }

    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        let known = credentials(secret)?;
        let Some(stands) = self.by_session(asked.checkout, &known).await? else { return Ok(ProviderEvent::Nothing.into()) };
        let reference = reference_of(asked.checkout).to_owned();
        match stands.status {
            0 => Ok(ProviderEvent::Nothing.into()),
            // Its notification never came: nobody else verifies it.
            1 => Ok(Told::ToConfirm { payment: paid(&stands, asked.at)?, reference, checkout: asked.checkout.to_owned() }),
            2 => Ok(ProviderEvent::Paid { payment: paid(&stands, asked.at)?, reference }.into()),
            3 => Ok(ProviderEvent::Failed { reference, at: asked.at }.into()),
            _ => Err(CheckoutError::Unknown("it told of a status that is not documented".to_owned())),
        }
    }

    async fn confirm(&self, told: Told, secret: &str, _: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        match told {
            Told::Happened(event) => Ok(event),
            Told::ToConfirm { payment, reference, checkout } => {
                let known = credentials(secret)?;
                self.confirmed(payment, reference, &checkout, &known).await
            }
            Told::ToAsk { .. } => Err(CheckoutError::Refused("its notifications say what happened".to_owned())),
        }
    }
}
