//! Working days. Poland only so far; the calendar is chosen by the creditor's country.
//!
//! Days off: act of 18 January 1951 on days off, as amended; 24 December since 2025.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// Whose days off count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Calendar {
    /// Poland.
    #[default]
    Pl,
}

impl Calendar {
    /// Whether people work on this day: no Saturday, Sunday or statutory day off.
    pub fn is_working_day(self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.is_day_off(day)
    }

    /// Whether the law makes this day a day off, Sundays aside.
    pub fn is_day_off(self, day: NaiveDate) -> bool {
        match self {
            Calendar::Pl => is_polish_day_off(day),
        }
    }

    /// The day itself if it is a working day, else the next one.
    ///
    /// This is how a term that ends on a day off is shifted (art. 115 of the Polish Civil Code).
    pub fn roll_forward(self, day: NaiveDate) -> NaiveDate {
        let mut rolled = day;
        while !self.is_working_day(rolled) {
            rolled = rolled + Days::new(1);
        }
        rolled
    }
}

fn is_polish_day_off(day: NaiveDate) -> bool {
    let fixed = matches!((day.month(), day.day()), (1, 1) | (1, 6) | (5, 1) | (5, 3) | (8, 15) | (11, 1) | (11, 11) | (12, 25) | (12, 26));
    let christmas_eve = day.year() >= 2025 && (day.month(), day.day()) == (12, 24);
    let after_easter = easter(day.year()).map(|sunday| (day - sunday).num_days());
    // Easter Sunday and Monday, Pentecost Sunday, Corpus Christi.
    fixed || christmas_eve || matches!(after_easter, Some(0 | 1 | 49 | 60))
}

fn easter(year: i32) -> Option<NaiveDate> {
    let found = computus::gregorian(year).ok()?;
    NaiveDate::from_ymd_opt(found.year, found.month, found.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn moveable_feasts_fall_where_the_almanac_has_them() {
        for off in ["2026-04-06", "2026-06-04", "2027-03-29", "2027-05-27", "2028-04-17", "2028-06-15"] {
            assert!(Calendar::Pl.is_day_off(day(off)), "{off}");
        }
    }

    #[test]
    fn christmas_eve_is_free_since_2025() {
        assert!(Calendar::Pl.is_working_day(day("2024-12-24")));
        assert!(!Calendar::Pl.is_working_day(day("2025-12-24")));
    }

    #[test]
    fn a_saturday_term_ends_on_monday() {
        assert_eq!(Calendar::Pl.roll_forward(day("2026-11-21")), day("2026-11-23"));
        // Good Friday is a working day; the Monday after Easter is not.
        assert_eq!(Calendar::Pl.roll_forward(day("2026-04-04")), day("2026-04-07"));
    }

    #[test]
    fn on_every_day_of_twelve_years_rolling_is_short_and_lands_on_a_working_day() {
        let mut today = day("2024-01-01");
        while today <= day("2035-12-31") {
            let rolled = Calendar::Pl.roll_forward(today);
            assert!(Calendar::Pl.is_working_day(rolled));
            assert!((rolled - today).num_days() <= 5, "{today}");
            assert_eq!(Calendar::Pl.roll_forward(rolled), rolled);
            today = today + Days::new(1);
        }
    }

    #[test]
    fn each_year_has_its_days_off() {
        for year in 2024..=2035 {
            let off = (0..366)
                .filter_map(|n| day(&format!("{year}-01-01")).checked_add_days(Days::new(n)))
                .filter(|d| d.year() == year && Calendar::Pl.is_day_off(*d))
                .count();
            // Fourteen feasts since 2025; two of them are the Sundays of Easter and Pentecost.
            let expected = if year == 2024 { 13 } else { 14 };
            assert_eq!(off, expected, "{year}");
        }
    }
}
