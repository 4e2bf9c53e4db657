//! The main path over the world in memory: an invoice comes, its debtor hears, pays, and hears no more.

use chrono::{DateTime, NaiveDate, Utc};
use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::fact::{DebtorFact, Event, Fact, InvoiceFact, InvoiceRef, PaymentFact};
use upominek::domain::ids::{CaseId, CreditorId};
use upominek::domain::money::Currency;
use upominek::domain::reminder::ReminderState;

use crate::dice::Dice;
use crate::executor::Job;
use crate::faults::{Armed, Fault};
use crate::journal::{Happened, Message};
use crate::machine::{Tried, World, source};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn world() -> World {
    let mut settings = Settings::new(CreditorId::parse("acme").unwrap(), "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw);
    settings.mode = Mode::Live;
    World::new(settings, at("2027-01-04T10:00:00Z"), Dice::new(1))
}

fn invoice() -> Event {
    let fact = InvoiceFact {
        case: CaseId::new(source(), "1").unwrap(),
        number: "FV/1".to_owned(),
        revision: 1,
        issued_on: "2027-01-01".parse().unwrap(),
        due_on: "2027-01-15".parse().unwrap(),
        currency: Currency::PLN,
        total_minor: 12_300,
        paid_minor: None,
        discount: None,
        cancelled: false,
        remindable: true,
        document_url: None,
        payment_account: None,
        ksef_number: None,
        debtor: DebtorFact {
            external_id: Some("anna".to_owned()),
            name: "Anna".to_owned(),
            email: Some("anna@example.com".to_owned()),
            phone: Some("+48500100200".to_owned()),
            ..DebtorFact::default()
        },
        warnings: Vec::new(),
    };
    Event { event_id: "1-1".to_owned(), fact: Fact::Invoice(Box::new(fact)) }
}

fn payment() -> Event {
    let fact = PaymentFact {
        provider: "bank".to_owned(),
        payment_id: "p".to_owned(),
        invoice: Some(InvoiceRef::Alias("fv/1".to_owned())),
        debtor: None,
        currency: Currency::PLN,
        amount_minor: 12_300,
        paid_at: at("2027-01-16T10:00:00Z"),
    };
    Event { event_id: "pay".to_owned(), fact: Fact::Payment(fact) }
}

fn deliver(world: &World, event: Event) {
    let number = world.know(event);
    loop {
        let job: Job<'_, _> = Box::pin(world.take(number));
        if matches!(world.at_once(vec![job]).pop(), Some(Some(Ok(_)))) {
            break;
        }
    }
    world.work();
}

fn once(world: &World, job: impl Future<Output = Tried<()>>) {
    world.at_once(vec![Box::pin(job)]);
    world.work();
}

fn live_through(world: &World, from: &str, to: &str) -> Vec<Message> {
    let mut day: NaiveDate = from.parse().unwrap();
    while day <= to.parse().unwrap() {
        world.clock.set(day.and_hms_opt(3, 0, 0).unwrap().and_utc());
        once(world, world.night(day));
        for hour in [5, 7, 9, 12, 16, 20] {
            world.clock.set(day.and_hms_opt(hour, 30, 0).unwrap().and_utc());
            once(world, world.sweep());
        }
        day = day.succ_opt().unwrap();
    }
    let accepted = |happened| if let Happened::Accepted(message) = happened { Some(message) } else { None };
    world.journal.take().into_iter().filter_map(accepted).collect()
}

#[test]
fn an_invoice_is_reminded_of_until_it_is_paid_and_then_there_is_silence() {
    let world = world();
    deliver(&world, invoice());
    let heard = live_through(&world, "2027-01-05", "2027-01-18");
    let days: Vec<String> = heard.iter().map(|message| message.at.date_naive().to_string()).collect();
    assert_eq!(days, ["2027-01-12", "2027-01-15", "2027-01-18"]);
    deliver(&world, payment());
    assert_eq!(live_through(&world, "2027-01-19", "2027-03-01"), vec![], "silence after payment");
    let debtor = world.faults.debtor("anna").unwrap();
    let account = world.account(&debtor).unwrap();
    assert!(account.cases.is_empty() && account.profile.wake_on.is_none());
    assert_eq!(world.store.closed_cases(&debtor).len(), 1);
}

#[test]
fn what_nobody_knows_waits_for_a_person_even_if_writing_that_down_went_wrong() {
    let wrong = [("settle", Fault::Unanswered), ("settle", Fault::StopAfter), ("attend", Fault::Away), ("attend", Fault::StopBefore)];
    for (effect, fault) in wrong {
        let world = world();
        deliver(&world, invoice());
        live_through(&world, "2027-01-05", "2027-01-11");
        for (effect, fault) in [("send", Fault::Away), (effect, fault)] {
            world.faults.arm(Armed { customer: None, effect: effect.to_owned(), fault });
        }
        live_through(&world, "2027-01-12", "2027-01-12");
        let debtor = world.faults.debtor("anna").unwrap();
        let reminder = world.account(&debtor).unwrap().reminders[0].clone();
        assert_eq!(reminder.state, ReminderState::Ambiguous, "{effect} {fault:?}");
        assert!(world.table_lists(debtor.as_str(), &reminder.id), "{effect} {fault:?}");
    }
}

#[test]
fn a_fault_at_any_effect_loses_and_doubles_nothing() {
    let effects =
        ["look-up", "commit", "queue", "begin", "agenda", "load", "schedule", "report", "shard-done", "take", "claim", "send", "settle"];
    for (effect, (fault, name)) in effects.into_iter().flat_map(|effect| Fault::ALL.map(|fault| (effect, fault))) {
        let world = world();
        world.faults.arm(Armed { customer: None, effect: effect.to_owned(), fault });
        deliver(&world, invoice());
        let mut heard = live_through(&world, "2027-01-05", "2027-01-12");
        world.faults.disarm();
        heard.extend(live_through(&world, "2027-01-13", "2027-01-18"));
        deliver(&world, payment());
        assert_eq!(live_through(&world, "2027-01-19", "2027-02-01"), vec![], "{name} {effect}: silence after payment");
        let mut days: Vec<_> = heard.iter().map(|message| message.at.date_naive()).collect();
        let all = days.len();
        days.dedup();
        assert_eq!(days.len(), all, "{name} {effect}: doubled");
        assert!((2..=3).contains(&all), "{name} {effect}: {days:?}");
        assert!(world.faults.counts().1 == 1, "{name} {effect} never came");
    }
}
