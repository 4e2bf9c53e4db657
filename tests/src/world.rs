//! The whole machine without Lambda: the same use cases, wired to the embedded table and the fakes,
//! with at-least-once delivery and a clock that is moved by hand.

use std::panic::AssertUnwindSafe;

use chrono::{DateTime, Duration, Utc};
use futures::FutureExt;
use upominek::adapters::dynamodb::{Store, Table, keys};
use upominek::adapters::payments;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::dispatch::{Dispatcher, Sender};
use upominek::app::evaluate::{Evaluator, Part};
use upominek::app::intake::{Desk, Original, Received};
use upominek::app::list::evening;
use upominek::app::list_mail;
use upominek::app::night::{self, NewRun};
use upominek::app::payment::{CALLBACKS, Till};
use upominek::app::release::{release, supervise};
use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::Event;
use upominek::domain::ids::DebtorId;
use upominek::domain::policy::{Channel, Policy};
use upominek::ports::intake::Delivery;
use upominek::ports::outside::Work;
use upominek::ports::store::{Accounts, Directories, Identity, KeptEvents, Purpose, Question, Run, Runs};
use upominek::ports::tenant::{Proof, Tenant};

use crate::counter::TestProvider;
use crate::facts;
use crate::fakes::{Post, TestClock, TestQueue, TestScheduler};
use crate::table;
use crate::tripwire::{Tripwire, quiet_stops};

/// One creditor's world.
pub struct World {
    /// The table.
    pub table: Table,
    /// The SDK's client of the table: for items as no version of this code writes them now.
    pub client: aws_sdk_dynamodb::Client,
    /// The creditor's store.
    pub store: Store,
    /// The creditor's settings.
    pub settings: Settings,
    /// The clock.
    pub clock: TestClock,
    /// The queues.
    pub queue: TestQueue,
    /// The schedules.
    pub scheduler: TestScheduler,
    /// The providers.
    pub post: Post,
    /// The payment provider.
    pub provider: TestProvider,
    /// The tripwire.
    pub tripwire: Tripwire,
    /// Events as they came, for replays.
    events: std::sync::Mutex<Vec<Event>>,
}

impl World {
    /// A world with one creditor at an instant.
    pub async fn new(now: &str) -> Self {
        Self::with(facts::settings(), now).await
    }

    /// A world with given settings.
    pub async fn with(settings: Settings, now: &str) -> Self {
        quiet_stops();
        let tripwire = Tripwire::default();
        let (table, client) = table::fresh(&tripwire).await;
        let clock = TestClock::at(facts::at(now));
        let store = table.of(&Tenant::proven(settings.creditor.clone(), Proof::OwnMessage));
        store.create_settings(&settings).await.expect("settings");
        Self {
            store,
            queue: TestQueue::new(&tripwire),
            scheduler: TestScheduler::new(&tripwire),
            post: Post::new(&tripwire, &clock),
            provider: TestProvider::new(&tripwire),
            events: std::sync::Mutex::default(),
            table,
            client,
            settings,
            clock,
            tripwire,
        }
    }

    /// The same world under other settings.
    pub fn under(&self, settings: Settings) -> Self {
        Self {
            table: self.table.clone(),
            client: self.client.clone(),
            store: self.store.clone(),
            clock: self.clock.clone(),
            queue: self.queue.clone(),
            scheduler: self.scheduler.clone(),
            post: self.post.clone(),
            provider: self.provider.clone(),
            tripwire: self.tripwire.clone(),
            events: std::sync::Mutex::new(self.events.lock().unwrap().clone()),
            settings,
        }
    }

    /// A run over all open accounts begins, and is worked off.
    pub async fn run(&self, purpose: Purpose, policy: Option<Policy>) -> Run {
        let now = self.clock.time();
        let as_of = upominek::domain::window::local_day(now, self.settings.zone);
        let id = format!("{purpose:?}").to_lowercase();
        self.at_least_once(|| async {
            let new = NewRun { id: &id, as_of, purpose, policy: policy.clone() };
            night::begin_run(&self.store, &self.queue, &self.settings, new, now).await.map(|_| ())
        })
        .await;
        self.work().await;
        self.store.run(&id).await.expect("a run").expect("a run")
    }

    /// Settings and time.
    pub fn setting(&self) -> Setting<'_> {
        Setting { settings: &self.settings, now: self.clock.time() }
    }

    fn desk(&self) -> Desk<'_, Store, TestQueue, TestClock> {
        Desk { store: &self.store, queue: &self.queue, clock: &self.clock, setting: self.setting(), patience_days: 30 }
    }

    /// Takes an event once; an error or a stop is returned, as Lambda would see it.
    pub async fn try_take(&self, event: &Event) -> Result<Received, Option<AppError>> {
        let source = facts::source();
        let number = {
            let mut events = self.events.lock().unwrap();
            events.push(event.clone());
            events.len() - 1
        };
        let delivery = Delivery { headers: Vec::new(), body: number.to_string().into_bytes(), received_at: self.clock.time() };
        let original = Original { source: &source, delivery: &delivery, kept: None };
        let taken = AssertUnwindSafe(Box::pin(self.desk().take(event, original))).catch_unwind().await;
        taken.map_err(|_| None)?.map_err(Some)
    }

    /// Takes an event as its sender would: again until it is answered.
    pub async fn take(&self, event: &Event) -> Received {
        for _ in 0..10 {
            if let Ok(received) = self.try_take(event).await {
                return received;
            }
        }
        panic!("the event was never taken");
    }

    /// Handles one message of ours.
    async fn handle(&self, work: &Work) -> Result<(), AppError> {
        let evaluator = Evaluator {
            store: &self.store,
            queue: &self.queue,
            scheduler: &self.scheduler,
            clock: &self.clock,
            setting: self.setting(),
            partition_of: keys::release_partition,
        };
        match work.clone() {
            Work::Shard { run, as_of, shard, purpose, cursor, .. } => {
                evaluator.shard(&Part { run, as_of, shard, purpose, cursor }, || false).await?;
            }
            Work::Account { debtor, as_of, .. } => {
                evaluator.account(&debtor, as_of).await?;
            }
            Work::Dispatch { debtor, reminder, .. } => {
                let sender = match reminder.channel {
                    Channel::Sms => Sender::Sms(&self.post),
                    Channel::Email | Channel::Call | Channel::Letter | Channel::Task => Sender::Email(&self.post),
                };
                let dispatcher = Dispatcher {
                    store: &self.store,
                    queue: &self.queue,
                    clock: &self.clock,
                    sender,
                    setting: self.setting(),
                    link_key: "a key for links",
                    link_base_url: "https://pay.example",
                };
                dispatcher.dispatch(&debtor, &reminder).await?;
            }
            Work::List { day, .. } => {
                list_mail::send(&self.store, &self.clock, &self.post, day, self.setting()).await?;
            }
            Work::Replay { id, .. } => self.replay(&id).await?,
            Work::Reconcile { reference, .. } => {
                let till = Till { store: &self.store, queue: &self.queue, clock: &self.clock, setting: self.setting() };
                till.reconcile(Some((&self.provider, "secret")), &reference).await?;
            }
        }
        Ok(())
    }

    async fn replay(&self, id: &str) -> Result<(), AppError> {
        let Some(kept) = self.store.kept(id).await? else { return Ok(()) };
        if let Some(provider) = kept.source.as_str().strip_prefix(CALLBACKS) {
            let provider = payments::callbacks(provider).expect("a provider that is connected");
            return self.call_once(provider, &kept.body, Some(&kept)).await.map(|_| ());
        }
        let number: usize = String::from_utf8_lossy(&kept.body).parse().expect("the number of an event");
        let event = self.events.lock().unwrap()[number].clone();
        let delivery = Delivery { headers: Vec::new(), body: kept.body.clone(), received_at: kept.received_at };
        let original = Original { source: &kept.source, delivery: &delivery, kept: Some(&kept) };
        let received = self.desk().take(&event, original).await?;
        if matches!(received, Received::Accepted | Received::Duplicate | Received::NoEffect(_)) {
            self.store.forget(&kept).await?;
        }
        Ok(())
    }

    /// Works the queues until they are empty; what fails or stops comes again.
    pub async fn work(&self) {
        for _ in 0..20_000 {
            let Some(work) = self.queue.pop() else { return };
            let done = AssertUnwindSafe(Box::pin(self.handle(&work))).catch_unwind().await;
            if !matches!(done, Ok(Ok(()))) {
                self.queue.again(work);
            }
        }
        panic!("the queues never came to rest");
    }

    pub(crate) async fn at_least_once<F, Fut>(&self, what: F)
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<(), AppError>>,
    {
        for _ in 0..10 {
            if matches!(AssertUnwindSafe(Box::pin(what())).catch_unwind().await, Ok(Ok(()))) {
                return;
            }
        }
        panic!("a scheduled function never succeeded");
    }

    /// The nightly schedule fires.
    pub async fn night(&self) {
        let now = self.clock.time();
        self.at_least_once(|| async { night::begin(&self.store, &self.queue, &self.settings, now, now).await.map(|_| ()) }).await;
        self.work().await;
    }

    /// The sweep fires.
    pub async fn sweep(&self) {
        let now = self.clock.time();
        self.at_least_once(|| async {
            for partition in 0..keys::RELEASE_PARTITIONS {
                release(&self.table, &self.queue, partition, now, || false, |_| self.store.clone()).await?;
            }
            supervise(&self.store, &self.queue, &self.settings, now).await?;
            evening(&self.store, &self.queue, self.setting()).await.map(|_| ())
        })
        .await;
        self.work().await;
    }

    /// Moves the clock without anything happening: an outage.
    pub fn jump(&self, to: &str) {
        self.clock.set(facts::at(to));
    }

    /// Moves the clock to the creditor's night of a day and lets it fall, then through the day in
    /// sweeps, until 21:00 local time.
    pub async fn live_through(&self, day: &str) {
        let day = facts::day(day);
        let local = |hour| upominek::domain::window::instant(day, chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap(), self.settings.zone);
        self.advance(local(4)).await;
        self.night().await;
        self.advance(local(21)).await;
    }

    /// Sweeps every five hours, and at every planned release, up to an instant.
    async fn advance(&self, to: DateTime<Utc>) {
        loop {
            let now = self.clock.time();
            let planned = self.scheduler.planned.lock().unwrap().iter().map(|(at, _)| *at).find(|at| *at > now);
            let next = [Some(now + Duration::hours(5)), planned, Some(to)].into_iter().flatten().min().unwrap_or(to);
            self.clock.set(next.min(to).max(now));
            self.sweep().await;
            if next >= to {
                return;
            }
        }
    }

    /// The debtor of a customer id.
    pub async fn debtor(&self, customer: &str) -> DebtorId {
        let source = facts::source();
        let identities = [Identity::Customer(source.clone(), customer.to_owned())];
        let question = Question { event: (&source, "-"), invoice: None, names: &[], booking: None, identities: &identities };
        let known = self.store.look_up(question).await.expect("a look");
        known.debtors[0].clone().expect("a known debtor")
    }

    /// The account of a customer id.
    pub async fn account(&self, customer: &str) -> Account {
        let debtor = self.debtor(customer).await;
        self.store.load(&debtor, None).await.expect("a load").expect("an account")
    }

    /// What the providers took, so far.
    pub fn heard(&self) -> Vec<crate::fakes::Delivered> {
        self.post.taken.lock().unwrap().clone()
    }
}
