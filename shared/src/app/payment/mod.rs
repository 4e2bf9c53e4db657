//! Payments through the pay page: a checkout at a provider, what became of it, and its callback.

mod reconcile;
mod signature;
mod till;

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

use super::AppError;
use super::apply::Setting;
use crate::domain::account::Account;
use crate::domain::creditor::Locale;
use crate::domain::ids::{CaseId, DebtorId, base32};
use crate::domain::money::Currency;
use crate::domain::policy::Channel;
use crate::ports::outside::{Asked, Checkout, CheckoutError, CheckoutRequest, PaymentProvider, ProviderEvent, Told};
use crate::ports::payments::{Bookings, Expected};
pub use reconcile::Reconciled;
pub use signature::verified;
pub use till::{Booked, CALLBACKS, Called, Till, callback_source};

/// How long after the money came the way back still says thanks.
const THANKS_FOR: Duration = Duration::hours(1);

/// Where the debtor and the provider come back to.
#[derive(Debug, Clone, Copy)]
pub struct Addresses<'a> {
    /// Root of the HTTP API.
    pub base_url: &'a str,
    /// The pay page that the debtor came from.
    pub pay_page: &'a str,
}

/// What is to be paid.
#[derive(Debug, Clone, Copy)]
pub struct Payable<'a> {
    /// Whose debt.
    pub account: &'a Account,
    /// The invoice that is paid, where the debtor chose one: the money names it.
    pub case: Option<&'a CaseId>,
    /// Minor units.
    pub amount_minor: i64,
    /// Currency.
    pub currency: Currency,
    /// What it is for, as the debtor sees it.
    pub title: &'a str,
    /// The language in which the debtor reads.
    pub locale: Locale,
}

/// Makes a checkout for an amount. The same account in the same state gives the same checkout on the same
/// day, so a double click pays once. The way back names the checkout: `?lang=pl&checkout=up-...`.
pub async fn start(
    store: &impl Bookings,
    provider: &impl PaymentProvider,
    secret: &str,
    payable: Payable<'_>,
    addresses: Addresses<'_>,
    setting: Setting<'_>,
) -> Result<Result<Checkout, CheckoutError>, AppError> {
    let Payable { account, case, amount_minor, currency, title, locale } = payable;
    let debtor = &account.profile.debtor;
    let creditor = &setting.settings.creditor;
    let of = case.map(CaseId::to_string).unwrap_or_default();
    // No provider keeps a checkout open for much longer than a day.
    let (version, on) = (account.profile.version, setting.context().today());
    let seed = format!("{creditor}\n{debtor}\n{version}\n{on}\n{currency}\n{amount_minor}\n{of}\n{}", provider.name());
    let reference = format!("up-{}", base32(&Sha256::digest(seed.as_bytes())[..15]));
    let expected = Expected::new(debtor.clone(), case.cloned(), amount_minor, currency, provider.name());
    let before = store.expect(&reference, &expected, setting.now).await?;
    if let Some(made) = before.and_then(|before| before.made()) {
        return Ok(Ok(made));
    }
    let request = CheckoutRequest {
        return_url: format!("{}?lang={}&checkout={reference}", addresses.pay_page, locale.tag()),
        callback_url: format!("{}/payments/{creditor}/{}", addresses.base_url, provider.name()),
        reference: reference.clone(),
        amount_minor,
        currency,
        title: title.to_owned(),
        locale,
        email: account.address(Channel::Email).map(str::to_owned),
        creditor_email: setting.settings.reply_to.clone(),
    };
    let checkout = provider.checkout(&request, secret).await;
    if let Ok(checkout) = &checkout {
        store.opened(&reference, checkout, setting.now + reconcile::FIRST).await?;
    }
    Ok(checkout)
}

/// Whether a text can be one of our references at all; anything else is not even looked up.
pub fn is_reference(text: &str) -> bool {
    let letters = text.strip_prefix("up-").unwrap_or_default();
    letters.len() == 24 && letters.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

/// How a checkout looks to the debtor who comes back from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// The money is booked.
    Paid,
    /// Paid or pending at the provider, or nobody knows: paying again could pay twice.
    Underway,
    /// Declined, expired or given up.
    Failed,
}

/// What is known of a checkout from which a debtor comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// What became of it.
    Known(Returned),
    /// Its provider knows.
    Ask {
        /// Which.
        provider: String,
        /// Our reference.
        reference: String,
        /// The provider's id of it.
        checkout: String,
    },
}

/// What is known of a debtor's checkout. Nothing for the checkout of somebody else, one that its provider never made,
/// and one whose money came long ago. Changes nothing.
pub async fn back(store: &impl Bookings, debtor: &DebtorId, reference: &str, now: DateTime<Utc>) -> Result<Option<Back>, AppError> {
    let Some(expected) = store.expected(reference).await?.filter(|expected| expected.debtor == *debtor) else { return Ok(None) };
    if let Some(paid_at) = expected.paid_at {
        return Ok((now - paid_at < THANKS_FOR).then_some(Back::Known(Returned::Paid)));
    }
    let reference = reference.to_owned();
    Ok(expected.checkout.map(|checkout| Back::Ask { provider: expected.provider, reference, checkout }))
}

/// What its provider says of a checkout that is not booked; nothing where it is not paid yet.
pub async fn ask(provider: &impl PaymentProvider, secret: &str, debtor: &DebtorId, asked: Asked<'_>) -> Option<Returned> {
    match provider.ask(asked, secret).await {
        Ok(Told::Happened(ProviderEvent::Nothing | ProviderEvent::Refunded(_))) => None,
        Ok(Told::Happened(ProviderEvent::Failed { .. })) => Some(Returned::Failed),
        Ok(Told::Happened(ProviderEvent::Paid { .. } | ProviderEvent::Stands { .. } | ProviderEvent::Pending { .. })) => {
            Some(Returned::Underway)
        }
        // Whoever looks at a page confirms nothing.
        Ok(Told::ToConfirm { .. } | Told::ToAsk { .. }) => Some(Returned::Underway),
        Err(error) => {
            tracing::warn!(%debtor, error = %error, "the status of a checkout is not known");
            Some(Returned::Underway)
        }
    }
}
