//! A claim stands exactly while some message that claims it was said or is on its way.

use std::collections::BTreeSet;

use chrono::Days;
use proptest::prelude::*;

use super::sentences::*;
use super::side_claims::{TEN_THOUSAND, beside, charging, claimed, comes, company, waives};
use super::world::{World, day};
use crate::domain::account::Closed;
use crate::domain::claimed::Claimed;
use crate::domain::creditor::Settings;
use crate::domain::handle::{Command, Entry};
use crate::domain::interest::{ClaimKind, OwnMidRate, Zloty};
use crate::domain::policy::Channel;
use crate::domain::reminder::{ReminderId, ReminderState};

const BOTH: [ClaimKind; 2] = [ClaimKind::Interest, ClaimKind::Compensation];

fn has(world: &World, claim: ClaimKind) -> bool {
    world.find_claim(&id("A")).is_some_and(|claimed| claimed.has(claim))
}

/// A message of a day turns out never to have reached anybody.
fn bounces(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| {
        let sent = world.account.reminders.iter().rfind(|one| one.id.as_of == on && one.state.counts());
        let sent = sent.map(|one| one.id.clone()).unwrap();
        world.unsaid(&sent, ReminderState::Failed, false);
        assert_eq!(world.refused, None);
    }
}

/// The days of the first two messages that claim.
fn two(world: World) -> (World, String, String) {
    let mut world = world;
    let mut today = day("2025-12-12");
    loop {
        let rung = |step: &str| world.settings.policy.ladder_of(None).rung(step).is_some_and(|rung| !rung.step.claims.is_empty());
        let days: Vec<String> = world.heard("A").iter().filter(|(_, step)| rung(step)).map(|(on, _)| on.to_string()).collect();
        if let [first, second] = days.as_slice() {
            let (first, second) = (first.clone(), second.clone());
            return (world, first, second);
        }
        if today > world.now.date_naive() || world.account.profile.evaluated_on < Some(today) {
            world = world.when(a_day(&today.to_string()));
        }
        today = today + Days::new(1);
        assert!(today < day("2026-02-01"), "two messages claim by then: {days:?}");
    }
}

fn unsaid(world: &World) -> usize {
    world.entries.iter().filter(|one| matches!(one, Entry::SideClaimUnsaid { .. })).count()
}

#[test]
fn a_claim_stays_while_another_message_said_it_and_goes_with_the_last() {
    for second_first in [false, true] {
        let (world, first, second) = two(company(|_| {}));
        let order = if second_first { [&second, &first] } else { [&first, &second] };
        let world = world.when(bounces(order[0]));
        assert!(BOTH.iter().all(|claim| has(&world, *claim)) && unsaid(&world) == 0, "one message said it: {second_first}");
        world.when(bounces(order[1])).then(|world| {
            assert!(world.account.claims.is_empty() && world.case("A").claimed.is_empty(), "nobody ever heard it: {second_first}");
            assert_eq!(unsaid(world), 1);
        });
    }
}

#[test]
fn what_the_first_message_claimed_without_a_rate_stays_when_the_second_goes() {
    let world = company(|settings| settings.mid_rates.clear()).when(claimed()).when(|world| charging(&mut world.settings));
    let (world, first, second) = two(world);
    assert!(BOTH.iter().all(|claim| has(&world, *claim)));
    let unsaid_second = world.clone().when(bounces(&second));
    assert_eq!(unsaid_second.case("A").claimed, BOTH, "the first one claimed both, and its mid rate came since");
    let unsaid_first = world.when(bounces(&first));
    assert!(BOTH.iter().all(|claim| has(&unsaid_first, *claim)), "the second one said both");
    assert_eq!(unsaid_first.account.claims[0].begun.on, day("2025-12-19"), "what nobody took off began when it began");
}

#[test]
fn what_was_unsaid_is_claimed_anew_by_the_next_message() {
    let world = company(|_| {}).when(claimed()).when(bounces("2025-12-19"));
    assert!(world.account.claims.is_empty());
    let world = world.when(days_pass("2025-12-20", "2025-12-31"));
    assert!(BOTH.iter().all(|claim| has(&world, *claim)));
    assert_eq!(world.case("A").claimed, BOTH);
}

#[test]
fn a_claim_that_was_paid_or_waived_stays_what_it_is() {
    let paid = company(|_| {}).when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND + 16_71, "2025-12-19")).when(bounces("2025-12-19"));
    assert!(has(&paid, ClaimKind::Interest), "money came for it");
    assert!(!has(&paid, ClaimKind::Compensation), "nothing came for it, and nobody heard of it");
    let waived = company(|_| {}).when(claimed()).when(waives("A", ClaimKind::Compensation)).when(bounces("2025-12-19"));
    assert!(has(&waived, ClaimKind::Compensation) && !has(&waived, ClaimKind::Interest));
    waived.when(days_pass("2025-12-20", "2025-12-31")).then(beside("A", "2025-12-31", (66_85, 0)));
    // Once the money is back, nothing keeps it.
    let back = refund("r", Some("p"), Some("A"), TEN_THOUSAND + 16_71);
    paid.when(does(back)).then(|world| {
        assert_eq!(world.case("A").closed, None);
        assert!(!has(world, ClaimKind::Interest) && world.case("A").claimed.is_empty(), "{:?}", world.account.claims);
    });
}

#[test]
fn an_invoice_that_was_closed_meanwhile_knows_it_when_it_is_open_again() {
    let world = company(|_| {}).when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND, "2025-12-19")).when(bounces("2025-12-19"));
    assert_eq!(world.case("A").closed, Some(Closed::Paid));
    assert!(!has(&world, ClaimKind::Interest), "nobody ever heard of it");
    let world = world.when(does(refund("r", Some("p"), Some("A"), TEN_THOUSAND)));
    assert_eq!((world.case("A").closed, world.case("A").claimed.len()), (None, 0));
    let world = world.when(days_pass("2025-12-20", "2025-12-31"));
    assert!(BOTH.iter().all(|claim| has(&world, *claim)), "the next message claims it");
}

#[test]
fn claims_of_an_earlier_version_know_the_message_that_began_them() {
    let mut world = company(|_| {}).when(claimed());
    let mut stored = serde_json::to_value(&world.account.claims[0]).unwrap();
    stored.as_object_mut().unwrap().remove("by").unwrap();
    world.account.claims = vec![serde_json::from_value::<Claimed>(stored).unwrap()];
    let (world, first, second) = two(world);
    let one = world.clone().when(bounces(&second));
    assert!(BOTH.iter().all(|claim| has(&one, *claim)));
    one.when(bounces(&first)).then(|world| assert!(world.account.claims.is_empty()));
    world.when(bounces(&first)).then(|world| assert!(BOTH.iter().all(|claim| has(world, *claim))));
}

/// With the mid rate of every month in which an extension may end.
fn rated(settings: &mut Settings) {
    charging(settings);
    let later = ["2025-12-31", "2026-01-30"].map(|on| OwnMidRate { on: day(on), rate: Zloty(42_267) });
    settings.mid_rates.extend(later);
}

/// What happens on a day of the property.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Send,
    Fail,
    Bounce(prop::sample::Index),
    MidRate(bool),
    Extend(u64),
}

fn deeds() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => Just(Deed::Send),
        2 => Just(Deed::Fail),
        2 => any::<prop::sample::Index>().prop_map(Deed::Bounce),
        1 => any::<bool>().prop_map(Deed::MidRate),
        1 => (1u64..8).prop_map(Deed::Extend),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Whatever fails, waits, bounces late or is taken off, in whatever order.
    #[test]
    fn a_claim_is_claimed_exactly_if_some_message_that_claims_it_was_said_or_is_on_its_way(
        days in prop::collection::vec(prop::collection::vec(deeds(), 0..3), 20..45),
    ) {
        let mut world = company(rated);
        let mut claimers: BTreeSet<(ClaimKind, String)> = BTreeSet::new();
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for (after, deeds) in days.iter().enumerate() {
            let today = day("2025-12-16") + Days::new(after as u64);
            let known_rate = !world.settings.mid_rates.is_empty();
            world.night(today);
            check(&mut world, &mut claimers, &mut seen, known_rate)?;
            let mut had = has(&world, ClaimKind::Compensation);
            for deed in deeds {
                match deed {
                    Deed::Send => world.send(today),
                    Deed::Fail => for waiting in world.waiting(today) {
                        world.unsaid(&waiting, ReminderState::Failed, false);
                    },
                    Deed::Bounce(which) => {
                        let counting: Vec<ReminderId> = world.account.reminders.iter().filter(|one| one.state.counts()).map(|one| one.id.clone()).collect();
                        if !counting.is_empty() {
                            let one = which.get(&counting).clone();
                            world.unsaid(&one, ReminderState::Failed, false);
                        }
                    }
                    Deed::MidRate(there) => {
                        rated(&mut world.settings);
                        if !there {
                            world.settings.mid_rates.clear();
                        }
                    }
                    Deed::Extend(length) => world.apply(&Command::ExtendDueDate { case: id("A"), due_on: today + Days::new(*length), reason: "x".to_owned() }),
                }
                // A rate that comes after the night counts from the next command on; what stands, stands.
                check(&mut world, &mut claimers, &mut seen, had)?;
                had = has(&world, ClaimKind::Compensation);
            }
        }
    }
}

/// Notes which new messages claim what, and compares; `begun` says that the rate was there, so that compensation
/// is claimed as well.
fn check(
    world: &mut World,
    claimers: &mut BTreeSet<(ClaimKind, String)>,
    seen: &mut BTreeSet<(String, String)>,
    begun: bool,
) -> Result<(), TestCaseError> {
    let policy = world.settings.policy.clone();
    let key = |id: &ReminderId, step: &str| (format!("{id:?}"), step.to_owned());
    let lines = |world: &World| {
        let about = world.account.reminders.iter().filter(|one| one.state.counts() && one.id.channel != Channel::Task);
        about.flat_map(|one| one.lines.iter().map(|line| (one.id.clone(), line.step.clone())).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let now = lines(world);
    let live: BTreeSet<(String, String)> = now.iter().map(|(id, step)| key(id, step)).collect();
    claimers.retain(|(_, one)| live.iter().any(|(id, step)| format!("{id}{step}") == *one));
    seen.retain(|one| live.contains(one));
    for (id, step) in now.iter().filter(|(id, step)| !seen.contains(&key(id, step))) {
        let rung = policy.ladder_of(None).rung(step).map(|rung| rung.step.claims.clone()).unwrap_or_default();
        let late = id.as_of > world.settings.payable_until(world.case("A").agreed_due_on());
        for claim in rung.into_iter().filter(|_| late) {
            claimers.insert((claim, format!("{}{}", key(id, step).0, key(id, step).1)));
        }
    }
    *seen = live;
    for claim in BOTH {
        let said = claimers.iter().any(|(other, _)| *other == claim);
        // Of compensation the rate has to be there, too.
        let known = claim == ClaimKind::Interest || begun;
        prop_assert!(has(world, claim) == said || (!known && said), "{:?}: {:?}", claim, claimers);
        prop_assert_eq!(world.case("A").claimed.contains(&claim), has(world, claim));
    }
    Ok(())
}
