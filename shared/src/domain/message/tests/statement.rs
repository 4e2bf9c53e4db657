//! The attached statement: the same figures as the message, in a table that spreadsheets read.

use chrono::Days;
use proptest::prelude::*;

use crate::domain::account::Credit;
use crate::domain::creditor::Locale;
use crate::domain::message::facts::{MessageFacts, facts};
use crate::domain::message::fixture::*;
use crate::domain::message::statement::statement;
use crate::domain::plan::{Instalment, Plan};
use crate::domain::policy::{Attachment, Channel, Tone};
use crate::domain::settlement::{Settlement, SettlementKind, Settler};
use crate::domain::stops::Party;

/// The amounts of each row as minor units: the total, what takes it down, what is left.
fn rows(facts: &MessageFacts) -> Vec<Vec<i64>> {
    let minor = |text: &str| text.replace(',', "").parse::<i64>().unwrap();
    text(facts).lines().skip(1).map(|row| row.split(';').skip(3).take(7).map(minor).collect()).collect()
}

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
        "\u{feff}Faktura;Data wystawienia;Termin płatności;Wartość;Zapłacono;Korekty;Rozliczono bez wpłaty;Odliczona nadpłata;Późniejsze raty;Do zapłaty;Waluta;Dni po terminie\r\n\
         FV/2026/11/0001;2026-11-09;2026-11-23;223,45;100,00;0,00;0,00;0,00;0,00;123,45;PLN;7\r\n\
         FV/2026/11/0002;2026-12-10;2026-12-24;323,45;0,00;0,00;0,00;0,00;0,00;323,45;PLN;0\r\n"
    );
    assert!(text(&firm(Locale::En)).contains("FV/2026/11/0001,2026-11-09,2026-11-23,223.45,100.00,0.00,0.00,0.00,0.00,123.45,PLN,7\r\n"));
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

#[test]
fn a_statement_has_as_many_columns_as_headings_in_every_language() {
    for locale in [Locale::Pl, Locale::En, Locale::De, Locale::Uk, Locale::Cs] {
        let text = text(&firm(locale));
        let delimiter = if locale == Locale::En { ',' } else { ';' };
        let counts: Vec<usize> = text.lines().map(|row| row.split(delimiter).count()).collect();
        assert_eq!(counts, [12, 12, 12], "{text}");
        let mut headings: Vec<&str> = text.lines().next().unwrap().split(delimiter).collect();
        headings.sort_unstable();
        headings.dedup();
        assert_eq!(headings.len(), 12, "each column has its own name: {headings:?}");
    }
}

proptest! {
    /// Whatever became of an invoice, its row leads from its total to what is asked for.
    #[test]
    fn every_row_of_a_statement_adds_up(
        paid in 0i64..40_000, credited in 0i64..40_000, settled in 0i64..40_000, loose in 0i64..60_000, parts in 0u64..4, kind in 0usize..3,
    ) {
        let mut account = account();
        account.cases = vec![case(1, day("2026-11-02")), case(2, day("2026-11-23")), case(3, day("2026-12-24"))];
        for (place, one) in account.cases.iter_mut().enumerate() {
            let room = one.total_minor - 1;
            one.asserted_minor = paid / 2;
            one.unechoed_minor = (paid / 2).min(room - one.asserted_minor);
            one.credited_minor = if place == 1 { credited.min(room - one.paid_minor()) } else { 0 };
            let amount_minor = settled.min(one.room_minor() - 1);
            if amount_minor > 0 {
                let kind = [SettlementKind::WriteOff, SettlementKind::Discount, SettlementKind::SetOff][kind];
                let (id, on) = (format!("s-{place}"), day("2026-11-20"));
                one.settlements = vec![Settlement {
                    id, kind, amount_minor, on, reason: "agreed".to_owned(), reference: None, by: Settler::Team, told: false,
                }];
            }
        }
        let currency = account.cases[0].currency;
        if loose > 0 {
            account.credits = vec![Credit { id: "stripe:pi_1".to_owned(), currency, left_minor: loose, allocate: false, on: None }];
        }
        if parts > 0 {
            let (covered, open) = (vec![account.cases[0].id.clone()], account.cases[0].open_minor());
            let days = (0..parts).map(|n| day("2026-11-27") + Days::new(7 * n));
            let part = open / i64::try_from(parts).unwrap();
            let agreed = (1..).zip(days).map(|(number, on)| Instalment { number, on, amount_minor: if number == 1 { open - part * (i64::try_from(parts).unwrap() - 1) } else { part } });
            account.profile.plans = vec![Plan { currency, cases: covered, instalments: agreed.collect(), made_on: day("2026-11-20"), by: Party::Team, note: String::new() }];
        }
        let reminder = reminder("due+7", Tone::Firm, Channel::Email, &account.cases[..2]);
        let Some(facts) = facts(&account, &reminder, &settings(), today(), LINK) else { return Ok(()) };
        let rows = rows(&facts);
        prop_assert!(!rows.is_empty());
        for row in rows {
            prop_assert_eq!(row[0] - row[1..6].iter().sum::<i64>(), row[6], "{:?}", row);
            prop_assert!(row.iter().all(|minor| *minor >= 0), "{:?}", row);
        }
    }
}
