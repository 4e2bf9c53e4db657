//! Settlements: made and undone by the team, and by rules; written-off cases opened again.

use chrono::NaiveDate;

use super::{Command, Context, Entry, Outcome, Refused};
use crate::domain::account::{Account, Case, Closed};
use crate::domain::cause::Cause;
use crate::domain::creditor::Settings;
use crate::domain::ids::CaseId;
use crate::domain::settlement::{Settlement, SettlementKind, Settler};

/// A settlement as the team makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSettlement {
    /// How.
    pub kind: SettlementKind,
    /// How much, minor units; all that is open if not said.
    pub amount_minor: Option<i64>,
    /// The day from which it counts; today if not said.
    pub on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// A set-off: the debtor's claim or the document of it.
    pub reference: Option<String>,
}

/// Settles an invoice, or a part of it. Again the very same changes nothing.
pub(super) fn settle(outcome: &mut Outcome, id: &CaseId, new: &NewSettlement, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    let case = outcome.account.case_mut(id).ok_or(Refused::NoSuchCase)?;
    let on = new.on.unwrap_or(today);
    if case.settlements.iter().any(|made| is_same(made, new, on)) {
        return Err(Refused::NoEffect("it is settled like this already"));
    }
    if case.closed.is_some() {
        return Err(Refused::NoSuchCase);
    }
    let first = case.issued_on.min(today);
    if !(first..=today).contains(&on) {
        return Err(Refused::SettledDay { first, last: today });
    }
    let open_minor = case.open_minor();
    let amount_minor = new.amount_minor.unwrap_or(open_minor);
    if !(1..=open_minor).contains(&amount_minor) {
        return Err(Refused::SettledAmount { most_minor: open_minor, currency: case.currency });
    }
    let settlement = made(case, new, amount_minor, on, Settler::Team);
    case.settle(settlement.clone());
    let closes = new.kind == SettlementKind::WriteOff && case.open_minor() == 0;
    outcome.entries.push(Entry::Settled { case: id.clone(), settlement });
    if closes {
        case.closed = Some(Closed::WrittenOff);
        outcome.entries.push(Entry::CaseClosed { case: id.clone(), why: Closed::WrittenOff });
    }
    Ok(())
}

fn is_same(made: &Settlement, new: &NewSettlement, on: NaiveDate) -> bool {
    made.by == Settler::Team
        && made.kind == new.kind
        && made.on == on
        && made.reason == new.reason
        && made.reference == new.reference
        && new.amount_minor.is_none_or(|amount| amount == made.amount_minor)
}

fn made(case: &Case, new: &NewSettlement, amount_minor: i64, on: NaiveDate, by: Settler) -> Settlement {
    let name = format!("{}-{on}-{amount_minor}", new.kind.name());
    let taken = |id: &str| case.settlements.iter().any(|one| one.id == id);
    let again = (2..).map(|n: u32| format!("{name}-{n}")).find(|id| !taken(id)).filter(|_| taken(&name));
    let (kind, reason, reference) = (new.kind, new.reason.clone(), new.reference.clone());
    Settlement { id: again.unwrap_or(name), kind, amount_minor, on, reason, reference, by, told: false }
}

/// Takes a settlement back; what it settled is open again. What a rule settled stays undone.
pub(super) fn undo(outcome: &mut Outcome, id: &CaseId, settlement: &str, reason: &str) -> Result<(), Refused> {
    let case = outcome.account.case_mut(id).ok_or(Refused::NoSuchCase)?;
    let place = case.settlements.iter().position(|one| one.id == settlement).ok_or(Refused::NoSuchSettlement)?;
    let settlement = case.unsettle(place);
    case.rules_off |= settlement.by == Settler::Rule;
    outcome.entries.push(Entry::SettlementUndone { case: id.clone(), settlement, by: Settler::Team, reason: reason.to_owned() });
    Ok(())
}

/// Opens a written-off case again.
pub(super) fn reopen(outcome: &mut Outcome, id: &CaseId, reason: &str) -> Result<(), Refused> {
    let case = outcome.account.case(id).ok_or(Refused::NoSuchCase)?;
    match case.closed {
        None => return Err(Refused::NoEffect("it is open")),
        Some(Closed::WrittenOff) => {}
        Some(how @ (Closed::Paid | Closed::Cancelled)) => return Err(Refused::Ended { how }),
    }
    let given_up = case.settlements.iter().filter(|one| one.kind == SettlementKind::WriteOff && one.by == Settler::Team);
    let ids: Vec<String> = given_up.map(|one| one.id.clone()).collect();
    ids.iter().try_for_each(|settlement| undo(outcome, id, settlement, reason))
}

/// Settles by rule what is left of an invoice, and takes back what a rule no longer calls for: a
/// rule settles the last of an invoice or nothing.
pub(super) fn by_rule(outcome: &mut Outcome, context: &Context<'_>) {
    let today = context.today();
    for case in outcome.account.cases.iter_mut().filter(|case| case.closed != Some(Closed::Cancelled)) {
        case.state_paid(context.settings, today);
        let had: Vec<Settlement> = case.settlements.iter().filter(|one| one.by == Settler::Rule).cloned().collect();
        if case.open_minor() == 0 {
            continue;
        }
        while let Some(place) = case.settlements.iter().position(|one| one.by == Settler::Rule) {
            case.unsettle(place);
        }
        let new = called_for(case, context.settings).filter(|_| !case.rules_off);
        let new = new.map(|(kind, amount_minor, reason)| {
            let new = NewSettlement { kind, amount_minor: None, on: None, reason: reason.text(), reference: None };
            made(case, &new, amount_minor, today, Settler::Rule)
        });
        for settlement in had {
            let reason = Cause::MoreIsOpen.text();
            outcome.entries.push(Entry::SettlementUndone { case: case.id.clone(), settlement, by: Settler::Rule, reason });
        }
        if let Some(settlement) = new {
            case.settle(settlement.clone());
            outcome.entries.push(Entry::Settled { case: case.id.clone(), settlement });
        }
    }
}

/// What a rule settles of a case: kind, minor units and why.
fn called_for(case: &Case, settings: &Settings) -> Option<(SettlementKind, i64, Cause)> {
    let left_minor = case.open_minor();
    let earned = case.discount.as_ref().filter(|discount| left_minor <= discount.amount_minor && case.has_earned(discount, settings));
    if earned.is_some() {
        return Some((SettlementKind::Discount, left_minor, Cause::DiscountEarned));
    }
    // A difference is less than what came; a small invoice as such is owed.
    let is_difference = left_minor < case.paid_minor();
    let small = is_difference && left_minor <= settings.policy.write_off_up_to.of(case.currency);
    small.then_some((SettlementKind::WriteOff, left_minor, Cause::SmallDifference))
}

/// Notes what settled sums gave way to by this command, or what of them counts again.
pub(super) fn note_ways(outcome: &mut Outcome, before: &Account, command: &Command, today: NaiveDate) {
    if matches!(command, Command::Settle { .. } | Command::UndoSettlement { .. } | Command::Reopen { .. }) {
        return;
    }
    for case in outcome.account.cases.iter_mut().filter(|case| !case.settlements.is_empty()) {
        let more = case.settled_minor().saturating_sub(before.case(&case.id).map_or(0, Case::settled_minor));
        let only_set_off = case.settlements.iter().all(|one| one.kind == SettlementKind::SetOff);
        case.settled_by(today, if only_set_off { SettlementKind::SetOff } else { SettlementKind::WriteOff }, more);
    }
}

/// Only money is what a promise or a payment under way brought: what a settlement, a credit note or a corrected
/// total took off was never to come.
pub(super) fn not_received(account: &mut Account, before: &Account) {
    for case in account.cases.iter_mut().filter(|case| case.promise.is_some() || case.pending.is_some()) {
        let Some(was) = before.case(&case.id) else { continue };
        let open_minor = case.open_minor();
        let came_minor = case.paid_minor().saturating_sub(was.paid_minor());
        let taken_off_minor = was.open_minor().saturating_sub(open_minor).saturating_sub(came_minor);
        if taken_off_minor == 0 {
            continue;
        }
        if let Some(pending) = case.pending.as_mut().filter(|pending| was.pending.as_ref() == Some(pending)) {
            pending.open_minor = pending.open_minor.saturating_sub(taken_off_minor);
        }
        if let Some(promise) = case.promise.as_mut().filter(|promise| was.promise.as_ref() == Some(promise)) {
            promise.open_minor = promise.open_minor.saturating_sub(taken_off_minor);
            let received = promise.received_minor(open_minor);
            promise.amount_minor = promise.amount_minor.min(received.saturating_add(open_minor));
        }
    }
}
