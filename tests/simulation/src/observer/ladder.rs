//! When a case should hear next, worked out from the text of its policy.

use chrono::{Days, NaiveDate};
use upominek::domain::account::{Account, Case};
use upominek::domain::policy::{Channel, Policy, Start, Step, Unit};

use crate::calendar::{forward, working_days};
use crate::model::Bill;

/// A step and the first day on which it may be said.
pub(super) struct Due<'p> {
    pub step: &'p Step,
    pub earliest: NaiveDate,
}

fn counted(start: NaiveDate, days: i64, unit: Unit) -> NaiveDate {
    match unit {
        Unit::Working => working_days(start, days),
        Unit::Calendar if days < 0 => start - Days::new(days.unsigned_abs()),
        Unit::Calendar => start + Days::new(days.unsigned_abs()),
    }
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
    let done: Vec<&str> = case.taken.iter().map(|taken| taken.step.as_str()).chain(case.passed.as_deref()).collect();
    let first = rungs.iter().rposition(|rung| done.contains(&name(rung).as_str())).map_or(0, |place| place + 1);
    let own_last = case.taken.iter().map(|taken| taken.on).max();
    let mut said: Vec<NaiveDate> = account
        .reminders
        .iter()
        .filter(|reminder| reminder.id.channel != Channel::Task && reminder.state.counts())
        .map(|reminder| reminder.id.as_of)
        .collect();
    said.sort_unstable_by(|a, b| b.cmp(a));
    let after_own = own_last.map(|day| day + Days::new(u64::from(policy.least_gap_days)));
    let after_said = said.first().map(|day| *day + Days::new(u64::from(in_force.least_gap_days)));
    let below_cap = in_force.week_cap.and_then(|cap| said.get((cap as usize).checked_sub(1)?)).map(|day| *day + Days::new(7));
    let until = bill.until();
    let mut previous = own_last.unwrap_or(until);
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
        let speaks = step.channels.first() != Some(&Channel::Task);
        let bounds = [Some(meant), after_own, after_said.filter(|_| speaks), below_cap.filter(|_| speaks)];
        let earliest = forward(bounds.into_iter().flatten().max()?);
        let lapses = if meant < until { Some(until - Days::new(1)) } else { (meant == until).then_some(until) };
        if lapses.is_none_or(|last| earliest.max(today) <= last) {
            return Some(Due { step, earliest });
        }
    }
    None
}
