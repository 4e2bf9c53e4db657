//! The course of an invoice: a later day to pay by, steps that are passed over; given and taken back
//! by the team.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::course;
use upominek::domain::handle::Command;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::done;
use crate::extract::{Json as Body, Params};
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::reason::reason;
use crate::state::State;

/// A later day to pay by.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDueDate {
    /// The invoice (`source:id`).
    pub case: String,
    /// The day: later than the printed one, from today on, at most 365 days ahead.
    pub due_on: NaiveDate,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Which due date is taken back.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OldDueDate {
    /// The invoice (`source:id`).
    pub case: String,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// A step to pass over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepToSkip {
    /// The invoice (`source:id`).
    pub case: String,
    /// The step that comes next, as `next_step` of the invoice names it, or the one that waits to be sent
    /// today.
    #[schema(example = "due+7")]
    pub step: String,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Which step is to come after all.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StepToTake {
    /// The invoice (`source:id`).
    pub case: String,
    /// The step.
    pub step: String,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Another due date than the printed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Extension {
    /// The day.
    pub due_on: NaiveDate,
    /// When it was given.
    pub given_on: NaiveDate,
    /// Why.
    pub reason: String,
}

impl From<&course::Extension> for Extension {
    fn from(extension: &course::Extension) -> Self {
        Self { due_on: extension.due_on, given_on: extension.on, reason: extension.reason.clone() }
    }
}

/// A step that is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SkippedStep {
    /// The step.
    pub step: String,
    /// When a person said so.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
}

impl From<&course::SkippedStep> for SkippedStep {
    fn from(skipped: &course::SkippedStep) -> Self {
        Self { step: skipped.step.clone(), on: skipped.on, reason: skipped.reason.clone() }
    }
}

/// Gives an invoice a later day to pay by: the ladder counts from it, and what was said is not said again.
#[utoipa::path(post, path = "/debtors/{debtor}/due-date", tag = "course", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewDueDate, responses((status = 204, description = "It is due on that day, or on a later one that its source names")))]
pub async fn extend_due_date(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewDueDate>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = case_and_reason(new.case, &new.reason)?;
    let command = Command::ExtendDueDate { case: case.clone(), due_on: new.due_on, reason };
    done(&caller, &state, &debtor, Some(&case), &command).await
}

/// Takes that back; where the due date is the printed one, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/due-date", tag = "course",
    params(("debtor" = String, Path, description = "The debtor's id"), OldDueDate), responses((status = 204, description = "It is due as printed")))]
pub async fn restore_due_date(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(what): Params<OldDueDate>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = case_and_reason(what.case, &what.reason)?;
    done(&caller, &state, &debtor, Some(&case), &Command::RestoreDueDate { case: case.clone(), reason }).await
}

/// Passes over the next step of an invoice; the one after it is planned by its own anchor.
#[utoipa::path(post, path = "/debtors/{debtor}/skip-step", tag = "course", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = StepToSkip, responses((status = 204, description = "It does not come")))]
pub async fn skip_step(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(what): Body<StepToSkip>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = case_and_reason(what.case, &what.reason)?;
    let command = Command::SkipStep { case: case.clone(), step: what.step, reason };
    done(&caller, &state, &debtor, Some(&case), &command).await
}

/// Lets a step that was passed over come after all, while no later one was taken or passed over.
#[utoipa::path(delete, path = "/debtors/{debtor}/skip-step", tag = "course",
    params(("debtor" = String, Path, description = "The debtor's id"), StepToTake), responses((status = 204, description = "It comes")))]
pub async fn restore_step(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(what): Params<StepToTake>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = case_and_reason(what.case, &what.reason)?;
    let command = Command::RestoreStep { case: case.clone(), step: what.step, reason };
    done(&caller, &state, &debtor, Some(&case), &command).await
}

/// Both, or everything that is wrong with them.
pub fn case_and_reason(case: String, text: &str) -> Result<(upominek::domain::ids::CaseId, String), Problem> {
    match (case_id("case", case), reason(text)) {
        (Ok(case), Ok(reason)) => Ok((case, reason)),
        (case, reason) => {
            let errors = [case.err(), reason.err()].into_iter().flatten().flat_map(|problem| problem.errors);
            Err(Problem::fields(errors.collect()))
        }
    }
}
