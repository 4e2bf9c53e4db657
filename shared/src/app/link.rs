//! Pay links: tokens that are derived, not stored, so that a retry says the same link and the table
//! holds only a hash.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::ids::{CreditorId, DebtorId, base32};
use crate::domain::reminder::ReminderId;

/// How long a pay link works.
pub const WORKS_FOR: chrono::Duration = chrono::Duration::days(90);

/// Whether a link was made before its debtor's links were revoked; it works for as long as every other one.
pub fn is_revoked(works_until: DateTime<Utc>, links_from: Option<DateTime<Utc>>) -> bool {
    links_from.is_some_and(|from| works_until - WORKS_FOR < from)
}

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

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn what_was_sent_before_a_revocation_is_revoked_and_what_was_sent_with_it_or_after_is_not() {
        let made: DateTime<Utc> = "2027-01-18T10:00:00Z".parse().unwrap();
        let revoked = |from| is_revoked(made + WORKS_FOR, from);
        assert!(!revoked(None));
        assert!(revoked(Some(made + Duration::seconds(1))));
        assert!(!revoked(Some(made)) && !revoked(Some(made - Duration::seconds(1))));
    }
}
