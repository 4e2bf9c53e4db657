//! Segments: each of the standard ones with its edges, and what a change in mid-ladder does: nothing.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::fact::{DebtorKind, InvoiceFact};
use crate::domain::handle::Command;
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Policy, Shipped, from_text};
use crate::domain::record::Paid;
use crate::domain::segments::{self, Held};

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn company(name: &str, total_minor: i64, due_on: NaiveDate) -> InvoiceFact {
    let mut fact = invoice(name, total_minor, due_on);
    fact.debtor.kind = Some(DebtorKind::Business);
    fact
}

/// A debtor whose invoices were paid so many days late.
fn who_paid(days_late: &[u64]) -> World {
    let mut world = given([company("A", 10_000, day(DUE))]);
    for (n, late) in days_late.iter().enumerate() {
        let due_on = day("2020-06-01") + Days::new(40 * n as u64);
        world.account.profile.record.add(Paid {
            due_on,
            paid_on: due_on + Days::new(*late),
            amount_minor: 10_000,
            currency: Currency::PLN,
        });
    }
    world
}

fn segment(world: &World) -> Option<String> {
    let policy = &world.settings.policy;
    segments::segment_of(&world.account, policy, &world.settings, day("2026-01-05")).map(|segment| segment.name.clone())
}

fn is(expected: &'static str) -> impl FnOnce(&World) {
    move |world| assert_eq!(segment(world).as_deref(), Some(expected), "{:?}", world.account.profile.record)
}

#[test]
fn who_has_paid_fewer_than_three_is_new() {
    who_paid(&[]).then(is("new"));
    who_paid(&[40, 40]).then(is("new"));
    who_paid(&[40, 40, 40]).then(is("always_late"));
    who_paid(&[0, 0, 0]).then(is("on_time"));
}

#[test]
fn on_time_allows_one_late_one_in_ten() {
    let paid = |late: usize, in_time: usize| who_paid(&[vec![1; late], vec![0; in_time]].concat());
    paid(1, 9).then(is("on_time"));
    paid(1, 8).then(is("sometimes_late"));
    paid(2, 18).then(is("on_time"));
    paid(0, 3).then(is("on_time"));
}

#[test]
fn always_late_is_three_in_four_and_three_days_on_average() {
    who_paid(&[4, 4, 4, 0]).then(is("always_late"));
    who_paid(&[4, 4, 0, 0]).then(is("sometimes_late"));
    // Late each time, by a day or two: not worth another tone.
    who_paid(&[2, 3, 2, 2]).then(is("sometimes_late"));
    who_paid(&[3, 3, 3]).then(is("always_late"));
}

#[test]
fn only_the_last_24_invoices_count() {
    let old_and_late = vec![30; 24];
    who_paid(&[old_and_late.clone(), vec![0; 24]].concat()).then(is("on_time"));
    who_paid(&[old_and_late, vec![0; 4]].concat()).then(is("always_late"));
}

#[test]
fn a_consumer_is_a_consumer_however_large_or_late() {
    let consumer = |mut world: World| {
        world.account.profile.kind = DebtorKind::Consumer;
        world
    };
    consumer(who_paid(&[40, 40, 40])).then(is("consumer"));
    consumer(given([company("A", 100_000_000, day(DUE))])).then(is("consumer"));
}

#[test]
fn large_is_what_is_open_and_what_was_paid_in_a_year_together() {
    let with = |open: i64, paid: i64| {
        let mut world = given([company("A", open, day(DUE))]);
        let on = day("2025-03-03");
        world.account.profile.record.add(Paid { due_on: on, paid_on: on, amount_minor: paid, currency: Currency::PLN });
        world
    };
    with(10_000_000, 1).then(is("large"));
    with(9_999_998, 1).then(is("new"));
    with(1, 9_999_999).then(is("large"));
    with(5_000_000, 5_000_000).then(is("large"));
    given([in_euro(company("A", 2_500_000, day(DUE)))]).then(is("large"));
    given([in_euro(company("A", 2_499_999, day(DUE)))]).then(is("new"));
    given([InvoiceFact { remindable: false, ..company("A", 10_000_000, day(DUE)) }]).then(is("new"));
}

#[test]
fn a_public_body_is_marked_by_its_source_or_the_team_or_listed_by_its_tax_id() {
    let mut fact = company("A", 100, day(DUE));
    fact.debtor.public_body = Some(true);
    let said = given([fact.clone()]);
    said.then(is("public_body"));
    // What is not said any more stays; what is said otherwise does not.
    fact.debtor.public_body = None;
    let mut world = given([company("A", 100, day(DUE))])
        .when(does(Command::PublicBody { public_body: true, reason: "a school".into() }))
        .when(arrives(at_revision(2, fact.clone())));
    assert_eq!(segment(&world).as_deref(), Some("public_body"));
    fact.debtor.public_body = Some(false);
    world.apply(&Command::Invoice(Box::new(at_revision(3, fact))));
    assert_eq!(segment(&world).as_deref(), Some("new"));
    // By the list, with or without the mark.
    for marked in ["", "public_body: true, "] {
        let text = format!(
            "name: x\nleast_gap_days: 0\nsteps: [{{ id: a, anchor: {{ from: due, days: 1 }}, channels: [email], tone: firm }}]\n\
             segments: [{{ name: public_body, when: {{ {marked}tax_ids: [\"5252248481\"] }} }}]"
        );
        world.settings.policy = from_text(&text).unwrap();
        world.account.profile.tax_id = Some("5252248481".into());
        assert_eq!(segment(&world).as_deref(), Some("public_body"));
        world.account.profile.tax_id = Some("5260001246".into());
        assert_eq!(segment(&world), None);
    }
}

#[test]
fn the_figures_that_decided_can_be_shown() {
    let world = who_paid(&[4, 4, 4, 0]);
    let always_late = world.settings.policy.segment("always_late").unwrap();
    let held = segments::held(&always_late.when, &world.account, &world.settings, day("2026-01-05"));
    let figures: Vec<(i64, i64)> = held.iter().map(|held| (held.figure, held.bound)).collect();
    assert_eq!(figures, [(4, 3), (75, 75), (3, 3)]);
    assert!(held.iter().all(Held::is_met));
}

#[test]
fn who_was_just_met_is_known_for_no_days() {
    let text = "name: x\nleast_gap_days: 0\nsteps: [{ id: a, anchor: { from: due, days: 1 }, channels: [email], tone: firm }]\n\
                segments: [{ name: fresh, when: { known_days_at_most: 30 } }]";
    let mut world = given([company("A", 100, day(DUE))]);
    world.settings.policy = from_text(text).unwrap();
    let on = |today: &str| segments::segment_of(&world.account, &world.settings.policy, &world.settings, day(today)).is_some();
    // Known since 2 January.
    assert!(on("2026-01-02") && on("2026-02-01"));
    assert!(!on("2026-02-02"));
}

#[test]
fn paying_moves_an_account_and_a_refund_moves_it_back() {
    let mut world = who_paid(&[0, 0]);
    world.at(day("2026-02-02"), "12:00:00");
    world.apply(&payment("p", Some("A"), 10_000));
    assert_eq!(world.account.profile.segment.as_deref(), Some("on_time"));
    world.apply(&refund("r", Some("p"), None, 10_000));
    assert_eq!(world.account.profile.segment.as_deref(), Some("new"));
}

/// Two ladders that share no name, and a step for one segment alone.
fn two_ladders() -> Policy {
    let step = |id: &str, days: i32, more: &str| {
        format!("{{ id: {id}, anchor: {{ from: due, days: {days} }}, channels: [email], tone: final{more} }}")
    };
    let text = format!(
        "name: x\nversion: 1\nleast_gap_days: 2\nsteps: [{}, {}, {}]\nsegments: [{{ name: public_body, when: {{ public_body: true }}, tone_at_most: friendly, steps: [{}, {}, {}] }}, {{ name: rest }}]",
        step("a1", 1, ""),
        step("a2", 8, ", when: { segments: [rest] }"),
        step("a3", 15, ""),
        step("b1", 3, ""),
        step("b2", 10, ""),
        step("b3", 17, ""),
    );
    from_text(&text).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn under(policy: Policy) -> World {
    let mut world = given([]);
    world.settings.policy = policy;
    world.when(arrives(company("A", 10_000, day(DUE))))
}

fn steps(world: &World) -> Vec<String> {
    world.heard("A").into_iter().map(|(_, step)| step).collect()
}

#[test]
fn each_segment_climbs_its_own_ladder() {
    let others = under(two_ladders()).when(days_pass("2026-02-01", "2026-03-31"));
    assert_eq!(steps(&others), ["a1", "a2", "a3"]);
    let public = under(two_ladders())
        .when(does(Command::PublicBody { public_body: true, reason: "x".into() }))
        .when(days_pass("2026-02-01", "2026-03-31"));
    assert_eq!(steps(&public), ["b1", "b2", "b3"]);
    assert_eq!(public.case("A").segment.as_deref(), Some("public_body"));
}

#[test]
fn no_message_of_a_segment_is_stricter_than_its_strictest_tone() {
    use crate::domain::policy::Tone;
    for (public_body, tone) in [(false, Tone::Final), (true, Tone::Friendly)] {
        let mut world = under(two_ladders());
        world.account.profile.public_body = public_body;
        days(&mut world, day("2026-02-01"), day("2026-02-04"));
        world.night(day("2026-02-05"));
        let reminders = &world.account.reminders;
        assert!(!reminders.is_empty() && reminders.iter().all(|reminder| reminder.tone == tone), "{reminders:?}");
    }
}

/// For every day on which the debtor may change: before the first step the whole ladder is the new
/// one; after it the ladder is the one with which it began, to the day.
#[test]
fn a_change_of_segment_in_mid_ladder_repeats_skips_and_bursts_nothing() {
    for begins_public in [false, true] {
        let unchanged = |public_body: bool| {
            let mut world = under(two_ladders());
            world.account.profile.public_body = public_body;
            world.when(days_pass("2026-01-25", "2026-04-30")).heard("A")
        };
        let (old, new) = (unchanged(begins_public), unchanged(!begins_public));
        for change in 0..60u64 {
            let mut world = under(two_ladders());
            world.account.profile.public_body = begins_public;
            let changed_on = day("2026-01-25") + Days::new(change);
            days(&mut world, day("2026-01-25"), changed_on);
            world.apply(&Command::PublicBody { public_body: !begins_public, reason: "x".into() });
            let began = !world.heard("A").is_empty();
            days(&mut world, changed_on + Days::new(1), day("2026-04-30"));
            let heard = world.heard("A");
            let told = format!("on {changed_on}: {heard:?}");
            if began {
                assert_eq!(heard, old, "{told}");
            } else {
                let names = |all: &[(NaiveDate, String)]| all.iter().map(|(_, step)| step.clone()).collect::<Vec<_>>();
                assert_eq!(names(&heard), names(&new), "{told}");
                assert!(heard.windows(2).all(|pair| (pair[1].0 - pair[0].0).num_days() >= 2), "{told}");
            }
        }
    }
}

#[test]
fn what_was_never_heard_binds_to_no_ladder() {
    use crate::domain::reminder::ReminderState;
    let mut world = under(two_ladders());
    days(&mut world, day("2026-02-01"), day("2026-02-02"));
    world.night(day("2026-02-03"));
    let waiting = world.waiting(day("2026-02-03"));
    world.unsaid(&waiting[0], ReminderState::Failed, false);
    world.apply(&Command::PublicBody { public_body: true, reason: "x".into() });
    days(&mut world, day("2026-02-04"), day("2026-03-31"));
    assert_eq!(steps(&world), ["b1", "b2", "b3"]);
}

#[test]
fn planning_anew_takes_over_the_segment_of_now_and_goes_on_where_the_case_stands() {
    let mut world = under(two_ladders()).when(days_pass("2026-02-01", "2026-02-04"));
    assert_eq!(steps(&world), ["a1"]);
    world.account.profile.public_body = true;
    let same_ladders = two_ladders();
    world.settings = world.settings.with_policy(same_ladders);
    world.apply(&Command::Replan);
    assert_eq!(world.case("A").segment.as_deref(), Some("public_body"));
    let world = world.when(days_pass("2026-02-05", "2026-03-31"));
    assert_eq!(steps(&world), ["a1", "b1", "b2", "b3"], "b1 lies after the day of a1");
}

#[test]
fn a_case_of_an_earlier_version_that_has_begun_goes_on_by_the_policys_own_steps() {
    let mut world = under(two_ladders()).when(days_pass("2026-02-01", "2026-02-04"));
    for case in &mut world.account.cases {
        case.segment = None;
    }
    world.account.profile.public_body = true;
    let world = world.when(days_pass("2026-02-05", "2026-03-31"));
    assert_eq!(steps(&world), ["a1", "a3"], "a step for one segment is none of somebody whose segment is not known");
}

#[test]
fn an_invoice_that_comes_later_has_the_segment_of_then() {
    let mut world = under(two_ladders()).when(days_pass("2026-02-01", "2026-02-04"));
    world.apply(&Command::PublicBody { public_body: true, reason: "x".into() });
    let world = world.when(arrives(company("B", 10_000, day("2026-03-02")))).when(days_pass("2026-02-05", "2026-04-30"));
    assert_eq!(steps(&world), ["a1", "a2", "a3"]);
    let of_b: Vec<String> = world.heard("B").into_iter().map(|(_, step)| step).collect();
    assert_eq!(of_b, ["b1", "b2", "b3"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Invoices come, are paid early or late and change the debtor's segment under the firm policy, which has
    /// two ladders: each case climbs one of them, each rung once and in order, with the gap between messages.
    #[test]
    fn whatever_somebody_pays_each_invoice_climbs_one_ladder(
        bills in proptest::collection::vec((0u64..60, proptest::option::of(0u64..70)), 3..9), public_on in proptest::option::of(0u64..120),
    ) {
        let mut world = given([]);
        world.settings.policy = Shipped::Firm.policy();
        let start = day("2026-01-05");
        for on in start.iter_days().take(170) {
            let n = (on - start).num_days() as u64;
            world.at(on, "03:00:00");
            for (index, (issued, paid)) in bills.iter().enumerate() {
                let name = format!("I{index}");
                if *issued == n {
                    world.apply(&Command::Invoice(Box::new(company(&name, 100_000, on + Days::new(14)))));
                }
                if paid.is_some_and(|paid| issued + paid == n) {
                    world.apply(&paid_at(&name, Some(&name), 100_000, &format!("{on}T01:00:00Z")));
                }
            }
            if public_on == Some(n) {
                world.apply(&Command::PublicBody { public_body: true, reason: "x".into() });
            }
            world.night(on);
            world.send(on);
        }
        let to_debtor: Vec<NaiveDate> = world.said.iter().filter(|said| said.channel != Channel::Task).map(|said| said.on).collect();
        prop_assert!(to_debtor.windows(2).all(|pair| pair[0] == pair[1] || (pair[1] - pair[0]).num_days() >= 2));
        for index in 0..bills.len() {
            let (case, heard) = (world.case(&format!("I{index}")), world.heard(&format!("I{index}")));
            let ladder = world.settings.policy.ladder_of(case.segment.as_deref());
            let ranks: Vec<Option<usize>> = heard.iter().map(|(_, step)| ladder.rank(step)).collect();
            prop_assert!(ranks.iter().all(Option::is_some), "{:?} {heard:?}", case.segment);
            prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{heard:?}");
        }
    }
}
