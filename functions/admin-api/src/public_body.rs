//! Whether a debtor is a public body, as the team says.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use serde::Deserialize;
use upominek::domain::handle::Command;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::commands::done;
use crate::extract::Json as Body;
use crate::problem::Problem;
use crate::state::State;

/// What the team says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPublicBody {
    /// Whether it is one.
    pub public_body: bool,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Says that the debtor is a public body, or that it is none; until its source says otherwise.
#[utoipa::path(put, path = "/debtors/{debtor}/public-body", tag = "debtors", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewPublicBody, responses((status = 204, description = "It is known")))]
pub async fn set_public_body(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewPublicBody>,
) -> Result<StatusCode, Problem> {
    let reason = new.reason.trim().to_owned();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "is empty or too long", "1 to 500 characters"));
    }
    done(&caller, &state, &debtor, None, &Command::PublicBody { public_body: new.public_body, reason }).await
}
