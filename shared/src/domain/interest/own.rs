//! What a creditor chooses: which side claims it makes, in which order money covers them, and rate
//! tables and mid rates of its own, written as people write them (`15.25`, `4.2267`).
//!
//! Everything is off by default, and consumers can be asked for the interest of art. 481 of the Civil
//! Code at most: there is no value that says more.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calculation::PaymentDay;
use super::cap::Cap;
use super::compensation::{MidRate, MidRates};
use super::rates::{RateEntry, RateTable, RateTables};
use crate::domain::calendar::{Calendar, Country};
use crate::fields::FieldError;

/// Most tables of a creditor's own, and most rates in one.
const MOST_TABLES: usize = 10;
const MOST_RATES: usize = 300;
/// Most mid rates, and most public healthcare bodies.
const MOST_MID_RATES: usize = 600;
const MOST_BODIES: usize = 1_000;

/// Which interest businesses are charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BusinessInterest {
    /// None.
    #[default]
    None,
    /// That of commercial transactions; public healthcare bodies are charged their own rate.
    PlCommercial,
    /// That of commercial transactions with public healthcare bodies, from every business.
    PlCommercialHealthcare,
    /// By contract: the table that `contract_table` names.
    Contractual,
}

/// Which interest consumers are charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConsumerInterest {
    /// None.
    #[default]
    None,
    /// Statutory interest for late payment (art. 481 of the Civil Code).
    PlStatutory,
}

/// What money that comes for a debt covers first (art. 451 § 1 of the Civil Code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Order {
    /// The principal.
    #[default]
    PrincipalFirst,
    /// The side claims of that debt.
    SideClaimsFirst,
}

/// Which side claims a creditor makes. A step of the policy says when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Charging {
    /// Interest from businesses: `none`, `pl_commercial`, `pl_commercial_healthcare` or `contractual`.
    pub businesses: BusinessInterest,
    /// Interest from consumers: `none` or `pl_statutory`, and nothing else.
    pub consumers: ConsumerInterest,
    /// For `contractual`: the id of one of `rate_tables`.
    pub contract_table: Option<String>,
    /// Whether businesses are asked for compensation for recovery costs.
    pub compensation: bool,
    /// Whether interest runs on the day of a payment: `counted` or `not_counted`.
    pub payment_day: PaymentDay,
    /// What a payment covers first: `principal_first` or `side_claims_first`.
    pub order: Order,
    /// Tax ids of debtors that are public healthcare bodies: `pl_commercial` charges them their rate.
    pub healthcare_bodies: Vec<String>,
}

impl Default for Charging {
    fn default() -> Self {
        Self {
            businesses: BusinessInterest::None,
            consumers: ConsumerInterest::None,
            contract_table: None,
            compensation: false,
            payment_day: PaymentDay::Counted,
            order: Order::PrincipalFirst,
            healthcare_bodies: Vec::new(),
        }
    }
}

/// A decimal number above nothing with at most `digits` decimals, as whole parts of its last one.
fn parts(text: &str, digits: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fine = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let formed = !whole.is_empty() && whole.len() <= 6 && fine(whole) && fine(fraction) && fraction.len() <= digits && !text.ends_with('.');
    formed.then(|| format!("{whole}{fraction:0<digits$}").parse().ok()).flatten()
}

fn decimal(parts: i64, digits: usize) -> String {
    let text = format!("{parts:0>width$}", width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    format!("{whole}.{fraction}")
}

/// A rate of a year in percent, as text with at most two decimals: `15.25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(pub u32);

impl TryFrom<String> for Percent {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let basis_points = parts(&text, 2).and_then(|parts| u32::try_from(parts).ok()).filter(|parts| *parts <= 10_000);
        basis_points.map(Self).ok_or("is no rate, expected percent a year from 0 to 100 as text, such as 15.25")
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> String {
        percent.to_string()
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal(i64::from(self.0), 2))
    }
}

/// What one euro costs in złoty, as text with at most four decimals: `4.2267`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zloty(pub i64);

impl TryFrom<String> for Zloty {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        // A slip of the point is no rate.
        let rate = parts(&text, 4).filter(|parts| (10_000..=1_000_000).contains(parts));
        rate.map(Self).ok_or("is no mid rate, expected PLN for one EUR as text, such as 4.2267")
    }
}

impl From<Zloty> for String {
    fn from(rate: Zloty) -> String {
        decimal(rate.0, 4)
    }
}

/// A rate and the days on which it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnRate {
    /// First day.
    pub valid_from: NaiveDate,
    /// The last day, where it is known; else it holds until the next one begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// Percent a year as text.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "15.25"))]
    pub percent: Percent,
    /// Where it comes from: an act, an announcement, a contract.
    pub source: String,
}

/// A rate table of the creditor's own: a contract's, or a statutory one continued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnTable {
    /// By which it is named. A shipped id (`pl-commercial`) takes that table's place: it keeps the
    /// rates that are known and adds later ones.
    #[cfg_attr(feature = "openapi", schema(example = "contract-2026"))]
    pub id: String,
    /// The rates, the oldest first, without holes.
    pub rates: Vec<OwnRate>,
    /// The most that the law governing these claims lets anybody ask for: `pl_maximum` (twice the rate of
    /// `pl-statutory`) where nothing is said, `none`, or so many `times` another table's rate. A shipped
    /// table has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
}

/// The mid rate of the euro that the NBP announced on a day (table A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnMidRate {
    /// The day of the announcement.
    pub on: NaiveDate,
    /// PLN for one EUR as text.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "4.2267"))]
    pub rate: Zloty,
}

impl From<&OwnTable> for RateTable {
    fn from(own: &OwnTable) -> Self {
        let rate = |rate: &OwnRate| RateEntry {
            valid_from: rate.valid_from,
            valid_until: rate.valid_until,
            basis_points: i32::try_from(rate.percent.0).unwrap_or(i32::MAX),
            source: rate.source.clone(),
        };
        Self { id: own.id.clone(), rates: own.rates.iter().map(rate).collect(), cap: own.cap.clone().unwrap_or_default() }
    }
}

/// The shipped tables with a creditor's own; wrong ones, which settings refuse, change nothing.
pub(in crate::domain) fn tables_with(own: &[OwnTable]) -> RateTables {
    let own = own.iter().map(RateTable::from).collect();
    RateTables::shipped().with_own(own).unwrap_or_else(|_| RateTables::shipped().clone())
}

/// Mid rates as the calculation takes them.
pub(in crate::domain) fn mid_rates(own: &[OwnMidRate]) -> MidRates {
    MidRates { rates: own.iter().map(|own| MidRate { on: own.on, per_ten_thousand: own.rate.0 }).collect() }
}

/// Everything that is wrong with what a creditor chose, each with its path in the settings.
pub(in crate::domain) fn problems(charging: &Charging, tables: &[OwnTable], rates: &[OwnMidRate]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut check = |fine: bool, field: String, problem: &str, expected: &str| {
        if !fine {
            errors.push(FieldError::new(field, problem, expected));
        }
    };
    let shipped = |id: &str| RateTables::shipped().table(id).is_some();
    let own = |id: &String| tables.iter().any(|table| table.id == *id) && !shipped(id);
    let at = |name: &str| format!("side_claims.{name}");
    match &charging.contract_table {
        None => {
            check(charging.businesses != BusinessInterest::Contractual, at("contract_table"), "is missing", "the id of one of rate_tables")
        }
        Some(id) => {
            check(own(id), at("contract_table"), "names no table of your own", "the id of one of rate_tables that is not a shipped one")
        }
    }
    let bodies = &charging.healthcare_bodies;
    check(bodies.len() <= MOST_BODIES, at("healthcare_bodies"), "has too many", "at most 1000");
    for (index, id) in bodies.iter().enumerate() {
        let formed = (8..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
        check(
            formed,
            at(&format!("healthcare_bodies[{index}]")),
            "is no tax id",
            "digits, or letters and digits, without spaces and dashes",
        );
    }
    check(tables.len() <= MOST_TABLES, "rate_tables".into(), "has too many", "at most 10");
    for (index, table) in tables.iter().enumerate() {
        check(table.rates.len() <= MOST_RATES, format!("rate_tables[{index}].rates"), "has too many", "at most 300");
        let fixed = table.cap.is_some() && shipped(&table.id);
        check(!fixed, format!("rate_tables[{index}].cap"), "is not a creditor's choice for a shipped table", "no cap here");
    }
    check(rates.len() <= MOST_MID_RATES, "mid_rates".into(), "has too many", "at most 600");
    let nbp = Calendar::of(Country::Pl);
    for (index, rate) in rates.iter().enumerate() {
        check(
            nbp.is_working_day(rate.on),
            format!("mid_rates[{index}].on"),
            "is a day off, on which the NBP announces nothing",
            "a working day",
        );
    }
    let in_settings = |error: FieldError, from: &str, to: &str, value: (&str, &str)| FieldError {
        field: error.field.replacen(from, to, 1).replace(value.0, value.1),
        ..error
    };
    if let Err(wrong) = RateTables::shipped().with_own(tables.iter().map(RateTable::from).collect()) {
        errors.extend(wrong.into_iter().map(|error| in_settings(error, "tables[", "rate_tables[", ("basis_points", "percent"))));
    }
    let wrong = mid_rates(rates).validate().into_iter();
    errors.extend(wrong.map(|error| in_settings(error, "rates[", "mid_rates[", ("per_ten_thousand", "rate"))));
    errors
}
