//! Settings and policy of the caller. When the night's time or zone changes, its schedule does too.

use axum::Json;
use axum::extract;
use serde_json::{Map, Value};
use upominek::domain::creditor;

use crate::auth::Caller;
use crate::extract::Fields;

use crate::problem::Problem;
use crate::state::State;
use upominek::fields::{FieldError, missing, overlay};
use view::{Policy, Settings};

pub mod rules;
pub mod view;

/// The settings.
#[utoipa::path(get, path = "/settings", tag = "settings", responses((status = 200, body = Settings)))]
pub async fn get_settings(caller: Caller) -> Json<Settings> {
    Json(Settings::from(&caller.settings))
}

/// Replaces the settings: every field, as GET gives it. All problems come at once.
#[utoipa::path(put, path = "/settings", tag = "settings", request_body = Settings, responses((status = 200, body = Settings)))]
pub async fn put_settings(
    caller: Caller,
    extract::State(state): extract::State<State>,
    Fields(fields): Fields,
) -> Result<Json<Settings>, Problem> {
    let gone = missing(&Settings::from(&caller.settings), &fields);
    change(&caller, &state, &fields, gone).await
}

/// Changes some of the settings: the fields that are given, each as a whole.
#[utoipa::path(patch, path = "/settings", tag = "settings",
    request_body(content = Object, description = "Some fields of the settings", example = json!({ "night_at": "03:30", "allow_list": ["@example.com"] })),
    responses((status = 200, body = Settings)))]
pub async fn patch_settings(
    caller: Caller,
    extract::State(state): extract::State<State>,
    Fields(fields): Fields,
) -> Result<Json<Settings>, Problem> {
    change(&caller, &state, &fields, Vec::new()).await
}

/// The policy in force.
#[utoipa::path(get, path = "/policy", tag = "settings", responses((status = 200, body = Policy)))]
pub async fn get_policy(caller: Caller) -> Json<Policy> {
    Json(Policy::from(&caller.settings.policy))
}

async fn change(
    caller: &Caller,
    state: &State,
    fields: &Map<String, Value>,
    mut errors: Vec<FieldError>,
) -> Result<Json<Settings>, Problem> {
    let current = &caller.settings;
    let (new, unreadable) = overlay(&Settings::from(current), fields);
    errors.extend(unreadable);
    let checked = rules::checked(current, new.into());
    let new: creditor::Settings = match checked {
        Ok(new) if errors.is_empty() => new,
        Ok(_) => return Err(Problem::fields(errors)),
        Err(wrong) => {
            errors.extend(wrong);
            return Err(Problem::fields(errors));
        }
    };
    if (new.night_at, new.zone) != (current.night_at, current.zone) {
        // First, so that the same request again repairs what a stop in between leaves.
        state.schedules.night(&new).await?;
    }
    if new != *current {
        caller.store.put_settings(&new, false).await?;
    }
    Ok(Json(Settings::from(&new)))
}
