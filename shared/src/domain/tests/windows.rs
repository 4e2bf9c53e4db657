//! Hours to write in: every day of twelve years in seven zones under four calendars, and each clock
//! change, against a plain search; the ladders of the shipped policies over the same days.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::StepTaken;
use crate::domain::calendar::{Calendar, Country, OwnDay};
use crate::domain::climb::{self, Climber, Said};
use crate::domain::fact::DebtorKind;
use crate::domain::handle::Command;
use crate::domain::policy::{Channel, Shipped};
use crate::domain::window::{Window, instant};

const COUNTRIES: [Country; 4] = [Country::Pl, Country::De, Country::Cz, Country::Gb];
const ZONES: [&str; 7] =
    ["Europe/Warsaw", "Europe/London", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata"];
const OWN: &[OwnDay] = &[OwnDay::Yearly { month: 12, day: 31 }, OwnDay::Yearly { month: 2, day: 29 }];

fn zone(name: &str) -> Tz {
    name.parse().unwrap()
}

fn window(from: &str, until: &str) -> Window {
    let time = |text: &str| -> NaiveTime { text.parse().unwrap() };
    Window { from: time(from), until: time(until) }
}

fn twelve_years() -> impl Iterator<Item = NaiveDate> {
    day("2024-01-01").iter_days().take_while(|on| *on <= day("2035-12-31"))
}

fn midnight(on: NaiveDate) -> DateTime<Utc> {
    on.and_time(NaiveTime::MIN).and_utc()
}

/// Days on which the clocks of a zone change, by the offsets of noon.
fn changes(zone: Tz) -> Vec<NaiveDate> {
    let offset = |on: NaiveDate| {
        let noon = on.and_hms_opt(12, 0, 0).unwrap();
        noon - zone.from_local_datetime(&noon).unwrap().naive_utc()
    };
    twelve_years().filter(|on| offset(*on) != offset(*on - Days::new(1))).collect()
}

/// The working days of a calendar in and around the twelve years.
fn working(calendar: Calendar<'_>) -> HashSet<NaiveDate> {
    day("2023-12-01").iter_days().take(4_500).filter(|on| calendar.is_working_day(*on)).collect()
}

/// Half an hour after half an hour until the clock on the wall says that one may write.
fn searched(now: DateTime<Utc>, zone: Tz, window: Window, working: &HashSet<NaiveDate>) -> DateTime<Utc> {
    let mut at = now;
    loop {
        let local = at.with_timezone(&zone).naive_local();
        if working.contains(&local.date()) && window.from <= local.time() && local.time() < window.until {
            return at;
        }
        let half_hour = 30 * 60;
        // A day off is left at a stride that cannot miss the next morning.
        let stride = if working.contains(&local.date()) || working.contains(&(local.date() + Days::new(1))) { 1 } else { 40 };
        at = DateTime::from_timestamp((at.timestamp() / half_hour + stride) * half_hour, 0).unwrap();
    }
}

fn is_next(now: DateTime<Utc>, zone: Tz, window: Window, calendar: Calendar<'_>, working: &HashSet<NaiveDate>) {
    let opens = window.next_open(now, zone, calendar);
    assert_eq!(opens, searched(now, zone, window, working), "{now} {zone} {window:?} {:?}", calendar.country);
    assert!(opens >= now && window.is_open(opens, zone, calendar), "{now} {zone} {window:?} {:?}", calendar.country);
    assert_eq!(window.is_open(now, zone, calendar), opens == now, "{now} {zone} {window:?} {:?}", calendar.country);
}

#[test]
fn on_every_day_of_twelve_years_the_next_hour_to_write_is_the_first_one() {
    let settings = World::new().settings;
    let windows = [Channel::Email, Channel::Sms].map(|channel| settings.window(channel));
    for country in COUNTRIES {
        let calendar = Calendar { country, own: OWN };
        let working = working(calendar);
        for (place, zone) in ZONES.map(zone).into_iter().enumerate() {
            for (count, on) in twelve_years().enumerate() {
                let window = windows[count % 2];
                // Another hour each day: all half hours come within 48 days.
                let now = midnight(on) + TimeDelta::minutes(30 * ((count * 7 + place) % 48) as i64);
                is_next(now, zone, window, calendar, &working);
                if working.contains(&on) && count % 3 == place % 3 {
                    let (opens, closes) = window.on(on, zone);
                    let second = TimeDelta::seconds(1);
                    let open = [opens - second, opens, closes - second, closes].map(|at| window.is_open(at, zone, calendar));
                    assert_eq!(open, [false, true, true, false], "{on} {zone} {country:?}");
                }
            }
        }
    }
}

#[test]
fn around_every_clock_change_each_quarter_of_an_hour_leads_to_the_first_hour_to_write() {
    let settings = World::new().settings;
    let calendars = COUNTRIES.map(|country| Calendar { country, own: OWN });
    let working = calendars.map(working);
    for zone in ZONES.map(zone) {
        for (count, change) in changes(zone).into_iter().enumerate() {
            for quarter in 0..3 * 96 {
                let now = midnight(change - Days::new(1)) + TimeDelta::minutes(15 * quarter);
                let channel = if quarter % 2 == 0 { Channel::Email } else { Channel::Sms };
                is_next(now, zone, settings.window(channel), calendars[count % 4], &working[count % 4]);
            }
        }
    }
}

#[test]
fn on_every_clock_change_each_quarter_on_the_wall_is_its_first_minute() {
    for zone in ZONES.map(zone).into_iter().chain([zone("Africa/Cairo"), zone("America/Santiago")]) {
        for change in changes(zone) {
            let start = midnight(change) - TimeDelta::hours(15);
            let minutes: Vec<_> = (0..46 * 60).map(|minute| start + TimeDelta::minutes(minute)).collect();
            let walls: Vec<_> = minutes.iter().map(|at| at.with_timezone(&zone).naive_local()).collect();
            for quarter in 0..96 {
                let time = NaiveTime::from_hms_opt(quarter / 4, quarter % 4 * 15 + 5, 0).unwrap();
                let first = walls.iter().position(|wall| *wall >= change.and_time(time)).unwrap();
                assert_eq!(instant(change, time, zone), minutes[first], "{change} {time} {zone}");
            }
        }
    }
}

#[test]
fn a_time_that_does_not_exist_is_the_first_instant_after_the_gap() {
    for (name, on, time, expected) in [
        ("Europe/Warsaw", "2027-03-28", "02:00:00", "2027-03-28T01:00:00Z"),
        ("Europe/Warsaw", "2027-03-28", "02:20:00", "2027-03-28T01:00:00Z"),
        ("Europe/Warsaw", "2027-03-28", "02:59:59.5", "2027-03-28T01:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", "02:10:00", "2026-10-03T15:30:00Z"),
        ("America/Sao_Paulo", "2018-11-04", "00:20:00", "2018-11-04T03:00:00Z"),
        ("Africa/Cairo", "2026-04-24", "00:20:00", "2026-04-23T22:00:00Z"),
        ("America/Santiago", "2026-09-06", "00:50:00", "2026-09-06T04:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "00:00:00", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "23:59:00", "2011-12-30T10:00:00Z"),
        // The first of the two.
        ("Australia/Lord_Howe", "2026-04-05", "01:45:00", "2026-04-04T14:45:00Z"),
        ("Europe/Warsaw", "2026-10-25", "02:20:00", "2026-10-25T00:20:00Z"),
    ] {
        let found = instant(day(on), time.parse().unwrap(), zone(name));
        assert_eq!(found, expected.parse::<DateTime<Utc>>().unwrap(), "{name} {on} {time}");
    }
}

#[test]
fn hours_that_a_clock_change_swallows_open_on_the_next_working_day() {
    let calendar = Calendar::of(Country::Pl);
    // Apia had no Friday, 30 December 2011; in Cairo a Friday begins at one.
    for (name, hours, now, expected) in [
        ("Pacific/Apia", window("08:00:00", "20:00:00"), "2011-12-30T09:00:00Z", "2012-01-01T18:00:00Z"),
        ("Africa/Cairo", window("00:10:00", "00:50:00"), "2026-04-23T12:00:00Z", "2026-04-26T21:10:00Z"),
        ("Africa/Cairo", window("00:10:00", "05:00:00"), "2026-04-23T12:00:00Z", "2026-04-23T22:00:00Z"),
    ] {
        let opens = hours.next_open(now.parse().unwrap(), zone(name), calendar);
        assert_eq!(opens, expected.parse::<DateTime<Utc>>().unwrap(), "{name} {hours:?}");
        assert!(hours.is_open(opens, zone(name), calendar), "{name} {hours:?}");
    }
}

#[test]
fn whatever_the_due_day_each_shipped_ladder_keeps_order_gap_and_working_days_in_each_country() {
    for shipped in Shipped::ALL {
        let mut world = given([]);
        world.settings = world.settings.with_policy(shipped.policy());
        world.apply(&Command::Invoice(Box::new(invoice("A", 100_000, day("2026-02-02")))));
        let mut settings = world.settings.clone();
        for country in COUNTRIES {
            settings.calendar = country;
            let calendar = Calendar::of(country);
            for due_on in twelve_years() {
                let mut case = world.account.cases[0].clone();
                (case.issued_on, case.due_on) = (due_on - Days::new(14), due_on);
                let (mut from, mut said, mut last) = (due_on - Days::new(10), None, None);
                loop {
                    let climber = Climber { case: &case, net_minor: 100_000, kind: DebtorKind::Business, segment: None };
                    let Some(next) = climb::next(climber, &settings, &Said::on(said), from) else { break };
                    let told = || format!("{} {country:?} {due_on}: {} on {}", shipped.name(), next.rung.id(), next.earliest);
                    assert!(calendar.is_working_day(next.earliest) && calendar.is_working_day(next.planned), "{}", told());
                    assert!(next.earliest >= next.planned, "{}", told());
                    assert!(last.is_none_or(|(rank, _)| rank < next.rank), "{}", told());
                    let gap = Days::new(u64::from(settings.policy.least_gap_days));
                    assert!(last.is_none_or(|(_, on): (usize, NaiveDate)| on + gap <= next.earliest), "{}", told());
                    last = Some((next.rank, next.earliest));
                    said = if next.rung.step.is_task() { said } else { Some(next.earliest) };
                    from = next.earliest;
                    case.taken.push(StepTaken { step: next.rung.id().into_owned(), on: from, channel: next.rung.step.channels[0] });
                }
                let rungs = settings.policy.rungs().count();
                assert_eq!(last.map(|(rank, _)| rank + 1), Some(rungs), "{} {country:?} {due_on}", shipped.name());
            }
        }
    }
}
