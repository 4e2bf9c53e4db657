//! What was owed of an invoice, day by day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calculation::{InterestError, PaymentDay};

/// What changed the principal; it decides from which day the change counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Money that came, or went back: counts from its day or from the day after (`PaymentDay`).
    Payment,
    /// A credit note or another correction of the invoice: counts from its own day. Whoever wants
    /// one to count from the beginning gives it the first day of interest.
    Correction,
}

/// One change of the principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its day.
    pub on: NaiveDate,
    /// What it was.
    pub kind: ChangeKind,
    /// By how much less is owed, in minor units; negative for more, as when a payment bounces.
    pub less_minor: i64,
}

/// Days on which a debtor who was given more time is not late, so that nothing bears interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Respite {
    /// The day on which it was given.
    pub from: NaiveDate,
    /// The last day; it counts too.
    pub until: NaiveDate,
}

/// The principal over time: what the invoice asked for, what changed it, and when it bore no interest.
/// The order of the changes does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// What was owed before any change, in minor units.
    pub opening_minor: i64,
    /// What changed it.
    pub changes: Vec<Change>,
    /// The days on which nothing of it bears interest, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub respites: Vec<Respite>,
}

impl Principal {
    /// A principal that nothing has changed yet, in minor units.
    pub fn new(opening_minor: i64) -> Self {
        Self { opening_minor, changes: Vec::new(), respites: Vec::new() }
    }

    /// The same with a payment of so many minor units.
    #[must_use]
    pub fn paid(self, on: NaiveDate, minor: i64) -> Self {
        self.changed(Change { on, kind: ChangeKind::Payment, less_minor: minor })
    }

    /// The same with a credit note over so many minor units.
    #[must_use]
    pub fn corrected(self, on: NaiveDate, minor: i64) -> Self {
        self.changed(Change { on, kind: ChangeKind::Correction, less_minor: minor })
    }

    fn changed(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// What bears interest in the morning of time, and the days from which something else does.
    ///
    /// What is owed is never below zero, but an overpayment is remembered: money that goes back
    /// uses it up first. `InterestError::TooLarge` beyond 64 bits.
    pub(super) fn steps(&self, payment_day: PaymentDay) -> Result<Steps<'_>, InterestError> {
        let mut changes: Vec<(NaiveDate, i128)> = self.changes.iter().filter_map(|change| change.counts(payment_day)).collect();
        changes.sort_unstable_by_key(|(from, _)| *from);
        let mut balance = i128::from(self.opening_minor);
        let opening_minor = owed(balance)?;
        let mut later: Vec<(NaiveDate, i64)> = Vec::new();
        for same_day in changes.chunk_by(|one, other| one.0 == other.0) {
            balance -= same_day.iter().map(|(_, less)| less).sum::<i128>();
            later.push((same_day[0].0, owed(balance)?));
        }
        Ok(Steps { opening_minor, later, respites: &self.respites })
    }
}

impl Change {
    /// The first day on which the change counts, and by how much; `None` past the end of time.
    fn counts(&self, payment_day: PaymentDay) -> Option<(NaiveDate, i128)> {
        let from = match (self.kind, payment_day) {
            (ChangeKind::Payment, PaymentDay::Counted) => self.on.succ_opt()?,
            (ChangeKind::Payment, PaymentDay::NotCounted) | (ChangeKind::Correction, _) => self.on,
        };
        Some((from, i128::from(self.less_minor)))
    }
}

fn owed(balance: i128) -> Result<i64, InterestError> {
    i64::try_from(balance.max(0)).map_err(|_| InterestError::TooLarge)
}

/// The principal as steps: an amount, then others from later days on.
pub(super) struct Steps<'p> {
    opening_minor: i64,
    later: Vec<(NaiveDate, i64)>,
    respites: &'p [Respite],
}

impl Steps<'_> {
    /// What bears interest on a day, and the last day before that changes.
    pub(super) fn on(&self, day: NaiveDate) -> (i64, Option<NaiveDate>) {
        if let Some(respite) = self.respites.iter().find(|respite| respite.from <= day && day <= respite.until) {
            return (0, Some(respite.until));
        }
        let (owed, until) = self.owed_on(day);
        let rest = self.respites.iter().map(|respite| respite.from).filter(|from| *from > day).min();
        (owed, [until, rest.and_then(|from| from.pred_opt())].into_iter().flatten().min())
    }

    fn owed_on(&self, day: NaiveDate) -> (i64, Option<NaiveDate>) {
        let begun = self.later.partition_point(|(from, _)| *from <= day);
        let owed = if begun == 0 { self.opening_minor } else { self.later[begun - 1].1 };
        (owed, self.later.get(begun).and_then(|(from, _)| from.pred_opt()))
    }
}
