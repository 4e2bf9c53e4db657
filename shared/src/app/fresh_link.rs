//! A fresh link: asked for on the page of one that is over, sent to the address on file.
//!
//! Whoever asks is told the same in any case: an old link in a stranger's hands must not tell whether there is a
//! debtor, an address, or another request.

use super::AppError;
use super::apply::{Applied, Setting, apply, messages_of};
use crate::domain::handle::Command;
use crate::domain::ids::DebtorId;
use crate::ports::outside::{Clock, WorkQueue};
use crate::ports::store::Accounts;

/// Enters the request, and has the message sent at once. A queue that does not answer is no reason to ask again: the
/// intent is stored, and the sweep finds it.
///
/// # Errors
/// `Busy` after too many conflicts; store errors as they come.
pub async fn ask(
    store: &impl Accounts,
    queue: &impl WorkQueue,
    clock: &impl Clock,
    debtor: &DebtorId,
    setting: Setting<'_>,
) -> Result<(), AppError> {
    let applied = apply(store, clock, debtor, None, &Command::AskFreshLink, &[], setting).await?;
    let Applied::Done(outcome) = &applied else { return Ok(()) };
    if let Err(error) = queue.send(&messages_of(outcome, setting)).await {
        tracing::warn!(creditor = %setting.settings.creditor, %debtor, error = %error, "a service message waits for the sweep");
    }
    Ok(())
}
