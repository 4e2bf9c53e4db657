//! What is owed and what is stopped, worked out anew from the facts that were fed in: the observer's
//! own book-keeping, written from the rules and not from the code.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use upominek::domain::fact::DebtorKind;
use upominek::domain::money::Currency;

use crate::calendar::{forward, working_days};
use crate::script::{Debtor, What};

/// Money of ours that went to a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Own {
    payment: String,
    amount: i64,
    named: bool,
}

/// A promise to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promised {
    /// The day promised.
    pub on: NaiveDate,
    /// How much.
    pub amount: i64,
    /// What was open when it was given.
    pub open: i64,
}

impl Promised {
    /// The last day of its grace: two working days.
    pub fn ends(&self) -> NaiveDate {
        working_days(forward(self.on), 2)
    }
}

/// One invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Its id.
    pub id: String,
    /// The customer.
    pub debtor: String,
    /// Its currency.
    pub currency: Currency,
    /// Issued.
    pub issued: NaiveDate,
    /// Due, as printed.
    pub due: NaiveDate,
    total: i64,
    revision: u64,
    asserted: i64,
    unechoed: i64,
    credited: i64,
    own: Vec<Own>,
    /// Void.
    pub cancelled: bool,
    /// Held, until when if that is known.
    pub hold: Option<Option<NaiveDate>>,
    /// Disputed.
    pub disputed: bool,
    /// Promised.
    pub promise: Option<Promised>,
    /// The last day on which a fact about it came, or on which it was not to be asked for.
    pub quiet_on: NaiveDate,
}

impl Bill {
    /// What is open, never below zero.
    pub fn open(&self) -> i64 {
        if self.cancelled { 0 } else { self.room() }
    }

    /// The last day on which it can be paid in time.
    pub fn until(&self) -> NaiveDate {
        forward(self.due)
    }

    fn room(&self) -> i64 {
        (self.total - self.asserted - self.unechoed - self.credited).max(0)
    }

    fn echoed(&self) -> i64 {
        self.own.iter().map(|own| own.amount).sum::<i64>() - self.unechoed
    }

    fn assert(&mut self, paid: i64) {
        let rise = (paid - self.asserted).max(0);
        self.unechoed -= rise.min(self.unechoed);
        self.asserted = paid;
    }

    fn book(&mut self, payment: &str, most: i64, named: bool) -> i64 {
        let amount = self.open().min(most);
        if amount > 0 {
            self.unechoed += amount;
            self.own.push(Own { payment: payment.to_owned(), amount, named });
        }
        amount
    }

    /// A refund of a payment.
    fn take_back(&mut self, payment: &str, most: i64) -> i64 {
        let told = (self.echoed() - self.asserted).max(0);
        let mut left = most;
        for own in self.own.iter_mut().filter(|own| own.payment == payment) {
            let taken = own.amount.min(left);
            own.amount -= taken;
            left -= taken;
        }
        self.own.retain(|own| own.amount > 0);
        let new = (most - left - told).max(0);
        let unechoed = new.min(self.unechoed);
        self.unechoed -= unechoed;
        self.asserted = (self.asserted - (new - unechoed)).max(0);
        most - left
    }

    /// What we booked beyond what it owes.
    fn give_back(&mut self) -> Vec<Own> {
        let beyond = if self.cancelled { self.unechoed } else { self.asserted + self.unechoed + self.credited - self.total };
        let mut left = beyond.clamp(0, self.unechoed);
        let mut freed = Vec::new();
        for own in self.own.iter_mut().rev() {
            let amount = own.amount.min(left);
            if amount > 0 {
                own.amount -= amount;
                self.unechoed -= amount;
                left -= amount;
                freed.push(Own { amount, ..own.clone() });
            }
        }
        self.own.retain(|own| own.amount > 0);
        freed
    }
}

/// Money without a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Loose {
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
    loose: Vec<Loose>,
}

/// Why a bill is not asked for on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stopped {
    /// Held.
    Held,
    /// Disputed.
    Disputed,
    /// Promised.
    Promised,
    /// Time-barred.
    Barred,
    /// Forbidden by the law.
    Legal,
    /// Its payment is under way.
    Pending,
}

/// All books of one creditor.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Customers by their ids.
    pub customers: BTreeMap<String, Customer>,
    /// Bills by their ids.
    pub bills: BTreeMap<String, Bill>,
    /// All is held, until when if that is known.
    pub hold: Option<Option<NaiveDate>>,
}

fn covers(hold: Option<Option<NaiveDate>>, day: NaiveDate) -> bool {
    hold.is_some_and(|until| until.is_none_or(|until| day <= until))
}

impl Model {
    /// Books with these customers.
    pub fn new(debtors: &[Debtor]) -> Self {
        let customer = |facts: &Debtor| (facts.id.clone(), Customer { facts: facts.clone(), email: None, hold: None, loose: Vec::new() });
        Self { customers: debtors.iter().map(customer).collect(), ..Self::default() }
    }

    /// Open bills of a customer, the oldest due first.
    pub fn open_of(&self, customer: &str) -> Vec<&Bill> {
        let mut open: Vec<&Bill> = self.bills.values().filter(|bill| bill.debtor == customer && bill.open() > 0).collect();
        open.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
        open
    }

    /// What is left of a bill after money without a bill.
    pub fn net(&self, id: &str) -> i64 {
        let Some(bill) = self.bills.get(id) else { return 0 };
        let mut loose = self.loose(&bill.debtor, bill.currency);
        for open in self.open_of(&bill.debtor).into_iter().filter(|open| open.currency == bill.currency) {
            let covered = loose.min(open.open());
            if open.id == id {
                return open.open() - covered;
            }
            loose -= covered;
        }
        0
    }

    /// Money of a customer without a bill.
    pub fn loose(&self, customer: &str, currency: Currency) -> i64 {
        let loose = self.customers.get(customer).into_iter().flat_map(|customer| &customer.loose);
        loose.filter(|loose| loose.currency == currency).map(|loose| loose.amount).sum()
    }

    /// Why a bill is not asked for on a day.
    pub fn stopped(&self, bill: &Bill, day: NaiveDate) -> Option<Stopped> {
        let customer = self.customers.get(&bill.debtor)?;
        let barred = NaiveDate::from_ymd_opt(bill.until().year() + 3, 1, 1).is_some_and(|since| since <= day);
        if customer.facts.kind == DebtorKind::Consumer && barred {
            Some(Stopped::Barred)
        } else if covers(self.hold, day) || covers(customer.hold, day) || covers(bill.hold, day) {
            Some(Stopped::Held)
        } else if bill.disputed {
            Some(Stopped::Disputed)
        } else {
            bill.promise.filter(|promise| day <= promise.ends()).map(|_| Stopped::Promised)
        }
    }

    /// The revision of a bill, if it is known.
    pub fn revision(&self, id: &str) -> Option<u64> {
        self.bills.get(id).map(|bill| bill.revision)
    }

    /// A fact or a person's word was committed on a day.
    pub fn apply(&mut self, what: &What, today: NaiveDate) {
        match what {
            What::Invoice { .. } => self.invoice(what, today),
            What::Paid { invoice, revision } => self.on(invoice, |bill| {
                bill.revision = *revision;
                bill.assert((bill.total - bill.credited).max(0).max(bill.asserted));
            }),
            What::Cancelled { invoice, revision } => self.on(invoice, |bill| {
                bill.revision = *revision;
                bill.cancelled = true;
            }),
            What::Payment { payment, invoice, debtor, amount, currency } => match (invoice, debtor) {
                (Some(invoice), _) => self.named(payment, invoice, *amount, *currency),
                (None, Some(debtor)) => {
                    self.keep(debtor, Loose { payment: payment.clone(), currency: *currency, amount: *amount, allocate: true })
                }
                _ => {}
            },
            What::Refund { payment, invoice, amount, currency, .. } => self.refund(payment, invoice.as_deref(), *amount, *currency),
            What::CreditNote { note, invoice, amount, currency } => self.credit(note, invoice, *amount, *currency),
            What::Hold { debtor, invoice, until } => self.hold(debtor, invoice.as_deref(), Some(*until)),
            What::Release { debtor, invoice } => self.hold(debtor, invoice.as_deref(), None),
            What::Promise { debtor, invoice, on, amount } => self.promise(debtor, invoice.as_deref(), *on, *amount),
            What::WithdrawPromise { debtor } => self.bills_of(debtor).for_each(|bill| bill.promise = None),
            What::Dispute { invoice, .. } => self.on(invoice, |bill| bill.disputed = true),
            What::DecideDispute { invoice, upheld, .. } => self.on(invoice, |bill| bill.disputed = *upheld),
            _ => {}
        }
        self.settle(today);
    }

    fn on(&mut self, invoice: &str, change: impl FnOnce(&mut Bill)) {
        if let Some(bill) = self.bills.get_mut(invoice) {
            change(bill);
        }
    }

    fn bills_of<'m>(&'m mut self, customer: &'m str) -> impl Iterator<Item = &'m mut Bill> {
        self.bills.values_mut().filter(move |bill| bill.debtor == customer)
    }

    fn invoice(&mut self, what: &What, today: NaiveDate) {
        let What::Invoice { debtor, invoice, revision, issued, due, total, currency, paid, email } = what else { return };
        if let Some(customer) = self.customers.get_mut(debtor) {
            let usual = customer.facts.email.clone().filter(|_| *revision == 1);
            customer.email = email.clone().or(usual).or(customer.email.take());
        }
        let new = Bill {
            id: invoice.clone(),
            debtor: debtor.clone(),
            currency: *currency,
            issued: *issued,
            due: *due,
            total: *total,
            revision: *revision,
            asserted: 0,
            unechoed: 0,
            credited: 0,
            own: Vec::new(),
            cancelled: false,
            hold: None,
            disputed: false,
            promise: None,
            quiet_on: today,
        };
        let bill = self.bills.entry(invoice.clone()).or_insert(new);
        (bill.issued, bill.due, bill.total, bill.revision, bill.cancelled) = (*issued, *due, *total, *revision, false);
        bill.quiet_on = today;
        if let Some(paid) = paid {
            bill.assert(*paid);
        }
    }

    fn named(&mut self, payment: &str, invoice: &str, amount: i64, currency: Currency) {
        let Some(bill) = self.bills.get_mut(invoice) else { return };
        let mut left = amount;
        if bill.currency == currency {
            left -= bill.book(payment, left, true);
            // What its source told before: the same money once more.
            let told = (bill.asserted - bill.echoed()).max(0).min(left);
            if told > 0 {
                bill.own.push(Own { payment: payment.to_owned(), amount: told, named: true });
                left -= told;
            }
        }
        let debtor = bill.debtor.clone();
        self.keep(&debtor, Loose { payment: payment.to_owned(), currency, amount: left, allocate: false });
    }

    fn keep(&mut self, customer: &str, loose: Loose) {
        let Some(customer) = self.customers.get_mut(customer).filter(|_| loose.amount > 0) else { return };
        let same = customer.loose.iter_mut().find(|known| known.payment == loose.payment && known.currency == loose.currency);
        match same {
            Some(known) => {
                known.amount += loose.amount;
                known.allocate |= loose.allocate;
            }
            None => customer.loose.push(loose),
        }
    }

    fn refund(&mut self, payment: &str, invoice: Option<&str>, amount: i64, currency: Currency) {
        let mut left = amount;
        for loose in self.customers.values_mut().flat_map(|customer| &mut customer.loose) {
            if loose.payment == payment && loose.currency == currency {
                let taken = loose.amount.min(left);
                loose.amount -= taken;
                left -= taken;
            }
        }
        if let Some(bill) = invoice.and_then(|id| self.bills.get_mut(id)).filter(|bill| bill.currency == currency) {
            left -= bill.take_back(payment, left);
        }
        for bill in self.bills.values_mut().filter(|bill| Some(bill.id.as_str()) != invoice && bill.currency == currency) {
            if bill.own.iter().any(|own| own.payment == payment) {
                left -= bill.take_back(payment, left);
            }
        }
    }

    fn credit(&mut self, note: &str, invoice: &str, amount: i64, currency: Currency) {
        let Some(bill) = self.bills.get_mut(invoice) else { return };
        let taken = if bill.currency == currency { bill.room().min(amount) } else { 0 };
        bill.credited += taken;
        let debtor = bill.debtor.clone();
        self.keep(&debtor, Loose { payment: note.to_owned(), currency, amount: amount - taken, allocate: false });
    }

    fn hold(&mut self, debtor: &str, invoice: Option<&str>, hold: Option<Option<NaiveDate>>) {
        match invoice {
            Some(invoice) => self.on(invoice, |bill| bill.hold = hold),
            None => {
                if let Some(customer) = self.customers.get_mut(debtor) {
                    customer.hold = hold;
                }
            }
        }
    }

    fn promise(&mut self, debtor: &str, invoice: Option<&str>, on: NaiveDate, amount: Option<i64>) {
        for bill in self.bills_of(debtor).filter(|bill| bill.open() > 0 && invoice.is_none_or(|id| bill.id == id)) {
            let open = bill.open();
            bill.promise = Some(Promised { on, amount: amount.unwrap_or(open), open });
        }
    }

    /// What follows from every change: money beyond what is owed comes back, money that waits goes to
    /// the oldest due, promises whose money came are kept.
    fn settle(&mut self, today: NaiveDate) {
        let freed: Vec<(String, Loose)> = self
            .bills
            .values_mut()
            .flat_map(|bill| {
                let (debtor, currency) = (bill.debtor.clone(), bill.currency);
                let loose = move |own: Own| Loose { payment: own.payment, currency, amount: own.amount, allocate: !own.named };
                bill.give_back().into_iter().map(move |own| (debtor.clone(), loose(own)))
            })
            .collect();
        for (debtor, loose) in freed {
            self.keep(&debtor, loose);
        }
        let Self { customers, bills, .. } = self;
        for (id, customer) in customers {
            if customer.loose.is_empty() {
                continue;
            }
            for loose in customer.loose.iter_mut().filter(|loose| loose.allocate) {
                let mut payable: Vec<&mut Bill> =
                    bills.values_mut().filter(|bill| bill.debtor == *id && bill.currency == loose.currency && bill.open() > 0).collect();
                payable.sort_by_key(|bill| (bill.disputed || covers(bill.hold, today), bill.due, bill.id.clone()));
                for bill in payable {
                    loose.amount -= bill.book(&loose.payment, loose.amount, false);
                }
                loose.allocate = false;
            }
            customer.loose.retain(|loose| loose.amount > 0);
        }
        for bill in self.bills.values_mut() {
            if bill.promise.is_some_and(|promise| bill.cancelled || promise.open - bill.room() >= promise.amount) {
                bill.promise = None;
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
        }
    }
}
