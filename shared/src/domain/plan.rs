//! The instalment plan: agreed days and amounts that replace the due dates of the invoices it covers.
//!
//! What has come fills the first instalments, wherever it was booked: of the plan's open amount, as
//! much is missing today as later instalments do not cover. So a payment ahead of its day counts for
//! the next ones, and a refund opens one again, without anything to keep.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::{Account, Case, Profile};
use super::climb::Climber;
use super::creditor::Settings;
use super::decide::net_open;
use super::ids::CaseId;
use super::money::Currency;
use super::policy::{Dates, Ladder};
use super::stops::Party;

/// Most instalments of a plan.
pub const MOST_INSTALMENTS: usize = 60;
/// Most invoices of a plan.
pub const MOST_CASES: usize = 50;

/// One agreed payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// Unique within the account, over all its plans: its steps are told apart by it.
    pub number: u32,
    /// The day agreed.
    pub on: NaiveDate,
    /// Minor units, more than 0.
    pub amount_minor: i64,
}

/// A plan in force. A debtor has at most one in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its currency.
    pub currency: Currency,
    /// The invoices that it covers.
    pub cases: Vec<CaseId>,
    /// The instalments, by day.
    pub instalments: Vec<Instalment>,
    /// When it was agreed.
    pub made_on: NaiveDate,
    /// Who wrote it down.
    pub by: Party,
    /// What was agreed beside, as a person wrote it.
    pub note: String,
}

/// How a plan ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum PlanEnd {
    /// Everything is paid.
    Kept,
    /// An instalment was missed.
    Broken {
        /// The day of the instalment.
        on: NaiveDate,
        /// What was missing, minor units.
        missing_minor: i64,
    },
    /// The team took it back.
    Withdrawn {
        /// Why, as a person wrote it.
        reason: String,
    },
    /// Another plan took its place.
    Replaced,
    /// Its invoices were cancelled or moved.
    Moot,
}

/// What of a plan is to be paid next, and the share of one invoice in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The instalment's number within the account.
    pub number: u32,
    /// Its place in the plan, from 1.
    pub place: usize,
    /// How many instalments the plan has.
    pub of: usize,
    /// Its day.
    pub on: NaiveDate,
    /// What is missing of it and of those before it, minor units.
    pub missing_minor: i64,
    /// The invoice's share of that, the oldest due first, minor units.
    pub share_minor: i64,
    /// What the plan leaves for later, minor units.
    pub remains_minor: i64,
}

impl Plan {
    /// Whether it covers a case.
    pub fn covers(&self, case: &Case) -> bool {
        case.currency == self.currency && self.cases.contains(&case.id)
    }

    /// What is missing of the instalments up to a place (from 0), where so much is open of all.
    pub fn missing_minor(&self, place: usize, open_minor: i64) -> i64 {
        let later = self.instalments.iter().skip(place + 1).map(|instalment| instalment.amount_minor);
        open_minor.saturating_sub(later.fold(0, i64::saturating_add)).max(0)
    }

    /// The place (from 0) of the first instalment of which something is missing.
    pub fn next_place(&self, open_minor: i64) -> Option<usize> {
        (0..self.instalments.len()).find(|place| self.missing_minor(*place, open_minor) > 0)
    }

    /// What all instalments come to, minor units.
    pub fn sum_minor(&self) -> i64 {
        self.instalments.iter().map(|instalment| instalment.amount_minor).fold(0, i64::saturating_add)
    }

    /// Takes so much off the last instalments; the first one stays, be it for nothing.
    pub fn shrink(&mut self, mut by_minor: i64) {
        while by_minor > 0
            && let Some(last) = self.instalments.last_mut()
        {
            let less = last.amount_minor.min(by_minor);
            last.amount_minor -= less;
            by_minor -= less;
            if last.amount_minor > 0 || self.instalments.len() == 1 {
                break;
            }
            self.instalments.pop();
        }
    }

    /// The last day on which an instalment may come: its day, off days off, and its grace.
    pub fn waits_until(settings: &Settings, on: NaiveDate) -> NaiveDate {
        let grace = i32::try_from(settings.policy.plans.grace_days).unwrap_or(i32::MAX);
        settings.calendar().add_working_days(settings.payable_until(on), grace)
    }
}

impl Profile {
    /// The plan that covers a case.
    pub fn plan_of(&self, case: &Case) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.covers(case))
    }
}

/// What is open of the invoices of a plan, the oldest due first, minor units after netting.
pub fn open_of<'a>(account: &'a Account, plan: &Plan) -> Vec<(&'a Case, i64)> {
    let open = net_open(account).into_iter();
    open.filter(|(case, _)| case.remindable && plan.covers(case)).collect()
}

/// What is open of a plan, minor units after netting.
pub fn open_minor(account: &Account, plan: &Plan) -> i64 {
    open_of(account, plan).iter().map(|(_, net_minor)| *net_minor).fold(0, i64::saturating_add)
}

/// What is to be paid next by the plan of a case; `None` where it has none.
pub fn part(account: &Account, case: &Case) -> Option<Part> {
    let plan = account.profile.plan_of(case)?;
    let open = open_of(account, plan);
    let open_minor = open.iter().map(|(_, net_minor)| *net_minor).fold(0, i64::saturating_add);
    let place = plan.next_place(open_minor)?;
    let missing_minor = plan.missing_minor(place, open_minor);
    let older = open.iter().take_while(|(other, _)| other.id != case.id);
    let before = older.map(|(_, net_minor)| *net_minor).fold(0, i64::saturating_add);
    let own = open.iter().find(|(other, _)| other.id == case.id).map_or(0, |(_, net_minor)| *net_minor);
    let instalment = plan.instalments[place];
    Some(Part {
        number: instalment.number,
        place: place + 1,
        of: plan.instalments.len(),
        on: instalment.on,
        missing_minor,
        share_minor: missing_minor.saturating_sub(before).clamp(0, own),
        remains_minor: open_minor - missing_minor,
    })
}

/// Whether a step is one of a plan.
pub fn is_plan_step(step: &str) -> bool {
    step.contains('/')
}

/// Whether a step may be said of a case whose next part by its plan is `part`. What a plan said is untrue
/// without it, and a ladder's step asks for more than a plan does.
pub fn is_true(part: Option<&Part>, step: &str) -> bool {
    part.map_or(!is_plan_step(step), |part| part.has(step))
}

/// The invoices that a step of a case speaks of: of a plan's step all that the plan covers, else the case
/// alone.
pub fn together(account: &Account, id: &CaseId, step: &str) -> Vec<CaseId> {
    let plan = account.case(id).filter(|_| is_plan_step(step)).and_then(|case| account.profile.plan_of(case));
    let covered = plan.into_iter().flat_map(|plan| account.cases.iter().filter(|case| plan.covers(case)));
    let mut all: Vec<CaseId> = covered.map(|case| case.id.clone()).collect();
    if all.is_empty() {
        all.push(id.clone());
    }
    all
}

/// The ladder that knows a step of a case: its own, or for a plan's step that of the policy in force.
pub fn ladder_of<'p>(climber: Climber<'_>, step: &str, settings: &'p Settings) -> Ladder<'p> {
    if is_plan_step(step) { settings.policy.ladder_of(climber.segment) } else { settings.ladder(climber) }
}

/// The policy's step of which a plan's step is made; any other is its own.
pub fn policy_step(step: &str) -> &str {
    step.split_once('/').map_or(step, |(_, own)| own)
}

impl Part {
    /// The name of a step for this instalment.
    pub fn step(&self, rung: &str) -> String {
        format!("plan-{}/{rung}", self.number)
    }

    /// Whether a step is one for this instalment.
    pub fn has(&self, step: &str) -> bool {
        step.split_once('/').and_then(|(plan, _)| plan.strip_prefix("plan-")) == Some(self.number.to_string().as_str())
    }

    /// The dates from which its steps are counted.
    pub fn dates(&self, settings: &Settings) -> Dates {
        let due = settings.payable_until(self.on);
        Dates { issued: due, due }
    }
}
