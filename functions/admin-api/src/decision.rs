//! Decisions as the API shows them: what was decided, the facts that it rests on, and the same for a person.

mod because;
mod facts;
mod say;
mod step;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Serialize;
use upominek::domain::decide::{self, SkipReason};
use upominek::domain::stops::Stop;
use utoipa::ToSchema;

use crate::dto::{HoldScope, Text};
pub use because::because;
pub use facts::Facts;
pub use say::{day_en, day_pl};

/// Whether a case takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DecisionKind)]
pub enum Kind {
    /// It takes a step by a reminder.
    Step,
    /// It hears nothing, for a reason.
    Skip,
}

/// What was decided for an invoice on a day, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// `step` or `skip`.
    pub decision: Kind,
    /// Why it hears nothing: `not_remindable`, `on_hold`, `disputed`, `promised`, `time_barred`, `legal_stop`,
    /// `payment_pending`, `in_plan`,
    /// `covered_by_credit`, `not_yet`, `reopened_today`, `extended`, `too_soon`, `cap_reached`,
    /// `too_small`, `day_off`,
    /// `window_closed`, `day_is_taken`, `instalments_asked`, `unreachable`, `not_on_allow_list`, `ladder_finished`, `skipped`, `channel_gone`,
    /// `not_approved`, `run_cap_reached`, `first_run_guarded`, `too_old`. `null` for a step.
    #[schema(example = "not_yet")]
    pub reason: Option<String>,
    /// The same for a person, with the figures that it rests on.
    pub text: Text,
    /// What it rests on. It was written down with the decision; an earlier version kept less.
    pub facts: Facts,
    /// The step that it takes.
    pub step: Option<String>,
    /// The reminder that carries the step.
    pub reminder: Option<String>,
    /// `on_hold`: what is held.
    pub held: Option<HoldScope>,
    /// `on_hold`: the last day of it; `null` until it is released.
    pub held_until: Option<NaiveDate>,
    /// `too_soon`: the last day on which something was said.
    pub said_on: Option<NaiveDate>,
    /// The step that was to come next.
    pub next_step: Option<String>,
    /// The day from which it might go.
    pub next_on: Option<NaiveDate>,
}

impl From<&decide::Decision> for Decision {
    fn from(decision: &decide::Decision) -> Self {
        match decision {
            decide::Decision::Step { step, reminder, facts } => Self {
                decision: Kind::Step,
                reason: None,
                text: step::taken(step, reminder, facts.as_deref()),
                facts: Facts::of_step(reminder, facts.as_deref()),
                step: Some(step.clone()),
                reminder: Some(reminder.to_string()),
                held: None,
                held_until: None,
                said_on: None,
                next_step: None,
                next_on: None,
            },
            decide::Decision::Skip { reason, next_step, next_on } => {
                let (held, held_until, said_on) = said_and_held(reason);
                Self {
                    decision: Kind::Skip,
                    reason: Some(reason.name()),
                    text: with_next(because(reason), next_step.as_deref(), *next_on),
                    facts: Facts::of_skip(reason),
                    step: None,
                    reminder: None,
                    held,
                    held_until,
                    said_on,
                    next_step: next_step.clone(),
                    next_on: *next_on,
                }
            }
        }
    }
}

fn said_and_held(reason: &SkipReason) -> (Option<HoldScope>, Option<NaiveDate>, Option<NaiveDate>) {
    match reason {
        SkipReason::Stopped(Stop::Held { scope, until }) => (Some((*scope).into()), *until, None),
        SkipReason::TooSoon { last_on } => (None, None, Some(*last_on)),
        _ => (None, None, None),
    }
}

fn with_next(text: Text, step: Option<&str>, on: Option<NaiveDate>) -> Text {
    match (step, on) {
        (Some(step), Some(day)) => Text::new(
            format!("{} Następny krok: „{step}”, najwcześniej {}.", text.pl, day_pl(day)),
            format!("{} Next step: “{step}”, on {} at the earliest.", text.en, day_en(day)),
        ),
        _ => text,
    }
}
