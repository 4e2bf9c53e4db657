//! Messages: who may be told what, when, and how often.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveTime};
use upominek::domain::fact::DebtorKind;
use upominek::domain::ids::DebtorId;
use upominek::domain::policy::{Channel, Policy, Start};
use upominek::domain::reminder::{Line, ReminderId};

use super::ladder::{counted, is_heard};
use super::{Broke, Heard, Observer};
use crate::calendar::{forward, local, works};
use crate::journal::Message;
use crate::machine::World;
use crate::model::{Bill, Customer, Mosts, Word};
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
    /// The most that may be asked beside each.
    mosts: BTreeMap<String, Mosts>,
    /// Addresses and numbers by which the debtor may be reached.
    theirs: BTreeSet<String>,
}

/// What a bill is asked for on a day.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The last day on which it is paid in time.
    pub until: NaiveDate,
    /// What stands there as open.
    pub open: i64,
    /// What is left of it after money without a bill.
    pub net: i64,
    /// The number of the instalment, under a plan.
    pub instalment: Option<u32>,
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
        let open = self.model.open_of(&customer).into_iter().filter(|bill| bill.currency == reminder.currency);
        let open: BTreeMap<String, Asked> = open.filter_map(|bill| Some((bill.id.clone(), self.asked(bill, today)?))).collect();
        let live = |(line, version): &(Line, u32)| {
            let asked = open.get(&line.case.external)?;
            let late = reminder.as_of >= asked.until && self.in_its_grace(asked, &line.case.external, &line.step, &customer);
            (late || self.is_true(asked, &line.case.external, &line.step, *version, today)).then_some((line.case.external.clone(), asked))
        };
        let live: Vec<(String, &Asked)> = lines.iter().filter_map(live).collect();
        if live.is_empty() {
            let bills: Vec<String> = lines.iter().map(|(line, _)| line.case.external.clone()).collect();
            return Err(("nothing is claimed that may not be asked for", format!("{customer} {reminder}: {bills:?}")));
        }
        let by_hand = self.model.customers.get(&customer).is_some_and(|known| known.sent_now.contains(&today));
        for (line, version) in lines.iter().filter(|_| !by_hand) {
            let Some((_, asked)) = live.iter().find(|(bill, _)| *bill == line.case.external) else { continue };
            if self.is_too_early(&line.case.external, &line.step, *version, asked, today) {
                return Err(("no step goes before its day", format!("{customer} {reminder}: {} {}", line.case.external, line.step)));
            }
        }
        // What a person sends is approved by that.
        self.the_team_agrees(&reminder, by_hand, &live, &format!("{customer} {reminder}"))?;
        let begun = |id: &str| self.heard.get(&customer).into_iter().flatten().any(|heard| heard.lines.iter().any(|(bill, ..)| bill == id));
        for bill in live.iter().filter_map(|(bill, _)| self.model.bills.get(bill)) {
            // Of what was decided before the team chose, something may wait still.
            let chosen_before = self.model.first_run.is_some_and(|(_, since)| since < bill.came);
            if let Some(why) = self.model.not_begun(bill).filter(|_| chosen_before && !begun(&bill.id)) {
                return Err(("what comes long overdue waits for the team", format!("{customer} {reminder}: {} is {why:?}", bill.id)));
            }
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
        let strictest = live.iter().map(|(_, asked)| standing(asked.until)).min().unwrap_or(2);
        let told: Vec<_> = live.into_iter().filter(|(_, asked)| standing(asked.until) == strictest).collect();
        let rows = told.iter().map(|(bill, asked)| (bill.clone(), asked.open)).collect();
        let sum = told.iter().map(|(_, asked)| asked.net).sum();
        let overdue = |asked: &Asked| asked.until < today && asked.instalment.is_none();
        let most = |(bill, asked): &(String, &Asked)| {
            let beside = &self.model.bills.get(bill).filter(|_| overdue(asked))?.beside;
            Some((bill.clone(), beside.mosts(today)))
        };
        let mosts = told.iter().filter_map(most).collect();
        // An instalment in its grace is not brought up by the way.
        let by_the_way = |asked: &Asked| asked.instalment.is_none() || standing(asked.until) > 0;
        let open = open.iter().filter(|(_, asked)| by_the_way(asked)).map(|(bill, asked)| (bill.clone(), asked.open)).collect();
        let theirs = self.model.customers.get(&customer).map(Customer::addresses).unwrap_or_default();
        let lines = lines.iter().map(|(line, version)| (line.case.external.clone(), line.step.clone(), *version)).collect();
        self.claims.insert((debtor, reminder), Expected { customer, lines, rows, open, sum, mosts, theirs });
        Ok(())
    }

    /// A provider accepted a message.
    pub(super) fn accepted(&mut self, world: &World, message: Message) -> Result<(), Broke> {
        let Some(expected) = self.claims.get(&(message.debtor.clone(), message.reminder.clone())).cloned() else {
            return Err(("nothing is sent without a claim", message.reminder.to_string()));
        };
        let place = format!("{} {}", expected.customer, message.reminder);
        self.says_what_is_open(&expected, &message).map_err(|what| ("the amount shown is what is open", format!("{place}: {what}")))?;
        // What the debtor was told of interest only grows, until something changes.
        let read = message.subject.as_ref().and_then(|_| reading::email(&message.text).ok()).unwrap_or_default();
        for (bill, interest) in read.interest {
            self.model.bills.get_mut(&bill).into_iter().for_each(|bill| bill.beside.told = Some(interest));
        }
        let on = local(message.at, self.zone).0;
        self.is_in_hours(&expected.customer, &message)?;
        self.goes_to_them(&expected, &message).map_err(|what| ("nobody else is written to", format!("{place}: {what}")))?;
        let lines = expected.lines.into_iter().filter(|(bill, ..)| expected.rows.contains_key(bill)).collect();
        let heard = Heard { message, on, lines, taken_back: false };
        let moved = |(bill, ..): &(String, _, _)| {
            let word = self.model.bills.get(bill).and_then(|bill| bill.words.get(&on));
            matches!(word, Some(Word::By(..)))
        };
        let by_hand =
            heard.lines.iter().any(moved) || self.model.customers.get(&expected.customer).is_some_and(|known| known.sent_now.contains(&on));
        self.cap_is_kept(&heard.message.reminder.clone(), by_hand)?;
        self.comes_once(&expected.customer, &heard, &place)?;
        self.keeps_its_distance(&expected.customer, &heard, &place)?;
        self.touched.extend(world.faults.debtor(&expected.customer));
        self.heard.entry(expected.customer).or_default().push(heard);
        Ok(())
    }

    /// Whether the day of a step of the ladder has not come, whatever policy of these days it is of. A bill
    /// whose dates changed today may have been decided before.
    fn is_too_early(&self, bill: &str, step: &str, version: u32, asked: &Asked, today: NaiveDate) -> bool {
        let changed = self.model.bills.get(bill).is_none_or(|bill| bill.quiet_on >= today);
        if changed || asked.instalment.is_some() {
            return false;
        }
        let policies = self.policies_on(today).into_iter().chain(self.policies.get(&version));
        let mut days = policies.flat_map(|policy| {
            let segments = policy.segments.iter().flat_map(|segment| &segment.steps);
            let steps = policy.steps.iter().chain(segments).filter(|one| one.id == step && one.anchor.from == Start::Due);
            steps.map(|one| forward(counted(asked.until, i64::from(one.anchor.days), one.anchor.unit))).collect::<Vec<_>>()
        });
        days.next().is_some_and(|first| first > today && days.all(|other| other > today))
    }

    /// A message goes to contacts of its debtor and to nobody else; to one of a consumer's.
    fn goes_to_them(&self, expected: &Expected, message: &Message) -> Result<(), String> {
        if !is_heard(message.reminder.channel) {
            return Ok(());
        }
        let addresses: Vec<&str> = message.to.split(", ").collect();
        if let Some(other) = addresses.iter().find(|address| !expected.theirs.contains(**address)) {
            return Err(format!("{other} is none of {:?}", expected.theirs));
        }
        let alone = message.reminder.channel == Channel::Sms
            || self.model.customers.get(&expected.customer).is_some_and(|customer| customer.facts.kind == DebtorKind::Consumer);
        if alone && addresses.len() > 1 { Err(format!("{addresses:?} for one")) } else { Ok(()) }
    }

    /// What a bill is asked for on a day; `None` where it may not be spoken of.
    pub(super) fn asked(&self, bill: &Bill, today: NaiveDate) -> Option<Asked> {
        let net = self.model.net(&bill.id);
        if net == 0 || self.model.stopped(bill, today).is_some() {
            return None;
        }
        match self.model.part(bill) {
            Some(part) => {
                let (until, share) = (forward(part.instalment.on), part.share);
                (share > 0).then_some(Asked { until, open: share, net: share, instalment: Some(part.instalment.number) })
            }
            None => Some(Asked { until: bill.until(), open: bill.open(), net, instalment: None }),
        }
    }

    /// Whether a step speaks of an instalment that nobody heard of before its day: then it is reminded on it, or
    /// after it.
    fn in_its_grace(&self, asked: &Asked, bill: &str, step: &str, customer: &str) -> bool {
        let Some(own) = asked.instalment.map(|number| format!("plan-{number}/")) else { return false };
        let skipped = self.model.bills.get(bill).is_some_and(|bill| bill.skipped.iter().any(|skipped| skipped.starts_with(&own)));
        let heard = self.heard.get(customer).into_iter().flatten().filter(|heard| !heard.taken_back).flat_map(|heard| &heard.lines);
        step.starts_with(&own) && !skipped && !heard.into_iter().any(|(known, said, _)| known == bill && said.starts_with(&own))
    }

    /// Whether a step is still true of a bill: of its plan or of its ladder, and not past its day.
    fn is_true(&self, asked: &Asked, bill: &str, step: &str, version: u32, today: NaiveDate) -> bool {
        let (number, own) = match step.split_once('/') {
            Some((plan, own)) => (plan.strip_prefix("plan-").and_then(|number| number.parse().ok()), own),
            None => (None, step),
        };
        if number != asked.instalment || (number.is_some() && asked.until < today) {
            return false;
        }
        let policies: Vec<&Policy> =
            if number.is_some() { self.policies_on(today) } else { self.policies.get(&version).into_iter().collect() };
        let ahead = |policy: &&Policy| {
            let segments = policy.segments.iter().map(|segment| segment.steps.as_slice());
            let mut steps = policy.steps.iter().chain(segments.flatten());
            steps.find(|one| one.id == own).filter(|one| one.anchor.from == Start::Due).map(|one| one.anchor.days)
        };
        let skipped = self.model.bills.get(bill).is_some_and(|bill| bill.skipped.iter().any(|skipped| skipped == step));
        !skipped
            && match policies.iter().find_map(ahead) {
                Some(days) if days < 0 => today < asked.until,
                Some(0) => today <= asked.until,
                _ => true,
            }
    }

    /// Whether one step goes before another: by their ladder, by their instalments, or the courtesies of
    /// one instalment by the ladder in force. What a plan says stands beside the ladder.
    fn goes_before(&self, policy: &Policy, first: &str, second: &str, today: NaiveDate) -> bool {
        let number = |plan: &str| plan.strip_prefix("plan-").and_then(|number| number.parse::<u32>().ok());
        match (first.split_once('/'), second.split_once('/')) {
            (None, None) => goes_before(policy, first, second),
            (Some((one, first)), Some((other, second))) if one == other => {
                self.policies_on(today).into_iter().any(|policy| goes_before(policy, first, second))
            }
            (Some((one, _)), Some((other, _))) => number(one) < number(other),
            _ => true,
        }
    }

    fn says_what_is_open(&self, expected: &Expected, message: &Message) -> Result<(), String> {
        if message.subject.is_none() {
            let asked = reading::sms(&message.text);
            let most = expected.sum + expected.mosts.values().map(Mosts::all).sum::<i64>();
            let fits = asked.is_some_and(|asked| (expected.sum..=most).contains(&asked));
            return if fits { Ok(()) } else { Err(format!("{} is open, it says {}", expected.sum, message.text)) };
        }
        let read = reading::email(&message.text)?;
        if read.rows != expected.rows {
            return Err(format!("{:?} are open, it says {:?}", expected.rows, read.rows));
        }
        let asked = read.sum.unwrap_or_else(|| read.rows.values().sum());
        let beside: i64 = read.interest.values().chain(read.compensation.values()).sum();
        if asked != expected.sum + beside {
            return Err(format!("{} is to be paid and {beside} beside it, it says {asked}", expected.sum));
        }
        for bill in expected.rows.keys() {
            let most = expected.mosts.get(bill).cloned().unwrap_or_default();
            let interest = read.interest.get(bill).copied().unwrap_or(0);
            if !(most.interest.0..=most.interest.1).contains(&interest) {
                return Err(format!("{bill}: {interest} of interest, and it is from {:?}", most.interest));
            }
            let compensation = read.compensation.get(bill).copied().unwrap_or(0);
            if compensation != 0 && !most.compensation.contains(&compensation) {
                return Err(format!("{bill}: {compensation} of compensation, and it is one of {:?}", most.compensation));
            }
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
        let ReminderId { channel, currency, as_of, .. } = new.message.reminder;
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
        let in_force_gap = self.policies_on(new.on).iter().map(|policy| policy.least_gap_days).min().unwrap_or(0);
        let by_hand = self.model.customers.get(customer).is_some_and(|known| known.sent_now.contains(&new.on));
        for (bill, step, version) in &new.lines {
            let Some(policy) = self.policies.get(version) else { continue };
            for (old, (_, known, known_version)) in
                before.iter().flat_map(|old| old.lines.iter().filter(|(known, ..)| known == bill).map(move |line| (old, line)))
            {
                if known_version == version && known != step && !self.goes_before(policy, known, step, new.on) {
                    return Err(("steps go in their order", format!("{place}: {bill} {step} after {known} of {}", old.on)));
                }
                // It may have been decided just before its case was planned anew.
                let gap = u64::from(policy.least_gap_days.min(in_force_gap));
                if old.on != new.on && old.on + Days::new(gap) > new.on && !by_hand {
                    return Err(("steps keep their gap", format!("{place}: {bill} {step}, {known} was on {}", old.on)));
                }
            }
        }
        if !is_heard(new.message.reminder.channel) {
            return Ok(());
        }
        let policies = self.policies_on(new.on);
        let gap = u64::from(in_force_gap);
        let spoken: Vec<&&Heard> = before.iter().filter(|old| is_heard(old.message.reminder.channel)).collect();
        if let Some(old) = spoken.iter().find(|old| old.on != new.on && old.on + Days::new(gap) > new.on && !by_hand) {
            return Err((
                "messages keep their gap",
                format!("{place} {:?}: the last was {} {:?}", new.lines, old.message.reminder, old.lines),
            ));
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

/// Whether one step stands before another in a ladder of the policy: its own, or a segment's. A step that
/// none of them knows was said by an earlier policy, just before the case was planned anew.
fn goes_before(policy: &Policy, first: &str, second: &str) -> bool {
    let own = std::iter::once(None).chain(policy.segments.iter().map(|segment| Some(segment.name.as_str())));
    let mut places =
        own.map(|segment| policy.ladder_of(segment)).filter_map(|ladder| ladder.rank(first).zip(ladder.rank(second))).peekable();
    places.peek().is_none() || places.any(|(first, second)| first < second)
}

fn hour(time: NaiveTime) -> u32 {
    chrono::Timelike::hour(&time)
}
