//! Poland: act of 18 January 1951 on days off, as amended; 24 December since 2025.

use chrono::{Datelike, NaiveDate};

use super::days_after_easter;

pub(super) fn is_day_off(day: NaiveDate) -> bool {
    let fixed = matches!((day.month(), day.day()), (1, 1) | (1, 6) | (5, 1) | (5, 3) | (8, 15) | (11, 1) | (11, 11) | (12, 25) | (12, 26));
    let christmas_eve = day.year() >= 2025 && (day.month(), day.day()) == (12, 24);
    // Easter Sunday and Monday, Pentecost Sunday, Corpus Christi.
    fixed || christmas_eve || matches!(days_after_easter(day), Some(0 | 1 | 49 | 60))
}
