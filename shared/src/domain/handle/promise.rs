//! Promises to pay and disputes: given, kept or broken; opened and decided.

use chrono::{Days, NaiveDate};

use super::{Attention, Context, Entry, Outcome, Refused};
use crate::domain::account::{Case, Closed};
use crate::domain::debtor_word::DebtorWord;
use crate::domain::ids::CaseId;
use crate::domain::stops::{Dispute, DisputeReason, Party, Promise, PromiseEnd};

/// A promise as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPromise {
    /// Who writes it down.
    pub by: Party,
    /// The day promised.
    pub pay_on: NaiveDate,
    /// How much of the invoice, minor units; all that is open if not said.
    pub amount_minor: Option<i64>,
    /// Why the team writes it down; the debtor gives none.
    pub reason: Option<String>,
}

/// Takes a promise for one invoice, or for all that is open; it replaces an earlier one.
pub(super) fn promise(outcome: &mut Outcome, named: Option<&CaseId>, new: &NewPromise, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    let most = Days::new(u64::from(context.settings.policy.promises.most_days));
    let by_debtor = new.by == Party::Debtor;
    let open = |case: &Case| case.closed.is_none() && named.is_none_or(|id| case.id == *id);
    let cases = || outcome.account.cases.iter().filter(|case| open(case));
    if by_debtor && cases().any(|case| case.broke_word_on.is_some()) {
        return Err(Refused::PromisedBefore);
    }
    // Another day instead of the promised one is none beyond the limit of the first: no promise is put off for ever.
    let first_made = cases().filter_map(|case| Some(case.promise.as_ref()?.made_on)).min().filter(|_| by_debtor);
    let last = first_made.unwrap_or(today) + most;
    if new.pay_on < today || new.pay_on > last {
        return Err(Refused::PromisedDay { first: today, last });
    }
    let (mut taken, mut news) = (false, false);
    for case in outcome.account.cases.iter_mut().filter(|case| open(case)) {
        let open_minor = case.open_minor();
        let amount_minor = new.amount_minor.unwrap_or(open_minor);
        if !(1..=open_minor).contains(&amount_minor) {
            return Err(Refused::PromisedAmount { most_minor: open_minor, currency: case.currency });
        }
        let made_on = first_made.unwrap_or(today);
        let promise = Promise { made_on, by: new.by, pay_on: new.pay_on, amount_minor, open_minor };
        taken = true;
        if case.promise.as_ref() == Some(&promise) {
            continue;
        }
        outcome.entries.push(Entry::Promised { case: case.id.clone(), promise: promise.clone(), reason: new.reason.clone() });
        case.promise = Some(promise);
        news = true;
    }
    if news && by_debtor {
        outcome.attention.push(Attention::DebtorSaid { word: DebtorWord::Promised { pay_on: new.pay_on, case: named.cloned() } });
    }
    if taken { Ok(()) } else { Err(Refused::NoSuchCase) }
}

/// The team takes a promise back.
pub(super) fn withdraw(outcome: &mut Outcome, named: Option<&CaseId>, reason: &str) -> Result<(), Refused> {
    if named.is_some_and(|id| outcome.account.case(id).is_none()) {
        return Err(Refused::NoSuchCase);
    }
    let ids: Vec<CaseId> = promised(outcome, |case, _| named.is_none_or(|id| case.id == *id));
    for id in &ids {
        end(outcome, id, PromiseEnd::Withdrawn, Some(reason));
    }
    if ids.is_empty() { Err(Refused::NoEffect("nothing is promised")) } else { Ok(()) }
}

/// A plan takes the place of these promises.
pub(super) fn supersede(outcome: &mut Outcome, cases: &[CaseId]) {
    for id in promised(outcome, |case, _| cases.contains(&case.id)) {
        end(outcome, &id, PromiseEnd::Withdrawn, None);
    }
}

/// Ends the promises whose money has come, and those of invoices that were cancelled or written off.
pub(super) fn keep(outcome: &mut Outcome) {
    let given_up = |case: &Case| matches!(case.closed, Some(Closed::Cancelled | Closed::WrittenOff));
    for id in promised(outcome, |case, _| given_up(case)) {
        end(outcome, &id, PromiseEnd::Moot, None);
    }
    for id in promised(outcome, |case, promise| promise.received_minor(case.open_minor()) >= promise.amount_minor) {
        end(outcome, &id, PromiseEnd::Kept, None);
    }
}

/// Ends the promises whose grace is over, before anything is decided.
pub(super) fn run_out(outcome: &mut Outcome, as_of: NaiveDate, context: &Context<'_>) {
    for id in promised(outcome, |case, promise| case.closed.is_none() && promise.ends_on(context.settings) < as_of) {
        let received = outcome.account.case(&id).and_then(|case| Some(case.promise.as_ref()?.received_minor(case.open_minor())));
        let how = if received.unwrap_or(0) > 0 { PromiseEnd::PartKept } else { PromiseEnd::Broken };
        if let Some(case) =
            outcome.account.case_mut(&id).filter(|case| case.promise.as_ref().is_some_and(|given| given.by == Party::Debtor))
        {
            case.broke_word_on = Some(as_of);
        }
        end(outcome, &id, how, None);
        outcome.attention.push(Attention::PromiseNotKept { case: id, how });
    }
}

fn promised(outcome: &Outcome, wanted: impl Fn(&Case, &Promise) -> bool) -> Vec<CaseId> {
    let cases = outcome.account.cases.iter();
    let wanted = cases.filter(|case| case.promise.as_ref().is_some_and(|promise| wanted(case, promise)));
    wanted.map(|case| case.id.clone()).collect()
}

fn end(outcome: &mut Outcome, id: &CaseId, how: PromiseEnd, reason: Option<&str>) {
    let Some(case) = outcome.account.case_mut(id) else { return };
    let open_minor = case.open_minor();
    let Some(promise) = case.promise.take() else { return };
    let received_minor = promise.received_minor(open_minor);
    let reason = reason.map(str::to_owned);
    outcome.entries.push(Entry::PromiseEnded { case: id.clone(), how, received_minor, promise, reason });
}

/// Opens a dispute about an invoice; again, its note is replaced.
pub(super) fn dispute(
    outcome: &mut Outcome,
    id: &CaseId,
    by: Party,
    (reason, note): (Option<DisputeReason>, &str),
    context: &Context<'_>,
) -> Result<(), Refused> {
    let case = outcome.account.case_mut(id).filter(|case| case.closed.is_none()).ok_or(Refused::NoSuchCase)?;
    if by == Party::Debtor && case.dispute.as_ref().is_some_and(|known| known.upheld) {
        return Err(Refused::NoEffect("the debtor was right, and a credit note is awaited"));
    }
    let opened_on = case.dispute.as_ref().map_or(context.today(), |dispute| dispute.opened_on);
    let dispute = Dispute { opened_on, by, reason, note: note.to_owned(), upheld: false };
    if case.dispute.as_ref() == Some(&dispute) {
        return Err(Refused::NoEffect("it is disputed already"));
    }
    outcome.entries.push(Entry::Disputed { case: id.clone(), dispute: dispute.clone() });
    outcome.attention.push(Attention::Disputed { case: id.clone() });
    case.dispute = Some(dispute);
    Ok(())
}

/// Decides a dispute: resolved, reminders go on; upheld, a credit note is awaited in silence.
pub(super) fn decide_dispute(outcome: &mut Outcome, id: &CaseId, upheld: bool, reason: &str) -> Result<(), Refused> {
    let case = outcome.account.case_mut(id).ok_or(Refused::NoSuchCase)?;
    let dispute =
        case.dispute.as_mut().filter(|dispute| !(upheld && dispute.upheld)).ok_or(Refused::NoEffect("there is no dispute to decide"))?;
    if upheld {
        dispute.upheld = true;
    } else {
        case.dispute = None;
    }
    outcome.entries.push(Entry::DisputeDecided { case: id.clone(), upheld, reason: Some(reason.to_owned()) });
    Ok(())
}
