//! The description of the API, made from the code.

use axum::Json;
use axum::extract::State as Connections;
use axum::http::StatusCode;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, PathItem, Ref, RefOr, ResponseBuilder, Server};
use utoipa::{Modify, OpenApi};

use crate::problem::{CONTENT_TYPE, Problem};
use crate::state::State;

/// What the description says of the whole API.
#[derive(OpenApi)]
#[openapi(
    info(title = "Upominek", description = "Payment reminders: what operators of one creditor see and do. Everything that is \
        seen or done belongs to the creditor of the token. Lists come in pages; long work answers 202 with a run to look at; \
        errors are RFC 9457 problem details that name the fields at fault.", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    components(schemas(Problem)),
    modifiers(&Bearer),
    security(("bearer" = [])),
)]
pub struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token of one creditor: upo_…")).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// What every operation has in common, said once: it may end in a problem, and a response without a
/// description of its own is described by its status.
pub fn completed(mut document: Document) -> Document {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let problem = ResponseBuilder::new().description("A problem (RFC 9457)").content(CONTENT_TYPE, content).build();
    for item in document.paths.paths.values_mut() {
        let PathItem { get, put, post, delete, patch, .. } = item;
        for operation in [get, put, post, delete, patch].into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            for (status, response) in responses.iter_mut() {
                if let RefOr::T(response) = response
                    && response.description.is_empty()
                {
                    let status = StatusCode::from_bytes(status.as_bytes()).ok();
                    response.description = status.and_then(|status| status.canonical_reason()).unwrap_or("An answer").to_owned();
                }
            }
            responses.insert("default".to_owned(), problem.clone().into());
        }
    }
    document
}

/// This description. Needs no token.
#[utoipa::path(get, path = "/openapi.json", tag = "description", security(()), responses((status = 200, body = Object)))]
pub async fn openapi(Connections(state): Connections<State>) -> Json<Document> {
    let mut document = crate::description();
    document.servers = Some(vec![Server::new(if state.base_url.is_empty() { "/" } else { &state.base_url })]);
    Json(document)
}
