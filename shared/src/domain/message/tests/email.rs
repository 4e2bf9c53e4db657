//! E-mails: complete in every voice and language, escaped, and lawful.

use proptest::prelude::*;

use crate::domain::account::Credit;
use crate::domain::contact::Contacts;
use crate::domain::creditor::Locale;
use crate::domain::fact::PostalAddress;
use crate::domain::message::email::{Email, email, task};
use crate::domain::message::facts::MessageFacts;
use crate::domain::message::fixture::*;
use crate::domain::message::format::{Formats, plain};
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Tone};

/// Every message with every optional thing present and absent.
fn all_messages() -> Vec<MessageFacts> {
    let mut all = Vec::new();
    for step in 0..STEPS.len() {
        for locale in Locale::ALL {
            for n in [1, 2, 5, 30, 101] {
                all.extend(message(step, n, locale, |_, _| {}));
                all.extend(message(step, n, locale, |account, settings| {
                    settings.contact_phone = None;
                    settings.payment_account = None;
                    account.profile.contacts = Contacts::default();
                    account.profile.name = String::new();
                    account.cases.iter_mut().for_each(|case| case.document_url = None);
                }));
                all.extend(message(step, n, locale, |account, _| {
                    account.credits.push(Credit { id: "c".into(), currency: Currency::PLN, left_minor: 100, allocate: false, on: None });
                    for (index, case) in account.cases.iter_mut().enumerate() {
                        (case.asserted_minor, case.credited_minor) = (2_000, 300);
                        case.settlements.push(set_off(450));
                        case.ksef_number = Some("1234563218-20261109-0100E0A1B2C3-4D".into());
                        case.payment_account = (index % 2 == 1).then(|| "DE89370400440532013000".into());
                    }
                    account.cases.extend([case(800, day("2026-12-19")), case(801, day("2026-10-01")), case(802, today())]);
                }));
            }
        }
    }
    all
}

#[test]
fn what_is_settled_without_money_stands_beside_what_was_paid() {
    for (locale, said) in [
        (Locale::Pl, "Rozliczone bez wpłaty: 4,50 zł"),
        (Locale::En, "Settled without payment: PLN 4.50"),
        (Locale::De, "Ohne Zahlung ausgeglichen: 4,50 PLN"),
        (Locale::Uk, "Зараховано без оплати: 4,50 PLN"),
        (Locale::Cs, "Vyrovnáno bez platby: 4,50 PLN"),
    ] {
        let facts = message(2, 1, locale, |account, _| account.cases[0].settlements.push(set_off(450))).unwrap();
        let made = email(&facts).unwrap();
        let spaces = |text: &str| text.replace('\u{a0}', " ");
        assert!(spaces(&made.text).contains(said), "{}", made.text);
        let (label, amount) = said.split_once(": ").unwrap();
        assert!(spaces(&made.html).contains(label) && spaces(&made.html).contains(amount));
        assert_eq!(facts.demand_minor, 21_895);
    }
}

fn parts(email: &Email) -> [&str; 3] {
    [&email.subject, &email.html, &email.text]
}

#[test]
fn every_message_renders_and_names_what_it_must() {
    let all = all_messages();
    assert_eq!(all.len(), STEPS.len() * Locale::ALL.len() * 5 * 3);
    for facts in &all {
        let said = email(facts).unwrap();
        let demand = Formats::new(facts.locale).unwrap().money(facts.demand_minor, facts.currency);
        assert!(said.html.contains(&demand) && said.text.contains(&plain(&demand)), "{}", said.text);
        for body in [&said.html, &said.text] {
            assert!(body.contains(&facts.link) && body.contains(&facts.creditor.reply_to) && body.contains("Anna Maj"));
            for invoice in facts.demanded.iter().take(50) {
                assert!(body.contains(&invoice.number));
                assert!(invoice.document_url.as_ref().is_none_or(|url| body.contains(url)));
                assert!(invoice.ksef_number.as_ref().is_none_or(|ksef| body.contains(ksef)));
            }
            for transfer in &facts.transfers {
                assert!(body.contains(&crate::domain::message::format::grouped(&transfer.account)));
            }
        }
        assert!(said.html.len() < 100_000, "mail readers cut it off: {}", said.html.len());
        assert!(said.subject.chars().count() < 90, "{}", said.subject);
    }
}

#[test]
fn every_task_renders_and_is_in_the_teams_language() {
    for facts in &all_messages() {
        let said = task(facts).unwrap();
        assert!(!said.html.contains(&facts.link) && !said.text.contains(&facts.link));
        assert!(said.text.contains(&facts.debtor_phone.as_deref().map_or_else(|| "\n".to_owned(), crate::domain::message::format::phone)));
    }
    let (mut account, settings) = (account(), settings());
    account.profile.locale = Some(Locale::En);
    account.cases = vec![case(1, day("2026-11-20"))];
    let reminder = reminder("due+10", Tone::Firm, Channel::Task, &account.cases);
    let facts = crate::domain::message::facts::facts(&account, &reminder, &settings, today(), LINK).unwrap();
    let said = task(&facts).unwrap();
    assert_eq!(said.subject, "Telefon do klienta: Kawiarnia Pod Lipą, 223,45 zł");
    assert!(said.text.contains("Telefon: +48 600 700 800"));
}

#[test]
fn a_letter_is_a_task_with_the_address_on_the_envelope() {
    let (mut account, settings) = (account(), settings());
    account.cases = vec![case(1, day("2026-11-20"))];
    account.profile.postal = Some(PostalAddress {
        street: "Lipowa 7".to_owned(),
        post_code: Some("00-001".to_owned()),
        city: "Warszawa".to_owned(),
        country: Some("PL".to_owned()),
    });
    let reminder = reminder("due+10", Tone::Firm, Channel::Letter, &account.cases);
    let facts = crate::domain::message::facts::facts(&account, &reminder, &settings, today(), LINK).unwrap();
    let said = task(&facts).unwrap();
    assert_eq!(said.subject, "List do klienta: Kawiarnia Pod Lipą, 223,45 zł");
    assert!(said.text.contains("Adres: Lipowa 7, 00-001 Warszawa\n") && said.html.contains("Lipowa 7, 00-001 Warszawa"));
    assert!(!said.text.contains(LINK) && !said.html.contains(LINK), "the pay link is for the debtor alone");
}

#[test]
fn nothing_frightens_and_no_register_is_named() {
    let unlawful = [
        "krd",
        "big",
        "rejestr",
        "dłużnik",
        "komornik",
        "sąd",
        "windyk",
        "koszt",
        "odset",
        "wizyt",
        "egzekuc",
        "wielokrot",
        "konsekwencj",
        "court",
        "debt",
        "register",
        "bailiff",
        "cost",
        "visit",
        "legal",
        "enforce",
        "consequence",
        "multipl",
        "schuld",
        "gericht",
        "inkasso",
        "schufa",
        "anwalt",
        "vollstreck",
        "kosten",
        "zinsen",
        "konsequenz",
        "besuch",
        "боржн",
        "борг",
        "суд",
        "колект",
        "реєстр",
        "стягнен",
        "витрат",
        "процент",
        "наслідк",
        "візит",
        "dlužn",
        "dluh",
        "soud",
        "exeku",
        "vymáh",
        "rejstř",
        "náklad",
        "úrok",
        "následk",
        "návštěv",
    ];
    for facts in &all_messages() {
        let said = email(facts).unwrap();
        let words = format!("{} {}", said.subject, said.text).to_lowercase();
        for word in words.split(|c: char| !c.is_alphabetic()) {
            assert!(unlawful.iter().all(|stem| !word.starts_with(stem)), "{word}");
        }
    }
}

#[test]
fn a_courtesy_asks_for_nothing() {
    for facts in all_messages().iter().filter(|facts| facts.tone == Tone::Courtesy) {
        let said = email(facts).unwrap().text;
        for demand in [
            "Prosimy o zapłatę",
            "Prosimy o wpłatę",
            "po terminie\n",
            "Please pay",
            "overdue\n",
            "Bitte zahlen",
            "überfällig\n",
            "Просимо сплатити",
            "прострочення\n",
            "Prosíme o úhradu",
            "po splatnosti\n",
        ] {
            assert!(!said.contains(demand), "{said}");
        }
    }
}

#[test]
fn upcoming_lines_stand_under_their_own_heading() {
    let facts = message(3, 2, Locale::Pl, |account, _| account.cases.push(case(700, day("2026-12-19")))).unwrap();
    let said = email(&facts).unwrap().text;
    let (demanded, information) = said.split_once("Dla informacji: jeszcze przed terminem").unwrap();
    assert!(!demanded.contains("FV/2026/11/0700"));
    assert!(information.contains("FV/2026/11/0700, termin 19 grudnia 2026 (dzień wolny, można zapłacić do 21 grudnia 2026)"));
}

#[test]
fn a_name_never_becomes_markup_a_header_or_a_script_link() {
    let facts = message(3, 2, Locale::Pl, |account, settings| {
        account.profile.name = "<script>alert(1)</script>\r\nBcc: all@example.com".into();
        settings.name = "A&B <b>\"x\"</b>".into();
        settings.contact_name = "<img src=x onerror=y>".into();
        account.cases[0].number = "{{ 7*7 }}<svg/onload=z>\u{202e}".into();
        account.cases[0].document_url = Some("javascript:alert(1)".into());
        account.cases[1].document_url = Some("https://x.example/\"><script>".into());
    })
    .unwrap();
    for said in [email(&facts).unwrap(), task(&facts).unwrap()] {
        for bad in ["<script", "<b>", "<img", "<svg", "javascript:", "\u{202e}", "49"] {
            assert!(!said.html.contains(bad), "{bad}");
        }
        assert!(!said.subject.contains(['\r', '\n']));
        assert!(!said.text.contains("\nBcc:"));
    }
    assert!(email(&facts).unwrap().html.contains("A&amp;B &lt;b&gt;"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_names_render_and_stay_one_line(creditor in "\\PC{0,60}", debtor in any::<String>(), number in any::<String>(), step in 0usize..5) {
        let facts = message(step, 2, Locale::Pl, |account, settings| {
            settings.name.clone_from(&creditor);
            account.profile.name.clone_from(&debtor);
            account.cases[0].number.clone_from(&number);
        });
        for said in [email(&facts.clone().unwrap()).unwrap(), task(&facts.unwrap()).unwrap()] {
            prop_assert!(!said.subject.chars().any(char::is_control));
            prop_assert!(parts(&said).iter().all(|part| !part.is_empty()));
        }
    }
}

#[test]
fn a_part_payment_is_thanked_for_and_only_the_rest_is_asked() {
    let facts = message(2, 1, Locale::Pl, |account, _| {
        account.cases[0].total_minor = 32_345;
        account.cases[0].asserted_minor = 20_000;
    });
    let golden = "\
Dzień dobry,

dziękujemy za wpłatę 200,00 zł. Do pełnej kwoty faktury FV/2026/11/0001 brakuje jeszcze 123,45 zł, a termin płatności minął 27 listopada 2026. Takie rzeczy łatwo przeoczyć, stąd to krótkie przypomnienie.

Faktura FV/2026/11/0001
  Data wystawienia: 13 listopada 2026
  Termin płatności: 27 listopada 2026
  3 dni po terminie
  Kwota faktury: 323,45 zł
  Zapłacono: 200,00 zł
  Pozostało do zapłaty: 123,45 zł
  Dokument: https://faktury.example.com/d/1

Strona płatności z aktualnym saldem:
https://pay.example.com/p/abcdefghijklmnopqrstuvwx

Przelew na konto
  Odbiorca: Herbaciarnia Liść
  Rachunek: PL61 1090 1014 0000 0712 1981 2874
  Kwota: 123,45 zł
  Tytuł: FV/2026/11/0001

Jeśli przelew jest już w drodze, dziękujemy i prosimy nie zwracać uwagi na tę wiadomość. A jeśli coś się nie zgadza, wystarczy na nią odpowiedzieć.

Pytania? Odpowie na nie: Anna Maj, tel. +48 500 100 200, faktury@lisc.example.com
Można też po prostu odpowiedzieć na tę wiadomość.

Pozdrawiamy
Anna Maj
Herbaciarnia Liść

Stan na 30 listopada 2026. Wpłaty z ostatnich dni mogą nie być jeszcze widoczne.
";
    assert_eq!(email(&facts.unwrap()).unwrap().text, golden);
}
