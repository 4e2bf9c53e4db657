//! The signature of a webhook: by RSA and SHA-256 over its id, its time, the webhook's id and the body's CRC-32, with
//! a certificate that lies where a header says.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::super::signer::{Roots, Signer};
use super::{Credentials, Environment};
use crate::ports::certificates::CertificateUrl;
use crate::ports::intake::{Delivery, NotVerified};

/// The only algorithm that is taken, whatever a header asks for.
const ALGORITHM: &str = "SHA256withRSA";

/// A signature, not checked yet.
pub(super) struct Signature {
    id: String,
    time: String,
    certificate: String,
    bytes: Vec<u8>,
}

impl Signature {
    /// Reads it off a callback.
    pub(super) fn of(callback: &Delivery) -> Result<Self, NotVerified> {
        let header = |name: &str| callback.header(name).map(str::to_owned).ok_or(NotVerified);
        if header("paypal-auth-algo")? != ALGORITHM {
            return Err(NotVerified);
        }
        let (id, time) = (header("paypal-transmission-id")?, header("paypal-transmission-time")?);
        // What divides the parts is in none of them.
        if [&id, &time].iter().any(|part| part.is_empty() || part.contains('|')) {
            return Err(NotVerified);
        }
        let bytes = BASE64_STANDARD.decode(header("paypal-transmission-sig")?).map_err(|_| NotVerified)?;
        Ok(Self { id, time, certificate: header("paypal-cert-url")?, bytes })
    }

    /// Where its certificate lies, if that is where certificates of a system lie.
    pub(super) fn url(&self, environment: Environment) -> Option<CertificateUrl> {
        let has_form = |path: &str| path.strip_prefix("/v1/notifications/certs/CERT-").is_some_and(|name| !name.contains('/'));
        CertificateUrl::parse(&self.certificate, &[environment.certificates()], has_form)
    }

    /// What is signed; the checksum is a decimal number without a sign.
    pub(super) fn message(&self, webhook_id: &str, body: &[u8]) -> String {
        format!("{}|{}|{webhook_id}|{}", self.id, self.time, crc32fast::hash(body))
    }

    /// Whether it was made over a callback for a creditor's webhook, by whom a certificate names that leads to the
    /// roots and is given to PayPal's signer.
    pub(super) fn fits(&self, callback: &Delivery, certificate: &[u8], known: &Credentials) -> bool {
        let signer = Roots::read(known.roots()).and_then(|roots| Signer::read(certificate, &roots, callback.received_at));
        let message = self.message(&known.webhook_id, &callback.body);
        signer.is_ok_and(|signer| signer.is_of(known.environment.signer()) && signer.has_signed(message.as_bytes(), &self.bytes))
    }
}
