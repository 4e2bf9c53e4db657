//! Transactions at Tpay, over HTTP.
//!
//! A call is never repeated by itself: Tpay knows no idempotency key and takes the same order number again. A
//! transaction whose answer was lost is seen by nobody, and another one is made.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Number, Value, json};

use super::answers::{refused, unanswered};
use super::oauth::{self, NoToken};
use super::tpay::{Credentials, NAME, instant, is_id, payment};
use crate::domain::creditor::Locale;
use crate::domain::money::Currency;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};

/// Longest description that it takes.
const LONGEST_DESCRIPTION: usize = 128;

/// Tpay as a payment provider.
#[derive(Debug, Clone)]
pub struct TpayClient {
    client: reqwest::Client,
    stand_in: Option<String>,
}

/// A transaction, made or asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transaction {
    transaction_id: String,
    title: String,
    status: String,
    amount: Value,
    currency: Option<String>,
    hidden_description: Option<String>,
    transaction_payment_url: Option<String>,
    #[serde(default)]
    payments: Payments,
    date: Option<Dates>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Payments {
    amount_paid: Option<Value>,
    date: Option<Dates>,
}

#[derive(Deserialize)]
struct Dates {
    realization: Option<String>,
}

fn unknown(what: &str) -> CheckoutError {
    CheckoutError::Unknown(what.to_owned())
}

impl Transaction {
    /// Numbers, and in some answers texts.
    fn minor(amount: &Value, currency: Currency) -> Result<i64, CheckoutError> {
        let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
        currency.minor(&text).map_err(|_| unknown("it did not answer in its form"))
    }

    /// What its notification would have said; where it stands at an instant.
    fn meaning(&self, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        let reference = self.hidden_description.clone().unwrap_or_default();
        let currency = self.currency.as_deref().map_or(Ok(Currency::PLN), Currency::parse);
        let currency = currency.map_err(|_| unknown("it told of a currency that is not known"))?;
        let paid = self.payments.amount_paid.as_ref().filter(|paid| !paid.is_null());
        let paid = paid.map(|paid| Self::minor(paid, currency)).transpose()?.filter(|minor| *minor > 0);
        match self.status.as_str() {
            "pending" => Ok(ProviderEvent::Nothing),
            // Not accepted yet.
            "paid" => Ok(ProviderEvent::Pending { reference, at }),
            "correct" => {
                let minor = paid.map_or_else(|| Self::minor(&self.amount, currency), Ok)?;
                let dates = [&self.payments.date, &self.date].into_iter().flatten();
                let came_at = dates.filter_map(|date| date.realization.as_deref()).find_map(instant);
                let paid = payment(&self.title, minor, currency, came_at.map_or(at, |came_at| came_at.min(at)));
                Ok(ProviderEvent::Paid { payment: paid.map_err(|error| CheckoutError::Unknown(error.to_string()))?, reference })
            }
            // Another amount was paid, and waits to be accepted or sent back.
            "error" if paid.is_some() => Ok(ProviderEvent::Pending { reference, at }),
            "refund" | "canceled" | "declined" | "error" => Ok(ProviderEvent::Failed { reference, at }),
            _ => Err(unknown("it told of a status that is not known")),
        }
    }
}

impl TpayClient {
    /// Tpay where a creditor's secret says, or its stand-in.
    pub fn new(client: reqwest::Client, stand_in: Option<String>) -> Self {
        Self { client, stand_in }
    }

    fn url(&self, known: &Credentials, path: &str) -> String {
        let root = self.stand_in.as_deref().unwrap_or_else(|| known.environment.url());
        format!("{}{path}", root.trim_end_matches('/'))
    }

    async fn token(&self, known: &Credentials) -> Result<String, NoToken> {
        let fields = [("client_id", known.client_id.as_str()), ("client_secret", known.client_secret.as_str())];
        oauth::token(self.client.post(self.url(known, "/oauth/auth")), &fields).await
    }

    /// A transaction as it stands; none where there is no such one of the creditor's.
    async fn found(&self, id: &str, secret: &str) -> Result<Option<Transaction>, CheckoutError> {
        let known = credentials(secret)?;
        if !is_id(id) {
            return Err(CheckoutError::Refused("that is no transaction's id".to_owned()));
        }
        let token = self.token(&known).await.map_err(NoToken::untold)?;
        let get = self.client.get(self.url(&known, &format!("/transactions/{id}")));
        let sent = get.bearer_auth(token).send().await.map_err(|_| unknown("it did not answer"))?;
        if sent.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let found = read(sent).await?;
        if found.transaction_id == id { Ok(Some(found)) } else { Err(unknown("it told of another transaction")) }
    }
}

fn credentials(secret: &str) -> Result<Credentials, CheckoutError> {
    Credentials::read(secret).map_err(|why| CheckoutError::Refused(format!("its secret {why}")))
}

/// Sends once; only a connection that was never made is a clear no by itself.
async fn sent(request: RequestBuilder, token: &str) -> Result<Response, CheckoutError> {
    request.bearer_auth(token).send().await.map_err(|error| unanswered(&error))
}

async fn read(sent: Response) -> Result<Transaction, CheckoutError> {
    if !sent.status().is_success() {
        return Err(refused(sent.status()));
    }
    sent.json().await.map_err(|_| unknown("it did not answer in its form"))
}

/// Its page knows three of our languages.
fn language(locale: Locale) -> &'static str {
    match locale.tag() {
        tag @ ("pl" | "en" | "de") => tag,
        "uk" => "pl",
        _ => "en",
    }
}

/// A transaction. It demands somebody's address and name: an address is the debtor's, where one may be used, and
/// the name is our reference.
fn order(request: &CheckoutRequest) -> Result<Value, CheckoutError> {
    let amount = Number::from_str(&request.currency.decimal(request.amount_minor));
    let amount = amount.map_err(|_| CheckoutError::Refused("that is no amount".to_owned()))?;
    let description: String = request.title.chars().take(LONGEST_DESCRIPTION).collect();
    Ok(json!({
        "amount": amount,
        "description": description,
        "hiddenDescription": request.reference,
        "lang": language(request.locale),
        "payer": { "email": request.email.as_ref().unwrap_or(&request.creditor_email), "name": request.reference },
        "callbacks": {
            "notification": { "url": request.callback_url },
            "payerUrls": { "success": request.return_url, "error": request.return_url },
        },
    }))
}

impl PaymentProvider for TpayClient {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        let known = credentials(secret)?;
        if request.currency != Currency::PLN {
            return Err(CheckoutError::Refused("it takes złoty only".to_owned()));
        }
        let order = order(request)?;
        let token = self.token(&known).await.map_err(NoToken::nothing_ordered)?;
        let post = self.client.post(self.url(&known, "/transactions")).json(&order);
        let made = read(sent(post, &token).await?).await?;
        let unreadable = || unknown("it made a transaction and did not say where it is paid");
        let page = made.transaction_payment_url.filter(|_| is_id(&made.transaction_id)).ok_or_else(unreadable)?;
        // Debtors are sent there.
        if !page.starts_with("https://") && self.stand_in.as_deref().is_none_or(|root| !page.starts_with(root)) {
            return Err(unreadable());
        }
        Ok(Checkout { id: made.transaction_id, url: page })
    }

    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        let found = self.found(asked.checkout, secret).await?;
        let found = found.ok_or_else(|| unknown("it does not know the transaction"))?;
        Ok(found.meaning(asked.at)?.into())
    }

    async fn confirm(&self, told: Told, secret: &str, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        match told {
            Told::Happened(event) => Ok(event),
            // Somebody else's transaction is no payment of ours.
            Told::ToAsk { payment } => self.found(&payment, secret).await?.map_or(Ok(ProviderEvent::Nothing), |found| found.meaning(at)),
            Told::ToConfirm { .. } => Err(CheckoutError::Refused("its notifications say what happened".to_owned())),
        }
    }
}
