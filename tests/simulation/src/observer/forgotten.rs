//! Nobody is forgotten: once faults stop, each open case gets its next step in time, or something
//! stops it that the observer knows of.

use chrono::{DateTime, Days, NaiveDate, Utc};
use upominek::domain::account::{Account, Case};
use upominek::domain::decide::{Decision, SkipReason};
use upominek::domain::policy::{Channel, Step};

use super::{Broke, Observer, ladder};
use crate::calendar::working_days;
use crate::machine::World;
use crate::model::Bill;

const RULE: &str = "no open case is forgotten";

impl Observer {
    pub(super) fn nobody_is_forgotten(&self, world: &World, customer: &str, account: &Account, today: NaiveDate) -> Result<(), Broke> {
        for bill in self.model.open_of(customer) {
            let case = account.cases.iter().find(|case| case.id.external == bill.id && case.closed.is_none());
            let Some(case) = case else { return Err((RULE, format!("{customer} {}: there is no open case", bill.id))) };
            self.wakes(world, customer, account, today)?;
            let place = || format!("{customer} {}", bill.id);
            self.is_heard_or_excused(bill, case, account, today).map_err(|what| (RULE, format!("{}: {what}", place())))?;
        }
        Ok(())
    }

    /// Somebody will look at the account, within a heartbeat.
    fn wakes(&self, world: &World, customer: &str, account: &Account, today: NaiveDate) -> Result<(), Broke> {
        let listed = world.agenda_day(&account.profile.debtor);
        let latest = today + Days::new(31);
        match account.profile.wake_on {
            Some(day) if day <= latest && listed == Some(day) => Ok(()),
            other => Err((RULE, format!("{customer} wakes {other:?}, the agenda says {listed:?}"))),
        }
    }

    fn is_heard_or_excused(&self, bill: &Bill, case: &Case, account: &Account, today: NaiveDate) -> Result<(), String> {
        let reason = match &case.decision {
            Some((_, Decision::Skip { reason, .. })) => Some(reason),
            _ => None,
        };
        let net = self.model.net(&bill.id);
        if net == 0 || self.model.stopped(bill, today).is_some() {
            return Ok(());
        }
        if case.taken.is_empty() && self.model.not_begun(bill).is_some() {
            return Ok(());
        }
        if self.waits_for_the_team(bill, today) {
            return Ok(());
        }
        let in_force = self.policies.get(&self.version_in_force(today)).ok_or("no policy")?;
        let policy =
            self.policies.get(&case.policy_version).ok_or_else(|| format!("version {} of the policy is unknown", case.policy_version))?;
        let due = match self.model.plan_of(bill).zip(self.model.part(bill)) {
            Some((plan, part)) if part.share > 0 => ladder::next_of_plan(bill, (plan, &part), case, account, in_force, today),
            Some(_) => None,
            None => ladder::next(bill, net, case, account, policy, in_force, today),
        };
        let Some(due) = due else { return Ok(()) };
        // It should have been said on that day, or on the working day after it at the latest.
        let free = due.earliest.max(bill.quiet_on + Days::new(1));
        if working_days(free, 2) > today || self.replanned_on.is_some_and(|day| day + Days::new(3) > today) {
            return Ok(());
        }
        match reason {
            Some(SkipReason::TooSmall { .. }) if net < in_force.least_sums.of(bill.currency) => Ok(()),
            // An instalment of another invoice is reminded first.
            Some(SkipReason::InstalmentFirst { .. }) => Ok(()),
            // What the cap put off may wait for a working day on top.
            _ if (0..4).any(|ago| self.list.is_capped_on(today - Days::new(ago))) => Ok(()),
            _ if self.is_unreachable(bill, due.step) => Ok(()),
            _ => Err(format!("{} should have been said on {}; the record says {:?}", due.step.id, due.earliest, case.decision)),
        }
    }

    /// Whether no address of a step's channels is known to work.
    fn is_unreachable(&self, bill: &Bill, step: &Step) -> bool {
        let bad = self.bad_addresses.borrow();
        let Some(customer) = self.model.customers.get(&bill.debtor) else { return false };
        let refused = self.bad_providers.contains("*") || self.bad_providers.contains(&bill.debtor);
        step.channels.iter().all(|channel| match channel {
            Channel::Email => refused || !customer.addresses().iter().any(|email| email.contains('@') && !bad.contains(email)),
            Channel::Sms => refused || !customer.addresses().iter().any(|phone| phone.starts_with('+')),
            Channel::Call => customer.facts.phone.is_none() && customer.contacts.values().all(|contact| contact.phone.is_none()),
            Channel::Letter => !customer.facts.has_letterbox(),
            Channel::Task => false,
        })
    }

    /// A line so close to the end that its retries had no time.
    pub(super) fn came_late(&self, number: usize, end: DateTime<Utc>) -> bool {
        self.came.get(number).is_some_and(|at| *at + chrono::Duration::days(3) > end)
    }
}
