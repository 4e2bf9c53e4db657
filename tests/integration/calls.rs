//! The team's call list: in order, in pages, without reading what is not on it.

use tests::facts::{brings, invoice, pays};
use tests::world::World;
use upominek::domain::fact::DebtorKind;

async fn overdue(world: &World, number: &str, customer: &str, total_minor: i64, kind: DebtorKind) {
    let mut fact = invoice(number, customer, "2027-01-04", total_minor);
    fact.debtor.kind = Some(kind);
    world.take(&brings(fact)).await;
}

async fn names(world: &World) -> Vec<String> {
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = world.store.call_list(after.as_deref(), 2).await.unwrap();
        names.extend(page.rows.into_iter().map(|profile| profile.name));
        after = page.next;
        if after.is_none() {
            return names;
        }
    }
}

#[tokio::test]
async fn the_call_list_has_scores_first_then_amounts_and_forgets_who_paid() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    overdue(&world, "1", "small", 10_000, DebtorKind::Business).await;
    overdue(&world, "2", "big", 90_000, DebtorKind::Business).await;
    overdue(&world, "3", "person", 20_000, DebtorKind::Consumer).await;
    overdue(&world, "4", "richer", 70_000, DebtorKind::Consumer).await;
    world.take(&brings(invoice("5", "ahead", "2027-03-01", 10_000))).await;
    assert_eq!(names(&world).await, ["Firma big", "Firma small", "Firma richer", "Firma person"]);
    // More overdue days are more points than a larger sum.
    let mut older = invoice("6", "small", "2026-12-01", 1_000);
    older.debtor.kind = Some(DebtorKind::Business);
    world.take(&brings(older)).await;
    assert_eq!(names(&world).await, ["Firma small", "Firma big", "Firma richer", "Firma person"]);
    world.take(&pays("p", Some("FV/2"), 90_000)).await;
    world.take(&pays("q", Some("FV/4"), 70_000)).await;
    assert_eq!(names(&world).await, ["Firma small", "Firma person"]);
}

#[tokio::test]
async fn a_page_of_the_call_list_costs_two_requests_however_many_debtors_there_are() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    for number in 0..40 {
        world.take(&brings(invoice(&format!("a{number}"), &format!("ahead-{number}"), "2027-03-01", 10_000))).await;
    }
    overdue(&world, "1", "late", 10_000, DebtorKind::Business).await;
    world.tripwire.take_requests();
    assert_eq!(names(&world).await, ["Firma late"]);
    let (requests, sum) = world.tripwire.take_requests();
    assert!(sum <= 2, "{requests:?}");
}
