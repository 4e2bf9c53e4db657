//! HMAC-SHA256 over the parts of a message.
//!
//! Owns the comparison, which takes the same time wherever two signatures differ. It must not
//! know of headers or of time. Invariant: an empty key matches nothing.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

fn mac(key: &[u8], parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
    // A key that was never set must not let in those who guess that it is empty.
    if key.is_empty() {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    parts.iter().for_each(|part| mac.update(part));
    Some(mac)
}

/// The signature of the parts, joined as they are; `None` for an empty key.
pub(super) fn sign(key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    Some(mac(key, parts)?.finalize().into_bytes().to_vec())
}

/// Whether this is the signature of the parts.
pub(super) fn matches(key: &[u8], parts: &[&[u8]], signature: &[u8]) -> bool {
    mac(key, parts).is_some_and(|mac| mac.verify_slice(signature).is_ok())
}

/// SHA-256 in lower-case hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
