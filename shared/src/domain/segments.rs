//! Which segment an account belongs to: the first of its policy whose conditions are true, with the
//! figures that they were held against.
//!
//! The profile holds the account's segment as of its last command. A case follows it until it takes
//! its first step; from then on it keeps the one with which it began, so that no ladder is changed
//! under its feet, until it is re-planned.

use chrono::NaiveDate;

use super::account::{Account, Case, Profile};
use super::creditor::Settings;
use super::fact::DebtorKind;
use super::money::Currency;
use super::policy::{Amounts, Membership, Policy, Segment};
use super::window::local_day;

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// How many paid invoices are known, at least.
    LeastPaid,
    /// The share of late ones, percent, at least.
    LateShareAtLeast,
    /// The share of late ones, percent, at most.
    LateShareAtMost,
    /// Days late on average, at least.
    AverageDaysLateAtLeast,
    /// Days late on average, at most.
    AverageDaysLateAtMost,
    /// Days since the debtor is known, at most.
    KnownDaysAtMost,
    /// What is open in a currency, minor units, at least.
    OpenAtLeast(Currency),
    /// What is open and was paid in a year in a currency, minor units, at least.
    TurnoverAtLeast(Currency),
    /// Company or person.
    Kind(DebtorKind),
    /// Marked as a public body.
    PublicBody,
    /// Its tax id is listed.
    TaxId,
}

/// A condition with the figure that it was held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// What it looks at.
    pub criterion: Criterion,
    /// What was found: a number, or 1 for yes and 0 for no.
    pub figure: i64,
    /// What was asked for; 1 where it is a yes.
    pub bound: i64,
}

impl Held {
    /// Whether it is true.
    pub fn is_met(&self) -> bool {
        match self.criterion {
            Criterion::LateShareAtMost | Criterion::AverageDaysLateAtMost | Criterion::KnownDaysAtMost => self.figure <= self.bound,
            Criterion::LeastPaid
            | Criterion::LateShareAtLeast
            | Criterion::AverageDaysLateAtLeast
            | Criterion::OpenAtLeast(_)
            | Criterion::TurnoverAtLeast(_)
            | Criterion::Kind(_)
            | Criterion::PublicBody
            | Criterion::TaxId => self.figure >= self.bound,
        }
    }
}

/// Every condition of a segment with what is true of an account on a day.
pub fn held(when: &Membership, account: &Account, settings: &Settings, today: NaiveDate) -> Vec<Held> {
    let (profile, record) = (&account.profile, &account.profile.record);
    let known_days = (today - local_day(profile.created_at, settings.zone)).num_days();
    let number = |criterion, figure: i64, bound: Option<u32>| bound.map(|bound| Held { criterion, figure, bound: i64::from(bound) });
    let numbers = [
        number(Criterion::LeastPaid, i64::from(record.paid), when.least_paid),
        number(Criterion::LateShareAtLeast, record.late_share_percent(), when.late_share_at_least),
        number(Criterion::LateShareAtMost, record.late_share_percent(), when.late_share_at_most),
        number(Criterion::AverageDaysLateAtLeast, record.average_days_late(), when.average_days_late_at_least),
        number(Criterion::AverageDaysLateAtMost, record.average_days_late(), when.average_days_late_at_most),
        number(Criterion::KnownDaysAtMost, known_days, when.known_days_at_most),
    ];
    let mut held: Vec<Held> = numbers.into_iter().flatten().collect();
    let turnover = |currency| open_minor(account, currency).saturating_add(record.turnover_minor(currency, today));
    held.extend(one_of(&when.open_at_least, Criterion::OpenAtLeast, |currency| open_minor(account, currency)));
    held.extend(one_of(&when.turnover_at_least, Criterion::TurnoverAtLeast, turnover));
    if !when.kinds.is_empty() {
        let figure = i64::from(when.kinds.contains(&profile.kind));
        held.push(Held { criterion: Criterion::Kind(profile.kind), figure, bound: 1 });
    }
    let listed = profile.tax_id.as_ref().is_some_and(|tax_id| when.tax_ids.contains(tax_id));
    if when.public_body && (profile.public_body || !listed) {
        held.push(Held { criterion: Criterion::PublicBody, figure: i64::from(profile.public_body), bound: 1 });
    } else if !when.tax_ids.is_empty() {
        held.push(Held { criterion: Criterion::TaxId, figure: i64::from(listed), bound: 1 });
    }
    held
}

/// The currency in which the least amount is reached, else the first that is named.
fn one_of(amounts: &Amounts, criterion: impl Fn(Currency) -> Criterion, figure: impl Fn(Currency) -> i64) -> Option<Held> {
    let in_one = |(currency, bound): (&Currency, &i64)| Held { criterion: criterion(*currency), figure: figure(*currency), bound: *bound };
    let mut all = amounts.0.iter().map(in_one).peekable();
    let first = all.peek().copied();
    all.find(Held::is_met).or(first)
}

/// What is open of an account in a currency, minor units.
fn open_minor(account: &Account, currency: Currency) -> i64 {
    let open = account.cases.iter().filter(|case| case.closed.is_none() && case.remindable && case.currency == currency);
    open.map(Case::open_minor).fold(0, i64::saturating_add)
}

/// The segment of an account on a day; `None` where the policy has none for it.
pub fn segment_of<'p>(account: &Account, policy: &'p Policy, settings: &Settings, today: NaiveDate) -> Option<&'p Segment> {
    policy.segments.iter().find(|segment| held(&segment.when, account, settings, today).iter().all(Held::is_met))
}

/// Whether a case keeps the segment with which it began.
pub fn is_kept(case: &Case) -> bool {
    !case.taken.is_empty() || case.passed.is_some()
}

/// The segment by which a case is planned.
pub fn of_case<'a>(profile: &'a Profile, case: &'a Case) -> Option<&'a str> {
    let segment = if is_kept(case) { &case.segment } else { &profile.segment };
    segment.as_deref()
}

/// Finds the account's segment by the policy in force anew; tells whether it changed.
pub(super) fn refresh(account: &mut Account, settings: &Settings, today: NaiveDate) -> bool {
    let segment = segment_of(account, &settings.policy, settings, today).map(|segment| segment.name.as_str());
    let changed = account.profile.segment.as_deref() != segment;
    if changed {
        account.profile.segment = segment.map(str::to_owned);
    }
    changed
}
