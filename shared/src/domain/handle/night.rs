//! The night: every open case of an account takes a step or has a reason, and the steps of one day
//! become one message.
//!
//! Running it twice for one day changes nothing; running it for an older day than the last one
//! does nothing at all. An outcome may be larger than one transaction: then it is committed in
//! part, and the same night, run again, goes on where it stopped.

use chrono::NaiveDate;

use super::delivery::{free_steps, settle};
use super::instalments::{self, Decided};
use super::speak::{Groups, Tonight, speak};
use super::{Attention, Context, Entry, Outcome, Refused, hold, legal, pending, plan, promise};
use crate::domain::account::Account;
use crate::domain::cause::Cause;
use crate::domain::climb::Climber;
use crate::domain::decide::{self, Decision, SkipReason};
use crate::domain::ids::CaseId;
use crate::domain::reminder::{ReminderId, ReminderState};
use crate::domain::segments;

/// `messages` is how many new ones the debtor may get; no bound if none is said.
pub(super) fn night(outcome: &mut Outcome, as_of: NaiveDate, messages: Option<u32>, context: &Context<'_>) -> Result<(), Refused> {
    if outcome.account.profile.evaluated_on.is_some_and(|last| last > as_of) {
        return Err(Refused::NoEffect("a later night has been evaluated"));
    }
    cancel_older(outcome, as_of, context);
    hold::run_out(outcome, as_of);
    legal::run_out(outcome, as_of);
    pending::run_out(outcome, as_of);
    promise::run_out(outcome, as_of, context);
    plan::run_out(outcome, as_of, context);
    segments::refresh(&mut outcome.account, context.settings, as_of);
    forget_words(&mut outcome.account, as_of);
    let mut groups = Groups::default();
    let mut silent: Vec<(CaseId, i64, SkipReason)> = Vec::new();
    let mut decided: Vec<Decided> = {
        let account = &outcome.account;
        let open = decide::net_open(account).into_iter();
        let undecided = open.filter(|(case, _)| !case.taken.iter().any(|taken| taken.on == as_of));
        undecided
            .map(|(case, net_minor)| {
                let decision = decide::decide(account, case, net_minor, context.settings, as_of);
                Decided { id: case.id.clone(), currency: case.currency, net_minor, decision }
            })
            .collect()
    };
    instalments::give_place(outcome, &mut decided, as_of, context);
    for Decided { id, currency, net_minor, decision } in decided {
        match decision {
            Ok(candidate) => groups.add(currency, id, candidate),
            Err(Decision::Skip { reason, .. }) => silent.push((id, net_minor, reason)),
            Err(Decision::Step { .. }) => {}
        }
    }
    let mut tonight = Tonight { as_of, messages, context };
    for group in groups.in_order() {
        silent.extend(speak(outcome, group, &mut tonight));
    }
    // Only now is it known what the debtor hears today, and so from when on each may go.
    for (id, net_minor, reason) in silent {
        note(outcome, &id, net_minor, as_of, reason, context);
    }
    complete_drafts(outcome, as_of);
    outcome.account.profile.evaluated_on = Some(as_of);
    Ok(())
}

/// Whether a case waits because the nights of a day made as many messages as they may.
pub(super) fn is_capped(account: &Account) -> bool {
    let capped = |decision: &Decision| matches!(decision, Decision::Skip { reason: SkipReason::RunCapReached { .. }, .. });
    account.cases.iter().any(|case| case.closed.is_none() && case.decision.as_ref().is_some_and(|(_, decision)| capped(decision)))
}

/// What a person said of a day that is over says nothing any more.
fn forget_words(account: &mut Account, as_of: NaiveDate) {
    for case in &mut account.cases {
        case.instructions.retain(|word| word.on >= as_of);
    }
}

/// An older reminder that was never sent is settled before a new one is made.
pub(super) fn cancel_older(outcome: &mut Outcome, as_of: NaiveDate, context: &Context<'_>) {
    let reminders = outcome.account.reminders.iter();
    let waiting =
        reminders.filter(|reminder| reminder.id.as_of < as_of && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled));
    let older: Vec<ReminderId> = waiting.map(|reminder| reminder.id.clone()).collect();
    for id in older {
        free_steps(outcome, &id);
        let mut reason = Cause::NotSentOnItsDay;
        if let Some(reminder) = outcome.account.reminders.iter_mut().find(|reminder| reminder.id == id) {
            if reminder.awaits_approval {
                reason = Cause::NotApproved;
            }
            settle(reminder, ReminderState::Cancelled, Some(reason.name()), Some(context.now));
        }
        let reason = reason.text();
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

/// Keeps a decision of a day on a case that is open.
pub(super) fn note_on(outcome: &mut Outcome, id: &CaseId, as_of: NaiveDate, reason: SkipReason, context: &Context<'_>) {
    let net_minor = decide::net_open(&outcome.account).into_iter().find(|(case, _)| case.id == *id).map(|(_, net_minor)| net_minor);
    if let Some(net_minor) = net_minor {
        note(outcome, id, net_minor, as_of, reason, context);
    }
}

/// Keeps the decision on the case; one that says the same as before keeps its first day.
fn note(outcome: &mut Outcome, id: &CaseId, net_minor: i64, as_of: NaiveDate, reason: SkipReason, context: &Context<'_>) {
    let unreachable = matches!(reason, SkipReason::Unreachable { .. });
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
