//! Dates: every day of twelve years as a due date, days off, the two clock changes (trap 8).

use chrono::{Datelike, Days, NaiveDate, Timelike};
use chrono_tz::{America::New_York, Europe::Warsaw, Pacific::Auckland};

use super::sentences::*;
use super::world::{World, day};
use crate::domain::calendar::{Calendar, Country};
use crate::domain::climb::{self, Climber, Said};
use crate::domain::fact::DebtorKind;
use crate::domain::policy::{Dates, Policy};
use crate::domain::window::instant;

fn every_day(from: &str, until: &str) -> impl Iterator<Item = NaiveDate> {
    let until = day(until);
    day(from).iter_days().take_while(move |on| *on <= until)
}

#[test]
fn whatever_the_due_day_steps_are_planned_on_working_days_in_order() {
    let policy = Policy::default();
    for due_on in every_day("2024-01-01", "2035-12-31") {
        let calendar = Calendar::of(Country::Pl);
        let due = calendar.roll_forward(due_on);
        let dates = Dates { issued: due_on, due };
        let planned: Vec<_> = policy.rungs().map(|rung| calendar.roll_forward(rung.meant_on(dates, due, calendar))).collect();
        assert!(planned.iter().all(|on| Calendar::of(Country::Pl).is_working_day(*on)), "{due_on}: {planned:?}");
        assert!(planned.is_sorted(), "{due_on}: {planned:?}");
        assert!(planned[2] > due, "{due_on}: nothing is called overdue before the shifted day has passed");
    }
}

/// Follows the ladder without an account: the pure rule, over all due days.
#[test]
fn whatever_the_due_day_the_ladder_keeps_order_gaps_and_working_days() {
    let world = World::new();
    for due_on in every_day("2024-01-01", "2035-12-31") {
        let due = Calendar::of(Country::Pl).roll_forward(due_on);
        let mut world = World { account: world.account.clone(), ..given([invoice("A", 100, due_on)]) };
        let mut case = given([invoice("A", 100, due_on)]).account.cases.remove(0);
        let (mut from, mut said, mut ranks) = (due_on - Days::new(10), None, Vec::new());
        world.settings.policy = Policy::default();
        loop {
            let climber = Climber { case: &case, net_minor: 100, kind: DebtorKind::Business, segment: None };
            let Some(next) = climb::next(climber, &world.settings, &Said::on(said), from) else { break };
            let (step, on) = (next.rung.step, next.earliest);
            assert!(Calendar::of(Country::Pl).is_working_day(on), "{due_on}: {} on {on}", step.id);
            assert!(case.taken.iter().all(|taken| taken.on + Days::new(2) <= on), "{due_on}: {} on {on}", step.id);
            assert!(step.anchor.days >= 0 || on < due, "{due_on}: {} on {on}", step.id);
            assert!(step.anchor.days != 0 || on == due, "{due_on}: {} on {on}", step.id);
            assert!(step.anchor.days <= 0 || on > due, "{due_on}: {} on {on}", step.id);
            ranks.extend(world.settings.policy.rank(&step.id));
            let taken = crate::domain::account::StepTaken { step: step.id.clone(), on, channel: step.channels[0] };
            said = if step.is_task() { said } else { Some(on) };
            case.taken.push(taken);
            from = on;
        }
        assert!(ranks.is_sorted() && ranks.ends_with(&[2, 3, 4, 5, 6]), "{due_on}: {ranks:?}");
    }
}

/// The whole core over all due days of three years, looked at only on the days it asks for.
#[test]
fn whatever_the_due_day_waking_when_asked_says_all_there_is_to_say() {
    for due_on in every_day("2025-11-01", "2028-10-31") {
        let mut world = given([invoice("A", 100, due_on)]);
        let mut on = due_on - Days::new(10);
        let mut nights = 0;
        while on < due_on + Days::new(35) {
            days(&mut world, on, on);
            nights += 1;
            on = world.account.profile.wake_on.unwrap();
        }
        let heard = world.heard("A");
        let after: Vec<_> = heard.iter().map(|(_, step)| step.as_str()).filter(|step| step.contains('+')).collect();
        assert_eq!(after, ["due+1", "due+3", "due+7", "due+10", "due+14"], "{due_on}");
        assert!(heard.iter().all(|(on, _)| Calendar::of(Country::Pl).is_working_day(*on)), "{due_on}: {heard:?}");
        assert!(nights <= 10, "{due_on}: {nights} nights for {} steps", heard.len());
    }
}

#[test]
fn nothing_is_called_overdue_before_the_shifted_day_has_passed() {
    // Saturday before Easter: payable until Tuesday, so overdue from Wednesday.
    given([invoice("A", 100, day("2026-04-04"))])
        .when(days_pass("2026-04-01", "2026-04-08"))
        .then(heard("A", &[("2026-04-07", "due")]))
        .when(a_day("2026-04-09"))
        .then(heard("A", &[("2026-04-07", "due"), ("2026-04-09", "due+1")]));
}

#[test]
fn nobody_is_written_to_on_a_day_off() {
    for off in every_day("2024-01-01", "2027-12-31").filter(|on| !Calendar::of(Country::Pl).is_working_day(*on)) {
        given([invoice("A", 100, off - Days::new(30))]).when(|world| days(world, off, off)).then(messages(0)).then(silent("A", "day_off"));
    }
}

#[test]
fn christmas_eve_is_a_day_like_any_other_until_2024() {
    given([invoice("A", 100, day("2024-12-01"))]).when(a_day("2024-12-24")).then(messages(1));
    given([invoice("A", 100, day("2025-12-01"))]).when(days_pass("2025-12-24", "2025-12-29")).then(heard("A", &[("2025-12-29", "due+1")]));
}

#[test]
fn the_day_counts_from_the_due_date_and_never_from_the_invoice_date() {
    let mut fact = invoice("A", 100, day("2026-03-16"));
    fact.issued_on = day("2025-06-01");
    given([fact]).when(a_day("2026-03-12")).then(messages(0)).when(a_day("2026-03-13")).then(heard("A", &[("2026-03-13", "due-3")]));
}

#[test]
fn a_due_date_at_the_end_of_a_month_or_a_leap_day_counts_on() {
    given([invoice("A", 100, day("2028-02-29"))])
        .when(days_pass("2028-02-20", "2028-03-08"))
        .then(heard("A", &[("2028-02-28", "due-3"), ("2028-03-01", "due+1"), ("2028-03-03", "due+3"), ("2028-03-07", "due+7")]));
}

#[test]
fn messages_open_at_eight_in_the_debtors_zone_all_year_round() {
    for zone in [Warsaw, New_York] {
        for on in every_day("2026-01-01", "2027-12-31").filter(|on| Calendar::of(Country::Pl).is_working_day(*on)) {
            let mut fact = invoice("A", 100, on - Days::new(20));
            fact.debtor.zone = Some(zone);
            let world = given([fact]).when(|world| world.night(on));
            let opens = world.account.reminders[0].check_at.unwrap().with_timezone(&zone);
            assert_eq!((opens.date_naive(), opens.hour(), opens.minute()), (on, 8, 0), "{on} in {zone}");
        }
    }
}

#[test]
fn a_debtor_on_the_other_side_of_the_world_is_written_to_in_their_daylight() {
    for on in every_day("2026-01-01", "2026-12-31").filter(|on| Calendar::of(Country::Pl).is_working_day(*on)) {
        let mut fact = invoice("A", 100, on - Days::new(20));
        fact.debtor.zone = Some(Auckland);
        let world = given([fact]).when(|world| world.night(on));
        for reminder in &world.account.reminders {
            let opens = reminder.check_at.unwrap().with_timezone(&Auckland);
            assert!((8..20).contains(&opens.hour()), "{on}: {opens}");
            assert!(opens.weekday().number_from_monday() <= 5, "{on}: {opens}");
        }
    }
}

#[test]
fn a_time_that_a_clock_change_skips_or_repeats_is_one_instant() {
    let at = |on: &str, time: &str| instant(day(on), time.parse().unwrap(), Warsaw).to_rfc3339();
    assert_eq!(at("2026-03-29", "02:30:00"), "2026-03-29T01:00:00+00:00", "the first instant after the gap");
    assert_eq!(at("2026-10-25", "02:30:00"), "2026-10-25T00:30:00+00:00", "the first of the two");
    for change in ["2026-03-29", "2026-10-25"] {
        assert_ne!(at(change, "01:59:00"), at(change, "04:00:00"));
    }
}

#[test]
fn today_is_the_creditors_day_and_not_the_one_of_greenwich() {
    // 23:30 in Greenwich is past midnight in Warsaw: the night of the 24th is to come.
    let mut world = given([invoice("A", 100, day("2026-02-02"))]);
    world.now = "2026-02-23T23:30:00Z".parse().unwrap();
    world.apply(&payment("p", Some("A"), 1));
    assert_eq!(world.account.profile.wake_on, Some(day("2026-02-24")));
    assert!(!world.evaluate_today, "the night of that day has not begun");
}

#[test]
fn a_night_of_a_day_to_come_sends_nothing_before_that_day() {
    let mut world = given([invoice("A", 100, day("2026-02-02"))]);
    world.at(day("2026-02-23"), "12:00:00");
    world.apply(&crate::domain::handle::Command::Night { as_of: day("2026-02-24") });
    let opens = world.account.reminders[0].check_at.unwrap();
    assert_eq!(opens.to_rfc3339(), "2026-02-24T07:00:00+00:00");
}
