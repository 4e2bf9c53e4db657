//! Czechia: act 245/2000 Sb. on state and other holidays, §§ 1 and 2; Good Friday since 2016.

use chrono::{Datelike, NaiveDate};

use super::days_after_easter;

pub(super) fn is_day_off(day: NaiveDate) -> bool {
    let fixed = matches!(
        (day.month(), day.day()),
        (1, 1) | (5, 1) | (5, 8) | (7, 5) | (7, 6) | (9, 28) | (10, 28) | (11, 17) | (12, 24) | (12, 25) | (12, 26)
    );
    match days_after_easter(day) {
        // Good Friday.
        Some(-2) => day.year() >= 2016,
        // Easter Monday.
        Some(1) => true,
        _ => fixed,
    }
}
