//! The account statement that a step may attach: every open invoice of the message's currency as a
//! table that a bookkeeper opens in a spreadsheet.
//!
//! It says the same as the message, from the same facts. What comes from outside never becomes a
//! formula.

use chrono::NaiveDate;

use super::RenderError;
use super::facts::MessageFacts;
use super::invoice::{InvoiceFacts, Sums};
use crate::domain::creditor::Locale;
use crate::domain::money::Currency;

/// How many columns the table has.
const COLUMNS: usize = 12;

/// A file that goes with an e-mail. It holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, ASCII.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The statement of a message: what it demands, then what is open and not due.
///
/// UTF-8 with a byte order mark and the separators of the reader's language, as spreadsheets expect.
///
/// # Errors
/// `RenderError::Statement` if the table cannot be written, which a table in memory never does.
pub fn statement(facts: &MessageFacts) -> Result<File, RenderError> {
    let (name, headings) = headings(facts.locale);
    let (delimiter, point) = if facts.locale == Locale::En { (b',', ".") } else { (b';', ",") };
    let amount = |minor: i64| facts.currency.decimal(minor).replace('.', point);
    let mut table = csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(b"\xEF\xBB\xBF".to_vec());
    let failed = |_| RenderError::Statement;
    table.write_record(headings).map_err(failed)?;
    for invoice in facts.demanded.iter().chain(&facts.upcoming) {
        table.write_record(row(invoice, facts.currency, &amount)).map_err(failed)?;
    }
    let bytes = table.into_inner().map_err(|_| RenderError::Statement)?;
    Ok(File { name: format!("{name}-{}.csv", facts.as_of), media_type: "text/csv", bytes })
}

/// The file's name and the columns.
fn headings(locale: Locale) -> (&'static str, [&'static str; COLUMNS]) {
    match locale {
        Locale::Pl => (
            "zestawienie",
            [
                "Faktura",
                "Data wystawienia",
                "Termin płatności",
                "Wartość",
                "Zapłacono",
                "Korekty",
                "Rozliczono bez wpłaty",
                "Odliczona nadpłata",
                "Późniejsze raty",
                "Do zapłaty",
                "Waluta",
                "Dni po terminie",
            ],
        ),
        Locale::En => (
            "statement",
            [
                "Invoice",
                "Issued",
                "Due",
                "Total",
                "Paid",
                "Credited",
                "Settled without payment",
                "Overpayment deducted",
                "Later instalments",
                "Open",
                "Currency",
                "Days overdue",
            ],
        ),
        Locale::De => (
            "aufstellung",
            [
                "Rechnung",
                "Rechnungsdatum",
                "Fällig am",
                "Betrag",
                "Bezahlt",
                "Gutschriften",
                "Ohne Zahlung ausgeglichen",
                "Abgezogene Überzahlung",
                "Spätere Raten",
                "Zu zahlen",
                "Währung",
                "Tage überfällig",
            ],
        ),
        Locale::Uk => (
            "perelik",
            [
                "Рахунок-фактура",
                "Дата виставлення",
                "Термін оплати",
                "Сума",
                "Сплачено",
                "Коригування",
                "Зараховано без оплати",
                "Врахована переплата",
                "Наступні платежі",
                "До сплати",
                "Валюта",
                "Днів прострочення",
            ],
        ),
        Locale::Cs => (
            "prehled",
            [
                "Faktura",
                "Datum vystavení",
                "Datum splatnosti",
                "Částka",
                "Zaplaceno",
                "Opravné doklady",
                "Vyrovnáno bez platby",
                "Odečtený přeplatek",
                "Pozdější splátky",
                "K úhradě",
                "Měna",
                "Dny po splatnosti",
            ],
        ),
    }
}

/// The total, what takes it down, and what that leaves: each row adds up.
fn row(invoice: &InvoiceFacts, currency: Currency, amount: &impl Fn(i64) -> String) -> [String; COLUMNS] {
    let day = |day: NaiveDate| day.to_string();
    let Sums { paid_minor, credited_minor, settled_minor, covered_minor, later_minor } = invoice.sums;
    [
        no_formula(&invoice.number),
        day(invoice.issued_on),
        day(invoice.due_on),
        amount(invoice.total_minor),
        amount(paid_minor),
        amount(credited_minor),
        amount(settled_minor),
        amount(covered_minor),
        amount(later_minor),
        amount(invoice.net_minor),
        currency.code().to_owned(),
        invoice.days_overdue.to_string(),
    ]
}

/// Spreadsheets calculate what begins like a formula.
fn no_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
