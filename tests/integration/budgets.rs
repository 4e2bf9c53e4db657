//! Requests to the database, counted: what a warm function costs for an account of one page.

use tests::facts::{at, brings, invoice, pays};
use tests::world::World;

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
    let now = world.clock.time();
    for partition in 0..upominek::adapters::dynamodb::keys::RELEASE_PARTITIONS {
        let store_of = |_: &_| world.store.clone();
        upominek::app::release::release(&world.table, &world.queue, partition, now, || false, store_of).await.unwrap();
    }
    world.tripwire.take_requests();
    world.work().await;
    let (requests, sum) = world.tripwire.take_requests();
    assert_eq!(world.heard().len(), 20);
    assert!(sum <= 4 * 20, "{requests:?}");
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
