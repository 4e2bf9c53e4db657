//! An outcome beyond what one transaction carries: its cases in parts, each under a version of its own,
//! before the last one with the rest.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::TransactWriteItem;
use chrono::{DateTime, Utc};

use super::commit::{has_open, profile_write};
use super::{Store, time_line};
use crate::domain::account::Account;
use crate::domain::handle::Entry;
use crate::domain::ids::CaseId;
use crate::ports::store::StoreError;

/// DynamoDB takes 100 actions in a transaction; a few are kept free.
pub(super) const ACTIONS_AT_ONCE: usize = 96;
/// Pages of the time line in a part: what is decided of as many cases as go with it.
const TIME_LINE_PAGES: usize = 2;

/// What is written of one case, all or nothing.
pub(super) type CaseWrites<'a> = (&'a CaseId, Vec<TransactWriteItem>);

/// The parts so far, and what is left for the last one.
pub(super) struct Parts<'a> {
    store: &'a Store,
    before: &'a Account,
    now: DateTime<Utc>,
    /// The version under which the next one commits.
    pub version: u64,
    /// What no part has told yet.
    pub entries: Vec<&'a Entry>,
    /// The parts.
    pub done: Vec<Vec<TransactWriteItem>>,
}

impl<'a> Parts<'a> {
    /// None yet.
    pub fn of(store: &'a Store, before: &'a Account, entries: &'a [Entry], now: DateTime<Utc>) -> Self {
        Self { store, before, now, version: before.profile.version, entries: entries.iter().collect(), done: Vec::new() }
    }

    /// All cases in parts; the first one begins with `first`.
    pub fn carry(&mut self, first: Vec<TransactWriteItem>, cases: Vec<CaseWrites<'a>>) -> Result<(), StoreError> {
        let (mut part, mut stored) = (first, BTreeSet::new());
        for (id, writes) in cases {
            if part.len() + writes.len() + 1 + TIME_LINE_PAGES > ACTIONS_AT_ONCE {
                self.close(std::mem::take(&mut part), &std::mem::take(&mut stored))?;
            }
            part.extend(writes);
            stored.insert(id);
        }
        self.close(part, &stored)
    }

    /// What was decided of a case is told with it: the same command, run again after a stop, finds it
    /// decided and has nothing to tell.
    fn close(&mut self, mut part: Vec<TransactWriteItem>, stored: &BTreeSet<&CaseId>) -> Result<(), StoreError> {
        let with_it = |entry: &&Entry| matches!(entry, Entry::Decided { case, .. } if stored.contains(case));
        let (told, later): (Vec<&Entry>, Vec<&Entry>) = std::mem::take(&mut self.entries).into_iter().partition(with_it);
        self.entries = later;
        let profile = &self.before.profile;
        part.extend(time_line::writes(self.store, &profile.debtor, &told, self.version + 1, self.now)?);
        part.push(profile_write(self.store, profile, self.version, has_open(self.before))?);
        self.version += 1;
        self.done.push(part);
        Ok(())
    }
}
