//! A person's word about a line of one day, given before its night or while its reminder waits.
//!
//! After the night the line is taken out of its reminder and the day is decided once more by the very
//! code of the night, which honours the word.

use chrono::{Days, NaiveDate};

use super::delivery::{free_step_of, free_steps, settle};
use super::{Context, Entry, Outcome, Refused, claims, night};
use crate::domain::account::{Account, StepTaken};
use crate::domain::ahead;
use crate::domain::cause::Cause;
use crate::domain::climb::Climber;
use crate::domain::creditor::Settings;
use crate::domain::decide::{self, Candidate, Decision, SkipReason};
use crate::domain::ids::CaseId;
use crate::domain::instruction::{Act, Instruction, MOST_DAYS_AHEAD, Seen};
use crate::domain::message::line::asked_minor;
use crate::domain::plan::{ladder_of, policy_step};
use crate::domain::policy::{Channel, Tone};
use crate::domain::reminder::{Line, Reminder, ReminderId, ReminderState};

/// What a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It may go, as it was seen; as it is, if nothing was.
    Approve {
        /// The line as the person saw it.
        seen: Option<Seen>,
    },
    /// It does not go on that day.
    Skip {
        /// Why.
        note: String,
    },
    /// It goes by this channel.
    By {
        /// By which.
        channel: Channel,
    },
}

/// The line of a case in a reminder of a day, if that counts as said.
fn line_of(account: &Account, id: &CaseId, on: NaiveDate) -> Option<(ReminderId, ReminderState, String)> {
    let carries = |reminder: &&Reminder| reminder.id.as_of == on && reminder.state.counts();
    account.reminders.iter().filter(carries).find_map(|reminder| {
        let line = reminder.lines.iter().find(|line| line.case == *id)?;
        Some((reminder.id.clone(), reminder.state, line.step.clone()))
    })
}

/// The line that waits for its send window.
fn waiting_line(account: &Account, id: &CaseId, on: NaiveDate) -> Result<Option<(ReminderId, String)>, Refused> {
    match line_of(account, id, on) {
        Some((reminder, ReminderState::Draft | ReminderState::Scheduled, step)) => Ok(Some((reminder, step))),
        Some(_) => Err(Refused::AlreadyGone),
        None => Ok(None),
    }
}

pub(super) fn instruct(outcome: &mut Outcome, id: &CaseId, on: NaiveDate, word: &Word, context: &Context<'_>) -> Result<(), Refused> {
    let first = context.today();
    let last = first + Days::new(MOST_DAYS_AHEAD);
    if on < first || on > last {
        return Err(Refused::InstructedDay { first, last });
    }
    let case = outcome.account.case_mut(id).filter(|case| case.closed.is_none()).ok_or(Refused::NoSuchCase)?;
    let before = case.instruction(on).cloned();
    case.instructions.retain(|word| word.on != on);
    let waiting = waiting_line(&outcome.account, id, on)?;
    let seen = match &waiting {
        Some((_, step)) => Ok(seen_of(&outcome.account, id, step, on, context)),
        None => would_say(outcome, id, on, context),
    };
    let (act, seen) = match (word, seen) {
        (Word::Skip { note }, seen) => (Act::Skip { note: note.clone() }, seen.ok()),
        (Word::Approve { .. } | Word::By { .. }, Err(reason)) => return Err(Refused::Silent(Box::new(reason))),
        (Word::Approve { seen: shown }, Ok(seen)) => (Act::Approve, Some(unchanged(&outcome.account, id, shown.as_ref(), seen, context)?)),
        (Word::By { channel }, Ok(seen)) => {
            may_go_by(&outcome.account, id, &seen.step, *channel, context)?;
            (Act::By { channel: *channel }, Some(seen))
        }
    };
    if before.as_ref().is_some_and(|before| before.act == act && before.seen == seen) {
        return Err(Refused::NoEffect("this was said already"));
    }
    let case = outcome.account.case_mut(id).ok_or(Refused::NoSuchCase)?;
    case.instructions.push(Instruction { on, act: act.clone(), seen, given_at: context.now });
    outcome.entries.push(Entry::Instructed { case: id.clone(), on, act: act.clone() });
    decide_again(outcome, id, on, waiting, &act, context)
}

/// Lets lines go as they were seen, each that still is what was seen.
pub(super) fn approve(outcome: &mut Outcome, on: NaiveDate, lines: &[(CaseId, Seen)], context: &Context<'_>) -> Result<(), Refused> {
    let mut approved = false;
    for (id, seen) in lines {
        let mut tried = outcome.clone();
        if instruct(&mut tried, id, on, &Word::Approve { seen: Some(seen.clone()) }, context).is_ok() {
            *outcome = tried;
            approved = true;
        }
    }
    if approved { Ok(()) } else { Err(Refused::NoEffect("every line is approved already, or is not what it was")) }
}

/// A line as its message of a day says it.
pub(super) fn seen_of(account: &Account, id: &CaseId, step: &str, on: NaiveDate, context: &Context<'_>) -> Seen {
    let found = decide::net_open(account).into_iter().find(|(case, _)| case.id == *id);
    let asked = found.map(|(case, net_minor)| asked_minor(account, case, net_minor, step, context.settings, on));
    Seen { step: step.to_owned(), net_minor: asked.unwrap_or(0) }
}

/// What a case would say on a day on which nothing of it waits: as its night will find it, and as its
/// list shows it.
fn would_say(outcome: &Outcome, id: &CaseId, on: NaiveDate, context: &Context<'_>) -> Result<Seen, SkipReason> {
    let mut by_then = Outcome::of(&ahead::eve(&outcome.account, on, context));
    night::cancel_older(&mut by_then, on, context);
    let (account, settings) = (&by_then.account, context.settings);
    let Some((case, net_minor)) = decide::net_open(account).into_iter().find(|(case, _)| case.id == *id) else {
        return Err(SkipReason::CoveredByCredit { sums: None });
    };
    match decide::decide(account, case, net_minor, settings, on) {
        Ok(Candidate { step, channel, .. }) => {
            // The step may claim something beside the invoice.
            claims::begin(&mut by_then, id, &StepTaken { step: step.clone(), on, channel }, context);
            Ok(seen_of(&by_then.account, id, &step, on, context))
        }
        Err(Decision::Skip { reason, .. }) => Err(reason),
        Err(Decision::Step { .. }) => Err(SkipReason::NotYet { planned_on: None }),
    }
}

/// The line as it is, if it is no more than what was shown.
fn unchanged(account: &Account, id: &CaseId, shown: Option<&Seen>, now: Seen, context: &Context<'_>) -> Result<Seen, Refused> {
    let Some(shown) = shown else { return Ok(now) };
    let case = account.case(id).ok_or(Refused::NoSuchCase)?;
    let same = shown.covers(&now.step, now.net_minor, context.settings.ladder(Climber::of(&account.profile, case, now.net_minor)));
    if same { Ok(now) } else { Err(Refused::Changed) }
}

fn may_go_by(account: &Account, id: &CaseId, step: &str, channel: Channel, context: &Context<'_>) -> Result<(), Refused> {
    let settings = context.settings;
    let case = account.case(id).ok_or(Refused::NoSuchCase)?;
    let ladder = ladder_of(Climber::of(&account.profile, case, 0), step, settings);
    let is_task = ladder.rung(policy_step(step)).is_some_and(|rung| rung.step.is_task());
    if is_task && !channel.is_for_team() {
        return Err(Refused::Channel(Cause::TaskForTeam));
    }
    if !decide::usable(account, channel) {
        return Err(Refused::Channel(Cause::NoAddress));
    }
    if account.address(channel).is_some_and(|address| !settings.may_write_to(address)) {
        return Err(Refused::Channel(Cause::NotOnAllowList));
    }
    Ok(())
}

/// Decides a day anew that was decided already; before its night there is nothing to do.
fn decide_again(
    outcome: &mut Outcome,
    id: &CaseId,
    on: NaiveDate,
    waiting: Option<(ReminderId, String)>,
    act: &Act,
    context: &Context<'_>,
) -> Result<(), Refused> {
    if outcome.account.profile.evaluated_on != Some(on) {
        return Ok(());
    }
    match (act, waiting) {
        (Act::Approve, Some(_)) => return Ok(()),
        (Act::By { channel }, Some((reminder, _))) if reminder.channel == *channel => return Ok(()),
        (_, Some((reminder, _))) => take_out(outcome, id, &reminder, context),
        (_, None) => {}
    }
    run_again(outcome, on, !matches!(act, Act::Skip { .. }), context)?;
    if matches!(act, Act::Skip { .. }) || line_of(&outcome.account, id, on).is_some() {
        return Ok(());
    }
    let decision = outcome.account.case(id).and_then(|case| case.decision.as_ref()).map(|(_, decision)| decision);
    Err(match decision {
        Some(Decision::Skip { reason, .. }) => Refused::Silent(Box::new(reason.clone())),
        _ => Refused::AlreadyGone,
    })
}

/// The night of a day once more. Where the nights are capped, a person's word makes one message at the most.
fn run_again(outcome: &mut Outcome, on: NaiveDate, may_add: bool, context: &Context<'_>) -> Result<(), Refused> {
    let messages = context.settings.run_cap.map(|_| u32::from(may_add));
    night::night(outcome, on, messages, context)
}

/// Takes a line out of a waiting reminder: its step is free again. A reminder without lines is cancelled.
fn take_out(outcome: &mut Outcome, id: &CaseId, reminder_id: &ReminderId, context: &Context<'_>) {
    let of_it = |taken: &&StepTaken| taken.on == reminder_id.as_of && taken.channel == reminder_id.channel;
    let unsaid = outcome.account.case(id).map(|case| case.taken.iter().filter(of_it).cloned().collect::<Vec<_>>());
    for taken in unsaid.unwrap_or_default() {
        free_step_of(outcome, id, taken);
    }
    let Some(index) = outcome.account.reminders.iter().position(|reminder| reminder.id == *reminder_id) else { return };
    outcome.account.reminders[index].lines.retain(|line| line.case != *id);
    let strictest = strictest(&outcome.account, &outcome.account.reminders[index].lines, context.settings);
    let reminder = &mut outcome.account.reminders[index];
    match strictest {
        Some((tone, _, step)) => (reminder.tone, reminder.step) = (tone, step),
        // Only a step that the policy does not know any more is left: it keeps its tone.
        None if !reminder.lines.is_empty() => {}
        None => {
            settle(reminder, ReminderState::Cancelled, Some(Cause::TakenOut.name()), Some(context.now));
            let unsaid =
                Entry::ReminderUnsaid { reminder: reminder_id.clone(), state: ReminderState::Cancelled, reason: Cause::TakenOut.text() };
            outcome.entries.push(unsaid);
        }
    }
}

/// The strictest of some lines: its tone, its place and its step.
pub(super) fn strictest(account: &Account, lines: &[Line], settings: &Settings) -> Option<(Tone, usize, String)> {
    let known = lines.iter().filter_map(|line| {
        let ladder = ladder_of(Climber::of(&account.profile, account.case(&line.case)?, 0), &line.step, settings);
        Some((ladder.rung(policy_step(&line.step))?.tone(), ladder.rank(policy_step(&line.step))?, line.step.clone()))
    });
    known.max_by_key(|(tone, rank, _)| (*tone, *rank))
}

/// Takes a word back, and decides the day anew as if it had not been given.
pub(super) fn withdraw(outcome: &mut Outcome, id: &CaseId, on: NaiveDate, context: &Context<'_>) -> Result<(), Refused> {
    let case = outcome.account.case_mut(id).filter(|case| case.closed.is_none()).ok_or(Refused::NoSuchCase)?;
    let index = case.instructions.iter().position(|word| word.on == on).ok_or(Refused::NoEffect("nothing was said of that day"))?;
    let act = case.instructions.remove(index).act;
    let waiting = waiting_line(&outcome.account, id, on)?;
    outcome.entries.push(Entry::InstructionWithdrawn { case: id.clone(), on, act: act.clone() });
    if outcome.account.profile.evaluated_on != Some(on) || act == Act::Approve {
        return Ok(());
    }
    if let (Act::By { .. }, Some((reminder, _))) = (&act, waiting) {
        take_out(outcome, id, &reminder, context);
    }
    run_again(outcome, on, true, context)
}

/// The send window closed and a reminder still waited for somebody's word.
pub(super) fn not_approved(outcome: &mut Outcome, id: &ReminderId, context: &Context<'_>) -> Result<(), Refused> {
    let reminder = outcome.account.reminders.iter_mut().find(|reminder| reminder.id == *id).ok_or(Refused::NoSuchReminder)?;
    if reminder.state != ReminderState::Scheduled {
        return Err(Refused::NoEffect("the reminder waits no longer"));
    }
    let lines = reminder.lines.clone();
    settle(reminder, ReminderState::Cancelled, Some(Cause::NotApproved.name()), Some(context.now));
    free_steps(outcome, id);
    for line in lines {
        night::note_on(outcome, &line.case, id.as_of, SkipReason::NotApproved, context);
    }
    let (state, reason) = (ReminderState::Cancelled, Cause::NotApproved.text());
    outcome.entries.push(Entry::ReminderUnsaid { reminder: id.clone(), state, reason });
    Ok(())
}
