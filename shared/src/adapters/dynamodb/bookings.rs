//! Checkouts by our reference, and bookings by their provider's id.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use chrono::{DateTime, Utc};

use super::Store;
use super::commit::attention_item;
use super::items::{corrupt, from_item, key_of, put, refused, s, text, to_item};
use super::keys;
use crate::domain::fact::PaymentFact;
use crate::domain::handle::Attention;
use crate::domain::ids::DebtorId;
use crate::ports::outside::Checkout;
use crate::ports::payments::{Bookings, Expected};
use crate::ports::store::StoreError;

impl Bookings for Store {
    async fn expect(&self, reference: &str, expected: &Expected, now: DateTime<Utc>) -> Result<Option<Expected>, StoreError> {
        let mut item = to_item("checkout", &keys::checkout(&self.creditor, reference), expected)?;
        item.insert("made_at".into(), s(keys::sortable(now)));
        let put = self.table.client.put_item().table_name(&self.table.name).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(PK)");
        let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = put.send().await else { return Ok(None) };
        let before = match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => failed.item.clone(),
            _ => None,
        };
        match before {
            Some(item) => from_item("checkout", item).map(Some),
            None => Err(refused(error)),
        }
    }

    async fn opened(&self, reference: &str, checkout: &Checkout, ask_at: DateTime<Utc>) -> Result<(), StoreError> {
        let update = self.table.client.update_item().table_name(&self.table.name);
        let update = update.set_key(Some(key_of(&keys::checkout(&self.creditor, reference))));
        let update = update
            .update_expression("SET checkout = :checkout, #url = :url, agenda_pk = :partition, agenda_sk = :ask")
            .expression_attribute_names("#url", "url")
            .expression_attribute_values(":checkout", s(&checkout.id))
            .expression_attribute_values(":url", s(&checkout.url))
            .expression_attribute_values(":partition", s(keys::agenda_release(keys::release_partition(reference))))
            .expression_attribute_values(":ask", s(keys::sortable(ask_at)))
            .expression_attribute_values(":null", AttributeValue::Null(true));
        // Whose money came before its provider's answer is asked about no more.
        let update = update.condition_expression("attribute_exists(PK) AND (attribute_not_exists(paid_at) OR paid_at = :null)");
        match update.send().await.map_err(refused) {
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn asked(&self, reference: &str, again_at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        let update = self.table.client.update_item().table_name(&self.table.name);
        let update = update.set_key(Some(key_of(&keys::checkout(&self.creditor, reference))));
        let update = match again_at {
            Some(at) => update.update_expression("SET agenda_sk = :at").expression_attribute_values(":at", s(keys::sortable(at))),
            None => update.update_expression("REMOVE agenda_pk, agenda_sk"),
        };
        match update.condition_expression("attribute_exists(agenda_pk)").send().await.map_err(refused) {
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn expected(&self, reference: &str) -> Result<Option<Expected>, StoreError> {
        let item = self.table.get(&keys::checkout(&self.creditor, reference)).await?;
        item.map(|item| from_item("checkout", item)).transpose()
    }

    async fn booked(&self, provider: &str, id: &str) -> Result<Option<Option<DebtorId>>, StoreError> {
        let Some(item) = self.table.get(&keys::booking(&self.creditor, provider, id)).await? else { return Ok(None) };
        let debtor = text(&item, "debtor").map(DebtorId::parse).transpose();
        Ok(Some(debtor.map_err(|source| corrupt("booking", source))?))
    }

    async fn book_stray(&self, payment: &PaymentFact, why: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = to_item("booking", &keys::booking(&self.creditor, &payment.provider, &payment.payment_id), payment)?;
        item.extend(key_of(&keys::booking(&self.creditor, &payment.provider, &payment.payment_id)));
        item.insert("booked_at".into(), s(keys::sortable(now)));
        let id = format!("{}:{}", payment.provider, payment.payment_id);
        let attention = Attention::OddPayment { payment: id.clone(), why: why.to_owned() };
        let listed = attention_item(self, &id, &attention, now)?;
        self.table.transact(vec![put(&self.table, item, true)?, put(&self.table, listed, false)?]).await
    }
}
