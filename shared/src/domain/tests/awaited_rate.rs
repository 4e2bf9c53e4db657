//! Compensation that a message claimed while its mid rate was missing begins once the rate is there.

#![expect(clippy::inconsistent_digit_grouping, reason = "grosze stand apart: 369_86 is 369.86 PLN")]

use super::sentences::*;
use super::side_claims::{COMPENSATION, TEN_THOUSAND, beside, charging, claimed, comes, company, waives};
use super::world::{World, day};
use crate::domain::account::Closed;
use crate::domain::creditor::Settings;
use crate::domain::fact::{DebtorFact, DebtorKind, InvoiceFact};
use crate::domain::handle::{Command, Entry, Refused};
use crate::domain::interest::{ClaimKind, OwnMidRate, Zloty};
use crate::domain::reminder::ReminderState;

fn without_rate(settings: &mut Settings) {
    settings.mid_rates.clear();
}

/// Said on Friday 19 December, without the rate.
fn awaiting() -> World {
    company(without_rate).when(claimed()).then(|world| assert_eq!(begun(world), []))
}

/// The creditor puts the rate in.
fn rate_comes(world: &mut World) {
    charging(&mut world.settings);
}

fn begun(world: &World) -> Vec<chrono::NaiveDate> {
    let entries = world.entries.iter().filter_map(|entry| match entry {
        Entry::SideClaimBegun { claim: ClaimKind::Compensation, since, .. } => Some(*since),
        _ => None,
    });
    entries.collect()
}

#[test]
fn it_begins_at_the_next_evaluation_once_and_the_time_line_shows_it() {
    let world = awaiting().when(rate_comes).when(night("2025-12-20"));
    assert_eq!(begun(&world), [day("2025-12-15")], "without another step that claims");
    assert_eq!(world.case("A").claimed, [ClaimKind::Interest, ClaimKind::Compensation]);
    world.when(days_pass("2025-12-20", "2026-02-27")).then(|world| assert_eq!(begun(world).len(), 1)).then(beside(
        "A",
        "2026-02-27",
        (66_85 + 222_47, COMPENSATION),
    ));
}

#[test]
fn any_command_is_enough_and_money_that_comes_with_it_finds_it() {
    let paid = awaiting().when(rate_comes).when(comes("p", Some("A"), TEN_THOUSAND + 16_71 + COMPENSATION, "2025-12-19"));
    assert_eq!((paid.case("A").closed, begun(&paid).len(), paid.credit()), (Some(Closed::Paid), 1, 0));
    awaiting().when(rate_comes).when(does(Command::Rearrange)).then(|world| assert_eq!(begun(world).len(), 1));
}

#[test]
fn where_compensation_alone_is_charged_it_begins_as_well() {
    let alone = |settings: &mut Settings| {
        settings.side_claims.businesses = crate::domain::interest::BusinessInterest::None;
        settings.mid_rates.clear();
    };
    let world = company(alone).when(claimed());
    assert_eq!(begun(&world), []);
    let rate = vec![OwnMidRate { on: day("2025-11-28"), rate: Zloty(42_267) }];
    let world = world.when(|world: &mut World| world.settings.mid_rates = rate).when(night("2025-12-20"));
    assert_eq!(begun(&world).len(), 1);
    world.then(beside("A", "2025-12-20", (0, COMPENSATION)));
}

#[test]
fn another_days_rate_is_none() {
    let other = vec![OwnMidRate { on: day("2025-12-31"), rate: Zloty(42_000) }];
    awaiting()
        .when(|world: &mut World| world.settings.mid_rates = other)
        .when(days_pass("2025-12-20", "2025-12-22"))
        .then(|world| assert_eq!(begun(world), []));
}

#[test]
fn it_never_begins_where_the_message_never_went() {
    let sent = |world: &World| world.account.reminders.iter().rfind(|one| one.id.as_of == day("2025-12-19")).map(|one| one.id.clone());
    awaiting()
        .when(|world: &mut World| {
            let sent = sent(world).unwrap();
            world.unsaid(&sent, ReminderState::Failed, false);
        })
        .then(|world| assert!(world.account.claims.is_empty()))
        .when(rate_comes)
        .when(does(Command::Rearrange))
        .then(|world| assert_eq!((begun(world).len(), world.account.claims.len()), (0, 0)));
}

#[test]
fn it_never_begins_of_an_invoice_that_was_paid_before_nor_of_one_that_is_void() {
    for happens in [
        payment("p", Some("A"), TEN_THOUSAND),
        Command::Cancelled { case: id("A"), revision: 2 },
        credit_note("K", Some("A"), TEN_THOUSAND),
    ] {
        let told = format!("{happens:?}");
        let world = awaiting().when(does(happens)).when(rate_comes).when(days_pass("2025-12-20", "2026-01-31"));
        assert_eq!(begun(&world), [], "{told}");
    }
}

#[test]
fn one_that_is_open_again_owes_it_again() {
    let world = awaiting().when(pays_for("A", "p", TEN_THOUSAND)).when(rate_comes).when(night("2025-12-20"));
    assert_eq!(begun(&world), []);
    let back = refund("r", Some("p"), Some("A"), TEN_THOUSAND);
    let world = world.when(does(back)).when(night("2025-12-21"));
    assert_eq!(begun(&world).len(), 1);
}

#[test]
fn it_never_begins_once_it_was_waived_though_later_messages_claim() {
    let world = awaiting().when(waives("A", ClaimKind::Compensation));
    assert_eq!(world.refused, None);
    assert!(matches!(world.entries.last(), Some(Entry::SideClaimWaived { claim: ClaimKind::Compensation, amount_minor: 0, .. })));
    let again = world.clone().when(waives("A", ClaimKind::Compensation));
    assert_eq!(again.refused, Some(Refused::NoSuchClaim));
    world.when(rate_comes).when(days_pass("2025-12-20", "2026-02-27")).then(|world| assert_eq!(begun(world), []));
}

#[test]
fn it_never_begins_for_somebody_who_turned_out_to_be_a_consumer_nor_where_nothing_is_charged_any_more() {
    let consumer = |world: &mut World| world.account.profile.kind = DebtorKind::Consumer;
    awaiting().when(consumer).when(rate_comes).when(days_pass("2025-12-20", "2026-01-31")).then(|world| assert_eq!(begun(world), []));
    let off = |world: &mut World| {
        rate_comes(world);
        world.settings.side_claims.compensation = false;
    };
    awaiting().when(off).when(days_pass("2025-12-20", "2026-01-31")).then(|world| assert_eq!(begun(world), []));
}

#[test]
fn an_invoice_that_came_to_be_due_later_owes_none_before_it_is_late() {
    let world = awaiting();
    let fact = invoice("A", TEN_THOUSAND, day("2026-01-15"));
    let debtor = DebtorFact { kind: Some(DebtorKind::Business), ..fact.debtor.clone() };
    let later = at_revision(2, InvoiceFact { debtor, ..fact });
    let world = world.when(arrives(later)).when(rate_comes).when(days_pass("2025-12-20", "2026-01-15"));
    assert_eq!(begun(&world), []);
    // Late since 16 January: the rate of the last working day of December counts, and nobody has it.
    let world = world.when(days_pass("2026-01-16", "2026-01-16"));
    assert_eq!(begun(&world), []);
    let rate = |world: &mut World| world.settings.mid_rates.push(OwnMidRate { on: day("2025-12-31"), rate: Zloty(42_000) });
    let world = world.when(rate).when(days_pass("2026-01-17", "2026-01-17"));
    assert_eq!(begun(&world), [day("2026-01-15")]);
}

#[test]
fn which_message_claimed_is_known_and_the_last_one_that_never_went_takes_it_off() {
    let world = awaiting().when(rate_comes).when(night("2025-12-20"));
    let sent = world.account.reminders.iter().rfind(|one| one.id.as_of == day("2025-12-19")).map(|one| one.id.clone()).unwrap();
    let mut world = world;
    world.unsaid(&sent, ReminderState::Failed, false);
    assert!(world.account.claims.is_empty() && world.case("A").claimed.is_empty());
}
