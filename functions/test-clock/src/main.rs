//! The driver of a local stack's clock: it moves time on, and everything that falls due on the way
//! happens in order. It stands in for EventBridge Scheduler, with time as an argument.
//!
//! Only a local stack has this function.

mod queues;
mod schedules;
mod timetable;

use chrono::{DateTime, Utc};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use upominek::adapters::dynamodb::{Table, TestClock, keys};
use upominek::runtime::{Clients, Failed};

use crate::queues::Queues;
use crate::schedules::Schedules;
use crate::timetable::{Planned, When, next_fire};

/// Where to.
#[derive(Debug, Deserialize)]
struct Move {
    target: DateTime<Utc>,
    /// Nothing happens on the way, as if the whole stack had been away.
    #[serde(default)]
    outage: bool,
}

struct Function {
    table: Table,
    schedules: Schedules,
    queues: Queues,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let function = Function {
        table: clients.table(),
        schedules: Schedules::new(clients.aws(), &clients.config.schedule_group),
        queues: Queues::new(clients.aws(), &clients.config),
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<Move>| async move { function.travel(event.payload).await })).await
}

impl Function {
    async fn travel(&self, to: Move) -> Result<(), Failed> {
        let start = self.table.test_clock().await?.map_or(to.target, |clock| clock.now);
        let error = match self.events(start, &to).await {
            Ok(()) => None,
            Err(error) => Some(error.message().to_owned()),
        };
        let now = if error.is_none() { to.target } else { self.table.test_clock().await?.map_or(start, |clock| clock.now) };
        tracing::info!(%start, %now, error, "the clock was moved");
        Ok(self.table.set_test_clock(&TestClock { now, target: now, moving: false, error }).await?)
    }

    /// Everything that falls due after `start`, up to the target, one after the other.
    async fn events(&self, start: DateTime<Utc>, to: &Move) -> Result<(), Failed> {
        if to.outage {
            return self.come_back(to.target).await;
        }
        self.queues.drained().await?;
        let mut now = start;
        loop {
            let work_at = self.work_at().await?;
            let due: Vec<(DateTime<Utc>, Planned)> = self
                .schedules
                .all()
                .await?
                .into_iter()
                .filter_map(|planned| {
                    let at = next_fire(&planned, now, work_at)?;
                    (at <= to.target).then_some((at, planned))
                })
                .collect();
            let Some(at) = due.iter().map(|(at, _)| *at).min() else { return Ok(()) };
            now = at;
            self.set(now, to.target).await?;
            for (_, planned) in due.iter().filter(|(when, _)| *when == at) {
                self.schedules.fire(planned, at).await?;
            }
            self.queues.drained().await?;
        }
    }

    /// The platform was away and is back: the first thing that wakes is the sweep.
    async fn come_back(&self, at: DateTime<Utc>) -> Result<(), Failed> {
        self.set(at, at).await?;
        for planned in self.schedules.all().await?.iter().filter(|planned| planned.when == When::Rate15Minutes) {
            self.schedules.fire(planned, at).await?;
        }
        self.queues.drained().await
    }

    async fn set(&self, now: DateTime<Utc>, target: DateTime<Utc>) -> Result<(), Failed> {
        Ok(self.table.set_test_clock(&TestClock { now, target, moving: true, error: None }).await?)
    }

    /// When the release has something to do next.
    async fn work_at(&self) -> Result<Option<DateTime<Utc>>, Failed> {
        let mut earliest: Option<DateTime<Utc>> = None;
        for partition in 0..keys::RELEASE_PARTITIONS {
            let at = self.table.earliest_release(partition).await?;
            earliest = [earliest, at].into_iter().flatten().min();
        }
        Ok(earliest)
    }
}
