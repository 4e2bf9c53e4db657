//! A template that is missing, or that cannot be filled: nothing empty or half goes out, the team is told, and
//! the case goes on.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::calendar::{Calendar, Country};
use crate::domain::cause::Cause;
use crate::domain::creditor::Settings;
use crate::domain::decide::Decision;
use crate::domain::grounds::{Lack, Lacking, Way};
use crate::domain::handle::{Attention, Command};
use crate::domain::message::facts::facts;
use crate::domain::message::{RenderError, email, sms};
use crate::domain::policy::{Channel, Shipped, Template, accepted};
use crate::domain::reminder::{ReminderId, ReminderState};

const DUE: &str = "2026-02-02";

/// The standard policy as it was stored while there was another template, for the steps that are named so.
fn stored(step: &str) -> serde_json::Value {
    let mut policy = serde_json::to_value(Shipped::Standard.policy()).unwrap();
    for one in policy["steps"].as_array_mut().unwrap().iter_mut().filter(|one| one["id"] == step) {
        one["template"] = "gentle-2024".into();
    }
    policy
}

fn with_gone(step: &str) -> World {
    let world = World::new();
    let mut settings = serde_json::to_value(&world.settings).unwrap();
    settings["policy"] = stored(step);
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let mut world = World { settings, ..world };
    world.apply(&Command::Invoice(Box::new(invoice("A", 10_000, day(DUE)))));
    world
}

/// What the dispatcher does with what it cannot put into words: it settles, and today is looked at again.
fn without_words(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| {
        for reminder in world.waiting(on) {
            world.apply(&Command::Unsaid { reminder, state: ReminderState::Failed, reason: Cause::NoText.text(), block: Vec::new() });
            assert!(world.evaluate_today);
        }
        world.apply(&Command::Night { as_of: on });
    }
}

fn waits_by(on: &str, channels: &[Channel]) -> impl FnOnce(&World) {
    let (on, channels) = (day(on), channels.to_vec());
    move |world| {
        let waiting: Vec<Channel> = world.waiting(on).iter().map(|id: &ReminderId| id.channel).collect();
        assert_eq!(waiting, channels, "{on}");
    }
}

#[test]
fn settings_with_a_template_that_is_gone_can_be_read_and_kept() {
    let world = with_gone("due+1");
    let step = |settings: &Settings| settings.policy.steps.iter().find(|step| step.id == "due+1").unwrap().template;
    assert_eq!(step(&world.settings), Some(Template::Unknown));
    let again: Settings = serde_json::from_value(serde_json::to_value(&world.settings).unwrap()).unwrap();
    assert_eq!(step(&again), Some(Template::Unknown));
}

#[test]
fn a_policy_that_names_one_is_refused_with_its_place() {
    for name in ["gentle-2024", "unknown", ""] {
        let mut policy = serde_json::to_value(Shipped::Standard.policy()).unwrap();
        policy["steps"][3]["template"] = name.into();
        policy.as_object_mut().unwrap().remove("version");
        let errors = accepted(&policy.to_string(), Calendar::of(Country::Pl)).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.expected.as_str())).collect();
        assert_eq!(fields, [("steps[3].template", "friendly, firm or final, or none")], "{name:?}");
    }
}

#[test]
fn nothing_is_said_by_a_template_that_there_is_not_by_no_channel_and_never_a_sterner_one() {
    let world = with_gone("due+1").when(night("2026-02-03"));
    let reminder = world.account.reminders.iter().find(|one| one.step == "due+1").unwrap();
    let said = facts(&world.account, reminder, &world.settings, day("2026-02-03"), "https://pay.example/p/x").unwrap();
    assert_eq!(email::email(&said), Err(RenderError::NoTemplate));
    assert_eq!(sms::sms(&said, 3), Err(RenderError::NoTemplate));
    assert!(email::task(&said).is_ok(), "the team can always be told");
}

#[test]
fn the_step_falls_to_the_next_channel_then_to_the_team_and_the_ladder_goes_on() {
    let world = with_gone("due+1").when(night("2026-02-03")).then(waits_by("2026-02-03", &[Channel::Email]));
    let world = world.when(without_words("2026-02-03")).then(waits_by("2026-02-03", &[Channel::Sms]));
    let world = world.when(without_words("2026-02-03")).then(waits_by("2026-02-03", &[Channel::Task]));
    let Some((_, Decision::Step { facts: Some(facts), .. })) = &world.case("A").decision else { panic!("{:?}", world.case("A").decision) };
    let lacking = |channel| Lacking { channel, lack: Lack::NoWords };
    assert_eq!(facts.way, Way::Fallback(vec![lacking(Channel::Email), lacking(Channel::Sms)]), "it says why the team takes it");
    let told = world.attention.iter().filter(|one| matches!(one, Attention::Reminder { state: ReminderState::Failed, .. })).count();
    assert_eq!(told, 2, "{:?}", world.attention);
    let world = world.when(sending("2026-02-03")).when(days_pass("2026-02-04", "2026-02-28"));
    let by: Vec<(String, Channel)> = world.case("A").taken.iter().map(|taken| (taken.step.clone(), taken.channel)).collect();
    assert_eq!(by[0], ("due+1".to_owned(), Channel::Task), "the team took it once");
    assert!(by.len() > 2 && by[1..].iter().all(|(step, _)| step != "due+1"), "{by:?}");
    assert!(by[1..].iter().any(|(_, channel)| *channel == Channel::Email), "later steps have words: {by:?}");
}

#[test]
fn another_invoice_of_the_debtor_is_spoken_of_as_ever() {
    let mut world = with_gone("due+1");
    world.apply(&Command::Invoice(Box::new(invoice("B", 10_000, day("2026-03-02")))));
    let world = world.when(night("2026-02-03")).when(without_words("2026-02-03")).when(without_words("2026-02-03"));
    let world = world.when(sending("2026-02-03")).when(days_pass("2026-02-04", "2026-03-02"));
    let steps: Vec<String> = world.heard("B").into_iter().map(|(_, step)| step).collect();
    assert_eq!(steps, ["due-3", "due"]);
}

#[test]
fn what_failed_for_another_reason_keeps_its_channel() {
    let world = with_gone("none").when(night("2026-02-03"));
    let waiting = world.waiting(day("2026-02-03"));
    let world = world.when(|world| world.unsaid(&waiting[0], ReminderState::Failed, false));
    world.when(night("2026-02-04")).then(waits_by("2026-02-04", &[Channel::Email]));
}
