//! Why a bill is not asked for: promises, payments under way, the law, holds, disputes.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use upominek::domain::fact::DebtorKind;
use upominek::domain::first_run::{FirstRun, Mode};

use super::{Bill, Model, covers};
use crate::calendar::{forward, working_days};

/// More days overdue than these, and the team is asked how to begin.
const GUARDED_DAYS: i64 = 14;

/// A promise to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promised {
    /// The day promised.
    pub on: NaiveDate,
    /// How much.
    pub amount: i64,
    /// What was open when it was given.
    pub open: i64,
}

impl Promised {
    /// The last day of its grace: two working days.
    pub fn ends(&self) -> NaiveDate {
        working_days(forward(self.on), 2)
    }
}

/// A payment that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The last day of silence.
    pub until: NaiveDate,
    /// The checkout that it is of; none where somebody only says so.
    pub checkout: Option<String>,
    /// What was open when it was told.
    pub open: i64,
    /// It failed: silence is over with the day.
    pub failed: bool,
    /// It was waited for in vain.
    pub ran_out: bool,
}

/// A stop that the law puts up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// First day.
    pub since: NaiveDate,
    /// Last day, where it has one.
    pub until: Option<NaiveDate>,
    /// Addresses and numbers of somebody else.
    pub not_theirs: BTreeSet<String>,
}

/// Why a bill is not asked for on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stopped {
    /// Time-barred.
    Barred,
    /// Forbidden by the law.
    Legal,
    /// Held.
    Held,
    /// Disputed.
    Disputed,
    /// Its payment is under way.
    Pending,
    /// Promised.
    Promised,
    /// It came so long overdue that the team has to say how to begin.
    Guarded,
    /// It came overdue, and is too old to begin with.
    TooOld,
}

impl Model {
    /// Why a bill of which nothing was said yet is not begun with.
    pub fn not_begun(&self, bill: &Bill) -> Option<Stopped> {
        let (first_run, _) = self.first_run?;
        let days = bill.overdue_when_it_came();
        match first_run {
            FirstRun { mode: Mode::Guard, .. } if days > GUARDED_DAYS => Some(Stopped::Guarded),
            FirstRun { mode: Mode::Ignore, older_than: Some(day) } if days > 0 && bill.due < day => Some(Stopped::TooOld),
            _ => None,
        }
    }

    /// Why a bill is not asked for on a day.
    pub fn stopped(&self, bill: &Bill, day: NaiveDate) -> Option<Stopped> {
        let customer = self.customers.get(&bill.debtor)?;
        let barred = NaiveDate::from_ymd_opt(forward(bill.due).year() + 3, 1, 1).is_some_and(|since| since <= day);
        let law = |law: &Law| law.since <= day && law.until.is_none_or(|until| day <= until);
        if customer.facts.kind == DebtorKind::Consumer && barred {
            Some(Stopped::Barred)
        } else if customer.law.values().any(law) {
            Some(Stopped::Legal)
        } else if covers(self.hold, day) || covers(customer.hold, day) || covers(bill.hold, day) {
            Some(Stopped::Held)
        } else if bill.disputed {
            Some(Stopped::Disputed)
        } else if bill.awaited.as_ref().is_some_and(|awaited| day <= awaited.until) {
            Some(Stopped::Pending)
        } else {
            bill.promise.filter(|promise| day <= promise.ends()).map(|_| Stopped::Promised)
        }
    }
}
