//! The night of one creditor: begun by its schedule, cut into shards. Beginning it twice is harmless.

use chrono::{DateTime, NaiveDate, Utc};

use super::AppError;
use crate::domain::creditor::Settings;
use crate::domain::policy::Policy;
use crate::domain::window::local_day;
use crate::ports::outside::{Work, WorkQueue};
use crate::ports::store::{Purpose, Run, Runs};

/// The run id of a day's night.
pub fn night_id(as_of: NaiveDate) -> String {
    format!("night-{as_of}")
}

/// The night that should have been completed by now.
pub fn expected_night(settings: &Settings, now: DateTime<Utc>) -> NaiveDate {
    let today = local_day(now, settings.zone);
    let opens = crate::domain::window::instant(today, settings.night_at, settings.zone);
    if now >= opens { today } else { today.pred_opt().unwrap_or(today) }
}

/// Begins the night of the day on which the schedule was to run, and fans it out.
pub async fn begin(
    store: &impl Runs,
    queue: &impl WorkQueue,
    settings: &Settings,
    scheduled_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Run, AppError> {
    let as_of = local_day(scheduled_at, settings.zone);
    begin_run(store, queue, settings, NewRun { id: &night_id(as_of), as_of, purpose: Purpose::Night, policy: None }, now).await
}

/// A run to begin.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    /// Its id.
    pub id: &'a str,
    /// The local business day.
    pub as_of: NaiveDate,
    /// What it is for.
    pub purpose: Purpose,
    /// The policy that a preview looks at.
    pub policy: Option<Policy>,
}

/// Begins a run, or goes on with what is left of it.
pub async fn begin_run(
    store: &impl Runs,
    queue: &impl WorkQueue,
    settings: &Settings,
    new: NewRun<'_>,
    now: DateTime<Utc>,
) -> Result<Run, AppError> {
    let NewRun { id, as_of, purpose, policy } = new;
    let run = Run { id: id.to_owned(), as_of, purpose, policy, shards: settings.shards, done: Vec::new(), started_at: now };
    let run = store.begin(&run).await?;
    let left = (0..run.shards).filter(|shard| !run.done.contains(shard));
    let work: Vec<Work> = left
        .map(|shard| Work::Shard { creditor: settings.creditor.clone(), run: run.id.clone(), as_of, shard, purpose, cursor: None })
        .collect();
    queue.send(&work).await?;
    Ok(run)
}
