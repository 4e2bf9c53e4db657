//! The night: every open case of an account takes a step or has a reason, and the steps of one day
//! become one message.
//!
//! Running it twice for one day changes nothing; running it for an older day than the last one
//! does nothing at all. An outcome may be larger than one transaction: then it is committed in
//! part, and the same night, run again, goes on where it stopped.

use chrono::{NaiveDate, NaiveTime};

use super::delivery::{free_steps, settle};
use super::{Attention, Context, Entry, Outcome, Refused, legal, pending, plan, promise};
use crate::domain::account::StepTaken;
use crate::domain::climb::{Climber, Said};
use crate::domain::creditor::Settings;
use crate::domain::decide::{self, Candidate, Decision, SkipReason};
use crate::domain::ids::CaseId;
use crate::domain::money::Currency;
use crate::domain::plan::policy_step;
use crate::domain::reminder::{Line, Reminder, ReminderId, ReminderState};
use crate::domain::segments;
use crate::domain::window::{instant, local_day};

/// What becomes one message: by currency, and apart from it what goes to the team.
type Group = ((Currency, bool), Vec<(CaseId, Candidate)>);

pub(super) fn night(outcome: &mut Outcome, as_of: NaiveDate, context: &Context<'_>) -> Result<(), Refused> {
    if outcome.account.profile.evaluated_on.is_some_and(|last| last > as_of) {
        return Err(Refused::NoEffect("a later night has been evaluated"));
    }
    cancel_older(outcome, as_of, context);
    legal::run_out(outcome, as_of);
    pending::run_out(outcome, as_of);
    promise::run_out(outcome, as_of, context);
    plan::run_out(outcome, as_of, context);
    segments::refresh(&mut outcome.account, context.settings, as_of);
    let mut groups: Vec<Group> = Vec::new();
    let mut silent: Vec<(CaseId, i64, SkipReason)> = Vec::new();
    let decided: Vec<_> = {
        let account = &outcome.account;
        let open = decide::net_open(account).into_iter();
        let undecided = open.filter(|(case, _)| !case.taken.iter().any(|taken| taken.on == as_of));
        undecided
            .map(|(case, net_minor)| {
                let decision = decide::decide(account, case, net_minor, context.settings, as_of);
                (case.id.clone(), case.currency, net_minor, decision)
            })
            .collect()
    };
    for (id, currency, net_minor, decision) in decided {
        match decision {
            Ok(candidate) => {
                let key = (currency, candidate.channel.is_for_team());
                match groups.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, members)) => members.push((id, candidate)),
                    None => groups.push((key, vec![(id, candidate)])),
                }
            }
            Err(Decision::Skip { reason, .. }) => silent.push((id, net_minor, reason)),
            Err(Decision::Step { .. }) => {}
        }
    }
    for ((currency, _), members) in groups {
        silent.extend(speak(outcome, currency, members, as_of, context));
    }
    // Only now is it known what the debtor hears today, and so from when on each may go.
    for (id, net_minor, reason) in silent {
        note(outcome, &id, net_minor, as_of, reason, context);
    }
    complete_drafts(outcome, as_of);
    outcome.account.profile.evaluated_on = Some(as_of);
    Ok(())
}

/// An older reminder that was never sent is settled before a new one is made.
fn cancel_older(outcome: &mut Outcome, as_of: NaiveDate, context: &Context<'_>) {
    let reminders = outcome.account.reminders.iter();
    let waiting =
        reminders.filter(|reminder| reminder.id.as_of < as_of && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled));
    let older: Vec<ReminderId> = waiting.map(|reminder| reminder.id.clone()).collect();
    for id in older {
        free_steps(outcome, &id);
        if let Some(reminder) = outcome.account.reminders.iter_mut().find(|reminder| reminder.id == id) {
            settle(reminder, ReminderState::Cancelled, Some("not sent on its day; decided anew"), Some(context.now));
        }
        let reason = "not sent on its day; decided anew".to_owned();
        outcome.entries.push(Entry::ReminderUnsaid { reminder: id, state: ReminderState::Cancelled, reason });
    }
}

/// A night that stopped in part left its reminders as drafts; this time it is whole.
fn complete_drafts(outcome: &mut Outcome, as_of: NaiveDate) {
    for reminder in outcome.account.reminders.iter_mut().filter(|reminder| reminder.id.as_of == as_of) {
        if reminder.state == ReminderState::Draft {
            reminder.state = ReminderState::Scheduled;
        }
    }
}

/// Keeps the decision on the case; one that says the same as before keeps its first day.
fn note(outcome: &mut Outcome, id: &CaseId, net_minor: i64, as_of: NaiveDate, reason: SkipReason, context: &Context<'_>) {
    let unreachable = reason == SkipReason::Unreachable;
    let Some(case) = outcome.account.case(id) else { return };
    let climber = Climber::of(&outcome.account.profile, case, net_minor);
    let decision = decide::skip(&outcome.account, climber, context.settings, as_of, reason);
    let Some(case) = outcome.account.case_mut(id) else { return };
    if case.decision.as_ref().is_none_or(|(_, last)| *last != decision) {
        case.decision = Some((as_of, decision));
    }
    if unreachable && !outcome.attention.contains(&Attention::Unreachable) {
        outcome.attention.push(Attention::Unreachable);
    }
}

/// One message for all members: the strictest step sets the tone and the channel. Those that it
/// cannot carry any more today come back.
fn speak(
    outcome: &mut Outcome,
    currency: Currency,
    members: Vec<(CaseId, Candidate)>,
    as_of: NaiveDate,
    context: &Context<'_>,
) -> Vec<(CaseId, i64, SkipReason)> {
    let strictest = members.iter().map(|(_, candidate)| candidate).max_by_key(|candidate| (candidate.tone, candidate.rank));
    let Some(strictest) = strictest.cloned() else { return Vec::new() };
    let sum = members.iter().map(|(_, candidate)| candidate.net_minor).fold(0, i64::saturating_add);
    let index = match reminder_for(outcome, currency, &strictest, sum, as_of, context) {
        Ok(index) => index,
        Err(reason) => return members.into_iter().map(|(id, candidate)| (id, candidate.net_minor, reason.clone())).collect(),
    };
    let reminder_id = outcome.account.reminders[index].id.clone();
    for (id, candidate) in members {
        let line = Line { case: id.clone(), step: candidate.step.clone() };
        let reminder = &mut outcome.account.reminders[index];
        if !reminder.lines.contains(&line) {
            reminder.lines.push(line);
        }
        let segment = outcome.account.profile.segment.clone();
        let Some(case) = outcome.account.case_mut(&id) else { continue };
        if !segments::is_kept(case) {
            case.segment = segment;
        }
        let taken = StepTaken { step: candidate.step.clone(), on: as_of, channel: reminder_id.channel };
        case.taken.push(taken);
        let decision = Decision::Step { step: candidate.step, reminder: reminder_id.clone() };
        case.decision = Some((as_of, decision));
    }
    let reminder = &outcome.account.reminders[index];
    let (step, lines) = (reminder.step.clone(), reminder.lines.len());
    outcome.entries.push(Entry::ReminderScheduled { reminder: reminder_id, step, lines });
    Vec::new()
}

/// The day's waiting reminder, which further lines join, or a new one; else why there can be none.
/// `sum_minor` is what the lines come to.
fn reminder_for(
    outcome: &mut Outcome,
    currency: Currency,
    strictest: &Candidate,
    sum_minor: i64,
    as_of: NaiveDate,
    context: &Context<'_>,
) -> Result<usize, SkipReason> {
    let settings = context.settings;
    let Candidate { tone, rank, .. } = *strictest;
    let is_task = strictest.channel.is_for_team();
    let waiting = outcome.account.reminders.iter().position(|reminder| {
        reminder.id.as_of == as_of
            && reminder.id.currency == currency
            && reminder.id.channel.is_for_team() == is_task
            && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled)
    });
    if let Some(index) = waiting {
        let waiting_rank = rank_of(outcome, index, settings);
        let reminder = &mut outcome.account.reminders[index];
        if (tone, rank) > (reminder.tone, waiting_rank) {
            reminder.step.clone_from(&strictest.step);
            reminder.tone = tone;
        }
        return Ok(index);
    }
    let least_minor = settings.policy.least_sums.of(currency);
    if !is_task && sum_minor < least_minor {
        return Err(SkipReason::TooSmall { least_minor });
    }
    // Other currencies may have filled the day already.
    let cap = settings.policy.week_cap;
    if let Some(messages) = cap.filter(|_| !is_task && Said::in_all(&outcome.account).below_cap_on(cap) > Some(as_of)) {
        return Err(SkipReason::CapReached { messages });
    }
    let zone = outcome.account.zone(settings);
    // A day that has not begun is not spoken on before it does.
    let now = context.now.max(instant(as_of, NaiveTime::MIN, settings.zone));
    let opens = settings.window(strictest.channel).next_open(now, zone, settings.calendar());
    if local_day(opens, settings.zone) > as_of {
        return Err(SkipReason::WindowClosed);
    }
    let id = ReminderId { as_of, channel: strictest.channel, currency };
    // Another debtor that is this one now heard it already.
    if outcome.account.profile.ties.heard.iter().any(|heard| heard.reminder == id) {
        return Err(SkipReason::TooSoon { last_on: as_of });
    }
    // One per day, channel and currency, whatever became of it.
    if outcome.account.reminders.iter().any(|reminder| reminder.id == id) {
        return Err(SkipReason::WindowClosed);
    }
    outcome.account.reminders.push(Reminder {
        id,
        state: ReminderState::Scheduled,
        step: strictest.step.clone(),
        tone,
        lines: Vec::new(),
        created_at: context.now,
        check_at: Some(opens),
        attempts: 0,
        claim: None,
        message_id: None,
        reason: None,
        settled_at: None,
    });
    Ok(outcome.account.reminders.len() - 1)
}

/// Where the step that sets a reminder's tone stands in the ladder of its own invoice.
fn rank_of(outcome: &Outcome, index: usize, settings: &Settings) -> usize {
    let (account, reminder) = (&outcome.account, &outcome.account.reminders[index]);
    let strictest = reminder.lines.iter().filter(|line| line.step == reminder.step);
    let cases = strictest.filter_map(|line| account.case(&line.case));
    let ranks = cases.filter_map(|case| settings.ladder(Climber::of(&account.profile, case, 0)).rank(policy_step(&reminder.step)));
    ranks.max().unwrap_or(0)
}
