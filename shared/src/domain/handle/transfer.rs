//! Invoices that change their debtor: moved by a person, carried along when two debtors are merged,
//! handed back when they are split again.
//!
//! Pure, and in passes: one pass carries what one transaction over both accounts can. Each pass is whole
//! by itself: no case, payment or reminder is in both accounts or in none, and the same command, run
//! again, goes on where the last pass stopped. Reminders that wait are cancelled before, each by a
//! command of its own: a pass refuses to touch what they speak of.

use chrono::Days;

use super::{Context, Entry, Outcome, Refused, carry, carry_hold, plan};
use crate::domain::account::{Account, Case};
use crate::domain::claimed::Claimed;
use crate::domain::decide;
use crate::domain::ids::CaseId;
use crate::domain::reminder::{ReminderId, ReminderState};
use crate::domain::score;
use crate::domain::segments;
use crate::domain::ties::{Heard, Merged, MovedOut};

/// Most cases, and most credits, that one pass carries: a case is two writes and its reference a third.
pub const AT_ONCE: usize = 25;
/// For how many moved cases an account knows where they went; an invoice's own reference knows it of all.
const MOST_MOVED_OUT: usize = 50;
/// How long what another account heard counts here: no gap of a policy is longer.
const HEARD_DAYS: u64 = 60;

/// What a pass did to both accounts. They commit together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// The account that gives.
    pub from: Outcome,
    /// The account that takes.
    pub to: Outcome,
    /// The cases that went over.
    pub cases: Vec<CaseId>,
    /// Nothing is left to carry.
    pub complete: bool,
}

/// Reminders that wait and have to be cancelled before a pass: those about the given cases, or all.
pub fn waiting(account: &Account, cases: Option<&[CaseId]>) -> Vec<ReminderId> {
    let about = |id: &CaseId| cases.is_none_or(|cases| cases.contains(id));
    let open = |state| matches!(state, ReminderState::Draft | ReminderState::Scheduled);
    let waiting = account.reminders.iter().filter(|one| open(one.state) && one.lines.iter().any(|line| about(&line.case)));
    waiting.map(|reminder| reminder.id.clone()).collect()
}

/// Moves cases to another debtor, as many of them as one pass carries.
///
/// # Errors
/// `SameDebtor`; `NoSuchCase` for one that the first account does not have; `Merged` into an alias;
/// `Waiting` where a reminder about one of them waits; `PlanInTheWay` where a whole plan cannot go along.
pub fn moved(from: &Account, to: &Account, cases: &[CaseId], reason: &str, context: &Context<'_>) -> Result<Pass, Refused> {
    fits(from, to)?;
    if cases.iter().any(|id| from.case(id).is_none()) {
        return Err(Refused::NoSuchCase);
    }
    let ordered = carry::in_order(from, cases);
    let now: Vec<CaseId> = ordered[..carried(from, &ordered).0].to_vec();
    if !waiting(from, Some(&now)).is_empty() {
        return Err(Refused::Waiting);
    }
    let (mut giving, mut taking) = (Outcome::of(from), Outcome::of(to));
    let (from_id, to_id) = (from.profile.debtor.clone(), to.profile.debtor.clone());
    if to.profile.version == 0 {
        let entry = Entry::DebtorSplit { from: from_id.clone(), into: to_id.clone(), reason: reason.to_owned() };
        giving.entries.push(entry.clone());
        taking.entries.push(entry);
        // Nobody knows which of both was meant by what stopped the one.
        carry::stops_for_both(&from.profile, None, &mut taking);
    }
    carry::plans(&mut giving, &mut taking, &now, cases)?;
    for id in &now {
        let (case, claimed) = take(&mut giving.account, id).ok_or(Refused::NoSuchCase)?;
        tell_move(id, &mut giving, &mut taking, reason);
        let gone = &mut giving.account.profile.ties.moved_out;
        gone.push(MovedOut { case: id.clone(), to: to_id.clone() });
        let beyond = gone.len().saturating_sub(MOST_MOVED_OUT);
        gone.drain(..beyond);
        put(&mut taking.account, Case { came_from: Vec::new(), held_before: Vec::new(), ..case }, claimed);
    }
    // An invoice that leaves its plan alone takes its part off.
    plan::keep(&mut giving, from);
    hear(&mut taking.account, from, Some(&now), context);
    let complete = now.len() == cases.len();
    Ok(Pass { from: planned(giving, from, context), to: planned(taking, to, context), cases: now, complete })
}

/// Merges a debtor into another one: one pass. `from` holds its open cases and some of its closed ones;
/// `more` says that it has further closed ones.
///
/// # Errors
/// `SameDebtor`; `Merged` where either is an alias already; `TooManyContacts`; `Waiting` where a reminder
/// of either waits; `PlanInTheWay` where both have a plan in one currency.
pub fn merged(from: &Account, to: &Account, more: bool, reason: &str, context: &Context<'_>) -> Result<Pass, Refused> {
    fits(from, to)?;
    if let Some(merged) = from.profile.ties.merged.as_ref().filter(|one| one.complete || one.returning || one.into != to.profile.debtor) {
        return Err(Refused::Merged { into: merged.into.clone() });
    }
    if !waiting(from, None).is_empty() || !waiting(to, None).is_empty() {
        return Err(Refused::Waiting);
    }
    let (mut giving, mut taking) = (Outcome::of(from), Outcome::of(to));
    if from.profile.ties.merged.is_none() {
        begin(&mut giving, &mut taking, reason)?;
        hear(&mut taking.account, from, None, context);
    }
    let all: Vec<CaseId> = from.cases.iter().map(|case| case.id.clone()).collect();
    let all = carry::in_order(from, &all);
    let (count, room) = carried(from, &all);
    let now = all[..count].to_vec();
    carry::plans(&mut giving, &mut taking, &now, &all)?;
    for id in &now {
        let Some((mut case, claimed)) = take(&mut giving.account, id) else { continue };
        tell_move(id, &mut giving, &mut taking, reason);
        case.came_from.push(from.profile.debtor.clone());
        if case.closed.is_none() {
            taking.entries.extend(carry_hold::on_merge(&mut case, from, &to.profile, context));
        }
        put(&mut taking.account, case, claimed);
    }
    let credits: Vec<_> = giving.account.credits.drain(..from.credits.len().min(room)).collect();
    for credit in credits {
        let absorbed = taking.account.profile.ties.absorbed.iter_mut().find(|one| one.debtor == from.profile.debtor);
        absorbed.into_iter().for_each(|one| one.credits.push(credit.id.clone()));
        taking.account.keep_credit(credit);
    }
    let complete = giving.account.cases.is_empty() && giving.account.credits.is_empty() && !more;
    if let Some(merged) = giving.account.profile.ties.merged.as_mut() {
        merged.complete = complete;
    }
    Ok(Pass { from: planned(giving, from, context), to: planned(taking, to, context), cases: now, complete })
}

/// What goes over once, with the first pass.
fn begin(giving: &mut Outcome, taking: &mut Outcome, reason: &str) -> Result<(), Refused> {
    let from = &mut giving.account.profile;
    let absorbed = carry::profile(from, taking)?;
    let into = taking.account.profile.debtor.clone();
    taking.account.profile.ties.absorbed.push(absorbed);
    from.ties.merged = Some(Merged { into: into.clone(), complete: false, returning: false });
    let entry = Entry::DebtorMerged { from: from.debtor.clone(), into, reason: reason.to_owned() };
    giving.entries.push(entry.clone());
    taking.entries.push(entry);
    Ok(())
}

/// Hands back to a debtor what came with it when it was merged: one pass. `from` holds the cases that
/// came from it, among its open ones and of some of its closed ones; `more` says that there are more.
///
/// # Errors
/// `NotMerged` where the second debtor was not merged into the first; `Waiting` where a reminder of
/// either waits; `PlanInTheWay` where a plan covers invoices of both.
pub fn returned(from: &Account, to: &Account, more: bool, reason: &str, context: &Context<'_>) -> Result<Pass, Refused> {
    let (from_id, to_id) = (&from.profile.debtor, &to.profile.debtor);
    if let Some(merged) = &from.profile.ties.merged {
        return Err(Refused::Merged { into: merged.into.clone() });
    }
    let merged =
        to.profile.ties.merged.clone().filter(|one| (one.complete || one.returning) && one.into == *from_id).ok_or(Refused::NotMerged)?;
    if !waiting(from, None).is_empty() || !waiting(to, None).is_empty() {
        return Err(Refused::Waiting);
    }
    let (mut giving, mut taking) = (Outcome::of(from), Outcome::of(to));
    let absorbed = from.profile.ties.absorbed.iter().find(|one| one.debtor == *to_id);
    if !merged.returning {
        let entry = Entry::DebtorSplit { from: from_id.clone(), into: to_id.clone(), reason: reason.to_owned() };
        giving.entries.push(entry.clone());
        taking.entries.push(entry);
        let both = carry::stops_for_both(&from.profile, absorbed, &mut taking);
        for one in giving.account.profile.ties.absorbed.iter_mut().filter(|one| one.debtor == *to_id) {
            one.brought_stops.retain(|kind| !both.contains(kind));
        }
        hear(&mut taking.account, from, None, context);
    }
    let theirs = from.cases.iter().filter(|case| case.came_from.last() == Some(to_id)).map(|case| case.id.clone());
    let theirs = carry::in_order(from, &theirs.collect::<Vec<_>>());
    let (count, room) = carried(from, &theirs);
    let now = theirs[..count].to_vec();
    if let Some(currency) = carry::plan_of_both(from, &theirs) {
        return Err(Refused::PlanInTheWay { currency });
    }
    carry::plans(&mut giving, &mut taking, &now, &theirs)?;
    for id in &now {
        let Some((mut case, claimed)) = take(&mut giving.account, id) else { continue };
        tell_move(id, &mut giving, &mut taking, reason);
        case.came_from.pop();
        taking.entries.extend(carry_hold::on_return(&mut case, &to.profile, context.today()));
        put(&mut taking.account, case, claimed);
    }
    let mut left = 0;
    if let Some(absorbed) = absorbed {
        let is_theirs = |id: &String| absorbed.credits.contains(id);
        let (theirs, ours): (Vec<_>, Vec<_>) = giving.account.credits.drain(..).partition(|credit| is_theirs(&credit.id));
        giving.account.credits = ours;
        for (index, credit) in theirs.into_iter().enumerate() {
            let fits = index < room;
            left += usize::from(!fits);
            if fits { taking.account.keep_credit(credit) } else { giving.account.credits.push(credit) }
        }
    }
    let complete = now.len() == theirs.len() && left == 0 && !more;
    let absorbed = giving.account.profile.ties.absorbed.iter().find(|one| one.debtor == *to_id).cloned();
    if let Some(absorbed) = absorbed.filter(|_| complete) {
        // Its own contacts and stops stand in its profile.
        carry::taken_back(&mut giving, &absorbed, context.today());
    }
    taking.account.profile.ties.merged = (!complete).then_some(Merged { complete: false, returning: true, ..merged });
    Ok(Pass { from: planned(giving, from, context), to: planned(taking, to, context), cases: now, complete })
}

fn fits(from: &Account, to: &Account) -> Result<(), Refused> {
    if from.profile.debtor == to.profile.debtor {
        return Err(Refused::SameDebtor);
    }
    match &to.profile.ties.merged {
        Some(merged) => Err(Refused::Merged { into: merged.into.clone() }),
        None => Ok(()),
    }
}

/// How many of these cases one pass carries, and how many credits beside them: a case with side claims
/// counts twice.
fn carried(account: &Account, cases: &[CaseId]) -> (usize, usize) {
    let mut room = AT_ONCE;
    let fits = cases.iter().take_while(|id| {
        let needs = 1 + usize::from(account.claim(id).is_some());
        let fits = needs <= room;
        room -= if fits { needs } else { 0 };
        fits
    });
    let count = fits.count();
    (carry::whole(account, cases, count), room)
}

/// Takes a case out of an account, with its side claims and what it added to the account's record.
fn take(account: &mut Account, id: &CaseId) -> Option<(Case, Option<Claimed>)> {
    let index = account.cases.iter().position(|case| case.id == *id)?;
    let case = account.cases.remove(index);
    if let Some(paid) = case.recorded {
        account.profile.record.remove(paid);
    }
    let claimed = account.claims.iter().position(|claimed| claimed.case == *id);
    Some((case, claimed.map(|index| account.claims.remove(index))))
}

/// Tells both accounts that an invoice went over: what was decided of it before stands in the first one's
/// time line.
fn tell_move(id: &CaseId, giving: &mut Outcome, taking: &mut Outcome, reason: &str) {
    let (from, to) = (giving.account.profile.debtor.clone(), taking.account.profile.debtor.clone());
    let entry = Entry::CaseMoved { case: id.clone(), from, to, reason: reason.to_owned() };
    giving.entries.push(entry.clone());
    taking.entries.push(entry);
}

/// Puts a case into an account.
fn put(account: &mut Account, case: Case, claimed: Option<Claimed>) {
    account.profile.ties.moved_out.retain(|known| known.case != case.id);
    if let Some(paid) = case.recorded {
        account.profile.record.add(paid);
    }
    account.cases.push(carry::case(case));
    account.claims.extend(claimed.map(|mut claimed| {
        claimed.protect(account.profile.kind);
        claimed
    }));
}

/// What was said to the other debtor counts here, too, for gaps, caps and "one a day": about the given
/// cases, or all of it. Tasks are not heard by anybody.
fn hear(account: &mut Account, other: &Account, cases: Option<&[CaseId]>, context: &Context<'_>) {
    let oldest = context.today() - Days::new(HEARD_DAYS);
    let about = |id: &CaseId| cases.is_none_or(|cases| cases.contains(id));
    let said = other.reminders.iter().filter(|one| one.state.counts() && !one.id.channel.is_for_team());
    let said = said.filter(|one| one.lines.iter().any(|line| about(&line.case)));
    let said = said.map(|one| Heard { debtor: other.profile.debtor.clone(), reminder: one.id.clone() });
    let before = other.profile.ties.heard.iter().filter(|_| cases.is_none()).cloned();
    let own = account.profile.debtor.clone();
    let heard = &mut account.profile.ties.heard;
    heard.retain(|one| one.reminder.as_of >= oldest);
    for one in said.chain(before).filter(|one| one.reminder.as_of >= oldest && one.debtor != own) {
        if !heard.contains(&one) {
            heard.push(one);
        }
    }
}

/// When the account wakes now. What was cancelled today is decided anew on another day.
fn planned(mut outcome: Outcome, before: &Account, context: &Context<'_>) -> Outcome {
    let today = context.today();
    let mut reminders = outcome.account.reminders.iter();
    let cancelled = reminders.any(|one| one.id.as_of == today && one.state == ReminderState::Cancelled);
    let from = if cancelled { today + Days::new(1) } else { today };
    segments::refresh(&mut outcome.account, context.settings, today);
    score::refresh(&mut outcome.account, context.settings, today);
    super::why::say_why(&mut outcome.account, today, context);
    super::tell::decisions(&mut outcome, before, today);
    let wake_on = decide::wake_on(&outcome.account, context.settings, from);
    outcome.account.profile.wake_on = wake_on;
    let night_is_over = context.now.with_timezone(&context.settings.zone).time() >= context.settings.night_at;
    outcome.evaluate_today = night_is_over && wake_on.is_some_and(|day| day <= today);
    outcome
}
