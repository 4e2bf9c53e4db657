//! The signature of a whole notification: a detached JSON Web Signature (RFC 7515) over the raw body, by RS256 and
//! nothing else, with a certificate that lies where it says (`x5u`).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::super::signer::{Roots, Signer};
use super::Environment;
use crate::ports::certificates::CertificateUrl;
use crate::ports::intake::{Delivery, NotVerified};

/// Its header.
const HEADER: &str = "x-jws-signature";

#[derive(Deserialize)]
struct Head {
    alg: String,
    x5u: String,
    /// What whoever reads it must understand; we understand no such thing.
    crit: Option<Value>,
}

/// A signature, not checked yet.
pub(super) struct Signature {
    head: String,
    x5u: String,
    bytes: Vec<u8>,
}

impl Signature {
    /// Reads it off a callback.
    pub(super) fn of(callback: &Delivery) -> Result<Self, NotVerified> {
        let text = callback.header(HEADER).ok_or(NotVerified)?;
        let mut parts = text.split('.');
        // What is signed is the body and no part of this.
        let (Some(head), Some(""), Some(bytes), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(NotVerified);
        };
        let decoded = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| NotVerified);
        let read: Head = serde_json::from_slice(&decoded(head)?).map_err(|_| NotVerified)?;
        if read.alg != "RS256" || read.crit.is_some() {
            return Err(NotVerified);
        }
        Ok(Self { head: head.to_owned(), x5u: read.x5u, bytes: decoded(bytes)? })
    }

    /// Where its certificate lies, if that is where certificates of a system lie.
    pub(super) fn url(&self, environment: Environment) -> Option<CertificateUrl> {
        CertificateUrl::parse(&self.x5u, &[environment.host()], |path| path.starts_with("/x509/") && path.ends_with(".pem"))
    }

    /// Whether it was made over a callback, by whom a certificate names that leads to the roots.
    pub(super) fn fits(&self, callback: &Delivery, certificate: &[u8], roots: &Roots) -> bool {
        Signer::read(certificate, roots, callback.received_at).is_ok_and(|signer| self.is_of(&signer, &callback.body))
    }

    /// Whether a signer made it over a body.
    pub(super) fn is_of(&self, signer: &Signer, body: &[u8]) -> bool {
        let message = format!("{}.{}", self.head, BASE64_URL_SAFE_NO_PAD.encode(body));
        signer.has_signed(message.as_bytes(), &self.bytes)
    }
}
