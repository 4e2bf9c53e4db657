//! HTTP through the API gateway: requests as raw bytes, small answers.

use std::sync::LazyLock;

use aws_lambda_events::encodings::Body;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use base64::Engine;
use chrono::{DateTime, Utc};
use lambda_http::http::{HeaderMap, HeaderName, HeaderValue};

use crate::domain::message::page::script_source;
use crate::ports::intake::Delivery;

/// The largest body that is taken, in bytes.
pub const LARGEST_BODY: usize = 1_000_000;

/// The body as raw bytes; `None` if its encoding is broken.
pub fn body(request: &ApiGatewayV2httpRequest) -> Option<Vec<u8>> {
    let text = request.body.as_deref().unwrap_or_default();
    if request.is_base64_encoded { base64::engine::general_purpose::STANDARD.decode(text).ok() } else { Some(text.as_bytes().to_vec()) }
}

/// The request as a delivery.
pub fn delivery(request: &ApiGatewayV2httpRequest, received_at: DateTime<Utc>) -> Option<Delivery> {
    let headers = request.headers.iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_ascii_lowercase(), value.to_owned()))
    });
    Some(Delivery { headers: headers.collect(), body: body(request)?, received_at })
}

/// A part of the path, by its name in the route.
pub fn path<'r>(request: &'r ApiGatewayV2httpRequest, name: &str) -> &'r str {
    request.path_parameters.get(name).map_or("", String::as_str)
}

/// The method, in capitals.
pub fn method(request: &ApiGatewayV2httpRequest) -> &str {
    request.request_context.http.method.as_str()
}

/// A form's fields, in order.
pub fn form(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// An answer.
pub fn answer(status: u16, content_type: &'static str, body: impl Into<String>) -> ApiGatewayV2httpResponse {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = i64::from(status);
    response.headers = headers;
    response.body = Some(Body::Text(body.into()));
    response
}

/// A JSON answer.
pub fn json(status: u16, value: &serde_json::Value) -> ApiGatewayV2httpResponse {
    answer(status, "application/json", value.to_string())
}

/// An RFC 9457 problem.
pub fn problem(status: u16, title: &str, detail: &str) -> ApiGatewayV2httpResponse {
    let value = serde_json::json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
    answer(status, "application/problem+json", value.to_string())
}

/// What a page may do: its own styles and its own script, and forms to ourselves that may lead on to a
/// payment provider.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let script = script_source();
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src {script}; img-src data:; form-action 'self' https:; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
});

/// A page of HTML under a strict policy: no script but its own, no third party, not framed, not indexed.
pub fn page(status: u16, html: String) -> ApiGatewayV2httpResponse {
    let mut response = answer(status, "text/html; charset=utf-8", html);
    if let Some(policy) = POLICY.clone() {
        response.headers.insert("content-security-policy", policy);
    }
    let headers = [("referrer-policy", "no-referrer"), ("x-content-type-options", "nosniff"), ("x-robots-tag", "noindex, nofollow")];
    for (name, value) in headers {
        response.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// A reply that also says after what time to try again.
pub fn retry_after(mut response: ApiGatewayV2httpResponse, wait: chrono::TimeDelta) -> ApiGatewayV2httpResponse {
    if let Ok(value) = HeaderValue::from_str(&wait.num_seconds().max(1).to_string()) {
        response.headers.insert("retry-after", value);
    }
    response
}

/// A redirect after a POST.
pub fn see_other(location: &str) -> ApiGatewayV2httpResponse {
    let mut response = answer(303, "text/plain", "");
    if let Ok(value) = HeaderValue::from_str(location) {
        response.headers.insert("location", value);
    }
    response
}
