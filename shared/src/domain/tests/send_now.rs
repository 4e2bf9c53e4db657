//! What a person sends now: before its day and its gap, never past a stop, never twice.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::SkipReason;
use crate::domain::grounds::Covered;
use crate::domain::handle::{Command, Refused};
use crate::domain::money::Currency;

const DUE: &str = "2026-02-02";

fn at(today: &str, time: &'static str) -> impl FnOnce(&mut World) {
    let today = day(today);
    move |world| world.at(today, time)
}

fn sends(name: Option<&str>) -> impl FnOnce(&mut World) {
    does(Command::SendNow { case: name.map(id), reason: "they asked for it".to_owned() })
}

/// Heard on Thursday; the next step is meant for Monday.
fn one() -> World {
    given([invoice("A", 10_000, day(DUE))]).when(a_day("2026-02-05")).when(at("2026-02-06", "12:00:00"))
}

fn refused(why: Refused) -> impl FnOnce(&World) {
    move |world| assert_eq!(world.refused, Some(why))
}

#[test]
fn the_next_step_goes_today_although_the_gap_has_not_come_and_counts_afterwards() {
    one()
        .when(sends(Some("A")))
        .then(|world| assert!(world.evaluate_today, "its release is asked for"))
        .when(sending("2026-02-06"))
        .when(days_pass("2026-02-07", "2026-02-09"))
        .then(heard("A", &[("2026-02-05", "due+1"), ("2026-02-06", "due+3"), ("2026-02-09", "due+7")]));
}

#[test]
fn twice_is_once_and_after_it_went_it_is_refused() {
    one()
        .when(sends(Some("A")))
        .when(sends(Some("A")))
        .then(refused(Refused::NoEffect("it goes today already")))
        .when(sending("2026-02-06"))
        .when(sends(Some("A")))
        .then(refused(Refused::SaidToday))
        .then(messages(2));
}

#[test]
fn it_joins_what_still_waits_today() {
    given([invoice("A", 100, day(DUE)), invoice("B", 200, day("2026-02-16"))])
        .when(night("2026-02-05"))
        .when(sends(Some("B")))
        .when(sending("2026-02-05"))
        .then(messages(1))
        .then(|world| assert_eq!(world.said[0].lines.len(), 2));
}

#[test]
fn never_past_a_stop() {
    let held = one().when(does(Command::Hold(Some(id("A")), hold("2026-02-01", None)))).when(sends(Some("A")));
    assert!(matches!(held.refused, Some(Refused::NotSayable { reason: SkipReason::Stopped(_) })), "{:?}", held.refused);
    let covered = one().when(does(credit_note("K", None, 10_000))).when(sends(Some("A")));
    let sums = Covered { open_minor: 10_000, credit_minor: 10_000, currency: Currency::PLN };
    assert_eq!(covered.refused, Some(Refused::NotSayable { reason: SkipReason::CoveredByCredit { sums: Some(sums) } }));
    one().when(pays_for("A", "p", 10_000)).when(sends(Some("A"))).then(refused(Refused::NoSuchCase));
    one().when(|world: &mut World| world.settings.policy.week_cap = Some(1)).when(sends(Some("A"))).then(|world| {
        assert_eq!(world.refused, Some(Refused::NotSayable { reason: SkipReason::CapReached { messages: 1 } }));
    });
}

#[test]
fn outside_the_window_it_is_refused_with_the_first_moment() {
    // An SMS goes until 18:00; Friday evening waits for Monday, nine o'clock in Warsaw.
    let monday = Refused::NotNow { first_at: "2026-02-09T08:00:00Z".parse().unwrap() };
    one().when(at("2026-02-06", "18:30:00")).when(sends(Some("A"))).then(refused(monday.clone()));
    one().when(at("2026-02-07", "12:00:00")).when(sends(Some("A"))).then(refused(monday));
    let early = one().when(at("2026-02-06", "05:00:00")).when(sends(Some("A")));
    assert_eq!(early.refused, None);
    assert_eq!(early.account.reminders.last().unwrap().check_at, Some("2026-02-06T08:00:00Z".parse().unwrap()));
}

#[test]
fn of_a_debtor_all_that_is_past_its_day_goes_and_else_all_that_is_open() {
    let three = || given([invoice("A", 100, day(DUE)), invoice("B", 200, day(DUE)), invoice("C", 300, day("2026-03-02"))]);
    three()
        .when(at("2026-02-04", "12:00:00"))
        .when(sends(None))
        .when(sending("2026-02-04"))
        .then(|world| assert_eq!(world.said[0].demand_minor, 300));
    three()
        .when(at("2026-01-20", "12:00:00"))
        .when(sends(None))
        .when(sending("2026-01-20"))
        .then(|world| assert_eq!(world.said[0].lines.len(), 3));
}
