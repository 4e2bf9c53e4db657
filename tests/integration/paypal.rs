//! What PayPal is asked over HTTP, and what its answers mean.

use serde_json::{Value, json};
use tests::facts::at;
use upominek::adapters::payments::provider::{Places, Provider};
use upominek::domain::creditor::Locale;
use upominek::domain::ids::CreditorId;
use upominek::domain::money::Currency;
use upominek::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};
use upominek::runtime::http_client::LazyClient;

use crate::payu_client::Server;

const SECRET: &str = r#"{"client_id":"AbC","client_secret":"c0ffee","webhook_id":"6HY79521VR978045E","environment":"live"}"#;
const REF: &str = "up-aaaabbbbccccddddeeeeffff";
const ORDER: &str = "5O190127TN364715T";
const CAPTURE: &str = "3C679366HH908993F";
const NOW: &str = "2027-01-18T10:05:00Z";

type Answer = (u16, String);

fn paypal(root: &str) -> Provider {
    let places = Places { base_url: "https://api.example", stand_ins_url: Some(root) };
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Provider::named("paypal", LazyClient::default().get().unwrap(), places, &creditor, at(NOW)).unwrap()
}

fn request(locale: Locale) -> CheckoutRequest {
    CheckoutRequest {
        reference: REF.to_owned(),
        amount_minor: 12_300,
        currency: Currency::PLN,
        title: "ą".repeat(300),
        locale,
        return_url: "https://pay.example/p/x?lang=pl".to_owned(),
        callback_url: "https://api.example/payments/herbaciarnia/paypal".to_owned(),
        email: Some("anna@example.com".to_owned()),
        creditor_email: "biuro@acme.example".to_owned(),
    }
}

fn token() -> Answer {
    (200, json!({ "access_token": "A21AA", "token_type": "Bearer", "expires_in": 32_400 }).to_string())
}

fn no(status: u16, issue: &str) -> Answer {
    (status, json!({ "name": "X", "details": [{ "issue": issue }] }).to_string())
}

fn made(rel: &str) -> Answer {
    let links =
        json!([{ "href": "https://x.example/self", "rel": "self" }, { "href": "https://www.paypal.com/checkoutnow?token=5O", "rel": rel }]);
    (200, json!({ "id": ORDER, "status": "PAYER_ACTION_REQUIRED", "links": links }).to_string())
}

fn order(status: &str, payments: Value) -> Answer {
    let unit = json!({ "custom_id": REF, "amount": { "currency_code": "PLN", "value": "123.00" }, "payments": payments });
    (200, json!({ "id": ORDER, "status": status, "update_time": "2027-01-18T10:04:00Z", "purchase_units": [unit] }).to_string())
}

fn capture(status: &str) -> Value {
    json!({ "id": CAPTURE, "status": status, "amount": { "currency_code": "PLN", "value": "123.00" }, "create_time": "2027-01-18T10:04:30Z" })
}

fn captured(status: &str) -> Answer {
    let (_, body) = order("COMPLETED", json!({ "captures": [capture(status)] }));
    (201, body)
}

fn approved() -> Answer {
    order("APPROVED", json!({}))
}

fn body_of(text: &str) -> Value {
    serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn header(text: &str, name: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default().to_owned()
}

async fn ordered(request: &CheckoutRequest, answers: Vec<Answer>) -> (Result<Checkout, CheckoutError>, Vec<String>) {
    let server = Server::answering(answers).await;
    let said = paypal(&server.root).checkout(request, SECRET).await;
    (said, server.requests())
}

#[tokio::test]
async fn an_order_is_made_once_and_leads_to_its_page() {
    for rel in ["payer-action", "approve"] {
        let (said, requests) = ordered(&request(Locale::Pl), vec![token(), made(rel)]).await;
        let url = "https://www.paypal.com/checkoutnow?token=5O".to_owned();
        assert_eq!(said, Ok(Checkout { id: ORDER.to_owned(), url }));
        assert_eq!(requests.len(), 2, "each is asked once");
    }
    let (_, requests) = ordered(&request(Locale::Pl), vec![token(), made("approve")]).await;
    assert!(requests[0].starts_with("POST /paypal/v1/oauth2/token ") && requests[0].contains("authorization: Basic QWJDOmMwZmZlZQ=="));
    assert!(requests[1].starts_with("POST /paypal/v2/checkout/orders ") && requests[1].contains("authorization: Bearer A21AA"));
    let body = body_of(&requests[1]);
    let unit = &body["purchase_units"][0];
    assert_eq!((&body["intent"], &unit["custom_id"]), (&json!("CAPTURE"), &json!(REF)));
    assert_eq!(unit["amount"], json!({ "currency_code": "PLN", "value": "123.00" }));
    assert_eq!(unit["description"].as_str().unwrap().chars().count(), 127);
    let context = &body["payment_source"]["paypal"]["experience_context"];
    assert_eq!((&context["locale"], &context["user_action"]), (&json!("pl-PL"), &json!("PAY_NOW")));
    assert!(!requests[1].contains("anna@example.com"), "it needs no address of the debtor's");
    let key = header(&requests[1], "paypal-request-id");
    let again = ordered(&request(Locale::Pl), vec![token(), made("approve")]).await.1;
    let other = ordered(&request(Locale::De), vec![token(), made("approve")]).await.1;
    assert!(!key.is_empty() && key == header(&again[1], "paypal-request-id"), "the same order under the same key");
    assert_ne!(key, header(&other[1], "paypal-request-id"));
}

#[tokio::test]
async fn what_is_refused_and_what_nobody_knows_are_told_apart() {
    let cases = [
        (vec![(401, "{}".to_owned())], true),
        (vec![(500, "{}".to_owned())], true),
        (vec![token(), no(422, "CURRENCY_NOT_SUPPORTED")], true),
        (vec![token(), no(400, "INVALID")], true),
        (vec![token(), (200, json!({ "id": ORDER }).to_string())], true),
        (vec![token(), no(500, "INTERNAL")], false),
        (vec![token(), no(429, "RATE")], false),
        (vec![token(), (200, "{}".to_owned())], false),
        (vec![token(), (0, String::new())], false),
    ];
    for (answers, refused) in cases {
        let said = ordered(&request(Locale::Pl), answers.clone()).await.0.unwrap_err();
        assert_eq!(matches!(said, CheckoutError::Refused(_)), refused, "{answers:?}: {said}");
    }
    let half = CheckoutRequest { currency: Currency::parse("HUF").unwrap(), amount_minor: 12_350, ..request(Locale::Pl) };
    let (said, requests) = ordered(&half, vec![]).await;
    assert!(matches!(said, Err(CheckoutError::Refused(_))) && requests.is_empty(), "no part of a forint is asked for");
}

async fn confirmed(what: &str, answers: Vec<Answer>) -> (Result<ProviderEvent, CheckoutError>, Vec<String>) {
    let server = Server::answering(answers).await;
    let said = paypal(&server.root).confirm(Told::ToAsk { payment: what.to_owned() }, SECRET, at(NOW)).await;
    (said, server.requests())
}

async fn of_order(answers: Vec<Answer>) -> Result<ProviderEvent, CheckoutError> {
    confirmed(&format!("orders/{ORDER}"), answers).await.0
}

fn is_paid(said: &Result<ProviderEvent, CheckoutError>) -> bool {
    matches!(said, Ok(ProviderEvent::Paid { payment, reference }) if payment.payment_id == CAPTURE && payment.amount_minor == 12_300 && reference == REF)
}

#[tokio::test]
async fn an_order_that_is_approved_is_captured_by_whoever_confirms_it() {
    let (said, requests) = confirmed(&format!("orders/{ORDER}"), vec![token(), approved(), captured("COMPLETED")]).await;
    assert!(is_paid(&said), "{said:?}");
    assert!(requests[1].starts_with(&format!("GET /paypal/v2/checkout/orders/{ORDER} ")));
    assert!(requests[2].starts_with(&format!("POST /paypal/v2/checkout/orders/{ORDER}/capture ")));
    let key = header(&requests[2], "paypal-request-id");
    assert!(!key.is_empty());
    assert_eq!(header(&requests[2], "prefer"), "return=representation");
    let again = confirmed(&format!("orders/{ORDER}"), vec![token(), approved(), captured("COMPLETED")]).await.1;
    assert_eq!(key, header(&again[2], "paypal-request-id"), "the same capture under the same key");
    assert!(matches!(of_order(vec![token(), approved(), captured("PENDING")]).await, Ok(ProviderEvent::Pending { .. })));
    assert!(matches!(of_order(vec![token(), approved(), captured("DECLINED")]).await, Ok(ProviderEvent::Failed { .. })));
}

#[tokio::test]
async fn a_capture_that_is_refused_says_why() {
    let done = order("COMPLETED", json!({ "captures": [capture("COMPLETED")] }));
    assert!(is_paid(&of_order(vec![token(), approved(), no(422, "ORDER_ALREADY_CAPTURED"), done]).await), "captured before");
    for issue in ["INSTRUMENT_DECLINED", "PAYER_ACTION_REQUIRED", "TRANSACTION_REFUSED"] {
        assert!(matches!(of_order(vec![token(), approved(), no(422, issue)]).await, Ok(ProviderEvent::Failed { .. })), "{issue}");
    }
    assert_eq!(of_order(vec![token(), approved(), no(422, "ORDER_NOT_APPROVED")]).await, Ok(ProviderEvent::Nothing));
    for answer in [no(422, "COMPLIANCE_VIOLATION"), no(403, "NOT_AUTHORIZED"), no(404, "RESOURCE_NOT_FOUND")] {
        assert!(matches!(of_order(vec![token(), approved(), answer.clone()]).await, Err(CheckoutError::Refused(_))), "{answer:?}");
    }
    for answer in [no(500, "INTERNAL"), no(429, "RATE"), (201, "{}".to_owned()), (0, String::new())] {
        assert!(matches!(of_order(vec![token(), approved(), answer.clone()]).await, Err(CheckoutError::Unknown(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_not_ours_or_not_approved_is_never_captured() {
    let foreign = (200, approved().1.replace(REF, "cart-7"));
    for answer in [foreign, order("CREATED", json!({})), order("PAYER_ACTION_REQUIRED", json!({})), (404, "{}".to_owned())] {
        let (said, requests) = confirmed(&format!("orders/{ORDER}"), vec![token(), answer]).await;
        assert_eq!((said, requests.len()), (Ok(ProviderEvent::Nothing), 2));
    }
    assert!(matches!(of_order(vec![token(), order("VOIDED", json!({}))]).await, Ok(ProviderEvent::Failed { .. })));
    for what in ["orders/../x", "orders/", "captures/a", ORDER] {
        let (said, requests) = confirmed(what, vec![token()]).await;
        assert!(matches!(said, Err(CheckoutError::Refused(_))) && requests.len() == 1, "{what}");
    }
}

#[tokio::test]
async fn who_asks_captures_nothing() {
    let ask = async |answers| {
        let server = Server::answering(answers).await;
        let said = paypal(&server.root).ask(Asked { reference: REF, checkout: ORDER, at: at(NOW) }, SECRET).await;
        (said, server.requests().len())
    };
    assert_eq!(ask(vec![token(), approved()]).await, (Ok(Told::ToAsk { payment: format!("orders/{ORDER}") }), 2));
    assert_eq!(ask(vec![token(), (404, "{}".to_owned())]).await, (Ok(ProviderEvent::Nothing.into()), 2));
    let paid = ask(vec![token(), order("COMPLETED", json!({ "captures": [capture("DECLINED"), capture("COMPLETED")] }))]).await.0;
    assert!(matches!(paid, Ok(Told::Happened(ProviderEvent::Paid { .. }))), "money before what was declined");
    assert!(matches!(ask(vec![token(), no(503, "X")]).await.0, Err(CheckoutError::Unknown(_))));
    assert!(matches!(ask(vec![(503, "{}".to_owned())]).await.0, Err(CheckoutError::Unknown(_))), "no token is no answer");
    assert!(matches!(ask(vec![(401, "{}".to_owned())]).await.0, Err(CheckoutError::Unknown(_))));
}

#[tokio::test]
async fn what_went_back_of_a_capture_is_read_from_its_order() {
    let refund = |id: &str, status: &str| json!({ "id": id, "status": status, "amount": { "currency_code": "PLN", "value": "10.00" } });
    let refunds = [refund("1A", "COMPLETED"), refund("2B", "PENDING"), refund("3C", "FAILED")];
    let payments = json!({ "captures": [capture("PARTIALLY_REFUNDED")], "refunds": refunds });
    let mut shown = capture("PARTIALLY_REFUNDED");
    shown["supplementary_data"] = json!({ "related_ids": { "order_id": ORDER } });
    let what = format!("captures/{CAPTURE}");
    let (said, _) = confirmed(&what, vec![token(), (200, shown.to_string()), order("COMPLETED", payments)]).await;
    let Ok(ProviderEvent::Stands { payment, back, again, .. }) = said else { panic!("{said:?}") };
    assert_eq!(payment.amount_minor, 12_300);
    let ids =
        |list: Vec<upominek::domain::fact::RefundFact>| list.into_iter().map(|one| (one.refund_id, one.payment_id)).collect::<Vec<_>>();
    assert_eq!(ids(back), [("1A".to_owned(), Some(CAPTURE.to_owned()))]);
    assert_eq!(ids(again), [("3C".to_owned(), Some(CAPTURE.to_owned()))]);
    assert_eq!(confirmed(&what, vec![token(), (404, "{}".to_owned())]).await.0, Ok(ProviderEvent::Nothing), "another app's");
    assert_eq!(
        confirmed(&what, vec![token(), (200, capture("COMPLETED").to_string())]).await.0,
        Ok(ProviderEvent::Nothing),
        "the creditor's own sale"
    );
}
