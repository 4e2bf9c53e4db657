//! Service messages: in every language, and with nothing of what is owed.

use crate::domain::creditor::Locale;
use crate::domain::message::fixture::{LINK, account, case, day, settings};
use crate::domain::message::service::{ServiceFacts, email, service_facts, sms};
use crate::domain::service::ServiceKind;

fn facts(locale: Locale) -> ServiceFacts {
    let mut account = account();
    account.profile.locale = Some(locale);
    account.cases = vec![case(1, day("2026-11-16"))];
    service_facts(&account, ServiceKind::FreshLink, &settings(), LINK, day("2027-02-28"))
}

#[test]
fn a_fresh_link_is_said_in_the_debtors_language_with_its_last_day_and_whom_to_ask() {
    let words = [
        (Locale::Pl, "Nowy link: Herbaciarnia Liść", "działa do 28 lutego 2027"),
        (Locale::En, "Your fresh link: Herbaciarnia Liść", "works until 28 February 2027"),
        (Locale::De, "Ihr neuer Link: Herbaciarnia Liść", "funktioniert bis 28. Februar 2027"),
        (Locale::Uk, "Ваше нове посилання: Herbaciarnia Liść", "діє до 28 лютого 2027"),
        (Locale::Cs, "Váš nový odkaz: Herbaciarnia Liść", "platí do 28. února 2027"),
    ];
    for (locale, subject, until) in words {
        let made = email(&facts(locale)).unwrap();
        assert_eq!(made.subject, subject);
        for form in [&made.html, &made.text] {
            let form = form.replace('\u{a0}', " ");
            assert!(form.contains(until) && form.contains(LINK) && form.contains("faktury@lisc.example.com"), "{locale:?}: {form}");
        }
        assert!(made.html.contains(&format!("<html lang=\"{}\">", locale.tag())));
        assert!(!made.text.contains("\n\n\n") && !made.text.contains('<'), "{}", made.text);
    }
}

#[test]
fn it_says_nothing_of_what_is_owed_or_who_owes() {
    for locale in Locale::ALL {
        let made = email(&facts(locale)).unwrap();
        let short = sms(&facts(locale), 2).unwrap();
        for form in [made.subject, made.html, made.text, short.text] {
            for secret in ["FV/2026", "223", "Kawiarnia", "biuro@", "600700800"] {
                assert!(!form.contains(secret), "{locale:?} {secret}: {form}");
            }
        }
    }
}

#[test]
fn an_sms_holds_the_whole_link_and_as_much_of_the_name_as_fits() {
    for locale in Locale::ALL {
        let most = if locale == Locale::Uk { 2 } else { 1 };
        let made = sms(&facts(locale), most).unwrap();
        assert!(made.text.ends_with(LINK) && made.parts <= most, "{locale:?}: {made:?}");
        let mut long = facts(locale);
        long.creditor.name = "Przedsiębiorstwo Wielobranżowe „Żółć” spółka z ograniczoną odpowiedzialnością".to_owned();
        let made = sms(&long, most).unwrap();
        assert!(made.text.ends_with(LINK) && made.parts <= most, "{locale:?}: {made:?}");
    }
    assert_eq!(
        sms(&facts(Locale::Pl), 1).unwrap().text,
        format!("Herbaciarnia Lisc: nowy link do strony platnosci, o ktory ktos poprosil: {LINK}")
    );
}

#[test]
fn a_name_from_outside_becomes_no_markup_and_no_second_line() {
    let mut facts = facts(Locale::En);
    facts.creditor.name = "<b>A</b>\r\nBcc: x@y.example".to_owned();
    let made = email(&facts).unwrap();
    assert!(!made.html.contains("<b>") && !made.subject.contains('\n'), "{made:?}");
}
