//! What PayU is asked over HTTP, and what its answers mean.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tests::facts::at;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use upominek::adapters::payments::provider::{Places, Provider};
use upominek::domain::creditor::Locale;
use upominek::domain::ids::CreditorId;
use upominek::domain::money::Currency;
use upominek::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};
use upominek::runtime::http_client::LazyClient;

const SECRET: &str = r#"{"pos_id":"145000","client_id":"145001","client_secret":"c0ffee","second_key":"4b1d0c93e57fa8266d0f3e2b7a91c845","environment":"production"}"#;

/// Answers requests in order: a status and a body each; nothing at all for the status 0.
pub(crate) struct Server {
    pub(crate) root: String,
    asked: Arc<Mutex<Vec<String>>>,
}

async fn whole(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}

impl Server {
    pub(crate) async fn answering(answers: Vec<(u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (root, asked) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(Mutex::new(Vec::new())));
        let (noted, mut answers) = (asked.clone(), VecDeque::from(answers));
        tokio::spawn(async move {
            while let Some((status, body)) = answers.pop_front() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = whole(&mut stream).await;
                noted.lock().unwrap().push(request);
                if status == 0 {
                    continue;
                }
                let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nlocation: /x\r\nconnection: close\r\n");
                stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
            }
        });
        Self { root, asked }
    }

    fn payu(&self) -> Provider {
        let places = Places { base_url: "https://api.example", stand_ins_url: Some(&self.root) };
        let creditor = CreditorId::parse("herbaciarnia").unwrap();
        Provider::named("payu", LazyClient::default().get().unwrap(), places, &creditor, at("2027-01-18T10:00:30Z")).unwrap()
    }

    async fn checkout(&self) -> Result<Checkout, CheckoutError> {
        let request = CheckoutRequest {
            reference: "up-1".to_owned(),
            amount_minor: 12_345,
            currency: Currency::PLN,
            title: "FV/1".to_owned(),
            locale: Locale::De,
            return_url: "https://pay.example/p/x?lang=de".to_owned(),
            callback_url: "https://api.example/payments/herbaciarnia/payu".to_owned(),
            email: None,
            creditor_email: "biuro@acme.example".to_owned(),
        };
        self.payu().checkout(&request, SECRET).await
    }

    async fn ask(&self) -> Result<ProviderEvent, CheckoutError> {
        let asked = Asked { reference: "up-1", checkout: "HRB1", at: at("2027-01-18T10:00:30Z") };
        self.payu().ask(asked, SECRET).await.map(|told| match told {
            Told::Happened(event) => event,
            other => panic!("{other:?} is not to be confirmed"),
        })
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn token() -> (u16, String) {
    (200, json!({ "access_token": "t-1", "token_type": "bearer", "expires_in": 43_199 }).to_string())
}

fn says(status: u16, word: &str) -> (u16, String) {
    (status, json!({ "status": { "statusCode": word, "statusDesc": "text" } }).to_string())
}

#[tokio::test]
async fn an_order_is_answered_by_a_redirect_that_is_not_followed() {
    let page = "https://secure.payu.com/pay/?orderId=HRB1&token=x";
    let made = json!({ "status": { "statusCode": "SUCCESS" }, "redirectUri": page, "orderId": "HRB1", "extOrderId": "up-1" });
    let server = Server::answering(vec![token(), (302, made.to_string())]).await;
    assert_eq!(server.checkout().await, Ok(Checkout { id: "HRB1".to_owned(), url: format!("{page}&lang=de") }));
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "each is asked once");
    assert!(requests[0].starts_with("POST /payu/pl/standard/user/oauth/authorize "));
    assert!(requests[0].ends_with("grant_type=client_credentials&client_id=145001&client_secret=c0ffee"));
    assert!(requests[1].starts_with("POST /payu/api/v2_1/orders ") && requests[1].contains("authorization: Bearer t-1\r\n"));
    let order: Value = serde_json::from_str(requests[1].split_once("\r\n\r\n").unwrap().1).unwrap();
    let expected = json!({
        "merchantPosId": "145000", "extOrderId": format!("up-1.{}", at("2027-01-18T10:00:00Z").timestamp() / 60),
        "customerIp": "127.0.0.1", "notifyUrl": "https://api.example/payments/herbaciarnia/payu",
        "continueUrl": "https://pay.example/p/x?lang=de", "validityTime": "86400", "description": "FV/1",
        "currencyCode": "PLN", "totalAmount": "12345", "products": [{ "name": "FV/1", "unitPrice": "12345", "quantity": "1" }],
    });
    assert_eq!(order, expected, "amounts are texts, and nothing is said of the debtor");
}

#[tokio::test]
async fn not_accepted_is_told_from_unknown() {
    let html = (302, "<html>".to_owned());
    let elsewhere = json!({ "status": { "statusCode": "SUCCESS" }, "redirectUri": "javascript:alert(1)", "orderId": "HRB1" }).to_string();
    let nowhere = json!({ "status": { "statusCode": "SUCCESS" }, "orderId": "HRB1" }).to_string();
    for (answer, refused) in [
        (says(400, "ERROR_VALUE_INVALID"), true),
        (says(401, "UNAUTHORIZED"), true),
        (says(403, "UNAUTHORIZED_REQUEST"), true),
        ((400, "<html>".to_owned()), true),
        // An order of this number is there already.
        (says(400, "ERROR_ORDER_NOT_UNIQUE"), false),
        (says(408, "TIMEOUT"), false),
        (says(500, "ERROR_INTERNAL"), false),
        (says(503, "SERVICE_NOT_AVAILABLE"), false),
        (says(302, "WARNING_CONTINUE_3DS"), false),
        (html, false),
        ((302, elsewhere), false),
        ((302, nowhere), false),
        ((0, String::new()), false),
    ] {
        let server = Server::answering(vec![token(), answer.clone()]).await;
        let error = server.checkout().await.unwrap_err();
        assert_eq!(matches!(error, CheckoutError::Refused(_)), refused, "{answer:?}: {error}");
        assert_eq!(server.requests().len(), 2, "{answer:?}: an order is asked for once");
    }
    for answer in [says(401, "invalid_client"), (500, String::new()), (200, "{}".to_owned()), (0, String::new())] {
        let server = Server::answering(vec![answer.clone()]).await;
        let error = server.checkout().await.unwrap_err();
        assert!(matches!(error, CheckoutError::Refused(_)), "without a token no order was asked for: {answer:?}: {error}");
    }
}

#[tokio::test]
async fn what_an_answer_says_beside_its_word_is_not_repeated() {
    let server = Server::answering(vec![token(), says(400, "anna@example.com is wrong")]).await;
    assert!(!server.checkout().await.unwrap_err().to_string().contains("anna"));
}

#[tokio::test]
async fn asked_it_says_what_its_notification_would_have_said() {
    let order = |status: &str, number: &str| {
        let order = json!({ "orderId": "HRB1", "extOrderId": number, "totalAmount": "12345", "currencyCode": "PLN", "status": status });
        (200, json!({ "orders": [order], "status": { "statusCode": "SUCCESS" } }).to_string())
    };
    let asked = |answer: (u16, String)| async move { Server::answering(vec![token(), answer]).await.ask().await };
    let number = "up-1.29916666";
    match asked(order("COMPLETED", number)).await {
        Ok(ProviderEvent::Paid { payment, reference }) => {
            assert_eq!((payment.payment_id.as_str(), payment.amount_minor, reference.as_str()), ("HRB1", 12_345, "up-1"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(asked(order("NEW", number)).await, Ok(ProviderEvent::Nothing));
    assert!(matches!(asked(order("WAITING_FOR_CONFIRMATION", number)).await, Ok(ProviderEvent::Pending { .. })));
    assert!(matches!(asked(order("CANCELED", number)).await, Ok(ProviderEvent::Failed { .. })));
    for unclear in [order("COMPLETED", "up-2.29916666"), order("LOST", number), says(200, "SUCCESS"), says(500, "GENERAL_ERROR")] {
        assert!(matches!(asked(unclear.clone()).await, Err(CheckoutError::Unknown(_))), "{unclear:?}");
    }
    assert!(matches!(asked(says(404, "DATA_NOT_FOUND")).await, Err(CheckoutError::Refused(_))));
}
