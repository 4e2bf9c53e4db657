//! "Why was it silent last Tuesday?": what the time line says of a day that is over.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Europe::Warsaw;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Closed;
use crate::domain::decide::{Decision, HoldScope, SkipReason};
use crate::domain::fact::DebtorKind;
use crate::domain::handle::{Command, Entry, NewPromise};
use crate::domain::history::{Stood, Told, stood_on, told};
use crate::domain::policy::Channel;
use crate::domain::stops::{Party, Stop};

/// Monday.
const DUE: &str = "2026-02-02";

/// The history of an invoice, the newest first.
fn history(world: &World, name: &str) -> Vec<Told> {
    let mut all = Vec::new();
    for (at, entries) in &world.time_line {
        all.splice(0..0, told(&id(name), *at, entries, Warsaw));
    }
    all
}

fn on(world: &World, name: &str, on: &str) -> Option<Stood> {
    let history = history(world, name);
    stood_on(&history, day(on), Warsaw).first().map(|one| one.stood.clone())
}

fn reason(stood: Option<Stood>) -> SkipReason {
    match stood {
        Some(Stood::Decided(Decision::Skip { reason, .. })) => reason,
        other => panic!("no reason: {other:?}"),
    }
}

/// The name of the reason.
fn why(stood: Option<Stood>) -> String {
    reason(stood).name()
}

fn held(until: Option<&str>) -> SkipReason {
    SkipReason::Stopped(Stop::Held { scope: HoldScope::Invoice, until: until.map(day) })
}

fn hold_at(on: &'static str, hold: crate::domain::account::Hold) -> impl FnOnce(&mut World) {
    move |world| {
        world.at(day(on), "12:00:00");
        world.apply(&Command::Hold(Some(id("A")), hold));
    }
}

#[test]
fn each_past_day_keeps_the_reason_that_stood_on_it() {
    given([invoice("A", 100, day(DUE))])
        .when(days_pass("2026-01-26", "2026-01-27"))
        .when(hold_at("2026-01-28", hold("2026-01-28", Some("2026-01-30"))))
        .when(days_pass("2026-01-29", "2026-02-05"))
        .then(|world| {
            assert_eq!(why(on(world, "A", "2026-01-27")), "not_yet");
            for silent in ["2026-01-28", "2026-01-29", "2026-01-30"] {
                assert_eq!(reason(on(world, "A", silent)), held(Some("2026-01-30")), "{silent}");
            }
            let step = |on_day| match on(world, "A", on_day) {
                Some(Stood::Decided(Decision::Step { step, .. })) => step,
                other => panic!("{on_day}: {other:?}"),
            };
            assert_eq!(step("2026-02-02"), "due");
            assert_eq!(on(world, "A", "2025-12-31"), None, "it had not come yet");
        });
}

#[test]
fn a_day_tells_what_stood_on_it_from_morning_to_evening() {
    given([invoice("A", 100, day(DUE))]).when(hold_at("2026-01-20", hold("2026-01-20", None))).then(|world| {
        let history = history(world, "A");
        let stood = stood_on(&history, day("2026-01-20"), Warsaw);
        let reasons: Vec<_> = stood.iter().map(|one| why(Some(one.stood.clone()))).collect();
        assert_eq!(reasons, ["on_hold", "not_yet"], "the last one first");
        assert_eq!(stood_on(&history, day("2026-01-21"), Warsaw).len(), 1);
    });
}

#[test]
fn a_hold_that_begins_tomorrow_is_not_the_reason_of_today() {
    let tomorrow = hold_at("2026-01-20", hold("2026-01-21", None));
    given([invoice("A", 100, day(DUE))]).when(tomorrow).when(night("2026-01-21")).then(|world| {
        assert_eq!(why(on(world, "A", "2026-01-20")), "not_yet");
        assert_eq!(reason(on(world, "A", "2026-01-21")), held(None));
    });
}

#[test]
fn a_hold_that_comes_to_begin_today_is_the_reason_of_today() {
    given([invoice("A", 100, day(DUE))])
        .when(hold_at("2026-01-20", hold("2026-01-21", None)))
        .when(|world| {
            world.at(day("2026-01-20"), "13:00:00");
            world.apply(&Command::Hold(Some(id("A")), hold("2026-01-20", None)));
        })
        .then(|world| {
            assert_eq!(reason(on(world, "A", "2026-01-20")), held(None));
            assert_eq!(world.case("A").decision.as_ref().unwrap().0, day("2026-01-20"));
        });
}

#[test]
fn what_says_the_same_is_not_told_again() {
    let told = |world: &World| world.entries.iter().filter(|entry| matches!(entry, Entry::Decided { .. })).count();
    given([invoice("A", 100, day("2026-03-02")), invoice("B", 100, day("2026-03-09"))])
        .then(|world| assert_eq!(told(world), 2, "each once, on coming"))
        .when(days_pass("2026-01-05", "2026-02-10"))
        .then(|world| assert_eq!(told(world), 2, "nothing became different in five weeks"))
        .when(does(payment("p", Some("A"), 10)))
        .then(|world| assert_eq!(told(world), 2, "a part payment changes no reason"));
}

#[test]
fn a_day_of_the_next_step_that_moves_is_no_change() {
    let same = |one: &Decision, other: &Decision| crate::domain::history::says_the_same(one, other);
    let not_yet = |step: &str, on: &str| Decision::Skip {
        reason: SkipReason::NotYet { planned_on: None },
        next_step: Some(step.to_owned()),
        next_on: Some(day(on)),
    };
    assert!(same(&not_yet("due+7", "2026-02-09"), &not_yet("due+7", "2026-02-11")));
    assert!(!same(&not_yet("due+7", "2026-02-09"), &not_yet("due+14", "2026-02-09")), "another step comes next");
}

#[test]
fn an_invoice_that_is_paid_or_cancelled_says_so_and_is_decided_anew_when_it_is_open_again() {
    let paid =
        given([invoice("A", 100, day(DUE))]).when(|world| world.at(day("2026-01-20"), "12:00:00")).when(does(payment("p", Some("A"), 100)));
    assert_eq!(on(&paid, "A", "2026-01-20"), Some(Stood::Closed(Closed::Paid)));
    let open = paid.when(|world| world.at(day("2026-01-22"), "12:00:00")).when(does(refund("r", Some("p"), None, 100)));
    assert_eq!(on(&open, "A", "2026-01-21"), Some(Stood::Closed(Closed::Paid)));
    assert_eq!(why(on(&open, "A", "2026-01-22")), "not_yet");
    let cancelled = open.when(does(Command::Cancelled { case: id("A"), revision: 2 }));
    assert_eq!(on(&cancelled, "A", "2026-01-22"), Some(Stood::Closed(Closed::Cancelled)));
    let again = cancelled.when(|world| world.at(day("2026-01-23"), "12:00:00")).when(arrives(at_revision(3, invoice("A", 100, day(DUE)))));
    assert_eq!(why(on(&again, "A", "2026-01-23")), "not_yet");
}

#[test]
fn a_limitation_that_begins_stands_in_the_time_line_on_its_day() {
    // A sale to a consumer, due in 2026: time-barred from 1 January 2029.
    let mut fact = invoice("A", 100, day(DUE));
    fact.debtor.kind = Some(DebtorKind::Consumer);
    given([fact]).when(days_pass("2028-12-01", "2029-02-10")).then(|world| {
        let barred = SkipReason::Stopped(Stop::TimeBarred { since: day("2029-01-01") });
        assert_ne!(reason(on(world, "A", "2028-12-31")), barred);
        assert_eq!(reason(on(world, "A", "2029-01-01")), barred);
        assert_eq!(reason(on(world, "A", "2029-02-10")), barred);
    });
}

#[test]
fn where_a_stop_ended_and_no_night_has_looked_yet_nothing_is_decided() {
    let promise = NewPromise { by: Party::Debtor, pay_on: day("2026-02-20"), amount_minor: None, reason: None };
    given([invoice("A", 100, day(DUE))])
        .when(days_pass("2026-01-28", "2026-02-17"))
        .when(|world| world.at(day("2026-02-18"), "12:00:00"))
        .when(does(Command::Promise(None, promise)))
        .when(|world| world.at(day("2026-02-24"), "12:00:00"))
        .when(does(Command::WithdrawPromise(None, "they called".to_owned())))
        .then(|world| {
            let stood = on(world, "A", "2026-02-24");
            assert_eq!(stood.is_some_and(|stood| stood == Stood::Undecided), world.case("A").decision.is_none());
            assert!(matches!(reason(on(world, "A", "2026-02-23")), SkipReason::Stopped(Stop::Promised { .. })));
        });
}

#[test]
fn a_command_that_goes_through_two_decisions_tells_the_last() {
    // A's message is called off since it is paid; at noon B comes, and is overdue.
    let world = given([invoice("A", 100, day(DUE))])
        .when(night("2026-02-24"))
        .when(pays_for("A", "p", 100))
        .when(sending("2026-02-24"))
        .when(|world| world.at(day("2026-02-24"), "12:00:00"))
        .when(arrives(invoice("B", 100, day(DUE))))
        .when(|world| world.apply(&Command::Night { as_of: day("2026-02-24") }));
    assert_eq!(reason(on(&world, "B", "2026-02-24")), SkipReason::DayIsTaken { channel: Channel::Email });
}

#[test]
fn every_day_of_a_long_life_is_answered_as_it_was_then() {
    let first = day("2026-01-05");
    let mut world = given((0..6).map(|n: u64| invoice(&format!("{n}"), 100, first + Days::new(5 * n))));
    let mut stood: Vec<(NaiveDate, String, Option<Decision>)> = Vec::new();
    for (number, today) in first.iter_days().take(120).enumerate() {
        world.night(today);
        world.send(today);
        world.at(today, "13:00:00");
        match number {
            20 => world.apply(&Command::Hold(None, hold("2026-01-25", Some("2026-02-03")))),
            40 => world.apply(&payment("p", Some("2"), 40)),
            55 => world.apply(&Command::Hold(Some(id("3")), hold("2026-03-02", None))),
            70 => world.apply(&Command::Release(Some(id("3")), "they called".to_owned())),
            _ => {}
        }
        for case in &world.account.cases {
            let decision = case.decision.as_ref().map(|(_, decision)| decision.clone());
            stood.push((today, case.id.external.clone(), decision));
        }
    }
    assert_eq!(stood.len(), 6 * 120);
    for (today, name, then) in stood {
        let told = match on(&world, &name, &today.to_string()) {
            Some(Stood::Decided(decision)) => Some(decision),
            Some(Stood::Undecided) => None,
            other => panic!("{name} on {today}: {other:?}"),
        };
        let same = told.as_ref().zip(then.as_ref()).map_or(told == then, |(a, b)| crate::domain::history::says_the_same(a, b));
        assert!(same, "{name} on {today}: {told:?}, and it was {then:?}");
    }
}

#[test]
fn what_was_written_down_later_says_nothing_of_a_day() {
    let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
    let entry = |on: &str, reason| Entry::Decided {
        case: id("A"),
        on: day(on),
        decision: Some(Decision::Skip { reason, next_step: None, next_on: None }),
    };
    // 22:30 UTC on the 19th is half past eleven at night in Warsaw.
    let first = told(&id("A"), at("2026-01-19T22:30:00Z"), &[entry("2026-01-19", SkipReason::NotYet { planned_on: None })], Warsaw);
    let late = told(&id("A"), at("2026-01-19T23:30:00Z"), &[entry("2026-01-19", SkipReason::DayOff { off: None })], Warsaw);
    let all = [late, first].concat();
    let reasons = |on: &str| stood_on(&all, day(on), Warsaw).into_iter().map(|one| why(Some(one.stood.clone()))).collect::<Vec<_>>();
    assert_eq!(reasons("2026-01-19"), ["not_yet"], "the other came after midnight");
    assert_eq!(reasons("2026-01-20"), ["day_off", "not_yet"]);
    assert!(reasons("2026-01-18").is_empty());
}
