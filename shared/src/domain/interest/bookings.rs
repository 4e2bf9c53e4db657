//! How side claims end: bit by bit, by being collected or waived.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calculation::InterestError;

/// Why a side claim stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The interest cannot be calculated.
    #[error(transparent)]
    Interest(#[from] InterestError),
    /// The claim runs by another table; one claim has one.
    #[error("the claim runs by the table {table}")]
    OtherTable {
        /// The claim's table.
        table: String,
    },
    /// Days are to be settled up to which nothing is accrued.
    #[error("interest is not accrued up to {until}")]
    NotAccrued {
        /// The day that was asked for.
        until: NaiveDate,
    },
    /// More is to be booked than is open.
    #[error("only {open_minor} minor units are open")]
    MoreThanOpen {
        /// What is open, in minor units.
        open_minor: i64,
    },
    /// More is to go back than was collected.
    #[error("only {collected_minor} minor units were collected")]
    NotCollected {
        /// What was collected, in minor units.
        collected_minor: i64,
    },
    /// Less than nothing is to be booked.
    #[error("a negative amount cannot be collected")]
    Negative,
    /// Nothing is open that could be waived.
    #[error("nothing is open")]
    NothingOpen,
    /// A waiver says why.
    #[error("a waiver needs a reason")]
    NoReason,
    /// The invoice has this claim already, open or ended.
    #[error("the invoice has this side claim already")]
    AlreadyClaimed,
}

/// How a part of a side claim ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Money came for it.
    Collected,
    /// Money that had come for it went back.
    Returned,
    /// The creditor lets it go.
    Waived {
        /// Why, as a person or a rule wrote it.
        reason: String,
    },
}

/// A part of a side claim that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// When.
    pub on: NaiveDate,
    /// How much, in minor units.
    pub minor: i64,
    /// How.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Booking {
    /// By how much less is open, in minor units; negative for more.
    fn ended_minor(&self) -> i64 {
        match self.outcome {
            Outcome::Collected | Outcome::Waived { .. } => self.minor,
            Outcome::Returned => -self.minor,
        }
    }
}

/// What is open of an amount after bookings, in minor units.
pub(super) fn open_of(minor: i64, bookings: &[Booking]) -> i64 {
    // Bookings exceed the amount only where it was corrected, until the money is given back.
    (minor - ended(bookings)).max(0)
}

/// By how much bookings exceed an amount that was corrected, in minor units.
pub(super) fn beyond(minor: i64, bookings: &[Booking]) -> i64 {
    (ended(bookings) - minor).max(0)
}

fn ended(bookings: &[Booking]) -> i64 {
    // Each was open when it was booked, so the sum never overflows.
    bookings.iter().map(Booking::ended_minor).sum()
}

/// The bookings of an amount that was corrected: nobody lets go what was never owed. Money stays.
pub(super) fn corrected(minor: i64, bookings: &[Booking]) -> Vec<Booking> {
    let mut left = beyond(minor, bookings);
    let mut bookings = bookings.to_vec();
    for booking in bookings.iter_mut().rev().filter(|booking| matches!(booking.outcome, Outcome::Waived { .. })) {
        let taken = booking.minor.min(left);
        booking.minor -= taken;
        left -= taken;
    }
    bookings.retain(|booking| booking.minor > 0);
    bookings
}

/// The bookings with so much of what was collected going back.
pub(super) fn give_back(bookings: &[Booking], on: NaiveDate, minor: i64) -> Result<Vec<Booking>, ClaimError> {
    let waived = |booking: &&Booking| matches!(booking.outcome, Outcome::Waived { .. });
    let collected_minor = bookings.iter().filter(|booking| !waived(booking)).map(Booking::ended_minor).sum::<i64>();
    match minor {
        ..0 => Err(ClaimError::Negative),
        0 => Ok(bookings.to_vec()),
        _ if minor > collected_minor => Err(ClaimError::NotCollected { collected_minor }),
        _ => Ok([bookings, &[Booking { on, minor, outcome: Outcome::Returned }]].concat()),
    }
}

/// The bookings of an amount with so much of it collected.
pub(super) fn collect(minor: i64, bookings: &[Booking], on: NaiveDate, collected: i64) -> Result<Vec<Booking>, ClaimError> {
    let open_minor = open_of(minor, bookings);
    match collected {
        ..0 => Err(ClaimError::Negative),
        0 => Ok(bookings.to_vec()),
        _ if collected > open_minor => Err(ClaimError::MoreThanOpen { open_minor }),
        _ => Ok([bookings, &[Booking { on, minor: collected, outcome: Outcome::Collected }]].concat()),
    }
}

/// The bookings of an amount with whatever is open of it waived.
pub(super) fn waive(minor: i64, bookings: &[Booking], on: NaiveDate, reason: &str) -> Result<Vec<Booking>, ClaimError> {
    if reason.trim().is_empty() {
        return Err(ClaimError::NoReason);
    }
    match open_of(minor, bookings) {
        ..=0 => Err(ClaimError::NothingOpen),
        open => Ok([bookings, &[Booking { on, minor: open, outcome: Outcome::Waived { reason: reason.to_owned() } }]].concat()),
    }
}
