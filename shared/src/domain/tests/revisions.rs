//! Pictures and money that come twice and in any order (trap 4).

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Closed;
use crate::domain::fact::InvoiceFact;
use crate::domain::handle::{Command, Refused};

fn picture(revision: u64, total_minor: i64, due_on: &str) -> Command {
    Command::Invoice(Box::new(at_revision(revision, invoice("A", total_minor, day(due_on)))))
}

#[test]
fn a_picture_that_is_not_newer_changes_nothing() {
    let mut world = given([at_revision(5, invoice("A", 10_000, day("2026-02-02")))]);
    let before = world.account.clone();
    for revision in [1, 4, 5] {
        world.apply(&picture(revision, 99, "2026-01-01"));
        assert!(matches!(world.refused, Some(Refused::NoEffect(_))));
        assert_eq!(world.account, before);
    }
}

#[test]
fn a_newer_picture_keeps_steps_holds_and_bookings() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(a_day("2026-02-04"))
        .when(pays_for("A", "p", 4_000))
        .when(does(Command::Hold(Some(id("A")), hold("2026-03-01", None))))
        .when(does(picture(2, 12_000, "2026-02-03")))
        .then(open("A", 8_000))
        .then(|world| {
            assert_eq!(world.case("A").taken.len(), 1);
            assert!(world.case("A").hold.is_some());
        });
}

#[test]
fn a_newer_picture_replaces_all_that_the_source_says() {
    let mut newer = at_revision(2, invoice("A", 20_000, day("2026-02-05")));
    newer.number = "FV/other".to_owned();
    newer.remindable = false;
    newer.document_url = Some("https://faktury.example/a".to_owned());
    newer.payment_account = Some("PL61109010140000071219812874".to_owned());
    newer.ksef_number = Some("KSEF".to_owned());
    newer.warnings = vec![crate::domain::fact::Warning::DueBeforeIssue];
    given([invoice("A", 10_000, day("2026-02-02"))]).when(arrives(newer.clone())).then(|world| {
        let case = world.case("A");
        assert_eq!((&case.number, case.total_minor, case.due_on, case.remindable), (&newer.number, 20_000, newer.due_on, false));
        assert_eq!((&case.document_url, &case.payment_account), (&newer.document_url, &newer.payment_account));
        assert_eq!((&case.ksef_number, &case.warnings, case.issued_on), (&newer.ksef_number, &newer.warnings, newer.issued_on));
    });
}

#[test]
fn a_due_date_that_moves_does_not_repeat_a_step() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(days_pass("2026-02-02", "2026-02-06"))
        .when(does(picture(2, 10_000, "2026-03-02")))
        .when(days_pass("2026-02-07", "2026-03-20"))
        .then(|world| {
            let steps: Vec<_> = world.heard("A").into_iter().map(|(_, step)| step).collect();
            assert_eq!(steps, ["due", "due+1", "due+3", "due+7", "due+10", "due+14"]);
            assert_eq!(world.heard("A")[3].0, day("2026-03-09"), "a step waits for its new day");
        });
}

#[test]
fn a_cancelled_invoice_is_silent_until_a_newer_picture_says_otherwise() {
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(does(Command::Cancelled { case: id("A"), revision: 3 }))
        .when(does(picture(2, 10_000, "2026-02-02")))
        .when(days_pass("2026-02-02", "2026-02-10"))
        .then(messages(0))
        .then(|world| assert_eq!(world.case("A").closed, Some(Closed::Cancelled)))
        .when(does(picture(4, 10_000, "2026-02-02")))
        .when(a_day("2026-02-11"))
        .then(messages(1));
}

#[test]
fn a_difference_is_taken_off_once_and_a_later_picture_holds_it() {
    let less = |revision| Command::Adjusted { case: id("A"), revision, less_owed_minor: 3_000, less_paid_minor: 0 };
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(does(less(2)))
        .when(does(less(2)))
        .then(open("A", 7_000))
        .when(does(picture(3, 7_000, "2026-02-02")))
        .when(does(less(2)))
        .then(open("A", 7_000));
}

#[test]
fn a_difference_takes_nothing_below_zero() {
    given([invoice("A", 1_000, day("2026-02-02"))])
        .when(does(Command::Adjusted { case: id("A"), revision: 2, less_owed_minor: 5_000, less_paid_minor: 5_000 }))
        .then(open("A", 0))
        .then(|world| assert_eq!((world.case("A").total_minor, world.case("A").paid_minor()), (0, 0)));
}

/// What a source says of A over time, newest last, and money beside it.
fn story() -> Vec<Command> {
    vec![
        picture(2, 9_000, "2026-02-02"),
        picture(3, 6_000, "2026-02-05"),
        Command::Invoice(Box::new(InvoiceFact { cancelled: true, ..at_revision(4, invoice("A", 6_000, day("2026-02-05"))) })),
        picture(5, 8_000, "2026-02-09"),
        Command::Invoice(Box::new(invoice("B", 5_000, day("2026-02-12")))),
        payment("p", Some("A"), 7_000),
        payment("q", Some("B"), 1_000),
        credit_note("K", Some("B"), 500),
        payment("r", None, 1_500),
    ]
}

/// What is owed in all, after money without a case.
fn position(world: &World) -> i64 {
    let open: i64 = world.account.open_cases().iter().map(|case| case.open_minor()).sum();
    open - world.credit()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn events_twice_and_in_any_order_end_in_the_newest_state_with_each_payment_once(
        order in Just(story().into_iter().chain(story()).collect::<Vec<_>>()).prop_shuffle()
    ) {
        let mut world = World::new();
        for command in &order {
            world.apply(command);
        }
        prop_assert!(world.parked.is_empty());
        let a = world.case("A");
        prop_assert_eq!((a.revision, a.total_minor, a.due_on), (5, 8_000, day("2026-02-09")));
        prop_assert_eq!(a.closed == Some(Closed::Cancelled), false);
        prop_assert_eq!(position(&world), 8_000 + 5_000 - 7_000 - 1_000 - 500 - 1_500);
    }

    #[test]
    fn pictures_in_any_order_end_in_the_newest(order in Just((1u64..=8).collect::<Vec<_>>()).prop_shuffle()) {
        let fact = |revision: u64| {
            let total = 1_000 * i64::try_from(revision).unwrap();
            let paid = revision.is_multiple_of(2).then_some(total / 2);
            InvoiceFact { paid_minor: paid, cancelled: revision == 4, ..at_revision(revision, invoice("A", total, day("2026-02-02"))) }
        };
        let world = order.iter().fold(World::new(), |world, revision| world.when(arrives(fact(*revision))));
        let a = world.case("A");
        prop_assert_eq!((a.revision, a.total_minor, a.open_minor(), a.closed), (8, 8_000, 4_000, None));
    }
}
