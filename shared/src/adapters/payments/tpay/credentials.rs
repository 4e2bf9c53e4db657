//! What a creditor has at Tpay.

use serde::Deserialize;

use super::super::signer::Roots;
use crate::domain::creditor::Mode;
use crate::ports::intake::NotVerified;

/// Which of its systems an account is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Real money.
    Production,
    /// Play money.
    Sandbox,
}

impl Environment {
    /// Where its API is.
    pub fn url(self) -> &'static str {
        match self {
            Self::Production => "https://api.tpay.com",
            Self::Sandbox => "https://openapi.sandbox.tpay.com",
        }
    }

    /// Where its pages are, and the certificates of its notifications.
    pub(super) fn host(self) -> &'static str {
        match self {
            Self::Production => "secure.tpay.com",
            Self::Sandbox => "secure.sandbox.tpay.com",
        }
    }

    /// What its certificates lead to.
    fn roots(self) -> &'static [u8] {
        match self {
            Self::Production => include_bytes!("production.pem"),
            Self::Sandbox => include_bytes!("sandbox.pem"),
        }
    }
}

/// What a creditor has at Tpay, as its secret is kept.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// OAuth, of the panel's API keys.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The security code ("kod bezpieczeństwa") of notifications.
    pub security_code: String,
    /// Which system.
    pub environment: Environment,
    /// Roots of its certificates, and what stands between, beside those that are known here, as PEM.
    #[serde(default)]
    root: Option<String>,
}

impl Credentials {
    /// Reads a kept secret.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn read(secret: &str) -> Result<Self, &'static str> {
        let read: Self = serde_json::from_str(secret).map_err(|_| {
            "must be {\"client_id\": \"…\", \"client_secret\": \"…\", \"security_code\": \"…\", \
             \"environment\": \"production\" or \"sandbox\"}, with \"root\" where Tpay has a new one"
        })?;
        if read.client_id.is_empty() || read.client_secret.is_empty() {
            return Err("client_id and client_secret must be the API keys that the panel shows");
        }
        // Without one, anybody could compute it for another's notification.
        if read.security_code.is_empty() {
            return Err("security_code must be the one that the panel shows among the settings of notifications");
        }
        if read.roots().is_err() {
            return Err("root must be a certificate of Tpay's, as PEM: a root, or what stands between it and its signers");
        }
        Ok(read)
    }

    /// Whether its money is real enough for a creditor.
    pub fn counts_in(&self, mode: Mode) -> bool {
        mode == Mode::Trial || self.environment == Environment::Production
    }

    /// What certificates must lead to.
    pub(super) fn roots(&self) -> Result<Roots, NotVerified> {
        let known = Roots::read(self.environment.roots())?;
        self.root.iter().try_fold(known, |known, more| known.and(more.as_bytes()))
    }
}
