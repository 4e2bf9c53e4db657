//! Instalment plans in the books: what was agreed, what of it is to be paid next, and what changes it.

use chrono::NaiveDate;
use upominek::domain::money::Currency;

use super::{Bill, Commit, Model};
use crate::calendar::{forward, working_days};

/// Working days for which an instalment is waited.
const GRACE: i64 = 3;

/// One instalment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// Its number among all that were ever agreed with the debtor.
    pub number: u32,
    /// The day agreed.
    pub on: NaiveDate,
    /// How much.
    pub amount: i64,
}

impl Instalment {
    /// The last day on which its money may come.
    pub fn ends(&self) -> NaiveDate {
        working_days(forward(self.on), GRACE)
    }
}

/// A plan in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// Its currency.
    pub currency: Currency,
    /// The bills that it covers.
    pub bills: Vec<String>,
    /// The instalments, by day.
    pub instalments: Vec<Instalment>,
}

/// What a bill is asked for under its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The instalment.
    pub instalment: Instalment,
    /// What is missing of it and of those before it.
    pub missing: i64,
    /// The bill's share of that.
    pub share: i64,
}

/// An amount in so many parts; what does not divide comes with the last one.
pub fn cut(total: i64, parts: u32) -> Vec<i64> {
    let parts = i64::from(parts.max(1));
    let each = total / parts;
    (1..=parts).map(|number| if number == parts { total - each * (parts - 1) } else { each }).collect()
}

impl Agreed {
    /// What is missing up to an instalment, where so much is open: what later ones do not cover.
    fn missing(&self, place: usize, open: i64) -> i64 {
        (open - self.instalments[place + 1..].iter().map(|later| later.amount).sum::<i64>()).max(0)
    }

    /// The first instalment of which something is missing.
    fn next(&self, open: i64) -> Option<(&Instalment, i64)> {
        let place = (0..self.instalments.len()).find(|place| self.missing(*place, open) > 0)?;
        Some((&self.instalments[place], self.missing(place, open)))
    }

    /// So much less is owed: the last ones become smaller. More is owed with the last one.
    fn less(&mut self, mut less: i64, open: i64) {
        let more = -less;
        while less > 0
            && let Some(last) = self.instalments.last_mut()
        {
            let off = last.amount.min(less);
            last.amount -= off;
            less -= off;
            if last.amount > 0 || self.instalments.len() == 1 {
                break;
            }
            self.instalments.pop();
        }
        let sum: i64 = self.instalments.iter().map(|one| one.amount).sum();
        let beyond = (open - sum).max(more);
        if let Some(last) = self.instalments.last_mut().filter(|_| beyond > 0) {
            last.amount += beyond;
        }
    }
}

impl Model {
    /// The plan that covers a bill.
    pub fn plan_of(&self, bill: &Bill) -> Option<&Agreed> {
        let plans = &self.customers.get(&bill.debtor)?.plans;
        plans.iter().find(|plan| plan.currency == bill.currency && plan.bills.contains(&bill.id))
    }

    /// What a bill is asked for under its plan; `None` where it has none.
    pub fn part(&self, bill: &Bill) -> Option<Part> {
        self.part_beside(bill, &|_| true)
    }

    /// The same, with only such money without a bill as counts.
    pub(super) fn part_beside(&self, bill: &Bill, counts: &dyn Fn(&super::Loose) -> bool) -> Option<Part> {
        let plan = self.plan_of(bill)?;
        let nets = self.nets(&bill.debtor, bill.currency, counts);
        let covered: Vec<&(&Bill, i64)> = nets.iter().filter(|(one, _)| plan.bills.contains(&one.id)).collect();
        let (instalment, missing) = plan.next(covered.iter().map(|(_, net)| net).sum())?;
        let before: i64 = covered.iter().take_while(|(one, _)| one.id != bill.id).map(|(_, net)| net).sum();
        let own = covered.iter().find(|(one, _)| one.id == bill.id).map_or(0, |(_, net)| *net);
        Some(Part { instalment: instalment.clone(), missing, share: (missing - before).clamp(0, own) })
    }

    /// The instalment of a plan that was missed as of a day, with what is missing; nothing while one of
    /// its open bills may not be spoken of.
    pub fn missed(&self, customer: &str, plan: &Agreed, day: NaiveDate) -> Option<(Instalment, i64)> {
        let nets = self.nets(customer, plan.currency, &|_| true);
        let covered: Vec<(&Bill, i64)> = nets.into_iter().filter(|(one, _)| plan.bills.contains(&one.id)).collect();
        if covered.iter().any(|(bill, _)| self.stopped(bill, day).is_some()) {
            return None;
        }
        let (instalment, missing) = plan.next(covered.iter().map(|(_, net)| net).sum())?;
        (instalment.ends() < day).then(|| (instalment.clone(), missing))
    }

    /// Plans follow what is owed of their bills; one without an open bill is over. `before` is what was
    /// asked for in all, by bill.
    pub(super) fn keep_plans(&mut self, commit: &Commit<'_>, before: &[(String, i64)]) {
        let customer = commit.customer;
        let Some(known) = self.customers.get(customer).filter(|known| !known.plans.is_empty()) else { return };
        let mut plans = known.plans.clone();
        for plan in &mut plans {
            let less = before.iter().filter(|(id, _)| plan.bills.contains(id));
            let less: i64 = less.map(|(id, owed)| owed - self.bills.get(id).map_or(0, Bill::owed)).sum();
            let nets = self.nets(customer, plan.currency, &|_| true);
            let open = nets.iter().filter(|(bill, _)| plan.bills.contains(&bill.id)).map(|(_, net)| net).sum();
            plan.less(less, open);
        }
        // What is to be said next may be another word now, and its day may have gone by.
        for id in plans.iter().flat_map(|plan| &plan.bills).filter(|_| commit.what.is_some()) {
            self.on(id, |bill| bill.quiet_on = commit.today);
        }
        plans.retain(|plan| plan.bills.iter().any(|id| self.bills.get(id).is_some_and(|bill| bill.open() > 0)));
        if let Some(known) = self.customers.get_mut(customer) {
            known.plans = plans;
        }
    }
}
