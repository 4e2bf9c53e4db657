//! The release: queues what is due, repairs what was lost, supervises the nights.
//!
//! It is woken by one-off schedules and every 15 minutes; both go through this one path.

use chrono::{DateTime, Duration, Utc};

use super::AppError;
use super::night::{NewRun, begin_run, expected_night, night_id};
use crate::domain::creditor::Settings;
use crate::domain::handle::Attention;
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::reminder::ReminderState;
use crate::ports::ledger::{Due, LEASE_OVER, Releases, Taken};
use crate::ports::outside::{Work, WorkQueue};
use crate::ports::store::{Attentions, Purpose, Runs};

/// Due things read at once.
const PAGE: i32 = 100;
/// If a queue lost it, it is queued again after this.
const AGAIN_AFTER: Duration = Duration::minutes(20);

/// What a release did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Released {
    /// Reminders queued.
    pub queued: usize,
    /// Reminders of which nobody knows whether they went.
    pub ambiguous: usize,
    /// Reminders presumed sent for their age.
    pub presumed: usize,
    /// Kept events queued for another try.
    pub replayed: usize,
    /// Checkouts whose provider is asked.
    pub asked: usize,
}

/// Releases a partition until nothing more is due in it.
///
/// `attend` lists an ambiguous reminder for a person.
pub async fn release<T, A>(
    table: &T,
    queue: &impl WorkQueue,
    partition: u8,
    now: DateTime<Utc>,
    time_is_up: impl Fn() -> bool,
    store_of: impl Fn(&CreditorId) -> A,
) -> Result<Released, AppError>
where
    T: Releases,
    A: Attentions,
{
    let mut released = Released::default();
    loop {
        let due = table.due(partition, now, PAGE).await?;
        let mut work = Vec::new();
        let mut progress = false;
        for one in &due {
            match one {
                Due::Kept { creditor, id } => {
                    if table.take_kept(creditor, id, now, now + AGAIN_AFTER).await? {
                        progress = true;
                        released.replayed += 1;
                        work.push(Work::Replay { creditor: creditor.clone(), id: id.clone() });
                    }
                }
                Due::Checkout { creditor, reference } => {
                    if table.take_checkout(creditor, reference, now, now + AGAIN_AFTER).await? {
                        progress = true;
                        released.asked += 1;
                        work.push(Work::Reconcile { creditor: creditor.clone(), reference: reference.clone() });
                    }
                }
                Due::Reminder { creditor, debtor, reminder } => {
                    match table.take(creditor, debtor, reminder, now, now + AGAIN_AFTER).await? {
                        Taken::ToQueue => {
                            progress = true;
                            released.queued += 1;
                            let (creditor, debtor) = (creditor.clone(), debtor.clone());
                            work.push(Work::Dispatch { creditor, debtor, reminder: reminder.clone() });
                        }
                        // The person first: whoever stops between the two finds it due again.
                        Taken::Unsettled(reminder) => match attend(&store_of(creditor), debtor, &reminder, now).await {
                            Ok(()) if table.give_up(creditor, debtor, &reminder, now).await? => {
                                progress = true;
                                released.ambiguous += 1;
                            }
                            Ok(()) => {}
                            Err(error) => {
                                tracing::error!(%creditor, %debtor, reminder = %reminder.id, error = %error, "nobody could be told; the next sweep tries again");
                            }
                        },
                        Taken::Presumed => {
                            progress = true;
                            released.presumed += 1;
                        }
                        Taken::Nothing => {}
                    }
                }
            }
        }
        if !work.is_empty() {
            queue.send(&work).await?;
        }
        if due.len() < PAGE as usize || !progress || time_is_up() {
            return Ok(released);
        }
    }
}

async fn attend(
    store: &impl Attentions,
    debtor: &DebtorId,
    reminder: &crate::domain::reminder::Reminder,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let attention = Attention::Reminder { reminder: reminder.id.clone(), state: ReminderState::Ambiguous, reason: LEASE_OVER.to_owned() };
    Ok(store.attend(debtor.as_str(), &attention, now).await?)
}

/// Begins a night that should have been completed and is not; what is done already is not done again.
pub async fn supervise(store: &impl Runs, queue: &impl WorkQueue, settings: &Settings, now: DateTime<Utc>) -> Result<bool, AppError> {
    let as_of = expected_night(settings, now);
    let id = night_id(as_of);
    let patience = Duration::minutes(30);
    let in_time = match store.run(&id).await? {
        Some(run) => run.is_complete() || now - run.started_at < patience,
        None => {
            let opens = crate::domain::window::instant(as_of, settings.night_at, settings.zone);
            now - opens < Duration::minutes(15)
        }
    };
    if in_time {
        return Ok(false);
    }
    begin_run(store, queue, settings, NewRun { id: &id, as_of, purpose: Purpose::Night, policy: None }, now).await?;
    Ok(true)
}
