//! What the team, the law and the pay page bring into a debtor's life.

use upominek::domain::contact::Role;
use upominek::domain::interest::ClaimKind;
use upominek::domain::legal::LegalKind;
use upominek::domain::money::Currency;
use upominek::domain::policy::Channel;
use upominek::domain::settlement::SettlementKind;
use upominek::domain::stops::Party;

use super::life::Life;
use crate::script::{Line, What};

impl Life<'_> {
    /// What the team does to one invoice.
    pub fn course(&mut self, invoice: &str, day: i64, term: i64, total: i64) {
        let (debtor, invoice) = (self.debtor.id.clone(), invoice.to_owned());
        let when = day + term + self.more.between(-8, 30);
        let later = when + self.more.between(1, 30);
        match self.more.below(100) {
            0..=4 => {
                let kind = *self.more.pick(&[SettlementKind::WriteOff, SettlementKind::Discount, SettlementKind::SetOff]);
                let amount = self.more.percent(60).then(|| self.more.between(1, total));
                self.say(when, What::Settle { debtor: debtor.clone(), invoice: invoice.clone(), kind, amount });
                if self.more.percent(50) {
                    self.say(later, What::UndoSettlement { debtor, invoice, kind });
                }
            }
            5..=7 => {
                let kind = SettlementKind::WriteOff;
                self.say(when, What::Settle { debtor: debtor.clone(), invoice: invoice.clone(), kind, amount: None });
                self.say(later, What::Reopen { debtor, invoice });
            }
            8..=11 => {
                let days = self.more.between(1, 40);
                let due = self.day(when + days);
                self.say(when, What::Extend { debtor: debtor.clone(), invoice: invoice.clone(), due });
                if self.more.percent(40) {
                    self.say(later, What::RestoreDue { debtor, invoice });
                }
            }
            12..=15 => {
                self.say(when, What::SkipStep { debtor: debtor.clone(), invoice: invoice.clone() });
                if self.more.percent(40) {
                    self.say(later, What::RestoreStep { debtor, invoice });
                }
            }
            16..=19 => {
                let named = self.more.percent(60).then_some(invoice);
                self.say(when, What::SendNow { debtor, invoice: named });
            }
            20..=24 => {
                let by = if self.more.percent(50) { Party::Debtor } else { Party::Team };
                let ago = self.more.between(0, 10);
                let on = self.day(when - ago);
                let named = self.more.percent(60).then_some(invoice);
                self.say(when, What::SaidPaid { debtor: debtor.clone(), invoice: named, by, on });
                if self.more.percent(20) {
                    self.say(when + 2, What::WithdrawPending { debtor });
                }
            }
            25..=30 => self.checkout(when, total),
            31..=40 => self.speaks_of_a_line(invoice, when),
            41..=45 => {
                let claim = if self.more.percent(50) { ClaimKind::Interest } else { ClaimKind::Compensation };
                self.say(later + 10, What::WaiveClaim { debtor, invoice, claim });
            }
            46..=52 => {
                // What is owed beside it goes with the invoice, or after it.
                let payment = self.id("p");
                let (amount, late) = (total + self.more.between(0, total / 20 + 40_000), self.more.between(10, 60));
                let currency = self.currency_of(&invoice);
                self.say(when + late, What::Payment { payment, invoice: Some(invoice.clone()), debtor: None, amount, currency });
                if self.more.percent(40) {
                    let (note, amount) = (self.id("n"), self.more.between(1, total));
                    self.say(when + late + 5, What::CreditNote { note, invoice, amount, currency });
                }
            }
            _ => {}
        }
    }

    fn currency_of(&self, invoice: &str) -> Currency {
        let of = |line: &Line| match &line.what {
            What::Invoice { invoice: known, currency, .. } if known == invoice => Some(*currency),
            _ => None,
        };
        self.lines.iter().find_map(of).unwrap_or(Currency::PLN)
    }

    /// The team's word about a line, given today or for a day to come.
    fn speaks_of_a_line(&mut self, invoice: String, when: i64) {
        let debtor = self.debtor.id.clone();
        let ahead = self.more.between(0, 4);
        let on = self.day(when + ahead);
        let what = match self.more.below(3) {
            0 => What::Approve { debtor: debtor.clone(), invoice: invoice.clone(), on },
            1 => What::LeaveOut { debtor: debtor.clone(), invoice: invoice.clone(), on },
            _ => {
                let channel = *self.more.pick(&[Channel::Email, Channel::Sms, Channel::Call]);
                What::SendBy { debtor: debtor.clone(), invoice: invoice.clone(), on, channel }
            }
        };
        self.say(when, what);
        if self.more.percent(30) {
            self.say(when, What::TakeBack { debtor, invoice, on });
        }
    }

    /// Contacts that the team enters, changes and takes away.
    fn contacts(&mut self, when: i64) {
        let debtor = self.debtor.id.clone();
        let roles = [Role::AccountsPayable, Role::Owner, Role::Management, Role::Other];
        let number = self.more.between(1, 3);
        let role = *self.more.pick(&roles);
        let email = self.more.percent(80).then(|| format!("{debtor}-{number}@example.com"));
        let phone = email.is_none().then(|| format!("+4860{number}{:0>6}", &debtor[1..]));
        self.say(when, What::AddContact { debtor: debtor.clone(), role, email, phone });
        let later = when + self.more.between(1, 60);
        match self.more.below(3) {
            0 => self.say(later, What::RemoveContact { debtor, contact: 1 }),
            1 => {
                let email = self.more.percent(60).then(|| format!("{debtor}-new@example.com"));
                let role = *self.more.pick(&roles);
                self.say(later, What::ChangeContact { debtor, contact: 1, role, email });
            }
            _ => {}
        }
    }

    /// A checkout on the pay page: paid, failed, or never heard of again.
    fn checkout(&mut self, when: i64, total: i64) {
        let (debtor, checkout) = (self.debtor.id.clone(), self.id("c"));
        let currency = if self.more.percent(80) { Currency::PLN } else { Currency::EUR };
        let amount = if self.more.percent(70) { total } else { self.more.between(1, total) };
        self.say(when, What::Checkout { debtor: debtor.clone(), checkout: checkout.clone(), amount, currency });
        let later = when + self.more.between(0, 8);
        if self.more.percent(30) {
            self.say(later, What::CheckoutFails { debtor: debtor.clone(), checkout: checkout.clone() });
        }
        if self.more.percent(60) {
            let fits = self.more.percent(90);
            let amount = if fits { amount } else { amount + 1 };
            let later = later + self.more.between(0, 3);
            self.say(later, What::CheckoutPaid { debtor, checkout, amount, currency, fits });
        }
    }

    /// Plans, and what the law forbids.
    pub fn agreements(&mut self) {
        let last = i64::try_from(self.days).unwrap_or(0);
        for _ in 0..self.more.below(3) {
            let when = self.more.between(10, last.max(11));
            match self.more.below(100) {
                0..=54 => self.plan(when),
                55..=79 => self.law(when),
                _ => self.contacts(when),
            }
        }
    }

    fn plan(&mut self, when: i64) {
        let debtor = self.debtor.id.clone();
        let currency = if self.more.percent(85) { Currency::PLN } else { Currency::EUR };
        let parts = u32::try_from(self.more.between(2, 6)).unwrap_or(2);
        let every = u32::try_from(self.more.between(5, 31)).unwrap_or(7);
        let first = when + self.more.between(0, 20);
        let plan = What::Plan { debtor: debtor.clone(), currency, first: self.day(first), parts, every };
        self.say(when, plan);
        // Some pay on their days, some a few of them, some nothing.
        for number in 0..parts {
            if !self.more.percent(75) {
                break;
            }
            let (payment, amount) = (self.id("p"), self.more.between(500, 60_000));
            let day = first + i64::from(number * every) + self.more.between(-3, 3);
            self.say(day, What::Payment { payment, invoice: None, debtor: Some(debtor.clone()), amount, currency });
        }
        if self.more.percent(20) {
            let later = when + self.more.between(1, 40);
            self.say(later, What::WithdrawPlan { debtor, currency });
        }
    }

    fn law(&mut self, when: i64) {
        let debtor = self.debtor.id.clone();
        let kind = *self.more.pick(&LegalKind::ALL);
        let ago = self.more.between(0, 5);
        let since = self.day(when - ago);
        let until = self.more.percent(40).then(|| self.more.between(0, 40)).map(|days| self.day(when + days));
        let by = if self.more.percent(70) { Channel::Email } else { Channel::Sms };
        let channel = (kind == LegalKind::WrongPerson).then_some(by);
        self.say(when, What::LegalStop { debtor: debtor.clone(), kind, since, until, channel });
        if self.more.percent(70) {
            let (later, mistaken) = (when + self.more.between(0, 60), self.more.percent(40));
            self.say(later, What::EndLegalStop { debtor, kind, mistaken });
        }
    }
}
