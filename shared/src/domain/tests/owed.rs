//! Dates on money: on which local day the open amount of an invoice changed, and by how much.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Case;
use crate::domain::fact::InvoiceFact;
use crate::domain::handle::Command;
use crate::domain::interest::{Change, ChangeKind, Principal};

fn a(revision: u64, paid_minor: Option<i64>) -> InvoiceFact {
    InvoiceFact { revision, paid_minor, ..invoice("A", 10_000, day("2026-02-02")) }
}

fn today(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| world.at(on, "12:00:00")
}

fn changes(expected: &[(&str, ChangeKind, i64)]) -> impl FnOnce(&World) {
    let expected: Vec<Change> =
        expected.iter().map(|(on, kind, less_minor)| Change { on: day(on), kind: *kind, less_minor: *less_minor }).collect();
    move |world| assert_eq!(world.case("A").changes, expected)
}

fn principal(opening_minor: i64, payments: &[(&str, i64)]) -> impl FnOnce(&World) {
    let expected = payments.iter().fold(Principal::new(opening_minor), |principal, (on, minor)| principal.paid(day(on), *minor));
    move |world| assert_eq!(world.case("A").principal(), expected)
}

#[test]
fn a_payment_counts_from_its_day_in_the_creditors_zone() {
    // Half an hour before midnight in London is the next day in Warsaw.
    given([a(1, None)])
        .when(today("2026-02-20"))
        .when(does(paid_at("p", Some("A"), 4_000, "2026-02-10T23:30:00Z")))
        .then(changes(&[("2026-02-11", ChangeKind::Payment, 4_000)]))
        .then(principal(10_000, &[("2026-02-11", 4_000)]))
        .then(|world| assert_eq!(world.case("A").allocations[0].on, Some(day("2026-02-11"))));
}

#[test]
fn no_money_comes_from_the_future() {
    given([a(1, None)]).when(today("2026-02-10")).when(does(paid_at("p", Some("A"), 4_000, "2026-03-01T12:00:00Z"))).then(changes(&[(
        "2026-02-10",
        ChangeKind::Payment,
        4_000,
    )]));
}

#[test]
fn the_echo_of_our_own_payment_and_a_second_delivery_change_nothing() {
    given([a(1, Some(0))])
        .when(today("2026-02-20"))
        .when(does(paid_at("p", Some("A"), 4_000, "2026-02-10T12:00:00Z")))
        .when(does(paid_at("p", Some("A"), 4_000, "2026-02-10T12:00:00Z")))
        .when(arrives(a(2, Some(4_000))))
        .then(changes(&[("2026-02-10", ChangeKind::Payment, 4_000)]));
}

#[test]
fn what_the_source_asserts_counts_from_the_day_on_which_it_does() {
    given([a(1, Some(0))])
        .when(today("2026-02-12"))
        .when(arrives(a(2, Some(4_000))))
        .when(today("2026-02-20"))
        .when(does(Command::Paid { case: id("A"), revision: 3 }))
        .then(principal(10_000, &[("2026-02-12", 4_000), ("2026-02-20", 6_000)]));
}

#[test]
fn a_payment_that_the_source_told_before_counts_from_its_own_earlier_day() {
    given([a(1, Some(0))])
        .when(today("2026-02-12"))
        .when(arrives(a(2, Some(10_000))))
        .when(does(paid_at("p", Some("A"), 10_000, "2026-02-10T12:00:00Z")))
        .then(open("A", 0))
        .then(principal(10_000, &[("2026-02-10", 10_000)]));
}

#[test]
fn what_was_paid_when_the_invoice_came_was_paid_from_the_beginning() {
    given([a(1, Some(2_500))]).then(changes(&[])).then(principal(7_500, &[]));
}

#[test]
fn money_that_waited_for_its_invoice_counts_from_the_day_on_which_it_came() {
    given([invoice("B", 1_000, day("2026-02-02"))])
        .when(today("2026-02-10"))
        .when(does(paid_at("p", None, 5_000, "2026-02-09T12:00:00Z")))
        .then(credit_left(4_000))
        .when(today("2026-02-20"))
        .then(|world| assert_eq!(world.account.credits[0].on, Some(day("2026-02-09"))));
}

#[test]
fn money_that_goes_back_is_owed_again_from_that_day() {
    given([a(1, None)])
        .when(today("2026-02-10"))
        .when(does(paid_at("p", Some("A"), 10_000, "2026-02-10T12:00:00Z")))
        .when(today("2026-02-20"))
        .when(does(refund("r", Some("p"), Some("A"), 3_000)))
        .then(open("A", 3_000))
        .then(principal(10_000, &[("2026-02-10", 10_000), ("2026-02-20", -3_000)]));
}

#[test]
fn what_a_credit_note_takes_off_was_never_owed_and_what_a_correction_adds_is_from_its_day() {
    given([a(1, None)])
        .when(today("2026-02-10"))
        .when(does(credit_note("K", Some("A"), 3_000)))
        .then(changes(&[("2026-02-10", ChangeKind::Correction, 3_000)]))
        .then(principal(7_000, &[]))
        .when(today("2026-02-15"))
        .when(arrives(InvoiceFact { total_minor: 12_000, ..a(2, None) }))
        .then(open("A", 9_000))
        .then(|world| {
            let added = Change { on: day("2026-02-15"), kind: ChangeKind::Correction, less_minor: -2_000 };
            assert_eq!(world.case("A").principal(), Principal { changes: vec![added], ..Principal::new(7_000) });
        });
}

#[test]
fn nothing_of_a_cancelled_invoice_was_owed() {
    given([a(1, None)])
        .when(does(Command::Cancelled { case: id("A"), revision: 2 }))
        .then(principal(0, &[]))
        .when(arrives(a(3, None)))
        .then(principal(10_000, &[]));
}

#[test]
fn an_invoice_stored_before_days_were_kept_can_be_read_and_its_payments_count_from_the_beginning() {
    let world = given([a(1, None)]).when(pays_for("A", "p", 4_000));
    let mut stored = serde_json::to_value(world.case("A")).unwrap();
    stored.as_object_mut().unwrap().remove("changes");
    stored["allocations"][0].as_object_mut().unwrap().remove("on");
    let mut read: Case = serde_json::from_value(stored).unwrap();
    assert_eq!((read.allocations[0].on, read.principal()), (None, Principal::new(6_000)));
    read.noting(day("2026-02-20"), |case| case.assert_paid(6_000));
    assert_eq!(read.principal(), Principal::new(6_000).paid(day("2026-02-20"), 2_000));
}

#[test]
fn many_changes_stay_few_and_in_the_debtors_favour() {
    let mut case = given([invoice("A", 1_000_000, day("2026-02-02"))]).case("A").clone();
    for n in 0..400u64 {
        let on = day("2026-02-03") + chrono::Days::new(n);
        case.noting(on, |case| case.asserted_minor += 1_000);
    }
    assert!(case.changes.len() <= 60, "{}", case.changes.len());
    assert_eq!(case.changes[0].on, day("2026-02-03"), "what is joined counts from the earlier day");
    assert_eq!(case.principal().opening_minor, 1_000_000);
}

proptest! {
    /// Whatever comes, the changes lead from what was owed to what is open now.
    #[test]
    fn the_changes_lead_to_what_is_open(steps in prop::collection::vec((0usize..6, 1i64..6_000), 1..40)) {
        let mut world = given([a(1, Some(0))]);
        let (mut revision, mut paid) = (1, 0);
        for (n, (what, amount)) in steps.into_iter().enumerate() {
            world.at(day("2026-02-03") + chrono::Days::new(n as u64), "12:00:00");
            revision += 1;
            match what {
                0 => world.apply(&paid_at(&format!("p{n}"), Some("A"), amount, "2026-02-10T12:00:00Z")),
                1 => world.apply(&refund(&format!("r{n}"), Some(&format!("p{}", n.saturating_sub(1))), Some("A"), amount)),
                2 => world.apply(&credit_note(&format!("k{n}"), Some("A"), amount)),
                3 => { paid += amount; world.apply(&Command::Invoice(Box::new(a(revision, Some(paid))))); }
                4 => world.apply(&Command::Invoice(Box::new(InvoiceFact { total_minor: 10_000 + amount, ..a(revision, Some(paid)) }))),
                _ => { world.apply(&Command::Adjusted { case: id("A"), revision, less_owed_minor: amount, less_paid_minor: 0 }); }
            }
            let case = world.case("A");
            let Principal { opening_minor, changes, .. } = case.principal();
            let left: i64 = opening_minor - changes.iter().map(|change| change.less_minor).sum::<i64>();
            // What a note took off that was paid is open again where that goes back, and was never owed.
            prop_assert_eq!((left + case.credited_beyond_minor).max(0), case.open_minor());
        }
    }
}
