//! What a source says was paid, beside what we booked: one payment counts once, whichever comes first.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::fact::InvoiceFact;
use crate::domain::handle::{Attention, Command};

fn a(revision: u64, paid_minor: Option<i64>) -> InvoiceFact {
    InvoiceFact { revision, paid_minor, ..invoice("A", 10_000, day("2026-02-02")) }
}

fn stated_paid(revision: u64) -> impl FnOnce(&mut World) {
    does(Command::Paid { case: id("A"), revision })
}

#[test]
fn the_shops_echo_of_our_payment_counts_once() {
    given([a(1, Some(0))])
        .when(pays_for("A", "p", 4_000))
        .when(arrives(a(2, Some(4_000))))
        .then(open("A", 6_000))
        .when(pays_for("A", "q", 6_000))
        .when(stated_paid(3))
        .then(open("A", 0))
        .then(credit_left(0));
}

#[test]
fn an_echo_that_overtakes_the_payment_counts_once_too() {
    given([a(1, Some(0))]).when(arrives(a(2, Some(10_000)))).when(pays_for("A", "p", 10_000)).then(open("A", 0)).then(credit_left(0));
    given([a(1, None)]).when(stated_paid(2)).when(pays_for("A", "p", 10_000)).then(open("A", 0)).then(credit_left(0));
}

#[test]
fn an_echo_that_overtakes_a_part_payment_ends_the_same_once_all_is_paid() {
    given([a(1, Some(0))])
        .when(arrives(a(2, Some(4_000))))
        .when(pays_for("A", "p", 4_000))
        .when(pays_for("A", "q", 6_000))
        .when(stated_paid(3))
        .then(open("A", 0))
        .then(credit_left(0));
}

#[test]
fn a_payment_on_top_of_what_the_source_knows_is_new_money() {
    // 40 by bank transfer, which the shop knows; 60 by our link, which it does not.
    given([a(1, Some(4_000))]).when(pays_for("A", "p", 6_000)).then(open("A", 0)).then(credit_left(0));
}

#[test]
fn money_beyond_what_the_source_and_we_know_is_a_credit() {
    given([a(1, Some(4_000))]).when(pays_for("A", "p", 12_000)).then(open("A", 0)).then(credit_left(2_000));
}

#[test]
fn an_older_picture_that_knows_of_no_payment_takes_none_away() {
    given([a(1, Some(0))])
        .when(pays_for("A", "p", 4_000))
        .when(arrives(a(2, Some(0))))
        .then(open("A", 6_000))
        .when(arrives(a(3, None)))
        .then(open("A", 6_000));
}

#[test]
fn a_refund_that_the_source_tells_by_its_picture_reopens() {
    given([a(1, Some(10_000))])
        .then(|world| assert!(world.case("A").closed.is_some()))
        .when(arrives(a(2, Some(2_500))))
        .then(open("A", 7_500))
        .then(|world| assert_eq!(world.case("A").closed, None));
}

#[test]
fn a_refund_counts_once_whether_the_source_or_the_provider_tells_it_first() {
    let paid = || given([a(1, Some(0))]).when(pays_for("A", "p", 10_000)).when(arrives(a(2, Some(10_000))));
    let back = || does(refund("r", Some("p"), Some("A"), 4_000));
    paid().when(back()).then(open("A", 4_000)).when(arrives(a(3, Some(6_000)))).then(open("A", 4_000));
    paid().when(arrives(a(3, Some(6_000)))).then(open("A", 4_000)).when(back()).then(open("A", 4_000));
}

#[test]
fn a_refund_that_the_source_has_not_heard_of_reopens_what_it_says_is_paid() {
    given([a(1, Some(0))])
        .when(pays_for("A", "p", 10_000))
        .when(arrives(a(2, Some(10_000))))
        .when(does(refund("r", Some("p"), Some("A"), 10_000)))
        .then(open("A", 10_000));
}

#[test]
fn an_invoice_that_shrinks_below_what_we_booked_gives_the_rest_back_as_a_credit() {
    let world = given([a(1, None), invoice("B", 3_000, day("2026-02-20"))])
        .when(pays_for("A", "p", 10_000))
        .when(arrives(InvoiceFact { total_minor: 6_000, ..a(2, None) }))
        .then(open("A", 0))
        .then(credit_left(4_000));
    assert!(world.attention.iter().any(|one| matches!(one, Attention::Overpaid { amount_minor: 4_000, .. })), "{:?}", world.attention);
    // B is covered by it: nobody hears of B.
    world.when(days_pass("2026-02-16", "2026-03-31")).then(messages(0));
}

#[test]
fn an_invoice_that_is_cancelled_after_we_booked_its_payment_gives_it_back_as_a_credit() {
    given([a(1, None), invoice("B", 12_000, day("2026-02-20"))])
        .when(pays_for("A", "p", 10_000))
        .when(does(Command::Cancelled { case: id("A"), revision: 2 }))
        .then(credit_left(10_000))
        .when(days_pass("2026-02-23", "2026-02-23"))
        .then(|world| assert_eq!(world.said[0].demand_minor, 2_000))
        .when(does(refund("r", Some("p"), None, 10_000)))
        .then(credit_left(0));
}

#[test]
fn what_the_source_itself_says_is_overpaid_is_shown_to_a_person() {
    let world = given([a(1, Some(10_000))]).when(arrives(a(2, Some(13_000))));
    let by = "upominek:A".to_owned();
    let over = Attention::Overpaid { by, amount_minor: 3_000, currency: crate::domain::money::Currency::PLN };
    assert_eq!(world.attention, [over]);
    assert_eq!(world.credit(), 0, "the source keeps that money, we do not");
}

/// Two payments and a refund, each told by an event and by a picture.
fn told() -> [Command; 6] {
    [
        Command::Invoice(Box::new(a(2, Some(4_000)))),
        Command::Invoice(Box::new(a(3, Some(10_000)))),
        payment("p", Some("A"), 4_000),
        payment("q", Some("A"), 6_000),
        refund("r", Some("p"), Some("A"), 3_000),
        Command::Invoice(Box::new(a(4, Some(7_000)))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_events_and_pictures_tell_twice_and_in_any_order_counts_once(
        paid in Just((0..8usize).collect::<Vec<_>>()).prop_shuffle(),
        refunded in Just((0..4usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let order: Vec<usize> = paid.iter().map(|one| one % 4).chain(refunded.iter().map(|one| 4 + one % 2)).collect();
        let mut world = given([a(1, Some(0))]);
        for index in order {
            world.apply(&told()[index]);
        }
        prop_assert_eq!((world.case("A").open_minor(), world.credit()), (3_000, 0));
    }

    /// A picture of a part payment that overtakes its payment cannot be told from other money: then
    /// less is asked for than is owed, and never more.
    #[test]
    fn in_no_order_is_more_asked_for_than_is_owed(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle()) {
        let first = |index: usize| order.iter().position(|one| one % 6 == index);
        prop_assume!(first(2) < first(4));
        let mut world = given([a(1, Some(0))]);
        for index in &order {
            world.apply(&told()[index % 6]);
        }
        prop_assert!(world.case("A").open_minor() <= 3_000);
        prop_assert_eq!(world.credit(), 0);
    }
}
