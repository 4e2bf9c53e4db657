//! Certificates of providers, over HTTPS, and remembered: an address is asked once an hour, and not more often than
//! once a minute, however many callbacks name it.

use std::sync::Mutex;

use chrono::{DateTime, Duration, Utc};
use reqwest::Client;

use crate::ports::certificates::CertificateUrl;
use crate::ports::outside::OutsideError;

/// How long what was fetched is good.
const KEPT_FOR: Duration = Duration::hours(1);
/// How soon the same may be fetched again, where a signature does not fit.
const AGAIN_AFTER: Duration = Duration::minutes(1);
/// Most addresses that are remembered.
const MOST: usize = 8;
/// Most bytes of an answer.
const LARGEST: usize = 64 * 1024;

#[derive(Debug)]
struct Known {
    url: CertificateUrl,
    fetched_at: DateTime<Utc>,
    bytes: Vec<u8>,
}

/// Fetches certificates and remembers a few.
#[derive(Debug)]
pub struct CertificateClient {
    stand_ins: Option<String>,
    known: Mutex<Vec<Known>>,
}

impl CertificateClient {
    /// Certificates at the providers' own hosts, or at the root of their stand-ins: `{root}/{provider}/{host}{path}`.
    pub fn new(stand_ins: Option<String>) -> Self {
        Self { stand_ins, known: Mutex::default() }
    }

    /// What was fetched from an address within a time, or is fetched now by a client that follows no redirect.
    ///
    /// # Errors
    /// Where it cannot be had now.
    pub async fn certificate(
        &self,
        client: impl FnOnce() -> Result<Client, OutsideError>,
        provider: &str,
        url: &CertificateUrl,
        at: DateTime<Utc>,
    ) -> Result<Vec<u8>, OutsideError> {
        match self.known(url, at, KEPT_FOR) {
            Some(bytes) => Ok(bytes),
            None => self.fetched(client()?, provider, url, at).await,
        }
    }

    /// The same fetched anew; none where that was done a moment ago, or brought the same.
    ///
    /// # Errors
    /// As for `certificate`.
    pub async fn renewed(
        &self,
        client: impl FnOnce() -> Result<Client, OutsideError>,
        provider: &str,
        url: &CertificateUrl,
        at: DateTime<Utc>,
    ) -> Result<Option<Vec<u8>>, OutsideError> {
        if self.known(url, at, AGAIN_AFTER).is_some() {
            return Ok(None);
        }
        let before = self.known(url, at, KEPT_FOR);
        let now = self.fetched(client()?, provider, url, at).await?;
        Ok(Some(now).filter(|now| before.as_ref() != Some(now)))
    }

    fn known(&self, url: &CertificateUrl, at: DateTime<Utc>, within: Duration) -> Option<Vec<u8>> {
        let known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fresh = |known: &&Known| &known.url == url && known.fetched_at <= at && at < known.fetched_at + within;
        known.iter().find(fresh).map(|known| known.bytes.clone())
    }

    fn keep(&self, url: &CertificateUrl, fetched_at: DateTime<Utc>, bytes: Vec<u8>) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.retain(|known| &known.url != url);
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push(Known { url: url.clone(), fetched_at, bytes });
    }

    async fn fetched(&self, client: Client, provider: &str, url: &CertificateUrl, at: DateTime<Utc>) -> Result<Vec<u8>, OutsideError> {
        let (host, path) = (url.host(), url.path());
        let place = match &self.stand_ins {
            Some(root) => format!("{}/{provider}/{host}{path}", root.trim_end_matches('/')),
            None => format!("https://{host}{path}"),
        };
        let unavailable = |why: String| OutsideError::new("the certificate of a provider's signatures", why);
        let unanswered = |error: reqwest::Error| unavailable(error.without_url().to_string());
        let mut answer = client.get(place).send().await.map_err(unanswered)?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(unavailable(format!("its host answered {}", answer.status().as_u16())));
        }
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(unanswered)? {
            bytes.extend_from_slice(&part);
            if bytes.len() > LARGEST {
                return Err(unavailable("it has more than 64 KB".to_owned()));
            }
        }
        self.keep(url, at, bytes.clone());
        Ok(bytes)
    }
}
