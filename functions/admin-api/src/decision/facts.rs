//! The facts of a decision, for machines: what does not apply is left out, and so is all that a decision of
//! an earlier version did not keep.

use chrono::NaiveDate;
use serde::Serialize;
use upominek::domain::calendar::OffDay;
use upominek::domain::decide::SkipReason;
use upominek::domain::grounds::{Covered, DueKind, Lack, Lacking as CoreLacking, Small, StepFacts, Way as CoreWay};
use upominek::domain::policy::Start;
use upominek::domain::reminder::ReminderId;
use upominek::domain::stops::Stop;
use utoipa::ToSchema;

use crate::dto::{Amount, Channel, LegalKind};

/// Why a step goes by its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It is the first of the step's own.
    First,
    /// Those of the step's own before it cannot be used: `lacks` says why.
    Fallback,
    /// A person chose it for the day.
    Chosen,
    /// It goes together with a stricter step of another invoice.
    Joined,
}

/// A channel that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Lacking {
    /// Which.
    pub channel: Channel,
    /// Why.
    pub lack: Lack,
}

/// What a decision rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DecisionFacts)]
pub struct Facts {
    /// The day to pay by that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Which that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<DueKind>,
    /// From where the step is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Start>,
    /// The day from which it is counted; a due date on a day off is shifted first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_from: Option<NaiveDate>,
    /// The working day for which the step is planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_on: Option<NaiveDate>,
    /// What the step asks for of the invoice: what was open after credit, or its share of the instalment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Amount>,
    /// The segment by which the invoice is planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// The version of the policy whose ladder it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_version: Option<u32>,
    /// The channel: of the step; `window_closed`, `day_is_taken`, `channel_gone` and `not_on_allow_list`: the one
    /// that cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Why the step goes by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
    /// What other channels lack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Lacking>,
    /// The team sent the step without waiting for its day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_now: Option<bool>,
    /// `covered_by_credit`: what is open of the invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<Amount>,
    /// `covered_by_credit`: money and credit notes that belong to no invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<Amount>,
    /// `too_small`: what the message would ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum: Option<Amount>,
    /// `too_small`: the least sum worth one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<Amount>,
    /// `cap_reached` and `run_cap_reached`: how many messages there were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<u32>,
    /// `day_off`: why it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off: Option<OffDay>,
    /// `window_closed`: local time from which nothing goes any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "17:00")]
    pub closed_at: Option<String>,
    /// `window_closed`: the zone of that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Warsaw")]
    pub zone: Option<String>,
    /// `ladder_finished`: the last step, if any was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_step: Option<String>,
    /// `ladder_finished`: when it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_step_on: Option<NaiveDate>,
    /// Since when a stop stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The last day of a stop, or of an extended due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// The day promised, or that of the instalment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_on: Option<NaiveDate>,
    /// `legal_stop`: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal: Option<LegalKind>,
    /// `first_run_guarded`: how many days overdue it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue_days: Option<i64>,
    /// `too_old`: what was due before this day is not reminded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older_than: Option<NaiveDate>,
}

fn shown(all: &[CoreLacking]) -> Vec<Lacking> {
    all.iter().map(|one| Lacking { channel: one.channel.into(), lack: one.lack }).collect()
}

impl Facts {
    /// Those of a step.
    pub fn of_step(reminder: &ReminderId, facts: Option<&StepFacts>) -> Self {
        let channel = Some(reminder.channel.into());
        let Some(facts) = facts else { return Self { channel, ..Self::default() } };
        let (way, lacks) = match &facts.way {
            CoreWay::First => (Way::First, Vec::new()),
            CoreWay::Fallback(lacks) => (Way::Fallback, shown(lacks)),
            CoreWay::Chosen => (Way::Chosen, Vec::new()),
            CoreWay::Joined => (Way::Joined, Vec::new()),
        };
        Self {
            due_on: Some(facts.due_on),
            due: Some(facts.due),
            anchor: Some(facts.anchor),
            counted_from: Some(facts.counted_from),
            planned_on: Some(facts.planned_on),
            asked: Some(Amount::new(facts.net_minor, reminder.currency)),
            segment: facts.segment.clone(),
            policy_version: Some(facts.policy_version),
            channel,
            way: Some(way),
            lacks,
            sent_now: Some(facts.sent_now),
            ..Self::default()
        }
    }

    /// Those of a reason for silence.
    pub fn of_skip(reason: &SkipReason) -> Self {
        let none = Self::default;
        match reason {
            SkipReason::NotRemindable | SkipReason::ReopenedToday | SkipReason::NotApproved | SkipReason::Skipped { .. } => none(),
            // What was said last stands beside.
            SkipReason::TooSoon { .. } => none(),
            SkipReason::CoveredByCredit { sums } => {
                let amount = |minor: fn(&Covered) -> i64| sums.as_ref().map(|sums| Amount::new(minor(sums), sums.currency));
                Self { open: amount(|sums| sums.open_minor), credit: amount(|sums| sums.credit_minor), ..none() }
            }
            SkipReason::TooSmall { least_minor, small } => {
                let amounts =
                    small.map(|Small { sum_minor, currency }| (Amount::new(sum_minor, currency), Amount::new(*least_minor, currency)));
                let (sum, least) = amounts.unzip();
                Self { sum, least, ..none() }
            }
            SkipReason::NotYet { planned_on } => Self { planned_on: *planned_on, ..none() },
            SkipReason::Extended { until } => Self { until: Some(*until), ..none() },
            SkipReason::InPlan { pay_on } => Self { pay_on: Some(*pay_on), ..none() },
            SkipReason::InstalmentFirst { pay_on, until } => Self { pay_on: Some(*pay_on), until: Some(*until), ..none() },
            SkipReason::CapReached { messages } => Self { messages: Some(*messages), ..none() },
            SkipReason::RunCapReached { messages } => Self { messages: *messages, ..none() },
            SkipReason::DayOff { off } => Self { off: *off, ..none() },
            SkipReason::WindowClosed { closing } => Self {
                channel: closing.map(|closing| closing.channel.into()),
                closed_at: closing.map(|closing| closing.until.format("%H:%M").to_string()),
                zone: closing.map(|closing| closing.zone.to_string()),
                ..none()
            },
            SkipReason::DayIsTaken { channel } => Self { channel: Some((*channel).into()), ..none() },
            SkipReason::NotOnAllowList { channel } => Self { channel: channel.map(Into::into), ..none() },
            SkipReason::Unreachable { lacks } => Self { lacks: shown(lacks), ..none() },
            SkipReason::ChannelGone { channel, lack } => {
                let lacks = lack.map(|lack| Lacking { channel: (*channel).into(), lack }).into_iter().collect();
                Self { channel: Some((*channel).into()), lacks, ..none() }
            }
            SkipReason::LadderFinished { last } => {
                let (last_step, last_step_on) = last.as_ref().map(|last| (last.step.clone(), last.on)).unzip();
                Self { last_step, last_step_on, ..none() }
            }
            SkipReason::Stopped(stop) => Self::of_stop(*stop),
        }
    }

    fn of_stop(stop: Stop) -> Self {
        let none = Self::default;
        match stop {
            Stop::Held { until, .. } => Self { until, ..none() },
            Stop::Disputed { since, .. } | Stop::TimeBarred { since } => Self { since: Some(since), ..none() },
            Stop::PaymentPending { since, until, .. } | Stop::InstalmentsAsked { since, until } => {
                Self { since: Some(since), until: Some(until), ..none() }
            }
            Stop::Promised { pay_on, until } => Self { pay_on: Some(pay_on), until: Some(until), ..none() },
            Stop::LegalStop { kind, since, until } => Self { legal: Some(kind.into()), since: Some(since), until, ..none() },
            Stop::FirstRunGuarded { overdue_days } => Self { overdue_days: Some(overdue_days), ..none() },
            Stop::TooOld { older_than } => Self { older_than: Some(older_than), ..none() },
        }
    }
}
