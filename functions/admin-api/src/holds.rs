//! Holds: a dated stop of everything said to a debtor, or about one invoice.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::account;
use upominek::domain::handle::Command;
use upominek::domain::ids::CaseId;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::done;
use crate::dto::Hold;
use crate::extract::{Json as Body, Params};
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::reason::reason;
use crate::state::State;

/// A hold to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
    /// First day; today if not said.
    pub from: Option<NaiveDate>,
    /// Last day; without it the hold stays until it is released.
    pub until: Option<NaiveDate>,
    /// Only this invoice (`source:id`); else everything said to the debtor.
    pub case: Option<String>,
}

/// What is to be released or taken back, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct What {
    /// Of this invoice (`source:id`) alone; else what the debtor has.
    pub case: Option<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

impl What {
    /// The invoice, if one is named, and the reason; or everything that is wrong with them.
    pub fn read(self) -> Result<(Option<CaseId>, String), Problem> {
        named_and_reason(self.case, &self.reason)
    }
}

/// An invoice that may be named, and a reason; or everything that is wrong with them.
pub fn named_and_reason(case: Option<String>, text: &str) -> Result<(Option<CaseId>, String), Problem> {
    match (case.map(|case| case_id("case", case)).transpose(), reason(text)) {
        (Ok(case), Ok(reason)) => Ok((case, reason)),
        (case, reason) => {
            let errors = [case.err(), reason.err()].into_iter().flatten().flat_map(|problem| problem.errors);
            Err(Problem::fields(errors.collect()))
        }
    }
}

/// A hold in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldSet {
    /// The debtor.
    pub debtor: String,
    /// The invoice, if only one is held.
    pub case: Option<String>,
    /// The hold.
    pub hold: Hold,
}

/// Sets a hold, in place of one that is there. Again the same changes nothing.
#[utoipa::path(post, path = "/debtors/{debtor}/hold", tag = "holds", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewHold, responses((status = 200, body = HoldSet)))]
pub async fn set_hold(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewHold>,
) -> Result<Json<HoldSet>, Problem> {
    let (case, reason) = named_and_reason(new.case, &new.reason)?;
    let from = new.from.unwrap_or_else(|| caller.today());
    if let Some(until) = new.until.filter(|until| *until < from) {
        return Err(Problem::field("until", format!("{until} is before the first day"), format!("{from} or later")));
    }
    let hold = account::Hold { reason, from, until: new.until };
    done(&caller, &state, &debtor, case.as_ref(), &Command::Hold(case.clone(), hold.clone())).await?;
    Ok(Json(HoldSet { debtor, case: case.map(|case| case.to_string()), hold: Hold::from(&hold) }))
}

/// Releases a hold; where there is none, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/hold", tag = "holds", params(("debtor" = String, Path, description = "The debtor's id"), What),
    responses((status = 204, description = "Nothing is on hold there any more")))]
pub async fn release_hold(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(what): Params<What>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = what.read()?;
    done(&caller, &state, &debtor, case.as_ref(), &Command::Release(case.clone(), reason)).await
}
