//! Amounts, dates and counts as people write them in a language.
//!
//! Plurals follow CLDR. Amounts do too, but for one thing: CLDR groups Polish digits from five on,
//! and an amount to pay is grouped always. They hold no-break spaces; `plain` makes them ordinary
//! for text that is wrapped or transliterated anyway.

use chrono::NaiveDate;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};

use super::RenderError;
use crate::domain::creditor::Locale;
use crate::domain::money::Currency;

/// The formats of one language.
#[derive(Debug)]
pub struct Formats {
    locale: Locale,
    plurals: PluralRules,
}

impl Formats {
    /// Loads the formats.
    ///
    /// # Errors
    /// `RenderError::Formats` if the compiled data lacks the language.
    pub fn new(locale: Locale) -> Result<Self, RenderError> {
        let tag = match locale {
            Locale::Pl => icu_locale_core::locale!("pl"),
            Locale::En => icu_locale_core::locale!("en"),
        };
        let plurals = PluralRules::try_new((&tag).into(), PluralRulesOptions::default());
        Ok(Self { locale, plurals: plurals.map_err(|_| RenderError::Formats(locale.tag()))? })
    }

    /// An amount: `1 234,56 zł`, `PLN 1,234.56`.
    pub fn money(&self, minor: i64, currency: Currency) -> String {
        let (group, point) = match self.locale {
            Locale::Pl => ('\u{a0}', ','),
            Locale::En => (',', '.'),
        };
        let number = in_thousands(&currency.decimal(minor), group, point);
        match self.locale {
            Locale::Pl if currency == Currency::PLN => format!("{number}\u{a0}zł"),
            Locale::Pl => format!("{number}\u{a0}{currency}"),
            Locale::En => format!("{currency}\u{a0}{number}"),
        }
    }

    /// An amount as a form takes it: `1234,56`, `1234.56`.
    pub fn bare(&self, minor: i64, currency: Currency) -> String {
        let decimal = currency.decimal(minor);
        if self.locale == Locale::En { decimal } else { decimal.replace('.', ",") }
    }

    /// A rate of a year: `15,25%`, `14%`.
    pub fn percent(&self, basis_points: u32) -> String {
        let (whole, parts) = (basis_points / 100, basis_points % 100);
        let point = if self.locale == Locale::Pl { ',' } else { '.' };
        let decimals = format!("{point}{parts:02}");
        let decimals = if parts == 0 { "" } else { decimals.trim_end_matches('0') };
        format!("{whole}{decimals}%")
    }

    /// A day: `23 listopada 2026`, `23 November 2026`.
    pub fn date(&self, day: NaiveDate) -> String {
        day.format_localized("%-d %B %Y", self.chrono_locale()).to_string()
    }

    /// A day in little space: `23.11.2026`, `23 Nov 2026`.
    pub fn short_date(&self, day: NaiveDate) -> String {
        let form = match self.locale {
            Locale::Pl => "%-d.%m.%Y",
            Locale::En => "%-d %b %Y",
        };
        day.format_localized(form, self.chrono_locale()).to_string()
    }

    /// The form of a word that goes with a number. Polish words have three (`dzień`, `dni`, `dni`),
    /// English ones two.
    pub fn form<'f, T: ?Sized>(&self, number: u64, forms: &[&'f T]) -> Option<&'f T> {
        let index = match (self.locale, self.plurals.category_for(number)) {
            (_, PluralCategory::One) => 0,
            (Locale::Pl, PluralCategory::Few) | (Locale::En, _) => 1,
            (Locale::Pl, _) => 2,
        };
        forms.get(index).copied()
    }

    fn chrono_locale(&self) -> chrono::Locale {
        match self.locale {
            Locale::Pl => chrono::Locale::pl_PL,
            Locale::En => chrono::Locale::en_GB,
        }
    }
}

/// An amount as somebody typed it, in minor units: `1234,56`, `1 234.5`, `1.234,56 zł`. The last comma or point
/// with at most as many digits behind it as the currency has decimals begins the decimals; none where it
/// is no amount.
pub fn typed(text: &str, currency: Currency) -> Option<i64> {
    let is_mark = |c: char| matches!(c, ',' | '.' | '\'' | '\u{2019}');
    let digits_and_marks: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number = digits_and_marks
        .trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, '€' | '₴' | '.'))
        .trim_start_matches(char::is_alphabetic);
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return None;
    }
    let decimals = number.rfind([',', '.']).filter(|at| number.len() - at - 1 <= usize::from(currency.digits()));
    let (whole, fraction) = decimals.map_or((number, ""), |at| (&number[..at], &number[at + 1..]));
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let decimal = if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") };
    currency.minor(&decimal).ok()
}

/// `-1234.50` with the separators of a language.
fn in_thousands(decimal: &str, group: char, point: char) -> String {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let digits = whole.trim_start_matches('-').len();
    let mut number = String::with_capacity(decimal.len() * 2);
    for (index, c) in whole.trim_start_matches('-').chars().enumerate() {
        if index > 0 && (digits - index).is_multiple_of(3) {
            number.push(group);
        }
        number.push(c);
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{number}") } else { format!("{sign}{number}{point}{fraction}") }
}

/// Ordinary spaces for no-break ones.
pub fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// An account in groups of four: `PL61 1090 1014 …`.
pub fn grouped(account: &str) -> String {
    let chars: Vec<char> = account.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A phone number for the eye: a Polish one in groups of three, any other as it is.
pub fn phone(number: &str) -> String {
    match number.strip_prefix("+48") {
        Some(rest) if rest.len() == 9 && rest.bytes().all(|b| b.is_ascii_digit()) => {
            format!("+48 {} {} {}", &rest[..3], &rest[3..6], &rest[6..])
        }
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pl() -> Formats {
        Formats::new(Locale::Pl).unwrap()
    }

    fn en() -> Formats {
        Formats::new(Locale::En).unwrap()
    }

    #[test]
    fn amounts_are_written_as_people_write_them() {
        let jpy = Currency::parse("JPY").unwrap();
        assert_eq!(plain(&pl().money(123_456, Currency::PLN)), "1 234,56 zł");
        assert_eq!(plain(&pl().money(5, Currency::PLN)), "0,05 zł");
        assert_eq!(plain(&pl().money(-123_456_789, Currency::PLN)), "-1 234 567,89 zł");
        assert_eq!(plain(&pl().money(12_345_600, Currency::EUR)), "123 456,00 EUR");
        assert_eq!(plain(&en().money(123_456, Currency::PLN)), "PLN 1,234.56");
        assert_eq!(plain(&en().money(12_300, jpy)), "JPY 12,300");
        assert_eq!(plain(&en().money(i64::MAX, Currency::PLN)), "PLN 92,233,720,368,547,758.07");
    }

    #[test]
    fn what_somebody_types_is_read_as_they_mean_it() {
        for (text, minor) in [
            ("100", 10_000),
            ("100,5", 10_050),
            ("100.50", 10_050),
            ("1 234,56", 123_456),
            ("1\u{a0}234,56 zł", 123_456),
            ("1.234,56", 123_456),
            ("1,234.56", 123_456),
            ("1.234", 123_400),
            ("PLN 12", 1_200),
            ("12 zł.", 1_200),
            ("0,01", 1),
            ("1'000.00", 100_000),
        ] {
            assert_eq!(typed(text, Currency::PLN), Some(minor), "{text}");
        }
        for text in ["", "zł", "-5", "12x3", "1e3", "٣", ",", "∞", "99999999999999999999"] {
            assert_eq!(typed(text, Currency::PLN), None, "{text}");
        }
        assert_eq!(typed("12 300", Currency::parse("JPY").unwrap()), Some(12_300));
    }

    #[test]
    fn every_amount_is_read_back_as_it_is_written() {
        for formats in [pl(), en()] {
            for minor in (1..2_000_000).step_by(3_331) {
                assert_eq!(typed(&formats.money(minor, Currency::PLN), Currency::PLN), Some(minor));
                assert_eq!(typed(&formats.bare(minor, Currency::PLN), Currency::PLN), Some(minor));
            }
        }
    }

    #[test]
    fn every_polish_month_stands_in_the_genitive() {
        let months = [
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ];
        for (month, name) in (1..).zip(months) {
            let day = NaiveDate::from_ymd_opt(2026, month, 3).unwrap();
            assert_eq!(pl().date(day), format!("3 {name} 2026"));
        }
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(en().date(day), "23 November 2026");
        assert_eq!((pl().short_date(day), en().short_date(day)), ("23.11.2026".into(), "23 Nov 2026".into()));
    }

    #[test]
    fn polish_counts_follow_cldr() {
        for number in 0..=125u64 {
            let (tens, ones) = (number % 100, number % 10);
            let expected = match (number, ones) {
                (1, _) => "dzień",
                (_, 2..=4) if !(12..=14).contains(&tens) => "dni-few",
                _ => "dni-many",
            };
            assert_eq!(pl().form(number, &["dzień", "dni-few", "dni-many"]), Some(expected), "{number}");
            let english = if number == 1 { "day" } else { "days" };
            assert_eq!(en().form(number, &["day", "days"]), Some(english));
        }
    }

    #[test]
    fn accounts_and_phones_are_grouped() {
        assert_eq!(grouped("PL61109010140000071219812874"), "PL61 1090 1014 0000 0712 1981 2874");
        assert_eq!(phone("+48500100200"), "+48 500 100 200");
        assert_eq!(phone("+442079460000"), "+442079460000");
    }
}
