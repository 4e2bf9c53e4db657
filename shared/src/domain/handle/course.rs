//! Another due date for an invoice, and steps of its ladder that are passed over.

use chrono::Days;

use super::delivery::{free_step_of, settle};
use super::instruct::strictest;
use super::{Context, Entry, Outcome, Refused};
use crate::domain::account::{Case, StepTaken};
use crate::domain::cause::Cause;
use crate::domain::climb::{Climber, Said};
use crate::domain::course::{Extension, SkippedStep};
use crate::domain::decide;
use crate::domain::ids::CaseId;
use crate::domain::plan::{self, policy_step};
use crate::domain::reminder::ReminderState;

/// How many days a due date may be put off.
const MOST_DAYS: u64 = 365;

fn open_case<'a>(outcome: &'a mut Outcome, id: &CaseId) -> Result<&'a mut Case, Refused> {
    outcome.account.case_mut(id).filter(|case| case.closed.is_none()).ok_or(Refused::NoSuchCase)
}

/// Gives an invoice a later day to pay by. What waits to be said of it is not said.
pub(super) fn extend(
    outcome: &mut Outcome,
    id: &CaseId,
    due_on: chrono::NaiveDate,
    reason: &str,
    context: &Context<'_>,
) -> Result<(), Refused> {
    let today = context.today();
    let case = open_case(outcome, id)?;
    if case.extension.as_ref().is_some_and(|given| given.due_on == due_on && given.reason == reason) {
        return Err(Refused::NoEffect("it is due on this day already"));
    }
    let (first, last) = ((case.due_on + Days::new(1)).max(today), case.due_on.max(today) + Days::new(MOST_DAYS));
    if !(first..=last).contains(&due_on) {
        return Err(Refused::ExtendedDay { first, last });
    }
    case.extension = Some(Extension::after(case.extension.take(), due_on, today, reason));
    outcome.entries.push(Entry::DueDateExtended { case: id.clone(), due_on, reason: reason.to_owned() });
    take_off(outcome, id, Cause::DueDateExtended, context);
    Ok(())
}

/// Back to the due date as printed, as if no more time had ever been given.
pub(super) fn restore(outcome: &mut Outcome, id: &CaseId, reason: &str) -> Result<(), Refused> {
    let case = open_case(outcome, id)?;
    case.extension.take().ok_or(Refused::NoEffect("its due date is the printed one"))?;
    let due_on = case.due_on;
    outcome.entries.push(Entry::DueDateRestored { case: id.clone(), due_on, reason: reason.to_owned() });
    Ok(())
}

/// Passes over the next step of an invoice, or the one that still waits to be sent today: the next by its
/// ladder, or of its instalment by its plan, and then with all invoices of the plan. The step is named, so
/// that the same request twice skips one.
pub(super) fn skip_step(outcome: &mut Outcome, id: &CaseId, step: &str, reason: &str, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    open_case(outcome, id)?;
    let together = plan::together(&outcome.account, id, step);
    let skipped = |case: &Case| together.contains(&case.id) && case.skipped.iter().any(|skipped| skipped.step == step);
    if outcome.account.cases.iter().any(skipped) {
        return Err(Refused::NoEffect("it is passed over already"));
    }
    for other in &together {
        let waits = outcome.account.reminders.iter().filter(|reminder| is_waiting(reminder.state));
        if waits.flat_map(|reminder| &reminder.lines).any(|line| line.case == *other && line.step == step) {
            take_off(outcome, other, Cause::StepSkipped, context);
        }
    }
    let account = &outcome.account;
    let (case, net_minor) = decide::net_open(account).into_iter().find(|(case, _)| case.id == *id).ok_or(Refused::NoSuchCase)?;
    let climber = Climber::of(&account.profile, case, net_minor);
    let next = decide::upcoming(account, climber, context.settings, &Said::default(), today);
    let next = next.map(|next| (next.id.into_owned(), next.planned));
    let Some((_, planned_on)) = next.as_ref().filter(|(next, _)| next == step) else {
        return Err(Refused::NotNextStep { next: next.map(|(next, _)| next) });
    };
    let skipped = SkippedStep { step: step.to_owned(), planned_on: *planned_on, on: today, reason: reason.to_owned() };
    open_case(outcome, id)?.skipped.push(skipped);
    outcome.entries.push(Entry::StepSkipped { case: id.clone(), step: step.to_owned(), reason: reason.to_owned() });
    Ok(())
}

/// A step that was passed over is to be taken after all, while nothing later was.
pub(super) fn restore_step(outcome: &mut Outcome, id: &CaseId, step: &str, reason: &str, context: &Context<'_>) -> Result<(), Refused> {
    open_case(outcome, id)?;
    let account = &outcome.account;
    let together = plan::together(account, id, step);
    let invoices = || account.cases.iter().filter(|case| together.contains(&case.id));
    let has_it = |case: &&Case| case.skipped.iter().any(|skipped| skipped.step == step);
    let case = invoices().find(has_it).ok_or(Refused::NoSuchSkip)?;
    let ladder = plan::ladder_of(Climber::of(&account.profile, case, case.open_minor()), step, context.settings);
    // Steps of another instalment say nothing of this one.
    let rank = |other: &str| ladder.rank(policy_step(other)).filter(|_| plan_of_step(other) == plan_of_step(step));
    let later = invoices().flat_map(|case| {
        let skipped = case.skipped.iter().map(|skipped| skipped.step.as_str());
        case.taken.iter().map(|taken| taken.step.as_str()).chain(skipped)
    });
    if let Some(later) = later.filter(|other| rank(other) > rank(step)).max_by_key(|other| rank(other)) {
        return Err(Refused::LaterStep { later: later.to_owned() });
    }
    let holder = case.id.clone();
    open_case(outcome, &holder)?.skipped.retain(|skipped| skipped.step != step);
    outcome.entries.push(Entry::StepRestored { case: id.clone(), step: step.to_owned(), reason: reason.to_owned() });
    Ok(())
}

/// The instalment that a plan's step speaks of.
fn plan_of_step(step: &str) -> Option<&str> {
    step.split_once('/').map(|(instalment, _)| instalment)
}

fn is_waiting(state: ReminderState) -> bool {
    matches!(state, ReminderState::Draft | ReminderState::Scheduled)
}

/// Takes an invoice's lines off reminders that still wait: their steps are free again, and what they
/// claimed is not. A reminder that has nothing else to say is cancelled.
fn take_off(outcome: &mut Outcome, id: &CaseId, why: Cause, context: &Context<'_>) {
    for index in 0..outcome.account.reminders.len() {
        let reminder = &mut outcome.account.reminders[index];
        if !is_waiting(reminder.state) || !reminder.lines.iter().any(|line| line.case == *id) {
            continue;
        }
        let (off, left): (Vec<_>, Vec<_>) = reminder.lines.drain(..).partition(|line| line.case == *id);
        reminder.lines = left;
        let reminder_id = reminder.id.clone();
        if reminder.lines.is_empty() {
            settle(reminder, ReminderState::Cancelled, Some(why.name()), Some(context.now));
            let state = ReminderState::Cancelled;
            outcome.entries.push(Entry::ReminderUnsaid { reminder: reminder_id.clone(), state, reason: why.text() });
        }
        for line in off {
            free_step_of(outcome, id, StepTaken { step: line.step, on: reminder_id.as_of, channel: reminder_id.channel });
        }
        let strictest = strictest(&outcome.account, &outcome.account.reminders[index].lines, context.settings);
        if let Some((tone, _, step)) = strictest {
            let reminder = &mut outcome.account.reminders[index];
            (reminder.tone, reminder.step) = (tone, step);
        }
    }
}
