//! Webhooks as PayPal sends them. The text that is signed is that of a real event of the sandbox, of the tests of
//! PayPal's SDK for Python; what is signed here is signed by certificates of nobody.

use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::super::is_play;
use super::super::signer::tests::signed;
use super::*;
use crate::domain::creditor::Mode;
use crate::domain::fact::RefundFact;
use crate::domain::ids::CreditorId;
use crate::domain::money::Currency;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/certificates/", $name)).as_slice()
    };
}

const WEBHOOK: &str = "6HY79521VR978045E";
const LIVE: &str = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77";
const SANDBOX: &str = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77";
const ID: &str = "dfb3be50-fd74-11e4-8bf3-77339302725b";
const TIME: &str = "2015-05-18T15:45:13Z";
const REF: &str = "up-aaaabbbbccccddddeeeeffff";

/// The real event, and the text that its SDK signs it by.
const REAL: &str = r#"{"id":"WH-0G2756385H040842W-5Y612302CV158622M","create_time":"2015-05-18T15:45:13Z","resource_type":"sale","event_type":"PAYMENT.SALE.COMPLETED","summary":"Payment completed for $ 20.0 USD","resource":{"id":"4EU7004268015634R","create_time":"2015-05-18T15:44:02Z","update_time":"2015-05-18T15:44:21Z","amount":{"total":"20.00","currency":"USD"},"payment_mode":"INSTANT_TRANSFER","state":"completed","protection_eligibility":"ELIGIBLE","protection_eligibility_type":"ITEM_NOT_RECEIVED_ELIGIBLE,UNAUTHORIZED_PAYMENT_ELIGIBLE","parent_payment":"PAY-86C81811X5228590KKVNARQQ","transaction_fee":{"value":"0.88","currency":"USD"},"links":[{"href":"https://api.sandbox.paypal.com/v1/payments/sale/4EU7004268015634R","rel":"self","method":"GET"},{"href":"https://api.sandbox.paypal.com/v1/payments/sale/4EU7004268015634R/refund","rel":"refund","method":"POST"},{"href":"https://api.sandbox.paypal.com/v1/payments/payment/PAY-86C81811X5228590KKVNARQQ","rel":"parent_payment","method":"GET"}]},"links":[{"href":"https://api.sandbox.paypal.com/v1/notifications/webhooks-events/WH-0G2756385H040842W-5Y612302CV158622M","rel":"self","method":"GET"},{"href":"https://api.sandbox.paypal.com/v1/notifications/webhooks-events/WH-0G2756385H040842W-5Y612302CV158622M/resend","rel":"resend","method":"POST"}]}"#;
const REAL_TEXT: &str = "dfb3be50-fd74-11e4-8bf3-77339302725b|2015-05-18T15:45:13Z|6HY79521VR978045E|2771810304";

fn settings(mode: Mode) -> Settings {
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Settings { mode, ..Settings::new(creditor, "Herbaciarnia", "faktury@lisc.example", chrono_tz::Europe::Warsaw) }
}

fn secret(environment: &str, webhook: &str) -> String {
    let root = std::str::from_utf8(fixture!("paypal_root.pem")).unwrap();
    let known = json!({ "client_id": "c", "client_secret": "s", "webhook_id": webhook, "environment": environment, "root": root });
    known.to_string()
}

fn callback(body: &str, headers: &[(&str, &str)]) -> Delivery {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Delivery { headers, body: body.as_bytes().to_vec(), received_at: "2027-01-18T12:00:00Z".parse().unwrap() }
}

/// A callback that a key signed over a text.
fn by(key: &[u8], text: &str, body: &str, url: &str) -> Delivery {
    let signature = BASE64_STANDARD.encode(signed(key, text.as_bytes(), &RSA_PKCS1_SHA256));
    let id = [("paypal-transmission-id", ID), ("paypal-transmission-time", TIME)];
    let how = [("paypal-auth-algo", "SHA256withRSA"), ("paypal-cert-url", url), ("paypal-transmission-sig", signature.as_str())];
    callback(body, &[id.as_slice(), how.as_slice()].concat())
}

fn verifies(callback: &Delivery, certificate: &[u8], secrets: &[String], mode: Mode) -> bool {
    let named = PayPal.certificate(callback, secrets, &settings(mode)).is_ok_and(|url| url.is_some());
    let fits = PayPal.verify_with(callback, certificate, secrets, &settings(mode)).is_ok();
    assert!(named || !fits, "nothing fits whose certificate nobody would ask for");
    assert!(PayPal.verify(callback, secrets, &settings(mode)).is_err(), "never without a certificate");
    fits
}

#[test]
fn what_is_signed_is_the_text_of_the_sdks_own_test() {
    let signature = Signature::of(&by(fixture!("paypal_live.key"), "x", REAL, LIVE)).ok().unwrap();
    assert_eq!(signature.message(WEBHOOK, REAL.as_bytes()), REAL_TEXT);
}

#[test]
fn a_webhook_is_signed_for_us_by_paypals_own_certificate() {
    let right = [secret("live", WEBHOOK)];
    let good = by(fixture!("paypal_live.key"), REAL_TEXT, REAL, LIVE);
    assert!(verifies(&good, fixture!("paypal_live.pem"), &right, Mode::Live));
    let both = [secret("live", "0AA00000AA000000A"), secret("live", WEBHOOK)];
    assert!(verifies(&good, fixture!("paypal_live.pem"), &both, Mode::Live), "the webhook of before still works");
    assert!(
        !verifies(&good, fixture!("paypal_live.pem"), &[secret("live", "0AA00000AA000000A")], Mode::Live),
        "it is for another's webhook"
    );
    assert!(!verifies(&good, fixture!("paypal_live.pem"), &[], Mode::Live));
    let other = Delivery { body: REAL.replace("20.00", "21.00").into_bytes(), ..good.clone() };
    assert!(!verifies(&other, fixture!("paypal_live.pem"), &right, Mode::Live), "the body is changed");
    // Whoever has another certificate of the same root is not who signs webhooks.
    let by_other = by(fixture!("paypal_other.key"), REAL_TEXT, REAL, LIVE);
    assert!(!verifies(&by_other, fixture!("paypal_other.pem"), &right, Mode::Live), "given to another host");
    let by_sandbox = by(fixture!("paypal_sandbox.key"), REAL_TEXT, REAL, LIVE);
    assert!(!verifies(&by_sandbox, fixture!("paypal_sandbox.pem"), &right, Mode::Live), "given to the sandbox");
    let by_stranger = by(fixture!("foreign.key"), REAL_TEXT, REAL, LIVE);
    assert!(!verifies(&by_stranger, fixture!("foreign.pem"), &right, Mode::Live), "of another root");
    let known: Vec<String> = right
        .iter()
        .map(|text| {
            let mut known: Value = serde_json::from_str(text).unwrap();
            known.as_object_mut().unwrap().remove("root");
            known.to_string()
        })
        .collect();
    assert!(!verifies(&good, fixture!("paypal_live.pem"), &known, Mode::Live), "of no root that PayPal's lead to");
}

#[test]
fn a_header_that_is_missing_or_another_is_refused() {
    let right = [secret("live", WEBHOOK)];
    let good = by(fixture!("paypal_live.key"), REAL_TEXT, REAL, LIVE);
    let headers: Vec<String> = good.headers.iter().map(|(name, _)| name.clone()).collect();
    for name in &headers {
        let mut without = good.clone();
        without.headers.retain(|(known, _)| known != name);
        assert!(!verifies(&without, fixture!("paypal_live.pem"), &right, Mode::Live), "{name}");
    }
    let one = ID.split_at(8);
    for (name, value) in [
        ("paypal-auth-algo", "SHA1withRSA"),
        ("paypal-auth-algo", "none"),
        ("paypal-transmission-time", "2015-05-18T15:45:14Z"),
        ("paypal-transmission-id", one.0),
        ("paypal-transmission-id", "a|b"),
        ("paypal-transmission-sig", "not base64"),
        ("paypal-transmission-sig", ""),
        ("paypal-cert-url", SANDBOX),
        ("paypal-cert-url", "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1"),
        ("paypal-cert-url", "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1"),
        ("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/CERT-1/b"),
        ("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/other"),
        ("paypal-cert-url", "https://api.paypal.com/v1/identity/CERT-1"),
        ("paypal-cert-url", "http://api.paypal.com/v1/notifications/certs/CERT-1"),
    ] {
        let mut other = good.clone();
        other.headers.iter_mut().filter(|(known, _)| known == name).for_each(|(_, old)| value.clone_into(old));
        assert!(!verifies(&other, fixture!("paypal_live.pem"), &right, Mode::Live), "{name}: {value}");
    }
}

#[test]
fn play_money_settles_nothing_of_a_live_creditor() {
    let sandbox = [secret("sandbox", WEBHOOK)];
    let played = by(fixture!("paypal_sandbox.key"), REAL_TEXT, REAL, SANDBOX);
    assert!(verifies(&played, fixture!("paypal_sandbox.pem"), &sandbox, Mode::Trial));
    assert!(!verifies(&played, fixture!("paypal_sandbox.pem"), &sandbox, Mode::Live));
    assert!(is_play(NAME, &sandbox[0]) && !is_play(NAME, &secret("live", WEBHOOK)), "nothing is ordered or asked there either");
}

fn said(kind: &str, resource: Value) -> Result<Told, Unreadable> {
    let event = json!({ "id": "WH-1", "event_type": kind, "create_time": "2027-01-18T11:00:00Z", "resource": resource });
    PayPal.read(&callback(&event.to_string(), &[]), &settings(Mode::Live))
}

fn capture(status: &str) -> Value {
    json!({
        "id": "3C679366HH908993F", "status": status, "amount": { "currency_code": "PLN", "value": "123.00" }, "custom_id": REF,
        "create_time": "2027-01-18T10:59:00Z", "supplementary_data": { "related_ids": { "order_id": "5O190127TN364715T" } },
    })
}

fn to_ask(what: &str) -> Result<Told, Unreadable> {
    Ok(Told::ToAsk { payment: what.to_owned() })
}

#[test]
fn an_order_that_is_approved_is_no_money_and_somebody_elses_is_left_alone() {
    let order = |custom: Value| json!({ "id": "5O190127TN364715T", "status": "APPROVED", "purchase_units": [{ "custom_id": custom }] });
    for kind in ["CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED"] {
        assert_eq!(said(kind, order(json!(REF))), to_ask("orders/5O190127TN364715T"));
        for custom in [Value::Null, json!("cart-7"), json!("up-AAAABBBBCCCCDDDDEEEEFFFF")] {
            assert_eq!(said(kind, order(custom)), Ok(ProviderEvent::Nothing.into()), "the creditor's own sale");
        }
    }
    let mut forged = order(json!(REF));
    forged["id"] = json!("../../v1/x");
    assert_eq!(said("CHECKOUT.ORDER.APPROVED", forged).unwrap_err().field, "resource.id");
}

#[test]
fn money_is_a_capture_that_is_completed() {
    let Ok(Told::Happened(ProviderEvent::Paid { payment, reference })) = said("PAYMENT.CAPTURE.COMPLETED", capture("COMPLETED")) else {
        panic!("it is paid")
    };
    assert_eq!((payment.payment_id.as_str(), payment.amount_minor, payment.currency), ("3C679366HH908993F", 12_300, Currency::PLN));
    assert_eq!((reference.as_str(), payment.paid_at.to_rfc3339().as_str()), (REF, "2027-01-18T10:59:00+00:00"));
    let at = "2027-01-18T11:00:00Z".parse().unwrap();
    let reference = || REF.to_owned();
    let pending = said("PAYMENT.CAPTURE.PENDING", capture("PENDING"));
    assert_eq!(pending, Ok(ProviderEvent::Pending { reference: reference(), at }.into()));
    for (kind, status) in [("PAYMENT.CAPTURE.DENIED", "DENIED"), ("PAYMENT.CAPTURE.DECLINED", "DECLINED")] {
        assert_eq!(said(kind, capture(status)), Ok(ProviderEvent::Failed { reference: reference(), at }.into()));
    }
    let mut foreign = capture("COMPLETED");
    foreign["custom_id"] = Value::Null;
    assert_eq!(said("PAYMENT.CAPTURE.COMPLETED", foreign), Ok(ProviderEvent::Nothing.into()), "the creditor's own sale");
    for (currency, value) in [("PLN", "1,50"), ("PLN", "0.00"), ("PLN", "-1.00"), ("XXY", "1.00"), ("JPY", "1.50")] {
        let mut wrong = capture("COMPLETED");
        wrong["amount"] = json!({ "currency_code": currency, "value": value });
        assert!(said("PAYMENT.CAPTURE.COMPLETED", wrong).is_err(), "{currency} {value}");
    }
    let mut number = capture("COMPLETED");
    number["amount"]["value"] = json!(123.0);
    assert_eq!(said("PAYMENT.CAPTURE.COMPLETED", number).unwrap_err().field, "resource");
}

fn refund(status: &str) -> Value {
    let links = json!([
        { "href": "https://api.paypal.com/v2/payments/refunds/1JU08902781691411", "rel": "self" },
        { "href": "https://api.paypal.com/v2/payments/captures/3C679366HH908993F", "rel": "up" },
    ]);
    json!({ "id": "1JU08902781691411", "status": status, "amount": { "currency_code": "PLN", "value": "23.00" }, "links": links })
}

#[test]
fn what_goes_back_is_booked_under_its_own_id_once_it_is_gone() {
    let expected = RefundFact {
        provider: NAME.to_owned(),
        refund_id: "1JU08902781691411".to_owned(),
        payment_id: Some("3C679366HH908993F".to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor: 2_300,
    };
    for kind in ["PAYMENT.CAPTURE.REFUNDED", "PAYMENT.CAPTURE.REVERSED"] {
        assert_eq!(said(kind, refund("COMPLETED")), Ok(ProviderEvent::Refunded(expected.clone()).into()));
        assert_eq!(said(kind, refund("PENDING")), Ok(ProviderEvent::Nothing.into()));
        let mut stray = refund("COMPLETED");
        stray["links"] = json!([]);
        assert_eq!(said(kind, stray).unwrap_err().field, "resource.links", "a person sees it");
    }
    assert_eq!(said("PAYMENT.REFUND.FAILED", refund("FAILED")), to_ask("captures/3C679366HH908993F"));
}

#[test]
fn a_dispute_moves_no_money_by_itself() {
    let dispute = json!({ "dispute_id": "PP-D-1", "disputed_transactions": [{ "seller_transaction_id": "3C679366HH908993F" }] });
    for kind in ["CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED", "RISK.DISPUTE.CREATED", "INVOICING.INVOICE.PAID"] {
        assert_eq!(said(kind, dispute.clone()), Ok(ProviderEvent::Nothing.into()), "{kind}");
    }
    assert_eq!(said("CUSTOMER.DISPUTE.RESOLVED", dispute), to_ask("captures/3C679366HH908993F"));
    assert_eq!(PayPal.read(&callback(REAL, &[]), &settings(Mode::Live)), Ok(ProviderEvent::Nothing.into()), "a sale of another API");
    assert_eq!(PayPal.read(&callback("[]", &[]), &settings(Mode::Live)).unwrap_err().field, "body");
}

#[test]
fn amounts_are_written_as_paypal_takes_them() {
    let decimal = |minor, code| order::decimal(minor, Currency::parse(code).unwrap());
    assert_eq!(decimal(12_300, "PLN").as_deref(), Some("123.00"));
    assert_eq!(decimal(12_300, "JPY").as_deref(), Some("12300"));
    assert_eq!(decimal(12_300, "HUF").as_deref(), Some("123"));
    assert_eq!(decimal(12_350, "TWD"), None, "no part of a unit");
}

#[test]
fn a_secret_of_another_form_is_refused_with_what_is_right() {
    assert!(Credentials::read(&secret("live", WEBHOOK)).is_ok());
    let said = |text: &str| Credentials::read(text).err().unwrap();
    assert!(said("client-secret-alone").contains("\"webhook_id\""));
    assert!(said(&secret("production", WEBHOOK)).contains("\"live\" or \"sandbox\""));
    assert!(said(&secret("live", "https://api.example/payments/acme/paypal")).contains("not its address"));
    assert!(said(&secret("live", "WEBHOOK_ID")).contains("webhook_id"), "that of the simulator");
    assert!(said(&secret("live", WEBHOOK).replace("\"s\"", "\"\"")).contains("client_secret"));
    let no_root = json!({ "client_id": "c", "client_secret": "s", "webhook_id": WEBHOOK, "environment": "live", "root": "no certificate" });
    assert!(said(&no_root.to_string()).contains("PEM"));
    let own = json!({ "client_id": "c", "client_secret": "s", "webhook_id": WEBHOOK, "environment": "live" }).to_string();
    assert!(super::super::signer::Roots::read(Credentials::read(&own).ok().unwrap().roots()).is_ok(), "those that are known can be read");
}
