//! The observer's own calendar of Poland: a fixed list, and Easter by the Gauss algorithm.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

/// Easter Sunday (the anonymous Gregorian algorithm).
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    let (month, day) = (sum / 31, sum % 31 + 1);
    NaiveDate::from_ymd_opt(year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1)).unwrap_or_default()
}

/// Whether people work in Poland on a day.
pub fn works(day: NaiveDate) -> bool {
    const FIXED: [(u32, u32); 10] = [(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26)];
    let sunday = easter(day.year());
    let moveable = [1, 60].map(|days| sunday + Days::new(days));
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !FIXED.contains(&(day.month(), day.day())) && !moveable.contains(&day)
}

/// The day, or the next one on which people work.
pub fn forward(day: NaiveDate) -> NaiveDate {
    day.iter_days().find(|day| works(*day)).unwrap_or(day)
}

/// So many working days later; earlier if negative.
pub fn working_days(day: NaiveDate, days: i64) -> NaiveDate {
    let mut left = days.unsigned_abs();
    let mut reached = day;
    while left > 0 {
        reached = if days < 0 { reached - Days::new(1) } else { reached + Days::new(1) };
        left -= u64::from(works(reached));
    }
    reached
}

/// The local day and time.
pub fn local(at: DateTime<Utc>, zone: Tz) -> (NaiveDate, NaiveTime) {
    let local = at.with_timezone(&zone);
    (local.date_naive(), local.time())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_the_reference_are_off() {
        for day in ["2026-04-06", "2026-06-04", "2027-03-29", "2027-05-27", "2028-04-17", "2028-06-15", "2026-12-24", "2027-08-15"] {
            assert!(!works(day.parse().unwrap()), "{day}");
        }
        assert!(works("2027-05-28".parse().unwrap()));
        assert_eq!(working_days("2026-12-23".parse().unwrap(), 1), "2026-12-28".parse().unwrap());
    }
}
