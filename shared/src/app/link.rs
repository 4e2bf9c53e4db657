//! Pay links: tokens that are derived, not stored, so that a retry says the same link and the table
//! holds only a hash.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::ids::{CreditorId, DebtorId, base32};
use crate::domain::reminder::ReminderId;

/// How long a pay link works.
pub const WORKS_FOR: chrono::Duration = chrono::Duration::days(90);

/// A pay link's token: 80 bits, 16 letters and digits.
pub fn token(key: &str, creditor: &CreditorId, debtor: &DebtorId, reminder: &ReminderId) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap_or_else(|_| unreachable!("any key length fits an HMAC"));
    mac.update(format!("pay-link\n{creditor}\n{debtor}\n{reminder}").as_bytes());
    base32(&mac.finalize().into_bytes()[..10])
}

/// The hash under which a token is stored, hexadecimal.
pub fn token_hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text can be one of our tokens at all; anything else is not even looked up.
pub fn is_token(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

/// A text with every occurrence of the token masked, as it is kept.
pub fn masked(text: &str, token: &str) -> String {
    text.replace(token, "••••")
}

/// The proof that a form was made by the pay page of this link.
pub fn form_token(key: &str, token: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap_or_else(|_| unreachable!("any key length fits an HMAC"));
    mac.update(format!("pay-form\n{token}").as_bytes());
    base32(&mac.finalize().into_bytes()[..20])
}

/// Whether two tokens are the same, in a time that does not tell where they differ.
pub fn same(given: &str, expected: &str) -> bool {
    use subtle::ConstantTimeEq;
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
