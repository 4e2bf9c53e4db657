//! How an account has paid so far: a small summary on its profile, so that no decision reads history.
//!
//! An invoice counts that we knew open and that money alone closed. One that was paid before we knew
//! it, was cancelled, or was lowered by a credit note says nothing about how somebody pays. What an
//! invoice added stands on its case, so that a reopening takes exactly that away again.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::account::{Account, Case, Closed};
use super::creditor::Settings;
use super::handle::{Entry, Outcome};
use super::interest::ChangeKind;
use super::money::Currency;
use super::stops::PromiseEnd;

/// How many paid invoices are kept one by one: the last of them.
pub const RECENT: usize = 24;
/// How many sums of years are kept: two years in several currencies.
const YEARS: usize = 12;

/// An invoice that was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Paid {
    /// The local day on which it was paid.
    pub paid_on: NaiveDate,
    /// The last day on which it was due, off days off.
    pub due_on: NaiveDate,
    /// Its total, minor units.
    pub amount_minor: i64,
    /// Its currency.
    pub currency: Currency,
}

/// As it is stored: a list, since there are many of them.
type Kept = (NaiveDate, NaiveDate, i64, Currency);

impl From<Kept> for Paid {
    fn from((paid_on, due_on, amount_minor, currency): Kept) -> Self {
        Self { paid_on, due_on, amount_minor, currency }
    }
}

impl From<Paid> for Kept {
    fn from(paid: Paid) -> Self {
        (paid.paid_on, paid.due_on, paid.amount_minor, paid.currency)
    }
}

impl Paid {
    /// Days after its last day, 0 for one in time.
    pub fn days_late(&self) -> i64 {
        (self.paid_on - self.due_on).num_days().max(0)
    }
}

/// What was paid in a calendar year in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearPaid {
    /// The year.
    pub year: i32,
    /// The currency.
    pub currency: Currency,
    /// The sum, minor units.
    pub paid_minor: i64,
}

/// The summary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The last paid invoices, the latest first; at most 24.
    pub recent: Vec<Paid>,
    /// How many invoices were paid in all.
    pub paid: u32,
    /// What was paid in this calendar year and the one before, by currency.
    pub years: Vec<YearPaid>,
    /// Promises whose money came in time.
    pub promises_kept: u32,
    /// Promises whose money did not come, or in part only.
    pub promises_broken: u32,
    /// When a promise was last found broken.
    pub broken_on: Option<NaiveDate>,
}

impl Record {
    /// Adds a paid invoice. The order in which several are added does not matter.
    pub fn add(&mut self, paid: Paid) {
        let place = self.recent.partition_point(|kept| *kept >= paid);
        self.recent.insert(place, paid);
        self.recent.truncate(RECENT);
        self.paid = self.paid.saturating_add(1);
        self.add_to_year(paid, paid.amount_minor);
    }

    /// Takes away what `add` added. One that is too old to be kept by itself leaves the sums only.
    pub fn remove(&mut self, paid: Paid) {
        if let Some(place) = self.recent.iter().position(|kept| *kept == paid) {
            self.recent.remove(place);
        }
        self.paid = self.paid.saturating_sub(1);
        self.add_to_year(paid, -paid.amount_minor);
    }

    fn add_to_year(&mut self, paid: Paid, amount_minor: i64) {
        let (year, currency) = (paid.paid_on.year(), paid.currency);
        match self.years.iter_mut().find(|sum| sum.year == year && sum.currency == currency) {
            Some(sum) => sum.paid_minor = sum.paid_minor.saturating_add(amount_minor).max(0),
            None if amount_minor > 0 => self.years.push(YearPaid { year, currency, paid_minor: amount_minor }),
            // Of a year that is no longer kept.
            None => {}
        }
        self.years.retain(|sum| sum.paid_minor > 0);
        self.years.sort_by_key(|sum| (std::cmp::Reverse(sum.year), sum.currency));
        self.years.truncate(YEARS);
    }

    /// What was paid in this calendar year or in the one before, whichever is more; minor units.
    pub fn turnover_minor(&self, currency: Currency, today: NaiveDate) -> i64 {
        let years = today.year() - 1..=today.year();
        let of_currency = self.years.iter().filter(|sum| sum.currency == currency && years.contains(&sum.year));
        of_currency.map(|sum| sum.paid_minor).max().unwrap_or(0)
    }

    /// How many of the last paid invoices were paid late.
    pub fn late(&self) -> usize {
        self.recent.iter().filter(|paid| paid.days_late() > 0).count()
    }

    /// The share of late ones among the last paid invoices, in whole percent, rounded down; 0 where there are none.
    pub fn late_share_percent(&self) -> i64 {
        average(self.late() as i64 * 100, self.recent.len())
    }

    /// The average of days late over the last paid invoices, rounded down; one in time counts as 0.
    pub fn average_days_late(&self) -> i64 {
        average(self.recent.iter().map(Paid::days_late).sum(), self.recent.len())
    }

    /// The most days late among the last paid invoices.
    pub fn worst_days_late(&self) -> i64 {
        self.recent.iter().map(Paid::days_late).max().unwrap_or(0)
    }

    /// What an invoice usually comes to: the average of the last paid ones in a currency, minor units.
    pub fn usual_minor(&self, currency: Currency) -> Option<i64> {
        let mut count = 0;
        let amounts = self.recent.iter().filter(|paid| paid.currency == currency).inspect(|_| count += 1);
        let sum = amounts.map(|paid| paid.amount_minor).fold(0, i64::saturating_add);
        (count > 0).then(|| average(sum, count))
    }
}

fn average(sum: i64, count: usize) -> i64 {
    i64::try_from(count).ok().and_then(|count| sum.checked_div(count)).unwrap_or(0)
}

/// Brings the record up to date with what a command closed, reopened and ended.
pub(super) fn keep(outcome: &mut Outcome, before: &Account, settings: &Settings, today: NaiveDate) {
    let Outcome { account, entries, .. } = outcome;
    let record = &mut account.profile.record;
    for case in &mut account.cases {
        let was_open = before.case(&case.id).is_some_and(|known| known.closed.is_none());
        let now = counted(case, was_open, settings, today);
        if now == case.recorded {
            continue;
        }
        if let Some(old) = case.recorded {
            record.remove(old);
        }
        if let Some(new) = now {
            record.add(new);
        }
        case.recorded = now;
    }
    let mut ended: Vec<(NaiveDate, NaiveDate, bool)> = Vec::new();
    for entry in entries.iter() {
        let Entry::PromiseEnded { how, promise, .. } = entry else { continue };
        let kept = match how {
            PromiseEnd::Kept => true,
            PromiseEnd::PartKept | PromiseEnd::Broken => false,
            PromiseEnd::Withdrawn | PromiseEnd::Moot => continue,
        };
        // One promise for all that is open is one promise.
        let one = (promise.made_on, promise.pay_on, kept);
        if ended.contains(&one) {
            continue;
        }
        ended.push(one);
        if kept {
            record.promises_kept = record.promises_kept.saturating_add(1);
        } else {
            record.promises_broken = record.promises_broken.saturating_add(1);
            record.broken_on = Some(today);
        }
    }
}

/// What a case adds to the record as it stands.
fn counted(case: &Case, was_open: bool, settings: &Settings, today: NaiveDate) -> Option<Paid> {
    let paid = case.closed == Some(Closed::Paid) && (was_open || case.recorded.is_some());
    if !paid || case.credited_minor > 0 || case.paid_minor() == 0 || case.total_minor == 0 || !case.remindable {
        return None;
    }
    let payments = case.changes.iter().filter(|change| change.kind == ChangeKind::Payment && change.less_minor > 0);
    let paid_on = payments.map(|change| change.on).max().or(case.recorded.map(|kept| kept.paid_on)).unwrap_or(today);
    Some(Paid { paid_on, due_on: settings.payable_until(case.agreed_due_on()), amount_minor: case.total_minor, currency: case.currency })
}
