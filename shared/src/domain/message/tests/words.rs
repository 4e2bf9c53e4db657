//! The words of every language: complete, in as many forms as it has, and its own.

use serde_json::{Map, Value};

use crate::domain::creditor::Locale;
use crate::domain::message::engine::tongue;

fn words(locale: Locale) -> Map<String, Value> {
    serde_json::from_str(tongue(locale).words).unwrap()
}

/// Words that two languages share; an empty list says that they share none.
fn shared_with_polish(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::Pl | Locale::Uk => &[],
        Locale::En => &["email", "phone"],
        Locale::De => &["contact", "document_label", "phone_label"],
        Locale::Cs => {
            &["dispute_invoice", "email", "interest_from", "interest_until", "invoice", "invoice_gen", "number", "part_of", "phone_label"]
        }
    }
}

#[test]
fn every_language_has_every_word_and_no_other() {
    let polish = words(Locale::Pl);
    for locale in Locale::ALL {
        let own = words(locale);
        assert!(own.keys().eq(polish.keys()), "{locale:?}: {:?}", differing(&own, &polish));
        assert_eq!(tongue(locale).words.matches("\":").count(), tongue(Locale::Pl).words.matches("\":").count(), "{locale:?}: a key twice");
    }
}

fn differing<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> Vec<&'a String> {
    let missing = |from: &'a Map<String, Value>, of: &'a Map<String, Value>| of.keys().filter(|key| !from.contains_key(*key));
    missing(one, other).chain(missing(other, one)).collect()
}

#[test]
fn what_is_counted_has_all_the_forms_of_its_language() {
    let polish = words(Locale::Pl);
    for locale in Locale::ALL {
        let forms = if matches!(locale, Locale::En | Locale::De) { 2 } else { 3 };
        for (key, value) in words(locale) {
            match (&polish[&key], &value) {
                (Value::Array(_), Value::Array(own)) => {
                    assert_eq!(own.len(), forms, "{locale:?} {key}");
                    assert!(own.iter().all(|form| form.as_str().is_some_and(is_said)), "{locale:?} {key}");
                }
                (Value::Object(polish), Value::Object(own)) => {
                    assert!(own.keys().eq(polish.keys()), "{locale:?} {key}");
                    assert!(own.values().all(|word| word.as_str().is_some_and(is_said)), "{locale:?} {key}");
                }
                (Value::String(_), Value::String(word)) => assert!(is_said(word), "{locale:?} {key}"),
                _ => panic!("{locale:?} {key} is of another kind than in Polish"),
            }
        }
    }
}

/// Something is there, and nothing hangs over.
fn is_said(word: &str) -> bool {
    !word.is_empty() && word.trim() == word && !word.contains(['{', '<', '\n', '\''])
}

#[test]
fn no_word_is_left_in_polish() {
    let polish = words(Locale::Pl);
    for locale in Locale::ALL.into_iter().filter(|locale| *locale != Locale::Pl) {
        let own = words(locale);
        let mut same: Vec<&str> = own.iter().filter(|(key, word)| polish[*key] == **word).map(|(key, _)| key.as_str()).collect();
        same.sort_unstable();
        assert_eq!(same, shared_with_polish(locale), "{locale:?}");
    }
}

#[test]
fn each_language_keeps_to_its_letters() {
    let polish_only = |c: char| "ąęłńśźżĄĘŁŃŚŹŻ".contains(c);
    for locale in Locale::ALL.into_iter().filter(|locale| *locale != Locale::Pl) {
        let said = tongue(locale);
        let texts = [said.words].into_iter().chain(said.sms.iter().chain(said.copy).map(|(_, text)| *text));
        for text in texts {
            assert!(!text.contains(polish_only), "{locale:?}: {text}");
            // Letters that only Russian has.
            assert!(!text.contains(['ы', 'э', 'ё', 'ъ', 'Ы', 'Э', 'Ё', 'Ъ']), "{locale:?}: {text}");
            let has_cyrillic = text.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c));
            assert_eq!(has_cyrillic, locale == Locale::Uk, "{locale:?}: {text}");
        }
    }
}
