//! Requests to the database, counted: what a warm function costs for an account of one page.

use tests::facts::{at, brings, case, day, invoice, pays};
use tests::world::World;
use upominek::app::payment::{Booked, Called};
use upominek::domain::contact::{Address, Details, Role};
use upominek::domain::creditor::Settings;
use upominek::domain::fact::DebtorKind;
use upominek::domain::handle::{Command, ContactEdit, NewPlan, NewSettlement};
use upominek::domain::settlement::SettlementKind;
use upominek::domain::stops::Party;

use crate::claims::charging;

#[tokio::test]
async fn a_webhook_costs_at_most_three_requests() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    let mut changed = invoice("1", "anna", "2027-01-14", 11_000);
    changed.revision = 2;
    let events = [
        ("a new debtor", brings(invoice("1", "anna", "2027-01-14", 10_000))),
        ("a known debtor's next invoice", brings(invoice("2", "anna", "2027-01-14", 10_000))),
        ("a change", brings(changed)),
        ("a payment", pays("p", Some("FV/1"), 11_000)),
    ];
    for (what, event) in events {
        world.tripwire.take_requests();
        world.take(&event).await;
        let (requests, sum) = world.tripwire.take_requests();
        assert!(sum <= 3, "{what}: {requests:?}");
    }
}

/// What is due to be sent is queued, and nothing else happens.
async fn released(world: &World) {
    let now = world.clock.time();
    for partition in 0..upominek::adapters::dynamodb::keys::RELEASE_PARTITIONS {
        let store_of = |_: &_| world.store.clone();
        upominek::app::release::release(&world.table, &world.queue, partition, now, || false, store_of).await.unwrap();
    }
}

#[tokio::test]
async fn an_evaluated_debtor_costs_two_requests_and_a_dispatched_reminder_four() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    for number in 0..20 {
        world.take(&brings(invoice(&number.to_string(), &format!("c{number}"), "2027-01-14", 10_000))).await;
    }
    world.clock.set(at("2027-01-11T03:00:00Z"));
    world.tripwire.take_requests();
    world.night().await;
    let (requests, sum) = world.tripwire.take_requests();
    // Beginning the run, one agenda page, the page's report and the shard's end are the night's own.
    assert!(sum <= 2 * 20 + 4, "{requests:?}");
    assert_eq!(requests["TransactWriteItems"], 20);
    world.clock.set(at("2027-01-11T08:00:00Z"));
    released(&world).await;
    world.tripwire.take_requests();
    world.work().await;
    let (requests, sum) = world.tripwire.take_requests();
    assert_eq!(world.heard().len(), 20);
    assert!(sum <= 4 * 20, "{requests:?}");
}

#[tokio::test]
async fn a_night_whose_cap_is_reached_costs_no_request_more_and_less_once_nothing_changes() {
    const ACCOUNTS: usize = 20;
    let standard = World::new("2027-01-04T10:00:00Z").await;
    let world = standard.under(Settings { run_cap: Some(5), ..standard.settings.clone() });
    for number in 0..ACCOUNTS {
        world.take(&brings(invoice(&number.to_string(), &format!("c{number}"), "2027-01-22", 10_000))).await;
    }
    // Beginning the run, how much is used up, one agenda page, the page's report and the shard's end.
    const OWN: usize = 5;
    let (mut heard, mut looked_at) = (0, ACCOUNTS);
    for today in ["2027-01-19", "2027-01-20", "2027-01-21"] {
        world.clock.set(at(&format!("{today}T03:00:00Z")));
        world.tripwire.take_requests();
        world.night().await;
        let (requests, sum) = world.tripwire.take_requests();
        assert!(sum <= 2 * looked_at + OWN, "{today}: {requests:?}");
        assert!(requests["TransactWriteItems"] <= looked_at, "{today}: {requests:?}");
        world.clock.set(at(&format!("{today}T08:30:00Z")));
        released(&world).await;
        world.tripwire.take_requests();
        world.work().await;
        let (requests, sum) = world.tripwire.take_requests();
        assert_eq!(world.heard().len(), heard + 5, "{today}");
        assert!(sum <= 4 * 5, "{today}: {requests:?}");
        // Those that heard sleep until their next step; the others wait for the next night, and for no other.
        (heard, looked_at) = (heard + 5, looked_at - 5);
    }
}

#[tokio::test]
async fn what_sleeps_is_not_read() {
    let mut costs = Vec::new();
    for sleeping in [0, 200] {
        let world = World::new("2027-01-04T10:00:00Z").await;
        for number in 0..sleeping {
            world.take(&brings(invoice(&format!("s{number}"), &format!("s{number}"), "2027-03-15", 10_000))).await;
        }
        for number in 0..10 {
            world.take(&brings(invoice(&number.to_string(), &format!("c{number}"), "2027-01-14", 10_000))).await;
        }
        world.clock.set(at("2027-01-11T03:00:00Z"));
        world.tripwire.take_requests();
        world.night().await;
        costs.push(world.tripwire.take_requests().1);
    }
    assert_eq!(costs[0], costs[1]);
}

/// A creditor who claims, attaches statements, has segments, and writes to who pays with a copy to the owner.
fn with_everything() -> Settings {
    let mut settings = charging();
    for step in &mut settings.policy.steps {
        (step.to, step.copies) = (vec![Role::AccountsPayable], vec![Role::Owner]);
    }
    settings
}

/// A company with contacts of its own, an invoice whose side claims will begin, and a plan for another one.
async fn owes_in_every_way(world: &World, number: usize) {
    let (customer, own, agreed) = (format!("c{number}"), format!("a{number}"), format!("b{number}"));
    for (id, total_minor) in [(&own, 1_000_000), (&agreed, 40_000)] {
        let mut fact = invoice(id, &customer, "2025-12-15", total_minor);
        fact.debtor.kind = Some(DebtorKind::Business);
        world.take(&brings(fact)).await;
    }
    for (role, name) in [(Role::AccountsPayable, "fv"), (Role::Owner, "szef")] {
        let email = Some(Address::new(format!("{name}@{customer}.example")));
        let edit = ContactEdit::Add(Details { name: None, role, email, phone: None });
        world.command(&customer, &Command::Contacts { edit, reason: "they called".to_owned() }, None).await;
    }
    let instalments = vec![(day("2025-12-29"), 20_000), (day("2026-01-29"), 20_000)];
    let plan = NewPlan { by: Party::Team, cases: vec![case(&agreed)], instalments, note: "by phone".to_owned() };
    world.person(&customer, None, &Command::MakePlan(plan)).await;
}

#[tokio::test]
async fn plans_claims_contacts_segments_and_attachments_cost_no_request_more() {
    const ACCOUNTS: usize = 8;
    let world = World::with(with_everything(), "2025-12-01T09:00:00Z").await;
    for number in 0..ACCOUNTS {
        owes_in_every_way(&world, number).await;
    }
    // A word before, a friendly one, the first that claims by SMS, and one with a statement that also announces
    // an instalment.
    for today in ["2025-12-11", "2025-12-16", "2025-12-19", "2025-12-22"] {
        let heard = world.heard().len();
        world.clock.set(at(&format!("{today}T03:00:00Z")));
        world.tripwire.take_requests();
        world.night().await;
        let (requests, sum) = world.tripwire.take_requests();
        assert!(sum <= 2 * ACCOUNTS + 4, "{today}: {requests:?}");
        assert_eq!(requests["TransactWriteItems"], ACCOUNTS, "{today}");
        world.clock.set(at(&format!("{today}T08:30:00Z")));
        released(&world).await;
        world.tripwire.take_requests();
        world.work().await;
        let (requests, sum) = world.tripwire.take_requests();
        assert_eq!(world.heard().len(), heard + ACCOUNTS, "{today}");
        assert!(sum <= 4 * ACCOUNTS, "{today}: {requests:?}");
    }
    let account = world.account("c0").await;
    assert_eq!((account.claims.len(), account.profile.plans.len(), account.profile.segment.as_deref()), (1, 1, Some("new")));
    let last = account.reminders.last().unwrap();
    let mut steps: Vec<&str> = last.lines.iter().map(|line| line.step.as_str()).collect();
    steps.sort_unstable();
    assert_eq!(steps, ["chase", "plan-1/due-2"]);
    let message = world.heard().last().cloned().unwrap();
    assert!(message.to.starts_with("fv@") && message.others.len() == 1, "{message:?}");
}

#[tokio::test]
async fn what_a_person_does_costs_a_query_and_a_transaction_and_one_look_at_a_closed_invoice() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    let debtor = world.debtor("anna").await;
    let new = NewSettlement { kind: SettlementKind::WriteOff, amount_minor: None, on: None, reason: "a gift".to_owned(), reference: None };
    let reason = || "they called".to_owned();
    let commands = [
        (Command::ExtendDueDate { case: case("1"), due_on: day("2027-01-20"), reason: reason() }, 2),
        (Command::Settle { case: case("1"), new }, 2),
        (Command::Reopen { case: case("1"), reason: reason() }, 3),
    ];
    for (command, most) in commands {
        world.tripwire.take_requests();
        let named = case("1");
        let applied = upominek::app::apply::apply(&world.store, &world.clock, &debtor, Some(&named), &command, &[], world.setting()).await;
        assert!(matches!(applied, Ok(upominek::app::apply::Applied::Done(_))), "{applied:?}");
        let (requests, sum) = world.tripwire.take_requests();
        assert!(sum <= most, "{command:?}: {requests:?}");
    }
}

#[tokio::test]
async fn a_page_is_shown_by_two_requests_and_a_callback_booked_by_four() {
    let world = World::new("2027-01-18T04:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.night().await;
    world.jump("2027-01-18T10:00:00Z");
    world.sweep().await;
    world.work().await;
    let link = world.link_of("anna");
    world.tripwire.take_requests();
    assert!(world.page(&link).await.contains("FV/1"));
    let (requests, sum) = world.tripwire.take_requests();
    assert!(sum <= 2, "{requests:?}");
    let reference = world.checkout("anna", 12_300).await;
    world.tripwire.take_requests();
    let called = world.call(&tests::counter::callback("p", &reference, "paid", 12_300)).await;
    assert_eq!(called, Called::Taken(Booked::Settled));
    let (requests, sum) = world.tripwire.take_requests();
    assert!(sum <= 4, "{requests:?}");
}
