//! SMS to debtors: claimed, sent once, settled.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::adapters::dynamodb::Table;
use upominek::adapters::kms::Vault;
use upominek::adapters::sns::Sns;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::dispatch::{Dispatcher, Sender};
use upominek::ports::outside::{Clock, NoEmail, OutsideError, Work};
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, WallClock, batch};

struct Function {
    table: Table,
    vault: Vault,
    queues: Queues,
    sns: Sns,
    clock: WallClock,
    creditors: Creditors,
    link_base_url: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let function = Function {
        vault: clients.vault(),
        queues: clients.queues(),
        sns: clients.sns(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        link_base_url: clients.config.link_base_url.clone(),
        table,
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(batch::each(event.payload, |work| function.dispatch(work)).await)
    }))
    .await
}

impl Function {
    async fn dispatch(&self, work: Work) -> Result<(), AppError> {
        let Work::Dispatch { creditor, debtor, reminder } = work else { return Ok(()) };
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let keys = known.secrets(&self.vault, "link").await?;
        let link_key = keys.first().ok_or_else(|| OutsideError::new("the creditor's link key", "it was never made"))?;
        let dispatcher = Dispatcher {
            store: &self.table.of(&tenant),
            queue: &self.queues,
            clock: &self.clock,
            sender: Sender::<NoEmail, _>::Sms(&self.sns),
            setting: Setting { settings: &known.settings, now },
            link_key,
            link_base_url: &self.link_base_url,
        };
        let dispatched = dispatcher.dispatch(&debtor, &reminder).await?;
        tracing::info!(%creditor, %debtor, %reminder, outcome = ?dispatched, "dispatched");
        Ok(())
    }
}
