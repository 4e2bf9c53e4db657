//! A creditor, a debtor and the days that pass: what the store does around the core.
//!
//! It books each payment once, keeps closed cases apart and loads those that a command speaks of,
//! and parks what comes before its invoice.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::account::{Account, Case};
use crate::domain::claimed::Claimed;
use crate::domain::creditor::{Mode, Settings};
use crate::domain::handle::{Attention, Command, Context, Entry, Outcome, Refused, handle};
use crate::domain::history::says_the_same;
use crate::domain::ids::{CaseId, CreditorId, DebtorId};
use crate::domain::money::Currency;
use crate::domain::past::Past;
use crate::domain::policy::Channel;
use crate::domain::window::instant;

/// One message that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub on: NaiveDate,
    pub channel: Channel,
    pub currency: Currency,
    /// Invoice and step, sorted.
    pub lines: Vec<(String, String)>,
    pub demand_minor: i64,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    pub settings: Settings,
    pub account: Account,
    pub archive: Vec<Case>,
    pub past_claims: Vec<Claimed>,
    pub now: DateTime<Utc>,
    pub booked: HashSet<String>,
    pub parked: Vec<Command>,
    pub said: Vec<Said>,
    pub entries: Vec<Entry>,
    pub time_line: Vec<(DateTime<Utc>, Vec<Entry>)>,
    pub attention: Vec<Attention>,
    pub evaluate_today: bool,
    pub refused: Option<Refused>,
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl World {
    pub fn new() -> Self {
        let creditor = CreditorId::parse("herbaciarnia").unwrap();
        let mut settings = Settings::new(creditor.clone(), "Herbaciarnia", "faktury@lisc.example", chrono_tz::Europe::Warsaw);
        settings.mode = Mode::Live;
        let now = "2026-01-02T09:00:00Z".parse().unwrap();
        let account = Account::new(creditor, DebtorId::from_chance([3; 10]), 0, now);
        Self {
            settings,
            account,
            archive: Vec::new(),
            past_claims: Vec::new(),
            now,
            booked: HashSet::new(),
            parked: Vec::new(),
            said: Vec::new(),
            entries: Vec::new(),
            time_line: Vec::new(),
            attention: Vec::new(),
            evaluate_today: false,
            refused: None,
        }
    }

    /// Sets the clock to a local time of the creditor.
    pub fn at(&mut self, day: NaiveDate, time: &str) {
        let time: NaiveTime = time.parse().unwrap();
        self.now = instant(day, time, self.settings.zone);
    }

    pub fn handle(&self, command: &Command) -> Result<Outcome, Refused> {
        handle(&self.account, command, &Context { settings: &self.settings, now: self.now })
    }

    /// What the app does with a command: once, on the right cases, until all money is allocated.
    pub fn apply(&mut self, command: &Command) {
        if booking(command).is_some_and(|key| self.booked.contains(&key)) {
            return;
        }
        let named = named(command);
        if let Some(id) = named
            && !matches!(command, Command::Invoice(_))
            && self.find(id).is_none()
        {
            self.parked.push(command.clone());
            return;
        }
        self.booked.extend(booking(command));
        self.load(command);
        match self.handle(command) {
            Ok(outcome) => self.commit(outcome),
            Err(refused) => self.refused = Some(refused),
        }
        self.unload();
        while self.account.credits.iter().any(|credit| credit.allocate) {
            self.apply(&Command::Allocate);
        }
        if matches!(command, Command::Invoice(_)) {
            for waiting in std::mem::take(&mut self.parked) {
                self.apply(&waiting);
            }
        }
    }

    pub fn commit(&mut self, outcome: Outcome) {
        self.decisions_are_told(&outcome);
        self.time_line.push((self.now, outcome.entries.clone()));
        self.account = outcome.account;
        self.account.profile.version += 1;
        self.entries.extend(outcome.entries);
        self.attention.extend(outcome.attention);
        self.evaluate_today = outcome.evaluate_today;
        self.refused = None;
    }

    /// Whatever an outcome decides otherwise than before stands in its entries, once, and nothing else does.
    fn decisions_are_told(&self, outcome: &Outcome) {
        for case in outcome.account.cases.iter().filter(|case| case.closed.is_none()) {
            let known = self.account.case(&case.id).filter(|known| known.closed.is_none());
            let was = known.and_then(|known| known.decision.clone());
            let told = outcome.entries.iter().filter_map(|entry| match entry {
                Entry::Decided { case: of, on, decision } if *of == case.id => Some((on, decision.as_ref())),
                _ => None,
            });
            let told: Vec<_> = told.collect();
            match (was, &case.decision) {
                (None, None) => assert!(told.is_empty(), "{}: {told:?}", case.id),
                (Some((since, was)), Some((on, is))) if says_the_same(&was, is) && *on >= since => {
                    assert!(told.is_empty(), "{}: {told:?}", case.id);
                }
                (_, None) => assert_eq!(told.len(), 1, "{}: {told:?}", case.id),
                (_, Some((on, is))) => assert_eq!(told, [(on, Some(is))], "{}", case.id),
            }
        }
    }

    fn load(&mut self, command: &Command) {
        let payment = match command {
            Command::Refund(fact, _) => fact.payment_id.as_ref().map(|id| format!("{}:{id}", fact.provider)),
            _ => None,
        };
        let wanted = |case: &Case| {
            let pays = case.allocations.iter().any(|allocation| Some(&allocation.payment) == payment.as_ref());
            pays || named(command) == Some(&case.id)
        };
        let past = Past { cases: self.archive.clone(), claims: self.past_claims.clone() };
        let past = match &payment {
            Some(payment) => past.paid_by(payment),
            None => Past::default(),
        };
        let also = |id: &CaseId| past.cases.iter().any(|case| case.id == *id) || past.claims.iter().any(|claimed| claimed.case == *id);
        let (wanted, kept): (Vec<_>, Vec<_>) = self.archive.drain(..).partition(|case| wanted(case) || also(&case.id));
        self.archive = kept;
        let ids: Vec<CaseId> = wanted.iter().map(|case| case.id.clone()).collect();
        let (claims, kept): (Vec<_>, Vec<_>) =
            self.past_claims.drain(..).partition(|claimed| ids.contains(&claimed.case) || also(&claimed.case));
        self.past_claims = kept;
        self.account.cases.extend(wanted);
        self.account.claims.extend(claims);
    }

    /// The store keeps closed cases apart, and gives the open ones back in the order of their keys.
    fn unload(&mut self) {
        let (closed, open): (Vec<_>, Vec<_>) = self.account.cases.drain(..).partition(|case| case.closed.is_some());
        self.archive.extend(closed);
        let (settled, claims): (Vec<_>, Vec<_>) = self.account.claims.drain(..).partition(|claimed| claimed.settled);
        self.past_claims.extend(settled);
        self.account.claims = claims;
        self.account.cases = open;
        self.account.cases.sort_by(|a, b| a.id.cmp(&b.id));
    }

    pub fn find(&self, id: &CaseId) -> Option<&Case> {
        self.account.case(id).or_else(|| self.archive.iter().find(|case| case.id == *id))
    }

    pub fn find_claim(&self, id: &CaseId) -> Option<&Claimed> {
        self.account.claim(id).or_else(|| self.past_claims.iter().find(|claimed| claimed.case == *id))
    }

    pub fn night(&mut self, as_of: NaiveDate) {
        self.at(as_of, "04:00:00");
        self.apply(&Command::Night { as_of });
    }
}

fn booking(command: &Command) -> Option<String> {
    match command {
        Command::Payment { fact, .. } => Some(format!("{}:{}", fact.provider, fact.payment_id)),
        Command::Refund(fact, _) => Some(format!("{}:refund:{}", fact.provider, fact.refund_id)),
        Command::CreditNote(note, _) => Some(format!("credit-note:{}", note.case)),
        _ => None,
    }
}

fn named(command: &Command) -> Option<&CaseId> {
    match command {
        Command::Invoice(fact) => Some(&fact.case),
        Command::Paid { case, .. } | Command::Cancelled { case, .. } | Command::Adjusted { case, .. } => Some(case),
        Command::Payment { case, .. } | Command::CreditNote(_, case) | Command::Refund(_, case) => case.as_ref(),
        Command::CheckoutPaid { case, .. } => case.as_ref(),
        Command::Settle { case, .. } | Command::UndoSettlement { case, .. } | Command::Reopen { case, .. } => Some(case),
        Command::ExtendDueDate { case, .. } | Command::RestoreDueDate { case, .. } => Some(case),
        Command::SkipStep { case, .. } | Command::RestoreStep { case, .. } => Some(case),
        _ => None,
    }
}
