//! A day that has not come: what its night decides if nothing comes in until then.
//!
//! The nights between are played in memory, by the code of the night and at its hour. What they decide
//! goes out, as if everything were approved and delivered, and no cap on a run held it back: what a day
//! weeks ahead says does not repeat what an earlier day will have said.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use super::account::Account;
use super::handle::{Command, Context, Outcome, Refused, handle, settle};
use super::reminder::{Reminder, ReminderState};
use super::window::instant;

/// The night of a day, with no more than `messages` new ones to the debtor; no bound if none is said.
///
/// # Errors
/// `Refused` where a later night has been evaluated.
pub fn night(account: &Account, as_of: NaiveDate, messages: Option<u32>, context: &Context<'_>) -> Result<Outcome, Refused> {
    let command = match messages {
        Some(messages) => Command::NightWithin { as_of, messages },
        None => Command::Night { as_of },
    };
    handle(&eve(account, as_of, context), &command, &at_night(as_of, context))
}

/// The account as the night of a day finds it. What awaits approval today has not gone by then.
pub fn eve<'a>(account: &'a Account, as_of: NaiveDate, context: &Context<'_>) -> Cow<'a, Account> {
    let mut eve = Cow::Borrowed(account);
    let goes_by_then = |reminder: &Reminder| reminder.id.as_of < as_of && waits(reminder) && !reminder.awaits_approval;
    say(&mut eve, goes_by_then);
    // Whatever came in since today's night was evaluated at once.
    let today = context.today();
    let is_over = context.now >= instant(today, context.settings.night_at, context.settings.zone);
    let mut first = if is_over { today + Days::new(1) } else { today };
    while let Some(day) = eve.profile.wake_on.map(|day| day.max(first)).filter(|day| *day < as_of) {
        if let Ok(outcome) = handle(&eve, &Command::Night { as_of: day }, &at_night(day, context)) {
            eve = Cow::Owned(outcome.account);
            say(&mut eve, |reminder| reminder.id.as_of == day && waits(reminder));
        }
        let Some(next) = day.succ_opt() else { break };
        first = next;
    }
    eve
}

fn waits(reminder: &Reminder) -> bool {
    matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled)
}

/// Those reminders go out.
fn say(account: &mut Cow<'_, Account>, goes: impl Fn(&Reminder) -> bool) {
    if !account.reminders.iter().any(&goes) {
        return;
    }
    for reminder in account.to_mut().reminders.iter_mut().filter(|reminder| goes(reminder)) {
        let at = reminder.check_at;
        settle(reminder, ReminderState::Sent, None, at);
    }
}

/// The hour of a day's night; now, if that is over.
fn at_night<'a>(day: NaiveDate, context: &Context<'a>) -> Context<'a> {
    let settings = context.settings;
    Context { settings, now: context.now.max(instant(day, settings.night_at, settings.zone)) }
}
