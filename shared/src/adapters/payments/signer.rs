//! Whoever signed a callback: a certificate that chains to a root we know, and what it signed with RSA and SHA-256.

use chrono::{DateTime, Utc};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};

use crate::ports::intake::NotVerified;

/// Most certificates that a file may hold.
const MOST: usize = 8;

/// RSA (PKCS #1 v1.5) with SHA-256, keys of 2,048 bits or more. Without cryptography nothing verifies: what calls
/// nobody takes no callbacks either.
static SIGNATURES: &[&dyn SignatureVerificationAlgorithm] = &[
    #[cfg(feature = "http-client")]
    webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA256,
];

/// How certificates of a chain may be signed.
static CHAINS: &[&dyn SignatureVerificationAlgorithm] = &[
    #[cfg(feature = "http-client")]
    webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA256,
    #[cfg(feature = "http-client")]
    webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA384,
    #[cfg(feature = "http-client")]
    webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA512,
];

/// Certificates that we know beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    anchors: Vec<TrustAnchor<'static>>,
    between: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// Reads them, as PEM: those that are signed by themselves are relied on without end, the others only stand
    /// between, and only as long as they are good.
    ///
    /// # Errors
    /// Where one cannot be read, or none is signed by itself.
    pub fn read(pem: &[u8]) -> Result<Self, NotVerified> {
        let known = Self { anchors: Vec::new(), between: Vec::new() }.and(pem)?;
        if known.anchors.is_empty() { Err(NotVerified) } else { Ok(known) }
    }

    /// These and more of them.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn and(mut self, pem: &[u8]) -> Result<Self, NotVerified> {
        for certificate in certificates(pem)? {
            let anchor = anchor_from_trusted_cert(&certificate).map_err(|_| NotVerified)?.to_owned();
            let by_itself = EndEntityCert::try_from(&certificate).is_ok_and(|read| read.issuer() == read.subject());
            if by_itself {
                self.anchors.push(anchor);
            } else {
                self.between.push(certificate);
            }
        }
        Ok(self)
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, NotVerified> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).take(MOST + 1).collect();
    read.ok().filter(|all| (1..=MOST).contains(&all.len())).ok_or(NotVerified)
}

/// Certificates of signers name other purposes than a server's, or none: whether one may sign is said by its root.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

/// A certificate whose key may have signed.
#[derive(Debug, Clone)]
pub struct Signer(CertificateDer<'static>);

impl Signer {
    /// Reads what lies at a certificate's address, as PEM: the signer's first, then what stands between it and one
    /// of the roots. Each must be good at the instant.
    ///
    /// # Errors
    /// Where it cannot be read, does not lead to a root, or is not good at that instant.
    pub fn read(pem: &[u8], roots: &Roots, at: DateTime<Utc>) -> Result<Self, NotVerified> {
        let mut all = certificates(pem)?.into_iter();
        let own = all.next().ok_or(NotVerified)?;
        let between: Vec<_> = all.chain(roots.between.iter().cloned()).collect();
        let seconds = u64::try_from(at.timestamp()).map_err(|_| NotVerified)?;
        let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let certificate = EndEntityCert::try_from(&own).map_err(|_| NotVerified)?;
        let path = certificate.verify_for_usage(CHAINS, &roots.anchors, &between, at, AnyPurpose, None, None);
        path.map_err(|_| NotVerified)?;
        Ok(Self(own))
    }

    /// Whether the certificate is that of a host.
    pub fn is_of(&self, host: &str) -> bool {
        let name = ServerName::try_from(host);
        let certificate = EndEntityCert::try_from(&self.0);
        name.is_ok_and(|name| certificate.is_ok_and(|known| known.verify_is_valid_for_subject_name(&name).is_ok()))
    }

    /// Whether its key signed a message, by RSA and SHA-256.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(certificate) = EndEntityCert::try_from(&self.0) else { return false };
        SIGNATURES.iter().any(|algorithm| certificate.verify_signature(*algorithm, message, signature).is_ok())
    }
}

#[cfg(all(test, feature = "http-client"))]
pub(super) mod tests;
