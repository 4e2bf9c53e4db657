//! Faults, armed by the script: the next effect of a kind, of a debtor or of anybody, goes wrong.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use upominek::domain::ids::DebtorId;

use crate::executor::{Plug, switch};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// The machine stops; the effect does not happen.
    StopBefore,
    /// The effect happens; its caller stops.
    StopAfter,
    /// Somebody else was first.
    Conflict,
    /// No answer, and the effect did not happen.
    Away,
    /// No answer, although the effect happened.
    Unanswered,
    /// A provider refuses for now.
    Throttled,
    /// A provider refuses the address for good.
    BadAddress,
}

impl Fault {
    /// All of them, with their names in scripts.
    pub const ALL: [(Fault, &'static str); 7] = [
        (Fault::StopBefore, "stop-before"),
        (Fault::StopAfter, "stop-after"),
        (Fault::Conflict, "conflict"),
        (Fault::Away, "away"),
        (Fault::Unanswered, "unanswered"),
        (Fault::Throttled, "throttled"),
        (Fault::BadAddress, "bad-address"),
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(fault, _)| *fault == self).map_or("?", |(_, name)| name)
    }

    /// The fault of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(fault, _)| *fault)
    }
}

/// A fault that waits for its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Armed {
    /// Whose effect, as the source names its customer; `None` is anybody's.
    pub customer: Option<String>,
    /// Which effect: `commit`, `claim`, `queue`, ...
    pub effect: String,
    /// What goes wrong.
    pub fault: Fault,
}

#[derive(Debug, Default)]
struct State {
    armed: Vec<Armed>,
    customers: HashMap<DebtorId, String>,
    poisoned: Vec<String>,
    effects: u64,
    fired: u64,
    watch: Option<Watch>,
}

/// Effects as they come, and which of them goes wrong.
#[derive(Debug, Default)]
struct Watch {
    seen: Vec<String>,
    wrong: Option<(usize, Fault)>,
}

impl Watch {
    fn sees(&mut self, effect: &str) -> Option<Fault> {
        self.seen.push(effect.to_owned());
        self.wrong.filter(|(number, _)| number + 1 == self.seen.len()).map(|(_, fault)| fault)
    }
}

/// All faults of a world.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    state: Rc<RefCell<State>>,
    /// By which a machine is stopped.
    pub plug: Plug,
}

impl Faults {
    /// Arms a fault.
    pub fn arm(&self, armed: Armed) {
        self.state.borrow_mut().armed.push(armed);
    }

    /// Whether anything waits for its effect.
    pub fn is_armed(&self) -> bool {
        !self.state.borrow().armed.is_empty()
    }

    /// Forgets what is armed and never came.
    pub fn disarm(&self) {
        self.state.borrow_mut().armed.clear();
    }

    /// A debtor is this customer of the source.
    pub fn is_customer(&self, debtor: &DebtorId, customer: &str) {
        self.state.borrow_mut().customers.entry(debtor.clone()).or_insert_with(|| customer.to_owned());
    }

    /// The customer behind a debtor.
    pub fn customer(&self, debtor: &DebtorId) -> Option<String> {
        self.state.borrow().customers.get(debtor).cloned()
    }

    /// The debtor of a customer.
    pub fn debtor(&self, customer: &str) -> Option<DebtorId> {
        let state = self.state.borrow();
        let mut known: Vec<_> = state.customers.iter().filter(|(_, known)| *known == customer).map(|(debtor, _)| debtor.clone()).collect();
        known.sort();
        known.into_iter().next()
    }

    /// The record of a customer cannot be read, or can be again.
    pub fn poison(&self, customer: &str, poisoned: bool) {
        let mut state = self.state.borrow_mut();
        state.poisoned.retain(|known| known != customer);
        if poisoned {
            state.poisoned.push(customer.to_owned());
        }
    }

    /// Whether a debtor's record cannot be read.
    pub fn is_poisoned(&self, debtor: &DebtorId) -> bool {
        let state = self.state.borrow();
        state.customers.get(debtor).is_some_and(|customer| state.poisoned.contains(customer))
    }

    /// Writes down the names of all effects from now on; the one of a number, from 0, goes wrong.
    pub fn watch(&self, wrong: Option<(usize, Fault)>) {
        self.state.borrow_mut().watch = Some(Watch { seen: Vec::new(), wrong });
    }

    /// The effects since the watch began.
    pub fn watched(&self) -> Vec<String> {
        self.state.borrow().watch.as_ref().map(|watch| watch.seen.clone()).unwrap_or_default()
    }

    /// Effects so far, and faults that came true.
    pub fn counts(&self) -> (u64, u64) {
        let state = self.state.borrow();
        (state.effects, state.fired)
    }

    /// Before an effect: others may run first, and a fault that is armed for it comes true.
    pub async fn before(&self, effect: &str, debtor: Option<&DebtorId>) -> Option<Fault> {
        switch().await;
        let fault = self.fires(effect, debtor);
        if fault == Some(Fault::StopBefore) {
            self.plug.pull().await;
        }
        fault
    }

    /// After the effect.
    pub async fn after(&self, fault: Option<Fault>) {
        if fault == Some(Fault::StopAfter) {
            self.plug.pull().await;
        }
    }

    fn fires(&self, effect: &str, debtor: Option<&DebtorId>) -> Option<Fault> {
        let mut state = self.state.borrow_mut();
        state.effects += 1;
        if let Some(fault) = state.watch.as_mut().and_then(|watch| watch.sees(effect)) {
            state.fired += 1;
            return Some(fault);
        }
        if state.armed.is_empty() {
            return None;
        }
        let customer = debtor.and_then(|debtor| state.customers.get(debtor)).cloned();
        let fits = |armed: &Armed| armed.effect == effect && (armed.customer.is_none() || armed.customer == customer);
        let place = state.armed.iter().position(fits)?;
        state.fired += 1;
        Some(state.armed.remove(place).fault)
    }
}
