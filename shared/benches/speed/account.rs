//! The account that is decided on and shown: three open invoices, of which one is not due.

use chrono::{DateTime, Days, NaiveDate, Utc};
use upominek::domain::account::Account;
use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::fact::{DebtorFact, InvoiceFact};
use upominek::domain::handle::{Command, Context, handle};
use upominek::domain::ids::{CaseId, CreditorId, DebtorId, Source};
use upominek::domain::money::Currency;

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub fn now() -> DateTime<Utc> {
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

/// A live creditor with an account for transfers.
pub fn settings() -> Settings {
    let creditor = CreditorId::parse("acme").expect("a creditor");
    let mut settings = Settings::new(creditor, "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw);
    settings.mode = Mode::Live;
    settings.payment_account = Some("PL61109010140000071219812874".to_owned());
    settings
}

/// The account, as the invoices made it.
pub fn account(settings: &Settings) -> Account {
    let context = Context { settings, now: now() };
    let mut account = Account::new(settings.creditor.clone(), DebtorId::from_chance([7; 10]), 0, now());
    for (name, due_on) in [("1", "2026-01-20"), ("2", "2026-02-02"), ("3", "2026-02-20")] {
        let command = Command::Invoice(Box::new(invoice(name, day(due_on))));
        account = handle(&account, &command, &context).expect("an invoice").account;
    }
    account
}
