//! Service messages: in every language, and with nothing of what is owed.

use crate::domain::account::{Account, Hold};
use crate::domain::creditor::Locale;
use crate::domain::message::fixture::{LINK, account, case, day, reminder, settings, today};
use crate::domain::message::format::plain;
use crate::domain::message::service::{ServiceFacts, email, receipt_facts, service_facts, sms};
use crate::domain::policy::{Channel, Tone};
use crate::domain::reminder::Reminder;
use crate::domain::service::{Received, ServiceKind};

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

fn receipt(locale: Locale, change: impl FnOnce(&mut Received, &mut Account)) -> ServiceFacts {
    let mut account = account();
    account.profile.locale = Some(locale);
    account.cases = vec![case(1, day("2026-11-16")), case(2, day("2026-12-19"))];
    let mut received =
        Received { amount_minor: 123_450, on: day("2026-11-30"), numbers: vec!["FV/2026/11/7".to_owned()], more: 0, over_minor: 0 };
    change(&mut received, &mut account);
    let message = Reminder { received: Some(received), ..reminder("receipt", Tone::Courtesy, Channel::Email, &[]) };
    let receipt = receipt_facts(&account, &message, &settings(), today());
    ServiceFacts { receipt, ..service_facts(&account, ServiceKind::Receipt, &settings(), LINK, day("2027-02-28")) }
}

#[test]
fn a_receipt_says_what_came_for_what_and_what_is_left() {
    let words = [
        (
            Locale::Pl,
            "Dziękujemy za wpłatę 1 234,50 zł",
            [
                "30 listopada 2026 dotarło do nas 1 234,50 zł tytułem: FV/2026/11/7.",
                "Do zapłaty pozostało 223,45 zł, a w późniejszych terminach 323,45 zł.",
            ],
        ),
        (
            Locale::En,
            "Thank you for your payment of PLN 1,234.50",
            ["On 30 November 2026 we received PLN 1,234.50 for FV/2026/11/7.", "PLN 223.45 is left to pay, and PLN 323.45 on later dates."],
        ),
        (
            Locale::De,
            "Vielen Dank für Ihre Zahlung über 1.234,50 PLN",
            [
                "Am 30. November 2026 haben wir 1.234,50 PLN erhalten für FV/2026/11/7.",
                "Offen sind noch 223,45 PLN, später fällig 323,45 PLN.",
            ],
        ),
        (
            Locale::Uk,
            "Дякуємо за оплату 1 234,50 PLN",
            [
                "30 листопада 2026 року надійшло 1 234,50 PLN за FV/2026/11/7.",
                "Залишилося сплатити 223,45 PLN, а з пізнішим терміном 323,45 PLN.",
            ],
        ),
        (
            Locale::Cs,
            "Děkujeme za platbu 1 234,50 PLN",
            [
                "Dne 30. listopadu 2026 jsme obdrželi 1 234,50 PLN za FV/2026/11/7.",
                "Zbývá uhradit 223,45 PLN, v pozdějších termínech 323,45 PLN.",
            ],
        ),
    ];
    for (locale, subject, sentences) in words {
        let made = email(&receipt(locale, |_, _| {})).unwrap();
        assert_eq!(made.subject, subject);
        for form in [plain(&made.html), made.text] {
            for sentence in sentences {
                assert!(form.contains(sentence), "{locale:?} {sentence}: {form}");
            }
            assert!(form.contains(LINK));
        }
        let short = sms(&receipt(locale, |_, _| {}), 2).unwrap();
        assert!(short.text.contains("223,45") || short.text.contains("223.45"), "{short:?}");
    }
}

#[test]
fn a_receipt_says_when_nothing_is_left_when_all_is_for_later_and_what_came_beyond() {
    let text = |change: fn(&mut Received, &mut Account)| email(&receipt(Locale::Pl, change)).unwrap().text;
    let said = text(|_, account| account.cases.clear());
    assert!(said.contains("nie ma już nic do zapłaty") && !said.contains("pozostało"), "{said}");
    let said = text(|_, account| drop(account.cases.remove(0)));
    assert!(said.contains("Na dziś wszystko jest opłacone, a w późniejszych terminach do zapłaty będzie 323,45 zł."), "{said}");
    let said = text(|received, _| received.over_minor = 2_050);
    assert!(said.contains("Z tej kwoty 20,50 zł to więcej, niż było do zapłaty. Zajmiemy się tą nadpłatą."), "{said}");
    let said = text(|received, account| {
        (received.over_minor, received.numbers) = (received.amount_minor, Vec::new());
        account.cases.clear();
    });
    assert!(said.contains("dotarło do nas 1 234,50 zł.\n\nTa kwota była już zapłacona."), "{said}");
    let said = text(|received, _| received.more = 3);
    assert!(said.contains("tytułem: FV/2026/11/7 i jeszcze 3 faktury."), "{said}");
    let disputed = text(|_, account| {
        account.cases.iter_mut().for_each(|case| case.hold = Some(Hold { reason: "checks".into(), from: today(), until: None }))
    });
    assert!(!disputed.contains("do zapłaty"), "what is held is not asked for, and not said to be paid: {disputed}");
}
