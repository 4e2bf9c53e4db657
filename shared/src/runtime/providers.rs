//! The payment providers of a creditor, with its secrets for them.

use chrono::{DateTime, Utc};

use super::Config;
use super::creditors::Creditor;
use super::http_client::LazyClient;
use crate::adapters::kms::Vault;
use crate::adapters::payments::certificate_client::CertificateClient;
use crate::adapters::payments::is_play;
use crate::adapters::payments::provider::{Places, Provider};
use crate::app::AppError;
use crate::domain::creditor::Mode;
use crate::ports::certificates::{CertificateUrl, Certificates};
use crate::ports::outside::{CheckoutError, Confirms, OutsideError, PaymentProvider, ProviderEvent, Told};

/// Makes providers.
#[derive(Debug)]
pub struct Providers {
    vault: Vault,
    http: LazyClient,
    certificates: CertificateClient,
    config: Config,
}

impl Providers {
    /// Providers whose secrets a vault opens.
    pub fn new(vault: Vault, config: Config) -> Self {
        let certificates = CertificateClient::new(config.stand_ins_url.clone());
        Self { vault, http: LazyClient::default(), certificates, config }
    }

    /// A provider with the creditor's newest secret for it; none where either is missing, or where a live
    /// creditor's secret is one of play money.
    pub async fn of(&self, known: &Creditor, name: &str, now: DateTime<Utc>) -> Result<Option<(Provider, String)>, AppError> {
        let secrets = known.secrets(&self.vault, &format!("provider#{name}")).await?;
        let places = Places { base_url: &self.config.base_url, stand_ins_url: self.config.stand_ins_url.as_deref() };
        let real = |secret: &String| known.settings.mode == Mode::Trial || !is_play(name, secret);
        let secret = secrets.into_iter().next().filter(real);
        Ok(Provider::named(name, self.http.get()?, places, &known.settings.creditor, now).zip(secret))
    }

    /// Confirms the callbacks of a provider.
    pub fn confirming<'a>(&'a self, known: &'a Creditor, name: &'a str, now: DateTime<Utc>) -> Confirming<'a> {
        Confirming { providers: self, known, name, now }
    }
}

/// The client is made only for a certificate that is not remembered.
impl Certificates for Providers {
    async fn certificate(&self, provider: &'static str, url: &CertificateUrl, at: DateTime<Utc>) -> Result<Vec<u8>, OutsideError> {
        self.certificates.certificate(|| self.http.get(), provider, url, at).await
    }

    async fn renewed(&self, provider: &'static str, url: &CertificateUrl, at: DateTime<Utc>) -> Result<Option<Vec<u8>>, OutsideError> {
        self.certificates.renewed(|| self.http.get(), provider, url, at).await
    }
}

/// Asks a provider only where a callback needs it.
#[derive(Debug)]
pub struct Confirming<'a> {
    providers: &'a Providers,
    known: &'a Creditor,
    name: &'a str,
    now: DateTime<Utc>,
}

impl Confirms for Confirming<'_> {
    async fn confirm(&self, told: Told) -> Result<Result<ProviderEvent, CheckoutError>, OutsideError> {
        let found = self.providers.of(self.known, self.name, self.now).await;
        let Some((provider, secret)) = found.map_err(|error| OutsideError::new("the provider's secret", error))? else {
            return Ok(Err(CheckoutError::Refused("it is not connected any more".to_owned())));
        };
        Ok(provider.confirm(told, &secret, self.now).await)
    }
}
