//! Looks at the world after an input, a night or a day: what was said, booked, listed, left open.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Europe::Warsaw;
use upominek::app::night::night_id;
use upominek::domain::account::Account;
use upominek::domain::decide::outlook;
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::domain::policy::Channel;
use upominek::ports::store::Tally;

use crate::journal::{Happened, Message};
use crate::store::keys;
use crate::table::Value;

use super::stage::Stage;
use super::{letter, words};

/// Where an entry of a time line stands: its key, its debtor, its place in the commit.
pub type Place = (String, String, usize);

/// A message that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The local day.
    pub on: NaiveDate,
    /// The local time.
    pub at: NaiveTime,
    /// The debtor's name.
    pub debtor: String,
    /// By which way.
    pub channel: Channel,
    /// The steps that it takes, by invoice.
    pub steps: Vec<(String, String)>,
    /// What its words say.
    pub said: String,
}

impl Heard {
    /// `Anna Nowak hears by e-mail`.
    pub fn who(&self) -> String {
        match self.channel {
            Channel::Email => format!("{} hears by e-mail", self.debtor),
            Channel::Sms => format!("{} hears by SMS", self.debtor),
            Channel::Call | Channel::Letter | Channel::Task => format!("the team hears about {}", self.debtor),
        }
    }
}

/// How an invoice stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What is open, `400.00 PLN`; nothing for a closed one.
    pub open: Option<String>,
    /// Why it hears nothing and what is next, or how it ended.
    pub told: String,
}

impl Stage {
    fn debtors(&self) -> Vec<(String, DebtorId)> {
        let names = self.who().debtors.iter().map(|debtor| debtor.name.clone());
        names.filter_map(|name| Some((name.clone(), self.world.faults.debtor(&name)?))).collect()
    }

    /// Accounts that can be read.
    fn accounts(&self) -> Vec<(String, Account)> {
        let debtors = self.debtors().into_iter();
        debtors.filter_map(|(name, id)| Some((name, self.world.account(&id)?))).collect()
    }

    fn name_of(&self, debtor: &DebtorId) -> String {
        self.world.faults.customer(debtor).unwrap_or_else(|| debtor.to_string())
    }

    /// The messages that were accepted since the last look.
    pub fn heard(&mut self) -> Vec<Heard> {
        let mut heard = Vec::new();
        for happened in self.world.journal.take() {
            let Happened::Accepted(message) = happened else { continue };
            // A receipt is no reminder: that it goes stands with what was booked.
            if message.reminder.service.is_none() {
                heard.push(self.read(&message));
                if message.reminder.channel == Channel::Email {
                    self.last_email.insert(message.debtor.clone(), message);
                }
            }
        }
        heard
    }

    fn read(&self, message: &Message) -> Heard {
        let at = message.at.with_timezone(&Warsaw);
        let lines = self.world.store.reminder_or_old(&message.debtor, &message.reminder).map(|known| known.lines).unwrap_or_default();
        let letter = match message.reminder.channel {
            Channel::Sms => letter::sms(&message.text),
            _ => letter::email(&message.text),
        };
        // What was paid between night and sending stands in the reminder, and not in the message.
        let still = |case: &CaseId| self.world.account(&message.debtor).is_some_and(|account| account.case(case).is_some());
        let steps: Vec<(String, String)> =
            lines.iter().filter(|line| still(&line.case)).map(|line| (number(&line.case), line.step.clone())).collect();
        let said = words::said(&letter, &steps);
        let debtor = self.name_of(&message.debtor);
        Heard { on: at.date_naive(), at: at.time(), debtor, channel: message.reminder.channel, steps, said }
    }

    /// Everything in the time lines so far, in words.
    pub fn entries(&self) -> BTreeMap<Place, Option<String>> {
        let mut told = BTreeMap::new();
        for (name, id) in self.debtors() {
            let pk = keys::account(&self.world.store.creditor, &id);
            for (place, item) in self.world.store.table.range(&pk, "9#TIME#", "9#TIME$") {
                let Value::TimeLine(_, entries) = item.value else { continue };
                for (index, entry) in entries.iter().enumerate() {
                    told.insert((place.clone(), name.clone(), index), words::entry(entry, number));
                }
            }
        }
        told
    }

    /// What is listed for a person.
    pub fn for_a_person(&self) -> Vec<String> {
        let rows = self.world.store.table.all(&format!("ATTENTION#{}", self.world.store.creditor));
        let told = rows.into_iter().filter_map(|((_, sk), item)| {
            let Value::Attention(attention, _) = item.value else { return None };
            let about = sk.split(['#', '/']).nth(1).unwrap_or_default();
            let about = DebtorId::parse(about).map_or_else(|_| about.to_owned(), |debtor| self.name_of(&debtor));
            Some(words::person(&attention, &about, number))
        });
        told.collect()
    }

    /// When the night of a day began and what it reports, if it ran.
    pub fn report(&self, on: NaiveDate) -> Option<(NaiveTime, String)> {
        let run = self.world.store.run_now(&night_id(on))?;
        let mut tally = Tally::default();
        self.world.store.pages(&night_id(on)).iter().for_each(|page| tally.add(&page.tally));
        Some((run.started_at.with_timezone(&Warsaw).time(), words::report(&tally)))
    }

    /// How each invoice stands on a day.
    pub fn standings(&self, on: NaiveDate) -> BTreeMap<String, Standing> {
        let settings = self.world.settings();
        let mut standings = BTreeMap::new();
        for (_, id) in self.debtors() {
            for case in self.world.store.closed_cases(&id) {
                let told = words::ended(&case).unwrap_or_default();
                standings.insert(case.number.clone(), Standing { open: None, told });
            }
        }
        for (_, account) in self.accounts() {
            for case in account.open_cases() {
                let told = outlook(&account, &case.id, &settings, on).and_then(|decision| words::silence(&decision));
                let open = Some(words::money(case.open_minor(), case.currency));
                standings.insert(case.number.clone(), Standing { open, told: told.unwrap_or_else(|| "due for a step".to_owned()) });
            }
        }
        standings
    }

    /// All that is open, debtor by debtor, the oldest due first: `FV/1 400.00 PLN`.
    pub fn open(&self) -> String {
        let accounts = self.accounts();
        let open: Vec<String> = accounts
            .iter()
            .flat_map(|(_, account)| account.open_cases())
            .map(|case| format!("{} {}", case.number, words::money(case.open_minor(), case.currency)))
            .collect();
        if open.is_empty() { "nothing".to_owned() } else { open.join(", ") }
    }

    /// What is owed beside each invoice by who pays on a day: `interest 16.71 PLN, compensation 295.87 PLN`.
    pub fn beside(&self, on: NaiveDate) -> BTreeMap<String, String> {
        let settings = self.world.settings();
        let mut beside = BTreeMap::new();
        for (_, account) in self.accounts() {
            for claimed in &account.claims {
                let open = account.open_claims(&claimed.case, &settings, on);
                let parts = [("interest", open.interest_minor), ("compensation", open.compensation_minor)];
                let told: Vec<String> = parts
                    .into_iter()
                    .filter(|(_, minor)| *minor > 0)
                    .map(|(name, minor)| format!("{name} {}", words::money(minor, claimed.currency)))
                    .collect();
                if !told.is_empty() {
                    beside.insert(number(&claimed.case), told.join(", "));
                }
            }
        }
        beside
    }

    /// Money without an invoice: `Anna Nowak 50.00 PLN`.
    pub fn credit(&self) -> String {
        let mut told = Vec::new();
        for (name, account) in self.accounts() {
            told.extend(account.credits.iter().map(|credit| format!("{name} {}", words::money(credit.left_minor, credit.currency))));
        }
        if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
    }
}

/// In scenarios an invoice's id is its number.
fn number(case: &CaseId) -> String {
    case.external.clone()
}
