//! Facts as tests need them, with invented people.

use chrono::{DateTime, NaiveDate, Utc};
use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::fact::{DebtorFact, Event, Fact, InvoiceFact, InvoiceRef, PaymentFact};
use upominek::domain::ids::{CaseId, CreditorId, Source};
use upominek::domain::money::Currency;

/// A day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// An instant.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// The creditor of most tests.
pub fn creditor() -> CreditorId {
    CreditorId::parse("acme").expect("a creditor")
}

/// Its settings: live, so that everybody may be written to.
pub fn settings() -> Settings {
    let mut settings = Settings::new(creditor(), "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw);
    settings.mode = Mode::Live;
    settings.payment_account = Some("PL61109010140000071219812874".to_owned());
    settings
}

/// The own source.
pub fn source() -> Source {
    Source::parse("upominek").expect("a source")
}

/// A case of the own source.
pub fn case(id: &str) -> CaseId {
    CaseId::new(source(), id).expect("a case")
}

/// An invoice of `customer`, due on a day.
pub fn invoice(id: &str, customer: &str, due_on: &str, total_minor: i64) -> InvoiceFact {
    let due_on = day(due_on);
    InvoiceFact {
        case: case(id),
        number: format!("FV/{id}"),
        revision: 1,
        issued_on: due_on - chrono::Days::new(14),
        due_on,
        currency: Currency::PLN,
        total_minor,
        paid_minor: None,
        discount: None,
        cancelled: false,
        remindable: true,
        document_url: None,
        payment_account: None,
        ksef_number: None,
        debtor: DebtorFact {
            external_id: Some(customer.to_owned()),
            name: format!("Firma {customer}"),
            email: Some(format!("{customer}@example.com")),
            phone: Some("+48500100200".to_owned()),
            ..DebtorFact::default()
        },
        warnings: Vec::new(),
    }
}

/// An event that brings an invoice.
pub fn brings(invoice: InvoiceFact) -> Event {
    let event_id = format!("{}-{}", invoice.case.external, invoice.revision);
    Event { event_id, fact: Fact::Invoice(Box::new(invoice)) }
}

/// An event that brings a payment for an invoice's number; without one it is Anna's, who names none.
pub fn pays(payment_id: &str, number: Option<&str>, amount_minor: i64) -> Event {
    let payment = PaymentFact {
        provider: "bank".to_owned(),
        payment_id: payment_id.to_owned(),
        debtor: number.is_none().then(|| "anna".to_owned()),
        invoice: number.map(|number| InvoiceRef::Alias(number.to_owned())),
        currency: Currency::PLN,
        amount_minor,
        paid_at: at("2027-01-01T12:00:00Z"),
    };
    Event { event_id: format!("pay-{payment_id}"), fact: Fact::Payment(payment) }
}

/// The same payment, made on another day.
pub fn paid_on(mut event: Event, on: &str) -> Event {
    if let Fact::Payment(payment) = &mut event.fact {
        payment.paid_at = at(&format!("{on}T09:00:00Z"));
    }
    event
}
