//! What the debtor says on the pay page: taken once, bounded, told to the team.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::debtor_word::DebtorWord;
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::handle::{Attention, Command, Entry, NewPlan, NewPromise, Refused, SaidPaid};
use crate::domain::pending::PaidBy;
use crate::domain::policy::Channel;
use crate::domain::stops::{Party, Stop};

/// Monday; due+1 goes by e-mail on Tuesday, due+3 by SMS on Thursday.
const DUE: &str = "2026-02-02";

fn one() -> World {
    given([invoice("A", 10_000, day(DUE))])
}

fn at(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| world.at(on, "12:00:00")
}

fn refuses(channel: Channel) -> impl FnOnce(&mut World) {
    does(Command::RefuseChannel { channel, by: Party::Debtor, reason: None })
}

fn promise(pay_on: &str) -> Command {
    Command::Promise(None, NewPromise { by: Party::Debtor, pay_on: day(pay_on), amount_minor: None, reason: None })
}

fn paid(on: &str) -> Command {
    Command::SaidPaid(None, SaidPaid { by: Party::Debtor, paid_on: day(on), way: PaidBy::Transfer, reason: None })
}

fn asks(parts: u8) -> Command {
    Command::AskInstalments { parts, note: "wages come late".to_owned() }
}

fn told(world: &World) -> Vec<DebtorWord> {
    let words = world.attention.iter().filter_map(|one| match one {
        Attention::DebtorSaid { word } => Some(word.clone()),
        _ => None,
    });
    words.collect()
}

fn channels(world: &World) -> Vec<Channel> {
    world.said.iter().map(|said| said.channel).collect()
}

#[test]
fn who_refuses_sms_hears_by_e_mail_and_the_team_is_told() {
    one()
        .when(refuses(Channel::Sms))
        .when(days_pass("2026-02-03", "2026-02-06"))
        .then(|world| assert_eq!(channels(world), [Channel::Email, Channel::Email]))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-05", "due+3")]))
        .then(|world| assert_eq!(told(world), [DebtorWord::NoMore { channel: Channel::Sms }]));
}

#[test]
fn what_waits_to_go_a_refused_way_goes_another() {
    one()
        .when(days_pass("2026-02-03", "2026-02-04"))
        .when(night("2026-02-05"))
        .when(refuses(Channel::Sms))
        .when(|world| world.send(day("2026-02-05")))
        .when(days_pass("2026-02-06", "2026-02-06"))
        .then(|world| assert!(!channels(world).contains(&Channel::Sms), "{:?}", channels(world)))
        .then(|world| assert_eq!(channels(world).len(), 2));
}

#[test]
fn who_refuses_both_is_left_to_the_team_and_may_be_written_to_again() {
    one()
        .when(refuses(Channel::Sms))
        .when(refuses(Channel::Email))
        .when(days_pass("2026-02-03", "2026-02-05"))
        .then(messages(0))
        .then(silent("A", "unreachable"))
        .then(|world| assert!(world.attention.contains(&Attention::Unreachable)))
        .when(at("2026-02-05"))
        .when(does(Command::AllowChannel { channel: Channel::Email, reason: "they asked for it".to_owned() }))
        .when(days_pass("2026-02-06", "2026-02-06"))
        .then(messages(1));
}

#[test]
fn refused_twice_or_allowed_without_need_changes_nothing() {
    let world = one().when(refuses(Channel::Sms));
    let again = world.handle(&Command::RefuseChannel { channel: Channel::Sms, by: Party::Debtor, reason: None });
    assert!(matches!(again, Err(Refused::NoEffect(_))));
    let allow = world.handle(&Command::AllowChannel { channel: Channel::Email, reason: "x".to_owned() });
    assert!(matches!(allow, Err(Refused::NoEffect(_))));
    for channel in [Channel::Call, Channel::Letter, Channel::Task] {
        assert!(matches!(world.handle(&Command::RefuseChannel { channel, by: Party::Debtor, reason: None }), Err(Refused::Channel(_))));
    }
}

#[test]
fn a_request_for_instalments_is_answered_in_silence_for_a_bounded_time() {
    // Five days of waiting from Wednesday end on Monday.
    one()
        .when(days_pass("2026-02-03", "2026-02-03"))
        .when(at("2026-02-04"))
        .when(does(asks(3)))
        .then(skipped("A", SkipReason::Stopped(Stop::InstalmentsAsked { since: day("2026-02-04"), until: day("2026-02-09") })))
        .then(|world| assert_eq!(told(world), [DebtorWord::Instalments { parts: 3, note: "wages come late".to_owned() }]))
        .when(days_pass("2026-02-05", "2026-02-09"))
        .then(messages(1))
        .when(days_pass("2026-02-10", "2026-02-10"))
        .then(messages(2));
}

#[test]
fn asked_again_it_silences_nothing() {
    let world = one().when(at("2026-02-04")).when(does(asks(3)));
    assert_eq!(world.handle(&asks(4)).unwrap_err(), Refused::AskedBefore);
    let world = world.when(at("2026-03-05"));
    assert_eq!(world.handle(&asks(3)).unwrap_err(), Refused::AskedBefore);
    let world = world.when(at("2026-03-06"));
    assert!(world.handle(&asks(3)).is_ok());
}

#[test]
fn as_many_instalments_as_make_sense_may_be_asked_for() {
    for parts in [0, 1, 13, u8::MAX] {
        assert_eq!(one().handle(&asks(parts)).unwrap_err(), Refused::InstalmentsAsked { least: 2, most: 12 });
    }
    let paid = one().when(pays_for("A", "p", 10_000));
    assert_eq!(paid.handle(&asks(2)).unwrap_err(), Refused::NoSuchCase);
}

#[test]
fn an_answer_ends_the_silence() {
    one()
        .when(at("2026-02-04"))
        .when(does(asks(2)))
        .when(does(Command::AnswerInstalments { reason: "they called".to_owned() }))
        .then(|world| assert!(world.entries.iter().any(|entry| matches!(entry, Entry::InstalmentsAnswered { .. }))))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(messages(1))
        .then(|world| {
            assert!(matches!(world.handle(&Command::AnswerInstalments { reason: "they called".to_owned() }), Err(Refused::NoEffect(_))))
        });
}

#[test]
fn a_plan_is_the_answer() {
    let instalments = vec![(day("2026-02-10"), 5_000), (day("2026-03-10"), 5_000)];
    let plan = NewPlan { by: Party::Team, cases: Vec::new(), instalments, note: String::new() };
    one()
        .when(at("2026-02-04"))
        .when(does(asks(2)))
        .when(does(Command::MakePlan(plan)))
        .then(|world| assert!(world.entries.iter().any(|entry| matches!(entry, Entry::InstalmentsAnswered { .. }))));
}

#[test]
fn a_promise_of_the_debtor_is_not_put_off_for_ever() {
    // The policy waits 14 days at the most.
    let world = one().when(at("2026-02-04")).when(does(promise("2026-02-10")));
    assert_eq!(told(&world), [DebtorWord::Promised { pay_on: day("2026-02-10"), case: None }]);
    let later = world.when(at("2026-02-10")).when(does(promise("2026-02-18")));
    assert_eq!(
        later.handle(&promise("2026-02-19")).unwrap_err(),
        Refused::PromisedDay { first: day("2026-02-10"), last: day("2026-02-18") }
    );
}

#[test]
fn after_a_broken_word_the_next_promise_is_the_teams_to_take() {
    let world = one().when(at("2026-02-04")).when(does(promise("2026-02-05"))).when(days_pass("2026-02-05", "2026-02-12"));
    let world = world.when(at("2026-02-12"));
    assert_eq!(world.handle(&promise("2026-02-13")).unwrap_err(), Refused::PromisedBefore);
    let team = NewPromise { by: Party::Team, pay_on: day("2026-02-13"), amount_minor: None, reason: Some("they called".to_owned()) };
    assert!(world.handle(&Command::Promise(None, team)).is_ok());
}

#[test]
fn i_have_paid_said_again_with_another_day_waits_no_longer() {
    let world = one().when(at("2026-02-04")).when(does(paid("2026-02-03")));
    assert_eq!(told(&world), [DebtorWord::Paid { paid_on: day("2026-02-03"), way: PaidBy::Transfer, case: None }]);
    let world = world.when(at("2026-02-06"));
    assert!(matches!(world.handle(&paid("2026-02-05")), Err(Refused::NoEffect(_))));
}

#[test]
fn a_dispute_that_was_upheld_is_not_opened_anew() {
    let dispute = |by| Command::Dispute { case: id("A"), by, reason: None, note: "broken".to_owned() };
    let world = one().when(does(dispute(Party::Debtor))).when(does(Command::DecideDispute {
        case: id("A"),
        upheld: true,
        reason: "they called".to_owned(),
    }));
    assert!(matches!(world.handle(&dispute(Party::Debtor)), Err(Refused::NoEffect(_))));
}

#[test]
fn who_refuses_the_last_way_is_known_to_be_unreachable_at_once() {
    // On the 4th the next step waits for its day; on Thursday it is due, and waits for the gap alone.
    let mut fact = invoice("A", 10_000, day(DUE));
    fact.debtor.phone = None;
    given([fact])
        .when(days_pass("2026-02-03", "2026-02-03"))
        .when(at("2026-02-05"))
        .when(refuses(Channel::Email))
        .then(silent("A", "unreachable"))
        .when(does(Command::AllowChannel { channel: Channel::Email, reason: "they asked for it".to_owned() }))
        .then(|world| {
            assert!(!matches!(&world.case("A").decision, Some((_, Decision::Skip { reason: SkipReason::Unreachable { .. }, .. }))))
        });
}

fn two() -> World {
    given([invoice("A", 10_000, day(DUE)), invoice("B", 5_000, day(DUE))]).when(at("2026-02-04"))
}

#[test]
fn a_promise_for_one_invoice_leaves_the_others_as_they_are() {
    let promised =
        Command::Promise(Some(id("A")), NewPromise { by: Party::Debtor, pay_on: day("2026-02-10"), amount_minor: None, reason: None });
    two()
        .when(does(promised))
        .then(|world| assert!(world.case("A").promise.is_some() && world.case("B").promise.is_none()))
        .then(|world| assert_eq!(told(world), [DebtorWord::Promised { pay_on: day("2026-02-10"), case: Some(id("A")) }]))
        .when(days_pass("2026-02-05", "2026-02-06"))
        .then(|world| assert!(world.heard("A").is_empty() && !world.heard("B").is_empty()));
}

#[test]
fn a_broken_promise_for_one_leaves_the_next_of_the_others_to_the_debtor() {
    let of = |name: &str, on: &str| {
        Command::Promise(Some(id(name)), NewPromise { by: Party::Debtor, pay_on: day(on), amount_minor: None, reason: None })
    };
    let world = two().when(does(of("A", "2026-02-05"))).when(days_pass("2026-02-05", "2026-02-20"));
    assert!(world.case("A").broke_word_on.is_some());
    let world = world.when(at("2026-02-20"));
    assert_eq!(world.handle(&of("A", "2026-02-25")).unwrap_err(), Refused::PromisedBefore);
    assert_eq!(world.handle(&promise("2026-02-25")).unwrap_err(), Refused::PromisedBefore, "all of them hold it, too");
    assert!(world.handle(&of("B", "2026-02-25")).is_ok());
}

#[test]
fn a_payment_told_of_one_invoice_is_waited_for_there_alone() {
    let one = Command::SaidPaid(Some(id("B")), SaidPaid { by: Party::Debtor, paid_on: day("2026-02-03"), way: PaidBy::Card, reason: None });
    two()
        .when(does(one.clone()))
        .then(|world| assert!(world.case("B").pending.is_some() && world.case("A").pending.is_none()))
        .then(|world| assert!(matches!(world.handle(&one), Err(Refused::NoEffect(_)))))
        .when(at("2026-02-05"))
        .when(does(paid("2026-02-03")))
        .then(|world| {
            let since = |name| world.case(name).pending.as_ref().map(|pending| pending.since);
            assert_eq!([since("A"), since("B")], [Some(day("2026-02-05")), Some(day("2026-02-04"))], "what waits is not put off");
        });
}
