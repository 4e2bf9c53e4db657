//! The proof of interest and compensation. Figures are worked out by hand beside them, in grosze:
//! principal × rate × days / 365.

#![expect(clippy::inconsistent_digit_grouping, clippy::mistyped_literal_suffixes, reason = "grosze stand apart: 5_000_01 is 5 000.01 PLN")]

use chrono::NaiveDate;

use super::*;
use crate::domain::calendar::{Calendar, Country};
use crate::domain::fact::DebtorKind;
use crate::domain::ids::{CaseId, Source};

mod calculation;
mod claims;
mod compensation;
mod random;
mod rates;

/// 10 000.00 PLN.
const TEN_THOUSAND: i64 = 1_000_000;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The days on which the NBP announces rates.
fn working(on: NaiveDate) -> bool {
    Calendar::of(Country::Pl).is_working_day(on)
}

fn case() -> CaseId {
    CaseId::new(Source::parse("shopify").unwrap(), "1001").unwrap()
}

fn shipped(id: &str) -> &'static RateTable {
    RateTables::shipped().table(id).unwrap()
}

/// A business debtor, the day of payment counted, no cap.
fn by(table: &RateTable) -> Terms<'_> {
    Terms { debtor: DebtorKind::Business, table, cap: None, payment_day: PaymentDay::Counted }
}

/// A rate that was agreed without an end.
fn agreed(basis_points: i32) -> RateTable {
    let source = "contract 7/2025, § 4".to_owned();
    RateTable {
        id: "contract".to_owned(),
        rates: vec![RateEntry { valid_from: day("2025-01-01"), valid_until: None, basis_points, source }],
        cap: Cap::default(),
    }
}

/// From, until, days, principal and rate of each period.
fn rows(periods: &[Period]) -> Vec<(String, String, i64, i64, u32)> {
    let row = |p: &Period| (p.from.to_string(), p.until.to_string(), p.days(), p.principal_minor, p.basis_points);
    periods.iter().map(row).collect()
}

fn row(from: &str, until: &str, days: i64, principal: i64, rate: u32) -> (String, String, i64, i64, u32) {
    (from.to_owned(), until.to_owned(), days, principal, rate)
}

/// Interest of days for which nothing was calculated before.
fn first(principal: &Principal, terms: &Terms<'_>, from: &str, until: &str) -> Result<Interest, InterestError> {
    interest(principal, terms, day(from), day(until), Carry::default())
}
