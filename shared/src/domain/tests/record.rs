//! How an account has paid so far: what counts, what does not, and what a reopening takes away.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::handle::{Command, NewPromise};
use crate::domain::money::Currency;
use crate::domain::record::{Paid, RECENT, Record};
use crate::domain::stops::Party;

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn pays_on(name: &'static str, payment: &'static str, amount: i64, on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| {
        world.at(on, "12:00:00");
        world.apply(&paid_at(payment, Some(name), amount, &format!("{on}T11:00:00Z")));
    }
}

fn record(world: &World) -> &Record {
    &world.account.profile.record
}

#[test]
fn an_invoice_paid_by_its_day_is_in_time_and_one_paid_after_it_is_late() {
    for (on, late) in [("2026-01-30", 0), (DUE, 0), ("2026-02-03", 1), ("2026-02-20", 18)] {
        given([invoice("A", 100, day(DUE))]).when(pays_on("A", "p", 100, on)).then(|world| {
            assert_eq!((record(world).paid, record(world).worst_days_late()), (1, late), "{on}");
            assert_eq!(record(world).late(), usize::from(late > 0), "{on}");
        });
    }
}

#[test]
fn who_pays_on_the_working_day_after_a_due_date_on_a_weekend_is_in_time() {
    // Saturday; art. 115 ends the term on Monday.
    let paid_on = |on, shift| {
        let mut world = given([invoice("A", 100, day("2026-02-07"))]);
        world.settings.shift_due_dates = shift;
        record(&world.when(pays_on("A", "p", 100, on))).worst_days_late()
    };
    assert_eq!((paid_on("2026-02-09", true), paid_on("2026-02-10", true)), (0, 1));
    assert_eq!(paid_on("2026-02-09", false), 2);
}

#[test]
fn what_was_paid_before_we_knew_it_was_cancelled_or_credited_does_not_count() {
    let mut paid = invoice("A", 100, day(DUE));
    paid.paid_minor = Some(100);
    let nothing = |world: &World| assert_eq!(*record(world), Record::default());
    given([paid]).then(nothing);
    given([invoice("A", 100, day(DUE))]).when(does(Command::Cancelled { case: id("A"), revision: 2 })).then(nothing);
    given([invoice("A", 100, day(DUE))]).when(does(credit_note("K", Some("A"), 100))).then(nothing);
    given([invoice("A", 100, day(DUE))])
        .when(does(credit_note("K", Some("A"), 40)))
        .when(pays_on("A", "p", 60, "2026-02-20"))
        .then(nothing);
    let mut test = invoice("A", 100, day(DUE));
    test.remindable = false;
    given([test]).when(pays_on("A", "p", 100, "2026-02-20")).then(nothing);
}

#[test]
fn a_part_payment_does_not_count_and_the_last_one_sets_the_day() {
    given([invoice("A", 100, day(DUE))])
        .when(pays_on("A", "p", 60, "2026-01-30"))
        .then(|world| assert_eq!(record(world).paid, 0))
        .when(pays_on("A", "q", 40, "2026-02-05"))
        .then(|world| assert_eq!((record(world).paid, record(world).worst_days_late()), (1, 3)));
}

#[test]
fn the_day_on_which_the_money_came_counts_and_not_the_day_on_which_we_heard_of_it() {
    given([invoice("A", 100, day(DUE))])
        .when(|world: &mut World| world.at(day("2026-02-20"), "12:00:00"))
        .when(does(paid_at("p", Some("A"), 100, "2026-02-02T11:00:00Z")))
        .then(|world| assert_eq!((record(world).paid, record(world).worst_days_late()), (1, 0)));
    // The source said so first, on the day of its event; the payment itself tells its own day.
    given([invoice("A", 100, day(DUE))])
        .when(|world: &mut World| world.at(day("2026-02-20"), "12:00:00"))
        .when(does(Command::Paid { case: id("A"), revision: 2 }))
        .then(|world| assert_eq!(record(world).worst_days_late(), 18))
        .when(does(paid_at("p", Some("A"), 100, "2026-02-04T11:00:00Z")))
        .then(|world| assert_eq!((record(world).paid, record(world).worst_days_late()), (1, 2)));
}

#[test]
fn a_reopened_invoice_takes_away_what_it_added_and_counts_again_when_it_is_paid_again() {
    let world = given([invoice("A", 100, day(DUE)), invoice("B", 100, day(DUE))]).when(pays_on("B", "b", 100, "2026-02-04"));
    let before = record(&world).clone();
    world
        .when(pays_on("A", "p", 100, "2026-02-20"))
        .then(|world| assert_eq!(record(world).paid, 2))
        .when(does(refund("r", Some("p"), None, 1)))
        .then(|world| assert_eq!(*record(world), before))
        .when(pays_on("A", "q", 1, "2026-02-23"))
        .then(|world| assert_eq!((record(world).paid, record(world).worst_days_late()), (2, 21)));
}

#[test]
fn an_invoice_that_is_cancelled_after_it_was_paid_does_not_count_any_more() {
    given([invoice("A", 100, day(DUE))])
        .when(pays_on("A", "p", 100, "2026-02-20"))
        .when(does(Command::Cancelled { case: id("A"), revision: 2 }))
        .then(|world| assert_eq!(*record(world), Record::default()));
}

#[test]
fn the_same_payment_told_twice_counts_once() {
    given([invoice("A", 100, day(DUE))])
        .when(pays_on("A", "p", 100, "2026-02-20"))
        .when(does(Command::Paid { case: id("A"), revision: 2 }))
        .then(|world| assert_eq!(record(world).paid, 1));
}

#[test]
fn one_broken_promise_for_two_invoices_is_one_broken_promise() {
    let promise = NewPromise { by: Party::Debtor, pay_on: day("2026-02-06"), amount_minor: None, reason: None };
    given([invoice("A", 100, day(DUE)), invoice("B", 100, day(DUE))])
        .when(|world: &mut World| world.at(day("2026-02-03"), "12:00:00"))
        .when(does(Command::Promise(None, promise)))
        .when(days_pass("2026-02-04", "2026-02-20"))
        .then(|world| assert_eq!((record(world).promises_broken, record(world).promises_kept), (1, 0)))
        .then(|world| assert_eq!(record(world).broken_on, Some(day("2026-02-11"))));
}

#[test]
fn a_kept_promise_is_kept_and_one_taken_back_is_neither() {
    let promise = NewPromise { by: Party::Debtor, pay_on: day("2026-02-06"), amount_minor: None, reason: None };
    let promised = || {
        given([invoice("A", 100, day(DUE))])
            .when(|world: &mut World| world.at(day("2026-02-03"), "12:00:00"))
            .when(does(Command::Promise(None, promise.clone())))
    };
    promised().when(pays_on("A", "p", 100, "2026-02-05")).then(|world| assert_eq!(record(world).promises_kept, 1));
    promised()
        .when(does(Command::WithdrawPromise(None, "they called".to_owned())))
        .then(|world| assert_eq!((record(world).promises_kept, record(world).promises_broken), (0, 0)));
}

#[test]
fn an_account_of_an_earlier_version_has_an_empty_record() {
    let world = given([invoice("A", 100, day(DUE))]);
    let mut stored = serde_json::to_value(&world.account.profile).unwrap();
    for new in ["record", "public_body"] {
        assert!(stored.as_object_mut().unwrap().remove(new).is_some());
    }
    let read: crate::domain::account::Profile = serde_json::from_value(stored).unwrap();
    assert_eq!(read, world.account.profile);
}

#[test]
fn turnover_is_the_better_of_this_year_and_the_one_before() {
    let mut record = Record::default();
    for (on, amount) in [("2024-05-01", 900), ("2025-03-01", 500), ("2025-12-31", 100), ("2026-01-01", 50)] {
        record.add(paid(day(on), 0, amount));
    }
    let turnover = |on| record.turnover_minor(Currency::PLN, day(on));
    assert_eq!((turnover("2025-12-31"), turnover("2026-06-01"), turnover("2027-01-01"), turnover("2028-01-01")), (900, 600, 50, 0));
    assert_eq!(record.turnover_minor(Currency::EUR, day("2026-06-01")), 0);
}

fn paid(paid_on: NaiveDate, days_late: u64, amount_minor: i64) -> Paid {
    Paid { paid_on, due_on: paid_on - Days::new(days_late), amount_minor, currency: Currency::PLN }
}

fn some_paid() -> impl Strategy<Value = Paid> {
    (0u64..800, 0u64..60, 1i64..5).prop_map(|(on, late, amount)| paid(day("2025-01-01") + Days::new(on), late, amount))
}

proptest! {
    #[test]
    fn the_order_in_which_invoices_are_paid_does_not_matter(all in proptest::collection::vec(some_paid(), 0..40), turn in 0usize..40) {
        let add_all = |all: &[Paid]| all.iter().fold(Record::default(), |mut record, paid| { record.add(*paid); record });
        let mut other = all.clone();
        other.reverse();
        other.rotate_left(turn % all.len().max(1));
        prop_assert_eq!(add_all(&all), add_all(&other));
        prop_assert!(add_all(&all).recent.len() <= RECENT);
    }

    #[test]
    fn what_is_taken_away_was_never_there(all in proptest::collection::vec(some_paid(), 0..RECENT - 1), one in some_paid()) {
        let before = all.iter().fold(Record::default(), |mut record, paid| { record.add(*paid); record });
        let mut after = before.clone();
        after.add(one);
        prop_assert_ne!(&after, &before);
        after.remove(one);
        prop_assert_eq!(after, before);
    }

    #[test]
    fn sums_come_back_also_where_an_invoice_is_too_old_to_be_kept(all in proptest::collection::vec(some_paid(), 30..60)) {
        let mut record = Record::default();
        all.iter().for_each(|paid| record.add(*paid));
        all.iter().rev().for_each(|paid| record.remove(*paid));
        prop_assert_eq!(record, Record::default());
    }
}
