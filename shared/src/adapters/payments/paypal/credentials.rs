//! What a creditor has at PayPal.

use serde::Deserialize;

use super::super::signer::Roots;
use crate::domain::creditor::Mode;

/// Which of its systems an account is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Real money.
    Live,
    /// Play money.
    Sandbox,
}

impl Environment {
    /// Where its API is.
    pub fn url(self) -> &'static str {
        match self {
            Self::Live => "https://api-m.paypal.com",
            Self::Sandbox => "https://api-m.sandbox.paypal.com",
        }
    }

    /// Where the certificates of its webhooks lie.
    pub(super) fn certificates(self) -> &'static str {
        match self {
            Self::Live => "api.paypal.com",
            Self::Sandbox => "api.sandbox.paypal.com",
        }
    }

    /// To whom these certificates are given.
    pub(super) fn signer(self) -> &'static str {
        match self {
            Self::Live => "messageverificationcerts.paypal.com",
            Self::Sandbox => "messageverificationcerts.sandbox.paypal.com",
        }
    }
}

/// What a creditor has at PayPal, as its secret is kept.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// OAuth, of the app.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The id of the app's webhook, which is a part of what is signed.
    pub webhook_id: String,
    /// Which system.
    pub environment: Environment,
    /// Other roots of its certificates than the ones that are known here, as PEM.
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
            "must be {\"client_id\": \"…\", \"client_secret\": \"…\", \"webhook_id\": \"…\", \
             \"environment\": \"live\" or \"sandbox\"}, with \"root\" where PayPal has a new one"
        })?;
        if read.client_id.is_empty() || read.client_secret.is_empty() {
            return Err("client_id and client_secret must be those of the app, as the developer dashboard shows them");
        }
        let plain = read.webhook_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        // The simulator's own is `WEBHOOK_ID`, and its events verify nowhere.
        if !plain || !(8..=50).contains(&read.webhook_id.len()) {
            return Err("webhook_id must be the id that the dashboard shows beside the app's webhook, not its address");
        }
        if read.root.as_ref().is_some_and(|root| Roots::read(root.as_bytes()).is_err()) {
            return Err("root must be the root certificate of PayPal's signers, as PEM, with what stands between");
        }
        Ok(read)
    }

    /// Whether its money is real enough for a creditor.
    pub fn counts_in(&self, mode: Mode) -> bool {
        mode == Mode::Trial || self.environment == Environment::Live
    }

    /// What certificates must lead to.
    pub(super) fn roots(&self) -> &[u8] {
        self.root.as_ref().map_or(include_bytes!("roots.pem"), |root| root.as_bytes())
    }
}
