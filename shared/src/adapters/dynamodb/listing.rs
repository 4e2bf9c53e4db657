//! What people look at: lists in pages. Not used by the night.

use chrono::{DateTime, NaiveDate, Utc};

use super::commit::{AttentionRow, attention_item};
use super::items::{Item, from_item, key_of, refused, s, text};
use super::kept::Envelope;
use super::keys::{self, Key};
use super::ledger::WordingItem;
use super::time_line::TimeLineItem;
use super::{Store, runs};
use crate::domain::account::{Case, Profile};
use crate::domain::handle::{Attention, Entry};
use crate::domain::hold_history::HoldChange;
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::reminder::{Reminder, ReminderId};
use crate::ports::ledger::Wording;
use crate::ports::store::{Attentions, Kept, Run, StoreError};

/// One page of a list, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Opaque; `None` at the end.
    pub next: Option<String>,
}

/// A reminder with its debtor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderRow {
    /// To whom.
    pub debtor: DebtorId,
    /// The reminder.
    pub reminder: Reminder,
}

/// One commit's entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLinePage {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub entries: Vec<Entry>,
}

/// One thing that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttentionItem {
    /// Its id within the creditor.
    pub id: String,
    /// The debtor or event that it is about.
    pub about: String,
    /// Since when.
    pub at: DateTime<Utc>,
    /// What.
    pub attention: Attention,
}

impl Attentions for Store {
    async fn attend(&self, about: &str, attention: &Attention, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.table.put(attention_item(self, about, attention, now)?, false).await
    }
}

impl Store {
    /// A page of the index for people: the base keys of its rows.
    async fn list(&self, list: &str, after: Option<&str>, limit: i32, newest_first: bool) -> Result<Page<Key>, StoreError> {
        self.list_until(list, None, after, limit, newest_first).await
    }

    /// The same up to a place.
    async fn list_until(
        &self,
        list: &str,
        until: Option<String>,
        after: Option<&str>,
        limit: i32,
        newest_first: bool,
    ) -> Result<Page<Key>, StoreError> {
        let start = after.and_then(|after| start_key(list, after));
        let query = self.table.client.query().table_name(&self.table.name).index_name("lists");
        let condition = if until.is_some() { "lists_pk = :pk AND lists_sk < :until" } else { "lists_pk = :pk" };
        let query = match until {
            Some(until) => query.expression_attribute_values(":until", s(until)),
            None => query,
        };
        let answer = query
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", s(list))
            .set_exclusive_start_key(start)
            .scan_index_forward(!newest_first)
            .limit(limit)
            .send()
            .await
            .map_err(refused)?;
        let key = |item: &Item| Some(Key { pk: text(item, "PK")?.to_owned(), sk: text(item, "SK")?.to_owned() });
        let rows = answer.items.unwrap_or_default().iter().filter_map(key).collect();
        let next = answer
            .last_evaluated_key
            .as_ref()
            .and_then(|last| Some(format!("{}\n{}\n{}", text(last, "lists_sk")?, text(last, "PK")?, text(last, "SK")?)));
        Ok(Page { rows, next })
    }

    async fn items_of(&self, keys: &[Key]) -> Result<Vec<Item>, StoreError> {
        let mut found = self.table.batch_get(keys.iter()).await?;
        Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
    }

    /// Debtors of this creditor.
    pub async fn debtors(&self, after: Option<&str>, limit: i32) -> Result<Page<Profile>, StoreError> {
        let page = self.list(&keys::list_debtors(&self.creditor), after, limit, false).await?;
        let items = self.items_of(&page.rows).await?;
        let rows = items.into_iter().map(|item| from_item("profile", item)).collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }

    /// The accounts of the call list, the most urgent first; one that left it a moment ago is left out.
    pub async fn call_list(&self, after: Option<&str>, limit: i32) -> Result<Page<Profile>, StoreError> {
        let page = self.list(&keys::list_calls(&self.creditor), after, limit, false).await?;
        let profiles: Vec<Key> = page.rows.into_iter().map(|row| Key { pk: row.pk, sk: keys::PROFILE.to_owned() }).collect();
        let items = self.items_of(&profiles).await?;
        let rows: Vec<Profile> = items.into_iter().map(|item| from_item("profile", item)).collect::<Result<_, _>>()?;
        Ok(Page { rows: rows.into_iter().filter(|profile| profile.call.is_some()).collect(), next: page.next })
    }

    /// Open invoices whose VAT may be corrected as of a day, the oldest first, with their debtors; one that
    /// was closed a moment ago is left out.
    pub async fn vat_relief(&self, as_of: NaiveDate, after: Option<&str>, limit: i32) -> Result<Page<(DebtorId, CaseId)>, StoreError> {
        let until = Some(keys::relief_until(as_of));
        let page = self.list_until(&keys::list_relief(&self.creditor), until, after, limit, false).await?;
        let mut rows = Vec::new();
        for item in self.items_of(&page.rows).await? {
            let debtor = text(&item, "PK").and_then(keys::parse_account).map(|(_, debtor)| debtor);
            let case: Case = from_item("case", item)?;
            rows.extend(debtor.filter(|_| case.vat_relief_since(as_of).is_some()).map(|debtor| (debtor, case.id)));
        }
        Ok(Page { rows, next: page.next })
    }

    /// Reminders of a day.
    pub async fn reminders(&self, as_of: NaiveDate, after: Option<&str>, limit: i32) -> Result<Page<ReminderRow>, StoreError> {
        let page = self.list(&keys::list_reminders(&self.creditor, as_of), after, limit, false).await?;
        let mut rows = Vec::new();
        for item in self.items_of(&page.rows).await? {
            let debtor = text(&item, "PK").and_then(keys::parse_account).map(|(_, debtor)| debtor);
            if let Some(debtor) = debtor {
                rows.push(ReminderRow { debtor, reminder: from_item("reminder", item)? });
            }
        }
        Ok(Page { rows, next: page.next })
    }

    /// Kept events, without their bodies.
    pub async fn kept_events(&self, after: Option<&str>, limit: i32) -> Result<Page<Kept>, StoreError> {
        let page = self.list(&keys::list_kept(&self.creditor), after, limit, true).await?;
        let items = self.items_of(&page.rows).await?.into_iter();
        let rows = items
            .map(|item| from_item::<Envelope>("kept event", item).map(|envelope| envelope.into_kept(Vec::new())))
            .collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }

    /// Runs, the newest first.
    pub async fn runs(&self, after: Option<&str>, limit: i32) -> Result<Page<Run>, StoreError> {
        let page = self.list(&keys::list_runs(&self.creditor), after, limit, true).await?;
        let items = self.items_of(&page.rows).await?;
        let rows = items.iter().map(runs::read_run).collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }

    /// What a reminder said.
    pub async fn wording(&self, debtor: &DebtorId, id: &ReminderId) -> Result<Option<Wording>, StoreError> {
        let key = Key { pk: keys::account(&self.creditor, debtor), sk: keys::wording(id) };
        let Some(item) = self.table.get(&key).await? else { return Ok(None) };
        let WordingItem { subject, text, parts, contacts } = from_item("wording", item)?;
        Ok(Some(Wording { subject, text, parts, contacts }))
    }

    /// A page of an account's partition below a prefix.
    async fn below(&self, pk: String, prefix: &str, after: Option<&str>, limit: i32, newest_first: bool) -> Result<Page<Item>, StoreError> {
        let start = after.map(|sk| key_of(&Key { pk: pk.clone(), sk: sk.to_owned() }));
        let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
        let answer = query
            .key_condition_expression("PK = :pk AND SK BETWEEN :prefix AND :beyond")
            .expression_attribute_values(":pk", s(pk))
            .expression_attribute_values(":prefix", s(if prefix.is_empty() { " " } else { prefix }))
            // Behind every key that begins with the prefix: keys are ASCII.
            .expression_attribute_values(":beyond", s(format!("{prefix}~")))
            .set_exclusive_start_key(start)
            .scan_index_forward(!newest_first)
            .limit(limit)
            .send()
            .await
            .map_err(refused)?;
        let next = answer.last_evaluated_key.as_ref().and_then(|last| text(last, "SK")).map(str::to_owned);
        Ok(Page { rows: answer.items.unwrap_or_default(), next })
    }

    /// A debtor's time line, the newest first.
    pub async fn time_line(&self, debtor: &DebtorId, after: Option<&str>, limit: i32) -> Result<Page<TimeLinePage>, StoreError> {
        let page = self.below(keys::account(&self.creditor, debtor), keys::TIME_LINE, after, limit, true).await?;
        let mut rows = Vec::new();
        for item in page.rows {
            let TimeLineItem { at, entries, .. } = from_item("time line", item)?;
            rows.push(TimeLinePage { at, entries });
        }
        Ok(Page { rows, next: page.next })
    }

    /// A debtor's closed cases.
    pub async fn closed_cases(&self, debtor: &DebtorId, after: Option<&str>, limit: i32) -> Result<Page<Case>, StoreError> {
        let page = self.below(keys::account(&self.creditor, debtor), "9#CASE#", after, limit, false).await?;
        let rows = page.rows.into_iter().map(|item| from_item("case", item)).collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }

    /// What became of the hold on the whole creditor, the newest first.
    pub async fn hold_changes(&self, after: Option<&str>, limit: i32) -> Result<Page<HoldChange>, StoreError> {
        let page = self.below(keys::creditor(&self.creditor), keys::HOLDS, after, limit, true).await?;
        let rows = page.rows.into_iter().map(|item| from_item("hold change", item)).collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }

    /// What waits for a person.
    pub async fn attention(&self, after: Option<&str>, limit: i32) -> Result<Page<AttentionItem>, StoreError> {
        let page = self.below(keys::attention(&self.creditor, "", "").pk, "", after, limit, false).await?;
        let mut rows = Vec::new();
        for item in page.rows {
            let id = text(&item, "SK").unwrap_or_default().to_owned();
            let AttentionRow { about, at, attention } = from_item("attention", item)?;
            rows.push(AttentionItem { id, about, at, attention });
        }
        Ok(Page { rows, next: page.next })
    }

    /// A person has dealt with it.
    pub async fn attended(&self, id: &str) -> Result<(), StoreError> {
        if id.len() > 1_024 {
            return Ok(());
        }
        let key = Key { pk: keys::attention(&self.creditor, "", "").pk, sk: id.to_owned() };
        let delete = self.table.client.delete_item().table_name(&self.table.name).set_key(Some(key_of(&key)));
        delete.send().await.map(|_| ()).map_err(refused)
    }
}

fn start_key(list: &str, after: &str) -> Option<Item> {
    let mut parts = after.splitn(3, '\n');
    let (lists_sk, pk, sk) = (parts.next()?, parts.next()?, parts.next()?);
    let mut key = key_of(&Key { pk: pk.to_owned(), sk: sk.to_owned() });
    key.insert("lists_pk".into(), s(list));
    key.insert("lists_sk".into(), s(lists_sk));
    Some(key)
}
