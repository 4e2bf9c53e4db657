//! Accounts of any size behave alike.

use tests::bulk;
use tests::facts::pays;
use tests::tripwire::Side;
use tests::world::World;
use upominek::domain::reminder::ReminderState;

async fn filled(cases: usize) -> World {
    let world = World::new("2027-01-04T10:00:00Z").await;
    bulk::account(&world, "anna", cases, "2027-01-14").await;
    world
}

fn one_line(world: &World, cases: usize) {
    assert_eq!(world.heard().len(), 1, "{cases} cases make one message");
}

async fn every_step_is_taken(world: &World, cases: usize) {
    let account = world.account("anna").await;
    assert_eq!(account.reminders.len(), 1);
    assert_eq!(account.reminders[0].lines.len(), cases);
    assert!(account.cases.iter().all(|case| case.taken.len() == 1), "each of {cases} took its step once");
}

async fn behaves(cases: usize) {
    let world = filled(cases).await;
    world.live_through("2027-01-11").await;
    one_line(&world, cases);
    every_step_is_taken(&world, cases).await;
    world.take(&pays("all", None, 10_000 * i64::try_from(cases).unwrap())).await;
    let account = world.account("anna").await;
    assert_eq!((account.cases.len(), account.credits), (0, vec![]), "{cases} cases are paid at once");
}

#[tokio::test]
async fn accounts_of_1_90_and_101_cases_behave_alike() {
    for cases in [1, 90, 101] {
        behaves(cases).await;
    }
}

#[tokio::test]
async fn an_account_of_3000_cases_behaves_like_the_others() {
    behaves(3_000).await;
}

#[tokio::test]
async fn a_stop_between_the_parts_of_a_large_outcome_is_completed() {
    let mut ambiguous = 0;
    for effect in 0..10 {
        for side in [Side::Before, Side::After] {
            let world = filled(120).await;
            world.tripwire.stop_at(effect, side);
            world.live_through("2027-01-11").await;
            world.tripwire.disarm();
            every_step_is_taken(&world, 120).await;
            if world.account("anna").await.reminders[0].state == ReminderState::Ambiguous {
                ambiguous += 1;
            } else {
                one_line(&world, 120);
            }
        }
    }
    assert!(ambiguous <= 4, "only a stop around the provider's call is ambiguous: {ambiguous}");
}
