//! Concurrent work on one debtor ends as if it had come one after the other.

use std::sync::Arc;

use tests::facts::{at, brings, invoice, pays};
use tests::world::World;
use upominek::app::intake::Received;

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_webhooks_of_a_new_debtor_at_once_make_one_account() {
    let world = Arc::new(World::new("2027-01-04T10:00:00Z").await);
    let all = (0..16).map(|number| {
        let world = world.clone();
        tokio::spawn(async move { world.take(&brings(invoice(&number.to_string(), "anna", "2027-01-14", 1_000))).await })
    });
    let mut kept = 0;
    for one in all.collect::<Vec<_>>() {
        kept += usize::from(matches!(one.await.unwrap(), Received::Kept(_)));
    }
    // Those that found the account too busy come again by themselves.
    world.jump("2027-01-04T11:00:00Z");
    world.sweep().await;
    let account = world.account("anna").await;
    assert_eq!(account.cases.len(), 16, "{kept} were put aside");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_webhook_eight_times_at_once_counts_once() {
    let world = Arc::new(World::new("2027-01-04T10:00:00Z").await);
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    let all = (0..8).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { world.take(&pays("p", Some("FV/1"), 4_000)).await })
    });
    let mut accepted = 0;
    for one in all.collect::<Vec<_>>() {
        accepted += usize::from(one.await.unwrap() == Received::Accepted);
    }
    assert_eq!(accepted, 1);
    assert_eq!(world.account("anna").await.cases[0].open_minor(), 6_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_payments_and_two_nights_at_once_lose_and_double_nothing() {
    for _ in 0..5 {
        let world = Arc::new(World::new("2027-01-04T10:00:00Z").await);
        for number in 0..6 {
            world.take(&brings(invoice(&number.to_string(), "anna", "2027-01-14", 1_000))).await;
        }
        world.clock.set(at("2027-01-11T03:00:00Z"));
        let mut tasks = Vec::new();
        for number in 0..6 {
            let world = world.clone();
            tasks.push(tokio::spawn(async move {
                world.take(&pays(&format!("p{number}"), Some(&format!("FV/{number}")), 500)).await;
            }));
        }
        for _ in 0..2 {
            let world = world.clone();
            tasks.push(tokio::spawn(async move { world.night().await }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        world.jump("2027-01-11T08:10:00Z");
        world.sweep().await;
        let account = world.account("anna").await;
        assert_eq!(account.cases.iter().map(upominek::domain::account::Case::open_minor).sum::<i64>(), 3_000);
        assert_eq!(account.reminders.len(), 1);
        assert_eq!(world.heard().len(), 1);
        assert!(account.cases.iter().all(|case| case.taken.len() == 1));
    }
}

#[tokio::test]
async fn no_claim_commits_after_the_settling_payment() {
    use upominek::domain::reminder::Claim;
    use upominek::ports::ledger::{Ledger, Wording};
    use upominek::ports::store::StoreError;
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 1_000))).await;
    world.clock.set(at("2027-01-11T03:00:00Z"));
    world.night().await;
    let seen = world.account("anna").await;
    world.take(&pays("p", Some("FV/1"), 1_000)).await;
    let claim = Claim { token: "t".into(), until: at("2027-01-11T04:00:00Z") };
    let wording = Wording { subject: None, text: String::new(), parts: None, contacts: Vec::new() };
    let claimed = world.store.claim(&seen, &seen.reminders[0].id, &claim, &wording, None).await;
    assert!(matches!(claimed, Err(StoreError::Conflict)), "{claimed:?}");
    world.jump("2027-01-11T08:10:00Z");
    world.sweep().await;
    assert!(world.heard().is_empty());
}
