//! The words of the tests: `given(invoices).when(what happens).then(what is true)`.

use chrono::{Days, NaiveDate};

use super::world::{World, day};
use crate::domain::account::{Case, Hold};
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::fact::{CreditNoteFact, DebtorFact, InvoiceFact, PaymentFact, RefundFact};
use crate::domain::handle::Command;
use crate::domain::ids::{CaseId, Source};
use crate::domain::money::Currency;
use crate::domain::policy::Channel;

/// A debtor with these invoices, who can be reached by e-mail and SMS.
pub(super) fn given(invoices: impl IntoIterator<Item = InvoiceFact>) -> World {
    let mut world = World::new();
    for fact in invoices {
        world.apply(&Command::Invoice(Box::new(fact)));
    }
    world
}

impl World {
    pub fn when(mut self, happens: impl FnOnce(&mut World)) -> World {
        happens(&mut self);
        self
    }

    pub fn then(self, holds: impl FnOnce(&World)) -> World {
        holds(&self);
        self
    }

    pub fn case(&self, name: &str) -> &Case {
        self.find(&id(name)).unwrap_or_else(|| panic!("there is no invoice {name}"))
    }

    /// Every step that a case's messages and tasks took, with its day.
    pub fn heard(&self, name: &str) -> Vec<(NaiveDate, String)> {
        let said = self.said.iter().flat_map(|said| said.lines.iter().map(move |line| (said.on, line)));
        said.filter(|(_, (case, _))| case == name).map(|(on, (_, step))| (on, step.clone())).collect()
    }

    pub fn credit(&self) -> i64 {
        self.account.credit_minor(Currency::PLN)
    }
}

pub(super) fn id(name: &str) -> CaseId {
    CaseId::new(Source::parse("upominek").unwrap(), name).unwrap()
}

/// An invoice in złoty at revision 1; the amount is in grosze.
pub(super) fn invoice(name: &str, total_minor: i64, due_on: NaiveDate) -> InvoiceFact {
    InvoiceFact {
        case: id(name),
        number: format!("FV/{name}"),
        revision: 1,
        issued_on: due_on - Days::new(14),
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
            name: "Kawiarnia Pod Lipą".to_owned(),
            email: Some("biuro@lipa.example".to_owned()),
            phone: Some("+48600700800".to_owned()),
            ..DebtorFact::default()
        },
        warnings: Vec::new(),
    }
}

pub(super) fn in_euro(fact: InvoiceFact) -> InvoiceFact {
    InvoiceFact { currency: Currency::EUR, ..fact }
}

pub(super) fn at_revision(revision: u64, fact: InvoiceFact) -> InvoiceFact {
    InvoiceFact { revision, ..fact }
}

// What happens.

pub(super) fn arrives(fact: InvoiceFact) -> impl FnOnce(&mut World) {
    move |world| world.apply(&Command::Invoice(Box::new(fact)))
}

/// A night alone: nothing is sent.
pub(super) fn night(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| world.night(on)
}

pub(super) fn sending(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| world.send(on)
}

/// A night and the sending of its day.
pub(super) fn a_day(on: &str) -> impl FnOnce(&mut World) {
    let on = day(on);
    move |world| days(world, on, on)
}

/// Every night and every sending from a day to a day.
pub(super) fn days_pass(from: &str, until: &str) -> impl FnOnce(&mut World) {
    let (from, until) = (day(from), day(until));
    move |world| days(world, from, until)
}

pub(super) fn days(world: &mut World, from: NaiveDate, until: NaiveDate) {
    for on in from.iter_days().take_while(|on| *on <= until) {
        world.night(on);
        world.send(on);
    }
}

pub(super) fn payment(payment_id: &str, invoice: Option<&str>, amount_minor: i64) -> Command {
    paid_at(payment_id, invoice, amount_minor, "2026-01-02T09:00:00Z")
}

pub(super) fn paid_at(payment_id: &str, invoice: Option<&str>, amount_minor: i64, at: &str) -> Command {
    let fact = PaymentFact {
        debtor: None,
        provider: "sandbox".to_owned(),
        payment_id: payment_id.to_owned(),
        invoice: None,
        currency: Currency::PLN,
        amount_minor,
        paid_at: at.parse().unwrap(),
    };
    Command::Payment { fact, case: invoice.map(id), odd: None }
}

pub(super) fn pays(payment_id: &str, amount_minor: i64) -> impl FnOnce(&mut World) {
    does(payment(payment_id, None, amount_minor))
}

pub(super) fn pays_for(invoice: &str, payment_id: &str, amount_minor: i64) -> impl FnOnce(&mut World) {
    does(payment(payment_id, Some(invoice), amount_minor))
}

pub(super) fn refund(refund_id: &str, payment_id: Option<&str>, invoice: Option<&str>, amount_minor: i64) -> Command {
    let fact = RefundFact {
        provider: "sandbox".to_owned(),
        refund_id: refund_id.to_owned(),
        payment_id: payment_id.map(str::to_owned),
        invoice: None,
        currency: Currency::PLN,
        amount_minor,
    };
    Command::Refund(fact, invoice.map(id))
}

pub(super) fn credit_note(name: &str, invoice: Option<&str>, amount_minor: i64) -> Command {
    let fact = CreditNoteFact { case: id(name), number: format!("KOR/{name}"), invoice: None, currency: Currency::PLN, amount_minor };
    Command::CreditNote(fact, invoice.map(id))
}

pub(super) fn hold(from: &str, until: Option<&str>) -> Hold {
    Hold { reason: "a complaint".to_owned(), from: day(from), until: until.map(day) }
}

pub(super) fn does(command: Command) -> impl FnOnce(&mut World) {
    move |world| world.apply(&command)
}

// What is true.

pub(super) fn heard(name: &str, steps: &[(&str, &str)]) -> impl FnOnce(&World) {
    let expected: Vec<_> = steps.iter().map(|(on, step)| (day(on), (*step).to_owned())).collect();
    move |world| assert_eq!(world.heard(name), expected, "what was heard about {name}")
}

pub(super) fn open(name: &str, minor: i64) -> impl FnOnce(&World) {
    move |world| assert_eq!(world.case(name).open_minor(), minor, "what is open of {name}")
}

pub(super) fn skipped(name: &str, why: SkipReason) -> impl FnOnce(&World) {
    move |world| match &world.case(name).decision {
        Some((_, Decision::Skip { reason, .. })) => assert_eq!(*reason, why, "why {name} heard nothing"),
        other => panic!("{name} was not skipped: {other:?}"),
    }
}

/// The same by the name of the reason, whatever its facts are.
pub(super) fn silent(name: &str, why: &str) -> impl FnOnce(&World) {
    move |world| match &world.case(name).decision {
        Some((_, Decision::Skip { reason, .. })) => assert_eq!(reason.name(), why, "why {name} heard nothing"),
        other => panic!("{name} was not skipped: {other:?}"),
    }
}

pub(super) fn messages(count: usize) -> impl FnOnce(&World) {
    move |world| {
        let to_debtor = world.said.iter().filter(|said| said.channel != Channel::Task);
        assert_eq!(to_debtor.count(), count, "messages to the debtor: {:#?}", world.said);
    }
}

pub(super) fn credit_left(minor: i64) -> impl FnOnce(&World) {
    move |world| assert_eq!(world.credit(), minor, "money without a case: {:?}", world.account.credits)
}
