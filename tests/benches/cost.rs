//! Requests, capacity units and dollars.

use tests::counter::callback;
use tests::facts::{at, brings, invoice, pays};
use tests::world::World;
use upominek::adapters::dynamodb::keys::RELEASE_PARTITIONS;
use upominek::app::release::release;

/// List prices in eu-central-1 in US dollars per million, November 2026.
const WRITE_UNIT: f64 = 0.7625;
const READ_UNIT: f64 = 0.1525;
const SQS_REQUEST: f64 = 0.40;
const LAMBDA_REQUEST: f64 = 0.20;
const LAMBDA_GB_SECOND: f64 = 13.3334;
const SES_EMAIL: f64 = 100.0;
/// Not counted but assumed: how long an invocation of 256 MB takes for one reminder, in seconds.
const ASSUMED_SECONDS: f64 = 0.02;

const DEBTORS: usize = 100;

async fn queue_due(world: &World) {
    let now = world.clock.time();
    for partition in 0..RELEASE_PARTITIONS {
        release(&world.table, &world.queue, partition, now, || false, |_| world.store.clone()).await.expect("a release");
    }
}

/// Requests of a warm function for an account of one page, without contention.
pub async fn requests() {
    println!("Requests to DynamoDB (budget in brackets)");
    let world = World::new("2027-01-04T10:00:00Z").await;
    for (what, event) in [
        ("webhook, new debtor", brings(invoice("1", "anna", "2027-01-14", 10_000))),
        ("webhook, known debtor", brings(invoice("2", "anna", "2027-01-14", 10_000))),
        ("webhook, payment", pays("p", Some("FV/1"), 10_000)),
    ] {
        world.tripwire.take_requests();
        world.take(&event).await;
        println!("  {what:<28} {:>3} (3)", world.tripwire.take_requests().1);
    }
    let world = due_tomorrow(DEBTORS).await;
    world.tripwire.take_requests();
    world.night().await;
    let night = world.tripwire.take_requests().1 as f64;
    println!("  {:<28} {:>6.2} (2 and agenda pages)", "night, per evaluated debtor", night / DEBTORS as f64);
    world.clock.set(at("2027-01-11T08:00:00Z"));
    queue_due(&world).await;
    println!("  {:<28} {:>6.2} (counted apart)", "release, per reminder", world.tripwire.take_requests().1 as f64 / DEBTORS as f64);
    world.work().await;
    println!("  {:<28} {:>6.2} (4)", "dispatch, per reminder", world.tripwire.take_requests().1 as f64 / DEBTORS as f64);
    assert_eq!(world.heard().len(), DEBTORS);
    let link = world.link_of("c1");
    world.tripwire.take_requests();
    let page = world.page(&link).await;
    println!("  {:<28} {:>3} (2)", "pay page, shown", world.tripwire.take_requests().1);
    let reference = world.checkout("c1", 10_000).await;
    println!("  {:<28} {:>3} (counted apart)", "checkout, made", world.tripwire.take_requests().1);
    world.call(&callback("p", &reference, "paid", 10_000)).await;
    println!("  {:<28} {:>3} (4)", "callback, booked", world.tripwire.take_requests().1);
    println!("Bytes of the pay page of one invoice: {} (60,000)", page.len());
}

async fn due_tomorrow(debtors: usize) -> World {
    let world = World::new("2027-01-04T10:00:00Z").await;
    for number in 0..debtors {
        world.take(&brings(invoice(&number.to_string(), &format!("c{number}"), "2027-01-14", 10_000))).await;
    }
    world.clock.set(at("2027-01-11T03:00:00Z"));
    world
}

/// A night costs what is due, not what is stored.
pub async fn night_does_not_grow() {
    println!("A night with 1,000 due debtors");
    let mut costs = Vec::new();
    for stored in [10_000usize, 100_000] {
        let world = due_tomorrow(1_000).await;
        tests::bulk::sleeping(&world, stored / 50, 50).await;
        world.tripwire.take_requests();
        world.night().await;
        let requests = world.tripwire.take_requests().1;
        println!("  {stored:>7} invoices asleep          {requests:>6} requests");
        costs.push(requests as f64);
    }
    println!("  difference                        {:>5.2} % (2 %)", 100.0 * (costs[1] / costs[0] - 1.0).abs());
}

/// Capacity units by part of the path, and the price of a million reminders.
pub async fn price() {
    let world = due_tomorrow(DEBTORS).await;
    let per = |units: (f64, f64)| (units.0 / DEBTORS as f64, units.1 / DEBTORS as f64);
    world.tripwire.take_capacity();
    world.night().await;
    let night = per(world.tripwire.take_capacity());
    world.clock.set(at("2027-01-11T08:00:00Z"));
    queue_due(&world).await;
    let released = per(world.tripwire.take_capacity());
    world.work().await;
    let dispatched = per(world.tripwire.take_capacity());
    println!("Capacity units per e-mail reminder   read   write");
    for (what, (read, write)) in [("night", night), ("release", released), ("dispatch", dispatched)] {
        println!("  {what:<30} {read:>8.2} {write:>7.2}");
    }
    let (read, write) = (night.0 + released.0 + dispatched.0, night.1 + released.1 + dispatched.1);
    let table = read * READ_UNIT + write * WRITE_UNIT;
    // Sent in tens, received in fives, deleted in fives.
    let queues = (0.1 + 0.2 + 0.2) * SQS_REQUEST;
    let lambda = 0.2 * LAMBDA_REQUEST + ASSUMED_SECONDS * 0.25 * LAMBDA_GB_SECOND;
    println!("A million e-mail reminders, in US dollars at list prices (eu-central-1)");
    println!("  DynamoDB {table:>8.2}\n  SQS      {queues:>8.2}\n  Lambda   {lambda:>8.2} (assuming {ASSUMED_SECONDS} s of 256 MB each)");
    println!("  together {:>8.2} (aim: below 20), beside SES's own {SES_EMAIL:.0}", table + queues + lambda);
}
