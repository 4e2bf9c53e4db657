//! `/sandbox/…`: a payment provider without money, for creditors in trial.
//!
//! It behaves as a provider does: an order over HTTP, a page of its own, a signed callback, a way
//! back. It is not deployed to production.

mod sandbox;
mod state;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::http_client::LazyClient;
use upominek::runtime::{Clients, WallClock, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let function = sandbox::Function {
        vault: clients.vault(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        http: LazyClient::default(),
        base_url: clients.config.base_url.clone(),
        table,
    };
    let function = &function;
    run(service_fn(
        move |event: LambdaEvent<ApiGatewayV2httpRequest>| async move { Ok::<_, Error>(answer(function, &event.payload).await) },
    ))
    .await
}

async fn answer(function: &sandbox::Function, request: &ApiGatewayV2httpRequest) -> ApiGatewayV2httpResponse {
    let answer = Box::pin(function.answer(request)).await;
    answer.unwrap_or_else(|error| {
        tracing::error!(error = upominek::runtime::chain(&error), "the sandbox failed");
        http::problem(503, "Service Unavailable", "the sandbox is away; try again")
    })
}
