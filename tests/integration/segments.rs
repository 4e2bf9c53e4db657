//! Segments and scores in the table: computed from history, stored on the profile, used by the night,
//! and carried along when history changes its debtor.

use tests::facts::{brings, case, day, invoice, paid_on, pays, settings};
use tests::world::World;
use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::DebtorKind;
use upominek::domain::handle::Command;
use upominek::domain::policy::Shipped;
use upominek::domain::segments::{Criterion, held, segment_of};
use upominek::ports::store::Accounts;

/// Monday, at work; the invoices of history are due in November.
const NOW: &str = "2027-01-04T10:00:00Z";

fn firm() -> Settings {
    Settings { policy: Shipped::Firm.policy(), ..settings() }
}

async fn owes(world: &World, number: &str, customer: &str, due_on: &str, total_minor: i64) {
    let mut fact = invoice(number, customer, due_on, total_minor);
    fact.debtor.kind = Some(DebtorKind::Business);
    world.take(&brings(fact)).await;
}

/// Three invoices, each paid ten days late.
async fn always_late(world: &World, customer: &str) {
    for (number, (due_on, paid)) in
        [("2026-11-02", "2026-11-12"), ("2026-11-16", "2026-11-26"), ("2026-12-07", "2026-12-17")].iter().enumerate()
    {
        let id = format!("{customer}-{number}");
        owes(world, &id, customer, due_on, 10_000).await;
        world.take(&paid_on(pays(&format!("p-{id}"), Some(&format!("FV/{id}")), 10_000), paid)).await;
    }
}

/// The account as another process reads it.
async fn read(world: &World, customer: &str) -> Account {
    let debtor = world.debtor(customer).await;
    world.elsewhere().load(&debtor, None).await.unwrap().unwrap()
}

/// What is stored of the segment, and how many paid invoices it rests on.
async fn segment(world: &World, customer: &str) -> (Option<String>, u32) {
    let account = read(world, customer).await;
    let today = world.setting().context().today();
    let found = segment_of(&account, &world.settings.policy, &world.settings, today).map(|segment| segment.name.clone());
    assert_eq!(account.profile.segment, found, "what is stored is what its own history says");
    (found, account.profile.record.paid)
}

#[tokio::test]
async fn the_segment_is_stored_with_the_history_that_is_its_reason() {
    let world = World::with(firm(), NOW).await;
    always_late(&world, "anna").await;
    assert_eq!(segment(&world, "anna").await, (Some("always_late".to_owned()), 3));
    let account = read(&world, "anna").await;
    let today = day("2027-01-04");
    let found = segment_of(&account, &world.settings.policy, &world.settings, today).unwrap();
    let figures: Vec<_> =
        held(&found.when, &account, &world.settings, today).iter().map(|one| (one.criterion, one.figure, one.bound)).collect();
    let expected = [(Criterion::LeastPaid, 3, 3), (Criterion::LateShareAtLeast, 100, 75), (Criterion::AverageDaysLateAtLeast, 10, 3)];
    assert_eq!(figures, expected);
}

#[tokio::test]
async fn the_night_climbs_the_segments_own_ladder_and_an_invoice_keeps_it() {
    let world = World::with(firm(), NOW).await;
    always_late(&world, "anna").await;
    // Due on a Monday; five working days before it is the Monday before.
    for (number, customer) in [("1", "anna"), ("2", "ola")] {
        owes(&world, number, customer, "2027-01-18", 10_000).await;
    }
    world.jump("2027-01-11T03:00:00Z");
    world.night_as_decided("anna").await;
    world.live_through("2027-01-11").await;
    let heard: Vec<String> = world.heard().into_iter().map(|one| one.to).collect();
    assert_eq!(heard, ["anna@example.com"], "who is new hears two working days before");
    let account = read(&world, "anna").await;
    assert_eq!((account.cases[0].taken[0].step.as_str(), account.cases[0].segment.as_deref()), ("due-5", Some("always_late")));
    // Another segment does not change the ladder under its feet.
    world.person("anna", None, &Command::PublicBody { public_body: true, reason: "a school".to_owned() }).await;
    let account = read(&world, "anna").await;
    assert_eq!((account.profile.segment.as_deref(), account.cases[0].segment.as_deref()), (Some("public_body"), Some("always_late")));
    for today in ["2027-01-14", "2027-01-15"] {
        world.live_through(today).await;
    }
    let steps = async |customer: &str| read(&world, customer).await.cases[0].taken.iter().map(|one| one.step.clone()).collect::<Vec<_>>();
    assert_eq!(steps("anna").await, ["due-5", "due-1"]);
    assert_eq!(steps("ola").await, ["due-2"]);
    assert_eq!(read(&world, "ola").await.cases[0].segment.as_deref(), Some("new"));
}

#[tokio::test]
async fn history_takes_its_record_along_and_both_segments_follow() {
    let world = World::with(firm(), NOW).await;
    always_late(&world, "ola").await;
    owes(&world, "1", "anna", "2027-03-01", 10_000).await;
    owes(&world, "2", "ola", "2027-03-01", 10_000).await;
    let (anna, ola) = (world.debtor("anna").await, world.debtor("ola").await);
    assert_eq!(segment(&world, "anna").await, (Some("new".to_owned()), 0));
    let history: Vec<_> = (0..3).map(|number| case(&format!("ola-{number}"))).collect();
    world.moves(&ola, &anna, &history).await;
    assert_eq!(segment(&world, "anna").await, (Some("always_late".to_owned()), 3));
    assert_eq!(segment(&world, "ola").await, (Some("new".to_owned()), 0));
    world.moves(&anna, &ola, &history).await;
    assert_eq!(segment(&world, "anna").await, (Some("new".to_owned()), 0));
    assert_eq!(segment(&world, "ola").await, (Some("always_late".to_owned()), 3));
    let before = (read(&world, "anna").await.profile.record, read(&world, "ola").await.profile.record);
    world.merges(&ola, &anna).await;
    assert_eq!(segment(&world, "anna").await, (Some("always_late".to_owned()), 3));
    world.gives_back(&anna, &ola).await;
    assert_eq!((read(&world, "anna").await.profile.record, read(&world, "ola").await.profile.record), before, "undone exactly");
}

#[tokio::test]
async fn the_call_list_is_read_back_in_the_order_of_the_scores() {
    let world = World::with(firm(), NOW).await;
    always_late(&world, "late").await;
    for (number, customer, total_minor) in [("1", "late", 10_000), ("2", "small", 10_000), ("3", "big", 90_000)] {
        owes(&world, number, customer, "2026-12-28", total_minor).await;
    }
    world.live_through("2027-01-05").await;
    let page = world.elsewhere().call_list(None, 10).await.unwrap();
    let names: Vec<&str> = page.rows.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["Firma late", "Firma big", "Firma small"], "history before sums");
    let scores: Vec<_> = page.rows.iter().map(|profile| profile.call.as_ref().unwrap().scored.as_ref().unwrap().points()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores[0] > scores[1], "{scores:?}");
    // Its history goes, and with it its place.
    let (late, big) = (world.debtor("late").await, world.debtor("big").await);
    let history: Vec<_> = (0..3).map(|number| case(&format!("late-{number}"))).collect();
    world.moves(&late, &big, &history).await;
    let page = world.elsewhere().call_list(None, 10).await.unwrap();
    let names: Vec<&str> = page.rows.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["Firma big", "Firma late", "Firma small"]);
}
