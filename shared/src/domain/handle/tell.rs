//! Every change of what was decided of an invoice, for the time line.

use chrono::NaiveDate;

use super::{Entry, Outcome};
use crate::domain::account::{Account, Case};
use crate::domain::history::says_the_same;

/// Tells what is decided otherwise than before of each open case: once a command, whatever it went
/// through in between. What says the same is not told again, and neither is a day of the next step that
/// moved.
pub(super) fn decisions(outcome: &mut Outcome, before: &Account, today: NaiveDate) {
    let Outcome { account, entries, .. } = outcome;
    for (place, case) in account.cases.iter().enumerate().filter(|(_, case)| case.closed.is_none()) {
        // Most commands leave the cases in their places.
        let same_place = before.cases.get(place).filter(|known| known.id == case.id);
        let known = same_place.or_else(|| before.case(&case.id));
        entries.extend(change(known, case, today));
    }
}

fn change(known: Option<&Case>, case: &Case, today: NaiveDate) -> Option<Entry> {
    // One that was closed has stood as closed since.
    let was = known.filter(|known| known.closed.is_none()).and_then(|known| known.decision.as_ref());
    let on = match (was, &case.decision) {
        (None, None) => return None,
        (Some(_), None) => today,
        (Some((since, was)), Some((on, is))) if says_the_same(was, is) && on >= since => return None,
        (_, Some((on, _))) => *on,
    };
    let decision = case.decision.as_ref().map(|(_, decision)| decision.clone());
    Some(Entry::Decided { case: case.id.clone(), on, decision })
}
