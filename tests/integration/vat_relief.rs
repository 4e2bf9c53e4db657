//! Invoices whose VAT may be corrected, of a whole creditor: by the index, in pages, and nothing else is read.

use tests::facts::{at, brings, case, day, invoice, pays};
use tests::world::World;
use upominek::domain::handle::Command;

/// The invoices that are listed as of a day, page by page, and the requests that took.
async fn listed(world: &World, as_of: &str, limit: i32) -> (Vec<String>, usize) {
    world.tripwire.take_requests();
    let (mut found, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = world.store.vat_relief(day(as_of), after.as_deref(), limit).await.unwrap();
        // Of one day, in the order of their debtors, which are named by chance.
        let mut rows: Vec<String> = page.rows.into_iter().map(|(_, case)| case.external).collect();
        rows.sort_unstable();
        found.extend(rows);
        after = page.next;
        if after.is_none() {
            return (found, world.tripwire.take_requests().1);
        }
    }
}

#[tokio::test]
async fn the_list_holds_what_is_open_after_ninety_days_and_reads_nothing_else() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    for number in 0..30 {
        world.take(&brings(invoice(&format!("new{number}"), &format!("n{number}"), "2027-04-30", 10_000))).await;
    }
    for (number, due_on) in [("1", "2027-01-11"), ("2", "2027-01-12"), ("3", "2027-01-10"), ("4", "2027-01-11"), ("5", "2027-01-11")] {
        world.take(&brings(invoice(number, &format!("c{number}"), due_on, 10_000))).await;
    }
    let extend = Command::ExtendDueDate { case: case("4"), due_on: day("2027-02-01"), reason: "agreed".to_owned() };
    world.person("c4", None, &extend).await;
    world.take(&pays("part", Some("FV/1"), 4_000)).await;
    assert_eq!(listed(&world, "2027-04-09", 50).await.0, [""; 0]);
    assert_eq!(listed(&world, "2027-04-10", 50).await.0, ["3"]);
    assert_eq!(listed(&world, "2027-04-11", 50).await.0, ["1", "3", "5"]);
    world.clock.set(at("2027-04-11T10:00:00Z"));
    world.take(&pays("whole", Some("FV/5"), 10_000)).await;
    let (found, requests) = listed(&world, "2027-04-12", 50).await;
    assert_eq!(found, ["1", "2", "3"]);
    assert!(requests <= 2, "one look at the index and one at its rows: {requests}");
    assert_eq!(listed(&world, "2027-04-12", 1).await.0, ["3", "1", "2"], "page by page");
    assert_eq!(listed(&world, "2027-05-01", 50).await.0, ["1", "2", "3"]);
    assert_eq!(listed(&world, "2027-05-02", 50).await.0, ["1", "2", "3", "4"], "90 days after the day that was agreed in time");
}
