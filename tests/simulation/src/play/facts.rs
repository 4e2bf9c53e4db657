//! What a script's lines tell from outside: facts of sources, and what became of an e-mail.

use upominek::domain::fact::{
    CreditNoteFact, DebtorFact, DiscountFact, Event, Fact, InvoiceFact, InvoiceRef, PaymentFact, PostalAddress, RefundFact,
};
use upominek::ports::delivery::{DeliveryEvent, DeliveryFact};

use super::{Play, case, event_id};
use crate::script::{Debtor, Line, What};

fn address() -> PostalAddress {
    PostalAddress { street: "Polna 1".to_owned(), post_code: Some("00-001".to_owned()), city: "Warszawa".to_owned(), country: None }
}

impl<'s> Play<'s> {
    fn debtor(&self, id: &str) -> Option<&'s Debtor> {
        self.script.debtors.iter().find(|debtor| debtor.id == id)
    }

    pub(super) fn event(&self, line: &Line) -> Option<Event> {
        let fact = match &line.what {
            What::Invoice { debtor, invoice, revision, issued, due, total, currency, paid, discount, email } => {
                let debtor = self.debtor(debtor)?;
                Fact::Invoice(Box::new(InvoiceFact {
                    case: case(invoice),
                    number: format!("FV/{invoice}"),
                    revision: *revision,
                    issued_on: *issued,
                    due_on: *due,
                    currency: *currency,
                    total_minor: *total,
                    paid_minor: *paid,
                    cancelled: false,
                    remindable: true,
                    document_url: None,
                    payment_account: None,
                    ksef_number: None,
                    discount: discount.map(|amount_minor| DiscountFact { until: *due, amount_minor }),
                    debtor: DebtorFact {
                        external_id: Some(debtor.id.clone()),
                        name: format!("Firma {}", debtor.id),
                        email: email.clone().or(debtor.email.clone().filter(|_| *revision == 1)),
                        phone: debtor.phone.clone(),
                        locale: Some(debtor.locale),
                        zone: debtor.zone,
                        kind: Some(debtor.kind),
                        postal: debtor.has_letterbox().then(address),
                        ..DebtorFact::default()
                    },
                    warnings: Vec::new(),
                }))
            }
            What::Paid { invoice, revision } => Fact::Paid { case: case(invoice), revision: *revision },
            What::Cancelled { invoice, revision } => Fact::Cancelled { case: case(invoice), revision: *revision },
            What::Payment { payment, invoice, debtor, amount, currency } => Fact::Payment(PaymentFact {
                provider: "bank".to_owned(),
                payment_id: payment.clone(),
                invoice: invoice.as_ref().map(|invoice| InvoiceRef::Alias(format!("FV/{invoice}"))),
                debtor: debtor.clone(),
                currency: *currency,
                amount_minor: *amount,
                paid_at: line.at,
            }),
            What::Refund { refund, payment, invoice, amount, currency } => Fact::Refund(RefundFact {
                provider: "bank".to_owned(),
                refund_id: refund.clone(),
                payment_id: Some(payment.clone()),
                invoice: invoice.as_ref().map(|invoice| InvoiceRef::Case(case(invoice))),
                currency: *currency,
                amount_minor: *amount,
            }),
            What::CreditNote { note, invoice, amount, currency } => Fact::CreditNote(CreditNoteFact {
                case: case(note),
                number: format!("KOR/{note}"),
                invoice: Some(InvoiceRef::Case(case(invoice))),
                currency: *currency,
                amount_minor: *amount,
            }),
            _ => return None,
        };
        Some(Event { event_id: event_id(&line.what)?, fact })
    }

    pub(super) fn delivery_event(&self, what: &What) -> Option<(DeliveryEvent, String)> {
        let message = self.observer.last_email(what.debtor()?)?;
        let sent_to: Vec<String> = message.to.split(", ").map(str::to_owned).collect();
        let first = sent_to.first()?.clone();
        let fact = match what {
            What::Bounce { .. } => DeliveryFact::Bounced(vec![first.clone()]),
            What::Delivered { .. } => DeliveryFact::Went,
            _ => return None,
        };
        let event = DeliveryEvent {
            creditor: self.world.settings().creditor.clone(),
            debtor: message.debtor.clone(),
            reminder: message.reminder.clone(),
            message_id: format!("message-{}", message.reminder),
            sent_to,
            what: fact,
        };
        Some((event, first))
    }
}
