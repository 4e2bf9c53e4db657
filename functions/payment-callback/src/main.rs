//! `POST /payments/{creditor}/{provider}`: a provider's callback: verify, book, settle.

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::json;
use upominek::adapters::dynamodb::Table;
use upominek::adapters::kms::Vault;
use upominek::adapters::payments;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::payment::{Called, Till, verified};
use upominek::domain::ids::CreditorId;
use upominek::ports::outside::Clock;
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::providers::Providers;
use upominek::runtime::{Clients, WallClock, http};

struct Function {
    table: Table,
    vault: Vault,
    queues: Queues,
    clock: WallClock,
    creditors: Creditors,
    providers: Providers,
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
        providers: Providers::new(clients.vault(), clients.config.clone()),
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
        let (Ok(creditor), Some(callbacks)) = (CreditorId::parse(creditor), payments::callbacks(provider)) else {
            return Ok(nothing_here());
        };
        let now = self.clock.now().await?;
        let refused = || http::problem(401, "Unauthorized", "the signature does not verify");
        let Some(callback) = http::delivery(request, now) else { return Ok(refused()) };
        if callback.body.len() > http::LARGEST_BODY {
            return Ok(http::problem(413, "Content Too Large", "a callback may have at most 1,000,000 bytes"));
        }
        let tenant = Tenant::proven(creditor.clone(), Proof::BeforeVerification);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(nothing_here()) };
        let secrets = known.secrets(&self.vault, &format!("provider#{provider}")).await?;
        if verified(callbacks, &callback, &secrets, &known.settings, &self.providers).await?.is_err() {
            tracing::warn!(%creditor, provider, "a callback's signature does not verify");
            return Ok(refused());
        }
        let store = self.table.of(&Tenant::proven(creditor.clone(), Proof::Signature));
        let setting = Setting { settings: &known.settings, now };
        let till = Till { store: &store, queue: &self.queues, clock: &self.clock, setting };
        let called = till.receive(callbacks, &self.providers.confirming(&known, provider, now), &callback, None).await?;
        tracing::info!(%creditor, provider, outcome = ?called, "a callback was taken");
        Ok(match called {
            Called::Quarantined { id, why } => http::json(202, &json!({ "status": "quarantined", "quarantine_id": id, "detail": why })),
            Called::Taken(_) | Called::Kept(_) => {
                let answer = callbacks.answer();
                http::answer(answer.status, "text/plain; charset=utf-8", answer.body)
            }
        })
    }
}
