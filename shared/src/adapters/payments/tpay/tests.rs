//! Notifications as Tpay sends them, signed by certificates of nobody; and vectors by another program.

use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;

use super::super::signer::tests::{fixture, signed, unchecked};
use super::super::{is_play, secret_fits};
use super::*;
use crate::domain::ids::CreditorId;

mod vectors;

const ROOT: &[u8] = fixture!("root.pem");
const SIGNER: &[u8] = fixture!("signer.pem");
const KEY: &[u8] = fixture!("signer.key");
const X5U: &str = "https://secure.tpay.com/x509/notifications-jws.pem";
const SANDBOX: &str = "https://secure.sandbox.tpay.com/x509/notifications-jws.pem";

/// `md5sum` of `PAID` with the security code `kod`, computed by another program.
const SUM: &str = "23baeec24d91f534a28316f52b70bad2";

/// As a browser encodes it, and as nobody who decodes and encodes again would.
const PAID: &str = "id=12345&tr_id=TR-59GU-1ABCDE&tr_date=2027-01-18+11%3A59%3A30&tr_crc=up-aaaabbbbccccddddeeeeffff&tr_amount=123.40\
    &tr_paid=123.40&tr_desc=FV%2f1+za%C5%BC%C3%B3%C5%82%C4%87%20x&tr_status=TRUE&tr_error=none&tr_email=anna%40example.com&test_mode=0&md5sum=";

fn settings(mode: Mode) -> Settings {
    let creditor = CreditorId::parse("herbaciarnia").unwrap();
    Settings { mode, ..Settings::new(creditor, "Herbaciarnia", "faktury@lisc.example", chrono_tz::Europe::Warsaw) }
}

fn secret(code: &str, environment: &str) -> String {
    let root = std::str::from_utf8(ROOT).unwrap();
    json!({ "client_id": "c", "client_secret": "s", "security_code": code, "environment": environment, "root": root }).to_string()
}

fn live() -> [String; 1] {
    [secret("kod", "production")]
}

fn paid() -> String {
    format!("{PAID}{SUM}")
}

/// The same with fields of other values, and its sum made right.
fn with(changed: &[(&str, &str)]) -> String {
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(PAID.as_bytes()).into_owned().collect();
    fields.retain(|(name, _)| name != "md5sum");
    for (name, value) in changed {
        fields.retain(|(field, _)| field != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn delivery(jws: Option<String>, body: &[u8]) -> Delivery {
    let headers = jws.map(|jws| ("x-jws-signature".to_owned(), jws)).into_iter().collect();
    Delivery { headers, body: body.to_vec(), received_at: "2027-01-18T11:00:00Z".parse().unwrap() }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn signed_as(head: &Value, key: &[u8], body: &str) -> Delivery {
    let head = encoded(head.to_string());
    let signature = signed(key, format!("{head}.{}", encoded(body)).as_bytes(), &RSA_PKCS1_SHA256);
    delivery(Some(format!("{head}..{}", encoded(signature))), body.as_bytes())
}

fn by_tpay(body: &str) -> Delivery {
    signed_as(&json!({ "alg": "RS256", "x5u": X5U }), KEY, body)
}

/// The whole check, with what lies at the address.
fn verifies(callback: &Delivery, certificate: &[u8], secrets: &[String], mode: Mode) -> bool {
    let settings = settings(mode);
    assert_eq!(Tpay.verify(callback, secrets, &settings), Err(NotVerified), "never without a certificate");
    let named = Tpay.certificate(callback, secrets, &settings).is_ok_and(|url| url.is_some());
    let right = Tpay.verify_with(callback, certificate, secrets, &settings).is_ok();
    assert!(named || !right, "what is right is right by a certificate that may be fetched");
    named && right
}

#[test]
fn a_notification_is_tpays_and_the_creditors() {
    let right = by_tpay(&paid());
    assert!(verifies(&right, SIGNER, &live(), Mode::Live));
    assert!(verifies(&right, SIGNER, &[secret("new", "production"), secret("kod", "production")], Mode::Live), "a code of yesterday");
    assert!(!verifies(&right, SIGNER, &[secret("other", "production")], Mode::Live), "meant for another one of Tpay's customers");
    assert!(!verifies(&right, SIGNER, &[], Mode::Live), "nobody's");
    let url = Tpay.certificate(&right, &live(), &settings(Mode::Live)).unwrap().unwrap();
    assert_eq!((url.host(), url.path()), ("secure.tpay.com", "/x509/notifications-jws.pem"));
}

#[test]
fn a_signature_is_made_over_the_bytes_as_they_came() {
    let body = paid();
    let again = form_urlencoded::Serializer::new(String::new()).extend_pairs(form_urlencoded::parse(body.as_bytes())).finish();
    assert_ne!(again, body);
    for other in [again, body.replace('+', "%20"), format!("{body}\n"), body.replace("tr_paid=123.40", "tr_paid=23.40"), String::new()] {
        let callback = Delivery { body: other.into_bytes(), ..by_tpay(&body) };
        assert!(!verifies(&callback, SIGNER, &live(), Mode::Live), "{:?}", std::str::from_utf8(&callback.body));
    }
}

#[test]
fn only_a_signer_under_the_root_counts_and_only_while_it_is_good() {
    let head = json!({ "alg": "RS256", "x5u": X5U });
    assert!(!verifies(&by_tpay(&paid()), fixture!("foreign.pem"), &live(), Mode::Live), "another key");
    let foreign = signed_as(&head, fixture!("foreign.key"), &paid());
    assert!(!verifies(&foreign, fixture!("foreign.pem"), &live(), Mode::Live), "another root");
    assert!(!verifies(&foreign, SIGNER, &live(), Mode::Live));
    let imposter = signed_as(&head, fixture!("imposter.key"), &paid());
    assert!(!verifies(&imposter, fixture!("imposter.pem"), &live(), Mode::Live), "who is no authority");
    let mut former = signed_as(&head, fixture!("former.key"), &paid());
    assert!(!verifies(&former, fixture!("former.pem"), &live(), Mode::Live), "yesterday's");
    former.received_at = "2025-06-01T00:00:00Z".parse().unwrap();
    assert!(verifies(&former, fixture!("former.pem"), &live(), Mode::Live), "which was good in its time");
    let known = json!({ "client_id": "c", "client_secret": "s", "security_code": "kod", "environment": "production" }).to_string();
    assert!(!verifies(&by_tpay(&paid()), SIGNER, &[known], Mode::Live), "the root that is known here is Tpay's own");
}

#[test]
fn nobody_makes_us_ask_elsewhere() {
    for x5u in [
        "https://secure.tpay.com.evil.example/x509/notifications-jws.pem",
        "https://secure.tpay.com@evil.example/x509/notifications-jws.pem",
        "https://evil.example/https://secure.tpay.com/x509/notifications-jws.pem",
        "https://secure.tpay.com:8443/x509/notifications-jws.pem",
        "http://secure.tpay.com/x509/notifications-jws.pem",
        "https://secure.tpay.com/upload/notifications-jws.pem",
        "https://secure.tpay.com/x509/../upload/x.pem",
        "https://secure.tpay.com/x509/notifications-jws.pem?to=evil",
        "https://secure.tpay.com/x509/notifications-jws.der",
        "https://tpay.com/x509/notifications-jws.pem",
        SANDBOX,
        "",
    ] {
        let callback = signed_as(&json!({ "alg": "RS256", "x5u": x5u }), KEY, &paid());
        assert_eq!(Tpay.certificate(&callback, &live(), &settings(Mode::Live)), Err(NotVerified), "{x5u}");
        assert!(!verifies(&callback, SIGNER, &live(), Mode::Live), "{x5u}");
    }
    let escaped = format!("{{\"alg\":\"RS256\",\"x5u\":\"{}\"}}", X5U.replace('/', "\\/"));
    let signature = signed(KEY, format!("{}.{}", encoded(&escaped), encoded(paid())).as_bytes(), &RSA_PKCS1_SHA256);
    let callback = delivery(Some(format!("{}..{}", encoded(&escaped), encoded(signature))), paid().as_bytes());
    assert!(verifies(&callback, SIGNER, &live(), Mode::Live), "as PHP writes it");
}

#[test]
fn a_signature_is_rs256_and_detached_and_there() {
    let body = paid();
    let refused =
        |jws: Option<String>, why: &str| assert!(!verifies(&delivery(jws, body.as_bytes()), SIGNER, &live(), Mode::Live), "{why}");
    refused(None, "stripped");
    for text in ["", ".", "..", "fdsafsdfafdasfadsf", "e30..e30", "a.b.c.d"] {
        refused(Some(text.to_owned()), text);
    }
    for alg in [json!("none"), json!("None"), json!("HS256"), json!("RS512"), json!("PS256"), json!("rs256"), json!(["RS256"]), Value::Null]
    {
        let callback = signed_as(&json!({ "alg": alg, "x5u": X5U }), KEY, &body);
        assert!(!verifies(&callback, SIGNER, &live(), Mode::Live), "{alg}");
    }
    let (right, head) = (by_tpay(&body), encoded(json!({ "alg": "RS256", "x5u": X5U }).to_string()));
    let jws = right.header("x-jws-signature").unwrap().to_owned();
    let (_, bytes) = jws.rsplit_once('.').unwrap();
    refused(Some(format!("{head}..")), "no signature");
    refused(Some(format!("{head}.{}.{bytes}", encoded(&body))), "with a payload of its own");
    refused(Some(format!("{jws}.")), "with something behind");
    refused(Some(format!("{jws}=")), "padded");
    refused(Some(format!("{jws}, {jws}")), "twice");
    let longer = signed(KEY, format!("{head}.{}", encoded(&body)).as_bytes(), &RSA_PKCS1_SHA512);
    refused(Some(format!("{head}..{}", encoded(longer))), "by another hash than it says");
    let hmac = json!({ "alg": "HS256", "x5u": X5U });
    let by_certificate = hmac_sha256(SIGNER, format!("{}.{}", encoded(hmac.to_string()), encoded(&body)).as_bytes());
    refused(Some(format!("{}..{}", encoded(hmac.to_string()), encoded(by_certificate))), "whose key is the certificate that all know");
    let critical = signed_as(&json!({ "alg": "RS256", "x5u": X5U, "crit": ["b64"], "b64": false }), KEY, &body);
    assert!(!verifies(&critical, SIGNER, &live(), Mode::Live), "with what must be understood and is not");
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[test]
fn the_sum_is_over_an_amount_with_two_decimals() {
    let fits = |body: &str, code: &str| Form::read(body.as_bytes()).unwrap().is_for(code);
    assert!(fits(&paid(), "kod"));
    assert!(fits(&paid().replace("tr_amount=123.40", "tr_amount=123.4"), "kod"));
    assert!(!fits(&paid().replace("tr_amount=123.40", "tr_amount=123.41"), "kod"));
    assert!(!fits(&paid(), "Kod") && !fits(&paid(), ""));
    assert!(!fits(PAID, "kod"), "stripped");
    assert!(!fits(&paid().replace("tr_crc=up-a", "tr_crc=up-b"), "kod"));
    let twice = format!("{}&tr_paid=9999.00", paid());
    assert!(Form::read(twice.as_bytes()).is_err(), "nobody knows which one counts");
    assert!(!verifies(&by_tpay(&twice), SIGNER, &live(), Mode::Live));
    assert!(!verifies(&by_tpay(PAID), SIGNER, &live(), Mode::Live), "who strips the sum has no sign of whose it is");
}

#[test]
fn vectors_of_another_program_get_the_answer_of_the_official_library() {
    let known = json!({ "client_id": "c", "client_secret": "s", "security_code": vectors::CODE, "environment": "production" });
    let secrets = [known.to_string()];
    let named = |jws: &str| Tpay.certificate(&delivery(Some(jws.to_owned()), vectors::BODY.as_bytes()), &secrets, &settings(Mode::Live));
    let callback = delivery(Some(vectors::VALID.to_owned()), vectors::BODY.as_bytes());
    let signature = Signature::of(&callback).unwrap();
    let signer = unchecked(vectors::CERTIFICATE);
    assert_eq!(named(vectors::VALID).unwrap().unwrap().host(), "secure.tpay.com");
    assert!(signature.is_of(&signer, vectors::BODY.as_bytes()));
    assert!(Form::read(vectors::BODY.as_bytes()).unwrap().is_for(vectors::CODE));
    assert!(!signature.is_of(&signer, vectors::BODY.replace("tr_paid=144.69", "tr_paid=14.69").as_bytes()), "tampered with");
    for (jws, why) in
        [(vectors::SANDBOX, "sandbox"), (vectors::FOREIGN, "foreign"), (vectors::PREFIX, "prefix"), ("fdsafsdfafdasfadsf", "garbage")]
    {
        assert_eq!(named(jws), Err(NotVerified), "{why}");
    }
    assert!(Tpay.verify_with(&callback, vectors::CERTIFICATE, &secrets, &settings(Mode::Live)).is_err(), "its certificate leads nowhere");
}

#[test]
fn play_money_settles_nothing_of_a_live_creditor() {
    let sandbox = [secret("kod", "sandbox")];
    let callback = signed_as(&json!({ "alg": "RS256", "x5u": SANDBOX }), KEY, &paid());
    assert!(verifies(&callback, SIGNER, &sandbox, Mode::Trial));
    assert!(!verifies(&callback, SIGNER, &sandbox, Mode::Live));
    assert!(!verifies(&callback, SIGNER, &live(), Mode::Trial), "each system has its own certificates");
    assert!(!verifies(&by_tpay(&paid()), SIGNER, &sandbox, Mode::Trial));
    assert!(is_play(NAME, &sandbox[0]) && !is_play(NAME, &live()[0]));
    for test_mode in ["1", "true"] {
        let told = |mode| Tpay.read(&by_tpay(&with(&[("test_mode", test_mode)])), &settings(mode)).unwrap();
        assert_eq!(told(Mode::Live), ProviderEvent::Nothing.into(), "{test_mode}");
        assert!(matches!(told(Mode::Trial), Told::Happened(ProviderEvent::Paid { .. })));
    }
}

fn read(body: &str) -> Result<ProviderEvent, Unreadable> {
    match Tpay.read(&by_tpay(body), &settings(Mode::Live))? {
        Told::Happened(event) => Ok(event),
        other => panic!("{other:?} is to be confirmed"),
    }
}

fn fact(amount_minor: i64, currency: Currency, paid_at: &str) -> ProviderEvent {
    let payment = PaymentFact {
        provider: "tpay".to_owned(),
        payment_id: "TR-59GU-1ABCDE".to_owned(),
        invoice: None,
        debtor: None,
        currency,
        amount_minor,
        paid_at: paid_at.parse().unwrap(),
    };
    ProviderEvent::Paid { payment, reference: "up-aaaabbbbccccddddeeeeffff".to_owned() }
}

#[test]
fn what_was_paid_is_booked_and_not_what_was_asked_for() {
    let at = "2027-01-18T10:59:30Z";
    assert_eq!(read(&paid()), Ok(fact(12_340, Currency::PLN, at)));
    assert_eq!(read(&with(&[("tr_paid", "120.00"), ("tr_error", "surcharge")])), Ok(fact(12_000, Currency::PLN, at)), "too little");
    assert_eq!(read(&with(&[("tr_paid", "200"), ("tr_error", "overpay")])), Ok(fact(20_000, Currency::PLN, at)), "too much");
    assert_eq!(read(&with(&[("tr_currency", "EUR")])), Ok(fact(12_340, Currency::EUR, at)));
    for wrong in ["", "0", "0.00", "-1.00", "123,40", "123.405", "1e3", "0x10", " 123.40", "123.40 PLN", "99999999999999999999"] {
        assert_eq!(read(&with(&[("tr_paid", wrong)])).unwrap_err().field, "tr_paid", "{wrong}");
    }
    assert_eq!(read(&with(&[("tr_currency", "zł")])).unwrap_err().field, "tr_currency");
    assert_eq!(read(&with(&[("tr_id", "")])).unwrap_err().field, "tr_id");
}

#[test]
fn each_status_says_something_else() {
    let reference = "up-aaaabbbbccccddddeeeeffff".to_owned();
    let at = "2027-01-18T11:00:00Z".parse().unwrap();
    assert_eq!(read(&with(&[("tr_status", "true")])), read(&paid()));
    assert_eq!(
        read(&with(&[("tr_status", "PAID")])),
        Ok(ProviderEvent::Pending { reference: reference.clone(), at }),
        "accepted, not booked yet"
    );
    let unpaid = with(&[("tr_status", "FALSE"), ("tr_paid", "0.00")]);
    assert_eq!(read(&unpaid), Ok(ProviderEvent::Failed { reference, at }));
    for error in ["overpay", "surcharge", "none"] {
        let waiting = read(&with(&[("tr_status", "FALSE"), ("tr_paid", "100.00"), ("tr_error", error)]));
        assert_eq!(waiting.unwrap_err().field, "tr_status", "money that waits in the panel is shown to a person");
    }
    let back = read(&with(&[("tr_status", "CHARGEBACK")])).unwrap();
    let ProviderEvent::Refunded(refund) = back else { panic!("{back:?}") };
    assert_eq!((refund.payment_id.as_deref(), refund.refund_id.as_str()), (Some("TR-59GU-1ABCDE"), "TR-59GU-1ABCDE"));
    assert_eq!((refund.amount_minor, refund.currency), (12_340, Currency::PLN));
    for unknown in ["", "MAYBE", "TRUE "] {
        assert_eq!(read(&with(&[("tr_status", unknown)])).unwrap_err().field, "tr_status", "{unknown}");
    }
}

#[test]
fn its_clock_is_polish_and_nothing_comes_after_it_was_told_of() {
    for (text, at) in [
        ("2026-10-25 02:30:00", Some("2026-10-25T00:30:00Z")),
        ("2026-10-25 03:00:00", Some("2026-10-25T02:00:00Z")),
        ("2026-07-01 00:10:00", Some("2026-06-30T22:10:00Z")),
        ("2026-03-29 02:30:00", None),
        ("2026-02-30 12:00:00", None),
        ("2026-07-01", None),
        ("", None),
    ] {
        assert_eq!(instant(text), at.map(|at| at.parse().unwrap()), "{text}");
    }
    for strange in ["2027-01-18 13:00:00", "soon", "2026-03-29 02:30:00"] {
        assert_eq!(read(&with(&[("tr_date", strange)])), Ok(fact(12_340, Currency::PLN, "2027-01-18T11:00:00Z")), "{strange}");
    }
}

#[test]
fn notifications_of_other_kinds_are_no_money_by_themselves() {
    let told = |body: Value| Tpay.read(&by_tpay(&body.to_string()), &settings(Mode::Live));
    let alias = json!({ "id": "1010", "event": "ALIAS_REGISTER", "msg_value": { "value": "u", "type": "UID" } });
    assert_eq!(told(alias.clone()), Ok(ProviderEvent::Nothing.into()));
    for kind in ["tokenization", "token_update"] {
        assert_eq!(told(json!({ "type": kind, "data": { "token": "t" } })), Ok(ProviderEvent::Nothing.into()));
    }
    let market = json!({ "type": "marketplace_transaction", "data": {
        "transactionId": "TO-1234-5678", "transactionPaidAmount": "1234.56", "transactionStatus": "correct", "transactionHiddenDescription": "up-1",
    }});
    assert_eq!(told(market.clone()), Ok(Told::ToAsk { payment: "TO-1234-5678".to_owned() }), "whose it is, only Tpay knows");
    for id in [json!("../accounts"), json!("a/b"), json!(""), json!(7), Value::Null] {
        let mut strange = market.clone();
        strange["data"]["transactionId"] = id;
        assert!(told(strange.clone()).is_err(), "{strange}");
    }
    for unknown in [json!({}), json!({ "type": "payout" }), json!({ "event": "X" })] {
        assert!(told(unknown.clone()).is_err(), "a person sees {unknown}");
    }
    assert!(verifies(&by_tpay(&alias.to_string()), SIGNER, &live(), Mode::Live), "they bear no sum");
    assert!(!verifies(
        &signed_as(&json!({ "alg": "RS256", "x5u": X5U }), fixture!("foreign.key"), &alias.to_string()),
        SIGNER,
        &live(),
        Mode::Live
    ));
}

#[test]
fn success_is_answered_by_one_word() {
    assert_eq!(Tpay.answer(), CallbackAnswer { status: 200, body: "TRUE" });
}

#[test]
fn a_secret_of_another_form_is_refused() {
    let known = json!({ "client_id": "c", "client_secret": "s", "security_code": "k", "environment": "production" });
    let fits = |secret: &Value| secret_fits(NAME, &secret.to_string()).unwrap();
    assert_eq!(fits(&known), Ok(()));
    for (field, value) in [
        ("client_id", json!("")),
        ("client_secret", json!("")),
        ("security_code", json!("")),
        ("security_code", json!(7)),
        ("environment", json!("live")),
        ("root", json!("-----BEGIN CERTIFICATE-----")),
        ("root", json!("KIP SA Root CA")),
        ("root", json!("")),
        ("client_secret", json!("s".repeat(4096))),
        ("merchant", json!("x")),
    ] {
        let mut wrong = known.clone();
        wrong[field] = value;
        assert!(fits(&wrong).is_err(), "{wrong}");
    }
    for environment in ["production", "sandbox"] {
        let mut known = known.clone();
        known["environment"] = json!(environment);
        assert!(Credentials::read(&known.to_string()).unwrap().roots().is_ok(), "the roots of its {environment} are at hand");
    }
}
