//! Paying one invoice, or a part, through the pay page: the money goes where the debtor said.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::SkipReason;
use crate::domain::handle::{Attention, Command};
use crate::domain::message::page_facts::{Ledger, page_facts};
use crate::domain::money::Currency;
use crate::domain::stops::Stop;

/// A is older; both are overdue.
fn two() -> World {
    let mut world = given([invoice("A", 10_000, day("2026-02-02")), invoice("B", 20_000, day("2026-02-03"))]);
    world.settings.payment_account = Some("PL61109010140000071219812874".to_owned());
    world.at(day("2026-02-10"), "12:00:00");
    world
}

fn comes(of: Option<&str>, amount_minor: i64) -> Command {
    let Command::Payment { fact, .. } = payment("up-1", None, amount_minor) else { unreachable!() };
    Command::CheckoutPaid { reference: "up-1".to_owned(), case: of.map(id), fact, odd: None }
}

fn ledger(world: &World) -> Ledger {
    let as_of = day("2026-02-10");
    page_facts(&world.account, &world.settings, as_of, None).ledger(Currency::PLN).cloned().expect("something is open")
}

#[test]
fn the_invoice_that_was_chosen_is_paid_and_not_the_oldest() {
    two().when(does(comes(Some("B"), 20_000))).then(open("A", 10_000)).then(open("B", 0)).then(credit_left(0));
}

#[test]
fn a_part_without_a_choice_goes_to_the_oldest() {
    two().when(does(comes(None, 12_000))).then(open("A", 0)).then(open("B", 18_000));
}

#[test]
fn a_part_of_a_chosen_invoice_leaves_the_rest_and_the_page_asks_for_the_rest() {
    let world = two().when(does(comes(Some("B"), 5_000))).then(open("A", 10_000)).then(open("B", 15_000));
    let ledger = ledger(&world);
    assert_eq!(ledger.payable_minor(), 25_000);
    assert_eq!(ledger.transfers[0].amount_minor, 25_000);
    assert_eq!(ledger.most_of(Some(&id("B"))), Some(15_000));
}

#[test]
fn what_the_bank_paid_meanwhile_makes_an_overpayment_with_a_task_and_no_error() {
    let world = two().when(pays_for("B", "bank", 20_000)).when(does(comes(Some("B"), 20_000)));
    let world = world.then(open("A", 10_000)).then(open("B", 0)).then(credit_left(20_000));
    let told = world.attention.iter().filter(|one| matches!(one, Attention::Overpaid { amount_minor: 20_000, .. })).count();
    assert_eq!(told, 1, "{:?}", world.attention);
    assert!(world.account.credits.iter().all(|credit| !credit.allocate), "a person decides what it is for");
}

#[test]
fn only_what_is_asked_for_can_be_chosen() {
    let mut disputed = two();
    disputed.apply(&Command::Hold(Some(id("A")), hold("2026-02-09", None)));
    assert_eq!(ledger(&disputed).most_of(Some(&id("A"))), None);
    assert_eq!(ledger(&disputed).most_of(Some(&id("nobody"))), None);
    assert_eq!(ledger(&disputed).most_of(None), Some(20_000));
}

#[test]
fn an_invoice_ahead_can_be_chosen_beside_one_that_is_due() {
    let mut world = two();
    world.apply(&Command::Invoice(Box::new(invoice("C", 3_000, day("2026-03-10")))));
    let ledger = ledger(&world);
    assert_eq!((ledger.payable_minor(), ledger.most_of(Some(&id("C")))), (30_000, Some(3_000)));
}

#[test]
fn while_a_chosen_one_is_under_way_only_that_one_is_silent() {
    let under_way =
        Command::CheckoutPending { reference: "up-1".to_owned(), case: Some(id("B")), amount_minor: 5_000, currency: Currency::PLN };
    let world = two().when(does(under_way)).when(night("2026-02-11"));
    assert!(world.case("B").pending.is_some() && world.case("A").pending.is_none());
    assert!(matches!(
        &world.case("B").decision,
        Some((_, crate::domain::decide::Decision::Skip { reason: SkipReason::Stopped(Stop::PaymentPending { .. }), .. }))
    ));
}
