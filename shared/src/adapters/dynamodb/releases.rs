//! What is due across creditors. One conditional update takes a reminder, so two sweeps at once
//! queue it once.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use chrono::{DateTime, SecondsFormat, Utc};

use super::Table;
use super::items::{Item, from_item, key_of, refused, s, text};
use super::keys::{self, Key};
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::policy::Channel;
use crate::domain::reminder::{Reminder, ReminderId, ReminderState};
use crate::ports::ledger::{Due, LEASE_OVER, Releases, Taken};
use crate::ports::store::StoreError;

impl Releases for Table {
    async fn due(&self, partition: u8, now: DateTime<Utc>, limit: i32) -> Result<Vec<Due>, StoreError> {
        let query = self.client.query().table_name(&self.name).index_name("agenda");
        let answer = query
            .key_condition_expression("agenda_pk = :pk AND agenda_sk <= :now")
            .expression_attribute_values(":pk", s(keys::agenda_release(partition)))
            .expression_attribute_values(":now", s(keys::sortable(now)))
            .limit(limit)
            .send()
            .await
            .map_err(refused)?;
        Ok(answer.items.unwrap_or_default().iter().filter_map(due_of).collect())
    }

    async fn take(
        &self,
        creditor: &CreditorId,
        debtor: &DebtorId,
        reminder: &ReminderId,
        now: DateTime<Utc>,
        again_at: DateTime<Utc>,
    ) -> Result<Taken, StoreError> {
        let key = Key { pk: keys::account(creditor, debtor), sk: keys::reminder(reminder) };
        let result = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key_of(&key)))
            .update_expression("SET agenda_sk = :sort, check_at = :again")
            .condition_expression("#state = :scheduled AND agenda_sk <= :now")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":scheduled", s("scheduled"))
            .expression_attribute_values(":now", s(keys::sortable(now)))
            .expression_attribute_values(":sort", s(keys::sortable(again_at)))
            .expression_attribute_values(":again", s(iso(again_at)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(_) => Ok(Taken::ToQueue),
            Err(error) => match seen_instead(&error) {
                Some(item) => self.overdue(&key, item, now).await,
                None => match refused(error) {
                    StoreError::Conflict => Ok(Taken::Nothing),
                    other => Err(other),
                },
            },
        }
    }

    async fn give_up(&self, creditor: &CreditorId, debtor: &DebtorId, reminder: &Reminder, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let key = Key { pk: keys::account(creditor, debtor), sk: keys::reminder(&reminder.id) };
        let again = (reminder.id.channel == Channel::Sms).then(|| now + chrono::Duration::hours(72));
        self.move_on(&key, reminder, "ambiguous", LEASE_OVER, again, now).await
    }

    async fn take_kept(&self, creditor: &CreditorId, id: &str, now: DateTime<Utc>, again_at: DateTime<Utc>) -> Result<bool, StoreError> {
        self.put_off(&keys::kept(creditor, id, 0), now, again_at).await
    }

    async fn take_checkout(
        &self,
        creditor: &CreditorId,
        reference: &str,
        now: DateTime<Utc>,
        again_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.put_off(&keys::checkout(creditor, reference), now, again_at).await
    }
}

fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn due_of(item: &Item) -> Option<Due> {
    let (pk, sk) = (text(item, "PK")?, text(item, "SK")?);
    if let Some((creditor, debtor)) = keys::parse_account(pk) {
        let reminder = sk.strip_prefix("2#REMINDER#")?.to_owned().try_into().ok()?;
        return Some(Due::Reminder { creditor, debtor, reminder });
    }
    if let Some((creditor, reference)) = keys::parse_checkout(pk) {
        return Some(Due::Checkout { creditor, reference });
    }
    let (creditor, id) = keys::parse_kept(pk)?;
    Some(Due::Kept { creditor, id })
}

/// The item as it was when the condition failed.
fn seen_instead<R>(error: &SdkError<UpdateItemError, R>) -> Option<Item> {
    match error.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(failed) => failed.item.clone(),
        _ => None,
    }
}

impl Table {
    /// Puts off something that is due; `false` if somebody else did.
    async fn put_off(&self, key: &Key, now: DateTime<Utc>, again_at: DateTime<Utc>) -> Result<bool, StoreError> {
        let update = self.client.update_item().table_name(&self.name).set_key(Some(key_of(key)));
        let update = update
            .update_expression("SET agenda_sk = :sort, retry_at = :again")
            .condition_expression("agenda_sk <= :now")
            .expression_attribute_values(":now", s(keys::sortable(now)))
            .expression_attribute_values(":sort", s(keys::sortable(again_at)))
            .expression_attribute_values(":again", s(iso(again_at)));
        match update.send().await.map_err(refused) {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A reminder whose lease or waiting time is over.
    async fn overdue(&self, key: &Key, item: Item, now: DateTime<Utc>) -> Result<Taken, StoreError> {
        let time_is_over = text(&item, "agenda_sk").is_some_and(|sort| sort <= keys::sortable(now).as_str());
        let reminder: Reminder = from_item("reminder", item)?;
        if !time_is_over {
            return Ok(Taken::Nothing);
        }
        match reminder.state {
            ReminderState::Claimed => Ok(Taken::Unsettled(Box::new(reminder))),
            ReminderState::Ambiguous => {
                let reason = "no evidence came within 72 hours";
                let moved = self.move_on(key, &reminder, "presumed_sent", reason, None, now).await?;
                Ok(if moved { Taken::Presumed } else { Taken::Nothing })
            }
            _ => Ok(Taken::Nothing),
        }
    }

    async fn move_on(
        &self,
        key: &Key,
        reminder: &Reminder,
        state: &str,
        reason: &str,
        again: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let from = if reminder.state == ReminderState::Claimed { "claimed" } else { "ambiguous" };
        let update = self.client.update_item().table_name(&self.name).set_key(Some(key_of(key)));
        let update = update
            .condition_expression("#state = :from AND agenda_sk <= :now")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":from", s(from))
            .expression_attribute_values(":now", s(keys::sortable(now)))
            .expression_attribute_values(":state", s(state))
            .expression_attribute_values(":reason", s(reason))
            .expression_attribute_values(":null", AttributeValue::Null(true));
        let update = match again {
            Some(at) => update
                .update_expression("SET #state = :state, reason = :reason, claim = :null, check_at = :at, agenda_sk = :sort")
                .expression_attribute_values(":at", s(iso(at)))
                .expression_attribute_values(":sort", s(keys::sortable(at))),
            None => update
                .update_expression("SET #state = :state, reason = :reason, claim = :null, check_at = :null REMOVE agenda_pk, agenda_sk"),
        };
        match update.send().await.map_err(refused) {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A reminder by its account and id, if it is still in the live part.
    pub async fn reminder(&self, creditor: &CreditorId, debtor: &DebtorId, id: &ReminderId) -> Result<Option<Reminder>, StoreError> {
        let key = Key { pk: keys::account(creditor, debtor), sk: keys::reminder(id) };
        self.get(&key).await?.map(|item| from_item("reminder", item)).transpose()
    }
}
