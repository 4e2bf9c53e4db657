//! Settings of the caller. When the night's time or zone changes, its schedule does too; when days
//! do, open invoices are planned anew.

use axum::Json;
use axum::extract;
use serde_json::{Map, Value};
use upominek::domain::creditor;
use upominek::domain::hold_history::{Change, Setter};
use upominek::fields::{FieldError, missing, overlay};
use upominek::ports::store::Purpose;

use crate::auth::Caller;
use crate::extract::Fields;
use crate::policy;
use crate::problem::Problem;
use crate::state::State;
use view::Settings;

pub mod hold;
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
    // A hold is put with its reason; by these routes it could not be ended with one.
    let stood = |settings: &creditor::Settings| settings.hold.as_ref().is_some_and(|hold| !hold.is_over(caller.today()));
    let (new, unreadable) = overlay(&Settings::from(current), fields);
    errors.extend(unreadable);
    let new = new.over(current);
    if stood(current) && new.hold.is_none() {
        errors.push(FieldError::new("hold", "ends with its reason", "DELETE /settings/hold?reason=…; the hold as it is"));
    }
    let checked = rules::checked(current, new);
    let new: creditor::Settings = match checked {
        Ok(new) if errors.is_empty() => new,
        Ok(_) => return Err(Problem::fields(errors)),
        Err(wrong) => {
            errors.extend(wrong);
            return Err(Problem::fields(errors));
        }
    };
    let again = DAYS.iter().any(|name| fields.contains_key(*name));
    Ok(Json(Settings::from(&take(caller, state, new, None, again).await?)))
}

/// Takes settings that were checked: writes them, and plans anew what their days move. `again`: also where
/// they are in force already. `reason` is why a hold ends by them.
async fn take(
    caller: &Caller,
    state: &State,
    new: creditor::Settings,
    reason: Option<&str>,
    again: bool,
) -> Result<creditor::Settings, Problem> {
    let current = &caller.settings;
    if (new.night_at, new.zone) != (current.night_at, current.zone) {
        // First, so that the same request again repairs what a stop in between leaves.
        state.schedules.night(&new).await?;
    }
    let again = again && new == *current;
    let new = if new == *current {
        new
    } else {
        let change = Change { by: Setter::Team, at: caller.now, reason };
        caller.store.change_settings(current, &new, &change).await?
    };
    // Accounts sleep until a day that was found by the old ones. The same request again repairs what a
    // stop before this leaves.
    if again || days_change(current, &new) {
        policy::begin(caller, state, &new, Purpose::Rearrange, None).await?;
    }
    Ok(new)
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
