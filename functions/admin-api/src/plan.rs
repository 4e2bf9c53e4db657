//! Instalment plans: agreed and withdrawn by the team.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::account::{Account, Case};
use upominek::domain::handle::{Command, NewPlan as CoreNew, PlanProblem};
use upominek::domain::ids::CaseId;
use upominek::domain::money::Currency;
use upominek::domain::{plan, stops};
use upominek::fields::FieldError;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::done;
use crate::debtors::account;
use crate::dto::{Amount, Party};
use crate::extract::{Json as Body, Params};
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::state::State;

/// An instalment to agree.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInstalment {
    /// Its day: after the one before, the first from today on, the last within the policy's `plans.most_days`.
    pub on: NaiveDate,
    /// How much, a decimal string.
    #[schema(example = "100.00")]
    pub amount: String,
}

/// A plan to agree.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// The invoices that it covers (`source:id`), of one currency, at most 50; all that are open if not said.
    #[serde(default)]
    pub cases: Vec<String>,
    /// 2 to 60 instalments by day. They add up to what is open of the invoices.
    pub instalments: Vec<NewInstalment>,
    /// What was agreed beside, for other people: 1 to 500 characters.
    pub note: String,
}

/// An instalment of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Instalment {
    /// Its number among all of this debtor's; the steps `plan-<number>/…` are its own.
    pub number: u32,
    /// Its day.
    pub on: NaiveDate,
    /// How much.
    pub amount: Amount,
    /// What is missing of it; `null` in a time line.
    pub missing: Option<Amount>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Plan {
    /// Its currency.
    pub currency: String,
    /// The invoices that it covers.
    pub cases: Vec<String>,
    /// When it was agreed.
    pub made_on: NaiveDate,
    /// Who wrote it down.
    pub by: Party,
    /// What was agreed beside.
    pub note: String,
    /// Its instalments.
    pub instalments: Vec<Instalment>,
}

impl From<&plan::Plan> for Plan {
    fn from(plan: &plan::Plan) -> Self {
        let instalment = |instalment: &plan::Instalment| Instalment {
            number: instalment.number,
            on: instalment.on,
            amount: Amount::new(instalment.amount_minor, plan.currency),
            missing: None,
        };
        Self {
            currency: plan.currency.to_string(),
            cases: plan.cases.iter().map(ToString::to_string).collect(),
            made_on: plan.made_on,
            by: plan.by.into(),
            note: plan.note.clone(),
            instalments: plan.instalments.iter().map(instalment).collect(),
        }
    }
}

impl Plan {
    /// A plan in force, with what is missing of each instalment.
    pub fn in_force(account: &Account, plan: &plan::Plan) -> Self {
        let open_minor = plan::open_minor(account, plan);
        let mut shown = Self::from(plan);
        let mut before = 0;
        for (place, instalment) in shown.instalments.iter_mut().enumerate() {
            let up_to_it = plan.missing_minor(place, open_minor);
            instalment.missing = Some(Amount::new(up_to_it - before, plan.currency));
            before = up_to_it;
        }
        shown
    }
}

/// What is to be paid next by the plan of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DueByPlan {
    /// Which instalment, from 1.
    pub instalment: usize,
    /// Of how many.
    pub of: usize,
    /// Its day.
    pub on: NaiveDate,
    /// What is missing of it.
    pub missing: Amount,
    /// This invoice's share of that.
    pub share: Amount,
    /// What the plan leaves for later.
    pub remains: Amount,
}

impl DueByPlan {
    /// For an open invoice; `None` where no plan covers it.
    pub fn of(account: &Account, case: &Case) -> Option<Self> {
        let part = plan::part(account, case)?;
        let amount = |minor| Amount::new(minor, case.currency);
        Some(Self {
            instalment: part.place,
            of: part.of,
            on: part.on,
            missing: amount(part.missing_minor),
            share: amount(part.share_minor),
            remains: amount(part.remains_minor),
        })
    }
}

/// Which plan ends, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Withdrawn {
    /// Only the plan in this currency; else every one.
    pub currency: Option<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Agrees on instalments, in place of a plan in the same currency: each is reminded before and on its day, and a missed
/// one breaks the plan. Again the same changes nothing.
#[utoipa::path(post, path = "/debtors/{debtor}/plan", tag = "stops", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewPlan, responses((status = 204, description = "It is in force")))]
pub async fn make_plan(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewPlan>,
) -> Result<StatusCode, Problem> {
    let account = account(&caller, &debtor).await?;
    let mut errors = Vec::new();
    let mut cases: Vec<CaseId> = Vec::new();
    for (place, text) in new.cases.into_iter().enumerate() {
        match case_id(&format!("cases[{place}]"), text) {
            Ok(case) => cases.push(case),
            Err(problem) => errors.extend(problem.errors),
        }
    }
    if !(1..=500).contains(&new.note.trim().chars().count()) {
        errors.push(FieldError::new("note", "is empty or too long", "1 to 500 characters"));
    }
    let named = cases.iter().find_map(|id| account.case(id));
    let currency = named.or(account.open_cases().first().copied()).map_or(Currency::PLN, |case| case.currency);
    let mut instalments = Vec::new();
    for (place, instalment) in new.instalments.iter().enumerate() {
        match currency.minor(&instalment.amount) {
            Ok(amount_minor) => instalments.push((instalment.on, amount_minor)),
            Err(error) => errors.push(FieldError::new(format!("instalments[{place}].amount"), "is no amount", error.to_string())),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let plan = CoreNew { by: stops::Party::Team, cases, instalments, note: new.note.trim().to_owned() };
    done(&caller, &state, &debtor, None, &Command::MakePlan(plan)).await
}

/// Takes a plan back: reminders go on where each invoice stood. Where there is none, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/plan", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), Withdrawn), responses((status = 204, description = "There is no plan any more")))]
pub async fn withdraw_plan(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(withdrawn): Params<Withdrawn>,
) -> Result<StatusCode, Problem> {
    let reason = withdrawn.reason.trim().to_owned();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "is empty or too long", "1 to 500 characters"));
    }
    let currency = withdrawn.currency.as_deref().map(Currency::parse).transpose();
    let currency = currency.map_err(|_| Problem::field("currency", "is no currency", "an ISO 4217 code, such as PLN"))?;
    done(&caller, &state, &debtor, None, &Command::WithdrawPlan(currency, reason)).await
}

/// What is wrong with a plan, by field.
pub fn problem_of(problems: &[PlanProblem]) -> Problem {
    let field = |problem: &PlanProblem| match problem {
        PlanProblem::Case(id) => {
            FieldError::new("cases", format!("{id} is no open invoice of this debtor"), "open invoices that may be reminded")
        }
        PlanProblem::Cases => {
            FieldError::new("cases", "are none, too many, or of several currencies", "1 to 50 open invoices of one currency")
        }
        PlanProblem::Count => FieldError::new("instalments", "are too few or too many", "2 to 60 instalments"),
        PlanProblem::Day { place, first, last } => {
            FieldError::new(format!("instalments[{place}].on"), "is out of order or out of reach", format!("{first} to {last}"))
        }
        PlanProblem::Amount { place } => FieldError::new(format!("instalments[{place}].amount"), "is not more than 0", "an amount above 0"),
        PlanProblem::Sum { open_minor, sum_minor, currency } => {
            let by = currency.decimal(open_minor.saturating_sub(*sum_minor).saturating_abs());
            let how = if sum_minor < open_minor { "too little" } else { "too much" };
            let open = currency.decimal(*open_minor);
            FieldError::new("instalments", format!("come to {by} {currency} {how}"), format!("{open} {currency} in all, what is open"))
        }
    };
    Problem::fields(problems.iter().map(field).collect())
}
