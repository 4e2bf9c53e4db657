//! Callbacks whose signature needs a certificate: who is asked for it, how often, and what is never asked for.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, Utc};
use tests::facts::at;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use upominek::adapters::payments::certificate_client::CertificateClient;
use upominek::app::payment::verified;
use upominek::domain::creditor::Settings;
use upominek::domain::ids::CreditorId;
use upominek::ports::certificates::{CertificateUrl, Certificates};
use upominek::ports::intake::{Delivery, NotVerified, Unreadable};
use upominek::ports::outside::{Callbacks, OutsideError, ProviderEvent, Told};
use upominek::runtime::http_client::LazyClient;

/// A provider's host: what lies there, as status and bytes, and what it was asked for.
struct Host {
    root: String,
    file: Arc<Mutex<(u16, Vec<u8>)>>,
    asked: Arc<Mutex<Vec<String>>>,
    http: LazyClient,
    client: CertificateClient,
}

impl Host {
    async fn with(file: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let (file, asked) = (Arc::new(Mutex::new((200, file.to_vec()))), Arc::new(Mutex::new(Vec::new())));
        let (now, noted) = (file.clone(), asked.clone());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let read = stream.read(&mut request).await.unwrap();
                let line = String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned();
                noted.lock().unwrap().push(line);
                let (status, body) = now.lock().unwrap().clone();
                let head = format!("HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\nconnection: close\r\n");
                // Who was told too much may have gone.
                let _ = stream.write_all(format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes()).await;
                let _ = stream.write_all(&body).await;
            }
        });
        Self { client: CertificateClient::new(Some(root.clone())), root, file, asked, http: LazyClient::default() }
    }

    fn lies(&self, status: u16, file: &[u8]) {
        *self.file.lock().unwrap() = (status, file.to_vec());
    }

    fn times(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    async fn named(&self, path: &str, at: DateTime<Utc>) -> Result<Vec<u8>, OutsideError> {
        self.certificate("named", &CertificateUrl::parse(&format!("https://a.example{path}"), &["a.example"], |_| true).unwrap(), at).await
    }
}

impl Certificates for Host {
    async fn certificate(&self, provider: &'static str, url: &CertificateUrl, at: DateTime<Utc>) -> Result<Vec<u8>, OutsideError> {
        self.client.certificate(|| self.http.get(), provider, url, at).await
    }

    async fn renewed(&self, provider: &'static str, url: &CertificateUrl, at: DateTime<Utc>) -> Result<Option<Vec<u8>>, OutsideError> {
        self.client.renewed(|| self.http.get(), provider, url, at).await
    }
}

/// Whose callbacks name a certificate, and are right if they quote it.
struct Naming;

impl Callbacks for Naming {
    fn name(&self) -> &'static str {
        "naming"
    }

    fn verify(&self, _: &Delivery, _: &[String], _: &Settings) -> Result<(), NotVerified> {
        Err(NotVerified)
    }

    fn certificate(&self, callback: &Delivery, _: &[String], _: &Settings) -> Result<Option<CertificateUrl>, NotVerified> {
        let named = callback.header("cert-url").ok_or(NotVerified)?;
        CertificateUrl::parse(named, &["certificates.example"], |path| path.starts_with("/x509/")).map(Some).ok_or(NotVerified)
    }

    fn verify_with(&self, callback: &Delivery, certificate: &[u8], _: &[String], _: &Settings) -> Result<(), NotVerified> {
        if callback.body == certificate { Ok(()) } else { Err(NotVerified) }
    }

    fn read(&self, _: &Delivery, _: &Settings) -> Result<Told, Unreadable> {
        Ok(ProviderEvent::Nothing.into())
    }
}

async fn called(host: &Host, url: &str, body: &[u8], received_at: DateTime<Utc>) -> Result<Result<(), NotVerified>, OutsideError> {
    let callback = Delivery { headers: vec![("cert-url".to_owned(), url.to_owned())], body: body.to_vec(), received_at };
    let creditor = CreditorId::parse("acme").unwrap();
    let settings = Settings::new(creditor, "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw);
    verified(&Naming, &callback, &[], &settings, host).await
}

const URL: &str = "https://certificates.example/x509/signer.pem";

fn noon() -> DateTime<Utc> {
    at("2027-01-18T12:00:00Z")
}

#[tokio::test]
async fn a_certificate_is_fetched_once_an_hour() {
    let host = Host::with(b"one").await;
    for minutes in [0, 1, 59] {
        assert_eq!(called(&host, URL, b"one", noon() + Duration::minutes(minutes)).await.unwrap(), Ok(()));
    }
    assert_eq!(*host.asked.lock().unwrap(), ["GET /naming/certificates.example/x509/signer.pem HTTP/1.1"]);
    assert_eq!(called(&host, URL, b"one", noon() + Duration::minutes(60)).await.unwrap(), Ok(()));
    assert_eq!(host.times(), 2);
}

#[tokio::test]
async fn an_address_of_anybody_else_is_refused_and_nobody_is_asked() {
    let host = Host::with(b"one").await;
    let own = format!("{}/x509/signer.pem", host.root);
    for url in [
        "https://certificates.example.evil.example/x509/signer.pem",
        "https://certificates.example@evil.example/x509/signer.pem",
        "http://certificates.example/x509/signer.pem",
        "https://certificates.example:444/x509/signer.pem",
        "https://certificates.example/other/signer.pem",
        &own,
        "",
    ] {
        assert_eq!(called(&host, url, b"one", noon()).await.unwrap(), Err(NotVerified), "{url}");
    }
    assert_eq!(host.times(), 0);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_had_now_says_nothing_about_the_callback() {
    let host = Host::with(b"one").await;
    for status in [301, 302, 404, 500, 503] {
        host.lies(status, b"one");
        let error = called(&host, URL, b"one", noon()).await.unwrap_err();
        assert!(!format!("{error} {}", error.source).contains("127.0.0.1"), "{error}");
    }
    assert_eq!(host.times(), 5, "no redirect is followed, and no failure is remembered");
    host.lies(200, &[b'x'; 64 * 1024 + 1]);
    assert!(called(&host, URL, b"one", noon()).await.is_err(), "nobody fills our memory");
    host.lies(200, b"one");
    assert_eq!(called(&host, URL, b"one", noon()).await.unwrap(), Ok(()));
    let gone = Host { client: CertificateClient::new(Some("http://127.0.0.1:9".to_owned())), ..Host::with(b"one").await };
    assert!(called(&gone, URL, b"one", noon()).await.is_err());
}

#[tokio::test]
async fn a_new_certificate_at_the_old_address_is_found_and_a_wrong_signature_asks_once_a_minute() {
    let host = Host::with(b"one").await;
    assert_eq!(called(&host, URL, b"one", noon()).await.unwrap(), Ok(()));
    host.lies(200, b"two");
    assert_eq!(called(&host, URL, b"two", noon() + Duration::seconds(59)).await.unwrap(), Err(NotVerified), "too soon to ask again");
    assert_eq!(called(&host, URL, b"two", noon() + Duration::seconds(60)).await.unwrap(), Ok(()));
    assert_eq!(called(&host, URL, b"one", noon() + Duration::seconds(90)).await.unwrap(), Err(NotVerified), "yesterday's");
    assert_eq!(host.times(), 2);
    for _ in 0..20 {
        assert_eq!(called(&host, URL, b"wrong", noon() + Duration::minutes(5)).await.unwrap(), Err(NotVerified));
    }
    assert_eq!(host.times(), 3, "nobody makes us ask all the time");
    host.lies(503, b"");
    assert!(called(&host, URL, b"three", noon() + Duration::minutes(9)).await.is_err(), "nobody knows whether there is a new one");
}

#[tokio::test]
async fn few_addresses_are_remembered() {
    let host = Host::with(b"one").await;
    for index in 0..9 {
        host.named(&format!("/x509/{index}.pem"), noon()).await.unwrap();
    }
    host.named("/x509/8.pem", noon()).await.unwrap();
    assert_eq!(host.times(), 9);
    host.named("/x509/0.pem", noon()).await.unwrap();
    assert_eq!(host.times(), 10, "the oldest is forgotten");
}
