//! The history of the hold on a whole creditor: one entry for each change, written with the settings or not at
//! all, whoever else changes them.

use chrono::{DateTime, Utc};
use tests::facts::{at, day};
use tests::world::World;
use upominek::adapters::dynamodb::Store;
use upominek::domain::account::Hold;
use upominek::domain::creditor::Settings;
use upominek::domain::hold_history::{Change, HoldChange, Setter, Turn};
use upominek::ports::store::StoreError;

const NOW: &str = "2027-01-04T10:00:00Z";

fn hold(reason: &str, until: Option<&str>) -> Option<Hold> {
    Some(Hold { reason: reason.to_owned(), from: day("2027-01-04"), until: until.map(day) })
}

fn by_team(now: DateTime<Utc>, reason: Option<&str>) -> Change<'_> {
    Change { by: Setter::Team, at: now, reason }
}

async fn settings(store: &Store) -> Settings {
    store.creditor_data().await.unwrap().unwrap().0
}

async fn put(store: &Store, now: &str, hold: Option<Hold>, reason: Option<&str>) {
    let from = settings(store).await;
    let to = Settings { hold, ..from.clone() };
    store.change_settings(&from, &to, &by_team(at(now), reason)).await.unwrap();
}

/// All of the history, page by page.
async fn history(store: &Store, limit: i32) -> Vec<HoldChange> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = store.hold_changes(after.as_deref(), limit).await.unwrap();
        all.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn each_change_of_the_hold_stands_in_its_history_with_its_day_reason_and_end() {
    let world = World::new(NOW).await;
    assert_eq!(history(&world.store, 50).await, []);
    put(&world.store, NOW, hold("we move house", Some("2027-01-10")), None).await;
    put(&world.store, "2027-01-05T10:00:00Z", hold("still moving", Some("2027-01-12")), None).await;
    put(&world.store, "2027-01-06T23:30:00Z", None, Some("we are there")).await;
    put(&world.store, "2027-01-20T10:00:00Z", hold("a fair", Some("2027-01-21")), None).await;
    // What has nothing to do with it stands nowhere.
    let from = settings(&world.store).await;
    let renamed = Settings { name: "Acme 2".to_owned(), ..from.clone() };
    world.store.change_settings(&from, &renamed, &by_team(at("2027-01-20T11:00:00Z"), None)).await.unwrap();
    put(&world.store, "2027-01-25T10:00:00Z", None, None).await;
    let told = history(&world.store, 50).await;
    let rows: Vec<_> = told.iter().map(|one| (one.on.to_string(), one.turn(), one.reason.as_deref())).collect();
    let row = |on: &str, turn, reason| (on.to_owned(), turn, reason);
    let expected = [
        row("2027-01-25", Turn::RanOut, None),
        row("2027-01-20", Turn::Held, None),
        row("2027-01-07", Turn::Released, Some("we are there")),
        row("2027-01-05", Turn::Changed, None),
        row("2027-01-04", Turn::Held, None),
    ];
    assert_eq!(rows, expected, "the newest first; half past midnight in Warsaw is the next day");
    assert_eq!((&told[3].before, &told[3].after), (&hold("we move house", Some("2027-01-10")), &hold("still moving", Some("2027-01-12"))));
    assert_eq!(history(&world.store, 2).await, told, "page by page");
    assert!(told.iter().all(|one| one.by == Setter::Team));
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made_and_nothing_of_the_other() {
    let world = World::new(NOW).await;
    for _ in 0..5 {
        let from = settings(&world.store).await;
        let before = history(&world.store, 50).await.len();
        let to = |reason: &str| Settings { hold: hold(&format!("{reason} {}", from.revision), None), ..from.clone() };
        let (one, other) = (to("one"), to("other"));
        let (here, elsewhere) = (world.store.clone(), world.elsewhere());
        let change = by_team(at(NOW), None);
        let (first, second) = tokio::join!(here.change_settings(&from, &one, &change), elsewhere.change_settings(&from, &other, &change));
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        assert!([&first, &second].iter().any(|one| matches!(one, Err(StoreError::Conflict))));
        let stands = settings(&world.store).await;
        let told = history(&world.store, 50).await;
        assert_eq!((told.len(), &told[0].after), (before + 1, &stands.hold), "one entry, and that of the hold that stands");
    }
}

#[tokio::test]
async fn a_hold_is_not_lost_by_other_settings_that_change_at_the_same_time() {
    let world = World::new(NOW).await;
    let from = settings(&world.store).await;
    put(&world.store, NOW, hold("we move house", None), None).await;
    let change = by_team(at(NOW), None);
    let renamed = Settings { name: "Acme 2".to_owned(), ..from.clone() };
    let late = world.store.change_settings(&from, &renamed, &change).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    let late = world.store.change_settings(&from, &from.with_policy(from.policy.clone()), &change).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    assert_eq!(settings(&world.store).await.hold, hold("we move house", None));
}

#[tokio::test]
async fn nobody_changes_the_settings_of_a_creditor_that_is_not_there() {
    let world = World::new(NOW).await;
    let gone = Settings { creditor: upominek::domain::ids::CreditorId::parse("nobody").unwrap(), ..world.settings.clone() };
    let tenant = upominek::ports::tenant::Tenant::proven(gone.creditor.clone(), upominek::ports::tenant::Proof::OwnMessage);
    let store = world.table.of(&tenant);
    assert!(matches!(store.change_settings(&gone, &gone, &by_team(at(NOW), None)).await, Err(StoreError::Conflict)));
    assert!(store.creditor_data().await.unwrap().is_none());
}
