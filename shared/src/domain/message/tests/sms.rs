//! SMS: within the cap, in GSM-7 where the language has its letters, and never without the amount or the link.

use proptest::prelude::*;

use crate::domain::creditor::Locale;
use crate::domain::message::RenderError;
use crate::domain::message::facts::MessageFacts;
use crate::domain::message::fixture::*;
use crate::domain::message::format::{Formats, plain};
use crate::domain::message::gsm::{is_gsm, parts, transliterate};
use crate::domain::message::sms::sms;

/// In Latin letters, as it stands in a text of nothing else.
fn latin_amount(facts: &MessageFacts) -> String {
    transliterate(&Formats::new(facts.locale).unwrap().money(facts.demand_minor, facts.currency))
}

fn amount(facts: &MessageFacts) -> String {
    let money = Formats::new(facts.locale).unwrap().money(facts.demand_minor, facts.currency);
    if facts.locale == Locale::Uk { plain(&money) } else { transliterate(&money) }
}

#[test]
fn the_default_message_fits_into_two_parts_in_full() {
    // A part in Ukrainian holds less than half of what one in Latin letters does.
    let caps = Locale::ALL.map(|locale| (locale, if locale == Locale::Uk { 3 } else { 2 }));
    for (locale, cap) in caps {
        for step in 0..STEPS.len() {
            for n in [1, 2, 5, 30] {
                let facts = message(step, n, locale, |_, _| {}).unwrap();
                let said = sms(&facts, cap).unwrap();
                assert!(said.text.contains("+48 500 100 200"), "{}", said.text);
                assert!(said.text.contains(&amount(&facts)) && said.text.contains(LINK));
                assert!(n > 1 || said.text.contains("FV/2026/11/0001"));
                assert_eq!(parts(&said.text), usize::from(said.parts));
            }
        }
    }
}

#[test]
fn it_reads_as_a_person_wrote_it() {
    let said = sms(&message(2, 1, Locale::Pl, |_, _| {}).unwrap(), 2).unwrap().text;
    let expected = "Herbaciarnia Lisc: przypominamy o fakturze FV/2026/11/0001. Do zaplaty 223,45 zl, termin minal 27.11.2026. \
                    Platnosc: https://pay.example.com/p/abcdefghijklmnopqrstuvwx Pytania: +48 500 100 200";
    assert_eq!(said, expected);
    let said = sms(&message(3, 5, Locale::Pl, |_, _| {}).unwrap(), 1).unwrap().text;
    let expected = "Herbaciarnia Lisc: prosimy o zaplate 2 117,25 zl za 5 faktur do 4.12.2026: https://pay.example.com/p/abcdefghijklmnopqrstuvwx \
                    Pytania: +48 500 100 200";
    assert_eq!(said, expected);
}

#[test]
fn it_reads_so_in_every_language() {
    for (locale, expected) in [
        (
            Locale::De,
            "Herbaciarnia Lisc: bitte zahlen Sie 223,45 PLN für Rechnung FV/2026/11/0001 bis 04.12.2026: \
             https://pay.example.com/p/abcdefghijklmnopqrstuvwx Fragen: +48 500 100 200",
        ),
        (
            Locale::Cs,
            "Herbaciarnia Lisc: prosime o uhradu 223,45 PLN za fakturu FV/2026/11/0001 do 4. 12. 2026: \
             https://pay.example.com/p/abcdefghijklmnopqrstuvwx Dotazy: +48 500 100 200",
        ),
        (
            Locale::Uk,
            "Herbaciarnia Liść: просимо сплатити 223,45 PLN (FV/2026/11/0001) до 04.12.2026: \
             https://pay.example.com/p/abcdefghijklmnopqrstuvwx",
        ),
    ] {
        assert_eq!(sms(&message(3, 1, locale, |_, _| {}).unwrap(), 2).unwrap().text, expected);
    }
}

#[test]
fn ukrainian_in_one_part_leaves_the_name_the_amount_and_the_link() {
    let said = sms(&message(3, 2, Locale::Uk, |_, _| {}).unwrap(), 1).unwrap();
    assert_eq!(said.text, "Herbaciarnia Lisc: 546,90 PLN https://pay.example.com/p/abcdefghijklmnopqrstuvwx");
    assert_eq!(said.parts, 1);
}

#[test]
fn what_cannot_fit_is_refused_and_not_cut() {
    let mut facts = message(2, 1, Locale::Pl, |_, _| {}).unwrap();
    facts.link = format!("https://pay.example.com/p/{}", "x".repeat(160));
    assert_eq!(sms(&facts, 1), Err(RenderError::TooLong { needed: 2, cap: 1 }));
    facts.link = "https://płatność.example.com".into();
    assert_eq!(sms(&facts, 1), Err(RenderError::LinkNotGsm));
}

proptest! {
    #[test]
    fn any_names_give_a_text_within_the_cap(
        creditor in any::<String>(),
        debtor in any::<String>(),
        number in any::<String>(),
        phone in prop::option::of("[+0-9 ~|]{0,40}"),
        total in 1i64..i64::MAX,
        token in "[a-zA-Z0-9_~-]{10,40}",
        cap in 1u8..=4,
        step in 0usize..5,
        n in 1u32..4,
        locale in prop::sample::select(&Locale::ALL[..]),
    ) {
        let mut facts = message(step, n, locale, |account, settings| {
            settings.name.clone_from(&creditor);
            settings.contact_phone.clone_from(&phone);
            account.profile.name.clone_from(&debtor);
            account.cases[0].number.clone_from(&number);
            account.cases[0].total_minor = total;
        }).unwrap();
        facts.link = format!("https://p.example.com/p/{token}");
        let said = sms(&facts, cap).unwrap();
        prop_assert!(said.parts <= cap);
        prop_assert_eq!(parts(&said.text), usize::from(said.parts));
        prop_assert!(is_gsm(&said.text) || locale == Locale::Uk);
        prop_assert!(!said.text.chars().any(char::is_control));
        prop_assert!(said.text.contains(&facts.link), "{}", said.text);
        let expected = if is_gsm(&said.text) { latin_amount(&facts) } else { amount(&facts) };
        prop_assert!(said.text.contains(&expected), "{}", said.text);
    }
}
