//! Working days: those of a country, less the days off of the creditor's own.

mod czechia;
mod england;
mod germany;
mod own;
mod poland;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

pub use own::{OwnDay, OwnDayError};

/// How far a day is rolled at most. No statute frees so many days in a row, but a creditor may.
const FURTHEST_ROLL: usize = 60;

/// One day forward or back; `None` at the end of time.
type Step = fn(&NaiveDate) -> Option<NaiveDate>;

/// Whose days off count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Country {
    /// Poland.
    #[default]
    Pl,
    /// Germany: the days off of every state.
    De,
    /// Czechia.
    Cz,
    /// England and Wales; Scotland and Northern Ireland differ.
    Gb,
}

impl Country {
    fn has_day_off(self, day: NaiveDate) -> bool {
        match self {
            Country::Pl => poland::is_day_off(day),
            Country::De => germany::is_day_off(day),
            Country::Cz => czechia::is_day_off(day),
            Country::Gb => england::is_day_off(day),
        }
    }
}

/// A country's working days, less the creditor's own days off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar<'a> {
    /// Whose statutory days off count.
    pub country: Country,
    /// The creditor's own days off.
    pub own: &'a [OwnDay],
}

/// Why a day is no working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OffDay {
    /// A Saturday or a Sunday.
    Weekend,
    /// A statutory day off.
    Holiday,
    /// A day off of the creditor's own.
    Own,
}

impl Calendar<'static> {
    /// The country's calendar alone, without days off of the creditor's own.
    pub const fn of(country: Country) -> Self {
        Self { country, own: &[] }
    }
}

impl Calendar<'_> {
    /// Whether people work on this day: no Saturday, Sunday, statutory day off or own one.
    pub fn is_working_day(self, day: NaiveDate) -> bool {
        !is_weekend(day) && !self.is_day_off(day)
    }

    /// Why people do not work on this day; `None` on a working day.
    pub fn off_day(self, day: NaiveDate) -> Option<OffDay> {
        match self.is_working_day(day) {
            true => None,
            false if self.country.has_day_off(day) => Some(OffDay::Holiday),
            false if is_weekend(day) => Some(OffDay::Weekend),
            false => Some(OffDay::Own),
        }
    }

    /// Whether the law or the creditor makes this day a day off, Sundays aside.
    pub fn is_day_off(self, day: NaiveDate) -> bool {
        self.country.has_day_off(day) || self.own.iter().any(|own| own.falls_on(day))
    }

    /// The day itself if it is a working day, else the next one.
    ///
    /// Own days off can leave no working day at all: after 60 days the search ends, and the day
    /// reached is the answer, working or not.
    pub fn roll_forward(self, day: NaiveDate) -> NaiveDate {
        self.roll(day, NaiveDate::succ_opt)
    }

    /// The day itself if it is a working day, else the last one before. The search ends after
    /// 60 days, as in [`Self::roll_forward`].
    pub fn roll_back(self, day: NaiveDate) -> NaiveDate {
        self.roll(day, NaiveDate::pred_opt)
    }

    /// So many working days later, or earlier if `days` is negative.
    ///
    /// 0 is the day itself, working or not; 1 is the first working day after it, -1 the last one
    /// before it. Each of these steps is rolled, so a stretch of more than 60 days off counts as
    /// working after the 60th.
    pub fn add_working_days(self, day: NaiveDate, days: i32) -> NaiveDate {
        let step: Step = if days < 0 { NaiveDate::pred_opt } else { NaiveDate::succ_opt };
        let mut reached = day;
        for _ in 0..days.unsigned_abs() {
            let Some(next) = step(&reached) else { break };
            reached = self.roll(next, step);
        }
        reached
    }

    /// The day on which a term ends that was to end on `day`: the day itself or, from a Saturday,
    /// a Sunday or a statutory day off, the next day that is none of these.
    ///
    /// Art. 115 of the Polish Civil Code; § 193 of the German and § 607 of the Czech one agree.
    /// England shifts a payment from bank holidays only (Banking and Financial Dealings Act 1971,
    /// s. 1): there, Saturdays and Sundays are a grace. Own days off shift no legal term.
    pub fn shift_term(self, day: NaiveDate) -> NaiveDate {
        Calendar::of(self.country).roll_forward(day)
    }

    fn roll(self, day: NaiveDate, step: Step) -> NaiveDate {
        let mut rolled = day;
        for _ in 0..FURTHEST_ROLL {
            if self.is_working_day(rolled) {
                break;
            }
            let Some(next) = step(&rolled) else { break };
            rolled = next;
        }
        rolled
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Days since Easter Sunday of the same year, negative before it; `None` where no Easter is known
/// (before 1583 and after 9999).
fn days_after_easter(day: NaiveDate) -> Option<i64> {
    let easter = computus::gregorian(day.year()).ok()?;
    let sunday = NaiveDate::from_ymd_opt(easter.year, easter.month, easter.day)?;
    Some((day - sunday).num_days())
}
