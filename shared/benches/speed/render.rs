//! The pay page: how long it takes to be made of an account, as a ratio to a whole event of an empty function that
//! was handed to it in turn with it; and its bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::message::page::{Offer, ProviderButton, pay_page};
use upominek::domain::message::page_facts::page_facts;

use crate::account::{account, day, settings};
use crate::allocations;
use crate::empty::Empty;

const ROUNDS: usize = 501;

fn page(account: &Account, settings: &Settings) -> String {
    let facts = page_facts(account, settings, day("2026-02-03"), None);
    let buttons = ["payu", "przelewy24"].map(|id| ProviderButton { id, label: Some(id) });
    pay_page(&facts, &Offer { providers: &buttons, form_token: "t0ken", back: None, said: None }).expect("a page")
}

fn timed<T>(what: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let made = black_box(what());
    (begun.elapsed(), made)
}

/// Measures and prints.
pub fn pages() {
    let settings = settings();
    let account = account(&settings);
    let (first, html) = timed(|| page(&account, &settings));
    let before = allocations();
    black_box(page(&account, &settings));
    let each = allocations() - before;
    println!("The pay page of 3 invoices: {} bytes (60,000), {each} allocations", html.len());
    let Some(mut empty) = Empty::start() else {
        println!("  as a ratio: build the release binaries first (`make bench` does)");
        return;
    };
    let (mut pages, mut events): (Vec<_>, Vec<_>) =
        (0..ROUNDS).map(|_| (timed(|| page(&account, &settings)).0, timed(|| empty.event()).0)).unzip();
    let event = median(&mut events).as_secs_f64();
    println!("Its making, as a ratio to an event of an empty function");
    println!("  the first, with reading the templates {:>6.2}", first.as_secs_f64() / event);
    println!("  each after it                         {:>6.2}", median(&mut pages).as_secs_f64() / event);
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
