//! Payments and credit notes: booked as what they are, allocated by rule, never lost.
//!
//! Allocation follows art. 451 of the Polish Civil Code: the debt that the debtor named, else due
//! debts, the oldest first. What is left belongs to no case and is netted before any reminder.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::delivery::free_unsaid;
use super::{Attention, Context, Entry, Outcome, Refused, claims};
use crate::domain::account::{Account, Allocation, AllocationReason, Case, Closed, Credit};
use crate::domain::cause::Cause;
use crate::domain::claimed::Claimed;
use crate::domain::fact::{CreditNoteFact, PaymentFact};
use crate::domain::ids::CaseId;
use crate::domain::interest::{ChangeKind, Order};
use crate::domain::money::Currency;
use crate::domain::plan::part;
use crate::domain::settlement::SettlementKind;
use crate::domain::window::local_day;

/// Most cases that one transaction allocates to; the rest follows in the next one.
pub const ALLOCATIONS_AT_ONCE: usize = 35;

/// Money that comes, or is moved on, with its local day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Money<'a> {
    pub payment: &'a str,
    pub on: NaiveDate,
    pub why: AllocationReason,
}

impl<'a> Money<'a> {
    /// Money whose debt was named.
    pub fn named(payment: &'a str, on: NaiveDate) -> Self {
        Self { payment, on, why: AllocationReason::Named }
    }
}

pub(super) fn paid(outcome: &mut Outcome, fact: &PaymentFact, named: Option<&CaseId>, odd: Option<Cause>, context: &Context<'_>) {
    // Clocks differ: no money comes from the future.
    let on = local_day(fact.paid_at, context.settings.zone).min(context.today());
    let payment = format!("{}:{}", fact.provider, fact.payment_id);
    outcome.entries.push(Entry::PaymentBooked { payment: payment.clone(), amount_minor: fact.amount_minor, currency: fact.currency });
    let case = named.and_then(|id| outcome.account.case(id));
    let names_one = named.is_some() || fact.invoice.is_some();
    let why = match (odd, case) {
        (Some(why), _) => Some(why),
        (None, Some(case)) if case.currency != fact.currency => Some(Cause::CurrencyNotInvoices),
        (None, None) if names_one => Some(Cause::NotItsInvoice),
        _ => None,
    };
    let target = named.filter(|_| why.is_none());
    if let Some(why) = why {
        outcome.attention.push(Attention::OddPayment { payment: payment.clone(), why: why.text() });
    }
    let mut left_minor = fact.amount_minor;
    if let Some(id) = target {
        let money = Money::named(&payment, on);
        // What the source told before its payment came may be this money: then it paid the invoice.
        let told = outcome.account.case(id).is_some_and(|case| case.unexplained_minor() > 0);
        if context.settings.side_claims.order == Order::SideClaimsFirst && !told {
            left_minor -= claims::collect(outcome, id, money, left_minor, context);
        }
        left_minor -= allocate(outcome, money, id, left_minor);
        left_minor -= recognise(outcome, money, id, left_minor, fact.provider == id.source.as_str());
        left_minor -= claims::collect(outcome, id, money, left_minor, context);
    }
    if left_minor > 0 {
        // A payment that names its invoice is not moved to another one by itself.
        let allocate = !names_one && why.is_none();
        let credit = Credit { id: payment, currency: fact.currency, left_minor, allocate, on: Some(on) };
        if !allocate && why.is_none() {
            outcome.attention.push(overpaid(&credit));
        }
        outcome.account.keep_credit(credit);
    }
}

/// Money that the source's picture held before its payment came to us: booked, and counted once.
///
/// Only what the invoice has no room for is taken for such an echo, so that a payment on top of
/// what the source knows counts in full. It might also be a second payment: unless the source
/// itself tells it, a person is asked to look.
fn recognise(outcome: &mut Outcome, money: Money<'_>, id: &CaseId, up_to_minor: i64, told_by_source: bool) -> i64 {
    let Money { payment, on, why } = money;
    let Some(case) = outcome.account.case_mut(id) else { return 0 };
    let amount_minor = case.unexplained_minor().min(up_to_minor);
    if amount_minor > 0 {
        case.allocations.push(Allocation { payment: payment.to_owned(), amount_minor, why, on: Some(on) });
        case.paid_earlier(on, amount_minor);
        let entry = Entry::Allocated { payment: payment.to_owned(), case: id.clone(), amount_minor, why };
        outcome.entries.push(entry);
        if !told_by_source {
            let why = Cause::PaidAlready.text();
            outcome.attention.push(Attention::OddPayment { payment: payment.to_owned(), why });
        }
    }
    amount_minor
}

pub(super) fn overpaid(credit: &Credit) -> Attention {
    Attention::Overpaid { by: credit.id.clone(), amount_minor: credit.left_minor, currency: credit.currency }
}

/// The open cases of a currency in the order in which money that names none goes to them, and how
/// much at most, minor units: the oldest due first. Of an invoice under a plan only its share of the next
/// instalment is due, on its day; the rest comes after all that is due.
///
/// What nobody is asked to pay today (a test order, a disputed invoice) comes last: the pay page
/// leaves it out of its sum, and a payment of that sum must settle what was shown.
pub(super) fn payable_in_order(account: &Account, currency: Currency, today: NaiveDate) -> Vec<(CaseId, i64)> {
    let Payable { first, later, last } = Payable::of(account, currency, today);
    let all = first.into_iter().map(|First { case, most, .. }| (case, most)).chain(later).chain(last);
    all.filter(|(_, most)| *most > 0).map(|(case, most)| (case.id.clone(), most)).collect()
}

/// What money that names nothing can go to, each with the most that it takes, minor units.
struct Payable<'a> {
    /// What is asked for, the oldest first.
    first: Vec<First<'a>>,
    /// What plans leave for later.
    later: Vec<(&'a Case, i64)>,
    /// What nobody is asked to pay today.
    last: Vec<(&'a Case, i64)>,
}

/// What is asked for of an invoice.
struct First<'a> {
    /// Its day.
    on: NaiveDate,
    /// The day is that of an instalment.
    by_plan: bool,
    case: &'a Case,
    /// The most that it takes, minor units.
    most: i64,
}

impl<'a> Payable<'a> {
    fn of(account: &'a Account, currency: Currency, today: NaiveDate) -> Self {
        // Money that is about to be allocated covers nothing yet.
        let mut bare = Cow::Borrowed(account);
        if !account.profile.plans.is_empty() {
            bare.to_mut().credits.retain(|credit| !credit.allocate);
        }
        let held = |case: &Case| case.dispute.is_some() || case.hold.as_ref().is_some_and(|hold| hold.covers(today));
        let asked_for = |case: &&Case| case.remindable && !held(case);
        let payable = account.open_cases().into_iter().filter(|case| case.currency == currency && case.open_minor() > 0);
        let (asked, last): (Vec<_>, Vec<_>) = payable.partition(asked_for);
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for case in asked {
            match part(&bare, case) {
                Some(part) => {
                    first.push(First { on: part.on, by_plan: true, case, most: part.share_minor });
                    later.push((case, case.open_minor() - part.share_minor));
                }
                None => first.push(First { on: case.agreed_due_on(), by_plan: false, case, most: case.open_minor() }),
            }
        }
        first.sort_by_key(|one| (one.on, &one.case.id));
        Self { first, later, last: last.into_iter().map(|case| (case, case.open_minor())).collect() }
    }
}

/// What money can cover.
enum Target {
    /// What is open of an invoice, up to so many minor units.
    Principal(CaseId, i64),
    /// Its side claims.
    Beside(CaseId),
}

/// What money that names nothing covers, in order (art. 451 of the Polish Civil Code).
///
/// Due invoices come first, the oldest due first, with their side claims: before or after the
/// principals, as the settings say. What is not due yet follows, and what an instalment plan leaves for
/// later: while it is kept, nothing is asked for beside its instalments. What nobody is asked to pay
/// today (a test order, a disputed invoice) comes last: the pay page leaves it out of its sum, and a
/// payment of that sum must settle what was shown. The same goes for side claims of invoices that are
/// paid.
fn targets(account: &Account, currency: Currency, context: &Context<'_>) -> Vec<Target> {
    let (settings, today) = (context.settings, context.today());
    let Payable { first, later, last } = Payable::of(account, currency, today);
    let is_due = |one: &First<'_>| if one.by_plan { one.on <= today } else { settings.payable_until(one.case.agreed_due_on()) <= today };
    let (due, ahead): (Vec<_>, Vec<_>) = first.into_iter().partition(is_due);
    let bare = |cases: Vec<First<'_>>| cases.into_iter().map(|one| (one.case.id.clone(), one.most)).collect::<Vec<_>>();
    let ids = |cases: Vec<(&Case, i64)>| cases.into_iter().map(|(case, most)| (case.id.clone(), most)).collect::<Vec<_>>();
    let principals = |cases: &[(CaseId, i64)]| cases.iter().map(|(id, most)| Target::Principal(id.clone(), *most)).collect::<Vec<_>>();
    let claimed = |id: &CaseId| account.claim(id).is_some() && account.case(id).is_none_or(|case| part(account, case).is_none());
    let with_claims = |cases: Vec<(CaseId, i64)>| -> Vec<Target> {
        let beside = |id: &CaseId| claimed(id).then(|| Target::Beside(id.clone()));
        match settings.side_claims.order {
            Order::PrincipalFirst => principals(&cases).into_iter().chain(cases.iter().filter_map(|(id, _)| beside(id))).collect(),
            Order::SideClaimsFirst => {
                let both =
                    |(id, most): &(CaseId, i64)| beside(id).into_iter().chain([Target::Principal(id.clone(), *most)]).collect::<Vec<_>>();
                cases.iter().flat_map(both).collect()
            }
        }
    };
    let is_open = |claimed: &&Claimed| account.case(&claimed.case).is_some_and(|case| case.closed.is_none());
    let mut left: Vec<_> = account.claims.iter().filter(|claimed| claimed.currency == currency && !is_open(claimed)).collect();
    left.sort_by_key(|claimed| claimed.begun.on);
    let left = left.into_iter().map(|claimed| Target::Beside(claimed.case.clone()));
    let after = principals(&bare(ahead)).into_iter().chain(principals(&ids(later))).chain(with_claims(ids(last)));
    with_claims(bare(due)).into_iter().chain(after).chain(left).collect()
}

/// Allocates credits that wait for it, as far as one transaction carries.
pub(super) fn allocate_credits(outcome: &mut Outcome, context: &Context<'_>) {
    let waiting: Vec<Credit> = outcome.account.credits.iter().filter(|credit| credit.allocate).cloned().collect();
    let mut room = ALLOCATIONS_AT_ONCE;
    for credit in waiting {
        let mut left = credit.left_minor;
        let mut exhausted = true;
        let money = Money { payment: &credit.id, on: credit.on.unwrap_or_else(|| context.today()), why: AllocationReason::OldestDue };
        for target in targets(&outcome.account, credit.currency, context) {
            let (Target::Principal(id, _) | Target::Beside(id)) = &target;
            // A case is written with its side claims.
            let needs = 1 + usize::from(outcome.account.claim(id).is_some());
            if left == 0 {
                break;
            }
            if room < needs {
                exhausted = false;
                break;
            }
            room -= needs;
            left -= match &target {
                Target::Principal(id, most) => allocate(outcome, money, id, left.min(*most)),
                Target::Beside(id) => claims::collect(outcome, id, money, left, context),
            };
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

/// Books as much as the case can take; returns how much that was. Settlements give way to money that
/// names the invoice, and to no other.
pub(super) fn allocate(outcome: &mut Outcome, money: Money<'_>, id: &CaseId, up_to_minor: i64) -> i64 {
    let Money { payment, on, why } = money;
    let Some(case) = outcome.account.case_mut(id) else { return 0 };
    let takes = match (why, case.closed) {
        (_, Some(Closed::Cancelled)) | (AllocationReason::OldestDue, Some(_)) => 0,
        (AllocationReason::OldestDue, None) => case.open_minor(),
        (AllocationReason::Named, _) => case.room_minor(),
    };
    let amount_minor = takes.min(up_to_minor);
    if amount_minor > 0 {
        case.unechoed_minor = case.unechoed_minor.saturating_add(amount_minor);
        case.allocations.push(Allocation { payment: payment.to_owned(), amount_minor, why, on: Some(on) });
        case.changed(on, ChangeKind::Payment, amount_minor);
        let entry = Entry::Allocated { payment: payment.to_owned(), case: id.clone(), amount_minor, why };
        outcome.entries.push(entry);
    }
    amount_minor
}

pub(super) fn credited(outcome: &mut Outcome, note: &CreditNoteFact, named: Option<&CaseId>, today: NaiveDate) -> Result<(), Refused> {
    // A source may count its notes and its payments alike.
    let id = format!("credit-note:{}", note.case);
    outcome.entries.push(Entry::Credited { note: note.number.clone(), amount_minor: note.amount_minor, currency: note.currency });
    let mut left_minor = note.amount_minor;
    let case = named.and_then(|id| outcome.account.case_mut(id)).filter(|case| case.currency == note.currency);
    if let Some(case) = case {
        // The source's own document of what we wrote off or discounted is the same once more.
        case.tell(&[SettlementKind::Discount, SettlementKind::WriteOff], left_minor);
        let taken = case.room_minor().min(left_minor);
        left_minor -= taken;
        let beyond_minor = left_minor.min(case.asked_minor().saturating_sub(taken).max(0));
        case.noting(today, |case| {
            case.credited_minor = case.credited_minor.saturating_add(taken);
            case.credited_beyond_minor = case.credited_beyond_minor.saturating_add(beyond_minor);
        });
    }
    if left_minor > 0 {
        let credit = Credit { id, currency: note.currency, left_minor, allocate: false, on: Some(today) };
        outcome.attention.push(overpaid(&credit));
        outcome.account.keep_credit(credit);
    }
    Ok(())
}

/// A case with nothing open is closed; one with something open again is open again, at the step
/// where it stood.
///
/// A written-off one for which all came after all is paid.
pub(super) fn close_and_reopen(outcome: &mut Outcome, before: &Account, today: NaiveDate) {
    let was_closed = before.cases.iter().filter(|case| case.closed.is_some()).map(|case| case.id.clone());
    let was_closed: Vec<CaseId> = was_closed.collect();
    let was = |id: &CaseId| before.case(id).and_then(|known| known.closed);
    for case in &mut outcome.account.cases {
        match (case.closed, case.open_minor()) {
            (None, 0) => {
                case.closed = Some(Closed::Paid);
                outcome.entries.push(Entry::CaseClosed { case: case.id.clone(), why: Closed::Paid });
            }
            (Some(Closed::WrittenOff), 0) if case.settled_minor() == 0 => {
                case.closed = Some(Closed::Paid);
                outcome.entries.push(Entry::CaseClosed { case: case.id.clone(), why: Closed::Paid });
            }
            (Some(Closed::Paid | Closed::WrittenOff), open_minor) if open_minor > 0 => {
                case.closed = None;
                case.decision = None;
                outcome.entries.push(Entry::CaseReopened { case: case.id.clone(), open_minor });
            }
            (Some(Closed::Cancelled), _) if was(&case.id) != Some(Closed::Cancelled) => {
                outcome.entries.push(Entry::CaseClosed { case: case.id.clone(), why: Closed::Cancelled });
            }
            (None, open_minor) if was(&case.id) == Some(Closed::Cancelled) => {
                outcome.entries.push(Entry::CaseReopened { case: case.id.clone(), open_minor });
            }
            _ => {}
        }
        // What the source says was paid too much stays with the source; a person should know.
        let over = case.overpaid_minor();
        if over > 0 && before.case(&case.id).map_or(0, Case::overpaid_minor) < over {
            let (by, currency) = (case.id.to_string(), case.currency);
            outcome.attention.push(Attention::Overpaid { by, amount_minor: over, currency });
        }
    }
    for id in was_closed {
        if let Some(case) = outcome.account.case_mut(&id).filter(|case| case.closed.is_none()) {
            case.reopened_on = Some(today);
            free_unsaid(outcome, &id);
        }
    }
}
