//! Random lives of an account: what holds after whatever happened.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::sentences::*;
use super::world::{Said, World, day};
use crate::domain::account::{Closed, Hold};
use crate::domain::calendar::{Calendar, Country};
use crate::domain::decide::{Decision, net_open};
use crate::domain::handle::{Attention, Command};
use crate::domain::policy::{Channel, Policy};
use crate::domain::reminder::ReminderState;

const NAMES: [&str; 5] = ["A", "B", "C", "D", "E"];

#[derive(Debug, Clone)]
enum Event {
    Invoice { name: usize, total: i64, due_in: i64 },
    Cancel { name: usize },
    Pay { name: Option<usize>, amount: i64 },
    Refund { payment: usize, amount: i64 },
    Note { name: Option<usize>, amount: i64 },
    Hold { name: Option<usize>, days: u64 },
    Release { name: Option<usize> },
    Night { days: u64, fate: usize },
}

fn event() -> impl Strategy<Value = Event> {
    let name = 0..NAMES.len();
    let some_name = proptest::option::of(0..NAMES.len());
    prop_oneof![
        4 => (name.clone(), 0i64..500, -30i64..20).prop_map(|(name, total, due_in)| Event::Invoice { name, total, due_in }),
        1 => name.prop_map(|name| Event::Cancel { name }),
        3 => (some_name.clone(), 1i64..600).prop_map(|(name, amount)| Event::Pay { name, amount }),
        2 => (0usize..8, 1i64..600).prop_map(|(payment, amount)| Event::Refund { payment, amount }),
        1 => (some_name.clone(), 1i64..300).prop_map(|(name, amount)| Event::Note { name, amount }),
        1 => (some_name.clone(), 0u64..8).prop_map(|(name, days)| Event::Hold { name, days }),
        1 => some_name.prop_map(|name| Event::Release { name }),
        12 => (1u64..4, 0usize..8).prop_map(|(days, fate)| Event::Night { days, fate }),
    ]
}

/// A world, and what must come out of it: money in and out by our own counting.
struct Life {
    world: World,
    today: NaiveDate,
    revision: u64,
    paid: Vec<i64>,
    noted: i64,
}

impl Life {
    fn new() -> Self {
        let mut world = World::new();
        let today = day("2026-02-16");
        world.at(today, "12:00:00");
        Self { world, today, revision: 0, paid: Vec::new(), noted: 0 }
    }

    fn live(&mut self, event: &Event) {
        self.revision += 1;
        let known = |name: &Option<usize>| name.map(|name| NAMES[name]).filter(|name| self.world.find(&id(name)).is_some());
        match event {
            Event::Invoice { name, total, due_in } => {
                let due_on = self.today + chrono::Duration::days(*due_in);
                let fact = at_revision(self.revision, invoice(NAMES[*name], *total, due_on));
                self.world.apply(&Command::Invoice(Box::new(fact)));
            }
            Event::Cancel { name } => {
                if let Some(name) = known(&Some(*name)) {
                    self.world.apply(&Command::Cancelled { case: id(name), revision: self.revision });
                }
            }
            Event::Pay { name, amount } => {
                let command = payment(&self.paid.len().to_string(), known(name), *amount);
                self.paid.push(*amount);
                self.world.apply(&command);
            }
            Event::Refund { payment, amount } => {
                let Some(left) = self.paid.get_mut(*payment).filter(|left| **left > 0) else { return };
                let amount = (*amount).min(*left);
                *left -= amount;
                self.world.apply(&refund(&self.revision.to_string(), Some(&payment.to_string()), None, amount));
            }
            Event::Note { name, amount } => {
                let command = credit_note(&format!("K{}", self.revision), known(name), *amount);
                self.noted += amount;
                self.world.apply(&command);
            }
            Event::Hold { name, days } => {
                let hold = Hold { reason: "x".to_owned(), from: self.today, until: Some(self.today + Days::new(*days)) };
                let case = known(name).map(id);
                self.world.apply(&Command::Hold(case, hold));
            }
            Event::Release { name } => {
                let case = known(name).map(id);
                self.world.apply(&Command::Release(case, "they called".to_owned()));
            }
            Event::Night { days, fate } => self.night(*days, *fate),
        }
        if self.world.evaluate_today {
            self.world.apply(&Command::Night { as_of: self.today });
        }
    }

    fn night(&mut self, days: u64, fate: usize) {
        self.today = self.today + Days::new(days);
        self.world.night(self.today);
        self.check_decisions();
        let again = self.world.handle(&Command::Night { as_of: self.today }).unwrap();
        assert_eq!(again.account, self.world.account, "the same night again changes nothing");
        let waiting = self.world.waiting(self.today);
        match (fate, waiting.first()) {
            // Never sent, refused, or nobody knows.
            (0, _) => {}
            (1, Some(id)) => self.world.unsaid(id, ReminderState::Failed, false),
            (2, Some(id)) => {
                let said = self.world.wording(id, self.today);
                self.world.settle(id, ReminderState::Ambiguous);
                self.world.said.extend(said);
            }
            _ => self.world.send(self.today),
        }
        self.world.at(self.today, "12:00:00");
    }

    /// All money that came is allocated, left as a credit, or went back; whatever is open has a day.
    fn check(&self) {
        let account = &self.world.account;
        assert_eq!(account.profile.wake_on.is_some(), !account.cases.is_empty(), "{:?}", account.profile);
        let cases = || self.world.account.cases.iter().chain(&self.world.archive);
        let allocated: i64 = cases().flat_map(|case| &case.allocations).map(|one| one.amount_minor).sum();
        let credited: i64 = cases().map(|case| case.credited_minor).sum();
        let held = allocated + credited + self.world.credit();
        let came: i64 = self.paid.iter().sum::<i64>() + self.noted;
        assert_eq!(held, came, "what came and did not go back is held");
        assert!(cases().all(|case| case.open_minor() >= 0));
        assert!(!self.world.attention.iter().any(|one| matches!(one, Attention::OddRefund { .. })), "every refund fits its payment");
        for case in &self.world.account.cases {
            assert!(case.open_minor() > 0, "what is paid is closed: {case:?}");
        }
        for case in &self.world.archive {
            assert!(case.open_minor() == 0 || case.closed == Some(Closed::Cancelled), "{case:?}");
        }
    }

    /// Right after a night: every case has a decision, and the account wakes by its next day.
    fn check_decisions(&self) {
        for (case, net_minor) in net_open(&self.world.account) {
            let (_, decision) = case.decision.as_ref().expect("a step or a reason");
            if net_minor == 0 {
                continue;
            }
            if let Decision::Skip { next_on: Some(next_on), .. } = decision {
                let wakes = self.world.account.profile.wake_on.unwrap();
                assert!(self.today < *next_on && wakes <= *next_on, "{wakes} is after {next_on}: {case:?}");
                assert!(Calendar::of(Country::Pl).is_working_day(*next_on), "{case:?}");
            }
        }
    }
}

fn check_said(said: &[Said]) {
    let policy = Policy::default();
    let mut steps: HashMap<&str, (NaiveDate, usize)> = HashMap::new();
    let mut last: Option<NaiveDate> = None;
    for one in said {
        assert!(Calendar::of(Country::Pl).is_working_day(one.on), "{one:?}");
        assert!(one.demand_minor > 0, "{one:?}");
        if one.channel != Channel::Task {
            assert!(last.is_none_or(|last| last + Days::new(2) <= one.on), "two days lie between messages: {said:#?}");
            last = Some(one.on);
        }
        for (case, step) in &one.lines {
            let rank = policy.rank(step).unwrap();
            if let Some((on, before)) = steps.insert(case, (one.on, rank)) {
                assert!(before < rank, "{case} hears {step} after a stricter step, or twice: {said:#?}");
                assert!(on + Days::new(2) <= one.on, "{case} hears {step} too soon: {said:#?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whatever_happens_no_money_is_lost_no_step_doubled_and_no_case_forgotten(events in proptest::collection::vec(event(), 1..60)) {
        let mut life = Life::new();
        for event in &events {
            life.live(event);
            life.check();
        }
        check_said(&life.world.said);
    }
}
