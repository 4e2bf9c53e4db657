//! Payments, credit notes and overpayments (trap 6).

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::{AllocationReason, Closed};
use crate::domain::cause::Cause;
use crate::domain::handle::{Attention, Command};
use crate::domain::money::Currency;

fn three() -> World {
    given([invoice("A", 10_000, day("2026-02-02")), invoice("B", 20_000, day("2026-02-09")), invoice("C", 30_000, day("2026-03-02"))])
}

#[test]
fn a_named_payment_goes_to_its_invoice_and_no_other() {
    three().when(pays_for("B", "p", 20_000)).then(open("A", 10_000)).then(open("B", 0)).then(open("C", 30_000)).then(|world| {
        assert_eq!(world.case("B").closed, Some(Closed::Paid));
        assert_eq!(world.case("B").allocations[0].why, AllocationReason::Named);
    });
}

#[test]
fn an_unnamed_payment_goes_to_the_oldest_due() {
    three().when(pays("p", 25_000)).then(open("A", 0)).then(open("B", 5_000)).then(open("C", 30_000)).then(|world| {
        assert!(world.case("A").allocations.iter().chain(&world.case("B").allocations).all(|one| one.why == AllocationReason::OldestDue));
    });
}

#[test]
fn what_a_named_payment_has_too_much_stays_a_credit_and_nets() {
    three()
        .when(pays_for("B", "p", 27_000))
        .then(open("A", 10_000))
        .then(credit_left(7_000))
        .when(a_day("2026-02-24"))
        .then(|world| assert_eq!(world.said[0].demand_minor, 3_000));
}

#[test]
fn a_payment_that_names_an_invoice_of_nobody_here_is_not_moved_to_another() {
    let mut named = payment("p", None, 10_000);
    if let Command::Payment { fact, .. } = &mut named {
        fact.invoice = Some(crate::domain::fact::InvoiceRef::Alias("FV/unknown".to_owned()));
    }
    three().when(does(named)).then(open("A", 10_000)).then(credit_left(10_000)).then(|world| {
        assert!(matches!(world.attention.as_slice(), [Attention::OddPayment { .. }]), "{:?}", world.attention);
    });
}

#[test]
fn money_for_nothing_is_kept_shown_to_a_person_and_netted_later() {
    let world = given([]).when(pays("p", 10_000)).then(credit_left(10_000));
    assert!(matches!(world.attention.as_slice(), [Attention::Overpaid { amount_minor: 10_000, .. }]), "{:?}", world.attention);
    world
        .when(arrives(invoice("A", 10_000, day("2026-02-02"))))
        .when(a_day("2026-02-24"))
        .then(messages(0))
        .then(silent("A", "covered_by_credit"));
}

#[test]
fn an_odd_payment_is_booked_and_allocated_to_nothing() {
    let odd = |case: Option<&str>| match payment("p", case, 10_000) {
        Command::Payment { fact, case, .. } => Command::Payment { fact, case, odd: Some(Cause::AmountNotCheckouts) },
        other => other,
    };
    for case in [None, Some("A")] {
        three().when(does(odd(case))).then(open("A", 10_000)).then(credit_left(10_000)).then(|world| {
            let why = Cause::AmountNotCheckouts.text();
            assert_eq!(world.attention, [Attention::OddPayment { payment: "sandbox:p".to_owned(), why }]);
        });
    }
}

#[test]
fn a_payment_in_another_currency_pays_nothing_here() {
    let mut euro = payment("p", Some("A"), 10_000);
    if let Command::Payment { fact, .. } = &mut euro {
        fact.currency = Currency::EUR;
    }
    three().when(does(euro)).then(open("A", 10_000)).then(credit_left(0)).then(|world| {
        assert_eq!(world.account.credit_minor(Currency::EUR), 10_000);
        assert!(matches!(world.attention.as_slice(), [Attention::OddPayment { .. }]));
    });
}

#[test]
fn a_credit_note_lowers_its_invoice_and_the_rest_of_it_nets() {
    three()
        .when(does(credit_note("K", Some("A"), 4_000)))
        .then(open("A", 6_000))
        .then(credit_left(0))
        .when(does(credit_note("L", Some("A"), 9_000)))
        .then(open("A", 0))
        .then(credit_left(3_000))
        .then(open("B", 20_000));
}

#[test]
fn a_credit_that_covers_the_debt_means_silence() {
    for amount in [10_000, 10_001] {
        given([invoice("A", 10_000, day("2026-02-02"))])
            .when(does(credit_note("K", None, amount)))
            .when(days_pass("2026-01-28", "2026-04-30"))
            .then(messages(0))
            .then(silent("A", "covered_by_credit"));
    }
}

#[test]
fn the_amount_shown_is_what_is_open_after_part_payments_and_credit_notes() {
    three()
        .when(pays_for("A", "p", 2_500))
        .when(does(credit_note("K", Some("A"), 500)))
        .when(pays_for("B", "q", 20_000))
        .when(a_day("2026-02-24"))
        .then(|world| assert_eq!(world.said[0].demand_minor, 7_000));
}

#[test]
fn a_message_about_three_invoices_goes_on_until_all_three_are_paid() {
    let due = ["A", "B", "C"].map(|name| invoice(name, 1_000, day("2026-02-02")));
    given(due)
        .when(a_day("2026-02-04"))
        .when(pays_for("A", "p", 1_000))
        .when(pays_for("C", "q", 1_000))
        .when(a_day("2026-02-06"))
        .then(|world| assert_eq!(world.said[1].lines, [("B".to_owned(), "due+3".to_owned())]))
        .when(pays_for("B", "r", 1_000))
        .when(days_pass("2026-02-07", "2026-04-30"))
        .then(messages(2));
}

#[test]
fn a_credit_note_and_a_payment_of_one_name_are_two_different_things() {
    let mut own = payment("7", None, 3_000);
    if let Command::Payment { fact, .. } = &mut own {
        fact.provider = "upominek".to_owned();
    }
    let world = given([]).when(does(own)).when(does(credit_note("7", None, 2_000))).then(credit_left(5_000));
    assert_ne!(world.account.credits[0].id, world.account.credits[1].id, "one would overwrite the other in the store");
}

#[test]
fn an_unnamed_payment_passes_by_what_is_not_asked_for() {
    // The pay page leaves out test orders and held invoices; what it asked for is what is paid.
    let mut test_order = invoice("A", 10_000, day("2026-02-02"));
    test_order.remindable = false;
    let both = || [test_order.clone(), invoice("B", 10_000, day("2026-02-09"))];
    given(both()).when(pays("p", 10_000)).then(open("A", 10_000)).then(open("B", 0));
    let mut world = three();
    world.at(day("2026-02-24"), "12:00:00");
    world
        .when(does(Command::Hold(Some(id("A")), hold("2026-02-20", None))))
        .when(pays("p", 20_000))
        .then(open("A", 10_000))
        .then(open("B", 0));
}

#[test]
fn money_without_a_case_is_not_swallowed_by_what_is_not_asked_for() {
    let mut test_order = invoice("A", 10_000, day("2026-02-02"));
    test_order.remindable = false;
    given([test_order, invoice("B", 10_000, day("2026-02-09"))])
        .when(does(credit_note("K", None, 10_000)))
        .when(a_day("2026-02-24"))
        .then(messages(0))
        .then(silent("B", "covered_by_credit"));
}

#[test]
fn impossibly_large_sums_stop_nothing() {
    let mut world = given([invoice("A", i64::MAX, day("2026-02-02")), invoice("B", i64::MAX, day("2026-02-02"))]);
    for n in 0..4 {
        world.apply(&credit_note(&format!("K{n}"), None, i64::MAX));
        world.apply(&payment(&format!("p{n}"), Some("A"), i64::MAX));
    }
    world.when(days_pass("2026-02-02", "2026-02-10")).then(messages(0));
}
