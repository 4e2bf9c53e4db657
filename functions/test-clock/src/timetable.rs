//! When a schedule fires next. Pure; it knows the three forms that this project makes.

use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;
use upominek::domain::window::instant;

/// A schedule as it stands in the scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// When it fires.
    pub when: When,
    /// The function that it wakes.
    pub target: String,
    /// What it hands on.
    pub input: String,
}

/// The forms of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// `at(2026-11-23T07:00:00)` in UTC, once.
    At(DateTime<Utc>),
    /// `cron(M H * * ? *)` in a zone: once a day.
    Daily(NaiveTime, Tz),
    /// `rate(15 minutes)`.
    Rate15Minutes,
}

impl When {
    /// Reads an expression; `None` for a form that this project does not make.
    pub fn parse(expression: &str, zone: Option<&str>) -> Option<Self> {
        if expression == "rate(15 minutes)" {
            return Some(Self::Rate15Minutes);
        }
        let inner = |prefix: &str| expression.strip_prefix(prefix)?.strip_suffix(')').map(str::to_owned);
        if let Some(at) = inner("at(") {
            let local: NaiveDateTime = at.parse().ok()?;
            return Some(Self::At(local.and_utc()));
        }
        let fields = inner("cron(")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let [minute, hour, "*", "*", "?", "*"] = fields.as_slice() else { return None };
        let time = NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)?;
        Some(Self::Daily(time, zone.unwrap_or("UTC").parse().ok()?))
    }
}

/// The instant, after `now`, at which a schedule fires next; a one-off whose time has passed fires
/// at once.
///
/// A sweep that would find nothing changes nothing, so of 96 a day only those fire that find work
/// (`work_at`), and one every six hours, which supervises the nights.
pub fn next_fire(planned: &Planned, now: DateTime<Utc>, work_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match planned.when {
        When::At(at) => Some(at.max(now)),
        When::Daily(time, zone) => {
            let today = now.with_timezone(&zone).date_naive();
            let days = [today, today + Days::new(1)];
            days.into_iter().map(|day| instant(day, time, zone)).find(|at| *at > now)
        }
        When::Rate15Minutes => {
            let supervision = following(now, 6 * 60);
            let work = work_at.map(|at| following(at.max(now), 15));
            Some(work.map_or(supervision, |at| at.min(supervision)))
        }
    }
}

/// The first instant after `now` whose minute of the day is a multiple of `minutes`.
fn following(now: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
    let of_day = now.num_seconds_from_midnight() / 60;
    let next = (of_day / minutes + 1) * minutes;
    let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    midnight + chrono::Duration::minutes(i64::from(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn planned(expression: &str, zone: Option<&str>) -> Planned {
        let when = When::parse(expression, zone).unwrap();
        Planned { name: "x".into(), when, target: String::new(), input: String::new() }
    }

    #[test]
    fn a_night_falls_once_a_day_in_its_zone() {
        let night = planned("cron(0 4 * * ? *)", Some("Europe/Warsaw"));
        assert_eq!(next_fire(&night, at("2027-03-27T02:00:00Z"), None), Some(at("2027-03-27T03:00:00Z")));
        // The clocks go forward on the 28th.
        assert_eq!(next_fire(&night, at("2027-03-27T03:00:00Z"), None), Some(at("2027-03-28T02:00:00Z")));
    }

    #[test]
    fn a_one_off_that_was_missed_fires_at_once() {
        let once = planned("at(2027-01-01T08:00:00)", Some("UTC"));
        assert_eq!(next_fire(&once, at("2027-01-01T07:00:00Z"), None), Some(at("2027-01-01T08:00:00Z")));
        assert_eq!(next_fire(&once, at("2027-01-02T07:00:00Z"), None), Some(at("2027-01-02T07:00:00Z")));
    }

    #[test]
    fn an_idle_sweep_fires_four_times_a_day_and_when_there_is_work() {
        let sweep = planned("rate(15 minutes)", None);
        assert_eq!(next_fire(&sweep, at("2027-01-01T06:00:00Z"), None), Some(at("2027-01-01T12:00:00Z")));
        let work = Some(at("2027-01-01T06:20:00Z"));
        assert_eq!(next_fire(&sweep, at("2027-01-01T06:00:00Z"), work), Some(at("2027-01-01T06:30:00Z")));
    }

    #[test]
    fn other_forms_are_not_guessed() {
        for other in ["rate(1 hour)", "cron(0 4 ? * MON *)", "at(soon)"] {
            assert_eq!(When::parse(other, None), None);
        }
    }
}
