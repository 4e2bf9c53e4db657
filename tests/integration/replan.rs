//! Runs over all open accounts: what another policy would change, and planning anew.

use tests::facts::{brings, invoice};
use tests::world::World;
use upominek::domain::decide::Decision;
use upominek::domain::policy::Shipped;
use upominek::ports::store::Purpose;

async fn debtors(world: &World, count: usize) {
    for number in 0..count {
        let due_on = if number % 2 == 0 { "2027-01-15" } else { "2027-06-15" };
        world.take(&brings(invoice(&number.to_string(), &format!("debtor-{number}"), due_on, 10_000))).await;
    }
}

#[tokio::test]
async fn every_open_account_is_planned_anew_whenever_it_wakes() {
    let world = World::new("2027-01-18T02:00:00Z").await;
    debtors(&world, 230).await;
    let gentle = world.under(world.settings.with_policy(Shipped::Gentle.policy()));
    assert!(gentle.run(Purpose::Replan, None).await.is_complete());
    for number in 0..230 {
        let account = gentle.account(&format!("debtor-{number}")).await;
        assert_eq!(account.cases[0].policy_version, 2, "debtor-{number}");
        assert!(account.profile.wake_on.is_some());
    }
    assert!(gentle.heard().is_empty(), "planning says nothing");
    // Five working days after Friday the 15th.
    gentle.live_through("2027-01-22").await;
    assert_eq!(gentle.heard().len(), 115, "those that are overdue hear once");
}

#[tokio::test]
async fn a_look_at_another_policy_shows_what_would_change_and_changes_nothing() {
    let world = World::new("2027-01-18T02:00:00Z").await;
    debtors(&world, 6).await;
    let before = world.account("debtor-1").await;
    let run = world.run(Purpose::Preview, Some(Shipped::Firm.policy())).await;
    let plan = world.store.run_plan(&run.id, None, 100).await.unwrap().rows;
    let shown: Vec<(&str, Option<&str>, Option<&str>)> = plan
        .iter()
        .map(|line| {
            fn step(decision: &Decision) -> Option<&str> {
                match decision {
                    Decision::Step { step, .. } => Some(step),
                    Decision::Skip { next_step, .. } => next_step.as_deref(),
                }
            }
            (line.number.as_str(), line.before.as_ref().and_then(step), step(&line.decision))
        })
        .collect();
    // Overdue ones are due for the same step by both; those ahead hear two working days before and not three days.
    assert!(shown.iter().all(|(_, before, after)| (*before, *after) == (Some("due-3"), Some("due-2"))), "{shown:?}");
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert_eq!(world.account("debtor-1").await, before);
}
