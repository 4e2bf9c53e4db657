//! What a command did: the account as it is now, what stands in its time line, and what waits for a
//! person.

use chrono::{DateTime, Utc};

use super::{Attention, Entry};
use crate::domain::account::Account;
use crate::domain::reminder::{Reminder, ReminderId, ReminderState};

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The account as it is now.
    pub account: Account,
    /// What to write into the time line, in order.
    pub entries: Vec<Entry>,
    /// What waits for a person.
    pub attention: Vec<Attention>,
    /// The account has something to hear today and this day's night is over: evaluate it now.
    pub evaluate_today: bool,
    /// Addresses to which something may be sent again.
    pub unblocked: Vec<String>,
    /// Messages to the debtor that wait for their send window now and did not before.
    pub new_messages: u32,
    /// Service messages that are to go now: whoever commits queues them, and where that is lost the sweep does.
    pub send_at_once: Vec<ReminderId>,
}

/// The service messages that may go now and were not there before.
pub(super) fn send_at_once(before: &Account, after: &Account, now: DateTime<Utc>) -> Vec<ReminderId> {
    let new = after.service.iter().filter(|message| before.message(&message.id).is_none());
    let due = new.filter(|message| message.state == ReminderState::Scheduled && message.check_at.is_some_and(|at| at <= now));
    due.map(|message| message.id.clone()).collect()
}

/// How many messages to the debtor wait for their send window that did not before.
pub(super) fn new_messages(before: &Account, after: &Account) -> u32 {
    let waits = |reminder: &&Reminder| reminder.state == ReminderState::Scheduled && !reminder.id.channel.is_for_team();
    let waited = |id: &ReminderId| before.reminders.iter().filter(waits).any(|reminder| reminder.id == *id);
    let new = after.reminders.iter().filter(waits).filter(|reminder| !waited(&reminder.id));
    u32::try_from(new.count()).unwrap_or(u32::MAX)
}

impl Outcome {
    /// Nothing is done yet.
    pub fn of(account: &Account) -> Self {
        Self {
            account: account.clone(),
            entries: Vec::new(),
            attention: Vec::new(),
            evaluate_today: false,
            unblocked: Vec::new(),
            new_messages: 0,
            send_at_once: Vec::new(),
        }
    }
}
