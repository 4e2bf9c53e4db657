//! What is owed and what is stopped, worked out anew from the facts that were fed in: the observer's
//! own book-keeping, written from the rules and not from the code.

mod beside;
mod bill;
mod money;
mod plan;
mod rules;
mod stops;
mod word;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use upominek::domain::first_run::FirstRun;
use upominek::domain::handle::Entry;
use upominek::domain::legal::LegalKind;
use upominek::domain::money::Currency;
use upominek::domain::policy::Policy;

use crate::script::{Debtor, What};
use rules::Before;

pub use beside::{Charges, Mosts};
pub use bill::{Bill, Word};
pub use plan::{Agreed, Instalment, Part, cut};
pub use stops::{Awaited, Law, Promised, Stopped};

/// Money without a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loose {
    payment: String,
    currency: Currency,
    amount: i64,
    /// Still to be allocated.
    allocate: bool,
}

/// One customer.
#[derive(Debug, Clone)]
pub struct Customer {
    /// As the source knows it.
    pub facts: Debtor,
    /// The address that its invoices gave last.
    pub email: Option<String>,
    /// Held, until when if that is known.
    pub hold: Option<Option<NaiveDate>>,
    /// The stops that the law puts up.
    pub law: BTreeMap<LegalKind, Law>,
    /// Addresses and numbers that are somebody else's.
    pub not_theirs: BTreeSet<String>,
    /// Its plans, at most one in a currency.
    pub plans: Vec<Agreed>,
    /// The number of the last instalment that was ever agreed.
    pub last_instalment: u32,
    /// Days on which the team sent something by hand.
    pub sent_now: BTreeSet<NaiveDate>,
    /// What the team entered, by number.
    pub contacts: BTreeMap<u32, Contact>,
    /// How many the team has entered so far.
    made: u32,
    loose: Vec<Loose>,
}

impl Customer {
    /// Every address and number by which it may be reached.
    pub fn addresses(&self) -> BTreeSet<String> {
        let own = [self.email.as_ref(), self.facts.phone.as_ref()].into_iter().flatten();
        let entered = self.contacts.values().flat_map(|contact| [contact.email.as_ref(), contact.phone.as_ref()].into_iter().flatten());
        own.chain(entered).filter(|address| !self.not_theirs.contains(*address)).cloned().collect()
    }
}

/// A contact that the team entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

/// What was committed at once.
#[derive(Debug, Clone, Copy)]
pub struct Commit<'c> {
    /// Whose account.
    pub customer: &'c str,
    /// The fact or the person's word, if it was one.
    pub what: Option<&'c What>,
    /// What the account says became of it. What it is asked for is worked out here; what it decided by
    /// itself has to be right.
    pub entries: &'c [Entry],
    /// The day.
    pub today: NaiveDate,
    /// The last night of the account.
    pub as_of: Option<NaiveDate>,
}

/// All books of one creditor.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Customers by their ids.
    pub customers: BTreeMap<String, Customer>,
    /// Bills by their ids.
    pub bills: BTreeMap<String, Bill>,
    /// Which bills a customer has.
    of: BTreeMap<String, BTreeSet<String>>,
    /// All is held, until when if that is known.
    pub hold: Option<Option<NaiveDate>>,
    /// What becomes of bills that come overdue, and since when.
    pub first_run: Option<(FirstRun, NaiveDate)>,
    /// The text of the policy in force.
    pub policy: Policy,
    /// What is charged beside bills.
    pub charges: Charges,
    /// What of the commit that is being read was entered already: places of its entries.
    entered: BTreeSet<usize>,
}

/// A rule, and how it was broken.
type Broke = (&'static str, String);

fn covers(hold: Option<Option<NaiveDate>>, day: NaiveDate) -> bool {
    hold.is_some_and(|until| until.is_none_or(|until| day <= until))
}

impl Model {
    /// Books with these customers.
    pub fn new(debtors: &[Debtor], policy: &Policy) -> Self {
        let customer = |facts: &Debtor| {
            let customer = Customer {
                facts: facts.clone(),
                email: None,
                hold: None,
                law: BTreeMap::new(),
                not_theirs: BTreeSet::new(),
                plans: Vec::new(),
                last_instalment: 0,
                sent_now: BTreeSet::new(),
                contacts: BTreeMap::new(),
                made: 0,
                loose: Vec::new(),
            };
            (facts.id.clone(), customer)
        };
        Self { customers: debtors.iter().map(customer).collect(), policy: policy.clone(), ..Self::default() }
    }

    /// All bills of a customer.
    pub fn bills_of(&self, customer: &str) -> impl Iterator<Item = &Bill> {
        self.of.get(customer).into_iter().flatten().filter_map(|id| self.bills.get(id))
    }

    /// Open bills of a customer, the oldest due first.
    pub fn open_of(&self, customer: &str) -> Vec<&Bill> {
        let mut open: Vec<&Bill> = self.bills_of(customer).filter(|bill| bill.open() > 0).collect();
        open.sort_by(|a, b| (a.agreed(), &a.id).cmp(&(b.agreed(), &b.id)));
        open
    }

    /// What is left of each open bill of a currency after money without a bill, the oldest due first.
    fn nets(&self, customer: &str, currency: Currency, counts: &dyn Fn(&Loose) -> bool) -> Vec<(&Bill, i64)> {
        let loose = self.customers.get(customer).into_iter().flat_map(|customer| &customer.loose);
        let mut loose: i64 = loose.filter(|loose| loose.currency == currency && counts(loose)).map(|loose| loose.amount).sum();
        let open = self.open_of(customer).into_iter().filter(|open| open.currency == currency);
        let net = |bill: &'_ Bill| {
            let covered = loose.min(bill.open());
            loose -= covered;
            bill.open() - covered
        };
        open.scan(net, |net, bill| Some((bill, net(bill)))).collect()
    }

    /// What is left of a bill after money without a bill.
    pub fn net(&self, id: &str) -> i64 {
        let Some(bill) = self.bills.get(id) else { return 0 };
        let nets = self.nets(&bill.debtor, bill.currency, &|_| true);
        nets.into_iter().find(|(open, _)| open.id == id).map_or(0, |(_, net)| net)
    }

    /// Money of a customer without a bill.
    pub fn loose(&self, customer: &str, currency: Currency) -> i64 {
        let loose = self.customers.get(customer).into_iter().flat_map(|customer| &customer.loose);
        loose.filter(|loose| loose.currency == currency).map(|loose| loose.amount).sum()
    }

    /// The revision of a bill, if it is known.
    pub fn revision(&self, id: &str) -> Option<u64> {
        self.bills.get(id).map(|bill| bill.revision)
    }

    /// Something was committed.
    ///
    /// # Errors
    /// What the account decided by itself and should not have, or the other way round.
    pub fn commit(&mut self, commit: &Commit<'_>) -> Result<(), (&'static str, String)> {
        let before: Vec<Before> = self.bills_of(commit.customer).map(Before::of).collect();
        self.entered.clear();
        self.each_of(commit.customer, |bill| bill.is_loaded = bill.open() > 0);
        self.claims_begin(commit)?;
        if let Some(what) = commit.what {
            self.apply(what, commit)?;
        }
        self.settle(commit)?;
        self.nothing_beside_is_made_up(commit)?;
        self.ruled(commit)?;
        self.follow(commit.customer, &before);
        let owed: Vec<(String, i64)> = before.into_iter().map(|was| (was.id, was.owed)).collect();
        self.keep_plans(commit, &owed);
        self.decided_by_itself(commit)
    }

    fn on(&mut self, invoice: &str, change: impl FnOnce(&mut Bill)) {
        if let Some(bill) = self.bills.get_mut(invoice) {
            change(bill);
        }
    }

    fn each_of(&mut self, customer: &str, mut change: impl FnMut(&mut Bill)) {
        for id in self.of.get(customer).into_iter().flatten() {
            if let Some(bill) = self.bills.get_mut(id) {
                change(bill);
            }
        }
    }

    /// A day is over: promises whose grace is over are forgotten.
    pub fn day_is_over(&mut self, today: NaiveDate) {
        let quiet = |bill: &Bill| self.net(&bill.id) == 0 || self.stopped(bill, today).is_some();
        let quiet: Vec<String> = self.bills.values().filter(|bill| quiet(bill)).map(|bill| bill.id.clone()).collect();
        for id in quiet {
            self.on(&id, |bill| bill.quiet_on = today);
        }
        for bill in self.bills.values_mut() {
            bill.promise = bill.promise.filter(|promise| today <= promise.ends());
            // What its provider may still say of it is remembered.
            bill.awaited.take_if(|awaited| awaited.until < today && (awaited.failed || awaited.checkout.is_none()));
            if let Some(awaited) = bill.awaited.as_mut().filter(|awaited| awaited.until < today) {
                awaited.ran_out = true;
            }
        }
        for customer in self.customers.values_mut() {
            customer.law.retain(|_, law| law.until.is_none_or(|until| today <= until));
        }
    }
}
