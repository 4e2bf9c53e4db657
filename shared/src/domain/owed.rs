//! What was owed of an invoice, day by day: each change of its open amount with its day, kept on the
//! case, and the principal that bears interest, made of them.
//!
//! The source's echo of our own booking changes nothing that is open, so it is no change here either.
//! A case of an earlier version has fewer changes than amounts: what no change explains counts from
//! the beginning, which is the debtor's favour.

use chrono::NaiveDate;

use super::account::{Case, Closed};
use super::interest::{Change, ChangeKind, Principal};

/// Most changes that a case keeps.
const MOST_CHANGES: usize = 60;

impl Case {
    /// What is owed less what was settled, minor units; below zero where too much was paid.
    fn balance_minor(&self) -> i64 {
        let settled = self.paid_minor().saturating_add(self.credited_minor).saturating_add(self.settled_minor());
        self.total_minor.saturating_sub(settled)
    }

    /// Notes that on a day so many minor units less are owed; negative for more. Changes of one day
    /// and kind are one.
    pub fn changed(&mut self, on: NaiveDate, kind: ChangeKind, less_minor: i64) {
        match self.changes.iter_mut().find(|change| (change.on, change.kind) == (on, kind)) {
            Some(same) => same.less_minor = same.less_minor.saturating_add(less_minor),
            None => self.changes.push(Change { on, kind, less_minor }),
        }
        self.changes.retain(|change| change.less_minor != 0);
        self.changes.sort_by_key(|change| change.on);
        if self.changes.len() > MOST_CHANGES {
            self.join_oldest();
        }
    }

    /// The two oldest changes of one kind become one, on the day that is better for the debtor.
    fn join_oldest(&mut self) {
        let kind = self.changes.first().map(|change| change.kind);
        let Some(next) = self.changes.iter().skip(1).position(|change| Some(change.kind) == kind) else { return };
        let later = self.changes.remove(next + 1);
        let oldest = &mut self.changes[0];
        oldest.less_minor = oldest.less_minor.saturating_add(later.less_minor);
        if oldest.less_minor < 0 {
            oldest.on = later.on;
        }
        self.changes.retain(|change| change.less_minor != 0);
        self.changes.sort_by_key(|change| change.on);
    }

    /// What the invoice asks for after its credit notes, also those for what was paid already, minor units.
    pub fn asked_minor(&self) -> i64 {
        self.total_minor.saturating_sub(self.credited_minor).saturating_sub(self.credited_beyond_minor)
    }

    /// What it asked for on a day as known now, minor units: what a correction added later is not in it, what one
    /// took off never was.
    pub fn asked_on(&self, day: NaiveDate) -> i64 {
        let later = self.changes.iter().filter(|change| is_added(change) && change.on > day);
        later.map(|change| change.less_minor).fold(self.asked_minor(), i64::saturating_add)
    }

    /// Takes so much off what corrections added, the last one first; returns what is left to take off.
    fn take_off_added(&mut self, minor: i64) -> i64 {
        let mut left = minor;
        for change in self.changes.iter_mut().rev().filter(|change| is_added(change)) {
            let taken = left.min(change.less_minor.saturating_neg());
            change.less_minor = change.less_minor.saturating_add(taken);
            left -= taken;
        }
        left
    }

    /// Does something to the case and notes what it changed on a day: the amount asked for apart from
    /// what was paid.
    pub fn noting<T>(&mut self, on: NaiveDate, act: impl FnOnce(&mut Self) -> T) -> T {
        let (asked_before, paid_before) = (self.asked_minor(), self.paid_minor());
        let done = act(self);
        let less_asked = asked_before.saturating_sub(self.asked_minor());
        // What is corrected up and down again was never owed either.
        let less_asked = if less_asked > 0 { self.take_off_added(less_asked) } else { less_asked };
        let more_paid = self.paid_minor().saturating_sub(paid_before);
        self.changed(on, ChangeKind::Correction, less_asked);
        self.changed(on, ChangeKind::Payment, more_paid);
        done
    }

    /// Money that the source had told turns out to have come earlier: on `on`, as far as it was noted
    /// later.
    pub fn paid_earlier(&mut self, on: NaiveDate, minor: i64) {
        let mut left = minor;
        for change in &mut self.changes {
            if change.kind == ChangeKind::Payment && change.on > on && change.less_minor > 0 {
                let moved = change.less_minor.min(left);
                change.less_minor -= moved;
                left -= moved;
            }
        }
        self.changed(on, ChangeKind::Payment, minor - left);
    }

    /// What bears interest, day by day.
    ///
    /// What a correction takes off was never owed, so it counts from the beginning; what one adds is
    /// owed from its own day. Nothing of a cancelled invoice was. Days given as an extension are for the
    /// settings to say (`Case::respites`).
    pub fn principal(&self) -> Principal {
        if self.closed == Some(Closed::Cancelled) {
            return Principal::new(0);
        }
        let counts = |change: &&Change| change.kind == ChangeKind::Payment || change.less_minor < 0;
        let changes: Vec<Change> = self.changes.iter().filter(counts).copied().collect();
        let now_minor = self.balance_minor().saturating_sub(self.credited_beyond_minor);
        let opening_minor = changes.iter().map(|change| change.less_minor).fold(now_minor, i64::saturating_add);
        Principal { opening_minor, changes, respites: Vec::new() }
    }
}

/// Whether a correction added something.
fn is_added(change: &Change) -> bool {
    change.kind == ChangeKind::Correction && change.less_minor < 0
}
