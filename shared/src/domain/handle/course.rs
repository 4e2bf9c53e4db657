//! Another due date for an invoice, and steps of its ladder that are passed over.

use chrono::Days;

use super::delivery::settle;
use super::{Context, Entry, Outcome, Refused};
use crate::domain::account::Case;
use crate::domain::climb::{self, Climber, Said};
use crate::domain::course::{Extension, SkippedStep};
use crate::domain::decide;
use crate::domain::ids::CaseId;
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
    case.extension = Some(Extension { due_on, on: today, reason: reason.to_owned() });
    outcome.entries.push(Entry::DueDateExtended { case: id.clone(), due_on, reason: reason.to_owned() });
    take_off(outcome, id, "its due date was extended", context);
    Ok(())
}

/// Back to the due date as printed.
pub(super) fn restore(outcome: &mut Outcome, id: &CaseId, reason: &str) -> Result<(), Refused> {
    let case = open_case(outcome, id)?;
    case.extension.take().ok_or(Refused::NoEffect("its due date is the printed one"))?;
    let due_on = case.due_on;
    outcome.entries.push(Entry::DueDateRestored { case: id.clone(), due_on, reason: reason.to_owned() });
    Ok(())
}

/// Passes over the next step of an invoice, or the one that still waits to be sent today. The step is
/// named, so that the same request twice skips one.
pub(super) fn skip_step(outcome: &mut Outcome, id: &CaseId, step: &str, reason: &str, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    let case = open_case(outcome, id)?;
    if case.skipped.iter().any(|skipped| skipped.step == step) {
        return Err(Refused::NoEffect("it is passed over already"));
    }
    let waits = outcome.account.reminders.iter().filter(|reminder| is_waiting(reminder.state));
    let waits = waits.flat_map(|reminder| &reminder.lines).any(|line| line.case == *id && line.step == step);
    if waits {
        take_off(outcome, id, "its step was skipped", context);
    }
    let (case, net_minor) = decide::net_open(&outcome.account).into_iter().find(|(case, _)| case.id == *id).ok_or(Refused::NoSuchCase)?;
    let climber = Climber::of(&outcome.account.profile, case, net_minor);
    let next = climb::next(climber, context.settings, &Said::default(), today);
    let next = next.map(|next| (next.rung.id().into_owned(), next.planned));
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
    let case = outcome.account.case(id).filter(|case| case.closed.is_none()).ok_or(Refused::NoSuchCase)?;
    let place = case.skipped.iter().position(|skipped| skipped.step == step).ok_or(Refused::NoSuchSkip)?;
    let ladder = context.settings.ladder(Climber::of(&outcome.account.profile, case, case.open_minor()));
    let later = case.taken.iter().map(|taken| &taken.step).chain(case.skipped.iter().map(|skipped| &skipped.step));
    let later = later.filter(|other| ladder.rank(other) > ladder.rank(step)).max_by_key(|other| ladder.rank(other));
    if let Some(later) = later {
        return Err(Refused::LaterStep { later: later.clone() });
    }
    open_case(outcome, id)?.skipped.remove(place);
    outcome.entries.push(Entry::StepRestored { case: id.clone(), step: step.to_owned(), reason: reason.to_owned() });
    Ok(())
}

fn is_waiting(state: ReminderState) -> bool {
    matches!(state, ReminderState::Draft | ReminderState::Scheduled)
}

/// Takes an invoice's lines off reminders that still wait: their steps are free again. A reminder that
/// has nothing else to say is cancelled.
fn take_off(outcome: &mut Outcome, id: &CaseId, why: &str, context: &Context<'_>) {
    let Outcome { account, entries, .. } = outcome;
    let (profile, cases, reminders) = (&account.profile, &mut account.cases, &mut account.reminders);
    for reminder in reminders.iter_mut().filter(|reminder| is_waiting(reminder.state)) {
        let (off, left): (Vec<_>, Vec<_>) = reminder.lines.drain(..).partition(|line| line.case == *id);
        reminder.lines = left;
        for line in off {
            if let Some(case) = cases.iter_mut().find(|case| case.id == *id) {
                case.taken.retain(|taken| (&taken.step, taken.on, taken.channel) != (&line.step, reminder.id.as_of, reminder.id.channel));
            }
            if reminder.lines.is_empty() {
                settle(reminder, ReminderState::Cancelled, Some(why), Some(context.now));
                let (reminder, state) = (reminder.id.clone(), ReminderState::Cancelled);
                entries.push(Entry::ReminderUnsaid { reminder, state, reason: why.to_owned() });
            }
        }
        let strictest = reminder.lines.iter().filter_map(|line| {
            let case = cases.iter().find(|case| case.id == line.case)?;
            let ladder = context.settings.ladder(Climber::of(profile, case, case.open_minor()));
            Some((ladder.rung(&line.step)?.tone(), ladder.rank(&line.step)?, line.step.clone()))
        });
        if let Some((tone, _, step)) = strictest.max() {
            (reminder.tone, reminder.step) = (tone, step);
        }
    }
}
