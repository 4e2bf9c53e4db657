//! The agenda of evaluations, and what waits for a person.

use chrono::{DateTime, NaiveDate, Utc};
use upominek::domain::handle::Attention;
use upominek::domain::ids::DebtorId;
use upominek::ports::store::{Agenda, AgendaPage, Attentions, StoreError};

use super::{Store, keys};
use crate::table::{Do, Item, Value, When, Write, key};

/// So small that runs of some size have several pages, whatever limit is asked for.
const PAGE: usize = 20;

impl Agenda for Store {
    async fn due(&self, shard: u16, as_of: NaiveDate, cursor: Option<&str>, limit: i32) -> Result<AgendaPage, StoreError> {
        self.reading("agenda", None).await?;
        let limit = usize::try_from(limit).unwrap_or(PAGE).min(PAGE);
        let due = self.table.due(&keys::agenda_evaluate(&self.creditor, shard), cursor, &format!("{as_of}$"), limit);
        let cursor = if due.len() < limit { None } else { due.last().map(|(sort, _)| sort.clone()) };
        let debtors = due.iter().filter_map(|(_, (pk, _))| keys::parse_account(&self.creditor, pk)).collect();
        Ok(AgendaPage { debtors, cursor })
    }

    async fn postpone(&self, debtor: &DebtorId, to: NaiveDate) -> Result<(), StoreError> {
        let write = || {
            let change = |item: Option<Item>| match item {
                Some(Item { value: Value::Profile(mut profile), agenda }) => {
                    profile.wake_on = Some(to);
                    Item { value: Value::Profile(profile), agenda: agenda.map(|(pk, _)| (pk, format!("{to}#{debtor}"))) }
                }
                other => other.unwrap_or_else(|| Item::of(Value::Mark)),
            };
            let when = When::Is(Box::new(|item: &Item| item.agenda.is_some()));
            let key = key(keys::account(&self.creditor, debtor), keys::PROFILE);
            match self.table.transact(vec![Write { key, when, what: Do::Update(Box::new(change)) }]) {
                // It sleeps already.
                Err(StoreError::Conflict) => Ok(()),
                other => other,
            }
        };
        self.writing("postpone", Some(debtor), write).await
    }
}

impl Attentions for Store {
    async fn attend(&self, about: &str, attention: &Attention, now: DateTime<Utc>) -> Result<(), StoreError> {
        let (key, item) = self.attention_row(about, attention, now);
        self.writing("attend", None, || self.table.transact(vec![Write::put(key, item)])).await
    }
}
