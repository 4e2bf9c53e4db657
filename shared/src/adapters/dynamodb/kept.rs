//! Events that are kept: unreadable, waiting for their invoice, or for a busy account.
//!
//! A body may be larger than an item, so it lies in parts beside its envelope. What waits for an
//! invoice is marked under the invoice's name; the mark and the invoice guard each other.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Store;
use super::items::{Item, check, corrupt, delete, from_item, put, refused, s, text, to_item};
use super::keys;
use crate::domain::fact::InvoiceRef;
use crate::domain::ids::Source;
use crate::ports::store::{Kept, KeptBecause, KeptEvents, StoreError};

/// Well below the 400 KB of an item.
const PART_BYTES: usize = 300_000;
const MOST_PARTS: usize = 8;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Envelope {
    pub id: String,
    pub source: Source,
    pub headers: Vec<(String, String)>,
    pub received_at: DateTime<Utc>,
    pub because: KeptBecause,
    pub why: String,
    pub retry_at: Option<DateTime<Utc>>,
    pub tries: u32,
    pub waits_for: Option<InvoiceRef>,
    pub parts: usize,
}

impl Envelope {
    pub(super) fn into_kept(self, body: Vec<u8>) -> Kept {
        Kept {
            id: self.id,
            source: self.source,
            headers: self.headers,
            body,
            received_at: self.received_at,
            because: self.because,
            why: self.why,
            retry_at: self.retry_at,
            tries: self.tries,
            waits_for: self.waits_for,
        }
    }
}

impl KeptEvents for Store {
    async fn keep(&self, kept: &Kept) -> Result<(), StoreError> {
        let parts: Vec<&[u8]> = kept.body.chunks(PART_BYTES).collect();
        if parts.len() > MOST_PARTS {
            return Err(corrupt("kept event", "its body is larger than what intake accepts"));
        }
        for (index, part) in parts.iter().enumerate() {
            let key = keys::kept(&self.creditor, &kept.id, index + 1);
            let mut item = super::items::key_of(&key);
            item.insert("body".into(), AttributeValue::B(Blob::new(*part)));
            self.table.put(item, false).await?;
        }
        let mut writes = vec![put(&self.table, self.envelope_item(kept, parts.len())?, false)?];
        if let (KeptBecause::Parked, Some(invoice)) = (kept.because, &kept.waits_for) {
            let mark = super::items::key_of(&keys::parked_mark(&self.creditor, invoice));
            let event = super::items::key_of(&keys::parked_event(&self.creditor, invoice, &kept.id));
            let come = match invoice {
                InvoiceRef::Case(case) => keys::invoice(&self.creditor, case),
                InvoiceRef::Alias(value) => keys::alias(&self.creditor, value),
            };
            writes.push(put(&self.table, mark, false)?);
            writes.push(put(&self.table, event, false)?);
            writes.push(check(&self.table, &come, "attribute_not_exists(PK)", Item::new())?);
        }
        self.table.transact(writes).await
    }

    async fn kept(&self, id: &str) -> Result<Option<Kept>, StoreError> {
        let request = self.table.client.query().table_name(&self.table.name).consistent_read(true);
        let pk = keys::kept(&self.creditor, id, 0).pk;
        let mut pages =
            request.key_condition_expression("PK = :pk").expression_attribute_values(":pk", s(pk)).into_paginator().items().send();
        let (mut envelope, mut body) = (None, Vec::new());
        while let Some(item) = pages.next().await {
            let mut item = item.map_err(refused)?;
            match item.remove("body") {
                Some(AttributeValue::B(part)) => body.extend(part.into_inner()),
                _ => envelope = Some(from_item::<Envelope>("kept event", item)?),
            }
        }
        Ok(envelope.map(|envelope| envelope.into_kept(body)))
    }

    async fn forget(&self, kept: &Kept) -> Result<(), StoreError> {
        let parts = kept.body.len().div_ceil(PART_BYTES);
        let mut writes = Vec::new();
        for part in 0..=parts {
            writes.push(delete(&self.table, &keys::kept(&self.creditor, &kept.id, part))?);
        }
        if let Some(invoice) = &kept.waits_for {
            writes.push(delete(&self.table, &keys::parked_event(&self.creditor, invoice, &kept.id))?);
        }
        self.table.transact(writes).await
    }

    async fn waiting_for(&self, invoices: &[InvoiceRef]) -> Result<Vec<String>, StoreError> {
        let mut waiting = Vec::new();
        for invoice in invoices {
            let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
            let mut pages = query
                .key_condition_expression("PK = :pk AND begins_with(SK, :event)")
                .expression_attribute_values(":pk", s(keys::parked_mark(&self.creditor, invoice).pk))
                .expression_attribute_values(":event", s("EVENT#"))
                .into_paginator()
                .items()
                .send();
            while let Some(item) = pages.next().await {
                let item = item.map_err(refused)?;
                let id = text(&item, "SK").and_then(|sk| sk.strip_prefix("EVENT#"));
                waiting.extend(id.map(str::to_owned));
            }
        }
        Ok(waiting)
    }
}

impl Store {
    fn envelope_item(&self, kept: &Kept, parts: usize) -> Result<Item, StoreError> {
        let envelope = Envelope {
            id: kept.id.clone(),
            source: kept.source.clone(),
            headers: kept.headers.clone(),
            received_at: kept.received_at,
            because: kept.because,
            why: kept.why.clone(),
            retry_at: kept.retry_at,
            tries: kept.tries,
            waits_for: kept.waits_for.clone(),
            parts,
        };
        let mut item = to_item("kept event", &keys::kept(&self.creditor, &kept.id, 0), &envelope)?;
        item.insert("lists_pk".into(), s(keys::list_kept(&self.creditor)));
        item.insert("lists_sk".into(), s(keys::sortable(kept.received_at)));
        if let Some(retry_at) = kept.retry_at {
            item.insert("agenda_pk".into(), s(keys::agenda_release(keys::release_partition(&kept.id))));
            item.insert("agenda_sk".into(), s(keys::sortable(retry_at)));
        }
        Ok(item)
    }
}
