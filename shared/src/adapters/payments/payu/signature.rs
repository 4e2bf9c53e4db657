//! PayU's signatures: a plain hash over the trimmed body and the second key, with the algorithm named beside it.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::Credentials;
use crate::ports::intake::Delivery;

/// The headers that may bear it.
const HEADERS: [&str; 2] = ["openpayu-signature", "x-openpayu-signature"];

/// How a shop's notifications are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// SHA-1, also written `SHA`.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The algorithm of a name, with or without its hyphen.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "MD5" => Some(Self::Md5),
            "SHA" | "SHA1" | "SHA-1" => Some(Self::Sha1),
            "SHA256" | "SHA-256" => Some(Self::Sha256),
            "SHA384" | "SHA-384" => Some(Self::Sha384),
            "SHA512" | "SHA-512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn hash(self, body: &[u8], key: &str) -> Vec<u8> {
        match self {
            Self::Md5 => hash::<Md5>(body, key),
            Self::Sha1 => hash::<Sha1>(body, key),
            Self::Sha256 => hash::<Sha256>(body, key),
            Self::Sha384 => hash::<Sha384>(body, key),
            Self::Sha512 => hash::<Sha512>(body, key),
        }
    }
}

fn hash<D: Digest>(body: &[u8], key: &str) -> Vec<u8> {
    D::new().chain_update(body).chain_update(key).finalize().to_vec()
}

/// Without what PHP's `trim` takes away, which PayU's own code applies.
fn trimmed(body: &[u8]) -> &[u8] {
    let inner = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\0' | 0x0b);
    let from = body.iter().position(inner).unwrap_or(body.len());
    let to = body.iter().rposition(inner).map_or(from, |last| last + 1);
    &body[from..to]
}

/// The one value of a field; none where it is missing or there are two.
fn field<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut values = header.split(';').filter_map(|part| part.trim().split_once('=')).filter(|(key, _)| key.trim() == name);
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value.trim())
}

/// Whether a notification is signed with the second key, by an algorithm that this shop's are signed with: what a
/// header names beyond those counts for nothing, or a forger could choose the weakest.
pub(super) fn fits(callback: &Delivery, known: &Credentials) -> bool {
    let Some(header) = HEADERS.iter().find_map(|name| callback.header(name)) else { return false };
    let algorithm = field(header, "algorithm").and_then(Algorithm::named).filter(|algorithm| known.algorithms.contains(algorithm));
    let Some((algorithm, given)) = algorithm.zip(field(header, "signature")) else { return false };
    let right: String = algorithm.hash(trimmed(&callback.body), &known.second_key).iter().map(|byte| format!("{byte:02x}")).collect();
    right.as_bytes().ct_eq(given.to_ascii_lowercase().as_bytes()).into()
}
