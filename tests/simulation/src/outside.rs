//! What lies beyond the state: the clock, chance, queues, schedules, providers.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use chrono::{DateTime, Utc};
use upominek::domain::ids::{CreditorId, DebtorId};
use upominek::domain::reminder::ReminderId;
use upominek::ports::outside::{
    Chance, Clock, EmailSender, OutgoingEmail, OutgoingSms, OutsideError, ReleaseScheduler, SendResult, SmsSender, Work, WorkQueue,
};

use crate::executor::switch;
use crate::faults::{Fault, Faults};
use crate::journal::{Happened, Journal, Message};

/// A clock that stands until it is moved, and chance that counts.
#[derive(Debug, Clone)]
pub struct SimClock {
    now: Rc<Cell<DateTime<Utc>>>,
    chance: Rc<Cell<u64>>,
}

impl SimClock {
    /// A clock at an instant.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now: Rc::new(Cell::new(now)), chance: Rc::default() }
    }

    /// The time.
    pub fn time(&self) -> DateTime<Utc> {
        self.now.get()
    }

    /// Moves it, forward only.
    pub fn set(&self, now: DateTime<Utc>) {
        self.now.set(now.max(self.now.get()));
    }
}

impl Clock for SimClock {
    async fn now(&self) -> Result<DateTime<Utc>, OutsideError> {
        Ok(self.time())
    }

    async fn pause(&self, attempt: u32) {
        for _ in 0..=attempt {
            switch().await;
        }
    }
}

impl Chance for SimClock {
    fn ten_bytes(&self) -> Result<[u8; 10], OutsideError> {
        let number = self.chance.get();
        self.chance.set(number + 1);
        let mut bytes = [0u8; 10];
        bytes[2..].copy_from_slice(&(number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        Ok(bytes)
    }
}

fn silent(what: &'static str) -> OutsideError {
    OutsideError::new(what, "it does not answer")
}

/// All queues in one, at least once.
#[derive(Debug, Clone, Default)]
pub struct SimQueue {
    messages: Rc<RefCell<VecDeque<(Work, u32)>>>,
    faults: Faults,
}

/// After so many failures a message lies in the dead-letter queue; the ledger has to repair it.
const MOST_RECEIVES: u32 = 4;

impl SimQueue {
    /// A queue with faults.
    pub fn new(faults: &Faults) -> Self {
        Self { messages: Rc::default(), faults: faults.clone() }
    }

    /// Takes the next messages.
    pub fn take(&self, most: usize) -> Vec<(Work, u32)> {
        let mut messages = self.messages.borrow_mut();
        let room = most.min(messages.len());
        messages.drain(..room).collect()
    }

    /// Hands a message back, as after a failure.
    pub fn again(&self, work: Work, receives: u32) {
        if receives + 1 < MOST_RECEIVES {
            self.messages.borrow_mut().push_back((work, receives + 1));
        }
    }
}

impl WorkQueue for SimQueue {
    async fn send(&self, work: &[Work]) -> Result<(), OutsideError> {
        for one in work {
            let debtor = match one {
                Work::Dispatch { debtor, .. } | Work::Account { debtor, .. } => Some(debtor),
                Work::Shard { .. } | Work::Replay { .. } | Work::Reconcile { .. } | Work::List { .. } => None,
            };
            let fault = self.faults.before("queue", debtor).await;
            if matches!(fault, Some(Fault::Away | Fault::Throttled | Fault::Conflict)) {
                return Err(silent("a queue"));
            }
            self.messages.borrow_mut().push_back((one.clone(), 0));
            self.faults.after(fault).await;
            if fault == Some(Fault::Unanswered) {
                return Err(silent("a queue"));
            }
        }
        Ok(())
    }
}

/// When which partition is released.
pub type Planned = BTreeSet<(DateTime<Utc>, u8)>;

/// One-off schedules.
#[derive(Debug, Clone, Default)]
pub struct SimScheduler {
    /// What is planned.
    pub planned: Rc<RefCell<Planned>>,
    faults: Faults,
}

impl SimScheduler {
    /// A scheduler with faults.
    pub fn new(faults: &Faults) -> Self {
        Self { planned: Rc::default(), faults: faults.clone() }
    }

    /// The next instant for which something is planned, after one.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.planned.borrow().range((now, u8::MAX)..).map(|(at, _)| *at).find(|at| *at > now)
    }

    /// Forgets what has gone by.
    pub fn forget_until(&self, now: DateTime<Utc>) {
        let mut planned = self.planned.borrow_mut();
        *planned = planned.split_off(&(now, u8::MAX));
    }
}

impl ReleaseScheduler for SimScheduler {
    async fn release_at(&self, _: &CreditorId, at: DateTime<Utc>, partition: u8) -> Result<(), OutsideError> {
        let fault = self.faults.before("schedule", None).await;
        if matches!(fault, Some(Fault::Away | Fault::Throttled | Fault::Conflict)) {
            return Err(silent("the scheduler"));
        }
        self.planned.borrow_mut().insert((at, partition));
        self.faults.after(fault).await;
        if fault == Some(Fault::Unanswered) { Err(silent("the scheduler")) } else { Ok(()) }
    }
}

/// The providers of e-mail and SMS, as the dispatch of one reminder calls them.
#[derive(Debug, Clone)]
pub struct Post {
    /// For whom.
    pub debtor: DebtorId,
    /// Which reminder.
    pub reminder: ReminderId,
    /// The time.
    pub clock: SimClock,
    /// What goes wrong.
    pub faults: Faults,
    /// What happens.
    pub journal: Journal,
    /// A provider that breaks its word and takes every message twice. Only a test wants that.
    pub doubles: bool,
}

impl Post {
    async fn take(&self, to: &str, subject: Option<&str>, text: &str) -> SendResult {
        let fault = self.faults.before("send", Some(&self.debtor)).await;
        match fault {
            Some(Fault::Throttled | Fault::Conflict) => return SendResult::NotNow("throttled".to_owned()),
            Some(Fault::BadAddress) => return SendResult::Never { reason: "the address was refused".to_owned(), address: true },
            Some(Fault::Away) => return SendResult::Unknown("no answer".to_owned()),
            _ => {}
        }
        let message = Message {
            debtor: self.debtor.clone(),
            reminder: self.reminder.clone(),
            to: to.to_owned(),
            subject: subject.map(str::to_owned),
            text: text.to_owned(),
            at: self.clock.time(),
        };
        for _ in 0..=usize::from(self.doubles) {
            self.journal.write(Happened::Accepted(message.clone()));
        }
        self.faults.after(fault).await;
        match fault {
            Some(Fault::Unanswered) => SendResult::Unknown("no answer".to_owned()),
            _ => SendResult::Accepted(format!("message-{}", self.reminder)),
        }
    }
}

impl EmailSender for Post {
    async fn send_email(&self, email: &OutgoingEmail) -> SendResult {
        self.take(&[email.to.as_slice(), email.copies.as_slice()].concat().join(", "), Some(&email.subject), &email.text).await
    }
}

impl SmsSender for Post {
    async fn send_sms(&self, sms: &OutgoingSms) -> SendResult {
        self.take(&sms.to, None, &sms.text).await
    }
}
