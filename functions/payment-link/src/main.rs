//! `GET` and `POST /p/{link}`: the pay page. A GET changes nothing.

mod over;
mod page;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::domain::creditor::Locale;
use upominek::domain::message::page::gone_page;
use upominek::runtime::creditors::Creditors;
use upominek::runtime::providers::Providers;
use upominek::runtime::{Clients, WallClock, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let function = page::Function {
        vault: clients.vault(),
        queues: clients.queues(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        providers: Providers::new(clients.vault(), clients.config.clone()),
        config: clients.config.clone(),
        table,
    };
    let function = &function;
    run(service_fn(
        move |event: LambdaEvent<ApiGatewayV2httpRequest>| async move { Ok::<_, Error>(answer(function, &event.payload).await) },
    ))
    .await
}

async fn answer(function: &page::Function, request: &ApiGatewayV2httpRequest) -> ApiGatewayV2httpResponse {
    let locale = request.query_string_parameters.first("lang").and_then(Locale::from_tag);
    let browsers = request.headers.get("accept-language").and_then(|header| Locale::wanted(header.to_str().ok()?));
    match Box::pin(function.answer(request, locale, browsers)).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(error = upominek::runtime::chain(&error), "the pay page could not be shown");
            let html = gone_page(locale.or(browsers).unwrap_or_default()).unwrap_or_default();
            http::page(503, html)
        }
    }
}
