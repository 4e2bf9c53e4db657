//! What Tpay is asked over HTTP, and what its answers mean.

use serde_json::{Value, json};
use tests::facts::at;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use upominek::adapters::payments::tpay_client::TpayClient;
use upominek::domain::creditor::Locale;
use upominek::domain::fact::PaymentFact;
use upominek::domain::money::Currency;
use upominek::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};
use upominek::runtime::http_client::LazyClient;

const SECRET: &str = r#"{"client_id":"c-1","client_secret":"s/1","security_code":"kod","environment":"production"}"#;
const MADE: &str = "01K5BK4HEPB0WBCGT51FMTYSYJ";
const REFERENCE: &str = "up-aaaabbbbccccddddeeeeffff";

async fn whole(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        assert!(read > 0, "the connection ended early");
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}

type Seen = tokio::task::JoinHandle<Vec<String>>;

/// A client of a provider that gives one answer after the other, none for the status 0; and, once all are given, what
/// it was asked. After the last, nobody is there any more.
async fn answering(answers: Vec<(u16, Value)>) -> (TpayClient, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let mut all = Vec::new();
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            all.push(whole(&mut stream).await);
            if status > 0 {
                let text = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
                let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nlocation: /x\r\nconnection: close\r\n");
                stream.write_all(format!("{head}content-length: {}\r\n\r\n{text}", text.len()).as_bytes()).await.unwrap();
            }
        }
        all
    });
    (TpayClient::new(LazyClient::default().get().unwrap(), Some(url)), asked)
}

fn token() -> (u16, Value) {
    (200, json!({ "access_token": "t-1", "token_type": "Bearer", "expires_in": 7200 }))
}

fn failed(status: u16) -> (u16, Value) {
    (status, json!({ "result": "failed", "errors": [{ "errorCode": "x", "errorMessage": "anna@example.com is wrong" }] }))
}

fn transaction(status: &str) -> Value {
    json!({
        "result": "success", "requestId": "r", "transactionId": MADE, "title": "TR-59GU-1ABCDE", "posId": "p", "status": status,
        "date": { "creation": "2026-11-16 11:00:00", "realization": null }, "amount": 123, "currency": "PLN",
        "description": "FV/1", "hiddenDescription": REFERENCE,
        "payments": { "status": status, "method": null, "amountPaid": 0, "date": { "realization": null } },
        "transactionPaymentUrl": "https://secure.tpay.com/?title=TR-59GU-1ABCDE",
    })
}

fn with(status: &str, path: &str, value: Value) -> (u16, Value) {
    let mut transaction = transaction(status);
    *transaction.pointer_mut(path).unwrap() = value;
    (200, transaction)
}

fn request() -> CheckoutRequest {
    CheckoutRequest {
        reference: REFERENCE.to_owned(),
        amount_minor: 12_310,
        currency: Currency::PLN,
        title: format!("FV/1 {}", "ż".repeat(200)),
        locale: Locale::Uk,
        return_url: "https://pay.example/p/x".to_owned(),
        callback_url: "https://api.example/payments/acme/tpay".to_owned(),
        email: None,
        creditor_email: "biuro@acme.example".to_owned(),
    }
}

/// A checkout, and what was asked for it.
async fn checkout(request: CheckoutRequest, answers: Vec<(u16, Value)>) -> (Result<Checkout, CheckoutError>, Vec<String>) {
    let (client, asked) = answering(answers).await;
    let said = client.checkout(&request, SECRET).await;
    (said, asked.await.unwrap())
}

async fn asked(answers: Vec<(u16, Value)>) -> Result<Told, CheckoutError> {
    let (client, asked) = answering(answers).await;
    let question = Asked { reference: REFERENCE, checkout: MADE, at: at("2026-11-16T12:00:00Z") };
    let said = client.ask(question, SECRET).await;
    asked.await.unwrap();
    said
}

fn paid(amount_minor: i64, currency: Currency, paid_at: &str) -> ProviderEvent {
    let payment = PaymentFact {
        provider: "tpay".to_owned(),
        payment_id: "TR-59GU-1ABCDE".to_owned(),
        invoice: None,
        debtor: None,
        currency,
        amount_minor,
        paid_at: at(paid_at),
    };
    ProviderEvent::Paid { payment, reference: REFERENCE.to_owned() }
}

#[tokio::test]
async fn a_transaction_says_no_more_of_the_debtor_than_it_must() {
    let (made, seen) = checkout(request(), vec![token(), (200, transaction("pending"))]).await;
    assert_eq!(made, Ok(Checkout { id: MADE.to_owned(), url: "https://secure.tpay.com/?title=TR-59GU-1ABCDE".to_owned() }));
    assert!(seen[0].starts_with("POST /oauth/auth HTTP/1.1\r\n"));
    assert!(seen[0].ends_with("grant_type=client_credentials&client_id=c-1&client_secret=s%2F1"));
    assert!(seen[1].starts_with("POST /transactions HTTP/1.1\r\n") && seen[1].contains("authorization: Bearer t-1\r\n"));
    let body = seen[1].split_once("\r\n\r\n").unwrap().1;
    assert!(body.contains("\"amount\":123.1,"), "a number to the grosz: {body}");
    let mut order: Value = serde_json::from_str(body).unwrap();
    order["amount"] = Value::Null;
    let expected = json!({
        "amount": null, "description": format!("FV/1 {}", "ż".repeat(123)), "hiddenDescription": REFERENCE, "lang": "pl",
        "payer": { "email": "biuro@acme.example", "name": REFERENCE },
        "callbacks": {
            "notification": { "url": "https://api.example/payments/acme/tpay" },
            "payerUrls": { "success": "https://pay.example/p/x", "error": "https://pay.example/p/x" },
        },
    });
    assert_eq!(order, expected);
}

#[tokio::test]
async fn amounts_go_out_to_the_grosz() {
    for (minor, text) in [(1, "0.01"), (10, "0.1"), (100, "1"), (29, "0.29"), (5_799, "57.99"), (12_345_678_901, "123456789.01")] {
        let request = CheckoutRequest { amount_minor: minor, ..request() };
        let (_, seen) = checkout(request, vec![token(), (200, transaction("pending"))]).await;
        let found = seen[1].split_once("\"amount\":").unwrap().1.split_once(',').unwrap().0;
        assert_eq!(found.strip_suffix(".0").unwrap_or(found), text, "{minor}");
    }
}

#[tokio::test]
async fn not_accepted_is_told_from_unknown() {
    let strange = |path: &str, value: Value| with("pending", path, value);
    for (answer, refused) in [
        (failed(400), true),
        (failed(401), true),
        (failed(403), true),
        (failed(422), true),
        (failed(302), false),
        (failed(409), false),
        (failed(429), false),
        (failed(500), false),
        (failed(503), false),
        ((200, json!("<html>")), false),
        (failed(200), false),
        (strange("/transactionPaymentUrl", json!("javascript:alert(1)")), false),
        (strange("/transactionPaymentUrl", Value::Null), false),
        (strange("/transactionId", json!("../x")), false),
        ((0, Value::Null), false),
    ] {
        let (said, seen) = checkout(request(), vec![token(), answer.clone()]).await;
        let error = said.unwrap_err();
        assert_eq!(matches!(error, CheckoutError::Refused(_)), refused, "{answer:?}: {error}");
        assert_eq!(seen.len(), 2, "{answer:?}: it is asked for once");
        assert!(!error.to_string().contains("anna"), "what an answer says is not repeated");
    }
    for answer in [failed(401), failed(500), (200, json!({})), (0, Value::Null)] {
        let (said, seen) = checkout(request(), vec![answer.clone()]).await;
        let error = said.unwrap_err();
        assert!(matches!(error, CheckoutError::Refused(_)), "without a token nothing was made: {answer:?}: {error}");
        assert_eq!(seen.len(), 1);
    }
    let (said, seen) = checkout(CheckoutRequest { currency: Currency::EUR, ..request() }, Vec::new()).await;
    assert!(matches!(said, Err(CheckoutError::Refused(_))) && seen.is_empty(), "it is for złoty");
}

#[tokio::test]
async fn asked_it_says_what_its_notification_would_have_said() {
    let says = |status: &str| asked(vec![token(), (200, transaction(status))]);
    let now = "2026-11-16T12:00:00Z";
    assert_eq!(says("correct").await, Ok(paid(12_300, Currency::PLN, now).into()));
    assert_eq!(says("pending").await, Ok(ProviderEvent::Nothing.into()));
    let reference = REFERENCE.to_owned();
    assert_eq!(says("paid").await, Ok(ProviderEvent::Pending { reference: reference.clone(), at: at(now) }.into()));
    for status in ["canceled", "error", "refund", "declined"] {
        assert_eq!(says(status).await, Ok(ProviderEvent::Failed { reference: reference.clone(), at: at(now) }.into()), "{status}");
    }
    let waits = asked(vec![token(), with("error", "/payments/amountPaid", json!(120))]).await;
    assert_eq!(waits, Ok(ProviderEvent::Pending { reference, at: at(now) }.into()), "another amount waits in the panel");
    assert!(matches!(says("new_status").await, Err(CheckoutError::Unknown(_))));
    let correct = |path: &'static str, value: Value| asked(vec![token(), with("correct", path, value)]);
    for (value, minor) in [(json!(120.5), 12_050), (json!("144.69"), 14_469), (json!(0), 12_300), (Value::Null, 12_300)] {
        assert_eq!(correct("/payments/amountPaid", value).await, Ok(paid(minor, Currency::PLN, now).into()), "what was paid");
    }
    assert_eq!(correct("/currency", json!("EUR")).await, Ok(paid(12_300, Currency::EUR, now).into()));
    assert_eq!(
        correct("/payments/date/realization", json!("2026-11-16 12:10:00")).await,
        Ok(paid(12_300, Currency::PLN, "2026-11-16T11:10:00Z").into()),
        "by a Polish clock"
    );
    for (path, value) in [("/amount", json!(123.456)), ("/currency", json!("zł")), ("/transactionId", json!("01OTHER"))] {
        assert!(matches!(correct(path, value).await, Err(CheckoutError::Unknown(_))), "{path}");
    }
}

#[tokio::test]
async fn who_does_not_answer_says_nothing() {
    for answers in [vec![], vec![failed(500)], vec![token(), failed(500)], vec![token(), failed(404)], vec![token(), (0, Value::Null)]] {
        let said = asked(answers.clone()).await;
        assert!(matches!(said, Err(CheckoutError::Unknown(_))), "{answers:?}: {said:?}");
    }
}

#[tokio::test]
async fn what_is_told_without_a_sign_of_whose_it_is_is_asked_for() {
    let confirmed = |answers: Vec<(u16, Value)>| async move {
        let (client, asked) = answering(answers).await;
        let said = client.confirm(Told::ToAsk { payment: MADE.to_owned() }, SECRET, at("2026-11-16T12:00:00Z")).await;
        (said, asked.await.unwrap())
    };
    let (said, seen) = confirmed(vec![token(), (200, transaction("correct"))]).await;
    assert_eq!(said, Ok(paid(12_300, Currency::PLN, "2026-11-16T12:00:00Z")));
    assert!(seen[1].starts_with(&format!("GET /transactions/{MADE} HTTP/1.1\r\n")));
    assert_eq!(confirmed(vec![token(), failed(404)]).await.0, Ok(ProviderEvent::Nothing), "somebody else's");
    for answers in [vec![], vec![failed(401)], vec![token(), failed(503)]] {
        assert!(matches!(confirmed(answers.clone()).await.0, Err(CheckoutError::Unknown(_))), "{answers:?}: it is tried again");
    }
    let (client, seen) = answering(Vec::new()).await;
    let said = client.confirm(Told::ToAsk { payment: "../accounts".to_owned() }, SECRET, at("2026-11-16T12:00:00Z")).await;
    assert!(matches!(said, Err(CheckoutError::Refused(_))) && seen.await.unwrap().is_empty());
}
