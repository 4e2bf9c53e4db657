//! Money that goes back reopens what it paid, at the step where that case stood (trap 5).

use super::sentences::*;
use super::world::day;
use crate::domain::handle::{Attention, Entry};

#[test]
fn a_refunded_payment_reopens_its_invoice() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(pays_for("A", "p", 10_000))
        .then(|world| assert!(world.case("A").closed.is_some()))
        .when(does(refund("r", Some("p"), Some("A"), 4_000)))
        .then(open("A", 4_000))
        .then(|world| {
            assert_eq!(world.case("A").closed, None);
            assert!(world.account.profile.wake_on.is_some());
            assert!(world.entries.contains(&Entry::CaseReopened { case: id("A"), open_minor: 4_000 }));
        });
}

#[test]
fn a_reopened_invoice_goes_on_at_the_next_step_and_not_at_the_first() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(days_pass("2026-02-02", "2026-02-06"))
        .when(pays_for("A", "p", 10_000))
        .when(days_pass("2026-02-07", "2026-03-09"))
        .when(does(refund("r", Some("p"), Some("A"), 10_000)))
        .when(days_pass("2026-03-10", "2026-03-12"))
        .then(|world| assert_eq!(world.heard("A").last(), Some(&(day("2026-03-12"), "due+10".to_owned()))))
        .then(|world| assert_eq!(world.heard("A")[3], (day("2026-03-10"), "due+7".to_owned())));
}

#[test]
fn a_step_that_the_payment_overtook_was_never_said_and_is_said_after_the_refund() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(night("2026-02-24"))
        .when(pays_for("A", "p", 10_000))
        .when(sending("2026-02-24"))
        .then(messages(0))
        .when(does(refund("r", Some("p"), Some("A"), 10_000)))
        .when(days_pass("2026-02-25", "2026-02-27"))
        .then(heard("A", &[("2026-02-25", "due+1"), ("2026-02-27", "due+3")]));
}

#[test]
fn paid_and_refunded_before_the_message_goes_it_is_said_once() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(night("2026-02-24"))
        .when(pays_for("A", "p", 10_000))
        .when(does(refund("r", Some("p"), Some("A"), 10_000)))
        .when(days_pass("2026-02-24", "2026-02-26"))
        .then(heard("A", &[("2026-02-24", "due+1"), ("2026-02-26", "due+3")]));
}

#[test]
fn a_refund_takes_what_is_left_of_its_payment_first() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(pays_for("A", "p", 13_000))
        .when(does(refund("r", Some("p"), Some("A"), 5_000)))
        .then(credit_left(0))
        .then(open("A", 2_000));
}

#[test]
fn a_refund_of_a_payment_over_several_invoices_reopens_those_that_it_paid() {
    given(["A", "B", "C"].map(|name| invoice(name, 10_000, day("2026-02-02"))))
        .when(pays("p", 25_000))
        .when(pays_for("C", "q", 5_000))
        .when(does(refund("r", Some("p"), None, 25_000)))
        .then(open("A", 10_000))
        .then(open("B", 10_000))
        .then(open("C", 5_000));
}

#[test]
fn a_refund_that_names_another_invoice_than_its_payment_paid_still_takes_the_money_back() {
    let world = given([invoice("A", 10_000, day("2026-02-02")), invoice("B", 10_000, day("2026-02-09"))])
        .when(pays("p", 10_000))
        .when(does(refund("r", Some("p"), Some("B"), 10_000)))
        .then(open("A", 10_000))
        .then(open("B", 10_000));
    assert_eq!(world.attention, []);
}

#[test]
fn a_refund_that_fits_no_booking_changes_no_amount_and_is_shown_to_a_person() {
    for odd in [refund("r", Some("unknown"), Some("A"), 1_000), refund("r", None, None, 1_000)] {
        let world = given([invoice("A", 10_000, day("2026-02-02"))]).when(pays_for("A", "p", 4_000)).when(does(odd)).then(open("A", 6_000));
        assert_eq!(world.attention, [Attention::OddRefund { refund: "sandbox:r".to_owned() }]);
    }
}

#[test]
fn a_refund_without_a_payment_takes_from_the_invoice_that_it_names() {
    given([invoice("A", 10_000, day("2026-02-02")), invoice("B", 10_000, day("2026-02-02"))])
        .when(pays_for("A", "p", 4_000))
        .when(pays_for("B", "q", 4_000))
        .when(does(refund("r", None, Some("B"), 1_000)))
        .then(open("A", 6_000))
        .then(open("B", 7_000));
}

#[test]
fn a_refund_beyond_its_payment_takes_no_other_money() {
    let world = given([invoice("A", 10_000, day("2026-02-02"))])
        .when(pays_for("A", "p", 4_000))
        .when(pays_for("A", "q", 4_000))
        .when(does(refund("r", Some("p"), Some("A"), 5_000)))
        .then(open("A", 6_000));
    assert_eq!(world.attention, [Attention::OddRefund { refund: "sandbox:r".to_owned() }]);
}
