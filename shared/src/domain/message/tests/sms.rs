//! SMS: within the cap, in GSM-7, and never without the amount or the link.

use proptest::prelude::*;

use crate::domain::creditor::Locale;
use crate::domain::message::RenderError;
use crate::domain::message::facts::MessageFacts;
use crate::domain::message::fixture::*;
use crate::domain::message::format::Formats;
use crate::domain::message::gsm::{is_gsm, parts, transliterate};
use crate::domain::message::sms::sms;

fn amount(facts: &MessageFacts) -> String {
    transliterate(&Formats::new(facts.locale).unwrap().money(facts.demand_minor, facts.currency))
}

#[test]
fn the_default_message_fits_into_two_parts_in_full() {
    for locale in [Locale::Pl, Locale::En] {
        for step in 0..STEPS.len() {
            for n in [1, 2, 5, 30] {
                let facts = message(step, n, locale, |_, _| {}).unwrap();
                let said = sms(&facts, 2).unwrap();
                assert!(said.text.contains("+48 500 100 200"), "{}", said.text);
                assert!(said.text.contains(&amount(&facts)) && said.text.contains(LINK));
                assert!(n > 1 || said.text.contains("FV/2026/11/0001"));
                assert_eq!(parts(&said.text), Some(usize::from(said.parts)));
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
        english in any::<bool>(),
    ) {
        let locale = if english { Locale::En } else { Locale::Pl };
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
        prop_assert_eq!(parts(&said.text), Some(usize::from(said.parts)));
        prop_assert!(is_gsm(&said.text));
        prop_assert!(said.text.contains(&facts.link), "{}", said.text);
        prop_assert!(said.text.contains(&amount(&facts)), "{}", said.text);
    }
}
