//! What was decided of an invoice, day by day, as the time line of its account tells it.
//!
//! The case itself keeps the last decision alone. Each change of it stands in the time line, so that
//! somebody who asks a month later why nothing was said hears what stood on that day, and not what
//! stands now.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::account::Closed;
use super::decide::Decision;
use super::handle::Entry;
use super::ids::{CaseId, DebtorId};
use super::window::local_day;

/// What stood from an entry on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stood {
    /// A decision.
    Decided(Decision),
    /// None: what was decided holds no longer, and the next night decides anew.
    Undecided,
    /// The invoice was closed.
    Closed(Closed),
}

/// One change of what stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When it was written down.
    pub at: DateTime<Utc>,
    /// The first business day for which it stands.
    pub since_on: NaiveDate,
    /// What stood from then on.
    pub stood: Stood,
}

/// Whether two decisions say the same, but for the day on which the next step may go: that day moves with
/// everything that is said and paid, and is told where it is asked for.
pub fn says_the_same(one: &Decision, other: &Decision) -> bool {
    match (one, other) {
        (Decision::Step { step, reminder, .. }, Decision::Step { step: other_step, reminder: other_reminder, .. }) => {
            step == other_step && reminder == other_reminder
        }
        (Decision::Skip { reason, next_step, .. }, Decision::Skip { reason: other_reason, next_step: other_step, .. }) => {
            reason == other_reason && next_step == other_step
        }
        (Decision::Step { .. }, Decision::Skip { .. }) | (Decision::Skip { .. }, Decision::Step { .. }) => false,
    }
}

/// Whether an entry has a place in the history of what was decided of its invoice: of which.
pub fn is_about(entry: &Entry) -> Option<&CaseId> {
    match entry {
        Entry::Decided { case, .. } | Entry::CaseClosed { case, .. } | Entry::CaseReopened { case, .. } | Entry::CaseMoved { case, .. } => {
            Some(case)
        }
        _ => None,
    }
}

/// What the entries of one commit say of an invoice, the newest first. Of what replaces itself within the
/// commit only the last stays.
pub fn told(case: &CaseId, at: DateTime<Utc>, entries: &[Entry], zone: Tz) -> Vec<Told> {
    let today = local_day(at, zone);
    let mut told: Vec<Told> = Vec::new();
    for entry in entries.iter().filter(|entry| is_about(entry) == Some(case)) {
        let (since_on, stood) = match entry {
            Entry::Decided { on, decision: Some(decision), .. } => (*on, Stood::Decided(decision.clone())),
            Entry::Decided { on, decision: None, .. } => (*on, Stood::Undecided),
            Entry::CaseClosed { why, .. } => (today, Stood::Closed(*why)),
            Entry::CaseReopened { .. } => (today, Stood::Undecided),
            _ => continue,
        };
        if since_on <= today {
            told.clear();
        }
        told.insert(0, Told { at, since_on, stood });
    }
    told
}

/// Whether an invoice came to an account with these entries: from which debtor.
pub fn came_from<'a>(case: &CaseId, account: &DebtorId, entries: &'a [Entry]) -> Option<&'a DebtorId> {
    moves(case, entries).find_map(|(from, to)| (to == account).then_some(from))
}

/// Whether an invoice left an account with these entries.
pub fn left(case: &CaseId, account: &DebtorId, entries: &[Entry]) -> bool {
    moves(case, entries).any(|(from, _)| from == account)
}

fn moves<'a>(case: &CaseId, entries: &'a [Entry]) -> impl Iterator<Item = (&'a DebtorId, &'a DebtorId)> {
    entries.iter().filter_map(move |entry| match entry {
        Entry::CaseMoved { case: moved, from, to, .. } if moved == case => Some((from, to)),
        _ => None,
    })
}

/// What stood on a day, the newest first: what stood when the day ended, and before it what had stood
/// earlier on that day. `told` is the newest first; what was written down after the day says nothing
/// of it.
pub fn stood_on(told: &[Told], day: NaiveDate, zone: Tz) -> Vec<&Told> {
    let mut stood = Vec::new();
    for one in told.iter().filter(|one| local_day(one.at, zone) <= day && one.since_on <= day) {
        stood.push(one);
        if local_day(one.at, zone) < day {
            break;
        }
    }
    stood
}
