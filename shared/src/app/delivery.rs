//! Delivery events of the e-mail provider: evidence, bounces, complaints.
//!
//! Events come late, twice and out of order; each is harmless when repeated.

use super::AppError;
use super::apply::{Setting, and_evaluate};
use crate::domain::handle::Command;
use crate::domain::policy::Channel;
use crate::domain::reminder::ReminderState;
use crate::ports::delivery::{DeliveryEvent, DeliveryFact, Evidence};
use crate::ports::outside::{Clock, WorkQueue};
use crate::ports::store::Accounts;

/// Takes one event about one of this creditor's reminders.
///
/// A bounce for good frees the reminder's steps: they go by the next channel on the same day. After
/// a complaint the message was read, so its steps stay taken; only the address is never used again.
pub async fn take(
    store: &(impl Accounts + Evidence),
    queue: &impl WorkQueue,
    clock: &impl Clock,
    event: &DeliveryEvent,
    setting: Setting<'_>,
) -> Result<(), AppError> {
    let (addresses, why) = match &event.what {
        DeliveryFact::Bounced(addresses) => (addresses.as_slice(), "it bounced for good"),
        DeliveryFact::Complained(addresses) => (addresses.as_slice(), "its reader complained"),
        _ => (&[][..], ""),
    };
    // What is about no reminder of this creditor's says nothing about an address of theirs either.
    if !addresses.is_empty() && !store.knows(&event.debtor, &event.reminder).await? {
        return Ok(());
    }
    for address in addresses {
        store.suppress(address, why, setting.now).await?;
    }
    let (block_address, reason) = match &event.what {
        DeliveryFact::Went => {
            store.proven_sent(&event.debtor, &event.reminder, &event.message_id, setting.now).await?;
            return Ok(());
        }
        DeliveryFact::Bounced(addresses) => {
            // A late bounce of an address that was replaced meanwhile blocks nothing.
            let account = store.load(&event.debtor, None).await?;
            let current = account.as_ref().and_then(|account| account.address(Channel::Email));
            (current.is_some_and(|current| addresses.iter().any(|one| one.eq_ignore_ascii_case(current))), "the address bounced for good")
        }
        DeliveryFact::Rejected => (false, "the provider rejected it after all"),
        DeliveryFact::Complained(_) | DeliveryFact::Other => return Ok(()),
    };
    let reminder = event.reminder.clone();
    let command = Command::Unsaid { reminder, state: ReminderState::Failed, reason: reason.to_owned(), block_address };
    and_evaluate(store, queue, clock, &event.debtor, &command, setting).await.map(|_| ())
}
