//! The life of one debtor: what it buys, pays and says.

use chrono::{Days, Duration, NaiveDate};
use upominek::domain::money::Currency;

use super::at;
use crate::dice::Dice;
use crate::script::{Debtor, Line, What};

/// What one debtor buys, pays and says.
pub(super) struct Life<'d> {
    pub dice: Dice,
    /// Those of what the team and the law do, apart, so that more of it moves nothing else.
    pub more: Dice,
    pub debtor: &'d Debtor,
    pub first: NaiveDate,
    pub days: u64,
    pub lines: Vec<Line>,
    pub number: u32,
}

impl Life<'_> {
    pub fn live(&mut self) {
        let pause = self.dice.between(15, 120);
        let mut day = self.dice.between(0, 60);
        while day < i64::try_from(self.days).unwrap_or(0) {
            self.invoice(day);
            if self.dice.percent(25) {
                self.invoice(day);
            }
            day += self.dice.between(1, 2 * pause);
        }
        self.stops();
        self.agreements();
    }

    pub fn say(&mut self, day: i64, what: What) {
        let hour = u32::try_from(self.dice.between(3, 22)).unwrap_or(12);
        let line = Line { at: at(self.day(day), hour), what };
        // Everything may come twice.
        if self.dice.percent(8) {
            let later = Duration::hours(self.dice.between(0, 90));
            self.lines.push(Line { at: line.at + later, what: line.what.clone() });
        }
        self.lines.push(line);
    }

    /// A day so many days later, give or take.
    pub fn near(&mut self, day: i64, from: i64, to: i64) -> NaiveDate {
        let later = self.dice.between(from, to);
        self.day(day + later)
    }

    pub fn day(&self, day: i64) -> NaiveDate {
        if day < 0 { self.first - Days::new(day.unsigned_abs()) } else { self.first + Days::new(day.unsigned_abs()) }
    }

    pub fn id(&mut self, kind: &str) -> String {
        self.number += 1;
        format!("{kind}{}n{}", &self.debtor.id[1..], self.number)
    }

    fn invoice(&mut self, day: i64) {
        let invoice = self.id("i");
        let currency = if self.dice.percent(80) { Currency::PLN } else { Currency::EUR };
        let total = match self.dice.below(10) {
            0 => self.dice.between(1, 2_500),
            9 => self.dice.between(500_000, 9_000_000),
            _ => self.dice.between(2_000, 300_000),
        };
        // Some are imported late, a few very late.
        let term = match self.dice.below(20) {
            0 => -self.dice.between(1, 60),
            1 => -self.dice.between(700, 1_300),
            _ => self.dice.between(5, 45),
        };
        let (issued, due) = (self.day(day.min(day + term - 7)), self.day(day + term));
        let debtor = self.debtor.id.clone();
        let discount = self.more.percent(12).then(|| (total / 50).max(1)).filter(|amount| *amount < total);
        let picture = |revision, total, due, paid| What::Invoice {
            discount: discount.filter(|amount| *amount < total),
            debtor: debtor.clone(),
            invoice: invoice.clone(),
            revision,
            issued,
            due,
            total,
            currency,
            paid,
            email: None,
        };
        self.say(day, picture(1, total, due, None));
        let pays = day + term.max(0) + self.dice.between(-6, 45);
        match self.dice.below(100) {
            0..=34 => self.pay(&invoice, pays, total, currency),
            35..=47 => {
                let part = self.dice.between(1, total);
                self.pay(&invoice, pays, part, currency);
                if self.dice.percent(70) {
                    let later = pays + self.dice.between(1, 40);
                    // A little too much, or a little too little.
                    let beside = if self.dice.percent(30) { -self.dice.between(1, 300) } else { self.dice.between(-3, 3).max(0) };
                    let rest = total - part + beside;
                    self.pay(&invoice, later, rest, currency);
                }
            }
            48..=55 => {
                let payment = self.id("p");
                let amount = total + self.dice.between(-total / 2, total / 3);
                self.say(pays, What::Payment { payment, invoice: None, debtor: Some(debtor.clone()), amount: amount.max(1), currency });
            }
            56..=61 => self.say(pays, What::Paid { invoice: invoice.clone(), revision: 5 }),
            62..=66 => self.say(pays, What::Cancelled { invoice: invoice.clone(), revision: 6 }),
            67..=74 => {
                let note = self.id("n");
                let amount = self.dice.between(1, total + total / 4);
                self.say(pays, What::CreditNote { note, invoice: invoice.clone(), amount, currency });
            }
            75..=80 => {
                let (less, later) = (self.dice.between(1, total), self.dice.between(-3, 20));
                self.say(pays, picture(2, less, due, None));
                self.pay(&invoice, pays + later, less, currency);
            }
            81..=84 => {
                let moved = self.near(day + term, 5, 40);
                self.say(pays, picture(3, total, moved, None));
            }
            85..=88 => {
                // The shop repeats the payment in its picture.
                self.pay(&invoice, pays, total, currency);
                self.say(pays + 1, picture(4, total, due, Some(total)));
            }
            89..=91 => {
                let told = self.dice.between(1, total);
                self.say(pays, picture(2, total, due, Some(told)));
                let moved = self.dice.between(0, told);
                self.say(pays + 7, picture(3, total, due, Some(moved)));
            }
            _ => {}
        }
        if let Some(discount) = discount.filter(|_| self.more.percent(50)) {
            let early = day + self.more.between(0, term.max(0));
            self.pay(&invoice, early, total - discount, currency);
        }
        self.talk(&invoice, day, term.max(0));
        self.course(&invoice, day, term.max(0), total);
    }

    fn pay(&mut self, invoice: &str, day: i64, amount: i64, currency: Currency) {
        let payment = self.id("p");
        let amount = amount.max(1);
        self.say(day, What::Payment { payment: payment.clone(), invoice: Some(invoice.to_owned()), debtor: None, amount, currency });
        if self.dice.percent(10) {
            let (later, back) = (self.dice.between(-1, 30), self.dice.between(1, amount));
            let refund = self.id("r");
            let named = self.dice.percent(60).then(|| invoice.to_owned());
            self.say(day + later, What::Refund { refund, payment, invoice: named, amount: back, currency });
        }
    }

    /// What debtor and team say about an invoice.
    fn talk(&mut self, invoice: &str, day: i64, term: i64) {
        let debtor = self.debtor.id.clone();
        let named = Some(invoice.to_owned());
        let when = day + term + self.dice.between(-10, 25);
        match self.dice.below(100) {
            0..=5 => {
                let until = self.dice.percent(60).then(|| self.near(when, 0, 25));
                self.say(when, What::Hold { debtor: debtor.clone(), invoice: named.clone(), until });
                let later = when + self.dice.between(1, 40);
                self.say(later, What::Release { debtor, invoice: named });
            }
            6..=16 => {
                let on = self.near(when, -1, 15);
                let amount = self.dice.percent(30).then(|| self.dice.between(1, 5_000));
                self.say(when, What::Promise { debtor: debtor.clone(), invoice: named, on, amount });
                if self.dice.percent(10) {
                    self.say(when + 3, What::WithdrawPromise { debtor });
                }
            }
            17..=21 => {
                self.say(when, What::Dispute { debtor: debtor.clone(), invoice: invoice.to_owned() });
                if self.dice.percent(70) {
                    let (later, upheld) = (when + self.dice.between(1, 60), self.dice.percent(20));
                    self.say(later, What::DecideDispute { debtor, invoice: invoice.to_owned(), upheld });
                }
            }
            _ => {}
        }
    }

    /// What concerns the debtor as a whole.
    fn stops(&mut self) {
        let debtor = self.debtor.id.clone();
        let last = i64::try_from(self.days).unwrap_or(0);
        for _ in 0..self.dice.below(3) {
            let when = self.dice.between(0, last);
            match self.dice.below(4) {
                0 => {
                    let until = self.dice.percent(50).then(|| self.near(when, 0, 30));
                    self.say(when, What::Hold { debtor: debtor.clone(), invoice: None, until });
                    self.say(when + 35, What::Release { debtor: debtor.clone(), invoice: None });
                }
                1 => self.say(when, What::Bounce { debtor: debtor.clone() }),
                2 => self.say(when, What::Delivered { debtor: debtor.clone() }),
                _ => {
                    let on = self.near(when, 0, 10);
                    self.say(when, What::Promise { debtor: debtor.clone(), invoice: None, on, amount: None });
                }
            }
        }
    }
}
