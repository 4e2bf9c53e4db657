//! The ways of writing that a debtor refuses, and its request for instalments: what the team does with
//! them.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::debtor_word::{InstalmentRequest as CoreRequest, Refusal as CoreRefusal};
use upominek::domain::handle::Command;
use upominek::domain::policy::Channel;
use upominek::domain::stops;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::done;
use crate::dto::Party;
use crate::extract::Params;
use crate::problem::Problem;
use crate::reason::reason;
use crate::state::State;

/// A way of writing that the debtor refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Refusal {
    /// `email` or `sms`.
    pub channel: &'static str,
    /// Since when.
    pub since: NaiveDate,
    /// Who said so, or wrote it down.
    pub by: Party,
}

impl From<&CoreRefusal> for Refusal {
    fn from(refusal: &CoreRefusal) -> Self {
        Self { channel: refusal.channel.name(), since: refusal.since, by: refusal.by.into() }
    }
}

/// A request for instalments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InstalmentRequest {
    /// When it came.
    pub on: NaiveDate,
    /// The last day of silence for it; before `on` where it is answered.
    pub until: NaiveDate,
    /// How many parts.
    pub parts: u8,
    /// What the debtor wrote.
    pub note: String,
}

impl From<&CoreRequest> for InstalmentRequest {
    fn from(request: &CoreRequest) -> Self {
        Self { on: request.on, until: request.until, parts: request.parts, note: request.note.clone() }
    }
}

/// Why a person does it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Because {
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Writes down that the debtor wants no e-mail, or no SMS: messages go the other way. Again changes nothing.
#[utoipa::path(put, path = "/debtors/{debtor}/refusals/{channel}", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), ("channel" = String, Path, description = "`email` or `sms`"), Because),
    responses((status = 204, description = "Nothing goes this way any more")))]
pub async fn refuse(
    caller: Caller,
    Connections(state): Connections<State>,
    Path((debtor, channel)): Path<(String, String)>,
    Params(because): Params<Because>,
) -> Result<StatusCode, Problem> {
    let reason = Some(reason(&because.reason)?);
    let command = Command::RefuseChannel { channel: channel_of(&channel)?, by: stops::Party::Team, reason };
    done(&caller, &state, &debtor, None, &command).await
}

/// The debtor may be written to this way again. Where nothing was refused, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/refusals/{channel}", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), ("channel" = String, Path, description = "`email` or `sms`"), Because),
    responses((status = 204, description = "Messages may go this way")))]
pub async fn allow(
    caller: Caller,
    Connections(state): Connections<State>,
    Path((debtor, channel)): Path<(String, String)>,
    Params(because): Params<Because>,
) -> Result<StatusCode, Problem> {
    let command = Command::AllowChannel { channel: channel_of(&channel)?, reason: reason(&because.reason)? };
    done(&caller, &state, &debtor, None, &command).await
}

/// The request for instalments is answered: its silence ends. A plan that is agreed answers it by itself.
#[utoipa::path(delete, path = "/debtors/{debtor}/instalment-request", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), Because), responses((status = 204, description = "It is answered")))]
pub async fn answer_request(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(because): Params<Because>,
) -> Result<StatusCode, Problem> {
    done(&caller, &state, &debtor, None, &Command::AnswerInstalments { reason: reason(&because.reason)? }).await
}

fn channel_of(name: &str) -> Result<Channel, Problem> {
    match name {
        "email" => Ok(Channel::Email),
        "sms" => Ok(Channel::Sms),
        _ => Err(Problem::field("channel", "cannot be refused", "email or sms")),
    }
}
