//! Dispatch of one reminder: load, re-check, render, claim, send at once, settle.
//!
//! Between the claim and the settlement stands one call to a provider, made once. Whatever stops
//! this code there leaves a claim whose lease runs out, and then a person is asked; it is never sent
//! again blindly.

use chrono::{DateTime, Duration, Utc};

use super::AppError;
use super::apply::{Setting, TRIES, and_evaluate};
use super::link;
use crate::domain::account::Account;
use crate::domain::approval;
use crate::domain::cause::Cause;
use crate::domain::handle::{Attention, Command};
use crate::domain::ids::{DebtorId, base32};
use crate::domain::reminder::{Claim, Reminder, ReminderId, ReminderState};
use crate::domain::service::{STALE_AFTER, first_at};
use crate::ports::ledger::{Ledger, Settled};
use crate::ports::outside::{Chance, Clock, EmailSender, SendResult, SmsSender, WorkQueue};
use crate::ports::store::{Accounts, Attentions, StoreError};
use ready::{Outgoing, ready};

mod addressees;
pub mod look;
mod ready;
mod service;

/// How long a sender may take before its claim is over.
const LEASE: Duration = Duration::minutes(10);
/// The least time that a sender has.
const LEAST_LEASE: Duration = Duration::minutes(3);
/// When a provider that said "not now" is asked again.
const LATER: Duration = Duration::minutes(5);
/// How often a settlement is tried before the lease is left to run out.
const SETTLE_TRIES: u32 = 4;

/// What became of a reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dispatched {
    /// The provider accepted it.
    Sent,
    /// It is not waiting any more: sent, cancelled, or somebody else holds it.
    NotWaiting,
    /// Its window is closed; it goes when it opens.
    TooEarly,
    /// A line of it waits for a person's word.
    AwaitsApproval,
    /// There is nothing to say any more, or nobody to say it to.
    Cancelled(&'static str),
    /// Refused for good.
    Failed(String),
    /// Refused for now.
    Later(String),
    /// Nobody knows.
    Ambiguous(String),
}

/// A way to send.
#[derive(Debug)]
pub enum Sender<'a, E, M> {
    /// E-mails and tasks.
    Email(&'a E),
    /// SMS.
    Sms(&'a M),
}

// Derived, they would ask the same of the senders.
impl<E, M> Clone for Sender<'_, E, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, M> Copy for Sender<'_, E, M> {}

/// What a dispatch works with.
#[derive(Debug, Clone, Copy)]
pub struct Dispatcher<'a, S, Q, C, E, M> {
    /// The creditor's store.
    pub store: &'a S,
    /// The queues.
    pub queue: &'a Q,
    /// Clock and chance.
    pub clock: &'a C,
    /// The way to send.
    pub sender: Sender<'a, E, M>,
    /// Settings and the time of this work.
    pub setting: Setting<'a>,
    /// Key of the creditor's pay links.
    pub link_key: &'a str,
    /// Root of pay links.
    pub link_base_url: &'a str,
}

/// Why a reminder is not sent.
struct Unsaid {
    state: ReminderState,
    reason: Cause,
    block: Vec<String>,
}

fn cancelled(reason: Cause) -> Unsaid {
    Unsaid { state: ReminderState::Cancelled, reason, block: Vec::new() }
}

fn failed(reason: Cause, block: Vec<String>) -> Unsaid {
    Unsaid { state: ReminderState::Failed, reason, block }
}

impl<S, Q, C, E, M> Dispatcher<'_, S, Q, C, E, M>
where
    S: Accounts + Ledger + Attentions,
    Q: WorkQueue,
    C: Clock + Chance,
    E: EmailSender,
    M: SmsSender,
{
    /// Sends a reminder, if it is still to be sent.
    pub async fn dispatch(&self, debtor: &DebtorId, id: &ReminderId) -> Result<Dispatched, AppError> {
        for attempt in 0..TRIES {
            match self.attempt(debtor, id).await {
                Err(AppError::Store(StoreError::Conflict)) => self.clock.pause(attempt).await,
                other => return other,
            }
        }
        Err(AppError::Busy)
    }

    async fn attempt(&self, debtor: &DebtorId, id: &ReminderId) -> Result<Dispatched, AppError> {
        let Some(account) = self.store.load(debtor, None).await? else { return Ok(Dispatched::NotWaiting) };
        let Some(reminder) = account.message(id) else { return Ok(Dispatched::NotWaiting) };
        if reminder.state == ReminderState::Ambiguous {
            // Whoever wrote that down may have stopped before it was told.
            self.ask_a_person(debtor, id, reminder.reason.as_deref().unwrap_or_default()).await?;
        }
        if reminder.state != ReminderState::Scheduled {
            return Ok(Dispatched::NotWaiting);
        }
        let today = self.setting.context().today();
        if !approval::awaited(&account, reminder, self.setting.settings).is_empty() {
            return self.not_approved(&account, reminder).await;
        }
        let (settings, now) = (self.setting.settings, self.setting.now);
        let is_over = match id.service {
            Some(_) => now - reminder.created_at >= STALE_AFTER,
            None => id.as_of < today,
        };
        if is_over {
            return self.unsaid(debtor, id, cancelled(Cause::DayIsOver)).await;
        }
        let zone = account.zone(settings);
        let may_go = match id.service {
            Some(_) => first_at(id.channel, now, zone) <= now,
            None => settings.window(id.channel).is_open(now, zone, settings.calendar()),
        };
        if !may_go {
            return Ok(Dispatched::TooEarly);
        }
        let token = link::token(self.link_key, &settings.creditor, debtor, id);
        let ready = match ready(self.store, &account, reminder, (&token, self.link_base_url), self.setting).await? {
            Ok(ready) => ready,
            Err(unsaid) => return self.unsaid(debtor, id, unsaid).await,
        };
        let claim = Claim { token: base32(&self.clock.ten_bytes()?), until: lease(reminder, self.setting.now) };
        self.store.claim(&account, id, &claim, &ready.wording, ready.link.as_ref()).await?;
        let result = match (&ready.outgoing, &self.sender) {
            (Outgoing::Email(email), Sender::Email(sender)) => sender.send_email(email).await,
            (Outgoing::Sms(sms), Sender::Sms(sender)) => sender.send_sms(sms).await,
            _ => SendResult::NotNow("it came to the wrong channel's queue".to_owned()),
        };
        self.settle(debtor, id, &claim, &ready.outgoing, result).await
    }

    /// A line waits for a person's word: until the send window closes, and not longer.
    async fn not_approved(&self, account: &Account, reminder: &Reminder) -> Result<Dispatched, AppError> {
        let context = self.setting.context();
        if reminder.id.as_of >= context.today() && !approval::is_over(account, reminder, &context) {
            return Ok(Dispatched::AwaitsApproval);
        }
        // First, so that nobody stops between the two; one row a day tells the team.
        let attention = Attention::NotApproved { on: reminder.id.as_of };
        self.store.attend(context.settings.creditor.as_str(), &attention, self.setting.now).await?;
        self.change(&account.profile.debtor, &Command::NotApproved { reminder: reminder.id.clone() }).await?;
        Ok(Dispatched::Cancelled(Cause::NotApproved.name()))
    }

    async fn settle(
        &self,
        debtor: &DebtorId,
        id: &ReminderId,
        claim: &Claim,
        outgoing: &Outgoing,
        result: SendResult,
    ) -> Result<Dispatched, AppError> {
        let (settled, dispatched) = match result {
            SendResult::Accepted(message_id) => (Settled::Sent(message_id), Dispatched::Sent),
            SendResult::NotNow(why) => (Settled::Later(self.setting.now + LATER), Dispatched::Later(why)),
            SendResult::Unknown(why) => (Settled::Ambiguous(why.clone()), Dispatched::Ambiguous(why)),
            SendResult::Never { reason, address } => {
                // Of several addresses nobody can know which one is to blame.
                let block = outgoing.sole_address().filter(|_| address).map(str::to_owned).into_iter().collect();
                let command = Command::Unsaid { reminder: id.clone(), state: ReminderState::Failed, reason: reason.clone(), block };
                self.change(debtor, &command).await?;
                return Ok(Dispatched::Failed(reason));
            }
        };
        for attempt in 0..SETTLE_TRIES {
            match self.store.settle(debtor, id, claim, &settled, self.setting.now).await {
                Err(StoreError::Unavailable(_)) if attempt + 1 < SETTLE_TRIES => self.clock.pause(attempt).await,
                // Perhaps it is this very settlement, whose answer was lost: a person is still to be asked.
                Err(StoreError::Conflict) if matches!(dispatched, Dispatched::Ambiguous(_)) => return Err(StoreError::Conflict.into()),
                // The lease ran out meanwhile and a person is asked, or evidence came first.
                Err(StoreError::Conflict) => return Ok(Dispatched::Ambiguous("it was settled by somebody else".to_owned())),
                other => {
                    other?;
                    break;
                }
            }
        }
        if let Dispatched::Ambiguous(why) = &dispatched {
            self.ask_a_person(debtor, id, why).await?;
        }
        Ok(dispatched)
    }

    /// Nobody knows what became of a reminder.
    async fn ask_a_person(&self, debtor: &DebtorId, id: &ReminderId, why: &str) -> Result<(), AppError> {
        let attention = Attention::Reminder { reminder: id.clone(), state: ReminderState::Ambiguous, reason: why.to_owned() };
        Ok(self.store.attend(debtor.as_str(), &attention, self.setting.now).await?)
    }

    async fn unsaid(&self, debtor: &DebtorId, id: &ReminderId, unsaid: Unsaid) -> Result<Dispatched, AppError> {
        let Unsaid { state, reason, block } = unsaid;
        let command = Command::Unsaid { reminder: id.clone(), state, reason: reason.text(), block };
        self.change(debtor, &command).await?;
        Ok(match state {
            ReminderState::Failed => Dispatched::Failed(reason.text()),
            _ => Dispatched::Cancelled(reason.name()),
        })
    }

    /// Changes the account; what falls free today is evaluated today, by the next channel.
    async fn change(&self, debtor: &DebtorId, command: &Command) -> Result<(), AppError> {
        and_evaluate(self.store, self.queue, self.clock, debtor, command, self.setting).await.map(|_| ())
    }
}

/// When a claim made now is over: where the release's own look-again is far enough, that; then the
/// claim does not have to move the reminder in the agenda.
fn lease(reminder: &Reminder, now: DateTime<Utc>) -> DateTime<Utc> {
    reminder.check_at.filter(|again_at| *again_at >= now + LEAST_LEASE).unwrap_or(now + LEASE)
}

/// `"Name" <address>`; a name that could break out of its quotes loses those characters.
pub(super) fn sender_header(name: &str, address: &str) -> String {
    let safe: String = name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '<' | '>')).collect();
    format!("\"{safe}\" <{address}>")
}
