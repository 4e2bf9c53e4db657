//! Signatures of the form `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::ports::intake::{Delivery, NotVerified};

/// How old a signature may be, in seconds.
const TOLERANCE: i64 = 300;

fn mac(secret: &str, at: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| unreachable!("any key length fits an HMAC"));
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    mac
}

/// Signs a body.
pub fn sign(secret: &str, at: DateTime<Utc>, body: &[u8]) -> String {
    let digest = mac(secret, at.timestamp(), body).finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={},v1={hex}", at.timestamp())
}

/// Checks a header against each live secret; any `v1` of it may be the right one, as while a secret is
/// changed. Other schemes are passed over.
///
/// # Errors
/// `NotVerified` for a header that is missing, of another form, too old or signed with another secret.
pub fn verify<'s>(delivery: &Delivery, header: &str, secrets: impl IntoIterator<Item = &'s str>) -> Result<(), NotVerified> {
    let header = delivery.header(header).ok_or(NotVerified)?;
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let at = parts().find(|(key, _)| *key == "t").and_then(|(_, at)| at.parse::<i64>().ok()).ok_or(NotVerified)?;
    let age = delivery.received_at.timestamp().checked_sub(at).ok_or(NotVerified)?;
    if !(-TOLERANCE..=TOLERANCE).contains(&age) {
        return Err(NotVerified);
    }
    let given: Vec<Vec<u8>> = parts().filter(|(key, _)| *key == "v1").filter_map(|(_, hex)| bytes(hex)).collect();
    let fits = |secret: &str| given.iter().any(|given| mac(secret, at, &delivery.body).verify_slice(given).is_ok());
    secrets.into_iter().any(fits).then_some(()).ok_or(NotVerified)
}

/// The bytes that hexadecimal digits stand for.
pub(super) fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
