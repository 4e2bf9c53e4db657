//! One command on one account: load, handle, commit; again if somebody else was first.

use crate::domain::past::with_past;
use chrono::{DateTime, Utc};

use super::AppError;
use crate::domain::account::Account;
use crate::domain::creditor::Settings;
use crate::domain::fact::RefundFact;
use crate::domain::handle::{Command, Context, Outcome, Refused, handle};
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::reminder::ReminderId;
use crate::ports::outside::{Clock, Work, WorkQueue};
use crate::ports::store::{Accounts, Also, StoreError};

/// How often an account is tried before the work is put aside.
pub const TRIES: u32 = 8;

/// How a command ended.
#[derive(Debug)]
pub enum Applied {
    /// Committed.
    Done(Box<Outcome>),
    /// It fits nothing or changes nothing; nothing was written.
    Refused(Refused),
    /// There is no such account.
    NoAccount,
}

/// What a command runs with.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The creditor's settings.
    pub settings: &'a Settings,
    /// Now.
    pub now: DateTime<Utc>,
}

impl<'a> Setting<'a> {
    /// As the core wants it.
    pub fn context(&self) -> Context<'a> {
        Context { settings: self.settings, now: self.now }
    }
}

/// Applies a command to an account that exists.
///
/// # Errors
/// `Busy` after `TRIES` conflicts; store errors as they come.
pub async fn apply(
    store: &impl Accounts,
    clock: &impl Clock,
    debtor: &DebtorId,
    closed: Option<&CaseId>,
    command: &Command,
    also: &[Also],
    setting: Setting<'_>,
) -> Result<Applied, AppError> {
    for attempt in 0..TRIES {
        // What became of a reminder is written down where the reminder is.
        let here = matches!(command, Command::Unsaid { .. });
        let found = if here { store.load(debtor, closed).await? } else { find(store, debtor, closed).await? };
        let Some(account) = found else {
            return Ok(Applied::NoAccount);
        };
        let account = with_refunded(store, account, command).await?;
        match once(store, &account, command, also, setting).await {
            Err(AppError::Store(StoreError::Conflict)) => clock.pause(attempt).await,
            Ok(Applied::Done(outcome)) => return finish(store, clock, outcome, setting).await,
            other => return other,
        }
    }
    Err(AppError::Busy)
}

/// How often one is led on at the most: debtors that were merged into others that were merged.
const MOST_HOPS: usize = 16;

/// The account of a debtor, or the one into which it was merged. Where a case is named, closed or open,
/// the account that has it, as far as accounts know; else the first.
pub async fn find(store: &impl Accounts, debtor: &DebtorId, case: Option<&CaseId>) -> Result<Option<Account>, StoreError> {
    let mut at = debtor.clone();
    for _ in 0..MOST_HOPS {
        let Some(account) = store.load(&at, case).await? else { return Ok(None) };
        let has_it = case.is_some_and(|case| account.case(case).is_some());
        match account.profile.ties.forward(case).filter(|_| !has_it) {
            Some(next) => at = next.clone(),
            None => return Ok(Some(account)),
        }
    }
    Err(StoreError::Conflict)
}

/// Frees the steps of a reminder that was not said after all, for those of its cases that went to
/// another account meanwhile. Again it changes nothing.
async fn free_elsewhere(
    store: &impl Accounts,
    queue: &impl WorkQueue,
    clock: &impl Clock,
    account: &Account,
    reminder: &ReminderId,
    setting: Setting<'_>,
) -> Result<(), AppError> {
    let Some(known) = account.reminders.iter().find(|known| known.id == *reminder && !known.state.counts()) else { return Ok(()) };
    for line in known.lines.iter().filter(|line| account.case(&line.case).is_none()) {
        let Some(to) = account.profile.ties.forward(Some(&line.case)) else { continue };
        let command = Command::FreeStep { case: line.case.clone(), step: line.step.clone(), reminder: reminder.clone() };
        let applied = apply(store, clock, to, Some(&line.case), &command, &[], setting).await?;
        and_follow_up(queue, &applied, setting).await?;
    }
    Ok(())
}

/// Applies a command and, where something is due today by it, asks for an evaluation.
pub async fn and_evaluate(
    store: &impl Accounts,
    queue: &impl WorkQueue,
    clock: &impl Clock,
    debtor: &DebtorId,
    command: &Command,
    setting: Setting<'_>,
) -> Result<Applied, AppError> {
    let applied = apply(store, clock, debtor, None, command, &[], setting).await?;
    and_follow_up(queue, &applied, setting).await?;
    if let Command::Unsaid { reminder, .. } = command {
        match &applied {
            Applied::Done(outcome) => free_elsewhere(store, queue, clock, &outcome.account, reminder, setting).await?,
            // Perhaps a stop came in between the last time.
            Applied::Refused(_) => {
                if let Some(account) = store.load(debtor, None).await? {
                    free_elsewhere(store, queue, clock, &account, reminder, setting).await?;
                }
            }
            Applied::NoAccount => {}
        }
    }
    Ok(applied)
}

/// The service messages that a command made, to be sent at once: somebody waits for them.
pub fn messages_of(outcome: &Outcome, setting: Setting<'_>) -> Vec<Work> {
    let (creditor, debtor) = (&setting.settings.creditor, &outcome.account.profile.debtor);
    let dispatch =
        |reminder: &ReminderId| Work::Dispatch { creditor: creditor.clone(), debtor: debtor.clone(), reminder: reminder.clone() };
    outcome.send_at_once.iter().map(dispatch).collect()
}

/// What follows a command: its service messages, and an evaluation where something falls due today by it.
pub fn follow_up(outcome: &Outcome, setting: Setting<'_>) -> Vec<Work> {
    let mut work = messages_of(outcome, setting);
    if outcome.evaluate_today {
        let creditor = setting.settings.creditor.clone();
        let (debtor, as_of) = (outcome.account.profile.debtor.clone(), setting.context().today());
        work.push(Work::Account { creditor, debtor, as_of });
    }
    work
}

/// Queues what follows a command. Where this is lost, the sweep finds the messages and the night evaluates.
pub async fn and_follow_up(queue: &impl WorkQueue, applied: &Applied, setting: Setting<'_>) -> Result<(), AppError> {
    let Applied::Done(outcome) = applied else { return Ok(()) };
    let work = follow_up(outcome, setting);
    if work.is_empty() { Ok(()) } else { Ok(queue.send(&work).await?) }
}

/// Adds the closed cases and settled side claims that a refund may open again: those that its payment
/// paid.
pub async fn with_refunded(store: &impl Accounts, account: Account, command: &Command) -> Result<Account, StoreError> {
    let Command::Refund(RefundFact { provider, payment_id: Some(payment), .. }, _) = command else { return Ok(account) };
    // What it paid may be on either side.
    if account.profile.ties.is_divided() {
        return Err(StoreError::Conflict);
    }
    let paid = store.closed_paid_by(&account.profile.debtor, &format!("{provider}:{payment}")).await?;
    Ok(with_past(account, paid))
}

/// One try on an account as loaded.
pub async fn once(
    store: &impl Accounts,
    account: &Account,
    command: &Command,
    also: &[Also],
    setting: Setting<'_>,
) -> Result<Applied, AppError> {
    match handle(account, command, &setting.context()) {
        Err(refused) => Ok(Applied::Refused(refused)),
        Ok(outcome) => {
            store.commit(account, &outcome, also, setting.now).await?;
            Ok(Applied::Done(Box::new(outcome)))
        }
    }
}

/// Goes on allocating where one transaction could not carry it all.
pub async fn finish(store: &impl Accounts, clock: &impl Clock, outcome: Box<Outcome>, setting: Setting<'_>) -> Result<Applied, AppError> {
    let mut last = outcome;
    let at_once = std::mem::take(&mut last.send_at_once);
    let mut attempt = 0;
    while last.account.credits.iter().any(|credit| credit.allocate) {
        let debtor = last.account.profile.debtor.clone();
        let Some(account) = store.load(&debtor, None).await? else { break };
        match once(store, &account, &Command::Allocate, &[], setting).await {
            Ok(Applied::Done(outcome)) => last = outcome,
            Ok(_) => break,
            Err(AppError::Store(StoreError::Conflict)) if attempt < TRIES => {
                clock.pause(attempt).await;
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
    last.send_at_once.splice(0..0, at_once);
    Ok(Applied::Done(last))
}
