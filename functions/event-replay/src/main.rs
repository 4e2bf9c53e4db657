//! What is tried again: kept events whose invoice came, those of busy accounts, and those that a person
//! replays, webhooks and payment callbacks alike; and checkouts whose callback never came.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::adapters::dynamodb::Table;
use upominek::adapters::payments;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::intake::Desk;
use upominek::app::payment::{CALLBACKS, Till};
use upominek::domain::ids::CreditorId;
use upominek::ports::intake::Delivery;
use upominek::ports::outside::{Clock, Work};
use upominek::ports::payments::Bookings;
use upominek::ports::store::KeptEvents;
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::providers::Providers;
use upominek::runtime::{Clients, WallClock, batch};

struct Function {
    table: Table,
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
        queues: clients.queues(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        providers: Providers::new(clients.vault(), clients.config.clone()),
        table,
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(batch::each(event.payload, |work| function.work(work)).await)
    }))
    .await
}

impl Function {
    async fn work(&self, work: Work) -> Result<(), AppError> {
        match work {
            Work::Replay { creditor, id } => self.replay(creditor, id).await,
            Work::Reconcile { creditor, reference } => self.reconcile(creditor, &reference).await,
            _ => Ok(()),
        }
    }

    async fn reconcile(&self, creditor: CreditorId, reference: &str) -> Result<(), AppError> {
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let store = self.table.of(&tenant);
        let setting = Setting { settings: &known.settings, now };
        let till = Till { store: &store, queue: &self.queues, clock: &self.clock, setting };
        let Some(expected) = store.expected(reference).await? else { return Ok(()) };
        let found = self.providers.of(&known, &expected.provider, now).await?;
        let provider = found.as_ref().map(|(provider, secret)| (provider, secret.as_str()));
        let reconciled = till.reconcile(provider, reference).await?;
        tracing::info!(%creditor, provider = expected.provider, outcome = ?reconciled, "a checkout was asked about");
        Ok(())
    }

    async fn replay(&self, creditor: CreditorId, id: String) -> Result<(), AppError> {
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
            let called = till.receive(callbacks, &self.providers.confirming(&known, provider, now), &callback, Some(&kept)).await?;
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
