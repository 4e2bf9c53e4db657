//! Bodies and query parameters as types, with every rejection as a problem that names the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use upominek::fields::{FieldError, object};
use upominek::runtime::http::LARGEST_BODY;

use crate::problem::Problem;
use crate::read;

/// A JSON body. No body at all is an empty object.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A JSON body's fields, not yet read as a type.
#[derive(Debug)]
pub struct Fields(pub Map<String, Value>);

/// A document as it was written, in JSON or YAML.
#[derive(Debug)]
pub struct Text(pub String);

/// Query parameters.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = taken_apart(request).await?;
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        if !is_json(&parts.headers) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send JSON, with Content-Type: application/json"));
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(Problem::field("body", "is JSON, but no object", "a JSON object")),
            Err(error) => Err(unreadable(&error)),
        }
    }
}

async fn taken_apart(request: Request) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a body may have at most 1 MB");
    Ok((parts, axum::body::to_bytes(body, LARGEST_BODY).await.map_err(too_large)?))
}

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = taken_apart(request).await?;
        if !is_json(&parts.headers) && !is_yaml(&parts.headers) {
            let said = "send JSON or YAML, with Content-Type: application/json or application/yaml";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, said));
        }
        let text = String::from_utf8(body.to_vec());
        text.map(Self).map_err(|_| Problem::field("body", "is not UTF-8", "a document in UTF-8"))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Fields(fields) = Fields::from_request(request, state).await?;
        object(fields).map(Self).map_err(Problem::fields)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let fields = read::query(parts.uri.query().unwrap_or_default()).map_err(Problem::fields)?;
        object(fields).map(Self).map_err(Problem::fields)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn is_yaml(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ["application/yaml", "application/x-yaml", "text/yaml"].contains(&kind.as_str())
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let place = format!("is no valid JSON (line {}, column {})", error.line(), error.column());
    let errors = vec![FieldError::new("body", place, "a JSON object in UTF-8")];
    Problem { errors, ..Problem::new(StatusCode::BAD_REQUEST, "the body is no valid JSON") }
}
