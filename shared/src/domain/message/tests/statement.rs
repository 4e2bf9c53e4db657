//! The attached statement: the same figures as the message, in a table that spreadsheets read.

use crate::domain::creditor::Locale;
use crate::domain::message::facts::{MessageFacts, facts};
use crate::domain::message::fixture::*;
use crate::domain::message::statement::statement;
use crate::domain::policy::{Attachment, Channel, Tone};

/// A firm message on one invoice, another one being ahead.
fn firm(locale: Locale) -> MessageFacts {
    let mut account = account();
    account.profile.locale = Some(locale);
    account.cases = vec![case(1, day("2026-11-23")), case(2, day("2026-12-24"))];
    account.cases[0].asserted_minor = 10_000;
    let reminder = reminder("due+7", Tone::Firm, Channel::Email, &account.cases[..1]);
    let mut settings = settings();
    settings.policy.steps.iter_mut().find(|step| step.id == "due+7").unwrap().attachments = vec![Attachment::Statement];
    facts(&account, &reminder, &settings, today(), LINK).unwrap()
}

fn text(facts: &MessageFacts) -> String {
    let file = statement(facts).unwrap();
    String::from_utf8(file.bytes).unwrap()
}

#[test]
fn a_statement_lists_what_is_open_with_the_separators_of_the_readers_language() {
    let facts = firm(Locale::Pl);
    assert_eq!(facts.attachments, [Attachment::Statement]);
    assert_eq!(statement(&facts).unwrap().name, "zestawienie-2026-11-30.csv");
    assert_eq!(
        text(&facts),
        "\u{feff}Faktura;Data wystawienia;Termin płatności;Wartość;Zapłacono;Korekty;Do zapłaty;Waluta;Dni po terminie\r\n\
         FV/2026/11/0001;2026-11-09;2026-11-23;223,45;100,00;0,00;123,45;PLN;7\r\n\
         FV/2026/11/0002;2026-12-10;2026-12-24;323,45;0,00;0,00;323,45;PLN;0\r\n"
    );
    assert!(text(&firm(Locale::En)).contains("FV/2026/11/0001,2026-11-09,2026-11-23,223.45,100.00,0.00,123.45,PLN,7\r\n"));
}

#[test]
fn a_number_from_outside_is_never_a_formula_and_never_breaks_the_table() {
    let mut facts = firm(Locale::Pl);
    for (given, written) in [("=1+1", "\r\n'=1+1;"), ("@SUM(A1)", "\r\n'@SUM(A1);"), ("a;\"b", "\r\n\"a;\"\"b\";")] {
        facts.demanded[0].number = given.to_owned();
        assert!(text(&facts).contains(written), "{}", text(&facts));
    }
}

#[test]
fn a_step_without_an_attachment_attaches_nothing() {
    assert_eq!(message(3, 1, Locale::Pl, |_, _| {}).unwrap().attachments, []);
}
