//! What an account does by itself: it has to be what the rules say, and nothing of that may be missing.

use upominek::domain::handle::Entry;
use upominek::domain::legal::{LegalEnd, LegalKind};
use upominek::domain::plan::PlanEnd;
use upominek::domain::settlement::{SettlementKind, Settler};

use super::bill::Settled;
use super::{Bill, Broke, Commit, Model};
use crate::script::What;

const BY_RULE: &str = "a small difference is written off by rule, and nothing else";
const BREAKS: &str = "a missed instalment breaks the plan, and nothing else";

/// A bill before a commit.
pub(super) struct Before {
    pub id: String,
    pub owed: i64,
    open: i64,
    paid: i64,
    promise: Option<super::Promised>,
    awaited: Option<super::Awaited>,
}

impl Before {
    pub fn of(bill: &Bill) -> Self {
        let (promise, awaited) = (bill.promise, bill.awaited.clone());
        Self { id: bill.id.clone(), owed: bill.owed(), open: bill.open(), paid: bill.paid(), promise, awaited }
    }
}

impl Model {
    /// What a rule settled or took back.
    pub(super) fn ruled(&mut self, commit: &Commit<'_>) -> Result<(), Broke> {
        for entry in commit.entries {
            match entry {
                Entry::SettlementUndone { case, settlement, by: Settler::Rule, .. } => {
                    self.on(&case.external, |bill| bill.settled.retain(|one| !(one.by_rule && one.amount == settlement.amount_minor)));
                }
                Entry::Settled { case, settlement } if settlement.by == Settler::Rule => {
                    let most = self.policy.write_off_up_to.clone();
                    let Some(bill) = self.bills.get_mut(&case.external) else { continue };
                    let open = bill.open();
                    let small = settlement.kind == SettlementKind::WriteOff && open < bill.paid() && open <= most.of(bill.currency);
                    let early = settlement.kind == SettlementKind::Discount && bill.discount.is_some_and(|discount| open <= discount);
                    if bill.rules_off || settlement.amount_minor != open || !(small || early) {
                        return Err((BY_RULE, format!("{} had {open} open, {settlement:?}", bill.id)));
                    }
                    bill.settled.push(Settled { kind: settlement.kind, amount: open, told: false, by_rule: true });
                }
                _ => {}
            }
        }
        let most = self.policy.write_off_up_to.clone();
        for bill in self.bills_of(commit.customer).filter(|bill| !bill.rules_off && bill.open() > 0) {
            if bill.open() < bill.paid() && bill.open() <= most.of(bill.currency) {
                return Err((BY_RULE, format!("{} has {} open of which {} came", bill.id, bill.open(), bill.paid())));
            }
        }
        Ok(())
    }

    /// Promises and payments under way, after what was paid and what was taken off without money.
    pub(super) fn follow(&mut self, customer: &str, before: &[Before]) {
        self.each_of(customer, |bill| {
            let (open, paid) = (bill.open(), bill.paid());
            let taken_off = before.iter().find(|was| was.id == bill.id).map_or(0, |was| (was.open - open) - (paid - was.paid));
            let was = before.iter().find(|was| was.id == bill.id);
            let promised = |promise: &super::Promised| was.is_some_and(|was| was.promise.as_ref() == Some(promise));
            if let Some(promise) = bill.promise.as_mut().filter(|promise| taken_off != 0 && promised(promise)) {
                promise.open -= taken_off;
                let received = (promise.open - open).max(0);
                promise.amount = promise.amount.min(received + open);
            }
            if let Some(awaited) = bill.awaited.as_mut().filter(|awaited| was.is_some_and(|was| was.awaited.as_ref() == Some(awaited))) {
                awaited.open -= taken_off;
            }
            bill.promise = bill.promise.filter(|promise| !bill.cancelled && promise.open - open < promise.amount);
            let came =
                |waits: &super::Awaited| !waits.failed && !waits.ran_out && (open == 0 || (waits.checkout.is_none() && open < waits.open));
            bill.awaited.take_if(|waits| came(waits));
        });
    }

    /// Plans that were found broken, and stops that ended because another contact came.
    pub(super) fn decided_by_itself(&mut self, commit: &Commit<'_>) -> Result<(), Broke> {
        for entry in commit.entries {
            match entry {
                Entry::PlanEnded { currency, how: PlanEnd::Broken { on, missing_minor }, .. } => {
                    let Some(customer) = self.customers.get(commit.customer) else { continue };
                    let place = format!("{} on {}: {on}, {missing_minor} {currency}", commit.customer, commit.today);
                    let Some(plan) = customer.plans.iter().find(|plan| plan.currency == *currency) else {
                        return Err((BREAKS, format!("{place}: there was no plan")));
                    };
                    match self.missed(commit.customer, plan, commit.as_of.unwrap_or(commit.today)) {
                        Some((missed, missing)) if missed.on == *on && missing == *missing_minor => {}
                        other => return Err((BREAKS, format!("{place}: {other:?} was missed of {plan:?}"))),
                    }
                    self.end_plan(commit.customer, *currency, commit.today);
                }
                Entry::LegalStopEnded { kind, how: LegalEnd::OtherContact, .. } => {
                    let gave = matches!(commit.what, Some(What::Invoice { .. } | What::AddContact { .. } | What::ChangeContact { .. }));
                    if *kind != LegalKind::WrongPerson || !gave {
                        return Err(("only another contact ends a stop for a wrong person", format!("{}: {kind:?}", commit.customer)));
                    }
                    self.customers.get_mut(commit.customer).into_iter().for_each(|customer| drop(customer.law.remove(kind)));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A plan that the night should have found broken.
    ///
    /// # Errors
    /// There is one.
    pub fn no_plan_is_missed(&self, customer: &str, as_of: chrono::NaiveDate) -> Result<(), Broke> {
        for plan in self.customers.get(customer).into_iter().flat_map(|known| &known.plans) {
            // What was never begun with may not be spoken of either.
            if plan.bills.iter().filter_map(|id| self.bills.get(id)).any(|bill| self.not_begun(bill).is_some()) {
                continue;
            }
            if let Some((missed, missing)) = self.missed(customer, plan, as_of) {
                return Err((BREAKS, format!("{customer} on {as_of}: {missing} of {missed:?} is missing, and the plan goes on")));
            }
        }
        Ok(())
    }
}
