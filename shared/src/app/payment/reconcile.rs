//! Checkouts whose callback never came: their provider is asked, and its answer is booked as a callback would be.

use chrono::{DateTime, Duration, Utc};

use super::super::AppError;
use super::{Booked, Till};
use crate::ports::outside::{Asked, CheckoutError, Clock, PaymentProvider, ProviderEvent, WorkQueue};
use crate::ports::payments::Bookings;
use crate::ports::store::{Accounts, Attentions, KeptEvents};

/// How long after it was made a checkout is asked about for the first time.
pub(super) const FIRST: Duration = Duration::minutes(30);

/// How long it is asked about; slow transfers take days.
const AT_MOST: Duration = Duration::days(14);

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconciled {
    /// Its provider says what its callback would have said.
    Booked(Booked),
    /// Nothing is to be asked: it is paid, or was never made.
    Over,
    /// Its provider did not tell; it is asked again.
    Unknown,
}

/// When it is asked again: after as long as it has been known, so some ten times in all; none once it is too old.
fn again_at(first: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let age = now - first;
    (age < AT_MOST).then(|| now + age.max(FIRST))
}

impl<S, Q, C> Till<'_, S, Q, C>
where
    S: Accounts + Attentions + Bookings + KeptEvents,
    Q: WorkQueue,
    C: Clock,
{
    /// Asks the provider of a checkout what became of it; `provider` comes with the creditor's secret for it, and is
    /// none while there is no such secret.
    ///
    /// # Errors
    /// As `book`; it is asked again soon.
    pub async fn reconcile(&self, provider: Option<(&impl PaymentProvider, &str)>, reference: &str) -> Result<Reconciled, AppError> {
        let expected = self.store.expected(reference).await?.filter(|expected| expected.paid_at.is_none());
        let made = expected.as_ref().and_then(|expected| Some((expected, expected.checkout.as_deref()?)));
        let Some((expected, checkout)) = made else {
            self.store.asked(reference, None).await?;
            return Ok(Reconciled::Over);
        };
        let now = self.setting.now;
        let answer = match provider {
            Some((provider, secret)) => match provider.ask(Asked { reference, checkout, at: now }, secret).await {
                Ok(told) => provider.confirm(told, secret, now).await,
                Err(error) => Err(error),
            },
            None => Err(CheckoutError::Refused("there is no secret for it".to_owned())),
        };
        let over = matches!(answer, Ok(ProviderEvent::Failed { .. } | ProviderEvent::Paid { .. } | ProviderEvent::Stands { .. }));
        let reconciled = match answer {
            Ok(event) => Reconciled::Booked(self.book(event).await?),
            Err(error) => {
                tracing::warn!(debtor = %expected.debtor, provider = expected.provider, error = %error, "a provider does not tell what became of a checkout");
                Reconciled::Unknown
            }
        };
        let again = expected.made_at.filter(|_| !over).and_then(|made_at| again_at(made_at, now));
        self.store.asked(reference, again).await?;
        Ok(reconciled)
    }
}
