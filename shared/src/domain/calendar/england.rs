//! England and Wales: bank holidays by the Banking and Financial Dealings Act 1971, Schedule 1,
//! and by the yearly proclamations under its s. 1; Good Friday and Christmas Day by common law.
//!
//! What falls on a weekend is moved to the next free weekday. Days proclaimed for one year only
//! are left out: there is none for 2024 to 2028.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{days_after_easter, is_weekend};

pub(super) fn is_day_off(day: NaiveDate) -> bool {
    let weekday = day.weekday();
    let dated = match (day.month(), day.day()) {
        (1, 1) | (12, 25 | 26) => !is_weekend(day),
        // For a New Year's Day on a Sunday or Saturday.
        (1, 2 | 3) => weekday == Weekday::Mon,
        // For Christmas Day, Boxing Day or both.
        (12, 27 | 28) => matches!(weekday, Weekday::Mon | Weekday::Tue),
        // The first Monday of May, the last of May and of August.
        (5, 1..=7 | 25..) | (8, 25..) => weekday == Weekday::Mon,
        _ => false,
    };
    // Good Friday and Easter Monday.
    dated || matches!(days_after_easter(day), Some(-2 | 1))
}
