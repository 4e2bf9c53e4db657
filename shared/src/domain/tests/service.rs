//! Service messages: asked for by the debtor, bounded, and never taken for reminders.

use chrono::Duration;
use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::debtor_word::DebtorWord;
use crate::domain::handle::{Attention, Command, Entry, NewLegalStop, Refused};
use crate::domain::legal::LegalKind;
use crate::domain::policy::Channel;
use crate::domain::reminder::{Reminder, ReminderState};
use crate::domain::stops::Party;

/// Monday; due+1 goes by e-mail on Tuesday, due+3 by SMS on Thursday.
const DUE: &str = "2026-02-02";

fn one() -> World {
    given([invoice("A", 10_000, day(DUE))])
}

fn at(on: &str, time: &'static str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| world.at(on, time)
}

fn asks() -> impl FnOnce(&mut World) {
    does(Command::AskFreshLink)
}

fn refuses(channel: Channel) -> impl FnOnce(&mut World) {
    does(Command::RefuseChannel { channel, by: Party::Debtor, reason: None })
}

fn fails(reason: &'static str) -> impl FnOnce(&mut World) {
    move |world| {
        let last = world.account.service.last().expect("a service message").id.clone();
        let (state, block) = (ReminderState::Failed, vec!["biuro@lipa.example".to_owned()]);
        world.apply(&Command::Unsaid { reminder: last, state, reason: reason.to_owned(), block });
    }
}

fn service(world: &World) -> Vec<String> {
    world.account.service.iter().map(|message| message.id.to_string()).collect()
}

fn unsent(world: &World) -> usize {
    let told = |one: &&Attention| **one == Attention::DebtorSaid { word: DebtorWord::NoFreshLink };
    world.attention.iter().filter(told).count()
}

#[test]
fn a_fresh_link_goes_at_once_to_the_address_on_file_and_is_told() {
    let world = one().when(at("2026-02-01", "23:30:00"));
    let outcome = world.handle(&Command::AskFreshLink).unwrap();
    assert_eq!(outcome.send_at_once.len(), 1, "on a Sunday before midnight, too: somebody waits for it");
    let id = outcome.send_at_once[0].clone();
    assert_eq!(id.to_string(), "2026-02-01_email_PLN_fresh-link-1");
    assert_eq!(outcome.entries, [Entry::FreshLinkAsked, Entry::ServiceScheduled { message: id }]);
    assert_eq!((outcome.attention, outcome.new_messages), (Vec::new(), 0));
}

#[test]
fn without_a_usable_email_it_goes_by_sms_and_not_at_night() {
    for (time, at_once) in [("23:30:00", false), ("07:59:00", false), ("08:00:00", true), ("20:59:00", true), ("21:00:00", false)] {
        let world = one().when(refuses(Channel::Email)).when(at("2026-02-01", time));
        let outcome = world.handle(&Command::AskFreshLink).unwrap();
        assert_eq!(outcome.account.service[0].id.channel, Channel::Sms);
        assert_eq!(!outcome.send_at_once.is_empty(), at_once, "{time}");
    }
}

#[test]
fn a_double_click_and_a_second_press_within_a_day_send_nothing_more() {
    one()
        .when(at("2026-02-04", "12:00:00"))
        .when(asks())
        .when(asks())
        .then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_)))))
        .when(at("2026-02-05", "11:59:00"))
        .when(asks())
        .then(|world| assert_eq!(service(world).len(), 1))
        .when(at("2026-02-05", "12:01:00"))
        .when(asks())
        .then(|world| assert_eq!(service(world).len(), 2));
}

#[test]
fn three_a_month_are_sent_and_no_more() {
    let mut world = one();
    for on in ["2026-02-03", "2026-02-05", "2026-02-09", "2026-02-16", "2026-02-27", "2026-03-04"] {
        world = world.when(at(on, "12:00:00")).when(asks());
    }
    assert_eq!(service(&world).len(), 3);
    world.when(at("2026-03-05", "12:01:00")).when(asks()).then(|world| assert_eq!(service(world).len(), 4));
}

#[test]
fn where_nothing_may_be_written_to_the_team_hears_of_it_once_a_day() {
    one()
        .when(refuses(Channel::Email))
        .when(refuses(Channel::Sms))
        .when(asks())
        .when(asks())
        .then(|world| assert_eq!((service(world).len(), unsent(world)), (0, 1)));
}

#[test]
fn what_the_law_stops_and_a_wrong_person_get_nothing() {
    for kind in LegalKind::ALL {
        let contacts = if kind == LegalKind::WrongPerson { vec![Channel::Email] } else { Vec::new() };
        let stop = NewLegalStop { kind, since: day("2026-01-02"), until: None, reason: "a letter came".to_owned(), contacts };
        one()
            .when(does(Command::LegalStop(stop)))
            .when(asks())
            .then(|world| assert_eq!((service(world).len(), unsent(world)), (0, 1), "{kind:?}"));
    }
}

#[test]
fn who_owes_nothing_any_more_gets_one_too() {
    one()
        .when(pays_for("A", "p", 10_000))
        .then(|world| assert!(world.case("A").closed.is_some()))
        .when(asks())
        .then(|world| assert_eq!((service(world).len(), world.account.profile.wake_on), (1, None)));
}

#[test]
fn an_email_that_bounces_goes_by_sms_once_and_blocks_the_address() {
    one()
        .when(at("2026-02-04", "12:00:00"))
        .when(asks())
        .when(fails("bounced"))
        .then(|world| assert_eq!(service(world), ["2026-02-04_email_PLN_fresh-link-1", "2026-02-04_sms_PLN_fresh-link-2"]))
        .then(|world| assert_eq!(world.account.address(Channel::Email), None))
        .when(fails("the number was refused"))
        .then(|world| assert_eq!(service(world).len(), 2, "there is no third way"));
}

#[test]
fn a_bounce_that_comes_after_days_sends_nothing() {
    one()
        .when(at("2026-02-04", "12:00:00"))
        .when(asks())
        .when(at("2026-02-06", "12:00:00"))
        .when(fails("bounced"))
        .then(|world| assert_eq!(service(world).len(), 1));
}

#[test]
fn no_reminder_is_put_off_or_counted_for_it() {
    let heard_of = |asking: bool| {
        let mut world = one().when(|world: &mut World| world.settings.policy.week_cap = Some(1));
        for on in day("2026-02-03").iter_days().take(28) {
            if asking {
                world = world.when(at(&on.to_string(), "03:00:00")).when(asks());
            }
            world = world.when(a_day(&on.to_string()));
        }
        assert_eq!(world.account.service.is_empty(), !asking);
        world.heard("A")
    };
    assert!(heard_of(false).len() > 2);
    assert_eq!(heard_of(true), heard_of(false));
}

#[test]
fn a_night_cancels_none_that_waits_and_old_ones_go_to_history() {
    let settle = |message: &mut Reminder| message.state = ReminderState::Sent;
    one()
        .when(refuses(Channel::Email))
        .when(at("2026-02-03", "23:00:00"))
        .when(asks())
        .when(night("2026-02-04"))
        .then(|world| assert_eq!(world.account.service[0].state, ReminderState::Scheduled))
        .when(move |world: &mut World| world.account.service.iter_mut().for_each(settle))
        .when(days_pass("2026-02-05", "2026-03-05"))
        .then(|world| assert_eq!(service(world).len(), 1))
        .when(night("2026-03-06"))
        .then(|world| assert_eq!(service(world).len(), 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn however_often_the_button_is_pressed_the_bounds_hold(minutes in prop::collection::vec(0i64..60 * 24 * 20, 1..60)) {
        let mut world = one();
        let mut made = Vec::new();
        for minute in minutes {
            world.now += Duration::minutes(minute);
            world.apply(&Command::AskFreshLink);
            let new = world.account.service.iter().filter(|message| message.created_at == world.now).count();
            prop_assert!(new <= 1);
            made.extend((new == 1).then_some(world.now));
        }
        for (index, at) in made.iter().enumerate() {
            prop_assert!(made[..index].iter().all(|before| *at - *before >= Duration::hours(24)));
            prop_assert!(made[..=index].iter().filter(|one| *at - **one < Duration::days(30)).count() <= 3);
        }
    }
}

#[test]
fn what_is_revoked_is_every_link_sent_so_far() {
    let revokes = |world: &mut World| world.apply(&Command::RevokeLinks { reason: "sent on".to_owned() });
    let world = one().when(at("2026-02-03", "10:00:00")).when(revokes);
    assert_eq!(world.account.profile.links_from, Some(world.now));
    assert!(world.entries.contains(&Entry::LinksRevoked { reason: "sent on".to_owned() }));
    let mut later = world.clone();
    later.at(day("2026-02-04"), "10:00:00");
    revokes(&mut later);
    assert_eq!(later.account.profile.links_from, Some(later.now), "again, it is what was sent since, too");
}
