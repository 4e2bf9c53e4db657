//! Whom no message reaches, and what cannot be a date: one account's trouble stays visible (trap 10).

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::fact::InvoiceFact;
use crate::domain::handle::{Attention, Command, Refused};
use crate::domain::policy::Channel;
use crate::domain::reminder::ReminderState;

const TODAY: &str = "2026-02-24";

fn with_contacts(email: Option<&str>, phone: Option<&str>) -> InvoiceFact {
    let mut fact = invoice("A", 100, day("2026-02-02"));
    fact.debtor.email = email.map(str::to_owned);
    fact.debtor.phone = phone.map(str::to_owned);
    fact
}

#[test]
fn without_any_address_nothing_is_said_and_a_person_is_told() {
    let world = given([with_contacts(None, None)]).when(days_pass(TODAY, "2026-03-31")).then(messages(0)).then(silent("A", "unreachable"));
    assert!(world.attention.contains(&Attention::Unreachable));
}

#[test]
fn an_address_that_comes_later_wakes_the_account_and_is_used() {
    given([with_contacts(None, None)])
        .when(days_pass(TODAY, "2026-02-26"))
        .when(arrives(InvoiceFact { revision: 2, ..with_contacts(Some("x@lipa.example"), None) }))
        .then(|world| assert!(world.evaluate_today))
        .when(a_day("2026-02-27"))
        .then(messages(1));
}

#[test]
fn a_channel_that_is_missing_is_replaced_by_the_other_one() {
    for (email, phone, channel) in [(Some("x@lipa.example"), None, Channel::Email), (None, Some("+48600700800"), Channel::Sms)] {
        let world = given([with_contacts(email, phone)]).when(days_pass("2026-01-28", "2026-02-28"));
        let to_debtor: Vec<_> = world.said.iter().map(|said| said.channel).filter(|said| *said != Channel::Task).collect();
        assert_eq!(to_debtor, [channel; 6]);
    }
}

#[test]
fn a_refused_address_is_never_used_again() {
    let mut world = given([invoice("A", 100, day("2026-02-02"))]).when(a_day(TODAY));
    let id = world.account.reminders[0].id.clone();
    world.unsaid(&id, ReminderState::Failed, true);
    let world = world.when(days_pass("2026-02-25", "2026-03-31"));
    assert!(world.said[1..].iter().all(|said| said.channel != Channel::Email));
    let steps: Vec<_> = world.heard("A")[1..].iter().map(|(_, step)| step.clone()).collect();
    assert_eq!(steps, ["due+1", "due+3", "due+7", "due+10", "due+14"], "the bounced step is said again by SMS");
}

#[test]
fn a_failure_is_shown_to_a_person_and_settled_once() {
    let mut world = given([invoice("A", 100, day("2026-02-02"))]).when(a_day(TODAY));
    let id = world.account.reminders[0].id.clone();
    world.unsaid(&id, ReminderState::Failed, false);
    assert!(matches!(world.attention.as_slice(), [Attention::Reminder { state: ReminderState::Failed, .. }]));
    assert_eq!(world.account.reminders[0].settled_at, Some(world.now));
    world.unsaid(&id, ReminderState::Failed, false);
    assert!(matches!(world.refused, Some(Refused::NoEffect(_))));
}

#[test]
fn a_failure_that_comes_after_a_later_step_does_not_go_back() {
    let mut world = given([invoice("A", 100, day("2026-02-02"))]).when(days_pass(TODAY, "2026-02-26"));
    let id = world.account.reminders[0].id.clone();
    world.unsaid(&id, ReminderState::Failed, true);
    world = world.when(days_pass("2026-02-27", "2026-03-06"));
    let steps: Vec<_> = world.heard("A").into_iter().map(|(_, step)| step).collect();
    assert_eq!(steps, ["due+1", "due+3", "due+7", "due+10", "due+14"]);
}

#[test]
fn dates_at_the_edges_of_the_calendar_stop_nothing() {
    for due in ["0001-01-05", "1582-10-15", "1970-01-01", "9999-12-31"] {
        given([invoice("A", 100, day(due))]).when(a_day(TODAY)).then(|world: &World| assert!(world.case("A").decision.is_some()));
    }
}

#[test]
fn a_command_about_what_the_account_does_not_have_is_refused() {
    let world = given([invoice("A", 100, day("2026-02-02"))]);
    for command in [Command::Paid { case: id("Z"), revision: 9 }, Command::Cancelled { case: id("Z"), revision: 9 }] {
        assert_eq!(world.handle(&command).unwrap_err(), Refused::NoSuchCase);
    }
}

#[test]
fn a_step_that_could_not_be_said_anywhere_leaves_its_reason_at_once() {
    let mut world = given([with_contacts(Some("x@lipa.example"), None)]).when(a_day(TODAY));
    let id = world.account.reminders[0].id.clone();
    world.unsaid(&id, ReminderState::Failed, true);
    world.then(silent("A", "unreachable"));
}

#[test]
fn what_is_open_again_or_planned_anew_does_not_keep_its_old_reason() {
    let mut world = given([with_contacts(Some("x@lipa.example"), None)]).when(days_pass("2026-01-28", "2026-03-31"));
    assert!(matches!(world.case("A").decision, Some((_, Decision::Skip { reason: SkipReason::LadderFinished { .. }, .. }))));
    // The bounce of the last message comes weeks later.
    let id = world.account.reminders.iter().rfind(|known| known.id.channel == Channel::Email).unwrap().id.clone();
    world.at(day("2026-03-31"), "12:00:00");
    world.unsaid(&id, ReminderState::Failed, true);
    world.then(silent("A", "unreachable"));
}

#[test]
fn a_bounce_that_comes_when_its_message_is_old_goes_to_history_as_what_it_became() {
    let mut world = given([with_contacts(Some("x@lipa.example"), None)]).when(a_day(TODAY)).when(pays_for("A", "p", 100_000));
    let id = world.account.reminders[0].id.clone();
    world.at(id.as_of + chrono::Days::new(90), "12:00:00");
    let bounced = Command::Unsaid { reminder: id.clone(), state: ReminderState::Failed, reason: "it bounced".into(), block: Vec::new() };
    let outcome = world.handle(&bounced).unwrap();
    let kept = outcome.account.reminders.iter().find(|known| known.id == id).map(|known| known.state);
    assert_eq!(kept, Some(ReminderState::Failed), "the store writes what leaves the account as it was before");
    world.commit(outcome);
    world.apply(&Command::Hold(None, crate::domain::account::Hold { reason: "x".into(), from: day(TODAY), until: None }));
    assert!(world.account.reminders.is_empty());
}
