//! Checkouts by our reference, and bookings by their provider's id.

use chrono::{DateTime, Utc};
use upominek::domain::fact::PaymentFact;
use upominek::domain::handle::Attention;
use upominek::domain::ids::DebtorId;
use upominek::ports::outside::Checkout;
use upominek::ports::payments::{Bookings, Expected};
use upominek::ports::store::StoreError;

use super::{Store, keys};
use crate::table::{Do, Item, Value, When, Write};

impl Bookings for Store {
    async fn expect(&self, reference: &str, expected: &Expected, _: DateTime<Utc>) -> Result<Option<Expected>, StoreError> {
        let item = Item::of(Value::Checkout(Box::new(expected.clone())));
        let key = keys::checkout(&self.creditor, reference);
        let write = || match self.table.transact(vec![Write::add(key.clone(), item)]) {
            Err(StoreError::Conflict) => match self.table.get(&key) {
                Some(Item { value: Value::Checkout(before), .. }) => Ok(Some(*before)),
                _ => Err(StoreError::Conflict),
            },
            other => other.map(|()| None),
        };
        self.writing("expect", Some(&expected.debtor), write).await
    }

    // Nobody is asked here: each event that a provider has is told.
    async fn opened(&self, reference: &str, checkout: &Checkout, _: DateTime<Utc>) -> Result<(), StoreError> {
        let change = |item: Option<Item>| match item {
            Some(Item { value: Value::Checkout(mut expected), agenda }) => {
                (expected.checkout, expected.url) = (Some(checkout.id.clone()), Some(checkout.url.clone()));
                Item { value: Value::Checkout(expected), agenda }
            }
            other => other.unwrap_or_else(|| Item::of(Value::Mark)),
        };
        let key = keys::checkout(&self.creditor, reference);
        let write = Write { key, when: When::Present, what: Do::Update(Box::new(change)) };
        self.writing("opened", None, || self.table.transact(vec![write])).await
    }

    async fn asked(&self, _: &str, _: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn expected(&self, reference: &str) -> Result<Option<Expected>, StoreError> {
        self.reading("expected", None).await?;
        Ok(match self.table.get(&keys::checkout(&self.creditor, reference)) {
            Some(Item { value: Value::Checkout(expected), .. }) => Some(*expected),
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
