//! Payments, credit notes and refunds: booked as what they are, allocated by rule, never lost.
//!
//! Allocation follows art. 451 of the Polish Civil Code: the debt that the debtor named, else due
//! debts, the oldest first. What is left belongs to no case and is netted before any reminder.

use super::{Attention, Entry, Outcome, Refused};
use crate::domain::account::{Account, Allocation, AllocationReason, Closed, Credit};
use crate::domain::fact::{CreditNoteFact, PaymentFact, RefundFact};
use crate::domain::ids::CaseId;

/// Most cases that one transaction allocates to; the rest follows in the next one.
pub const ALLOCATIONS_AT_ONCE: usize = 35;

pub(super) fn paid(outcome: &mut Outcome, fact: &PaymentFact, named: Option<&CaseId>, odd: Option<&str>) {
    let payment = format!("{}:{}", fact.provider, fact.payment_id);
    outcome.entries.push(Entry::PaymentBooked {
        payment: payment.clone(),
        amount_minor: fact.amount_minor,
        currency: fact.currency,
    });
    let fits = |id: &&CaseId| outcome.account.case(id).is_some_and(|case| case.currency == fact.currency);
    let target = named.filter(fits).filter(|_| odd.is_none());
    let why = match (odd, named, target) {
        (Some(why), _, _) => Some(why),
        (None, Some(_), None) => Some("its currency is not the invoice's"),
        _ => None,
    };
    if let Some(why) = why {
        outcome.attention.push(Attention::OddPayment { payment: payment.clone(), why: why.to_owned() });
    }
    let mut left_minor = fact.amount_minor;
    if let Some(id) = target {
        left_minor -= allocate(outcome, &payment, id, left_minor, AllocationReason::Named);
    }
    if left_minor > 0 {
        // A payment that names its invoice is not moved to another one by itself.
        let allocate = named.is_none() && odd.is_none();
        let credit = Credit { id: payment, currency: fact.currency, left_minor, allocate };
        if !allocate && why.is_none() {
            outcome.attention.push(overpaid(&credit));
        }
        outcome.account.credits.push(credit);
    }
}

fn overpaid(credit: &Credit) -> Attention {
    Attention::Overpaid { by: credit.id.clone(), amount_minor: credit.left_minor, currency: credit.currency }
}

/// Allocates credits that wait for it, the oldest due case first, as far as one transaction carries.
pub(super) fn allocate_credits(outcome: &mut Outcome) {
    let waiting: Vec<Credit> = outcome.account.credits.iter().filter(|credit| credit.allocate).cloned().collect();
    let mut room = ALLOCATIONS_AT_ONCE;
    for credit in waiting {
        let mut left = credit.left_minor;
        let targets: Vec<CaseId> = {
            let open = outcome.account.open_cases().into_iter();
            open.filter(|case| case.currency == credit.currency && case.open_minor() > 0).map(|case| case.id.clone()).collect()
        };
        let mut exhausted = true;
        for id in targets {
            if left == 0 {
                break;
            }
            if room == 0 {
                exhausted = false;
                break;
            }
            left -= allocate(outcome, &credit.id, &id, left, AllocationReason::OldestDue);
            room -= 1;
        }
        if let Some(kept) = outcome.account.credits.iter_mut().find(|kept| kept.id == credit.id) {
            kept.left_minor = left;
            kept.allocate = !exhausted && left > 0;
            if left > 0 && exhausted {
                outcome.attention.push(overpaid(kept));
            }
        }
    }
    outcome.account.credits.retain(|credit| credit.left_minor > 0);
}

/// Books as much as the case can take; returns how much that was.
fn allocate(outcome: &mut Outcome, payment: &str, id: &CaseId, up_to_minor: i64, why: AllocationReason) -> i64 {
    let Some(case) = outcome.account.case_mut(id) else { return 0 };
    let open = if case.closed.is_none() { case.open_minor() } else { 0 };
    let amount_minor = open.min(up_to_minor);
    if amount_minor > 0 {
        case.unechoed_minor = case.unechoed_minor.saturating_add(amount_minor);
        case.allocations.push(Allocation { payment: payment.to_owned(), amount_minor, why });
        let entry = Entry::Allocated { payment: payment.to_owned(), case: id.clone(), amount_minor, why };
        outcome.entries.push(entry);
    }
    amount_minor
}

pub(super) fn credited(outcome: &mut Outcome, note: &CreditNoteFact, named: Option<&CaseId>) -> Result<(), Refused> {
    let id = note.case.to_string();
    outcome.entries.push(Entry::Credited {
        note: note.number.clone(),
        amount_minor: note.amount_minor,
        currency: note.currency,
    });
    let mut left_minor = note.amount_minor;
    let case = named.and_then(|id| outcome.account.case_mut(id)).filter(|case| case.currency == note.currency);
    if let Some(case) = case {
        let taken = case.open_minor().min(left_minor);
        case.credited_minor = case.credited_minor.saturating_add(taken);
        left_minor -= taken;
    }
    if left_minor > 0 {
        let credit = Credit { id, currency: note.currency, left_minor, allocate: false };
        outcome.attention.push(overpaid(&credit));
        outcome.account.credits.push(credit);
    }
    Ok(())
}

/// Takes money back: from what is left of the payment first, then from the cases that it paid.
pub(super) fn refunded(outcome: &mut Outcome, fact: &RefundFact, named: Option<&CaseId>) {
    let refund = format!("{}:{}", fact.provider, fact.refund_id);
    outcome.entries.push(Entry::Refunded {
        refund: refund.clone(),
        amount_minor: fact.amount_minor,
        currency: fact.currency,
    });
    let payment = fact.payment_id.as_ref().map(|id| format!("{}:{id}", fact.provider));
    let mut left = fact.amount_minor;
    for credit in &mut outcome.account.credits {
        let same = payment.as_deref() == Some(credit.id.as_str()) && credit.currency == fact.currency;
        if same {
            let taken = credit.left_minor.min(left);
            credit.left_minor -= taken;
            left -= taken;
        }
    }
    outcome.account.credits.retain(|credit| credit.left_minor > 0);
    left -= take_back(&mut outcome.account, payment.as_deref(), named, fact, left);
    if left > 0 {
        outcome.attention.push(Attention::OddRefund { refund });
    }
}

fn take_back(account: &mut Account, payment: Option<&str>, named: Option<&CaseId>, fact: &RefundFact, up_to: i64) -> i64 {
    let mut left = up_to;
    let fits = account.cases.iter_mut().filter(|case| case.currency == fact.currency);
    for case in fits.filter(|case| named.is_none_or(|id| case.id == *id)) {
        for allocation in &mut case.allocations {
            if payment.is_none_or(|id| allocation.payment == id) {
                let taken = allocation.amount_minor.min(left);
                allocation.amount_minor -= taken;
                left -= taken;
                // What the source has already repeated is now too high in its picture, until its
                // own refund event says so; the part it has not repeated goes first.
                let unechoed = taken.min(case.unechoed_minor);
                case.unechoed_minor -= unechoed;
                case.asserted_minor = case.asserted_minor.saturating_sub(taken - unechoed);
            }
        }
        case.allocations.retain(|allocation| allocation.amount_minor > 0);
    }
    up_to - left
}

/// A case with nothing open is closed; one with something open again is open again.
pub(super) fn close_and_reopen(outcome: &mut Outcome) {
    for case in &mut outcome.account.cases {
        match (case.closed, case.open_minor()) {
            (None, 0) => {
                case.closed = Some(Closed::Paid);
                outcome.entries.push(Entry::CaseClosed { case: case.id.clone(), why: Closed::Paid });
                let over = case.overpaid_minor();
                if over > 0 {
                    let by = case.id.to_string();
                    let currency = case.currency;
                    outcome.attention.push(Attention::Overpaid { by, amount_minor: over, currency });
                }
            }
            (Some(Closed::Paid), open_minor) if open_minor > 0 => {
                case.closed = None;
                outcome.entries.push(Entry::CaseReopened { case: case.id.clone(), open_minor });
            }
            _ => {}
        }
    }
}
