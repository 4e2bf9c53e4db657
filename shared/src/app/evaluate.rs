//! Evaluation of a shard: one account after the other, each on its own, so that one bad record
//! stops nobody else.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::AppError;
use super::apply::{Applied, Setting, apply};
use crate::domain::account::{Account, Case};
use crate::domain::ahead;
use crate::domain::creditor::Settings;
use crate::domain::decide::{self, Decision};
use crate::domain::handle::{Attention, Command, Context, Outcome, handle};
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::reminder::ReminderState;
use crate::domain::segments;
use crate::ports::outside::{Clock, ReleaseScheduler, Work, WorkQueue};
use crate::ports::store::{Accounts, Agenda, Also, Attentions, PlanLine, Purpose, RunPage, Runs, StoreError, Tally};

/// The last day that sorts as it is written.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();

/// The name of the page without a cursor.
const FIRST_PAGE: &str = "0";

/// The reason's name of what waits for the choice of how to begin.
const GUARDED: &str = "first_run_guarded";

/// Accounts read from the agenda at once.
const PAGE: i32 = 100;

/// The part of a night that one message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The run.
    pub run: String,
    /// The business day.
    pub as_of: NaiveDate,
    /// The shard.
    pub shard: u16,
    /// What for.
    pub purpose: Purpose,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// How many messages the nights of a day may make in a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    shard: u16,
    most: u32,
    left: u32,
}

/// What an evaluation works with.
#[derive(Debug, Clone, Copy)]
pub struct Evaluator<'a, S, Q, R, C> {
    /// The creditor's store.
    pub store: &'a S,
    /// The queues.
    pub queue: &'a Q,
    /// One-off schedules.
    pub scheduler: &'a R,
    /// The clock.
    pub clock: &'a C,
    /// Settings and the time of this work.
    pub setting: Setting<'a>,
    /// The release partition of a debtor.
    pub partition_of: fn(&str) -> u8,
}

impl<S, Q, R, C> Evaluator<'_, S, Q, R, C>
where
    S: Accounts + Agenda + Attentions + Runs,
    Q: WorkQueue,
    R: ReleaseScheduler,
    C: Clock,
{
    /// Evaluates a shard from its cursor on; asks for a continuation when `time_is_up` says so.
    pub async fn shard(&self, part: &Part, time_is_up: impl Fn() -> bool) -> Result<Tally, AppError> {
        let mut cursor = part.cursor.clone();
        let mut all = Tally::default();
        let other = self.other_policy(part).await?;
        let mut room = self.room_of(part).await?;
        // What is open always wakes some day.
        let up_to = if part.purpose.is_for_all() { LAST_DAY } else { part.as_of };
        loop {
            let page = self.store.due(part.shard, up_to, cursor.as_deref(), PAGE).await?;
            let mut report = RunPage::default();
            let mut releases = BTreeSet::new();
            for debtor in &page.debtors {
                self.account_in_run(debtor, part, other.as_ref(), &mut room, &mut report, &mut releases).await?;
            }
            self.schedule(releases).await?;
            if part.purpose == Purpose::Night {
                self.tell_of_guarded(&report.tally).await?;
            }
            let name = cursor.as_deref().unwrap_or(FIRST_PAGE);
            if !page.debtors.is_empty() || cursor.is_none() {
                self.store.report(&part.run, part.shard, name, &report).await?;
            }
            all.add(&report.tally);
            cursor = page.cursor;
            if cursor.is_none() {
                self.store.shard_done(&part.run, part.shard).await?;
                return Ok(all);
            }
            if time_is_up() {
                let again = Part { cursor, ..part.clone() };
                self.queue.send(&[again.work(&self.setting.settings.creditor)]).await?;
                return Ok(all);
            }
        }
    }

    /// Evaluates one account today: what came in after the night, or fell free again.
    pub async fn account(&self, debtor: &DebtorId, as_of: NaiveDate) -> Result<Tally, AppError> {
        let mut report = RunPage::default();
        let mut releases = BTreeSet::new();
        let mut room = self.room_for(debtor, as_of).await?;
        self.evaluate(debtor, as_of, room.as_mut(), &mut report, &mut releases).await?;
        self.schedule(releases).await?;
        self.tell_of_guarded(&report.tally).await?;
        Ok(report.tally)
    }

    /// How many messages a part of a night may still make; `None` is no bound.
    async fn room_of(&self, part: &Part) -> Result<Option<Room>, AppError> {
        if part.purpose.is_for_all() {
            return Ok(None);
        }
        let Some(mut room) = self.room(part.as_of, part.shard).await? else { return Ok(None) };
        if part.purpose == Purpose::Dry {
            // Only its own report knows what it planned so far.
            let planned = self.store.planned(&part.run, part.shard, part.cursor.as_deref().unwrap_or(FIRST_PAGE)).await?;
            room.left = room.left.saturating_sub(planned);
        }
        Ok(Some(room))
    }

    async fn room_for(&self, debtor: &DebtorId, as_of: NaiveDate) -> Result<Option<Room>, AppError> {
        if self.setting.settings.run_cap.is_none() {
            return Ok(None);
        }
        let Some(account) = self.store.load(debtor, None).await? else { return Ok(None) };
        self.room(as_of, account.profile.shard).await
    }

    async fn room(&self, as_of: NaiveDate, shard: u16) -> Result<Option<Room>, AppError> {
        let Some(most) = self.setting.settings.share_of_cap(as_of, shard) else { return Ok(None) };
        let left = most.saturating_sub(self.store.made(as_of, shard).await?);
        Ok(Some(Room { shard, most, left }))
    }

    /// What waits for the choice of how to begin is told once for the creditor, not per debtor.
    async fn tell_of_guarded(&self, tally: &Tally) -> Result<(), AppError> {
        if tally.skipped.contains_key(GUARDED) {
            self.store.attend(self.setting.settings.creditor.as_str(), &Attention::FirstRunGuarded, self.setting.now).await?;
        }
        Ok(())
    }

    /// The settings with the policy that a preview looks at.
    async fn other_policy(&self, part: &Part) -> Result<Option<Settings>, AppError> {
        if part.purpose != Purpose::Preview {
            return Ok(None);
        }
        let run = self.store.run(&part.run).await?.and_then(|run| run.policy);
        Ok(run.map(|policy| self.setting.settings.with_policy(policy)))
    }

    async fn account_in_run(
        &self,
        debtor: &DebtorId,
        part: &Part,
        other: Option<&Settings>,
        room: &mut Option<Room>,
        report: &mut RunPage,
        releases: &mut BTreeSet<(DateTime<Utc>, u8)>,
    ) -> Result<(), AppError> {
        let result = match part.purpose {
            Purpose::Night => self.evaluate(debtor, part.as_of, room.as_mut(), report, releases).await,
            Purpose::Dry => self.look(debtor, part.as_of, room.as_mut(), report).await,
            Purpose::Replan => self.replan(debtor, &Command::Replan, report).await,
            Purpose::Rearrange => self.replan(debtor, &Command::Rearrange, report).await,
            Purpose::Preview => self.preview(debtor, other, report).await,
        };
        match result {
            Ok(()) => Ok(()),
            // The database is away: the message comes again.
            Err(error @ (AppError::Store(StoreError::Unavailable(_)) | AppError::Outside(_))) => Err(error),
            Err(error) => {
                tracing::error!(creditor = %self.setting.settings.creditor, %debtor, error = &error as &dyn std::error::Error, "an account could not be evaluated; it is tried again tomorrow");
                report.tally.failed.push(debtor.clone());
                if part.purpose == Purpose::Night {
                    let tomorrow = part.as_of.succ_opt().unwrap_or(part.as_of);
                    self.store.postpone(debtor, tomorrow).await?;
                }
                Ok(())
            }
        }
    }

    /// The night of one account.
    async fn evaluate(
        &self,
        debtor: &DebtorId,
        as_of: NaiveDate,
        mut room: Option<&mut Room>,
        report: &mut RunPage,
        releases: &mut BTreeSet<(DateTime<Utc>, u8)>,
    ) -> Result<(), AppError> {
        let mut applied = self.night(debtor, as_of, room.as_deref()).await;
        if let (Err(AppError::Busy), Some(room)) = (&applied, room.as_deref_mut()) {
            // Somebody else made messages of this shard meanwhile.
            room.left = room.most.saturating_sub(self.store.made(as_of, room.shard).await?);
            applied = self.night(debtor, as_of, Some(room)).await;
        }
        let applied = applied?;
        report.tally.accounts += 1;
        let Applied::Done(outcome) = applied else { return Ok(()) };
        count(&outcome, as_of, room, &mut report.tally);
        let partition = (self.partition_of)(debtor.as_str());
        let scheduled =
            outcome.account.reminders.iter().filter(|reminder| reminder.id.as_of == as_of && reminder.state == ReminderState::Scheduled);
        releases.extend(scheduled.filter_map(|reminder| reminder.check_at).map(|at| (at, partition)));
        Ok(())
    }

    async fn night(&self, debtor: &DebtorId, as_of: NaiveDate, room: Option<&Room>) -> Result<Applied, AppError> {
        let also: Vec<Also> = room.map(|room| Also::Counted { as_of, shard: room.shard, most: room.most }).into_iter().collect();
        apply(self.store, self.clock, debtor, None, &command(as_of, room), &also, self.setting).await
    }

    /// What the night of one account would be, after those before it.
    async fn look(&self, debtor: &DebtorId, as_of: NaiveDate, room: Option<&mut Room>, report: &mut RunPage) -> Result<(), AppError> {
        let Some(account) = self.store.load(debtor, None).await? else { return Ok(()) };
        report.tally.accounts += 1;
        let messages = room.as_deref().map(|room| room.left);
        let Ok(outcome) = ahead::night(&account, as_of, messages, &self.setting.context()) else { return Ok(()) };
        count(&outcome, as_of, room, &mut report.tally);
        report.plan.extend(plan(&outcome.account));
        Ok(())
    }

    async fn replan(&self, debtor: &DebtorId, command: &Command, report: &mut RunPage) -> Result<(), AppError> {
        report.tally.accounts += 1;
        apply(self.store, self.clock, debtor, None, command, &[], self.setting).await.map(|_| ())
    }

    /// What comes next by the policy of each case, and what would by the other one, where they differ.
    async fn preview(&self, debtor: &DebtorId, other: Option<&Settings>, report: &mut RunPage) -> Result<(), AppError> {
        report.tally.accounts += 1;
        let (Some(other), Some(account)) = (other, self.store.load(debtor, None).await?) else { return Ok(()) };
        let context = Context { settings: other, now: self.setting.now };
        let replanned = handle(&account, &Command::Replan, &context).map_or_else(|_| account.clone(), |outcome| outcome.account);
        let today = context.today();
        let lines = account.open_cases().into_iter().filter_map(|case| {
            let before = decide::outlook(&account, &case.id, self.setting.settings, today)?;
            let after = decide::outlook(&replanned, &case.id, other, today)?;
            let segment = replanned.case(&case.id).and_then(|case| segment(&replanned, case));
            differ(&before, &after).then(|| PlanLine {
                debtor: debtor.clone(),
                case: case.id.clone(),
                number: case.number.clone(),
                decision: after,
                before: Some(before),
                segment,
                segment_before: self::segment(&account, case),
            })
        });
        report.plan.extend(lines);
        Ok(())
    }

    async fn schedule(&self, releases: BTreeSet<(DateTime<Utc>, u8)>) -> Result<(), AppError> {
        for (at, partition) in releases {
            // Already open: the next sweep would be late by minutes, so it goes a moment from now.
            let at = at.max(self.setting.now + chrono::Duration::seconds(60));
            self.scheduler.release_at(&self.setting.settings.creditor, at, partition).await?;
        }
        Ok(())
    }
}

impl Part {
    /// As a message.
    pub fn work(&self, creditor: &CreditorId) -> Work {
        Work::Shard {
            creditor: creditor.clone(),
            run: self.run.clone(),
            as_of: self.as_of,
            shard: self.shard,
            purpose: self.purpose,
            cursor: self.cursor.clone(),
        }
    }
}

fn command(as_of: NaiveDate, room: Option<&Room>) -> Command {
    match room {
        Some(room) => Command::NightWithin { as_of, messages: room.left },
        None => Command::Night { as_of },
    }
}

fn count(outcome: &Outcome, as_of: NaiveDate, room: Option<&mut Room>, tally: &mut Tally) {
    tally.messages += u64::from(outcome.new_messages);
    if let Some(room) = room {
        room.left = room.left.saturating_sub(outcome.new_messages);
    }
    for case in outcome.account.open_cases() {
        match &case.decision {
            Some((_, Decision::Skip { reason, .. })) => {
                *tally.skipped.entry(reason.name()).or_default() += 1;
            }
            Some((on, Decision::Step { .. })) if *on == as_of => tally.steps += 1,
            _ => {}
        }
    }
    let today = outcome.account.reminders.iter().filter(|reminder| reminder.id.as_of == as_of);
    tally.reminders += today.count() as u64;
}

/// Whether an invoice would hear something else, or later: by which policy's version it hears the same is no change.
fn differ(before: &Decision, after: &Decision) -> bool {
    match (before, after) {
        (Decision::Step { step, reminder, .. }, Decision::Step { step: other_step, reminder: other, .. }) => {
            (step, reminder) != (other_step, other)
        }
        _ => before != after,
    }
}

fn plan(account: &Account) -> Vec<PlanLine> {
    let lines = account.open_cases().into_iter().filter_map(|case| {
        let (_, decision) = case.decision.as_ref()?;
        Some(PlanLine {
            debtor: account.profile.debtor.clone(),
            case: case.id.clone(),
            number: case.number.clone(),
            decision: decision.clone(),
            before: None,
            segment: segment(account, case),
            segment_before: None,
        })
    });
    lines.collect()
}

fn segment(account: &Account, case: &Case) -> Option<String> {
    segments::of_case(&account.profile, case).map(str::to_owned)
}
