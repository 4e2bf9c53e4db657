//! The hold on a whole creditor: set, released with a reason, and its history.

use axum::Json;
use axum::extract;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::domain::account;
use upominek::domain::creditor;
use upominek::domain::hold_history::{HoldChange as Core, Setter, Turn};
use utoipa::{IntoParams, ToSchema};

use super::take;
use crate::auth::Caller;
use crate::debtors::Paging;
use crate::dto::Hold;
use crate::extract::{Json as Body, Params};
use crate::page::{Cursors, List};
use crate::problem::Problem;
use crate::reason::reason;
use crate::state::State;

/// A hold to set on everything that the creditor says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditorHold {
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
    /// First day; today if not said.
    pub from: Option<NaiveDate>,
    /// Last day; without it the hold stays until it is released.
    pub until: Option<NaiveDate>,
}

/// Why a hold is released.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Why {
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// What became of the hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldTurn {
    /// It began.
    Held,
    /// Another one took the place of one that was not over.
    Changed,
    /// A person ended it.
    Released,
    /// It was taken off after its last day.
    RanOut,
}

/// Who changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldSetter {
    /// The creditor's own team, through the API.
    Team,
    /// Whoever runs this deployment.
    Operator,
}

/// A change of the hold on the whole creditor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldChange {
    /// When.
    pub at: DateTime<Utc>,
    /// The same as a day of the creditor.
    pub on: NaiveDate,
    /// What.
    pub what: HoldTurn,
    /// By whom.
    pub by: HoldSetter,
    /// Why, as a person wrote it; `null` where the operator of the deployment took it off.
    pub reason: Option<String>,
    /// The hold that began, or ended.
    pub hold: Option<Hold>,
    /// The one in whose place it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Hold>,
}

impl From<&Core> for HoldChange {
    fn from(change: &Core) -> Self {
        let by = match change.by {
            Setter::Team => HoldSetter::Team,
            Setter::Operator => HoldSetter::Operator,
        };
        let [before, after] = [&change.before, &change.after].map(|hold| hold.as_ref().map(Hold::by_person));
        let began = after.as_ref().map(|hold| hold.reason.clone());
        let (what, hold, before) = match change.turn() {
            Turn::Held => (HoldTurn::Held, after, None),
            Turn::Changed => (HoldTurn::Changed, after, before),
            Turn::Released => (HoldTurn::Released, before, None),
            Turn::RanOut => (HoldTurn::RanOut, before, None),
        };
        Self { at: change.at, on: change.on, what, by, reason: began.or_else(|| change.reason.clone()), hold, before }
    }
}

/// Holds everything that the creditor says, in place of a hold that is there. Again the same changes nothing.
#[utoipa::path(post, path = "/settings/hold", tag = "settings", request_body = CreditorHold, responses((status = 200, body = Hold)))]
pub async fn set_creditor_hold(
    caller: Caller,
    extract::State(state): extract::State<State>,
    Body(new): Body<CreditorHold>,
) -> Result<Json<Hold>, Problem> {
    let from = new.from.unwrap_or_else(|| caller.today());
    let late = new.until.filter(|until| *until < from);
    let late = late.map(|until| Problem::field("until", format!("{until} is before the first day"), format!("{from} or later")));
    let reason = match (reason(&new.reason), late) {
        (Ok(reason), None) => reason,
        (reason, late) => {
            let errors = [reason.err(), late].into_iter().flatten().flat_map(|problem| problem.errors);
            return Err(Problem::fields(errors.collect()));
        }
    };
    let hold = account::Hold { reason, from, until: new.until };
    let settings = creditor::Settings { hold: Some(hold.clone()), ..caller.settings.clone() };
    // The same request again plans anew what a stop in between left.
    take(&caller, &state, settings, None, true).await?;
    Ok(Json(Hold::by_person(&hold)))
}

/// Releases it; where there is none, nothing changes.
#[utoipa::path(delete, path = "/settings/hold", tag = "settings", params(Why),
    responses((status = 204, description = "The creditor is not on hold any more")))]
pub async fn release_creditor_hold(
    caller: Caller,
    extract::State(state): extract::State<State>,
    Params(why): Params<Why>,
) -> Result<StatusCode, Problem> {
    let reason = reason(&why.reason)?;
    let settings = creditor::Settings { hold: None, ..caller.settings.clone() };
    take(&caller, &state, settings, Some(&reason), true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What became of it, the newest first.
#[utoipa::path(get, path = "/settings/holds", tag = "settings", params(Paging), responses((status = 200, body = List<HoldChange>)))]
pub async fn list_creditor_holds(caller: Caller, Params(paging): Params<Paging>) -> Result<Json<List<HoldChange>>, Problem> {
    let cursors = Cursors::of(caller.store.creditor(), "holds");
    let after = cursors.read(paging.after.as_deref())?;
    let page = caller.store.hold_changes(after.as_deref(), paging.limit.unwrap_or_default().rows()).await?;
    Ok(Json(List { data: page.rows.iter().map(HoldChange::from).collect(), next: cursors.write(page.next) }))
}
