//! What delivery events prove about reminders.

use chrono::{DateTime, Utc};
use upominek::domain::handle::Attention;
use upominek::domain::ids::DebtorId;
use upominek::domain::reminder::{Reminder, ReminderId, ReminderState};
use upominek::ports::delivery::Evidence;
use upominek::ports::store::StoreError;

use super::ledger::{changed, state_is};
use super::{Store, keys};
use crate::table::{Do, Item, Value, When, Write, key};

impl Evidence for Store {
    async fn proven_sent(
        &self,
        debtor: &DebtorId,
        reminder: &ReminderId,
        message_id: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sent = |reminder: &mut Reminder| {
            reminder.state = ReminderState::Sent;
            reminder.message_id = Some(message_id.to_owned());
            reminder.settled_at = Some(now);
            (reminder.claim, reminder.check_at, reminder.reason) = (None, None, None);
            None
        };
        let place = key(keys::account(&self.creditor, debtor), keys::reminder(reminder));
        let uncertain = |item: &Item| [ReminderState::Ambiguous, ReminderState::Claimed].into_iter().any(|state| state_is(item, state));
        let listed = Attention::Reminder { reminder: reminder.clone(), state: ReminderState::Ambiguous, reason: String::new() };
        let writes = vec![
            Write { key: place, when: When::Is(Box::new(uncertain)), what: Do::Update(Box::new(|item| changed(item, sent))) },
            Write::delete(keys::attention(&self.creditor, debtor.as_str(), &listed)),
        ];
        match self.writing("prove", Some(debtor), || self.table.transact(writes)).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => match self.reminder_or_old(debtor, reminder) {
                Some(found) if matches!(found.state, ReminderState::Ambiguous | ReminderState::Claimed) => Err(StoreError::Conflict),
                _ => Ok(false),
            },
            Err(error) => Err(error),
        }
    }

    async fn knows(&self, debtor: &DebtorId, reminder: &ReminderId) -> Result<bool, StoreError> {
        self.reading("knows", Some(debtor)).await?;
        Ok(self.reminder_or_old(debtor, reminder).is_some())
    }

    async fn suppress(&self, address: &str, _: &str, _: DateTime<Utc>) -> Result<(), StoreError> {
        let write = Write::put(keys::suppressed(&self.creditor, address), Item::of(Value::Mark));
        self.writing("suppress", None, || self.table.transact(vec![write])).await
    }
}

impl Store {
    /// A reminder, wherever it lies.
    pub fn reminder_or_old(&self, debtor: &DebtorId, id: &ReminderId) -> Option<Reminder> {
        let pk = keys::account(&self.creditor, debtor);
        let places = [keys::reminder(id), keys::old_reminder(id)];
        places.into_iter().find_map(|sk| match self.table.get(&key(&pk, sk))?.value {
            Value::Reminder(reminder) => Some(*reminder),
            _ => None,
        })
    }
}
