//! What a secret is for, and what such a secret looks like. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use upominek::adapters::{intake, payments};
use upominek::domain::ids::Source;

use crate::failure::{Error, Failure};

/// The key from which pay links are derived. Never rotated by hand: every link that is out would die.
pub const LINK: &str = "link";

/// What a secret is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A source signs webhooks with it.
    Source(String),
    /// A payment provider signs callbacks with it.
    Provider(String),
}

/// How a secret is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// `whsec_` and base64, as Standard Webhooks has it.
    Standard,
    /// Hexadecimal.
    Hex,
}

impl Purpose {
    /// From the arguments: exactly one of them is given.
    pub fn of(source: Option<&str>, provider: Option<&str>) -> Result<Self, Failure> {
        match (source, provider) {
            (Some(source), None) => {
                if intake::source(source).is_none() {
                    let known: Vec<&str> = intake::names().collect();
                    return Err(Failure::field("source", format!("there is no source {source}; known are {}", known.join(", "))));
                }
                Ok(Self::Source(source.to_owned()))
            }
            (None, Some(provider)) => match Source::parse(provider) {
                Ok(provider) => Ok(Self::Provider(provider.to_string())),
                Err(_) => Err(Failure::field("provider", "1 to 40 characters of a-z, 0-9 and -")),
            },
            _ => Err(Failure::field("source", "say either source or provider")),
        }
    }

    /// Under what the table keeps it.
    pub fn key(&self) -> String {
        match self {
            Self::Source(source) => format!("source#{source}"),
            Self::Provider(provider) => format!("provider#{provider}"),
        }
    }

    /// The secret that the other side gave, or one from chance; what the other side makes must be given.
    pub fn secret(&self, given: Option<String>, chance: impl FnOnce() -> Result<[u8; 32], Error>) -> Result<String, Error> {
        let own_form = match self {
            Self::Provider(provider) => payments::secret_fits(provider, given.as_deref().unwrap_or_default()),
            Self::Source(_) => None,
        };
        match (own_form, given) {
            (Some(Err(rule)), _) => Err(Failure::field("secret", rule).into()),
            (Some(Ok(())), given) => Ok(given.unwrap_or_default()),
            (None, Some(given)) => Ok(self.maker().checked(given)?),
            (None, None) => Ok(self.maker().make(chance()?)),
        }
    }

    /// How such a secret is made.
    pub fn maker(&self) -> Maker {
        match self {
            Self::Source(source) if source == "upominek" => Maker::Standard,
            _ => Maker::Hex,
        }
    }
}

impl Maker {
    /// A secret from chance.
    pub fn make(self, chance: [u8; 32]) -> String {
        match self {
            Self::Standard => format!("whsec_{}", STANDARD.encode(&chance[..24])),
            Self::Hex => chance.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// A secret that the other side gave.
    pub fn checked(self, secret: String) -> Result<String, Failure> {
        let key = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
        let fine = match self {
            Self::Standard => key.is_some_and(|key| (24..=64).contains(&key.len())),
            Self::Hex => (16..=500).contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_graphic()),
        };
        let rule = match self {
            Self::Standard => "whsec_ and the base64 of 24 to 64 bytes",
            Self::Hex => "16 to 500 visible ASCII characters, as the other side shows it",
        };
        if fine { Ok(secret) } else { Err(Failure::field("secret", rule)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_secret_is_one_that_would_be_taken() {
        for maker in [Maker::Standard, Maker::Hex] {
            let secret = maker.make([7; 32]);
            assert_eq!(maker.checked(secret.clone()), Ok(secret));
        }
        assert_eq!(Maker::Hex.make([255; 32]), "ff".repeat(32));
    }

    #[test]
    fn a_misspelt_source_is_told_the_known_ones() {
        let failure = Purpose::of(Some("shopfy"), None).unwrap_err();
        assert!(failure.errors[0].problem.contains("shopify"));
        assert!(Purpose::of(None, None).is_err() && Purpose::of(Some("shopify"), Some("sandbox")).is_err());
        assert_eq!(Purpose::of(None, Some("sandbox")).map(|purpose| purpose.key()), Ok("provider#sandbox".to_owned()));
    }

    #[test]
    fn what_cannot_be_a_secret_is_refused() {
        for bad in ["", "whsec_", "whsec_abc", "plain"] {
            assert!(Maker::Standard.checked(bad.to_owned()).is_err() && Maker::Hex.checked(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
