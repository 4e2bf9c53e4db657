//! Payments under way: told, booked, failed, or waited for in vain.

use chrono::{Days, NaiveDate};

use super::{Attention, Context, Entry, Outcome, Refused, money};
use crate::domain::account::{Case, Closed};
use crate::domain::debtor_word::DebtorWord;
use crate::domain::ids::CaseId;
use crate::domain::money::Currency;
use crate::domain::pending::{PaidBy, Pending, PendingEnd, PendingSource};
use crate::domain::stops::Party;

/// How far back a payment may lie that somebody speaks of.
pub const FARTHEST_PAYMENT_DAYS: u64 = 30;

/// "I have paid."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidPaid {
    /// Who says so.
    pub by: Party,
    /// When it was paid.
    pub paid_on: NaiveDate,
    /// How.
    pub way: PaidBy,
    /// Why the team writes it down; the debtor gives none.
    pub reason: Option<String>,
}

/// Somebody says that one invoice is paid, or all that is open.
pub(super) fn said(outcome: &mut Outcome, named: Option<&CaseId>, said: &SaidPaid, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    let first = today - Days::new(FARTHEST_PAYMENT_DAYS);
    if said.paid_on > today || said.paid_on < first {
        return Err(Refused::PaidOn { first, last: today });
    }
    let open = outcome.account.open_cases().into_iter().filter(|case| named.is_none_or(|id| case.id == *id));
    let ids: Vec<CaseId> = open.map(|case| case.id.clone()).collect();
    if ids.is_empty() {
        return Err(Refused::NoSuchCase);
    }
    let believed = |case: &Case| said.by == Party::Team || !case.pending.as_ref().is_some_and(|before| in_vain(before, case));
    // With another day each time, one would be silent for ever.
    let waits = |id: &CaseId| {
        let pending = outcome.account.case(id).and_then(|case| case.pending.as_ref());
        pending.is_some_and(|known| known.is_awaited() && matches!(known.source, PendingSource::Said { by: Party::Debtor, .. }))
    };
    if said.by == Party::Debtor && ids.iter().all(waits) {
        return Err(Refused::NoEffect("this payment is waited for already"));
    }
    // Nor is what waits put off by what is said of the others.
    let news = |id: &CaseId| said.by == Party::Team || !waits(id);
    let ids: Vec<CaseId> = ids.into_iter().filter(|id| news(id) && outcome.account.case(id).is_some_and(believed)).collect();
    if ids.is_empty() {
        return Err(Refused::SaidBefore);
    }
    let SaidPaid { by, paid_on, way, reason } = said.clone();
    begin(outcome, &ids, &PendingSource::Said { by, paid_on, way }, reason.as_ref(), context)?;
    if by == Party::Debtor {
        outcome.attention.push(Attention::DebtorSaid { word: DebtorWord::Paid { paid_on, way, case: named.cloned() } });
    }
    Ok(())
}

/// The debtor said so before, and nothing came.
fn in_vain(before: &Pending, case: &Case) -> bool {
    let by_debtor = matches!(before.source, PendingSource::Said { by: Party::Debtor, .. });
    by_debtor && before.over == Some(PendingEnd::RanOut) && case.open_minor() >= before.open_minor
}

/// A provider says that a checkout of so much is being paid: the invoice that was chosen, or those that the
/// money would go to, are silent.
pub(super) fn checkout(
    outcome: &mut Outcome,
    reference: &str,
    chosen: Option<&CaseId>,
    (amount_minor, currency): (i64, Currency),
    context: &Context<'_>,
) -> Result<(), Refused> {
    let source = PendingSource::Checkout { reference: reference.to_owned() };
    if let Some(case) = chosen {
        return begin(outcome, std::slice::from_ref(case), &source, None, context);
    }
    let mut left = amount_minor;
    let mut ids = Vec::new();
    for (id, most) in money::payable_in_order(&outcome.account, currency, context.today()) {
        if left <= 0 {
            break;
        }
        left -= most;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    begin(outcome, &ids, &source, None, context)
}

fn begin(
    outcome: &mut Outcome,
    ids: &[CaseId],
    source: &PendingSource,
    reason: Option<&String>,
    context: &Context<'_>,
) -> Result<(), Refused> {
    let today = context.today();
    let until = context.settings.calendar().roll_forward(today + Days::new(u64::from(context.settings.policy.pending_days)));
    let mut begun = false;
    for id in ids {
        let Some(case) = outcome.account.case_mut(id) else { continue };
        let known = case.pending.as_ref().filter(|known| known.is_awaited() && known.source == *source);
        if known.is_some() {
            continue;
        }
        let pending = Pending { since: today, until, source: source.clone(), open_minor: case.open_minor(), over: None };
        case.pending = Some(pending.clone());
        outcome.entries.push(Entry::PaymentPending { case: id.clone(), pending, reason: reason.cloned() });
        begun = true;
    }
    if begun { Ok(()) } else { Err(Refused::NoEffect("this payment is known to be under way, or there is nothing to pay")) }
}

/// The team takes it back.
pub(super) fn withdraw(outcome: &mut Outcome, named: Option<&CaseId>, reason: &str) -> Result<(), Refused> {
    if named.is_some_and(|id| outcome.account.case(id).is_none()) {
        return Err(Refused::NoSuchCase);
    }
    let ids = awaited(outcome, |case, _| named.is_none_or(|id| case.id == *id));
    for id in &ids {
        end(outcome, id, PendingEnd::Withdrawn, Some(reason));
    }
    if ids.is_empty() { Err(Refused::NoEffect("no payment is under way")) } else { Ok(()) }
}

/// A provider says that the payment of a checkout failed: silence for the rest of the day, also where
/// nobody waited for it any more.
pub(super) fn failed(outcome: &mut Outcome, reference: &str, context: &Context<'_>) {
    let known = |case: &&Case| {
        let pending = case.pending.as_ref().filter(|pending| pending.is_of(reference));
        case.closed.is_none() && pending.is_some_and(|pending| pending.is_awaited() || pending.over == Some(PendingEnd::RanOut))
    };
    let failed: Vec<CaseId> = outcome.account.cases.iter().filter(known).map(|case| case.id.clone()).collect();
    for id in failed {
        end(outcome, &id, PendingEnd::Failed, None);
        if let Some(pending) = outcome.account.case_mut(&id).and_then(|case| case.pending.as_mut()) {
            // What nobody waited for any more is silent for this day alone.
            pending.since = if pending.until < context.today() { context.today() } else { pending.since };
            pending.until = context.today();
        }
    }
}

/// Ends what is waited for no more: the invoice is closed, money came that somebody spoke of, or that of
/// the `checkout` that is booked now.
pub(super) fn came(outcome: &mut Outcome, checkout: Option<&String>) {
    for id in awaited(outcome, |case, _| matches!(case.closed, Some(Closed::Cancelled | Closed::WrittenOff))) {
        end(outcome, &id, PendingEnd::Moot, None);
    }
    let came = |case: &Case, pending: &Pending| {
        let said = matches!(pending.source, PendingSource::Said { .. });
        let paid = checkout.is_some_and(|reference| pending.is_of(reference));
        paid || case.closed.is_some() || (said && case.open_minor() < pending.open_minor)
    };
    for id in awaited(outcome, came) {
        end(outcome, &id, PendingEnd::Booked, None);
    }
}

/// Ends what was waited for in vain, before anything is decided.
pub(super) fn run_out(outcome: &mut Outcome, as_of: NaiveDate) {
    for id in awaited(outcome, |case, pending| case.closed.is_none() && pending.until < as_of) {
        end(outcome, &id, PendingEnd::RanOut, None);
        outcome.attention.push(Attention::PaymentNotCome { case: id });
    }
    for case in &mut outcome.account.cases {
        case.pending.take_if(|pending| pending.over == Some(PendingEnd::Failed) && pending.until < as_of);
    }
}

fn awaited(outcome: &Outcome, wanted: impl Fn(&Case, &Pending) -> bool) -> Vec<CaseId> {
    let cases = outcome.account.cases.iter();
    let wanted = cases.filter(|case| case.pending.as_ref().is_some_and(|pending| pending.is_awaited() && wanted(case, pending)));
    wanted.map(|case| case.id.clone()).collect()
}

fn end(outcome: &mut Outcome, id: &CaseId, how: PendingEnd, reason: Option<&str>) {
    let Some(case) = outcome.account.case_mut(id) else { return };
    let open_minor = case.open_minor();
    let Some(pending) = case.pending.as_mut() else { return };
    pending.over = Some(how);
    let received_minor = pending.open_minor.saturating_sub(open_minor).max(0);
    let (since, reason) = (pending.since, reason.map(str::to_owned));
    outcome.entries.push(Entry::PendingEnded { case: id.clone(), how, since, received_minor, reason });
    if matches!(how, PendingEnd::Booked | PendingEnd::Withdrawn | PendingEnd::Moot) {
        case.pending = None;
    }
}
