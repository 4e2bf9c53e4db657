//! Delivery events of the e-mail provider: evidence, bounces, complaints.
//!
//! Events come late, twice and out of order; each is harmless when repeated.

use super::AppError;
use super::apply::{Setting, and_evaluate};
use crate::domain::cause::Cause;
use crate::domain::handle::Command;
use crate::domain::reminder::ReminderState;
use crate::ports::delivery::{DeliveryEvent, DeliveryFact, Evidence};
use crate::ports::ledger::Ledger;
use crate::ports::outside::{Clock, WorkQueue};
use crate::ports::store::Accounts;

/// Takes one event about one of this creditor's reminders.
///
/// A bounce for good of every address that the message went to frees the reminder's steps: they go by
/// the next channel on the same day. One of several blocks that address alone: the others heard it.
/// After a complaint the message was read, so its steps stay taken; only the address is never used again.
pub async fn take(
    store: &(impl Accounts + Evidence + Ledger),
    queue: &impl WorkQueue,
    clock: &impl Clock,
    event: &DeliveryEvent,
    setting: Setting<'_>,
) -> Result<(), AppError> {
    let (addresses, why) = match &event.what {
        DeliveryFact::Bounced(addresses) => (addresses.as_slice(), Cause::Bounced),
        DeliveryFact::Complained(addresses) => (addresses.as_slice(), Cause::Complained),
        _ => (&[][..], Cause::Bounced),
    };
    // What is about no reminder of this creditor's says nothing about an address of theirs either.
    if !addresses.is_empty() && !store.knows(&event.debtor, &event.reminder).await? {
        return Ok(());
    }
    for address in addresses {
        store.suppress(address, why.name(), setting.now).await?;
    }
    let failed = |reason: Cause, block: &[String]| Command::Unsaid {
        reminder: event.reminder.clone(),
        state: ReminderState::Failed,
        reason: reason.text(),
        block: block.to_vec(),
    };
    let block = |reason: Cause| Command::Block { addresses: addresses.to_vec(), reason: reason.text() };
    let command = match &event.what {
        DeliveryFact::Went => {
            store.proven_sent(&event.debtor, &event.reminder, &event.message_id, setting.now).await?;
            return Ok(());
        }
        DeliveryFact::Bounced(_) if nobody_is_left(store, event).await? => failed(Cause::Bounced, addresses),
        DeliveryFact::Bounced(_) => block(Cause::Bounced),
        DeliveryFact::Rejected => failed(Cause::RejectedAfterAll, &[]),
        DeliveryFact::Complained(_) => block(Cause::Complained),
        DeliveryFact::Other => return Ok(()),
    };
    and_evaluate(store, queue, clock, &event.debtor, &command, setting).await.map(|_| ())
}

/// Whether none of the addresses that a message went to works any more. Each bounce is an event of its
/// own, and whichever comes last finds all of them suppressed.
async fn nobody_is_left(store: &impl Ledger, event: &DeliveryEvent) -> Result<bool, AppError> {
    for address in &event.sent_to {
        if !store.is_suppressed(address).await? {
            return Ok(false);
        }
    }
    Ok(true)
}
