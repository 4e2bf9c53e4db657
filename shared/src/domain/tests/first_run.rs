//! Invoices that are overdue when they first come, and the cap on a night's messages.

use chrono::{Days, NaiveDate};

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::SkipReason;
use crate::domain::first_run::{FirstRun, Mode};
use crate::domain::handle::Command;
use crate::domain::stops::Stop;

/// Tuesday.
const TODAY: &str = "2026-02-24";

/// An import on Monday evening: one invoice, so many days overdue then.
fn imported(mode: Mode, older_than: Option<NaiveDate>, overdue_days: u64) -> World {
    let mut world = World::new();
    world.settings.first_run = FirstRun { mode, older_than };
    let arrives_on = day("2026-02-23");
    world.at(arrives_on, "17:00:00");
    world.apply(&Command::Invoice(Box::new(invoice("A", 10_000, arrives_on - Days::new(overdue_days)))));
    world
}

fn guarded(overdue_days: i64) -> SkipReason {
    SkipReason::Stopped(Stop::FirstRunGuarded { overdue_days })
}

#[test]
fn the_guard_holds_what_comes_more_than_fourteen_days_overdue_and_nothing_else() {
    imported(Mode::Guard, None, 17)
        .when(days_pass(TODAY, "2026-02-27"))
        .then(messages(0))
        .then(skipped("A", guarded(17)))
        .then(|world| assert!(world.account.profile.wake_on > Some(day("2026-03-20")), "it sleeps until the mode is chosen"));
    imported(Mode::Guard, None, 14).when(a_day(TODAY)).then(heard("A", &[(TODAY, "due+1")]));
}

#[test]
fn the_night_of_its_arrival_says_that_it_is_guarded() {
    imported(Mode::Guard, None, 40).then(|world| assert!(world.evaluate_today, "the team hears about it today"));
}

#[test]
fn once_a_mode_is_chosen_the_guarded_ones_go_on() {
    let chosen = |mode, older_than| {
        imported(Mode::Guard, None, 17)
            .when(night(TODAY))
            .when(move |world| world.settings.first_run = FirstRun { mode, older_than })
            .when(does(Command::Replan))
            .when(a_day("2026-02-25"))
    };
    chosen(Mode::FirstStep, None).then(heard("A", &[("2026-02-25", "due+1")]));
    chosen(Mode::ByAge, None).then(heard("A", &[("2026-02-25", "due+14")]));
    let older_than = day("2026-02-24");
    chosen(Mode::Ignore, Some(older_than)).then(messages(0)).then(skipped("A", SkipReason::Stopped(Stop::TooOld { older_than })));
    chosen(Mode::Ignore, Some(day("2026-02-06"))).then(heard("A", &[("2026-02-25", "due+1")]));
}

#[test]
fn by_age_begins_at_the_highest_rung_whose_day_had_come_at_arrival() {
    for (overdue_days, step) in [(1, "due+1"), (2, "due+1"), (3, "due+3"), (6, "due+3"), (7, "due+7"), (14, "due+14"), (300, "due+14")] {
        imported(Mode::ByAge, None, overdue_days).when(a_day(TODAY)).then(heard("A", &[(TODAY, step)]));
    }
}

#[test]
fn by_age_passes_nothing_over_of_what_came_in_time() {
    let mut world = World::new();
    world.settings.first_run.mode = Mode::ByAge;
    world.at(day("2026-02-02"), "12:00:00");
    world.apply(&Command::Invoice(Box::new(invoice("A", 10_000, day("2026-02-03")))));
    // Every night until the 23rd is missed.
    world.when(a_day(TODAY)).then(heard("A", &[(TODAY, "due+1")]));
}

#[test]
fn what_was_reminded_once_goes_on_whatever_is_chosen_later() {
    imported(Mode::FirstStep, None, 30)
        .when(a_day(TODAY))
        .when(|world| world.settings.first_run = FirstRun { mode: Mode::Guard, older_than: None })
        .when(days_pass("2026-02-25", "2026-02-26"))
        .then(heard("A", &[(TODAY, "due+1"), ("2026-02-26", "due+3")]));
}

#[test]
fn ignored_invoices_are_no_part_of_other_messages() {
    let mut world = imported(Mode::Ignore, Some(day("2026-01-01")), 90);
    world.apply(&Command::Invoice(Box::new(invoice("B", 5_000, day("2026-02-20")))));
    world.when(a_day(TODAY)).then(|world| {
        assert_eq!(world.said[0].lines, [("B".to_owned(), "due+1".to_owned())]);
        assert_eq!(world.said[0].demand_minor, 5_000);
    });
}

#[test]
fn beyond_the_cap_a_line_waits_for_the_next_night_and_keeps_its_place() {
    let mut world = imported(Mode::FirstStep, None, 5);
    let place = world.account.profile.wake_on;
    world.at(day(TODAY), "04:00:00");
    world.apply(&Command::NightWithin { as_of: day(TODAY), messages: 0 });
    assert_eq!(world.account.profile.wake_on, place, "before those that wake later");
    world
        .then(silent("A", "run_cap_reached"))
        .when(|world| {
            world.at(day("2026-02-25"), "04:00:00");
            world.apply(&Command::NightWithin { as_of: day("2026-02-25"), messages: 1 });
            world.send(day("2026-02-25"));
        })
        .then(heard("A", &[("2026-02-25", "due+1")]));
}

#[test]
fn the_cap_counts_messages_and_not_lines_nor_tasks() {
    let mut world = World::new();
    world.at(day("2026-02-23"), "17:00:00");
    for fact in [invoice("A", 100, day("2026-02-20")), invoice("B", 100, day("2026-02-20")), in_euro(invoice("C", 100, day("2026-02-20")))]
    {
        world.apply(&Command::Invoice(Box::new(fact)));
    }
    world.at(day(TODAY), "04:00:00");
    let outcome = world.handle(&Command::NightWithin { as_of: day(TODAY), messages: 1 }).unwrap();
    assert_eq!((outcome.new_messages, outcome.account.reminders.len(), outcome.account.reminders[0].lines.len()), (1, 1, 2));
    world.commit(outcome);
    let again = world.handle(&Command::NightWithin { as_of: day(TODAY), messages: 0 }).unwrap();
    assert_eq!(again.new_messages, 0, "a second night of the day makes none");
    for step in &mut world.settings.policy.steps {
        step.channels = vec![crate::domain::policy::Channel::Task];
    }
    let next = world.handle(&Command::NightWithin { as_of: day("2026-02-25"), messages: 0 }).unwrap();
    assert_eq!(next.new_messages, 0);
    assert!(next.account.reminders.iter().any(|one| one.id.as_of == day("2026-02-25")), "the team's tasks are not counted");
}

#[test]
fn every_shard_has_its_share_of_the_cap_on_some_day_and_together_they_keep_to_it() {
    let mut settings = World::new().settings;
    for (cap, shards) in [(1, 1), (10, 3), (2, 5), (64, 64), (63, 64), (1, 64)] {
        (settings.run_cap, settings.shards) = (Some(cap), shards);
        let mut shares = vec![0; usize::from(shards)];
        for on in day(TODAY).iter_days().take(64) {
            let of_day: Vec<u32> = (0..shards).map(|shard| settings.share_of_cap(on, shard).unwrap()).collect();
            assert_eq!(of_day.iter().sum::<u32>(), cap, "{cap} in {shards}");
            shares.iter_mut().zip(&of_day).for_each(|(share, more)| *share += more);
        }
        assert!(shares.iter().all(|share| *share > 0), "{cap} in {shards}: nobody is left out for good");
    }
}
