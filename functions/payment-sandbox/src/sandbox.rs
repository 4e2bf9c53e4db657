//! Orders, the checkout page, and the callback that follows its buttons.

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use chrono::{DateTime, Utc};
use serde_json::json;
use upominek::adapters::dynamodb::Table;
use upominek::adapters::kms::Vault;
use upominek::adapters::payments::sandbox::{Callback, CheckoutStatus, Order, SIGNATURE, sign, verify};
use upominek::app::AppError;
use upominek::app::link;
use upominek::domain::creditor::Mode;
use upominek::domain::ids::CreditorId;
use upominek::domain::message::page::{Checkout, checkout_page};
use upominek::ports::outside::{Clock, OutsideError};
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::http_client::LazyClient;
use upominek::runtime::{WallClock, http};

use crate::state::{Session, id_of, load, save};

/// What the function works with.
pub struct Function {
    pub table: Table,
    pub vault: Vault,
    pub clock: WallClock,
    pub creditors: Creditors,
    pub http: LazyClient,
    pub base_url: String,
}

/// Who is paid, and the secret that both sides sign with.
struct Payee {
    name: String,
    secrets: Vec<String>,
}

fn nothing_here() -> ApiGatewayV2httpResponse {
    http::problem(404, "Not Found", "there is nothing here")
}

impl Function {
    /// Answers a request below `/sandbox`.
    pub async fn answer(&self, request: &ApiGatewayV2httpRequest) -> Result<ApiGatewayV2httpResponse, AppError> {
        let path = request.raw_path.as_deref().unwrap_or_default().trim_start_matches("/sandbox/").to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        match (http::method(request), parts.as_slice()) {
            ("POST", ["checkouts"]) => self.order(request).await,
            ("GET", ["checkouts", id]) => self.show(id).await,
            ("POST", ["checkouts", id]) => self.decide(id, request).await,
            ("GET", ["checkouts", id, "status"]) => self.status(id, request).await,
            _ => Ok(nothing_here()),
        }
    }

    async fn payee(&self, creditor: &CreditorId, now: DateTime<Utc>) -> Result<Option<Payee>, AppError> {
        let tenant = Tenant::proven(creditor.clone(), Proof::BeforeVerification);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(None) };
        let secrets = known.secrets(&self.vault, "provider#sandbox").await?;
        let live = known.settings.mode == Mode::Live || secrets.is_empty();
        Ok((!live).then(|| Payee { name: known.settings.name.clone(), secrets }))
    }

    async fn order(&self, request: &ApiGatewayV2httpRequest) -> Result<ApiGatewayV2httpResponse, AppError> {
        let now = self.clock.now().await?;
        let Some(delivery) = http::delivery(request, now) else { return Ok(nothing_here()) };
        let Ok(order) = serde_json::from_slice::<Order>(&delivery.body) else { return Ok(nothing_here()) };
        let Some(payee) = self.payee(&order.creditor, now).await? else { return Ok(nothing_here()) };
        if verify(&delivery, &payee.secrets).is_err() {
            return Ok(http::problem(401, "Unauthorized", "the signature does not verify"));
        }
        let id = id_of(&order);
        if load(&self.table, &id).await?.is_none() {
            save(&self.table, &id, &Session { order, status: CheckoutStatus::Open }).await?;
        }
        Ok(http::json(201, &json!({ "id": id, "url": format!("{}/sandbox/checkouts/{id}", self.base_url) })))
    }

    async fn show(&self, id: &str) -> Result<ApiGatewayV2httpResponse, AppError> {
        let now = self.clock.now().await?;
        let Some(session) = load(&self.table, id).await? else { return Ok(nothing_here()) };
        if session.status == CheckoutStatus::Paid {
            return Ok(http::see_other(&session.order.request.return_url));
        }
        let Some(payee) = self.payee(&session.order.creditor, now).await? else { return Ok(nothing_here()) };
        let request = &session.order.request;
        let page = checkout_page(&Checkout {
            locale: request.locale,
            creditor_name: &payee.name,
            description: &request.title,
            amount_minor: request.amount_minor,
            currency: request.currency,
            form_token: &form_token(&payee, id),
        });
        Ok(http::page(200, page.map_err(|error| OutsideError::new("the page", error))?))
    }

    async fn decide(&self, id: &str, request: &ApiGatewayV2httpRequest) -> Result<ApiGatewayV2httpResponse, AppError> {
        let now = self.clock.now().await?;
        let Some(mut session) = load(&self.table, id).await? else { return Ok(nothing_here()) };
        let Some(payee) = self.payee(&session.order.creditor, now).await? else { return Ok(nothing_here()) };
        let form = http::form(&http::body(request).unwrap_or_default());
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        if !link::same(field("token"), &form_token(&payee, id)) {
            return Ok(http::problem(403, "Forbidden", "open the checkout again"));
        }
        // Paid stays paid, whatever an old tab says.
        if session.status == CheckoutStatus::Paid {
            return Ok(http::see_other(&session.order.request.return_url));
        }
        session.status = match field("outcome") {
            "paid" => CheckoutStatus::Paid,
            // As with a slow bank: the debtor comes back, and the callback that settles it comes when
            // this page is opened again and decided.
            "pending" => CheckoutStatus::Pending,
            _ => CheckoutStatus::Failed,
        };
        self.call_back(id, &session.order, &payee, session.status, now).await?;
        save(&self.table, id, &session).await?;
        tracing::info!(creditor = %session.order.creditor, checkout = id, status = ?session.status, "a sandbox checkout was decided");
        Ok(http::see_other(&session.order.request.return_url))
    }

    /// Tells the creditor's side, as a provider does; not taken is an error that the page shows.
    async fn call_back(&self, id: &str, order: &Order, payee: &Payee, status: CheckoutStatus, now: DateTime<Utc>) -> Result<(), AppError> {
        let body = serde_json::to_vec(&told(id, order, status, now)).map_err(|error| OutsideError::new("the callback", error))?;
        let secret = payee.secrets.first().map_or("", String::as_str);
        let post = self.http.get()?.post(&order.request.callback_url).header(SIGNATURE, sign(secret, now, &body));
        let sent = post.header("content-type", "application/json").body(body).send().await;
        let answer = sent.map_err(|error| OutsideError::new("the callback", error.without_url()))?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(OutsideError::new("the callback", format!("it was answered {}", answer.status().as_u16())).into())
        }
    }

    async fn status(&self, id: &str, request: &ApiGatewayV2httpRequest) -> Result<ApiGatewayV2httpResponse, AppError> {
        let now = self.clock.now().await?;
        let Some(session) = load(&self.table, id).await? else { return Ok(nothing_here()) };
        let Some(payee) = self.payee(&session.order.creditor, now).await? else { return Ok(nothing_here()) };
        let Some(mut delivery) = http::delivery(request, now) else { return Ok(nothing_here()) };
        delivery.body = id.as_bytes().to_vec();
        if verify(&delivery, &payee.secrets).is_err() {
            return Ok(http::problem(401, "Unauthorized", "the signature does not verify"));
        }
        Ok(http::json(200, &json!(told(id, &session.order, session.status, now))))
    }
}

/// What is told of a checkout.
fn told(id: &str, order: &Order, status: CheckoutStatus, now: DateTime<Utc>) -> Callback {
    Callback {
        payment_id: id.to_owned(),
        reference: order.request.reference.clone(),
        status: status.told().to_owned(),
        refund_id: None,
        amount_minor: order.request.amount_minor,
        currency: order.request.currency,
        paid_at: now,
    }
}

fn form_token(payee: &Payee, id: &str) -> String {
    link::form_token(payee.secrets.first().map_or("", String::as_str), id)
}
