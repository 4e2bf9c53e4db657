//! Approval: where a creditor asks for it, a reminder to a debtor waits until a person has looked at
//! every line of it. One that nobody looked at by the close of its send window is not sent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::climb::Climber;
use super::creditor::Settings;
use super::decide::net_open;
use super::handle::Context;
use super::message::line::asked_minor;
use super::plan::ladder_of;
use super::reminder::{Line, Reminder, ReminderState};
use super::window::{instant, local_day};

/// Whether a person has to look at what goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody has to.
    #[default]
    None,
    /// Every line that a debtor would hear.
    Required,
}

/// The lines of a reminder that wait for a person's word. One that has nothing to ask for any more
/// waits for nobody, and a task is the team's own.
pub fn awaited<'a>(account: &Account, reminder: &'a Reminder, settings: &Settings) -> Vec<&'a Line> {
    if settings.approval == Approval::None || reminder.id.channel.is_for_team() {
        return Vec::new();
    }
    let open = net_open(account);
    let waits = |line: &&Line| {
        let Some((case, net_minor)) = open.iter().find(|(case, net_minor)| case.id == line.case && *net_minor > 0) else { return false };
        let asked_minor = asked_minor(account, case, *net_minor, &line.step, settings, reminder.id.as_of);
        let word = case.instruction(reminder.id.as_of);
        let ladder = || ladder_of(Climber::of(&account.profile, case, *net_minor), &line.step, settings);
        asked_minor > 0 && !word.is_some_and(|word| word.approves(&line.step, asked_minor, ladder()))
    };
    reminder.lines.iter().filter(waits).collect()
}

/// The opening and the close of the send window in which a reminder may go; `None` once it is over.
fn window_of(account: &Account, reminder: &Reminder, context: &Context<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (settings, zone) = (context.settings, account.zone(context.settings));
    let window = settings.window(reminder.id.channel);
    let from = context.now.max(instant(reminder.id.as_of, chrono::NaiveTime::MIN, settings.zone));
    let opens = window.next_open(from, zone, settings.calendar());
    let of_its_day = local_day(opens, settings.zone) <= reminder.id.as_of;
    of_its_day.then(|| (opens, window.on(local_day(opens, zone), zone).1))
}

/// Whether waiting for approval has to begin or end for a reminder.
fn turns(account: &Account, reminder: &Reminder, settings: &Settings) -> bool {
    let waiting = matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled);
    waiting && reminder.awaits_approval == awaited(account, reminder, settings).is_empty()
}

/// Whether waiting for approval has to begin or end for any reminder.
pub fn has_turned(account: &Account, settings: &Settings) -> bool {
    account.reminders.iter().any(|reminder| turns(account, reminder, settings))
}

/// Reminders that wait for approval are looked at when their window closes, others when it opens.
pub(super) fn arrange(account: &mut Account, context: &Context<'_>) {
    let turned: Vec<usize> =
        (0..account.reminders.len()).filter(|index| turns(account, &account.reminders[*index], context.settings)).collect();
    for index in turned {
        let window = window_of(account, &account.reminders[index], context);
        let reminder = &mut account.reminders[index];
        reminder.awaits_approval = !reminder.awaits_approval;
        // Its window is over: it is looked at once more, and taken off.
        let (opens, closes) = window.unwrap_or((context.now, context.now));
        reminder.check_at = Some(if reminder.awaits_approval { closes } else { opens });
    }
}

/// Whether the send window in which a reminder might have gone is over.
pub fn is_over(account: &Account, reminder: &Reminder, context: &Context<'_>) -> bool {
    window_of(account, reminder, context).is_none()
}
