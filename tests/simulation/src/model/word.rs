//! What a fact or a person's word changes in the books.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use upominek::domain::handle::Entry;
use upominek::domain::instruction::Act;
use upominek::domain::money::Currency;
use upominek::domain::settlement::Settler;

use super::beside::Beside;
use super::bill::Settled;
use super::{Agreed, Awaited, Bill, Broke, Commit, Contact, Instalment, Law, Loose, Model, Promised, Word, cut};
use crate::calendar::forward;
use crate::script::What;

impl Model {
    /// A fact or a person's word was committed.
    pub(super) fn apply(&mut self, what: &What, commit: &Commit<'_>) -> Result<(), Broke> {
        let today = commit.today;
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
                (Some(invoice), _) => return self.named(payment, invoice, (*amount, *currency), commit),
                (None, Some(debtor)) => {
                    self.keep(debtor, Loose { payment: payment.clone(), currency: *currency, amount: *amount, allocate: true });
                }
                (None, None) => {}
            },
            What::Refund { payment, invoice, amount, currency, .. } => {
                return self.refund(payment, invoice.as_deref(), (*amount, *currency), commit);
            }
            What::CreditNote { note, invoice, amount, currency } => self.credit(note, invoice, *amount, *currency),
            What::Checkout { checkout, .. } => return self.under_way(commit, Some(checkout)),
            What::CheckoutPaid { debtor, checkout, amount, currency, fits } => {
                let loose = Loose { payment: checkout.clone(), currency: *currency, amount: *amount, allocate: *fits };
                self.keep(debtor, loose);
                self.each_of(debtor, |bill| {
                    bill.awaited.take_if(|waits| !waits.failed && waits.checkout.as_ref() == Some(checkout));
                });
            }
            What::CheckoutFails { debtor, checkout } => self.each_of(debtor, |bill| {
                let of_it = |waits: &&mut Awaited| waits.checkout.as_ref() == Some(checkout) && !waits.failed;
                if let Some(waits) = bill.awaited.as_mut().filter(of_it) {
                    (waits.failed, waits.ran_out, waits.until) = (true, false, today);
                }
            }),
            other => return self.word(other, commit),
        }
        Ok(())
    }

    /// What people say.
    fn word(&mut self, what: &What, commit: &Commit<'_>) -> Result<(), Broke> {
        match what {
            What::Hold { debtor, invoice, until } => self.hold(debtor, invoice.as_deref(), Some(*until)),
            What::Release { debtor, invoice } => self.hold(debtor, invoice.as_deref(), None),
            What::Promise { debtor, invoice, on, amount } => self.promise(debtor, invoice.as_deref(), *on, *amount),
            What::WithdrawPromise { debtor } => self.each_of(debtor, |bill| bill.promise = None),
            What::Dispute { invoice, .. } => self.on(invoice, |bill| bill.disputed = true),
            What::DecideDispute { invoice, upheld, .. } => self.on(invoice, |bill| bill.disputed = *upheld),
            What::SaidPaid { .. } => return self.under_way(commit, None),
            What::WithdrawPending { debtor } => {
                self.each_of(debtor, |bill| drop(bill.awaited.take_if(|waits| !waits.failed && !waits.ran_out)))
            }
            What::Plan { .. } => return self.plan(what, commit),
            What::WithdrawPlan { debtor, currency } => self.end_plan(debtor, *currency, commit.today),
            What::LegalStop { .. } | What::EndLegalStop { .. } => self.law(what, commit),
            What::Settle { invoice, kind, amount, .. } => self.on(invoice, |bill| {
                let amount = amount.unwrap_or(bill.open());
                bill.settled.push(Settled { kind: *kind, amount, told: false, by_rule: false });
            }),
            What::UndoSettlement { invoice, .. } | What::Reopen { invoice, .. } => {
                for entry in commit.entries {
                    let Entry::SettlementUndone { settlement, by: Settler::Team, .. } = entry else { continue };
                    self.on(invoice, |bill| {
                        let same = |one: &Settled| one.kind == settlement.kind && one.amount == settlement.amount_minor;
                        let by_rule = settlement.by == Settler::Rule;
                        if let Some(place) = bill.settled.iter().position(|one| same(one) && one.by_rule == by_rule) {
                            bill.settled.remove(place);
                        }
                        bill.rules_off |= by_rule;
                    });
                }
            }
            What::Extend { invoice, due, .. } => self.on(invoice, |bill| bill.extended = Some(*due)),
            What::RestoreDue { invoice, .. } => self.on(invoice, |bill| {
                bill.extended = None;
                bill.quiet_on = commit.today;
            }),
            What::SkipStep { invoice, .. } | What::RestoreStep { invoice, .. } => {
                // Another step comes next, and its day may have gone by.
                self.on(invoice, |bill| bill.quiet_on = commit.today);
                for entry in commit.entries {
                    match entry {
                        Entry::StepSkipped { step, .. } => self.on(invoice, |bill| bill.skipped.push(step.clone())),
                        Entry::StepRestored { step, .. } => self.on(invoice, |bill| bill.skipped.retain(|known| known != step)),
                        _ => {}
                    }
                }
            }
            What::SendNow { debtor, .. } => {
                if let Some(customer) = self.customers.get_mut(debtor) {
                    customer.sent_now.insert(commit.today);
                }
            }
            What::Approve { .. } | What::LeaveOut { .. } | What::SendBy { .. } | What::TakeBack { .. } | What::ApproveList { .. } => {
                self.said_of_lines(commit);
            }
            What::AddContact { .. } | What::ChangeContact { .. } | What::RemoveContact { .. } => self.contacts(what, commit),
            _ => {}
        }
        Ok(())
    }

    /// Stops that the law puts up, and their ends.
    fn law(&mut self, what: &What, commit: &Commit<'_>) {
        match what {
            What::LegalStop { debtor, kind, since, until, .. } => {
                let Some(customer) = self.customers.get_mut(debtor) else { return };
                let told = commit.entries.iter().find_map(|entry| if let Entry::LegalStop { stop } = entry { Some(stop) } else { None });
                let not_theirs = told.map(|stop| stop.not_theirs.iter().cloned().collect()).unwrap_or_default();
                customer.not_theirs.extend(told.into_iter().flat_map(|stop| stop.not_theirs.iter().cloned()));
                customer.law.insert(*kind, Law { since: *since, until: *until, not_theirs });
            }
            What::EndLegalStop { debtor, kind, mistaken } => {
                let Some(customer) = self.customers.get_mut(debtor) else { return };
                if let Some(law) = customer.law.remove(kind).filter(|_| *mistaken) {
                    customer.not_theirs.retain(|address| !law.not_theirs.contains(address));
                }
            }
            _ => {}
        }
    }

    /// What the team said of lines. The sums are those of these books.
    fn said_of_lines(&mut self, commit: &Commit<'_>) {
        for entry in commit.entries {
            match entry {
                Entry::Instructed { case, on, act } => {
                    let Some(bill) = self.bills.get(&case.external) else { continue };
                    let sum = self.part(bill).map_or_else(|| self.net(&bill.id), |part| part.share);
                    let word = match act {
                        Act::Approve => Word::Approved(sum),
                        Act::Skip { .. } => Word::LeftOut,
                        Act::By { channel } => Word::By(*channel, sum),
                    };
                    self.on(&case.external, |bill| {
                        bill.words.insert(*on, word);
                    });
                }
                Entry::InstructionWithdrawn { case, on, .. } => self.on(&case.external, |bill| bill.words.retain(|day, _| day != on)),
                _ => {}
            }
        }
    }

    /// Contacts that the team enters, changes and takes away.
    fn contacts(&mut self, what: &What, commit: &Commit<'_>) {
        let Some(customer) = self.customers.get_mut(commit.customer) else { return };
        match what {
            What::AddContact { email, phone, .. } => {
                customer.made += 1;
                customer.contacts.insert(customer.made, Contact { email: email.clone(), phone: phone.clone() });
            }
            What::ChangeContact { contact, email, .. } => {
                if let Some(known) = customer.contacts.get_mut(contact) {
                    known.email = email.clone().or(known.email.take());
                }
            }
            What::RemoveContact { contact, .. } => drop(customer.contacts.remove(contact)),
            _ => {}
        }
    }

    fn invoice(&mut self, what: &What, today: NaiveDate) {
        let What::Invoice { debtor, invoice, revision, issued, due, total, currency, paid, discount, email } = what else { return };
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
            extended: None,
            came: today,
            total: *total,
            revision: *revision,
            asserted: 0,
            unechoed: 0,
            credited: 0,
            own: Vec::new(),
            beside: Beside::new(*total, *due),
            discount: None,
            settled: Vec::new(),
            rules_off: false,
            is_loaded: true,
            cancelled: false,
            hold: None,
            disputed: false,
            promise: None,
            awaited: None,
            words: BTreeMap::new(),
            skipped: Vec::new(),
            quiet_on: today,
        };
        self.of.entry(debtor.clone()).or_default().insert(invoice.clone());
        let bill = self.bills.entry(invoice.clone()).or_insert(new);
        (bill.issued, bill.due, bill.total, bill.revision, bill.cancelled) = (*issued, *due, *total, *revision, false);
        bill.discount = *discount;
        bill.beside.seen(*total, *due);
        bill.quiet_on = today;
        if let Some(paid) = paid {
            bill.assert(*paid);
        }
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
        self.each_of(debtor, |bill| {
            let open = bill.open();
            if open > 0 && invoice.is_none_or(|id| bill.id == id) {
                bill.promise = Some(Promised { on, amount: amount.unwrap_or(open), open });
            }
        });
    }

    /// A payment is under way, of these bills: those that somebody speaks of, or those that the money of
    /// a checkout goes to.
    fn under_way(&mut self, commit: &Commit<'_>, checkout: Option<&String>) -> Result<(), Broke> {
        const RULE: &str = "what is being paid is silent, and nothing else";
        let until = forward(commit.today + Days::new(u64::from(self.policy.pending_days)));
        let silent: Vec<String> = match commit.what {
            Some(What::Checkout { debtor, amount, currency, .. }) => {
                let mut left = *amount;
                let payable = self.payable(debtor, *currency, commit.today).into_iter().filter(|(_, most)| *most > 0);
                let covers = |(id, most): (String, i64)| {
                    let before = left;
                    left -= most;
                    (before > 0).then_some(id)
                };
                payable.filter_map(covers).collect()
            }
            Some(What::SaidPaid { debtor, invoice, .. }) => {
                let open = self.open_of(debtor).into_iter().filter(|bill| invoice.as_ref().is_none_or(|id| bill.id == *id));
                open.map(|bill| bill.id.clone()).collect()
            }
            _ => Vec::new(),
        };
        for entry in commit.entries {
            let Entry::PaymentPending { case, .. } = entry else { continue };
            if !silent.contains(&case.external) {
                return Err((RULE, format!("{}: {} is none of {silent:?}", commit.customer, case.external)));
            }
            self.on(&case.external, |bill| {
                bill.awaited = Some(Awaited { until, checkout: checkout.cloned(), open: bill.open(), failed: false, ran_out: false });
            });
        }
        // Of a checkout all of them are; of what a person says those that are not known to be.
        match silent
            .iter()
            .find(|id| checkout.is_some() && self.bills.get(*id).is_none_or(|bill| bill.awaited.as_ref().is_none_or(|waits| waits.ran_out)))
        {
            Some(id) => Err((RULE, format!("{}: {id} is paid by {checkout:?}, and not silent", commit.customer))),
            None => Ok(()),
        }
    }

    /// Instalments are agreed: as the line says, of what is open.
    fn plan(&mut self, what: &What, commit: &Commit<'_>) -> Result<(), Broke> {
        const RULE: &str = "a plan is what was agreed";
        let What::Plan { debtor, currency, first, parts, every } = what else { return Ok(()) };
        let made = commit.entries.iter().find_map(|entry| if let Entry::PlanMade { plan } = entry { Some(plan) } else { None });
        let Some(made) = made else { return Err((RULE, format!("{debtor}: no plan was made"))) };
        let nets = self.nets(debtor, *currency, &|_| true);
        let bills: Vec<String> = made.cases.iter().map(|case| case.external.clone()).collect();
        let open: i64 = nets.iter().filter(|(bill, _)| bills.contains(&bill.id)).map(|(_, net)| net).sum();
        let days = (0..*parts).map(|number| *first + Days::new(u64::from(number * every)));
        let agreed: Vec<(NaiveDate, i64)> = days.zip(cut(open, *parts)).collect();
        let theirs: Vec<(NaiveDate, i64)> = made.instalments.iter().map(|one| (one.on, one.amount_minor)).collect();
        if agreed != theirs {
            return Err((RULE, format!("{debtor}: {open} is open, {agreed:?} was agreed, it says {theirs:?}")));
        }
        for id in &bills {
            self.on(id, |bill| bill.promise = None);
        }
        let Some(customer) = self.customers.get_mut(debtor) else { return Ok(()) };
        customer.plans.retain(|plan| plan.currency != *currency);
        let last = customer.last_instalment;
        let instalments = agreed.into_iter().zip(last + 1..).map(|((on, amount), number)| Instalment { number, on, amount });
        let plan = Agreed { currency: *currency, bills, instalments: instalments.collect() };
        customer.last_instalment = plan.instalments.last().map_or(last, |last| last.number);
        customer.plans.push(plan);
        Ok(())
    }

    /// A plan is over: what it covered is asked for as before, not on the same day.
    pub(super) fn end_plan(&mut self, customer: &str, currency: Currency, today: NaiveDate) {
        self.each_of(customer, |bill| bill.quiet_on = today);
        if let Some(customer) = self.customers.get_mut(customer) {
            customer.plans.retain(|plan| plan.currency != currency);
        }
    }
}
