//! The next step of an invoice, or of a debtor's invoices, goes today because a person says so.
//!
//! Neither its day nor the gap is waited for. Stops, the cap and "one reminder per debtor, day,
//! channel and currency" hold as ever, and what goes counts for gap and cap afterwards.

use super::night::cancel_older;
use super::speak::{Groups, Tonight, speak};
use super::{Context, Entry, Outcome, Refused};
use crate::domain::account::Case;
use crate::domain::decide::{self, Candidate, Decision};
use crate::domain::ids::CaseId;
use crate::domain::money::Currency;
use crate::domain::reminder::{ReminderId, ReminderState};
use crate::domain::window::local_day;

pub(super) fn send_now(outcome: &mut Outcome, named: Option<&CaseId>, reason: &str, context: &Context<'_>) -> Result<(), Refused> {
    let (settings, today) = (context.settings, context.today());
    cancel_older(outcome, today, context);
    let wanted = wanted(outcome, named, context)?;
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
            Err(Decision::Skip { reason, .. }) => refused = refused.or(Some(Refused::NotSayable { reason })),
            Err(Decision::Step { .. }) => {}
        }
    }
    let mut spoken = false;
    let mut tonight = Tonight { as_of: today, messages: None, context };
    for group in groups.in_order() {
        if let Some(why) = blocked(outcome, group.currency, &group.members, context) {
            refused = refused.or(Some(why));
            continue;
        }
        let (place, lines) = (outcome.entries.len(), group.members.len());
        let unsaid = speak(outcome, group, &mut tonight);
        if unsaid.len() < lines {
            spoken = true;
            outcome.entries.insert(place, Entry::SentNow { case: named.cloned(), reason: reason.to_owned() });
        }
        refused = refused.or(unsaid.into_iter().next().map(|(_, _, reason)| Refused::NotSayable { reason }));
    }
    if spoken { Ok(()) } else { Err(refused.unwrap_or(Refused::NoSuchCase)) }
}

/// The invoices that are meant: the named one; else all past their day to pay, or, where none is, all
/// that are open. What goes today anyway is left out.
fn wanted(outcome: &Outcome, named: Option<&CaseId>, context: &Context<'_>) -> Result<Vec<CaseId>, Refused> {
    let today = context.today();
    let open = outcome.account.open_cases();
    let meant: Vec<&Case> = open.into_iter().filter(|case| named.is_none_or(|id| case.id == *id)).collect();
    if meant.is_empty() {
        return Err(Refused::NoSuchCase);
    }
    let (said, silent): (Vec<&Case>, Vec<&Case>) = meant.into_iter().partition(|case| case.taken.iter().any(|taken| taken.on == today));
    let waits = |case: &Case| {
        let waiting = outcome.account.reminders.iter().filter(|reminder| reminder.id.as_of == today && is_waiting(reminder.state));
        waiting.flat_map(|reminder| &reminder.lines).any(|line| line.case == case.id)
    };
    if silent.is_empty() {
        let waits = said.iter().any(|case| waits(case));
        return Err(if waits { Refused::NoEffect("it goes today already") } else { Refused::SaidToday });
    }
    let past = |case: &&&Case| context.settings.payable_until(case.agreed_due_on()) < today;
    let overdue: Vec<CaseId> = silent.iter().filter(past).map(|case| case.id.clone()).collect();
    let all = silent.iter().map(|case| case.id.clone());
    Ok(if overdue.is_empty() { all.collect() } else { overdue })
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
