//! What lies beyond the database, as the use cases see it. Every call is an effect of the tripwire.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use upominek::domain::ids::CreditorId;
use upominek::ports::outside::{
    Chance, Clock, EmailSender, OutgoingEmail, OutgoingSms, OutsideError, ReleaseScheduler, SendResult, SmsSender, Work, WorkQueue,
};

use crate::tripwire::{Side, Tripwire};

/// A clock that stands until it is moved.
#[derive(Debug, Clone)]
pub struct TestClock {
    now: Arc<Mutex<DateTime<Utc>>>,
    chance: Arc<AtomicU64>,
}

impl TestClock {
    /// A clock at an instant.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now: Arc::new(Mutex::new(now)), chance: Arc::default() }
    }

    /// The time.
    pub fn time(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// Moves it.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap() = now;
    }
}

impl Clock for TestClock {
    async fn now(&self) -> Result<DateTime<Utc>, OutsideError> {
        Ok(self.time())
    }

    async fn pause(&self, _: u32) {
        tokio::task::yield_now().await;
    }
}

impl Chance for TestClock {
    fn ten_bytes(&self) -> Result<[u8; 10], OutsideError> {
        let number = self.chance.fetch_add(1, Ordering::SeqCst);
        let mut bytes = [0u8; 10];
        bytes[2..].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        Ok(bytes)
    }
}

/// All queues in one, at least once.
#[derive(Debug, Clone, Default)]
pub struct TestQueue {
    /// What waits.
    pub messages: Arc<Mutex<VecDeque<Work>>>,
    tripwire: Tripwire,
}

impl TestQueue {
    /// A queue watched by a tripwire.
    pub fn new(tripwire: &Tripwire) -> Self {
        Self { messages: Arc::default(), tripwire: tripwire.clone() }
    }

    /// Takes the next message.
    pub fn pop(&self) -> Option<Work> {
        self.messages.lock().unwrap().pop_front()
    }

    /// Hands a message back, as after a failure.
    pub fn again(&self, work: Work) {
        self.messages.lock().unwrap().push_back(work);
    }
}

impl WorkQueue for TestQueue {
    async fn send(&self, work: &[Work]) -> Result<(), OutsideError> {
        for one in work {
            self.tripwire.effect("queue send", Side::Before);
            self.messages.lock().unwrap().push_back(one.clone());
            self.tripwire.effect("queue send", Side::After);
        }
        Ok(())
    }
}

/// Instants, with the partition that each releases.
pub type Planned = BTreeSet<(DateTime<Utc>, u8)>;

/// One-off schedules.
#[derive(Debug, Clone, Default)]
pub struct TestScheduler {
    /// When which partition is released.
    pub planned: Arc<Mutex<Planned>>,
    tripwire: Tripwire,
}

impl TestScheduler {
    /// A scheduler watched by a tripwire.
    pub fn new(tripwire: &Tripwire) -> Self {
        Self { planned: Arc::default(), tripwire: tripwire.clone() }
    }
}

impl ReleaseScheduler for TestScheduler {
    async fn release_at(&self, _: &CreditorId, at: DateTime<Utc>, partition: u8) -> Result<(), OutsideError> {
        self.tripwire.effect("schedule", Side::Before);
        self.planned.lock().unwrap().insert((at, partition));
        self.tripwire.effect("schedule", Side::After);
        Ok(())
    }
}

/// What a provider does with the next messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// Accepts.
    #[default]
    Accepts,
    /// Not now.
    Throttles,
    /// Refuses the address for good.
    RefusesAddress,
    /// Takes it and does not answer.
    TakesSilently,
}

/// A message that a provider took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Recipient; the first, where there are several.
    pub to: String,
    /// Further recipients and copies of the same e-mail.
    pub others: Vec<String>,
    /// Subject, for an e-mail.
    pub subject: Option<String>,
    /// Text.
    pub text: String,
    /// The reminder's tags joined, for an e-mail.
    pub tag: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Delivered {
    /// Everybody who got it.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        [&self.to].into_iter().chain(&self.others).map(String::as_str)
    }
}

/// E-mail and SMS providers in one.
#[derive(Debug, Clone)]
pub struct Post {
    /// What was taken.
    pub taken: Arc<Mutex<Vec<Delivered>>>,
    /// How e-mails are met.
    pub mood: Arc<Mutex<Mood>>,
    clock: TestClock,
    tripwire: Tripwire,
}

impl Post {
    /// A provider watched by a tripwire.
    pub fn new(tripwire: &Tripwire, clock: &TestClock) -> Self {
        Self { taken: Arc::default(), mood: Arc::default(), clock: clock.clone(), tripwire: tripwire.clone() }
    }

    /// How it meets messages from now on.
    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn take(&self, email: &OutgoingEmail, tag: String) -> SendResult {
        self.tripwire.effect("provider call", Side::Before);
        let mood = *self.mood.lock().unwrap();
        if matches!(mood, Mood::Accepts | Mood::TakesSilently) {
            let mut all = email.to.iter().chain(&email.copies).cloned();
            let (to, others) = (all.next().unwrap(), all.collect());
            let (subject, text, at) = (Some(email.subject.clone()), email.text.clone(), self.clock.time());
            self.taken.lock().unwrap().push(Delivered { to, others, subject, text, tag, at });
        }
        self.tripwire.effect("provider call", Side::After);
        match mood {
            Mood::Accepts => SendResult::Accepted(format!("message-{}", self.taken.lock().unwrap().len())),
            Mood::Throttles => SendResult::NotNow("throttled".to_owned()),
            Mood::RefusesAddress => SendResult::Never { reason: "the address was refused".to_owned(), address: true },
            Mood::TakesSilently => SendResult::Unknown("no answer".to_owned()),
        }
    }
}

impl EmailSender for Post {
    async fn send_email(&self, email: &OutgoingEmail) -> SendResult {
        let tag: Vec<&str> = email.tags.iter().map(|(_, value)| value.as_str()).collect();
        self.take(email, tag.join("/"))
    }
}

impl SmsSender for Post {
    async fn send_sms(&self, sms: &OutgoingSms) -> SendResult {
        // A mood is the e-mail provider's; SMS always go.
        self.tripwire.effect("provider call", Side::Before);
        let (to, text, at) = (sms.to.clone(), sms.text.clone(), self.clock.time());
        self.taken.lock().unwrap().push(Delivered { to, others: Vec::new(), subject: None, text, tag: String::new(), at });
        self.tripwire.effect("provider call", Side::After);
        SendResult::Accepted("sms".to_owned())
    }
}
