//! The release: what is due is queued, what was lost is repaired, nights are supervised.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use upominek::adapters::dynamodb::{Table, keys};
use upominek::adapters::sqs::Queues;
use upominek::app::apply::Setting;
use upominek::app::list::{Evening, evening};
use upominek::app::release::{Released, release, supervise};
use upominek::ports::outside::Clock;
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, Failed, WallClock, time_left};

/// Why the function was woken.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Woken {
    /// A send window opens.
    Release {
        /// In this partition.
        partition: u8,
    },
    /// Every 15 minutes.
    Sweep,
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
    run(service_fn(move |event: LambdaEvent<Woken>| async move {
        let deadline = event.context.deadline().into();
        let time_is_up = || time_left(deadline).num_seconds() < 10;
        match event.payload {
            Woken::Release { partition } => function.release(partition, time_is_up).await,
            Woken::Sweep => function.sweep(time_is_up).await,
        }
    }))
    .await
}

impl Function {
    async fn release(&self, partition: u8, time_is_up: impl Fn() -> bool) -> Result<(), Failed> {
        let now = self.clock.now().await?;
        let store_of = |creditor: &_| self.table.of(&Tenant::proven(Clone::clone(creditor), Proof::OwnMessage));
        let Released { queued, ambiguous, presumed, replayed, asked } =
            release(&self.table, &self.queues, partition, now, time_is_up, store_of).await?;
        tracing::info!(partition, queued, ambiguous, presumed, replayed, asked, "released");
        Ok(())
    }

    async fn sweep(&self, time_is_up: impl Fn() -> bool + Copy) -> Result<(), Failed> {
        for partition in 0..keys::RELEASE_PARTITIONS {
            self.release(partition, time_is_up).await?;
        }
        let now = self.clock.now().await?;
        for creditor in self.table.creditors().await? {
            let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
            let Some(known) = self.creditors.get(&tenant, now).await? else { continue };
            if supervise(&self.table.of(&tenant), &self.queues, &known.settings, now).await? {
                tracing::warn!(%creditor, "a night had not run, or not to its end: it runs now");
            }
            let evening = evening(&self.table.of(&tenant), &self.queues, Setting { settings: &known.settings, now }).await?;
            if evening != Evening::Nothing {
                tracing::info!(%creditor, ?evening, "the list of the next working day");
            }
        }
        Ok(())
    }
}
