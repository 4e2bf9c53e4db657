//! Money in the books: to which bill it goes, and what comes back.

use chrono::NaiveDate;
use upominek::domain::money::Currency;

use super::bill::Own;
use super::{Bill, Broke, Commit, Loose, Model, covers};

/// Bills, each with the most that it takes.
type Sums = Vec<(String, i64)>;

impl Model {
    /// Money that names its bill.
    pub(super) fn named(
        &mut self,
        payment: &str,
        invoice: &str,
        (amount, currency): (i64, Currency),
        commit: &Commit<'_>,
    ) -> Result<(), Broke> {
        let Some(bill) = self.bills.get_mut(invoice) else { return Ok(()) };
        let mut left = amount;
        if bill.currency == currency {
            left -= bill.book(payment, left, true);
            // What its source told before: the same money once more.
            let told = (bill.asserted - bill.echoed() - bill.set_off_told()).max(0).min(left);
            if told > 0 {
                bill.own.push(Own { payment: payment.to_owned(), amount: told, named: true });
                left -= told;
            }
        }
        let debtor = bill.debtor.clone();
        left -= self.covers_beside(commit, payment, Some(invoice), left)?;
        self.keep(&debtor, Loose { payment: payment.to_owned(), currency, amount: left, allocate: false });
        Ok(())
    }

    /// Money that belongs to no bill, at least not yet.
    pub(super) fn keep(&mut self, customer: &str, loose: Loose) {
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

    /// Money that went back.
    pub(super) fn refund(
        &mut self,
        payment: &str,
        invoice: Option<&str>,
        (amount, currency): (i64, Currency),
        commit: &Commit<'_>,
    ) -> Result<(), Broke> {
        let mut left = amount;
        for loose in self.customers.values_mut().flat_map(|customer| &mut customer.loose) {
            if loose.payment == payment && loose.currency == currency {
                let taken = loose.amount.min(left);
                loose.amount -= taken;
                left -= taken;
            }
        }
        left -= self.beside_first(commit, payment, currency, left)?;
        if let Some(bill) = invoice.and_then(|id| self.bills.get_mut(id)).filter(|bill| bill.currency == currency) {
            left -= bill.take_back(payment, left);
        }
        for bill in self.bills.values_mut().filter(|bill| Some(bill.id.as_str()) != invoice && bill.currency == currency) {
            if bill.own.iter().any(|own| own.payment == payment) {
                left -= bill.take_back(payment, left);
            }
        }
        Ok(())
    }

    /// Less is owed. A note about the very sum that we gave up is the paper of that.
    pub(super) fn credit(&mut self, note: &str, invoice: &str, amount: i64, currency: Currency) {
        use upominek::domain::settlement::SettlementKind::{Discount, WriteOff};
        let Some(bill) = self.bills.get_mut(invoice) else { return };
        let mut taken = 0;
        if bill.currency == currency {
            bill.tell(&[Discount, WriteOff], amount);
            taken = bill.room().min(amount);
        }
        bill.credited += taken;
        let debtor = bill.debtor.clone();
        self.keep(&debtor, Loose { payment: note.to_owned(), currency, amount: amount - taken, allocate: false });
    }

    /// What money that names nothing pays, in its order, and how much of each: what is due first, the
    /// oldest before; of a bill under a plan what its instalment asks for, and the rest after all others;
    /// what nobody is asked to pay comes last.
    pub(super) fn payable(&self, customer: &str, currency: Currency, today: NaiveDate) -> Vec<(String, i64)> {
        let (due, ahead) = self.payable_apart(customer, currency, today);
        due.into_iter().chain(ahead).collect()
    }

    /// The same: what is due, and what is not.
    fn payable_apart(&self, customer: &str, currency: Currency, today: NaiveDate) -> (Sums, Sums) {
        let (mut first, mut later, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for bill in self.open_of(customer).into_iter().filter(|bill| bill.currency == currency) {
            if bill.disputed || covers(bill.hold, today) {
                last.push((bill.id.clone(), bill.open()));
                continue;
            }
            match self.part_beside(bill, &|loose| !loose.allocate) {
                Some(part) => {
                    let on = part.instalment.on;
                    first.push((on > today, on, bill.id.clone(), part.share));
                    later.push((bill.id.clone(), bill.open() - part.share));
                }
                None => first.push((bill.until() > today, bill.agreed(), bill.id.clone(), bill.open())),
            }
        }
        first.sort();
        let (ahead, due): (Vec<_>, Vec<_>) = first.into_iter().partition(|(ahead, ..)| *ahead);
        let bare = |bills: Vec<(bool, NaiveDate, String, i64)>| bills.into_iter().map(|(_, _, id, most)| (id, most));
        (bare(due).collect(), bare(ahead).chain(later).chain(last).collect())
    }

    /// Money beyond what is owed comes back; money that waits goes to where it belongs.
    pub(super) fn settle(&mut self, commit: &Commit<'_>) -> Result<(), Broke> {
        let (customer, today) = (commit.customer, commit.today);
        self.beside_is_free(commit)?;
        let mut freed = Vec::new();
        self.each_of(customer, |bill| {
            let currency = bill.currency;
            let loose = |own: Own| Loose { payment: own.payment, currency, amount: own.amount, allocate: !own.named };
            freed.extend(bill.give_back().into_iter().map(loose));
        });
        for loose in freed {
            self.keep(customer, loose);
        }
        let waiting = self.customers.get(customer).map(|known| known.loose.clone()).unwrap_or_default();
        for loose in waiting.into_iter().filter(|loose| loose.allocate) {
            let mut left = loose.amount;
            let (due, ahead) = self.payable_apart(customer, loose.currency, today);
            let is_due: Vec<String> = due.iter().map(|(id, _)| id.clone()).collect();
            for (id, most) in due {
                self.on(&id, |bill: &mut Bill| left -= bill.book(&loose.payment, left.min(most), false));
            }
            // What is owed beside bills that are due comes before bills that are not.
            for id in is_due {
                left -= self.covers_beside(commit, &loose.payment, Some(&id), left)?;
            }
            for (id, most) in ahead {
                self.on(&id, |bill: &mut Bill| left -= bill.book(&loose.payment, left.min(most), false));
            }
            left -= self.covers_beside(commit, &loose.payment, None, left)?;
            let same = |known: &&mut Loose| known.payment == loose.payment && known.currency == loose.currency;
            if let Some(known) = self.customers.get_mut(customer).and_then(|known| known.loose.iter_mut().find(same)) {
                (known.amount, known.allocate) = (left, false);
            }
        }
        if let Some(known) = self.customers.get_mut(customer) {
            known.loose.retain(|loose| loose.amount > 0);
        }
        Ok(())
    }
}
