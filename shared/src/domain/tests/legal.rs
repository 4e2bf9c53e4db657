//! The stops that the law puts up: silence about everything, and what ends it.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::contact::ContactId;
use crate::domain::decide::SkipReason;
use crate::domain::handle::{Attention, Command, Entry, NewLegalStop, Refused};
use crate::domain::legal::{LegalEnd, LegalKind};
use crate::domain::message::page_facts::page_facts;
use crate::domain::policy::Channel;
use crate::domain::stops::Stop;

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn begins(kind: LegalKind, until: Option<&str>) -> Command {
    let contacts = if kind == LegalKind::WrongPerson { vec![Channel::Email, Channel::Sms] } else { Vec::new() };
    Command::LegalStop(NewLegalStop { kind, since: day("2026-02-04"), until: until.map(day), reason: "a letter came".to_owned(), contacts })
}

fn lifted() -> LegalEnd {
    LegalEnd::Lifted { reason: "the court set it aside".to_owned() }
}

fn mistaken() -> LegalEnd {
    LegalEnd::Mistaken { reason: "another company of that name".to_owned() }
}

/// Overdue since Tuesday, reminded on that day; now it is Wednesday, 4 February.
fn reminded() -> World {
    given([invoice("A", 10_000, day(DUE))])
        .when(days_pass("2026-02-03", "2026-02-03"))
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
}

fn ends(world: &World) -> Vec<(LegalKind, LegalEnd)> {
    let ended = world.entries.iter().filter_map(|entry| match entry {
        Entry::LegalStopEnded { kind, how, .. } => Some((*kind, how.clone())),
        _ => None,
    });
    ended.collect()
}

#[test]
fn everything_is_silent_also_the_tasks_of_the_team_and_what_comes_in_later() {
    for kind in LegalKind::ALL {
        let stop = Stop::LegalStop { kind, since: day("2026-02-04"), until: None };
        reminded()
            .when(does(begins(kind, None)))
            .then(skipped("A", SkipReason::Stopped(stop)))
            .then(|world| assert_eq!(world.attention, [Attention::LegalStop { stop: kind }], "the team hears what comes next"))
            .when(arrives(invoice("B", 500, day("2026-02-06"))))
            .when(days_pass("2026-02-05", "2026-05-05"))
            .then(|world| assert_eq!(world.said.len(), 1, "{kind:?}: {:?}", world.said))
            .then(skipped("B", SkipReason::Stopped(stop)));
    }
}

#[test]
fn a_message_that_waits_does_not_go_any_more() {
    for kind in LegalKind::ALL {
        reminded().when(night("2026-02-05")).when(does(begins(kind, None))).when(sending("2026-02-05")).then(messages(1));
    }
}

#[test]
fn a_stop_with_a_last_day_runs_out_and_the_ladder_goes_on() {
    reminded()
        .when(does(begins(LegalKind::Objection, Some("2026-02-11"))))
        .when(days_pass("2026-02-05", "2026-02-11"))
        .then(messages(1))
        .then(|world| assert_eq!(world.account.profile.wake_on, Some(day("2026-02-12"))))
        .when(days_pass("2026-02-12", "2026-02-12"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-12", "due+3")]))
        .then(|world| assert_eq!(ends(world), [(LegalKind::Objection, LegalEnd::RanOut)]))
        .then(|world| assert_eq!(world.account.profile.legal_stops, []));
}

#[test]
fn once_the_team_ends_it_the_ladder_goes_on() {
    reminded()
        .when(does(begins(LegalKind::Restructuring, None)))
        .when(does(Command::EndLegalStop(LegalKind::Restructuring, lifted())))
        .then(silent("A", "not_yet"))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-05", "due+3")]))
        .when(does(Command::EndLegalStop(LegalKind::Restructuring, lifted())))
        .then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_))), "it is over already"));
}

#[test]
fn several_may_stand_and_each_ends_alone() {
    reminded()
        .when(does(begins(LegalKind::Attorney, Some("2026-02-06"))))
        .when(does(begins(LegalKind::Death, None)))
        .when(days_pass("2026-02-05", "2026-02-20"))
        .then(|world| assert_eq!(ends(world), [(LegalKind::Attorney, LegalEnd::RanOut)]))
        .then(messages(1))
        .when(does(Command::EndLegalStop(LegalKind::Death, mistaken())))
        .when(days_pass("2026-02-23", "2026-02-23"))
        .then(messages(2));
}

#[test]
fn the_pay_page_asks_for_nothing_and_does_not_call_it_paid() {
    for kind in LegalKind::ALL {
        let world = reminded().when(does(begins(kind, None)));
        let page = page_facts(&world.account, &world.settings, day("2026-02-05"), None);
        assert!(page.ledgers.iter().all(|ledger| ledger.payable_minor() == 0 && ledger.transfers.is_empty()), "{kind:?}");
        assert!(!page.all_paid(), "{kind:?}");
        let shown = page.ledgers.iter().map(|ledger| ledger.held.len()).sum::<usize>();
        let a_strangers = kind == LegalKind::WrongPerson;
        assert_eq!((shown, page.debtor_name.is_empty()), (usize::from(!a_strangers), a_strangers), "{kind:?}");
        let world = world.when(does(Command::EndLegalStop(kind, mistaken())));
        assert_eq!(page_facts(&world.account, &world.settings, day("2026-02-05"), None).ledgers[0].payable_minor(), 10_000);
    }
}

#[test]
fn a_payment_still_settles_while_a_stop_stands() {
    reminded()
        .when(does(begins(LegalKind::Insolvency, None)))
        .when(pays_for("A", "p", 10_000))
        .then(|world| assert!(world.case("A").closed.is_some()));
}

fn from_elsewhere(email: &str, revision: u64) -> Command {
    let mut fact = at_revision(revision, invoice("A", 10_000, day(DUE)));
    fact.debtor.email = Some(email.to_owned());
    fact.debtor.phone = None;
    Command::Invoice(Box::new(fact))
}

#[test]
fn a_wrong_persons_address_is_never_used_again_and_another_one_ends_the_stop() {
    let mut world = reminded()
        .when(does(begins(LegalKind::WrongPerson, None)))
        .when(does(from_elsewhere("BIURO@lipa.example", 2)))
        .then(|world| assert_eq!(ends(world), [], "the same one again, written otherwise"))
        .when(does(from_elsewhere("ksiegowosc@lipa.example", 3)))
        .then(|world| assert_eq!(ends(world), [(LegalKind::WrongPerson, LegalEnd::OtherContact)]))
        .then(|world| assert_eq!(world.account.address(Channel::Email), Some("ksiegowosc@lipa.example")))
        .then(|world| assert_eq!(world.account.address(Channel::Sms), None, "the number stays blocked"))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(messages(2));
    // The source falls back to the old one: it stays somebody else's.
    does(from_elsewhere("biuro@lipa.example", 4))(&mut world);
    assert_eq!(world.account.address(Channel::Email), None);
    assert!(world.account.profile.contacts.shown(Channel::Email).unwrap().blocked.is_some(), "the team sees why");
    world.when(days_pass("2026-02-06", "2026-03-31")).then(messages(2));
}

#[test]
fn a_wrong_person_by_mistake_gives_the_address_back_and_one_that_was_lifted_does_not() {
    let world = || reminded().when(does(begins(LegalKind::WrongPerson, None)));
    let mistaken = world().when(does(Command::EndLegalStop(LegalKind::WrongPerson, mistaken())));
    assert_eq!(mistaken.account.address(Channel::Email), Some("biuro@lipa.example"));
    mistaken.when(days_pass("2026-02-05", "2026-02-05")).then(messages(2));
    let lifted = world().when(does(Command::EndLegalStop(LegalKind::WrongPerson, lifted())));
    assert_eq!((lifted.account.address(Channel::Email), lifted.account.address(Channel::Sms)), (None, None));
    // Only tasks are left, and they tell nobody's number.
    let lifted = lifted.when(days_pass("2026-02-05", "2026-02-12")).then(messages(1)).when(night("2026-02-13"));
    for task in lifted.account.reminders.iter().filter(|reminder| reminder.id.channel == Channel::Task) {
        let facts = crate::domain::message::facts::facts(&lifted.account, task, &lifted.settings, task.id.as_of, "").unwrap();
        assert_eq!((facts.debtor_phone, facts.debtor_email), (None, None));
    }
}

#[test]
fn a_bounced_address_stays_blocked_although_the_wrong_person_was_a_mistake() {
    let mut world = reminded();
    world.account.profile.contacts.block("biuro@lipa.example", "the address bounced for good");
    does(Command::LegalStop(wrong_person()))(&mut world);
    does(Command::EndLegalStop(LegalKind::WrongPerson, mistaken()))(&mut world);
    assert_eq!(world.account.address(Channel::Email), None);
    assert!(world.account.address(Channel::Sms).is_some());
}

fn wrong_person() -> NewLegalStop {
    let Command::LegalStop(new) = begins(LegalKind::WrongPerson, None) else { unreachable!() };
    new
}

#[test]
fn days_and_contacts_that_make_no_sense_are_refused() {
    let refused = |new: NewLegalStop| {
        let mut world = reminded();
        world.apply(&Command::LegalStop(new));
        world.refused
    };
    let good = || NewLegalStop { kind: LegalKind::Death, contacts: Vec::new(), ..wrong_person() };
    let days = Some(Refused::LegalStopDays { today: day("2026-02-04") });
    assert_eq!(refused(good()), None);
    assert_eq!(refused(NewLegalStop { since: day("2026-02-05"), ..good() }), days);
    assert_eq!(refused(NewLegalStop { until: Some(day("2026-02-03")), ..good() }), days);
    assert_eq!(refused(NewLegalStop { until: Some(day("2026-02-04")), ..good() }), None);
    for contacts in [vec![], vec![Channel::Task]] {
        assert_eq!(refused(NewLegalStop { contacts, ..wrong_person() }), Some(Refused::WhoseContact));
    }
    assert_eq!(refused(NewLegalStop { contacts: vec![Channel::Email], ..good() }), Some(Refused::WhoseContact));
    let mut world = reminded();
    world.account.profile.contacts.get_mut(&ContactId::source()).unwrap().details.phone = None;
    world.apply(&Command::LegalStop(wrong_person()));
    assert_eq!(world.refused, Some(Refused::WhoseContact), "there is no number that could be somebody else's");
}

#[test]
fn the_same_stop_again_changes_nothing_and_another_reason_replaces_it() {
    reminded()
        .when(does(begins(LegalKind::Death, None)))
        .when(does(begins(LegalKind::Death, None)))
        .then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_)))))
        .when(does(begins(LegalKind::Death, Some("2026-03-01"))))
        .then(|world| assert_eq!(world.account.profile.legal_stops.len(), 1))
        .then(|world| assert_eq!(world.account.profile.legal_stops[0].until, Some(day("2026-03-01"))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever stands, from when to when, and in which order it ends: while one stands nobody hears
    /// anything, and afterwards the ladder goes on in its order.
    #[test]
    fn while_any_stands_nobody_hears_anything(stops in prop::collection::vec((0usize..5, 0u64..25, prop::option::of(0u64..20), 0u64..25), 1..5)) {
        let start = day("2026-02-05");
        let mut world = reminded();
        for today in start.iter_days().take(60) {
            world.at(today, "03:00:00");
            for (kind, from, lasts, ends) in &stops {
                let kind = LegalKind::ALL[*kind];
                if start + chrono::Days::new(*from) == today {
                    let until = lasts.map(|days| today + chrono::Days::new(days));
                    world.apply(&Command::LegalStop(NewLegalStop { kind, since: today, until, reason: "x".to_owned(), contacts: Vec::new() }));
                }
                if start + chrono::Days::new(from + ends) == today {
                    world.apply(&Command::EndLegalStop(kind, lifted()));
                }
            }
            let stands = world.account.profile.legal_stops.iter().any(|stop| stop.covers(today));
            let before = world.said.len();
            days(&mut world, today, today);
            prop_assert!(!stands || world.said.len() == before, "said on {today}");
        }
        for kind in LegalKind::ALL {
            world.apply(&Command::EndLegalStop(kind, lifted()));
        }
        days(&mut world, day("2026-04-06"), day("2026-05-20"));
        let steps: Vec<String> = world.heard("A").into_iter().map(|(_, step)| step).collect();
        prop_assert_eq!(steps, ["due+1", "due+3", "due+7", "due+10", "due+14"]);
    }
}
