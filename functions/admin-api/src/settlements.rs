//! Settlements without money: written off, discounted, set off; taken back; written-off invoices
//! opened again.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::handle::{Command, NewSettlement as Core};
use upominek::domain::money::Currency;
use upominek::domain::settlement;
use upominek::fields::FieldError;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::cause::shown;
use crate::commands::{done_to, minor_of};
use crate::dto::{Amount, SettlementKind, Settler, Text};
use crate::extract::{Json as Body, Params};
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::reason::reason;
use crate::state::State;

/// A settlement to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSettlement {
    /// The invoice (`source:id`).
    pub case: String,
    /// How: `write_off`, `discount` or `set_off`.
    pub kind: SettlementKind,
    /// How much of the invoice, a decimal string; all that is open if not said.
    #[schema(example = "100.00")]
    pub amount: Option<String>,
    /// The day from which it counts, from the issue until today; today if not said.
    pub on: Option<NaiveDate>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
    /// `set_off`: the debtor's claim or the document of it, 1 to 200 characters.
    pub reference: Option<String>,
}

/// What an invoice's settlement is about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Undone {
    /// The invoice (`source:id`).
    pub case: String,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// An invoice to open again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopening {
    /// The invoice (`source:id`).
    pub case: String,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// A part of an invoice that is settled without money. It gives way to what comes for the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Settlement {
    /// Its id, unique within the invoice.
    #[schema(example = "set_off-2026-11-23-4000")]
    pub settlement: String,
    /// How.
    pub kind: SettlementKind,
    /// How much.
    pub amount: Amount,
    /// The day from which it counts.
    pub on: NaiveDate,
    /// Why: as the team wrote it, or a rule's: `discount_earned`, `small_difference`.
    pub reason: String,
    /// A rule's reason for a person.
    pub reason_text: Option<Text>,
    /// The debtor's claim or the document of it.
    pub reference: Option<String>,
    /// Who settled it.
    pub by: Settler,
    /// The source counts it by itself now: in what it says was paid, or by a credit note.
    pub told_by_source: bool,
}

impl Settlement {
    /// A settlement in the invoice's currency.
    pub fn new(made: &settlement::Settlement, currency: Currency) -> Self {
        let made = made.clone();
        let (reason, reason_text) = match made.by {
            settlement::Settler::Rule => shown(&made.reason),
            settlement::Settler::Team => (made.reason, None),
        };
        Self {
            settlement: made.id,
            kind: made.kind.into(),
            amount: Amount::new(made.amount_minor, currency),
            on: made.on,
            reason,
            reason_text,
            reference: made.reference,
            by: made.by.into(),
            told_by_source: made.told,
        }
    }
}

/// The discount that an invoice grants for early payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EarlyDiscount {
    /// The last day as the invoice states it.
    pub until: NaiveDate,
    /// How much less is then owed.
    pub amount: Amount,
}

/// Settles an invoice, or a part of it, without money. The very same again changes nothing.
#[utoipa::path(post, path = "/debtors/{debtor}/settlements", tag = "settlements",
    params(("debtor" = String, Path, description = "The debtor's id")), request_body = NewSettlement,
    responses((status = 204, description = "It is settled")))]
pub async fn settle(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewSettlement>,
) -> Result<StatusCode, Problem> {
    let mut errors = Vec::new();
    let case = case_id("case", new.case).map_err(|problem| errors.extend(problem.errors)).ok();
    let why = reason(&new.reason).map_err(|problem| errors.extend(problem.errors)).unwrap_or_default();
    let reference = new.reference.map(|text| text.trim().to_owned());
    if reference.as_ref().is_some_and(|text| !(1..=200).contains(&text.chars().count())) {
        errors.push(FieldError::new("reference", "is empty or too long", "1 to 200 characters"));
    }
    if new.kind == SettlementKind::SetOff && reference.is_none() {
        errors.push(FieldError::new("reference", "is missing", "the debtor's claim that is set off, or the document of it"));
    }
    let Some(case) = case.filter(|_| errors.is_empty()) else { return Err(Problem::fields(errors)) };
    let amount_minor = match &new.amount {
        Some(amount) => Some(minor_of(&caller, &debtor, &case, amount).await?),
        None => None,
    };
    let new = Core { kind: new.kind.into(), amount_minor, on: new.on, reason: why, reference };
    done_to(&caller, &state, &debtor, &case, &Command::Settle { case: case.clone(), new }).await
}

/// Takes a settlement back; what it settled is open again.
#[utoipa::path(delete, path = "/debtors/{debtor}/settlements/{settlement}", tag = "settlements",
    params(("debtor" = String, Path, description = "The debtor's id"), ("settlement" = String, Path, description = "The settlement's id"), Undone),
    responses((status = 204, description = "It is taken back")))]
pub async fn undo_settlement(
    caller: Caller,
    Connections(state): Connections<State>,
    Path((debtor, settlement)): Path<(String, String)>,
    Params(undone): Params<Undone>,
) -> Result<StatusCode, Problem> {
    let case = case_id("case", undone.case)?;
    let reason = reason(&undone.reason)?;
    done_to(&caller, &state, &debtor, &case, &Command::UndoSettlement { case: case.clone(), settlement, reason }).await
}

/// Opens a written-off invoice again, at the step where it stood; from the next day on it is asked for.
#[utoipa::path(post, path = "/debtors/{debtor}/reopen", tag = "settlements", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = Reopening, responses((status = 204, description = "It is open")))]
pub async fn reopen(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(what): Body<Reopening>,
) -> Result<StatusCode, Problem> {
    let case = case_id("case", what.case)?;
    let reason = reason(&what.reason)?;
    done_to(&caller, &state, &debtor, &case, &Command::Reopen { case: case.clone(), reason }).await
}
