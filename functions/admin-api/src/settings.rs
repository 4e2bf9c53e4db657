//! Settings of the caller. When the night's time or zone changes, its schedule does too; when days
//! do, open invoices are planned anew.

use axum::Json;
use axum::extract;
use serde_json::{Map, Value};
use upominek::domain::creditor;
use upominek::fields::{FieldError, missing, overlay};
use upominek::ports::store::Purpose;

use crate::auth::Caller;
use crate::extract::Fields;
use crate::policy;
use crate::problem::Problem;
use crate::state::State;
use view::Settings;

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

async fn change(
    caller: &Caller,
    state: &State,
    fields: &Map<String, Value>,
    mut errors: Vec<FieldError>,
) -> Result<Json<Settings>, Problem> {
    let current = &caller.settings;
    let (new, unreadable) = overlay(&Settings::from(current), fields);
    errors.extend(unreadable);
    let checked = rules::checked(current, new.over(current));
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
    // Accounts sleep until a day that was found by the old ones. The same request again repairs what a
    // stop before this leaves.
    let again = new == *current && DAYS.iter().any(|name| fields.contains_key(*name));
    if again || days_change(current, &new) {
        policy::begin(caller, state, &new, Purpose::Rearrange, None).await?;
    }
    Ok(Json(Settings::from(&new)))
}

/// The settings by which the day is found on which an account wakes, or a reminder goes.
const DAYS: [&str; 8] = ["calendar", "days_off", "shift_due_dates", "limitation_years", "zone", "hold", "approval", "first_run"];

/// Whether accounts may have to wake on another day, or waiting reminders to go at another time.
fn days_change(current: &creditor::Settings, new: &creditor::Settings) -> bool {
    let days = |settings: &creditor::Settings| {
        let creditor::Settings { calendar, shift_due_dates, limitation_years, zone, approval, first_run, .. } = *settings;
        (calendar, settings.days_off.clone(), shift_due_dates, limitation_years, zone, settings.hold.clone(), approval, first_run)
    };
    days(current) != days(new)
}
