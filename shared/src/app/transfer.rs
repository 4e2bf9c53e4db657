//! Moving invoices between debtors, merging debtors and splitting them again.
//!
//! Pass by pass, each one transaction over both accounts under both versions. A stop between two passes
//! loses and doubles nothing: the same command, run again, goes on. Whoever comes in between finds an
//! invoice where it is (`apply::find`).

use super::AppError;
use super::apply::{Setting, TRIES, and_follow_up, apply, find, finish};
use crate::domain::account::{Account, Case};
use crate::domain::cause::Cause;
use crate::domain::handle::{AT_ONCE, Command, Pass, Refused, merged, moved, returned, waiting};
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::past::with_closed;
use crate::domain::reminder::{ReminderId, ReminderState};
use crate::ports::outside::{Clock, WorkQueue};
use crate::ports::store::{Identity, StoreError};
use crate::ports::transfer::{Repoint, Transfers};

/// Why a reminder that waited does not go.
const MOVED: &str = Cause::DebtorChanged.name();

/// How a transfer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transferred {
    /// Everything is over, or was before.
    Done {
        /// The invoices that this command carried.
        cases: usize,
    },
    /// It fits nothing; nothing was carried.
    Refused(Refused),
    /// There is no such account.
    NoAccount,
}

/// What transfers work with.
#[derive(Debug, Clone, Copy)]
pub struct Carrier<'a, S, Q, C> {
    /// The creditor's store.
    pub store: &'a S,
    /// The queues.
    pub queue: &'a Q,
    /// The clock.
    pub clock: &'a C,
    /// Settings and the time of this work.
    pub setting: Setting<'a>,
}

/// How one pass ended.
enum Step {
    Carried { cases: usize, complete: bool },
    Refused(Refused),
    NoAccount,
}

impl<S: Transfers, Q: WorkQueue, C: Clock> Carrier<'_, S, Q, C> {
    /// Moves invoices, open or closed, to another debtor of the creditor. Those that are there already
    /// stay.
    pub async fn move_cases(&self, from: &DebtorId, to: &DebtorId, cases: &[CaseId], reason: &str) -> Result<Transferred, AppError> {
        self.passes(|| self.move_pass(from, to, cases, &[], reason)).await
    }

    /// Merges a debtor into another one, which has everything of both from then on.
    pub async fn merge(&self, from: &DebtorId, into: &DebtorId, reason: &str) -> Result<Transferred, AppError> {
        self.passes(|| self.merge_pass(from, into, reason)).await
    }

    /// Hands back to a debtor what came with it when it was merged into another one.
    pub async fn give_back(&self, from: &DebtorId, to: &DebtorId, reason: &str) -> Result<Transferred, AppError> {
        self.passes(|| self.return_pass(from, to, reason)).await
    }

    /// Makes a debtor of its own of chosen invoices and identities; `new` is its account, which the first
    /// pass stores.
    pub async fn split(
        &self,
        from: &DebtorId,
        new: &Account,
        cases: &[CaseId],
        identities: &[Identity],
        reason: &str,
    ) -> Result<Transferred, AppError> {
        self.passes(|| self.split_pass(from, new, cases, identities, reason)).await
    }

    async fn passes<F: Future<Output = Result<Step, AppError>>>(&self, pass: impl Fn() -> F) -> Result<Transferred, AppError> {
        let (mut carried, mut attempt) = (0, 0);
        loop {
            match pass().await {
                Ok(Step::Carried { cases, complete }) => {
                    (carried, attempt) = (carried + cases, 0);
                    if complete {
                        return Ok(Transferred::Done { cases: carried });
                    }
                }
                Ok(Step::Refused(refused)) => return Ok(Transferred::Refused(refused)),
                Ok(Step::NoAccount) => return Ok(Transferred::NoAccount),
                Err(AppError::Store(StoreError::Conflict)) if attempt < TRIES => {
                    self.clock.pause(attempt).await;
                    attempt += 1;
                }
                Err(AppError::Store(StoreError::Conflict)) => return Err(AppError::Busy),
                Err(error) => return Err(error),
            }
        }
    }

    async fn move_pass(
        &self,
        from: &DebtorId,
        to: &DebtorId,
        cases: &[CaseId],
        identities: &[Identity],
        reason: &str,
    ) -> Result<Step, AppError> {
        let Some(taking) = find(self.store, to, None).await? else { return Ok(Step::NoAccount) };
        self.carry_chosen(from, &taking, cases, identities, reason).await
    }

    async fn split_pass(
        &self,
        from: &DebtorId,
        new: &Account,
        cases: &[CaseId],
        identities: &[Identity],
        reason: &str,
    ) -> Result<Step, AppError> {
        let known = self.store.load(&new.profile.debtor, None).await?;
        self.carry_chosen(from, known.as_ref().unwrap_or(new), cases, identities, reason).await
    }

    async fn carry_chosen(
        &self,
        from: &DebtorId,
        taking: &Account,
        cases: &[CaseId],
        identities: &[Identity],
        reason: &str,
    ) -> Result<Step, AppError> {
        let Some(mut giving) = find(self.store, from, None).await? else { return Ok(Step::NoAccount) };
        let mut left = Vec::new();
        for id in cases {
            if giving.case(id).is_none() {
                giving = with_closed(giving.clone(), self.store.closed(&giving.profile.debtor, id).await?);
            }
            let over = taking.case(id).is_some() || self.store.closed(&taking.profile.debtor, id).await?.is_some();
            if giving.case(id).is_some() || !over {
                left.push(id.clone());
            }
        }
        if left.is_empty() && taking.profile.version > 0 {
            return Ok(Step::Carried { cases: 0, complete: true });
        }
        // All that go over in the end: the order in which they do is the core's.
        self.cancel(&giving, waiting(&giving, Some(&left))).await?;
        let pass = match moved(&giving, taking, &left, reason, &self.setting.context()) {
            Ok(pass) => pass,
            Err(Refused::Waiting) => return Err(StoreError::Conflict.into()),
            Err(refused) => return Ok(Step::Refused(refused)),
        };
        let mut repoint: Vec<Repoint> = pass.cases.iter().cloned().map(Repoint::Case).collect();
        repoint.extend(self.bookings(&giving, &pass.cases).await?);
        repoint.extend(identities.iter().cloned().map(Repoint::Identity));
        self.carry(&giving, taking, pass, &repoint).await
    }

    async fn merge_pass(&self, from: &DebtorId, into: &DebtorId, reason: &str) -> Result<Step, AppError> {
        let Some(giving) = self.store.load(from, None).await? else { return Ok(Step::NoAccount) };
        let Some(taking) = find(self.store, into, None).await? else { return Ok(Step::NoAccount) };
        if giving.profile.ties.is_alias() && giving.profile.ties.forward(None) == Some(&taking.profile.debtor) {
            return Ok(Step::Carried { cases: 0, complete: true });
        }
        let room = AT_ONCE.saturating_sub(giving.cases.len());
        let (closed, more) = self.store.some_closed(from, None, room).await?;
        let more = more || giving.cases.len() > AT_ONCE;
        let giving = with_all(giving, closed);
        self.cancel(&giving, waiting(&giving, None)).await?;
        self.cancel(&taking, waiting(&taking, None)).await?;
        match merged(&giving, &taking, more, reason, &self.setting.context()) {
            Ok(pass) => self.carry(&giving, &taking, pass, &[]).await,
            Err(Refused::Waiting) => Err(StoreError::Conflict.into()),
            Err(refused) => Ok(Step::Refused(refused)),
        }
    }

    async fn return_pass(&self, from: &DebtorId, to: &DebtorId, reason: &str) -> Result<Step, AppError> {
        let Some(giving) = self.store.load(from, None).await? else { return Ok(Step::NoAccount) };
        let Some(taking) = self.store.load(to, None).await? else { return Ok(Step::NoAccount) };
        let (closed, more) = self.store.some_closed(from, Some(to), AT_ONCE).await?;
        let giving = with_all(giving, closed);
        self.cancel(&giving, waiting(&giving, None)).await?;
        match returned(&giving, &taking, more, reason, &self.setting.context()) {
            Ok(pass) => {
                let repoint: Vec<Repoint> = pass.cases.iter().cloned().map(Repoint::Case).collect();
                self.carry(&giving, &taking, pass, &repoint).await
            }
            Err(Refused::Waiting) => Err(StoreError::Conflict.into()),
            Err(refused) => Ok(Step::Refused(refused)),
        }
    }

    /// Cancels what waits, each by a command of its own, and has the pass begin anew.
    async fn cancel(&self, account: &Account, waiting: Vec<ReminderId>) -> Result<(), AppError> {
        let nothing_waits = waiting.is_empty();
        for reminder in waiting {
            let command = Command::Unsaid { reminder, state: ReminderState::Cancelled, reason: MOVED.to_owned(), block: Vec::new() };
            apply(self.store, self.clock, &account.profile.debtor, None, &command, &[], self.setting).await?;
        }
        if nothing_waits { Ok(()) } else { Err(StoreError::Conflict.into()) }
    }

    async fn carry(&self, giving: &Account, taking: &Account, pass: Pass, repoint: &[Repoint]) -> Result<Step, AppError> {
        self.store.commit_both((giving, &pass.from), (taking, &pass.to), repoint, self.setting.now).await?;
        let (cases, complete) = (pass.cases.len(), pass.complete);
        for outcome in [pass.from, pass.to] {
            // Money that waits for an invoice may find one now.
            let applied = finish(self.store, self.clock, Box::new(outcome), self.setting).await?;
            if complete {
                and_follow_up(self.queue, &applied, self.setting).await?;
            }
        }
        Ok(Step::Carried { cases, complete })
    }

    /// Payments that went wholly to cases that go over: refunds of them go there, too.
    async fn bookings(&self, giving: &Account, cases: &[CaseId]) -> Result<Vec<Repoint>, StoreError> {
        let goes = |case: &Case| cases.contains(&case.id);
        let (going, staying): (Vec<&Case>, Vec<&Case>) = giving.cases.iter().partition(|case| goes(case));
        let mut payments: Vec<&str> = going.iter().flat_map(|case| &case.allocations).map(|one| one.payment.as_str()).collect();
        payments.sort_unstable();
        payments.dedup();
        let mut whole = Vec::new();
        for payment in payments.into_iter().take(AT_ONCE / 2) {
            let pays = |case: &Case| case.allocations.iter().any(|one| one.payment == payment);
            let stays = staying.iter().any(|case| pays(case)) || giving.credits.iter().any(|credit| credit.id == payment);
            let closed = self.store.closed_paid_by(&giving.profile.debtor, payment).await?;
            if let Some((provider, id)) = payment.split_once(':').filter(|_| !stays && closed.cases.iter().all(goes)) {
                whole.push(Repoint::Booking { provider: provider.to_owned(), id: id.to_owned() });
            }
        }
        Ok(whole)
    }
}

fn with_all(account: Account, closed: Vec<Case>) -> Account {
    closed.into_iter().fold(account, |account, case| with_closed(account, Some(case)))
}
