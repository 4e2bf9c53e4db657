//! What is due. One conditional update takes a reminder, so two sweeps at once queue it once.

use chrono::{DateTime, Duration, Utc};
use upominek::domain::ids::{CreditorId, DebtorId};
use upominek::domain::policy::Channel;
use upominek::domain::reminder::{Reminder, ReminderId, ReminderState};
use upominek::ports::ledger::{Due, LEASE_OVER, Releases, Taken};
use upominek::ports::store::StoreError;

use super::ledger::{changed, state_is};
use super::{Store, keys};
use crate::table::{Do, Item, Key, Value, When, Write, key};

impl Releases for Store {
    async fn due(&self, partition: u8, now: DateTime<Utc>, limit: i32) -> Result<Vec<Due>, StoreError> {
        self.reading("due", None).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let due = self.table.due(&keys::agenda_release(partition), None, &keys::sortable(now), limit);
        Ok(due.into_iter().filter_map(|(_, key)| self.due_of(&key)).collect())
    }

    async fn take(
        &self,
        _: &CreditorId,
        debtor: &DebtorId,
        reminder: &ReminderId,
        now: DateTime<Utc>,
        again_at: DateTime<Utc>,
    ) -> Result<Taken, StoreError> {
        let place = key(keys::account(&self.creditor, debtor), keys::reminder(reminder));
        let write = || {
            let waits = |item: &Item| state_is(item, ReminderState::Scheduled) && is_over(item, now);
            let again = |reminder: &mut Reminder| {
                reminder.check_at = Some(again_at);
                Some(again_at)
            };
            let taken = self.update(&place, waits, again)?;
            if taken { Ok(Taken::ToQueue) } else { self.overdue(&place, now) }
        };
        self.writing("take", Some(debtor), write).await
    }

    async fn give_up(&self, _: &CreditorId, debtor: &DebtorId, reminder: &Reminder, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let place = key(keys::account(&self.creditor, debtor), keys::reminder(&reminder.id));
        let again = (reminder.id.channel == Channel::Sms).then(|| now + Duration::hours(72));
        let unknown = (ReminderState::Ambiguous, LEASE_OVER, again);
        self.writing("give-up", Some(debtor), || self.move_on(&place, ReminderState::Claimed, unknown, now)).await
    }

    async fn take_checkout(&self, _: &CreditorId, _: &str, _: DateTime<Utc>, _: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn take_kept(&self, _: &CreditorId, id: &str, now: DateTime<Utc>, again_at: DateTime<Utc>) -> Result<bool, StoreError> {
        let again = |item: Option<Item>| match item {
            Some(Item { value: Value::Kept(mut kept), agenda }) => {
                kept.retry_at = Some(again_at);
                Item { value: Value::Kept(kept), agenda: agenda.map(|(pk, _)| (pk, keys::sortable(again_at))) }
            }
            other => other.unwrap_or_else(|| Item::of(Value::Mark)),
        };
        let when = When::Is(Box::new(move |item: &Item| is_over(item, now)));
        let write = Write { key: keys::kept(&self.creditor, id), when, what: Do::Update(Box::new(again)) };
        match self.writing("take-kept", None, || self.table.transact(vec![write])).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn is_over(item: &Item, now: DateTime<Utc>) -> bool {
    item.agenda.as_ref().is_some_and(|(_, sort)| *sort <= keys::sortable(now))
}

impl Store {
    fn due_of(&self, (pk, sk): &Key) -> Option<Due> {
        let creditor = self.creditor.clone();
        if let Some(debtor) = keys::parse_account(&self.creditor, pk) {
            let reminder = sk.strip_prefix("2#REMINDER#")?.to_owned().try_into().ok()?;
            return Some(Due::Reminder { creditor, debtor, reminder });
        }
        let id = pk.strip_prefix(&format!("KEPT#{creditor}#"))?.to_owned();
        Some(Due::Kept { creditor, id })
    }

    /// One conditional update of a reminder; `false` where its condition does not hold.
    fn update(
        &self,
        place: &Key,
        when: impl Fn(&Item) -> bool,
        change: impl FnOnce(&mut Reminder) -> Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let what = Do::Update(Box::new(|item| changed(item, change)));
        match self.table.transact(vec![Write { key: place.clone(), when: When::Is(Box::new(when)), what }]) {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A reminder whose lease or waiting time is over.
    fn overdue(&self, place: &Key, now: DateTime<Utc>) -> Result<Taken, StoreError> {
        let Some(Item { value: Value::Reminder(reminder), .. }) = self.table.get(place).filter(|item| is_over(item, now)) else {
            return Ok(Taken::Nothing);
        };
        match reminder.state {
            ReminderState::Claimed => Ok(Taken::Unsettled(reminder)),
            ReminderState::Ambiguous => {
                let presumed = (ReminderState::PresumedSent, "no evidence came within 72 hours", None);
                let moved = self.move_on(place, ReminderState::Ambiguous, presumed, now)?;
                Ok(if moved { Taken::Presumed } else { Taken::Nothing })
            }
            _ => Ok(Taken::Nothing),
        }
    }

    /// Out of one state of not knowing, where its time is over still.
    fn move_on(
        &self,
        place: &Key,
        was: ReminderState,
        (next, reason, again): (ReminderState, &str, Option<DateTime<Utc>>),
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let change = |reminder: &mut Reminder| {
            reminder.state = next;
            reminder.reason = Some(reason.to_owned());
            (reminder.claim, reminder.check_at) = (None, again);
            again
        };
        self.update(place, |item| state_is(item, was) && is_over(item, now), change)
    }
}
