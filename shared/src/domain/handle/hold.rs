//! Holds on a debtor or on one invoice, set and ended by a person.

use chrono::NaiveDate;

use super::{Entry, Outcome, Refused};
use crate::domain::account::Hold;
use crate::domain::decide::HoldScope;
use crate::domain::ids::CaseId;

fn slot<'a>(outcome: &'a mut Outcome, case: Option<&CaseId>) -> Result<(&'a mut Option<Hold>, HoldScope), Refused> {
    match case {
        None => Ok((&mut outcome.account.profile.hold, HoldScope::Debtor)),
        Some(id) => {
            let case = outcome.account.case_mut(id).ok_or(Refused::NoSuchCase)?;
            Ok((&mut case.hold, HoldScope::Invoice))
        }
    }
}

pub(super) fn hold(outcome: &mut Outcome, case: Option<&CaseId>, hold: &Hold) -> Result<(), Refused> {
    let (slot, scope) = slot(outcome, case)?;
    if slot.as_ref() == Some(hold) {
        return Err(Refused::NoEffect("this hold is already in force"));
    }
    *slot = Some(hold.clone());
    outcome.entries.push(Entry::Held { scope, case: case.cloned(), hold: hold.clone() });
    Ok(())
}

/// Ends the holds whose last day is over, before anything is decided.
pub(super) fn run_out(outcome: &mut Outcome, as_of: NaiveDate) {
    let Outcome { account, entries, .. } = outcome;
    let is_over = |hold: &mut Hold| hold.until.is_some_and(|until| until < as_of);
    if account.profile.hold.take_if(is_over).is_some() {
        entries.push(Entry::HoldRanOut { scope: HoldScope::Debtor, case: None });
    }
    for case in &mut account.cases {
        if case.hold.take_if(is_over).is_some() {
            entries.push(Entry::HoldRanOut { scope: HoldScope::Invoice, case: Some(case.id.clone()) });
        }
    }
}

pub(super) fn release(outcome: &mut Outcome, case: Option<&CaseId>, reason: &str) -> Result<(), Refused> {
    let (slot, scope) = slot(outcome, case)?;
    slot.take().ok_or(Refused::NoEffect("nothing is on hold"))?;
    outcome.entries.push(Entry::Released { scope, case: case.cloned(), reason: Some(reason.to_owned()) });
    Ok(())
}
