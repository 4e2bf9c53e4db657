//! Side claims: never twice, never lost.

use super::*;
use crate::domain::money::Currency;

const FIRST: &str = "2025-12-16";

fn claim() -> InterestClaim {
    InterestClaim::new(case(), Currency::PLN, PL_COMMERCIAL, day(FIRST))
}

fn commercial() -> Terms<'static> {
    by(shipped(PL_COMMERCIAL))
}

/// The invoice of the vector: 369.86 PLN of interest when it was paid.
fn paid_on_20_march() -> Principal {
    Principal::new(TEN_THOUSAND).paid(day("2026-03-20"), TEN_THOUSAND)
}

fn lump_sum() -> Compensation {
    let mid_rate = MidRate { on: day("2025-11-28"), per_ten_thousand: 42_267 };
    Compensation { fell_due_on: day("2025-12-15"), eur_minor: 7_000, mid_rate, pln_minor: 295_87 }
}

#[test]
fn interest_outlives_the_principal() {
    let owed = claim().accrue(&paid_on_20_march(), &commercial(), day("2026-03-20")).unwrap();
    assert_eq!(owed.open_minor(), 369_86);
    // Long after, beyond what the rates cover: nothing grows, nothing is lost.
    let later = owed.accrue(&paid_on_20_march(), &commercial(), day("2027-01-01")).unwrap();
    assert_eq!(later.open_minor(), 369_86);
    assert_eq!(later.accrued_until(), Some(day("2027-01-01")));
    assert_eq!(later.accrued().0, owed.accrued().0);
}

#[test]
fn accruing_twice_or_an_earlier_day_changes_nothing() {
    let principal = Principal::new(TEN_THOUSAND);
    let once = claim().accrue(&principal, &commercial(), day("2026-01-31")).unwrap();
    assert_eq!(once.accrue(&principal, &commercial(), day("2026-01-31")).unwrap(), once);
    assert_eq!(once.accrue(&principal, &commercial(), day("2025-12-20")).unwrap(), once);
    // 152 500 × 16 + 140 000 × 31, / 365 = 18 575.34.
    assert_eq!(once.open_minor(), 185_75);
}

#[test]
fn nothing_is_accrued_before_the_first_day() {
    let early = claim().accrue(&Principal::new(TEN_THOUSAND), &commercial(), day("2025-12-15")).unwrap();
    assert_eq!((early.accrued_until(), early.open_minor()), (None, 0));
    assert_eq!(early.settle(day("2025-12-15"), day("2025-12-15"), 0).unwrap_err(), ClaimError::NotAccrued { until: day("2025-12-15") });
}

#[test]
fn settled_days_are_not_charged_again() {
    let principal = Principal::new(TEN_THOUSAND);
    let accrued = claim().accrue(&principal, &commercial(), day("2026-01-31")).unwrap();
    // 152 500 × 16 / 365 = 6 684.93: the year's end is settled and paid.
    let settled = accrued.settle(day("2025-12-31"), day("2026-02-02"), 66_85).unwrap();
    assert_eq!(settled.settled_until(), Some(day("2025-12-31")));
    assert_eq!(settled.accrued_until(), Some(day("2026-01-31")));
    // 18 575.34 in all, less 66.85.
    assert_eq!(settled.open_minor(), 185_75 - 66_85);
    let again = settled.accrue(&principal, &commercial(), day("2026-01-31")).unwrap();
    assert_eq!(again, settled);
    let second = again.settle(day("2026-01-31"), day("2026-02-03"), 0).unwrap();
    let days: Vec<(NaiveDate, NaiveDate, i64)> = second.settlements().iter().map(|s| (s.from, s.until, s.minor)).collect();
    assert_eq!(days, [(day(FIRST), day("2025-12-31"), 66_85), (day("2026-01-01"), day("2026-01-31"), 118_90)]);
    // Settling settled days fixes nothing more.
    assert_eq!(second.settle(day("2025-12-20"), day("2026-02-03"), 0).unwrap(), second);
    assert_eq!(second.settle(day("2026-01-31"), day("2026-02-03"), 0).unwrap(), second);
}

#[test]
fn a_settlement_within_a_period_cuts_it() {
    let accrued = claim().accrue(&paid_on_20_march(), &commercial(), day("2026-03-20")).unwrap();
    let cut = accrued.settle(day("2026-01-10"), day("2026-01-11"), 0).unwrap();
    assert_eq!(
        rows(&cut.settlements()[0].periods),
        [row(FIRST, "2025-12-31", 16, TEN_THOUSAND, 1525), row("2026-01-01", "2026-01-10", 10, TEN_THOUSAND, 1400)]
    );
    assert_eq!(rows(cut.accrued().0), [row("2026-01-11", "2026-03-20", 69, TEN_THOUSAND, 1400)]);
    // 2 440 000 + 1 400 000, / 365 = 10 520.55; the rest is what makes 369.86 of it.
    assert_eq!(cut.settlements()[0].minor, 105_21);
    assert_eq!(cut.accrued().1, 264_65);
    assert_eq!(cut.open_minor(), 369_86);
}

#[test]
fn daily_settlements_add_up_to_one_calculation() {
    let mut claim = claim();
    let mut today = day(FIRST);
    while today <= day("2026-03-20") {
        claim = claim.accrue(&paid_on_20_march(), &commercial(), today).unwrap().settle(today, today, 0).unwrap();
        today = today.succ_opt().unwrap();
    }
    assert_eq!(claim.settlements().len(), 95);
    assert_eq!(claim.open_minor(), 369_86);
}

#[test]
fn part_of_it_is_collected_and_the_rest_waived_with_a_reason() {
    let accrued = claim().accrue(&paid_on_20_march(), &commercial(), day("2026-03-20")).unwrap();
    let part = accrued.settle(day("2026-03-20"), day("2026-03-25"), 300_00).unwrap();
    assert_eq!(part.open_minor(), 69_86);
    let more = part.settle(day("2026-03-20"), day("2026-03-26"), 60_00).unwrap();
    assert_eq!(more.open_minor(), 9_86);
    let done = more.waive(day("2026-03-20"), day("2026-03-27"), "long-standing customer").unwrap();
    assert_eq!(done.open_minor(), 0);
    let booked: Vec<(i64, &Outcome)> = done.bookings().iter().map(|booking| (booking.minor, &booking.outcome)).collect();
    let waived = Outcome::Waived { reason: "long-standing customer".to_owned() };
    assert_eq!(booked, [(300_00, &Outcome::Collected), (60_00, &Outcome::Collected), (9_86, &waived)]);
    assert_eq!(done.waive(day("2026-03-20"), day("2026-03-28"), "again").unwrap_err(), ClaimError::NothingOpen);
    // What was waived does not come back.
    let later = done.accrue(&paid_on_20_march(), &commercial(), day("2026-06-30")).unwrap();
    assert_eq!(later.open_minor(), 0);
}

#[test]
fn waiving_up_to_a_day_leaves_the_days_after_it() {
    let accrued = claim().accrue(&paid_on_20_march(), &commercial(), day("2026-03-20")).unwrap();
    let waived = accrued.waive(day("2025-12-31"), day("2026-03-25"), "goodwill for December").unwrap();
    // 36 986.30 in all, 6 684.93 waived.
    assert_eq!(waived.open_minor(), 369_86 - 66_85);
}

#[test]
fn more_than_open_less_than_nothing_and_no_reason_are_refused() {
    let accrued = claim().accrue(&paid_on_20_march(), &commercial(), day("2026-03-20")).unwrap();
    let (until, on) = (day("2025-12-31"), day("2026-03-25"));
    // What is only accrued is not settled by these days.
    assert_eq!(accrued.settle(until, on, 66_86).unwrap_err(), ClaimError::MoreThanOpen { open_minor: 66_85 });
    assert_eq!(accrued.settle(until, on, -1).unwrap_err(), ClaimError::Negative);
    assert_eq!(accrued.waive(until, on, "  ").unwrap_err(), ClaimError::NoReason);
    let beyond = day("2026-03-21");
    assert_eq!(accrued.settle(beyond, on, 1).unwrap_err(), ClaimError::NotAccrued { until: beyond });
    assert_eq!(accrued.waive(beyond, on, "why").unwrap_err(), ClaimError::NotAccrued { until: beyond });
}

#[test]
fn a_payment_with_an_earlier_day_corrects_what_is_accrued_and_not_what_is_settled() {
    let open = Principal::new(TEN_THOUSAND);
    let accrued = claim().accrue(&open, &commercial(), day("2026-01-31")).unwrap();
    let settled = accrued.settle(day("2025-12-31"), day("2026-01-01"), 0).unwrap();
    // Half was paid on 2026-01-10, and is learnt of on 2026-01-31.
    let known = open.clone().paid(day("2026-01-10"), 500_000);
    let corrected = settled.accrue(&known, &commercial(), day("2026-01-31")).unwrap();
    // 2 440 000 + 140 000 × 10 + 70 000 × 21 = 5 310 000, / 365 = 14 547.95.
    assert_eq!(corrected.open_minor(), 145_48);
    // Had it been paid in December, the settled amount would stand all the same.
    let early = open.paid(day("2025-12-20"), 500_000);
    let corrected = settled.accrue(&early, &commercial(), day("2026-01-31")).unwrap();
    assert_eq!(corrected.settlements(), settled.settlements());
    // 2 440 000 + 70 000 × 31 = 4 610 000, / 365 = 12 630.14.
    assert_eq!(corrected.open_minor(), 126_30);
}

#[test]
fn a_missing_rate_leaves_the_claim_as_it_is() {
    let open = Principal::new(TEN_THOUSAND);
    let accrued = claim().accrue(&open, &commercial(), day("2026-06-30")).unwrap();
    let error = accrued.accrue(&open, &commercial(), day("2026-07-05")).unwrap_err();
    let missing = InterestError::MissingRate { table: PL_COMMERCIAL.to_owned(), day: day("2026-07-01") };
    assert_eq!(error, ClaimError::Interest(missing));
    // (2 440 000 + 140 000 × 181) / 365 = 76 109.59.
    assert_eq!(accrued.open_minor(), 761_10);
}

#[test]
fn a_claim_keeps_to_its_table_and_consumers_to_theirs() {
    let principal = Principal::new(TEN_THOUSAND);
    let statutory = by(shipped(PL_STATUTORY));
    let error = claim().accrue(&principal, &statutory, day("2026-01-31")).unwrap_err();
    assert_eq!(error, ClaimError::OtherTable { table: PL_COMMERCIAL.to_owned() });
    let consumer = Terms { debtor: DebtorKind::Consumer, ..commercial() };
    let error = claim().accrue(&principal, &consumer, day("2026-01-31")).unwrap_err();
    assert_eq!(error, ClaimError::Interest(InterestError::NotForConsumers { table: PL_COMMERCIAL.to_owned() }));
    let consumer = Terms { debtor: DebtorKind::Consumer, ..statutory };
    let claim = InterestClaim::new(case(), Currency::PLN, PL_STATUTORY, day(FIRST));
    // 95 000 × 47 / 365 = 12 232.88.
    assert_eq!(claim.accrue(&principal, &consumer, day("2026-01-31")).unwrap().open_minor(), 122_33);
}

#[test]
fn a_claim_that_grows_beyond_64_bits_is_an_error() {
    let table = agreed(10_000);
    let claim = InterestClaim::new(case(), Currency::PLN, "contract", day("2026-01-01"));
    let most = Principal::new(i64::MAX);
    let year = claim.accrue(&most, &by(&table), day("2026-12-31")).unwrap();
    let settled = year.settle(day("2026-12-31"), day("2027-01-01"), i64::MAX).unwrap();
    assert_eq!(settled.open_minor(), 0);
    let error = settled.accrue(&most, &by(&table), day("2027-01-01")).unwrap_err();
    assert_eq!(error, ClaimError::Interest(InterestError::TooLarge));
}

#[test]
fn each_invoice_has_each_side_claim_once() {
    let none = SideClaims::default();
    assert!(!none.is_open());
    let both = none.with_compensation(case(), lump_sum()).unwrap().with_interest(claim()).unwrap();
    assert_eq!(both.with_compensation(case(), lump_sum()).unwrap_err(), ClaimError::AlreadyClaimed);
    assert_eq!(both.with_interest(claim()).unwrap_err(), ClaimError::AlreadyClaimed);
    // Not even after it was collected.
    let paid = both.compensation.as_ref().unwrap().settle(day("2026-04-01"), 295_87).unwrap();
    assert_eq!(paid.open_minor(), 0);
    let ended = SideClaims { compensation: Some(paid), ..both };
    assert!(!ended.is_open());
    assert_eq!(ended.with_compensation(case(), lump_sum()).unwrap_err(), ClaimError::AlreadyClaimed);
}

#[test]
fn compensation_stays_open_until_it_is_collected_or_waived() {
    let claims = SideClaims::default().with_compensation(case(), lump_sum()).unwrap();
    assert!(claims.is_open());
    let claim = claims.compensation.unwrap();
    let part = claim.settle(day("2026-04-01"), 95_87).unwrap();
    assert_eq!(part.open_minor(), 200_00);
    assert_eq!(part.settle(day("2026-04-02"), 200_01).unwrap_err(), ClaimError::MoreThanOpen { open_minor: 200_00 });
    assert_eq!(part.waive(day("2026-04-02"), "").unwrap_err(), ClaimError::NoReason);
    let done = part.waive(day("2026-04-02"), "settled out of court").unwrap();
    assert_eq!(done.open_minor(), 0);
    assert_eq!(done.bookings()[1].minor, 200_00);
    assert_eq!(done.settle(day("2026-04-03"), 1).unwrap_err(), ClaimError::MoreThanOpen { open_minor: 0 });
}

#[test]
fn side_claims_are_read_as_they_were_written() {
    let accrued = claim().accrue(&paid_on_20_march(), &commercial(), day("2026-03-20")).unwrap();
    let part = accrued.settle(day("2026-01-10"), day("2026-03-25"), 50_00).unwrap();
    let part = part.waive(day("2026-01-10"), day("2026-03-26"), "goodwill").unwrap();
    let claims = SideClaims::default().with_compensation(case(), lump_sum()).unwrap().with_interest(part).unwrap();
    let value = serde_json::to_value(&claims).unwrap();
    assert_eq!(value["interest"]["bookings"][1]["reason"], "goodwill");
    assert_eq!(serde_json::from_value::<SideClaims>(value).unwrap(), claims);
}
