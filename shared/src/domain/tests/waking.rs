//! When an account is looked at again: never too late, never not at all.

use chrono::Days;

use super::sentences::*;
use super::world::day;
use crate::domain::handle::Command;
use crate::domain::reminder::ReminderState;

#[test]
fn an_account_wakes_on_the_day_of_its_next_step() {
    let wakes = |on: &'static str| move |world: &super::world::World| assert_eq!(world.account.profile.wake_on, Some(day(on)));
    given([invoice("A", 100, day("2026-03-02"))])
        .when(night("2026-02-04"))
        .then(wakes("2026-02-27"))
        .when(a_day("2026-02-27"))
        .then(wakes("2026-03-02"))
        .when(a_day("2026-03-02"))
        .then(wakes("2026-03-04"));
}

#[test]
fn with_nothing_open_it_sleeps_for_good() {
    given([invoice("A", 100, day("2026-03-02"))])
        .when(pays_for("A", "p", 100))
        .then(|world| assert_eq!(world.account.profile.wake_on, None));
}

#[test]
fn whatever_is_open_is_looked_at_within_thirty_days() {
    let far = given([invoice("A", 100, day("2027-03-02"))]).when(night("2026-02-04"));
    assert_eq!(far.account.profile.wake_on, Some(day("2026-02-05") + Days::new(30)));
    let held = far.when(does(Command::Hold(None, hold("2026-02-01", Some("2026-12-31"))))).when(night("2026-02-05"));
    assert_eq!(held.account.profile.wake_on, Some(day("2026-02-06") + Days::new(30)));
    let done = given([invoice("A", 100, day("2026-02-02"))]).when(days_pass("2026-01-28", "2026-02-20"));
    assert_eq!(done.account.profile.wake_on, Some(day("2026-02-21") + Days::new(30)));
}

#[test]
fn what_cannot_hear_anything_is_not_looked_at_every_night() {
    let later = Some(day("2026-02-25") + Days::new(30));
    let mut test_order = invoice("A", 100, day("2026-02-02"));
    test_order.remindable = false;
    let mut nobody = invoice("A", 100, day("2026-02-02"));
    (nobody.debtor.email, nobody.debtor.phone) = (None, None);
    for fact in [test_order, nobody] {
        given([fact]).when(night("2026-02-24")).then(|world| assert_eq!(world.account.profile.wake_on, later));
    }
    given([invoice("A", 100, day("2026-02-02"))])
        .when(does(credit_note("K", None, 100)))
        .when(night("2026-02-24"))
        .then(|world| assert_eq!(world.account.profile.wake_on, later));
}

#[test]
fn the_end_of_a_hold_wakes() {
    given([invoice("A", 100, day("2026-02-02"))])
        .when(does(Command::Hold(Some(id("A")), hold("2026-02-01", Some("2026-02-10")))))
        .when(night("2026-02-03"))
        .then(|world| assert_eq!(world.account.profile.wake_on, Some(day("2026-02-11"))));
}

#[test]
fn what_comes_after_the_night_and_is_due_today_is_evaluated_today() {
    given([invoice("A", 100, day("2026-03-30"))])
        .when(a_day("2026-02-24"))
        .when(arrives(invoice("B", 100, day("2026-02-02"))))
        .then(|world| assert!(world.evaluate_today));
}

#[test]
fn what_comes_before_the_night_is_left_to_it() {
    given([])
        .when(|world| world.at(day("2026-02-24"), "03:59:00"))
        .when(arrives(invoice("B", 100, day("2026-02-02"))))
        .then(|world| assert!(!world.evaluate_today))
        .then(|world| assert_eq!(world.account.profile.wake_on, Some(day("2026-02-24"))));
}

#[test]
fn a_refused_address_is_followed_by_the_other_channel_on_the_same_day() {
    let mut world = given([invoice("A", 100, day("2026-02-02"))]).when(night("2026-02-24"));
    let id = world.waiting(day("2026-02-24")).remove(0);
    world.at(day("2026-02-24"), "10:00:00");
    world.unsaid(&id, ReminderState::Failed, true);
    assert!(world.evaluate_today);
    let sms = world.when(|world| world.apply(&Command::Night { as_of: day("2026-02-24") })).when(sending("2026-02-24"));
    assert_eq!((sms.said.len(), sms.said[0].channel), (1, crate::domain::policy::Channel::Sms));
    assert_eq!(sms.said[0].lines, [("A".to_owned(), "due+1".to_owned())]);
}

#[test]
fn what_was_cancelled_today_is_decided_on_another_day() {
    let mut world = given([invoice("A", 100, day("2026-02-02"))]).when(night("2026-02-24"));
    let id = world.waiting(day("2026-02-24")).remove(0);
    world.at(day("2026-02-24"), "10:00:00");
    world.unsaid(&id, ReminderState::Cancelled, false);
    assert!(!world.evaluate_today);
    world.when(days_pass("2026-02-24", "2026-02-25")).then(heard("A", &[("2026-02-25", "due+1")]));
}
