//! Time lines: what commits told of an invoice.

use chrono::{DateTime, Utc};
use upominek::domain::handle::Entry;
use upominek::domain::history;
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::ports::list::Part;
use upominek::ports::store::StoreError;
use upominek::ports::time_line::{Before, Commit, TimeLines};

use super::{Store, keys};
use crate::table::{Item, Key, Value, Write, key};

/// A page of a commit's entries, if there are any.
pub(super) fn write<'w>(store: &Store, debtor: &DebtorId, entries: Vec<Entry>, version: u64, now: DateTime<Utc>) -> Option<Write<'w>> {
    let place = format!("{}{}#{version:012}", keys::TIME_LINE, keys::sortable(now));
    let to: Key = key(keys::account(&store.creditor, debtor), place);
    (!entries.is_empty()).then(|| Write::put(to, Item::of(Value::TimeLine(now, entries))))
}

impl TimeLines for Store {
    async fn about(&self, debtor: &DebtorId, case: &CaseId, before: &Before, enough: usize) -> Result<Part<Commit>, StoreError> {
        self.reading("time-line", Some(debtor)).await?;
        let below = match before {
            Before::Now => "9#TIME$".to_owned(),
            Before::Instant(at) => format!("{}{}", keys::TIME_LINE, keys::sortable(*at)),
            Before::Place(place) => place.clone(),
        };
        let pages = self.table.range(&keys::account(&self.creditor, debtor), keys::TIME_LINE, &below).into_iter().rev();
        let mut pages = pages.filter_map(|(place, item)| match item.value {
            Value::TimeLine(at, entries) if entries.iter().any(|entry| history::is_about(entry) == Some(case)) => {
                Some((place, Commit { at, entries }))
            }
            _ => None,
        });
        let rows: Vec<(String, Commit)> = pages.by_ref().take(enough).collect();
        let next = pages.next().and_then(|_| rows.last().map(|(place, _)| place.clone()));
        Ok(Part { rows: rows.into_iter().map(|(_, commit)| commit).collect(), next })
    }
}
