//! When a channel may write: local hours on working days, as instants.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;

/// No zone was ever further from Greenwich.
const FURTHEST_OFFSET: TimeDelta = TimeDelta::hours(16);

/// How many working days are looked at for hours: more than clock changes can take in a row.
const DAYS_TRIED: usize = 5;

/// Local hours, from (inclusive) until (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First local time at which a message may go.
    pub from: NaiveTime,
    /// Local time from which none may go any more.
    pub until: NaiveTime,
}

impl Window {
    /// Whether it lies outside the hours of the night's rest, which end at 6:00 and begin at 22:00.
    pub fn is_by_day(&self) -> bool {
        self.from.hour() >= 6 && self.until.num_seconds_from_midnight() <= 22 * 3600
    }

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
        let today = local_day(now, zone);
        let mut day = today;
        // Today's may be over, and a clock change may swallow the hours of a day, or the day itself.
        for _ in 0..DAYS_TRIED {
            day = calendar.roll_forward(day);
            let (opens, closes) = self.on(day, zone);
            if opens < closes && now < closes {
                return now.max(opens);
            }
            day = day + Days::new(1);
        }
        self.on(calendar.roll_forward(today + Days::new(1)), zone).0
    }
}

/// The instant of a local time. In a spring gap it is the first instant after the gap; in an
/// autumn overlap the earlier one.
pub fn instant(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(time);
    match zone.from_local_datetime(&local).earliest() {
        Some(found) => found.with_timezone(&Utc),
        None => after_gap(local, zone),
    }
}

/// The first instant at which the clocks of a zone are past a local time that they skip.
fn after_gap(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let (mut before, mut after) = (local.and_utc() - FURTHEST_OFFSET, local.and_utc() + FURTHEST_OFFSET);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if middle.with_timezone(&zone).naive_local() < local {
            before = middle;
        } else {
            after = middle;
        }
    }
    // Clocks change on whole seconds; the time asked for may lie between two.
    after.with_nanosecond(0).unwrap_or(after)
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
