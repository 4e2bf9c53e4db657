//! Events that are kept. What waits for an invoice is marked under the invoice's name; the mark and
//! the invoice guard each other.

use upominek::domain::fact::InvoiceRef;
use upominek::ports::store::{Kept, KeptBecause, KeptEvents, StoreError};

use super::{Store, keys};
use crate::table::{Do, Item, Value, When, Write, key};

impl KeptEvents for Store {
    async fn keep(&self, kept: &Kept) -> Result<(), StoreError> {
        let place = |at| (keys::agenda_release(keys::release_partition(&kept.id)), keys::sortable(at));
        let item = Item { value: Value::Kept(Box::new(kept.clone())), agenda: kept.retry_at.map(place) };
        let mut writes = vec![Write::put(keys::kept(&self.creditor, &kept.id), item)];
        if let (KeptBecause::Parked, Some(invoice)) = (kept.because, &kept.waits_for) {
            let parked = keys::parked(&self.creditor, invoice);
            writes.push(Write::put(key(&parked, "MARK"), Item::of(Value::Mark)));
            writes.push(Write::put(key(&parked, format!("EVENT#{}", kept.id)), Item::of(Value::Mark)));
            writes.push(Write { key: keys::named(&self.creditor, invoice), when: When::Absent, what: Do::Check });
        }
        self.writing("keep", None, || self.table.transact(writes)).await
    }

    async fn kept(&self, id: &str) -> Result<Option<Kept>, StoreError> {
        self.reading("kept", None).await?;
        Ok(match self.table.get(&keys::kept(&self.creditor, id)) {
            Some(Item { value: Value::Kept(kept), .. }) => Some(*kept),
            _ => None,
        })
    }

    async fn forget(&self, kept: &Kept) -> Result<(), StoreError> {
        let mut writes = vec![Write::delete(keys::kept(&self.creditor, &kept.id))];
        if let Some(invoice) = &kept.waits_for {
            writes.push(Write::delete(key(keys::parked(&self.creditor, invoice), format!("EVENT#{}", kept.id))));
        }
        self.writing("forget", None, || self.table.transact(writes)).await
    }

    async fn waiting_for(&self, invoices: &[InvoiceRef]) -> Result<Vec<String>, StoreError> {
        self.reading("waiting", None).await?;
        let waiting = invoices.iter().flat_map(|invoice| self.table.range(&keys::parked(&self.creditor, invoice), "EVENT#", "EVENT$"));
        Ok(waiting.filter_map(|(sk, _)| sk.strip_prefix("EVENT#").map(str::to_owned)).collect())
    }
}
