//! Payments under way: silence for a bounded time, and what follows.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::SkipReason;
use crate::domain::handle::{Attention, Command, Entry, Refused, SaidPaid};
use crate::domain::message::page_facts::page_facts;
use crate::domain::money::Currency;
use crate::domain::pending::{PaidBy, PendingEnd};
use crate::domain::stops::{Party, Stop};

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn says(by: Party, paid_on: &str) -> Command {
    Command::SaidPaid(Some(id("A")), SaidPaid { by, paid_on: day(paid_on), way: PaidBy::Transfer, reason: None })
}

fn under_way(reference: &str, amount_minor: i64) -> Command {
    Command::CheckoutPending { reference: reference.to_owned(), case: None, amount_minor, currency: Currency::PLN }
}

fn fails(reference: &str) -> Command {
    Command::CheckoutFailed { reference: reference.to_owned() }
}

fn comes(reference: &str, amount_minor: i64) -> Command {
    let Command::Payment { fact, .. } = payment(reference, None, amount_minor) else { unreachable!() };
    Command::CheckoutPaid { reference: reference.to_owned(), case: None, fact, odd: None }
}

fn ends(world: &World) -> Vec<(PendingEnd, i64)> {
    let ended = world.entries.iter().filter_map(|entry| match entry {
        Entry::PendingEnded { how, received_minor, .. } => Some((*how, *received_minor)),
        _ => None,
    });
    ended.collect()
}

fn not_come(world: &World) -> usize {
    world.attention.iter().filter(|one| matches!(one, Attention::PaymentNotCome { .. })).count()
}

/// Overdue since Tuesday, reminded on that day; now it is noon of Wednesday, 4 February.
fn reminded() -> World {
    given([invoice("A", 10_000, day(DUE))])
        .when(days_pass("2026-02-03", "2026-02-03"))
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
}

#[test]
fn what_is_said_to_be_paid_is_waited_for_five_days_and_then_the_ladder_goes_on() {
    // Five days end on Monday the 9th, a working day.
    let stop = Stop::PaymentPending { since: day("2026-02-04"), until: day("2026-02-09"), failed: false };
    reminded()
        .when(does(says(Party::Team, "2026-02-03")))
        .then(skipped("A", SkipReason::Stopped(stop)))
        .when(days_pass("2026-02-05", "2026-02-09"))
        .then(messages(1))
        .when(days_pass("2026-02-10", "2026-02-10"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-10", "due+3")]))
        .then(|world| assert_eq!((ends(world), not_come(world)), (vec![(PendingEnd::RanOut, 0)], 1)));
}

#[test]
fn the_days_are_the_policys_and_end_on_a_working_day() {
    for (pending_days, until) in [(1, "2026-02-05"), (3, "2026-02-09"), (30, "2026-03-06")] {
        let mut world = reminded();
        world.settings.policy.pending_days = pending_days;
        does(says(Party::Team, "2026-02-04"))(&mut world);
        assert_eq!(world.case("A").pending.as_ref().unwrap().until, day(until), "{pending_days}");
    }
}

#[test]
fn money_that_comes_ends_the_wait_and_the_rest_is_asked_for_again() {
    reminded()
        .when(does(says(Party::Team, "2026-02-03")))
        .when(pays_for("A", "p", 4_000))
        .then(|world| assert_eq!(ends(world), [(PendingEnd::Booked, 4_000)]))
        .then(silent("A", "not_yet"))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(|world| assert_eq!(world.said.last().unwrap().demand_minor, 6_000));
}

#[test]
fn a_message_that_waits_does_not_go_once_a_payment_is_under_way() {
    for command in [says(Party::Debtor, "2026-02-04"), under_way("up-1", 10_000)] {
        reminded().when(night("2026-02-05")).when(does(command)).when(sending("2026-02-05")).then(messages(1));
    }
}

#[test]
fn a_failed_payment_goes_on_with_the_ladder_on_the_next_day_and_not_on_that_one() {
    reminded()
        .when(night("2026-02-05"))
        .when(does(under_way("up-1", 10_000)))
        .when(does(fails("up-1")))
        .then(|world| assert!(!world.evaluate_today))
        .then(skipped("A", SkipReason::Stopped(Stop::PaymentPending { since: day("2026-02-05"), until: day("2026-02-05"), failed: true })))
        .when(sending("2026-02-05"))
        .then(messages(1))
        .when(days_pass("2026-02-06", "2026-02-06"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-06", "due+3")]))
        .then(|world| assert_eq!((ends(world), not_come(world)), (vec![(PendingEnd::Failed, 0)], 0)))
        .then(|world| assert_eq!(world.case("A").pending, None));
}

#[test]
fn a_checkout_silences_the_invoices_that_its_money_goes_to() {
    given([invoice("A", 100, day(DUE)), invoice("B", 200, day("2026-02-03")), invoice("C", 300, day("2026-02-03"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(under_way("up-1", 300)))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(heard("A", &[]))
        .then(heard("B", &[]))
        .then(heard("C", &[("2026-02-05", "due+1")]))
        .when(does(comes("up-1", 300)))
        .then(|world| assert!(world.case("A").closed.is_some() && world.case("B").closed.is_some()))
        .then(|world| assert_eq!(ends(world), [(PendingEnd::Booked, 100), (PendingEnd::Booked, 200)]));
}

#[test]
fn the_pay_page_does_not_ask_twice_for_a_checkout_under_way_but_takes_what_was_only_said() {
    let payable = |world: &World| page_facts(&world.account, &world.settings, day("2026-02-04"), None).ledgers[0].payable_minor();
    let world = reminded().when(does(under_way("up-1", 10_000)));
    assert_eq!(payable(&world), 0);
    let world = world.when(does(fails("up-1")));
    assert_eq!(payable(&world), 10_000, "who failed may try again at once");
    let world = world.when(does(says(Party::Debtor, "2026-02-04")));
    assert_eq!(payable(&world), 10_000);
}

#[test]
fn twice_is_once_and_other_money_does_not_end_the_wait_for_a_checkout() {
    reminded()
        .when(does(under_way("up-1", 10_000)))
        .when(does(under_way("up-1", 10_000)))
        .then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_)))))
        .when(pays_for("A", "other", 1_000))
        .then(|world| assert_eq!(ends(world), []))
        .when(does(fails("up-2")))
        .then(|world| assert_eq!(ends(world), [], "another checkout failed"))
        .when(does(comes("up-1", 9_000)))
        .then(|world| assert_eq!(ends(world), [(PendingEnd::Booked, 10_000)]));
}

#[test]
fn the_debtor_is_not_believed_twice_in_vain_and_the_team_is() {
    let world = reminded().when(does(says(Party::Debtor, "2026-02-04"))).when(days_pass("2026-02-05", "2026-02-10"));
    let at_noon = |world: &mut World| world.at(day("2026-02-10"), "12:00:00");
    let again = world.clone().when(at_noon).when(does(says(Party::Debtor, "2026-02-09")));
    assert_eq!(again.refused, Some(Refused::SaidBefore));
    let paid = world.clone().when(at_noon).when(pays_for("A", "p", 1_000)).when(does(says(Party::Debtor, "2026-02-09")));
    assert_eq!(paid.refused, None, "something came meanwhile");
    let team = world.when(at_noon).when(does(says(Party::Team, "2026-02-09")));
    assert_eq!(team.refused, None);
}

#[test]
fn the_day_of_a_payment_lies_within_the_last_thirty() {
    let refused = |paid_on: &str| reminded().when(does(says(Party::Team, paid_on))).refused;
    let days = Some(Refused::PaidOn { first: day("2026-01-05"), last: day("2026-02-04") });
    assert_eq!((refused("2026-02-05"), refused("2026-01-04")), (days.clone(), days));
    assert_eq!((refused("2026-02-04"), refused("2026-01-05")), (None, None));
    let nobody = Command::SaidPaid(
        Some(id("Z")),
        SaidPaid { by: Party::Team, paid_on: day("2026-02-04"), way: PaidBy::Cash, reason: Some("they called".to_owned()) },
    );
    assert_eq!(reminded().when(does(nobody)).refused, Some(Refused::NoSuchCase));
}

#[test]
fn withdrawn_the_ladder_goes_on_at_once_and_a_cancelled_invoice_waits_for_nothing() {
    reminded()
        .when(does(says(Party::Team, "2026-02-04")))
        .when(does(Command::WithdrawPending(None, "they called".to_owned())))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(messages(2))
        .when(does(Command::WithdrawPending(None, "they called".to_owned())))
        .then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_)))));
    reminded()
        .when(does(says(Party::Team, "2026-02-04")))
        .when(does(Command::Cancelled { case: id("A"), revision: 2 }))
        .then(|world| assert_eq!((ends(world), not_come(world)), (vec![(PendingEnd::Moot, 0)], 0)));
}

#[test]
fn a_refund_after_the_payment_opens_the_invoice_at_the_right_step() {
    reminded()
        .when(does(under_way("up-1", 10_000)))
        .when(does(comes("up-1", 10_000)))
        .when(days_pass("2026-02-05", "2026-02-06"))
        .when(does(refund("r", Some("up-1"), None, 10_000)))
        .when(days_pass("2026-02-09", "2026-02-09"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-09", "due+3")]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Told again and again, failed, booked in any order: the silence of each is bounded, nobody is asked
    /// within it, and the ladder goes on in its order.
    #[test]
    fn the_wait_is_bounded_and_the_ladder_keeps_its_order(what in prop::collection::vec((0u64..20, 0u8..4, 0u8..3), 0..8)) {
        let mut world = reminded();
        for today in day("2026-02-05").iter_days().take(80) {
            world.at(today, "02:00:00");
            for (_, kind, which) in what.iter().filter(|(on, ..)| day("2026-02-05") + chrono::Days::new(*on) == today) {
                let reference = format!("up-{which}");
                match kind {
                    0 => world.apply(&under_way(&reference, 10_000)),
                    1 => world.apply(&fails(&reference)),
                    2 => world.apply(&says(Party::Debtor, &today.to_string())),
                    _ => world.apply(&Command::WithdrawPending(None, "they called".to_owned())),
                }
            }
            let stopped = world.case("A").pending.as_ref().is_some_and(|pending| pending.covers(today));
            if let Some(pending) = &world.case("A").pending {
                prop_assert!((pending.until - pending.since).num_days() <= 9);
            }
            let before = world.said.len();
            days(&mut world, today, today);
            prop_assert!(!stopped || world.said.len() == before, "said on {today}");
        }
        let steps: Vec<String> = world.heard("A").into_iter().map(|(_, step)| step).collect();
        prop_assert_eq!(steps, ["due+1", "due+3", "due+7", "due+10", "due+14"]);
    }
}

#[test]
fn what_fails_after_it_was_waited_for_in_vain_keeps_its_day_silent_too() {
    // Five days from Wednesday the 4th end on Monday; the provider says on Tuesday that it failed.
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(|world| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(Command::CheckoutPending { reference: "up-1".to_owned(), case: None, amount_minor: 10_000, currency: Currency::PLN }))
        .when(days_pass("2026-02-05", "2026-02-09"))
        .when(night("2026-02-10"))
        .when(|world| world.at(day("2026-02-10"), "07:00:00"))
        .when(does(Command::CheckoutFailed { reference: "up-1".to_owned() }))
        .when(sending("2026-02-10"))
        .then(messages(0))
        .when(a_day("2026-02-11"))
        .then(messages(1));
}
