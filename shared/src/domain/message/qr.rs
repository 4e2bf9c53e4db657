//! A transfer as a QR code that banking apps read: the recommendation of the Polish Bank Association (ZBP)
//! for złoty, and EPC069-12 of the European Payments Council for euro.
//!
//! It is made from what is open now, as everything on the page.

use fast_qr::{ECL, QRBuilder, Version};
use serde::Serialize;

use super::transfer::{LONGEST_TITLE, Transfer};
use crate::domain::money::Currency;

/// Longest recipient of the ZBP code, in characters.
const ZBP_RECIPIENT: usize = 20;
/// Longest title of the ZBP code.
const ZBP_TITLE: usize = 32;
/// Longest name of the EPC code.
const EPC_NAME: usize = 70;
/// Most bytes of the EPC code.
const EPC_BYTES: usize = 331;
/// Longest title where names of the longest leave no room for more, in characters.
const SHORT_TITLE: usize = 35;
/// Most that the EPC code asks for: 999 999 999.99 euro.
const EPC_MOST_MINOR: i64 = 99_999_999_999;

/// Light modules around a code, as the QR standard asks for.
const QUIET: usize = 4;

/// What a banking app reads from the code of a transfer; none where no such code exists for it: another
/// currency, or a złoty account abroad.
pub fn text_of(transfer: &Transfer, recipient: &str, currency: Currency) -> Option<String> {
    match currency {
        Currency::PLN => zbp(transfer, recipient),
        Currency::EUR => epc(transfer, recipient),
        _ => None,
    }
}

/// Nine fields: tax id (left out), country, account of 26 digits, grosze in six digits or more, recipient, title
/// and three in reserve. Letters beyond ASCII are written without their marks, since not every app reads them.
fn zbp(transfer: &Transfer, recipient: &str) -> Option<String> {
    let account = transfer.account.strip_prefix("PL").filter(|digits| digits.len() == 26)?;
    let recipient = ascii(recipient, ZBP_RECIPIENT);
    let title = ascii(&transfer.short_title(ZBP_TITLE), ZBP_TITLE);
    Some(format!("|PL|{account}|{:06}|{recipient}|{title}|||", transfer.amount_minor))
}

/// At most so many ASCII characters, none of which ends a field.
fn ascii(text: &str, longest: usize) -> String {
    let plain = deunicode::deunicode_with_tofu(text, "").replace(['|', '\n', '\r'], " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(longest).collect::<String>().trim_end().to_owned()
}

/// Service tag, version 002 (no BIC is needed), UTF-8, credit transfer, BIC, name, account, amount, purpose,
/// structured reference, text.
fn epc(transfer: &Transfer, recipient: &str) -> Option<String> {
    let amount_minor = Some(transfer.amount_minor).filter(|minor| (1..=EPC_MOST_MINOR).contains(minor))?;
    let name: String = recipient.chars().take(EPC_NAME).collect();
    let amount = Currency::EUR.decimal(amount_minor);
    let text = |longest| {
        let title = transfer.short_title(longest);
        format!("BCD\n002\n1\nSCT\n\n{name}\n{}\nEUR{amount}\n\n\n{title}", transfer.account)
    };
    [LONGEST_TITLE, SHORT_TITLE].into_iter().map(text).find(|text| text.len() <= EPC_BYTES)
}

/// A code as an SVG shows it: a square of `size` units with its light border, and the path of the dark
/// modules as strokes of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Qr {
    /// Units of a side.
    pub size: usize,
    /// The strokes.
    pub path: String,
}

/// The code of a text; none if it is too long for one. ZBP asks for error correction L, EPC for M and
/// at most version 13.
pub fn code(text: &str, currency: Currency) -> Option<Qr> {
    let (level, largest) = if currency == Currency::EUR { (ECL::M, Version::V13) } else { (ECL::L, Version::V40) };
    let code = QRBuilder::new(text).ecl(level).build().ok()?;
    (code.version.map(|version| version as usize) <= Some(largest as usize)).then(|| drawn(&code))
}

fn drawn(code: &fast_qr::QRCode) -> Qr {
    let mut path = String::new();
    for row in 0..code.size {
        let dark = |column: usize| code[row][column].value();
        // Where the pen stands in this row; none before its first stroke.
        let mut pen = None;
        let mut column = 0;
        while column < code.size {
            let length = (column..code.size).take_while(|column| dark(*column)).count();
            if length == 0 {
                column += 1;
                continue;
            }
            match pen {
                None => path.push_str(&format!("M{} {}.5", column + QUIET, row + QUIET)),
                Some(pen) => path.push_str(&format!("m{} 0", column - pen)),
            }
            path.push_str(&format!("h{length}"));
            column += length;
            pen = Some(column);
        }
    }
    Qr { size: code.size + 2 * QUIET, path }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader makes of the strokes, drawn as an SVG draws them.
    fn read(qr: &Qr) -> String {
        const SCALE: usize = 4;
        let mut dark = vec![vec![false; qr.size]; qr.size];
        for row in qr.path.split('M').filter(|row| !row.is_empty()) {
            let (start, strokes) = row.split_once(".5").unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (mut x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            for stroke in strokes.split('m').filter(|part| !part.is_empty()) {
                let (gap, length) = stroke.split_once('h').unwrap();
                x += gap.split(' ').next().unwrap_or_default().parse::<usize>().unwrap_or(0);
                let length: usize = length.parse().unwrap();
                dark[y][x..x + length].fill(true);
                x += length;
            }
        }
        let side = qr.size * SCALE;
        let mut picture = rqrr::PreparedImage::prepare_from_bitmap(side, side, |x, y| dark[y / SCALE][x / SCALE]);
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        grids[0].decode().unwrap().1
    }

    fn transfer(account: &str, amount_minor: i64, numbers: &[&str]) -> Transfer {
        let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
        Transfer { account: account.to_owned(), amount_minor, title: Some(numbers.join(", ")), numbers }
    }

    const ACCOUNT: &str = "PL61109010140000071219812874";

    #[test]
    fn the_zloty_code_has_nine_fields_and_reads_back() {
        let text = text_of(&transfer(ACCOUNT, 123_000, &["FV/2026/11/0042"]), "Herbaciarnia Liść | Łódź", Currency::PLN).unwrap();
        assert_eq!(text, "|PL|61109010140000071219812874|123000|Herbaciarnia Lisc Lo|FV/2026/11/0042|||");
        assert_eq!(text.split('|').count(), 9);
        assert_eq!(read(&code(&text, Currency::PLN).unwrap()), text);
    }

    #[test]
    fn grosze_are_padded_to_six_digits_and_never_cut() {
        let amount = |minor| {
            let text = text_of(&transfer(ACCOUNT, minor, &["1"]), "Liść", Currency::PLN).unwrap();
            text.split('|').nth(3).unwrap().to_owned()
        };
        assert_eq!((amount(5), amount(999_999), amount(1_000_000)), ("000005".into(), "999999".into(), "1000000".into()));
    }

    #[test]
    fn a_title_holds_the_numbers_that_fit() {
        let title = |numbers: &[&str]| {
            let text = text_of(&transfer(ACCOUNT, 1, numbers), "Liść", Currency::PLN).unwrap();
            text.split('|').nth(5).unwrap().to_owned()
        };
        assert_eq!(title(&["FV/2026/11/0001", "FV/2026/11/2"]), "FV/2026/11/0001, FV/2026/11/2");
        assert_eq!(title(&["FV/2026/11/0001", "FV/2026/11/0002"]), "FV/2026/11/0001, FV/2026/11/0002");
        assert_eq!(title(&["FV/2026/11/0001", "FV/2026/11/0002", "FV/2026/11/0003"]), "FV/2026/11/0001 +2");
        assert_eq!(title(&["FAKTURA/2026/11/ODDZIAL-WROCLAW/0001"]).len(), 32, "a long number is cut");
    }

    #[test]
    fn the_euro_code_reads_back_and_a_foreign_zloty_account_has_none() {
        let german = transfer("DE89370400440532013000", 12_345, &["RE 1"]);
        let text = text_of(&german, "Teehaus Blätter", Currency::EUR).unwrap();
        assert_eq!(text, "BCD\n002\n1\nSCT\n\nTeehaus Blätter\nDE89370400440532013000\nEUR123.45\n\n\nRE 1");
        assert_eq!(read(&code(&text, Currency::EUR).unwrap()), text);
        assert_eq!(text_of(&german, "Teehaus", Currency::PLN), None);
        assert_eq!(text_of(&german, "Teehaus", Currency::parse("CZK").unwrap()), None);
    }

    #[test]
    fn the_longest_codes_fit() {
        let long = "ż".repeat(200);
        let numbers: Vec<String> = (0..8).map(|n| format!("FV/2026/11/{n:04}")).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        for currency in [Currency::PLN, Currency::EUR] {
            let text = text_of(&transfer(ACCOUNT, EPC_MOST_MINOR, &numbers), &long, currency).unwrap();
            let qr = code(&text, currency).unwrap();
            assert_eq!(read(&qr), text);
            assert!(qr.path.len() < 9_000, "{}", qr.path.len());
        }
    }
}
