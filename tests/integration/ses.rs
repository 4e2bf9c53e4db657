//! What SES is asked to send, as it stands on the wire.

use aws_sdk_sesv2::config::{BehaviorVersion, Credentials, Region};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use upominek::adapters::ses::Ses;
use upominek::domain::message::statement::File;
use upominek::ports::outside::{EmailSender, OutgoingEmail, SendResult};

/// Answers one request like SES, and hands its body over.
async fn one_request(listener: TcpListener) -> Value {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    let body = loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        assert!(read > 0, "the connection ended early");
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(|n| n.parse::<usize>().unwrap()));
        if body.len() >= length.expect("a body of a known length") {
            break body.to_owned();
        }
    };
    let answer = r#"{"MessageId":"m-1"}"#;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", answer.len());
    stream.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
    serde_json::from_str(&body).unwrap()
}

async fn sent(files: Vec<File>) -> Value {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = aws_sdk_sesv2::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(format!("http://{}", listener.local_addr().unwrap()))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let request = tokio::spawn(one_request(listener));
    let email = OutgoingEmail {
        from: "Acme <faktury@acme.example>".to_owned(),
        to: vec!["anna@example.com".to_owned()],
        copies: Vec::new(),
        reply_to: "biuro@acme.example".to_owned(),
        subject: "Faktura".to_owned(),
        html: "<p>ż</p>".to_owned(),
        text: "ż".to_owned(),
        files,
        tags: vec![("reminder".to_owned(), "2026-11-30_email_PLN".to_owned())],
    };
    let ses = Ses::new(aws_sdk_sesv2::Client::from_conf(config), Some("upominek".to_owned()));
    assert_eq!(ses.send_email(&email).await, SendResult::Accepted("m-1".to_owned()));
    request.await.unwrap()
}

#[tokio::test]
async fn an_attachment_goes_with_its_name_its_type_and_its_bytes() {
    let bytes = b"\xEF\xBB\xBFFaktura;Do zap\xC5\x82aty\r\n".to_vec();
    let file = File { name: "zestawienie-2026-11-30.csv".to_owned(), media_type: "text/csv", bytes: bytes.clone() };
    let request = sent(vec![file]).await;
    let attached = &request["Content"]["Simple"]["Attachments"];
    assert_eq!(attached.as_array().map(Vec::len), Some(1), "{request}");
    assert_eq!(attached[0]["FileName"], "zestawienie-2026-11-30.csv");
    assert_eq!(attached[0]["ContentType"], "text/csv");
    assert_eq!(BASE64_STANDARD.decode(attached[0]["RawContent"].as_str().unwrap()).unwrap(), bytes);
}

#[tokio::test]
async fn without_a_file_there_is_no_attachment_and_tags_and_answers_are_named() {
    let request = sent(Vec::new()).await;
    assert_eq!(request["Content"]["Simple"]["Attachments"], Value::Null);
    assert_eq!(request["EmailTags"][0]["Value"], "2026-11-30_email_PLN");
    assert_eq!(request["ReplyToAddresses"][0], "biuro@acme.example");
    assert_eq!(request["ConfigurationSetName"], "upominek");
}
