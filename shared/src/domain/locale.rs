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

#[cfg(test)]
mod tests {
    use super::*;

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
