//! Germany: the nine days off that every state's act has; 3 October by art. 2 of the Unification
//! Treaty. What a state has beyond them is for the creditor's own days off.

use chrono::{Datelike, NaiveDate};

use super::days_after_easter;

pub(super) fn is_day_off(day: NaiveDate) -> bool {
    let fixed = matches!((day.month(), day.day()), (1, 1) | (5, 1) | (10, 3) | (12, 25) | (12, 26));
    // Good Friday, Easter Monday, Ascension, Whit Monday.
    fixed || matches!(days_after_easter(day), Some(-2 | 1 | 39 | 50))
}
