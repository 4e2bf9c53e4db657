//! The history of decisions: what it says stood on a day is what that day's night decided.

use chrono::NaiveDate;
use upominek::domain::account::Account;
use upominek::domain::decide::Decision;
use upominek::domain::history::Stood;
use upominek::domain::ids::{CaseId, DebtorId};

use super::{Broke, Observer};
use crate::machine::World;

const RULE: &str = "the history says what the night decided";

/// What one night decided of one case.
#[derive(Debug, Clone)]
pub(super) struct Night {
    debtor: DebtorId,
    case: CaseId,
    as_of: NaiveDate,
    decision: Decision,
}

impl Observer {
    /// Looked at right after the first night of a day: nothing came in between.
    pub(super) fn note_night(&mut self, debtor: &DebtorId, account: &Account, as_of: NaiveDate) {
        for case in account.open_cases() {
            // What was never decided is found missing elsewhere.
            let Some((since, decision)) = &case.decision else { continue };
            if *since <= as_of {
                let (debtor, case, decision) = (debtor.clone(), case.id.clone(), decision.clone());
                self.decided.push(Night { debtor, case, as_of, decision });
            }
        }
    }

    /// Holds all nights since the last look against what the time line tells of their days.
    pub(super) fn history_tells_what_nights_decided(&mut self, world: &World) -> Result<(), Broke> {
        for Night { debtor, case, as_of, decision } in std::mem::take(&mut self.decided) {
            let told = world.stood(&debtor, &case, as_of);
            let same = |stood: &Stood| matches!(stood, Stood::Decided(known) if are_one(known, &decision));
            if !told.iter().any(|one| same(&one.stood)) {
                let customer = world.faults.customer(&debtor).unwrap_or_default();
                return Err((RULE, format!("{customer} {case} on {as_of}: {decision:?}, it tells {told:?}")));
            }
        }
        Ok(())
    }
}

/// Whether two decisions are one: the same step by the same reminder, or silence for the same reason.
fn are_one(one: &Decision, other: &Decision) -> bool {
    match (one, other) {
        (Decision::Step { step, reminder, .. }, Decision::Step { step: other_step, reminder: other_reminder, .. }) => {
            (step, reminder) == (other_step, other_reminder)
        }
        (Decision::Skip { reason, .. }, Decision::Skip { reason: other, .. }) => reason == other,
        _ => false,
    }
}
