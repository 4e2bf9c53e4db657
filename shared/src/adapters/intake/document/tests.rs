use proptest::prelude::*;

use super::*;

fn field(json: &str) -> Field {
    Field::parse(json.as_bytes()).unwrap()
}

#[test]
fn an_amount_is_read_as_it_is_written() {
    let pln = Currency::PLN;
    assert_eq!(field("\"1234.50\"").decimal("total", pln), Ok(Some(123_450)));
    assert_eq!(field("398.0").decimal_or_number("total", pln), Ok(Some(39_800)));
    assert_eq!(field("1240.71").decimal_or_number("total", pln), Ok(Some(124_071)));
    assert_eq!(field("-15").decimal_or_number("total", pln), Ok(Some(-1500)));
    assert_eq!(field("9007199254740993").decimal_or_number("total", pln), Ok(Some(900_719_925_474_099_300)));
    assert_eq!(field("null").decimal_or_number("total", pln), Ok(None));
    assert_eq!(field("\"\"").decimal("total", pln), Ok(None));
}

#[test]
fn an_amount_that_cannot_be_is_refused_without_being_repeated() {
    let jpy = Currency::parse("JPY").unwrap();
    for (json, currency) in [
        ("\"100.50\"", jpy),
        ("100.5", jpy),
        ("\"92233720368547758.08\"", Currency::PLN),
        ("92233720368547758.08", Currency::PLN),
        ("9007199254740993.5", Currency::PLN),
        ("1e300", Currency::PLN),
        ("\"1,50\"", Currency::PLN),
        ("\"NaN\"", Currency::PLN),
        ("true", Currency::PLN),
        ("{}", Currency::PLN),
    ] {
        let error = field(json).decimal_or_number("total", currency).unwrap_err();
        assert_eq!(error.field, "total");
        assert!(!error.rule.contains(json.trim_matches('"')), "{error}");
    }
    assert!(field("1234.5").decimal("total", Currency::PLN).unwrap_err().rule.contains("in quotes"));
}

#[test]
fn an_id_keeps_all_its_digits() {
    assert_eq!(field("9007199254740993123").id("id"), Ok(Some("9007199254740993123".to_owned())));
    assert_eq!(field("18446744073709551615").id("id"), Ok(Some("18446744073709551615".to_owned())));
    assert_eq!(field("\"#1001:a/b\"").id("id"), Ok(Some("#1001:a/b".to_owned())));
    for bad in ["1.5", "1e3", "18446744073709551616", "true", "[]"] {
        assert!(field(bad).id("id").is_err(), "{bad}");
    }
    assert!(field(&format!("\"{}\"", "x".repeat(201))).id("id").is_err());
    assert_eq!(field("\" \"").id("id"), Ok(None));
}

#[test]
fn a_day_is_ten_characters_and_near() {
    assert!(field("\"2026-11-30\"").day("d").unwrap().is_some());
    for bad in ["\"2026-02-30\"", "\"30.11.2026\"", "\"+12026-11-30\"", "\"0001-01-01\"", "\"2026-11-30T00:00:00Z\"", "5"] {
        assert!(field(bad).day("d").is_err(), "{bad}");
    }
    assert_eq!(field("\"\"").day("d"), Ok(None));
}

#[test]
fn an_instant_needs_its_offset() {
    assert_eq!(field("\"2026-11-30T12:00:00+01:00\"").instant("at").unwrap().unwrap().to_rfc3339(), "2026-11-30T11:00:00+00:00");
    assert!(field("\"2026-11-30T12:00:00\"").instant("at").is_err());
    assert!(field("\"9999-11-30T12:00:00Z\"").instant("at").is_err());
}

#[test]
fn text_stands_in_one_line() {
    assert_eq!(field("\" Anna\\r\\nBcc: \\u0000x \"").text("name"), Ok(Some("Anna Bcc: x".to_owned())));
    assert!(field("{}").text("name").is_err());
    assert!(field(&format!("\"{}\"", "x".repeat(2001))).text("name").is_err());
}

#[test]
fn an_unusual_name_of_an_event_is_not_logged() {
    assert_eq!(label("orders/create"), "orders/create");
    assert_eq!(label("anna@example.com"), "of an unknown kind");
    assert_eq!(label("a\nb"), "of an unknown kind");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_json_number_is_exact_or_refused(whole in 0u64..10_000_000_000_000, cents in 0u64..100) {
        let text = format!("{whole}.{cents:02}");
        let exact = i64::try_from(whole * 100 + cents).unwrap();
        prop_assert_eq!(field(&text).decimal_or_number("total", Currency::PLN), Ok(Some(exact)));
    }

    #[test]
    fn a_long_json_number_is_exact_or_refused(whole in any::<u64>(), cents in 0u64..100) {
        let read = field(&format!("{whole}.{cents:02}")).decimal_or_number("total", Currency::PLN);
        if let Ok(Some(minor)) = read {
            prop_assert_eq!(i128::from(minor), i128::from(whole) * 100 + i128::from(cents));
        }
    }

    #[test]
    fn a_decimal_string_is_exact(minor in any::<i64>().prop_filter("fits with its sign", |minor| *minor != i64::MIN)) {
        let json = format!("\"{}\"", Currency::PLN.decimal(minor));
        prop_assert_eq!(field(&json).decimal("total", Currency::PLN), Ok(Some(minor)));
    }
}
