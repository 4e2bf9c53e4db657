//! The answers to a webhook. Before a signature has verified, they tell nothing.

use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use serde_json::json;
use upominek::app::intake::Received;
use upominek::runtime::http;

/// Verified: what became of it.
pub fn taken(received: &Received) -> ApiGatewayV2httpResponse {
    match received {
        Received::Accepted => http::json(200, &json!({ "status": "accepted" })),
        Received::Duplicate => http::json(200, &json!({ "status": "duplicate" })),
        Received::NoEffect(why) => http::json(200, &json!({ "status": "no_effect", "detail": why })),
        Received::Kept(id) => http::json(202, &json!({ "status": "kept", "id": id })),
        Received::Quarantined { id, why } => http::json(202, &json!({ "status": "quarantined", "quarantine_id": id, "detail": why })),
    }
}

/// No such creditor or source.
pub fn unknown() -> ApiGatewayV2httpResponse {
    http::problem(404, "Not Found", "there is nothing here")
}

/// The signature does not verify, for whatever reason.
pub fn refused() -> ApiGatewayV2httpResponse {
    http::problem(401, "Unauthorized", "the signature does not verify")
}

/// More than a megabyte.
pub fn too_large() -> ApiGatewayV2httpResponse {
    http::problem(413, "Content Too Large", "a webhook may have at most 1,000,000 bytes")
}

/// Something of ours is away.
pub fn again() -> ApiGatewayV2httpResponse {
    http::problem(503, "Service Unavailable", "nothing was stored: send it again")
}
