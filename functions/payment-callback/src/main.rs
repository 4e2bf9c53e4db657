//! `POST /payments/{creditor}/{provider}`: a provider's callback: verify, book, settle.

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::adapters::dynamodb::Table;
use upominek::adapters::kms::Vault;
use upominek::adapters::sandbox::Sandbox;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::payment::Till;
use upominek::domain::handle::Attention;
use upominek::domain::ids::CreditorId;
use upominek::ports::outside::{Clock, PaymentProvider};
use upominek::ports::store::Attentions;
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, WallClock, http};

struct Function {
    table: Table,
    vault: Vault,
    queues: Queues,
    clock: WallClock,
    creditors: Creditors,
    http: reqwest::Client,
    base_url: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let function = Function {
        vault: clients.vault(),
        queues: clients.queues(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        http: reqwest::Client::new(),
        base_url: clients.config.base_url.clone(),
        table,
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<ApiGatewayV2httpRequest>| async move { Ok::<_, Error>(function.answer(&event.payload).await) }))
        .await
}

fn nothing_here() -> ApiGatewayV2httpResponse {
    http::problem(404, "Not Found", "there is nothing here")
}

impl Function {
    async fn answer(&self, request: &ApiGatewayV2httpRequest) -> ApiGatewayV2httpResponse {
        let (creditor, provider) = (http::path(request, "creditor"), http::path(request, "provider"));
        match Box::pin(self.book(creditor, provider, request)).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(
                    creditor,
                    provider,
                    error = upominek::runtime::chain(&error),
                    "a callback was not taken; its provider will send it again"
                );
                http::problem(503, "Service Unavailable", "nothing was booked: send it again")
            }
        }
    }

    async fn book(&self, creditor: &str, provider: &str, request: &ApiGatewayV2httpRequest) -> Result<ApiGatewayV2httpResponse, AppError> {
        let (Ok(creditor), "sandbox") = (CreditorId::parse(creditor), provider) else { return Ok(nothing_here()) };
        let now = self.clock.now().await?;
        let refused = || http::problem(401, "Unauthorized", "the signature does not verify");
        let Some(callback) = http::delivery(request, now) else { return Ok(refused()) };
        if callback.body.len() > http::LARGEST_BODY {
            return Ok(http::problem(413, "Content Too Large", "a callback may have at most 1,000,000 bytes"));
        }
        let tenant = Tenant::proven(creditor.clone(), Proof::BeforeVerification);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(nothing_here()) };
        let secrets = known.secrets(&self.vault, &format!("provider#{provider}")).await?;
        let adapter = Sandbox::new(self.http.clone(), &self.base_url, &creditor, now);
        let Ok(read) = adapter.verify(&callback, &secrets, &known.settings) else {
            tracing::warn!(%creditor, provider, "a callback's signature does not verify");
            return Ok(refused());
        };
        let event = match read {
            Ok(event) => event,
            Err(unreadable) => {
                // Money may stand behind it: a person has to see it.
                tracing::error!(%creditor, provider, error = %unreadable, "a signed callback cannot be read; it is listed for a person");
                let payment =
                    format!("{provider}:unreadable-{}", upominek::app::link::token_hash(&String::from_utf8_lossy(&callback.body)));
                let attention = Attention::OddPayment { payment: payment.clone(), why: unreadable.to_string() };
                let store = self.table.of(&Tenant::proven(creditor.clone(), Proof::Signature));
                store.attend(&payment, &attention, now).await?;
                return Ok(http::problem(422, "Unprocessable Content", &unreadable.to_string()));
            }
        };
        let store = self.table.of(&Tenant::proven(creditor.clone(), Proof::Signature));
        let setting = Setting { settings: &known.settings, now };
        let till = Till { store: &store, queue: &self.queues, clock: &self.clock, setting };
        let booked = till.book(event).await?;
        tracing::info!(%creditor, provider, outcome = ?booked, "a callback was taken");
        let answer = adapter.answer();
        Ok(http::answer(answer.status, "text/plain; charset=utf-8", answer.body))
    }
}
