//! `POST /webhooks/{creditor}/{source}`: verify, translate, apply.
//!
//! What it may touch stands in its manifest: the table, the key for secrets, two queues.

mod answer;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::adapters::dynamodb::Table;
use upominek::adapters::kms::Vault;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::intake::{Desk, Original, Received};
use upominek::domain::ids::{CreditorId, Source};
use upominek::ports::outside::Clock;
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, WallClock, http};

struct Function {
    table: Table,
    vault: Vault,
    queues: Queues,
    clock: WallClock,
    creditors: Creditors,
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
        table,
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<ApiGatewayV2httpRequest>| async move { Ok::<_, Error>(function.answer(&event.payload).await) }))
        .await
}

impl Function {
    async fn answer(&self, request: &ApiGatewayV2httpRequest) -> ApiGatewayV2httpResponse {
        let (creditor, source) = (http::path(request, "creditor"), http::path(request, "source"));
        let result = match (CreditorId::parse(creditor), Source::parse(source)) {
            (Ok(creditor), Ok(source)) => self.receive(&creditor, &source, request).await,
            _ => Ok(answer::unknown()),
        };
        result.unwrap_or_else(|error| {
            tracing::error!(
                creditor,
                source,
                error = upominek::runtime::chain(&error),
                "a webhook was not taken; its sender is asked to send it again"
            );
            answer::again()
        })
    }

    async fn receive(
        &self,
        creditor: &CreditorId,
        source: &Source,
        request: &ApiGatewayV2httpRequest,
    ) -> Result<ApiGatewayV2httpResponse, AppError> {
        let now = self.clock.now().await?;
        let Some(adapter) = upominek::adapters::intake::source(source.as_str()) else { return Ok(answer::unknown()) };
        let Some(delivery) = http::delivery(request, now) else { return Ok(answer::refused()) };
        if delivery.body.len() > http::LARGEST_BODY {
            return Ok(answer::too_large());
        }
        let tenant = Tenant::proven(creditor.clone(), Proof::BeforeVerification);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(answer::unknown()) };
        let secrets = known.secrets(&self.vault, &format!("source#{source}")).await?;
        if adapter.verify(&delivery, &secrets).is_err() {
            tracing::warn!(%creditor, %source, "a webhook's signature does not verify");
            return Ok(answer::refused());
        }
        let tenant = Tenant::proven(creditor.clone(), Proof::Signature);
        let desk = Desk {
            store: &self.table.of(&tenant),
            queue: &self.queues,
            clock: &self.clock,
            setting: Setting { settings: &known.settings, now },
            patience_days: 30,
        };
        let received = desk.receive(adapter, Original { source, delivery: &delivery, kept: None }).await?;
        tracing::info!(%creditor, %source, outcome = outcome(&received), "a webhook was taken");
        Ok(answer::taken(&received))
    }
}

/// For the log: what became of it, without what was in it.
fn outcome(received: &Received) -> String {
    match received {
        Received::Accepted => "applied".to_owned(),
        Received::Duplicate => "duplicate".to_owned(),
        Received::NoEffect(why) => format!("no effect: {why}"),
        Received::Kept(id) => format!("kept as {id}"),
        Received::Quarantined { id, .. } => format!("quarantined as {id}"),
    }
}
