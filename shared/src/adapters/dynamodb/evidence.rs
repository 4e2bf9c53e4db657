//! What delivery events prove about reminders.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use chrono::{DateTime, SecondsFormat, Utc};

use super::Store;
use super::items::{corrupt, delete, key_of, s};
use super::keys::{self, Key};
use crate::domain::ids::DebtorId;
use crate::domain::reminder::{ReminderId, ReminderState};
use crate::ports::delivery::Evidence;
use crate::ports::store::StoreError;

impl Evidence for Store {
    async fn proven_sent(
        &self,
        debtor: &DebtorId,
        reminder: &ReminderId,
        message_id: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let key = Key { pk: keys::account(&self.creditor, debtor), sk: keys::reminder(reminder) };
        let now = now.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let update = Update::builder().table_name(&self.table.name).set_key(Some(key_of(&key)));
        let update = update
            .update_expression("SET #state = :sent, message_id = :id, settled_at = :now, claim = :null, check_at = :null, reason = :null REMOVE agenda_pk, agenda_sk")
            // Claimed, too: its sender may have stopped before it wrote down the answer, and what
            // SES tells within seconds it does not tell again when the lease is over.
            .condition_expression("#state IN (:ambiguous, :claimed)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":sent", s("sent"))
            .expression_attribute_values(":ambiguous", s("ambiguous"))
            .expression_attribute_values(":claimed", s("claimed"))
            .expression_attribute_values(":id", s(message_id))
            .expression_attribute_values(":now", s(now))
            .expression_attribute_values(":null", AttributeValue::Null(true))
            .build()
            .map_err(|source| corrupt("reminder", source))?;
        let settled = TransactWriteItem::builder().update(update).build();
        // Nobody has to look at it any more.
        let listed = keys::attention(&self.creditor, "reminder", &format!("{debtor}/{reminder}"));
        match self.table.transact(vec![settled, delete(&self.table, &listed)?]).await {
            Ok(()) => Ok(true),
            // Its fate was known, unless somebody only wrote to it at the same moment.
            Err(StoreError::Conflict) => match self.reminder_or_old(debtor, reminder).await? {
                Some(found) if matches!(found.state, ReminderState::Ambiguous | ReminderState::Claimed) => Err(StoreError::Conflict),
                _ => Ok(false),
            },
            Err(error) => Err(error),
        }
    }

    async fn knows(&self, debtor: &DebtorId, reminder: &ReminderId) -> Result<bool, StoreError> {
        Ok(self.reminder_or_old(debtor, reminder).await?.is_some())
    }

    async fn suppress(&self, address: &str, why: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = key_of(&keys::suppressed(&self.creditor, address));
        item.insert("why".into(), s(why));
        item.insert("at".into(), s(keys::sortable(now)));
        self.table.put(item, false).await
    }
}
