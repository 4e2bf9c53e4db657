//! What one case is to hear on one day, and why: the step, or the reason for none.
//!
//! A step is due from its planned day on, never "on" it, so a missed night loses nothing; the gap
//! keeps a catch-up from becoming a burst.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::account::{Account, Case};
use super::creditor::Settings;
use super::policy::{Channel, Policy, Step};
use super::reminder::{ReminderId, ReminderState};

/// What a hold covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldScope {
    /// One invoice.
    Invoice,
    /// Everything of one debtor.
    Debtor,
    /// Everything of the creditor.
    Creditor,
}

/// Why a case hears nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SkipReason {
    /// The source marks it as a test or the like.
    NotRemindable,
    /// A dated stop.
    OnHold {
        /// What is held.
        scope: HoldScope,
        /// Last day of it.
        until: Option<NaiveDate>,
    },
    /// Money or credit notes without a case cover it.
    CoveredByCredit,
    /// The next step's day has not come.
    NotYet,
    /// The step's day has come, and something was said too recently.
    TooSoon {
        /// The last day on which something was said.
        last_on: NaiveDate,
    },
    /// Nobody writes on a day off.
    DayOff,
    /// The send window of the day has closed.
    WindowClosed,
    /// Neither e-mail nor phone can be used.
    Unreachable,
    /// The creditor is in trial and the address is not on its allow-list.
    NotOnAllowList,
    /// Every step is taken.
    LadderFinished,
}

/// What was decided for a case on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It takes a step by a reminder.
    Step {
        /// The step.
        step: String,
        /// The reminder that carries it.
        reminder: ReminderId,
    },
    /// It hears nothing.
    Skip {
        /// Why.
        #[serde(flatten)]
        reason: SkipReason,
        /// The step that comes next, if any.
        next_step: Option<String>,
        /// The day from which it may go.
        next_on: Option<NaiveDate>,
    },
}

/// A step that a case may take today, before cases are joined into reminders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The step.
    pub step: String,
    /// Its place in the ladder.
    pub rank: usize,
    /// The channel by which this debtor can hear it.
    pub channel: Channel,
}

/// The next step of a case and the first day, from `from` on, on which it may go.
///
/// `said_on` is the last day on which the debtor heard anything; a step for the team does not mind.
pub fn next_step<'p>(
    case: &Case,
    policy: &'p Policy,
    settings: &Settings,
    said_on: Option<NaiveDate>,
    from: NaiveDate,
) -> Option<(&'p Step, NaiveDate)> {
    let calendar = settings.calendar();
    let due = settings.payable_until(case.due_on);
    let gap = Days::new(u64::from(policy.least_gap_days));
    let reached = case.taken.iter().filter_map(|taken| policy.rank(&taken.step)).max();
    let first = reached.map_or(0, |rank| rank + 1);
    let own_last = case.taken.iter().map(|taken| taken.on).max();
    policy.steps.iter().skip(first).find_map(|step| {
        let after_own = own_last.map(|day| day + gap);
        let after_said = said_on.filter(|_| step.channel != Channel::Task).map(|day| day + gap);
        let planned = step.planned_on(due, calendar);
        let bounds = [Some(planned), after_own, after_said, Some(from)];
        let earliest = calendar.roll_forward(bounds.into_iter().flatten().max()?);
        let lapsed = step.lapses_after(due).is_some_and(|last| earliest > last);
        (!lapsed).then_some((step, earliest))
    })
}

/// The last day before `joinable` things on which the debtor heard anything, or may have.
///
/// A reminder of `as_of` that still waits does not count: further lines can join it.
pub fn said_on(account: &Account, as_of: NaiveDate) -> Option<NaiveDate> {
    let said = account.reminders.iter().filter(|reminder| {
        let waits_today = reminder.id.as_of == as_of && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled);
        reminder.id.channel != Channel::Task && reminder.state.counts() && !waits_today
    });
    said.map(|reminder| reminder.id.as_of).max()
}

/// The channel by which a step can reach this debtor: the step's own, else the other one.
pub fn reachable_channel(account: &Account, step: &Step) -> Option<Channel> {
    let order: &[Channel] = match step.channel {
        Channel::Email => &[Channel::Email, Channel::Sms],
        Channel::Sms => &[Channel::Sms, Channel::Email],
        Channel::Task => return Some(Channel::Task),
    };
    order.iter().copied().find(|channel| account.address(*channel).is_some())
}

/// The stop that covers a case on a day, the widest first.
pub fn hold_on(account: &Account, case: &Case, settings: &Settings, day: NaiveDate) -> Option<(HoldScope, Option<NaiveDate>)> {
    let creditor = settings.held_on(day).map(|hold| (HoldScope::Creditor, hold.until));
    let debtor = account.profile.hold.as_ref().filter(|hold| hold.covers(day)).map(|hold| (HoldScope::Debtor, hold.until));
    let invoice = case.hold.as_ref().filter(|hold| hold.covers(day)).map(|hold| (HoldScope::Invoice, hold.until));
    creditor.or(debtor).or(invoice)
}

/// The first day from `day` on that no hold covers; `None` where one has no end.
fn free_from(account: &Account, case: &Case, settings: &Settings, day: NaiveDate) -> Option<NaiveDate> {
    let mut free = day;
    while let Some((_, until)) = hold_on(account, case, settings, free) {
        free = until?.succ_opt()?;
    }
    Some(free)
}

/// How much of each open case is left after money that belongs to no case, the oldest due first.
///
/// What is not asked for (test orders and the like) swallows none of that money.
pub fn net_open(account: &Account) -> Vec<(&Case, i64)> {
    let mut credit: Vec<(super::money::Currency, i64)> = Vec::new();
    let mut net = Vec::new();
    for case in account.open_cases() {
        let index = credit.iter().position(|(currency, _)| *currency == case.currency).unwrap_or_else(|| {
            credit.push((case.currency, account.credit_minor(case.currency)));
            credit.len() - 1
        });
        let covered = if case.remindable { credit[index].1.clamp(0, case.open_minor()) } else { 0 };
        credit[index].1 -= covered;
        net.push((case, case.open_minor() - covered));
    }
    net
}

/// Decides one case: a candidate step, or the reason for none.
///
/// `net_minor` is what is open of it after netting (`net_open`).
pub fn decide(account: &Account, case: &Case, net_minor: i64, settings: &Settings, as_of: NaiveDate) -> Result<Candidate, Decision> {
    let policy = &settings.policy;
    let next = next_step(case, policy, settings, said_on(account, as_of), as_of);
    let skip = |reason| skip(account, case, settings, as_of, reason);
    if !case.remindable {
        return Err(skip(SkipReason::NotRemindable));
    }
    if let Some((scope, until)) = hold_on(account, case, settings, as_of) {
        return Err(skip(SkipReason::OnHold { scope, until }));
    }
    if net_minor == 0 {
        return Err(skip(SkipReason::CoveredByCredit));
    }
    let Some((step, earliest)) = next else {
        return Err(skip(SkipReason::LadderFinished));
    };
    if earliest > as_of {
        return Err(skip(why_later(case, step, settings, account, as_of)));
    }
    let Some(channel) = reachable_channel(account, step) else {
        return Err(skip(SkipReason::Unreachable));
    };
    if account.address(channel).is_some_and(|address| !settings.may_write_to(address)) {
        return Err(skip(SkipReason::NotOnAllowList));
    }
    Ok(Candidate { step: step.id.clone(), rank: policy.rank(&step.id).unwrap_or(0), channel })
}

/// The reason for none, with the step that comes next and the first later day on which it may go,
/// where that day is known: nobody knows how long a hold without an end or a missing address lasts.
pub fn skip(account: &Account, case: &Case, settings: &Settings, as_of: NaiveDate, reason: SkipReason) -> Decision {
    let from = match &reason {
        SkipReason::OnHold { .. } | SkipReason::NotYet | SkipReason::TooSoon { .. } | SkipReason::DayOff | SkipReason::WindowClosed => {
            as_of.succ_opt().and_then(|day| free_from(account, case, settings, day))
        }
        SkipReason::NotRemindable
        | SkipReason::CoveredByCredit
        | SkipReason::Unreachable
        | SkipReason::NotOnAllowList
        | SkipReason::LadderFinished => None,
    };
    let earliest = from.unwrap_or(as_of);
    let next = next_step(case, &settings.policy, settings, said_on(account, earliest), earliest);
    Decision::Skip {
        reason,
        next_step: next.map(|(step, _)| step.id.clone()),
        next_on: next.map(|(_, day)| day).filter(|_| from.is_some()),
    }
}

fn why_later(case: &Case, step: &Step, settings: &Settings, account: &Account, as_of: NaiveDate) -> SkipReason {
    let planned = step.planned_on(settings.payable_until(case.due_on), settings.calendar());
    if planned > as_of {
        return SkipReason::NotYet;
    }
    if !settings.calendar().is_working_day(as_of) {
        return SkipReason::DayOff;
    }
    let own_last = case.taken.iter().map(|taken| taken.on).max();
    let last_on = own_last.max(said_on(account, as_of)).unwrap_or(as_of);
    SkipReason::TooSoon { last_on }
}

/// The day, from `from` on, on which this account is to be looked at next; `None` with no open case.
///
/// The earliest of the next steps, the ends of holds and a heartbeat of 30 days.
pub fn wake_on(account: &Account, settings: &Settings, from: NaiveDate) -> Option<NaiveDate> {
    let heartbeat = from + Days::new(30);
    let looks = net_open(account).into_iter().map(|(case, net_minor)| {
        if let Some((_, until)) = hold_on(account, case, settings, from) {
            return until.and_then(|day| day.succ_opt()).unwrap_or(heartbeat);
        }
        let next = next_step(case, &settings.policy, settings, said_on(account, from), from);
        match next {
            Some((step, day)) if case.remindable && net_minor > 0 && reachable_channel(account, step).is_some() => day,
            _ => heartbeat,
        }
    });
    looks.min().map(|day| day.min(heartbeat))
}
