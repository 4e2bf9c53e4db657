//! What an invoice leaves behind: its side claims live on when it is paid, and each is made once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::bookings::{Booking, ClaimError, beyond, collect, corrected, give_back, open_of, waive};
use super::compensation::{Compensation, CompensationError};
use super::interest_claim::InterestClaim;
use crate::domain::ids::CaseId;

/// The compensation of one invoice, in grosze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompensationClaim {
    case: CaseId,
    compensation: Compensation,
    bookings: Vec<Booking>,
}

impl CompensationClaim {
    /// The invoice.
    pub fn case(&self) -> &CaseId {
        &self.case
    }

    /// The amount, and how it came about.
    pub fn compensation(&self) -> &Compensation {
        &self.compensation
    }

    /// What was collected or waived, the oldest first.
    pub fn bookings(&self) -> &[Booking] {
        &self.bookings
    }

    /// What is open, in grosze.
    pub fn open_minor(&self) -> i64 {
        open_of(self.compensation.pln_minor, &self.bookings)
    }

    /// What was collected beyond it, in grosze: only a correction makes that.
    pub fn beyond_minor(&self) -> i64 {
        beyond(self.compensation.pln_minor, &self.bookings)
    }

    /// The claim after a correction of its invoice to so many grosze. What was waived of it was not to waive; what
    /// was collected of it is beyond.
    ///
    /// # Errors
    /// As `Compensation::corrected`.
    pub fn corrected(&self, value_minor: i64) -> Result<Self, CompensationError> {
        let compensation = self.compensation.corrected(value_minor)?;
        let bookings = corrected(compensation.pln_minor, &self.bookings);
        Ok(Self { compensation, bookings, ..self.clone() })
    }

    /// The claim with so many grosze collected.
    pub fn settle(&self, on: NaiveDate, collected: i64) -> Result<Self, ClaimError> {
        let bookings = collect(self.compensation.pln_minor, &self.bookings, on, collected)?;
        Ok(Self { bookings, ..self.clone() })
    }

    /// The claim with so many grosze of what was collected going back.
    pub fn give_back(&self, on: NaiveDate, minor: i64) -> Result<Self, ClaimError> {
        Ok(Self { bookings: give_back(&self.bookings, on, minor)?, ..self.clone() })
    }

    /// The claim with whatever is open waived.
    pub fn waive(&self, on: NaiveDate, reason: &str) -> Result<Self, ClaimError> {
        let bookings = waive(self.compensation.pln_minor, &self.bookings, on, reason)?;
        Ok(Self { bookings, ..self.clone() })
    }
}

/// The side claims of one invoice: of each kind one at most, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SideClaims {
    /// Interest.
    pub interest: Option<InterestClaim>,
    /// Compensation.
    pub compensation: Option<CompensationClaim>,
}

impl SideClaims {
    /// The same with a claim of interest.
    pub fn with_interest(&self, claim: InterestClaim) -> Result<Self, ClaimError> {
        if self.interest.is_some() {
            return Err(ClaimError::AlreadyClaimed);
        }
        Ok(Self { interest: Some(claim), ..self.clone() })
    }

    /// The same with a claim of compensation: once per invoice, also after it was collected or
    /// waived.
    pub fn with_compensation(&self, case: CaseId, compensation: Compensation) -> Result<Self, ClaimError> {
        if self.compensation.is_some() {
            return Err(ClaimError::AlreadyClaimed);
        }
        let claim = CompensationClaim { case, compensation, bookings: Vec::new() };
        Ok(Self { compensation: Some(claim), ..self.clone() })
    }

    /// Whether anything is still owed beside the invoice.
    pub fn is_open(&self) -> bool {
        let interest = self.interest.as_ref().is_some_and(|claim| claim.open_minor() > 0);
        interest || self.compensation.as_ref().is_some_and(|claim| claim.open_minor() > 0)
    }
}
