use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair};

use super::*;

/// A file of `tests/fixtures/certificates`.
macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/certificates/", $name)).as_slice()
    };
}

pub(in crate::adapters::payments) use fixture;

/// Signs as the fixtures' signers do.
pub fn signed(key: &[u8], message: &[u8], by: &'static dyn RsaEncoding) -> Vec<u8> {
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from_pem_slice(key).unwrap();
    let pair = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(by, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

/// A signer whose chain is not looked at: some published vectors are signed by a certificate of their own.
pub fn unchecked(pem: &[u8]) -> Signer {
    Signer(certificates(pem).unwrap().remove(0))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn roots() -> Roots {
    Roots::read(fixture!("root.pem")).unwrap()
}

const NOW: &str = "2027-01-18T12:00:00Z";

#[test]
fn what_the_signer_signed_verifies_and_nothing_else() {
    let signer = Signer::read(fixture!("signer.pem"), &roots(), at(NOW)).unwrap();
    let right = signed(fixture!("signer.key"), b"message", &RSA_PKCS1_SHA256);
    assert!(signer.has_signed(b"message", &right));
    assert!(!signer.has_signed(b"Message", &right), "other words");
    assert!(!signer.has_signed(b"message", &[]) && !signer.has_signed(b"message", &right[1..]), "no signature, or a part of one");
    assert!(!signer.has_signed(b"message", &signed(fixture!("signer.key"), b"message", &RSA_PKCS1_SHA512)), "another algorithm");
    assert!(!signer.has_signed(b"message", &signed(fixture!("foreign.key"), b"message", &RSA_PKCS1_SHA256)), "another key");
}

#[test]
fn a_certificate_is_good_from_its_first_day_to_its_last() {
    let read = |pem: &[u8], now| Signer::read(pem, &roots(), at(now)).map(|_| ());
    assert_eq!(read(fixture!("signer.pem"), "2025-12-31T23:59:59Z"), Err(NotVerified));
    assert_eq!(read(fixture!("signer.pem"), "2026-01-01T00:00:00Z"), Ok(()));
    assert_eq!(read(fixture!("former.pem"), "2025-12-30T23:59:59Z"), Ok(()));
    assert_eq!(read(fixture!("former.pem"), NOW), Err(NotVerified), "expired");
    assert_eq!(read(fixture!("signer.pem"), "1969-12-31T23:59:59Z"), Err(NotVerified));
}

#[test]
fn only_a_chain_to_a_known_root_counts() {
    let read = |pem: &[u8], roots: &[u8]| Roots::read(roots).and_then(|roots| Signer::read(pem, &roots, at(NOW))).is_ok();
    assert!(read(fixture!("foreign.pem"), fixture!("foreign_root.pem")), "each by its own");
    assert!(!read(fixture!("foreign.pem"), fixture!("root.pem")), "another root of the same name");
    assert!(!read(fixture!("signer.pem"), fixture!("foreign_root.pem")));
    let with_its_root = [fixture!("foreign.pem"), fixture!("foreign_root.pem")].concat();
    assert!(!read(&with_its_root, fixture!("root.pem")), "a root that comes with it is no root of ours");
    assert!(!read(fixture!("imposter.pem"), fixture!("root.pem")), "a signer makes no signers");
    let only_root = fixture!("root.pem").rsplit(|byte| *byte == b'-').next().unwrap();
    assert!(only_root.iter().all(u8::is_ascii_whitespace), "the file ends with the root");
}

#[test]
fn what_stands_between_may_come_with_the_signer() {
    let text = std::str::from_utf8(fixture!("root.pem")).unwrap();
    let (between, root) = text.split_at(text.find("-----END").unwrap() + 26);
    let alone = Roots::read(root.as_bytes()).unwrap();
    assert!(Signer::read(fixture!("signer.pem"), &alone, at(NOW)).is_err());
    let together = [fixture!("signer.pem"), between.as_bytes()].concat();
    assert!(Signer::read(&together, &alone, at(NOW)).is_ok());
    assert_eq!(Roots::read(between.as_bytes()), Err(NotVerified), "what only stands between is no root");
    let new = alone.and(between.as_bytes()).unwrap();
    assert!(Signer::read(fixture!("signer.pem"), &new, at(NOW)).is_ok(), "it may be known beforehand, too");
    assert_eq!(new.and(b"").map(|_| ()), Err(NotVerified));
}

#[test]
fn a_signer_may_be_asked_for_its_host() {
    let signer = Signer::read(fixture!("signer.pem"), &roots(), at(NOW)).unwrap();
    assert!(signer.is_of("notifications.provider.example"));
    assert!(!signer.is_of("provider.example") && !signer.is_of("notifications.provider.example.evil.example") && !signer.is_of(""));
}

#[test]
fn what_is_no_certificate_is_refused() {
    for pem in [b"".as_slice(), b"<html>", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", fixture!("signer.key")] {
        assert!(Signer::read(pem, &roots(), at(NOW)).is_err());
        assert!(Roots::read(pem).is_err());
    }
    let many = fixture!("signer.pem").repeat(MOST + 1);
    assert!(Signer::read(&many, &roots(), at(NOW)).is_err(), "no more than a few");
}
