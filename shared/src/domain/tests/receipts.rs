//! Receipts: one for each payment by the pay page that fits, told with what it paid, and never where silence is due.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::cause::Cause;
use crate::domain::handle::{Command, NewLegalStop};
use crate::domain::legal::LegalKind;
use crate::domain::policy::{Channel, Receipts};
use crate::domain::service::Received;
use crate::domain::stops::Party;

fn two() -> World {
    given([invoice("A", 10_000, day("2026-01-09")), invoice("B", 5_000, day("2026-02-20"))])
}

/// Money by the pay page, for an invoice that was chosen or for all.
fn comes(reference: &str, case: Option<&str>, amount_minor: i64, odd: Option<Cause>) -> impl FnOnce(&mut World) {
    let Command::Payment { fact, .. } = payment(reference, None, amount_minor) else { unreachable!() };
    does(Command::CheckoutPaid { reference: reference.to_owned(), case: case.map(id), fact, odd })
}

fn policy(receipts: Receipts) -> impl FnOnce(&mut World) {
    move |world| world.settings.policy.receipts = receipts
}

fn receipts(world: &World) -> Vec<Received> {
    world.account.service.iter().filter_map(|message| message.received.clone()).collect()
}

fn received(amount_minor: i64, numbers: &[&str], over_minor: i64) -> Received {
    let numbers = numbers.iter().map(|number| format!("FV/{number}")).collect();
    Received { amount_minor, on: day("2026-01-02"), numbers, more: 0, over_minor }
}

#[test]
fn a_payment_by_the_pay_page_is_confirmed_at_once_with_what_it_paid() {
    let Command::Payment { fact, .. } = payment("c1", None, 10_000) else { unreachable!() };
    let command = Command::CheckoutPaid { reference: "c1".to_owned(), case: None, fact, odd: None };
    let outcome = two().handle(&command).unwrap();
    assert_eq!(outcome.send_at_once.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-01-02_email_PLN_receipt-1"]);
    assert_eq!(outcome.new_messages, 0, "it is no reminder");
    let world = two().when(does(command));
    assert_eq!(receipts(&world), [received(10_000, &["A"], 0)]);
}

#[test]
fn each_payment_has_its_own_receipt() {
    let world = two().when(comes("c1", None, 4_000, None)).when(comes("c2", Some("B"), 5_000, None));
    assert_eq!(receipts(&world), [received(4_000, &["A"], 0), received(5_000, &["B"], 0)]);
}

#[test]
fn over_several_invoices_it_names_the_first_and_counts_the_rest() {
    let many = given((1..=8).map(|n| invoice(&format!("{n}"), 1_000, day("2026-01-09"))));
    let world = many.when(comes("c1", None, 8_000, None));
    let said = receipts(&world);
    assert_eq!((said[0].numbers.len(), said[0].more), (5, 3));
}

#[test]
fn what_comes_beyond_is_said_even_if_all_was_paid_before() {
    let world = two().when(comes("c1", Some("A"), 12_000, None));
    assert_eq!(receipts(&world), [received(12_000, &["A"], 2_000)]);
    let world = given([invoice("A", 10_000, day("2026-01-09"))]).when(pays("bank", 10_000)).when(comes("c1", None, 10_000, None));
    assert_eq!(receipts(&world), [received(10_000, &[], 10_000)]);
}

#[test]
fn what_does_not_fit_is_a_persons_to_answer() {
    let world = two().when(comes("c1", None, 9_999, Some(Cause::AmountNotCheckouts)));
    assert_eq!(receipts(&world), []);
    let world = two().when(comes("c1", Some("gone"), 9_999, None));
    assert_eq!(receipts(&world), []);
}

#[test]
fn which_payments_are_confirmed_is_the_policys() {
    let with = |wanted| {
        let world = two().when(policy(wanted)).when(comes("c1", None, 4_000, None)).when(pays_for("A", "bank", 1_000));
        receipts(&world).iter().map(|one| one.amount_minor).collect::<Vec<_>>()
    };
    assert_eq!(with(Receipts::Checkouts), [4_000]);
    assert_eq!(with(Receipts::Every), [4_000, 1_000]);
    assert_eq!(with(Receipts::Never), [0; 0]);
}

#[test]
fn where_the_law_stops_us_or_no_way_is_left_nothing_is_said() {
    let stop = NewLegalStop {
        kind: LegalKind::Insolvency,
        since: day("2026-01-02"),
        until: None,
        reason: "GUp 1/26".to_owned(),
        contacts: Vec::new(),
    };
    assert_eq!(receipts(&two().when(does(Command::LegalStop(stop))).when(comes("c1", None, 4_000, None))), []);
    let refuses = |channel| does(Command::RefuseChannel { channel, by: Party::Debtor, reason: None });
    let world = two().when(refuses(Channel::Email)).when(comes("c1", None, 4_000, None));
    assert_eq!(world.account.service[0].id.channel, Channel::Sms);
    let world = two().when(refuses(Channel::Email)).when(refuses(Channel::Sms)).when(comes("c1", None, 4_000, None));
    assert_eq!(receipts(&world), []);
}

#[test]
fn it_counts_as_no_reminder_and_the_ladder_goes_on_for_what_is_left() {
    let unpaid = two().when(days_pass("2026-01-03", "2026-02-28"));
    let part = two().when(comes("c1", None, 100, None)).when(days_pass("2026-01-03", "2026-02-28"));
    assert_eq!(part.heard("A"), unpaid.heard("A"));
    assert_eq!(part.heard("B"), unpaid.heard("B"));
}

proptest! {
    #[test]
    fn what_a_receipt_says_adds_up(payments in proptest::collection::vec((prop::option::of(prop::sample::select(vec!["A", "B"])), 1..9_000i64), 1..8)) {
        let mut world = two();
        for (nth, (case, amount_minor)) in payments.into_iter().enumerate() {
            let open = |world: &World| world.account.cases.iter().map(|case| case.open_minor()).sum::<i64>();
            let before = open(&world);
            comes(&format!("c{nth}"), case, amount_minor, None)(&mut world);
            let all = receipts(&world);
            prop_assert_eq!(all.len(), nth + 1);
            let last = all.last().unwrap();
            prop_assert_eq!(last.amount_minor, amount_minor);
            prop_assert_eq!(last.amount_minor - last.over_minor, before - open(&world), "what it does not call beyond, it paid");
            prop_assert_eq!(last.numbers.is_empty(), last.over_minor == last.amount_minor);
        }
    }
}
