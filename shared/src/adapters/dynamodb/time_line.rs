//! Time lines: what commits told of an account, a page or a few each.

use aws_sdk_dynamodb::types::TransactWriteItem;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Store;
use super::items::{corrupt, from_item, key_of, put, refused, s, text, to_item};
use super::keys::{self, Key};
use crate::domain::handle::Entry;
use crate::domain::history;
use crate::domain::ids::{CaseId, DebtorId};
use crate::ports::list::Part;
use crate::ports::store::StoreError;
use crate::ports::time_line::{Before, Commit, TimeLines};

/// Well below the 400 KB of an item, which counts names and signs of its own.
const PAGE_BYTES: usize = 200_000;

/// One page: entries of one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TimeLineItem {
    pub at: DateTime<Utc>,
    pub entries: Vec<Entry>,
    /// The invoices of whose history it tells, each once: by them it is found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<CaseId>,
}

/// The entries of a commit as pages under its version: one, or as many as they need.
pub(super) fn writes(
    store: &Store,
    debtor: &DebtorId,
    entries: &[&Entry],
    version: u64,
    now: DateTime<Utc>,
) -> Result<Vec<TransactWriteItem>, StoreError> {
    let pk = keys::account(&store.creditor, debtor);
    let pages = pages(entries)?.into_iter().enumerate();
    let writes = pages.map(|(part, entries)| {
        let mut about: Vec<CaseId> = entries.iter().filter_map(history::is_about).cloned().collect();
        about.sort();
        about.dedup();
        let key = Key { pk: pk.clone(), sk: keys::time_line(now, version, part) };
        put(&store.table, to_item("time line", &key, &TimeLineItem { at: now, entries, about })?, false)
    });
    writes.collect()
}

fn pages(entries: &[&Entry]) -> Result<Vec<Vec<Entry>>, StoreError> {
    let (mut pages, mut room) = (Vec::<Vec<Entry>>::new(), 0);
    for entry in entries {
        let bytes = serde_json::to_vec(entry).map_err(|source| corrupt("time line", source))?.len();
        match pages.last_mut().filter(|_| bytes <= room) {
            Some(page) => page.push((*entry).clone()),
            None => {
                pages.push(vec![(*entry).clone()]);
                room = PAGE_BYTES;
            }
        }
        room = room.saturating_sub(bytes);
    }
    Ok(pages)
}

impl TimeLines for Store {
    async fn about(&self, debtor: &DebtorId, case: &CaseId, before: &Before, enough: usize) -> Result<Part<Commit>, StoreError> {
        let pk = keys::account(&self.creditor, debtor);
        let (mut start, beyond) = match before {
            Before::Now => (None, keys::BEYOND_TIME_LINE.to_owned()),
            Before::Instant(at) => (None, keys::time_line_until(*at)),
            Before::Place(sk) => (Some(sk.clone()), keys::BEYOND_TIME_LINE.to_owned()),
        };
        let mut rows = Vec::new();
        loop {
            let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
            let answer = query
                .key_condition_expression("PK = :pk AND SK BETWEEN :first AND :beyond")
                .filter_expression("contains(about, :case)")
                .expression_attribute_values(":pk", s(&pk))
                .expression_attribute_values(":first", s(keys::TIME_LINE))
                .expression_attribute_values(":beyond", s(&beyond))
                .expression_attribute_values(":case", s(case.to_string()))
                .set_exclusive_start_key(start.take().map(|sk| key_of(&Key { pk: pk.clone(), sk })))
                .scan_index_forward(false)
                .send()
                .await
                .map_err(refused)?;
            for item in answer.items.unwrap_or_default() {
                let sk = text(&item, "SK").unwrap_or_default().to_owned();
                let TimeLineItem { at, entries, .. } = from_item("time line", item)?;
                rows.push((sk, Commit { at, entries }));
            }
            start = answer.last_evaluated_key.as_ref().and_then(|last| text(last, "SK")).map(str::to_owned);
            if start.is_none() || rows.len() >= enough {
                break;
            }
        }
        // A page of the database may hold many more than are wanted.
        let cut = rows.get(enough).and_then(|_| rows.get(enough.saturating_sub(1))).map(|(sk, _)| sk.clone());
        rows.truncate(enough);
        Ok(Part { rows: rows.into_iter().map(|(_, commit)| commit).collect(), next: cut.or(start) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Source;

    fn entry(number: usize, reason: usize) -> Entry {
        let case = CaseId::new(Source::parse("upominek").unwrap(), &format!("{number}")).unwrap();
        Entry::SentNow { case: Some(case), reason: "ż".repeat(reason) }
    }

    #[test]
    fn a_page_of_a_time_line_fits_an_item_and_nothing_is_lost() {
        let entries: Vec<Entry> = (0..700).map(|number| entry(number, 500)).collect();
        let pages = pages(&entries.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(pages.len(), 4);
        assert!(pages.iter().all(|page| serde_json::to_vec(page).unwrap().len() < 300_000));
        assert_eq!(pages.concat(), entries);
    }

    #[test]
    fn what_is_little_is_one_page() {
        let entries = [entry(1, 5), entry(2, 5)];
        assert_eq!(pages(&entries.iter().collect::<Vec<_>>()).unwrap().len(), 1);
        assert!(pages(&[]).unwrap().is_empty());
    }
}
