//! The night of one creditor: begun by its schedule, cut into shards. Beginning it twice is harmless.

use chrono::{DateTime, NaiveDate, Utc};

use super::AppError;
use crate::domain::creditor::Settings;
use crate::domain::window::local_day;
use crate::ports::outside::{Work, WorkQueue};
use crate::ports::store::{Run, Runs};

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
    begin_run(store, queue, settings, &night_id(as_of), as_of, false, now).await
}

/// Begins a run, or goes on with what is left of it.
pub async fn begin_run(
    store: &impl Runs,
    queue: &impl WorkQueue,
    settings: &Settings,
    id: &str,
    as_of: NaiveDate,
    dry: bool,
    now: DateTime<Utc>,
) -> Result<Run, AppError> {
    let run = Run { id: id.to_owned(), as_of, dry, shards: settings.shards, done: Vec::new(), started_at: now };
    let run = store.begin(&run).await?;
    let left = (0..run.shards).filter(|shard| !run.done.contains(shard));
    let work: Vec<Work> = left
        .map(|shard| Work::Shard { creditor: settings.creditor.clone(), run: run.id.clone(), as_of, shard, dry, cursor: None })
        .collect();
    queue.send(&work).await?;
    Ok(run)
}
