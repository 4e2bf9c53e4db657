//! The router as a whole, as far as it needs no database.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use lambda_runtime::tower::Service;
use serde_json::Value;
use upominek::adapters::dynamodb::Table;
use upominek::adapters::scheduler::Schedules;
use upominek::adapters::sqs::{QueueUrls, Queues};
use upominek::runtime::WallClock;

use super::*;

const ROUTES: [&str; 20] = [
    "GET /openapi.json",
    "GET /settings",
    "PUT /settings",
    "PATCH /settings",
    "GET /policy",
    "GET /debtors",
    "GET /debtors/{debtor}",
    "GET /debtors/{debtor}/time-line",
    "GET /debtors/{debtor}/invoices",
    "GET /invoices",
    "POST /debtors/{debtor}/hold",
    "DELETE /debtors/{debtor}/hold",
    "GET /reminders",
    "GET /reminders/{debtor}/{reminder}",
    "POST /evaluations",
    "GET /runs",
    "GET /runs/{run}",
    "POST /payments",
    "GET /attention",
    "DELETE /attention/{id}",
];
const MORE: &[&str] = &[
    "POST /settings/hold",
    "DELETE /settings/hold",
    "GET /settings/holds",
    "GET /invoices/decisions",
    "POST /debtors/{debtor}/plan",
    "DELETE /debtors/{debtor}/plan",
    "GET /call-list",
    "DELETE /debtors/{debtor}/links",
    "PUT /debtors/{debtor}/refusals/{channel}",
    "DELETE /debtors/{debtor}/refusals/{channel}",
    "DELETE /debtors/{debtor}/instalment-request",
    "POST /debtors/{debtor}/payment-pending",
    "DELETE /debtors/{debtor}/payment-pending",
    "GET /list/{day}",
    "POST /list/{day}",
    "POST /list/{day}/approve",
    "POST /list/{day}/skip",
    "POST /list/{day}/move",
    "DELETE /list/{day}/instruction",
    "GET /debtors/{debtor}/interest",
    "POST /debtors/{debtor}/claims/waive",
    "POST /debtors/{debtor}/claims/collect",
    "POST /debtors/{debtor}/legal-stop",
    "DELETE /debtors/{debtor}/legal-stop",
    "PUT /debtors/{debtor}/public-body",
    "PUT /debtors/{debtor}/postal",
    "DELETE /debtors/{debtor}/postal",
    "GET /debtors/{debtor}/contacts",
    "POST /debtors/{debtor}/contacts",
    "PATCH /debtors/{debtor}/contacts/{contact}",
    "DELETE /debtors/{debtor}/contacts/{contact}",
    "PUT /debtors/{debtor}/owner",
    "POST /debtors/{debtor}/settlements",
    "DELETE /debtors/{debtor}/settlements/{settlement}",
    "POST /debtors/{debtor}/reopen",
    "POST /debtors/{debtor}/move",
    "POST /debtors/{debtor}/merge",
    "POST /debtors/{debtor}/split",
    "POST /debtors/{debtor}/send-now",
    "POST /debtors/{debtor}/due-date",
    "DELETE /debtors/{debtor}/due-date",
    "POST /debtors/{debtor}/skip-step",
    "DELETE /debtors/{debtor}/skip-step",
    "POST /debtors/{debtor}/promise",
    "DELETE /debtors/{debtor}/promise",
    "POST /debtors/{debtor}/dispute",
    "DELETE /debtors/{debtor}/dispute",
    "GET /events",
    "POST /events/{id}/replay",
    "PUT /policy",
    "POST /policy/preview",
    "GET /policy/schema",
    "GET /policies",
    "GET /policies/{name}",
];

fn state() -> State {
    let aws = aws_config::SdkConfig::builder().behavior_version(aws_config::BehaviorVersion::latest()).build();
    let table = Table::new(aws_sdk_dynamodb::Client::new(&aws), "none");
    State {
        clock: WallClock::new(&table),
        table,
        queues: Queues::new(aws_sdk_sqs::Client::new(&aws), QueueUrls::default()),
        schedules: Schedules::new(aws_sdk_scheduler::Client::new(&aws), "none", "none", "none", false),
        base_url: "https://pay.example".to_owned(),
        #[cfg(feature = "test-clock")]
        driver: None,
    }
}

async fn ask(method: &str, path: &str) -> (StatusCode, Value, axum::http::HeaderMap) {
    let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path).body(Body::empty()).unwrap();
    let response = router(state()).call(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, serde_json::from_slice(&bytes).unwrap(), parts.headers)
}

fn described() -> Vec<String> {
    let document = serde_json::to_value(description()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| format!("{} {}", method.to_uppercase(), path.strip_prefix(BASE).unwrap()))
    });
    operations.collect()
}

#[test]
fn the_description_holds_every_route() {
    let mut expected: Vec<String> = ROUTES.iter().chain(MORE).map(|route| (*route).to_owned()).collect();
    #[cfg(feature = "test-clock")]
    expected.extend(["GET /clock".to_owned(), "POST /clock".to_owned()]);
    expected.sort();
    let mut found = described();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn everything_but_the_description_wants_a_token() {
    let document = serde_json::to_value(description()).unwrap();
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert_eq!(document["security"], serde_json::json!([{ "bearer": [] }]));
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let open = operation["security"] == serde_json::json!([{}]) || operation["security"] == serde_json::json!([]);
            assert_eq!(open, path.ends_with("/openapi.json"), "{path}");
            assert!(operation["responses"]["default"]["content"]["application/problem+json"].is_object(), "{path}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.values().all(|response| response["description"].is_string()), "{path}");
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{path}");
        }
    }
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let document = serde_json::to_value(description()).unwrap();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn the_description_names_values_as_they_are_sent() {
    let document = serde_json::to_value(description()).unwrap();
    let values = |schema: &str| document["components"]["schemas"][schema]["enum"].clone();
    assert_eq!(values("Country"), serde_json::json!(["PL", "DE", "CZ", "GB"]));
    assert_eq!(values("DecisionKind"), serde_json::json!(["step", "skip"]));
    let states = ["draft", "scheduled", "claimed", "sent", "failed", "ambiguous", "presumed_sent", "cancelled"];
    assert_eq!(values("ReminderState"), serde_json::json!(states));
    let query = document["paths"]["/api/v1/reminders"]["get"]["parameters"].as_array().unwrap();
    let state = query.iter().find(|parameter| parameter["name"] == "state").unwrap();
    assert_eq!(state["schema"]["enum"], serde_json::json!(states));
}

#[tokio::test]
async fn the_description_is_served_without_a_token() {
    let (status, document, _) = ask("GET", "/api/v1/openapi.json").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(document["servers"][0]["url"], "https://pay.example");
}

#[tokio::test]
async fn without_a_token_every_route_answers_401_and_tells_nothing() {
    for route in described().iter().filter(|route| !route.ends_with("/openapi.json")) {
        let (method, path) = route.split_once(' ').unwrap();
        let (status, problem, headers) = ask(method, &format!("{BASE}{path}").replace(['{', '}'], "")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{route}");
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(headers[header::WWW_AUTHENTICATE], "Bearer");
        assert_eq!(problem["status"], 401);
        assert_eq!(problem.get("errors"), None);
    }
}

#[tokio::test]
async fn what_is_no_route_is_a_problem() {
    let (status, problem, headers) = ask("GET", "/api/v1/nothing").await;
    assert_eq!((status, &problem["title"]), (StatusCode::NOT_FOUND, &Value::from("Not Found")));
    assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
    let (status, problem, headers) = ask("DELETE", "/api/v1/policy").await;
    assert_eq!((status, problem["status"].as_u64()), (StatusCode::METHOD_NOT_ALLOWED, Some(405)));
    assert_eq!(headers[header::ALLOW], "GET,HEAD,PUT");
}

#[tokio::test]
#[cfg(not(feature = "test-clock"))]
async fn there_is_no_clock_to_set() {
    let (status, _, _) = ask("POST", "/api/v1/clock").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
