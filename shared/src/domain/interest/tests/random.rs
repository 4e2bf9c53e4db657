//! Whatever the rates, the payments and the days: what always holds.

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::domain::money::Currency;

/// Days are counted from here.
const START: &str = "2024-01-01";

fn at(offset: u64) -> NaiveDate {
    day(START) + Days::new(offset)
}

/// A table without holes that begins at the start: lengths and rates, the last without end.
fn tables(id: &'static str) -> impl Strategy<Value = RateTable> {
    prop::collection::vec((1u64..120, 0i32..=10_000, any::<bool>()), 1..8).prop_map(move |parts| {
        let last = parts.len() - 1;
        let mut from = 0;
        let entries = parts.into_iter().enumerate().map(|(index, (length, basis_points, said))| {
            let valid_from = at(from);
            from += length;
            let valid_until = (said && index < last).then(|| at(from - 1));
            RateEntry { valid_from, valid_until, basis_points, source: format!("entry {index}") }
        });
        RateTable { id: id.to_owned(), rates: entries.collect(), cap: Cap::default() }
    })
}

fn principals() -> impl Strategy<Value = Principal> {
    let kind = prop_oneof![Just(ChangeKind::Payment), Just(ChangeKind::Correction)];
    let change = (0u64..400, kind, -300_000i64..500_000).prop_map(|(on, kind, less_minor)| Change { on: at(on), kind, less_minor });
    let changes = prop::collection::vec(change, 0..8);
    (0i64..2_000_000, changes).prop_map(|(opening_minor, changes)| Principal { changes, ..Principal::new(opening_minor) })
}

fn payment_days() -> impl Strategy<Value = PaymentDay> {
    prop_oneof![Just(PaymentDay::Counted), Just(PaymentDay::NotCounted)]
}

/// The same day by day, in the simplest way: parts of a minor unit.
fn day_by_day(principal: &Principal, terms: &Terms<'_>, from: u64, until: u64) -> i128 {
    let rate = |table: &RateTable, on: NaiveDate| table.rates.iter().rfind(|entry| entry.valid_from <= on).unwrap().basis_points;
    (from..=until)
        .map(|offset| {
            let on = at(offset);
            let counts = |change: &&Change| {
                let waits = change.kind == ChangeKind::Payment && terms.payment_day == PaymentDay::Counted;
                if waits { change.on < on } else { change.on <= on }
            };
            let less: i64 = principal.changes.iter().filter(counts).map(|change| change.less_minor).sum();
            let agreed = rate(terms.table, on);
            let charged = terms.cap.map_or(agreed, |cap| agreed.min(i32::try_from(cap.times).unwrap() * rate(cap.table, on)));
            i128::from((principal.opening_minor - less).max(0)) * i128::from(charged)
        })
        .sum()
}

/// Half up to the minor unit.
fn to_minor(exact: i128) -> i64 {
    i64::try_from((2 * exact + PARTS_PER_MINOR) / (2 * PARTS_PER_MINOR)).unwrap()
}

proptest! {
    #[test]
    fn it_is_what_counting_day_by_day_gives(
        principal in principals(),
        table in tables("own"),
        cap in proptest::option::of(tables("cap")),
        payment_day in payment_days(),
        (from, length) in (0u64..300, 0u64..200),
    ) {
        let until = from + length;
        let terms = Terms { debtor: DebtorKind::Business, table: &table, cap: cap.as_ref().map(|table| Most { table, times: 2 }), payment_day };
        let found = interest(&principal, &terms, at(from), at(until), Carry::default()).unwrap();
        let exact = day_by_day(&principal, &terms, from, until);
        prop_assert_eq!(found.periods.iter().map(Period::exact).sum::<i128>(), exact);
        prop_assert_eq!(found.total_minor, to_minor(exact));
        // The periods lie in the span, in order, apart, and no two neighbours could be one.
        prop_assert!(found.periods.iter().all(|period| at(from) <= period.from && period.from <= period.until && period.until <= at(until)));
        for pair in found.periods.windows(2) {
            prop_assert!(pair[0].until < pair[1].from);
            let same = (pair[0].principal_minor, pair[0].basis_points) == (pair[1].principal_minor, pair[1].basis_points);
            let rules = pair[0].source != pair[1].source || pair[0].capped != pair[1].capped;
            prop_assert!(!same || rules || pair[0].until.succ_opt() != Some(pair[1].from));
        }
    }

    #[test]
    fn parts_add_up_to_the_whole_to_the_grosz(
        principal in principals(),
        table in tables("own"),
        payment_day in payment_days(),
        lengths in prop::collection::vec(0u64..60, 1..12),
    ) {
        let terms = Terms { debtor: DebtorKind::Business, table: &table, cap: None, payment_day };
        let (mut from, mut carry, mut sum) = (0, Carry::default(), 0);
        for length in lengths {
            // A length of 0 is a part without days.
            let last = (at(from) + Days::new(length)).pred_opt().unwrap();
            let part = interest(&principal, &terms, at(from), last, carry).unwrap();
            prop_assert!(part.total_minor >= 0);
            sum += part.total_minor;
            carry = part.carry;
            from += length;
            // After each part, what was charged is what one calculation up to here gives.
            let whole = interest(&principal, &terms, at(0), last, Carry::default()).unwrap();
            prop_assert_eq!(sum, whole.total_minor);
            prop_assert_eq!(carry, whole.carry);
        }
    }

    #[test]
    fn a_claim_charges_each_day_once_whatever_is_done_to_it(
        principal in principals(),
        table in tables("own"),
        deeds in prop::collection::vec((0u8..3, 0u64..40, 0i64..5_000), 1..20),
    ) {
        let terms = Terms { debtor: DebtorKind::Business, table: &table, cap: None, payment_day: PaymentDay::Counted };
        let mut claim = InterestClaim::new(case(), Currency::PLN, "own", at(3));
        let mut today = 0;
        for (deed, days, minor) in deeds {
            let on = at(today);
            let until = at(today.saturating_sub(days));
            let next = match deed {
                0 => {
                    today += days;
                    claim.accrue(&principal, &terms, at(today))
                }
                1 => claim.settle(until, on, minor),
                _ => claim.waive(until, on, "goodwill"),
            };
            claim = next.unwrap_or(claim);
            let Some(last) = claim.accrued_until() else { continue };
            let once = interest(&principal, &terms, at(3), last, Carry::default()).unwrap();
            let ended: i64 = claim.bookings().iter().map(|booking| booking.minor).sum();
            prop_assert_eq!(claim.open_minor() + ended, once.total_minor);
            prop_assert!(claim.open_minor() >= 0);
            let mut next_day = at(3);
            for settlement in claim.settlements() {
                prop_assert_eq!(settlement.from, next_day);
                prop_assert!(settlement.from <= settlement.until && settlement.until <= last);
                next_day = settlement.until.succ_opt().unwrap();
            }
            prop_assert!(claim.accrued().0.iter().all(|period| period.from >= next_day));
        }
    }

    #[test]
    fn no_figures_make_it_panic_or_wrap(
        opening_minor in any::<i64>(),
        changes in prop::collection::vec((0u64..400, any::<i64>()), 0..6),
        basis_points in 0i32..=10_000,
        length in 0u64..100_000,
    ) {
        let changes: Vec<Change> = changes.into_iter().map(|(on, less_minor)| Change { on: at(on), kind: ChangeKind::Correction, less_minor }).collect();
        let principal = Principal { changes, ..Principal::new(opening_minor) };
        let table = RateTable { rates: vec![RateEntry { valid_from: at(0), ..agreed(basis_points).rates[0].clone() }], ..agreed(0) };
        match interest(&principal, &by(&table), at(0), at(length), Carry::default()) {
            Ok(found) => {
                let exact: i128 = found.periods.iter().map(Period::exact).sum();
                prop_assert_eq!(found.total_minor, to_minor(exact));
            }
            Err(error) => prop_assert_eq!(error, InterestError::TooLarge),
        }
    }

    #[test]
    fn a_table_that_passes_has_one_rate_for_each_day_until_its_end(
        parts in prop::collection::vec((0u64..40, proptest::option::of(0u64..40), -2_000i32..13_000), 1..5),
    ) {
        let entries = parts.iter().map(|(from, until, basis_points)| RateEntry {
            valid_from: at(*from),
            valid_until: until.map(at),
            basis_points: *basis_points,
            source: "x".to_owned(),
        });
        let table = RateTable { id: "own".to_owned(), rates: entries.collect(), cap: Cap::default() };
        let first_day = table.rates.iter().map(|entry| entry.valid_from).min().unwrap();
        let end = table.rates.last().unwrap().valid_until.unwrap_or(at(60));
        let ends = |index: usize| table.rates[index].valid_until.unwrap_or_else(|| {
            table.rates.get(index + 1).map_or(at(60), |next| next.valid_from.pred_opt().unwrap())
        });
        let once = first_day.iter_days().take_while(|on| *on <= at(60)).all(|on| {
            let holding = (0..table.rates.len()).filter(|index| table.rates[*index].valid_from <= on && on <= ends(*index)).count();
            holding == usize::from(on <= end)
        });
        let sorted = table.rates.is_sorted_by(|one, other| one.valid_from < other.valid_from);
        let sane = (0..table.rates.len()).all(|index| table.rates[index].valid_from <= ends(index) && (0..=10_000).contains(&table.rates[index].basis_points));
        prop_assert_eq!(table.validate().is_empty(), once && sorted && sane);
    }
}
