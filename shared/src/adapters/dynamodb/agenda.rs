//! The agenda of evaluations: who wakes up to a day. What sleeps is not read.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::NaiveDate;

use super::Store;
use super::items::{Item, refused, s, text};
use super::keys::{self, Key};
use crate::domain::ids::DebtorId;
use crate::ports::store::{Agenda, AgendaPage, StoreError};

impl Agenda for Store {
    async fn due(&self, shard: u16, as_of: NaiveDate, cursor: Option<&str>, limit: i32) -> Result<AgendaPage, StoreError> {
        let agenda = keys::agenda_evaluate(&self.creditor, shard);
        let query = self.table.client.query().table_name(&self.table.name).index_name("agenda");
        let answer = query
            .key_condition_expression("agenda_pk = :pk AND agenda_sk < :after")
            .expression_attribute_values(":pk", s(&agenda))
            // Everything with a day up to this one: "$" sorts right behind "#".
            .expression_attribute_values(":after", s(format!("{as_of}$")))
            .set_exclusive_start_key(cursor.and_then(|cursor| self.start_key(&agenda, cursor)))
            .limit(limit)
            .send()
            .await
            .map_err(refused)?;
        let debtor = |item: &Item| text(item, "PK").and_then(keys::parse_account).map(|(_, debtor)| debtor);
        let debtors = answer.items.unwrap_or_default().iter().filter_map(debtor).collect();
        let cursor = answer.last_evaluated_key.as_ref().and_then(|key| text(key, "agenda_sk")).map(str::to_owned);
        Ok(AgendaPage { debtors, cursor })
    }

    async fn postpone(&self, debtor: &DebtorId, to: NaiveDate) -> Result<(), StoreError> {
        let key = Key { pk: keys::account(&self.creditor, debtor), sk: keys::PROFILE.to_owned() };
        let update = self.table.client.update_item().table_name(&self.table.name);
        let result = update
            .set_key(Some(super::items::key_of(&key)))
            .update_expression("SET agenda_sk = :wake, wake_on = :day")
            .condition_expression("attribute_exists(agenda_sk)")
            .expression_attribute_values(":wake", s(keys::agenda_wake(to, debtor)))
            .expression_attribute_values(":day", s(to.to_string()))
            .send()
            .await;
        match result.map_err(refused) {
            // It sleeps already.
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Store {
    /// The cursor is the agenda's sort key, `<day>#<debtor>`; the item's own key follows from it.
    fn start_key(&self, agenda: &str, cursor: &str) -> Option<std::collections::HashMap<String, AttributeValue>> {
        let debtor = DebtorId::parse(cursor.split_once('#')?.1).ok()?;
        let mut key = super::items::key_of(&Key { pk: keys::account(&self.creditor, &debtor), sk: keys::PROFILE.to_owned() });
        key.insert("agenda_pk".into(), s(agenda));
        key.insert("agenda_sk".into(), s(cursor));
        Some(key)
    }
}
