//! Credit notes and lower totals that come after interest was claimed, said, paid or waived: what they take off
//! never bore interest. Figures are worked out by hand, in grosze.

#![expect(clippy::inconsistent_digit_grouping, reason = "grosze stand apart: 369_86 is 369.86 PLN")]

use proptest::prelude::*;

use super::sentences::*;
use super::side_claims::{COMPENSATION, TEN_THOUSAND, beside, claimed, comes, company, interest_only, last_message, waives};
use super::world::{World, day};
use crate::domain::fact::{DebtorFact, DebtorKind, InvoiceFact};
use crate::domain::handle::{Attention, Command, Entry, NewSettlement};
use crate::domain::interest::{ClaimKind, Order, PaymentDay, Terms, interest};
use crate::domain::settlement::SettlementKind;

/// Interest on 10 000.00 from 16 December to 20 March: 66.85 + 303.01.
const WHOLE: i64 = 369_86;

/// On 6 000.00: 40.11 + 181.81.
const ON_SIX: i64 = 221_92;

fn noted(name: &str, minor: i64, on: &str) -> impl FnOnce(&mut World) {
    let (command, on) = (credit_note(name, Some("A"), minor), day(on));
    move |world| {
        world.at(on, "12:00:00");
        world.apply(&command);
    }
}

/// Paid on 20 March: the invoice and so much more.
fn paid_with(more: i64) -> World {
    company(interest_only).when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND + more, "2026-03-20"))
}

fn lowered(world: &World) -> Vec<(ClaimKind, i64)> {
    let of =
        |entry: &Entry| if let Entry::SideClaimLowered { claim, amount_minor, .. } = entry { Some((*claim, *amount_minor)) } else { None };
    world.entries.iter().filter_map(of).collect()
}

#[test]
fn a_credit_note_lowers_interest_that_was_only_told() {
    let world = company(interest_only).when(claimed()).when(noted("K", 4_000_00, "2025-12-22"));
    // 4 days on 6 000.00 at 15.25 %, and the 7 days up to today were 29.25.
    let world = world.then(beside("A", "2025-12-19", (10_03, 0)));
    assert_eq!(lowered(&world), [(ClaimKind::Interest, 29_25 - 17_55)]);
    let world = world.when(days_pass("2025-12-23", "2026-01-07")).when(night("2026-01-09"));
    assert_eq!(last_message(&world, "2026-01-09").demand_minor, 6_000_00 + 60_82);
}

#[test]
fn a_credit_note_after_the_principal_was_paid_lowers_what_is_left_of_its_interest() {
    let world = paid_with(0).then(beside("A", "2026-03-20", (WHOLE, 0))).when(noted("K", 4_000_00, "2026-03-25"));
    assert_eq!(lowered(&world), [(ClaimKind::Interest, WHOLE - ON_SIX)]);
    world.then(open("A", 0)).then(credit_left(4_000_00)).then(beside("A", "2026-06-01", (ON_SIX, 0)));
}

#[test]
fn a_credit_note_lowers_settled_interest_of_which_a_part_was_paid() {
    let world = paid_with(100_00).then(beside("A", "2026-04-01", (269_86, 0))).when(noted("K", 4_000_00, "2026-03-25"));
    assert_eq!(lowered(&world), [(ClaimKind::Interest, WHOLE - ON_SIX)]);
    world.then(credit_left(4_000_00)).then(beside("A", "2026-06-01", (ON_SIX - 100_00, 0)));
}

#[test]
fn what_was_paid_for_interest_that_was_never_owed_is_a_credit_that_a_person_sees() {
    let world = paid_with(WHOLE).then(credit_left(0)).when(noted("K", 4_000_00, "2026-03-25"));
    let seen = |world: &World, minor| {
        world
            .attention
            .iter()
            .any(|one| matches!(one, Attention::Overpaid { by, amount_minor, .. } if by.ends_with(":p") && *amount_minor == minor))
    };
    assert!(seen(&world, WHOLE - ON_SIX), "{:?}", world.attention);
    assert!(
        world.entries.iter().any(|one| matches!(one, Entry::SideClaimReturned { amount_minor, .. } if *amount_minor == WHOLE - ON_SIX))
    );
    let world = world.then(open("A", 0)).then(credit_left(4_000_00 + WHOLE - ON_SIX)).then(beside("A", "2026-06-01", (0, 0)));
    // The rest of the price is credited, too: nothing was ever owed.
    world.when(noted("L", 6_000_00, "2026-03-26")).then(credit_left(TEN_THOUSAND + WHOLE)).then(beside("A", "2026-06-01", (0, 0)));
}

#[test]
fn a_second_delivery_and_a_note_beyond_the_invoice_take_nothing_more() {
    paid_with(WHOLE)
        .when(noted("K", 4_000_00, "2026-03-25"))
        .when(noted("K", 4_000_00, "2026-03-27"))
        .then(credit_left(4_000_00 + WHOLE - ON_SIX))
        .when(noted("L", 90_000_00, "2026-03-28"))
        .then(credit_left(94_000_00 + WHOLE))
        .then(|world| assert_eq!(world.find(&id("A")).unwrap().asked_minor(), 0));
}

#[test]
fn nobody_waived_what_was_never_owed() {
    let world = paid_with(100_00).when(waives("A", ClaimKind::Interest)).when(noted("K", 4_000_00, "2026-03-25"));
    // 221.92 were owed, 100.00 came: the rest is waived still, and nothing is to go back.
    let world = world.then(credit_left(4_000_00)).then(beside("A", "2026-06-01", (0, 0)));
    // On 1 000.00 it is 36.99.
    world.when(noted("L", 5_000_00, "2026-03-26")).then(credit_left(9_000_00 + 100_00 - 36_99)).then(beside("A", "2026-06-01", (0, 0)));
}

#[test]
fn freed_money_goes_to_what_is_open_of_the_same_invoice_first() {
    // 14 days at 15.25 % are 58.49, and 2 000.00 of the principal came with them.
    let change = |settings: &mut crate::domain::creditor::Settings| {
        interest_only(settings);
        settings.side_claims.order = Order::SideClaimsFirst;
    };
    let world = company(change).when(claimed()).when(comes("p", Some("A"), 2_058_49, "2025-12-29")).then(open("A", 8_000_00));
    // On 6 000.00 they are 35.10.
    world.when(noted("K", 4_000_00, "2025-12-29")).then(open("A", 4_000_00 - (58_49 - 35_10))).then(credit_left(0)).then(beside(
        "A",
        "2025-12-29",
        (0, 0),
    ));
}

#[test]
fn a_lower_total_is_a_credit_note_by_another_name() {
    let lower = InvoiceFact { total_minor: 6_000_00, ..at_revision(2, invoice("A", 6_000_00, day("2025-12-15"))) };
    let lower = InvoiceFact { debtor: DebtorFact { kind: Some(DebtorKind::Business), ..lower.debtor.clone() }, ..lower };
    let adjusted = Command::Adjusted { case: id("A"), revision: 2, less_owed_minor: 4_000_00, less_paid_minor: 0 };
    for command in [Command::Invoice(Box::new(lower)), adjusted] {
        let world = paid_with(WHOLE).when(does(command));
        assert_eq!(lowered(&world), [(ClaimKind::Interest, WHOLE - ON_SIX)]);
        world.then(credit_left(4_000_00 + WHOLE - ON_SIX)).then(beside("A", "2026-06-01", (0, 0)));
    }
}

#[test]
fn what_is_corrected_up_and_down_again_leaves_interest_as_it_was() {
    let total = |revision, minor| does(Command::Invoice(Box::new(at_revision(revision, invoice("A", minor, day("2025-12-15"))))));
    let at = |on: &str| {
        let on = day(on);
        move |world: &mut World| world.at(on, "12:00:00")
    };
    let world = company(interest_only).when(claimed());
    let world = world.when(at("2026-01-10")).when(total(2, 12_000_00)).when(at("2026-01-20")).when(total(3, TEN_THOUSAND));
    world.then(beside("A", "2026-03-20", (WHOLE, 0)));
}

#[test]
fn money_that_went_back_is_not_set_free_once_more() {
    let world = paid_with(WHOLE).when(|world| world.at(day("2026-04-01"), "12:00:00"));
    let world = world.when(does(refund("r", Some("p"), Some("A"), TEN_THOUSAND)));
    assert_eq!(lowered(&world), []);
    // What went back was the interest first, so there is none of it to go back again.
    world.when(noted("K", 4_000_00, "2026-04-02")).then(open("A", TEN_THOUSAND - WHOLE - 4_000_00)).then(credit_left(0));
}

#[test]
fn a_write_off_lowers_nothing_that_is_settled() {
    let change = |settings: &mut crate::domain::creditor::Settings| {
        interest_only(settings);
        settings.side_claims.order = Order::SideClaimsFirst;
    };
    let world = company(change).when(claimed()).when(comes("p", Some("A"), 2_058_49, "2025-12-29")).then(open("A", 8_000_00));
    let new = NewSettlement {
        kind: SettlementKind::WriteOff,
        amount_minor: None,
        on: None,
        reason: "a good customer".to_owned(),
        reference: None,
    };
    let world = world.when(does(Command::Settle { case: id("A"), new })).then(open("A", 0)).then(credit_left(0));
    assert_eq!(lowered(&world), []);
}

#[test]
fn compensation_is_that_of_what_was_owed() {
    // 70 EUR were 295.87, 40 EUR are 169.07.
    let world = company(|settings| settings.side_claims.businesses = Default::default()).when(claimed());
    let asked = TEN_THOUSAND + COMPENSATION;
    let world = world.when(comes("p", Some("A"), asked, "2025-12-29")).then(credit_left(0));
    let world = world.when(noted("K", 4_999_99, "2026-01-02")).then(credit_left(4_999_99));
    assert_eq!(lowered(&world), [], "5 000.01 is above the threshold still");
    let world = world.when(noted("L", 1, "2026-01-02")).then(credit_left(5_000_00 + COMPENSATION - 169_07));
    assert_eq!(lowered(&world), [(ClaimKind::Compensation, COMPENSATION - 169_07)]);
    world.when(noted("M", 5_000_00, "2026-01-02")).then(credit_left(TEN_THOUSAND + COMPENSATION));
}

#[test]
fn no_interest_is_taken_off_twice_where_the_payment_goes_back_after_the_note() {
    let world = paid_with(0).when(noted("K", 4_000_00, "2026-03-25")).when(|world| world.at(day("2026-03-26"), "12:00:00"));
    let world = world.when(does(refund("r", Some("p"), Some("A"), TEN_THOUSAND))).then(open("A", TEN_THOUSAND)).then(credit_left(4_000_00));
    // 9 days more at 14.00 % on 6 000.00, from the day after the refund: 20.71.
    world.then(beside("A", "2026-04-04", (ON_SIX + 20_71, 0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    /// Whatever comes, and in whatever order: settled and open interest are what one calculation over the corrected
    /// principal makes, and each grosz of money is somewhere.
    #[test]
    fn interest_is_that_of_what_was_owed_however_notes_and_money_come(
        events in prop::collection::vec((0u64..60, 1i64..4_000_00, 0usize..4), 1..9), first in any::<bool>(),
    ) {
        let mut events = events;
        events.sort_unstable();
        let mut world = company(|settings| {
            interest_only(settings);
            settings.side_claims.order = if first { Order::SideClaimsFirst } else { Order::PrincipalFirst };
        }).when(claimed());
        let (mut came, mut notes) = (0, 0);
        for (n, (after, minor, what)) in events.iter().enumerate() {
            let on = (day("2025-12-20") + chrono::Days::new(*after)).to_string();
            match what {
                0 => { notes += minor; world = world.when(noted(&format!("k{n}"), *minor, &on)); }
                _ => { came += minor; world = world.when(comes(&format!("p{n}"), Some("A"), *minor, &on)); }
            }
        }
        let claimed = world.find_claim(&id("A")).unwrap();
        let case = world.find(&id("A")).unwrap();
        let receipts: i64 = claimed.receipts.iter().map(|one| one.amount_minor).sum();
        let allocated: i64 = case.allocations.iter().map(|one| one.amount_minor).sum();
        prop_assert_eq!(allocated + receipts + world.credit() + case.credited_minor, came + notes);
        let until = day("2026-03-10");
        let mut account = world.account.clone();
        account.claims = vec![claimed.clone()];
        account.credits.clear();
        let open = account.open_claims(&id("A"), &world.settings, until);
        let table = world.settings.interest_tables();
        let terms = Terms { debtor: DebtorKind::Business, table: table.table("pl-commercial").unwrap(), cap: None, payment_day: PaymentDay::Counted };
        let whole = interest(&case.principal(), &terms, day("2025-12-16"), until, Default::default()).unwrap().total_minor;
        // Freed money that pays principal counts from its day, and days that are settled do not hear of it.
        let settled_late = if first { 3_00 } else { 0 };
        let owed = if case.asked_minor() == 0 { 0 } else { whole + settled_late };
        prop_assert!(receipts + open.interest_minor <= owed, "{receipts} + {} are more than {owed}", open.interest_minor);
    }
}
