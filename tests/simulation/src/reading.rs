//! Reads the amounts out of a message as a debtor would: from its words, not from what made them.

use std::collections::BTreeMap;

/// Amounts that an e-mail names, minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Email {
    /// What is open of each invoice that the message is about, by its number.
    pub rows: BTreeMap<String, i64>,
    /// Other open invoices, told as information.
    pub others: BTreeMap<String, i64>,
    /// Interest beside invoices.
    pub interest: BTreeMap<String, i64>,
    /// Compensation beside them.
    pub compensation: BTreeMap<String, i64>,
    /// The sum, where one stands.
    pub sum: Option<i64>,
}

const ROW: [&str; 2] = ["Faktura FV/", "Invoice FV/"];
const OPEN: [&str; 4] = ["Do zapłaty:", "Pozostało do zapłaty:", "To pay:", "Left to pay:"];
const INTEREST: [&str; 2] = ["Odsetki:", "Interest:"];
const COMPENSATION: [&str; 2] = ["Rekompensata za koszty odzyskiwania należności:", "Compensation for recovery costs:"];
const SUM: [&str; 2] = ["Razem do zapłaty:", "Total to pay:"];

/// The digits of an amount with two decimals; `None` for one below zero or without digits.
fn amount(text: &str) -> Option<i64> {
    if text.contains('-') {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// What a receipt says that came, minor units: the subject of its e-mail, or the text of its SMS.
pub fn received(text: &str) -> Option<i64> {
    const THANKS: [&str; 4] = ["za wpłatę ", "za wplate ", "your payment of ", "thank you for "];
    let rest = THANKS.iter().find_map(|thanks| text.split_once(thanks))?.1;
    amount(rest.split(". ").next().unwrap_or(rest))
}

/// Reads an e-mail.
///
/// # Errors
/// What cannot be read.
pub fn email(text: &str) -> Result<Email, String> {
    let mut read = Email::default();
    let mut number: Option<String> = None;
    let mut last = String::new();
    for line in text.lines() {
        let bare = line.trim();
        let told = |labels: &[&str]| {
            labels
                .iter()
                .find_map(|label| bare.strip_prefix(label))
                .map(|rest| amount(rest.split(" (").next().unwrap_or(rest)).ok_or_else(|| bare.to_owned()))
        };
        if let Some(rest) = ROW.iter().find_map(|label| line.strip_prefix(label)) {
            // Under a plan the instalment stands behind it.
            number = Some(rest.split(',').next().unwrap_or(rest).trim().to_owned());
        } else if let Some(rest) = line.strip_prefix("- FV/") {
            let (number, rest) = rest.split_once(',').ok_or_else(|| bare.to_owned())?;
            let last = rest.rsplit_once(", ").map_or(rest, |(_, last)| last);
            read.others.insert(number.to_owned(), amount(last).ok_or_else(|| bare.to_owned())?);
        } else if let Some(sum) = told(&SUM) {
            read.sum = Some(sum?);
        } else if let (Some(open), true) = (told(&OPEN), line.starts_with("  ")) {
            let number = number.take().ok_or_else(|| format!("an amount without an invoice: {bare}"))?;
            last.clone_from(&number);
            read.rows.insert(number, open?);
        } else if let (Some(interest), true) = (told(&INTEREST), line.starts_with("  ")) {
            read.interest.insert(last.clone(), interest?);
        } else if let (Some(compensation), true) = (told(&COMPENSATION), line.starts_with("  ")) {
            read.compensation.insert(last.clone(), compensation?);
        }
    }
    if read.rows.is_empty() { Err("it names no invoice".to_owned()) } else { Ok(read) }
}

/// The amount that an SMS asks for.
pub fn sms(text: &str) -> Option<i64> {
    let before = |end: usize| {
        let head = &text[..end];
        let start = head.rfind(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | ' '))).map_or(0, |at| at + 1);
        // `1 234,50 zl`, and not the `4` of `1 of 4, EUR 12.00`.
        let has_cents = head[start..].rsplit_once(',').is_some_and(|(_, cents)| cents.len() == 2);
        has_cents.then(|| amount(&head[start..])).flatten()
    };
    let after = |start: usize| amount(text[start..].split(' ').next().unwrap_or_default());
    let polish = [" zl", " EUR"].iter().filter_map(|unit| text.find(unit)).find_map(before);
    polish.or_else(|| ["PLN ", "EUR "].iter().filter_map(|unit| text.find(unit).map(|at| at + unit.len())).find_map(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_read_them() {
        assert_eq!(sms("Acme: prosimy o zaplate 1 234,50 zl za fakture FV/i1 do 3.02.2027: https://x"), Some(123_450));
        assert_eq!(sms("Acme: please pay PLN 1,234.50 for invoice FV/i1 by 3 Feb 2027: https://x"), Some(123_450));
        assert_eq!(sms("Acme: please pay EUR 12.00 for 2 invoices by 3 Feb 2027: https://x"), Some(1_200));
        assert_eq!(sms("Acme: instalment 1 of 4, EUR 654.98, will be due on 3 Mar 2028. Details: https://x"), Some(65_498));
        let text = "Faktura FV/i1\n  Kwota faktury: 20,00 zł\n  Pozostało do zapłaty: 1\u{a0}012,30\u{a0}zł\n\nRazem do zapłaty: 7,00 zł\n- FV/i2, termin 3 lutego 2027, 5,00 EUR\n";
        let read = email(text).unwrap();
        assert_eq!((read.rows["i1"], read.sum, read.others["i2"]), (101_230, Some(700), 500));
    }
}
