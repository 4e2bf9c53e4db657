//! One line in the log for each request: creditor, method, route, status. Paths, parameters and bodies
//! hold personal data and stay out; so the route is named by its template.
//!
//! It also makes a problem of every refusal that has no body yet (404 and 405 of the router).

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::auth::Who;
use crate::problem::{CONTENT_TYPE, Problem};

/// Runs around every request.
pub async fn around(mut request: Request, next: Next) -> Response {
    let who = Who::default();
    request.extensions_mut().insert(who.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let response = explained(next.run(request).await);
    let status = response.status().as_u16();
    tracing::info!(creditor = who.creditor(), method = method.as_str(), route, status, "a request was answered");
    response
}

fn explained(response: Response) -> Response {
    let status = response.status();
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == CONTENT_TYPE);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allowed = response.headers().get(header::ALLOW).cloned();
    let detail = match (status, &allowed) {
        (StatusCode::NOT_FOUND, _) => "there is no such route; /api/v1/openapi.json tells all".to_owned(),
        (StatusCode::METHOD_NOT_ALLOWED, Some(methods)) => {
            format!("this route takes {}", methods.to_str().unwrap_or("another method"))
        }
        _ => "the request cannot be served".to_owned(),
    };
    let mut explained: Response<Body> = Problem::new(status, detail).into_response();
    if let Some(methods) = allowed {
        explained.headers_mut().insert(header::ALLOW, methods);
    }
    explained
}
