//! A payment at each point of the path: never a demand for what is paid (trap 5).

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::handle::Command;
use crate::domain::reminder::ReminderState;

const TODAY: &str = "2026-02-24";

fn two() -> World {
    given([invoice("A", 10_000, day("2026-02-02")), invoice("B", 20_000, day("2026-02-23"))])
}

#[test]
fn paid_before_the_night_nothing_is_decided() {
    two().when(pays_for("A", "p", 10_000)).when(a_day(TODAY)).then(|world| {
        assert_eq!(world.said[0].lines, [("B".to_owned(), "due+1".to_owned())]);
        assert_eq!(world.said[0].demand_minor, 20_000);
    });
}

#[test]
fn paid_between_night_and_sending_only_the_rest_is_said() {
    two().when(night(TODAY)).when(pays_for("A", "p", 10_000)).when(sending(TODAY)).then(|world| {
        assert_eq!(world.said[0].lines, [("B".to_owned(), "due+1".to_owned())]);
        assert_eq!(world.said[0].demand_minor, 20_000);
    });
}

#[test]
fn paid_in_part_between_night_and_sending_the_rest_is_demanded() {
    two()
        .when(night(TODAY))
        .when(pays_for("A", "p", 9_999))
        .when(sending(TODAY))
        .then(|world| assert_eq!(world.said[0].demand_minor, 20_001));
}

#[test]
fn paid_in_full_between_night_and_sending_there_is_silence() {
    two()
        .when(night(TODAY))
        .when(pays("p", 30_000))
        .when(sending(TODAY))
        .then(messages(0))
        .then(|world| assert_eq!(world.account.reminders[0].state, ReminderState::Cancelled));
}

#[test]
fn paid_after_the_message_the_ladder_ends() {
    two().when(a_day(TODAY)).when(pays("p", 30_000)).when(days_pass("2026-02-25", "2026-04-30")).then(messages(1)).then(|world| {
        assert_eq!(world.account.profile.wake_on, None, "nothing is open");
    });
}

#[test]
fn cancelled_or_held_between_night_and_sending_it_is_not_said() {
    let stops = [
        Command::Cancelled { case: id("A"), revision: 2 },
        Command::Paid { case: id("A"), revision: 2 },
        Command::Hold(Some(id("A")), hold(TODAY, None)),
        credit_note("K", Some("A"), 10_000),
    ];
    for stop in stops {
        two().when(night(TODAY)).when(does(stop)).when(sending(TODAY)).then(|world| {
            assert_eq!(world.said[0].lines.last().unwrap().0, "B");
            assert_eq!(world.said[0].demand_minor, 20_000);
        });
    }
}

#[test]
fn a_hold_on_the_debtor_between_night_and_sending_silences_all() {
    two().when(night(TODAY)).when(does(Command::Hold(None, hold(TODAY, None)))).when(sending(TODAY)).then(messages(0));
}

/// What happens to two invoices during a day, in any order with the night and the sending.
#[derive(Debug, Clone, Copy)]
enum Part {
    PayA,
    PayB,
    CreditA,
    Night,
    Send,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn in_any_order_of_payments_nights_and_sending_no_paid_invoice_is_demanded(
        order in Just(vec![Part::PayA, Part::PayB, Part::CreditA, Part::Night, Part::Night, Part::Send, Part::Send]).prop_shuffle()
    ) {
        let mut world = two();
        let today = day(TODAY);
        for part in order {
            let before = world.said.len();
            match part {
                Part::PayA => world.apply(&payment("a", Some("A"), 7_000)),
                Part::PayB => world.apply(&payment("b", Some("B"), 20_000)),
                Part::CreditA => world.apply(&credit_note("K", Some("A"), 3_000)),
                Part::Night => world.night(today),
                Part::Send => world.send(today),
            }
            for said in &world.said[before..] {
                let owed: i64 = said.lines.iter().map(|(name, _)| world.case(name).open_minor()).sum();
                prop_assert!(said.lines.iter().all(|(name, _)| world.case(name).open_minor() > 0));
                prop_assert_eq!(said.demand_minor, owed);
            }
        }
        prop_assert!(world.said.len() <= 1, "one message a day: {:?}", world.said);
        prop_assert!(world.account.open_cases().is_empty());
        world.send(today);
        prop_assert!(world.waiting(today).is_empty());
    }
}
