//! Identifiers as types, so that one kind of id can never stand in for another.
//!
//! Ids from outside (invoice ids, event ids) may hold any character; the key builder of the
//! store encodes them. Ids that we make are short, lower-case and safe in a URL.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong with an identifier that came from outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {rule}")]
pub struct IdError {
    what: &'static str,
    rule: &'static str,
}

fn is_slug(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses the id: 1 to 40 characters of `a-z`, `0-9` and `-`.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                if is_slug(text, 40) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError { what: $what, rule: "1 to 40 characters of a-z, 0-9 and -" })
                }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

slug!(
    /// A company that is owed money and runs its reminders here.
    CreditorId, "a creditor id"
);
slug!(
    /// A company or person who owes money. Opaque: identities (customer id, NIP, e-mail) point to it.
    DebtorId, "a debtor id"
);
slug!(
    /// The name of a source of invoices or payments, as in its webhook's path: `shopify`, `upominek`.
    Source, "a source"
);

impl DebtorId {
    /// A new debtor's id from 10 bytes of chance.
    pub fn from_chance(chance: [u8; 10]) -> Self {
        Self(format!("deb-{}", base32(&chance)))
    }
}

/// Lower-case base32 (RFC 4648 alphabet) without padding.
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut bits) = (0u32, 0u32);
    for &byte in bytes {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(ALPHABET[((buffer >> bits) & 31) as usize] as char);
        }
    }
    if bits > 0 {
        out.push(ALPHABET[((buffer << (5 - bits)) & 31) as usize] as char);
    }
    out
}

/// One invoice's case: the source and the source's own id of the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId {
    /// Where the invoice came from.
    pub source: Source,
    /// The source's id of it, at most 200 bytes, any characters.
    pub external: String,
}

impl CaseId {
    /// Puts the id together; an empty or over-long external id is refused.
    pub fn new(source: Source, external: &str) -> Result<Self, IdError> {
        if external.is_empty() || external.len() > 200 {
            return Err(IdError { what: "an invoice's id", rule: "1 to 200 bytes long" });
        }
        Ok(Self { source, external: external.to_owned() })
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.external)
    }
}

impl TryFrom<String> for CaseId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        let (source, external) = text.split_once(':').ok_or(IdError { what: "a case id", rule: "written as source:id" })?;
        Self::new(Source::parse(source)?, external)
    }
}

impl From<CaseId> for String {
    fn from(id: CaseId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_may_hold_any_character() {
        let id = CaseId::new(Source::parse("shopify").unwrap(), "#1001:a/b").unwrap();
        assert_eq!(CaseId::try_from(id.to_string()), Ok(id));
    }

    #[test]
    fn a_creditor_id_is_a_slug() {
        for bad in ["", "Acme", "a_b", "a#b", &"x".repeat(41)] {
            assert!(CreditorId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn base32_gives_the_vectors_of_rfc_4648() {
        let vectors = [("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"), ("foobar", "mzxw6ytboi")];
        for (plain, coded) in vectors {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
    }
}
