//! Who is who: everything that an event needs to know, in one request.

use upominek::domain::fact::InvoiceRef;
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::ports::store::{Directories, Directory, Identity, Question, StoreError};

use super::{Store, keys};
use crate::table::{Item, Value, key};

impl Directories for Store {
    async fn look_up(&self, question: Question<'_>) -> Result<Directory, StoreError> {
        let who = question.identities.iter().find_map(|identity| self.debtor(identity));
        self.reading("look-up", who.as_ref()).await?;
        let there = |key| self.table.get(&key).is_some();
        let (source, event_id) = question.event;
        Ok(Directory {
            event_seen: there(keys::seen_event(&self.creditor, source, event_id)),
            booked: question.booking.is_some_and(|(provider, id)| there(keys::booking(&self.creditor, provider, id))),
            invoices: question.invoice.map(|invoice| self.invoices(invoice)).unwrap_or_default(),
            debtors: question.identities.iter().map(|identity| self.debtor(identity)).collect(),
            parked: question.names.iter().any(|name| there(key(keys::parked(&self.creditor, name), "MARK"))),
        })
    }
}

impl Store {
    fn debtor(&self, identity: &Identity) -> Option<DebtorId> {
        match self.table.get(&keys::identity(&self.creditor, identity))?.value {
            Value::Ref(debtor) => Some(debtor),
            _ => None,
        }
    }

    fn invoices(&self, invoice: &InvoiceRef) -> Vec<(CaseId, DebtorId)> {
        match (invoice, self.table.get(&keys::named(&self.creditor, invoice))) {
            (InvoiceRef::Case(case), Some(Item { value: Value::Ref(debtor), .. })) => vec![(case.clone(), debtor)],
            (InvoiceRef::Alias(_), Some(Item { value: Value::Refs(refs), .. })) => refs.into_iter().collect(),
            _ => Vec::new(),
        }
    }
}
