//! What keeps an invoice from being asked for: what the law forbids, holds, disputes and promises,
//! each dated.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::account::{Account, Case};
use super::claimed::Claimed;
use super::creditor::Settings;
use super::decide::HoldScope;
use super::fact::DebtorKind;
use super::first_run;
use super::interest::InterestClaim;
use super::legal::LegalKind;

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The creditor's own team.
    Team,
    /// The debtor.
    Debtor,
}

/// What a dispute is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DisputeReason {
    /// The amount is another one.
    WrongAmount,
    /// Goods did not come, or a service was not done.
    NotDelivered,
    /// What came is not as agreed.
    Faulty,
    /// It was never ordered.
    NotOrdered,
    /// Something else.
    Other,
}

impl DisputeReason {
    /// All of them, as the page offers them.
    pub const ALL: [Self; 5] = [Self::WrongAmount, Self::NotDelivered, Self::Faulty, Self::NotOrdered, Self::Other];

    /// Its name in forms and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::WrongAmount => "wrong_amount",
            Self::NotDelivered => "not_delivered",
            Self::Faulty => "faulty",
            Self::NotOrdered => "not_ordered",
            Self::Other => "other",
        }
    }
}

/// The debtor says that the invoice is not owed, or not like this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Since when.
    pub opened_on: NaiveDate,
    /// Who opened it.
    pub by: Party,
    /// What it is about, where that was chosen.
    #[serde(default)]
    pub reason: Option<DisputeReason>,
    /// The same as a person wrote it.
    pub note: String,
    /// The debtor was right: it is not asked for, and a credit note is awaited.
    pub upheld: bool,
}

/// The debtor says by when it will be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// When it was given.
    pub made_on: NaiveDate,
    /// Who wrote it down.
    pub by: Party,
    /// The day promised.
    pub pay_on: NaiveDate,
    /// How much, minor units.
    pub amount_minor: i64,
    /// What was open when it was given, minor units.
    pub open_minor: i64,
}

impl Promise {
    /// What has come since, minor units.
    pub fn received_minor(&self, open_minor: i64) -> i64 {
        self.open_minor.saturating_sub(open_minor).max(0)
    }

    /// The last day of its grace: transfers take a day or two.
    pub fn ends_on(&self, settings: &Settings) -> NaiveDate {
        let calendar = settings.calendar();
        let grace = i32::try_from(settings.policy.promises.grace_days).unwrap_or(i32::MAX);
        calendar.add_working_days(calendar.roll_forward(self.pay_on), grace)
    }
}

/// How a promise ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseEnd {
    /// What was promised came in time.
    Kept,
    /// Less came.
    PartKept,
    /// Nothing came.
    Broken,
    /// The team took it back.
    Withdrawn,
    /// The invoice was cancelled: there is nothing to pay any more.
    Moot,
}

/// A stop in force; also the reason for which a case hears nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Stop {
    /// A person said so.
    #[serde(rename = "on_hold")]
    Held {
        /// What is held.
        scope: HoldScope,
        /// Last day of it.
        until: Option<NaiveDate>,
    },
    /// The debtor disputes it.
    Disputed {
        /// Since when.
        since: NaiveDate,
        /// The debtor was right; a credit note is awaited.
        upheld: bool,
    },
    /// A payment of it is under way, or failed today.
    PaymentPending {
        /// Since when.
        since: NaiveDate,
        /// The last day of silence.
        until: NaiveDate,
        /// It failed; the ladder goes on tomorrow.
        failed: bool,
    },
    /// The debtor promised to pay it.
    Promised {
        /// The day promised.
        pay_on: NaiveDate,
        /// The last day of its grace.
        until: NaiveDate,
    },
    /// The debtor asked for instalments, and the team owes an answer.
    InstalmentsAsked {
        /// Since when.
        since: NaiveDate,
        /// The last day of silence.
        until: NaiveDate,
    },
    /// The law, or decency, forbids to remind this debtor.
    LegalStop {
        /// Why.
        kind: LegalKind,
        /// Since when.
        since: NaiveDate,
        /// Last day of it.
        until: Option<NaiveDate>,
    },
    /// A claim against a consumer is time-barred: it must not be demanded at all.
    TimeBarred {
        /// Since when.
        since: NaiveDate,
    },
    /// It was overdue by so much when it first came that the team is asked how to begin.
    FirstRunGuarded {
        /// Days past the due date when it came.
        overdue_days: i64,
    },
    /// It was overdue when it first came, and due before the day that the settings name.
    TooOld {
        /// What was due before this day is not reminded.
        older_than: NaiveDate,
    },
}

impl Stop {
    /// The last day of it, where it has one.
    pub fn until(&self) -> Option<NaiveDate> {
        match self {
            Stop::Held { until, .. } | Stop::LegalStop { until, .. } => *until,
            Stop::Disputed { .. } | Stop::TimeBarred { .. } | Stop::FirstRunGuarded { .. } | Stop::TooOld { .. } => None,
            Stop::Promised { until, .. } | Stop::PaymentPending { until, .. } | Stop::InstalmentsAsked { until, .. } => Some(*until),
        }
    }
}

/// The first day on which a claim against a consumer is time-barred (art. 117 § 2¹ of the Civil Code).
///
/// A sale by a business: two years (art. 554), until the end of the calendar year (art. 118). What
/// interrupts the period (an acknowledgement, a court) is for a person to judge.
pub fn barred_from(case: &Case, settings: &Settings) -> Option<NaiveDate> {
    barred_after(settings.payable_until(case.due_on), settings)
}

/// The same for side claims, which expire with what they belong to: no later than it, and that may be
/// history already.
pub fn claims_barred_from(claimed: &Claimed, settings: &Settings) -> Option<NaiveDate> {
    let first_day = claimed.claims.interest.as_ref().map_or(claimed.begun.on, InterestClaim::first_day);
    barred_after(first_day.pred_opt()?, settings)
}

fn barred_after(due: NaiveDate, settings: &Settings) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(due.year() + i32::from(settings.limitation_years) + 1, 1, 1)
}

/// The stop that covers a case on a day, what the law forbids first, then the widest.
pub fn stop_on(account: &Account, case: &Case, settings: &Settings, day: NaiveDate) -> Option<Stop> {
    let held = |scope, until| Stop::Held { scope, until };
    let creditor = settings.held_on(day).map(|hold| held(HoldScope::Creditor, hold.until));
    let debtor = account.profile.hold.as_ref().filter(|hold| hold.covers(day)).map(|hold| held(HoldScope::Debtor, hold.until));
    let invoice = case.hold.as_ref().filter(|hold| hold.covers(day)).map(|hold| held(HoldScope::Invoice, hold.until));
    let disputed = case.dispute.as_ref().map(|dispute| Stop::Disputed { since: dispute.opened_on, upheld: dispute.upheld });
    let consumer = account.profile.kind == DebtorKind::Consumer;
    let barred = barred_from(case, settings).filter(|since| consumer && *since <= day).map(|since| Stop::TimeBarred { since });
    let legal = account.profile.legal_stop_on(day);
    let legal = legal.map(|stop| Stop::LegalStop { kind: stop.kind, since: stop.since, until: stop.until });
    let pending = case.pending.as_ref().filter(|pending| pending.covers(day));
    let pending = pending.map(|pending| Stop::PaymentPending { since: pending.since, until: pending.until, failed: !pending.is_awaited() });
    let promised = || {
        let promise = case.promise.as_ref()?;
        let until = promise.ends_on(settings);
        (day <= until).then_some(Stop::Promised { pay_on: promise.pay_on, until })
    };
    let asked = account.profile.asked_instalments.as_ref().filter(|asked| asked.covers(day));
    let asked = asked.map(|asked| Stop::InstalmentsAsked { since: asked.on, until: asked.until });
    let stopped = barred.or(legal).or(creditor).or(debtor).or(invoice).or(disputed).or(pending).or_else(promised).or(asked);
    stopped.or_else(|| first_run::stop(case, settings))
}

/// The first day from `day` on that no stop covers; `None` where one has no end.
pub fn free_from(account: &Account, case: &Case, settings: &Settings, day: NaiveDate) -> Option<NaiveDate> {
    let mut free = day;
    while let Some(stop) = stop_on(account, case, settings, free) {
        free = stop.until()?.succ_opt()?;
    }
    Some(free)
}
