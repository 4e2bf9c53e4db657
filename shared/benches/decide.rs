//! The pure decision for one debtor with three open cases: how many a second on one core, and how
//! many allocations each takes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate, Utc};
use upominek::domain::account::Account;
use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::decide::{decide, net_open};
use upominek::domain::fact::{DebtorFact, InvoiceFact};
use upominek::domain::handle::{Command, Context, handle};
use upominek::domain::ids::{CaseId, CreditorId, DebtorId, Source};
use upominek::domain::money::Currency;

/// Counts what the system allocates.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: hands everything to the system's allocator and only counts.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn now() -> DateTime<Utc> {
    "2026-02-03T03:00:00Z".parse().expect("an instant")
}

fn invoice(name: &str, due_on: NaiveDate) -> InvoiceFact {
    InvoiceFact {
        case: CaseId::new(Source::parse("upominek").expect("a source"), name).expect("a case"),
        number: format!("FV/{name}"),
        revision: 1,
        issued_on: due_on - Days::new(14),
        due_on,
        currency: Currency::PLN,
        total_minor: 12_300,
        paid_minor: None,
        discount: None,
        cancelled: false,
        remindable: true,
        document_url: None,
        payment_account: None,
        ksef_number: None,
        debtor: DebtorFact { name: "Firma".to_owned(), email: Some("biuro@firma.example".to_owned()), ..DebtorFact::default() },
        warnings: Vec::new(),
    }
}

fn measure(what: &str, mut once: impl FnMut()) {
    for _ in 0..2_000 {
        once();
    }
    let (before, rounds) = (ALLOCATIONS.load(Relaxed), 50_000);
    let begun = Instant::now();
    for _ in 0..rounds {
        once();
    }
    let took = begun.elapsed().as_secs_f64();
    let each = (ALLOCATIONS.load(Relaxed) - before) as f64 / f64::from(rounds);
    println!("  {what:<44} {:>9.0} a second, {each:>5.1} allocations each", f64::from(rounds) / took);
}

fn main() {
    let creditor = CreditorId::parse("acme").expect("a creditor");
    let mut settings = Settings::new(creditor.clone(), "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw);
    settings.mode = Mode::Live;
    let context = Context { settings: &settings, now: now() };
    let mut account = Account::new(creditor, DebtorId::from_chance([7; 10]), 0, now());
    for (name, due_on) in [("1", "2026-01-20"), ("2", "2026-02-02"), ("3", "2026-02-20")] {
        let command = Command::Invoice(Box::new(invoice(name, day(due_on))));
        account = handle(&account, &command, &context).expect("an invoice").account;
    }
    let as_of = day("2026-02-03");
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
