//! The lump sum for recovery costs: 40, 70 or 100 EUR, in złoty (act of 8 March 2013, art. 10).
//!
//! Whoever may ask for interest in a commercial transaction may ask for it, without a demand and
//! without showing any cost. Art. 10(1) names the interest of art. 7(1) and, where the debtor is a
//! public body, that of art. 8(1) alike: public bodies, healthcare too, owe the same three sums.
//! Consumers never do.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::fact::DebtorKind;
use crate::domain::money::Currency;
use crate::fields::FieldError;

/// Mid rates are whole numbers of these parts of a złoty.
const PARTS_PER_ZLOTY: i128 = 10_000;

/// Why there is no compensation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompensationError {
    /// A consumer never owes it.
    #[error("a consumer owes no compensation for recovery costs")]
    NotForConsumers,
    /// The thresholds are in złoty; a claim in another currency has to be valued by the caller.
    #[error("the claim has to be valued in PLN, not in {currency}")]
    NotInZloty {
        /// The currency that was given.
        currency: Currency,
    },
    /// Nothing was owed.
    #[error("the claim is not more than zero")]
    NothingOwed,
    /// The month before has no working day.
    #[error("the month before {fell_due_on} has no working day")]
    NoWorkingDay {
        /// The day on which the claim fell due.
        fell_due_on: NaiveDate,
    },
    /// The table has no mid rate for the day. The day before is no answer.
    #[error("there is no mid rate of the euro for {day}")]
    MissingMidRate {
        /// The day.
        day: NaiveDate,
    },
    /// The table says something impossible.
    #[error("the mid rates cannot be used: {} of their fields are wrong", problems.len())]
    BadMidRates {
        /// Everything that is wrong with it.
        problems: Vec<FieldError>,
    },
    /// Beyond what 64 bits hold.
    #[error("amount is too large")]
    TooLarge,
}

/// The mid rate of the euro that the NBP announced on a day (table A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MidRate {
    /// The day of the announcement.
    pub on: NaiveDate,
    /// What one euro costs, in 1/10000 PLN: 42267 is 4.2267 PLN.
    pub per_ten_thousand: i64,
}

/// Mid rates of the euro as data; in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MidRates {
    /// The rates, each day once.
    pub rates: Vec<MidRate>,
}

impl MidRates {
    /// Everything that is wrong with the table, each with its path (`rates[2].on`).
    pub fn validate(&self) -> Vec<FieldError> {
        let mut problems = Vec::new();
        for (index, rate) in self.rates.iter().enumerate() {
            if rate.per_ten_thousand <= 0 {
                let field = format!("rates[{index}].per_ten_thousand");
                problems.push(FieldError::new(field, "is not more than zero", "1/10000 PLN: 42267 is 4.2267 PLN"));
            }
            if self.rates[..index].iter().any(|before| before.on == rate.on) {
                problems.push(FieldError::new(format!("rates[{index}].on"), "is there twice", "each day once"));
            }
        }
        problems
    }

    /// Converts euro cents at the mid rate of a day into grosze, half up; also gives that rate.
    pub fn convert(&self, eur_minor: i64, day: NaiveDate) -> Result<(i64, MidRate), CompensationError> {
        let problems = self.validate();
        if !problems.is_empty() {
            return Err(CompensationError::BadMidRates { problems });
        }
        let rate = self.rates.iter().find(|rate| rate.on == day).ok_or(CompensationError::MissingMidRate { day })?;
        Ok((rate.in_zloty(eur_minor)?, rate.clone()))
    }
}

impl MidRate {
    fn in_zloty(&self, eur_minor: i64) -> Result<i64, CompensationError> {
        let parts = i128::from(eur_minor) * i128::from(self.per_ten_thousand);
        let minor = (parts + PARTS_PER_ZLOTY / 2).div_euclid(PARTS_PER_ZLOTY);
        i64::try_from(minor).map_err(|_| CompensationError::TooLarge)
    }
}

/// The lump sum in euro cents for a claim of so many grosze: 40 EUR up to and with 5 000 PLN,
/// 70 EUR above that and below 50 000 PLN, 100 EUR from 50 000 PLN on (art. 10(1)).
///
/// The value is that of the payment that was due, not what is left open of it today.
pub fn tier_eur_minor(debtor: DebtorKind, value_minor: i64, currency: Currency) -> Result<i64, CompensationError> {
    if debtor == DebtorKind::Consumer {
        return Err(CompensationError::NotForConsumers);
    }
    if currency != Currency::PLN {
        return Err(CompensationError::NotInZloty { currency });
    }
    match value_minor {
        ..=0 => Err(CompensationError::NothingOwed),
        1..=500_000 => Ok(4_000),
        500_001..=4_999_999 => Ok(7_000),
        5_000_000.. => Ok(10_000),
    }
}

/// The day whose mid rate counts: the last working day of the month before the month in which the
/// claim fell due (art. 10(1a)). `is_working_day` is the calendar of the NBP: the Polish
/// statutory one, without a creditor's own days off and whatever the debtor's country.
///
/// Whether a claim falls due on the last day for paying or on the day after is argued; around the
/// end of a month it decides on the rate, so the caller says which day it is.
pub fn mid_rate_day(fell_due_on: NaiveDate, is_working_day: impl Fn(NaiveDate) -> bool) -> Result<NaiveDate, CompensationError> {
    let last = fell_due_on.with_day(1).and_then(|first| first.pred_opt());
    let back = std::iter::successors(last, |day| day.pred_opt());
    let month = back.take_while(|day| last.is_some_and(|last| day.month() == last.month()));
    let mut found = month.filter(|day| is_working_day(*day));
    found.next().ok_or(CompensationError::NoWorkingDay { fell_due_on })
}

/// A lump sum, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compensation {
    /// The day on which the claim fell due.
    pub fell_due_on: NaiveDate,
    /// The sum in euro cents.
    pub eur_minor: i64,
    /// The mid rate at which it was converted, and its day.
    pub mid_rate: MidRate,
    /// The sum in grosze.
    pub pln_minor: i64,
}

impl Compensation {
    /// The lump sum after a correction of its invoice to so many grosze, at the same mid rate. It never rises, and it
    /// stays as it is where nothing is owed any more: then it is not asked for at all.
    ///
    /// # Errors
    /// `TooLarge` beyond 64 bits.
    pub fn corrected(&self, value_minor: i64) -> Result<Self, CompensationError> {
        match tier_eur_minor(DebtorKind::Business, value_minor, Currency::PLN) {
            Ok(eur_minor) if eur_minor < self.eur_minor => {
                Ok(Self { eur_minor, pln_minor: self.mid_rate.in_zloty(eur_minor)?, ..self.clone() })
            }
            _ => Ok(self.clone()),
        }
    }
}

/// The lump sum for one invoice of so many minor units that was paid late, in złoty.
pub fn compensation(
    debtor: DebtorKind,
    value_minor: i64,
    currency: Currency,
    fell_due_on: NaiveDate,
    is_working_day: impl Fn(NaiveDate) -> bool,
    mid_rates: &MidRates,
) -> Result<Compensation, CompensationError> {
    let eur_minor = tier_eur_minor(debtor, value_minor, currency)?;
    let (pln_minor, mid_rate) = mid_rates.convert(eur_minor, mid_rate_day(fell_due_on, is_working_day)?)?;
    Ok(Compensation { fell_due_on, eur_minor, mid_rate, pln_minor })
}
