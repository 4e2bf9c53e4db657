//! The callbacks of providers: each payment is booked once under the provider's id.
//!
//! What does not fit the checkout is booked as what it is, settles nothing by itself and is shown to
//! a person. What cannot be read, or speaks of a payment that has not come, is kept for a replay.

use chrono::{DateTime, Utc};

use super::super::AppError;
use super::super::apply::{Applied, Setting, TRIES, and_follow_up, find, finish, once, with_refunded};
use super::super::intake::{kept_id, sha256};
use crate::domain::cause::Cause;
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::handle::{Attention, Command};
use crate::domain::ids::{DebtorId, Source};
use crate::ports::intake::{Delivery, Unreadable};
use crate::ports::outside::{Callbacks, CheckoutError, Clock, Confirms, OutsideError, ProviderEvent, Told, WorkQueue};
use crate::ports::payments::{Bookings, Expected};
use crate::ports::store::{Accounts, Also, Attentions, Kept, KeptBecause, KeptEvents, StoreError};

/// What became of a verified callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// It was understood.
    Taken(Booked),
    /// It speaks of a payment that has not come; kept and tried again.
    Kept(String),
    /// It cannot be understood; kept for a person.
    Quarantined {
        /// The id to replay it by.
        id: String,
        /// What is wrong: field and rule.
        why: String,
    },
}

/// What became of a provider's event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// Booked and allocated.
    Settled,
    /// Booked before.
    Duplicate,
    /// Booked as what it is; a person looks at it.
    Odd(Cause),
    /// It takes back a payment that was not booked yet; nothing was stored.
    TooEarly,
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
    S: Accounts + Attentions + Bookings + KeptEvents,
    Q: WorkQueue,
    C: Clock,
{
    /// Takes a callback whose signature was verified; `kept` if it is a replay. What its provider has to confirm
    /// counts when it did; where nobody knows, the callback is kept and tried again.
    pub async fn receive(
        &self,
        callbacks: &dyn Callbacks,
        provider: &impl Confirms,
        callback: &Delivery,
        kept: Option<&Kept>,
    ) -> Result<Called, AppError> {
        let source = callback_source(callbacks.name())?;
        let id = kept.map_or_else(|| kept_id(&source, &sha256(&callback.body)), |kept| kept.id.clone());
        let put_aside = |because, why: &str, retry_at| Kept {
            id: id.clone(),
            source: source.clone(),
            headers: callback.headers.clone(),
            body: callback.body.clone(),
            received_at: callback.received_at,
            because,
            why: why.to_owned(),
            retry_at,
            tries: kept.map_or(0, |kept| kept.tries + 1),
            waits_for: None,
        };
        let told = callbacks.read(callback, self.setting.settings);
        let event = match told {
            Ok(Told::Happened(event)) => Ok(event),
            Ok(told) => match provider.confirm(told).await? {
                Ok(event) => Ok(event),
                Err(CheckoutError::Refused(why)) => Err(Unreadable::new("body", format!("what its provider confirms: {why}"))),
                Err(CheckoutError::Unknown(why)) => {
                    let retry_at = self.patient(callback, CONFIRM_AGAIN);
                    self.store.keep(&put_aside(KeptBecause::Parked, &format!("its provider has to confirm it: {why}"), retry_at)).await?;
                    return Ok(Called::Kept(id));
                }
            },
            Err(unreadable) => Err(unreadable),
        };
        let event = match event {
            Ok(event) => event,
            Err(unreadable) => {
                let why = unreadable.to_string();
                self.store.keep(&put_aside(KeptBecause::Quarantine, &why, None)).await?;
                self.attend_unreadable(callbacks.name(), &id).await?;
                return Ok(Called::Quarantined { id, why });
            }
        };
        let booked = self.book(event).await?;
        if booked == Booked::TooEarly {
            let retry_at = self.patient(callback, chrono::Duration::days(1));
            self.store.keep(&put_aside(KeptBecause::Parked, "it takes back a payment that has not come yet", retry_at)).await?;
            return Ok(Called::Kept(id));
        }
        if let Some(kept) = kept {
            self.store.forget(kept).await?;
        }
        Ok(Called::Taken(booked))
    }

    /// When a kept callback is tried again, unless it is too old.
    fn patient(&self, callback: &Delivery, after: chrono::Duration) -> Option<DateTime<Utc>> {
        (self.setting.now - callback.received_at < PATIENCE).then(|| self.setting.now + after)
    }

    /// Money may stand behind it: a person has to see it. What cannot be read stands with the kept event.
    async fn attend_unreadable(&self, provider: &str, id: &str) -> Result<(), AppError> {
        let payment = format!("{provider}:{id}");
        let attention = Attention::OddPayment { payment: payment.clone(), why: Cause::UnreadableCallback.text() };
        Ok(self.store.attend(&payment, &attention, self.setting.now).await?)
    }

    /// Books one event.
    pub async fn book(&self, event: ProviderEvent) -> Result<Booked, AppError> {
        match event {
            ProviderEvent::Nothing => Ok(Booked::Nothing),
            ProviderEvent::Pending { reference, at } => self.told(&reference, at, false).await,
            ProviderEvent::Failed { reference, at } => self.told(&reference, at, true).await,
            ProviderEvent::Paid { payment, reference } => self.paid(payment, &reference).await,
            ProviderEvent::Refunded(refund) => self.went_back(refund).await,
            ProviderEvent::Stands { payment, reference, back, again } => {
                let mut booked = self.paid(payment, &reference).await?;
                for refund in back {
                    booked = news(booked, self.went_back(refund).await?);
                }
                for refund in again {
                    booked = news(booked, self.came_again(refund).await?);
                }
                Ok(booked)
            }
        }
    }

    async fn went_back(&self, refund: RefundFact) -> Result<Booked, AppError> {
        let payment = refund.payment_id.clone().unwrap_or_default();
        let Some(Some(debtor)) = self.store.booked(&refund.provider, &payment).await? else { return Ok(Booked::TooEarly) };
        let booking = (refund.provider.clone(), refund_booking(&refund));
        self.commit(&debtor, &Command::Refund(refund, None), booking).await
    }

    /// Money that went back and is here again: nobody but a person knows what it is for. Nothing where it was never
    /// booked as gone.
    async fn came_again(&self, refund: RefundFact) -> Result<Booked, AppError> {
        let Some(Some(debtor)) = self.store.booked(&refund.provider, &refund_booking(&refund)).await? else { return Ok(Booked::Nothing) };
        let (provider, payment_id) = (refund.provider, refund.refund_id);
        let (currency, amount_minor, paid_at) = (refund.currency, refund.amount_minor, self.setting.now);
        let booking = (provider.clone(), payment_id.clone());
        let fact = PaymentFact { provider, payment_id, invoice: None, debtor: None, currency, amount_minor, paid_at };
        let odd = Cause::CameAgain;
        let booked = self.commit(&debtor, &Command::Payment { fact, case: None, odd: Some(odd) }, booking).await?;
        Ok(if booked == Booked::Settled { Booked::Odd(odd) } else { booked })
    }

    async fn paid(&self, payment: PaymentFact, reference: &str) -> Result<Booked, AppError> {
        let Some(expected) = self.store.expected(reference).await? else {
            return self.stray(&payment).await;
        };
        let misfit = misfit(&expected, &payment);
        let booking = (payment.provider.clone(), payment.payment_id.clone());
        let (reference, odd) = (reference.to_owned(), misfit);
        let command = Command::CheckoutPaid { reference, fact: payment, case: expected.case.clone(), odd };
        let booked = self.commit(&expected.debtor, &command, booking).await?;
        Ok(match (booked, odd) {
            (Booked::Settled, Some(why)) => Booked::Odd(why),
            (booked, _) => booked,
        })
    }

    /// A payment is under way, or failed. What was told before, or after the money came, changes
    /// nothing: the checkout remembers, under the account's version.
    async fn told(&self, reference: &str, at: DateTime<Utc>, failed: bool) -> Result<Booked, AppError> {
        let Some(Expected { debtor, .. }) = self.store.expected(reference).await? else { return Ok(Booked::Nothing) };
        for attempt in 0..TRIES {
            let account = find(self.store, &debtor, None).await?.ok_or(StoreError::Conflict)?;
            let Some(expected) = self.store.expected(reference).await? else { break };
            if !(if failed { expected.may_have_failed(at) } else { expected.may_be_pending(at) }) {
                return Ok(Booked::Duplicate);
            }
            let reference = reference.to_owned();
            let also = [Also::CheckoutTold { reference: reference.clone(), at, failed }];
            let command = if failed {
                Command::CheckoutFailed { reference }
            } else {
                Command::CheckoutPending {
                    reference,
                    case: expected.case,
                    amount_minor: expected.amount_minor,
                    currency: expected.currency,
                }
            };
            match once(self.store, &account, &command, &also, self.setting).await {
                Ok(_) => return Ok(Booked::Nothing),
                Err(AppError::Store(StoreError::Conflict)) => self.clock.pause(attempt).await,
                Err(error) => return Err(error),
            }
        }
        Err(AppError::Busy)
    }

    async fn stray(&self, payment: &PaymentFact) -> Result<Booked, AppError> {
        let why = Cause::UnknownReference;
        match self.store.book_stray(payment, why.name(), self.setting.now).await {
            Ok(()) => Ok(Booked::Odd(why)),
            Err(StoreError::Conflict) => Ok(Booked::Duplicate),
            Err(error) => Err(error.into()),
        }
    }

    async fn commit(&self, debtor: &DebtorId, command: &Command, (provider, id): (String, String)) -> Result<Booked, AppError> {
        let mut also = vec![Also::Booking { provider: provider.clone(), id: id.clone() }];
        let mut chosen = None;
        if let Command::CheckoutPaid { reference, case, .. } = command {
            also.push(Also::CheckoutPaid { reference: reference.clone() });
            chosen = case.as_ref();
        }
        for attempt in 0..TRIES {
            let account = find(self.store, debtor, chosen).await?.ok_or(StoreError::Conflict)?;
            let account = with_refunded(self.store, account, command).await?;
            match once(self.store, &account, command, &also, self.setting).await {
                Ok(Applied::Done(outcome)) => {
                    let applied = finish(self.store, self.clock, outcome, self.setting).await?;
                    and_follow_up(self.queue, &applied, self.setting).await?;
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

/// How long a refund waits for its payment, and a payment for its provider's word.
const PATIENCE: chrono::Duration = chrono::Duration::days(30);

/// After how long a provider that did not answer is asked again.
const CONFIRM_AGAIN: chrono::Duration = chrono::Duration::minutes(15);

/// The source under which a provider's callbacks are kept, apart from the webhooks of a source that
/// has the same name.
pub fn callback_source(provider: &str) -> Result<Source, AppError> {
    Source::parse(&format!("{CALLBACKS}{provider}")).map_err(|error| OutsideError::new("the provider's name", error).into())
}

/// What the names of such sources begin with.
pub const CALLBACKS: &str = "callback-";

/// Under which id a refund is booked, beside payments.
fn refund_booking(refund: &RefundFact) -> String {
    format!("refund:{}", refund.refund_id)
}

/// What became of two events of one payment: what has to be tried again, then what a person looks at, then what is new.
fn news(first: Booked, second: Booked) -> Booked {
    let rank = |booked: &Booked| match booked {
        Booked::TooEarly => 4,
        Booked::Odd(_) => 3,
        Booked::Settled => 2,
        Booked::Duplicate => 1,
        Booked::Nothing => 0,
    };
    if rank(&second) > rank(&first) { second } else { first }
}

fn misfit(expected: &Expected, payment: &PaymentFact) -> Option<Cause> {
    if payment.currency != expected.currency {
        Some(Cause::CurrencyNotCheckouts)
    } else if payment.amount_minor != expected.amount_minor {
        Some(Cause::AmountNotCheckouts)
    } else {
        None
    }
}
