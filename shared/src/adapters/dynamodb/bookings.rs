//! Checkouts by our reference, and bookings by their provider's id.

use chrono::{DateTime, Utc};

use super::Store;
use super::commit::attention_item;
use super::items::{corrupt, from_item, key_of, put, refused, s, text, to_item};
use super::keys;
use crate::domain::fact::PaymentFact;
use crate::domain::handle::Attention;
use crate::domain::ids::DebtorId;
use crate::ports::payments::{Bookings, Expected};
use crate::ports::store::StoreError;

impl Bookings for Store {
    async fn expect(&self, reference: &str, expected: &Expected, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = to_item("checkout", &keys::checkout(&self.creditor, reference), expected)?;
        item.insert("made_at".into(), s(keys::sortable(now)));
        match self.table.put(item, true).await {
            Err(StoreError::Conflict) => Ok(()),
            other => other,
        }
    }

    async fn opened(&self, reference: &str, checkout: &str) -> Result<(), StoreError> {
        let update = self.table.client.update_item().table_name(&self.table.name);
        let update = update.set_key(Some(key_of(&keys::checkout(&self.creditor, reference))));
        let update = update.update_expression("SET checkout = :checkout").expression_attribute_values(":checkout", s(checkout));
        update.condition_expression("attribute_exists(PK)").send().await.map_err(refused)?;
        Ok(())
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
