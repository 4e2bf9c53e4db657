//! Events that are kept: unreadable, waiting for their invoice, or for a busy account. Bodies hold
//! personal data and are not shown.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use upominek::domain::fact::InvoiceRef;
use upominek::ports::outside::{Work, WorkQueue};
use upominek::ports::store::{Kept, KeptEvents};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::debtors::Paging;
use crate::dto::KeptBecause;
use crate::extract::Params;
use crate::page::{Cursors, List};
use crate::problem::Problem;
use crate::state::State;

/// An event that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Event {
    /// Its id.
    #[schema(example = "evt-mzxw6ytboi2tcmjv")]
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// Why it is kept.
    pub because: KeptBecause,
    /// What was wrong, or what it waits for.
    pub why: String,
    /// The invoice it waits for, by the source's id or by number.
    pub waits_for: Option<String>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When it is tried again by itself; `null` waits for a person.
    pub retry_at: Option<DateTime<Utc>>,
    /// How often it was tried.
    pub tries: u32,
}

/// A replay that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Replay {
    /// The event; it leaves the list once it is applied.
    pub event: String,
    /// Always `queued`.
    pub status: &'static str,
}

impl From<&Kept> for Event {
    fn from(kept: &Kept) -> Self {
        let waits_for = kept.waits_for.as_ref().map(|invoice| match invoice {
            InvoiceRef::Case(case) => case.to_string(),
            InvoiceRef::Alias(number) => number.clone(),
        });
        Self {
            id: kept.id.clone(),
            source: kept.source.to_string(),
            because: kept.because.into(),
            why: kept.why.clone(),
            waits_for,
            received_at: kept.received_at,
            retry_at: kept.retry_at,
            tries: kept.tries,
        }
    }
}

/// Kept events, the newest first.
#[utoipa::path(get, path = "/events", tag = "events", params(Paging), responses((status = 200, body = List<Event>)))]
pub async fn list_events(caller: Caller, Params(paging): Params<Paging>) -> Result<Json<List<Event>>, Problem> {
    let cursors = Cursors::of(caller.store.creditor(), "events");
    let after = cursors.read(paging.after.as_deref())?;
    let page = caller.store.kept_events(after.as_deref(), paging.limit.unwrap_or_default().rows()).await?;
    Ok(Json(List { data: page.rows.iter().map(Event::from).collect(), next: cursors.write(page.next) }))
}

/// Tries a kept event again.
#[utoipa::path(post, path = "/events/{id}/replay", tag = "events", params(("id" = String, Path, description = "The event's id")),
    responses((status = 202, body = Replay)))]
pub async fn replay_event(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Replay>), Problem> {
    let kept = caller.store.kept(&id).await?.ok_or_else(|| Problem::not_found("event"))?;
    let creditor = caller.settings.creditor.clone();
    state.queues.send(&[Work::Replay { creditor, id: kept.id.clone() }]).await?;
    Ok((StatusCode::ACCEPTED, Json(Replay { event: kept.id, status: "queued" })))
}
