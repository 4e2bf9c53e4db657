//! Webhooks as Mollie sends them. The signature is of the tests of its official library (mollie-api-php), whose
//! validator takes it, too.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::is_play;
use super::*;
use crate::domain::fact::RefundFact;
use crate::domain::ids::CreditorId;
use crate::domain::money::Currency;

const KEY: &str = "live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM";
const TEST_KEY: &str = "test_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM";
const OF_THEM: &str = "test_webhook_secret";
const EVENT: &str = "{\"id\":\"tr_12345\",\"event_type\":\"payment-link.paid\"}";
const SIGNED: &str = "sha256=e479a5e4aaa17db94cfc546071e10e91c0b37f21e464e751ebdd7d7ad2ffd146";
const HINT: &str = "id=tr_7UhSN1zuXS";

fn settings(mode: Mode) -> Settings {
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Settings { mode, ..Settings::new(creditor, "Herbaciarnia", "faktury@lisc.example", chrono_tz::Europe::Warsaw) }
}

fn secret(key: &str, signing: Option<&str>) -> String {
    signing.map_or_else(|| json!({ "api_key": key }), |signing| json!({ "api_key": key, "signing_secret": signing })).to_string()
}

fn callback(body: &str, signatures: &[&str]) -> Delivery {
    let received_at = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    let headers = signatures.iter().map(|one| (SIGNATURE.to_owned(), (*one).to_owned())).collect();
    Delivery { headers, body: body.as_bytes().to_vec(), received_at }
}

fn verifies(body: &str, signatures: &[&str], secrets: &[String]) -> bool {
    Mollie.verify(&callback(body, signatures), secrets, &settings(Mode::Live)).is_ok()
}

#[test]
fn an_event_is_signed_with_any_live_secret() {
    let right = [secret(KEY, Some(OF_THEM))];
    let both = [secret(KEY, Some("new_secret")), secret(KEY, Some(OF_THEM))];
    assert!(verifies(EVENT, &[SIGNED], &right));
    assert!(verifies(EVENT, &[SIGNED], &both), "the secret of before still works");
    let other = format!("sha256={}", "0".repeat(64));
    assert!(verifies(EVENT, &[&other, SIGNED], &right), "one of several headers");
    assert!(verifies(EVENT, &[&format!("{other}, {SIGNED}")], &right), "one of several in a header");
    assert!(!verifies(&format!("{EVENT} "), &[SIGNED], &right), "one byte more");
    assert!(!verifies(EVENT, &[SIGNED], &[secret(KEY, Some("other_secret"))]));
    for header in ["", "sha256=", &SIGNED[..SIGNED.len() - 2], &SIGNED[7..], &SIGNED.replace("sha256", "sha1"), other.as_str()] {
        assert!(!verifies(EVENT, &[header], &right), "{header}");
    }
}

#[test]
fn where_events_are_signed_nothing_counts_that_is_not() {
    for secrets in [vec![secret(KEY, Some(OF_THEM))], vec![secret(KEY, None), secret(KEY, Some(OF_THEM))]] {
        assert!(!verifies(HINT, &[], &secrets), "the signature may have been taken away");
        assert!(!verifies(EVENT, &[], &secrets));
    }
}

#[test]
fn without_a_signing_secret_only_an_id_is_taken_as_a_hint() {
    let known = [secret(KEY, None)];
    assert!(verifies(HINT, &[], &known));
    assert!(verifies("id=ord_kEn1PlbGa&subscriptionId=sub_1", &[], &known));
    let long = format!("{HINT}&x={}", "a".repeat(LONGEST_HINT));
    for body in ["", "id=", "id=tr_1&id=tr_2", "id=tr_1%2F..%2Fx", "tr_7UhSN1zuXS", EVENT, long.as_str()] {
        assert!(!verifies(body, &[], &known), "{body}");
    }
    assert!(!verifies(EVENT, &[SIGNED], &known), "nobody can check it");
    assert!(!verifies(HINT, &[], &[]) && !verifies(HINT, &[], &["other".to_owned()]), "without a secret nothing verifies");
}

#[test]
fn play_money_settles_nothing_of_a_live_creditor() {
    for (body, signatures, signing) in [(HINT, vec![], None), (EVENT, vec![SIGNED], Some(OF_THEM))] {
        let known = [secret(TEST_KEY, signing)];
        let verify = |mode| Mollie.verify(&callback(body, &signatures), &known, &settings(mode)).is_ok();
        assert!(verify(Mode::Trial) && !verify(Mode::Live));
    }
    assert!(is_play(NAME, &secret(TEST_KEY, None)) && !is_play(NAME, &secret(KEY, None)), "nothing is ordered or asked there either");
}

fn read(body: &str) -> Result<Told, Unreadable> {
    Mollie.read(&callback(body, &[]), &settings(Mode::Live))
}

fn to_ask(payment: &str) -> Result<Told, Unreadable> {
    Ok(Told::ToAsk { payment: payment.to_owned() })
}

#[test]
fn a_webhook_says_only_which_payment_is_to_be_asked_for() {
    assert_eq!(read(HINT), to_ask("tr_7UhSN1zuXS"));
    assert_eq!(read("id=ord_kEn1PlbGa"), Ok(ProviderEvent::Nothing.into()), "an order is none of ours");
    let payment = json!({ "resource": "payment", "id": "tr_1", "status": "paid" });
    let refund = json!({ "resource": "refund", "id": "re_1", "paymentId": "tr_1" });
    let chargeback = json!({ "resource": "chargeback", "id": "chb_1", "paymentId": "tr_1" });
    for (kind, thing) in [("payment.paid", payment), ("refund.processing", refund), ("chargeback.received", chargeback)] {
        let whole = json!({ "resource": "event", "id": "whe_1", "type": kind, "entityId": thing["id"], "_embedded": { "entity": thing } });
        assert_eq!(read(&whole.to_string()), to_ask("tr_1"), "{kind}, enclosed");
        assert_eq!(read(&thing.to_string()), to_ask("tr_1"), "{kind}, bare");
    }
    let simple = |kind: &str, id: &str| json!({ "resource": "event", "id": "whe_1", "type": kind, "entityId": id }).to_string();
    assert_eq!(read(&simple("payment.paid", "tr_1")), to_ask("tr_1"));
    assert!(read(&simple("refund.processing", "re_1")).unwrap_err().rule.contains("full payload"), "which payment, nobody could ask");
    assert_eq!(read(&simple("payment-link.paid", "pl_1")), Ok(ProviderEvent::Nothing.into()));
    assert_eq!(read("{}"), Ok(ProviderEvent::Nothing.into()));
    assert_eq!(read("[]").unwrap_err().field, "body");
}

const REF: &str = "up-aaaabbbbccccddddeeeeffff";

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

fn amount(value: &str, currency: &str) -> Value {
    json!({ "value": value, "currency": currency })
}

fn payment(status: &str) -> Value {
    json!({
        "resource": "payment", "id": "tr_1", "mode": "live", "status": status, "amount": amount("123.00", "PLN"),
        "metadata": { REFERENCE: REF }, "paidAt": "2026-11-16T12:00:00+00:00", "amountRefunded": amount("0.00", "PLN"),
    })
}

fn with(refunds: Value, chargebacks: Value) -> Value {
    let mut payment = payment("paid");
    payment["_embedded"] = json!({ "refunds": refunds, "chargebacks": chargebacks });
    payment
}

fn became(payment: Value) -> Result<ProviderEvent, Unreadable> {
    serde_json::from_value::<Payment>(payment).unwrap().became(at())
}

#[test]
fn a_payment_that_is_paid_is_money_under_its_id() {
    let Ok(ProviderEvent::Paid { payment, reference }) = became(payment("paid")) else { panic!("it is paid") };
    assert_eq!((payment.payment_id.as_str(), payment.amount_minor, payment.currency), ("tr_1", 12_300, Currency::PLN));
    assert_eq!((reference.as_str(), payment.paid_at.to_rfc3339().as_str()), (REF, "2026-11-16T12:00:00+00:00"));
}

#[test]
fn no_other_status_is_money() {
    let reference = || REF.to_owned();
    assert_eq!(became(payment("open")), Ok(ProviderEvent::Nothing));
    for status in ["pending", "authorized"] {
        assert_eq!(became(payment(status)), Ok(ProviderEvent::Pending { reference: reference(), at: at() }), "{status}");
    }
    for status in ["canceled", "expired", "failed"] {
        assert_eq!(became(payment(status)), Ok(ProviderEvent::Failed { reference: reference(), at: at() }), "{status}");
    }
    assert_eq!(became(payment("settled")).unwrap_err().field, "status");
}

#[test]
fn a_payment_without_our_reference_is_the_creditors_own_affair() {
    for metadata in [Value::Null, json!("up-aaaa"), json!({ "reference": REF }), json!({ REFERENCE: 5 }), json!([REF])] {
        let mut payment = payment("paid");
        payment["metadata"] = metadata;
        assert_eq!(became(payment), Ok(ProviderEvent::Nothing));
    }
}

#[test]
fn amounts_are_texts_of_their_currency() {
    let of = |value: Value| {
        let mut payment = payment("paid");
        payment["amount"] = value;
        serde_json::from_value::<Payment>(payment).map(|payment| payment.became(at()))
    };
    let paid = |value| match of(value) {
        Ok(Ok(ProviderEvent::Paid { payment, .. })) => Some(payment.amount_minor),
        _ => None,
    };
    assert_eq!(paid(amount("12300", "JPY")), Some(12_300));
    assert_eq!(paid(amount("0.01", "EUR")), Some(1));
    for (value, currency) in [("1,50", "PLN"), ("1.505", "PLN"), ("-1.00", "PLN"), ("0.00", "PLN"), ("1.00", "XXY"), ("100.50", "JPY")] {
        assert_eq!(paid(amount(value, currency)), None, "{value} {currency}");
    }
    assert!(of(json!({ "value": 123.0, "currency": "PLN" })).is_err(), "a number is none");
}

fn ids(list: &[RefundFact]) -> Vec<(&str, i64)> {
    assert!(list.iter().all(|refund| refund.payment_id.as_deref() == Some("tr_1")));
    list.iter().map(|refund| (refund.refund_id.as_str(), refund.amount_minor)).collect()
}

#[test]
fn what_went_back_is_read_from_the_payment_each_by_its_id() {
    let refund = |id: &str, status: &str, value: &str| json!({ "id": id, "status": status, "amount": amount(value, "PLN") });
    let refunds = json!([
        refund("re_1", "refunded", "10.00"),
        refund("re_2", "processing", "20.00"),
        refund("re_3", "queued", "1.00"),
        refund("re_4", "pending", "1.00"),
        refund("re_5", "canceled", "1.00"),
        refund("re_6", "failed", "30.00"),
    ]);
    let chargebacks = json!([
        { "id": "chb_1", "amount": amount("40.00", "PLN"), "reversedAt": null },
        { "id": "chb_2", "amount": amount("50.00", "PLN"), "reversedAt": "2026-11-17T12:00:00+00:00" },
    ]);
    let Ok(ProviderEvent::Stands { payment, back, again, .. }) = became(with(refunds, chargebacks)) else { panic!("it went back") };
    assert_eq!(payment.amount_minor, 12_300, "the payment stays what it was");
    assert_eq!(ids(&back), [("re_1", 1_000), ("re_2", 2_000), ("chb_1", 4_000)]);
    assert_eq!(ids(&again), [("re_6", 3_000), ("chb_2", 5_000)]);
    let nothing_left = became(with(json!([refund("re_3", "queued", "1.00")]), json!([])));
    assert!(matches!(nothing_left, Ok(ProviderEvent::Paid { .. })), "it may still be called off");
    assert_eq!(became(with(json!([refund("re_1", "gone", "1.00")]), json!([]))).unwrap_err().field, "refunds.status");
}

#[test]
fn a_secret_of_another_form_is_refused_with_what_is_right() {
    assert!(Credentials::read(&secret(KEY, None)).is_ok() && Credentials::read(&secret(TEST_KEY, Some("whsec-12345"))).is_ok());
    let said = |text: &str| Credentials::read(text).err().unwrap();
    assert!(said(KEY).contains("\"api_key\""));
    assert!(said(&secret("access_Wwvu7egPcJLLJ9Kb7J632x8wJ2zMeJ", None)).contains("not an access token"));
    assert!(said(&secret("live_dHar4XY7LxsDOtm", None)).contains("whole"));
    assert!(said(&secret("live_dHar4XY7LxsDOtmnkVtjNVWXLSlXs…", None)).contains("whole"));
    assert!(said(&secret(KEY, Some(""))).contains("signing_secret"));
    assert!(said(&secret(KEY, Some(KEY))).contains("not the API key"));
    assert!(said(&json!({ "api_key": KEY, "profile": "pfl_1" }).to_string()).contains("signing_secret"));
}
