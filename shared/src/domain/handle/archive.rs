//! Reminders that no decision needs any more go to history.

use chrono::NaiveDate;

use crate::domain::account::Account;
use crate::domain::creditor::Settings;
use crate::domain::ids::CaseId;
use crate::domain::reminder::ReminderState;

/// For how many days what was said counts at least: twice the days of the weekly cap.
const SAID_DAYS: i64 = 14;

/// How many old reminders one command moves to history.
const ARCHIVED_AT_ONCE: usize = 5;

/// For how many days service messages stay: nothing decides by them, and people ask about the last ones.
const SERVICE_DAYS: i64 = 30;

/// Moves reminders to history that no decision needs any more: none of their invoices is open, and
/// they are too old to matter for a gap, or, unsaid, for a reopening. What this command changed stays
/// for the next one: it goes to history as it was before.
pub(super) fn archive(account: &mut Account, before: &Account, settings: &Settings, today: NaiveDate) {
    let Account { cases, reminders, .. } = account;
    let is_open = |id: &CaseId| cases.iter().any(|case| case.id == *id && case.closed.is_none());
    let mut room = ARCHIVED_AT_ONCE;
    reminders.retain(|reminder| {
        let needed_days = match reminder.state {
            ReminderState::Sent | ReminderState::PresumedSent => SAID_DAYS.max(settings.policy.least_gap_days.into()),
            ReminderState::Cancelled | ReminderState::Failed => 60,
            ReminderState::Draft | ReminderState::Scheduled | ReminderState::Claimed | ReminderState::Ambiguous => return true,
        };
        let old = (today - reminder.id.as_of).num_days() > needed_days;
        let goes = old && room > 0 && before.reminders.contains(reminder) && !reminder.lines.iter().any(|line| is_open(&line.case));
        room -= usize::from(goes);
        !goes
    });
    account.service.retain(|message| {
        let settled = !message.state.is_open() && message.state != ReminderState::Ambiguous;
        let old = (today - message.id.as_of).num_days() > SERVICE_DAYS;
        let goes = settled && old && room > 0 && before.service.contains(message);
        room -= usize::from(goes);
        !goes
    });
}
