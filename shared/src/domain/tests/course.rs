//! A later day to pay by, and steps that are passed over.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Case;
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::fact::InvoiceFact;
use crate::domain::handle::{Command, Entry, Refused};
use crate::domain::message::page_facts::page_facts;
use crate::domain::money::Currency;
use crate::domain::policy::Policy;
use crate::domain::reminder::ReminderState;

const DUE: &str = "2026-02-02";

fn one() -> World {
    given([invoice("A", 10_000, day(DUE))]).when(at("2026-02-04"))
}

fn at(today: &str) -> impl FnOnce(&mut World) {
    let today = day(today);
    move |world| world.at(today, "12:00:00")
}

fn extends(due_on: &str) -> impl FnOnce(&mut World) {
    does(Command::ExtendDueDate { case: id("A"), due_on: day(due_on), reason: "agreed by phone".to_owned() })
}

fn restores(world: &mut World) {
    world.apply(&Command::RestoreDueDate { case: id("A"), reason: "x".to_owned() });
}

fn skips(step: &str) -> impl FnOnce(&mut World) {
    does(Command::SkipStep { case: id("A"), step: step.to_owned(), reason: "they called".to_owned() })
}

fn takes(step: &str) -> impl FnOnce(&mut World) {
    does(Command::RestoreStep { case: id("A"), step: step.to_owned(), reason: "x".to_owned() })
}

#[test]
fn the_ladder_counts_from_the_later_day_and_says_nothing_twice() {
    one()
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(heard("A", &[("2026-02-05", "due+1")]))
        .when(at("2026-02-06"))
        .when(extends("2026-03-02"))
        .then(skipped("A", SkipReason::Extended { until: day("2026-03-02") }))
        .when(days_pass("2026-02-07", "2026-03-10"))
        .then(heard("A", &[("2026-02-05", "due+1"), ("2026-03-05", "due+3"), ("2026-03-09", "due+7")]));
}

#[test]
fn nothing_is_called_overdue_before_the_later_day() {
    let world = one().when(extends("2026-03-01"));
    // 1 March is a Sunday: payable on the Monday.
    for (today, overdue) in [("2026-02-20", 0), ("2026-03-02", 0), ("2026-03-03", 1)] {
        let page = page_facts(&world.account, &world.settings, day(today), None);
        let ledger = &page.ledgers[0];
        let shown = ledger.due.iter().chain(&ledger.upcoming).next().unwrap();
        assert_eq!((shown.due_on, shown.payable_until, shown.days_overdue), (day("2026-03-01"), day("2026-03-02"), overdue), "{today}");
    }
}

#[test]
fn a_message_that_waits_loses_the_invoice_whose_day_was_put_off() {
    let both = || given([invoice("A", 100, day(DUE)), invoice("B", 200, day(DUE))]).when(night("2026-02-05"));
    both().when(extends("2026-03-02")).when(sending("2026-02-05")).then(|world| {
        assert_eq!(world.said.len(), 1);
        assert_eq!(world.said[0].lines, [("B".to_owned(), "due+1".to_owned())]);
        assert!(world.case("A").taken.is_empty(), "it was not said");
    });
    let alone = one().when(night("2026-02-05")).when(extends("2026-03-02"));
    assert_eq!(alone.account.reminders[0].state, ReminderState::Cancelled);
    alone.when(sending("2026-02-05")).then(messages(0));
}

#[test]
fn taken_back_it_is_due_as_printed() {
    let before = one();
    // What is decided of it is of its own day.
    let but_its_decision = |world: &World| Case { decision: None, ..world.case("A").clone() };
    let was = but_its_decision(&before);
    let world = before.when(extends("2026-03-02")).when(restores);
    assert_eq!(but_its_decision(&world), was);
    world.when(a_day("2026-02-05")).then(heard("A", &[("2026-02-05", "due+1")])).then(|world| {
        assert!(world.entries.iter().any(|entry| matches!(entry, Entry::DueDateRestored { .. })));
    });
}

#[test]
fn of_two_days_the_later_one_counts() {
    let moved = |due: &str| arrives(at_revision(2, invoice("A", 10_000, day(due))));
    one()
        .when(extends("2026-03-02"))
        .when(moved("2026-02-20"))
        .then(|world| assert_eq!(world.case("A").agreed_due_on(), day("2026-03-02")));
    one()
        .when(extends("2026-03-02"))
        .when(moved("2026-04-20"))
        .then(|world| assert_eq!(world.case("A").agreed_due_on(), day("2026-04-20")));
}

#[test]
fn a_day_that_cannot_be_given_is_refused() {
    let refused = |due_on| one().handle(&Command::ExtendDueDate { case: id("A"), due_on, reason: "x".to_owned() }).err();
    let days = Some(Refused::ExtendedDay { first: day("2026-02-04"), last: day("2027-02-04") });
    for bad in ["2026-02-02", "2026-02-03", "2027-02-05"] {
        assert_eq!(refused(day(bad)), days, "{bad}");
    }
    assert_eq!((refused(day("2026-02-04")), refused(day("2027-02-04"))), (None, None));
    let paid = one().when(pays_for("A", "p", 10_000)).when(extends("2026-03-02"));
    assert_eq!(paid.refused, Some(Refused::NoSuchCase));
}

#[test]
fn money_goes_to_what_is_due_before_what_was_put_off() {
    given([invoice("A", 100, day(DUE)), invoice("B", 100, day("2026-02-03"))])
        .when(at("2026-02-04"))
        .when(extends("2026-03-02"))
        .when(pays("p", 100))
        .then(open("A", 100))
        .then(open("B", 0));
}

#[test]
fn limitation_counts_from_the_printed_day() {
    let world = given([invoice("A", 100, day("2026-12-15"))]).when(at("2026-12-20")).when(extends("2027-01-15"));
    assert_eq!(crate::domain::stops::barred_from(world.case("A"), &world.settings), Some(day("2029-01-01")));
}

#[test]
fn the_step_after_a_skipped_one_comes_on_its_own_day() {
    one()
        .when(a_day("2026-02-05"))
        .when(at("2026-02-05"))
        .when(skips("due+3"))
        .then(|world| match &world.case("A").decision {
            Some((_, Decision::Step { step, .. })) => assert_eq!(step, "due+1", "what was said today stays the decision of today"),
            other => panic!("{other:?}"),
        })
        .when(days_pass("2026-02-06", "2026-02-10"))
        .then(heard("A", &[("2026-02-05", "due+1"), ("2026-02-09", "due+7")]));
}

#[test]
fn a_message_that_waits_loses_the_line_whose_step_is_skipped() {
    given([invoice("A", 100, day(DUE)), invoice("B", 200, day("2026-02-04"))])
        .when(night("2026-02-05"))
        .when(skips("due+1"))
        .when(sending("2026-02-05"))
        .then(heard("A", &[]))
        .then(|world| assert_eq!(world.said[0].demand_minor, 200))
        .when(days_pass("2026-02-06", "2026-02-09"))
        .then(|world| assert_eq!(world.heard("A")[0].1, "due+3"));
}

#[test]
fn only_the_step_that_comes_next_is_skipped_and_twice_is_once() {
    let refused = |world: &World, step: &str| {
        world.handle(&Command::SkipStep { case: id("A"), step: step.to_owned(), reason: "x".to_owned() }).unwrap_err()
    };
    let world = one();
    for step in ["due+3", "due-3", "nothing", ""] {
        assert_eq!(refused(&world, step), Refused::NotNextStep { next: Some("due+1".to_owned()) });
    }
    let world = world.when(skips("due+1")).when(skips("due+1"));
    assert_eq!(world.refused, Some(Refused::NoEffect("it is passed over already")));
    assert_eq!(world.case("A").skipped.len(), 1);
    let all = ["due+3", "due+7", "due+10", "due+14"].into_iter().fold(world, |world, step| world.when(skips(step)));
    assert_eq!(refused(&all, "due+14.2"), Refused::NotNextStep { next: None });
    all.when(days_pass("2026-02-05", "2026-04-05")).then(messages(0)).then(silent("A", "ladder_finished"));
}

#[test]
fn a_skipped_step_comes_after_all_while_nothing_later_was_taken() {
    one().when(skips("due+1")).when(takes("due+1")).when(a_day("2026-02-05")).then(heard("A", &[("2026-02-05", "due+1")]));
    let taken = one().when(skips("due+1")).when(a_day("2026-02-05")).when(takes("due+1"));
    assert_eq!(taken.refused, Some(Refused::LaterStep { later: "due+3".to_owned() }));
    let skipped = one().when(skips("due+1")).when(skips("due+3")).when(takes("due+1"));
    assert_eq!(skipped.refused, Some(Refused::LaterStep { later: "due+3".to_owned() }));
    assert_eq!(one().when(takes("due+1")).refused, Some(Refused::NoSuchSkip));
}

#[test]
fn what_is_counted_from_the_step_before_counts_from_the_skipped_ones_day() {
    let policy = "name: x\nleast_gap_days: 1\nsteps:\n- {id: one, anchor: {from: due, days: 1}, channels: [email], tone: friendly}\n- {id: two, anchor: {from: previous, days: 7}, channels: [email], tone: firm}\n";
    let mut world = one();
    world.settings.policy = crate::domain::policy::from_text(policy).unwrap();
    world
        .when(skips("one"))
        .when(days_pass("2026-02-05", "2026-02-12"))
        // Planned on Tuesday 3 February, so the next one is meant for the 10th.
        .then(heard("A", &[("2026-02-10", "two")]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// However the course is changed, steps come in order, once, with their gap, and never before the day
    /// to pay by is over where they say so.
    #[test]
    fn steps_come_once_in_order_and_never_say_overdue_too_early(changes in proptest::collection::vec((0u8..4, 1u64..60), 0..12)) {
        let policy = Policy::default();
        let ladder = policy.ladder_of(None);
        let mut world = one();
        let mut changes = changes.into_iter();
        let mut said: Vec<(chrono::NaiveDate, usize)> = Vec::new();
        for today in day("2026-02-05").iter_days().take(120) {
            world.night(today);
            let count = world.said.len();
            if let Some((what, ahead)) = changes.next() {
                let case = world.case("A").clone();
                match what {
                    0 => extends(&(today + chrono::Days::new(ahead)).to_string())(&mut world),
                    1 => restores(&mut world),
                    2 => {
                        let waiting = case.taken.iter().find(|taken| taken.on == today).map(|taken| taken.step.clone());
                        let next = waiting.unwrap_or_else(|| "due+7".to_owned());
                        skips(&next)(&mut world);
                    }
                    _ => takes("due+7")(&mut world),
                }
            }
            world.send(today);
            for one in &world.said[count..] {
                let rank = ladder.rank(&one.lines[0].1).unwrap();
                prop_assert!(said.iter().all(|(on, before)| *before < rank && *on + chrono::Days::new(2) <= one.on), "{:?}", world.said);
                let is_overdue = rank >= ladder.rank("due+1").unwrap();
                prop_assert!(!is_overdue || one.on > world.settings.payable_until(world.case("A").agreed_due_on()), "{:?}", world.said);
                said.push((one.on, rank));
            }
        }
    }
}

#[test]
fn a_discount_does_not_move_with_the_due_date() {
    let discount = Some(crate::domain::fact::DiscountFact { until: day("2026-01-30"), amount_minor: 200 });
    given([InvoiceFact { discount, ..invoice("A", 10_000, day(DUE)) }])
        .when(at("2026-02-04"))
        .when(extends("2026-03-02"))
        .then(|world| assert_eq!(world.case("A").discount.as_ref().map(|terms| terms.until), Some(day("2026-01-30"))));
}

#[test]
fn money_that_names_nothing_pays_what_is_due_before_what_was_put_off_and_is_waited_for_there() {
    let both = || {
        let world = given([invoice("A", 10_000, day("2026-02-02")), invoice("B", 10_000, day("2026-02-03"))]);
        world.when(|world| world.at(day("2026-02-04"), "12:00:00")).when(extends("2026-03-02"))
    };
    let paid = both().when(pays("p", 10_000));
    assert_eq!((paid.case("A").open_minor(), paid.case("B").open_minor()), (10_000, 0));
    let reference = "up-1".to_owned();
    let awaited = both().when(does(Command::CheckoutPending { reference, case: None, amount_minor: 10_000, currency: Currency::PLN }));
    assert!(awaited.case("A").pending.is_none() && awaited.case("B").pending.is_some());
}
