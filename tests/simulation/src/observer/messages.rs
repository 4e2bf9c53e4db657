//! Messages: who may be told what, when, and how often.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use upominek::domain::ids::DebtorId;
use upominek::domain::policy::{Channel, Policy};
use upominek::domain::reminder::{Line, ReminderId};

use super::{Broke, Heard, Observer};
use crate::calendar::{local, works};
use crate::journal::Message;
use crate::machine::World;
use crate::reading;

/// What a message has to say, worked out at the moment of its claim.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    customer: String,
    /// Bill, step, version of its policy.
    lines: Vec<(String, String, u32)>,
    /// What is open of the bills that it is about.
    rows: BTreeMap<String, i64>,
    /// What is open of all bills that may be spoken of.
    open: BTreeMap<String, i64>,
    sum: i64,
}

impl Observer {
    /// A sender claimed a reminder: from here on nobody can take it back.
    pub(super) fn claimed(
        &mut self,
        world: &World,
        debtor: DebtorId,
        reminder: ReminderId,
        lines: &[(Line, u32)],
        today: NaiveDate,
    ) -> Result<(), Broke> {
        let customer = world.faults.customer(&debtor).unwrap_or_default();
        let sayable = |id: &str| {
            let bill = self.model.bills.get(id)?;
            let fine = bill.currency == reminder.currency && self.model.net(id) > 0 && self.model.stopped(bill, today).is_none();
            fine.then_some(bill)
        };
        let open = self.model.open_of(&customer).into_iter().filter_map(|bill| sayable(&bill.id));
        let open: BTreeMap<String, i64> = open.map(|bill| (bill.id.clone(), bill.open())).collect();
        let live: Vec<_> = lines.iter().filter_map(|(line, _)| sayable(&line.case.external)).collect();
        if live.is_empty() {
            let bills: Vec<String> = lines.iter().map(|(line, _)| line.case.external.clone()).collect();
            return Err(("nothing is claimed after the settling payment", format!("{customer} {reminder}: {bills:?}")));
        }
        // Overdue, else due today, else ahead.
        let standing = |until: NaiveDate| {
            if until < today {
                0
            } else if until == today {
                1
            } else {
                2
            }
        };
        let strictest = live.iter().map(|bill| standing(bill.until())).min().unwrap_or(2);
        let told: Vec<_> = live.into_iter().filter(|bill| standing(bill.until()) == strictest).collect();
        let rows = told.iter().map(|bill| (bill.id.clone(), bill.open())).collect();
        let sum = told.iter().map(|bill| self.model.net(&bill.id)).sum();
        let lines = lines.iter().map(|(line, version)| (line.case.external.clone(), line.step.clone(), *version)).collect();
        self.claims.insert((debtor, reminder), Expected { customer, lines, rows, open, sum });
        Ok(())
    }

    /// A provider accepted a message.
    pub(super) fn accepted(&mut self, world: &World, message: Message) -> Result<(), Broke> {
        let Some(expected) = self.claims.get(&(message.debtor.clone(), message.reminder.clone())).cloned() else {
            return Err(("nothing is sent without a claim", message.reminder.to_string()));
        };
        let place = format!("{} {}", expected.customer, message.reminder);
        self.says_what_is_open(&expected, &message).map_err(|what| ("the amount shown is what is open", format!("{place}: {what}")))?;
        let on = local(message.at, self.zone).0;
        self.is_in_hours(&expected.customer, &message)?;
        let lines = expected.lines.into_iter().filter(|(bill, ..)| expected.rows.contains_key(bill)).collect();
        let heard = Heard { message, on, lines, taken_back: false };
        self.comes_once(&expected.customer, &heard, &place)?;
        self.keeps_its_distance(&expected.customer, &heard, &place)?;
        self.touched.extend(world.faults.debtor(&expected.customer));
        self.heard.entry(expected.customer).or_default().push(heard);
        Ok(())
    }

    fn says_what_is_open(&self, expected: &Expected, message: &Message) -> Result<(), String> {
        if message.subject.is_none() {
            let asked = reading::sms(&message.text);
            return if asked == Some(expected.sum) { Ok(()) } else { Err(format!("{} is open, it says {}", expected.sum, message.text)) };
        }
        let read = reading::email(&message.text)?;
        if read.rows != expected.rows {
            return Err(format!("{:?} are open, it says {:?}", expected.rows, read.rows));
        }
        let asked = read.sum.unwrap_or_else(|| read.rows.values().sum());
        if asked != expected.sum {
            return Err(format!("{} is to be paid, it says {asked}", expected.sum));
        }
        match read.others.iter().find(|(bill, open)| expected.open.get(*bill) != Some(open)) {
            Some((bill, open)) => Err(format!("{bill} is not open with {open}")),
            None => Ok(()),
        }
    }

    fn is_in_hours(&self, customer: &str, message: &Message) -> Result<(), Broke> {
        let zone = self.model.customers.get(customer).and_then(|customer| customer.facts.zone).unwrap_or(self.zone);
        let (day, time) = local(message.at, zone);
        let hours = if message.reminder.channel == Channel::Sms { 9..18 } else { 8..20 };
        let open = hours.start <= hour(time) && hour(time) < hours.end;
        if works(day) && open {
            return Ok(());
        }
        Err(("no message on a day off or in quiet hours", format!("{customer} {} on {day} at {time} in {zone}", message.reminder)))
    }

    fn comes_once(&self, customer: &str, new: &Heard, place: &str) -> Result<(), Broke> {
        let ReminderId { channel, currency, as_of } = new.message.reminder;
        if as_of != new.on {
            return Err(("a reminder goes on its day", format!("{place} on {}", new.on)));
        }
        for old in self.heard.get(customer).into_iter().flatten() {
            let id = &old.message.reminder;
            if old.on == new.on && id.channel == channel && id.currency == currency {
                return Err(("one reminder per debtor, day, channel and currency", place.to_owned()));
            }
            if old.taken_back || id.channel != channel {
                continue;
            }
            let again = new.lines.iter().find(|(bill, step, _)| old.lines.iter().any(|(known, taken, _)| known == bill && taken == step));
            if let Some((bill, step, _)) = again {
                return Err(("one send per case, step and channel", format!("{place}: {bill} {step}, first on {}", old.on)));
            }
        }
        Ok(())
    }

    /// Steps come in their order and with their gap; the week's cap is kept.
    fn keeps_its_distance(&self, customer: &str, new: &Heard, place: &str) -> Result<(), Broke> {
        let heard = self.heard.get(customer).map(Vec::as_slice).unwrap_or_default();
        let before: Vec<&Heard> = heard.iter().filter(|heard| !heard.taken_back).collect();
        for (bill, step, version) in &new.lines {
            let Some(policy) = self.policies.get(version) else { continue };
            for (old, (_, known, known_version)) in
                before.iter().flat_map(|old| old.lines.iter().filter(|(known, ..)| known == bill).map(move |line| (old, line)))
            {
                if known_version == version && known != step && !goes_before(policy, known, step) {
                    return Err(("steps go in their order", format!("{place}: {bill} {step} after {known} of {}", old.on)));
                }
                let gap = u64::from(policy.least_gap_days);
                if old.on != new.on && old.on + Days::new(gap) > new.on {
                    return Err(("steps keep their gap", format!("{place}: {bill} {step}, {known} was on {}", old.on)));
                }
            }
        }
        if new.message.reminder.channel == Channel::Task {
            return Ok(());
        }
        let policies = self.policies_on(new.on);
        let gap = policies.iter().map(|policy| u64::from(policy.least_gap_days)).min().unwrap_or(0);
        let spoken: Vec<&&Heard> = before.iter().filter(|old| old.message.reminder.channel != Channel::Task).collect();
        if let Some(old) = spoken.iter().find(|old| old.on != new.on && old.on + Days::new(gap) > new.on) {
            return Err(("messages keep their gap", format!("{place}: the last was on {}", old.on)));
        }
        let cap = policies.iter().filter_map(|policy| policy.week_cap).max();
        let in_week = spoken.iter().filter(|old| old.on + Days::new(7) > new.on).count() + 1;
        if let Some(cap) = cap.filter(|cap| in_week > *cap as usize) {
            return Err(("the week's cap is kept", format!("{place}: {in_week} in seven days, {cap} are allowed")));
        }
        Ok(())
    }

    /// A reminder was cancelled or failed: if it had gone, then only since it bounced.
    pub(super) fn unsaid(&mut self, world: &World, debtor: &DebtorId, reminder: &ReminderId) -> Result<(), Broke> {
        let customer = world.faults.customer(debtor).unwrap_or_default();
        // What was claimed and did not go is due again from here on.
        let lines = self.claims.get(&(debtor.clone(), reminder.clone())).map(|claim| claim.lines.clone()).unwrap_or_default();
        for (bill, ..) in lines {
            if let Some(bill) = self.model.bills.get_mut(&bill) {
                bill.quiet_on = world.today();
            }
        }
        let bounced = self.bounced.borrow().contains(&(debtor.clone(), reminder.clone()));
        for heard in self.heard.entry(customer.clone()).or_default().iter_mut().filter(|heard| heard.message.reminder == *reminder) {
            if !bounced {
                return Err(("what went is not taken back", format!("{customer} {reminder}")));
            }
            heard.taken_back = true;
        }
        Ok(())
    }
}

/// Whether one step stands before another in a ladder of the policy: its own, or a segment's.
fn goes_before(policy: &Policy, first: &str, second: &str) -> bool {
    let own = std::iter::once(None).chain(policy.segments.iter().map(|segment| Some(segment.name.as_str())));
    own.map(|segment| policy.ladder_of(segment)).any(|ladder| ladder.rank(first).is_some() && ladder.rank(first) < ladder.rank(second))
}

fn hour(time: NaiveTime) -> u32 {
    chrono::Timelike::hour(&time)
}
