//! The one table in memory, with the semantics of the real one: items under two keys, transactions
//! that happen whole or not at all, and the index of what is due.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::{DateTime, Utc};
use upominek::domain::account::{Case, Credit, Profile};
use upominek::domain::claimed::Claimed;
use upominek::domain::handle::{Attention, Entry};
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::domain::reminder::Reminder;
use upominek::ports::ledger::Wording;
use upominek::ports::payments::Expected;
use upominek::ports::store::{Kept, Run, RunPage, StoreError};

/// DynamoDB takes so many actions in a transaction.
pub const MOST_ACTIONS: usize = 100;

/// Partition key and sort key.
pub type Key = (String, String);

/// What lies in an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Who and when.
    Profile(Box<Profile>),
    /// An open or a closed case.
    Case(Box<Case>),
    /// A reminder.
    Reminder(Box<Reminder>),
    /// Money without a case.
    Credit(Credit),
    /// Side claims.
    Claim(Box<Claimed>),
    /// One commit's entries.
    TimeLine(DateTime<Utc>, Vec<Entry>),
    /// What went out.
    Wording(Wording),
    /// A pay link.
    Link(DebtorId),
    /// Something that points to a debtor.
    Ref(DebtorId),
    /// An alias: not unique.
    Refs(BTreeSet<(CaseId, DebtorId)>),
    /// Something that is only there or not.
    Mark,
    /// A kept event.
    Kept(Box<Kept>),
    /// A booking; without a debtor it is a stray.
    Booking(Option<DebtorId>),
    /// A checkout.
    Checkout(Box<Expected>),
    /// A run.
    Run(Box<Run>),
    /// A page of its report.
    Page(Box<RunPage>),
    /// A count.
    Count(u32),
    /// What waits for a person.
    Attention(Box<Attention>, DateTime<Utc>),
}

/// An item, with its place in the agenda if it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What lies in it.
    pub value: Value,
    /// Partition and sort key of the index.
    pub agenda: Option<(String, String)>,
}

impl Item {
    /// An item that is in no agenda.
    pub fn of(value: Value) -> Self {
        Self { value, agenda: None }
    }
}

/// What must be true of the item before a write.
pub enum When<'w> {
    /// Nothing.
    Always,
    /// There is none.
    Absent,
    /// There is one.
    Present,
    /// This.
    Is(Box<dyn Fn(&Item) -> bool + 'w>),
}

/// What is done to the item.
pub enum Do<'w> {
    /// It is put.
    Put(Item),
    /// It is deleted.
    Delete,
    /// Nothing: only its condition counts.
    Check,
    /// It is changed, or made from nothing.
    Update(Box<dyn FnOnce(Option<Item>) -> Item + 'w>),
}

/// One write of a transaction.
pub struct Write<'w> {
    /// Where.
    pub key: Key,
    /// Under which condition.
    pub when: When<'w>,
    /// What.
    pub what: Do<'w>,
}

impl<'w> Write<'w> {
    /// Puts an item, whatever was there.
    pub fn put(key: Key, item: Item) -> Self {
        Self { key, when: When::Always, what: Do::Put(item) }
    }

    /// Puts an item if there is none.
    pub fn add(key: Key, item: Item) -> Self {
        Self { key, when: When::Absent, what: Do::Put(item) }
    }

    /// Deletes an item.
    pub fn delete(key: Key) -> Self {
        Self { key, when: When::Always, what: Do::Delete }
    }
}

#[derive(Debug, Default)]
struct State {
    items: BTreeMap<Key, Item>,
    agenda: BTreeSet<(String, String, Key)>,
}

/// The table.
#[derive(Debug, Clone, Default)]
pub struct Table(Rc<RefCell<State>>);

/// A key.
pub fn key(pk: impl Into<String>, sk: impl Into<String>) -> Key {
    (pk.into(), sk.into())
}

/// The store's word for something that does not answer.
pub fn away() -> StoreError {
    StoreError::Unavailable("it does not answer".into())
}

impl Table {
    /// Writes all or nothing.
    ///
    /// # Errors
    /// `Conflict` where a condition does not hold; `Unavailable` for a transaction that the real
    /// table would refuse: too many actions, or two on one item.
    pub fn transact(&self, writes: Vec<Write<'_>>) -> Result<(), StoreError> {
        let mut keys: Vec<&Key> = writes.iter().map(|write| &write.key).collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        if keys.len() < all || all > MOST_ACTIONS {
            return Err(StoreError::Unavailable(
                format!("the table would refuse this transaction: {all} actions on {} items", keys.len()).into(),
            ));
        }
        let mut state = self.0.borrow_mut();
        let holds = |write: &Write<'_>| {
            let item = state.items.get(&write.key);
            match &write.when {
                When::Always => true,
                When::Absent => item.is_none(),
                When::Present => item.is_some(),
                When::Is(condition) => item.is_some_and(condition),
            }
        };
        if !writes.iter().all(holds) {
            return Err(StoreError::Conflict);
        }
        for write in writes {
            let old = state.items.remove(&write.key);
            if let Some((pk, sk)) = old.as_ref().and_then(|item| item.agenda.clone()) {
                state.agenda.remove(&(pk, sk, write.key.clone()));
            }
            let new = match write.what {
                Do::Put(item) => Some(item),
                Do::Delete => None,
                Do::Check => old,
                Do::Update(change) => Some(change(old)),
            };
            if let Some(item) = new {
                if let Some((pk, sk)) = item.agenda.clone() {
                    state.agenda.insert((pk, sk, write.key.clone()));
                }
                state.items.insert(write.key, item);
            }
        }
        Ok(())
    }

    /// One item.
    pub fn get(&self, key: &Key) -> Option<Item> {
        self.0.borrow().items.get(key).cloned()
    }

    /// The items of a partition from one sort key up to another, not included.
    pub fn range(&self, pk: &str, from: &str, below: &str) -> Vec<(String, Item)> {
        let state = self.0.borrow();
        let range = state.items.range(key(pk, from)..key(pk, below));
        range.map(|((_, sk), item)| (sk.clone(), item.clone())).collect()
    }

    /// All items whose partition key begins so.
    pub fn all(&self, pk_begins: &str) -> Vec<(Key, Item)> {
        let state = self.0.borrow();
        let from = state.items.range(key(pk_begins, "")..);
        from.take_while(|((pk, _), _)| pk.starts_with(pk_begins)).map(|(key, item)| (key.clone(), item.clone())).collect()
    }

    /// What an agenda holds after one sort key and up to another, in order: sort key and item's key.
    pub fn due(&self, pk: &str, after: Option<&str>, up_to: &str, limit: usize) -> Vec<(String, Key)> {
        let state = self.0.borrow();
        let from = (pk.to_owned(), after.unwrap_or_default().to_owned(), key("", ""));
        let due = state.agenda.range(from..).take_while(|(agenda, sk, _)| agenda == pk && sk.as_str() <= up_to);
        due.filter(|(_, sk, _)| after != Some(sk.as_str())).take(limit).map(|(_, sk, key)| (sk.clone(), key.clone())).collect()
    }
}
