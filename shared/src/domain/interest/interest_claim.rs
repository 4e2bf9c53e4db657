//! Interest as a claim of its own.
//!
//! Its days lie in two heaps. Settled days are fixed: they are never calculated again, and what was
//! not collected of them stays open. Only what corrects the invoice itself lowers them, since it was never
//! owed. The days after them are accrued: calculated anew each time, so
//! that a payment with an earlier day corrects them. Each day lies in one heap only, so none is
//! charged twice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::bookings::{Booking, ClaimError, beyond, collect, corrected, give_back, open_of, waive};
use super::calculation::{Carry, InterestError, Period, Terms, interest, rounded};
use super::principal::Principal;
use crate::domain::ids::CaseId;
use crate::domain::money::Currency;

/// Days whose interest is fixed: what a note of interest lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// How the amount comes about.
    pub periods: Vec<Period>,
    /// The amount in minor units.
    pub minor: i64,
}

/// The interest of one invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterestClaim {
    case: CaseId,
    currency: Currency,
    table: String,
    first_day: NaiveDate,
    accrued_until: Option<NaiveDate>,
    accrued: Vec<Period>,
    accrued_minor: i64,
    settlements: Vec<Settlement>,
    carry: Carry,
    bookings: Vec<Booking>,
}

impl InterestClaim {
    /// A claim of nothing yet, by the table of this id. `first_day` is the day after the shifted
    /// due date.
    pub fn new(case: CaseId, currency: Currency, table: &str, first_day: NaiveDate) -> Self {
        Self {
            case,
            currency,
            table: table.to_owned(),
            first_day,
            accrued_until: None,
            accrued: Vec::new(),
            accrued_minor: 0,
            settlements: Vec::new(),
            carry: Carry::default(),
            bookings: Vec::new(),
        }
    }

    /// The invoice.
    pub fn case(&self) -> &CaseId {
        &self.case
    }

    /// The currency of every amount: the invoice's.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The table by which it runs.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The first day of interest.
    pub fn first_day(&self) -> NaiveDate {
        self.first_day
    }

    /// The claim from another first day on, where the due date moved and nothing is settled yet.
    #[must_use]
    pub fn moved_to(&self, first_day: NaiveDate) -> Self {
        if !self.settlements.is_empty() || first_day == self.first_day {
            return self.clone();
        }
        Self::new(self.case.clone(), self.currency, &self.table, first_day)
    }

    /// The claim as it is without the days that are only accrued: they are calculated anew.
    #[must_use]
    pub fn settled_only(&self) -> Self {
        Self { accrued_until: self.settled_until(), accrued: Vec::new(), accrued_minor: 0, ..self.clone() }
    }

    /// What is open of the settled days, in minor units.
    pub fn settled_open_minor(&self) -> i64 {
        open_of(self.settled_minor(), &self.bookings)
    }

    /// The last day that is accrued, settled ones included.
    pub fn accrued_until(&self) -> Option<NaiveDate> {
        self.accrued_until
    }

    /// The last day that is settled.
    pub fn settled_until(&self) -> Option<NaiveDate> {
        self.settlements.last().map(|settlement| settlement.until)
    }

    /// The periods after the settled days, and their interest in minor units.
    pub fn accrued(&self) -> (&[Period], i64) {
        (&self.accrued, self.accrued_minor)
    }

    /// What was settled, the oldest first.
    pub fn settlements(&self) -> &[Settlement] {
        &self.settlements
    }

    /// What was collected or waived, the oldest first.
    pub fn bookings(&self) -> &[Booking] {
        &self.bookings
    }

    /// What is open, settled or only accrued, in minor units.
    pub fn open_minor(&self) -> i64 {
        open_of(self.settled_minor(), &self.bookings) + self.accrued_minor
    }

    /// Everything of it, settled or only accrued, collected or not, in minor units.
    pub fn total_minor(&self) -> i64 {
        self.settled_minor() + self.accrued_minor
    }

    /// What was collected beyond what is settled, in minor units: only a correction makes that.
    pub fn beyond_minor(&self) -> i64 {
        beyond(self.settled_minor(), &self.bookings)
    }

    /// Everything settled so far, collected or not. It fits: `accrue` sees to it.
    fn settled_minor(&self) -> i64 {
        self.settlements.iter().map(|settlement| settlement.minor).sum()
    }

    /// The first day that is not settled.
    fn unsettled_from(&self) -> Option<NaiveDate> {
        self.settled_until().map_or(Some(self.first_day), |day| day.succ_opt())
    }

    /// The claim with interest up to and with a day, by the principal as it is known now.
    ///
    /// Settled days stay as they are; the others are calculated anew, so that doing it twice changes
    /// nothing. It never goes back to an earlier day. Principal that is paid ends the growth, not
    /// the claim.
    pub fn accrue(&self, principal: &Principal, terms: &Terms<'_>, until: NaiveDate) -> Result<Self, ClaimError> {
        if terms.table.id != self.table {
            return Err(ClaimError::OtherTable { table: self.table.clone() });
        }
        let until = self.accrued_until.map_or(until, |accrued| accrued.max(until));
        // The terms are checked also where no day is to be added.
        let from = self.unsettled_from().unwrap_or(NaiveDate::MAX);
        let found = interest(principal, terms, from, until, self.carry)?;
        let all = self.settled_minor().checked_add(found.total_minor);
        all.ok_or(InterestError::TooLarge)?;
        let accrued_until = (until >= self.first_day).then_some(until);
        Ok(Self { accrued_until, accrued: found.periods, accrued_minor: found.total_minor, ..self.clone() })
    }

    /// The claim with the days up to and with `until` settled and so many minor units of everything
    /// settled collected; 0 only fixes the days. What is not collected stays open.
    ///
    /// Days that are settled already are not settled again, so a second payment for them names the
    /// same day.
    pub fn settle(&self, until: NaiveDate, on: NaiveDate, collected: i64) -> Result<Self, ClaimError> {
        let mut claim = self.fixed(until)?;
        claim.bookings = collect(claim.settled_minor(), &claim.bookings, on, collected)?;
        Ok(claim)
    }

    /// The claim with so many minor units of what was collected going back.
    pub fn give_back(&self, on: NaiveDate, minor: i64) -> Result<Self, ClaimError> {
        Ok(Self { bookings: give_back(&self.bookings, on, minor)?, ..self.clone() })
    }

    /// The claim with the days up to and with `until` settled and whatever is open of everything
    /// settled waived.
    pub fn waive(&self, until: NaiveDate, on: NaiveDate, reason: &str) -> Result<Self, ClaimError> {
        let mut claim = self.fixed(until)?;
        claim.bookings = waive(claim.settled_minor(), &claim.bookings, on, reason)?;
        Ok(claim)
    }

    /// The claim after a correction of its invoice: on each settled day `less` of the last day of its period was
    /// never owed, minor units. What was waived of it was not to waive; what was collected of it is beyond.
    ///
    /// It forgets the days that are only accrued.
    pub fn corrected(&self, less: impl Fn(NaiveDate) -> i64) -> Result<Self, ClaimError> {
        let mut claim = self.settled_only();
        claim.carry = Carry::default();
        for settlement in &mut claim.settlements {
            for period in &mut settlement.periods {
                period.principal_minor = period.principal_minor.saturating_sub(less(period.until).max(0)).max(0);
            }
            settlement.periods.retain(|period| period.principal_minor > 0);
            (settlement.minor, claim.carry) = rounded(&settlement.periods, claim.carry)?;
        }
        claim.bookings = corrected(claim.settled_minor(), &claim.bookings);
        Ok(claim)
    }

    /// The claim with the days up to `until` moved from the accrued to the settled ones.
    fn fixed(&self, until: NaiveDate) -> Result<Self, ClaimError> {
        if self.accrued_until.is_none_or(|accrued| until > accrued) {
            return Err(ClaimError::NotAccrued { until });
        }
        let mut claim = self.clone();
        let Some(from) = self.unsettled_from().filter(|from| *from <= until) else { return Ok(claim) };
        let (periods, after) = split(&self.accrued, until);
        let (minor, carry) = rounded(&periods, self.carry)?;
        (claim.accrued_minor, _) = rounded(&after, carry)?;
        claim.carry = carry;
        claim.accrued = after;
        claim.settlements.push(Settlement { from, until, periods, minor });
        Ok(claim)
    }
}

/// The parts of periods up to and with a day, and those after it.
fn split(periods: &[Period], until: NaiveDate) -> (Vec<Period>, Vec<Period>) {
    let before = periods.iter().filter(|period| period.from <= until);
    let before = before.map(|period| Period { until: period.until.min(until), ..period.clone() });
    let after = periods.iter().filter(|period| period.until > until).filter_map(|period| {
        let from = period.from.max(until.succ_opt()?);
        Some(Period { from, ..period.clone() })
    });
    (before.collect(), after.collect())
}
