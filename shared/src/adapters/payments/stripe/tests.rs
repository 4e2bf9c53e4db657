//! Events as Stripe sends them, cut to what is read; signatures were computed by another program.

use serde_json::{Value, json};

use super::*;
use crate::domain::ids::CreditorId;

const BODY: &str = r#"{"id":"evt_1","object":"event","type":"ping","created":1795000000,"livemode":false,"data":{"object":{}}}"#;
/// Of `BODY` at 1795000000 with the secret `whsec_herbaciarnia_1`.
const V1: &str = "b9862186798bcf569c37ad1ca9643309cbb398dccf8bd114ebcd4ad617a0d971";

fn settings(mode: Mode) -> Settings {
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Settings { mode, ..Settings::new(creditor, "Herbaciarnia", "faktury@lisc.example", chrono_tz::Europe::Warsaw) }
}

fn secret(signing: &str) -> String {
    json!({ "api_key": "sk_test_1", "signing_secret": signing }).to_string()
}

fn verifies(header: &str, body: &str, after: i64, secrets: &[&str]) -> bool {
    let received_at = DateTime::from_timestamp(1_795_000_000 + after, 0).unwrap();
    let headers = vec![(SIGNATURE.to_owned(), header.to_owned())];
    let callback = Delivery { headers, body: body.as_bytes().to_vec(), received_at };
    let secrets: Vec<String> = secrets.iter().map(|signing| secret(signing)).collect();
    Stripe.verify(&callback, &secrets, &settings(Mode::Live)).is_ok()
}

#[test]
fn a_signature_is_right_for_its_body_its_time_and_any_live_secret() {
    let header = format!("t=1795000000,v1={V1}");
    let right = "whsec_herbaciarnia_1";
    assert!(verifies(&header, BODY, 0, &[right]) && verifies(&header, BODY, 300, &[right]));
    assert!(verifies(&header, BODY, 0, &["whsec_new", right]), "the secret of before still works");
    assert!(verifies(&format!("t=1795000000,v1={},v1={V1},v0=00", "0".repeat(64)), BODY, 0, &[right]), "Stripe signs with both");
    assert!(!verifies(&header, BODY, 301, &[right]) && !verifies(&header, BODY, -301, &[right]), "too old, or from the future");
    assert!(!verifies(&header, BODY, 0, &["whsec_other"]) && !verifies(&header, BODY, 0, &[]));
    assert!(!verifies(&header, &BODY.replace("evt_1", "evt_2"), 0, &[right]));
    let bad = [
        "",
        "t=1795000000",
        &format!("v1={V1}"),
        &format!("t=x,v1={V1}"),
        &format!("t=1795000000,v0={V1}"),
        "t=1795000000,v1=zz",
        "t=9223372036854775807,v1=00",
    ];
    assert!(bad.iter().all(|header| !verifies(header, BODY, 0, &[right])));
}

fn event(kind: &str, object: Value) -> Value {
    json!({ "id": "evt_1", "object": "event", "type": kind, "created": 1_795_000_000, "livemode": true, "data": { "object": object } })
}

fn session(status: &str) -> Value {
    json!({
        "id": "cs_1", "object": "checkout.session", "client_reference_id": "up-1", "payment_intent": "pi_1",
        "payment_status": status, "amount_total": 12_345, "currency": "pln", "metadata": { "reference": "up-1" },
    })
}

fn read_by(mode: Mode, event: &Value) -> Result<ProviderEvent, Unreadable> {
    let received_at = DateTime::from_timestamp(1_795_000_001, 0).unwrap();
    let callback = Delivery { headers: Vec::new(), body: event.to_string().into_bytes(), received_at };
    Stripe.read(&callback, &settings(mode)).map(|told| match told {
        Told::Happened(event) => event,
        other => panic!("{other:?} is not to be confirmed"),
    })
}

fn read(kind: &str, object: Value) -> Result<ProviderEvent, Unreadable> {
    read_by(Mode::Live, &event(kind, object))
}

fn paid(event: Result<ProviderEvent, Unreadable>) -> (String, String, i64, String) {
    match event {
        Ok(ProviderEvent::Paid { payment, reference }) => {
            (payment.payment_id, reference, payment.amount_minor, payment.currency.to_string())
        }
        other => panic!("no payment: {other:?}"),
    }
}

#[test]
fn completed_is_not_paid() {
    let at = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    let reference = "up-1".to_owned();
    assert_eq!(read("checkout.session.completed", session("unpaid")), Ok(ProviderEvent::Pending { reference: reference.clone(), at }));
    assert_eq!(
        read("checkout.session.async_payment_failed", session("unpaid")),
        Ok(ProviderEvent::Failed { reference: reference.clone(), at })
    );
    assert_eq!(read("checkout.session.expired", session("unpaid")), Ok(ProviderEvent::Failed { reference, at }));
    assert_eq!(read("checkout.session.completed", session("no_payment_required")), Ok(ProviderEvent::Nothing));
}

#[test]
fn one_payment_with_many_events_is_booked_under_its_intent() {
    let expected = ("pi_1".to_owned(), "up-1".to_owned(), 12_345, "PLN".to_owned());
    for kind in ["checkout.session.completed", "checkout.session.async_payment_succeeded"] {
        assert_eq!(paid(read(kind, session("paid"))), expected, "{kind}");
    }
    for kind in
        ["payment_intent.succeeded", "charge.succeeded", "charge.updated", "charge.refunded", "invoice.paid", "payment_link.created"]
    {
        assert_eq!(read(kind, json!({ "id": "x", "amount": 12_345 })), Ok(ProviderEvent::Nothing), "{kind}");
    }
}

#[test]
fn money_by_a_page_that_is_not_ours_is_booked_without_a_reference() {
    let mut foreign = session("paid");
    foreign["client_reference_id"] = Value::Null;
    assert_eq!(paid(read("checkout.session.completed", foreign.clone())).1, "");
    foreign["payment_status"] = json!("unpaid");
    assert_eq!(read("checkout.session.completed", foreign), Ok(ProviderEvent::Nothing));
}

#[test]
fn test_money_settles_nothing_of_a_live_creditor() {
    let mut test = event("checkout.session.completed", session("paid"));
    test["livemode"] = json!(false);
    assert_eq!(read_by(Mode::Live, &test), Ok(ProviderEvent::Nothing));
    assert_eq!(paid(read_by(Mode::Trial, &test)).2, 12_345);
}

#[test]
fn amounts_are_minor_units_also_where_stripe_counts_otherwise() {
    let of = |currency: &str, amount: i64| {
        let mut session = session("paid");
        (session["currency"], session["amount_total"]) = (json!(currency), json!(amount));
        read("checkout.session.completed", session)
    };
    assert_eq!(paid(of("jpy", 12_300)).2, 12_300);
    assert_eq!(paid(of("isk", 12_300)).2, 123);
    assert_eq!(amount_for(123, Currency::parse("ISK").unwrap()), 12_300);
    assert!(of("isk", 12_350).is_err() && of("xxy", 1).is_err() && of("pln", 0).is_err() && of("pln", -5).is_err());
}

fn refund(status: &str) -> Value {
    json!({ "id": "re_1", "object": "refund", "payment_intent": "pi_1", "amount": 345, "currency": "pln", "status": status })
}

#[test]
fn what_went_back_is_booked_once_it_has_gone() {
    let expected = RefundFact {
        provider: NAME.to_owned(),
        refund_id: "re_1".to_owned(),
        payment_id: Some("pi_1".to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor: 345,
    };
    for kind in ["refund.created", "refund.updated"] {
        assert_eq!(read(kind, refund("succeeded")), Ok(ProviderEvent::Refunded(expected.clone())));
        for status in ["pending", "requires_action", "canceled", "failed"] {
            assert_eq!(read(kind, refund(status)), Ok(ProviderEvent::Nothing), "{kind} {status}");
        }
    }
    let dispute = json!({ "id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "amount": 345, "currency": "pln", "status": "needs_response" });
    let lost = RefundFact { refund_id: "dp_1".to_owned(), ..expected };
    assert_eq!(read("charge.dispute.funds_withdrawn", dispute.clone()), Ok(ProviderEvent::Refunded(lost)));
    assert_eq!(read("charge.dispute.created", dispute.clone()), Ok(ProviderEvent::Nothing), "nothing has gone yet");
    for (kind, object) in [("refund.failed", refund("failed")), ("charge.dispute.funds_reinstated", dispute)] {
        assert!(
            read(kind, object).unwrap_err().rule.contains("a person records it"),
            "{kind}: money that is here again is nobody's to guess"
        );
    }
}

#[test]
fn what_cannot_be_read_says_where_and_quotes_nothing() {
    let thin = json!({ "id": "evt_1", "object": "v2.core.event", "type": "x", "created": 1, "livemode": true, "data": { "object": {} } });
    assert_eq!(read_by(Mode::Live, &thin).unwrap_err().field, "object");
    let mut nameless = refund("succeeded");
    nameless["payment_intent"] = Value::Null;
    assert_eq!(read("refund.updated", nameless).unwrap_err().field, "data.object.payment_intent");
    assert_eq!(read("checkout.session.completed", json!({ "id": 1 })).unwrap_err().field, "data.object");
    assert!(read_by(Mode::Live, &json!([1])).is_err());
}

#[test]
fn a_secret_of_another_form_is_refused_with_what_is_right() {
    assert!(Credentials::read(&secret("whsec_1")).is_ok());
    let said = |text: &str| Credentials::read(text).err().unwrap();
    assert!(said("whsec_1").contains("\"api_key\""));
    assert!(said(&secret("sk_1")).contains("whsec_"));
    assert!(said(r#"{"api_key":"pk_live_1","signing_secret":"whsec_1"}"#).contains("publishable"));
}

#[test]
fn a_key_for_tests_takes_no_money_of_a_live_creditor() {
    let of = |key: &str| format!("{{\"api_key\": \"{key}\", \"signing_secret\": \"whsec_1\"}}");
    for (key, play) in [("sk_test_1", true), ("rk_test_1", true), ("sk_live_1", false), ("rk_live_1", false)] {
        assert_eq!(super::super::is_play(NAME, &of(key)), play, "{key}");
    }
}
