//! Money that goes back: refunds, and what an invoice no longer needs.
//!
//! A source that tells refunds by its picture and a provider that tells them by an event speak of
//! one refund: whichever comes first, it counts once.

use chrono::NaiveDate;

use super::money::overpaid;
use super::{Attention, Context, Entry, Outcome, claims, corrected};
use crate::domain::account::{Account, AllocationReason, Case, Closed, Credit};
use crate::domain::fact::RefundFact;
use crate::domain::ids::CaseId;
use crate::domain::interest::ChangeKind;

/// Takes money back: from what is left of the payment first, then from the invoice that the refund
/// names, then from the others that the payment paid.
pub(super) fn refunded(outcome: &mut Outcome, fact: &RefundFact, named: Option<&CaseId>, today: NaiveDate) {
    let refund = format!("{}:{}", fact.provider, fact.refund_id);
    outcome.entries.push(Entry::Refunded { refund: refund.clone(), amount_minor: fact.amount_minor, currency: fact.currency });
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
    // What a payment had beyond the invoices goes back before what it paid of them.
    if let Some(payment) = &payment {
        left -= claims::take_back(outcome, payment, fact.currency, left, today);
    }
    left -= take_back(&mut outcome.account, payment.as_deref(), named, (fact, today), left);
    if left > 0 {
        outcome.attention.push(Attention::OddRefund { refund });
    }
}

fn take_back(
    account: &mut Account,
    payment: Option<&str>,
    named: Option<&CaseId>,
    (fact, today): (&RefundFact, NaiveDate),
    up_to: i64,
) -> i64 {
    let mut left = up_to;
    let is_named = |case: &Case| Some(&case.id) == named;
    for case in account.cases.iter_mut().filter(|case| is_named(case) && case.currency == fact.currency) {
        left -= case.noting(today, |case| take_from(case, payment, left));
    }
    if payment.is_some() {
        for case in account.cases.iter_mut().filter(|case| !is_named(case) && case.currency == fact.currency) {
            left -= case.noting(today, |case| take_from(case, payment, left));
        }
    }
    up_to - left
}

/// Takes back what a payment, or any, paid of a case; returns how much that was.
fn take_from(case: &mut Case, payment: Option<&str>, up_to: i64) -> i64 {
    // What the source's picture has lost already is the same refund, told by the source.
    let told = case.lost_minor();
    let mut left = up_to;
    for allocation in &mut case.allocations {
        if payment.is_none_or(|id| allocation.payment == id) {
            let taken = allocation.amount_minor.min(left);
            allocation.amount_minor -= taken;
            left -= taken;
        }
    }
    case.allocations.retain(|allocation| allocation.amount_minor > 0);
    case.booked_out(up_to - left, told);
    up_to - left
}

/// Gives back what we booked to a case beyond what it owes, since the source lowered or voided it.
///
/// What a payment named stays a credit, which nets; what went to the oldest due goes to the next one.
pub(super) fn give_back(outcome: &mut Outcome, before: &Account, context: &Context<'_>) {
    let today = context.today();
    let mut freed: Vec<Credit> = claims::released(outcome, today);
    freed.extend(corrected::follow(outcome, before, context));
    for case in &mut outcome.account.cases {
        let beyond = if case.closed == Some(Closed::Cancelled) { case.unechoed_minor } else { case.overpaid_minor() };
        let mut left = beyond.min(case.unechoed_minor);
        let paid_before = case.paid_minor();
        for allocation in case.allocations.iter_mut().rev() {
            let left_minor = allocation.amount_minor.min(left);
            if left_minor > 0 {
                allocation.amount_minor -= left_minor;
                case.unechoed_minor -= left_minor;
                left -= left_minor;
                let allocate = allocation.why == AllocationReason::OldestDue;
                freed.push(Credit { id: allocation.payment.clone(), currency: case.currency, left_minor, allocate, on: allocation.on });
            }
        }
        case.allocations.retain(|allocation| allocation.amount_minor > 0);
        case.changed(today, ChangeKind::Payment, case.paid_minor() - paid_before);
    }
    for credit in freed {
        if !credit.allocate {
            outcome.attention.push(overpaid(&credit));
        }
        outcome.account.keep_credit(credit);
    }
}
