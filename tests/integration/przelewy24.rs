//! What Przelewy24 is asked, as it stands on the wire, and what each of its answers means.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tests::facts::at;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use upominek::adapters::payments::przelewy24_client::Przelewy24Client;
use upominek::domain::creditor::Locale;
use upominek::domain::fact::PaymentFact;
use upominek::domain::money::Currency;
use upominek::ports::outside::{Asked, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};
use upominek::runtime::http_client::LazyClient;

const SECRET: &str = r#"{"merchant_id":41001,"pos_id":41002,"crc":"bar","report_key":"k-1","environment":"sandbox"}"#;
const SESSION: &str = "up-aaaabbbbccccddddeeeeffff.29913840";

/// A request that came: its first line, its authorization and its body.
struct Seen {
    line: String,
    authorization: String,
    body: Value,
}

async fn seen(stream: &mut TcpStream) -> Seen {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        assert!(read > 0, "the connection ended early");
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        if body.len() < header("content-length").map_or(0, |length| length.parse::<usize>().unwrap()) {
            continue;
        }
        return Seen {
            line: head.lines().next().unwrap().to_owned(),
            authorization: header("authorization").unwrap_or_default(),
            body: serde_json::from_str(body).unwrap_or(Value::Null),
        };
    }
}

/// A client of a provider that gives one answer after the other; and, once all are given, what it was asked.
async fn answering(answers: Vec<(u16, Value)>) -> (Przelewy24Client, tokio::task::JoinHandle<Vec<Seen>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let mut all = Vec::new();
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            all.push(seen(&mut stream).await);
            let text = answer.to_string();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                text.len()
            );
            stream.write_all(format!("{head}{text}").as_bytes()).await.unwrap();
        }
        all
    });
    let client = LazyClient::default().get().unwrap();
    (Przelewy24Client::new(client, Some(url), at("2026-11-16T12:00:30Z")), asked)
}

fn request() -> CheckoutRequest {
    CheckoutRequest {
        reference: "up-aaaabbbbccccddddeeeeffff".to_owned(),
        amount_minor: 12_300,
        currency: Currency::PLN,
        title: "FV/1".to_owned(),
        locale: Locale::Uk,
        return_url: "https://pay.example/p/x".to_owned(),
        callback_url: "https://api.example/payments/acme/przelewy24".to_owned(),
        email: Some(format!("{}@example.com", "a".repeat(40))),
        creditor_email: "biuro@acme.example".to_owned(),
    }
}

fn payment() -> PaymentFact {
    PaymentFact {
        provider: "przelewy24".to_owned(),
        payment_id: "300000001".to_owned(),
        invoice: None,
        debtor: None,
        currency: Currency::PLN,
        amount_minor: 12_300,
        paid_at: at("2026-11-16T12:00:00Z"),
    }
}

fn stands(status: i64, amount: i64) -> (u16, Value) {
    let data = json!({ "orderId": 300_000_001, "sessionId": SESSION, "status": status, "amount": amount, "currency": "PLN" });
    (200, json!({ "data": data, "responseCode": 0 }))
}

fn verified() -> (u16, Value) {
    (200, json!({ "data": { "status": "success" }, "responseCode": 0 }))
}

fn refusal(status: u16) -> (u16, Value) {
    (status, json!({ "error": "no", "code": status }))
}

/// What becomes of a notification, and how often its provider was asked.
async fn confirmed(answers: Vec<(u16, Value)>) -> Result<ProviderEvent, CheckoutError> {
    let (client, asked) = answering(answers).await;
    let reference = "up-aaaabbbbccccddddeeeeffff".to_owned();
    let told = Told::ToConfirm { payment: payment(), reference, checkout: SESSION.to_owned() };
    let said = client.confirm(told, SECRET, at("2026-11-16T12:01:00Z")).await;
    asked.await.unwrap();
    said
}

async fn asked(answers: Vec<(u16, Value)>) -> Result<Told, CheckoutError> {
    let (client, asked) = answering(answers).await;
    let question = Asked { reference: "up-aaaabbbbccccddddeeeeffff", checkout: SESSION, at: at("2026-11-16T12:00:00Z") };
    let said = client.ask(question, SECRET).await;
    asked.await.unwrap();
    said
}

fn paid() -> Result<ProviderEvent, CheckoutError> {
    Ok(ProviderEvent::Paid { payment: payment(), reference: "up-aaaabbbbccccddddeeeeffff".to_owned() })
}

#[tokio::test]
async fn a_registration_is_signed_and_leads_to_its_page() {
    let (client, asked) = answering(vec![(200, json!({ "data": { "token": "A1-B2" }, "responseCode": 0 }))]).await;
    let made = client.checkout(&request(), SECRET).await.unwrap();
    let seen = asked.await.unwrap().remove(0);
    assert_eq!(made.id, SESSION);
    assert!(made.url.ends_with("/trnRequest/A1-B2"));
    assert_eq!(seen.line, "POST /api/v1/transaction/register HTTP/1.1");
    assert_eq!(seen.authorization, format!("Basic {}", BASE64_STANDARD.encode("41002:k-1")));
    // Computed by another program.
    assert_eq!(seen.body["sign"], "76026477e40de0852f170f7dd2e3d2b78a1b8bf60ffdb6c6c2551146c280d37ca440fe5eb52f6150aaa5fb56780624dc");
    assert_eq!((&seen.body["language"], &seen.body["amount"]), (&json!("pl"), &json!(12_300)));
    assert_eq!(seen.body["email"], "biuro@acme.example", "an address of more than 50 characters is not taken");
}

#[tokio::test]
async fn what_is_refused_and_what_nobody_knows_are_told_apart() {
    for (status, refused) in [(400, true), (401, true), (409, false), (429, false), (500, false), (200, false)] {
        let (client, asked) = answering(vec![refusal(status)]).await;
        let said = client.checkout(&request(), SECRET).await.unwrap_err();
        asked.await.unwrap();
        assert_eq!(matches!(said, CheckoutError::Refused(_)), refused, "{status}: {said}");
    }
}

#[tokio::test]
async fn a_notification_counts_once_it_is_verified() {
    let (client, asked) = answering(vec![verified()]).await;
    let reference = "up-aaaabbbbccccddddeeeeffff".to_owned();
    let told = Told::ToConfirm { payment: payment(), reference, checkout: SESSION.to_owned() };
    assert_eq!(client.confirm(told, SECRET, at("2026-11-16T12:01:00Z")).await, paid());
    let seen = asked.await.unwrap().remove(0);
    assert_eq!(seen.line, "PUT /api/v1/transaction/verify HTTP/1.1");
    assert_eq!(seen.body["sign"], "b72f6e8acedbcaae9e15251711ab9eea30d224bdb6fa428c594c2fc9b98500a293f98743e27bec81f1cea5afa980dcbc");
    assert_eq!(
        (&seen.body["orderId"], &seen.body["merchantId"], &seen.body["posId"]),
        (&json!(300_000_001), &json!(41_001), &json!(41_002))
    );
}

#[tokio::test]
async fn a_verification_that_is_refused_is_looked_up() {
    assert_eq!(confirmed(vec![refusal(400), stands(2, 12_300)]).await, paid(), "verified before");
    assert_eq!(confirmed(vec![refusal(400), stands(3, 12_300)]).await, Ok(ProviderEvent::Nothing), "it went back");
    for stands in [stands(1, 12_300), stands(0, 12_300), refusal(404), refusal(401)] {
        let said = confirmed(vec![refusal(400), stands.clone()]).await;
        assert!(matches!(said, Err(CheckoutError::Refused(_))), "an advance is not money: {stands:?}");
    }
    let said = confirmed(vec![(200, json!({ "data": { "status": "error" } })), stands(1, 12_300)]).await;
    assert!(matches!(said, Err(CheckoutError::Refused(_))));
}

#[tokio::test]
async fn where_nobody_knows_whether_it_is_verified_it_is_tried_again() {
    // The first: it is not even reached.
    for answers in [vec![], vec![refusal(500)], vec![refusal(400), refusal(503)], vec![(200, json!({}))]] {
        let said = confirmed(answers.clone()).await;
        assert!(matches!(said, Err(CheckoutError::Unknown(_))), "{answers:?}: {said:?}");
    }
}

#[tokio::test]
async fn who_asks_hears_what_the_notification_would_have_said() {
    assert_eq!(asked(vec![refusal(404)]).await, Ok(ProviderEvent::Nothing.into()));
    assert_eq!(asked(vec![stands(0, 12_300)]).await, Ok(ProviderEvent::Nothing.into()));
    assert_eq!(asked(vec![stands(2, 12_300)]).await, paid().map(Told::from));
    let advance = asked(vec![stands(1, 12_300)]).await;
    assert!(matches!(&advance, Ok(Told::ToConfirm { checkout, .. }) if checkout == SESSION), "asking verifies nothing: {advance:?}");
    assert!(matches!(asked(vec![stands(3, 12_300)]).await, Ok(Told::Happened(ProviderEvent::Failed { .. }))));
    assert!(matches!(asked(vec![refusal(500)]).await, Err(CheckoutError::Unknown(_))));
    assert!(matches!(asked(vec![stands(9, 12_300)]).await, Err(CheckoutError::Unknown(_))));
}
