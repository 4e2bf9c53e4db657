//! Interest: the vectors, the splits, the edges.

use super::*;

#[test]
fn the_vector_of_commercial_transactions() {
    // Due on Monday 2025-12-15, paid on 2026-03-20.
    let principal = Principal::new(TEN_THOUSAND).paid(day("2026-03-20"), TEN_THOUSAND);
    let found = first(&principal, &by(shipped(PL_COMMERCIAL)), "2025-12-16", "2026-03-20").unwrap();
    assert_eq!(
        rows(&found.periods),
        [row("2025-12-16", "2025-12-31", 16, TEN_THOUSAND, 1525), row("2026-01-01", "2026-03-20", 79, TEN_THOUSAND, 1400)]
    );
    // 152 500 × 16 / 365 = 6 684.93 and 140 000 × 79 / 365 = 30 301.37; together 36 986.30.
    assert_eq!(found.periods[0].exact(), 1_000_000 * 1525 * 16);
    assert_eq!(found.periods[1].exact(), 1_000_000 * 1400 * 79);
    assert_eq!(found.total_minor, 369_86);
    assert!(found.periods[0].source.contains("5.25 % on 2025-07-01 + 10 pp"));
    assert!(found.periods[1].source.contains("4.00 % on 2026-01-01 + 10 pp"));
}

#[test]
fn the_vector_of_statutory_interest() {
    let principal = Principal::new(TEN_THOUSAND).paid(day("2026-03-20"), TEN_THOUSAND);
    let terms = Terms { debtor: DebtorKind::Consumer, ..by(shipped(PL_STATUTORY)) };
    let found = first(&principal, &terms, "2025-12-16", "2026-03-20").unwrap();
    assert_eq!(
        rows(&found.periods),
        [row("2025-12-16", "2026-03-04", 79, TEN_THOUSAND, 950), row("2026-03-05", "2026-03-20", 16, TEN_THOUSAND, 925)]
    );
    // 95 000 × 79 / 365 = 20 561.64 and 92 500 × 16 / 365 = 4 054.79; together 24 616.44.
    assert_eq!(found.total_minor, 246_16);
}

#[test]
fn a_public_healthcare_body_owes_two_points_less() {
    let found = first(&Principal::new(TEN_THOUSAND), &by(shipped(PL_COMMERCIAL_HEALTHCARE)), "2026-01-01", "2026-01-31").unwrap();
    // 120 000 × 31 / 365 = 10 191.78.
    assert_eq!(found.total_minor, 101_92);
}

#[test]
fn the_day_of_payment_counts_or_not() {
    let principal = Principal::new(TEN_THOUSAND).paid(day("2026-03-20"), TEN_THOUSAND);
    let terms = Terms { payment_day: PaymentDay::NotCounted, ..by(shipped(PL_COMMERCIAL)) };
    let found = first(&principal, &terms, "2025-12-16", "2026-06-30").unwrap();
    assert_eq!(found.periods.last().unwrap().until, day("2026-03-19"));
    // (152 500 × 16 + 140 000 × 78) / 365 = 36 602.74.
    assert_eq!(found.total_minor, 366_03);
    let counted = first(&principal, &by(shipped(PL_COMMERCIAL)), "2025-12-16", "2026-06-30").unwrap();
    assert_eq!(counted.periods.last().unwrap().until, day("2026-03-20"));
    assert_eq!(counted.total_minor, 369_86);
}

#[test]
fn a_rate_change_and_a_payment_on_the_same_day() {
    let principal = Principal::new(TEN_THOUSAND).paid(day("2026-01-01"), 400_000);
    let terms = Terms { payment_day: PaymentDay::NotCounted, ..by(shipped(PL_COMMERCIAL)) };
    let found = first(&principal, &terms, "2025-12-31", "2026-01-02").unwrap();
    assert_eq!(
        rows(&found.periods),
        [row("2025-12-31", "2025-12-31", 1, TEN_THOUSAND, 1525), row("2026-01-01", "2026-01-02", 2, 600_000, 1400)]
    );
    // (152 500 + 84 000 × 2) / 365 = 878.08.
    assert_eq!(found.total_minor, 8_78);
    let counted = first(&principal, &by(shipped(PL_COMMERCIAL)), "2025-12-31", "2026-01-02").unwrap();
    assert_eq!(
        rows(&counted.periods),
        [
            row("2025-12-31", "2025-12-31", 1, TEN_THOUSAND, 1525),
            row("2026-01-01", "2026-01-01", 1, TEN_THOUSAND, 1400),
            row("2026-01-02", "2026-01-02", 1, 600_000, 1400),
        ]
    );
    // (152 500 + 140 000 + 84 000) / 365 = 1 031.51.
    assert_eq!(counted.total_minor, 10_32);
}

#[test]
fn a_credit_note_counts_from_its_own_day() {
    let principal = Principal::new(TEN_THOUSAND).corrected(day("2026-01-02"), 400_000);
    let found = first(&principal, &by(shipped(PL_COMMERCIAL)), "2026-01-01", "2026-01-02").unwrap();
    assert_eq!(
        rows(&found.periods),
        [row("2026-01-01", "2026-01-01", 1, TEN_THOUSAND, 1400), row("2026-01-02", "2026-01-02", 1, 600_000, 1400)]
    );
    // (140 000 + 84 000) / 365 = 613.70.
    assert_eq!(found.total_minor, 6_14);
}

#[test]
fn what_is_overpaid_bears_no_interest_and_is_used_up_first_when_money_goes_back() {
    let principal = Principal::new(10_000).paid(day("2026-01-10"), 15_000).paid(day("2026-01-20"), -12_000);
    let found = first(&principal, &by(shipped(PL_COMMERCIAL)), "2026-01-10", "2026-01-21").unwrap();
    assert_eq!(rows(&found.periods), [row("2026-01-10", "2026-01-10", 1, 10_000, 1400), row("2026-01-21", "2026-01-21", 1, 7_000, 1400)]);
}

#[test]
fn a_payment_that_bounces_on_its_day_leaves_no_trace() {
    let bounced = Principal::new(TEN_THOUSAND).paid(day("2026-01-10"), 5).paid(day("2026-01-10"), -5);
    let found = first(&bounced, &by(shipped(PL_COMMERCIAL)), "2026-01-01", "2026-01-31").unwrap();
    assert_eq!(rows(&found.periods), [row("2026-01-01", "2026-01-31", 31, TEN_THOUSAND, 1400)]);
}

#[test]
fn a_leap_year_has_a_day_more_and_is_divided_by_365_too() {
    let principal = Principal::new(TEN_THOUSAND);
    let year = first(&principal, &by(shipped(PL_COMMERCIAL)), "2024-01-01", "2024-12-31").unwrap();
    assert_eq!(year.periods.iter().map(Period::days).collect::<Vec<_>>(), [182, 184]);
    // 157 500 × 366 / 365 = 157 931.51.
    assert_eq!(year.total_minor, 1_579_32);
    // 28 and 29 February and 1 March: 157 500 × 3 / 365 = 1 294.52.
    let days = first(&principal, &by(shipped(PL_COMMERCIAL)), "2024-02-28", "2024-03-01").unwrap();
    assert_eq!(days.total_minor, 12_95);
    // A common year: exactly the yearly rate, half of it at 15.75 % (181 days), half at 15.25 % (184).
    // (157 500 × 181 + 152 500 × 184) / 365 = 154 979.45.
    let common = first(&principal, &by(shipped(PL_COMMERCIAL)), "2025-01-01", "2025-12-31").unwrap();
    assert_eq!(common.total_minor, 1_549_79);
}

#[test]
fn a_missing_rate_names_the_table_and_the_first_day_without_one() {
    let principal = Principal::new(TEN_THOUSAND);
    let missing = |id: &str, from: &str, until: &str| first(&principal, &by(shipped(id)), from, until).unwrap_err();
    let error = |id: &str, on: &str| InterestError::MissingRate { table: id.to_owned(), day: day(on) };
    assert_eq!(missing(PL_COMMERCIAL, "2026-06-01", "2026-11-22"), error(PL_COMMERCIAL, "2026-07-01"));
    assert_eq!(missing(PL_COMMERCIAL, "2026-08-05", "2026-11-22"), error(PL_COMMERCIAL, "2026-08-05"));
    assert_eq!(missing(PL_COMMERCIAL, "2023-12-30", "2024-01-05"), error(PL_COMMERCIAL, "2023-12-30"));
    assert_eq!(missing(PL_STATUTORY, "2026-03-01", "2026-03-21"), error(PL_STATUTORY, "2026-03-21"));
    assert_eq!(error(PL_COMMERCIAL, "2026-07-01").to_string(), "the table pl-commercial has no rate for 2026-07-01");
    // The last confirmed day still has one: 140 000 × 30 / 365 = 11 506.85.
    let june = first(&principal, &by(shipped(PL_COMMERCIAL)), "2026-06-01", "2026-06-30").unwrap();
    assert_eq!(june.total_minor, 115_07);
}

#[test]
fn a_day_on_which_nothing_is_owed_needs_no_rate() {
    let paid = Principal::new(TEN_THOUSAND).paid(day("2026-06-30"), TEN_THOUSAND);
    let found = first(&paid, &by(shipped(PL_COMMERCIAL)), "2026-06-01", "2026-11-22").unwrap();
    assert_eq!(found.total_minor, 115_07);
    // One day later it is missed.
    let late = Principal::new(TEN_THOUSAND).paid(day("2026-07-01"), TEN_THOUSAND);
    assert!(first(&late, &by(shipped(PL_COMMERCIAL)), "2026-06-01", "2026-11-22").is_err());
}

#[test]
fn zero_days_are_zero() {
    let principal = Principal::new(TEN_THOUSAND);
    for until in ["2026-01-09", "2025-01-01"] {
        let found = first(&principal, &by(shipped(PL_COMMERCIAL)), "2026-01-10", until).unwrap();
        assert_eq!((found.periods.len(), found.total_minor, found.carry), (0, 0, Carry::default()), "{until}");
    }
    let one = first(&principal, &by(shipped(PL_COMMERCIAL)), "2026-01-10", "2026-01-10").unwrap();
    // 140 000 / 365 = 383.56.
    assert_eq!(one.total_minor, 3_84);
}

#[test]
fn half_a_grosz_is_rounded_up_and_carried_on() {
    // 18.25 PLN at 10 %: 182.5 / 365 = half a grosz a day.
    let (principal, table) = (Principal::new(1_825), agreed(1_000));
    let day_one = first(&principal, &by(&table), "2026-01-01", "2026-01-01").unwrap();
    assert_eq!(day_one.total_minor, 1);
    let day_two = interest(&principal, &by(&table), day("2026-01-02"), day("2026-01-02"), day_one.carry).unwrap();
    assert_eq!(day_two.total_minor, 0);
    assert_eq!(day_two.carry, Carry::default());
    // A hair less than half a grosz is rounded down: 18.24 PLN.
    assert_eq!(first(&Principal::new(1_824), &by(&table), "2026-01-01", "2026-01-01").unwrap().total_minor, 0);
}

#[test]
fn an_agreed_rate_is_lowered_to_twice_the_statutory_one_and_says_so() {
    let (principal, table) = (Principal::new(TEN_THOUSAND), agreed(2_500));
    let terms = Terms { cap: Some(Most { table: shipped(PL_STATUTORY), times: 2 }), ..by(&table) };
    let found = first(&principal, &terms, "2026-03-04", "2026-03-05").unwrap();
    // Twice 9.50 %, then twice 9.25 %: (190 000 + 185 000) / 365 = 1 027.40.
    assert_eq!(
        rows(&found.periods),
        [row("2026-03-04", "2026-03-04", 1, TEN_THOUSAND, 1900), row("2026-03-05", "2026-03-05", 1, TEN_THOUSAND, 1850)]
    );
    assert_eq!(found.total_minor, 10_27);
    for period in &found.periods {
        let capped = period.capped.as_ref().unwrap();
        assert_eq!(capped.agreed_basis_points, 2_500);
        assert!(capped.source.contains("5.5 pp"));
        assert_eq!(period.source, "contract 7/2025, § 4");
    }
    // Without a cap table: 500 000 / 365 = 1 369.86.
    assert_eq!(first(&principal, &by(&table), "2026-03-04", "2026-03-05").unwrap().total_minor, 13_70);
}

#[test]
fn an_agreed_rate_within_the_cap_is_left_alone_and_not_split() {
    let table = agreed(1_200);
    let terms = Terms { cap: Some(Most { table: shipped(PL_STATUTORY), times: 2 }), ..by(&table) };
    let found = first(&Principal::new(TEN_THOUSAND), &terms, "2026-03-04", "2026-03-05").unwrap();
    assert_eq!(rows(&found.periods), [row("2026-03-04", "2026-03-05", 2, TEN_THOUSAND, 1200)]);
    assert_eq!(found.periods[0].capped, None);
    // Exactly the cap is allowed; when the statutory rate falls, the cap falls below.
    let edge = agreed(1_900);
    let terms = Terms { table: &edge, ..terms };
    let found = first(&Principal::new(TEN_THOUSAND), &terms, "2026-03-04", "2026-03-05").unwrap();
    let capped: Vec<bool> = found.periods.iter().map(|period| period.capped.is_some()).collect();
    assert_eq!(capped, [false, true]);
}

#[test]
fn where_the_cap_is_not_known_the_agreed_rate_is_not_taken_for_granted() {
    let table = agreed(1_200);
    let terms = Terms { cap: Some(Most { table: shipped(PL_STATUTORY), times: 2 }), ..by(&table) };
    let error = first(&Principal::new(TEN_THOUSAND), &terms, "2026-03-19", "2026-04-01").unwrap_err();
    assert_eq!(error, InterestError::MissingRate { table: PL_STATUTORY.to_owned(), day: day("2026-03-21") });
}

#[test]
fn a_consumer_owes_statutory_interest_only() {
    let contract = agreed(500);
    for table in [shipped(PL_COMMERCIAL), shipped(PL_COMMERCIAL_HEALTHCARE), &contract] {
        let terms = Terms { debtor: DebtorKind::Consumer, ..by(table) };
        let error = first(&Principal::new(1), &terms, "2026-01-01", "2026-01-01").unwrap_err();
        assert_eq!(error, InterestError::NotForConsumers { table: table.id.clone() });
    }
}

#[test]
fn a_table_that_is_wrong_is_not_calculated_with_as_rates_or_as_cap() {
    let (good, mut bad) = (agreed(500), agreed(500));
    bad.rates.push(bad.rates[0].clone());
    let problems = bad.validate();
    assert_eq!(problems.len(), 1);
    let expected = InterestError::BadTable { table: "contract".to_owned(), problems };
    for terms in [by(&bad), Terms { cap: Some(Most { table: &bad, times: 2 }), ..by(&good) }] {
        assert_eq!(first(&Principal::new(1), &terms, "2026-01-01", "2026-01-01").unwrap_err(), expected);
    }
}

#[test]
fn the_largest_principal_does_not_overflow_and_what_does_is_an_error() {
    let table = agreed(10_000);
    let most = Principal::new(i64::MAX);
    // 100 % for 365 days is the principal itself; a day more does not fit.
    assert_eq!(first(&most, &by(&table), "2026-01-01", "2026-12-31").unwrap().total_minor, i64::MAX);
    assert_eq!(first(&most, &by(&table), "2026-01-01", "2027-01-01").unwrap_err(), InterestError::TooLarge);
    let ever = interest(&most, &by(&table), day("2025-01-01"), NaiveDate::MAX, Carry::default());
    assert_eq!(ever.unwrap_err(), InterestError::TooLarge);
    // However much is overpaid, nothing is owed, and that is no error.
    let less = Principal::new(0).paid(day("2025-06-01"), i64::MAX).paid(day("2025-06-02"), i64::MAX);
    assert_eq!(first(&less, &by(&table), "2026-01-01", "2026-01-01").unwrap().total_minor, 0);
    let more = most.corrected(day("2026-01-01"), -1);
    assert_eq!(first(&more, &by(&table), "2026-01-01", "2026-01-01").unwrap_err(), InterestError::TooLarge);
}
