//! Thousands of cases: what one transaction cannot carry ends the same in several.

use chrono::Days;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::handle::{Command, Entry};

const ALLOCATIONS_AT_ONCE: usize = 35;

fn many(count: u64) -> World {
    let mut world = World::new();
    let due = day("2026-01-02");
    let mut seen = given([invoice("0000", 100, due)]);
    let first = seen.account.cases.remove(0);
    world.account = seen.account;
    world.account.cases = (0..count)
        .map(|n| {
            let mut case = first.clone();
            case.id = id(&format!("{n:04}"));
            case.due_on = due + Days::new(n % 60);
            case
        })
        .collect();
    world
}

fn allocated(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| matches!(entry, Entry::Allocated { .. })).count()
}

#[test]
fn a_payment_over_three_thousand_cases_is_allocated_in_rounds_that_fit_a_transaction() {
    let mut world = many(3_000);
    let mut command = payment("p", None, 300_000);
    let mut rounds = 0;
    loop {
        let outcome = world.handle(&command).unwrap();
        assert!(allocated(&outcome.entries) <= ALLOCATIONS_AT_ONCE);
        world.account = outcome.account;
        // The store keeps closed cases apart.
        world.account.cases.retain(|case| case.closed.is_none());
        rounds += 1;
        if !world.account.credits.iter().any(|credit| credit.allocate) {
            break;
        }
        command = Command::Allocate;
    }
    assert_eq!(rounds, 3_000usize.div_ceil(ALLOCATIONS_AT_ONCE));
    assert!(world.account.cases.is_empty() && world.account.credits.is_empty());
}

#[test]
fn allocating_in_rounds_ends_as_allocating_one_by_one() {
    for amount in [0, 1, 99, 100, 3_500, 3_501, 7_050, 9_999, 10_000, 12_345] {
        let at_once = if amount > 0 { many(100).when(pays("p", amount)) } else { many(100) };
        let mut one_by_one = many(100);
        let mut left = amount;
        let names: Vec<_> = one_by_one.account.open_cases().iter().map(|case| case.id.external.clone()).collect();
        for name in names {
            let part = left.min(100);
            if part > 0 {
                one_by_one.apply(&payment(&format!("p-{name}"), Some(&name), part));
            }
            left -= part;
        }
        let open = |world: &World| {
            let mut open: Vec<_> = (0..100).map(|n| world.case(&format!("{n:04}")).open_minor()).collect();
            open.push(-world.credit());
            open
        };
        let mut expected = open(&one_by_one);
        *expected.last_mut().unwrap() = -left;
        assert_eq!(open(&at_once), expected, "a payment of {amount}");
    }
}

#[test]
fn what_happens_between_two_rounds_is_respected() {
    let mut world = many(100);
    let outcome = world.handle(&payment("p", None, 10_000)).unwrap();
    world.account = outcome.account;
    // Another payment takes one of the cases that the first one was to reach.
    world.apply(&payment("q", Some("0099"), 100));
    let open: i64 = world.account.open_cases().iter().map(|case| case.open_minor()).sum();
    assert_eq!((open, world.credit()), (0, 100));
}

#[test]
fn accounts_of_any_size_make_one_message_and_say_the_same() {
    for count in [1, 90, 101, 3_000] {
        let world = many(count).when(a_day("2026-03-24"));
        assert_eq!(world.said.len(), 1, "{count} cases");
        assert_eq!(world.said[0].lines.len() as u64, count);
        assert_eq!(world.said[0].demand_minor as u64, count * 100);
    }
}
