use proptest::prelude::*;

use super::*;

fn some(text: &str) -> Vec<Option<String>> {
    vec![Some(text.to_owned())]
}

#[test]
fn the_first_good_address_of_a_list_counts() {
    let mut findings = Findings::default();
    assert_eq!(findings.email(some("anna@example.com, jan@example.com")).as_deref(), Some("anna@example.com"));
    assert_eq!(findings.email(some("brak; Jan Lis <jan@example.com>")).as_deref(), Some("jan@example.com"));
    assert_eq!(findings.email(vec![None, Some("x".into()), Some("jan@example.com".into())]).as_deref(), Some("jan@example.com"));
    assert_eq!(findings.into_warnings(), []);
}

#[test]
fn a_bad_address_is_left_out_with_a_warning() {
    for bad in ["anna", "anna@", "anna@localhost", "anna@@example.com", "zażółć@example.com", "anna@[127.0.0.1]", "@example.com"] {
        let mut findings = Findings::default();
        assert_eq!(findings.email(some(bad)), None, "{bad}");
        assert_eq!(findings.into_warnings(), [Warning::BadEmail], "{bad}");
    }
}

#[test]
fn phones_are_written_in_e164() {
    for (text, region, e164) in [
        ("500 100 200", None, "+48500100200"),
        ("+48 (500) 100-200", Some("DE"), "+48500100200"),
        ("0048500100200", None, "+48500100200"),
        ("brak, 500100200", None, "+48500100200"),
        ("22/621 00 00", Some("PL"), "+48226210000"),
        ("030 901820", Some("de"), "+4930901820"),
        ("tel:+48500100200", Some("nowhere"), "+48500100200"),
    ] {
        let mut findings = Findings::default();
        assert_eq!(findings.phone(some(text), region).as_deref(), Some(e164), "{text}");
        assert_eq!(findings.into_warnings(), []);
    }
}

#[test]
fn a_bad_phone_is_left_out_with_a_warning() {
    for bad in ["12", "555-555-SHIP", "+48", "000000000", "+999123456789", "1234567890123456789012345"] {
        let mut findings = Findings::default();
        assert_eq!(findings.phone(some(bad), None), None, "{bad}");
        assert_eq!(findings.into_warnings(), [Warning::BadPhone], "{bad}");
    }
}

#[test]
fn a_nip_is_told_by_its_check_digit() {
    for (text, tax_id) in
        [("526-000-12-46", "5260001246"), ("PL 5260001246", "5260001246"), ("de 123456789", "DE123456789"), ("ATU12345678", "ATU12345678")]
    {
        let mut findings = Findings::default();
        assert_eq!(findings.tax_id(Some(text.into())).as_deref(), Some(tax_id));
        assert_eq!(findings.into_warnings(), []);
    }
    for bad in ["5260001247", "PL5260001247", "0000000000", "526000124", "12345", "ABCDEF", "ąę5260001246"] {
        let mut findings = Findings::default();
        assert_eq!(findings.tax_id(Some(bad.into())), None, "{bad}");
        assert_eq!(findings.into_warnings(), [Warning::BadTaxId], "{bad}");
    }
}

#[test]
fn an_account_is_an_iban_without_spaces() {
    let mut findings = Findings::default();
    for text in ["PL61 1090 1014 0000 0712 1981 2874", "61109010140000071219812874", "pl61-1090-1014-0000-0712-1981-2874"] {
        assert_eq!(findings.payment_account(Some(text.into())).as_deref(), Some("PL61109010140000071219812874"));
    }
    assert_eq!(findings.payment_account(Some("PL61109010140000071219812875".into())), None);
    assert_eq!(findings.into_warnings(), [Warning::BadPaymentAccount]);
}

#[test]
fn what_is_missing_is_no_mistake() {
    let mut findings = Findings::default();
    assert_eq!((findings.email(vec![None]), findings.tax_id(None), findings.payment_account(None)), (None, None, None));
    assert_eq!(findings.into_warnings(), []);
}

#[test]
fn a_ksef_number_has_35_characters() {
    let number = "5260001246-20261116-0A1B2C3D4E5F-A1";
    assert_eq!(ksef_number(Some(number.to_lowercase())).as_deref(), Some(number));
    assert_eq!(ksef_number(Some(number[1..].to_owned())), None);
    assert_eq!(ksef_number(Some(format!("{}ą", &number[..33]))), None);
}

#[test]
fn a_link_leads_to_a_page_and_nowhere_else() {
    let link = |text: &str| link(Some(text.to_owned()));
    assert!(link("https://shop.example.com/orders/1?key=a&b=%20").is_some());
    for bad in ["javascript:alert(1)", "ftp://example.com", "https://", "https://ex ample.com", "https://example.com/\"><b>", "/orders/1"] {
        assert_eq!(link(bad), None, "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_normalising_panic(text in ".{0,60}", digits in "[+0-9 ()-]{0,24}", region in "[A-Za-z]{0,3}") {
        let mut findings = Findings::default();
        for text in [text, digits] {
            let _ = findings.email(vec![Some(text.clone())]);
            let _ = findings.tax_id(Some(text.clone()));
            let _ = findings.payment_account(Some(text.clone()));
            let _ = ksef_number(Some(text.clone()));
            let phone = findings.phone(vec![Some(text)], Some(&region));
            prop_assert!(phone.is_none_or(|phone| phone.starts_with('+') && phone[1..].bytes().all(|b| b.is_ascii_digit())));
        }
    }
}
