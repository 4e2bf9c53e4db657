//! Steps, in order and none lost (traps 1 and 2).

use chrono::{Days, NaiveDate};

use super::sentences::*;
use super::world::{World, day};
use crate::domain::policy::Channel;

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";
/// The steps after the due date, none of which may ever be lost.
const AFTER_DUE: [&str; 5] = ["due+1", "due+3", "due+7", "due+10", "due+14"];

fn steps_of(world: &World, name: &str) -> Vec<String> {
    world.heard(name).into_iter().map(|(_, step)| step).collect()
}

/// Pairs of days that stand closer than two days.
fn too_close(days: &[NaiveDate]) -> bool {
    days.windows(2).any(|pair| pair[0] + Days::new(2) > pair[1])
}

#[test]
fn an_unpaid_invoice_climbs_the_whole_ladder_two_days_apart() {
    given([invoice("A", 10_000, day(DUE))]).when(days_pass("2026-01-20", "2026-04-30")).then(heard(
        "A",
        &[
            ("2026-01-30", "due-3"),
            ("2026-02-02", "due"),
            ("2026-02-04", "due+1"),
            ("2026-02-06", "due+3"),
            ("2026-02-09", "due+7"),
            ("2026-02-12", "due+10"),
            ("2026-02-16", "due+14"),
        ],
    ));
}

#[test]
fn without_the_due_day_message_the_next_one_keeps_its_own_day() {
    given([invoice("A", 10_000, day(DUE))])
        .when(days_pass("2026-02-03", "2026-02-06"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-05", "due+3")]));
}

#[test]
fn after_the_last_step_there_is_silence_and_the_reason_for_it() {
    given([invoice("A", 10_000, day(DUE))])
        .when(days_pass("2026-01-20", "2026-02-17"))
        .then(silent("A", "ladder_finished"))
        .when(days_pass("2026-02-18", "2026-06-30"))
        .then(|world| assert_eq!(world.heard("A").len(), 7));
}

#[test]
fn the_sms_goes_by_sms_and_the_task_to_the_team() {
    let world = given([invoice("A", 10_000, day(DUE))]).when(days_pass("2026-01-20", "2026-02-20"));
    let channels: Vec<_> = world.said.iter().map(|said| said.channel).collect();
    use Channel::{Email, Sms, Task};
    assert_eq!(channels, [Email, Email, Email, Sms, Email, Task, Email]);
}

/// Trap 1. Each of the first days is the last one before the outage, for 1 to 40 days.
#[test]
fn skipped_nights_lose_no_step_after_the_due_date_and_keep_the_order() {
    let first = day("2026-01-28");
    for before in 0..22 {
        for skipped in 1..=40 {
            let last_seen = first + Days::new(before);
            let back = last_seen + Days::new(skipped + 1);
            let world = given([invoice("A", 10_000, day(DUE))])
                .when(|world| days(world, first, last_seen))
                .when(|world| days(world, back, back + Days::new(30)));
            let steps = steps_of(&world, "A");
            let after: Vec<_> = steps.iter().filter(|step| step.contains('+')).collect();
            assert_eq!(after, AFTER_DUE, "seen until {last_seen}, then from {back}");
            let heard: Vec<_> = world.heard("A").into_iter().map(|(on, _)| on).collect();
            assert!(!too_close(&heard), "seen until {last_seen}, then from {back}: {heard:?}");
        }
    }
}

/// Trap 2.
#[test]
fn an_invoice_that_comes_sixty_days_late_starts_gently_and_goes_a_gap_at_a_time() {
    given([invoice("A", 10_000, day("2026-01-05"))]).when(days_pass("2026-03-06", "2026-03-31")).then(heard(
        "A",
        &[("2026-03-06", "due+1"), ("2026-03-09", "due+3"), ("2026-03-11", "due+7"), ("2026-03-13", "due+10"), ("2026-03-16", "due+14")],
    ));
}

#[test]
fn a_step_before_or_on_the_due_date_lapses_with_its_moment() {
    given([invoice("A", 10_000, day(DUE))]).when(a_day("2026-02-02")).then(heard("A", &[("2026-02-02", "due")]));
    given([invoice("A", 10_000, day(DUE))]).when(a_day("2026-02-03")).then(heard("A", &[("2026-02-03", "due+1")]));
}

#[test]
fn an_invoice_due_far_ahead_waits_for_its_first_step() {
    given([invoice("A", 10_000, day(DUE))]).when(days_pass("2026-01-02", "2026-01-29")).then(messages(0)).then(silent("A", "not_yet"));
}

#[test]
fn a_task_for_the_team_keeps_no_message_to_the_debtor_waiting() {
    given([invoice("A", 10_000, day("2026-01-02")), invoice("B", 5_000, day("2026-02-20"))])
        .when(|world| world.account.cases[0].taken = taken(&[("due+7", "2026-01-20")]))
        .when(days_pass("2026-02-16", "2026-02-17"))
        .then(heard("A", &[("2026-02-16", "due+10")]))
        .then(heard("B", &[("2026-02-17", "due-3")]));
}

#[test]
fn a_message_to_the_debtor_keeps_no_task_for_the_team_waiting() {
    // B is announced on Monday; C comes in later, and its task is due on Tuesday.
    given([invoice("B", 5_000, day("2026-02-18"))])
        .when(a_day("2026-02-16"))
        .when(arrives(invoice("C", 5_000, day("2026-02-05"))))
        .when(|world| world.account.case_mut(&id("C")).unwrap().taken = taken(&[("due+7", "2026-02-12")]))
        .when(a_day("2026-02-17"))
        .then(heard("B", &[("2026-02-16", "due-3")]))
        .then(heard("C", &[("2026-02-17", "due+10")]));
}

#[test]
fn steps_of_one_case_keep_their_distance_even_from_a_task() {
    given([invoice("A", 10_000, day("2026-01-02"))])
        .when(|world| world.account.cases[0].taken = taken(&[("due+7", "2026-01-20")]))
        .when(days_pass("2026-02-16", "2026-02-19"))
        .then(heard("A", &[("2026-02-16", "due+10"), ("2026-02-18", "due+14")]));
}

#[test]
fn a_policy_that_loses_a_step_goes_on_behind_the_strictest_one_taken() {
    given([invoice("A", 10_000, day(DUE))])
        .when(days_pass("2026-01-28", "2026-02-10"))
        .when(|world| world.settings.policy.steps.retain(|step| step.id != "due+3" && step.id != "due+10"))
        .when(days_pass("2026-02-11", "2026-03-10"))
        .then(|world| assert_eq!(steps_of(world, "A"), ["due-3", "due", "due+1", "due+3", "due+7", "due+14"]));
}

fn taken(steps: &[(&str, &str)]) -> Vec<crate::domain::account::StepTaken> {
    let step =
        |(step, on): &(&str, &str)| crate::domain::account::StepTaken { step: (*step).to_owned(), on: day(on), channel: Channel::Email };
    steps.iter().map(step).collect()
}
