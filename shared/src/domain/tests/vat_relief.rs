//! From when VAT may be corrected for what nobody pays: 90 days after the term, and not a day earlier.

use chrono::Days;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Closed;
use crate::domain::handle::{Command, NewSettlement};
use crate::domain::settlement::SettlementKind;

const DUE: &str = "2026-01-15";

fn one() -> World {
    given([invoice("A", 10_000, day(DUE))])
}

fn extended(on: &str, due_on: &str) -> impl FnOnce(&mut World) {
    let (on, command) = (day(on), Command::ExtendDueDate { case: id("A"), due_on: day(due_on), reason: "agreed".to_owned() });
    move |world| {
        world.at(on, "12:00:00");
        world.apply(&command);
        assert_eq!(world.refused, None);
    }
}

fn since(on: &str, expected: Option<&str>) -> impl FnOnce(&World) {
    let (on, expected) = (day(on), expected.map(day));
    move |world| assert_eq!(world.case("A").vat_relief_since(on), expected, "as of {on}")
}

#[test]
fn the_ninetieth_day_after_the_due_date_is_the_first() {
    one().then(since("2026-04-14", None)).then(since("2026-04-15", Some("2026-04-15"))).then(since("2026-12-31", Some("2026-04-15")));
}

#[test]
fn every_due_date_of_four_years_has_exactly_ninety_days_also_on_days_off() {
    for due_on in day("2024-01-01").iter_days().take(4 * 365 + 1) {
        let world = given([invoice("A", 10_000, due_on)]);
        let case = world.case("A");
        for after in 85..95 {
            let today = due_on + Days::new(after);
            assert_eq!(case.vat_relief_since(today), (after >= 90).then_some(due_on + Days::new(90)), "{due_on} on {today}");
        }
    }
}

#[test]
fn what_is_paid_is_flagged_no_more_and_what_is_paid_in_part_is() {
    one().when(pays_for("A", "p", 4_000)).then(since("2026-04-15", Some("2026-04-15")));
    one()
        .when(pays_for("A", "p", 10_000))
        .then(since("2026-04-15", None))
        .when(does(refund("r", Some("p"), Some("A"), 1)))
        .then(since("2026-04-15", Some("2026-04-15")));
    one().when(does(credit_note("K", Some("A"), 10_000))).then(since("2026-04-15", None));
    one().when(does(Command::Cancelled { case: id("A"), revision: 2 })).then(since("2026-04-15", None));
}

#[test]
fn what_was_written_off_is_flagged_no_more_until_that_is_undone() {
    let new = NewSettlement { kind: SettlementKind::WriteOff, amount_minor: None, on: None, reason: "x".to_owned(), reference: None };
    one()
        .when(does(Command::Settle { case: id("A"), new }))
        .then(|world| assert_eq!(world.case("A").closed, Some(Closed::WrittenOff)))
        .then(since("2026-05-01", None))
        .when(does(Command::Reopen { case: id("A"), reason: "x".to_owned() }))
        .then(since("2026-05-01", Some("2026-04-15")));
}

#[test]
fn a_later_day_counts_if_it_was_agreed_before_the_term_was_over() {
    one()
        .when(extended("2026-01-15", "2026-02-15"))
        .then(since("2026-05-15", None))
        .then(since("2026-05-16", Some("2026-05-16")))
        .when(extended("2026-02-10", "2026-03-01"))
        .then(since("2026-05-29", None))
        .then(since("2026-05-30", Some("2026-05-30")))
        // Once that is over, more time changes nothing.
        .when(extended("2026-03-02", "2026-04-30"))
        .then(since("2026-05-30", Some("2026-05-30")))
        .when(does(Command::RestoreDueDate { case: id("A"), reason: "x".to_owned() }))
        .then(since("2026-04-15", Some("2026-04-15")));
    one().when(extended("2026-01-16", "2026-02-15")).then(since("2026-04-15", Some("2026-04-15")));
}
