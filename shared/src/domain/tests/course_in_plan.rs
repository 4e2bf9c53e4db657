//! Steps that are passed over under an instalment plan: those of its instalment, for all its invoices.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::SkipReason;
use crate::domain::handle::{Command, NewPlan, Refused};
use crate::domain::reminder::ReminderState;
use crate::domain::stops::Party;

const DUE: &str = "2026-02-02";

/// 150.00 on Friday, 13 February, and 150.00 a month later, for two invoices.
fn in_plan() -> World {
    let instalments = vec![(day("2026-02-13"), 15_000), (day("2026-03-13"), 15_000)];
    given([invoice("A", 10_000, day(DUE)), invoice("B", 20_000, day("2026-02-03"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(Command::MakePlan(NewPlan { by: Party::Team, cases: Vec::new(), instalments, note: "by phone".to_owned() })))
}

fn skips(name: &str, step: &str) -> impl FnOnce(&mut World) {
    does(Command::SkipStep { case: id(name), step: step.to_owned(), reason: "they called".to_owned() })
}

fn takes(name: &str, step: &str) -> impl FnOnce(&mut World) {
    does(Command::RestoreStep { case: id(name), step: step.to_owned(), reason: "x".to_owned() })
}

fn refused(why: Refused) -> impl FnOnce(&World) {
    move |world| assert_eq!(world.refused, Some(why))
}

#[test]
fn the_next_step_of_the_instalment_is_passed_over_for_all_its_invoices_and_the_plan_goes_on() {
    in_plan()
        .when(skips("A", "plan-1/due-3"))
        .then(|world| assert_eq!(world.refused, None))
        .then(skipped("B", SkipReason::InPlan { pay_on: day("2026-02-13") }))
        .when(skips("B", "plan-1/due-3"))
        .then(refused(Refused::NoEffect("it is passed over already")))
        .when(days_pass("2026-02-05", "2026-02-13"))
        .then(heard("A", &[("2026-02-13", "plan-1/due")]))
        .then(heard("B", &[("2026-02-13", "plan-1/due")]))
        .when(pays("p", 15_000))
        .when(days_pass("2026-02-14", "2026-03-10"))
        .then(|world| assert_eq!(world.heard("B").last().unwrap().1, "plan-2/due-3", "of this instalment alone"));
}

#[test]
fn a_step_of_the_ladder_is_not_next_while_a_plan_is_kept() {
    in_plan().when(skips("A", "due+1")).then(refused(Refused::NotNextStep { next: Some("plan-1/due-3".to_owned()) }));
}

#[test]
fn one_that_waits_today_is_taken_off_with_every_line_of_the_plan() {
    in_plan()
        .when(night("2026-02-10"))
        .when(skips("B", "plan-1/due-3"))
        .then(|world| assert_eq!(world.account.reminders[0].state, ReminderState::Cancelled))
        .when(sending("2026-02-10"))
        .when(days_pass("2026-02-11", "2026-02-13"))
        .then(|world| assert_eq!(world.said.iter().map(|said| said.demand_minor).collect::<Vec<_>>(), [15_000]));
}

#[test]
fn it_is_taken_back_while_nothing_later_was_said_of_the_instalment() {
    let skipped = || in_plan().when(skips("A", "plan-1/due-3"));
    skipped()
        .when(takes("B", "plan-1/due-3"))
        .then(|world| assert_eq!(world.refused, None))
        .when(days_pass("2026-02-05", "2026-02-10"))
        .then(heard("A", &[("2026-02-10", "plan-1/due-3")]));
    skipped()
        .when(skips("A", "plan-1/due"))
        .when(takes("A", "plan-1/due-3"))
        .then(refused(Refused::LaterStep { later: "plan-1/due".to_owned() }))
        .when(takes("A", "plan-1/due"))
        .when(takes("A", "plan-1/due-3"))
        .then(|world| assert!(world.case("A").skipped.is_empty()));
    skipped().when(takes("A", "plan-2/due-3")).then(refused(Refused::NoSuchSkip));
}

#[test]
fn both_words_passed_over_leave_silence_until_the_next_instalment_and_a_missed_one_still_breaks_the_plan() {
    in_plan()
        .when(skips("A", "plan-1/due-3"))
        .when(skips("A", "plan-1/due"))
        .when(days_pass("2026-02-05", "2026-02-18"))
        .then(messages(0))
        .when(days_pass("2026-02-19", "2026-02-19"))
        .then(heard("A", &[("2026-02-19", "due+1")]));
}

#[test]
fn what_a_plans_step_was_passed_over_moves_nothing_on_the_ladder() {
    let back =
        |world: World| world.when(does(Command::WithdrawPlan(None, "x".to_owned()))).when(days_pass("2026-02-05", "2026-03-31")).heard("A");
    assert_eq!(back(in_plan().when(skips("A", "plan-1/due-3"))), back(in_plan()));
}
