//! Stops a function as a crash would: a panic right before or right after one effect, after which
//! nothing of that invocation runs any more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The payload of a stop, to tell it from a real panic.
#[derive(Debug)]
pub struct Stopped;

/// On which side of the effect the function stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The effect does not happen.
    Before,
    /// The effect happens; its answer is never seen.
    After,
}

#[derive(Debug, Default)]
struct State {
    effects: usize,
    resting: bool,
    stop: Option<(usize, Side)>,
    stopped: Option<String>,
    requests: BTreeMap<String, usize>,
    read_units: f64,
    write_units: f64,
}

/// Counts effects, and stops at one of them.
#[derive(Debug, Clone, Default)]
pub struct Tripwire {
    state: Arc<Mutex<State>>,
}

impl Tripwire {
    /// Stops once, at the effect of this number from now on.
    pub fn stop_at(&self, effect: usize, side: Side) {
        let mut state = self.state.lock().unwrap();
        state.stop = Some((state.effects + effect, side));
        state.stopped = None;
    }

    /// While it rests, effects are neither counted nor stopped at: for the scene of a story.
    pub fn rest(&self, resting: bool) {
        self.state.lock().unwrap().resting = resting;
    }

    /// Where it stopped, if it did.
    pub fn stopped(&self) -> Option<String> {
        self.state.lock().unwrap().stopped.clone()
    }

    /// Forgets a stop that never came.
    pub fn disarm(&self) {
        self.state.lock().unwrap().stop = None;
    }

    /// Called on both sides of an effect.
    pub fn effect(&self, what: &str, side: Side) {
        let mut state = self.state.lock().unwrap();
        if state.resting {
            return;
        }
        let number = if side == Side::Before { state.effects } else { state.effects - 1 };
        if side == Side::Before {
            state.effects += 1;
        }
        if state.stop == Some((number, side)) {
            state.stop = None;
            state.stopped = Some(format!("{side:?} {what}"));
            drop(state);
            std::panic::panic_any(Stopped);
        }
    }

    /// Counts a request to the database.
    pub fn count(&self, operation: &str) {
        *self.state.lock().unwrap().requests.entry(operation.to_owned()).or_default() += 1;
    }

    /// Requests by operation since the last call, and their sum.
    pub fn take_requests(&self) -> (BTreeMap<String, usize>, usize) {
        let requests = std::mem::take(&mut self.state.lock().unwrap().requests);
        let sum = requests.values().sum();
        (requests, sum)
    }

    /// Adds consumed capacity units.
    pub fn consume(&self, write: bool, units: f64) {
        let mut state = self.state.lock().unwrap();
        if write {
            state.write_units += units;
        } else {
            state.read_units += units;
        }
    }

    /// Units read and written since the last call.
    pub fn take_capacity(&self) -> (f64, f64) {
        let mut state = self.state.lock().unwrap();
        (std::mem::take(&mut state.read_units), std::mem::take(&mut state.write_units))
    }
}

/// A stop is quiet; any other panic is reported as ever.
pub fn quiet_stops() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.payload().downcast_ref::<Stopped>().is_none() {
                report(panic);
            }
        }));
    });
}
