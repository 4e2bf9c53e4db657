//! Evaluation of a shard: one account after the other, each on its own, so that one bad record
//! stops nobody else.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::AppError;
use super::apply::{Applied, Setting, apply};
use crate::domain::account::{Account, Case};
use crate::domain::creditor::Settings;
use crate::domain::decide::{self, Decision};
use crate::domain::handle::{Command, Context, Outcome, handle};
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::reminder::ReminderState;
use crate::domain::segments;
use crate::ports::outside::{Clock, ReleaseScheduler, Work, WorkQueue};
use crate::ports::store::{Accounts, Agenda, PlanLine, Purpose, RunPage, Runs, StoreError, Tally};

/// The last day that sorts as it is written.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();

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
    S: Accounts + Agenda + Runs,
    Q: WorkQueue,
    R: ReleaseScheduler,
    C: Clock,
{
    /// Evaluates a shard from its cursor on; asks for a continuation when `time_is_up` says so.
    pub async fn shard(&self, part: &Part, time_is_up: impl Fn() -> bool) -> Result<Tally, AppError> {
        let mut cursor = part.cursor.clone();
        let mut all = Tally::default();
        let other = self.other_policy(part).await?;
        // What is open always wakes some day.
        let up_to = if part.purpose.is_for_all() { LAST_DAY } else { part.as_of };
        loop {
            let page = self.store.due(part.shard, up_to, cursor.as_deref(), PAGE).await?;
            let mut report = RunPage::default();
            let mut releases = BTreeSet::new();
            for debtor in &page.debtors {
                self.account_in_run(debtor, part, other.as_ref(), &mut report, &mut releases).await?;
            }
            self.schedule(releases).await?;
            let name = cursor.as_deref().unwrap_or("0");
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
        self.evaluate(debtor, as_of, false, &mut report, &mut releases).await?;
        self.schedule(releases).await?;
        Ok(report.tally)
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
        report: &mut RunPage,
        releases: &mut BTreeSet<(DateTime<Utc>, u8)>,
    ) -> Result<(), AppError> {
        let result = match part.purpose {
            Purpose::Night | Purpose::Dry => self.evaluate(debtor, part.as_of, part.purpose == Purpose::Dry, report, releases).await,
            Purpose::Replan => self.replan(debtor, report).await,
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

    async fn evaluate(
        &self,
        debtor: &DebtorId,
        as_of: NaiveDate,
        dry: bool,
        report: &mut RunPage,
        releases: &mut BTreeSet<(DateTime<Utc>, u8)>,
    ) -> Result<(), AppError> {
        let command = Command::Night { as_of };
        let outcome = if dry {
            let Some(account) = self.store.load(debtor, None).await? else { return Ok(()) };
            handle(&account, &command, &self.setting.context()).ok()
        } else {
            match apply(self.store, self.clock, debtor, None, &command, &[], self.setting).await? {
                Applied::Done(outcome) => Some(*outcome),
                Applied::Refused(_) | Applied::NoAccount => None,
            }
        };
        report.tally.accounts += 1;
        let Some(outcome) = outcome else { return Ok(()) };
        count(&outcome, as_of, &mut report.tally);
        if dry {
            report.plan.extend(plan(&outcome.account));
            return Ok(());
        }
        let partition = (self.partition_of)(debtor.as_str());
        let scheduled =
            outcome.account.reminders.iter().filter(|reminder| reminder.id.as_of == as_of && reminder.state == ReminderState::Scheduled);
        releases.extend(scheduled.filter_map(|reminder| reminder.check_at).map(|at| (at, partition)));
        Ok(())
    }

    async fn replan(&self, debtor: &DebtorId, report: &mut RunPage) -> Result<(), AppError> {
        report.tally.accounts += 1;
        apply(self.store, self.clock, debtor, None, &Command::Replan, &[], self.setting).await.map(|_| ())
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
            (before != after).then(|| PlanLine {
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

fn count(outcome: &Outcome, as_of: NaiveDate, tally: &mut Tally) {
    for case in outcome.account.open_cases() {
        match &case.decision {
            Some((_, Decision::Skip { reason, .. })) => {
                *tally.skipped.entry(reason_name(reason)).or_default() += 1;
            }
            Some((on, Decision::Step { .. })) if *on == as_of => tally.steps += 1,
            _ => {}
        }
    }
    let today = outcome.account.reminders.iter().filter(|reminder| reminder.id.as_of == as_of);
    tally.reminders += today.count() as u64;
}

/// The reason's name, as in the API.
pub fn reason_name(reason: &crate::domain::decide::SkipReason) -> String {
    let value = serde_json::to_value(reason).unwrap_or_default();
    value.get("why").and_then(|why| why.as_str()).unwrap_or("unknown").to_owned()
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
