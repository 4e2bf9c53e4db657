//! The next step of an invoice, or of a debtor's invoices, goes today because a person says so.
//!
//! Neither its day nor the gap is waited for. Stops, the cap and "one reminder per debtor, day,
//! channel and currency" hold as ever, and what goes counts for gap and cap afterwards. Of an invoice
//! under an instalment plan the instalment is reminded, with all invoices of the plan: from the day on
//! which it is announced until its own. Where a creditor asks for approval, this is one.

use super::instruct::seen_of;
use super::night::cancel_older;
use super::speak::{Groups, Tonight, speak};
use super::{Context, Entry, Outcome, Refused};
use crate::domain::account::{Account, Case};
use crate::domain::approval::{Approval, awaited};
use crate::domain::climb::Climber;
use crate::domain::decide::{self, Candidate, Decision, SkipReason};
use crate::domain::ids::CaseId;
use crate::domain::instruction::{Act, Instruction};
use crate::domain::money::Currency;
use crate::domain::plan::{self, Plan};
use crate::domain::plan_words;
use crate::domain::reminder::{Reminder, ReminderId, ReminderState};
use crate::domain::window::local_day;

pub(super) fn send_now(outcome: &mut Outcome, named: Option<&CaseId>, reason: &str, context: &Context<'_>) -> Result<(), Refused> {
    let (settings, today) = (context.settings, context.today());
    cancel_older(outcome, today, context);
    let (wanted, waiting) = wanted(&outcome.account, named, context)?;
    let sent_now = Entry::SentNow { case: named.cloned(), reason: reason.to_owned() };
    let mut spoken = approve(outcome, &waiting, context);
    if spoken {
        outcome.entries.push(sent_now.clone());
    }
    let mut groups = Groups::default();
    let mut refused = None;
    for id in &wanted {
        let account = &outcome.account;
        let Some((case, net_minor)) = decide::net_open(account).into_iter().find(|(case, _)| case.id == *id) else { continue };
        match decide::decide_now(account, case, net_minor, settings, today) {
            Ok(candidate) => {
                let currency = case.currency;
                groups.add(currency, id.clone(), candidate);
            }
            Err(Decision::Skip { reason, .. }) => refused = refused.or_else(|| Some(why_not(account, case, net_minor, reason, context))),
            Err(Decision::Step { .. }) => {}
        }
    }
    let mut tonight = Tonight { as_of: today, messages: None, context };
    for group in groups.in_order() {
        if let Some(why) = blocked(outcome, group.currency, &group.members, context) {
            refused = refused.or(Some(why));
            continue;
        }
        let place = outcome.entries.len();
        let members: Vec<CaseId> = group.members.iter().map(|(id, _)| id.clone()).collect();
        let unsaid = speak(outcome, group, &mut tonight);
        if unsaid.len() < members.len() {
            spoken = true;
            outcome.entries.insert(place, sent_now.clone());
            approve(outcome, &members, context);
        }
        refused = refused.or(unsaid.into_iter().next().map(|(_, _, reason)| Refused::NotSayable { reason }));
    }
    if spoken { Ok(()) } else { Err(refused.unwrap_or(Refused::NoSuchCase)) }
}

/// The invoices that are meant: the named one; else all past their day to pay, or, where none is, all
/// that are open; with each the others of its plan. Apart from them those whose message of today waits.
fn wanted(account: &Account, named: Option<&CaseId>, context: &Context<'_>) -> Result<(Vec<CaseId>, Vec<CaseId>), Refused> {
    let today = context.today();
    let open = account.open_cases();
    let named = named.map(|id| open.iter().find(|case| case.id == *id).copied().ok_or(Refused::NoSuchCase)).transpose()?;
    let plan = named.and_then(|case| account.profile.plan_of(case));
    let meant = |case: &Case| named.is_none_or(|named| case.id == named.id) || plan.is_some_and(|plan| plan.covers(case));
    let meant: Vec<&Case> = open.into_iter().filter(|case| meant(case)).collect();
    if meant.is_empty() {
        return Err(Refused::NoSuchCase);
    }
    let (said, silent): (Vec<&Case>, Vec<&Case>) = meant.into_iter().partition(|case| case.taken.iter().any(|taken| taken.on == today));
    let ids = |cases: &[&Case]| cases.iter().map(|case| case.id.clone()).collect::<Vec<_>>();
    let of_today = account.reminders.iter().filter(|reminder| reminder.id.as_of == today && is_waiting(reminder.state));
    let lines: Vec<_> = of_today.clone().flat_map(|reminder| reminder.lines.iter().map(|line| &line.case)).collect();
    let awaited = of_today.flat_map(|reminder: &Reminder| awaited(account, reminder, context.settings));
    let awaited: Vec<CaseId> = awaited.map(|line| line.case.clone()).filter(|id| said.iter().any(|case| case.id == *id)).collect();
    if silent.is_empty() && awaited.is_empty() {
        let waits = said.iter().any(|case| lines.contains(&&case.id));
        return Err(if waits { Refused::NoEffect("it goes today already") } else { Refused::SaidToday });
    }
    // An instalment has a day of its own: whether it may be reminded is asked of it.
    let past = |case: &Case| context.settings.payable_until(case.agreed_due_on()) < today;
    let in_plan = |case: &Case| account.profile.plan_of(case).is_some();
    let any_past = silent.iter().any(|case| past(case) && !in_plan(case));
    let chosen: Vec<&Case> = silent.into_iter().filter(|case| !any_past || past(case) || in_plan(case)).collect();
    Ok((ids(&chosen), awaited))
}

/// Where the creditor asks for approval, sending now is one of each line as it stands. Whether anything
/// was approved that was not before.
fn approve(outcome: &mut Outcome, cases: &[CaseId], context: &Context<'_>) -> bool {
    let today = context.today();
    if context.settings.approval == Approval::None {
        return false;
    }
    for id in cases {
        let account = &outcome.account;
        let to_debtor = |reminder: &&Reminder| is_waiting(reminder.state) && !reminder.id.channel.is_for_team();
        let of_today = account.reminders.iter().filter(|reminder| reminder.id.as_of == today).filter(to_debtor);
        let Some(line) = of_today.flat_map(|reminder| &reminder.lines).find(|line| line.case == *id) else { continue };
        let seen = Some(seen_of(account, id, &line.step, today, context));
        let Some(case) = outcome.account.case_mut(id) else { continue };
        match case.instructions.iter_mut().find(|word| word.on == today) {
            Some(word) => (word.seen, word.given_at) = (seen, context.now),
            None => case.instructions.push(Instruction { on: today, act: Act::Approve, seen, given_at: context.now }),
        }
    }
    !cases.is_empty()
}

/// Why nothing may be said of an invoice; of an instalment, when it will be.
fn why_not(account: &Account, case: &Case, net_minor: i64, reason: SkipReason, context: &Context<'_>) -> Refused {
    let settings = context.settings;
    let (SkipReason::InPlan { pay_on }, Some(part)) = (&reason, plan::part(account, case)) else { return Refused::NotSayable { reason } };
    let announced = plan_words::announced_from(Climber::of(&account.profile, case, net_minor), &part, settings);
    Refused::NoInstalment {
        pay_on: *pay_on,
        announced_on: announced.filter(|first| *first > context.today()),
        waits_until: Some(Plan::waits_until(settings, part.on)).filter(|_| settings.payable_until(part.on) < context.today()),
    }
}

/// Why a new reminder cannot go today, if no waiting one takes these lines.
fn blocked(outcome: &Outcome, currency: Currency, members: &[(CaseId, Candidate)], context: &Context<'_>) -> Option<Refused> {
    let (settings, today) = (context.settings, context.today());
    let (_, strictest) = members.iter().max_by_key(|(_, candidate)| (candidate.tone, candidate.rank))?;
    let of_today = |id: &ReminderId| id.as_of == today && id.currency == currency;
    let mut reminders = outcome.account.reminders.iter().filter(|reminder| of_today(&reminder.id));
    let for_team = strictest.channel.is_for_team();
    if reminders.clone().any(|reminder| is_waiting(reminder.state) && reminder.id.channel.is_for_team() == for_team) {
        return None;
    }
    if reminders.any(|reminder| reminder.id.channel == strictest.channel) {
        return Some(Refused::SaidToday);
    }
    let zone = outcome.account.zone(settings);
    let first_at = settings.window(strictest.channel).next_open(context.now, zone, settings.calendar());
    (local_day(first_at, settings.zone) != today).then_some(Refused::NotNow { first_at })
}

fn is_waiting(state: ReminderState) -> bool {
    matches!(state, ReminderState::Draft | ReminderState::Scheduled)
}
