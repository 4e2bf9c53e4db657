//! What is taken off an invoice without money is not what a promise or a payment under way brought.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::handle::{Command, Entry, NewPromise, SaidPaid};
use crate::domain::pending::PaidBy;
use crate::domain::stops::{Party, PromiseEnd};

/// Overdue by a day; noon of Tuesday, 3 February.
fn owing() -> World {
    let mut world = given([invoice("A", 10_000, day("2026-02-02"))]);
    world.at(day("2026-02-03"), "12:00:00");
    world
}

fn promises(amount_minor: Option<i64>) -> Command {
    Command::Promise(Some(id("A")), NewPromise { by: Party::Debtor, pay_on: day("2026-02-10"), amount_minor, reason: None })
}

fn ends(world: &World) -> Vec<(PromiseEnd, i64)> {
    let ended = world.entries.iter().filter_map(|entry| match entry {
        Entry::PromiseEnded { how, received_minor, .. } => Some((*how, *received_minor)),
        _ => None,
    });
    ended.collect()
}

#[test]
fn a_credit_note_keeps_no_promise() {
    let world = owing().when(does(promises(Some(4_000)))).when(does(credit_note("K", Some("A"), 4_000)));
    assert!(world.case("A").promise.is_some(), "nothing was paid");
    assert_eq!(ends(&world), []);
    let world = world.when(pays_for("A", "p", 4_000));
    assert_eq!(ends(&world), [(PromiseEnd::Kept, 4_000)]);
}

#[test]
fn a_credit_note_and_nothing_else_is_a_broken_promise_and_not_a_part_kept_one() {
    let world = owing().when(does(promises(None))).when(does(credit_note("K", Some("A"), 4_000)));
    let world = world.when(days_pass("2026-02-04", "2026-02-16"));
    assert_eq!(ends(&world), [(PromiseEnd::Broken, 0)]);
}

#[test]
fn a_promise_of_all_is_kept_by_what_a_lower_total_leaves() {
    let lower = at_revision(2, invoice("A", 6_000, day("2026-02-02")));
    let world = owing().when(does(promises(None))).when(arrives(lower)).when(pays_for("A", "p", 6_000));
    assert_eq!(ends(&world), [(PromiseEnd::Kept, 6_000)]);
}

#[test]
fn a_credit_note_is_not_the_payment_that_somebody_spoke_of() {
    let said = SaidPaid { by: Party::Debtor, paid_on: day("2026-02-03"), way: PaidBy::Transfer, reason: None };
    let world = owing().when(does(Command::SaidPaid(Some(id("A")), said)));
    let world = world.when(does(credit_note("K", Some("A"), 100)));
    assert!(world.case("A").pending.is_some(), "the money has not come");
    let world = world.when(pays_for("A", "p", 5_000));
    assert!(world.case("A").pending.is_none(), "a part of it has");
}
