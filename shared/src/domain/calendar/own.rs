//! Days off of the creditor's own.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Any year with a 29 February.
const LEAP_YEAR: i32 = 2024;

/// A day off of the creditor's own: once (`2026-12-31`) or every year (`12-31`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum OwnDay {
    /// This day only.
    Once(NaiveDate),
    /// This day of every year that has it: 29 February in leap years only.
    Yearly {
        /// 1 to 12.
        month: u32,
        /// 1 to the last of the month.
        day: u32,
    },
}

/// Why a text names no day off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnDayError {
    /// Not written as a day.
    #[error("a day off is written 2026-12-31, or 12-31 for every year")]
    Form,
    /// A thirteenth month.
    #[error("there is no month {0:02}: months run from 01 to 12")]
    Month(u32),
    /// A day that the month does not have.
    #[error("there is no {month}-{day:02}: that month runs from {month}-01 to {month}-{last}")]
    Day {
        /// The month as written, with the year if there is one.
        month: String,
        /// The day asked for.
        day: u32,
        /// The last day that the month has.
        last: u8,
    },
}

impl OwnDay {
    /// Parses `2026-12-31` or `12-31`, and refuses a day that never comes.
    pub fn parse(text: &str) -> Result<Self, OwnDayError> {
        let (rest, day) = text.rsplit_once('-').ok_or(OwnDayError::Form)?;
        let (year, month) = match rest.split_once('-') {
            Some((year, month)) => (Some(number(year, 4)?), month),
            None => (None, rest),
        };
        let (month, day) = (number(month, 2)?, number(day, 2)?);
        let first = NaiveDate::from_ymd_opt(year.unwrap_or(LEAP_YEAR), month, 1).ok_or(OwnDayError::Month(month))?;
        match (first.with_day(day), year) {
            (Some(date), Some(_)) => Ok(Self::Once(date)),
            (Some(_), None) => Ok(Self::Yearly { month, day }),
            (None, _) => Err(OwnDayError::Day { month: rest.to_owned(), day, last: first.num_days_in_month() }),
        }
    }

    pub(super) fn falls_on(self, date: NaiveDate) -> bool {
        match self {
            Self::Once(once) => once == date,
            Self::Yearly { month, day } => (month, day) == (date.month(), date.day()),
        }
    }
}

/// Exactly so many digits.
fn number<N: FromStr>(text: &str, digits: usize) -> Result<N, OwnDayError> {
    let well_formed = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| well_formed).ok_or(OwnDayError::Form)
}

impl fmt::Display for OwnDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(date) => write!(f, "{date}"),
            Self::Yearly { month, day } => write!(f, "{month:02}-{day:02}"),
        }
    }
}

impl TryFrom<String> for OwnDay {
    type Error = OwnDayError;
    fn try_from(text: String) -> Result<Self, OwnDayError> {
        Self::parse(&text)
    }
}

impl From<OwnDay> for String {
    fn from(day: OwnDay) -> String {
        day.to_string()
    }
}
