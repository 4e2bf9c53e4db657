//! What holds for every source.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::Value;

use super::{names, source};
use crate::domain::creditor::Settings;
use crate::domain::fact::{Event, Fact, InvoiceFact};
use crate::domain::ids::CreditorId;
use crate::ports::intake::{Delivery, Unreadable};

/// A fixture of all tests that deal with intake.
macro_rules! fixture {
    ($path:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/intake/", $path))
    };
}
pub(super) use fixture;

pub(super) const ARRIVED: &str = "2026-11-16T09:00:10Z";

pub(super) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn settings() -> Settings {
    Settings::new(CreditorId::parse("acme").unwrap(), "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw)
}

pub(super) fn delivery(headers: &[(&str, &str)], body: &[u8]) -> Delivery {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Delivery { headers, body: body.to_vec(), received_at: instant(ARRIVED) }
}

/// A delivery of a source as it would come, its signature aside.
pub(super) fn of(name: &str, topic: &str, body: &[u8]) -> Delivery {
    match name {
        "shopify" => delivery(&[("x-shopify-topic", topic), ("x-shopify-event-id", "evt-1")], body),
        _ => delivery(&[("webhook-id", "evt-1")], body),
    }
}

pub(super) fn translated(name: &str, topic: &str, body: &[u8]) -> Result<Event, Unreadable> {
    source(name).unwrap().translate(&of(name, topic, body), &settings())
}

pub(super) fn invoice(event: Result<Event, Unreadable>) -> InvoiceFact {
    match event.unwrap().fact {
        Fact::Invoice(invoice) => *invoice,
        other => panic!("no invoice: {other:?}"),
    }
}

/// A fixture with one value changed; the pointer is RFC 6901's, and a missing last key is added.
pub(super) fn with(fixture: &[u8], pointer: &str, value: Value) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(fixture).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
    serde_json::to_vec(&document).unwrap()
}

fn valid() -> Vec<(&'static str, &'static str, &'static [u8])> {
    vec![
        ("upominek", "", fixture!("upominek/invoice-issued.json")),
        ("upominek", "", fixture!("upominek/invoice-paid.json")),
        ("upominek", "", fixture!("upominek/credit-note-issued.json")),
        ("upominek", "", fixture!("upominek/payment-received.json")),
        ("upominek", "", fixture!("upominek/payment-refunded.json")),
        ("shopify", "orders/create", fixture!("shopify/order-created.json")),
        ("shopify", "orders/updated", fixture!("shopify/order-two-currencies.json")),
        ("shopify", "orders/edited", fixture!("shopify/order-edited.json")),
        ("shopify", "refunds/create", fixture!("shopify/refund.json")),
        ("shopify", "refunds/create", fixture!("shopify/refund-without-kinds.json")),
    ]
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), found)),
        Value::Array(rows) => rows.iter().enumerate().for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), found)),
        _ => {}
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "-?[0-9]{1,30}(\\.[0-9]{1,12})?".prop_map(Value::from),
        "[+]?[0-9 ]{0,30}".prop_map(Value::from),
        Just(Value::from("+262142-12-31T23:59:60Z")),
        Just(Value::from("9".repeat(3000))),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
        Just(serde_json::json!([{"a": 1}, null])),
    ]
}

#[test]
fn sources_are_found_by_name_only() {
    assert_eq!(names().collect::<Vec<_>>(), ["upominek", "shopify"]);
    for name in names() {
        assert_eq!(source(name).unwrap().name(), name);
    }
    assert!(source("Shopify").is_none() && source("").is_none());
}

#[test]
fn every_fixture_is_understood() {
    for (name, topic, body) in valid() {
        assert!(translated(name, topic, body).is_ok(), "{name} {topic}");
    }
}

#[test]
fn a_document_cut_anywhere_is_unreadable() {
    for (name, topic, body) in valid() {
        let whole = body.trim_ascii_end().len();
        for end in (0..whole).step_by(7) {
            let error = translated(name, topic, &body[..end]).unwrap_err();
            assert_eq!(error.field, "body", "{name} {topic} {end}");
        }
    }
}

#[test]
fn what_is_not_utf_8_is_unreadable() {
    for (name, topic) in [("upominek", ""), ("shopify", "orders/create"), ("shopify", "refunds/create")] {
        let error = translated(name, topic, b"{\"id\": \"\xff\"}").unwrap_err();
        assert_eq!(error, Unreadable::new("body", "UTF-8 text"));
    }
}

#[test]
fn deep_nesting_is_unreadable() {
    for (name, topic) in [("upominek", ""), ("shopify", "orders/create")] {
        assert!(translated(name, topic, "[".repeat(500_000).as_bytes()).is_err());
        assert!(translated(name, topic, "{\"data\":".repeat(100_000).as_bytes()).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_source_panic(
        body in prop::collection::vec(any::<u8>(), 0..300),
        topic in prop::sample::select(vec!["orders/create", "orders/edited", "refunds/create", "x"]),
        headers in prop::collection::vec(("webhook-id|webhook-timestamp|webhook-signature|x-shopify-hmac-sha256|x-shopify-triggered-at", ".{0,40}"), 0..5),
    ) {
        for name in names() {
            let source = source(name).unwrap();
            let mut delivery = of(name, topic, &body);
            let _ = source.translate(&delivery, &settings());
            delivery.headers.splice(0..0, headers.clone());
            prop_assert!(source.verify(&delivery, &["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(), String::new()]).is_err());
            let _ = source.translate(&delivery, &settings());
        }
    }

    #[test]
    fn no_changed_value_makes_a_source_panic_or_shows_in_an_error(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), value in any_value()) {
        let fixtures = valid();
        let (name, topic, body) = which.get(&fixtures);
        let mut document: Value = serde_json::from_slice(body).unwrap();
        let mut places = Vec::new();
        pointers(&document, "", &mut places);
        *document.pointer_mut(&places[place.index(places.len())]).unwrap() = value.clone();
        let result = translated(name, topic, &serde_json::to_vec(&document).unwrap());
        if let (Err(error), Some(text)) = (result, value.as_str().filter(|text| text.len() > 15)) {
            prop_assert!(!error.to_string().contains(text));
        }
    }

    #[test]
    fn no_flipped_byte_makes_a_source_panic(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let fixtures = valid();
        let (name, topic, body) = which.get(&fixtures);
        let mut body = body.to_vec();
        let place = place.index(body.len());
        body[place] = byte;
        let _ = translated(name, topic, &body);
    }
}
