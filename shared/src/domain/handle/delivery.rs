//! What became of a reminder, where that changes the account.

use chrono::{DateTime, Utc};

use super::{Attention, Context, Entry, Outcome, Refused, claims, service};
use crate::domain::account::StepTaken;
use crate::domain::ids::CaseId;
use crate::domain::reminder::{Reminder, ReminderId, ReminderState};

/// A reminder is not to go, or did not: its lines' steps are free again, and the next evaluation
/// finds them due, by another channel where the address does not work.
pub(super) fn unsaid(
    outcome: &mut Outcome,
    id: &ReminderId,
    state: ReminderState,
    (reason, block): (&str, &[String]),
    context: &Context<'_>,
) -> Result<(), Refused> {
    let account = &mut outcome.account;
    let reminder = account.message_mut(id).ok_or(Refused::NoSuchReminder)?;
    if !reminder.state.counts() {
        return Err(Refused::NoEffect("the reminder is already cancelled or failed"));
    }
    settle(reminder, state, Some(reason), Some(context.now));
    free_steps(outcome, id);
    blocked(outcome, block, reason);
    outcome.entries.push(Entry::ReminderUnsaid { reminder: id.clone(), state, reason: reason.to_owned() });
    if state == ReminderState::Failed {
        outcome.attention.push(Attention::Reminder { reminder: id.clone(), state, reason: reason.to_owned() });
        service::next_way(outcome, id, context);
    }
    Ok(())
}

/// Addresses do not work: nothing is sent there any more.
///
/// An address that a contact does not have any more blocks nothing.
pub(super) fn block(outcome: &mut Outcome, addresses: &[String], reason: &str) -> Result<(), Refused> {
    if blocked(outcome, addresses, reason) { Ok(()) } else { Err(Refused::NoEffect("no contact has such an address that still works")) }
}

/// Whether an address was blocked that worked before.
fn blocked(outcome: &mut Outcome, addresses: &[String], reason: &str) -> bool {
    let contacts = &mut outcome.account.profile.contacts;
    let mut whose: Vec<_> = addresses.iter().flat_map(|address| contacts.block(address, reason)).collect();
    whose.dedup();
    if !whose.is_empty() && !contacts.reachable() {
        outcome.attention.push(Attention::Unreachable);
    }
    for id in &whose {
        let role = contacts.get(id).map(|contact| contact.details.role).unwrap_or_default();
        outcome.entries.push(Entry::ContactBlocked { contact: id.clone(), role, reason: reason.to_owned() });
    }
    !whose.is_empty()
}

/// Takes back a step that a case took by a reminder of another account, before it came here, with what it
/// claimed.
pub(super) fn free_step(outcome: &mut Outcome, id: &CaseId, step: &str, reminder: &ReminderId) -> Result<(), Refused> {
    let case = outcome.account.case_mut(id).ok_or(Refused::NoSuchCase)?;
    let before = case.taken.len();
    let unsaid = StepTaken { step: step.to_owned(), on: reminder.as_of, channel: reminder.channel };
    case.taken.retain(|taken| *taken != unsaid);
    let freed = case.taken.len() < before;
    claims::unsay(outcome, id, &unsaid);
    outcome.account.profile.ties.heard.retain(|heard| heard.reminder != *reminder);
    if freed { Ok(()) } else { Err(Refused::NoEffect("the case took no such step")) }
}

/// Takes back the steps that a reminder's lines had taken by it.
pub(super) fn free_steps(outcome: &mut Outcome, id: &ReminderId) {
    let account = &mut outcome.account;
    let Some(reminder) = account.reminders.iter().find(|reminder| reminder.id == *id) else { return };
    let lines = reminder.lines.clone();
    for line in lines {
        free_step_of(outcome, &line.case, StepTaken { step: line.step, on: id.as_of, channel: id.channel });
    }
}

/// Takes back a step that a case took and nobody heard, with what it claimed.
pub(super) fn free_step_of(outcome: &mut Outcome, id: &CaseId, unsaid: StepTaken) {
    if let Some(case) = outcome.account.case_mut(id) {
        let taken = case.taken.len();
        case.taken.retain(|taken| *taken != unsaid);
        if case.taken.len() < taken {
            case.decision = None;
        }
    }
    claims::unsay(outcome, id, &unsaid);
}

/// Takes back the steps of a case that is open again whose reminder was cancelled or failed while
/// it was closed, and so kept apart: nobody ever heard them.
pub(super) fn free_unsaid(outcome: &mut Outcome, case: &CaseId) {
    let account = &outcome.account;
    let about_it = |reminder: &&Reminder| reminder.lines.iter().any(|line| line.case == *case);
    let unsaid = account.reminders.iter().filter(|reminder| !reminder.state.counts()).filter(about_it);
    let free: Vec<ReminderId> = unsaid.map(|reminder| reminder.id.clone()).collect();
    for id in free {
        free_steps(outcome, &id);
    }
}

/// Writes a final state into a reminder.
pub fn settle(reminder: &mut Reminder, state: ReminderState, reason: Option<&str>, at: Option<DateTime<Utc>>) {
    reminder.state = state;
    reminder.reason = reason.map(str::to_owned);
    reminder.settled_at = at;
    reminder.check_at = None;
    reminder.claim = None;
    reminder.awaits_approval = false;
}
