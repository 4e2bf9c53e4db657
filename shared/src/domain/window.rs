//! When a channel may write: local hours on working days, as instants.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;

/// Local hours, from (inclusive) until (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First local time at which a message may go.
    pub from: NaiveTime,
    /// Local time from which none may go any more.
    pub until: NaiveTime,
}

impl Window {
    /// The instants between which a message may go on a local day.
    pub fn on(&self, day: NaiveDate, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        (instant(day, self.from, zone), instant(day, self.until, zone))
    }

    /// Whether a message may go at `now`.
    pub fn is_open(&self, now: DateTime<Utc>, zone: Tz, calendar: Calendar<'_>) -> bool {
        let day = now.with_timezone(&zone).date_naive();
        let (opens, closes) = self.on(day, zone);
        calendar.is_working_day(day) && opens <= now && now < closes
    }

    /// `now` if the window is open, else the instant at which it opens next.
    pub fn next_open(&self, now: DateTime<Utc>, zone: Tz, calendar: Calendar<'_>) -> DateTime<Utc> {
        if self.is_open(now, zone, calendar) {
            return now;
        }
        let today = now.with_timezone(&zone).date_naive();
        let first = if now < self.on(today, zone).0 { today } else { today + Days::new(1) };
        self.on(calendar.roll_forward(first), zone).0
    }
}

/// The instant of a local time. In a spring gap it is the first instant after the gap; in an
/// autumn overlap the earlier one.
pub fn instant(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let mut local = day.and_time(time);
    loop {
        if let Some(found) = zone.from_local_datetime(&local).earliest() {
            return found.with_timezone(&Utc);
        }
        local += chrono::Duration::minutes(15);
    }
}

/// The local day at an instant.
pub fn local_day(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Warsaw;

    use super::*;
    use crate::domain::calendar::Country;

    fn window() -> Window {
        Window { from: "09:00:00".parse().unwrap(), until: "18:00:00".parse().unwrap() }
    }

    #[test]
    fn friday_evening_waits_until_monday_morning() {
        let friday: DateTime<Utc> = "2026-11-20T18:30:00Z".parse().unwrap();
        let opens = window().next_open(friday, Warsaw, Calendar::of(Country::Pl));
        assert_eq!(opens, "2026-11-23T08:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn every_hour_of_two_years_opens_in_daylight_on_a_working_day() {
        let mut now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        while now < "2028-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() {
            let opens = window().next_open(now, Warsaw, Calendar::of(Country::Pl));
            assert!(opens >= now && window().is_open(opens, Warsaw, Calendar::of(Country::Pl)), "{now}");
            now += chrono::Duration::hours(1);
        }
    }

    #[test]
    fn the_spring_gap_has_an_instant() {
        let day = "2027-03-28".parse().unwrap();
        let found = instant(day, "02:30:00".parse().unwrap(), Warsaw);
        assert_eq!(found, "2027-03-28T01:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
