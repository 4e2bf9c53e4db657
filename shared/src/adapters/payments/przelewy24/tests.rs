//! Notifications as Przelewy24 sends them; signs were computed by another program.

use serde_json::{Value, json};

use super::super::is_play;
use super::*;
use crate::domain::ids::CreditorId;

/// Of `paid()` with the key `klucz/ż`.
const PAID: &str = "55aae754cabe15b9b27990a6db2d72f6e368978ba433d4f2519b1a8880c73ee421acb6b1eca377e88c8df1dc6c4ceaef";
/// Of `refund(0)` with the same.
const REFUNDED: &str = "586faef19145627ebb64699e65d1ade99d9f65f252013c951aaf84ca33bcf8ac14afe4fdb185096fdb3c1032e01fdeb9";
/// Of `paid()` whose amount is a text.
const AMOUNT_AS_TEXT: &str = "6a75ffd4c3040237e7adea131ac2a73d2018adf604fd3d792a19141fc91ecb3ec7334b4d87c9107c171ac57a9518f191";
/// Of `refund(1)`.
const REJECTED: &str = "fa5700ae5ab3efd79ba8fa776b123f1df85930b1d3271029e7e41c95215063f92cd7e6464726de014b8d10db2a3c98ea";

const SESSION: &str = "up-aaaabbbbccccddddeeeeffff.29916666";

fn settings(mode: Mode) -> Settings {
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Settings { mode, ..Settings::new(creditor, "Herbaciarnia", "faktury@lisc.example", chrono_tz::Europe::Warsaw) }
}

fn secret(crc: &str, environment: &str) -> String {
    json!({ "merchant_id": 41_001, "pos_id": 41_002, "crc": crc, "report_key": "k", "environment": environment }).to_string()
}

fn paid() -> Value {
    json!({
        "merchantId": 41_001, "posId": 41_002, "sessionId": SESSION, "amount": 12_345, "originAmount": 12_300, "currency": "PLN",
        "orderId": 700_100_200, "methodId": 154, "statement": "p24-ąę/1", "sign": PAID,
    })
}

fn refund(status: i64) -> Value {
    json!({
        "orderId": 700_100_200, "sessionId": SESSION, "merchantId": 41_001, "requestId": "q-1", "refundsUuid": "r-1",
        "amount": 2_300, "currency": "PLN", "timestamp": 1_795_000_000, "status": status,
        "sign": if status == 0 { REFUNDED } else { REJECTED },
    })
}

fn callback(body: &str) -> Delivery {
    let received_at = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    Delivery { headers: Vec::new(), body: body.as_bytes().to_vec(), received_at }
}

fn verifies(body: &str, mode: Mode, secrets: &[String]) -> bool {
    Przelewy24.verify(&callback(body), secrets, &settings(mode)).is_ok()
}

fn with(mut body: Value, field: &str, value: Value) -> String {
    body[field] = value;
    body.to_string()
}

#[test]
fn a_sign_is_right_for_its_fields_and_any_live_key() {
    let right = [secret("klucz/ż", "production")];
    let both = [secret("new", "production"), secret("klucz/ż", "production")];
    for body in [paid(), refund(0), refund(1)] {
        let text = body.to_string();
        assert!(verifies(&text, Mode::Live, &right), "{text}");
        assert!(verifies(&serde_json::to_string_pretty(&body).unwrap(), Mode::Live, &right), "spaces are not signed");
        assert!(verifies(&text, Mode::Live, &both), "the key of before still works");
        assert!(!verifies(&text, Mode::Live, &[secret("other", "production")]) && !verifies(&text, Mode::Live, &[]));
        assert!(!verifies(&text, Mode::Live, &["klucz/ż".to_owned()]), "a secret of another form is none");
    }
    for (field, value) in [
        ("amount", json!(15)),
        ("originAmount", json!(12_345)),
        ("currency", json!("EUR")),
        ("orderId", json!(700_100_201)),
        ("sessionId", json!("up-other.1")),
        ("merchantId", json!(41_003)),
        ("statement", json!("p24-1")),
        ("sign", json!("")),
        ("sign", Value::Null),
    ] {
        assert!(!verifies(&with(paid(), field, value), Mode::Live, &right), "{field} is changed");
    }
    for (field, value) in [("amount", json!(2_301)), ("status", json!(1)), ("refundsUuid", json!("r-2")), ("orderId", json!(1))] {
        assert!(!verifies(&with(refund(0), field, value), Mode::Live, &right), "{field} is changed");
    }
}

#[test]
fn an_amount_that_is_a_text_does_not_verify_whatever_is_signed() {
    let right = [secret("klucz/ż", "production")];
    assert!(!verifies(&with(paid(), "amount", json!("12345")), Mode::Live, &right), "signed as a number");
    let mut as_text = paid();
    as_text["sign"] = json!(AMOUNT_AS_TEXT);
    assert!(!verifies(&with(as_text, "amount", json!("12345")), Mode::Live, &right), "signed as a text");
    assert!(!verifies(&with(paid(), "amount", json!(12_345.0)), Mode::Live, &right));
    let twice = paid().to_string().replacen('{', "{\"amount\":1,", 1);
    assert!(!verifies(&twice, Mode::Live, &right), "a field that comes twice");
}

#[test]
fn play_money_settles_nothing_of_a_live_creditor() {
    let sandbox = [secret("klucz/ż", "sandbox")];
    let text = paid().to_string();
    assert!(!verifies(&text, Mode::Live, &sandbox));
    assert!(verifies(&text, Mode::Trial, &sandbox));
    assert!(is_play(NAME, &sandbox[0]) && !is_play(NAME, &secret("klucz/ż", "production")), "nothing is ordered or asked there either");
}

#[test]
fn a_notification_of_somebody_elses_shop_is_refused() {
    let text = secret("klucz/ż", "production").replace("41002", "41009");
    assert!(!verifies(&paid().to_string(), Mode::Live, &[text]));
}

fn read(body: &str) -> Result<Told, Unreadable> {
    Przelewy24.read(&callback(body), &settings(Mode::Live))
}

#[test]
fn a_notification_is_not_money_before_it_is_confirmed() {
    let Ok(Told::ToConfirm { payment, reference, checkout }) = read(&paid().to_string()) else { panic!("it is to be confirmed") };
    assert_eq!((payment.payment_id.as_str(), payment.amount_minor, payment.currency), ("700100200", 12_345, Currency::PLN));
    assert_eq!((reference.as_str(), checkout.as_str()), ("up-aaaabbbbccccddddeeeeffff", SESSION));
}

#[test]
fn a_refund_counts_once_it_is_completed() {
    let expected = RefundFact {
        provider: NAME.to_owned(),
        refund_id: "r-1".to_owned(),
        payment_id: Some("700100200".to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor: 2_300,
    };
    assert_eq!(read(&refund(0).to_string()), Ok(ProviderEvent::Refunded(expected).into()));
    assert_eq!(read(&refund(1).to_string()), Ok(ProviderEvent::Nothing.into()));
}

#[test]
fn what_cannot_be_read_says_where_and_quotes_nothing() {
    assert_eq!(read(&with(paid(), "currency", json!("XXY"))).unwrap_err().field, "currency");
    assert_eq!(read(&with(paid(), "amount", json!(0))).unwrap_err().field, "amount");
    assert_eq!(read(&with(refund(0), "amount", json!(-5))).unwrap_err().field, "amount");
    assert_eq!(read("[]").unwrap_err().field, "body");
}

#[test]
fn a_secret_of_another_form_is_refused_with_what_is_right() {
    assert!(Credentials::read(&secret("crc", "sandbox")).is_ok());
    let said = |text: &str| Credentials::read(text).err().unwrap();
    assert!(said("crc-alone").contains("\"merchant_id\""));
    assert!(said(&secret("crc", "live")).contains("\"environment\""));
    assert!(said(&secret("crc", "sandbox").replace("41001", "\"41001\"")).contains("12345"));
    assert!(said(&secret("crc", "sandbox").replace("41001", "0")).contains("merchant_id"));
    assert!(said(&secret("", "production")).contains("crc"));
}
