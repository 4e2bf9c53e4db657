//! Forms of lines: fixed words with gaps.

use chrono::{Datelike, NaiveDate, NaiveTime};
use upominek::domain::money::Currency;

use super::story::Amount;

/// What stands in the gaps (`{}`) of a form, if the text has it.
pub fn gaps<'t>(form: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut words = form.split("{}");
    let mut rest = text.strip_prefix(words.next()?)?;
    let mut found = Vec::new();
    let words: Vec<&str> = words.collect();
    for (number, word) in words.iter().enumerate() {
        let at = match (number + 1 == words.len(), word.is_empty()) {
            (true, true) => rest.len(),
            (true, false) => rest.strip_suffix(word)?.len(),
            _ => rest.find(word)?,
        };
        let gap = rest[..at].trim();
        if gap.is_empty() {
            return None;
        }
        found.push(gap);
        rest = &rest[at + word.len()..];
    }
    rest.is_empty().then_some(found)
}

/// A day, `2027-03-15` or, with the weekday checked, `2027-03-15 Mon`.
///
/// # Errors
/// What is wrong, in words.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let (date, weekday) = text.split_once(' ').map_or((text, None), |(date, weekday)| (date, Some(weekday.trim())));
    let day: NaiveDate = date.parse().map_err(|_| format!("\"{text}\" is no day such as 2027-03-15"))?;
    match weekday {
        Some(weekday) if weekday != day.weekday().to_string() => Err(format!("{date} is a {}", day.weekday())),
        _ => Ok(day),
    }
}

/// A local time, `08:00`.
pub fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5)
}

/// An amount, `400.00 PLN`.
///
/// # Errors
/// What is wrong, in words.
pub fn amount(text: &str) -> Result<Amount, String> {
    let wrong = |why: &str| format!("\"{text}\" is no amount such as 400.00 PLN: {why}");
    let (number, code) = text.split_once(' ').ok_or_else(|| wrong("number, space, currency"))?;
    let currency = Currency::parse(code).map_err(|error| wrong(&error.to_string()))?;
    let minor = currency.minor(number).map_err(|error| wrong(&error.to_string()))?;
    Ok(Amount { minor, currency })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_takes_a_line_apart() {
        let found = gaps("payment {} of {} from {}", "payment P1 of 1.00 PLN from Anna of Krakow");
        assert_eq!(found, Some(vec!["P1", "1.00 PLN", "Anna of Krakow"]));
        assert_eq!(gaps("{} comes again", "payment P1 comes again"), Some(vec!["payment P1"]));
        assert_eq!(gaps("payment {} of {} from {}", "payment P1 from Anna"), None);
        assert_eq!(gaps("hold on {}", "hold on "), None);
    }

    #[test]
    fn a_wrong_weekday_is_noticed() {
        assert_eq!(day("2027-03-15 Mon"), Ok("2027-03-15".parse().unwrap()));
        assert_eq!(day("2027-03-15 Tue"), Err("2027-03-15 is a Mon".to_owned()));
        assert!(day("2027-02-30").is_err());
        assert!(amount("4,00 PLN").is_err() && amount("4.00").is_err() && amount("4.00 PLX").is_err());
    }
}
