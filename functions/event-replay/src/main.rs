//! Kept events, tried again: parked ones whose invoice came, those of busy accounts, and those that
//! a person replays; webhooks and payment callbacks alike.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::adapters::dynamodb::Table;
use upominek::adapters::payments;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::intake::Desk;
use upominek::app::payment::{CALLBACKS, Till};
use upominek::ports::intake::Delivery;
use upominek::ports::outside::{Clock, Work};
use upominek::ports::store::KeptEvents;
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, WallClock, batch};

struct Function {
    table: Table,
    queues: Queues,
    clock: WallClock,
    creditors: Creditors,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let function = Function { queues: clients.queues(), clock: WallClock::new(&table), creditors: Creditors::new(&table), table };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(batch::each(event.payload, |work| function.replay(work)).await)
    }))
    .await
}

impl Function {
    async fn replay(&self, work: Work) -> Result<(), AppError> {
        let Work::Replay { creditor, id } = work else { return Ok(()) };
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let store = self.table.of(&tenant);
        let Some(kept) = store.kept(&id).await? else {
            tracing::info!(%creditor, id, "a kept event was applied before");
            return Ok(());
        };
        let setting = Setting { settings: &known.settings, now };
        if let Some(provider) = kept.source.as_str().strip_prefix(CALLBACKS) {
            let Some(callbacks) = payments::callbacks(provider) else { return Ok(()) };
            let till = Till { store: &store, queue: &self.queues, clock: &self.clock, setting };
            let callback = Delivery { headers: kept.headers.clone(), body: kept.body.clone(), received_at: kept.received_at };
            let called = till.receive(callbacks, &callback, Some(&kept)).await?;
            tracing::info!(%creditor, id, outcome = ?called, "a kept callback was tried again");
            return Ok(());
        }
        let Some(adapter) = upominek::adapters::intake::source(kept.source.as_str()) else { return Ok(()) };
        let desk = Desk { store: &store, queue: &self.queues, clock: &self.clock, setting, patience_days: 30 };
        let received = desk.replay(adapter, &kept).await?;
        tracing::info!(%creditor, id, outcome = ?received, "a kept event was tried again");
        Ok(())
    }
}
