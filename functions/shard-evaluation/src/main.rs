//! A part of a night, or one account after the night: decide, commit, schedule the release.

use aws_lambda_events::event::sqs::SqsEvent;
use chrono::{DateTime, Utc};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use upominek::adapters::dynamodb::{Table, keys};
use upominek::adapters::scheduler::Schedules;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::evaluate::{Evaluator, Part};
use upominek::ports::outside::{Clock, Work};
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, WallClock, batch, time_left};

/// What is left of an invocation when a shard asks for its continuation, in seconds.
const SPARE_SECONDS: i64 = 30;

struct Function {
    table: Table,
    queues: Queues,
    schedules: Schedules,
    clock: WallClock,
    creditors: Creditors,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let function = Function {
        queues: clients.queues(),
        schedules: clients.releases(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        table,
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(batch::each(event.payload, |work| function.evaluate(work, deadline.into())).await)
    }))
    .await
}

impl Function {
    async fn evaluate(&self, work: Work, deadline: DateTime<Utc>) -> Result<(), AppError> {
        let creditor = match &work {
            Work::Shard { creditor, .. } | Work::Account { creditor, .. } => creditor.clone(),
            _ => return Ok(()),
        };
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
        if matches!(&work, Work::Shard { purpose, .. } if purpose.is_for_all()) {
            // Begun by a change of the settings: these count, and not those of half a minute ago.
            self.creditors.forget(&creditor);
        }
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let store = self.table.of(&tenant);
        let evaluator = Evaluator {
            store: &store,
            queue: &self.queues,
            scheduler: &self.schedules,
            clock: &self.clock,
            setting: Setting { settings: &known.settings, now },
            partition_of: keys::release_partition,
        };
        let (as_of, tally) = match work {
            Work::Shard { run, as_of, shard, purpose, cursor, .. } => {
                let part = Part { run, as_of, shard, purpose, cursor };
                let time_is_up = || time_left(deadline).num_seconds() < SPARE_SECONDS;
                (as_of, evaluator.shard(&part, time_is_up).await?)
            }
            Work::Account { debtor, as_of, .. } => (as_of, evaluator.account(&debtor, as_of).await?),
            _ => return Ok(()),
        };
        tracing::info!(%creditor, %as_of, accounts = tally.accounts, steps = tally.steps, reminders = tally.reminders, failed = tally.failed.len(), "evaluated");
        Ok(())
    }
}
