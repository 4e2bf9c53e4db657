//! The pure decision for one debtor with three open cases: how many a second on one core, and how many allocations
//! each takes.

use std::hint::black_box;
use std::time::Instant;

use upominek::domain::decide::{decide, net_open};
use upominek::domain::handle::{Command, Context, handle};

use crate::account::{account, day, now, settings};
use crate::allocations;

fn measure(what: &str, mut once: impl FnMut()) {
    for _ in 0..2_000 {
        once();
    }
    let (before, rounds) = (allocations(), 50_000);
    let begun = Instant::now();
    for _ in 0..rounds {
        once();
    }
    let took = begun.elapsed().as_secs_f64();
    let each = (allocations() - before) as f64 / f64::from(rounds);
    println!("  {what:<44} {:>9.0} a second, {each:>5.1} allocations each", f64::from(rounds) / took);
}

/// Counts and prints.
pub fn decisions() {
    let settings = settings();
    let (account, as_of) = (account(&settings), day("2026-02-03"));
    let context = Context { settings: &settings, now: now() };
    println!("The decision for one debtor with 3 open cases (at least 100,000 a second on one core)");
    measure("what each case is to hear", || {
        for (case, net_minor) in net_open(&account) {
            let _ = black_box(decide(&account, case, net_minor, &settings, as_of));
        }
    });
    measure("the whole night: account in, account out", || {
        let _ = black_box(handle(&account, &Command::Night { as_of }, &context));
    });
}
