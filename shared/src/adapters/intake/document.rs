//! Reading JSON that others wrote.
//!
//! Owns the way from bytes to typed values. A document is read late, field by field, so that an
//! error names its place and what would be right. It must not repeat a value in an error, since
//! values are personal data, nor let a float near money.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Number, Value};

use crate::domain::ids::CaseId;
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;

/// Longest text that is taken, in characters; nothing that a debtor reads is longer.
const LONGEST_TEXT: usize = 2000;
/// Longest id, in bytes, as for cases: it becomes part of a key.
const LONGEST_ID: usize = 200;
/// Every decimal of so many digits keeps them on its way through a 64-bit float.
const EXACT_DIGITS: usize = 15;

/// One value of a document, not yet looked at; a missing field is `null`.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Field(Value);

impl Field {
    /// Reads a whole body.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(body).map_err(|_| Unreadable::new("body", "UTF-8 text"))?;
        serde_json::from_str(text).map(Self).map_err(|error| {
            let rule = if error.is_eof() { "a whole JSON document; it ends too early" } else { "a valid JSON document" };
            Unreadable::new("body", rule)
        })
    }

    /// Whether the field is missing, `null` or an empty text.
    pub(super) fn is_absent(&self) -> bool {
        self.0.is_null() || self.0.as_str().is_some_and(|text| text.trim().is_empty())
    }

    /// The fields of an object; `None` where it is absent.
    pub(super) fn object<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<Option<T>, Unreadable> {
        match &self.0 {
            Value::Null => Ok(None),
            object @ Value::Object(_) => T::deserialize(object).map(Some).map_err(|_| Unreadable::new(path, "an object")),
            _ => Err(Unreadable::new(path, "an object")),
        }
    }

    /// The objects of a list with their paths; none where it is absent.
    pub(super) fn list<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<Vec<(String, T)>, Unreadable> {
        let rows = match &self.0 {
            Value::Null => return Ok(Vec::new()),
            Value::Array(rows) => rows,
            _ => return Err(Unreadable::new(path, "a list")),
        };
        let read = |(index, row): (usize, &Value)| {
            let path = format!("{path}[{index}]");
            match row {
                Value::Object(_) => T::deserialize(row).map(|row| (path.clone(), row)).map_err(|_| Unreadable::new(path, "an object")),
                _ => Err(Unreadable::new(path, "an object")),
            }
        };
        rows.iter().enumerate().map(read).collect()
    }

    /// Text in one line without control characters; whole numbers count as text.
    pub(super) fn text(&self, path: &str) -> Result<Option<String>, Unreadable> {
        let text = match &self.0 {
            Value::Null => return Ok(None),
            Value::String(text) => one_line(text),
            Value::Number(number) if is_whole(number) => number.to_string(),
            _ => return Err(Unreadable::new(path, "text")),
        };
        if text.chars().count() > LONGEST_TEXT {
            return Err(Unreadable::new(path, format!("text of at most {LONGEST_TEXT} characters")));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A document's number: text short enough to look things up by.
    pub(super) fn number(&self, path: &str) -> Result<Option<String>, Unreadable> {
        let number = self.text(path)?;
        match &number {
            Some(text) if text.len() > LONGEST_ID => Err(Unreadable::new(path, "a number of at most 200 bytes")),
            _ => Ok(number),
        }
    }

    /// Whatever stands there as text, for values that are checked later and may be left out.
    pub(super) fn loose(&self) -> Option<String> {
        let text = match &self.0 {
            Value::Null => return None,
            Value::String(text) => one_line(text),
            other => other.to_string(),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// An id: text or a whole number, digit by digit.
    pub(super) fn id(&self, path: &str) -> Result<Option<String>, Unreadable> {
        let rule = "an id of 1 to 200 bytes: text or a whole number";
        let id = match &self.0 {
            Value::Null => return Ok(None),
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) if is_whole(number) => number.to_string(),
            _ => return Err(Unreadable::new(path, rule)),
        };
        match id.len() {
            0 => Ok(None),
            1..=LONGEST_ID => Ok(Some(id)),
            _ => Err(Unreadable::new(path, rule)),
        }
    }

    /// An id that must be there.
    pub(super) fn required_id(&self, path: &str) -> Result<String, Unreadable> {
        self.id(path)?.ok_or_else(|| Unreadable::new(path, "an id of 1 to 200 bytes: text or a whole number"))
    }

    /// The id of an invoice or credit note, which must be there.
    pub(super) fn case(&self, path: &str, source: &str) -> Result<CaseId, Unreadable> {
        let id = self.required_id(path)?;
        CaseId::try_from(format!("{source}:{id}")).map_err(|error| Unreadable::new(path, error.to_string()))
    }

    /// A whole number that is 0 or more and fits 64 bits.
    pub(super) fn whole(&self, path: &str) -> Result<Option<u64>, Unreadable> {
        match &self.0 {
            Value::Null => Ok(None),
            value => value.as_u64().map(Some).ok_or_else(|| Unreadable::new(path, "a whole number, 0 or more, without quotes")),
        }
    }

    /// Yes or no.
    pub(super) fn flag(&self, path: &str) -> Result<Option<bool>, Unreadable> {
        match &self.0 {
            Value::Null => Ok(None),
            value => value.as_bool().map(Some).ok_or_else(|| Unreadable::new(path, "true or false, without quotes")),
        }
    }

    /// A calendar day.
    pub(super) fn day(&self, path: &str) -> Result<Option<NaiveDate>, Unreadable> {
        let Some(text) = self.loose() else { return Ok(None) };
        // The parser alone would take signs and years of six digits.
        let day = Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse::<NaiveDate>().ok());
        day.filter(|day| is_near(day.year()))
            .map(Some)
            .ok_or_else(|| Unreadable::new(path, "a day between 1970 and 2200, such as 2026-11-30"))
    }

    /// An instant with its offset.
    pub(super) fn instant(&self, path: &str) -> Result<Option<DateTime<Utc>>, Unreadable> {
        let Some(text) = self.loose() else { return Ok(None) };
        let instant = DateTime::parse_from_rfc3339(&text).ok().map(|instant| instant.to_utc());
        instant
            .filter(|instant| is_near(instant.year()))
            .map(Some)
            .ok_or_else(|| Unreadable::new(path, "an instant between 1970 and 2200 with its offset, such as 2026-11-30T12:00:00Z"))
    }

    /// A currency.
    pub(super) fn currency(&self, path: &str) -> Result<Option<Currency>, Unreadable> {
        let Some(code) = self.loose() else { return Ok(None) };
        Currency::parse(&code).map(Some).map_err(|error| Unreadable::new(path, error.to_string()))
    }

    /// An amount as a decimal string in major units, in minor units; it may be negative.
    pub(super) fn decimal(&self, path: &str, currency: Currency) -> Result<Option<i64>, Unreadable> {
        match &self.0 {
            _ if self.is_absent() => Ok(None),
            Value::String(text) => minor(text, path, currency).map(Some),
            _ => Err(Unreadable::new(path, "a decimal number in quotes, in major units, such as \"1234.50\"")),
        }
    }

    /// An amount as a decimal string or a JSON number in major units; it may be negative.
    pub(super) fn decimal_or_number(&self, path: &str, currency: Currency) -> Result<Option<i64>, Unreadable> {
        let Value::Number(number) = &self.0 else { return self.decimal(path, currency) };
        // Written out and read again as text: the number itself is never calculated with.
        let text = number.to_string();
        let whole_digits = text.find('.').unwrap_or(text.len());
        if !is_whole(number) && whole_digits + usize::from(currency.digits()) > EXACT_DIGITS {
            return Err(Unreadable::new(path, "an amount of more than 15 digits as text, since a JSON number would not be exact"));
        }
        minor(&text, path, currency).map(Some)
    }
}

fn minor(text: &str, path: &str, currency: Currency) -> Result<i64, Unreadable> {
    currency.minor(text.trim()).map_err(|error| Unreadable::new(path, error.to_string()))
}

fn is_whole(number: &Number) -> bool {
    number.is_u64() || number.is_i64()
}

/// Years far away would only overflow in the calendar later.
fn is_near(year: i32) -> bool {
    (1970..=2200).contains(&year)
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A name of an event, safe to log: what has other characters than such names have is not shown.
pub(super) fn label(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'/' | b'_' | b'-');
    if (1..=60).contains(&text.len()) && text.bytes().all(plain) { text.to_owned() } else { "of an unknown kind".to_owned() }
}

/// Refuses what is below zero.
pub(super) fn not_negative(amount: i64, path: &str) -> Result<i64, Unreadable> {
    if amount < 0 { Err(Unreadable::new(path, "an amount of 0 or more")) } else { Ok(amount) }
}

#[cfg(test)]
mod tests;
