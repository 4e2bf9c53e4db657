//! Payments under way: "I have paid", written down by the team.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::handle::{Command, SaidPaid};
use upominek::domain::pending::{self, PendingSource};
use upominek::domain::stops;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::commands::done;
use crate::dto::{PaidBy, Party, PendingEnd};
use crate::extract::{Json as Body, Params};
use crate::holds::{What, named_and_reason};
use crate::problem::Problem;
use crate::state::State;

/// A payment that is said to have been made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPending {
    /// When: up to 30 days ago.
    pub paid_on: NaiveDate,
    /// How.
    pub way: PaidBy,
    /// Only this invoice (`source:id`); else all that is open.
    pub case: Option<String>,
    /// Why it is written down, for other people: 1 to 500 characters.
    pub reason: String,
}

/// A payment under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Pending {
    /// Since when we know.
    pub since: NaiveDate,
    /// Until when nothing is said for it.
    pub until: NaiveDate,
    /// Who says so; `null` for a payment provider.
    pub by: Option<Party>,
    /// Our reference of the checkout.
    pub checkout: Option<String>,
    /// When it was paid.
    pub paid_on: Option<NaiveDate>,
    /// How.
    pub way: Option<PaidBy>,
    /// How it ended; `null` while it is waited for.
    pub over: Option<PendingEnd>,
}

impl From<&pending::Pending> for Pending {
    fn from(pending: &pending::Pending) -> Self {
        let over = pending.over.map(Into::into);
        let bare = Self { since: pending.since, until: pending.until, by: None, checkout: None, paid_on: None, way: None, over };
        match &pending.source {
            PendingSource::Checkout { reference } => Self { checkout: Some(reference.clone()), ..bare },
            PendingSource::Said { by, paid_on, way } => {
                Self { by: Some((*by).into()), paid_on: Some(*paid_on), way: Some((*way).into()), ..bare }
            }
        }
    }
}

/// Writes down that a payment is said to be under way: nothing is said while it is waited for, `pending_days` of the
/// policy. It ends when money comes.
#[utoipa::path(post, path = "/debtors/{debtor}/payment-pending", tag = "stops", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewPending, responses((status = 204, description = "It is waited for")))]
pub async fn say_paid(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewPending>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = named_and_reason(new.case, &new.reason)?;
    let said = SaidPaid { by: stops::Party::Team, paid_on: new.paid_on, way: new.way.into(), reason: Some(reason) };
    done(&caller, &state, &debtor, case.as_ref(), &Command::SaidPaid(case.clone(), said)).await
}

/// No payment is under way: reminders go on. Where none was, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/payment-pending", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), What), responses((status = 204, description = "None is waited for any more")))]
pub async fn withdraw_pending(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(what): Params<What>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = what.read()?;
    done(&caller, &state, &debtor, case.as_ref(), &Command::WithdrawPending(case.clone(), reason)).await
}
