//! When a case should hear next, worked out from the text of its policy.

use chrono::{Days, NaiveDate};
use upominek::domain::account::{Account, Case};
use upominek::domain::policy::{Channel, Policy, Start, Step, Unit};

use crate::calendar::{forward, working_days};
use crate::model::{Agreed, Bill, Part};

/// A step and the first day on which it may be said.
pub(super) struct Due<'p> {
    pub step: &'p Step,
    pub earliest: NaiveDate,
}

/// A day so many days after another, or before it.
pub(super) fn counted(start: NaiveDate, days: i64, unit: Unit) -> NaiveDate {
    match unit {
        Unit::Working => working_days(start, days),
        Unit::Calendar if days < 0 => start - Days::new(days.unsigned_abs()),
        Unit::Calendar => start + Days::new(days.unsigned_abs()),
    }
}

/// The days on which the debtor was told something, the latest first.
fn said(account: &Account) -> Vec<NaiveDate> {
    let told = account.reminders.iter().filter(|reminder| is_heard(reminder.id.channel) && reminder.state.counts());
    let mut said: Vec<NaiveDate> = told.map(|reminder| reminder.id.as_of).collect();
    said.sort_unstable_by(|a, b| b.cmp(a));
    said
}

/// Whether the debtor hears what goes by a channel.
pub(super) fn is_heard(channel: Channel) -> bool {
    matches!(channel, Channel::Email | Channel::Sms)
}

fn speaks(step: &Step) -> bool {
    step.channels.first().is_some_and(|channel| is_heard(*channel))
}

/// The next word about an instalment: the courtesies of the policy in force, before and on its day.
pub(super) fn next_of_plan<'p>(
    bill: &Bill,
    (plan, part): (&Agreed, &Part),
    case: &Case,
    account: &Account,
    in_force: &'p Policy,
    today: NaiveDate,
) -> Option<Due<'p>> {
    let due = forward(part.instalment.on);
    let segment = if case.taken.is_empty() && case.passed.is_none() { &account.profile.segment } else { &case.segment };
    let covered = account.cases.iter().filter(|other| plan.bills.contains(&other.id.external));
    let taken: Vec<_> = covered.flat_map(|other| &other.taken).collect();
    let own = format!("plan-{}/", part.instalment.number);
    let told = taken.iter().filter(|taken| taken.step.starts_with(&own)).map(|taken| taken.on).max();
    let gap = Days::new(u64::from(in_force.least_gap_days));
    let said = said(account);
    let below_cap = in_force.week_cap.and_then(|cap| said.get((cap as usize).checked_sub(1)?)).map(|day| *day + Days::new(7));
    let kind = account.profile.kind;
    in_force.ladder_of(segment.as_deref()).steps.iter().find_map(|step| {
        let meant = counted(due, i64::from(step.anchor.days), step.anchor.unit);
        let applies = step.anchor.from == Start::Due && speaks(step) && meant <= due;
        let planned = forward(meant);
        let fits = step.when.hold(kind, segment.as_deref(), bill.currency, part.missing);
        if !applies || !fits || told.is_some_and(|told| planned <= told) {
            return None;
        }
        let bounds = [Some(planned), taken.iter().map(|taken| taken.on + gap).max(), said.first().map(|day| *day + gap), below_cap];
        let earliest = forward(bounds.into_iter().flatten().max()?);
        let last = if meant < due { due - Days::new(1) } else { due };
        (earliest.max(today) <= last).then_some(Due { step, earliest })
    })
}

/// The next step of a bill; `None` at the end of its ladder.
///
/// `policy` is that of the case, `in_force` that of the creditor today; steps taken and messages said
/// are read from the record.
pub(super) fn next<'p>(
    bill: &Bill,
    net: i64,
    case: &Case,
    account: &Account,
    policy: &'p Policy,
    in_force: &Policy,
    today: NaiveDate,
) -> Option<Due<'p>> {
    let segment = if case.taken.is_empty() && case.passed.is_none() { &account.profile.segment } else { &case.segment };
    let steps = policy.ladder_of(segment.as_deref()).steps;
    let rungs: Vec<(&Step, u32)> =
        steps.iter().flat_map(|step| (1..=step.repeat.map_or(1, |repeat| repeat.times)).map(move |time| (step, time))).collect();
    let name = |(step, time): &(&Step, u32)| if *time == 1 { step.id.clone() } else { format!("{}.{time}", step.id) };
    let done: Vec<&str> = case
        .taken
        .iter()
        .map(|taken| taken.step.as_str())
        .chain(case.skipped.iter().map(|one| one.step.as_str()))
        .chain(case.passed.as_deref())
        .collect();
    let first = rungs.iter().rposition(|rung| done.contains(&name(rung).as_str())).map_or(0, |place| place + 1);
    let own_last = case.taken.iter().map(|taken| taken.on).max();
    let said = said(account);
    let after_own = own_last.map(|day| day + Days::new(u64::from(policy.least_gap_days)));
    let after_said = said.first().map(|day| *day + Days::new(u64::from(in_force.least_gap_days)));
    let below_cap = in_force.week_cap.and_then(|cap| said.get((cap as usize).checked_sub(1)?)).map(|day| *day + Days::new(7));
    let until = bill.until();
    let last_skipped = case.skipped.iter().map(|one| one.planned_on).max();
    let mut previous = own_last.max(last_skipped).unwrap_or(until);
    for (step, time) in rungs.into_iter().skip(first) {
        let meant = match step.repeat.filter(|_| time > 1) {
            Some(repeat) => counted(previous, i64::from(repeat.every_days), step.anchor.unit),
            None => {
                let start = match step.anchor.from {
                    Start::Due => until,
                    Start::Issued => bill.issued,
                    Start::Previous => previous,
                };
                counted(start, i64::from(step.anchor.days), step.anchor.unit)
            }
        };
        previous = previous.max(meant);
        let kind = account.profile.kind;
        let fits =
            (step.when.kinds.is_empty() || step.when.kinds.contains(&kind)) && step.when.hold(kind, segment.as_deref(), bill.currency, net);
        if !fits {
            continue;
        }
        let speaks = speaks(step);
        let bounds = [Some(meant), after_own, after_said.filter(|_| speaks), below_cap.filter(|_| speaks)];
        let earliest = forward(bounds.into_iter().flatten().max()?);
        let lapses = if meant < until { Some(until - Days::new(1)) } else { (meant == until).then_some(until) };
        if lapses.is_none_or(|last| earliest.max(today) <= last) {
            return Some(Due { step, earliest });
        }
    }
    None
}
