//! The clock that can be set, as on a local stack only: whatever falls due up to the new instant
//! happens in order, driven by a function of its own that is called here and not waited for.
//!
//! The routes are written out in full: a check looks for them in binaries that must not have them.

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use axum::Json;
use axum::extract::State as Connections;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use upominek::adapters::dynamodb::TestClock;
use upominek::ports::outside::OutsideError;
use upominek::runtime::Clients;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::extract::Json as Body;
use crate::problem::Problem;
use crate::state::State;

/// Calls the function that moves the clock.
#[derive(Debug, Clone)]
pub struct Driver {
    client: aws_sdk_lambda::Client,
    function: String,
}

impl Driver {
    /// The driver, where the stack has one.
    pub fn new(clients: &Clients) -> Option<Self> {
        let function = clients.config.test_clock_function.clone()?;
        Some(Self { client: aws_sdk_lambda::Client::new(clients.aws()), function })
    }

    async fn drive(&self, target: DateTime<Utc>, outage: bool) -> Result<(), OutsideError> {
        let payload = serde_json::json!({ "target": target, "outage": outage }).to_string();
        let call = self.client.invoke().function_name(&self.function).invocation_type(InvocationType::Event);
        let call = call.payload(Blob::new(payload)).send().await;
        call.map(|_| ()).map_err(|source| OutsideError::new("the driver of the clock", source))
    }
}

/// Where the clock is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTime {
    /// The new instant; not before the present one.
    pub now: DateTime<Utc>,
    /// Nothing runs on the way, as if the machines had been off; what is due is caught up afterwards.
    #[serde(default)]
    pub outage: bool,
}

/// How far the clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockStatus {
    /// It stands.
    Ready,
    /// It is on its way.
    Advancing,
}

/// Where the clock stands and where it is going.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Clock {
    /// Now.
    pub now: DateTime<Utc>,
    /// Where it is going; `now` when it stands.
    pub target: DateTime<Utc>,
    /// How far it is.
    pub status: ClockStatus,
    /// Why it stopped on the way, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl From<TestClock> for Clock {
    fn from(clock: TestClock) -> Self {
        let stands = !clock.moving || clock.error.is_some();
        let status = if stands { ClockStatus::Ready } else { ClockStatus::Advancing };
        Self { now: clock.now, target: clock.target, status, error: clock.error }
    }
}

/// Where the clock stands.
#[utoipa::path(get, path = "/api/v1/clock", tag = "clock", responses((status = 200, body = Clock)))]
pub async fn get_clock(caller: Caller, Connections(state): Connections<State>) -> Result<Json<Clock>, Problem> {
    let set = state.table.test_clock().await?;
    let machine = TestClock { now: caller.now, target: caller.now, moving: false, error: None };
    Ok(Json(set.unwrap_or(machine).into()))
}

/// Moves the clock forward. The first time it is set directly, to any instant.
#[utoipa::path(post, path = "/api/v1/clock", tag = "clock", request_body = NewTime, responses((status = 202, body = Clock)))]
pub async fn set_clock(
    _: Caller,
    Connections(state): Connections<State>,
    Body(new): Body<NewTime>,
) -> Result<(StatusCode, Json<Clock>), Problem> {
    let moving = next(state.table.test_clock().await?, new.now)?;
    state.table.set_test_clock(&moving).await?;
    if moving.moving {
        let driven = match &state.driver {
            Some(driver) => driver.drive(moving.target, new.outage).await,
            None => Err(OutsideError::new("the driver of the clock", "it is not configured for this function")),
        };
        if let Err(error) = driven {
            let stopped = TestClock { error: Some(error.to_string()), moving: false, ..moving };
            state.table.set_test_clock(&stopped).await?;
            return Err(error.into());
        }
    }
    Ok((StatusCode::ACCEPTED, Json(moving.into())))
}

fn next(set: Option<TestClock>, target: DateTime<Utc>) -> Result<TestClock, Problem> {
    let Some(clock) = set else { return Ok(TestClock { now: target, target, moving: false, error: None }) };
    if clock.error.is_none() && clock.moving {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            format!(
                "the clock is on its way to {}; wait until it is ready, or, if it never is, start anew: make stop, make run",
                clock.target
            ),
        ));
    }
    if target < clock.now {
        return Err(Problem::field("now", "lies before the present time of the clock", format!("{} or later", clock.now)));
    }
    Ok(TestClock { now: clock.now, target, moving: clock.now < target, error: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_clock_goes_forward_only_and_one_way_at_a_time() {
        let first = next(None, at("2030-01-07T08:00:00Z")).unwrap();
        assert_eq!((first.now, first.target), (at("2030-01-07T08:00:00Z"), at("2030-01-07T08:00:00Z")));
        assert_eq!(next(Some(first.clone()), at("2030-01-07T07:00:00Z")).unwrap_err().status, 422);
        let moving = next(Some(first), at("2030-01-08T08:00:00Z")).unwrap();
        assert_eq!(next(Some(moving.clone()), at("2030-01-09T08:00:00Z")).unwrap_err().status, 409);
        let stopped = TestClock { moving: false, error: Some("x".into()), ..moving };
        assert!(next(Some(stopped), at("2030-01-09T08:00:00Z")).is_ok());
    }
}
