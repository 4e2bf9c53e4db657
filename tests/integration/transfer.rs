//! Invoices that change their debtor while webhooks, payments and nights go on: nothing is lost, doubled
//! or said twice, wherever it stops.

use std::sync::Arc;

use tests::facts::{at, brings, case, invoice, pays, source};
use tests::world::World;
use upominek::app::apply::find;
use upominek::app::intake::Received;
use upominek::domain::account::{Account, Case};
use upominek::domain::fact::{Event, Fact, RefundFact};
use upominek::domain::ids::DebtorId;
use upominek::domain::money::Currency;
use upominek::ports::delivery::DeliveryFact;
use upominek::ports::store::Identity;

use crate::never_lost::{reminders_are_settled, stopped_everywhere};

async fn two() -> World {
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    for number in ["2", "3"] {
        world.take(&brings(invoice(number, "ola", "2027-01-14", 5_000))).await;
    }
    world
}

async fn ids(world: &World) -> (DebtorId, DebtorId) {
    (world.debtor("anna").await, world.debtor("ola").await)
}

/// The account that answers for a debtor.
async fn answering(world: &World, debtor: &DebtorId) -> Account {
    find(&world.store, debtor, None).await.unwrap().unwrap()
}

fn numbers(account: &Account) -> Vec<&str> {
    let mut all: Vec<&str> = account.cases.iter().map(|case| case.number.as_str()).collect();
    all.sort_unstable();
    all
}

fn goes_back(payment: &str, amount_minor: i64) -> Event {
    let refund = RefundFact {
        provider: "bank".to_owned(),
        refund_id: format!("back-{payment}"),
        payment_id: Some(payment.to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor,
    };
    Event { event_id: format!("back-{payment}"), fact: Fact::Refund(refund) }
}

#[tokio::test]
async fn what_comes_after_a_move_finds_the_invoice_at_its_new_debtor() {
    let world = two().await;
    let (anna, ola) = ids(&world).await;
    world.take(&pays("early", Some("FV/2"), 1_000)).await;
    world.moves(&ola, &anna, &[case("2")]).await;
    assert_eq!(numbers(&world.account("anna").await), ["FV/1", "FV/2"]);
    assert_eq!(numbers(&world.account("ola").await), ["FV/3"]);
    // By its number, by its id, by a refund of what was paid before.
    assert_eq!(world.take(&pays("late", Some("FV/2"), 1_500)).await, Received::Accepted);
    let mut newer = invoice("2", "ola", "2027-01-14", 6_000);
    newer.revision = 2;
    assert_eq!(world.take(&brings(newer)).await, Received::Accepted);
    assert_eq!(world.take(&goes_back("early", 1_000)).await, Received::Accepted);
    let account = world.account("anna").await;
    assert_eq!(account.case(&case("2")).unwrap().open_minor(), 4_500);
    assert_eq!(numbers(&world.account("ola").await), ["FV/3"], "nothing is doubled");
    world.moves(&anna, &ola, &[case("2")]).await;
    assert_eq!(numbers(&world.account("ola").await), ["FV/2", "FV/3"]);
    assert_eq!(world.take(&pays("rest", Some("FV/2"), 4_500)).await, Received::Accepted);
    assert!(world.store.closed_case(&ola, &case("2")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_closed_invoice_is_moved_and_opens_again_where_it_is() {
    let world = two().await;
    let (anna, ola) = ids(&world).await;
    world.take(&pays("p", Some("FV/2"), 5_000)).await;
    world.moves(&ola, &anna, &[case("2")]).await;
    assert!(world.store.closed_case(&ola, &case("2")).await.unwrap().is_none());
    world.take(&goes_back("p", 5_000)).await;
    assert_eq!(numbers(&world.account("anna").await), ["FV/1", "FV/2"]);
}

#[tokio::test]
async fn a_merged_debtor_is_an_alias_for_all_that_comes_and_a_split_ends_it() {
    let world = two().await;
    let (anna, ola) = ids(&world).await;
    let reference = world.checkout("ola", 10_000).await;
    world.take(&pays("p", Some("FV/3"), 5_000)).await;
    world.merges(&ola, &anna).await;
    assert_eq!(answering(&world, &ola).await.profile.debtor, anna);
    world.take(&brings(invoice("4", "ola", "2027-01-14", 700))).await;
    assert_eq!(numbers(&world.account("anna").await), ["FV/1", "FV/2", "FV/4"]);
    world.take(&goes_back("p", 5_000)).await;
    assert_eq!(numbers(&world.account("anna").await), ["FV/1", "FV/2", "FV/3", "FV/4"]);
    world.call(&tests::counter::callback("card", &reference, "paid", 10_000)).await;
    let open: i64 = world.account("anna").await.cases.iter().map(Case::open_minor).sum();
    assert_eq!(open, 10_700, "a checkout of the merged debtor pays the oldest of both");
    world.gives_back(&anna, &ola).await;
    let (anna, ola) = (world.account("anna").await, world.account("ola").await);
    assert!(!numbers(&anna).contains(&"FV/2") && numbers(&anna).contains(&"FV/4"), "what came later stays");
    let both: i64 = anna.cases.iter().chain(&ola.cases).map(Case::open_minor).sum();
    assert_eq!((both, anna.credits.len() + ola.credits.len()), (10_700, 0));
}

#[tokio::test]
async fn one_message_on_the_day_of_a_merge() {
    let world = two().await;
    let (anna, ola) = ids(&world).await;
    world.clock.set(at("2027-01-11T03:00:00Z"));
    world.night().await;
    world.merges(&ola, &anna).await;
    world.live_through("2027-01-11").await;
    assert_eq!(world.heard().len(), 0, "what waited is cancelled");
    world.live_through("2027-01-12").await;
    assert_eq!(world.heard().len(), 1, "and decided anew");
    for number in ["FV/1", "FV/2", "FV/3"] {
        assert!(world.heard()[0].text.contains(number));
    }
}

#[tokio::test]
async fn a_bounce_after_a_merge_frees_the_step_where_the_invoice_is() {
    let world = two().await;
    let (anna, ola) = ids(&world).await;
    world.live_through("2027-01-11").await;
    world.jump("2027-01-12T10:00:00Z");
    world.merges(&ola, &anna).await;
    let message = world.heard().into_iter().find(|message| message.to == "ola@example.com").unwrap();
    for _ in 0..2 {
        world.told(&message, &DeliveryFact::Bounced(vec!["ola@example.com".to_owned()])).await;
    }
    let account = world.account("anna").await;
    let taken = |number: &str| account.case(&case(number)).unwrap().taken.len();
    assert_eq!((taken("1"), taken("2"), taken("3")), (1, 0, 0));
}

#[tokio::test]
async fn a_large_debtor_is_merged_in_passes_and_back() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    tests::bulk::account(&world, "ola", 130, "2027-01-14").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    let (anna, ola) = ids(&world).await;
    world.merges(&ola, &anna).await;
    assert_eq!(world.account("anna").await.cases.len(), 131);
    assert_eq!(world.account("ola").await.cases.len(), 0);
    world.gives_back(&anna, &ola).await;
    assert_eq!((world.account("anna").await.cases.len(), world.account("ola").await.cases.len()), (1, 130));
}

#[tokio::test]
async fn chosen_invoices_and_an_identity_make_a_debtor_of_their_own() {
    let world = two().await;
    let (_, ola) = ids(&world).await;
    let mut new = Account::new(world.settings.creditor.clone(), DebtorId::from_chance([1; 10]), 0, world.clock.time());
    new.profile.name = "Ola Druga".to_owned();
    let who = Identity::Customer(source(), "ola-two".to_owned());
    for _ in 0..2 {
        world.splits(&ola, &new, &[case("3")], std::slice::from_ref(&who)).await;
    }
    assert_eq!(numbers(&world.account("ola").await), ["FV/2"]);
    assert_eq!(numbers(&world.account("ola-two").await), ["FV/3"]);
    let mut next = invoice("5", "ola-two", "2027-01-14", 900);
    next.debtor.email = None;
    world.take(&brings(next)).await;
    assert_eq!(numbers(&world.account("ola-two").await), ["FV/3", "FV/5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_invoices_nights_and_a_merge_at_once_lose_and_double_nothing() {
    for _ in 0..4 {
        let world = Arc::new(World::new("2027-01-04T10:00:00Z").await);
        for number in 0..12 {
            let customer = if number % 2 == 0 { "anna" } else { "ola" };
            world.take(&brings(invoice(&number.to_string(), customer, "2027-01-14", 1_000))).await;
        }
        let (anna, ola) = ids(&world).await;
        world.clock.set(at("2027-01-11T03:00:00Z"));
        let mut tasks = Vec::new();
        for number in 0..12 {
            let world = world.clone();
            tasks.push(tokio::spawn(async move {
                world.take(&pays(&format!("p{number}"), Some(&format!("FV/{number}")), 500)).await;
            }));
        }
        for number in 12..15 {
            let world = world.clone();
            tasks.push(tokio::spawn(async move {
                world.take(&brings(invoice(&number.to_string(), "ola", "2027-01-14", 1_000))).await;
            }));
        }
        let (by, from, into) = (world.clone(), ola.clone(), anna.clone());
        tasks.push(tokio::spawn(async move { by.merges(&from, &into).await }));
        let by = world.clone();
        tasks.push(tokio::spawn(async move { by.night().await }));
        for task in tasks {
            task.await.unwrap();
        }
        for instant in ["2027-01-11T08:10:00Z", "2027-01-11T12:00:00Z"] {
            world.jump(instant);
            world.sweep().await;
        }
        let account = world.account("anna").await;
        assert_eq!(account.cases.len(), 15);
        assert_eq!(account.cases.iter().map(Case::open_minor).sum::<i64>(), 12 * 500 + 3 * 1_000);
        assert_eq!((account.credits.len(), world.account("ola").await.cases.len()), (0, 0));
        assert!(world.heard().len() <= 1, "{:?}", world.heard());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_moved_both_ways_at_once_is_in_one_place() {
    for _ in 0..4 {
        let world = Arc::new(two().await);
        let (anna, ola) = ids(&world).await;
        let mut tasks = Vec::new();
        for (from, to) in [(&ola, &anna), (&anna, &ola), (&ola, &anna)] {
            let (world, from, to) = (world.clone(), from.clone(), to.clone());
            tasks.push(tokio::spawn(async move { world.moves(&from, &to, &[case("2")]).await }));
        }
        let payer = world.clone();
        tasks.push(tokio::spawn(async move {
            payer.take(&pays("p", Some("FV/2"), 500)).await;
        }));
        for task in tasks {
            // A move of what is there already is done; of what is not there yet, refused.
            let _ = task.await;
        }
        world.jump("2027-01-04T11:00:00Z");
        world.sweep().await;
        let accounts = [world.account("anna").await, world.account("ola").await];
        let found: Vec<&Case> = accounts.iter().flat_map(|account| &account.cases).filter(|one| one.id == case("2")).collect();
        assert_eq!(found.iter().map(|case| case.open_minor()).collect::<Vec<_>>(), [4_500]);
    }
}

/// An invoice is moved, two debtors are merged and split again, and money comes all the while.
async fn debtors_come_and_go(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    for (number, total) in [("2", 5_000), ("3", 700)] {
        world.take(&brings(invoice(number, "ola", "2027-01-15", total))).await;
    }
    let (anna, ola) = ids(world).await;
    world.live_through("2027-01-18").await;
    world.moves(&ola, &anna, &[case("3")]).await;
    world.take(&pays("p3", Some("FV/3"), 700)).await;
    world.merges(&ola, &anna).await;
    world.take(&pays("p2", Some("FV/2"), 2_000)).await;
    world.work().await;
    world.live_through("2027-01-20").await;
    world.gives_back(&anna, &ola).await;
    world.take(&pays("rest", Some("FV/2"), 3_000)).await;
    world.take(&pays("p1", Some("FV/1"), 12_300)).await;
    world.work().await;
    world.jump("2027-01-21T10:00:00Z");
    world.sweep().await;
}

async fn each_is_where_it_belongs(world: &World, place: &str) {
    let (anna, ola) = (world.account("anna").await, world.account("ola").await);
    for account in [&anna, &ola] {
        assert!(account.cases.is_empty() && account.credits.is_empty(), "{place}: all is paid, once: {account:?}");
        reminders_are_settled(world, account, &world.heard(), place).await;
    }
    for (debtor, number) in [(&anna, "1"), (&anna, "3"), (&ola, "2")] {
        let closed = world.store.closed_case(&debtor.profile.debtor, &case(number)).await.unwrap();
        let paid = closed.map(|case| case.allocations.iter().map(|one| one.amount_minor).sum::<i64>() == case.total_minor);
        assert_eq!(paid, Some(true), "{place}: FV/{number}");
    }
    assert_eq!(ola.profile.ties.merged, None, "{place}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_debtors_come_and_go_loses_and_doubles_nothing() {
    let effects = stopped_everywhere(
        |world| Box::pin(debtors_come_and_go(world)),
        |world, place| Box::pin(each_is_where_it_belongs(world, place)),
        1,
    );
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 3, "each hears once, and both as one");
    assert!(effects > 35, "the story has {effects} effects");
}
