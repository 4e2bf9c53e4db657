//! Errors as the API says them: RFC 9457 problem details.
//!
//! A problem names the field, what is wrong and what would be right. It must not tell anything about
//! another creditor's data: what is not the caller's is simply not there. Causes from inside are
//! logged here, once, with their whole chain, and never said.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use upominek::app::AppError;
use upominek::fields::FieldError;
use upominek::ports::outside::OutsideError;
use upominek::ports::store::StoreError;
use upominek::runtime::chain;
use utoipa::ToSchema;

use crate::dto::Text;

/// Content type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// What is wrong with one field of a request, as the OpenAPI document describes it.
#[derive(ToSchema)]
#[schema(as = FieldError)]
#[expect(dead_code, reason = "a description only; `FieldError` is what is written")]
struct FieldErrorSchema {
    /// The field, as a path in the document (`policy.steps[2].id`), a query parameter, or `body`.
    #[schema(example = "amount")]
    field: String,
    /// What is wrong.
    #[schema(example = "has more decimals than PLN allows (2)")]
    problem: String,
    /// What would be right.
    #[schema(example = "a decimal number with a point, such as 1234.50")]
    expected: String,
}

/// An RFC 9457 problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the title says what the status means.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: &'static str,
    /// What the status means.
    #[schema(example = "Unprocessable Entity")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened, and what to do.
    pub detail: String,
    /// Which fields are at fault, if any are: all of them at once where that is possible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<FieldErrorSchema>)]
    pub errors: Vec<FieldError>,
    /// Where it tells a decision: its reason, by the name that decisions and reminders have for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Box<str>>,
    /// The same for a person, in both languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Text>)]
    pub reason_text: Option<Box<Text>>,
}

impl Problem {
    /// A problem of a status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            reason: None,
            reason_text: None,
        }
    }

    /// With the decision that it tells.
    #[must_use]
    pub fn because(self, reason: Option<String>, text: Text) -> Self {
        Self { reason: reason.map(String::into_boxed_str), reason_text: Some(Box::new(text)), ..self }
    }

    /// No token, or none that is good: which of them is not said.
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "send a valid token: Authorization: Bearer upo_…")
    }

    /// There is no such thing among what the caller may see.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }

    /// Fields are at fault.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{} {}", one.field, one.problem),
            many => format!("{} fields are not as they should be", many.len()),
        };
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// One field is at fault.
    pub fn field(field: &str, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(field, problem, expected)])
    }

    /// Not now; the same request may be tried again.
    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not possible right now; the same request may be tried again in a moment")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        tracing::error!(error = chain(&error), "a request could not be served");
        match error {
            AppError::Store(StoreError::Corrupt { .. }) => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "something that is stored cannot be read; the operator's log tells more")
            }
            _ => Self::unavailable(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<OutsideError> for Problem {
    fn from(error: OutsideError) -> Self {
        AppError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_shape_of_rfc_9457() {
        let problem = Problem::field("limit", "is too large", "1 to 100");
        let value = serde_json::to_value(&problem).unwrap();
        assert_eq!(
            value,
            serde_json::json!({
                "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "detail": "limit is too large",
                "errors": [{ "field": "limit", "problem": "is too large", "expected": "1 to 100" }]
            })
        );
        assert_eq!(problem.into_response().headers()[header::CONTENT_TYPE], CONTENT_TYPE);
    }

    #[test]
    fn a_problem_without_fields_has_no_errors() {
        let value = serde_json::to_value(Problem::not_found("debtor")).unwrap();
        assert_eq!(value.get("errors"), None);
    }

    #[test]
    fn what_went_wrong_inside_is_not_said() {
        let problem = Problem::from(AppError::Store(StoreError::Unavailable("table upominek-x: anna@example.com".into())));
        assert_eq!(problem.status, 503);
        assert!(!problem.detail.contains("upominek-x"));
    }
}
