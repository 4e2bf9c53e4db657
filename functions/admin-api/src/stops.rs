//! Promises to pay and disputes: given and taken back, opened and decided, by the team.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::handle::{Command, NewPromise as CorePromise};
use upominek::domain::money::Currency;
use upominek::domain::stops::{self, DisputeReason};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::{done, minor_of};
use crate::course::case_and_reason;
use crate::dto::{Amount, Party};
use crate::extract::{Json as Body, Params};
use crate::holds::{What, named_and_reason};
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::state::State;

/// A promise to write down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPromise {
    /// The day promised: today or later, within the policy's `promises.most_days`.
    pub pay_on: NaiveDate,
    /// Only this invoice (`source:id`); else all that is open.
    pub case: Option<String>,
    /// How much of that invoice, a decimal string; all that is open of it if not said.
    #[schema(example = "100.00")]
    pub amount: Option<String>,
    /// Why it is written down, for other people: 1 to 500 characters.
    pub reason: String,
}

/// A promise in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Promise {
    /// When it was given.
    pub made_on: NaiveDate,
    /// Who wrote it down.
    pub by: Party,
    /// The day promised.
    pub pay_on: NaiveDate,
    /// How much.
    pub amount: Amount,
}

impl Promise {
    /// A promise in the invoice's currency.
    pub fn new(promise: &stops::Promise, currency: Currency) -> Self {
        let amount = Amount::new(promise.amount_minor, currency);
        Self { made_on: promise.made_on, by: promise.by.into(), pay_on: promise.pay_on, amount }
    }
}

/// A dispute to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDispute {
    /// The invoice (`source:id`).
    pub case: String,
    /// What it is about.
    pub reason: Option<DisputeReason>,
    /// The same for other people: 1 to 1,000 characters.
    pub note: String,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Dispute {
    /// Since when.
    pub opened_on: NaiveDate,
    /// Who opened it.
    pub by: Party,
    /// What it is about; `null` where that was not chosen.
    pub reason: Option<DisputeReason>,
    /// The same in words.
    pub note: String,
    /// The debtor was right: it stays silent, and a credit note is awaited.
    pub upheld: bool,
}

impl From<&stops::Dispute> for Dispute {
    fn from(dispute: &stops::Dispute) -> Self {
        let stops::Dispute { opened_on, by, reason, note, upheld } = dispute.clone();
        Self { opened_on, by: by.into(), reason, note, upheld }
    }
}

/// How a dispute ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The invoice is owed; reminders go on.
    Resolved,
    /// The debtor was right; a credit note is awaited in silence.
    Upheld,
}

/// Which dispute is decided, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Decided {
    /// The invoice (`source:id`).
    pub case: String,
    /// `resolved`: it is owed, reminders go on. `upheld`: it stays silent, a credit note is awaited.
    #[param(inline)]
    pub outcome: Outcome,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Writes down a promise to pay: until its grace is over, nothing is said about the invoice.
#[utoipa::path(post, path = "/debtors/{debtor}/promise", tag = "stops", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewPromise, responses((status = 204, description = "It is in force, in place of an earlier one")))]
pub async fn give_promise(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewPromise>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = named_and_reason(new.case, &new.reason)?;
    let amount_minor = match (&case, &new.amount) {
        (_, None) => None,
        (None, Some(_)) => return Err(Problem::field("amount", "is of no one invoice", "case and amount, or neither")),
        (Some(case), Some(amount)) => Some(minor_of(&caller, &debtor, case, amount).await?),
    };
    let promise = CorePromise { by: stops::Party::Team, pay_on: new.pay_on, amount_minor, reason: Some(reason) };
    done(&caller, &state, &debtor, case.as_ref(), &Command::Promise(case.clone(), promise)).await
}

/// Takes a promise back; where there is none, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/promise", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), What), responses((status = 204, description = "Nothing is promised any more")))]
pub async fn withdraw_promise(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(what): Params<What>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = what.read()?;
    done(&caller, &state, &debtor, case.as_ref(), &Command::WithdrawPromise(case.clone(), reason)).await
}

/// Opens a dispute about an invoice: nothing is said about it until it is decided.
#[utoipa::path(post, path = "/debtors/{debtor}/dispute", tag = "stops", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewDispute, responses((status = 204, description = "It is open")))]
pub async fn open_dispute(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewDispute>,
) -> Result<StatusCode, Problem> {
    let case = case_id("case", new.case)?;
    let note = new.note.trim().to_owned();
    if !(1..=1_000).contains(&note.chars().count()) {
        return Err(Problem::field("note", "is empty or too long", "1 to 1,000 characters"));
    }
    let dispute = Command::Dispute { case: case.clone(), by: stops::Party::Team, reason: new.reason, note };
    done(&caller, &state, &debtor, Some(&case), &dispute).await
}

/// Decides a dispute; where there is none, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/dispute", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), Decided), responses((status = 204, description = "It is decided")))]
pub async fn decide_dispute(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(decided): Params<Decided>,
) -> Result<StatusCode, Problem> {
    let (case, reason) = case_and_reason(decided.case, &decided.reason)?;
    let upheld = decided.outcome == Outcome::Upheld;
    done(&caller, &state, &debtor, Some(&case), &Command::DecideDispute { case: case.clone(), upheld, reason }).await
}
