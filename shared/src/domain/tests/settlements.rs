//! What settles an invoice without money: it closes it, gives way to what comes, and is undone.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::{Closed, Credit};
use crate::domain::fact::{DiscountFact, InvoiceFact};
use crate::domain::handle::{Attention, Command, Entry, NewSettlement, Refused};
use crate::domain::money::Currency;
use crate::domain::settlement::SettlementKind::{self, Discount, SetOff, WriteOff};
use crate::domain::settlement::Settler;
use crate::domain::stops::{Party, PromiseEnd};

const DUE: &str = "2026-02-02";

fn one() -> World {
    given([invoice("A", 10_000, day(DUE))]).when(on("2026-02-04"))
}

fn on(today: &str) -> impl FnOnce(&mut World) {
    let today = day(today);
    move |world| world.at(today, "12:00:00")
}

fn settle(kind: SettlementKind, amount_minor: Option<i64>) -> Command {
    let new = NewSettlement { kind, amount_minor, on: None, reason: "agreed".to_owned(), reference: None };
    Command::Settle { case: id("A"), new }
}

fn settles(kind: SettlementKind, amount_minor: impl Into<Option<i64>>) -> impl FnOnce(&mut World) {
    does(settle(kind, amount_minor.into()))
}

/// Takes the first settlement of A back.
fn undoes(world: &mut World) {
    let settlement = world.case("A").settlements[0].id.clone();
    world.apply(&Command::UndoSettlement { case: id("A"), settlement, reason: "a mistake".to_owned() });
}

fn reopens(world: &mut World) {
    world.apply(&Command::Reopen { case: id("A"), reason: "they can pay after all".to_owned() });
}

fn picture(revision: u64, total_minor: i64, paid_minor: i64) -> impl FnOnce(&mut World) {
    arrives(InvoiceFact { revision, paid_minor: Some(paid_minor), ..invoice("A", total_minor, day(DUE)) })
}

fn stated_paid(revision: u64) -> impl FnOnce(&mut World) {
    does(Command::Paid { case: id("A"), revision })
}

fn closed(how: Option<Closed>) -> impl FnOnce(&World) {
    move |world| assert_eq!(world.case("A").closed, how)
}

fn nothing_waits(world: &World) {
    assert_eq!(world.attention, vec![]);
}

fn write_off_up_to(minor: i64) -> impl FnOnce(&mut World) {
    move |world| {
        world.settings.policy.write_off_up_to.0.insert(Currency::PLN, minor);
    }
}

#[test]
fn a_whole_write_off_closes_the_case_as_written_off_and_all_is_silent() {
    one()
        .when(settles(WriteOff, None))
        .then(open("A", 0))
        .then(closed(Some(Closed::WrittenOff)))
        .then(|world| assert_eq!(world.account.profile.wake_on, None))
        .when(days_pass("2026-02-05", "2026-03-30"))
        .then(messages(0))
        .then(nothing_waits);
}

#[test]
fn a_part_that_is_written_off_is_not_asked_for() {
    one()
        .when(settles(WriteOff, 4_000))
        .then(closed(None))
        .when(days_pass("2026-02-05", "2026-02-05"))
        .then(|world| assert_eq!(world.said[0].demand_minor, 6_000))
        .when(pays_for("A", "p", 6_000))
        .then(closed(Some(Closed::Paid)))
        .then(credit_left(0));
}

#[test]
fn a_set_off_counts_like_money_and_names_the_debtors_claim() {
    let reference = Some("FZ/7".to_owned());
    let new =
        NewSettlement { kind: SetOff, amount_minor: Some(3_000), on: Some(day("2026-02-01")), reason: "both signed".to_owned(), reference };
    one().when(does(Command::Settle { case: id("A"), new })).then(open("A", 7_000)).then(|world| {
        let made = &world.case("A").settlements[0];
        assert_eq!((made.id.as_str(), made.reference.as_deref(), made.by), ("set_off-2026-02-01-3000", Some("FZ/7"), Settler::Team));
    });
}

#[test]
fn what_cannot_be_settled_is_refused_and_changes_nothing() {
    let world = one();
    let refused = |kind, amount_minor, on: Option<&str>| {
        let new = NewSettlement { kind, amount_minor, on: on.map(day), reason: "x".to_owned(), reference: None };
        world.handle(&Command::Settle { case: id("A"), new }).unwrap_err()
    };
    let amount = Refused::SettledAmount { most_minor: 10_000, currency: Currency::PLN };
    for minor in [0, -1, 10_001, i64::MAX, i64::MIN] {
        assert_eq!(refused(WriteOff, Some(minor), None), amount);
    }
    let days = Refused::SettledDay { first: day("2026-01-19"), last: day("2026-02-04") };
    for on in ["2026-01-18", "2026-02-05"] {
        assert_eq!(refused(SetOff, Some(1), Some(on)), days);
    }
    let unknown = Command::Settle {
        case: id("Z"),
        new: NewSettlement { kind: WriteOff, amount_minor: None, on: None, reason: "x".to_owned(), reference: None },
    };
    assert_eq!(world.handle(&unknown).unwrap_err(), Refused::NoSuchCase);
    let no_such = Command::UndoSettlement { case: id("A"), settlement: "write_off-2026-02-04-1".to_owned(), reason: "x".to_owned() };
    assert_eq!(world.handle(&no_such).unwrap_err(), Refused::NoSuchSettlement);
}

#[test]
fn the_same_settlement_again_is_made_once_and_another_like_it_is_another() {
    let other = NewSettlement { kind: SetOff, amount_minor: Some(1_000), on: None, reason: "another bill".to_owned(), reference: None };
    one()
        .when(settles(SetOff, 1_000))
        .when(settles(SetOff, 1_000))
        .then(open("A", 9_000))
        .when(does(Command::Settle { case: id("A"), new: other }))
        .then(open("A", 8_000))
        .then(|world| assert_eq!(world.case("A").settlements[1].id, "set_off-2026-02-04-1000-2"));
}

#[test]
fn undone_it_is_as_it_was_but_for_the_day_of_silence() {
    let before = one().when(days_pass("2026-02-05", "2026-02-06"));
    let was = before.case("A").clone();
    for kind in [WriteOff, Discount, SetOff] {
        for amount in [None, Some(4_000)] {
            let world = before.clone().when(on("2026-02-06")).when(settles(kind, amount)).when(undoes);
            let mut now = world.case("A").clone();
            assert_eq!(now.reopened_on, amount.is_none().then(|| day("2026-02-06")), "only a closed one is opened again");
            now.reopened_on = None;
            now.decision.clone_from(&was.decision);
            assert_eq!(now, was, "{kind:?} {amount:?}");
        }
    }
}

#[test]
fn a_written_off_case_is_opened_again_at_the_step_where_it_stood_and_not_on_that_day() {
    one()
        .when(days_pass("2026-02-05", "2026-02-06"))
        .then(heard("A", &[("2026-02-05", "due+1")]))
        .when(settles(WriteOff, None))
        .when(days_pass("2026-02-07", "2026-02-15"))
        .when(on("2026-02-16"))
        .when(reopens)
        .then(closed(None))
        .then(|world| assert!(!world.evaluate_today, "nothing is said on the day of the reopening"))
        .when(a_day("2026-02-16"))
        .then(messages(1))
        .when(a_day("2026-02-17"))
        .then(heard("A", &[("2026-02-05", "due+1"), ("2026-02-17", "due+3")]));
}

#[test]
fn what_is_paid_or_cancelled_is_not_opened_by_a_person() {
    let again = || Command::Reopen { case: id("A"), reason: "x".to_owned() };
    for (ends, how) in [
        (Command::Paid { case: id("A"), revision: 2 }, Closed::Paid),
        (Command::Cancelled { case: id("A"), revision: 2 }, Closed::Cancelled),
    ] {
        let mut world = one().when(does(ends)).when(does(again())).then(closed(Some(how)));
        assert_eq!(world.refused.take(), Some(Refused::Ended { how }));
    }
    assert_eq!(one().handle(&again()).unwrap_err(), Refused::NoEffect("it is open"));
}

#[test]
fn paid_in_full_after_a_write_off_is_no_overpayment_and_then_it_is_paid() {
    one()
        .when(settles(WriteOff, None))
        .when(stated_paid(2))
        .then(closed(Some(Closed::Paid)))
        .then(nothing_waits)
        .when(reopens)
        .then(|world| assert_eq!(world.refused, Some(Refused::Ended { how: Closed::Paid })));
}

#[test]
fn the_debtor_who_pays_what_was_written_off_has_paid_it() {
    one()
        .when(settles(WriteOff, None))
        .when(pays_for("A", "p", 4_000))
        .then(closed(Some(Closed::WrittenOff)))
        .when(pays_for("A", "q", 6_000))
        .then(closed(Some(Closed::Paid)))
        .then(credit_left(0))
        .then(nothing_waits)
        .when(pays_for("A", "r", 500))
        .then(credit_left(500));
}

#[test]
fn money_that_names_no_invoice_does_not_go_to_what_was_given_up() {
    one().when(settles(WriteOff, None)).when(pays("p", 4_000)).then(credit_left(4_000)).then(closed(Some(Closed::WrittenOff)));
}

#[test]
fn a_rise_of_the_sources_picture_goes_to_bookings_then_to_what_is_open_then_to_settlements() {
    one()
        .when(pays_for("A", "p", 2_000))
        .when(settles(WriteOff, 1_000))
        .then(open("A", 7_000))
        .when(picture(2, 10_000, 2_000))
        .then(open("A", 7_000))
        // The debtor paid what was asked for: what was written off is not asked for again.
        .when(picture(3, 10_000, 9_000))
        .then(open("A", 0))
        .when(picture(4, 10_000, 10_000))
        .then(open("A", 0))
        .then(nothing_waits)
        .then(|world| assert_eq!(world.case("A").settled_minor(), 0));
}

#[test]
fn a_ledger_that_books_the_set_off_as_paid_counts_it_once() {
    one()
        .when(settles(SetOff, 3_000))
        .when(picture(2, 10_000, 3_000))
        .then(open("A", 7_000))
        .when(pays_for("A", "p", 8_000))
        .then(credit_left(1_000))
        .then(closed(Some(Closed::Paid)));
    let both = one().when(settles(SetOff, 3_000)).when(pays_for("A", "p", 2_000)).when(picture(2, 10_000, 5_000));
    let both = both.then(open("A", 5_000));
    // The picture falls back to what it was: the set-off counts by itself again.
    both.when(picture(3, 10_000, 2_000)).then(open("A", 5_000));
}

#[test]
fn a_payment_that_equals_the_set_off_is_money_before_it_is_told_and_after() {
    // First the payment's echo, then the ledger's booking of the set-off.
    let told = |world: World| world.then(open("A", 4_000)).when(picture(2, 10_000, 3_000)).then(open("A", 4_000));
    told(one().when(settles(SetOff, 3_000)).when(pays_for("A", "p", 3_000))).when(picture(3, 10_000, 6_000)).then(open("A", 4_000));
    told(one().when(pays_for("A", "p", 3_000)).when(settles(SetOff, 3_000))).when(pays_for("A", "q", 4_000)).then(open("A", 0));
}

#[test]
fn a_credit_note_for_what_was_written_off_or_discounted_counts_once() {
    for kind in [WriteOff, Discount] {
        one()
            .when(settles(kind, 2_000))
            .when(does(credit_note("K", Some("A"), 2_000)))
            .then(open("A", 8_000))
            .when(does(credit_note("L", Some("A"), 500)))
            .then(open("A", 7_500))
            .then(credit_left(0));
        one()
            .when(settles(kind, None))
            .when(does(credit_note("K", Some("A"), 10_000)))
            .then(open("A", 0))
            .then(credit_left(0))
            .then(nothing_waits);
    }
}

#[test]
fn money_that_goes_back_opens_what_it_paid_and_not_what_was_settled() {
    let chargeback = || does(refund("r", Some("p"), Some("A"), 6_000));
    one()
        .when(settles(SetOff, 4_000))
        .when(pays_for("A", "p", 6_000))
        .then(closed(Some(Closed::Paid)))
        .when(chargeback())
        .then(open("A", 6_000))
        .when(a_day("2026-02-04"))
        .then(messages(0))
        .when(a_day("2026-02-05"))
        .then(messages(1));
    one().when(pays_for("A", "p", 6_000)).when(settles(WriteOff, None)).when(chargeback()).then(open("A", 6_000)).then(closed(None));
}

#[test]
fn a_raised_total_opens_what_it_adds() {
    one().when(settles(WriteOff, None)).when(picture(2, 12_000, 0)).then(open("A", 2_000)).then(closed(None));
}

#[test]
fn a_small_difference_is_written_off_by_rule_once_money_came_and_a_small_invoice_is_not() {
    let small = || one().when(write_off_up_to(100));
    small().when(pays_for("A", "p", 9_899)).then(open("A", 101));
    small().when(pays_for("A", "p", 9_900)).then(open("A", 0)).then(closed(Some(Closed::Paid))).then(|world| {
        let made = &world.case("A").settlements[0];
        assert_eq!((made.kind, made.amount_minor, made.by), (WriteOff, 100, Settler::Rule));
        assert!(world.entries.iter().any(|entry| matches!(entry, Entry::Settled { .. })));
    });
    one().when(pays_for("A", "p", 9_999)).then(open("A", 1));
    let tiny = given([invoice("A", 80, day(DUE))]).when(write_off_up_to(100)).when(on("2026-02-04"));
    tiny.clone().when(days_pass("2026-02-04", "2026-02-06")).then(open("A", 80));
    // A token payment does not make a difference of it.
    tiny.when(pays_for("A", "p", 1)).then(open("A", 79));
}

#[test]
fn a_limit_that_is_set_later_holds_from_the_next_night() {
    one().when(pays_for("A", "p", 9_950)).when(write_off_up_to(100)).when(night("2026-02-05")).then(open("A", 0));
}

#[test]
fn what_a_rule_settled_is_taken_back_when_more_is_open_again() {
    one()
        .when(write_off_up_to(100))
        .when(pays_for("A", "p", 9_950))
        .when(does(refund("r", Some("p"), Some("A"), 5_000)))
        .then(open("A", 5_050))
        .then(|world| assert!(world.case("A").settlements.is_empty()))
        .then(|world| assert!(world.entries.iter().any(|entry| matches!(entry, Entry::SettlementUndone { by: Settler::Rule, .. }))))
        .when(pays_for("A", "q", 5_000))
        .then(open("A", 0));
}

#[test]
fn what_a_person_took_back_from_a_rule_stays_open() {
    one()
        .when(write_off_up_to(100))
        .when(pays_for("A", "p", 9_950))
        .when(undoes)
        .then(open("A", 50))
        .when(days_pass("2026-02-05", "2026-02-06"))
        .then(open("A", 50));
}

/// Two per cent until Monday 2 February for an invoice due on the 16th.
fn discounted() -> World {
    let discount = Some(DiscountFact { until: day("2026-01-31"), amount_minor: 200 });
    given([InvoiceFact { discount, ..invoice("A", 10_000, day("2026-02-16")) }]).when(on("2026-02-04"))
}

fn paid_on(world: &mut World, payment_id: &str, instant: &str, amount_minor: i64) {
    let Command::Payment { mut fact, case, odd } = payment(payment_id, Some("A"), amount_minor) else { unreachable!() };
    fact.paid_at = instant.parse().unwrap();
    world.apply(&Command::Payment { fact, case, odd });
}

#[test]
fn who_pays_in_time_has_the_discount_and_who_pays_a_day_late_owes_the_rest() {
    // 31 January is a Saturday: the Monday is in time, until midnight in Warsaw.
    for (instant, amount, left) in [
        ("2026-02-02T22:59:59Z", 9_800, 0),
        ("2026-02-02T23:00:00Z", 9_800, 200),
        ("2026-02-02T22:59:59Z", 9_799, 201),
        ("2026-01-20T12:00:00Z", 9_900, 0),
    ] {
        discounted().when(|world: &mut World| paid_on(world, "p", instant, amount)).then(open("A", left)).then(|world| {
            let made: Vec<_> = world.case("A").settlements.iter().map(|one| (one.kind, one.amount_minor)).collect();
            assert_eq!(made, if left == 0 { vec![(Discount, 10_000 - amount)] } else { vec![] }, "{instant}");
        });
    }
}

#[test]
fn several_payments_in_time_earn_the_discount_together_and_a_late_one_does_not_help() {
    discounted()
        .when(|world: &mut World| paid_on(world, "p", "2026-01-20T12:00:00Z", 5_000))
        .when(|world: &mut World| paid_on(world, "q", "2026-02-02T12:00:00Z", 4_800))
        .then(open("A", 0));
    discounted()
        .when(|world: &mut World| paid_on(world, "p", "2026-01-20T12:00:00Z", 5_000))
        .when(|world: &mut World| paid_on(world, "q", "2026-02-03T12:00:00Z", 4_800))
        .then(open("A", 200));
}

#[test]
fn what_the_source_says_counts_by_the_day_on_which_it_says_so() {
    let told = |today: &'static str| {
        let discount = Some(DiscountFact { until: day("2026-01-31"), amount_minor: 200 });
        let picture = InvoiceFact { revision: 2, paid_minor: Some(9_800), discount, ..invoice("A", 10_000, day("2026-02-16")) };
        discounted().when(on(today)).when(arrives(picture))
    };
    told("2026-02-02").then(open("A", 0)).then(closed(Some(Closed::Paid)));
    told("2026-02-03").then(open("A", 200));
    // The event of the payment comes after the picture and tells its own day.
    told("2026-02-03").when(|world: &mut World| paid_on(world, "p", "2026-02-01T12:00:00Z", 9_800)).then(open("A", 0)).then(credit_left(0));
}

#[test]
fn a_chargeback_costs_the_discount() {
    discounted()
        .when(|world: &mut World| paid_on(world, "p", "2026-01-20T12:00:00Z", 9_800))
        .when(does(refund("r", Some("p"), Some("A"), 9_800)))
        .then(open("A", 10_000))
        .then(|world| assert!(world.case("A").settlements.is_empty()));
}

#[test]
fn the_note_that_documents_a_discount_counts_once() {
    discounted()
        .when(|world: &mut World| paid_on(world, "p", "2026-01-20T12:00:00Z", 9_800))
        .when(does(credit_note("K", Some("A"), 200)))
        .then(closed(Some(Closed::Paid)))
        .then(credit_left(0))
        .then(nothing_waits);
}

#[test]
fn money_that_waited_as_a_credit_keeps_its_day() {
    let mut world = discounted();
    let credit =
        Credit { id: "bank:7".to_owned(), currency: Currency::PLN, left_minor: 9_800, allocate: true, on: Some(day("2026-01-20")) };
    world.account.keep_credit(credit);
    world.when(does(Command::Allocate)).then(open("A", 0)).then(|world| assert_eq!(world.case("A").settlements[0].kind, Discount));
}

#[test]
fn a_settlement_is_no_kept_promise() {
    let promises = |amount_minor| {
        let new = crate::domain::handle::NewPromise {
            by: Party::Team,
            pay_on: day("2026-02-10"),
            amount_minor,
            reason: Some("they called".to_owned()),
        };
        does(Command::Promise(Some(id("A")), new))
    };
    let ends = |world: &World| {
        let ends = world.entries.iter().filter_map(|entry| match entry {
            Entry::PromiseEnded { how, received_minor, .. } => Some((*how, *received_minor)),
            _ => None,
        });
        ends.collect::<Vec<_>>()
    };
    one().when(promises(None)).when(settles(WriteOff, None)).then(|world| assert_eq!(ends(world), [(PromiseEnd::Moot, 0)]));
    one()
        .when(promises(Some(5_000)))
        .when(settles(SetOff, 6_000))
        .then(|world| assert_eq!(ends(world), []))
        .when(pays_for("A", "p", 4_000))
        .then(|world| assert_eq!(ends(world), [(PromiseEnd::Kept, 4_000)]));
    one().when(promises(None)).when(settles(SetOff, 6_000)).when(undoes).when(days_pass("2026-02-05", "2026-02-16")).then(|world| {
        assert_eq!(ends(world), [(PromiseEnd::Broken, 0)]);
        assert!(world.attention.iter().any(|one| matches!(one, Attention::PromiseNotKept { .. })));
    });
}

#[test]
fn a_set_off_stops_interest_on_its_day_and_what_is_written_off_never_bore_any() {
    let owed = |world: &World, on: &str| {
        let principal = world.case("A").principal();
        let less = principal.changes.iter().filter(|change| change.on <= day(on)).map(|change| change.less_minor).sum::<i64>();
        principal.opening_minor - less
    };
    let set_off =
        NewSettlement { kind: SetOff, amount_minor: Some(3_000), on: Some(day("2026-02-01")), reason: "x".to_owned(), reference: None };
    let world = one().when(does(Command::Settle { case: id("A"), new: set_off }));
    assert_eq!((owed(&world, "2026-01-31"), owed(&world, "2026-02-01")), (10_000, 7_000));
    let world = world.when(undoes);
    assert_eq!(owed(&world, "2026-02-28"), 10_000);
    let world = one().when(settles(WriteOff, 3_000));
    assert_eq!((owed(&world, "2026-01-01"), owed(&world, "2026-02-28")), (7_000, 7_000));
    // The debtor pays it after all: it was owed.
    let world = world.when(|world: &mut World| paid_on(world, "p", "2026-02-03T12:00:00Z", 10_000));
    assert_eq!(owed(&world, "2026-02-28"), 0);
}

#[derive(Debug, Clone)]
enum Event {
    Settle(SettlementKind, i64),
    Undo,
    Reopen,
    Pay(i64),
    Refund(usize, i64),
    Note(i64),
    Picture(i64, Option<i64>),
    Night,
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop::sample::select(vec![WriteOff, Discount, SetOff]);
    prop_oneof![
        3 => (kind, 1i64..900).prop_map(|(kind, minor)| Event::Settle(kind, minor)),
        2 => Just(Event::Undo),
        1 => Just(Event::Reopen),
        3 => (1i64..900).prop_map(Event::Pay),
        2 => (0usize..6, 1i64..900).prop_map(|(payment, minor)| Event::Refund(payment, minor)),
        1 => (1i64..300).prop_map(Event::Note),
        2 => (500i64..1_500, proptest::option::of(0i64..1_500)).prop_map(|(total, paid)| Event::Picture(total, paid)),
        2 => Just(Event::Night),
    ]
}

struct Life {
    world: World,
    today: NaiveDate,
    revision: u64,
    paid: Vec<i64>,
}

impl Life {
    fn live(&mut self, event: &Event) {
        self.revision += 1;
        match event {
            Event::Settle(kind, minor) => self.world.apply(&settle(*kind, Some(*minor))),
            Event::Undo if self.world.case("A").settlements.is_empty() => {}
            Event::Undo => undoes(&mut self.world),
            Event::Reopen => reopens(&mut self.world),
            Event::Pay(minor) => {
                let name = self.paid.len().to_string();
                self.paid.push(*minor);
                self.world.apply(&payment(&name, Some("A"), *minor));
            }
            Event::Refund(index, minor) => {
                let Some(left) = self.paid.get_mut(*index).filter(|left| **left > 0) else { return };
                let minor = (*minor).min(*left);
                *left -= minor;
                self.world.apply(&refund(&self.revision.to_string(), Some(&index.to_string()), Some("A"), minor));
            }
            Event::Note(minor) => self.world.apply(&credit_note(&format!("K{}", self.revision), Some("A"), *minor)),
            Event::Picture(total, paid_minor) => {
                let fact = InvoiceFact { paid_minor: *paid_minor, ..at_revision(self.revision + 1, invoice("A", *total, day(DUE))) };
                self.world.apply(&Command::Invoice(Box::new(fact)));
            }
            Event::Night => {
                self.today = self.today.succ_opt().unwrap();
                days(&mut self.world, self.today, self.today);
            }
        }
    }

    fn check(&self) {
        let case = self.world.case("A");
        let (paid, open, settled) = (case.paid_minor() + case.credited_minor, case.open_minor(), case.settled_minor());
        assert!(open >= 0 && settled >= 0);
        assert_eq!(paid - case.overpaid_minor() + open + settled, case.total_minor, "what is settled and what is open make the total");
        assert_eq!(case.closed.is_some(), open == 0, "{case:?}");
        assert!(case.closed != Some(Closed::WrittenOff) || settled > 0);
        let ids: Vec<_> = case.settlements.iter().map(|one| &one.id).collect();
        assert!(ids.iter().enumerate().all(|(n, id)| !ids[..n].contains(id)), "{ids:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whatever_happens_the_sums_reconcile_and_nothing_is_said_on_the_day_of_a_reopening(events in proptest::collection::vec(event(), 1..40)) {
        let world = given([invoice("A", 1_000, day(DUE))]).when(write_off_up_to(20)).when(on("2026-02-04"));
        let mut life = Life { world, today: day("2026-02-04"), revision: 1, paid: Vec::new() };
        for event in &events {
            let before = life.world.said.len();
            life.live(event);
            life.check();
            if life.world.case("A").reopened_on == Some(life.today) {
                prop_assert_eq!(life.world.said.len(), before);
            }
        }
    }
}
