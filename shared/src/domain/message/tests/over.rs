//! Pages around the pay page: of a link that is over, and after too many presses.

use chrono::NaiveTime;

use crate::domain::creditor::Locale;
use crate::domain::message::fixture::*;
use crate::domain::message::page::{LARGEST_PAGE, over_page, too_many_page};
use crate::domain::message::page_facts::page_facts;

#[test]
fn a_link_that_is_over_shows_nobody_and_offers_a_fresh_one_in_every_language() {
    let says = [
        (Locale::Pl, "Ten link już nie działa", "Wyślij nowy link", "Prośba przyjęta"),
        (Locale::En, "This link no longer works", "Send a fresh link", "Request received"),
        (Locale::De, "Dieser Link funktioniert nicht mehr", "Neuen Link schicken", "Anfrage angekommen"),
        (Locale::Uk, "Це посилання вже не діє", "Надіслати нове посилання", "Запит отримано"),
        (Locale::Cs, "Tento odkaz už nefunguje", "Poslat nový odkaz", "Žádost přijata"),
    ];
    for (locale, over, button, asked) in says {
        let html = over_page(locale, "t0ken", false).unwrap();
        assert!(
            html.contains(over) && html.contains(button) && html.contains("value=\"t0ken\"") && html.contains("value=\"fresh\""),
            "{html}"
        );
        assert!(html.contains("method=\"post\"") && !html.contains("<script") && html.len() < LARGEST_PAGE);
        assert_eq!(html.matches("hreflang").count(), Locale::ALL.len());
        let html = over_page(locale, "t0ken", true).unwrap();
        assert!(html.contains(asked) && !html.contains("<form") && !html.contains("t0ken"), "{html}");
    }
}

#[test]
fn too_many_presses_are_told_when_to_try_again_and_whom_to_ask() {
    for locale in Locale::ALL {
        let facts = page_facts(&account(), &settings(), today(), Some(locale));
        let again = NaiveTime::from_hms_opt(9, 5, 59).unwrap();
        let html = too_many_page(&facts, again, "/p/abc").unwrap();
        assert!(
            html.contains("<strong>09:05</strong>") && html.contains("tel:+48500100200") && html.contains("faktury@lisc.example.com"),
            "{html}"
        );
        assert!(html.contains("href=\"/p/abc\"") && !html.contains("Kawiarnia"), "{html}");
        assert!(html.contains(&format!("<html lang=\"{}\">", locale.tag())));
    }
}
