//! The observer: it knows what was fed in and what providers accepted, works out for itself what
//! should be true, and says what is not. It never asks the code under test whether that is right.

mod books;
mod facts;
mod forgotten;
mod history;
mod ladder;
mod list;
mod messages;
mod reasons;
mod receipts;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use upominek::domain::creditor::Settings;
use upominek::domain::first_run::FirstRun;
use upominek::domain::handle::Entry;
use upominek::domain::ids::DebtorId;
use upominek::domain::money::Currency;
use upominek::domain::policy::{Channel, Policy};
use upominek::domain::reminder::ReminderId;
use upominek::ports::delivery::{DeliveryEvent, DeliveryFact};

use crate::faults::Fault;
use crate::journal::{Happened, Message};
use crate::machine::World;
use crate::model::{Charges, Commit, Model};
use crate::play::{Wrong, event_id};
use crate::script::{Script, What};
use history::Night;
use list::List;
use messages::Expected;

/// How many days after the last disturbance everything has to be in order again.
const CALM_AFTER: u64 = 4;

/// Something that a debtor heard.
#[derive(Debug, Clone)]
struct Heard {
    message: Message,
    on: NaiveDate,
    /// Bill, step, and the version of the policy by which the bill was planned.
    lines: Vec<(String, String, u32)>,
    /// It bounced: nobody read it.
    taken_back: bool,
}

/// The observer of one run.
#[derive(Debug)]
pub struct Observer {
    model: Model,
    /// What each event says, by its id.
    facts: BTreeMap<String, What>,
    /// What each line says, by its number.
    lines: Vec<What>,
    /// When each line comes.
    came: Vec<DateTime<Utc>>,
    applied: BTreeSet<String>,
    heard: BTreeMap<String, Vec<Heard>>,
    claims: BTreeMap<(DebtorId, ReminderId), Expected>,
    bounced: RefCell<BTreeSet<(DebtorId, ReminderId)>>,
    /// Addresses that bounced or that a provider refused.
    bad_addresses: RefCell<BTreeSet<String>>,
    bad_providers: BTreeSet<String>,
    policies: BTreeMap<u32, Policy>,
    /// Since when which version is in force.
    in_force: Vec<(NaiveDate, u32)>,
    zone: Tz,
    replan: Option<String>,
    replan_name: String,
    replanned_on: Option<NaiveDate>,
    disturbed_on: Option<NaiveDate>,
    poisoned: BTreeSet<String>,
    touched: BTreeSet<DebtorId>,
    list: List,
    evaluated: Vec<(DebtorId, NaiveDate)>,
    /// The last night of each.
    nights: BTreeMap<DebtorId, NaiveDate>,
    /// What the nights of these days decided, until it is held against the history.
    decided: Vec<Night>,
    /// Whose first night of a day came, and nothing since.
    fresh: BTreeSet<DebtorId>,
    /// What the commit that is being read says, and the last night of its account.
    told: (Vec<Entry>, Option<NaiveDate>),
    /// Fitting money by the pay page that no receipt confirmed yet, by customer.
    unconfirmed: BTreeMap<String, Vec<(i64, Currency)>>,
    messages: u64,
    outcomes: u64,
    blind: bool,
    reads_reasons: bool,
}

impl Observer {
    /// An observer who knows the script, and no more of the settings than a policy's text and a zone.
    pub fn new(script: &Script, settings: &Settings) -> Self {
        let facts = script.lines.iter().filter_map(|line| Some((event_id(&line.what)?, line.what.clone())));
        Self {
            model: Model::new(&script.debtors, &settings.policy),
            facts: facts.collect(),
            lines: script.lines.iter().map(|line| line.what.clone()).collect(),
            came: script.lines.iter().map(|line| line.at).collect(),
            applied: BTreeSet::new(),
            heard: BTreeMap::new(),
            claims: BTreeMap::new(),
            bounced: RefCell::default(),
            bad_addresses: RefCell::default(),
            bad_providers: BTreeSet::new(),
            policies: BTreeMap::from([(settings.policy.version, settings.policy.clone())]),
            in_force: vec![(script.start, settings.policy.version)],
            zone: settings.zone,
            replan: None,
            replan_name: String::new(),
            replanned_on: None,
            disturbed_on: None,
            poisoned: BTreeSet::new(),
            touched: BTreeSet::new(),
            list: List::default(),
            evaluated: Vec::new(),
            nights: BTreeMap::new(),
            fresh: BTreeSet::new(),
            decided: Vec::new(),
            told: (Vec::new(), None),
            unconfirmed: BTreeMap::new(),
            messages: 0,
            outcomes: 0,
            blind: false,
            reads_reasons: true,
        }
    }

    /// Whether payments are left out of the books. Only a test wants that.
    pub fn is_blind_to_payments(&mut self, blind: bool) {
        self.blind = blind;
    }

    /// Whether the recorded reasons, and the facts of decisions, are held against the books. Only a test wants them not to be: they tell
    /// sooner of what another rule would find.
    pub fn reads_reasons(&mut self, reads: bool) {
        self.reads_reasons = reads;
    }

    /// Messages accepted, and outcomes of nights.
    pub fn counts(&self) -> (u64, u64) {
        (self.messages, self.outcomes)
    }

    /// Something disturbed the machinery.
    pub fn disturbed(&mut self, day: NaiveDate) {
        self.disturbed_on = self.disturbed_on.max(Some(day));
    }

    /// A record cannot be read, or can be again.
    pub fn poisoned(&mut self, debtor: &str, poisoned: bool) {
        if poisoned {
            self.poisoned.insert(debtor.to_owned())
        } else {
            self.poisoned.remove(debtor)
        };
    }

    /// A fault is armed.
    pub fn faulty(&mut self, debtor: Option<&str>, fault: Fault) {
        if fault == Fault::BadAddress {
            self.bad_providers.insert(debtor.unwrap_or("*").to_owned());
        }
    }

    /// Another policy is in force.
    pub fn new_policy(&mut self, policy: &Policy, today: NaiveDate, at: DateTime<Utc>) {
        self.model.policy = policy.clone();
        self.policies.insert(policy.version, policy.clone());
        self.in_force.push((today, policy.version));
        self.ask_for_replan(at);
    }

    /// Somebody has to look at what goes out, or nobody has to.
    pub fn new_approval(&mut self, required: bool, today: NaiveDate, at: DateTime<Utc>) {
        self.list.approval = required;
        self.list.approval_since = today;
        self.ask_for_replan(at);
    }

    /// The nights of a day may make so many messages.
    pub fn new_cap(&mut self, most: Option<u32>, today: NaiveDate) {
        self.list.caps.push((today, most));
    }

    /// What becomes of invoices that come overdue.
    pub fn new_first_run(&mut self, first_run: FirstRun, today: NaiveDate, at: DateTime<Utc>) {
        self.model.first_run = Some((first_run, today));
        self.ask_for_replan(at);
    }

    /// What the creditor charges from now on.
    pub fn charges(&mut self, charges: Charges) {
        self.model.charges = charges;
    }

    /// The creditor holds everything, or no longer.
    pub fn held_all(&mut self, hold: Option<Option<NaiveDate>>, at: DateTime<Utc>) {
        self.model.hold = hold;
        self.ask_for_replan(at);
    }

    fn ask_for_replan(&mut self, at: DateTime<Utc>) {
        self.replan_name = format!("replan-{}", at.format("%Y-%m-%dT%H-%M"));
        self.replan = Some(self.replan_name.clone());
        self.replanned_on = Some(at.date_naive());
    }

    /// The run that is to be begun now.
    pub fn take_replan(&mut self) -> Option<String> {
        self.replan.take()
    }

    /// It was not begun: a person tries again.
    pub fn replan_again(&mut self) {
        self.replan = Some(self.replan_name.clone());
    }

    /// The last e-mail that a customer was sent.
    pub fn last_email(&self, customer: &str) -> Option<Message> {
        let heard = self.heard.get(customer)?.iter().rev();
        let mut emails = heard.map(|heard| &heard.message).filter(|message| message.reminder.channel == Channel::Email);
        emails.next().cloned()
    }

    /// A delivery event is told.
    pub fn feed_bounce(&self, event: &DeliveryEvent, address: &str) {
        if matches!(event.what, DeliveryFact::Bounced(_)) {
            self.bounced.borrow_mut().insert((event.debtor.clone(), event.reminder.clone()));
            self.bad_addresses.borrow_mut().insert(address.to_owned());
        }
    }

    /// Reads what was committed and accepted since the last look.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn look(&mut self, world: &World) -> Result<(), Wrong> {
        let (now, today) = (world.clock.time(), world.today());
        for happened in world.journal.take() {
            let wrong = |(rule, what)| Wrong { at: now, rule, what };
            match happened {
                Happened::Told { entries, as_of } => self.told = (entries, as_of),
                Happened::Applied { event_id, debtor } => {
                    let what = self.event(&event_id).map_err(wrong)?;
                    self.enter(world, &debtor, what.as_ref()).map_err(wrong)?;
                }
                Happened::Commanded { number, debtor } => {
                    let what = self.lines[number].clone();
                    self.may_be_confirmed(&what);
                    self.enter(world, &debtor, Some(&what)).map_err(wrong)?;
                }
                Happened::Committed { debtor } => self.enter(world, &debtor, None).map_err(wrong)?,
                Happened::Evaluated { debtor, as_of } => {
                    self.touched.insert(debtor.clone());
                    if let Some(customer) = world.faults.customer(&debtor) {
                        self.model.no_plan_is_missed(&customer, as_of).map_err(wrong)?;
                    }
                    if self.nights.insert(debtor.clone(), as_of) != Some(as_of) {
                        self.fresh.insert(debtor.clone());
                    }
                    self.evaluated.push((debtor, as_of));
                }
                // They ask for nothing.
                Happened::Claimed { reminder, .. } | Happened::Unsaid { reminder, .. } if reminder.service.is_some() => {}
                Happened::Claimed { debtor, reminder, lines } => {
                    self.claimed(world, debtor, reminder, &lines, today).map_err(wrong)?;
                }
                Happened::Accepted(message) if message.reminder.service.is_some() => {
                    self.messages += 1;
                    self.receipt(world, &message).map_err(wrong)?;
                }
                Happened::Accepted(message) => {
                    self.messages += 1;
                    self.accepted(world, message).map_err(wrong)?;
                }
                Happened::Unsaid { debtor, reminder } => self.unsaid(world, &debtor, &reminder).map_err(wrong)?,
            }
        }
        self.outcomes_are_recorded(world).map_err(|(rule, what)| Wrong { at: now, rule, what })?;
        self.fresh.clear();
        Ok(())
    }

    /// Looks at the day that is over.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn day_is_over(&mut self, world: &World) -> Result<(), Wrong> {
        let today = world.today();
        let wrong = |(rule, what)| Wrong { at: world.clock.time(), rule, what };
        let calm = self.disturbed_on.is_none_or(|last| last + Days::new(CALM_AFTER) < today);
        let everybody = today.format("%u").to_string() == "7";
        if everybody {
            self.history_tells_what_nights_decided(world).map_err(wrong)?;
        }
        let touched = std::mem::take(&mut self.touched);
        for customer in self.model.customers.keys().filter(|customer| !self.poisoned.contains(*customer)) {
            let Some(debtor) = world.faults.debtor(customer) else { continue };
            if !everybody && !touched.contains(&debtor) {
                continue;
            }
            let Some(account) = world.account(&debtor) else { continue };
            self.books_agree(customer, &account).map_err(wrong)?;
            self.sent_means_sent(world, customer, &account).map_err(wrong)?;
            if calm {
                self.nobody_is_forgotten(world, customer, &account, today).map_err(wrong)?;
                if self.reads_reasons {
                    self.reasons_are_true(customer, &account, today).map_err(wrong)?;
                }
            }
        }
        self.model.day_is_over(today);
        Ok(())
    }

    /// Looks at everything once more, at the end.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn end(&mut self, world: &World) -> Result<(), Wrong> {
        let wrong = |(rule, what)| Wrong { at: world.clock.time(), rule, what };
        self.day_is_over(world)?;
        self.history_tells_what_nights_decided(world).map_err(wrong)?;
        self.no_fact_is_lost(world).map_err(wrong)
    }

    /// Enters a commit into the books, with what it says of itself.
    fn enter(&mut self, world: &World, debtor: &DebtorId, what: Option<&What>) -> Result<(), Broke> {
        self.touched.insert(debtor.clone());
        if what.is_some() {
            self.fresh.remove(debtor);
        }
        let (entries, as_of) = std::mem::take(&mut self.told);
        let Some(customer) = world.faults.customer(debtor) else { return Ok(()) };
        let commit = Commit { customer: &customer, what, entries: &entries, today: world.today(), as_of };
        if what.is_none() && entries.is_empty() {
            return Ok(());
        }
        self.model.commit(&commit)
    }

    fn version_in_force(&self, day: NaiveDate) -> u32 {
        self.in_force.iter().rev().find(|(since, _)| *since <= day).map_or(1, |(_, version)| *version)
    }

    /// The policies by which a message of a day may have been decided.
    fn policies_on(&self, day: NaiveDate) -> Vec<&Policy> {
        let versions: BTreeSet<u32> = [day, day - Days::new(1)].into_iter().map(|day| self.version_in_force(day)).collect();
        versions.iter().filter_map(|version| self.policies.get(version)).collect()
    }
}

/// A rule, and how it was broken.
type Broke = (&'static str, String);
