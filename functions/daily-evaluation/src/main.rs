//! The night of one creditor, begun by its schedule.

use chrono::{DateTime, Utc};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use upominek::adapters::dynamodb::Table;
use upominek::adapters::sqs::Queues;
use upominek::app::night;
use upominek::domain::ids::CreditorId;
use upominek::ports::outside::Clock;
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, Failed, WallClock};

/// What the schedule says: whose night, and for when it was meant.
#[derive(Debug, Deserialize)]
struct Night {
    creditor: CreditorId,
    scheduled_at: DateTime<Utc>,
}

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
    run(service_fn(move |event: LambdaEvent<Night>| async move { function.begin(event.payload).await })).await
}

impl Function {
    async fn begin(&self, Night { creditor, scheduled_at }: Night) -> Result<(), Failed> {
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else {
            tracing::error!(%creditor, "a night is scheduled for a creditor that does not exist: delete its schedule");
            return Ok(());
        };
        let run = night::begin(&self.table.of(&tenant), &self.queues, &known.settings, scheduled_at, now).await?;
        tracing::info!(%creditor, run = run.id, shards = run.shards, done = run.done.len(), "a night began");
        Ok(())
    }
}
