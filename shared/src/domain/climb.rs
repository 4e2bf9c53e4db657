//! Which rung of its ladder a case stands before, and the first day on which it may be said.
//!
//! A rung is due from its planned day on, never "on" it, so a missed night loses nothing; the gap
//! keeps a catch-up from becoming a burst.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use super::account::{Account, Case, Profile};
use super::creditor::Settings;
use super::fact::DebtorKind;
use super::first_run;
use super::plan::is_plan_step;
use super::policy::{Counted, Dates, Ladder, Rung};
use super::reminder::{Reminder, ReminderState};
use super::segments;

/// Days in which messages are counted for the cap.
const CAP_DAYS: u64 = 7;

/// The days on which the debtor heard something, or may have, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    days: Vec<NaiveDate>,
}

impl Said {
    /// What was said before `joinable` things: a reminder of `as_of` that still waits does not count,
    /// since further lines can join it. Tasks for the team are not heard by the debtor.
    pub fn before(account: &Account, as_of: NaiveDate) -> Self {
        let joinable =
            |reminder: &Reminder| reminder.id.as_of == as_of && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled);
        Self::counting(account, |reminder| !joinable(reminder))
    }

    /// All that is said or about to be.
    pub fn in_all(account: &Account) -> Self {
        Self::counting(account, |_| true)
    }

    /// The same with one more day, later than all of them.
    #[must_use]
    pub fn and_on(mut self, day: NaiveDate) -> Self {
        self.days.insert(0, day);
        self
    }

    /// As if something had been said on one day only.
    pub fn on(day: Option<NaiveDate>) -> Self {
        Self { days: day.into_iter().collect() }
    }

    fn counting(account: &Account, counts: impl Fn(&Reminder) -> bool) -> Self {
        let heard = account.reminders.iter().filter(|reminder| !reminder.id.channel.is_for_team() && reminder.state.counts());
        let elsewhere = account.profile.ties.heard.iter().map(|heard| heard.reminder.as_of);
        let mut days: Vec<NaiveDate> =
            heard.filter(|reminder| counts(reminder)).map(|reminder| reminder.id.as_of).chain(elsewhere).collect();
        days.sort_unstable_by(|a, b| b.cmp(a));
        Self { days }
    }

    /// The last day.
    pub fn last(&self) -> Option<NaiveDate> {
        self.days.first().copied()
    }

    /// The first day on which one more message keeps to the cap.
    pub fn below_cap_on(&self, cap: Option<u32>) -> Option<NaiveDate> {
        let latest_that_fills = usize::try_from(cap?).ok()?.checked_sub(1)?;
        self.days.get(latest_that_fills).map(|day| *day + Days::new(CAP_DAYS))
    }
}

/// What a case is, as far as its ladder looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Climber<'a> {
    /// The case.
    pub case: &'a Case,
    /// What is open of it after money that belongs to no case, minor units.
    pub net_minor: i64,
    /// Company or person.
    pub kind: DebtorKind,
    /// The segment by which it is planned.
    pub segment: Option<&'a str>,
}

impl<'a> Climber<'a> {
    /// A case of an account. `net_minor` is what is open of it after netting (`decide::net_open`).
    pub fn of(profile: &'a Profile, case: &'a Case, net_minor: i64) -> Self {
        Self { case, net_minor, kind: profile.kind, segment: segments::of_case(profile, case) }
    }
}

/// The rung that a case stands before.
#[derive(Debug, Clone, Copy)]
pub struct Next<'p> {
    /// The rung.
    pub rung: Rung<'p>,
    /// Its place in the ladder.
    pub rank: usize,
    /// The day from which it is counted.
    pub counted: Counted,
    /// The working day on which it is planned.
    pub planned: NaiveDate,
    /// The first day on which it may be said.
    pub earliest: NaiveDate,
    /// The last day on which it makes sense; `None` always does.
    pub lapses_after: Option<NaiveDate>,
}

/// The step that a case stands before, by its ladder or by its plan.
#[derive(Debug, Clone)]
pub struct Upcoming<'p> {
    /// The rung of the policy's.
    pub rung: Rung<'p>,
    /// Its name on cases and reminders.
    pub id: Cow<'p, str>,
    /// Its place in the policy's ladder.
    pub rank: usize,
    /// The day from which it is counted.
    pub counted: Counted,
    /// The working day on which it is planned.
    pub planned: NaiveDate,
    /// The first day on which it may be said.
    pub earliest: NaiveDate,
    /// The last day on which it makes sense; `None` always does.
    pub lapses_after: Option<NaiveDate>,
}

impl<'p> From<Next<'p>> for Upcoming<'p> {
    fn from(Next { rung, rank, counted, planned, earliest, lapses_after }: Next<'p>) -> Self {
        Self { rung, id: rung.id(), rank, counted, planned, earliest, lapses_after }
    }
}

impl Settings {
    /// The dates of a case from which steps are counted.
    pub fn dates(&self, case: &Case) -> Dates {
        Dates { issued: case.issued_on, due: self.payable_until(case.agreed_due_on()) }
    }

    /// The ladder that a case climbs: by the version of the policy and the segment by which it is planned.
    pub fn ladder(&self, climber: Climber<'_>) -> Ladder<'_> {
        self.policy_of(climber.case).ladder_of(climber.segment)
    }
}

/// The place of the highest rung that a case has taken, or that was passed over: by a person, or when
/// it was re-planned. Of a version that is not kept nobody knows the rungs: then their days count.
fn reached(case: &Case, ladder: Ladder<'_>, settings: &Settings) -> Option<usize> {
    let taken = case.taken.iter().map(|taken| taken.step.as_str());
    let skipped = case.skipped.iter().map(|skipped| skipped.step.as_str());
    let known = taken.chain(skipped).chain(case.passed.as_deref()).filter_map(|rung| ladder.rank(rung)).max();
    if settings.keeps_policy(case.policy_version) { known } else { known.max(passed_by_day(case, ladder, settings)) }
}

/// The place of the highest rung of a ladder that would have been said by the day on which the case last
/// took a step, or on which one was to be that a person passed over.
pub fn passed_by_day(case: &Case, ladder: Ladder<'_>, settings: &Settings) -> Option<usize> {
    // What a plan said is no step of the ladder.
    let taken = case.taken.iter().filter(|taken| !is_plan_step(&taken.step)).map(|taken| taken.on);
    let skipped = case.skipped.iter().filter(|skipped| !is_plan_step(&skipped.step)).map(|skipped| skipped.planned_on);
    let last = taken.chain(skipped).max()?;
    let (calendar, dates) = (settings.calendar(), settings.dates(case));
    let mut previous = dates.due;
    let mut passed = None;
    for (rank, rung) in ladder.rungs().enumerate() {
        let meant = rung.meant_on(dates, previous, calendar);
        previous = previous.max(meant);
        if calendar.roll_forward(meant) <= last {
            passed = Some(rank);
        }
    }
    passed
}

/// The next rung of a case and the first day, from `from` on, on which it may be said.
///
/// A task for the team minds neither what the debtor heard nor the cap.
pub fn next<'p>(climber: Climber<'_>, settings: &'p Settings, said: &Said, from: NaiveDate) -> Option<Next<'p>> {
    walk(climber, settings, Some(said), from)
}

/// The next rung of a case that may still be said on a day, whatever its own day and the gap are.
pub fn next_now<'p>(climber: Climber<'_>, settings: &'p Settings, today: NaiveDate) -> Option<Next<'p>> {
    walk(climber, settings, None, today)
}

/// `paced` is what was said before; without it neither days nor gaps are waited for.
fn walk<'p>(climber: Climber<'_>, settings: &'p Settings, paced: Option<&Said>, from: NaiveDate) -> Option<Next<'p>> {
    let Climber { case, net_minor, kind, segment } = climber;
    let ladder = settings.ladder(climber);
    let calendar = settings.calendar();
    let dates = settings.dates(case);
    let own_last = case.taken.iter().map(|taken| taken.on).max();
    let after_own = own_last.map(|day| day + Days::new(u64::from(ladder.least_gap_days)));
    let after_reopened = case.reopened_on.and_then(|day| day.succ_opt());
    let after_said = paced.and_then(Said::last).map(|day| day + Days::new(u64::from(settings.policy.least_gap_days)));
    let after_said = after_said.max(paced.and_then(|said| said.below_cap_on(settings.policy.week_cap)));
    let first = reached(case, ladder, settings).map_or_else(|| first_run::begins_at(climber, settings), |rank| rank + 1);
    let last_skipped = case.skipped.iter().filter(|skipped| !is_plan_step(&skipped.step)).map(|skipped| skipped.planned_on).max();
    let mut previous = own_last.max(last_skipped).unwrap_or(dates.due);
    for (rank, rung) in ladder.rungs().enumerate().skip(first) {
        let (counted, meant) = (rung.counted(dates, previous), rung.meant_on(dates, previous, calendar));
        previous = previous.max(meant);
        if !rung.step.when.hold(kind, segment, case.currency, net_minor) {
            continue;
        }
        let planned = calendar.roll_forward(meant);
        let bounds = [Some(planned), after_own, after_reopened, after_said.filter(|_| !rung.step.is_task()), Some(from)];
        let earliest = match paced {
            Some(_) => calendar.roll_forward(bounds.into_iter().flatten().max()?),
            None => from,
        };
        let lapses_after = Rung::lapses_after(meant, dates);
        if lapses_after.is_none_or(|last| earliest <= last) {
            return Some(Next { rung, rank, counted, planned, earliest, lapses_after });
        }
    }
    None
}
