//! Rates as dated tables: shipped ones, and a creditor's own in the same form.
//!
//! A table ends where its last rate is not confirmed any more; beyond that there is no rate, and a
//! calculation stops. The shipped tables end early on purpose: `pl-commercial` and
//! `pl-commercial-healthcare` on 2026-06-30, since the rate of the second half of 2026 depends on a
//! reference rate of 1 July that was not confirmed, and `pl-statutory` on 2026-03-20, the last day
//! that its source vouches for. Whoever knows the later rates adds them (`RateTables::with_own`).

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::cap::Cap;
use super::own::Percent;
use crate::fields::FieldError;

/// Interest for late payment in commercial transactions: NBP reference rate + 10 pp, fixed for each
/// half-year (act of 8 March 2013, art. 4(3) and 11b).
pub const PL_COMMERCIAL: &str = "pl-commercial";
/// The same where the debtor is a public healthcare body: NBP reference rate + 8 pp.
pub const PL_COMMERCIAL_HEALTHCARE: &str = "pl-commercial-healthcare";
/// Statutory interest for late payment: NBP reference rate + 5.5 pp, changing with it (art. 481 § 2
/// of the Civil Code). The only table for consumers; twice its rate is the cap of rates agreed under Polish law.
pub const PL_STATUTORY: &str = "pl-statutory";

/// More than this a year is a slip of the pen: 100 %, in basis points.
const ABSURD_ABOVE: i32 = 10_000;

/// One rate and the days on which it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateEntry {
    /// First day.
    pub valid_from: NaiveDate,
    /// The last day for which the rate is confirmed. Without it the rate holds until the next
    /// entry begins; in the last entry that means without end, as in a contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// The rate of a year, in basis points (hundredths of a percent): 1525 is 15.25 %.
    pub basis_points: i32,
    /// Where the rate comes from: an act, an announcement, a contract.
    pub source: String,
}

/// A dated table of rates. What is read may be wrong: see `validate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateTable {
    /// By which it is named: `pl-commercial`.
    pub id: String,
    /// The rates, the oldest first, without holes.
    pub rates: Vec<RateEntry>,
    /// The most that may be asked for by it.
    #[serde(default)]
    pub cap: Cap,
}

/// The rate that a table has for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateInForce<'t> {
    /// The rate of a year, in basis points.
    pub basis_points: u32,
    /// Where it comes from.
    pub source: &'t str,
    /// The last day on which it is in force; `None` has no end.
    pub until: Option<NaiveDate>,
}

impl RateTable {
    /// The rate in force on a day, if the table has one. Never the last known one instead.
    pub fn in_force(&self, day: NaiveDate) -> Option<RateInForce<'_>> {
        let index = self.rates.iter().rposition(|entry| entry.valid_from <= day)?;
        let entry = &self.rates[index];
        let next = self.rates.get(index + 1).and_then(|next| next.valid_from.pred_opt());
        let until = entry.valid_until.or(next);
        let basis_points = u32::try_from(entry.basis_points).ok()?;
        until.is_none_or(|last| day <= last).then_some(RateInForce { basis_points, source: &entry.source, until })
    }

    /// Everything that is wrong with the table, each with its path in the table
    /// (`rates[2].valid_from`); nothing for a table that can be used.
    pub fn validate(&self) -> Vec<FieldError> {
        let mut problems = Vec::new();
        if self.id.trim().is_empty() {
            problems.push(FieldError::new("id", "is empty", "a name, such as contract-2026"));
        }
        if self.rates.is_empty() {
            problems.push(FieldError::new("rates", "is empty", "at least one rate"));
        }
        for (index, entry) in self.rates.iter().enumerate() {
            entry.validate(index, &mut problems);
        }
        for (index, pair) in self.rates.windows(2).enumerate() {
            follow(&pair[0], &pair[1], index, &mut problems);
        }
        problems.extend(self.cap.validate());
        problems
    }

    /// The last day with a rate; `None` without rates or without end.
    fn last_day(&self) -> Option<NaiveDate> {
        self.rates.last()?.valid_until
    }
}

impl RateEntry {
    fn validate(&self, index: usize, problems: &mut Vec<FieldError>) {
        let at = |field: &str| format!("rates[{index}].{field}");
        if self.basis_points < 0 {
            problems.push(FieldError::new(at("basis_points"), "is negative", "0 or more hundredths of a percent"));
        }
        if self.basis_points > ABSURD_ABOVE {
            problems.push(FieldError::new(at("basis_points"), "is more than 100 % a year", "hundredths of a percent: 1525 is 15.25 %"));
        }
        if self.valid_until.is_some_and(|until| until < self.valid_from) {
            problems.push(FieldError::new(at("valid_until"), "is before valid_from", format!("{} or later", self.valid_from)));
        }
        if self.source.trim().is_empty() {
            problems.push(FieldError::new(at("source"), "is empty", "where the rate comes from"));
        }
    }
}

/// Whether the entry at `index + 1` begins on the day after the one at `index` ends.
fn follow(entry: &RateEntry, next: &RateEntry, index: usize, problems: &mut Vec<FieldError>) {
    let field = format!("rates[{}].valid_from", index + 1);
    if next.valid_from <= entry.valid_from {
        let expected = format!("a day after {}: the oldest rate first, each day once", entry.valid_from);
        problems.push(FieldError::new(field, "is unsorted", expected));
        return;
    }
    // Without a last day, the entry ends where the next one begins.
    let Some(until) = entry.valid_until.filter(|until| *until >= entry.valid_from) else { return };
    let expected = until.succ_opt().map(|day| day.to_string()).unwrap_or_default();
    if next.valid_from <= until {
        problems.push(FieldError::new(field, format!("overlaps the entry before, which ends on {until}"), expected));
    } else if Some(next.valid_from) != until.succ_opt() {
        problems.push(FieldError::new(field, format!("leaves a hole after {until}"), expected));
    }
}

/// Tables by their ids: the shipped ones, with or without a creditor's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateTables {
    tables: Vec<RateTable>,
}

// A broken document would leave every table unknown, which stops each calculation and invents
// nothing; a test keeps it whole.
static SHIPPED: LazyLock<RateTables> = LazyLock::new(|| serde_json::from_str(include_str!("../../../data/rates.json")).unwrap_or_default());

impl RateTables {
    /// The tables that come with the system, `shared/data/rates.json`.
    pub fn shipped() -> &'static RateTables {
        &SHIPPED
    }

    /// The table of this id.
    pub fn table(&self, id: &str) -> Option<&RateTable> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// All tables.
    pub fn iter(&self) -> impl Iterator<Item = &RateTable> {
        self.tables.iter()
    }

    /// These tables and a creditor's own, or everything that is wrong with the own ones, each with
    /// its path (`tables[0].rates[2].valid_from`).
    ///
    /// An own table with a known id takes that table's place, so that a rate can be added on the day
    /// it is announced. It must keep the rates that are known: the statutory rate is what protects
    /// consumers, and no creditor's choice. Its cap stays what it is, too.
    pub fn with_own(&self, mut own: Vec<RateTable>) -> Result<RateTables, Vec<FieldError>> {
        let mut problems = Vec::new();
        for table in &mut own {
            if let Some(known) = self.table(&table.id) {
                table.cap = known.cap.clone();
            }
        }
        for (index, table) in own.iter().enumerate() {
            let below = |error: FieldError| FieldError { field: format!("tables[{index}].{}", error.field), ..error };
            let found = table.validate();
            if own[..index].iter().any(|before| before.id == table.id) {
                problems.push(FieldError::new(format!("tables[{index}].id"), "is there twice", "each id once"));
            }
            if let (Some(known), true) = (self.table(&table.id), found.is_empty()) {
                problems.extend(departure(known, table).map(below));
            }
            problems.extend(found.into_iter().map(below));
            let is_known = |id: &str| self.table(id).is_some() || own.iter().any(|other| other.id == id);
            problems.extend(table.cap.astray(&table.id, is_known).map(below));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let kept = self.tables.iter().filter(|table| own.iter().all(|other| other.id != table.id));
        let mut tables: Vec<RateTable> = kept.cloned().collect();
        tables.extend(own);
        Ok(RateTables { tables })
    }
}

/// The first place where a table says something else than the known one of the same id.
fn departure(known: &RateTable, table: &RateTable) -> Option<FieldError> {
    // Rates change on these days only, so they stand for all days.
    let begins = known.rates.iter().chain(&table.rates).map(|entry| entry.valid_from);
    let ends = known.last_day().into_iter().chain(table.last_day().and_then(|last| last.succ_opt()));
    let mut days: Vec<NaiveDate> = begins.chain(ends).collect();
    days.sort_unstable();
    days.into_iter().find_map(|day| {
        let rate = known.in_force(day)?.basis_points;
        let other = table.in_force(day).map(|other| other.basis_points);
        let index = table.rates.iter().rposition(|entry| entry.valid_from <= day).unwrap_or(0);
        let expected = format!("{} % on {day}, as in the table {} that is known", Percent(rate), known.id);
        let problem = match other {
            Some(same) if same == rate => return None,
            Some(_) => "is not the rate that is known",
            None => "does not cover all days that are known",
        };
        Some(FieldError::new(format!("rates[{index}].basis_points"), problem, expected))
    })
}
