//! Pages: live, small, without script, and silent about everybody else.

use base64::Engine;
use sha2::{Digest, Sha256};

use crate::domain::account::{Account, Credit, Hold};
use crate::domain::brand::Brand;
use crate::domain::creditor::{Locale, Settings};
use crate::domain::message::fixture::*;
use crate::domain::message::format::plain;
use crate::domain::message::page::*;
use crate::domain::message::page_facts::{PageFacts, page_facts};
use crate::domain::money::Currency;

/// The mark of a button that pays.
const PAYS: &str = "name=\"provider\"";

const OFFER: Offer<'static> =
    Offer { providers: &[ProviderButton { id: "sandbox", label: None }], form_token: "t0ken", back: None, said: None };

fn facts(locale: Option<Locale>, change: impl Fn(&mut Account)) -> PageFacts {
    let mut account = account();
    account.cases = vec![case(1, day("2026-11-23")), case(2, today()), case(3, day("2026-12-19"))];
    change(&mut account);
    page_facts(&account, &settings(), today(), locale)
}

fn page(facts: &PageFacts) -> String {
    plain(&pay_page(facts, &OFFER).unwrap())
}

/// What stands between a page's script tags.
fn script_of(page: &str) -> Option<&str> {
    Some(page.split_once("<script>")?.1.split_once("</script>")?.0)
}

/// A page without the one script that it may hold.
pub(super) fn without_own_script(page: &str) -> String {
    match script_of(page) {
        Some(script) if source_of(script) == script_source() => page.replace(&format!("<script>{script}</script>"), ""),
        _ => page.to_owned(),
    }
}

/// A script as a content security policy names it.
fn source_of(script: &str) -> String {
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script)))
}

#[test]
fn the_policy_names_the_script_that_the_page_holds() {
    let said = pay_page(&facts(None, |_| {}), &OFFER).unwrap();
    assert_eq!(script_of(&said).map(source_of), Some(script_source()));
    let paid = pay_page(&facts(None, |account| account.cases.clear()), &OFFER).unwrap();
    assert_eq!(script_of(&paid), None, "with nothing to copy there is no script");
}

#[test]
fn blik_and_fast_transfers_come_first_where_they_exist() {
    let buttons = ["stripe", "payu"].map(|id| ProviderButton { id, label: Some(id) });
    let offer = Offer { providers: &buttons, ..OFFER };
    let shown = |currency| {
        let facts = facts(None, |account| account.cases.iter_mut().for_each(|case| case.currency = currency));
        plain(&pay_page(&facts, &offer).unwrap())
    };
    let place = |page: &str, id: &str| page.find(&format!("value=\"{id}\"")).unwrap();
    let said = shown(Currency::PLN);
    assert!(place(&said, "payu") < place(&said, "stripe"), "before what the creditor put first");
    assert_eq!(said.matches("BLIK, szybki przelew").count(), 1, "at the one that surely has them");
    let said = shown(Currency::EUR);
    assert!(place(&said, "stripe") < place(&said, "payu"), "in the creditor's order");
    assert!(!said.contains("BLIK"), "which is for złoty");
}

#[test]
fn what_is_copied_and_what_the_code_says_is_what_is_open_now() {
    let said = page(&facts(None, |account| account.cases[0].asserted_minor = 10_000));
    for copied in ["PL61109010140000071219812874", "446,90", "FV/2026/11/0001, FV/2026/11/0002"] {
        assert!(said.contains(&format!("data-copy=\"{copied}\"")), "{copied}");
    }
    assert!(said.contains("na 446,90 zł."), "the code says its amount");
    let whole = page(&facts(None, |_| {}));
    let code = |page: &str| page.split("stroke=\"#000\" d=\"").nth(1).map(str::to_owned);
    assert!(code(&said).is_some() && code(&said) != code(&whole), "another amount is another code");
}

#[test]
fn invoices_of_many_accounts_have_few_codes() {
    let said = page(&facts(None, |account| {
        let accounts = ["PL61109010140000071219812874", "PL10105000997603123456789123", "PL83101010230000261395100000"];
        for (case, iban) in account.cases.iter_mut().zip(accounts) {
            case.due_on = day("2026-11-23");
            case.payment_account = Some(iban.to_owned());
        }
    }));
    assert_eq!((said.matches("<dl>").count(), said.matches("<figure>").count()), (3, 2));
}

#[test]
fn it_shows_what_is_due_what_is_not_and_how_to_pay() {
    let said = page(&facts(None, |account| account.cases[0].asserted_minor = 10_000));
    for expected in [
        "<html lang=\"pl\">",
        "noindex",
        "Herbaciarnia Liść",
        "Kawiarnia Pod Lipą",
        "FV/2026/11/0001",
        "7 dni po terminie",
        "(dziś)",
        "zapłacono 100,00 zł",
        "Zapłać 446,90 zł",
        "value=\"44690\"",
        "Jeszcze przed terminem",
        "FV/2026/11/0003",
        "PL61 1090 1014 0000 0712 1981 2874",
        "FV/2026/11/0001, FV/2026/11/0002",
        "Anna Maj",
        "?lang=en",
        "value=\"t0ken\"",
    ] {
        assert!(said.contains(expected), "{expected}");
    }
    let said = without_own_script(&said);
    assert!(!said.contains("<script") && !said.contains("src=") && !said.contains("url("));
}

#[test]
fn the_reader_may_choose_the_language() {
    let said = page(&facts(Some(Locale::En), |_| {}));
    assert!(said.contains("<html lang=\"en\">") && said.contains("Pay PLN 546.90") && said.contains("?lang=pl"));
    for (locale, pays) in
        [(Locale::De, "Jetzt bezahlen: 546,90 PLN"), (Locale::Uk, "Сплатити 546,90 PLN"), (Locale::Cs, "Zaplatit 546,90 PLN")]
    {
        assert!(page(&facts(Some(locale), |_| {})).contains(pays), "{pays}");
    }
}

#[test]
fn every_language_is_offered_by_its_own_name_and_the_one_shown_is_marked() {
    for shown in Locale::ALL {
        let back = Back { how: BackHow::Failed, reference: "up-r" };
        let pay = pay_page(&facts(Some(shown), |_| {}), &Offer { back: Some(back), ..OFFER }).unwrap();
        let gone = gone_page(shown).unwrap();
        for (page, checkout) in [(&pay, "&amp;checkout=up-r"), (&gone, "")] {
            assert_eq!(page.matches("aria-current=\"true\"").count(), 1);
            for locale in Locale::ALL {
                let (tag, name) = (locale.tag(), locale.own_name());
                let current = if locale == shown { " aria-current=\"true\"" } else { "" };
                let link = format!("<a href=\"?lang={tag}{checkout}\" lang=\"{tag}\" hreflang=\"{tag}\"{current}>{name}</a>");
                assert!(page.contains(&link), "{link}");
            }
        }
    }
}

#[test]
fn with_nothing_due_everything_to_come_can_be_paid() {
    let facts = facts(None, |account| {
        account.cases.drain(..2);
    });
    assert_eq!(facts.ledgers[0].payable_minor(), 42_345);
    let said = page(&facts);
    assert!(said.contains("Zapłać 423,45 zł") && said.contains("Żaden termin jeszcze nie minął"));
}

#[test]
fn everything_paid_and_payment_underway_offer_no_button() {
    let paid = facts(None, |account| account.cases.clear());
    assert!(paid.all_paid());
    let said = page(&paid);
    assert!(said.contains("Wszystko opłacone, dziękujemy") && !said.contains(PAYS));
    let covered = facts(None, |account| {
        account.credits.push(Credit { id: "c".into(), currency: Currency::PLN, left_minor: 999_999, allocate: false, on: None });
    });
    assert!(covered.all_paid() && !page(&covered).contains(PAYS));
}

fn coming_back(how: BackHow, facts: &PageFacts) -> String {
    plain(&pay_page(facts, &Offer { back: Some(Back { how, reference: "up-r" }), ..OFFER }).unwrap())
}

#[test]
fn who_comes_back_from_a_checkout_reads_what_became_of_it() {
    let owing = facts(None, |_| {});
    let underway = coming_back(BackHow::Underway, &owing);
    assert!(underway.contains("Płatność jest przetwarzana") && underway.contains("checkout=up-r") && !underway.contains(PAYS));
    let failed = coming_back(BackHow::Failed, &owing);
    assert!(failed.contains("Płatność się nie udała") && failed.contains("Zapłać 546,90 zł"));
    let thanks = coming_back(BackHow::Thanks, &owing);
    assert!(thanks.contains("Płatność dotarła") && thanks.contains("Zapłać 546,90 zł"), "the rest can be paid at once");
    let free = facts(None, |account| account.cases.clear());
    let thanks = coming_back(BackHow::Thanks, &free);
    assert!(thanks.contains("Płatność dotarła") && thanks.contains("Wszystko opłacone"));
    for how in [BackHow::Underway, BackHow::Failed] {
        assert!(!coming_back(how, &free).contains("checkout=up-r"), "nothing is owed, so nothing failed and nothing is under way");
    }
}

#[test]
fn a_held_invoice_stands_apart_and_outside_every_sum() {
    let hold = Hold { reason: "do not show".into(), from: today(), until: None };
    let held = facts(None, |account| account.cases[0].hold = Some(hold.clone()));
    assert_eq!(held.ledgers[0].payable_minor(), 32_345);
    let said = page(&held);
    assert!(said.contains("Wstrzymane") && !said.contains("do not show"));
    let debtor = facts(None, |account| account.profile.hold = Some(hold.clone()));
    assert_eq!(debtor.ledgers[0].payable_minor(), 22_345 + 32_345);
    let all = facts(None, |account| account.cases.iter_mut().for_each(|case| case.hold = Some(hold.clone())));
    assert!(!all.all_paid() && !page(&all).contains(PAYS));
}

#[test]
fn currencies_are_kept_apart() {
    let said = page(&facts(None, |account| account.cases[1].currency = Currency::EUR));
    assert!(said.contains("Zapłać 223,45 zł") && said.contains("Zapłać 323,45 EUR"));
}

#[test]
fn it_stays_small_for_any_number_of_invoices_and_any_addresses() {
    for n in [0, 1, 90, 101, 3_000] {
        let facts = facts(None, |account| {
            account.cases = (0..n).map(|n| case(n, day("2026-11-02") + chrono::Days::new(u64::from(n % 60)))).collect();
            for case in &mut account.cases {
                case.document_url = Some(format!("https://faktury.example.com/{}", "d".repeat(1_500)));
                case.number = "ź".repeat(300);
            }
        });
        let said = pay_page(&facts, &OFFER).unwrap();
        assert!(said.len() < LARGEST_PAGE, "{n}: {}", said.len());
    }
}

#[test]
fn it_wears_the_creditors_colour_and_logo_and_stays_small() {
    let data = base64::engine::general_purpose::STANDARD.encode([b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 11_900]].concat());
    let logo = format!("data:image/png;base64,{data}");
    let brand = Brand { colour: Some("#1a3d8f".to_owned()), logo: Some(logo.clone()) };
    assert!(brand.problems().is_empty());
    let own = page_facts(&account(), &Settings { brand, ..settings() }, today(), None);
    let said = pay_page(&own, &OFFER).unwrap();
    assert!(said.contains("--accent:#1a3d8f"));
    assert!(plain(&said).contains(&format!("<img class=\"logo\" src=\"{logo}\" alt=\"\">")));
    assert!(said.len() < LARGEST_PAGE, "{}", said.len());
    assert!(!page(&facts(None, |_| {})).contains("class=\"logo\""), "Upominek's own look has none");
    assert!(!gone_page(Locale::Pl).unwrap().contains("--accent:#1a3d8f"), "who may see nothing sees no colours");
}

#[test]
fn names_are_escaped() {
    let said = page(&facts(None, |account| {
        account.profile.name = "<script>x</script>".into();
        account.cases[0].number = "\"><img src=x>".into();
        account.cases[1].document_url = Some("javascript:x".into());
    }));
    let said = without_own_script(&said);
    assert!(!said.contains("<script") && !said.contains("<img") && !said.contains("javascript:"));
    let checkout = Checkout {
        locale: Locale::En,
        creditor_name: "<script>",
        description: "<img>",
        amount_minor: 12_345,
        currency: Currency::PLN,
        form_token: "\"><x",
    };
    let said = checkout_page(&checkout).unwrap();
    assert!(said.contains("Sandbox: no real money") && plain(&said).contains("Pay PLN 123.45"));
    assert!(said.contains("value=\"paid\"") && said.contains("value=\"declined\""));
    assert!(!said.contains("<script") && !said.contains("<img") && !said.contains("<x"));
}

#[test]
fn every_notice_renders_and_the_one_for_dead_links_names_nobody() {
    for locale in Locale::ALL {
        for notice in Notice::ALL {
            let said = notice_page(locale, notice, Some("/p/abc")).unwrap();
            assert!(said.contains("href=\"/p/abc\"") && said.contains("noindex"));
        }
        let gone = gone_page(locale).unwrap();
        assert!(!gone.contains("/p/") && !gone.contains("Herbaciarnia"));
    }
}
