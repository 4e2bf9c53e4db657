//! Between the API gateway's events and the router.
//!
//! The path comes percent-decoded and, on a named stage, with the stage in front of it; the router
//! wants neither. Nothing that a client sends may make this panic.

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body as Answer;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use lambda_runtime::tower::Service;
use upominek::runtime::Failed;
use upominek::runtime::http::body;

use crate::problem::Problem;

/// Serves one event.
///
/// # Errors
/// Where an answer of ours cannot be read as text; that never happens for a reason outside.
pub async fn serve(mut router: Router, event: ApiGatewayV2httpRequest) -> Result<ApiGatewayV2httpResponse, Failed> {
    let response = match request(event) {
        Ok(request) => router.call(request).await?,
        Err(problem) => problem.into_response(),
    };
    answer(response).await
}

fn request(event: ApiGatewayV2httpRequest) -> Result<Request<Body>, Problem> {
    let unreadable = || Problem::new(StatusCode::BAD_REQUEST, "the request cannot be read");
    let body = body(&event).ok_or_else(unreadable)?;
    let raw = event.raw_path.as_deref().unwrap_or_default();
    let stage = event.request_context.stage.as_deref().unwrap_or_default();
    let query = event.raw_query_string.as_deref().filter(|query| !query.is_empty());
    let path = encoded(without_stage(raw, stage));
    let uri = query.map_or(path.clone(), |query| format!("{path}?{}", encoded(query)));
    let uri: Uri = uri.parse().map_err(|_| unreadable())?;
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = event.request_context.http.method;
    *request.uri_mut() = uri;
    *request.headers_mut() = event.headers;
    Ok(request)
}

fn without_stage<'p>(path: &'p str, stage: &str) -> &'p str {
    let rest = path.strip_prefix('/').and_then(|rest| rest.strip_prefix(stage));
    rest.filter(|rest| !stage.is_empty() && rest.starts_with('/')).unwrap_or(path)
}

/// Percent-encodes what may not stand in an address; what is encoded already stays.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let harmless = byte.is_ascii_alphanumeric() || b"-._~/%!$&'()*+,;=:@?".contains(&byte);
        if harmless {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

async fn answer(response: Response) -> Result<ApiGatewayV2httpResponse, Failed> {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await?;
    let mut answer = ApiGatewayV2httpResponse::default();
    answer.status_code = i64::from(parts.status.as_u16());
    answer.headers = parts.headers;
    answer.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.body = Some(Answer::Text(String::from_utf8(bytes.into())?));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(path: &str, stage: &str) -> ApiGatewayV2httpRequest {
        let mut event = ApiGatewayV2httpRequest::default();
        event.raw_path = Some(path.to_owned());
        event.request_context.stage = Some(stage.to_owned());
        event
    }

    #[test]
    fn the_path_is_the_same_with_and_without_a_stage() {
        for (path, stage) in [("/api/v1/runs", "$default"), ("/live/api/v1/runs", "live"), ("/api/v1/runs", "api2"), ("/api/v1/runs", "")] {
            assert_eq!(request(event(path, stage)).unwrap().uri().path(), "/api/v1/runs", "{stage}");
        }
    }

    #[test]
    fn a_decoded_path_makes_no_panic() {
        for odd in ["/api/v1/debtors/a b Ż#?", "", "//", "/api/v1/%", "/api/v1/\u{0}"] {
            let mut event = event(odd, "$default");
            event.raw_query_string = Some("case=shopify:#1 ą".to_owned());
            let _ = request(event);
        }
        let found = request(event("/api/v1/debtors/a b", "$default")).unwrap();
        assert_eq!(found.uri().path(), "/api/v1/debtors/a%20b");
    }
}
