//! A night too large for one transaction, stopped between any two of its chunks (trap 3).

use chrono::Days;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::handle::Command;
use crate::domain::reminder::ReminderState;

const TODAY: &str = "2026-02-24";

fn many(count: u64) -> World {
    let due = |n: u64| day(TODAY) - Days::new(1 + n % 20);
    given((0..count).map(|n| invoice(&format!("{n:03}"), 100, due(n)))).when(|world| world.at(day(TODAY), "04:00:00"))
}

/// As the store commits it: a draft with the cases first, the profile and the rest last.
fn stopped_after(before: &World, chunks_of_cases: usize) -> World {
    let whole = before.handle(&Command::Night { as_of: day(TODAY) }).unwrap().account;
    let mut stopped = before.clone();
    stopped.account.profile.version += 1;
    stopped.account.reminders = whole.reminders.clone();
    for reminder in &mut stopped.account.reminders {
        reminder.state = ReminderState::Draft;
    }
    for case in whole.cases.iter().take(chunks_of_cases) {
        *stopped.account.case_mut(&case.id).unwrap() = case.clone();
    }
    stopped
}

#[test]
fn a_night_stopped_anywhere_ends_as_if_it_had_not_been_when_it_runs_again() {
    let before = many(60);
    let whole = before.handle(&Command::Night { as_of: day(TODAY) }).unwrap().account;
    for committed in [0, 1, 29, 30, 59, 60] {
        let again = stopped_after(&before, committed).handle(&Command::Night { as_of: day(TODAY) }).unwrap().account;
        assert_eq!(again.reminders, whole.reminders, "stopped after {committed} cases");
        assert_eq!(again.cases, whole.cases, "stopped after {committed} cases");
    }
}

#[test]
fn what_was_decided_in_a_night_that_stopped_and_never_went_on_is_free_the_next_day() {
    let mut world = stopped_after(&many(60), 30).when(a_day("2026-02-26"));
    assert_eq!(world.said.len(), 1);
    assert_eq!(world.said[0].lines.len(), 60);
    world = world.when(days_pass("2026-02-27", "2026-03-31"));
    for n in 0..60 {
        let steps: Vec<_> = world.heard(&format!("{n:03}")).into_iter().map(|(_, step)| step).collect();
        assert_eq!(steps, ["due+1", "due+3", "due+7", "due+10", "due+14"], "invoice {n:03}");
    }
}

#[test]
fn a_payment_between_two_chunks_leaves_the_draft_to_the_night() {
    stopped_after(&many(60), 30)
        .when(pays_for("000", "p", 100))
        .then(|world| assert_eq!(world.account.reminders[0].state, ReminderState::Draft))
        .when(a_day(TODAY))
        .then(messages(1))
        .then(|world| assert_eq!(world.said[0].lines.len(), 59));
}
