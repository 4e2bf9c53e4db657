//! One command on one account: load, handle, commit; again if somebody else was first.

use chrono::{DateTime, Utc};

use super::AppError;
use crate::domain::account::Account;
use crate::domain::creditor::Settings;
use crate::domain::fact::RefundFact;
use crate::domain::handle::{Command, Context, Outcome, Refused, handle};
use crate::domain::ids::{CaseId, DebtorId};
use crate::ports::outside::{Clock, Work, WorkQueue};
use crate::ports::store::{Accounts, Also, StoreError, with_closed};

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
        let Some(account) = store.load(debtor, closed).await? else {
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
    if let Applied::Done(outcome) = &applied
        && outcome.evaluate_today
    {
        let creditor = setting.settings.creditor.clone();
        let as_of = setting.context().today();
        queue.send(&[Work::Account { creditor, debtor: debtor.clone(), as_of }]).await?;
    }
    Ok(applied)
}

/// Adds the closed cases that a refund may open again: those that its payment paid.
pub async fn with_refunded(store: &impl Accounts, account: Account, command: &Command) -> Result<Account, StoreError> {
    let Command::Refund(RefundFact { provider, payment_id: Some(payment), .. }, _) = command else { return Ok(account) };
    let paid = store.closed_paid_by(&account.profile.debtor, &format!("{provider}:{payment}")).await?;
    Ok(paid.into_iter().fold(account, |account, case| with_closed(account, Some(case))))
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
    Ok(Applied::Done(last))
}
