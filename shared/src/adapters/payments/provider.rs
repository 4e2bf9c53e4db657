//! The payment providers that are connected, by name.

use chrono::{DateTime, Utc};

use super::mollie_client::{self, MollieClient};
use super::paypal_client::PayPalClient;
use super::payu_client::PayuClient;
use super::przelewy24_client::Przelewy24Client;
use super::sandbox_client::SandboxClient;
use super::stripe_client::{self, StripeClient};
use super::tpay_client::TpayClient;
use super::{mollie, paypal, payu, przelewy24, sandbox, stripe, tpay};
use crate::domain::ids::CreditorId;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};

/// Where providers are.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// Root of our own HTTP API, where the sandbox is.
    pub base_url: &'a str,
    /// Root of the providers' stand-ins, each under its name; only on a local stack.
    pub stand_ins_url: Option<&'a str>,
}

/// A provider that is connected.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Mollie.
    Mollie(MollieClient),
    /// PayPal.
    PayPal(PayPalClient),
    /// PayU.
    Payu(PayuClient),
    /// Play money.
    Sandbox(SandboxClient),
    /// Stripe Checkout.
    Stripe(StripeClient),
    /// Przelewy24.
    Przelewy24(Przelewy24Client),
    /// Tpay.
    Tpay(TpayClient),
}

impl Provider {
    /// The provider of a name; none if no such one is connected.
    pub fn named(name: &str, client: reqwest::Client, places: Places<'_>, creditor: &CreditorId, now: DateTime<Utc>) -> Option<Self> {
        let at = |url: &str| places.stand_ins_url.map_or_else(|| url.to_owned(), |root| format!("{root}/{name}"));
        let stand_in = || places.stand_ins_url.map(|root| format!("{root}/{name}"));
        match name {
            mollie::NAME => Some(Self::Mollie(MollieClient::new(client, &at(mollie_client::URL)))),
            paypal::NAME => Some(Self::PayPal(PayPalClient::new(client, stand_in()))),
            payu::NAME => Some(Self::Payu(PayuClient::new(client, stand_in(), now))),
            sandbox::NAME => Some(Self::Sandbox(SandboxClient::new(client, places.base_url, creditor, now))),
            stripe::NAME => Some(Self::Stripe(StripeClient::new(client, &at(stripe_client::URL)))),
            przelewy24::NAME => Some(Self::Przelewy24(Przelewy24Client::new(client, stand_in(), now))),
            tpay::NAME => Some(Self::Tpay(TpayClient::new(client, stand_in()))),
            _ => None,
        }
    }
}

impl PaymentProvider for Provider {
    fn name(&self) -> &'static str {
        match self {
            Self::Mollie(client) => client.name(),
            Self::PayPal(client) => client.name(),
            Self::Payu(client) => client.name(),
            Self::Sandbox(client) => client.name(),
            Self::Stripe(client) => client.name(),
            Self::Przelewy24(client) => client.name(),
            Self::Tpay(client) => client.name(),
        }
    }

    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError> {
        match self {
            Self::Mollie(client) => client.checkout(request, secret).await,
            Self::PayPal(client) => client.checkout(request, secret).await,
            Self::Payu(client) => client.checkout(request, secret).await,
            Self::Sandbox(client) => client.checkout(request, secret).await,
            Self::Stripe(client) => client.checkout(request, secret).await,
            Self::Przelewy24(client) => client.checkout(request, secret).await,
            Self::Tpay(client) => client.checkout(request, secret).await,
        }
    }

    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError> {
        match self {
            Self::Mollie(client) => client.ask(asked, secret).await,
            Self::PayPal(client) => client.ask(asked, secret).await,
            Self::Payu(client) => client.ask(asked, secret).await,
            Self::Sandbox(client) => client.ask(asked, secret).await,
            Self::Stripe(client) => client.ask(asked, secret).await,
            Self::Przelewy24(client) => client.ask(asked, secret).await,
            Self::Tpay(client) => client.ask(asked, secret).await,
        }
    }

    async fn confirm(&self, told: Told, secret: &str, at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        match self {
            Self::Mollie(client) => client.confirm(told, secret, at).await,
            Self::PayPal(client) => client.confirm(told, secret, at).await,
            Self::Payu(client) => client.confirm(told, secret, at).await,
            Self::Sandbox(client) => client.confirm(told, secret, at).await,
            Self::Stripe(client) => client.confirm(told, secret, at).await,
            Self::Przelewy24(client) => client.confirm(told, secret, at).await,
            Self::Tpay(client) => client.confirm(told, secret, at).await,
        }
    }
}
