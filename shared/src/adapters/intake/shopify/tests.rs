use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::adapters::intake::tests::{delivery, fixture, invoice, of, settings, translated, with};
use crate::domain::creditor::Locale;
use crate::domain::fact::{DebtorKind, InvoiceFact, Warning};

const CREATED: &[u8] = fixture!("shopify/order-created.json");
const TWO_CURRENCIES: &[u8] = fixture!("shopify/order-two-currencies.json");
const REFUND: &[u8] = fixture!("shopify/refund.json");

fn order(body: &[u8]) -> InvoiceFact {
    invoice(translated("shopify", "orders/updated", body))
}

fn refused(body: &[u8]) -> String {
    translated("shopify", "orders/updated", body).unwrap_err().field
}

fn adjusted(body: &[u8]) -> (String, u64, i64, i64) {
    match translated("shopify", "refunds/create", body).unwrap().fact {
        Fact::Adjusted { case, revision, less_owed_minor, less_paid_minor } => {
            (case.to_string(), revision, less_owed_minor, less_paid_minor)
        }
        other => panic!("no adjustment: {other:?}"),
    }
}

fn verified(body: &[u8], signature: &str, secrets: &[&str]) -> bool {
    let secrets: Vec<String> = secrets.iter().map(ToString::to_string).collect();
    Shopify.verify(&delivery(&[("x-shopify-hmac-sha256", signature)], body), &secrets).is_ok()
}

#[test]
fn the_signature_covers_the_raw_body() {
    // Computed apart with openssl.
    let signature = "mCyENP2hs6fjbl3yuGKc++8nIEns3khfz8h6+V3iA+o=";
    let body = br#"{"note":"Za\u017c\u00f3\u0142\u0107","url":"https:\/\/shop.example.com"}"#;
    assert!(verified(body, signature, &["hush-example"]));
    assert_eq!(sign("hush-example", body).as_deref(), Some(signature));
    let value: Value = serde_json::from_slice(body).unwrap();
    assert!(!verified(&serde_json::to_vec(&value).unwrap(), signature, &["hush-example"]));
}

#[test]
fn either_of_two_secrets_verifies_and_no_secret_nothing() {
    let signature = sign("first", CREATED).unwrap();
    assert!(verified(CREATED, &signature, &["second", "first"]));
    for secrets in [&[][..], &["second"], &[""]] {
        assert!(!verified(CREATED, &signature, secrets));
    }
    assert_eq!(sign("", CREATED), None);
    for bad in ["", "!", "AAAA"] {
        assert!(!verified(CREATED, bad, &["first"]));
    }
    assert!(Shopify.verify(&delivery(&[], CREATED), &["first".to_owned()]).is_err());
}

#[test]
fn an_order_is_a_whole_picture() {
    let order = order(CREATED);
    assert_eq!((order.case.to_string(), order.number.as_str()), ("shopify:9007199254740993123".into(), "#1001"));
    // Half past eleven at night in New York is the next day in Warsaw.
    assert_eq!((order.issued_on.to_string(), order.due_on.to_string()), ("2026-11-16".into(), "2026-11-30".into()));
    assert_eq!((order.currency.code(), order.total_minor, order.paid_minor), ("PLN", 123_000, Some(0)));
    assert_eq!((order.cancelled, order.remindable), (false, true));
    assert_eq!(order.revision, 1_794_803_405_000_001);
    assert!(order.document_url.unwrap().starts_with("https://shop.example.com/"));
    let debtor = order.debtor;
    assert_eq!((debtor.external_id.as_deref(), debtor.name.as_str()), (Some("9007199254740993777"), "Anna Nowak"));
    assert_eq!((debtor.email.as_deref(), debtor.phone.as_deref()), (Some("anna@example.com"), Some("+48500100200")));
    assert_eq!((debtor.locale, debtor.kind, debtor.tax_id), (Some(Locale::Pl), None, None));
    assert_eq!(order.warnings, []);
}

#[test]
fn paid_is_the_total_less_what_is_open() {
    let paid = |outstanding: Value, status: &str| {
        let body = with(&with(CREATED, "/total_outstanding", outstanding), "/financial_status", json!(status));
        order(&body).paid_minor
    };
    assert_eq!(paid(json!("830.00"), "partially_paid"), Some(40_000));
    assert_eq!(paid(json!(830.0), "partially_paid"), Some(40_000));
    assert_eq!(paid(json!("1500.00"), "pending"), Some(0));
    assert_eq!(paid(json!("-10.00"), "partially_refunded"), Some(124_000));
    assert_eq!(paid(Value::Null, "paid"), Some(123_000));
    assert_eq!(paid(Value::Null, "pending"), Some(0));
    assert_eq!(paid(Value::Null, "partially_paid"), None);
    assert_eq!(order(fixture!("shopify/order-paid.json")).paid_minor, Some(123_000));
}

#[test]
fn the_total_follows_refunds_and_edits() {
    assert_eq!(order(&with(CREATED, "/current_total_price", json!("1000.00"))).total_minor, 100_000);
    assert_eq!(order(&with(CREATED, "/current_total_price", Value::Null)).total_minor, 123_000);
}

#[test]
fn the_debtor_owes_what_the_debtor_saw() {
    let foreign = order(TWO_CURRENCIES);
    // 143.33 of 430.00 PLN are paid: 33.33255… of 100 EUR, rounded up.
    assert_eq!((foreign.currency.code(), foreign.total_minor, foreign.paid_minor), ("EUR", 10_000, Some(3334)));
    let settled = order(&with(TWO_CURRENCIES, "/total_outstanding", json!("0.00")));
    assert_eq!(settled.paid_minor, Some(10_000));
    let untouched = order(&with(TWO_CURRENCIES, "/total_outstanding", json!("430.00")));
    assert_eq!(untouched.paid_minor, Some(0));
    let told_once = order(&with(TWO_CURRENCIES, "/current_total_price_set", Value::Null));
    assert_eq!((told_once.currency.code(), told_once.total_minor), ("PLN", 43_000));
}

#[test]
fn the_latest_open_date_of_the_terms_is_due() {
    assert_eq!(order(TWO_CURRENCIES).due_on.to_string(), "2026-12-21");
    let due = |terms: Value| order(&with(CREATED, "/payment_terms", terms)).due_on.to_string();
    assert_eq!(due(Value::Null), "2026-11-30");
    assert_eq!(due(json!({"payment_terms_type": "net", "due_in_days": 30, "payment_schedules": [{"due_at": null}]})), "2026-12-16");
    assert_eq!(due(json!({"payment_terms_type": "receipt", "due_in_days": null, "payment_schedules": []})), "2026-11-16");
    assert_eq!(due(json!({"payment_terms_type": "fulfillment", "due_in_days": null})), "2026-11-30");
    assert_eq!(
        due(json!({"payment_schedules": [{"due_at": "2026-12-01T12:00:00Z", "completed_at": "2026-11-20T12:00:00Z"}]})),
        "2026-12-01"
    );
}

#[test]
fn a_due_day_before_the_issue_is_kept_with_a_warning() {
    let odd = order(&with(CREATED, "/payment_terms", json!({"payment_schedules": [{"due_at": "2026-11-01T12:00:00Z"}]})));
    assert_eq!((odd.due_on.to_string(), odd.warnings), ("2026-11-01".into(), vec![Warning::DueBeforeIssue]));
}

#[test]
fn cancelled_voided_and_refunded_orders_are_not_collected() {
    assert!(order(fixture!("shopify/order-cancelled.json")).cancelled);
    for status in ["voided", "refunded"] {
        assert!(order(&with(CREATED, "/financial_status", json!(status))).cancelled);
    }
    assert!(!order(&with(CREATED, "/financial_status", json!("partially_refunded"))).cancelled);
}

#[test]
fn tests_reserved_money_and_cash_on_delivery_are_never_reminded() {
    assert!(!order(&with(CREATED, "/test", json!(true))).remindable);
    assert!(!order(&with(CREATED, "/financial_status", json!("authorized"))).remindable);
    for gateway in ["bogus", "Cash on Delivery (COD)", "Płatność przy odbiorze"] {
        assert!(!order(&with(CREATED, "/payment_gateway_names", json!(["visa", gateway]))).remindable, "{gateway}");
    }
}

#[test]
fn the_customers_language_is_read_with_its_country() {
    for (tag, locale) in [("de-AT", Some(Locale::De)), ("uk", Some(Locale::Uk)), ("cs-CZ", Some(Locale::Cs)), ("fr-CA", None)] {
        assert_eq!(order(&with(CREATED, "/customer_locale", json!(tag))).debtor.locale, locale, "{tag}");
    }
}

#[test]
fn a_guest_without_contacts_is_accepted_with_a_warning() {
    let guest = order(fixture!("shopify/order-guest.json"));
    assert_eq!((guest.debtor.external_id, guest.debtor.email, guest.debtor.name.as_str()), (None, None, ""));
    assert_eq!((guest.debtor.locale, guest.warnings), (Some(Locale::De), vec![Warning::NoContact]));
}

#[test]
fn a_company_is_who_has_a_tax_id_or_buys_as_one() {
    let debtor = order(TWO_CURRENCIES).debtor;
    assert_eq!((debtor.name.as_str(), debtor.phone.as_deref()), ("Lis Import GmbH", Some("+4930901820")));
    assert_eq!((debtor.kind, debtor.tax_id.as_deref()), (Some(DebtorKind::Business), Some("5260001246")));
    let named_only = order(&with(CREATED, "/billing_address/company", json!("Nowak i Córki"))).debtor;
    assert_eq!((named_only.kind, named_only.name.as_str()), (None, "Nowak i Córki"));
    let bad = order(&with(CREATED, "/note_attributes", json!([{"name": "NIP do faktury", "value": "5260001247"}])));
    assert_eq!((bad.debtor.kind, bad.debtor.tax_id, bad.warnings), (None, None, vec![Warning::BadTaxId]));
}

#[test]
fn bad_contacts_fall_back_or_leave_a_warning() {
    let fallback = order(&with(CREATED, "/email", json!("anna"))).debtor;
    assert_eq!(fallback.email.as_deref(), Some("anna@example.com"));
    let odd = order(&with(CREATED, "/billing_address/phone", json!("555-555-SHIP")));
    assert_eq!((odd.debtor.phone, odd.warnings), (None, vec![Warning::BadPhone]));
}

#[test]
fn pictures_of_one_second_are_told_apart_by_when_they_were_triggered() {
    let revision = |triggered: &str| {
        let mut delivery = of("shopify", "orders/updated", CREATED);
        delivery.headers.push(("x-shopify-triggered-at".into(), triggered.into()));
        invoice(Shopify.translate(&delivery, &settings())).revision
    };
    let base = 1_794_803_405_000_000;
    assert_eq!(revision("2026-11-16T04:30:05.877041743Z"), base + 878);
    assert_eq!(revision("2026-11-16T04:30:07.000000001Z"), base + 2001);
    assert_eq!(revision("2027-01-01T00:00:00Z"), base + 999_999);
    assert_eq!(revision("2020-01-01T00:00:00Z"), base + 1);
    assert_eq!(revision("soon"), base + 1);
}

#[test]
fn a_picture_of_the_refunds_second_is_newer_than_the_refund() {
    let picture = order(&with(CREATED, "/updated_at", json!("2026-11-25T10:00:00+01:00")));
    assert!(picture.revision > adjusted(REFUND).1);
    let before = order(&with(CREATED, "/updated_at", json!("2026-11-25T09:59:59+01:00")));
    assert!(before.revision < adjusted(REFUND).1);
}

#[test]
fn a_refund_tells_the_difference() {
    // 333.33 + 76.67 goods and tax, 18.45 shipping, less 28.45 that was kept back.
    assert_eq!(adjusted(REFUND), ("shopify:9007199254740993123".into(), 1_795_597_200_000_000, 40_000, 40_000));
}

#[test]
fn a_pending_refund_changes_nothing_yet() {
    assert_eq!(adjusted(fixture!("shopify/refund-without-kinds.json")), ("shopify:4503599627371".into(), 1_795_600_800_000_000, 0, 0));
}

#[test]
fn a_refund_counts_in_the_money_that_the_debtor_saw() {
    let kept = with(fixture!("shopify/refund-without-kinds.json"), "/order_adjustments", json!([]));
    assert_eq!(adjusted(&kept).2, 1500);
}

#[test]
fn goods_taken_off_an_unpaid_order_are_no_longer_owed() {
    let unpaid = with(fixture!("shopify/refund-without-kinds.json"), "/transactions", json!([]));
    assert_eq!((adjusted(&unpaid).2, adjusted(&unpaid).3), (1500, 0));
}

#[test]
fn a_refund_in_two_currencies_or_none_is_unreadable() {
    let mixed = with(
        fixture!("shopify/refund-without-kinds.json"),
        "/transactions",
        json!([{"kind": "refund", "status": "success", "amount": "1.00", "currency": "USD"}]),
    );
    assert!(translated("shopify", "refunds/create", &mixed).is_err());
    let none = with(REFUND, "/transactions", json!([]));
    assert_eq!(
        translated("shopify", "refunds/create", &with(&none, "/total_duties_set", Value::Null)).unwrap_err().field,
        "refund_line_items[0].subtotal_set"
    );
    let huge = with(REFUND, "/order_adjustments", json!([{"kind": "shipping_refund", "amount": "-92233720368547758.07"}]));
    assert!(translated("shopify", "refunds/create", &huge).is_err());
}

#[test]
fn what_cannot_be_is_named_by_its_path() {
    for (pointer, value, field) in [
        ("/id", Value::Null, "id"),
        ("/id", json!(1.5), "id"),
        ("/updated_at", Value::Null, "updated_at"),
        ("/currency", json!("???"), "currency"),
        ("/current_total_price", json!("-1.00"), "current_total_price"),
        ("/current_total_price", json!("1.005"), "current_total_price"),
        ("/total_outstanding", json!("-92233720368547758.07"), "total_outstanding"),
        ("/payment_terms", json!({"payment_schedules": [{}, {"due_at": "soon"}]}), "payment_terms.payment_schedules[1].due_at"),
        ("/billing_address", json!("x"), "billing_address"),
    ] {
        assert_eq!(refused(&with(CREATED, pointer, value)), field);
    }
    let error = translated("shopify", "orders/create", br#"{"foo": "bar"}"#).unwrap_err();
    assert_eq!(error.field, "id");
}

#[test]
fn the_topic_belongs_to_the_event_id() {
    let id = |headers: &[(&str, &str)]| Shopify.translate(&delivery(headers, CREATED), &settings()).unwrap().event_id;
    let paid = id(&[("x-shopify-topic", "orders/paid"), ("x-shopify-event-id", "e1"), ("x-shopify-webhook-id", "w1")]);
    let updated = id(&[("x-shopify-topic", "orders/updated"), ("x-shopify-event-id", "e1")]);
    assert_eq!((paid.as_str(), updated.as_str()), ("e1:orders/paid", "e1:orders/updated"));
    let fallback = id(&[("x-shopify-topic", "orders/paid"), ("x-shopify-webhook-id", "w1")]);
    assert!(fallback.starts_with("w1:") && fallback.len() == 3 + 64);
    assert!(id(&[("x-shopify-topic", "orders/paid")]).starts_with("body:"));
}

#[test]
fn other_topics_mean_nothing() {
    for (topic, body) in [("products/update", &b"\xff"[..]), ("orders/edited", fixture!("shopify/order-edited.json"))] {
        assert_eq!(translated("shopify", topic, body).unwrap().fact, Fact::Nothing { why: format!("topic {topic}") });
    }
    assert_eq!(invoice(translated("shopify", "orders/edited", CREATED)).total_minor, 123_000);
    assert_eq!(Shopify.translate(&delivery(&[], CREATED), &settings()).unwrap_err().field, "x-shopify-topic");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paid_and_open_make_the_total((open, total) in (0..=i64::MAX).prop_flat_map(|total| (0..=total, Just(total)))) {
        let pln = crate::domain::money::Currency::PLN;
        let body = with(&with(CREATED, "/current_total_price", json!(pln.decimal(total))), "/total_outstanding", json!(pln.decimal(open)));
        let order = order(&body);
        prop_assert_eq!((order.total_minor, order.paid_minor), (total, Some(total - open)));
    }

    #[test]
    fn a_foreign_debtor_is_never_asked_for_more_than_the_share_that_is_open(total in 1i64..1_000_000_000, shown in 0i64..1_000_000_000, open in 0i64..1_000_000_000) {
        let pln = crate::domain::money::Currency::PLN;
        let body = with(TWO_CURRENCIES, "/current_total_price", json!(pln.decimal(total)));
        let body = with(&body, "/current_total_price_set/presentment_money/amount", json!(pln.decimal(shown)));
        let order = order(&with(&body, "/total_outstanding", json!(pln.decimal(open.min(total)))));
        let asked = i128::from(order.total_minor - order.paid_minor.unwrap());
        let exact = i128::from(shown) * i128::from(open.min(total));
        prop_assert!(asked * i128::from(total) <= exact && exact < (asked + 1) * i128::from(total));
    }
}
