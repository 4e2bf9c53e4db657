//! What a decision rests on, kept with it: days, sums, the version of the policy, and why this channel.
//!
//! It is written down when the decision is made and never worked out again: what changed since would make
//! it untrue. A decision of an earlier version has none.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::account::{Account, Case};
use super::money::Currency;
use super::plan::Part;
use super::policy::{Channel, Start, Step};

/// Which day to pay by it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DueKind {
    /// The one that is printed on the invoice.
    Printed,
    /// A later one that the team gave.
    Extended,
    /// That of an instalment.
    Instalment,
}

/// Why a channel cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Lack {
    /// There is no address, number or postal address.
    Missing,
    /// Nothing is sent there any more: a bounce, a complaint, a refusal of the provider.
    Blocked,
    /// The debtor wants nothing this way any more.
    Refused,
    /// It turned out to be somebody else's.
    SomebodyElses,
    /// The words of this step could not be made for it.
    NoWords,
}

/// A channel that cannot be used, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// Which.
    pub channel: Channel,
    /// Why.
    pub lack: Lack,
}

/// Why a step goes by its channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It is the first of the step's own.
    First,
    /// Those of the step's own before it cannot be used.
    Fallback(Vec<Lacking>),
    /// A person chose it for the day.
    Chosen,
    /// The message that it goes with goes this way: its strictest line decides.
    Joined,
}

/// What a step that is taken rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFacts {
    /// The day to pay by.
    pub due_on: NaiveDate,
    /// Which that is.
    pub due: DueKind,
    /// From where the step is counted.
    pub anchor: Start,
    /// The day from which it is counted: for a due date the day after any shift off a day off.
    pub counted_from: NaiveDate,
    /// The working day for which it was planned.
    pub planned_on: NaiveDate,
    /// What is asked for of the invoice: what is open after netting, or its share of an instalment;
    /// minor units.
    pub net_minor: i64,
    /// The segment by which the invoice is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// The version of the policy whose ladder it is of.
    pub policy_version: u32,
    /// Why by this channel.
    pub way: Way,
    /// A person let it go, whatever its own day and the gap are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sent_now: bool,
}

/// Sums by which credit covers an invoice, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// What is open of the invoice.
    pub open_minor: i64,
    /// What the debtor has in money and credit notes that belong to no invoice.
    pub credit_minor: i64,
    /// Of both.
    pub currency: Currency,
}

/// A message too small to be sent, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Small {
    /// What all its lines together would ask for.
    pub sum_minor: i64,
    /// Of the sum.
    pub currency: Currency,
}

/// The hours of a day that are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// By which way it would have gone.
    pub channel: Channel,
    /// Local time from which nothing goes any more.
    pub until: NaiveTime,
    /// Where that time is.
    pub zone: chrono_tz::Tz,
}

/// The last step that a case took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastStep {
    /// Which.
    pub step: String,
    /// When.
    pub on: NaiveDate,
}

impl LastStep {
    /// That of a case, if it took any.
    pub fn of(case: &Case) -> Option<Self> {
        case.taken.iter().max_by_key(|taken| taken.on).map(|taken| Self { step: taken.step.clone(), on: taken.on })
    }
}

impl Covered {
    /// The sums of a case.
    pub fn of(account: &Account, case: &Case) -> Self {
        Self { open_minor: case.open_minor(), credit_minor: account.credit_minor(case.currency), currency: case.currency }
    }
}

/// The day to pay by that counts for a case, and which it is: of a plan's invoice that of its instalment.
pub fn due(case: &Case, part: Option<&Part>) -> (NaiveDate, DueKind) {
    let agreed = case.agreed_due_on();
    match part {
        Some(part) => (part.on, DueKind::Instalment),
        None if agreed > case.due_on => (agreed, DueKind::Extended),
        None => (case.due_on, DueKind::Printed),
    }
}

/// Why nothing can go by a channel; `None` where it can: a task for the team always does.
pub fn lack(account: &Account, channel: Channel) -> Option<Lack> {
    let profile = &account.profile;
    let shown = |channel| profile.contacts.shown(channel).map(|known| profile.is_somebody_elses(&known.address));
    match channel {
        Channel::Email | Channel::Sms if profile.refuses(channel) => Some(Lack::Refused),
        Channel::Email | Channel::Sms if profile.is_reached_by(channel) => None,
        Channel::Email | Channel::Sms => Some(match shown(channel) {
            None => Lack::Missing,
            Some(true) => Lack::SomebodyElses,
            Some(false) => Lack::Blocked,
        }),
        // Whether an SMS can be delivered says nothing about a call.
        Channel::Call => match shown(Channel::Sms) {
            None => Some(Lack::Missing),
            Some(elses) => elses.then_some(Lack::SomebodyElses),
        },
        Channel::Letter => profile.postal.is_none().then_some(Lack::Missing),
        Channel::Task => None,
    }
}

/// What the channels of a step lack that come before the one by which it goes; all of them where it goes by
/// none. One that could be used is passed over only where the words for it could not be made.
pub fn lacks(account: &Account, step: &Step, goes_by: Option<Channel>) -> Vec<Lacking> {
    let before = step.channels.iter().copied().take_while(|channel| Some(*channel) != goes_by);
    before.map(|channel| Lacking { channel, lack: lack(account, channel).unwrap_or(Lack::NoWords) }).collect()
}
