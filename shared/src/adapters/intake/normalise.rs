//! Addresses, numbers and accounts in one form.
//!
//! Owns what a good e-mail address, phone number, tax id or account is. What is not good is left
//! out and leaves a warning; it never stops an invoice. It must not guess more than the country
//! that a phone number belongs to.

use chrono::NaiveDate;
use email_address::{EmailAddress, Options};
use iban::{Iban, IbanLike};
use phonenumber::{Mode, country};

use crate::domain::fact::{DebtorKind, PostalAddress, Warning};

/// What was found odd while an invoice was read.
#[derive(Default)]
pub(super) struct Findings(Vec<Warning>);

impl Findings {
    /// All warnings, each once, in the order found.
    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.0
    }

    fn warn(&mut self, warning: Warning) {
        if !self.0.contains(&warning) {
            self.0.push(warning);
        }
    }

    fn first_good<T>(&mut self, given: Vec<Option<String>>, read: impl Fn(&str) -> Option<T>, bad: Warning) -> Option<T> {
        let given: Vec<String> = given.into_iter().flatten().collect();
        let found = given.iter().find_map(|text| read(text));
        if found.is_none() && !given.is_empty() {
            self.warn(bad);
        }
        found
    }

    /// The first good e-mail address; each text may hold a list.
    pub(super) fn email(&mut self, given: Vec<Option<String>>) -> Option<String> {
        self.first_good(given, |text| text.split([',', ';', ' ']).find_map(email), Warning::BadEmail)
    }

    /// The first good phone number in E.164; `region` is a country's two letters.
    pub(super) fn phone(&mut self, given: Vec<Option<String>>, region: Option<&str>) -> Option<String> {
        let region = region.and_then(|code| code.to_ascii_uppercase().parse().ok()).unwrap_or(country::PL);
        self.first_good(given, |text| text.split([',', ';']).find_map(|part| phone(part, region)), Warning::BadPhone)
    }

    /// A tax id: a NIP as ten digits, another country's with its two letters.
    pub(super) fn tax_id(&mut self, given: Option<String>) -> Option<String> {
        self.first_good(vec![given], tax_id, Warning::BadTaxId)
    }

    /// An account to pay to, as an IBAN without spaces.
    pub(super) fn payment_account(&mut self, given: Option<String>) -> Option<String> {
        self.first_good(vec![given], account, Warning::BadPaymentAccount)
    }

    /// Notes a due date before the issue date; both stay as they are.
    pub(super) fn days(&mut self, issued_on: NaiveDate, due_on: NaiveDate) {
        if due_on < issued_on {
            self.warn(Warning::DueBeforeIssue);
        }
    }

    /// Notes that there is no way to write to the debtor.
    pub(super) fn contacts(&mut self, email: Option<&String>, phone: Option<&String>) {
        if email.is_none() && phone.is_none() {
            self.warn(Warning::NoContact);
        }
    }
}

/// A good e-mail address, in one form.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim_start_matches('<').trim_end_matches('>');
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    // SES takes only ASCII addresses.
    let fine = text.is_ascii() && EmailAddress::parse_with_options(text, options).is_ok();
    fine.then(|| text.to_owned())
}

/// A good phone number in E.164; one without its country is Polish.
pub fn polish_phone(text: &str) -> Option<String> {
    phone(text, country::PL)
}

fn phone(text: &str, region: country::Id) -> Option<String> {
    let spacing = |c: &char| c.is_whitespace() || matches!(c, '(' | ')' | '-' | '.' | '/' | '\u{2010}'..='\u{2015}');
    let compact: String = text.trim_start_matches("tel:").chars().filter(|c| !spacing(c)).collect();
    let digits = compact.strip_prefix('+').unwrap_or(&compact);
    // Letters and extensions are refused rather than interpreted.
    if !(5..=20).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = phonenumber::parse(Some(region), &compact).ok()?;
    number.is_valid().then(|| number.format().mode(Mode::E164).to_string())
}

fn tax_id(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '/')).map(|c| c.to_ascii_uppercase()).collect();
    let polish = compact.strip_prefix("PL").unwrap_or(&compact);
    if is_nip(polish) {
        return Some(polish.to_owned());
    }
    let foreign = compact.get(..2).is_some_and(|country| country != "PL" && country.bytes().all(|b| b.is_ascii_uppercase()));
    let fine = (6..=16).contains(&compact.len())
        && compact.bytes().all(|b| b.is_ascii_alphanumeric())
        && compact.bytes().any(|b| b.is_ascii_digit());
    (foreign && fine).then_some(compact)
}

/// Ten digits, the last of which checks the others (regulation on NIP, weights 6 5 7 2 3 4 5 6 7).
fn is_nip(text: &str) -> bool {
    const WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let [weighted @ .., check] = digits.as_slice() else { return false };
    if text.len() != 10 || weighted.len() != 9 || weighted[0] == 0 {
        return false;
    }
    let sum: u32 = WEIGHTS.iter().zip(weighted).map(|(weight, digit)| weight * digit).sum();
    sum % 11 == *check
}

fn account(text: &str) -> Option<String> {
    let mut compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
    // Polish invoices often print the account without its country.
    if compact.len() == 26 && compact.bytes().all(|b| b.is_ascii_digit()) {
        compact.insert_str(0, "PL");
    }
    compact.parse::<Iban>().ok().map(|iban| iban.electronic_str().to_owned())
}

/// A KSeF number: 35 characters; anything else is left out.
pub(super) fn ksef_number(given: Option<String>) -> Option<String> {
    let number = given?.to_ascii_uppercase();
    let plain = number.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    (number.len() == 35 && plain).then_some(number)
}

/// Where a letter goes, its street of one or more lines; one without a street or a town is left out.
pub(super) fn postal(
    street: &[Option<String>],
    post_code: Option<String>,
    city: Option<String>,
    country: Option<String>,
) -> Option<PostalAddress> {
    let tidy = |text: &str| {
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(100).collect::<String>()
    };
    let kept = |text: Option<String>| text.map(|text| tidy(&text)).filter(|text| !text.is_empty());
    let lines: Vec<String> = street.iter().cloned().filter_map(kept).collect();
    let country =
        country.map(|code| code.trim().to_ascii_uppercase()).filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()));
    let street = Some(lines.join(", ")).filter(|street| !street.is_empty())?;
    Some(PostalAddress { street, post_code: kept(post_code), city: kept(city)?, country })
}

/// A link that may stand in a message; anything else is left out.
pub(super) fn link(given: Option<String>) -> Option<String> {
    let link = given?;
    let host = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let plain = link.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`'));
    let has_host = host.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'[');
    (plain && has_host).then_some(link)
}

/// A tax id makes a company; without one nothing is claimed.
pub(super) fn kind(tax_id: Option<&String>) -> Option<DebtorKind> {
    tax_id.map(|_| DebtorKind::Business)
}

#[cfg(test)]
mod tests;
