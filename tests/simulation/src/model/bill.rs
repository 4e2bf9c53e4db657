//! One invoice in the books: what is owed of it, and what of that is paid or settled.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use upominek::domain::interest::ClaimKind;
use upominek::domain::money::Currency;
use upominek::domain::policy::Channel;
use upominek::domain::settlement::SettlementKind;

use super::beside::Beside;
use super::stops::{Awaited, Promised};
use crate::calendar::forward;

/// Money of ours that went to a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    pub payment: String,
    pub amount: i64,
    pub named: bool,
}

/// A part of a bill that is settled without money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settled {
    pub kind: SettlementKind,
    pub amount: i64,
    /// The source counts it by itself now.
    pub told: bool,
    pub by_rule: bool,
}

/// What the team said of a line of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It may go, up to this sum.
    Approved(i64),
    /// It may not.
    LeftOut,
    /// It may go by this way and no other, up to this sum.
    By(Channel, i64),
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
    /// Another due date that the team gave.
    pub extended: Option<NaiveDate>,
    /// The day on which it first came.
    pub came: NaiveDate,
    pub(super) total: i64,
    pub(super) revision: u64,
    pub(super) asserted: i64,
    pub(super) unechoed: i64,
    pub(super) credited: i64,
    pub(super) own: Vec<Own>,
    /// What was claimed beside it.
    pub beside: Beside,
    /// So much less is owed where the rest is paid early.
    pub(super) discount: Option<i64>,
    pub(super) settled: Vec<Settled>,
    /// A person took back what a rule had settled.
    pub(super) rules_off: bool,
    /// It was open before what is being entered.
    pub(super) is_loaded: bool,
    /// Void.
    pub cancelled: bool,
    /// Held, until when if that is known.
    pub hold: Option<Option<NaiveDate>>,
    /// Disputed.
    pub disputed: bool,
    /// Promised.
    pub promise: Option<Promised>,
    /// Its payment is under way.
    pub awaited: Option<Awaited>,
    /// What the team said of it for single days.
    pub words: BTreeMap<NaiveDate, Word>,
    /// Steps that the team passed over.
    pub skipped: Vec<String>,
    /// The last day on which a fact about it came, or on which it was not to be asked for.
    pub quiet_on: NaiveDate,
}

impl Bill {
    /// What is open, never below zero.
    pub fn open(&self) -> i64 {
        if self.cancelled { 0 } else { self.room() - self.settled() }
    }

    /// The day to pay by, as printed or as the team put it off.
    pub fn agreed(&self) -> NaiveDate {
        self.extended.map_or(self.due, |day| day.max(self.due))
    }

    /// The last day on which it can be paid in time.
    pub fn until(&self) -> NaiveDate {
        forward(self.agreed())
    }

    /// What money and credit notes leave.
    pub(super) fn room(&self) -> i64 {
        (self.total - self.paid() - self.credited).max(0)
    }

    /// What is settled without money: no more than money and credit notes leave.
    pub fn settled(&self) -> i64 {
        self.settled.iter().filter(|one| !one.told).map(|one| one.amount).sum::<i64>().min(self.room())
    }

    /// What was paid, as its source and our own bookings say.
    pub fn paid(&self) -> i64 {
        self.asserted + self.unechoed - self.beside.on_bill()
    }

    /// What was paid beyond its total.
    pub fn overpaid(&self) -> i64 {
        (self.paid() + self.credited - self.total).max(0)
    }

    /// Days past its day to pay when it came.
    pub fn overdue_when_it_came(&self) -> i64 {
        (self.came - forward(self.due)).num_days().max(0)
    }

    /// What it is asked for in all, paid or not.
    pub(super) fn owed(&self) -> i64 {
        if self.cancelled { 0 } else { self.open() + self.paid() - self.overpaid() }
    }

    pub(super) fn echoed(&self) -> i64 {
        self.own.iter().map(|own| own.amount).sum::<i64>() + self.beside.on_bill() - self.unechoed
    }

    /// Set-offs that its source counts as paid.
    pub(super) fn set_off_told(&self) -> i64 {
        self.settled.iter().filter(|one| one.told && one.kind == SettlementKind::SetOff).map(|one| one.amount).sum()
    }

    /// Its source says the very amount of a settlement: it is the same.
    pub(super) fn tell(&mut self, kinds: &[SettlementKind], amount: i64) -> bool {
        let same = self.settled.iter_mut().find(|one| !one.told && kinds.contains(&one.kind) && one.amount == amount);
        same.map(|one| one.told = true).is_some()
    }

    pub(super) fn assert(&mut self, paid: i64) {
        let rise = (paid - self.asserted).max(0);
        if rise == self.unechoed || !self.tell(&[SettlementKind::SetOff], rise) {
            let echo = rise.min(self.unechoed);
            self.unechoed -= echo;
            self.tell(&[SettlementKind::SetOff], rise - echo);
        }
        self.asserted = paid;
        while self.set_off_told() > self.asserted {
            let last = self.settled.iter_mut().rev().find(|one| one.told && one.kind == SettlementKind::SetOff);
            last.into_iter().for_each(|one| one.told = false);
        }
    }

    /// Money that names it takes the place of settlements; other money does not.
    pub(super) fn book(&mut self, payment: &str, most: i64, named: bool) -> i64 {
        let takes = if named && !self.cancelled { self.room() } else { self.open() };
        let amount = takes.min(most);
        if amount > 0 {
            self.unechoed += amount;
            self.own.push(Own { payment: payment.to_owned(), amount, named });
        }
        amount
    }

    /// A refund of a payment.
    pub(super) fn take_back(&mut self, payment: &str, most: i64) -> i64 {
        let told = (self.echoed() - self.asserted).max(0);
        let mut left = most;
        for own in self.own.iter_mut().filter(|own| own.payment == payment) {
            let taken = own.amount.min(left);
            own.amount -= taken;
            left -= taken;
        }
        self.own.retain(|own| own.amount > 0);
        self.booked_out(most - left, told);
        most - left
    }

    fn booked_out(&mut self, amount: i64, told: i64) {
        let new = (amount - told).max(0);
        let unechoed = new.min(self.unechoed);
        self.unechoed -= unechoed;
        self.asserted = (self.asserted - (new - unechoed)).max(0);
    }

    /// Money that came for what is owed beside it goes back; `false` where there is not so much.
    pub(super) fn beside_back(&mut self, payment: &str, claim: ClaimKind, amount: i64) -> bool {
        let told = (self.echoed() - self.asserted).max(0);
        match self.beside.back(payment, claim, amount) {
            Some(on_bill) => {
                self.booked_out(on_bill, told);
                true
            }
            None => false,
        }
    }

    /// What we booked beyond what it owes.
    pub(super) fn give_back(&mut self) -> Vec<Own> {
        let beyond = if self.cancelled { self.unechoed } else { self.paid() + self.credited - self.total };
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
