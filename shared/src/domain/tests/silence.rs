//! Every evaluated case has a step or a reason for none.

use chrono::Days;

use super::sentences::*;
use super::world::day;
use crate::domain::creditor::Mode;
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::handle::Command;
use crate::domain::policy::Channel;

#[test]
fn a_test_order_is_never_reminded() {
    let mut fact = invoice("A", 100, day("2026-02-02"));
    fact.remindable = false;
    given([fact]).when(days_pass("2026-01-20", "2026-03-31")).then(messages(0)).then(skipped("A", SkipReason::NotRemindable));
}

#[test]
fn in_trial_nobody_beside_the_allow_list_hears_anything() {
    given([invoice("A", 100, day("2026-02-02"))])
        .when(|world| world.settings.mode = Mode::Trial)
        .when(days_pass("2026-01-28", "2026-03-31"))
        .then(messages(0))
        .then(silent("A", "not_on_allow_list"));
}

#[test]
fn too_soon_names_the_day_of_the_last_message() {
    given([invoice("A", 100, day("2026-01-12"))])
        .when(a_day("2026-02-23"))
        .when(arrives(invoice("B", 100, day("2026-02-02"))))
        .when(night("2026-02-24"))
        .then(skipped("B", SkipReason::TooSoon { last_on: day("2026-02-23") }));
}

#[test]
fn after_the_window_of_the_day_the_step_waits_for_the_next_working_day() {
    // Friday, 21:00.
    given([invoice("A", 100, day("2026-02-02"))])
        .when(|world| {
            world.at(day("2026-02-27"), "21:00:00");
            world.apply(&Command::Night { as_of: day("2026-02-27") });
        })
        .then(silent("A", "window_closed"))
        .then(|world| {
            let Some((_, Decision::Skip { next_step, next_on, .. })) = &world.case("A").decision else { panic!() };
            assert_eq!((next_step.as_deref(), *next_on), (Some("due+1"), Some(day("2026-03-02"))));
            assert_eq!(world.account.profile.wake_on, Some(day("2026-03-02")));
        });
}

#[test]
fn a_night_that_runs_on_a_later_day_writes_nothing_for_the_past_one() {
    given([invoice("A", 100, day("2026-02-02"))])
        .when(|world| {
            world.at(day("2026-02-25"), "04:00:00");
            world.apply(&Command::Night { as_of: day("2026-02-24") });
        })
        .then(silent("A", "window_closed"))
        .when(a_day("2026-02-25"))
        .then(heard("A", &[("2026-02-25", "due+1")]));
}

#[test]
fn a_reason_that_stays_keeps_its_first_day() {
    given([invoice("A", 100, day("2026-02-20"))])
        .when(days_pass("2026-02-02", "2026-02-12"))
        .then(|world| assert_eq!(world.case("A").decision.as_ref().unwrap().0, day("2026-01-02"), "the day on which it came"));
}

#[test]
fn every_open_case_has_a_decision_after_every_night() {
    let first = day("2026-02-24") - Days::new(20);
    let mut world = given((0..40).map(|n: u64| invoice(&format!("{n:02}"), 100, first + Days::new(n))));
    for on in day("2026-02-02").iter_days().take(60) {
        world.night(on);
        for case in &world.account.cases {
            let (since, decision) = case.decision.as_ref().unwrap();
            assert!(*since <= on, "{on}: {decision:?}");
            if let Decision::Step { reminder, .. } = decision {
                assert_eq!((*since, reminder.as_of), (on, on));
            }
        }
        world.send(on);
    }
}

#[test]
fn where_the_one_message_of_the_day_was_called_off_the_reason_says_so() {
    // A's message is called off since it is paid; at noon B comes, and is overdue.
    given([invoice("A", 100, day("2026-02-02"))])
        .when(night("2026-02-24"))
        .when(pays_for("A", "p", 100))
        .when(sending("2026-02-24"))
        .when(|world| world.at(day("2026-02-24"), "12:00:00"))
        .when(arrives(invoice("B", 100, day("2026-02-02"))))
        .when(|world| world.apply(&Command::Night { as_of: day("2026-02-24") }))
        .then(skipped("B", SkipReason::DayIsTaken { channel: Channel::Email }))
        .when(a_day("2026-02-25"))
        .then(heard("B", &[("2026-02-25", "due+1")]));
}
