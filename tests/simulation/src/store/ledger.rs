//! Claiming and settling reminders.

use chrono::{DateTime, Duration, Utc};
use upominek::domain::account::{Account, Profile};
use upominek::domain::ids::DebtorId;
use upominek::domain::policy::Channel;
use upominek::domain::reminder::{Claim, Line, Reminder, ReminderId, ReminderState};
use upominek::ports::ledger::{Ledger, NewLink, Settled, Wording};
use upominek::ports::store::StoreError;

use super::{Store, commit::version_of, keys};
use crate::journal::Happened;
use crate::table::{Do, Item, Value, When, Write, key};

/// An SMS that nobody confirms is presumed sent after this time.
const PRESUMED_AFTER: Duration = Duration::hours(72);

impl Ledger for Store {
    async fn claim(
        &self,
        account: &Account,
        reminder: &ReminderId,
        claim: &Claim,
        wording: &Wording,
        link: Option<&NewLink>,
    ) -> Result<(), StoreError> {
        let Profile { debtor, version, .. } = &account.profile;
        let (debtor, seen) = (debtor.clone(), *version);
        let pk = keys::account(&self.creditor, &debtor);
        let next = |item: Option<Item>| match item {
            Some(Item { value: Value::Profile(profile), agenda }) => {
                let profile = Profile { version: profile.version + 1, ..*profile };
                Item { value: Value::Profile(Box::new(profile)), agenda }
            }
            other => other.unwrap_or_else(|| Item::of(Value::Mark)),
        };
        let claimed = |reminder: &mut Reminder| {
            reminder.state = ReminderState::Claimed;
            reminder.claim = Some(claim.clone());
            reminder.attempts += 1;
            reminder.check_at = Some(claim.until);
            Some(claim.until)
        };
        let place = key(&pk, keys::reminder(reminder));
        let mut writes = vec![
            Write {
                key: key(&pk, keys::PROFILE),
                when: When::Is(Box::new(move |item| version_of(item) == Some(seen))),
                what: Do::Update(Box::new(next)),
            },
            Write {
                key: place.clone(),
                when: When::Is(Box::new(|item| state_is(item, ReminderState::Scheduled))),
                what: Do::Update(Box::new(|item| changed(item, claimed))),
            },
            Write::put(key(&pk, format!("9#WORDING#{reminder}")), Item::of(Value::Wording(wording.clone()))),
        ];
        if let Some(link) = link {
            writes.push(Write::put(key(format!("LINK#{}", link.token_hash), "REF"), Item::of(Value::Link(debtor.clone()))));
        }
        let write = || {
            self.table.transact(writes)?;
            let lines = account.reminders.iter().find(|known| known.id == *reminder).map(|known| known.lines.clone()).unwrap_or_default();
            let version = |line: &Line| account.case(&line.case).map_or(0, |case| case.policy_version);
            let lines = lines.into_iter().map(|line| (line.clone(), version(&line))).collect();
            self.journal.write(Happened::Claimed { debtor: debtor.clone(), reminder: reminder.clone(), lines });
            Ok(())
        };
        self.writing("claim", Some(&debtor), write).await
    }

    async fn settle(
        &self,
        debtor: &DebtorId,
        reminder: &ReminderId,
        claim: &Claim,
        settled: &Settled,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let is_ours = |item: &Item| {
            let Value::Reminder(reminder) = &item.value else { return false };
            reminder.state == ReminderState::Claimed && reminder.claim.as_ref().is_some_and(|known| known.token == claim.token)
        };
        let change = |reminder: &mut Reminder| {
            reminder.claim = None;
            reminder.check_at = match settled {
                Settled::Sent(id) => {
                    reminder.state = ReminderState::Sent;
                    reminder.message_id = Some(id.clone());
                    reminder.settled_at = Some(now);
                    None
                }
                Settled::Ambiguous(reason) => {
                    reminder.state = ReminderState::Ambiguous;
                    reminder.reason = Some(reason.clone());
                    (reminder.id.channel == Channel::Sms).then_some(now + PRESUMED_AFTER)
                }
                Settled::Later(at) => {
                    reminder.state = ReminderState::Scheduled;
                    reminder.attempts -= 1;
                    Some(*at)
                }
            };
            reminder.check_at
        };
        let key = key(keys::account(&self.creditor, debtor), keys::reminder(reminder));
        let write = Write { key, when: When::Is(Box::new(is_ours)), what: Do::Update(Box::new(|item| changed(item, change))) };
        self.writing("settle", Some(debtor), || self.table.transact(vec![write])).await
    }

    async fn is_suppressed(&self, address: &str) -> Result<bool, StoreError> {
        self.reading("suppressed", None).await?;
        Ok(self.table.get(&keys::suppressed(&self.creditor, address)).is_some())
    }

    async fn suppressed_among(&self, addresses: Vec<String>) -> Result<Vec<String>, StoreError> {
        self.reading("suppressed", None).await?;
        let is_suppressed = |address: &String| self.table.get(&keys::suppressed(&self.creditor, address)).is_some();
        Ok(addresses.into_iter().filter(is_suppressed).collect())
    }
}

/// Whether an item is a reminder in a state.
pub(super) fn state_is(item: &Item, state: ReminderState) -> bool {
    matches!(&item.value, Value::Reminder(reminder) if reminder.state == state)
}

/// A reminder's item, changed; the change tells when it is to be looked at again, if ever.
pub(super) fn changed(item: Option<Item>, change: impl FnOnce(&mut Reminder) -> Option<DateTime<Utc>>) -> Item {
    match item {
        Some(Item { value: Value::Reminder(mut reminder), agenda }) => {
            let again_at = change(&mut reminder);
            let agenda = agenda.zip(again_at).map(|((pk, _), at)| (pk, keys::sortable(at)));
            Item { value: Value::Reminder(reminder), agenda }
        }
        other => other.unwrap_or_else(|| Item::of(Value::Mark)),
    }
}
