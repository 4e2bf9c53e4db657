//! The languages that messages and pages are written in.

use serde::{Deserialize, Serialize};

/// A language that we write in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Polish.
    #[default]
    Pl,
    /// English.
    En,
    /// German.
    De,
    /// Ukrainian.
    Uk,
    /// Czech.
    Cs,
}

impl Locale {
    /// All of them, in the order in which a page offers them.
    pub const ALL: [Self; 5] = [Self::Pl, Self::En, Self::De, Self::Uk, Self::Cs];

    /// Reads a language tag (`pl`, `pl-PL`, `de_AT`); anything that we do not write in is `None`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|locale| locale.tag() == language)
    }

    /// The first language of an `Accept-Language` header that we write in, the most wanted first. Source: RFC 9110,
    /// 12.5.4.
    pub fn wanted(header: &str) -> Option<Self> {
        let mut wanted: Vec<(u32, Self)> = header
            .split(',')
            .filter_map(|range| {
                let mut parts = range.split(';').map(str::trim);
                let locale = Self::from_tag(parts.next()?)?;
                let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1_000), thousandths)?;
                (weight > 0).then_some((weight, locale))
            })
            .collect();
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        wanted.first().map(|(_, locale)| *locale)
    }

    /// The tag, as in HTML's `lang`.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::Pl => "pl",
            Locale::En => "en",
            Locale::De => "de",
            Locale::Uk => "uk",
            Locale::Cs => "cs",
        }
    }

    /// Its name as its own readers write it.
    pub fn own_name(self) -> &'static str {
        match self {
            Locale::Pl => "Polski",
            Locale::En => "English",
            Locale::De => "Deutsch",
            Locale::Uk => "Українська",
            Locale::Cs => "Čeština",
        }
    }
}

/// A weight between 0 and 1 with up to three decimals.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let fits = matches!(whole, "0" | "1") && decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| format!("{whole}{decimals:0<3}").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_reads_the_language_that_it_wants_most() {
        for (header, locale) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some(Locale::De)),
            ("fr-FR, fr;q=0.9, en;q=0.5, uk;q=0.7", Some(Locale::Uk)),
            ("en;q=0.1, cs", Some(Locale::Cs)),
            ("en;q=0, pl;q=0.001", Some(Locale::Pl)),
            ("en;q=zero, sk", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Locale::wanted(header), locale, "{header}");
        }
    }

    #[test]
    fn a_tag_is_read_with_or_without_its_country() {
        for (tag, locale) in [
            ("pl-PL", Locale::Pl),
            ("en_GB", Locale::En),
            ("de", Locale::De),
            ("de-AT", Locale::De),
            ("DE-ch", Locale::De),
            ("uk-UA", Locale::Uk),
            ("uk-Cyrl-UA", Locale::Uk),
            ("cs_CZ", Locale::Cs),
        ] {
            assert_eq!(Locale::from_tag(tag), Some(locale), "{tag}");
        }
        for locale in Locale::ALL {
            assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
            assert_eq!(serde_json::to_string(&locale).unwrap(), format!("\"{}\"", locale.tag()), "stored by its tag");
        }
        for tag in ["", "-", "fr", "den", "sk-SK", "ukr", "čs"] {
            assert_eq!(Locale::from_tag(tag), None, "{tag}");
        }
    }
}
