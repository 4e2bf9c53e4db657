//! Notifications as PayU sends them, cut to what is read; signatures were computed by another program, or are of
//! PayU's own tests (openpayu_php).

use serde_json::{Value, json};

use super::*;
use crate::domain::ids::CreditorId;

const BODY: &str =
    r#"{"order":{"orderId":"HRB1","extOrderId":"up-1.29916666","totalAmount":"12345","currencyCode":"PLN","status":"PENDING"}}"#;
const KEY: &str = "4b1d0c93e57fa8266d0f3e2b7a91c845";
/// Of `BODY` with `KEY`.
const SIGNED: [(&str, &str); 6] = [
    ("MD5", "35791b4ec86a2ac0c729cd3c11b63ab0"),
    ("SHA", "d8d703367df29392809b95a8fb4f6fce2d0f2ec4"),
    ("SHA-1", "d8d703367df29392809b95a8fb4f6fce2d0f2ec4"),
    ("SHA-256", "141e90387da921319bc612981d6587ca20a068eeede282347aacd86daedf86e3"),
    ("SHA-384", "c316b2ffb1bf21cd30136ddcea9f78717cfc3b7bb234786da024b2e2ead8c49b21aa9a0011ca61d6322cf6f9a2901869"),
    (
        "SHA-512",
        "e47956c38ab8ccd6f73e15183b3b1d3f9ed78a6450a6da1b6c32a5a4718be567a75d06916d0b3a725ea0990a2f2bcf7510e213619354ed7f846c1d2b0a5e77d7",
    ),
];

fn settings(mode: Mode) -> Settings {
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Settings { mode, ..Settings::new(creditor, "Herbaciarnia", "faktury@lisc.example", chrono_tz::Europe::Warsaw) }
}

fn secret(key: &str, algorithms: &[&str]) -> Value {
    json!({
        "pos_id": "145000", "client_id": "145000", "client_secret": "c0ffee", "second_key": key,
        "algorithms": algorithms, "environment": "production",
    })
}

fn delivery(header: (&str, &str), body: &str) -> Delivery {
    let received_at = "2026-11-16T09:00:00Z".parse().unwrap();
    Delivery { headers: vec![(header.0.to_owned(), header.1.to_owned())], body: body.as_bytes().to_vec(), received_at }
}

fn verifies(header: &str, body: &str, secrets: &[Value]) -> bool {
    let secrets: Vec<String> = secrets.iter().map(Value::to_string).collect();
    Payu.verify(&delivery(("openpayu-signature", header), body), &secrets, &settings(Mode::Live)).is_ok()
}

#[test]
fn every_algorithm_that_is_configured_verifies_and_no_other() {
    let names = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];
    for (algorithm, mark) in SIGNED {
        let header = format!("sender=checkout;signature={mark};algorithm={algorithm};content=DOCUMENT");
        assert!(verifies(&header, BODY, &[secret(KEY, &[algorithm])]), "{algorithm}");
        let others: Vec<&str> = names.into_iter().filter(|name| Algorithm::named(name) != Algorithm::named(algorithm)).collect();
        assert!(!verifies(&header, BODY, &[secret(KEY, &others)]), "{algorithm} was not configured: a forger may not choose it");
        for name in others {
            assert!(!verifies(&header.replace(algorithm, name), BODY, &[secret(KEY, &names)]), "{algorithm} is not {name}");
        }
    }
}

#[test]
fn where_none_is_configured_it_is_what_payu_sends() {
    let mut usual = secret(KEY, &[]);
    usual.as_object_mut().unwrap().remove("algorithms");
    let usual = [usual];
    for (algorithm, mark) in SIGNED {
        let known = verifies(&format!("signature={mark};algorithm={algorithm}"), BODY, &usual);
        assert_eq!(known, ["MD5", "SHA-256"].contains(&algorithm), "{algorithm}");
    }
}

#[test]
fn a_signature_is_right_for_its_body_and_any_live_key_in_any_order_of_fields() {
    let (md5, one) = (SIGNED[0].1, [secret(KEY, &["MD5"])]);
    let header = format!("sender=checkout;signature={md5};algorithm=MD5;content=DOCUMENT");
    let right = [
        format!("{header};"),
        format!("algorithm=MD5;content=DOCUMENT;signature={md5};sender=145000"),
        format!(" algorithm = MD5 ; signature = {md5} "),
        format!("signature={};algorithm=md5", md5.to_uppercase()),
    ];
    assert!(right.iter().all(|header| verifies(header, BODY, &one)));
    assert!(verifies(&header, &format!("\n{BODY}\r\n\t \0"), &one), "PayU hashes the trimmed body");
    let before = [secret("f0e1d2c3b4a5968778695a4b3c2d1e0f", &["MD5"]), secret(KEY, &["MD5"])];
    assert!(verifies(&header, BODY, &before), "the key of before still works");
    assert!(!verifies(&header, BODY, &before[..1]) && !verifies(&header, BODY, &[]));
    assert!(!verifies(&header, &BODY.replace("PENDING", "COMPLETED"), &one));
    let wrong = [
        "".to_owned(),
        ";".to_owned(),
        "signature=;algorithm=MD5".to_owned(),
        "algorithm=MD5".to_owned(),
        format!("signature={md5}"),
        format!("signature={md5};algorithm="),
        format!("signature={md5};algorithm=NONE"),
        format!("signature={};algorithm=MD5", &md5[..30]),
        format!("signature={md5}00;algorithm=MD5"),
        format!("signature=00;signature={md5};algorithm=MD5"),
    ];
    for header in wrong {
        assert!(!verifies(&header, BODY, &one), "{header}");
    }
    let other = delivery(("x-openpayu-signature", &header), BODY);
    assert!(Payu.verify(&other, &[one[0].to_string()], &settings(Mode::Live)).is_ok(), "the header's other name");
    assert!(Payu.verify(&delivery(("signature", &header), BODY), &[one[0].to_string()], &settings(Mode::Live)).is_err());
}

/// Of the tests of PayU's own library.
#[test]
fn what_payus_own_library_signs_verifies() {
    let known = |key: &str| Credentials {
        second_key: key.to_owned(),
        ..Credentials::read(&secret(KEY, &["MD5", "SHA256", "SHA512"]).to_string()).unwrap()
    };
    let vectors = [
        ("SignatureKey", "MD5", "OpenPayUData", "8375034eb737d520c829fad4026a38aa"),
        ("SignatureKey", "SHA256", "OpenPayUData", "8b2fd55b48f150347df56ce18d787335f32ced1d67f214016476f7c0a8f09981"),
        (
            "SignatureKey",
            "SHA512",
            "OpenPayUData",
            "4f658844a6bc4ed3c4320ecae0dc5e414c4fa2ce07563914cd5069f277ddead37be5ca6dc35099ff9d8c184bb561bb740f626fdb5162d8f7160dba8ec4ad1d5d",
        ),
        ("13a980d4f851f3d9a1cfc792fb1f5e50", "SHA-256", "TEST_OK", "846b2de129d2200443bd72abe691ce174fcec064f89dc529d6a5d98a046cbb4d"),
    ];
    for (key, algorithm, body, mark) in vectors {
        let header = format!("sender=145227;algorithm={algorithm};signature={mark}");
        assert!(signature::fits(&delivery(("openpayu-signature", &header), body), &known(key)), "{algorithm}");
        assert!(!signature::fits(&delivery(("openpayu-signature", &header), "TEST_ERROR"), &known(key)), "{algorithm}");
    }
}

#[test]
fn play_money_settles_nothing_of_a_live_creditor() {
    let mut sandbox = secret(KEY, &["MD5"]);
    sandbox["environment"] = json!("sandbox");
    let callback = delivery(("openpayu-signature", &format!("signature={};algorithm=MD5", SIGNED[0].1)), BODY);
    let verifies = |mode| Payu.verify(&callback, &[sandbox.to_string()], &settings(mode)).is_ok();
    assert!(verifies(Mode::Trial) && !verifies(Mode::Live));
    assert!(super::super::is_play(NAME, &sandbox.to_string()) && !super::super::is_play(NAME, &secret(KEY, &["MD5"]).to_string()));
}

fn order(status: &str) -> Value {
    json!({ "order": {
        "orderId": "HRB1", "extOrderId": "up-1.29916666", "orderCreateDate": "2026-11-16T09:59:00", "merchantPosId": "145000",
        "totalAmount": "12345", "currencyCode": "PLN", "status": status,
        "products": [{ "name": "FV/1", "unitPrice": "12345", "quantity": "1" }],
    }, "properties": [{ "name": "PAYMENT_ID", "value": "1" }] })
}

fn read(body: &Value) -> Result<ProviderEvent, Unreadable> {
    Payu.read(&delivery(("", ""), &body.to_string()), &settings(Mode::Live)).map(|told| match told {
        Told::Happened(event) => event,
        other => panic!("{other:?} is not to be confirmed"),
    })
}

fn paid(event: Result<ProviderEvent, Unreadable>) -> (PaymentFact, String) {
    match event {
        Ok(ProviderEvent::Paid { payment, reference }) => (payment, reference),
        other => panic!("no payment: {other:?}"),
    }
}

#[test]
fn only_completed_is_money_and_it_is_booked_under_its_order() {
    let at = "2026-11-16T09:00:00Z".parse().unwrap();
    let reference = || "up-1".to_owned();
    for status in ["PENDING", "WAITING_FOR_CONFIRMATION"] {
        assert_eq!(read(&order(status)), Ok(ProviderEvent::Pending { reference: reference(), at }), "{status}");
    }
    assert_eq!(read(&order("CANCELED")), Ok(ProviderEvent::Failed { reference: reference(), at }));
    assert_eq!(read(&order("NEW")), Ok(ProviderEvent::Nothing));
    let (payment, told) = paid(read(&order("COMPLETED")));
    assert_eq!(
        (payment.payment_id.as_str(), payment.amount_minor, payment.currency, told.as_str()),
        ("HRB1", 12_345, Currency::PLN, "up-1")
    );
    assert_eq!(read(&order("REJECTED")).unwrap_err().field, "order.status", "what nobody knows, a person sees");
}

#[test]
fn the_instant_is_read_with_or_without_fraction_and_zone_and_never_lies_ahead() {
    let at = |text: Option<&str>| {
        let mut body = order("COMPLETED");
        body["localReceiptDateTime"] = text.map_or(Value::Null, |text| json!(text));
        paid(read(&body)).0.paid_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    };
    let received = "2026-11-16T09:00:00.000Z";
    for (text, expected) in [
        (Some("2026-11-16T09:58:14.828+01:00"), "2026-11-16T08:58:14.828Z"),
        (Some("2026-11-16T09:58:14+01:00"), "2026-11-16T08:58:14.000Z"),
        (Some("2026-11-16T09:58:14+0100"), "2026-11-16T08:58:14.000Z"),
        (Some("2026-11-16T09:58:14.828"), "2026-11-16T08:58:14.828Z"),
        (Some("2026-07-16T09:58:14"), "2026-07-16T07:58:14.000Z"),
        // The hour that came twice, and one that never was.
        (Some("2026-10-25T02:30:00"), "2026-10-25T00:30:00.000Z"),
        (Some("2026-03-29T02:30:00"), received),
        (Some("2026-11-16T12:00:00+01:00"), received),
        (Some("yesterday"), received),
        (None, received),
    ] {
        assert_eq!(at(text), expected, "{text:?}");
    }
}

#[test]
fn an_amount_is_whole_minor_units_and_more_than_nothing() {
    let of = |amount: Value| {
        let mut body = order("COMPLETED");
        body["order"]["totalAmount"] = amount;
        read(&body)
    };
    assert_eq!(paid(of(json!("200"))).0.amount_minor, 200);
    assert_eq!(paid(of(json!(200))).0.amount_minor, 200, "a number is the same");
    for wrong in
        [json!("2.00"), json!("-200"), json!("+200"), json!("0"), json!(""), json!("2e2"), json!(-1), json!("99999999999999999999")]
    {
        assert_eq!(of(wrong.clone()).unwrap_err().field, "order.amount", "{wrong}");
    }
    let mut foreign = order("COMPLETED");
    foreign["order"]["currencyCode"] = json!("XXY");
    assert_eq!(read(&foreign).unwrap_err().field, "order.currencyCode");
}

#[test]
fn an_order_is_numbered_once_a_minute_and_its_number_bears_our_reference() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let number = order_number("up-1", at("2026-11-16T09:00:00Z"));
    assert_eq!(number, order_number("up-1", at("2026-11-16T09:00:59Z")), "a double click");
    assert_ne!(number, order_number("up-1", at("2026-11-16T09:01:00Z")), "an answer that was lost");
    assert_eq!(reference_in(Some(&number)), "up-1");
    let mut foreign = order("COMPLETED");
    foreign["order"].as_object_mut().unwrap().remove("extOrderId");
    assert_eq!(paid(read(&foreign)).1, "", "money of an order that is not ours is money");
}

fn refund(status: &str) -> Value {
    json!({ "orderId": "HRB1", "extOrderId": "up-1.29916666", "refund": {
        "refundId": "900001", "amount": "345", "currencyCode": "PLN", "status": status, "statusDateTime": "2026-11-16T09:58:14.828+01:00",
    } })
}

#[test]
fn what_went_back_is_booked_once_it_has_gone() {
    let expected = RefundFact {
        provider: NAME.to_owned(),
        refund_id: "900001".to_owned(),
        payment_id: Some("HRB1".to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor: 345,
    };
    assert_eq!(read(&refund("FINALIZED")), Ok(ProviderEvent::Refunded(expected)));
    for status in ["CANCELED", "PENDING"] {
        assert_eq!(read(&refund(status)), Ok(ProviderEvent::Nothing), "{status}");
    }
    assert_eq!(read(&refund("LOST")).unwrap_err().field, "refund.status");
    let mut nameless = refund("FINALIZED");
    nameless["orderId"] = Value::Null;
    assert_eq!(read(&nameless).unwrap_err().field, "orderId");
    for body in [json!([1]), json!({}), json!({ "order": { "orderId": 1 } })] {
        assert_eq!(read(&body).unwrap_err().field, "body");
    }
}

#[test]
fn a_secret_of_another_form_is_refused_with_what_is_right() {
    assert!(Credentials::read(&secret(KEY, &["SHA-256"]).to_string()).is_ok());
    let said = |name: &str, value: Value| {
        let mut wrong = secret(KEY, &["MD5"]);
        wrong[name] = value;
        Credentials::read(&wrong.to_string()).err().unwrap()
    };
    assert!(said("pos_id", json!("sklep")).starts_with("pos_id"));
    assert!(said("client_secret", json!("")).starts_with("client_id and client_secret"));
    for key in ["", "short", "4b1d0c93e57fa826 6d0f3e2b7a91c845"] {
        assert!(said("second_key", json!(key)).starts_with("second_key"), "{key:?}");
    }
    for algorithms in [json!([]), json!(["MD4"]), json!(["MD5", "none"])] {
        assert!(said("algorithms", algorithms).starts_with("algorithms"));
    }
    assert!(said("environment", json!("test")).starts_with("environment"));
    assert!(said("environment", Value::Null).contains("\"pos_id\"") && said("other", json!(1)).contains("\"pos_id\""));
    assert!(Credentials::read("second_key").err().unwrap().contains("\"second_key\""));
}
