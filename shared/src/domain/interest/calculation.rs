//! Interest: simple, principal × yearly rate × days / 365, split at every change of either.
//!
//! Rounding. Periods are exact and never rounded; the sum is rounded half up to the minor unit, and
//! what rounding took or gave is carried into the next calculation of the same claim. So whatever
//! the days on which a claim is settled, the parts add up to what one calculation over all of them
//! gives, without the earlier history being known.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::principal::Principal;
use super::rates::{PL_STATUTORY, RateInForce, RateTable};
use crate::domain::fact::DebtorKind;
use crate::fields::FieldError;

/// Exact amounts are whole numbers of these parts of a minor unit: 10 000 basis points × 365 days,
/// in leap years too.
pub const PARTS_PER_MINOR: i128 = 10_000 * 365;

/// Whether interest runs on the day of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaymentDay {
    /// The day of the payment is the last day of delay.
    Counted,
    /// The day before it is.
    NotCounted,
}

/// By which rules interest runs.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'t> {
    /// Who owes: a consumer owes by `pl-statutory` only.
    pub debtor: DebtorKind,
    /// The rates.
    pub table: &'t RateTable,
    /// The most that may be asked for, where the law that governs the claim has a maximum.
    pub cap: Option<Most<'t>>,
    /// Whether the day of a payment counts.
    pub payment_day: PaymentDay,
}

/// The highest rate of a day: so many times that of a table.
#[derive(Debug, Clone, Copy)]
pub struct Most<'t> {
    /// The table.
    pub table: &'t RateTable,
    /// How many times its rate.
    pub times: u32,
}

/// Why interest cannot be calculated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterestError {
    /// A day on which something is owed has no rate. The rate before it is no answer.
    #[error("the table {table} has no rate for {day}")]
    MissingRate {
        /// The table.
        table: String,
        /// The first day without a rate.
        day: NaiveDate,
    },
    /// The table has holes, overlaps and the like.
    #[error("the table {table} cannot be used: {} of its fields are wrong", problems.len())]
    BadTable {
        /// The table.
        table: String,
        /// Everything that is wrong with it.
        problems: Vec<FieldError>,
    },
    /// A consumer, and a table that is not for consumers.
    #[error("a consumer owes statutory interest only, not by the table {table}")]
    NotForConsumers {
        /// The table.
        table: String,
    },
    /// Beyond what 64 bits hold.
    #[error("amount is too large")]
    TooLarge,
}

/// That an agreed rate was above what the law allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capped {
    /// The rate that was agreed, in basis points.
    pub agreed_basis_points: u32,
    /// Where the cap comes from.
    pub source: String,
}

/// Days with one principal and one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day; it counts too.
    pub until: NaiveDate,
    /// What bore interest, in minor units.
    pub principal_minor: i64,
    /// The rate of a year, in basis points, after the cap.
    pub basis_points: u32,
    /// Where the rate comes from.
    pub source: String,
    /// The cap, where it lowered the rate.
    pub capped: Option<Capped>,
}

impl Period {
    /// How many days it has.
    pub fn days(&self) -> i64 {
        (self.until - self.from).num_days() + 1
    }

    /// Its interest, exact, in parts of a minor unit (`PARTS_PER_MINOR`).
    pub fn exact(&self) -> i128 {
        // 63 + 32 bits, and 28 for all the days there are: it always fits.
        i128::from(self.principal_minor) * i128::from(self.basis_points) * i128::from(self.days())
    }

    fn joins(&self, next: &Period) -> bool {
        self.until.succ_opt() == Some(next.from)
            && (self.principal_minor, self.basis_points) == (next.principal_minor, next.basis_points)
            && (&self.source, &self.capped) == (&next.source, &next.capped)
    }
}

/// What rounding left over, in parts of a minor unit (`PARTS_PER_MINOR`): at most half of one, more
/// or less. The next calculation of the same claim begins with it; the first one with nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Carry(i64);

/// Interest of some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// How it comes about. Days on which nothing was owed are in no period.
    pub periods: Vec<Period>,
    /// The sum in minor units, rounded half up.
    pub total_minor: i64,
    /// What rounding left for the days that follow.
    pub carry: Carry,
}

/// Interest from `first_day` to `last_day`, both counted; nothing if the last day is before the
/// first. The first day of all is the one after the due date, shifted as the law has it.
///
/// `carry` is what the calculation of the days before left, `Carry::default()` on the first day.
/// It stops at a day on which something is owed and a table has no rate; a day on which nothing is
/// owed needs none, so a claim that is paid does not wait for rates to come.
pub fn interest(
    principal: &Principal,
    terms: &Terms<'_>,
    first_day: NaiveDate,
    last_day: NaiveDate,
    carry: Carry,
) -> Result<Interest, InterestError> {
    terms.check()?;
    let steps = principal.steps(terms.payment_day)?;
    let mut periods: Vec<Period> = Vec::new();
    let mut next = Some(first_day);
    while let Some(from) = next.filter(|day| *day <= last_day) {
        let (principal_minor, owed_until) = steps.on(from);
        let mut until = owed_until.map_or(last_day, |day| day.min(last_day));
        if principal_minor > 0 {
            let rate = terms.on(from)?;
            until = rate.until.map_or(until, |day| day.min(until));
            let Rate { basis_points, source, capped, .. } = rate;
            push(&mut periods, Period { from, until, principal_minor, basis_points, source, capped });
        }
        next = until.succ_opt();
    }
    let (total_minor, carry) = rounded(&periods, carry)?;
    Ok(Interest { periods, total_minor, carry })
}

/// The sum of periods with what was carried into them, half up to the minor unit, and what that
/// leaves to carry on.
pub(super) fn rounded(periods: &[Period], carry: Carry) -> Result<(i64, Carry), InterestError> {
    let exact = periods.iter().try_fold(i128::from(carry.0), |sum, period| sum.checked_add(period.exact()));
    let exact = exact.ok_or(InterestError::TooLarge)?;
    let half_more = exact.checked_add(PARTS_PER_MINOR / 2).ok_or(InterestError::TooLarge)?;
    let minor = half_more.div_euclid(PARTS_PER_MINOR);
    let left = exact - minor * PARTS_PER_MINOR;
    let total = i64::try_from(minor).map_err(|_| InterestError::TooLarge)?;
    Ok((total, Carry(i64::try_from(left).map_err(|_| InterestError::TooLarge)?)))
}

fn push(periods: &mut Vec<Period>, period: Period) {
    match periods.last_mut() {
        Some(last) if last.joins(&period) => last.until = period.until,
        _ => periods.push(period),
    }
}

/// A rate after the cap, and the last day on which both are in force.
struct Rate {
    basis_points: u32,
    source: String,
    capped: Option<Capped>,
    until: Option<NaiveDate>,
}

impl Terms<'_> {
    fn check(&self) -> Result<(), InterestError> {
        if self.debtor == DebtorKind::Consumer && self.table.id != PL_STATUTORY {
            return Err(InterestError::NotForConsumers { table: self.table.id.clone() });
        }
        for table in [Some(self.table), self.cap.map(|most| most.table)].into_iter().flatten() {
            let problems = table.validate();
            if !problems.is_empty() {
                return Err(InterestError::BadTable { table: table.id.clone(), problems });
            }
        }
        Ok(())
    }

    fn on(&self, day: NaiveDate) -> Result<Rate, InterestError> {
        let agreed = known(self.table, day)?;
        let Some(cap) = self.cap else {
            return Ok(Rate { basis_points: agreed.basis_points, source: agreed.source.to_owned(), capped: None, until: agreed.until });
        };
        let statutory = known(cap.table, day)?;
        let most = statutory.basis_points.saturating_mul(cap.times);
        let capped =
            (agreed.basis_points > most).then(|| Capped { agreed_basis_points: agreed.basis_points, source: statutory.source.to_owned() });
        Ok(Rate {
            basis_points: agreed.basis_points.min(most),
            source: agreed.source.to_owned(),
            capped,
            until: [agreed.until, statutory.until].into_iter().flatten().min(),
        })
    }
}

fn known(table: &RateTable, day: NaiveDate) -> Result<RateInForce<'_>, InterestError> {
    table.in_force(day).ok_or_else(|| InterestError::MissingRate { table: table.id.clone(), day })
}
