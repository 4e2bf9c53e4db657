//! Payment providers. Their callbacks are read without a network; their checkouts are made over HTTP.

#[cfg(feature = "http-client")]
mod answers;
#[cfg(feature = "http-client")]
pub mod certificate_client;
pub mod mollie;
#[cfg(feature = "http-client")]
pub mod mollie_client;
#[cfg(feature = "http-client")]
mod oauth;
pub mod paypal;
#[cfg(feature = "http-client")]
pub mod paypal_client;
pub mod payu;
#[cfg(feature = "http-client")]
pub mod payu_client;
#[cfg(feature = "http-client")]
pub mod provider;
pub mod przelewy24;
#[cfg(feature = "http-client")]
pub mod przelewy24_client;
pub mod sandbox;
#[cfg(feature = "http-client")]
pub mod sandbox_client;
pub mod signer;
pub mod stripe;
#[cfg(feature = "http-client")]
pub mod stripe_client;
mod timed_hmac;
pub mod tpay;
#[cfg(feature = "http-client")]
pub mod tpay_client;

use crate::domain::creditor::Mode;
use crate::ports::outside::Callbacks;

/// Longest secret that can be sealed, in bytes: what KMS encrypts in one piece.
const LONGEST_SECRET: usize = 4096;

/// Whether a text can be the secret of a provider that has a form of its own; none for one that takes any.
pub fn secret_fits(provider: &str, secret: &str) -> Option<Result<(), &'static str>> {
    let short = || if secret.len() > LONGEST_SECRET { Err("must have at most 4,096 bytes in all") } else { Ok(()) };
    let fits = match provider {
        mollie::NAME => Some(mollie::Credentials::read(secret).map(|_| ())),
        paypal::NAME => Some(paypal::Credentials::read(secret).map(|_| ())),
        payu::NAME => Some(payu::Credentials::read(secret).map(|_| ())),
        stripe::NAME => Some(stripe::Credentials::read(secret).map(|_| ())),
        przelewy24::NAME => Some(przelewy24::Credentials::read(secret).map(|_| ())),
        tpay::NAME => Some(tpay::Credentials::read(secret).map(|_| ())),
        _ => None,
    };
    fits.map(|read| read.and_then(|()| short()))
}

/// Whether a secret is of a place where payments are played: what is paid there settles nothing of a live creditor.
pub fn is_play(provider: &str, secret: &str) -> bool {
    match provider {
        mollie::NAME => mollie::Credentials::read(secret).is_ok_and(|known| known.is_test()),
        paypal::NAME => paypal::Credentials::read(secret).is_ok_and(|known| !known.counts_in(Mode::Live)),
        payu::NAME => payu::Credentials::read(secret).is_ok_and(|known| known.environment == payu::Environment::Sandbox),
        stripe::NAME => stripe::Credentials::read(secret).is_ok_and(|known| known.is_test()),
        przelewy24::NAME => przelewy24::Credentials::read(secret).is_ok_and(|known| !known.counts_in(Mode::Live)),
        tpay::NAME => tpay::Credentials::read(secret).is_ok_and(|known| !known.counts_in(Mode::Live)),
        _ => false,
    }
}

/// The callbacks of a provider, by the name in its path.
pub fn callbacks(name: &str) -> Option<&'static dyn Callbacks> {
    match name {
        mollie::NAME => Some(&mollie::Mollie),
        paypal::NAME => Some(&paypal::PayPal),
        payu::NAME => Some(&payu::Payu),
        sandbox::NAME => Some(&sandbox::Sandbox),
        stripe::NAME => Some(&stripe::Stripe),
        przelewy24::NAME => Some(&przelewy24::Przelewy24),
        tpay::NAME => Some(&tpay::Tpay),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provider::PROVIDERS;

    #[test]
    fn no_secret_is_taken_that_cannot_be_sealed() {
        for provider in PROVIDERS.into_iter().filter(|provider| secret_fits(provider.name, "").is_some()) {
            assert!(secret_fits(provider.name, "").unwrap().is_err(), "{}", provider.name);
        }
        let paypal = |id: &str| {
            let secret = serde_json::json!({
                "client_id": id, "client_secret": "s".repeat(3_900), "webhook_id": "WH12345678", "environment": "live",
            });
            secret_fits(paypal::NAME, &secret.to_string()).unwrap()
        };
        assert_eq!(paypal("id"), Ok(()));
        assert_eq!(paypal(&"i".repeat(200)), Err("must have at most 4,096 bytes in all"));
    }

    #[test]
    fn every_provider_that_may_be_set_is_connected() {
        for provider in PROVIDERS {
            assert_eq!(callbacks(provider.name).map(Callbacks::name), Some(provider.name));
        }
    }
}
