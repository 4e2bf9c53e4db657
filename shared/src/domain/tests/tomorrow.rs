//! The list of tomorrow: what a person says of a line, before its night and after it, and what waits
//! for somebody's word.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::approval::Approval;
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::grounds::{Lack, Lacking};
use crate::domain::handle::{Command, Refused, Word};
use crate::domain::instruction::Seen;
use crate::domain::policy::Channel;
use crate::domain::reminder::ReminderState;

/// Tuesday; A and B, due on the Friday before, hear `due+1` by e-mail.
const TODAY: &str = "2026-02-24";

fn said(name: &str, on: &str, word: Word) -> Command {
    Command::Instruct { case: id(name), on: day(on), word }
}

fn skip(name: &str, on: &str) -> Command {
    said(name, on, Word::Skip { note: "they called".to_owned() })
}

fn by(name: &str, on: &str, channel: Channel) -> Command {
    said(name, on, Word::By { channel })
}

fn approve(name: &str, on: &str) -> Command {
    said(name, on, Word::Approve { seen: None })
}

fn undo(name: &str, on: &str) -> Command {
    Command::WithdrawInstruction { case: id(name), on: day(on) }
}

/// Monday evening before `TODAY`, with A and B overdue.
fn two() -> World {
    let mut world = World::new();
    world.at(day("2026-02-23"), "17:00:00");
    for name in ["A", "B"] {
        world.apply(&Command::Invoice(Box::new(invoice(name, 10_000, day("2026-02-20")))));
    }
    world
}

fn skipped_by_person(name: &str) -> impl FnOnce(&World) {
    skipped(name, SkipReason::Skipped { note: "they called".to_owned() })
}

/// Channel, state and number of lines of a day's reminders.
fn reminders(world: &World, on: &str) -> Vec<(Channel, ReminderState, usize)> {
    let of_day = world.account.reminders.iter().filter(|one| one.id.as_of == day(on));
    of_day.map(|one| (one.id.channel, one.state, one.lines.len())).collect()
}

fn refused(world: &World, command: &Command) -> Refused {
    world.handle(command).expect_err("refused")
}

#[test]
fn a_line_skipped_the_evening_before_is_silent_that_day_and_decided_anew_the_next() {
    two()
        .when(does(skip("A", TODAY)))
        .when(a_day(TODAY))
        .then(skipped_by_person("A"))
        .then(|world| assert_eq!(world.said[0].lines, [("B".to_owned(), "due+1".to_owned())]))
        .when(days_pass("2026-02-25", "2026-02-26"))
        .then(heard("A", &[("2026-02-26", "due+1")]))
        .then(|world| assert!(world.account.cases.iter().all(|case| case.instructions.is_empty()), "the word is over with its day"));
}

#[test]
fn a_line_skipped_after_the_night_is_taken_out_of_the_waiting_message() {
    two()
        .when(night(TODAY))
        .when(does(skip("A", TODAY)))
        .then(skipped_by_person("A"))
        .then(|world| assert_eq!(reminders(world, TODAY), [(Channel::Email, ReminderState::Scheduled, 1)]))
        .then(|world| assert!(world.case("A").taken.is_empty(), "its step is free"))
        .when(sending(TODAY))
        .then(heard("A", &[]))
        .then(heard("B", &[(TODAY, "due+1")]));
}

#[test]
fn a_message_without_lines_is_cancelled_and_comes_back_with_the_undo() {
    two()
        .when(night(TODAY))
        .when(does(skip("A", TODAY)))
        .when(does(skip("B", TODAY)))
        .then(|world| assert_eq!(reminders(world, TODAY), [(Channel::Email, ReminderState::Cancelled, 0)]))
        .when(does(undo("B", TODAY)))
        .then(|world| assert_eq!(reminders(world, TODAY), [(Channel::Email, ReminderState::Scheduled, 1)]))
        .when(sending(TODAY))
        .then(heard("B", &[(TODAY, "due+1")]))
        .then(heard("A", &[]));
}

#[test]
fn a_line_moved_before_the_night_goes_by_its_channel_and_the_others_by_theirs() {
    two()
        .when(does(by("A", TODAY, Channel::Sms)))
        .when(a_day(TODAY))
        .then(heard("A", &[(TODAY, "due+1")]))
        .then(|world| assert_eq!(world.said.iter().map(|said| said.channel).collect::<Vec<_>>(), [Channel::Email, Channel::Sms]))
        .then(|world| assert_eq!(world.case("A").taken[0].channel, Channel::Sms));
}

#[test]
fn a_line_moved_after_the_night_changes_its_message_and_back_again() {
    two()
        .when(night(TODAY))
        .when(does(by("A", TODAY, Channel::Sms)))
        .then(|world| {
            assert_eq!(
                reminders(world, TODAY),
                [(Channel::Email, ReminderState::Scheduled, 1), (Channel::Sms, ReminderState::Scheduled, 1)]
            );
        })
        .when(does(by("B", TODAY, Channel::Sms)))
        .then(|world| {
            assert_eq!(
                reminders(world, TODAY),
                [(Channel::Email, ReminderState::Cancelled, 0), (Channel::Sms, ReminderState::Scheduled, 2)]
            );
        })
        .when(does(undo("B", TODAY)))
        .then(|world| assert!(world.case("B").taken.len() == 1 && world.case("A").taken.len() == 1))
        .when(sending(TODAY))
        .then(|world| assert_eq!(world.heard("A").len() + world.heard("B").len(), 2, "each once"));
}

#[test]
fn a_line_can_be_given_to_the_team_instead() {
    two().when(night(TODAY)).when(does(by("A", TODAY, Channel::Task))).when(sending(TODAY)).then(|world| {
        assert_eq!(world.said.iter().map(|said| said.channel).collect::<Vec<_>>(), [Channel::Email, Channel::Task]);
    });
}

#[test]
fn what_has_gone_is_neither_skipped_nor_moved_nor_taken_back() {
    let world = two().when(does(approve("A", TODAY))).when(a_day(TODAY));
    for command in [skip("A", TODAY), by("A", TODAY, Channel::Sms), undo("A", TODAY)] {
        assert_eq!(refused(&world, &command), Refused::AlreadyGone, "{command:?}");
    }
}

#[test]
fn a_channel_that_cannot_be_used_is_refused_and_silences_if_it_goes_later() {
    assert!(matches!(refused(&two(), &by("A", TODAY, Channel::Letter)), Refused::Channel(_)), "there is no postal address");
    two()
        .when(does(by("A", TODAY, Channel::Sms)))
        .when(|world| drop(world.account.profile.contacts.block("+48600700800", "bounced")))
        .when(a_day(TODAY))
        .then(silent("A", "channel_gone"))
        .then(heard("B", &[(TODAY, "due+1")]));
}

#[test]
fn a_task_for_the_team_has_no_words_for_the_debtor() {
    let mut world = two();
    for step in &mut world.settings.policy.steps {
        step.channels = vec![Channel::Task];
    }
    assert!(matches!(refused(&world, &by("A", TODAY, Channel::Email)), Refused::Channel(_)));
}

#[test]
fn a_word_may_be_given_from_today_for_a_month_ahead_and_only_where_something_is_said() {
    let world = two();
    for on in ["2026-02-22", "2026-03-27"] {
        assert!(matches!(refused(&world, &skip("A", on)), Refused::InstructedDay { .. }), "{on}");
    }
    let held = two().when(does(Command::Hold(None, hold("2026-02-23", None))));
    assert!(matches!(refused(&held, &approve("A", TODAY)), Refused::Silent(_)));
    assert_eq!(refused(&world, &skip("Z", TODAY)), Refused::NoSuchCase);
    assert!(matches!(refused(&world, &undo("A", TODAY)), Refused::NoEffect(_)));
}

#[test]
fn what_hears_nothing_is_not_moved_either() {
    let mut world = two();
    for step in &mut world.settings.policy.steps {
        step.channels = vec![Channel::Email];
    }
    world.account.profile.contacts.block("biuro@lipa.example", "bounced");
    let lacks = vec![Lacking { channel: Channel::Email, lack: Lack::Blocked }];
    assert_eq!(refused(&world, &by("A", TODAY, Channel::Sms)), Refused::Silent(Box::new(SkipReason::Unreachable { lacks })));
}

#[test]
fn several_lines_are_approved_at_once_and_what_changed_stays_as_it_is() {
    let seen = |net_minor| Seen { step: "due+1".to_owned(), net_minor };
    let lines = vec![(id("A"), seen(10_000)), (id("B"), seen(9_000)), (id("Z"), seen(1))];
    let world = two().when(approval_required).when(night(TODAY)).when(does(Command::ApproveLines { on: day(TODAY), lines: lines.clone() }));
    assert_eq!((world.case("A").instructions.len(), world.case("B").instructions.len()), (1, 0));
    assert!(matches!(refused(&world, &Command::ApproveLines { on: day(TODAY), lines }), Refused::NoEffect(_)));
}

// Approval.

fn approval_required(world: &mut World) {
    world.settings.approval = Approval::Required;
}

fn close(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| {
        world.at(on, "20:00:00");
        for id in world.waiting(on) {
            world.apply(&Command::NotApproved { reminder: id });
        }
    }
}

#[test]
fn without_approval_nothing_goes_and_the_next_night_decides_anew() {
    two()
        .when(approval_required)
        .when(night(TODAY))
        .then(|world| {
            let reminder = &world.account.reminders[0];
            assert!(reminder.awaits_approval);
            assert_eq!(reminder.check_at.unwrap().to_rfc3339(), "2026-02-24T19:00:00+00:00", "looked at when its window closes");
            assert_eq!(world.account.profile.wake_on, Some(day("2026-02-25")), "it stands on tomorrow's list, too");
        })
        .when(sending(TODAY))
        .then(messages(0))
        .when(close(TODAY))
        .then(skipped("A", SkipReason::NotApproved))
        .when(night("2026-02-25"))
        .then(|world| assert_eq!(reminders(world, "2026-02-25"), [(Channel::Email, ReminderState::Scheduled, 2)]));
}

#[test]
fn what_waits_for_approval_today_is_spoken_of_on_the_list_of_tomorrow() {
    two()
        .when(approval_required)
        .when(night(TODAY))
        .when(does(by("A", "2026-02-25", Channel::Sms)))
        .when(does(approve("B", "2026-02-25")))
        .then(|world| assert_eq!(world.account.cases.iter().filter(|case| case.instructions.len() == 1).count(), 2));
}

#[test]
fn a_message_goes_once_every_line_is_approved_or_skipped() {
    two()
        .when(approval_required)
        .when(night(TODAY))
        .when(does(approve("A", TODAY)))
        .when(sending(TODAY))
        .then(messages(0))
        .when(|world| world.at(day(TODAY), "07:30:00"))
        .when(does(skip("B", TODAY)))
        .then(|world| {
            let reminder = &world.account.reminders[0];
            assert!(!reminder.awaits_approval);
            assert_eq!(reminder.check_at.unwrap().to_rfc3339(), "2026-02-24T07:00:00+00:00", "when its window opens");
        })
        .when(sending(TODAY))
        .then(messages(1))
        .then(heard("B", &[]));
}

#[test]
fn what_was_approved_the_evening_before_goes_by_itself() {
    two()
        .when(approval_required)
        .when(does(approve("A", TODAY)))
        .when(does(by("B", TODAY, Channel::Sms)))
        .when(a_day(TODAY))
        .then(messages(2));
}

#[test]
fn a_larger_sum_than_was_approved_waits_anew_and_a_smaller_one_goes() {
    let approved = || two().when(approval_required).when(does(approve("A", TODAY))).when(does(approve("B", TODAY))).when(night(TODAY));
    approved().when(arrives(at_revision(2, invoice("A", 12_000, day("2026-02-20"))))).when(sending(TODAY)).then(messages(0));
    approved().when(pays_for("A", "p", 4_000)).when(sending(TODAY)).then(|world| assert_eq!(world.said[0].demand_minor, 16_000));
    approved().when(pays_for("A", "p", 10_000)).when(sending(TODAY)).then(messages(1));
}

#[test]
fn a_stricter_step_than_was_approved_waits_anew() {
    two()
        .when(approval_required)
        .when(does(approve("A", TODAY)))
        .when(does(approve("B", TODAY)))
        .when(|world| world.account.cases[0].passed = Some("due+1".to_owned()))
        .when(a_day(TODAY))
        .then(messages(0));
}

#[test]
fn what_changed_since_it_was_seen_is_not_approved() {
    let shown = |step: &str, net_minor| said("A", TODAY, Word::Approve { seen: Some(Seen { step: step.to_owned(), net_minor }) });
    let world = two();
    assert_eq!(refused(&world, &shown("due+1", 9_999)), Refused::Changed);
    assert_eq!(refused(&world, &shown("due", 10_000)), Refused::Changed);
    assert!(world.handle(&shown("due+1", 10_000)).is_ok() && world.handle(&shown("due+3", 12_000)).is_ok());
}

#[test]
fn a_task_for_the_team_waits_for_nobody() {
    let mut world = two();
    approval_required(&mut world);
    for step in &mut world.settings.policy.steps {
        step.channels = vec![Channel::Task];
    }
    world.when(a_day(TODAY)).then(|world| assert_eq!(world.said.len(), 1));
}

#[test]
fn an_approval_taken_back_waits_again() {
    two()
        .when(approval_required)
        .when(night(TODAY))
        .when(does(approve("A", TODAY)))
        .when(does(approve("B", TODAY)))
        .when(does(undo("A", TODAY)))
        .then(|world| {
            assert!(world.account.reminders[0].awaits_approval);
            assert!(matches!(world.case("A").decision, Some((_, Decision::Step { .. }))), "its place in the message stays");
        });
}

#[test]
fn when_approval_is_no_longer_asked_for_what_waits_goes() {
    two()
        .when(approval_required)
        .when(night(TODAY))
        .when(|world| world.settings.approval = Approval::None)
        .when(does(Command::Replan))
        .then(|world| assert!(!world.account.reminders[0].awaits_approval))
        .when(sending(TODAY))
        .then(messages(1));
}
