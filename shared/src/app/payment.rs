//! Payments through the pay page: a checkout at a provider, and its verified callback.
//!
//! A payment is booked once under the provider's id. What does not fit the checkout is booked as
//! what it is, settles nothing by itself and is shown to a person.

use sha2::{Digest, Sha256};

use super::AppError;
use super::apply::{Applied, Setting, TRIES, finish, once};
use crate::domain::account::Account;
use crate::domain::creditor::Locale;
use crate::domain::fact::PaymentFact;
use crate::domain::handle::Command;
use crate::domain::ids::{DebtorId, base32};
use crate::domain::money::Currency;
use crate::ports::outside::{Checkout, CheckoutError, CheckoutRequest, Clock, PaymentProvider, ProviderEvent, Work, WorkQueue};
use crate::ports::payments::{Bookings, Expected};
use crate::ports::store::{Accounts, Also, StoreError};

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
    /// Minor units.
    pub amount_minor: i64,
    /// Currency.
    pub currency: Currency,
    /// What it is for, as the debtor sees it.
    pub title: &'a str,
    /// The language in which the debtor reads.
    pub locale: Locale,
}

/// Makes a checkout for an amount. The same account in the same state gives the same checkout, so a
/// double click pays once.
pub async fn start(
    store: &impl Bookings,
    provider: &impl PaymentProvider,
    secret: &str,
    payable: Payable<'_>,
    addresses: Addresses<'_>,
    setting: Setting<'_>,
) -> Result<Result<Checkout, CheckoutError>, AppError> {
    let Payable { account, amount_minor, currency, title, locale } = payable;
    let debtor = &account.profile.debtor;
    let creditor = &setting.settings.creditor;
    let seed = format!("{creditor}\n{debtor}\n{}\n{currency}\n{amount_minor}", account.profile.version);
    let reference = format!("up-{}", base32(&Sha256::digest(seed.as_bytes())[..15]));
    let expected = Expected { debtor: debtor.clone(), amount_minor, currency };
    store.expect(&reference, &expected, setting.now).await?;
    let request = CheckoutRequest {
        reference,
        amount_minor,
        currency,
        title: title.to_owned(),
        locale,
        return_url: addresses.pay_page.to_owned(),
        callback_url: format!("{}/payments/{creditor}/{}", addresses.base_url, provider.name()),
    };
    Ok(provider.checkout(&request, secret).await)
}

/// What became of a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booked {
    /// Booked and allocated.
    Settled,
    /// Booked before.
    Duplicate,
    /// Booked as what it is; a person looks at it.
    Odd(&'static str),
    /// No money moved.
    Nothing,
}

/// Books what verified callbacks of one creditor say.
#[derive(Debug, Clone, Copy)]
pub struct Till<'a, S, Q, C> {
    /// The creditor's store.
    pub store: &'a S,
    /// The queues.
    pub queue: &'a Q,
    /// The clock.
    pub clock: &'a C,
    /// Settings and the time of this work.
    pub setting: Setting<'a>,
}

impl<S, Q, C> Till<'_, S, Q, C>
where
    S: Accounts + Bookings,
    Q: WorkQueue,
    C: Clock,
{
    /// Books one event.
    pub async fn book(&self, event: ProviderEvent) -> Result<Booked, AppError> {
        match event {
            ProviderEvent::Nothing => Ok(Booked::Nothing),
            ProviderEvent::Paid { payment, reference } => self.paid(payment, &reference).await,
            ProviderEvent::Refunded(refund) => {
                let payment = refund.payment_id.clone().unwrap_or_default();
                let Some(Some(debtor)) = self.store.booked(&refund.provider, &payment).await? else {
                    return Ok(Booked::Odd("it refunds a payment that was never booked"));
                };
                let booking = (refund.provider.clone(), format!("refund:{}", refund.refund_id));
                self.commit(&debtor, &Command::Refund(refund, None), booking).await
            }
        }
    }

    async fn paid(&self, payment: PaymentFact, reference: &str) -> Result<Booked, AppError> {
        let Some(expected) = self.store.expected(reference).await? else {
            return self.stray(&payment).await;
        };
        let odd = misfit(&expected, &payment);
        let booking = (payment.provider.clone(), payment.payment_id.clone());
        let command = Command::Payment { fact: payment, case: None, odd: odd.map(str::to_owned) };
        let booked = self.commit(&expected.debtor, &command, booking).await?;
        Ok(match (booked, odd) {
            (Booked::Settled, Some(why)) => Booked::Odd(why),
            (booked, _) => booked,
        })
    }

    async fn stray(&self, payment: &PaymentFact) -> Result<Booked, AppError> {
        let why = "its reference is none of ours";
        match self.store.book_stray(payment, why, self.setting.now).await {
            Ok(()) => Ok(Booked::Odd(why)),
            Err(StoreError::Conflict) => Ok(Booked::Duplicate),
            Err(error) => Err(error.into()),
        }
    }

    async fn commit(&self, debtor: &DebtorId, command: &Command, (provider, id): (String, String)) -> Result<Booked, AppError> {
        let also = [Also::Booking { provider: provider.clone(), id: id.clone() }];
        for attempt in 0..TRIES {
            let account = self.store.load(debtor, None).await?.ok_or(StoreError::Conflict)?;
            match once(self.store, &account, command, &also, self.setting).await {
                Ok(Applied::Done(outcome)) => {
                    let Applied::Done(outcome) = finish(self.store, self.clock, outcome, self.setting).await? else { break };
                    if outcome.evaluate_today {
                        let creditor = self.setting.settings.creditor.clone();
                        let as_of = self.setting.context().today();
                        self.queue.send(&[Work::Account { creditor, debtor: debtor.clone(), as_of }]).await?;
                    }
                    return Ok(Booked::Settled);
                }
                Ok(_) => return Ok(Booked::Nothing),
                Err(AppError::Store(StoreError::Conflict)) => {
                    if self.store.booked(&provider, &id).await?.is_some() {
                        return Ok(Booked::Duplicate);
                    }
                    self.clock.pause(attempt).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(AppError::Busy)
    }
}

fn misfit(expected: &Expected, payment: &PaymentFact) -> Option<&'static str> {
    if payment.currency != expected.currency {
        Some("its currency is not the checkout's")
    } else if payment.amount_minor != expected.amount_minor {
        Some("its amount is not the checkout's")
    } else {
        None
    }
}
