//! Evaluations by hand, for real or dry, and what nights and evaluations did.
//!
//! They go through the same code as the night; a dry one only writes its report.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::{HeaderName, StatusCode, header};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::app::night::{NewRun, begin_run};
use upominek::domain::ids::base32;
use upominek::ports::outside::Chance;
use upominek::ports::store::{self, PlanLine as CoreLine, Purpose, Runs, Tally};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::debtors::Paging;
use crate::decision::Decision;
use crate::extract::{Json as Body, Params};
use crate::page::{Cursors, List};
use crate::problem::Problem;
use crate::state::State;

/// How far ahead a dry run may look.
const DRY_DAYS_AHEAD: u64 = 90;

/// An evaluation to begin.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvaluation {
    /// The business day; today if not said. For real it may not lie in the future. For a dry run up to 90 days
    /// ahead: the nights between are played in memory, as if nothing came in until then and what they
    /// decide were approved and sent.
    pub as_of: Option<NaiveDate>,
    /// Only show what would be decided.
    #[serde(default)]
    pub dry: bool,
}

/// An evaluation that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Begun {
    /// The run.
    #[schema(example = "dry-2026-11-23-mzxw6ytb")]
    pub run: String,
    /// Where to look at it.
    pub href: String,
    /// The business day.
    pub as_of: NaiveDate,
    /// Whether it only shows.
    pub dry: bool,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Shards are left.
    Running,
    /// Every shard is done.
    Complete,
}

/// A night, or an evaluation by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Run {
    /// Its id: `night-…`, `hand-…`, `dry-…`, `replan-…` or `preview-…`.
    pub run: String,
    /// Where to look at it.
    pub href: String,
    /// The business day.
    pub as_of: NaiveDate,
    /// Whether it only shows.
    pub dry: bool,
    /// How far it is.
    pub status: RunStatus,
    /// Shards it is cut into.
    pub shards: u16,
    /// Shards that are done.
    pub shards_done: usize,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

/// What a run did so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Accounts looked at.
    pub accounts: u64,
    /// Invoices that took a step.
    pub steps: u64,
    /// Reminders made.
    pub reminders: u64,
    /// Messages to debtors that were new with it; these count for `run_cap`.
    pub messages: u64,
    /// Invoices that heard nothing, by reason.
    pub skipped: std::collections::BTreeMap<String, u64>,
    /// Debtors that could not be evaluated; each is tried again on the next day.
    pub failed: Vec<String>,
}

/// What a dry run would decide for one invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanLine {
    /// The debtor.
    pub debtor: String,
    /// The invoice.
    pub case: String,
    /// Its number.
    pub number: String,
    /// The decision; for a preview what the new policy says.
    #[serde(flatten)]
    pub decision: Decision,
    /// For a preview: what the policy by which the invoice is planned says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Decision>,
    /// The segment by which it is planned; for a preview, by which it would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// For a preview: the segment by which it is planned until now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_before: Option<String>,
}

/// A run with what it did.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RunWithCounts {
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// What it did so far.
    pub counts: Counts,
    /// For a dry run: what would be decided, in pages; a page may be longer than `limit`.
    pub plan: Option<List<PlanLine>>,
}

impl Run {
    fn new(run: &store::Run, state: &State) -> Self {
        Self {
            href: state.href(&format!("/runs/{}", run.id)),
            run: run.id.clone(),
            as_of: run.as_of,
            dry: run.purpose.is_dry(),
            status: if run.is_complete() { RunStatus::Complete } else { RunStatus::Running },
            shards: run.shards,
            shards_done: run.done.len(),
            started_at: run.started_at,
        }
    }
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        let Tally { accounts, steps, reminders, messages, skipped, failed } = tally;
        Self { accounts, steps, reminders, messages, skipped, failed: failed.into_iter().map(String::from).collect() }
    }
}

impl From<CoreLine> for PlanLine {
    fn from(line: CoreLine) -> Self {
        let decision = Decision::from(&line.decision);
        Self {
            debtor: line.debtor.to_string(),
            case: line.case.to_string(),
            number: line.number,
            decision,
            before: line.before.as_ref().map(Decision::from),
            segment: line.segment,
            segment_before: line.segment_before,
        }
    }
}

/// Begins an evaluation of a day.
#[utoipa::path(post, path = "/evaluations", tag = "evaluations", request_body = NewEvaluation,
    responses((status = 202, body = Begun, headers(("Location" = String, description = "The run")))))]
pub async fn begin_evaluation(
    caller: Caller,
    Connections(state): Connections<State>,
    Body(new): Body<NewEvaluation>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Begun>), Problem> {
    let today = caller.today();
    let as_of = new.as_of.unwrap_or(today);
    let last = if new.dry { today + Days::new(DRY_DAYS_AHEAD) } else { today };
    if as_of > last {
        // For real it would keep the nights until then from deciding anything.
        return Err(Problem::field(
            "as_of",
            format!("{as_of} lies too far ahead"),
            format!("{last} at the latest; later only as a dry run"),
        ));
    }
    let kind = if new.dry { "dry" } else { "hand" };
    let chance = state.clock.ten_bytes()?;
    let id = format!("{kind}-{as_of}-{}", base32(&chance[..5]));
    let purpose = if new.dry { Purpose::Dry } else { Purpose::Night };
    let begun = NewRun { id: &id, as_of, purpose, policy: None };
    let run = begin_run(&caller.store, &state.queues, &caller.settings, begun, caller.now).await?;
    let href = state.href(&format!("/runs/{}", run.id));
    let begun = Begun { run: run.id, href: href.clone(), as_of, dry: new.dry };
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, href)], Json(begun)))
}

/// Nights and evaluations by hand, the newest day first.
#[utoipa::path(get, path = "/runs", tag = "evaluations", params(Paging), responses((status = 200, body = List<Run>)))]
pub async fn list_runs(
    caller: Caller,
    Connections(state): Connections<State>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<Run>>, Problem> {
    let cursors = Cursors::of(caller.store.creditor(), "runs");
    let after = cursors.read(paging.after.as_deref())?;
    let page = caller.store.runs(after.as_deref(), paging.limit.unwrap_or_default().rows()).await?;
    Ok(Json(List { data: page.rows.iter().map(|run| Run::new(run, &state)).collect(), next: cursors.write(page.next) }))
}

/// A run with its counts and, for a dry run, a page of its plan.
#[utoipa::path(get, path = "/runs/{run}", tag = "evaluations", params(("run" = String, Path, description = "The run's id"), Paging),
    responses((status = 200, body = RunWithCounts)))]
pub async fn get_run(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(id): Path<String>,
    Params(paging): Params<Paging>,
) -> Result<Json<RunWithCounts>, Problem> {
    let run = caller.store.run(&id).await?.ok_or_else(|| Problem::not_found("run"))?;
    let list = format!("plan {id}");
    let cursors = Cursors::of(caller.store.creditor(), &list);
    let after = cursors.read(paging.after.as_deref())?;
    let counts = caller.store.run_tally(&id).await?.into();
    let plan = if run.purpose.is_dry() {
        let page = caller.store.run_plan(&id, after.as_deref(), paging.limit.unwrap_or_default().count()).await?;
        Some(List { data: page.rows.into_iter().map(PlanLine::from).collect(), next: cursors.write(page.next) })
    } else {
        None
    };
    Ok(Json(RunWithCounts { run: Run::new(&run, &state), counts, plan }))
}
