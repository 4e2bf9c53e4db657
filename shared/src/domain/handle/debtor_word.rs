//! What a debtor says on the pay page beside promises, payments and disputes: how to be written to, and
//! that instalments are wanted.

use chrono::Days;

use super::delivery::{free_steps, settle};
use super::{Attention, Context, Entry, Outcome, Refused};
use crate::domain::cause::Cause;
use crate::domain::debtor_word::{ASKED_AGAIN_AFTER_DAYS, DebtorWord, INSTALMENTS_ASKED, InstalmentRequest, Refusal};
use crate::domain::policy::Channel;
use crate::domain::reminder::ReminderState;
use crate::domain::stops::Party;

/// Nothing goes by this channel any more. What waits for its send window is not sent either.
pub(super) fn refuse(
    outcome: &mut Outcome,
    channel: Channel,
    (by, reason): (Party, Option<&String>),
    context: &Context<'_>,
) -> Result<(), Refused> {
    if !matches!(channel, Channel::Email | Channel::Sms) {
        return Err(Refused::Channel(Cause::NotRefusable));
    }
    let profile = &mut outcome.account.profile;
    if profile.refuses(channel) {
        return Err(Refused::NoEffect("it is refused already"));
    }
    profile.refusals.push(Refusal { channel, since: context.today(), by });
    outcome.entries.push(Entry::ChannelRefused { channel, by, reason: reason.cloned() });
    let waiting = outcome
        .account
        .reminders
        .iter()
        .filter(|reminder| reminder.id.channel == channel && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled));
    for id in waiting.map(|reminder| reminder.id.clone()).collect::<Vec<_>>() {
        free_steps(outcome, &id);
        if let Some(reminder) = outcome.account.reminders.iter_mut().find(|reminder| reminder.id == id) {
            settle(reminder, ReminderState::Cancelled, Some(Cause::ChannelRefused.name()), Some(context.now));
        }
        outcome.entries.push(Entry::ReminderUnsaid { reminder: id, state: ReminderState::Cancelled, reason: Cause::ChannelRefused.text() });
    }
    if by == Party::Debtor {
        outcome.attention.push(Attention::DebtorSaid { word: DebtorWord::NoMore { channel } });
    }
    Ok(())
}

/// The debtor may be written to this way again.
pub(super) fn allow(outcome: &mut Outcome, channel: Channel, reason: &str) -> Result<(), Refused> {
    let profile = &mut outcome.account.profile;
    if !profile.refuses(channel) {
        return Err(Refused::NoEffect("it is not refused"));
    }
    profile.refusals.retain(|refusal| refusal.channel != channel);
    outcome.entries.push(Entry::ChannelAllowed { channel, reason: reason.to_owned() });
    Ok(())
}

/// The debtor asks for instalments: silence for as many days as a payment is waited for, so that the
/// team can answer. Asked again too soon, it would silence everything for ever.
pub(super) fn ask_instalments(outcome: &mut Outcome, parts: u8, note: &str, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    if !INSTALMENTS_ASKED.contains(&parts) {
        return Err(Refused::InstalmentsAsked { least: *INSTALMENTS_ASKED.start(), most: *INSTALMENTS_ASKED.end() });
    }
    if !outcome.account.open_cases().iter().any(|case| case.remindable) {
        return Err(Refused::NoSuchCase);
    }
    let profile = &mut outcome.account.profile;
    if profile.asked_instalments.as_ref().is_some_and(|asked| today < asked.on + Days::new(ASKED_AGAIN_AFTER_DAYS)) {
        return Err(Refused::AskedBefore);
    }
    let until = context.settings.calendar().roll_forward(today + Days::new(u64::from(context.settings.policy.pending_days)));
    profile.asked_instalments = Some(InstalmentRequest { on: today, until, parts, note: note.to_owned() });
    outcome.entries.push(Entry::InstalmentsAsked { parts, note: note.to_owned() });
    outcome.attention.push(Attention::DebtorSaid { word: DebtorWord::Instalments { parts, note: note.to_owned() } });
    Ok(())
}

/// A plan is agreed, or the team says that there will be none: the request is answered.
pub(super) fn answer_request(outcome: &mut Outcome, reason: Option<&String>) -> Result<(), Refused> {
    let asked = outcome.account.profile.asked_instalments.as_mut();
    let yesterday = |asked: &InstalmentRequest| asked.on.pred_opt().unwrap_or(asked.on);
    let asked = asked.filter(|asked| asked.until > yesterday(asked)).ok_or(Refused::NoEffect("nothing is asked for"))?;
    // It is still known when it came: a new one may not follow at once.
    asked.until = yesterday(asked);
    outcome.entries.push(Entry::InstalmentsAnswered { reason: reason.cloned() });
    Ok(())
}
