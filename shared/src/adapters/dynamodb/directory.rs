//! Who is who: everything that an event needs to know, in one request.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::Store;
use super::items::{Item, corrupt, key_of, refused, text};
use super::keys::{self, Key};
use crate::domain::fact::InvoiceRef;
use crate::domain::ids::{CaseId, DebtorId};
use crate::ports::store::{Directories, Directory, Question, StoreError};

impl Directories for Store {
    async fn look_up(&self, question: Question<'_>) -> Result<Directory, StoreError> {
        let (source, event_id) = question.event;
        let seen = keys::seen_event(&self.creditor, source, event_id);
        let booking = question.booking.map(|(provider, id)| keys::booking(&self.creditor, provider, id));
        let named = question.invoice.map(|invoice| match invoice {
            InvoiceRef::Case(case) => keys::invoice(&self.creditor, case),
            InvoiceRef::Alias(value) => keys::alias(&self.creditor, value),
        });
        let marks: Vec<Key> = question.names.iter().map(|name| keys::parked_mark(&self.creditor, name)).collect();
        let who: Vec<Key> = question.identities.iter().map(|identity| keys::identity(&self.creditor, identity)).collect();
        let single = [Some(&seen), named.as_ref(), booking.as_ref()].into_iter().flatten();
        let found = self.table.batch_get(single.chain(&marks).chain(&who)).await?;
        let invoices = match (question.invoice, named.as_ref().and_then(|key| found.get(key))) {
            (Some(invoice), Some(item)) => invoices_of(invoice, item)?,
            _ => Vec::new(),
        };
        Ok(Directory {
            event_seen: found.contains_key(&seen),
            booked: booking.is_some_and(|key| found.contains_key(&key)),
            invoices,
            debtors: who.iter().map(|key| found.get(key).map(debtor_of).transpose()).collect::<Result<_, _>>()?,
            parked: marks.iter().any(|key| found.contains_key(key)),
        })
    }
}

fn debtor_of(item: &Item) -> Result<DebtorId, StoreError> {
    let debtor = text(item, "debtor").ok_or_else(|| corrupt("identity", "no debtor"))?;
    DebtorId::parse(debtor).map_err(|source| corrupt("identity", source))
}

fn invoices_of(invoice: &InvoiceRef, item: &Item) -> Result<Vec<(CaseId, DebtorId)>, StoreError> {
    match invoice {
        InvoiceRef::Case(case) => Ok(vec![(case.clone(), debtor_of(item)?)]),
        InvoiceRef::Alias(_) => {
            let refs = item.get("refs").and_then(|value| value.as_ss().ok());
            refs.into_iter().flatten().map(|reference| parse_ref(reference)).collect()
        }
    }
}

fn parse_ref(reference: &str) -> Result<(CaseId, DebtorId), StoreError> {
    let (debtor, case) = reference.split_once('#').ok_or_else(|| corrupt("alias", "a reference without a case"))?;
    let debtor = DebtorId::parse(debtor).map_err(|source| corrupt("alias", source))?;
    let case = CaseId::try_from(case.to_owned()).map_err(|source| corrupt("alias", source))?;
    Ok((case, debtor))
}

impl super::Table {
    /// Several items, consistently; what is not there is not in the answer.
    pub(super) async fn batch_get<'k>(&self, wanted: impl Iterator<Item = &'k Key>) -> Result<HashMap<Key, Item>, StoreError> {
        let mut keys: Vec<Item> = Vec::new();
        for key in wanted {
            let item = key_of(key);
            if !keys.contains(&item) {
                keys.push(item);
            }
        }
        let mut found = HashMap::new();
        while !keys.is_empty() {
            let now: Vec<Item> = keys.drain(..keys.len().min(100)).collect();
            let request = KeysAndAttributes::builder().set_keys(Some(now)).consistent_read(true).build();
            let request = request.map_err(|source| corrupt("batch", source))?;
            let answer = self.client.batch_get_item().request_items(&self.name, request).send().await.map_err(refused)?;
            for item in answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default() {
                let key =
                    Key { pk: text(&item, "PK").unwrap_or_default().to_owned(), sk: text(&item, "SK").unwrap_or_default().to_owned() };
                found.insert(key, item);
            }
            // What was not answered for lack of room is asked for again.
            let left = answer.unprocessed_keys.unwrap_or_default().remove(&self.name);
            keys.extend(left.map(|left| left.keys).unwrap_or_default());
        }
        Ok(found)
    }
}
