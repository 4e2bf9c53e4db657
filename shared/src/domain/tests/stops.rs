//! Promises and disputes: silence while they last, and what follows.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::SkipReason;
use crate::domain::handle::{Attention, Command, Entry, NewPromise, Refused};
use crate::domain::policy::Channel;
use crate::domain::stops::{Party, PromiseEnd, Stop};

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn promises(pay_on: &str, amount_minor: Option<i64>) -> impl FnOnce(&mut World) {
    let promise = NewPromise { by: Party::Team, pay_on: day(pay_on), amount_minor, reason: Some("they called".to_owned()) };
    does(Command::Promise(Some(id("A")), promise))
}

fn disputes(name: &str) -> impl FnOnce(&mut World) {
    does(Command::Dispute { case: id(name), by: Party::Team, reason: None, note: "the goods were broken".to_owned() })
}

fn at(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| world.at(on, "12:00:00")
}

fn ends(world: &World) -> Vec<(PromiseEnd, i64)> {
    let ended = world.entries.iter().filter_map(|entry| match entry {
        Entry::PromiseEnded { how, received_minor, .. } => Some((*how, *received_minor)),
        _ => None,
    });
    ended.collect()
}

fn not_kept(world: &World) -> usize {
    world.attention.iter().filter(|one| matches!(one, Attention::PromiseNotKept { .. })).count()
}

/// Overdue since Tuesday, reminded on that day; on Wednesday 4 February the debtor promises.
fn reminded() -> World {
    given([invoice("A", 10_000, day(DUE))]).when(days_pass("2026-02-03", "2026-02-03")).when(at("2026-02-04"))
}

#[test]
fn a_promise_is_waited_for_with_its_grace_and_then_the_ladder_goes_on() {
    // Promised for Friday the 6th; two working days of grace end on Tuesday the 10th.
    reminded()
        .when(promises("2026-02-06", None))
        .when(days_pass("2026-02-05", "2026-02-10"))
        .then(skipped("A", SkipReason::Stopped(Stop::Promised { pay_on: day("2026-02-06"), until: day("2026-02-10") })))
        .then(messages(1))
        .when(days_pass("2026-02-11", "2026-02-11"))
        .then(|world| assert_eq!(ends(world), [(PromiseEnd::Broken, 0)]))
        .then(|world| assert_eq!(not_kept(world), 1, "the team hears"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-11", "due+3")]));
}

#[test]
fn a_kept_promise_ends_in_silence() {
    reminded()
        .when(promises("2026-02-06", None))
        .when(pays_for("A", "p", 10_000))
        .when(days_pass("2026-02-05", "2026-03-05"))
        .then(|world| assert_eq!((ends(world), not_kept(world)), (vec![(PromiseEnd::Kept, 10_000)], 0)))
        .then(messages(1));
}

#[test]
fn when_the_promised_part_has_come_the_rest_is_asked_for_again() {
    reminded()
        .when(promises("2026-02-13", Some(4_000)))
        .when(pays_for("A", "p", 4_000))
        .then(|world| assert_eq!(ends(world), [(PromiseEnd::Kept, 4_000)]))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(|world| assert_eq!(world.said.last().unwrap().demand_minor, 6_000));
}

#[test]
fn a_part_of_what_was_promised_is_told_to_the_team_and_the_rest_asked_for() {
    reminded()
        .when(promises("2026-02-06", None))
        .when(pays_for("A", "p", 3_000))
        .when(days_pass("2026-02-05", "2026-02-11"))
        .then(|world| assert_eq!((ends(world), not_kept(world)), (vec![(PromiseEnd::PartKept, 3_000)], 1)))
        .then(|world| assert_eq!(world.said.last().unwrap().demand_minor, 7_000));
}

#[test]
fn a_promise_taken_back_lets_the_ladder_go_on_at_once() {
    reminded()
        .when(promises("2026-02-18", None))
        .when(does(Command::WithdrawPromise(None, "they called".to_owned())))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-05", "due+3")]))
        .then(|world| assert_eq!((ends(world), not_kept(world)), (vec![(PromiseEnd::Withdrawn, 0)], 0)));
}

#[test]
fn a_message_that_waits_does_not_go_after_a_promise_or_a_dispute() {
    for stop in [0, 1] {
        reminded()
            .when(night("2026-02-05"))
            .when(move |world: &mut World| if stop == 0 { promises("2026-02-10", None)(world) } else { disputes("A")(world) })
            .when(sending("2026-02-05"))
            .then(messages(1));
    }
}

#[test]
fn a_promise_lies_between_today_and_the_policys_limit() {
    let refused = |pay_on: &str, amount: Option<i64>| {
        let mut world = reminded();
        promises(pay_on, amount)(&mut world);
        world.refused
    };
    let days = Refused::PromisedDay { first: day("2026-02-04"), last: day("2026-02-18") };
    assert_eq!(refused("2026-02-03", None), Some(days.clone()));
    assert_eq!(refused("2026-02-19", None), Some(days));
    assert_eq!((refused("2026-02-04", None), refused("2026-02-18", None)), (None, None));
    for amount in [0, -1, 10_001] {
        assert!(matches!(refused("2026-02-10", Some(amount)), Some(Refused::PromisedAmount { most_minor: 10_000, .. })), "{amount}");
    }
}

#[test]
fn one_promise_may_speak_for_all_that_is_open() {
    given([invoice("A", 100, day(DUE)), invoice("B", 200, day(DUE))])
        .when(at("2026-02-04"))
        .when(does(Command::Promise(None, NewPromise { by: Party::Debtor, pay_on: day("2026-02-10"), amount_minor: None, reason: None })))
        .when(days_pass("2026-02-05", "2026-02-12"))
        .then(messages(0))
        .when(days_pass("2026-02-13", "2026-02-13"))
        .then(messages(1))
        .then(|world| assert_eq!(ends(world).len(), 2));
}

#[test]
fn a_disputed_invoice_is_silent_until_it_is_decided_and_the_others_are_not() {
    given([invoice("A", 100, day(DUE)), invoice("B", 200, day(DUE))])
        .when(at("2026-02-02"))
        .when(disputes("A"))
        .when(days_pass("2026-02-03", "2026-02-12"))
        .then(heard("A", &[]))
        .then(skipped("A", SkipReason::Stopped(Stop::Disputed { since: day("2026-02-02"), upheld: false })))
        .then(|world| assert!(world.said.iter().filter(|said| said.channel != Channel::Task).all(|said| said.demand_minor == 200)))
        .when(does(Command::DecideDispute { case: id("A"), upheld: false, reason: "they called".to_owned() }))
        .when(days_pass("2026-02-13", "2026-02-20"))
        .then(|world| assert_eq!(world.heard("A")[0].1, "due+1"));
}

#[test]
fn a_stop_is_the_decision_from_the_moment_it_begins_until_it_ends() {
    let reason = |world: &World| match &world.case("A").decision {
        Some((_, crate::domain::decide::Decision::Skip { reason, .. })) => Some(reason.clone()),
        _ => None,
    };
    let world = reminded().then(|world| assert_eq!(reason(world), None, "it took a step")).when(promises("2026-02-10", None));
    assert_eq!(reason(&world), Some(SkipReason::Stopped(Stop::Promised { pay_on: day("2026-02-10"), until: day("2026-02-12") })));
    let world = world.when(disputes("A"));
    assert_eq!(reason(&world), Some(SkipReason::Stopped(Stop::Disputed { since: day("2026-02-04"), upheld: false })));
    let world = world
        .when(does(Command::DecideDispute { case: id("A"), upheld: false, reason: "they called".to_owned() }))
        .when(does(Command::WithdrawPromise(None, "they called".to_owned())));
    assert!(
        matches!(reason(&world), Some(SkipReason::NotYet { planned_on: Some(_) })),
        "nothing stops it any more, and its next step is not due"
    );
}

#[test]
fn a_hold_of_the_creditor_is_the_decision_once_all_are_planned_anew() {
    let until = Some(day("2026-02-20"));
    reminded()
        .when(|world: &mut World| world.settings.hold = Some(hold("2026-02-04", Some("2026-02-20"))))
        .when(does(Command::Replan))
        .then(skipped("A", SkipReason::Stopped(Stop::Held { scope: crate::domain::decide::HoldScope::Creditor, until })))
        .when(|world: &mut World| world.settings.hold = None)
        .when(does(Command::Replan))
        .then(silent("A", "not_yet"));
}

#[test]
fn the_promise_of_a_cancelled_invoice_was_neither_kept_nor_broken() {
    reminded()
        .when(promises("2026-02-10", None))
        .when(does(Command::Cancelled { case: id("A"), revision: 2 }))
        .then(|world| assert_eq!((ends(world), not_kept(world)), (vec![(PromiseEnd::Moot, 0)], 0)));
}

#[test]
fn an_upheld_dispute_waits_for_its_credit_note() {
    given([invoice("A", 100, day(DUE))])
        .when(at("2026-02-02"))
        .when(disputes("A"))
        .when(does(Command::DecideDispute { case: id("A"), upheld: true, reason: "they called".to_owned() }))
        .when(days_pass("2026-02-03", "2026-04-12"))
        .then(messages(0))
        .then(skipped("A", SkipReason::Stopped(Stop::Disputed { since: day("2026-02-02"), upheld: true })))
        .when(does(credit_note("K", Some("A"), 100)))
        .then(|world| assert!(world.case("A").closed.is_some()));
}

#[test]
fn a_time_barred_claim_against_a_consumer_is_never_demanded_and_one_against_a_company_is() {
    // Due on 2 February 2026: two years end with the calendar year 2028.
    let person = || given([invoice("A", 100, day(DUE))]);
    person().when(days_pass("2028-12-28", "2028-12-29")).then(messages(1));
    let barred = person().when(days_pass("2029-01-01", "2029-01-31"));
    assert_eq!(barred.said, vec![]);
    let barred = barred.then(skipped("A", SkipReason::Stopped(Stop::TimeBarred { since: day("2029-01-01") })));
    let page = crate::domain::message::page_facts::page_facts(&barred.account, &barred.settings, day("2029-01-31"), None);
    assert!(page.ledgers.is_empty() && !page.all_paid(), "the pay page does not ask for it, and does not call it paid");
    let mut fact = invoice("A", 100, day(DUE));
    fact.debtor.kind = Some(crate::domain::fact::DebtorKind::Business);
    given([fact]).when(days_pass("2029-01-01", "2029-01-05")).then(messages(2));
}

#[test]
fn a_message_of_the_last_day_says_nothing_any_more_in_the_new_year() {
    let world = given([invoice("A", 100, day(DUE))]).when(night("2028-12-29"));
    let waiting = world.waiting(day("2028-12-29"));
    assert!(world.wording(&waiting[0], day("2028-12-31")).is_some());
    assert!(world.wording(&waiting[0], day("2029-01-01")).is_none());
}

/// As earlier versions stored it.
#[test]
fn a_stop_is_stored_as_one_reason_among_the_others() {
    use crate::domain::decide::Decision;
    let stored = [
        r#"{"decision":"skip","why":"on_hold","scope":"debtor","until":"2026-02-20","next_step":"due+7","next_on":"2026-02-21"}"#,
        r#"{"decision":"skip","why":"on_hold","scope":"invoice","until":null,"next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"disputed","since":"2026-02-02","upheld":true,"next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"promised","pay_on":"2026-02-02","until":"2026-02-04","next_step":"due","next_on":"2026-02-05"}"#,
        r#"{"decision":"skip","why":"time_barred","since":"2029-01-01","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"cap_reached","messages":2,"next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"not_yet","next_step":"due","next_on":"2026-02-05"}"#,
    ];
    for text in stored {
        let decision: Decision = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&decision).unwrap(), text);
    }
    assert!(serde_json::from_str::<Decision>(r#"{"decision":"skip","why":"nobody_knows","next_step":null,"next_on":null}"#).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever comes in between: within a promise nobody is asked, it ends once, and never silently.
    #[test]
    fn a_promise_ends_once_and_nobody_is_asked_while_it_lasts(ahead in 0u64..14, part in 1i64..=10_000, paid in 0i64..=12_000, on in 0u64..20) {
        let pay_on = day("2026-02-04") + chrono::Days::new(ahead);
        let mut world = reminded();
        promises(&pay_on.to_string(), Some(part))(&mut world);
        let until = world.case("A").promise.clone().unwrap().ends_on(&world.settings);
        for today in day("2026-02-05").iter_days().take(40) {
            if today == day("2026-02-05") + chrono::Days::new(on) && paid > 0 {
                pays_for("A", "p", paid)(&mut world);
            }
            let before = world.said.len();
            let promised = world.find(&id("A")).is_some_and(|case| case.promise.is_some());
            days(&mut world, today, today);
            prop_assert!(!(promised && today <= until) || world.said.len() == before, "asked on {today}");
        }
        let ends = ends(&world);
        prop_assert_eq!(ends.len(), 1, "{:?}", ends);
        // What comes before the night that would find it broken is in time.
        let in_time = day("2026-02-05") + chrono::Days::new(on) <= until + chrono::Days::new(1);
        let expected = match () {
            () if in_time && paid >= part => PromiseEnd::Kept,
            () if in_time && paid > 0 => PromiseEnd::PartKept,
            () => PromiseEnd::Broken,
        };
        prop_assert_eq!(ends[0].0, expected);
        prop_assert_eq!(not_kept(&world), usize::from(expected != PromiseEnd::Kept));
    }
}
