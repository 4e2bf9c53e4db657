use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::adapters::intake::tests::{ARRIVED, delivery, fixture, instant, invoice, of, settings, translated, with};
use crate::domain::creditor::Locale;
use crate::domain::fact::{DebtorKind, InvoiceRef, Warning};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_b3RoZXIgc2VjcmV0IGZvciB0ZXN0cw==";
const ISSUED: &[u8] = fixture!("upominek/invoice-issued.json");

fn signed(secret: &str, at: &str, body: &[u8]) -> Delivery {
    let at = instant(at);
    let signature = sign(secret, "evt-1", at, body).unwrap();
    delivery(&[("webhook-id", "evt-1"), ("webhook-timestamp", &at.timestamp().to_string()), ("webhook-signature", &signature)], body)
}

fn verified(delivery: &Delivery, secrets: &[&str]) -> bool {
    let secrets: Vec<String> = secrets.iter().map(ToString::to_string).collect();
    Standard.verify(delivery, &secrets).is_ok()
}

fn read(body: &[u8]) -> Result<Event, Unreadable> {
    translated("upominek", "", body)
}

fn refused(body: &[u8]) -> String {
    read(body).unwrap_err().field
}

#[test]
fn the_vector_of_the_specification_verifies() {
    let mut vector = delivery(
        &[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
        b"{\"test\": 2432232314}",
    );
    vector.received_at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
    assert!(verified(&vector, &[SECRET]));
    assert!(!verified(&vector, &[OTHER]));
}

#[test]
fn either_of_two_secrets_verifies_and_no_secret_nothing() {
    let delivery = signed(SECRET, ARRIVED, ISSUED);
    assert!(verified(&delivery, &[OTHER, SECRET]));
    assert!(verified(&delivery, &[SECRET, OTHER]));
    assert!(verified(&delivery, &["not base64!", SECRET]));
    for secrets in [&[][..], &[OTHER], &[""], &["whsec_"], &["whsec_%"]] {
        assert!(!verified(&delivery, secrets), "{secrets:?}");
    }
}

#[test]
fn an_empty_secret_never_verifies() {
    assert_eq!(sign("whsec_", "evt-1", instant(ARRIVED), ISSUED), None);
    assert_eq!(sign("", "evt-1", instant(ARRIVED), ISSUED), None);
}

#[test]
fn one_good_signature_among_several_is_enough() {
    let mut delivery = signed(SECRET, ARRIVED, ISSUED);
    let good = delivery.headers[2].1.clone();
    delivery.headers[2].1 = format!("v1a,xyz v1,AAAA v2,{} {good}", &good[3..]);
    assert!(verified(&delivery, &[SECRET]));
    delivery.headers[2].1 = format!("v2,{}", &good[3..]);
    assert!(!verified(&delivery, &[SECRET]));
}

#[test]
fn a_signature_is_stale_five_minutes_off_either_way() {
    for (seconds, fine) in [(-301, false), (-300, true), (300, true), (301, false)] {
        let at = instant(ARRIVED) + TimeDelta::seconds(seconds);
        assert_eq!(verified(&signed(SECRET, &at.to_rfc3339(), ISSUED), &[SECRET]), fine, "{seconds}");
    }
    let mut absurd = signed(SECRET, ARRIVED, ISSUED);
    for timestamp in [i64::MIN.to_string(), i64::MAX.to_string(), "now".into(), String::new()] {
        absurd.headers[1].1 = timestamp;
        assert!(!verified(&absurd, &[SECRET]));
    }
}

#[test]
fn a_body_written_again_fails() {
    let mut delivery = signed(SECRET, ARRIVED, ISSUED);
    let value: Value = serde_json::from_slice(ISSUED).unwrap();
    delivery.body = serde_json::to_vec(&value).unwrap();
    assert!(!verified(&delivery, &[SECRET]));
}

#[test]
fn every_header_is_needed_and_an_id_has_no_point() {
    for index in 0..3 {
        let mut delivery = signed(SECRET, ARRIVED, ISSUED);
        delivery.headers.remove(index);
        assert!(!verified(&delivery, &[SECRET]));
    }
    let at = instant(ARRIVED);
    let signature = sign(SECRET, "evt.1", at, ISSUED).unwrap();
    let pointed =
        delivery(&[("webhook-id", "evt.1"), ("webhook-timestamp", &at.timestamp().to_string()), ("webhook-signature", &signature)], ISSUED);
    assert!(!verified(&pointed, &[SECRET]));
}

#[test]
fn bytes_that_are_no_text_verify_and_are_unreadable() {
    let delivery = signed(SECRET, ARRIVED, b"\xff\xfe");
    assert!(verified(&delivery, &[SECRET]));
    assert!(Standard.translate(&delivery, &settings()).is_err());
}

#[test]
fn the_documented_examples_are_the_fixtures_and_are_understood() {
    let lines = include_str!("../standard.rs").lines().filter_map(|line| line.strip_prefix("//!"));
    let text: String = lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect();
    let examples: Vec<Value> =
        text.split("```json\n").skip(1).map(|rest| serde_json::from_str(rest.split("```").next().unwrap()).unwrap()).collect();
    let fixtures: [&[u8]; 6] = [
        ISSUED,
        fixture!("upominek/invoice-paid.json"),
        fixture!("upominek/invoice-cancelled.json"),
        fixture!("upominek/credit-note-issued.json"),
        fixture!("upominek/payment-received.json"),
        fixture!("upominek/payment-refunded.json"),
    ];
    let fixtures: Vec<Value> = fixtures.into_iter().map(|fixture| serde_json::from_slice(fixture).unwrap()).collect();
    assert_eq!(examples, fixtures);
    for example in examples {
        assert!(!matches!(read(example.to_string().as_bytes()).unwrap().fact, Fact::Nothing { .. }));
    }
}

#[test]
fn an_issued_invoice_is_read_whole() {
    let event = read(ISSUED).unwrap();
    assert_eq!(event.event_id, "evt-1");
    let invoice = invoice(Ok(event));
    assert_eq!(invoice.case.to_string(), "upominek:inv-42");
    assert_eq!((invoice.number.as_str(), invoice.revision), ("FV/2026/11/0042", 1));
    assert_eq!((invoice.issued_on.to_string(), invoice.due_on.to_string()), ("2026-11-16".into(), "2026-11-30".into()));
    assert_eq!((invoice.currency.code(), invoice.total_minor, invoice.paid_minor), ("PLN", 123_000, Some(0)));
    assert_eq!((invoice.cancelled, invoice.remindable), (false, true));
    assert_eq!(invoice.payment_account.as_deref(), Some("PL61109010140000071219812874"));
    assert_eq!(invoice.ksef_number.as_deref(), Some("5260001246-20261116-0A1B2C3D4E5F-A1"));
    assert!(invoice.document_url.is_some());
    let debtor = invoice.debtor;
    assert_eq!((debtor.external_id.as_deref(), debtor.tax_id.as_deref()), (Some("cus-7"), Some("5260001246")));
    assert_eq!((debtor.email.as_deref(), debtor.phone.as_deref()), (Some("faktury@example.com"), Some("+48500100200")));
    assert_eq!((debtor.zone, debtor.kind), (Some(chrono_tz::Europe::Warsaw), Some(DebtorKind::Business)));
    assert_eq!((invoice.warnings, debtor.public_body), (Vec::new(), None));
}

#[test]
fn the_language_is_read_from_its_tag_and_another_one_refuses_nothing() {
    let languages = [("uk-UA", Some(Locale::Uk)), ("de_AT", Some(Locale::De)), ("CS", Some(Locale::Cs)), ("fr", None), ("", None)];
    for (tag, locale) in languages {
        let read = invoice(read(&with(ISSUED, "/data/debtor/language", json!(tag))));
        assert_eq!((read.debtor.locale, read.warnings), (locale, Vec::new()), "{tag}");
    }
}

#[test]
fn a_public_body_is_one_where_the_sender_says_so() {
    for said in [true, false] {
        let debtor = invoice(read(&with(ISSUED, "/data/debtor/public_body", json!(said)))).debtor;
        assert_eq!(debtor.public_body, Some(said));
    }
}

#[test]
fn without_a_due_day_the_creditors_term_counts() {
    assert_eq!(invoice(read(&with(ISSUED, "/data/due_on", Value::Null))).due_on.to_string(), "2026-11-30");
    let mut settings = settings();
    settings.default_term_days = 7;
    let event = Standard.translate(&of("upominek", "", &with(ISSUED, "/data/due_on", json!(""))), &settings);
    assert_eq!(invoice(event).due_on.to_string(), "2026-11-23");
}

#[test]
fn odd_values_are_left_out_with_warnings() {
    let mut body = with(ISSUED, "/data/due_on", json!("2026-11-01"));
    for (pointer, value) in [
        ("/data/payment_account", json!("PL00")),
        ("/data/ksef_number", json!("x")),
        ("/data/document_url", json!("javascript:x")),
        ("/data/debtor/email", json!("anna")),
        ("/data/debtor/phone", json!(12)),
        ("/data/debtor/tax_id", json!("5260001247")),
        ("/data/debtor/kind", Value::Null),
        ("/data/debtor/time_zone", json!("Mars/Base")),
    ] {
        body = with(&body, pointer, value);
    }
    let odd = invoice(read(&body));
    let warnings =
        [Warning::DueBeforeIssue, Warning::BadPaymentAccount, Warning::BadTaxId, Warning::BadEmail, Warning::BadPhone, Warning::NoContact];
    assert_eq!(odd.warnings, warnings);
    assert_eq!((odd.payment_account, odd.ksef_number, odd.document_url), (None, None, None));
    assert_eq!((odd.debtor.email, odd.debtor.phone, odd.debtor.tax_id), (None, None, None));
    assert_eq!((odd.debtor.zone, odd.debtor.kind), (None, None));
    assert_eq!(odd.due_on.to_string(), "2026-11-01");
}

#[test]
fn what_cannot_be_is_named_by_its_path() {
    for (pointer, value, field) in [
        ("/type", Value::Null, "type"),
        ("/data", json!([]), "data"),
        ("/data/id", Value::Null, "data.id"),
        ("/data/id", json!("x".repeat(201)), "data.id"),
        ("/data/number", json!(""), "data.number"),
        ("/data/revision", Value::Null, "data.revision"),
        ("/data/revision", json!(-1), "data.revision"),
        ("/data/revision", json!("1"), "data.revision"),
        ("/data/issued_on", json!("16.11.2026"), "data.issued_on"),
        ("/data/due_on", json!("9999-12-31"), "data.due_on"),
        ("/data/currency", json!("ZŁ"), "data.currency"),
        ("/data/total", json!(1230), "data.total"),
        ("/data/total", json!("-0.01"), "data.total"),
        ("/data/total", json!("92233720368547758.08"), "data.total"),
        ("/data/paid", json!("-1.00"), "data.paid"),
        ("/data/debtor", Value::Null, "data.debtor"),
        ("/data/debtor/name", json!(" "), "data.debtor.name"),
        ("/data/debtor/kind", json!("person"), "data.debtor.kind"),
        ("/data/remindable", json!("no"), "data.remindable"),
        ("/data/debtor/public_body", json!("yes"), "data.debtor.public_body"),
    ] {
        assert_eq!(refused(&with(ISSUED, pointer, value)), field);
    }
    let yen = with(&with(ISSUED, "/data/currency", json!("JPY")), "/data/total", json!("100.50"));
    assert_eq!(refused(&yen), "data.total");
}

#[test]
fn an_end_needs_only_id_and_revision() {
    let case = || "upominek:inv-42".to_owned().try_into().unwrap();
    assert_eq!(read(fixture!("upominek/invoice-paid.json")).unwrap().fact, Fact::Paid { case: case(), revision: 2 });
    assert_eq!(read(fixture!("upominek/invoice-cancelled.json")).unwrap().fact, Fact::Cancelled { case: case(), revision: 3 });
    assert_eq!(refused(br#"{"type": "invoice.paid", "data": {"id": "inv-42"}}"#), "data.revision");
}

#[test]
fn an_end_may_hold_the_whole_invoice() {
    let paid = invoice(read(&with(ISSUED, "/type", json!("invoice.paid"))));
    assert_eq!((paid.paid_minor, paid.cancelled), (Some(123_000), false));
    let cancelled = invoice(read(&with(ISSUED, "/type", json!("invoice.cancelled"))));
    assert_eq!((cancelled.paid_minor, cancelled.cancelled), (Some(0), true));
}

#[test]
fn money_names_its_invoice_by_id_or_number_or_not_at_all() {
    let received = fixture!("upominek/payment-received.json");
    let Fact::Payment(payment) = read(received).unwrap().fact else { panic!() };
    assert_eq!((payment.provider.as_str(), payment.payment_id.as_str(), payment.amount_minor), ("upominek", "pay-9", 50_000));
    assert_eq!(payment.invoice, Some(InvoiceRef::Alias("FV/2026/11/0042".into())));
    assert_eq!(payment.paid_at, instant("2026-11-28T13:02:11Z"));
    let Fact::Payment(loose) = read(&with(&with(received, "/data/invoice", Value::Null), "/data/paid_at", Value::Null)).unwrap().fact
    else {
        panic!()
    };
    assert_eq!((loose.invoice, loose.paid_at), (None, instant("2026-11-28T14:03:00Z")));
    let Fact::Refund(refund) = read(fixture!("upominek/payment-refunded.json")).unwrap().fact else { panic!() };
    assert_eq!((refund.refund_id.as_str(), refund.payment_id.as_deref(), refund.amount_minor), ("ref-1", Some("pay-9"), 50_000));
    let Fact::CreditNote(note) = read(fixture!("upominek/credit-note-issued.json")).unwrap().fact else { panic!() };
    assert_eq!((note.case.to_string(), note.number.as_str(), note.amount_minor), ("upominek:cn-3".into(), "KOR/2026/11/0003", 23_000));
    assert_eq!(refused(&with(received, "/data/invoice", json!({}))), "data.invoice");
}

#[test]
fn money_is_more_than_nothing() {
    for amount in ["0.00", "-500.00", "abc"] {
        for body in [
            &fixture!("upominek/payment-received.json")[..],
            fixture!("upominek/payment-refunded.json"),
            fixture!("upominek/credit-note-issued.json"),
        ] {
            assert_eq!(refused(&with(body, "/data/amount", json!(amount))), "data.amount");
        }
    }
}

#[test]
fn an_unknown_type_means_nothing() {
    let event = read(br#"{"type": "customer.created", "data": 5}"#).unwrap();
    assert_eq!(event.fact, Fact::Nothing { why: "event customer.created".into() });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_verifies_as_signed_and_not_when_changed(body in prop::collection::vec(any::<u8>(), 1..200), place in any::<prop::sample::Index>()) {
        let mut delivery = signed(SECRET, ARRIVED, &body);
        prop_assert!(verified(&delivery, &[SECRET]));
        let place = place.index(body.len());
        delivery.body[place] ^= 1;
        prop_assert!(!verified(&delivery, &[SECRET]));
    }

    #[test]
    fn totals_are_exact(minor in 0..=i64::MAX) {
        let total = crate::domain::money::Currency::PLN.decimal(minor);
        prop_assert_eq!(invoice(read(&with(ISSUED, "/data/total", json!(total)))).total_minor, minor);
    }
}

fn with_discount(discount: Value) -> Result<Event, Unreadable> {
    read(&with(ISSUED, "/data/discount", discount))
}

#[test]
fn a_discount_is_an_amount_or_a_part_of_the_total() {
    let of_event = |discount: Value| match with_discount(discount).unwrap().fact {
        Fact::Invoice(invoice) => invoice.discount.map(|terms| (terms.until.to_string(), terms.amount_minor)),
        other => panic!("{other:?}"),
    };
    let issued = invoice(read(ISSUED));
    let until = issued.issued_on.to_string();
    assert_eq!(of_event(json!({ "until": until, "amount": "24.60" })), Some((until.clone(), 2_460)));
    assert_eq!(
        of_event(json!({ "until": until, "percent": "2", "note": "unknown fields mean nothing" })).unwrap().1,
        (issued.total_minor + 25) / 50
    );
    assert_eq!(of_event(Value::Null), None);
    assert_eq!(issued.discount, None);
}

#[test]
fn a_discount_that_cannot_be_meant_is_not_guessed() {
    let issued = invoice(read(ISSUED));
    let (first, last) = (issued.issued_on.to_string(), issued.due_on.to_string());
    let (before, after) = (issued.issued_on.pred_opt().unwrap().to_string(), issued.due_on.succ_opt().unwrap().to_string());
    let total = issued.currency.decimal(issued.total_minor);
    for (discount, field) in [
        (json!("2%"), "data.discount"),
        (json!({ "until": first }), "data.discount"),
        (json!({ "until": first, "amount": "1.00", "percent": "2" }), "data.discount"),
        (json!({ "amount": "1.00" }), "data.discount.until"),
        (json!({ "until": before, "amount": "1.00" }), "data.discount.until"),
        (json!({ "until": after, "amount": "1.00" }), "data.discount.until"),
        (json!({ "until": last, "amount": "0" }), "data.discount.amount"),
        (json!({ "until": last, "amount": "-1.00" }), "data.discount.amount"),
        (json!({ "until": last, "amount": total }), "data.discount.amount"),
        (json!({ "until": last, "amount": 1.5 }), "data.discount.amount"),
        (json!({ "until": last, "percent": "0" }), "data.discount.percent"),
        (json!({ "until": last, "percent": "100" }), "data.discount.percent"),
        (json!({ "until": last, "percent": "2,5" }), "data.discount.percent"),
    ] {
        assert_eq!(with_discount(discount.clone()).unwrap_err().field, field, "{discount}");
    }
}
