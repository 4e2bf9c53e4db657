//! The policy: read, looked at before it is taken, taken, and the ones that are shipped.
//!
//! It is sent as it is written, in YAML or JSON, and refused with every problem at once.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use upominek::app::night::{NewRun, begin_run};
use upominek::domain::creditor::Settings;
use upominek::domain::hold_history::{Change, Setter};
use upominek::domain::ids::base32;
use upominek::domain::policy::{self, Policy, Shipped};
use upominek::fields::FieldError;
use upominek::ports::outside::Chance;
use upominek::ports::store::Purpose;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::extract::{Params, Text};
use crate::page::List;
use crate::problem::Problem;
use crate::state::State;

/// What becomes of the open invoices when a policy is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpenCases {
    /// They go on by the new one, each where it stands.
    #[default]
    Replan,
    /// They keep the one by which they were planned.
    Keep,
}

/// How a policy is taken.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Taking {
    /// `replan` (the default): open invoices go on by the new policy. `keep`: only new ones follow it.
    #[serde(default)]
    #[param(inline)]
    open_cases: OpenCases,
}

/// A policy that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Taken {
    /// The policy in force, with its version.
    pub policy: Policy,
    /// The run that plans the open invoices anew; `null` where they keep theirs.
    #[schema(example = "replan-2026-11-23-mzxw6ytb")]
    pub run: Option<String>,
    /// Where to look at it.
    pub href: Option<String>,
}

/// A look at what a policy would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Preview {
    /// The run; its plan has a line for each invoice for which something changes.
    #[schema(example = "preview-2026-11-23-mzxw6ytb")]
    pub run: String,
    /// Where to look at it.
    pub href: String,
}

/// A policy that is shipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShippedPolicy {
    /// Its name.
    #[schema(example = "standard")]
    pub name: String,
    /// Where its document is.
    pub href: String,
}

/// The policy in force.
#[utoipa::path(get, path = "/policy", tag = "policy", responses((status = 200, body = Policy)))]
pub async fn get_policy(caller: Caller) -> Json<Policy> {
    Json(caller.settings.policy.clone())
}

/// Takes a policy: it is in force from the next evaluation on.
#[utoipa::path(put, path = "/policy", tag = "policy", params(Taking),
    request_body(content((Policy = "application/json"), (Policy = "application/yaml"))),
    responses((status = 200, body = Taken, description = "In force; open invoices keep theirs"),
        (status = 202, body = Taken, description = "In force; open invoices are planned anew",
            headers(("Location" = String, description = "The run that plans them")))))]
pub async fn put_policy(
    caller: Caller,
    Connections(state): Connections<State>,
    Params(taking): Params<Taking>,
    Text(text): Text,
) -> Result<Response, Problem> {
    let new = caller.settings.with_policy(accepted(&caller.settings, &text)?);
    let change = Change { by: Setter::Team, at: caller.now, reason: None };
    caller.store.change_settings(&caller.settings, &new, &change).await?;
    tracing::info!(creditor = %new.creditor, version = new.policy.version, "a policy was taken");
    if taking.open_cases == OpenCases::Keep {
        return Ok(Json(Taken { policy: new.policy, run: None, href: None }).into_response());
    }
    let run = begin(&caller, &state, &new, Purpose::Replan, None).await?;
    let href = state.href(&format!("/runs/{run}"));
    let taken = Taken { policy: new.policy, run: Some(run), href: Some(href.clone()) };
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, href)], Json(taken)).into_response())
}

/// Shows what a policy would change for the open invoices, and changes nothing.
#[utoipa::path(post, path = "/policy/preview", tag = "policy",
    request_body(content((Policy = "application/json"), (Policy = "application/yaml"))),
    responses((status = 202, body = Preview, headers(("Location" = String, description = "The run")))))]
pub async fn preview_policy(
    caller: Caller,
    Connections(state): Connections<State>,
    Text(text): Text,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Preview>), Problem> {
    let policy = accepted(&caller.settings, &text)?;
    let run = begin(&caller, &state, &caller.settings, Purpose::Preview, Some(policy)).await?;
    let href = state.href(&format!("/runs/{run}"));
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, href.clone())], Json(Preview { run, href })))
}

/// The JSON Schema (2020-12) of a policy.
#[utoipa::path(get, path = "/policy/schema", tag = "policy", responses((status = 200, body = Object)))]
pub async fn policy_schema(_: Caller) -> Json<Value> {
    Json(schema())
}

/// The policies that are shipped, the mildest first.
#[utoipa::path(get, path = "/policies", tag = "policy", responses((status = 200, body = List<ShippedPolicy>)))]
pub async fn list_policies(_: Caller, Connections(state): Connections<State>) -> Json<List<ShippedPolicy>> {
    let one = |shipped: Shipped| {
        let name = shipped.name().to_owned();
        ShippedPolicy { href: state.href(&format!("/policies/{name}")), name }
    };
    Json(List { data: Shipped::ALL.map(one).into(), next: None })
}

/// The document of a shipped policy, in YAML with comments: to be taken, or changed first.
#[utoipa::path(get, path = "/policies/{name}", tag = "policy", params(("name" = String, Path, description = "`gentle`, `standard` or `firm`")),
    responses((status = 200, body = String, content_type = "application/yaml")))]
pub async fn get_shipped(_: Caller, Path(name): Path<String>) -> Result<([(HeaderName, &'static str); 1], &'static str), Problem> {
    let shipped = Shipped::ALL.into_iter().find(|shipped| shipped.name() == name).ok_or_else(|| Problem::not_found("policy"))?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], shipped.text()))
}

/// The policy of a document, or everything that is wrong with it.
fn accepted(settings: &Settings, text: &str) -> Result<Policy, Problem> {
    let read = policy::accepted(text, settings.calendar()).map_err(Problem::fields)?;
    let in_force = settings.policy.version;
    if read.version != 0 && read.version != in_force {
        let expected = format!("{in_force}, the version in force, or none; read it again");
        return Err(Problem::fields(vec![FieldError::new("version", "is not the version in force", expected)]));
    }
    Ok(read)
}

/// Begins a run over all open accounts; returns its id.
pub async fn begin(
    caller: &Caller,
    state: &State,
    settings: &Settings,
    purpose: Purpose,
    policy: Option<Policy>,
) -> Result<String, Problem> {
    let as_of: NaiveDate = caller.today();
    let kind = match purpose {
        Purpose::Preview => "preview",
        Purpose::Rearrange => "settings",
        Purpose::Night | Purpose::Dry | Purpose::Replan => "replan",
    };
    let chance = state.clock.ten_bytes()?;
    let id = format!("{kind}-{as_of}-{}", base32(&chance[..5]));
    let run = begin_run(&caller.store, &state.queues, settings, NewRun { id: &id, as_of, purpose, policy }, caller.now).await?;
    Ok(run.id)
}

/// The schema of a policy, made from the code: its parts under `$defs`.
pub fn schema() -> Value {
    let mut parts: Vec<(String, RefOr<Schema>)> = Vec::new();
    Policy::schemas(&mut parts);
    let parts: std::collections::BTreeMap<String, RefOr<Schema>> = parts.into_iter().collect();
    let whole = json!({ "whole": <Policy as utoipa::PartialSchema>::schema(), "parts": parts });
    let text = whole.to_string().replace("#/components/schemas/", "#/$defs/");
    let mut read: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Policy" });
    if let (Value::Object(schema), Value::Object(whole)) = (&mut schema, read["whole"].take()) {
        schema.extend(whole);
        schema.insert("$defs".to_owned(), read["parts"].take());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_the_one_of_the_code() {
        let published: Value = serde_json::from_str(include_str!("../../../shared/policies/policy.schema.json")).unwrap();
        assert_eq!(published, schema(), "write the new one: {}", schema());
    }

    #[test]
    fn every_reference_of_the_schema_leads_somewhere() {
        let schema = schema();
        let text = schema.to_string();
        let references: Vec<&str> = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(references.len() > 5, "{text}");
        for reference in references {
            assert!(schema.pointer(reference).is_some(), "{reference}");
        }
    }
}
