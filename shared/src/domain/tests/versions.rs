//! Cases whose version of the policy is not kept any more go on where they stand, and never back down.

use chrono::Days;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::creditor::Settings;
use crate::domain::decide::{self, Decision};
use crate::domain::handle::{Command, Entry};
use crate::domain::policy::{Policy, Shipped, Step, Tone};

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

/// The same ladder under other names.
fn renamed(policy: Policy, prefix: &str) -> Policy {
    let rename = |step: Step| Step { id: format!("{prefix}-{}", step.id), ..step };
    Policy { steps: policy.steps.into_iter().map(rename).collect(), ..policy }
}

fn more_versions(settings: &mut Settings, count: u32, policy: impl Fn(u32) -> Policy) {
    for n in 1..=count {
        *settings = settings.with_policy(policy(n));
    }
}

fn replanned(world: &World) -> Vec<(u32, u32, bool)> {
    let entries = world.entries.iter().filter_map(|entry| match entry {
        Entry::Replanned { from, to, version_gone, .. } => Some((*from, *to, *version_gone)),
        _ => None,
    });
    entries.collect()
}

fn said_until(until: &str) -> World {
    given([invoice("A", 100_000, day(DUE))]).when(days_pass("2026-01-25", until))
}

#[test]
fn a_case_whose_version_is_gone_goes_on_where_it_stands_and_its_time_line_says_so() {
    // Up to and with the final notice of 16 February.
    let world = said_until("2026-02-16");
    let heard = world.heard("A");
    assert_eq!(heard.last().unwrap().1, "due+14");
    let world = world
        .when(|world: &mut World| more_versions(&mut world.settings, 25, |n| renamed(Shipped::Standard.policy(), &format!("v{n}"))))
        .when(days_pass("2026-02-17", "2026-05-31"));
    assert_eq!(world.heard("A"), heard, "the ladder was climbed to its end");
    assert_eq!(replanned(&world), [(1, 26, true)], "once");
    assert_eq!(world.case("A").policy_version, 26);
}

#[test]
fn up_to_twenty_versions_later_it_is_planned_by_its_own() {
    for (count, gone) in [(20, false), (21, true)] {
        let world = said_until("2026-02-03")
            .when(|world: &mut World| more_versions(&mut world.settings, count, |n| renamed(Shipped::Standard.policy(), &format!("v{n}"))))
            .when(days_pass("2026-02-04", "2026-02-28"));
        assert_eq!(!replanned(&world).is_empty(), gone, "{count}");
        let steps: Vec<String> = world.heard("A").into_iter().map(|(_, step)| step).filter(|step| !step.contains('v')).collect();
        assert_eq!(steps.len() == 7, !gone, "{count}: {steps:?}");
        assert_eq!(world.heard("A").len(), 7, "{count}: {:?}", world.heard("A"));
    }
}

#[test]
fn for_every_day_and_pair_of_policies_what_was_heard_is_not_followed_by_something_softer_where_a_stricter_one_is_left() {
    for from in Shipped::ALL {
        for to in Shipped::ALL {
            for change in 0..45u64 {
                let mut world = given([]);
                world.settings.policy = from.policy();
                world.apply(&Command::Invoice(Box::new(invoice("A", 100_000, day(DUE)))));
                let changed_on = day("2026-01-25") + Days::new(change);
                days(&mut world, day("2026-01-25"), changed_on);
                let before = world.said.len();
                let tone_of = |policy: &Policy, step: &str| {
                    let rung = policy.ladder_of(world.account.profile.segment.as_deref()).rung(step);
                    rung.filter(|rung| !rung.step.is_task()).map(|rung| rung.tone())
                };
                let heard: Option<Tone> = world.heard("A").iter().filter_map(|(_, step)| tone_of(&from.policy(), step)).max();
                let last = renamed(to.policy(), "v25");
                let mut after = world.clone();
                more_versions(&mut after.settings, 25, |n| renamed(to.policy(), &format!("v{n}")));
                days(&mut after, changed_on + Days::new(1), day("2026-05-31"));
                let told = format!("{from:?} to {to:?} on {changed_on}: {:?}", after.heard("A"));
                let tones = after.heard("A").into_iter().skip(before).map(|(_, step)| tone_of(&last, &step));
                let first = tones.clone().next().flatten();
                let any_as_strict = last.steps.iter().any(|step| step.tone >= heard.unwrap_or(Tone::Courtesy));
                assert!(first.is_none() || !any_as_strict || first >= heard, "{told}");
                let ranks: Vec<usize> = after.heard("A").iter().skip(before).filter_map(|(_, step)| last.rank(step)).collect();
                assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{told}");
                assert_eq!(after.account.open_cases()[0].policy_version, 26, "{told}");
            }
        }
    }
}

#[test]
fn what_a_person_passed_over_stays_passed_over() {
    let skip = Command::SkipStep { case: id("A"), step: "due+3".into(), reason: "they asked".into() };
    let world = said_until("2026-02-04").when(does(skip));
    assert_eq!(world.refused, None);
    let world = world
        .when(|world: &mut World| more_versions(&mut world.settings, 25, |n| renamed(Shipped::Standard.policy(), &format!("v{n}"))))
        .when(days_pass("2026-02-05", "2026-02-28"));
    assert_eq!(world.heard("A").iter().find(|(on, _)| *on > day("2026-02-04")).unwrap().1, "v25-due+7");
}

#[test]
fn a_look_before_the_next_command_begins_no_ladder_again_either() {
    let mut world = said_until("2026-02-16");
    more_versions(&mut world.settings, 25, |n| renamed(Shipped::Standard.policy(), &format!("v{n}")));
    let decision = decide::outlook(&world.account, &id("A"), &world.settings, day("2026-02-20"));
    assert!(matches!(decision, Some(Decision::Skip { next_step: None, .. })), "{decision:?}");
}

#[test]
fn a_case_that_has_heard_nothing_begins_at_the_first_step_and_one_that_is_closed_is_left_alone() {
    let world = given([invoice("A", 100_000, day(DUE)), invoice("B", 100_000, day(DUE))])
        .when(pays_for("B", "p", 100_000))
        .when(|world: &mut World| more_versions(&mut world.settings, 25, |n| renamed(Shipped::Standard.policy(), &format!("v{n}"))))
        .when(days_pass("2026-01-25", "2026-02-03"));
    assert_eq!(world.heard("A")[0].1, "v25-due-3");
    assert_eq!((world.case("B").policy_version, replanned(&world).len()), (1, 1));
}

#[test]
fn former_versions_leave_room_in_the_item_that_holds_them() {
    let mut settings = World::new().settings;
    let long = |n: u32| {
        let step = |k: u32| Step {
            id: format!("v{n}-{k}"),
            anchor: crate::domain::policy::Anchor { days: 1, ..Shipped::Firm.policy().steps[0].anchor },
            ..Shipped::Firm.policy().steps[2].clone()
        };
        Policy { steps: (0..200).map(step).collect(), ..Shipped::Firm.policy() }
    };
    more_versions(&mut settings, 25, long);
    let stored = serde_json::to_vec(&settings).unwrap().len();
    assert!(stored < 300_000 && !settings.former_policies.is_empty(), "{stored} bytes, {} versions", settings.former_policies.len());
    let newest: Vec<u32> = settings.former_policies.iter().map(|policy| policy.version).collect();
    assert_eq!(newest.last(), Some(&25), "the newest are kept: {newest:?}");
}

#[test]
fn an_entry_of_an_earlier_version_was_wanted_by_somebody() {
    let entry = Entry::Replanned { case: id("A"), from: 1, to: 2, version_gone: false };
    let text = serde_json::to_string(&entry).unwrap();
    assert!(!text.contains("version_gone"), "{text}");
    assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
}
