//! What was decided on a day that is over, from the table: also where the invoice had another debtor then,
//! and where an outcome was larger than one transaction.

use tests::bulk;
use tests::facts::{brings, case, day, invoice};
use tests::tripwire::Side;
use tests::world::World;
use upominek::app::history::{Place, changes, on_day};
use upominek::domain::account::Hold;
use upominek::domain::decide::{Decision, SkipReason};
use upominek::domain::handle::Command;
use upominek::domain::history::{Stood, Told};
use upominek::domain::ids::DebtorId;
use upominek::domain::stops::Stop;
use upominek::ports::time_line::Before;

/// All changes of an invoice, the newest first, read in parts of `enough`.
async fn all(world: &World, holder: &DebtorId, id: &str, enough: usize) -> Vec<Told> {
    let (mut all, mut next) = (Vec::new(), Some(Place { debtor: holder.clone(), before: Before::Now }));
    while let Some(place) = next {
        let part = changes(&world.store, &case(id), place, enough, world.settings.zone).await.unwrap();
        all.extend(part.told);
        next = part.next;
    }
    all
}

async fn stood(world: &World, holder: &DebtorId, id: &str, on: &str) -> Option<Stood> {
    let told = on_day(&world.store, &case(id), holder, day(on), world.settings.zone).await.unwrap();
    told.into_iter().next().map(|one| one.stood)
}

fn is_held(stood: &Option<Stood>) -> bool {
    matches!(stood, Some(Stood::Decided(Decision::Skip { reason: SkipReason::Stopped(Stop::Held { .. }), .. })))
}

fn is_step(stood: &Option<Stood>, name: &str) -> bool {
    matches!(stood, Some(Stood::Decided(Decision::Step { step, .. })) if step == name)
}

async fn holds(world: &World, customer: &str, until: &str) {
    let today = upominek::domain::window::local_day(world.clock.time(), world.settings.zone);
    let hold = Hold { reason: "a complaint".to_owned(), from: today, until: Some(day(until)) };
    world.command(customer, &Command::Hold(None, hold), None).await;
}

#[tokio::test]
async fn a_day_that_is_over_is_answered_after_a_move_a_merge_and_a_split() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-14", 5_000))).await;
    let (anna, ola) = (world.debtor("anna").await, world.debtor("ola").await);
    holds(&world, "ola", "2027-01-06").await;
    world.live_through("2027-01-07").await;
    world.live_through("2027-01-11").await;
    world.jump("2027-01-12T10:00:00Z");
    world.moves(&ola, &anna, &[case("2")]).await;
    world.live_through("2027-01-13").await;
    world.jump("2027-01-14T10:00:00Z");
    world.moves(&anna, &ola, &[case("2")]).await;
    world.jump("2027-01-15T10:00:00Z");
    world.merges(&ola, &anna).await;
    holds(&world, "anna", "2027-01-16").await;
    let at_anna = |on| stood(&world, &anna, "2", on);
    assert!(at_anna("2027-01-03").await.is_none());
    assert!(is_held(&at_anna("2027-01-05").await), "it was ola's then");
    assert!(!is_held(&at_anna("2027-01-08").await));
    assert!(is_step(&at_anna("2027-01-11").await, "due-3"));
    assert!(is_step(&at_anna("2027-01-13").await, "due-3"), "it was anna's then");
    assert!(is_held(&at_anna("2027-01-15").await));
    let told = all(&world, &anna, "2", 100).await;
    for enough in [1, 2, 3] {
        assert_eq!(all(&world, &anna, "2", enough).await, told, "in parts of {enough}");
    }
    world.jump("2027-01-18T10:00:00Z");
    world.gives_back(&anna, &ola).await;
    assert!(is_held(&stood(&world, &ola, "2", "2027-01-16").await), "it was anna's on that day");
    assert!(is_step(&stood(&world, &ola, "2", "2027-01-12").await, "due-3"));
}

#[tokio::test]
async fn each_of_3000_invoices_has_its_history() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    bulk::account(&world, "anna", 3_000, "2027-01-14").await;
    world.live_through("2027-01-11").await;
    let anna = world.debtor("anna").await;
    for number in [0, 1, 95, 96, 1_500, 2_999] {
        let id = format!("anna-{number}");
        assert!(is_step(&stood(&world, &anna, &id, "2027-01-11").await, "due-3"), "{id}");
        assert_eq!(all(&world, &anna, &id, 10).await.len(), 1, "{id}");
    }
}

#[tokio::test]
async fn a_stop_between_the_parts_of_a_large_outcome_loses_and_doubles_no_decision() {
    for effect in 2..6 {
        for side in [Side::Before, Side::After] {
            let world = World::new("2027-01-04T10:00:00Z").await;
            bulk::account(&world, "anna", 120, "2027-01-14").await;
            world.tripwire.stop_at(effect, side);
            world.live_through("2027-01-11").await;
            world.tripwire.disarm();
            let anna = world.debtor("anna").await;
            for number in (0..120).step_by(7) {
                let told = all(&world, &anna, &format!("anna-{number}"), 10).await;
                let steps = told.iter().filter(|one| is_step(&Some(one.stood.clone()), "due-3")).count();
                assert_eq!(steps, 1, "{number}, {side:?} effect {effect}: {told:?}");
            }
        }
    }
}
