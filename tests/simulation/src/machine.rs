//! The whole deployment without Lambda: the same use cases over the world in memory, several at
//! once, each at least once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chrono::{DateTime, NaiveDate, Utc};
use upominek::app::AppError;
use upominek::app::apply::{Applied, Setting, and_follow_up, apply};
use upominek::app::delivery;
use upominek::app::dispatch::{Dispatcher, Sender};
use upominek::app::evaluate::{Evaluator, Part};
use upominek::app::history;
use upominek::app::intake::{Desk, Original, Received};
use upominek::app::night::{self, NewRun};
use upominek::app::release::{release, supervise};
use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::Event;
use upominek::domain::handle::{Attention, Command};
use upominek::domain::history::Told;
use upominek::domain::ids::{CaseId, CreditorId, DebtorId, Source};
use upominek::domain::policy::Channel;
use upominek::domain::reminder::{ReminderId, ReminderState};
use upominek::domain::window::local_day;
use upominek::ports::delivery::DeliveryEvent;
use upominek::ports::intake::Delivery;
use upominek::ports::outside::Work;
use upominek::ports::store::{Accounts, KeptEvents, Purpose};

use crate::dice::Dice;
use crate::executor::{Job, run_all, switch};
use crate::faults::Faults;
use crate::journal::Journal;
use crate::outside::{Post, SimClock, SimQueue, SimScheduler};
use crate::store::{Store, keys};
use crate::table::{Table, key};

/// Messages that are worked at once.
const AT_ONCE: usize = 6;
/// Workers beside other jobs.
const WORKERS: usize = 3;
/// Turns after which a worker that found nothing goes.
const PATIENCE: u32 = 40;
/// More batches than any instant needs.
const MOST_BATCHES: usize = 20_000;

/// What a piece of work came to: done, or to be tried again by whoever asked for it.
pub type Tried<T> = Result<T, AppError>;

/// One creditor's world.
#[derive(Debug)]
pub struct World {
    /// The creditor's store.
    pub store: Store,
    /// The clock.
    pub clock: SimClock,
    /// The queues.
    pub queue: SimQueue,
    /// The schedules.
    pub scheduler: SimScheduler,
    /// What goes wrong.
    pub faults: Faults,
    /// What happens.
    pub journal: Journal,
    /// The providers take every message twice.
    pub doubles: Cell<bool>,
    /// Nobody supervises the nights. Only a test wants that.
    pub no_nights: Cell<bool>,
    settings: RefCell<Rc<Settings>>,
    events: RefCell<Vec<Event>>,
    dice: RefCell<Dice>,
}

impl World {
    /// A world with one creditor at an instant; dice decide which work goes first.
    pub fn new(settings: Settings, now: DateTime<Utc>, dice: Dice) -> Self {
        let (faults, journal) = (Faults::default(), Journal::default());
        let creditor = settings.creditor.clone();
        let store = Store { table: Table::default(), creditor, faults: faults.clone(), journal: journal.clone(), carries: None };
        Self {
            store,
            clock: SimClock::at(now),
            queue: SimQueue::new(&faults),
            scheduler: SimScheduler::new(&faults),
            faults,
            journal,
            doubles: Cell::new(false),
            no_nights: Cell::new(false),
            settings: RefCell::new(Rc::new(settings)),
            events: RefCell::default(),
            dice: RefCell::new(dice),
        }
    }

    /// The settings in force.
    pub fn settings(&self) -> Rc<Settings> {
        self.settings.borrow().clone()
    }

    /// Other settings are in force.
    pub fn set_settings(&self, settings: Settings) {
        *self.settings.borrow_mut() = Rc::new(settings);
    }

    /// Today in the creditor's zone.
    pub fn today(&self) -> NaiveDate {
        local_day(self.clock.time(), self.settings().zone)
    }

    /// Runs jobs at once; `None` for one that was stopped.
    pub fn at_once<T>(&self, jobs: Vec<Job<'_, T>>) -> Vec<Option<T>> {
        let mut dice = self.dice.borrow_mut();
        run_all(jobs, &self.faults.plug, &mut dice)
    }

    /// Keeps an event, so that its delivery can name it by a number.
    pub fn know(&self, event: Event) -> usize {
        let mut events = self.events.borrow_mut();
        events.push(event);
        events.len() - 1
    }

    /// A source delivers an event once.
    pub async fn take(&self, number: usize) -> Tried<Received> {
        let settings = self.settings();
        let delivery = Delivery { headers: Vec::new(), body: number.to_string().into_bytes(), received_at: self.clock.time() };
        let source = source();
        let original = Original { source: &source, delivery: &delivery, kept: None };
        let event = self.events.borrow()[number].clone();
        self.desk(&settings).take(&event, original).await
    }

    fn desk<'a>(&'a self, settings: &'a Settings) -> Desk<'a, Store, SimQueue, SimClock> {
        Desk { store: &self.store, queue: &self.queue, clock: &self.clock, setting: self.setting(settings), patience_days: 30 }
    }

    fn setting<'a>(&self, settings: &'a Settings) -> Setting<'a> {
        Setting { settings, now: self.clock.time() }
    }

    /// A person changes an account, or a closed invoice of it, by the script's line of this number.
    pub async fn command(&self, number: usize, debtor: &DebtorId, invoice: Option<&CaseId>, command: &Command) -> Tried<Applied> {
        let settings = self.settings();
        let (store, setting) = (self.store.carrying(number), self.setting(&settings));
        let applied = apply(&store, &self.clock, debtor, invoice, command, &[], setting).await?;
        and_follow_up(&self.queue, &applied, setting).await?;
        Ok(applied)
    }

    /// The e-mail provider tells something.
    pub async fn told(&self, event: &DeliveryEvent) -> Tried<()> {
        let settings = self.settings();
        delivery::take(&self.store, &self.queue, &self.clock, event, self.setting(&settings)).await
    }

    /// The nightly schedule of a day fires.
    pub async fn night(&self, as_of: NaiveDate) -> Tried<()> {
        let settings = self.settings();
        let new = NewRun { id: &night::night_id(as_of), as_of, purpose: Purpose::Night, policy: None };
        night::begin_run(&self.store, &self.queue, &settings, new, self.clock.time()).await.map(|_| ())
    }

    /// A dry run of a day, under a name.
    pub async fn dry(&self, name: &str, as_of: NaiveDate) -> Tried<()> {
        let settings = self.settings();
        let new = NewRun { id: name, as_of, purpose: Purpose::Dry, policy: None };
        night::begin_run(&self.store, &self.queue, &settings, new, self.clock.time()).await.map(|_| ())
    }

    /// All accounts are planned by the settings in force.
    pub async fn replan(&self, name: &str) -> Tried<()> {
        let settings = self.settings();
        let new = NewRun { id: name, as_of: self.today(), purpose: Purpose::Replan, policy: None };
        night::begin_run(&self.store, &self.queue, &settings, new, self.clock.time()).await.map(|_| ())
    }

    /// The sweep fires.
    pub async fn sweep(&self) -> Tried<()> {
        let (settings, now) = (self.settings(), self.clock.time());
        for partition in 0..keys::RELEASE_PARTITIONS {
            release(&self.store, &self.queue, partition, now, || false, |_: &CreditorId| self.store.clone()).await?;
        }
        if self.no_nights.get() {
            return Ok(());
        }
        supervise(&self.store, &self.queue, &settings, now).await.map(|_| ())
    }

    /// Runs jobs while the queues are worked beside them, until all is quiet; `None` for a job that
    /// was stopped.
    pub fn together<'w, T: 'w>(&'w self, jobs: Vec<Job<'w, T>>) -> Vec<Option<T>> {
        let number = jobs.len();
        let busy: Vec<RefCell<Option<(Work, u32)>>> = (0..WORKERS).map(|_| RefCell::default()).collect();
        let mut all: Vec<Job<'_, Option<T>>> = Vec::with_capacity(number + WORKERS);
        for job in jobs {
            all.push(Box::pin(async move { Some(job.await) }));
        }
        for slot in &busy {
            all.push(Box::pin(async move {
                self.worker(slot).await;
                None
            }));
        }
        let results = self.at_once(all);
        for (work, receives) in busy.into_iter().filter_map(RefCell::into_inner) {
            self.queue.again(work, receives);
        }
        self.work();
        results.into_iter().take(number).map(Option::flatten).collect()
    }

    /// Takes messages one after the other, until none came for a while.
    async fn worker(&self, slot: &RefCell<Option<(Work, u32)>>) {
        let mut idle = 0;
        while idle < PATIENCE {
            let Some((work, receives)) = self.queue.take(1).pop() else {
                idle += 1;
                switch().await;
                continue;
            };
            idle = 0;
            slot.replace(Some((work.clone(), receives)));
            let done = self.handle(&work).await;
            slot.take();
            if done.is_err() {
                self.queue.again(work, receives);
            }
        }
    }

    /// Works the queues until they are empty; what fails or stops comes again.
    ///
    /// # Panics
    /// If they never come to rest.
    pub fn work(&self) {
        for _ in 0..MOST_BATCHES {
            let batch = self.queue.take(AT_ONCE);
            if batch.is_empty() {
                return;
            }
            let jobs = batch.iter().map(|(work, _)| -> Job<'_, Tried<()>> { Box::pin(self.handle(work)) }).collect();
            for ((work, receives), done) in batch.iter().zip(self.at_once(jobs)) {
                if !matches!(done, Some(Ok(()))) {
                    self.queue.again(work.clone(), *receives);
                }
            }
        }
        panic!("the queues never came to rest");
    }

    /// Handles one message of ours.
    async fn handle(&self, work: &Work) -> Tried<()> {
        let settings = self.settings();
        let evaluator = Evaluator {
            store: &self.store,
            queue: &self.queue,
            scheduler: &self.scheduler,
            clock: &self.clock,
            setting: self.setting(&settings),
            partition_of: keys::release_partition,
        };
        match work.clone() {
            Work::Shard { run, as_of, shard, purpose, cursor, .. } => {
                evaluator.shard(&Part { run, as_of, shard, purpose, cursor }, || true).await?;
            }
            Work::Account { debtor, as_of, .. } => {
                evaluator.account(&debtor, as_of).await?;
            }
            Work::Dispatch { debtor, reminder, .. } => {
                let post = Post {
                    debtor: debtor.clone(),
                    reminder: reminder.clone(),
                    clock: self.clock.clone(),
                    faults: self.faults.clone(),
                    journal: self.journal.clone(),
                    doubles: self.doubles.get(),
                };
                let sender = match reminder.channel {
                    Channel::Sms => Sender::Sms(&post),
                    Channel::Email | Channel::Call | Channel::Letter | Channel::Task => Sender::Email(&post),
                };
                let dispatcher = Dispatcher {
                    store: &self.store,
                    queue: &self.queue,
                    clock: &self.clock,
                    sender,
                    setting: self.setting(&settings),
                    link_key: "a key for links",
                    link_base_url: "https://pay.example",
                };
                dispatcher.dispatch(&debtor, &reminder).await?;
            }
            Work::Replay { id, .. } => self.replay(&id).await?,
            // Nobody here wants the list mailed, and each event of a provider is told.
            Work::List { .. } | Work::Reconcile { .. } => {}
        }
        Ok(())
    }

    async fn replay(&self, id: &str) -> Tried<()> {
        let settings = self.settings();
        let Some(kept) = self.store.kept(id).await? else { return Ok(()) };
        let number: usize = String::from_utf8_lossy(&kept.body).parse().unwrap_or_default();
        let event = self.events.borrow()[number].clone();
        let delivery = Delivery { headers: Vec::new(), body: kept.body.clone(), received_at: kept.received_at };
        let original = Original { source: &kept.source, delivery: &delivery, kept: Some(&kept) };
        let received = self.desk(&settings).take(&event, original).await?;
        if matches!(received, Received::Accepted | Received::Duplicate | Received::NoEffect(_)) {
            self.store.forget(&kept).await?;
        }
        Ok(())
    }

    /// Whether a reminder waits for a person.
    pub fn table_lists(&self, about: &str, reminder: &ReminderId) -> bool {
        let attention = Attention::Reminder { reminder: reminder.clone(), state: ReminderState::Ambiguous, reason: String::new() };
        self.store.table.get(&keys::attention(&self.store.creditor, about, &attention)).is_some()
    }

    /// The day on which the agenda wakes an account.
    pub fn agenda_day(&self, debtor: &DebtorId) -> Option<NaiveDate> {
        let item = self.store.table.get(&key(keys::account(&self.store.creditor, debtor), keys::PROFILE))?;
        item.agenda?.1.split_once('#')?.0.parse().ok()
    }

    /// What the history says stood of an invoice on a day.
    pub fn stood(&self, holder: &DebtorId, invoice: &CaseId, day: NaiveDate) -> Vec<Told> {
        let calm = Store { faults: Faults::default(), ..self.store.clone() };
        let zone = self.settings().zone;
        let job: Job<'_, _> = Box::pin(async move { history::on_day(&calm, invoice, holder, day, zone).await });
        let told = run_all(vec![job], &self.faults.plug, &mut Dice::new(0));
        told.into_iter().flatten().next().and_then(Result::ok).unwrap_or_default()
    }

    /// An account as it lies in the table, without faults.
    pub fn account(&self, debtor: &DebtorId) -> Option<Account> {
        self.account_with(debtor, None)
    }

    /// The same with an invoice of it that may be closed.
    pub fn account_with(&self, debtor: &DebtorId, closed: Option<&CaseId>) -> Option<Account> {
        let calm = Store { faults: Faults::default(), ..self.store.clone() };
        let job: Job<'_, _> = Box::pin(async move { calm.load(debtor, closed).await });
        let loaded = run_all(vec![job], &self.faults.plug, &mut Dice::new(0));
        loaded.into_iter().flatten().next()?.ok()?
    }
}

/// The own source.
///
/// # Panics
/// Never: the name is one.
pub fn source() -> Source {
    Source::parse("upominek").expect("a source")
}
