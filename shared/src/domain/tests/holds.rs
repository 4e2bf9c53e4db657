//! Holds: dated, of three scopes, and ended by themselves.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Hold;
use crate::domain::decide::{Decision, HoldScope, SkipReason};
use crate::domain::handle::{Command, Entry, Refused};
use crate::domain::stops::Stop;

fn one() -> World {
    given([invoice("A", 10_000, day("2026-02-02"))])
}

fn on_hold(scope: HoldScope, until: Option<&str>) -> impl FnOnce(&World) {
    skipped("A", SkipReason::Stopped(Stop::Held { scope, until: until.map(day) }))
}

#[test]
fn a_hold_silences_until_its_last_day_and_ends_by_itself() {
    for case in [None, Some(id("A"))] {
        let scope = if case.is_some() { HoldScope::Invoice } else { HoldScope::Debtor };
        one()
            .when(does(Command::Hold(case, hold("2026-02-01", Some("2026-02-20")))))
            .when(days_pass("2026-02-02", "2026-02-20"))
            .then(messages(0))
            .then(on_hold(scope, Some("2026-02-20")))
            .when(days_pass("2026-02-21", "2026-02-25"))
            .then(heard("A", &[("2026-02-23", "due+1"), ("2026-02-25", "due+3")]));
    }
}

#[test]
fn a_hold_on_the_creditor_silences_everything() {
    one()
        .when(|world| world.settings.hold = Some(hold("2026-02-01", Some("2026-02-09"))))
        .when(days_pass("2026-02-02", "2026-02-09"))
        .then(messages(0))
        .then(on_hold(HoldScope::Creditor, Some("2026-02-09")))
        .when(a_day("2026-02-10"))
        .then(messages(1));
}

#[test]
fn a_hold_without_an_end_lasts_until_it_is_released() {
    one()
        .when(does(Command::Hold(None, hold("2026-02-01", None))))
        .when(days_pass("2026-02-02", "2026-06-30"))
        .then(messages(0))
        .when(does(Command::Release(None, "they called".to_owned())))
        .when(a_day("2026-07-01"))
        .then(messages(1));
}

#[test]
fn a_hold_that_begins_later_stops_nothing_before() {
    one()
        .when(does(Command::Hold(None, hold("2026-02-05", Some("2026-02-06")))))
        .when(days_pass("2026-02-02", "2026-02-10"))
        .then(heard("A", &[("2026-02-02", "due"), ("2026-02-04", "due+1"), ("2026-02-09", "due+3")]));
}

#[test]
fn a_hold_on_one_invoice_leaves_the_others() {
    given([invoice("A", 100, day("2026-02-02")), invoice("B", 200, day("2026-02-02"))])
        .when(does(Command::Hold(Some(id("A")), hold("2026-02-01", None))))
        .when(days_pass("2026-02-02", "2026-02-28"))
        .then(heard("A", &[]))
        .then(|world| assert_eq!(world.heard("B").len(), 6));
}

#[test]
fn what_is_held_says_from_when_it_may_go_again() {
    let next_on = |world: &World| match &world.case("A").decision {
        Some((_, Decision::Skip { next_on, .. })) => *next_on,
        other => panic!("{other:?}"),
    };
    // The day after the hold is a Saturday.
    one()
        .when(does(Command::Hold(None, hold("2026-02-01", Some("2026-02-20")))))
        .when(night("2026-02-03"))
        .then(|world| assert_eq!(next_on(world), Some(day("2026-02-23"))))
        .when(does(Command::Hold(Some(id("A")), hold("2026-02-10", Some("2026-02-24")))))
        .when(night("2026-02-12"))
        .then(|world| assert_eq!(next_on(world), Some(day("2026-02-25")), "both holds are over"));
    one()
        .when(does(Command::Hold(None, hold("2026-02-01", None))))
        .when(night("2026-02-03"))
        .then(|world| assert_eq!(next_on(world), None, "nobody knows until it is released"));
}

#[test]
fn the_same_hold_twice_and_a_release_of_nothing_change_nothing() {
    let twice = || does(Command::Hold(None, hold("2026-02-01", None)));
    one().when(twice()).when(twice()).then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_)))));
    one()
        .when(does(Command::Release(None, "they called".to_owned())))
        .then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_)))));
    let unknown = one().handle(&Command::Release(Some(id("Z")), "they called".to_owned()));
    assert_eq!(unknown.unwrap_err(), Refused::NoSuchCase);
}

#[test]
fn an_invoice_that_comes_under_a_hold_says_so_at_once() {
    let hold = Hold { reason: "they called".into(), from: day("2026-02-20"), until: Some(day("2026-03-10")) };
    given([invoice("A", 100, day("2026-02-02"))])
        .when(|world| {
            world.at(day("2026-02-20"), "10:00:00");
            world.apply(&Command::Hold(None, hold.clone()));
        })
        .when(arrives(invoice("B", 100, day("2026-03-02"))))
        .then(skipped("B", SkipReason::Stopped(Stop::Held { scope: HoldScope::Debtor, until: hold.until })));
}

#[test]
fn a_hold_of_the_creditor_is_the_reason_also_where_it_wakes_nobody_sooner() {
    let mut fact = invoice("A", 100, day("2026-02-02"));
    (fact.debtor.email, fact.debtor.phone) = (None, None);
    given([fact])
        .when(night("2026-02-20"))
        .when(|world| {
            world.settings.hold = Some(Hold { reason: "stocktaking".into(), from: day("2026-02-20"), until: None });
            world.apply(&Command::Replan);
        })
        .then(on_hold(HoldScope::Creditor, None));
}

#[test]
fn a_hold_whose_last_day_was_a_night_is_no_reason_afterwards() {
    // A is reminded on its own; B's hold ends with Friday, and nothing is due of it before Monday.
    let until = Some(day("2026-02-20"));
    let mut world = given([invoice("A", 100, day("2026-02-17")), invoice("B", 100, day("2026-02-19"))])
        .when(days_pass("2026-02-18", "2026-02-19"))
        .when(|world| {
            world.at(day("2026-02-19"), "12:00:00");
            let hold = Hold { reason: "they called".into(), from: day("2026-02-19"), until };
            world.apply(&Command::Hold(Some(id("B")), hold));
        });
    for on in day("2026-02-20").iter_days().take(2) {
        if world.account.profile.wake_on.is_some_and(|wake_on| wake_on <= on) {
            world.night(on);
            world.send(on);
        }
    }
    let decision = world.case("B").decision.clone();
    assert!(!matches!(decision, Some((_, Decision::Skip { reason: SkipReason::Stopped(_), .. }))), "{decision:?}");
}

#[test]
fn the_time_line_knows_when_a_hold_ran_out() {
    let hold = Hold { reason: "they called".into(), from: day("2026-02-18"), until: Some(day("2026-02-19")) };
    let ran_out = |world: &World| world.entries.iter().filter(|entry| matches!(entry, Entry::HoldRanOut { .. })).count();
    given([invoice("A", 100, day("2026-02-02"))])
        .when(|world| {
            world.at(day("2026-02-18"), "12:00:00");
            world.apply(&Command::Hold(None, hold.clone()));
            world.apply(&Command::Hold(Some(id("A")), hold));
        })
        .when(days_pass("2026-02-19", "2026-02-19"))
        .then(|world| assert_eq!(ran_out(world), 0, "its last day is held"))
        .when(days_pass("2026-02-20", "2026-02-23"))
        .then(|world| assert_eq!((ran_out(world), &world.account.profile.hold, &world.case("A").hold), (2, &None, &None)));
}
