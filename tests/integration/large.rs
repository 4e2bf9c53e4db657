//! Accounts of any size behave alike.

use tests::facts::{brings, invoice, pays};
use tests::tripwire::Side;
use tests::world::World;

async fn filled(cases: usize) -> World {
    let world = World::new("2027-01-04T10:00:00Z").await;
    for number in 0..cases {
        world.take(&brings(invoice(&number.to_string(), "anna", "2027-01-14", 100))).await;
    }
    world
}

async fn one_message_and_every_step_taken(world: &World, cases: usize) {
    let account = world.account("anna").await;
    assert_eq!(world.heard().len(), 1, "{cases} cases make one message");
    assert_eq!(account.reminders.len(), 1);
    assert_eq!(account.reminders[0].lines.len(), cases);
    assert!(account.cases.iter().all(|case| case.taken.len() == 1), "each of {cases} took its step once");
}

#[tokio::test]
async fn accounts_of_1_90_and_101_cases_behave_alike() {
    for cases in [1, 90, 101] {
        let world = filled(cases).await;
        world.live_through("2027-01-11").await;
        one_message_and_every_step_taken(&world, cases).await;
        world.take(&pays("all", None, 100 * cases as i64)).await;
        let account = world.account("anna").await;
        assert!(account.cases.is_empty() && account.credits.is_empty(), "{cases} cases are paid at once");
    }
}

#[tokio::test]
async fn an_account_of_3000_cases_behaves_like_the_others() {
    let world = filled(3_000).await;
    world.live_through("2027-01-11").await;
    one_message_and_every_step_taken(&world, 3_000).await;
    world.take(&pays("all", None, 300_000)).await;
    let account = world.account("anna").await;
    assert!(account.cases.is_empty() && account.credits.is_empty());
}

#[tokio::test]
async fn a_stop_between_the_parts_of_a_large_outcome_is_completed() {
    for effect in 0..12 {
        let world = filled(120).await;
        world.tripwire.stop_at(effect, if effect % 2 == 0 { Side::After } else { Side::Before });
        world.live_through("2027-01-11").await;
        world.tripwire.disarm();
        if world.heard().len() == 1 {
            one_message_and_every_step_taken(&world, 120).await;
        } else {
            assert_eq!(world.heard().len(), 0);
            assert_eq!(world.account("anna").await.reminders[0].state, upominek::domain::reminder::ReminderState::Ambiguous);
        }
    }
}
