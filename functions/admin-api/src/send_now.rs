//! A step that a person sends now.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use serde::Deserialize;
use upominek::domain::handle::Command;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::commands::done;
use crate::extract::Json as Body;
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::reason::reason;
use crate::state::State;

/// What is to be sent now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendNow {
    /// Only this invoice (`source:id`); else all past their day to pay, or, where none is, all that are
    /// open.
    pub case: Option<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Lets the next step go at the next open moment of today's send window, although its day or the gap has
/// not come. What already goes today is not sent twice.
#[utoipa::path(post, path = "/debtors/{debtor}/send-now", tag = "course", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = SendNow, responses((status = 204, description = "It goes today")))]
pub async fn send_now(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(what): Body<SendNow>,
) -> Result<StatusCode, Problem> {
    let case = what.case.map(|case| case_id("case", case)).transpose()?;
    let reason = reason(&what.reason)?;
    done(&caller, &state, &debtor, case.as_ref(), &Command::SendNow { case: case.clone(), reason }).await
}
