//! What a message asks for in one of its lines: the figure that a person sees and approves.

use chrono::NaiveDate;

use super::beside::Beside;
use super::invoice::InvoiceFacts;
use crate::domain::account::{Account, Case};
use crate::domain::creditor::Settings;
use crate::domain::plan;

/// What a message of a day asks for by a step of an open case, minor units: what is open after netting
/// (`net_minor`), or, under an instalment plan, its share of the next instalment; and beside what is
/// overdue, what was claimed. Nothing where the step is untrue by now, as one of a plan that ended.
pub fn asked_minor(account: &Account, case: &Case, net_minor: i64, step: &str, settings: &Settings, as_of: NaiveDate) -> i64 {
    if !plan::is_true(plan::part(account, case).as_ref(), step) {
        return 0;
    }
    let beside = Beside::new(account, settings, as_of).map(|beside| beside.of(case, net_minor));
    let facts = InvoiceFacts::asked(account, case, net_minor, settings, as_of).filter(|facts| facts.net_minor > 0);
    facts.map_or(0, |facts| facts.with(beside, as_of).asked_minor())
}
