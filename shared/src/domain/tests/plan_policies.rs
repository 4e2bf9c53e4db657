//! Each instalment is reminded, whatever the policy says of due dates.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::climb::Climber;
use crate::domain::decide::SkipReason;
use crate::domain::handle::{Command, NewPlan};
use crate::domain::message::facts::{Voice, facts};
use crate::domain::message::{email, sms};
use crate::domain::plan::part;
use crate::domain::plan_words::announced_from;
use crate::domain::policy::{Channel, Shipped};
use crate::domain::stops::Party;

const DUE: &str = "2026-02-02";

/// On 4 February 100.00 is agreed for Friday the 13th and 100.00 a month later.
fn in_plan(change: impl FnOnce(&mut World)) -> World {
    let instalments = vec![(day("2026-02-13"), 10_000), (day("2026-03-13"), 10_000)];
    given([invoice("A", 20_000, day(DUE))])
        .when(change)
        .when(does(Command::Replan))
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(Command::MakePlan(NewPlan { by: Party::Team, cases: Vec::new(), instalments, note: "by phone".to_owned() })))
}

fn of(shipped: Shipped) -> World {
    in_plan(move |world| world.settings = world.settings.with_policy(shipped.policy()))
}

fn paid_in_time(world: World) -> World {
    world
        .when(days_pass("2026-02-05", "2026-02-13"))
        .when(pays("p1", 10_000))
        .when(days_pass("2026-02-14", "2026-03-13"))
        .when(pays("p2", 10_000))
        .when(days_pass("2026-03-14", "2026-04-30"))
}

#[test]
fn each_shipped_policy_reminds_of_each_instalment() {
    paid_in_time(of(Shipped::Gentle)).then(heard("A", &[("2026-02-13", "plan-1/due"), ("2026-03-13", "plan-2/due")]));
    let standard =
        [("2026-02-10", "plan-1/due-3"), ("2026-02-13", "plan-1/due"), ("2026-03-10", "plan-2/due-3"), ("2026-03-13", "plan-2/due")];
    paid_in_time(of(Shipped::Standard)).then(heard("A", &standard));
    paid_in_time(of(Shipped::Firm)).then(heard("A", &[("2026-02-11", "plan-1/due-2"), ("2026-03-11", "plan-2/due-2")]));
}

#[test]
fn every_segment_of_every_shipped_policy_hears_of_an_instalment_by_its_day() {
    for shipped in Shipped::ALL {
        let world = of(shipped);
        let case = world.case("A");
        let part = part(&world.account, case).unwrap();
        for segment in &world.settings.policy.segments {
            let climber = Climber { case, net_minor: 20_000, kind: world.account.profile.kind, segment: Some(&segment.name) };
            let first = announced_from(climber, &part, &world.settings);
            assert!(first.is_some_and(|first| first <= part.on), "{} of {}", segment.name, shipped.name());
        }
    }
}

fn without_courtesies(world: &mut World) {
    world.settings.policy.steps.retain(|step| step.anchor.days > 0);
}

#[test]
fn a_policy_that_says_nothing_by_a_due_date_asks_for_an_instalment_on_its_day() {
    let world = in_plan(without_courtesies).when(days_pass("2026-02-05", "2026-02-12")).then(messages(0)).when(night("2026-02-13"));
    let reminder = &world.account.reminders[0];
    let said = facts(&world.account, reminder, &world.settings, day("2026-02-13"), "https://pay.example/p/x").unwrap();
    assert_eq!((said.voice, said.demand_minor, said.pay_by), (Voice::DueDay, 10_000, day("2026-02-13")));
    assert!(email::email(&said).unwrap().text.contains("1 z 2") && sms::sms(&said, 2).unwrap().text.contains("1 z 2"));
    let kept = paid_in_time(in_plan(without_courtesies));
    kept.then(heard("A", &[("2026-02-13", "plan-1/due+1"), ("2026-03-13", "plan-2/due+1")])).then(|world| assert_eq!(world.attention, []));
}

#[test]
fn what_stood_for_a_courtesy_takes_no_step_of_the_ladder() {
    in_plan(without_courtesies)
        .when(days_pass("2026-02-05", "2026-02-24"))
        .then(heard("A", &[("2026-02-13", "plan-1/due+1"), ("2026-02-19", "due+1"), ("2026-02-23", "due+3")]));
}

#[test]
fn send_now_reminds_of_such_an_instalment_on_its_day_only() {
    let send = || does(Command::SendNow { case: Some(id("A")), reason: "x".to_owned() });
    in_plan(without_courtesies).when(send()).then(|world| assert!(world.refused.is_some()));
    in_plan(without_courtesies)
        .when(|world: &mut World| world.at(day("2026-02-13"), "12:00:00"))
        .when(send())
        .when(sending("2026-02-13"))
        .then(|world| assert_eq!(world.said[0].demand_minor, 10_000));
}

#[test]
fn a_policy_of_tasks_alone_has_no_words_for_the_debtor_and_the_plan_still_breaks() {
    let tasks = |world: &mut World| world.settings.policy.steps.iter_mut().for_each(|step| step.channels = vec![Channel::Task]);
    in_plan(tasks)
        .when(days_pass("2026-02-05", "2026-02-18"))
        .then(messages(0))
        .then(skipped("A", SkipReason::InPlan { pay_on: day("2026-02-13") }))
        .when(days_pass("2026-02-19", "2026-02-19"))
        .then(|world| assert!(world.account.profile.plans.is_empty()));
}
