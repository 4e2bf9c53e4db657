//! Secrets of creditors, sealed under one key with the creditor as context: a blob copied to another
//! creditor's partition does not open.

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;

use crate::domain::ids::CreditorId;
use crate::ports::outside::OutsideError;

/// Seals and opens secrets.
#[derive(Debug, Clone)]
pub struct Vault {
    client: Client,
    key_id: String,
}

impl Vault {
    /// A vault under a key.
    pub fn new(client: Client, key_id: impl Into<String>) -> Self {
        Self { client, key_id: key_id.into() }
    }

    /// Seals a secret for a creditor and a purpose.
    pub async fn seal(&self, creditor: &CreditorId, purpose: &str, secret: &str) -> Result<Vec<u8>, OutsideError> {
        let request = self.client.encrypt().key_id(&self.key_id).plaintext(Blob::new(secret.as_bytes()));
        let request = request.encryption_context("creditor", creditor.as_str()).encryption_context("purpose", purpose);
        let sealed = request.send().await.map_err(|source| OutsideError::new("the key service", source))?;
        let blob = sealed.ciphertext_blob.ok_or_else(|| OutsideError::new("the key service", "no ciphertext"))?;
        Ok(blob.into_inner())
    }

    /// Opens a sealed secret of this creditor and purpose.
    pub async fn open(&self, creditor: &CreditorId, purpose: &str, sealed: &[u8]) -> Result<String, OutsideError> {
        let request = self.client.decrypt().key_id(&self.key_id).ciphertext_blob(Blob::new(sealed));
        let request = request.encryption_context("creditor", creditor.as_str()).encryption_context("purpose", purpose);
        let opened = request.send().await.map_err(|source| OutsideError::new("the key service", source))?;
        let plain = opened.plaintext.ok_or_else(|| OutsideError::new("the key service", "no plaintext"))?;
        String::from_utf8(plain.into_inner()).map_err(|_| OutsideError::new("the key service", "a secret that is no text"))
    }
}
