//! What Mollie is asked over HTTP, and what its answers mean.

use serde_json::{Value, json};
use tests::facts::at;
use upominek::adapters::payments::provider::{Places, Provider};
use upominek::domain::creditor::Locale;
use upominek::domain::fact::PaymentFact;
use upominek::domain::ids::CreditorId;
use upominek::domain::money::Currency;
use upominek::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};
use upominek::runtime::http_client::LazyClient;

use crate::payu_client::Server;

const SECRET: &str = r#"{"api_key":"live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"}"#;
const SIGNING: &str = r#"{"api_key":"live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM","signing_secret":"whsec-12345"}"#;
const REF: &str = "up-aaaabbbbccccddddeeeeffff";

fn mollie(root: &str) -> Provider {
    let places = Places { base_url: "https://api.example", stand_ins_url: Some(root) };
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Provider::named("mollie", LazyClient::default().get().unwrap(), places, &creditor, at("2027-01-18T10:00:30Z")).unwrap()
}

fn request(locale: Locale) -> CheckoutRequest {
    CheckoutRequest {
        reference: REF.to_owned(),
        amount_minor: 12_300,
        currency: Currency::PLN,
        title: "ą".repeat(300),
        locale,
        return_url: "https://pay.example/p/x?lang=pl".to_owned(),
        callback_url: "https://api.example/payments/herbaciarnia/mollie".to_owned(),
        email: Some("anna@example.com".to_owned()),
        creditor_email: "biuro@acme.example".to_owned(),
    }
}

fn made() -> (u16, String) {
    let links = json!({ "checkout": { "href": "https://www.mollie.com/checkout/select-method/7UhSN1zuXS", "type": "text/html" } });
    (201, json!({ "resource": "payment", "id": "tr_7UhSN1zuXS", "status": "open", "_links": links }).to_string())
}

fn payment(status: &str) -> Value {
    json!({
        "resource": "payment", "id": "tr_7UhSN1zuXS", "status": status, "amount": { "value": "123.00", "currency": "PLN" },
        "metadata": { "upominek_reference": REF }, "paidAt": "2027-01-18T10:00:00+00:00",
    })
}

fn body_of(text: &str) -> Value {
    serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn key_of(text: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).unwrap().to_owned()
}

async fn ordered(request: &CheckoutRequest, secret: &str, answer: (u16, String)) -> (Result<Checkout, CheckoutError>, String) {
    let server = Server::answering(vec![answer]).await;
    let said = mollie(&server.root).checkout(request, secret).await;
    let mut requests = server.requests();
    assert_eq!(requests.len(), 1, "it is asked once");
    (said, requests.remove(0))
}

#[tokio::test]
async fn a_payment_is_ordered_once_and_leads_to_its_page() {
    let (said, text) = ordered(&request(Locale::Pl), SECRET, made()).await;
    let url = "https://www.mollie.com/checkout/select-method/7UhSN1zuXS".to_owned();
    assert_eq!(said, Ok(Checkout { id: "tr_7UhSN1zuXS".to_owned(), url }));
    assert!(text.starts_with("POST /mollie/v2/payments "));
    assert!(text.contains("authorization: Bearer live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"));
    let body = body_of(&text);
    assert_eq!(body["amount"], json!({ "currency": "PLN", "value": "123.00" }));
    assert_eq!((&body["locale"], &body["metadata"]["upominek_reference"]), (&json!("pl_PL"), &json!(REF)));
    assert_eq!(body["webhookUrl"], "https://api.example/payments/herbaciarnia/mollie");
    assert_eq!(body["description"].as_str().unwrap().chars().count(), 255);
    assert!(!text.contains("anna@example.com"), "it asks for an address where a method needs one");
    let again = ordered(&request(Locale::Pl), SECRET, made()).await.1;
    assert_eq!(key_of(&text), key_of(&again), "the same order is the same payment");
    let other = ordered(&request(Locale::Uk), SECRET, made()).await.1;
    assert_ne!(key_of(&text), key_of(&other), "a key is of one order");
    assert_eq!(body_of(&other).get("locale"), None);
    let yen = CheckoutRequest { currency: Currency::parse("JPY").unwrap(), ..request(Locale::En) };
    assert_eq!(body_of(&ordered(&yen, SECRET, made()).await.1)["amount"], json!({ "currency": "JPY", "value": "12300" }));
}

#[tokio::test]
async fn where_events_are_signed_no_payment_has_a_webhook_of_its_own() {
    let (_, text) = ordered(&request(Locale::Pl), SIGNING, made()).await;
    assert_eq!(body_of(&text).get("webhookUrl"), None);
}

#[tokio::test]
async fn what_is_refused_and_what_nobody_knows_are_told_apart() {
    let over = json!({ "id": "tr_7UhSN1zuXS", "status": "paid", "_links": {} }).to_string();
    let other = json!({ "id": "../x", "_links": { "checkout": { "href": "https://x.example" } } }).to_string();
    let no = || "{}".to_owned();
    for (answer, refused) in [
        ((401, no()), true),
        ((422, no()), true),
        ((201, over), true),
        ((409, no()), false),
        ((429, no()), false),
        ((500, no()), false),
        ((201, no()), false),
        ((201, other), false),
        ((302, no()), false),
    ] {
        let said = ordered(&request(Locale::Pl), SECRET, answer.clone()).await.0.unwrap_err();
        assert_eq!(matches!(said, CheckoutError::Refused(_)), refused, "{answer:?}: {said}");
    }
    // The connection ends without an answer; and nobody is there at all.
    let silent = ordered(&request(Locale::Pl), SECRET, (0, no())).await.0;
    assert!(matches!(silent, Err(CheckoutError::Unknown(_))), "{silent:?}");
    let nobody = mollie("http://127.0.0.1:9").checkout(&request(Locale::Pl), SECRET).await;
    assert!(matches!(nobody, Err(CheckoutError::Refused(_))), "{nobody:?}");
}

/// What becomes of a hint, and of a question: they are the same.
async fn asked(answer: (u16, String)) -> Result<ProviderEvent, CheckoutError> {
    let server = Server::answering(vec![answer.clone(), answer]).await;
    let client = mollie(&server.root);
    let now = at("2027-01-18T10:05:00Z");
    let hinted = client.confirm(Told::ToAsk { payment: "tr_7UhSN1zuXS".to_owned() }, SECRET, now).await;
    let told = client.ask(Asked { reference: REF, checkout: "tr_7UhSN1zuXS", at: now }, SECRET).await;
    assert_eq!(told, hinted.clone().map(Told::from));
    let requests = server.requests();
    assert!(
        requests.iter().all(|text| text.starts_with("GET /mollie/v2/payments/tr_7UhSN1zuXS?embed=refunds,chargebacks ")),
        "{requests:?}"
    );
    hinted
}

#[tokio::test]
async fn who_asks_hears_how_the_payment_stands() {
    let paid = PaymentFact {
        provider: "mollie".to_owned(),
        payment_id: "tr_7UhSN1zuXS".to_owned(),
        invoice: None,
        debtor: None,
        currency: Currency::PLN,
        amount_minor: 12_300,
        paid_at: at("2027-01-18T10:00:00Z"),
    };
    let says = |payment: Value| (200, payment.to_string());
    let reference = REF.to_owned();
    assert_eq!(asked(says(payment("paid"))).await, Ok(ProviderEvent::Paid { payment: paid, reference: reference.clone() }));
    let now = at("2027-01-18T10:05:00Z");
    assert_eq!(asked(says(payment("expired"))).await, Ok(ProviderEvent::Failed { reference: reference.clone(), at: now }));
    assert_eq!(asked(says(payment("pending"))).await, Ok(ProviderEvent::Pending { reference, at: now }));
    assert_eq!(asked(says(payment("open"))).await, Ok(ProviderEvent::Nothing));
    let mut refunded = payment("paid");
    refunded["_embedded"] =
        json!({ "refunds": [{ "id": "re_1", "status": "refunded", "amount": { "value": "1.00", "currency": "PLN" } }] });
    assert!(matches!(asked(says(refunded)).await, Ok(ProviderEvent::Stands { back, .. }) if back.len() == 1));
}

#[tokio::test]
async fn an_id_that_nobody_knows_books_nothing_and_an_answer_that_is_none_is_waited_for() {
    for status in [404, 410] {
        assert_eq!(asked((status, "{}".to_owned())).await, Ok(ProviderEvent::Nothing), "{status}");
    }
    for answer in [(500, "{}".to_owned()), (429, "{}".to_owned()), (200, "{}".to_owned()), (200, payment("settled").to_string())] {
        assert!(matches!(asked(answer.clone()).await, Err(CheckoutError::Unknown(_))), "{answer:?}");
    }
    assert!(matches!(asked((401, "{}".to_owned())).await, Err(CheckoutError::Refused(_))));
    let now = at("2027-01-18T10:05:00Z");
    for id in ["tr_1/refunds", "ord_1", "tr_", "tr_1?x"] {
        let said = mollie("http://127.0.0.1:9").confirm(Told::ToAsk { payment: id.to_owned() }, SECRET, now).await;
        assert!(matches!(said, Err(CheckoutError::Refused(_))), "{id} is not even asked for");
    }
    let unreached = mollie("http://127.0.0.1:9").confirm(Told::ToAsk { payment: "tr_1".to_owned() }, SECRET, now).await;
    assert!(matches!(unreached, Err(CheckoutError::Unknown(_))), "{unreached:?}");
}
