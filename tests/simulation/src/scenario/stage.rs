//! The stage: the world of one case, and how each input is carried out in it.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::Warsaw;
use upominek::domain::account::Hold;
use upominek::domain::creditor::{Locale, Mode, Settings};
use upominek::domain::fact::{CreditNoteFact, DebtorFact, Event, Fact, InvoiceFact, InvoiceRef, PaymentFact, RefundFact};
use upominek::domain::handle::{Command, NewPromise};
use upominek::domain::ids::{CaseId, CreditorId, DebtorId};
use upominek::domain::interest::{BusinessInterest, ConsumerInterest};
use upominek::domain::stops::Party;
use upominek::domain::window::instant;
use upominek::ports::delivery::{DeliveryEvent, DeliveryFact};

use crate::dice::Dice;
use crate::executor::Job;
use crate::faults::Armed;
use crate::journal::Message;
use crate::machine::{World, source};

use super::story::{Amount, Charge, Debtor, Input, Who};

/// A source gives up after so many tries.
const MOST_TRIES: u32 = 10;

/// An invoice as its source sees it.
struct Picture {
    total: Amount,
    issued: Option<NaiveDate>,
    due: NaiveDate,
    revision: Option<u64>,
}

/// A world, and what is known of it from the inputs.
pub struct Stage {
    /// The world.
    pub world: World,
    who: Who,
    twice: bool,
    /// Events by the name under which they may come again.
    events: HashMap<String, usize>,
    /// The last picture of each invoice.
    invoices: HashMap<String, InvoiceFact>,
    /// What each checkout is for.
    pub(super) checkouts: HashMap<String, Amount>,
    /// The last e-mail to each debtor.
    pub last_email: HashMap<DebtorId, Message>,
}

impl Stage {
    /// A world at a morning, with nobody in it yet; `twice` if everything comes twice.
    pub fn new(who: &Who, on: NaiveDate, twice: bool) -> Result<Self, String> {
        let creditor = CreditorId::parse("acme").map_err(|error| error.to_string())?;
        let mut settings = Settings::new(creditor, "Acme", "faktury@acme.example", Warsaw);
        settings.mode = Mode::Live;
        settings.locale = Locale::En;
        settings.policy = who.policy.policy();
        settings.payment_account = Some("PL61109010140000071219812874".to_owned());
        charge(&mut settings, &who.charges)?;
        let world = World::new(settings, local(on, NaiveTime::MIN), Dice::new(1));
        let (events, invoices, checkouts, last_email) = (HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new());
        Ok(Self { world, who: who.clone(), twice, events, invoices, checkouts, last_email })
    }

    /// How often everything comes.
    pub(super) fn times(&self) -> usize {
        if self.twice { 2 } else { 1 }
    }

    /// The debtors of the scenario.
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// Carries out an input. Days off are the player's.
    ///
    /// # Errors
    /// What the input speaks of and nobody knows.
    pub fn take(&mut self, input: &Input) -> Result<(), String> {
        match input {
            Input::Nothing | Input::Off(_) | Input::NoSchedule(_) => Ok(()),
            Input::Invoice { number, to, total, issued, due, revision } => {
                let picture = Picture { total: *total, issued: *issued, due: *due, revision: *revision };
                self.invoice(number, to.as_deref(), picture)
            }
            Input::Invoices { prefix, range: (first, last), to, each, due, every } => {
                for (place, number) in (*first..=*last).enumerate() {
                    let due = *due + Days::new(every * u64::try_from(place).unwrap_or(0));
                    let issued = self.world.today().min(due);
                    let picture = Picture { total: *each, issued: Some(issued), due, revision: None };
                    self.invoice(&format!("{prefix}{number}"), Some(to), picture)?;
                }
                Ok(())
            }
            Input::SaidPaid(number) => self.said(number, |case, revision| Fact::Paid { case, revision }),
            Input::Cancelled(number) => self.said(number, |case, revision| Fact::Cancelled { case, revision }),
            Input::Payment { id, amount, from, names } => self.payment(id, *amount, from, names.as_deref()),
            Input::Refund { id, amount, payment } => self.refund(id, *amount, payment),
            Input::CreditNote { number, amount, names } => self.credit_note(number, *amount, names),
            Input::Again(name) => {
                let number = *self.events.get(name).ok_or_else(|| format!("nothing came yet by the name \"{name}\""))?;
                self.deliver(number);
                Ok(())
            }
            Input::Hold(debtor, until) => {
                let hold = Hold { reason: "a person said so".to_owned(), from: self.world.today(), until: Some(*until) };
                self.command(debtor, &Command::Hold(None, hold))
            }
            Input::Promise(debtor, pay_on) => {
                let promise = NewPromise { by: Party::Team, pay_on: *pay_on, amount_minor: None, reason: Some("they called".to_owned()) };
                self.command(debtor, &Command::Promise(None, promise))
            }
            Input::UnderWay { id, amount, from } => self.under_way(id, *amount, from),
            Input::Checkout(id, what) => self.checkout(id, *what),
            Input::SaysPaid(debtor) => self.said_paid(debtor),
            Input::Bounce(debtor) => self.bounce(debtor),
            Input::AtSending(debtor, fault) => {
                let customer = Some(self.debtor(debtor)?.name.clone());
                let armed = Armed { customer, effect: "send".to_owned(), fault: *fault };
                self.world.faults.arm(armed);
                Ok(())
            }
            Input::Poison(debtor, poisoned) => {
                self.world.faults.poison(&self.debtor(debtor)?.name, *poisoned);
                Ok(())
            }
        }
    }

    fn debtor(&self, name: &str) -> Result<&Debtor, String> {
        self.who.debtors.iter().find(|debtor| debtor.name == name).ok_or_else(|| format!("there is no debtor \"{name}\""))
    }

    pub(super) fn id_of(&self, name: &str) -> Result<DebtorId, String> {
        self.world.faults.debtor(name).ok_or_else(|| format!("\"{name}\" has no account yet"))
    }

    /// Tells an event to the intake until it is taken.
    fn tell(&mut self, name: &str, event_id: String, fact: Fact) {
        let number = self.world.know(Event { event_id, fact });
        self.events.insert(name.to_owned(), number);
        self.deliver(number);
    }

    fn deliver(&self, number: usize) {
        for _ in 0..MOST_TRIES {
            let jobs = (0..self.times()).map(|_| -> Job<'_, _> { Box::pin(self.world.take(number)) }).collect();
            if self.world.at_once(jobs).iter().all(|done| matches!(done, Some(Ok(_)))) {
                break;
            }
        }
        self.world.work();
    }

    pub(super) fn command(&self, debtor: &str, command: &Command) -> Result<(), String> {
        let id = self.id_of(debtor)?;
        for _ in 0..MOST_TRIES {
            let job: Job<'_, _> = Box::pin(self.world.command(0, &id, None, command));
            if matches!(self.world.at_once(vec![job]).pop(), Some(Some(Ok(_)))) {
                break;
            }
        }
        self.world.work();
        Ok(())
    }

    fn invoice(&mut self, number: &str, to: Option<&str>, picture: Picture) -> Result<(), String> {
        let Picture { total, issued, due, revision } = picture;
        let known = self.invoices.get(number).cloned();
        let debtor = match (to, &known) {
            (Some(name), _) => fact_of(self.debtor(name)?),
            (None, Some(known)) => known.debtor.clone(),
            (None, None) => return Err(format!("invoice {number} has not come yet")),
        };
        let revision = revision.unwrap_or_else(|| known.as_ref().map_or(0, |known| known.revision) + 1);
        let fact = InvoiceFact {
            case: case_id(number)?,
            number: number.to_owned(),
            revision,
            issued_on: issued.or(known.map(|known| known.issued_on)).unwrap_or(self.world.today()),
            due_on: due,
            currency: total.currency,
            total_minor: total.minor,
            paid_minor: None,
            discount: None,
            cancelled: false,
            remindable: true,
            document_url: None,
            payment_account: None,
            ksef_number: None,
            debtor,
            warnings: Vec::new(),
        };
        self.invoices.insert(number.to_owned(), fact.clone());
        self.tell(&format!("invoice {number}"), format!("{number}-{revision}"), Fact::Invoice(Box::new(fact)));
        Ok(())
    }

    fn said(&mut self, number: &str, fact: impl FnOnce(CaseId, u64) -> Fact) -> Result<(), String> {
        let case = case_id(number)?;
        let known = self.invoices.get_mut(number).ok_or_else(|| format!("invoice {number} has not come yet"))?;
        known.revision += 1;
        let revision = known.revision;
        self.tell(&format!("word of {number}"), format!("{number}-{revision}"), fact(case, revision));
        Ok(())
    }

    fn payment(&mut self, id: &str, amount: Amount, from: &str, names: Option<&str>) -> Result<(), String> {
        let fact = PaymentFact {
            provider: "bank".to_owned(),
            payment_id: id.to_owned(),
            invoice: names.map(|number| InvoiceRef::Alias(number.to_owned())),
            debtor: Some(self.debtor(from)?.name.clone()),
            currency: amount.currency,
            amount_minor: amount.minor,
            paid_at: self.world.clock.time(),
        };
        self.tell(&format!("payment {id}"), format!("payment-{id}"), Fact::Payment(fact));
        Ok(())
    }

    fn refund(&mut self, id: &str, amount: Amount, payment: &str) -> Result<(), String> {
        let fact = RefundFact {
            provider: "bank".to_owned(),
            refund_id: id.to_owned(),
            payment_id: Some(payment.to_owned()),
            invoice: None,
            currency: amount.currency,
            amount_minor: amount.minor,
        };
        self.tell(&format!("refund {id}"), format!("refund-{id}"), Fact::Refund(fact));
        Ok(())
    }

    fn credit_note(&mut self, number: &str, amount: Amount, names: &str) -> Result<(), String> {
        let fact = CreditNoteFact {
            case: case_id(number)?,
            number: number.to_owned(),
            invoice: Some(InvoiceRef::Alias(names.to_owned())),
            currency: amount.currency,
            amount_minor: amount.minor,
        };
        self.tell(&format!("credit note {number}"), format!("note-{number}"), Fact::CreditNote(fact));
        Ok(())
    }

    fn bounce(&self, debtor: &str) -> Result<(), String> {
        let id = self.id_of(debtor)?;
        let message = self.last_email.get(&id).ok_or_else(|| format!("no e-mail went to {debtor} yet"))?;
        let event = DeliveryEvent {
            creditor: self.world.settings().creditor.clone(),
            debtor: id,
            reminder: message.reminder.clone(),
            message_id: format!("message-{}", message.reminder),
            sent_to: vec![message.to.clone()],
            what: DeliveryFact::Bounced(vec![message.to.clone()]),
        };
        for _ in 0..MOST_TRIES {
            let jobs = (0..self.times()).map(|_| -> Job<'_, _> { Box::pin(self.world.told(&event)) }).collect();
            if self.world.at_once(jobs).iter().all(|done| matches!(done, Some(Ok(())))) {
                break;
            }
        }
        self.world.work();
        Ok(())
    }
}

/// What is charged, as the settings have it.
fn charge(settings: &mut Settings, charges: &[Charge]) -> Result<(), String> {
    for charge in charges {
        match charge {
            Charge::Commercial => settings.side_claims.businesses = BusinessInterest::PlCommercial,
            Charge::Statutory => settings.side_claims.consumers = ConsumerInterest::PlStatutory,
            Charge::Compensation => settings.side_claims.compensation = true,
            Charge::MidRate(on, rate) => {
                let rate = serde_json::json!({ "on": on, "rate": rate });
                settings.mid_rates.push(serde_json::from_value(rate).map_err(|error| format!("the mid rate: {error}"))?);
            }
        }
    }
    Ok(())
}

/// The instant of a local time.
pub fn local(on: NaiveDate, at: NaiveTime) -> DateTime<Utc> {
    instant(on, at, Warsaw)
}

fn case_id(number: &str) -> Result<CaseId, String> {
    CaseId::new(source(), number).map_err(|error| format!("{number}: {error}"))
}

fn fact_of(debtor: &Debtor) -> DebtorFact {
    let place = |c: char| c.is_ascii_alphanumeric().then_some(c.to_ascii_lowercase());
    let slug: String = debtor.name.chars().filter_map(place).collect();
    let digits: u64 = debtor.name.bytes().fold(7, |sum, byte| (sum * 31 + u64::from(byte)) % 1_000_000);
    DebtorFact {
        external_id: Some(debtor.name.clone()),
        name: debtor.name.clone(),
        email: debtor.email.then(|| format!("{slug}@example.com")),
        phone: debtor.phone.then(|| format!("+48500{digits:06}")),
        locale: Some(Locale::En),
        zone: debtor.zone,
        kind: Some(debtor.kind),
        ..DebtorFact::default()
    }
}
