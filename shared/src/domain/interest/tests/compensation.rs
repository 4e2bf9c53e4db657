//! The lump sum: thresholds, the day of the rate, the conversion.

use super::*;
use crate::domain::money::Currency;
use crate::fields::FieldError;

fn tier(value_minor: i64) -> Result<i64, CompensationError> {
    tier_eur_minor(DebtorKind::Business, value_minor, Currency::PLN)
}

fn rate_day(fell_due_on: &str) -> String {
    mid_rate_day(day(fell_due_on), working).unwrap().to_string()
}

fn rates(known: &[(&str, i64)]) -> MidRates {
    MidRates { rates: known.iter().map(|(on, rate)| MidRate { on: day(on), per_ten_thousand: *rate }).collect() }
}

#[test]
fn the_thresholds_are_exact_to_the_grosz() {
    let euros = [(1, 40), (5_000_00, 40), (5_000_01, 70), (49_999_99, 70), (50_000_00, 100), (i64::MAX, 100)];
    for (value_minor, eur) in euros {
        assert_eq!(tier(value_minor), Ok(eur * 100), "{value_minor}");
    }
    for nothing in [0, -1, i64::MIN] {
        assert_eq!(tier(nothing), Err(CompensationError::NothingOwed));
    }
}

#[test]
fn a_threshold_in_zloty_is_not_held_against_euros() {
    let error = tier_eur_minor(DebtorKind::Business, 5_000_00, Currency::EUR).unwrap_err();
    assert_eq!(error, CompensationError::NotInZloty { currency: Currency::EUR });
}

#[test]
fn a_consumer_never_owes_it() {
    for value_minor in [1, 5_000_01, 50_000_00] {
        let error = tier_eur_minor(DebtorKind::Consumer, value_minor, Currency::PLN).unwrap_err();
        assert_eq!(error, CompensationError::NotForConsumers);
    }
    let found = compensation(DebtorKind::Consumer, 100, Currency::PLN, day("2026-02-02"), working, &rates(&[("2026-01-30", 42_000)]));
    assert_eq!(found.unwrap_err(), CompensationError::NotForConsumers);
}

#[test]
fn the_rate_is_that_of_the_last_working_day_of_the_month_before() {
    // 31 January 2026 is a Saturday; the whole of February looks at the Friday before.
    assert_eq!(rate_day("2026-02-01"), "2026-01-30");
    assert_eq!(rate_day("2026-02-28"), "2026-01-30");
    // Over the turn of the year; 31 December 2025 is a Wednesday.
    assert_eq!(rate_day("2026-01-05"), "2025-12-31");
    // 31 May 2026 is a Sunday.
    assert_eq!(rate_day("2026-06-15"), "2026-05-29");
    // Corpus Christi falls on 31 May 2029, a Thursday.
    assert_eq!(rate_day("2029-06-01"), "2029-05-30");
    // Easter Sunday is 31 March 2024; Good Friday is a working day.
    assert_eq!(rate_day("2024-04-30"), "2024-03-29");
    // 29 February.
    assert_eq!(rate_day("2024-03-01"), "2024-02-29");
}

#[test]
fn the_rate_never_comes_from_a_month_further_back() {
    let february = |on: NaiveDate| on < day("2026-03-01");
    let error = mid_rate_day(day("2026-04-10"), february).unwrap_err();
    assert_eq!(error, CompensationError::NoWorkingDay { fell_due_on: day("2026-04-10") });
    assert!(mid_rate_day(NaiveDate::MIN, |_| true).is_err());
}

#[test]
fn euros_are_converted_to_the_grosz_half_up() {
    let known = rates(&[("2026-01-30", 42_267), ("2026-02-27", 42_265)]);
    // 40 × 4.2267 = 169.068; 70 × 4.2265 = 295.855.
    assert_eq!(known.convert(4_000, day("2026-01-30")).unwrap().0, 169_07);
    assert_eq!(known.convert(7_000, day("2026-02-27")).unwrap().0, 295_86);
    assert_eq!(known.convert(10_000, day("2026-01-30")).unwrap().0, 422_67);
}

#[test]
fn a_missing_mid_rate_names_its_day() {
    let known = rates(&[("2026-01-29", 42_267), ("2026-02-02", 42_265)]);
    let error = known.convert(4_000, day("2026-01-30")).unwrap_err();
    assert_eq!(error, CompensationError::MissingMidRate { day: day("2026-01-30") });
    assert_eq!(error.to_string(), "there is no mid rate of the euro for 2026-01-30");
}

#[test]
fn mid_rates_that_are_wrong_are_not_used() {
    let wrong = rates(&[("2026-01-30", 42_267), ("2026-01-30", 42_268), ("2026-02-02", 0)]);
    let problems = vec![
        FieldError::new("rates[1].on", "is there twice", "each day once"),
        FieldError::new("rates[2].per_ten_thousand", "is not more than zero", "1/10000 PLN: 42267 is 4.2267 PLN"),
    ];
    assert_eq!(wrong.validate(), problems);
    assert_eq!(wrong.convert(4_000, day("2026-01-30")).unwrap_err(), CompensationError::BadMidRates { problems });
}

#[test]
fn an_amount_beyond_64_bits_is_an_error() {
    let known = rates(&[("2026-01-30", i64::MAX)]);
    assert_eq!(known.convert(10_001, day("2026-01-30")), Err(CompensationError::TooLarge));
    assert_eq!(known.convert(10_000, day("2026-01-30")).unwrap().0, i64::MAX);
}

#[test]
fn the_whole_says_how_the_sum_came_about() {
    let known = rates(&[("2026-01-30", 42_267)]);
    let found = compensation(DebtorKind::Business, 5_000_01, Currency::PLN, day("2026-02-16"), working, &known).unwrap();
    assert_eq!(found.fell_due_on, day("2026-02-16"));
    assert_eq!(found.eur_minor, 70_00);
    assert_eq!(found.mid_rate, known.rates[0]);
    // 70 × 4.2267 = 295.869.
    assert_eq!(found.pln_minor, 295_87);
}
