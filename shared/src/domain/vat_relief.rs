//! Bad-debt relief in VAT: from when the tax on an invoice that nobody pays may be corrected.
//!
//! Art. 89a section 1a of the Polish VAT Act: once it was not settled within 90 days of the end of its term
//! of payment, as the contract or the invoice has it. So the printed due date counts, without the shift of
//! days off; a later day replaces it that was agreed before the term was over, and one given afterwards does
//! not bring a term back that has ended. A payment in part leaves the rest; what is settled, written off or
//! cancelled is flagged no more.

use chrono::{Days, NaiveDate};

use super::account::Case;
use super::interest::Respite;

/// Days from the end of the term.
const DAYS: u64 = 90;

impl Case {
    /// The day on which the 90th day after its term is reached, if it is open then.
    pub fn vat_relief_on(&self) -> NaiveDate {
        let given = self.extension.iter().flat_map(|given| {
            let last = Respite { from: given.on, until: given.due_on };
            given.before.iter().copied().chain([last])
        });
        let term = given.fold(self.due_on, |term, given| if given.from <= term { term.max(given.until) } else { term });
        term.checked_add_days(Days::new(DAYS)).unwrap_or(NaiveDate::MAX)
    }

    /// Since when its VAT may be corrected, as of a day; `None` before, and once nothing of it is open.
    pub fn vat_relief_since(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        let open = self.closed.is_none() && self.open_minor() > 0;
        Some(self.vat_relief_on()).filter(|since| open && *since <= as_of)
    }
}
