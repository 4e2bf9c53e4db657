//! Checkouts by our reference, and bookings by their provider's id.

use chrono::{DateTime, Utc};
use upominek::domain::fact::PaymentFact;
use upominek::domain::handle::Attention;
use upominek::domain::ids::DebtorId;
use upominek::ports::payments::{Bookings, Expected};
use upominek::ports::store::StoreError;

use super::{Store, keys};
use crate::table::{Do, Item, Value, When, Write};

impl Bookings for Store {
    async fn expect(&self, reference: &str, expected: &Expected, _: DateTime<Utc>) -> Result<(), StoreError> {
        let item = Item::of(Value::Checkout(expected.clone()));
        let key = keys::checkout(&self.creditor, reference);
        let write = || match self.table.transact(vec![Write::add(key, item)]) {
            Err(StoreError::Conflict) => Ok(()),
            other => other,
        };
        self.writing("expect", Some(&expected.debtor), write).await
    }

    async fn opened(&self, reference: &str, checkout: &str) -> Result<(), StoreError> {
        let change = |item: Option<Item>| match item {
            Some(Item { value: Value::Checkout(mut expected), agenda }) => {
                expected.checkout = Some(checkout.to_owned());
                Item { value: Value::Checkout(expected), agenda }
            }
            other => other.unwrap_or_else(|| Item::of(Value::Mark)),
        };
        let key = keys::checkout(&self.creditor, reference);
        let write = Write { key, when: When::Present, what: Do::Update(Box::new(change)) };
        self.writing("opened", None, || self.table.transact(vec![write])).await
    }

    async fn expected(&self, reference: &str) -> Result<Option<Expected>, StoreError> {
        self.reading("expected", None).await?;
        Ok(match self.table.get(&keys::checkout(&self.creditor, reference)) {
            Some(Item { value: Value::Checkout(expected), .. }) => Some(expected),
            _ => None,
        })
    }

    async fn booked(&self, provider: &str, id: &str) -> Result<Option<Option<DebtorId>>, StoreError> {
        self.reading("booked", None).await?;
        Ok(match self.table.get(&keys::booking(&self.creditor, provider, id)) {
            Some(Item { value: Value::Booking(debtor), .. }) => Some(debtor),
            _ => None,
        })
    }

    async fn book_stray(&self, payment: &PaymentFact, why: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let id = format!("{}:{}", payment.provider, payment.payment_id);
        let (row, item) = self.attention_row(&id, &Attention::OddPayment { payment: id.clone(), why: why.to_owned() }, now);
        let booking = keys::booking(&self.creditor, &payment.provider, &payment.payment_id);
        let writes = vec![Write::add(booking, Item::of(Value::Booking(None))), Write::put(row, item)];
        self.writing("book-stray", None, || self.table.transact(writes)).await
    }
}
