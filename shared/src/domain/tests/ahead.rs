//! Days that have not come: a dry run of one plays the nights between, and says what the days
//! themselves say.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Account;
use crate::domain::ahead;
use crate::domain::approval::Approval;
use crate::domain::creditor::Settings;
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::handle::{Command, Context, Refused, Word};
use crate::domain::ids::CaseId;
use crate::domain::list::{self, ListMessage};
use crate::domain::reminder::ReminderState;

/// The messages of a day, and why the others are silent.
fn said_on(world: &World, on: NaiveDate) -> (Vec<ListMessage>, Vec<(CaseId, SkipReason)>) {
    let context = Context { settings: &world.settings, now: world.now };
    let account = ahead::night(&world.account, on, None, &context).expect("a night").account;
    day_of(&account, on, &world.settings)
}

/// The same, as a night has left it.
fn day_of(account: &Account, on: NaiveDate, settings: &Settings) -> (Vec<ListMessage>, Vec<(CaseId, SkipReason)>) {
    let silent = account.open_cases().into_iter().filter_map(|case| match case.decision.as_ref()? {
        (_, Decision::Skip { reason, .. }) => Some((case.id.clone(), reason.clone())),
        (_, Decision::Step { .. }) => None,
    });
    (list::planned(account, on, settings), silent.collect())
}

/// Invoice and step of every line of a day.
fn lines_of(world: &World, on: &str) -> Vec<(String, String)> {
    let (messages, _) = said_on(world, day(on));
    let lines = messages.into_iter().flat_map(|message| message.lines);
    lines.map(|line| (line.case.external.clone(), line.seen.step)).collect()
}

/// Monday evening; A was due on the Friday before.
fn overdue() -> World {
    let mut world = World::new();
    world.at(day("2026-02-23"), "17:00:00");
    world.when(arrives(invoice("A", 10_000, day("2026-02-20"))))
}

fn step(name: &str, step: &str) -> (String, String) {
    (name.to_owned(), step.to_owned())
}

#[test]
fn a_day_weeks_ahead_takes_the_step_of_that_day_and_not_the_first() {
    let world = overdue();
    assert_eq!(lines_of(&world, "2026-02-24"), [step("A", "due+1")]);
    let played = world.clone().when(days_pass("2026-02-24", "2026-03-31"));
    let later: Vec<_> = played.heard("A").into_iter().skip(1).collect();
    assert!(later.len() > 2, "the ladder has later steps: {later:?}");
    for (on, taken) in later {
        assert_eq!(lines_of(&world, &on.to_string()), [step("A", &taken)], "on {on}");
        assert_eq!(lines_of(&world, &(on + Days::new(1)).to_string()), [], "the day after {on}");
    }
}

#[test]
fn what_goes_today_is_not_said_again_tomorrow() {
    let world = overdue().when(night("2026-02-24"));
    assert_eq!(world.account.reminders[0].state, ReminderState::Scheduled);
    assert_eq!(lines_of(&world, "2026-02-25"), []);
}

#[test]
fn what_awaits_approval_today_stands_on_the_list_of_tomorrow() {
    let mut world = overdue();
    world.settings.approval = Approval::Required;
    let world = world.when(night("2026-02-24"));
    assert_eq!(lines_of(&world, "2026-02-25"), [step("A", "due+1")]);
}

#[test]
fn a_line_skipped_ahead_is_not_said_by_the_nights_between() {
    let skip = Command::Instruct { case: id("A"), on: day("2026-02-24"), word: Word::Skip { note: "they called".to_owned() } };
    let world = overdue().when(does(skip));
    assert_eq!(lines_of(&world, "2026-02-24"), []);
    assert_eq!(lines_of(&world, "2026-02-25"), [step("A", "due+1")]);
    let (_, silent) = said_on(&world, day("2026-02-26"));
    assert_eq!(silent.len(), 1, "it was said the day before");
}

#[test]
fn a_person_approves_ahead_what_its_day_will_say_and_nothing_else() {
    let world = overdue();
    let by_then = world.clone().when(days_pass("2026-02-24", "2026-03-31"));
    let (second_on, second) = by_then.heard("A")[1].clone();
    let approve = |on| Command::Instruct { case: id("A"), on, word: Word::Approve { seen: None } };
    let approved = world.handle(&approve(second_on)).expect("approved").account;
    let seen = approved.case(&id("A")).and_then(|case| case.instruction(second_on)).and_then(|word| word.seen.clone());
    assert_eq!(seen.map(|seen| seen.step), Some(second), "what was approved is the step of that day");
    let between = second_on - Days::new(1);
    assert!(matches!(world.handle(&approve(between)), Err(Refused::Silent(_))), "nothing is said on {between}");
}

proptest! {
    /// Whatever invoices there are: what is foretold for a day is what the day says.
    #[test]
    fn what_is_foretold_comes_true(
        invoices in proptest::collection::vec((0i64..40, 100i64..90_000), 1..5),
        first in 0u64..300,
        ahead_days in 1u64..45,
    ) {
        let today = day("2026-01-05") + Days::new(first);
        let on = today + Days::new(ahead_days);
        let mut world = World::new();
        world.at(today, "17:00:00");
        for (index, (due_in, total_minor)) in invoices.into_iter().enumerate() {
            let due_on = today + chrono::Duration::days(due_in - 15);
            world.apply(&Command::Invoice(Box::new(invoice(&format!("N{index}"), total_minor, due_on))));
        }
        let foretold = said_on(&world, on);
        days(&mut world, today + Days::new(1), on - Days::new(1));
        world.night(on);
        prop_assert_eq!(foretold, day_of(&world.account, on, &world.settings));
    }
}
