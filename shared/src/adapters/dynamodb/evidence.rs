//! What delivery events prove about reminders.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, SecondsFormat, Utc};

use super::Store;
use super::items::{key_of, refused, s};
use super::keys::{self, Key};
use crate::domain::ids::DebtorId;
use crate::domain::reminder::ReminderId;
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
        let update = self.table.client.update_item().table_name(&self.table.name).set_key(Some(key_of(&key)));
        let result = update
            .update_expression("SET #state = :sent, message_id = :id, settled_at = :now, claim = :null, check_at = :null, reason = :null REMOVE agenda_pk, agenda_sk")
            .condition_expression("#state = :ambiguous")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":sent", s("sent"))
            .expression_attribute_values(":ambiguous", s("ambiguous"))
            .expression_attribute_values(":id", s(message_id))
            .expression_attribute_values(":now", s(now.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
            .expression_attribute_values(":null", AttributeValue::Null(true))
            .send()
            .await;
        match result.map_err(refused) {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn suppress(&self, address: &str, why: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = key_of(&keys::suppressed(&self.creditor, address));
        item.insert("why".into(), s(why));
        item.insert("at".into(), s(keys::sortable(now)));
        self.table.put(item, false).await
    }
}
