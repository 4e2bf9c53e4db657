//! Amounts, dates and counts as people write them in a language.
//!
//! Plurals follow CLDR. Amounts do too, but for two things: CLDR groups Polish digits from five on,
//! and an amount to pay is grouped always; and of the signs only that of the reader's own currency is
//! used, since it is sure to be known. They hold no-break spaces; `plain` makes them ordinary for text
//! that is wrapped or transliterated anyway.

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
            Locale::De => icu_locale_core::locale!("de"),
            Locale::Uk => icu_locale_core::locale!("uk"),
            Locale::Cs => icu_locale_core::locale!("cs"),
        };
        let plurals = PluralRules::try_new((&tag).into(), PluralRulesOptions::default());
        Ok(Self { locale, plurals: plurals.map_err(|_| RenderError::Formats(locale.tag()))? })
    }

    /// An amount: `1 234,56 zł`, `PLN 1,234.56`, `1.234,56 €`.
    pub fn money(&self, minor: i64, currency: Currency) -> String {
        let (group, point) = match self.locale {
            Locale::Pl | Locale::Uk | Locale::Cs => ('\u{a0}', ','),
            Locale::De => ('.', ','),
            Locale::En => (',', '.'),
        };
        let number = in_thousands(&currency.decimal(minor), group, point);
        let sign = match (self.locale, currency.code()) {
            (Locale::Pl, "PLN") => "zł",
            (Locale::De, "EUR") => "€",
            (Locale::Uk, "UAH") => "₴",
            (Locale::Cs, "CZK") => "Kč",
            (_, code) => code,
        };
        match self.locale {
            Locale::En => format!("{sign}\u{a0}{number}"),
            Locale::Pl | Locale::De | Locale::Uk | Locale::Cs => format!("{number}\u{a0}{sign}"),
        }
    }

    /// An amount as a form takes it: `1234,56`, `1234.56`.
    pub fn bare(&self, minor: i64, currency: Currency) -> String {
        let decimal = currency.decimal(minor);
        if self.locale == Locale::En { decimal } else { decimal.replace('.', ",") }
    }

    /// A rate of a year: `15,25%`, `15,25 %`, `14%`.
    pub fn percent(&self, basis_points: u32) -> String {
        let (whole, parts) = (basis_points / 100, basis_points % 100);
        let point = if self.locale == Locale::En { '.' } else { ',' };
        let decimals = format!("{point}{parts:02}");
        let decimals = if parts == 0 { "" } else { decimals.trim_end_matches('0') };
        let space = match self.locale {
            Locale::De | Locale::Cs => "\u{a0}",
            Locale::Pl | Locale::En | Locale::Uk => "",
        };
        format!("{whole}{decimals}{space}%")
    }

    /// A day: `23 listopada 2026`, `23 November 2026`, `23. listopadu 2026`. The month stands as it
    /// does in a date, in the genitive where a language has one.
    pub fn date(&self, day: NaiveDate) -> String {
        let form = match self.locale {
            Locale::Pl | Locale::En => "%-d %B %Y",
            Locale::De | Locale::Cs => "%-d. %B %Y",
            // The word in full: with its short form a sentence would end in two stops.
            Locale::Uk => "%-d %B %Y року",
        };
        day.format_localized(form, self.chrono_locale()).to_string()
    }

    /// A day in little space: `23.11.2026`, `23 Nov 2026`, `23. 11. 2026`.
    pub fn short_date(&self, day: NaiveDate) -> String {
        let form = match self.locale {
            Locale::Pl => "%-d.%m.%Y",
            Locale::En => "%-d %b %Y",
            Locale::De | Locale::Uk => "%d.%m.%Y",
            Locale::Cs => "%-d.\u{a0}%-m.\u{a0}%Y",
        };
        day.format_localized(form, self.chrono_locale()).to_string()
    }

    /// The form of a word that goes with a number. Polish, Ukrainian and Czech words have three
    /// (`dzień`, `dni`, `dni`), English and German ones two.
    pub fn form<'f, T: ?Sized>(&self, number: u64, forms: &[&'f T]) -> Option<&'f T> {
        let index = match (self.locale, self.plurals.category_for(number)) {
            (_, PluralCategory::One) => 0,
            (Locale::Pl | Locale::Uk | Locale::Cs, PluralCategory::Few) | (Locale::En | Locale::De, _) => 1,
            (Locale::Pl | Locale::Uk | Locale::Cs, _) => 2,
        };
        forms.get(index).copied()
    }

    fn chrono_locale(&self) -> chrono::Locale {
        match self.locale {
            Locale::Pl => chrono::Locale::pl_PL,
            Locale::En => chrono::Locale::en_GB,
            Locale::De => chrono::Locale::de_DE,
            Locale::Uk => chrono::Locale::uk_UA,
            Locale::Cs => chrono::Locale::cs_CZ,
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

    fn of(locale: Locale) -> Formats {
        Formats::new(locale).unwrap()
    }

    #[test]
    fn amounts_are_written_as_people_write_them() {
        let money = |locale, minor, code| plain(&of(locale).money(minor, Currency::parse(code).unwrap()));
        for (locale, minor, code, written) in [
            (Locale::Pl, 123_456, "PLN", "1 234,56 zł"),
            (Locale::Pl, 5, "PLN", "0,05 zł"),
            (Locale::Pl, -123_456_789, "PLN", "-1 234 567,89 zł"),
            (Locale::Pl, 12_345_600, "EUR", "123 456,00 EUR"),
            (Locale::En, 123_456, "PLN", "PLN 1,234.56"),
            (Locale::En, 12_300, "JPY", "JPY 12,300"),
            (Locale::En, i64::MAX, "PLN", "PLN 92,233,720,368,547,758.07"),
            (Locale::De, 123_456, "EUR", "1.234,56 €"),
            (Locale::De, -123_456_789, "PLN", "-1.234.567,89 PLN"),
            (Locale::De, 12_300, "JPY", "12.300 JPY"),
            (Locale::Uk, 123_456, "UAH", "1 234,56 ₴"),
            (Locale::Uk, 123_456, "PLN", "1 234,56 PLN"),
            (Locale::Cs, 123_456, "CZK", "1 234,56 Kč"),
            (Locale::Cs, 5, "PLN", "0,05 PLN"),
        ] {
            assert_eq!(money(locale, minor, code), written);
        }
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
        for formats in Locale::ALL.map(of) {
            for code in ["PLN", "EUR", "UAH", "CZK"] {
                let currency = Currency::parse(code).unwrap();
                for minor in (1..2_000_000).step_by(3_331) {
                    assert_eq!(typed(&formats.money(minor, currency), currency), Some(minor));
                    assert_eq!(typed(&formats.bare(minor, currency), currency), Some(minor));
                }
            }
        }
    }

    #[test]
    fn a_rate_has_its_space_where_the_language_has_one() {
        let rates = Locale::ALL.map(|locale| plain(&of(locale).percent(1_525)));
        assert_eq!(rates, ["15,25%", "15.25%", "15,25 %", "15,25%", "15,25 %"]);
        assert_eq!([1_400, 1_050].map(|rate| plain(&of(Locale::De).percent(rate))), ["14 %", "10,5 %"]);
    }

    #[test]
    fn every_month_stands_as_it_does_in_a_date() {
        let pl = "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia";
        let en = "January February March April May June July August September October November December";
        let de = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember";
        let uk = "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня";
        let cs = "ledna února března dubna května června července srpna září října listopadu prosince";
        for (locale, months) in Locale::ALL.into_iter().zip([pl, en, de, uk, cs]) {
            assert_eq!(months.split(' ').count(), 12);
            for (month, name) in (1..).zip(months.split(' ')) {
                let day = NaiveDate::from_ymd_opt(2026, month, 3).unwrap();
                let (stop, year) = match locale {
                    Locale::De | Locale::Cs => (".", "2026"),
                    Locale::Uk => ("", "2026 року"),
                    Locale::Pl | Locale::En => ("", "2026"),
                };
                assert_eq!(of(locale).date(day), format!("3{stop} {name} {year}"));
            }
        }
        let day = NaiveDate::from_ymd_opt(2026, 2, 3).unwrap();
        let short = Locale::ALL.map(|locale| plain(&of(locale).short_date(day)));
        assert_eq!(short, ["3.02.2026", "3 Feb 2026", "03.02.2026", "03.02.2026", "3. 2. 2026"]);
    }

    #[test]
    fn counts_follow_cldr() {
        for number in 0..=125u64 {
            let (tens, ones) = (number % 100, number % 10);
            let teens = (11..=14).contains(&tens);
            let polish = match (number, ones) {
                (1, _) => "one",
                (_, 2..=4) if !teens => "few",
                _ => "many",
            };
            let ukrainian = match ones {
                1 if !teens => "one",
                2..=4 if !teens => "few",
                _ => "many",
            };
            let czech = match number {
                1 => "one",
                2..=4 => "few",
                _ => "many",
            };
            for (locale, expected) in [(Locale::Pl, polish), (Locale::Uk, ukrainian), (Locale::Cs, czech)] {
                assert_eq!(of(locale).form(number, &["one", "few", "many"]), Some(expected), "{locale:?} {number}");
            }
            for locale in [Locale::En, Locale::De] {
                let expected = if number == 1 { "one" } else { "many" };
                assert_eq!(of(locale).form(number, &["one", "many"]), Some(expected), "{locale:?} {number}");
            }
        }
    }

    #[test]
    fn accounts_and_phones_are_grouped() {
        assert_eq!(grouped("PL61109010140000071219812874"), "PL61 1090 1014 0000 0712 1981 2874");
        assert_eq!(phone("+48500100200"), "+48 500 100 200");
        assert_eq!(phone("+442079460000"), "+442079460000");
    }
}
