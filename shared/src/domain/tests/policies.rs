//! Ladders as creditors write them: anchors, channels, conditions, repeats, caps, and changes.

use chrono::{Days, NaiveDate};

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::{self, Decision, SkipReason};
use crate::domain::fact::{DebtorKind, InvoiceFact, PostalAddress};
use crate::domain::handle::{Command, Refused};
use crate::domain::policy::{Channel, Policy, Shipped, from_text};
use crate::domain::reminder::ReminderState;

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn policy(gap: u32, more: &str, steps: &[&str]) -> Policy {
    let steps: String = steps.iter().map(|step| format!("  - {{ {step} }}\n")).collect();
    let read = from_text(&format!("name: mine\nversion: 1\nleast_gap_days: {gap}\n{more}\nsteps:\n{steps}"));
    read.unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn by(policy: Policy) -> impl FnOnce(&mut World) {
    move |world| world.settings.policy = policy
}

fn email(id: &str, anchor: &str) -> String {
    format!("id: {id}, anchor: {{ {anchor} }}, channels: [email], tone: friendly")
}

fn of_a_company(mut fact: InvoiceFact) -> InvoiceFact {
    fact.debtor.kind = Some(DebtorKind::Business);
    fact
}

fn without_addresses(mut fact: InvoiceFact) -> InvoiceFact {
    fact.debtor.email = None;
    fact.debtor.phone = None;
    fact
}

/// A world whose policy is in force before its invoices come.
fn under(policy: Policy, invoices: impl IntoIterator<Item = InvoiceFact>) -> World {
    let mut world = given([]).when(by(policy));
    for fact in invoices {
        world.apply(&Command::Invoice(Box::new(fact)));
    }
    world
}

#[test]
fn steps_are_counted_from_due_date_issue_or_the_step_before() {
    let steps =
        [email("a", "from: issued, days: 2"), email("b", "from: due, days: 4, unit: working"), email("c", "from: previous, days: 7")];
    let policy = policy(0, "", &[&steps[0], &steps[1], &steps[2]]);
    // Issued on Monday 19 January, due on Monday 2 February.
    under(policy, [invoice("A", 100, day(DUE))])
        .when(days_pass("2026-01-19", "2026-03-01"))
        .then(heard("A", &[("2026-01-21", "a"), ("2026-02-06", "b"), ("2026-02-13", "c")]));
}

#[test]
fn the_step_after_a_late_one_keeps_its_distance_from_the_day_it_was_taken() {
    let steps = [email("a", "from: due, days: 1"), email("b", "from: previous, days: 7")];
    under(policy(0, "", &[&steps[0], &steps[1]]), [invoice("A", 100, day(DUE))])
        .when(days_pass("2026-02-10", "2026-03-01"))
        .then(heard("A", &[("2026-02-10", "a"), ("2026-02-17", "b")]));
}

#[test]
fn a_repeated_step_comes_as_often_as_it_says_and_then_the_next_one() {
    let steps = [
        format!("{}, repeat: {{ every_days: 4, times: 3 }}", email("chase", "from: due, days: 2")),
        email("last", "from: previous, days: 5"),
    ];
    under(policy(2, "", &[&steps[0], &steps[1]]), [invoice("A", 100, day(DUE))])
        .when(days_pass("2026-02-01", "2026-04-01"))
        .then(heard("A", &[("2026-02-04", "chase"), ("2026-02-09", "chase.2"), ("2026-02-13", "chase.3"), ("2026-02-18", "last")]));
}

#[test]
fn a_step_whose_conditions_do_not_hold_is_passed_over() {
    let big = format!("{}, when: {{ least_open: {{ PLN: \"50.00\" }} }}", email("big", "from: due, days: 1"));
    let company = format!("{}, when: {{ kinds: [business] }}", email("company", "from: due, days: 3"));
    let all = email("all", "from: due, days: 5");
    let policy = policy(0, "", &[&big, &company, &all]);
    let steps = |fact: InvoiceFact| {
        let world = under(policy.clone(), [fact]).when(days_pass("2026-02-01", "2026-03-01"));
        world.heard("A").into_iter().map(|(_, step)| step).collect::<Vec<_>>()
    };
    assert_eq!(steps(invoice("A", 5_000, day(DUE))), ["big", "all"]);
    assert_eq!(steps(invoice("A", 4_999, day(DUE))), ["all"]);
    assert_eq!(steps(of_a_company(invoice("A", 4_999, day(DUE)))), ["company", "all"]);
    assert_eq!(steps(in_euro(invoice("A", 1, day(DUE)))), ["big", "all"], "no least amount in this currency");
}

#[test]
fn what_is_open_after_a_part_payment_decides_and_not_the_total() {
    let big = format!("{}, when: {{ least_open: {{ PLN: \"50.00\" }} }}", email("big", "from: due, days: 1"));
    under(policy(0, "", &[&big, &email("all", "from: due, days: 5")]), [invoice("A", 10_000, day(DUE))])
        .when(pays_for("A", "p", 6_000))
        .when(days_pass("2026-02-01", "2026-03-01"))
        .then(heard("A", &[("2026-02-09", "all")]));
}

#[test]
fn who_cannot_be_written_to_becomes_a_task_where_the_step_says_so() {
    let step = |channels: &str| format!("id: a, anchor: {{ from: due, days: 1 }}, channels: {channels}, tone: firm");
    let with_task = policy(0, "", &[&step("[email, sms, task]")]);
    under(with_task, [without_addresses(invoice("A", 100, day(DUE)))])
        .when(days_pass("2026-02-01", "2026-02-10"))
        .then(|world| assert_eq!(world.said.iter().map(|said| said.channel).collect::<Vec<_>>(), [Channel::Task]));
    let without = policy(0, "", &[&step("[email, sms]")]);
    under(without, [without_addresses(invoice("A", 100, day(DUE)))])
        .when(days_pass("2026-02-01", "2026-02-10"))
        .then(silent("A", "unreachable"));
    // No other channel than those that it names.
    let sms_only = policy(0, "", &[&step("[sms]")]);
    let mut fact = invoice("A", 100, day(DUE));
    fact.debtor.phone = None;
    under(sms_only, [fact]).when(days_pass("2026-02-01", "2026-02-10")).then(silent("A", "unreachable"));
}

#[test]
fn no_seven_days_hold_more_messages_than_the_cap() {
    let daily = format!("{}, repeat: {{ every_days: 1, times: 20 }}", email("daily", "from: due, days: 1"));
    for cap in 1..=3u32 {
        let policy = policy(0, &format!("week_cap: {cap}"), &[&daily]);
        let world = under(policy, [invoice("A", 100, day(DUE))]).when(days_pass("2026-02-01", "2026-04-30"));
        let days: Vec<NaiveDate> = world.said.iter().map(|said| said.on).collect();
        for on in &days {
            let in_week = days.iter().filter(|other| (**other..**other + Days::new(7)).contains(on)).count();
            assert!(in_week <= cap as usize, "{cap} in seven days: {days:?}");
        }
        assert!(cap == 1 || days.len() == 20, "the cap delays and swallows nothing: {days:?}");
    }
}

#[test]
fn the_cap_is_the_reason_and_tells_when_it_ends() {
    let daily = format!("{}, repeat: {{ every_days: 1, times: 20 }}", email("daily", "from: due, days: 1"));
    under(policy(0, "week_cap: 2", &[&daily]), [invoice("A", 100, day(DUE))])
        .when(days_pass("2026-02-03", "2026-02-05"))
        .then(heard("A", &[("2026-02-03", "daily"), ("2026-02-04", "daily.2")]))
        .then(skipped("A", SkipReason::CapReached { messages: 2 }))
        .then(|world| assert_eq!(world.account.profile.wake_on, Some(day("2026-02-10"))));
}

#[test]
fn two_currencies_of_one_day_keep_to_the_cap_together() {
    let policy = policy(0, "week_cap: 1", &[&email("a", "from: due, days: 1")]);
    under(policy, [invoice("A", 100, day(DUE)), in_euro(invoice("B", 100, day(DUE)))]).when(a_day("2026-02-03")).then(messages(1));
}

#[test]
fn a_sum_that_is_not_worth_a_message_waits_until_it_is() {
    let policy = policy(0, "least_sums: { PLN: \"10.00\" }", &[&email("a", "from: due, days: 1")]);
    under(policy, [invoice("A", 600, day(DUE))])
        .when(days_pass("2026-02-03", "2026-02-04"))
        .then(silent("A", "too_small"))
        .then(messages(0))
        .when(arrives(invoice("B", 400, day(DUE))))
        .when(a_day("2026-02-05"))
        .then(messages(1))
        .then(|world| assert_eq!(world.said[0].lines.len(), 2));
}

#[test]
fn a_case_keeps_the_policy_by_which_it_was_planned() {
    let old = policy(0, "", &[&email("old", "from: due, days: 5")]);
    let new = policy(0, "", &[&email("new", "from: due, days: 1")]);
    under(old, [invoice("A", 100, day(DUE))])
        .when(|world: &mut World| world.settings = world.settings.with_policy(new))
        .when(arrives(invoice("B", 100, day(DUE))))
        .when(days_pass("2026-02-02", "2026-02-28"))
        .then(heard("A", &[("2026-02-09", "old")]))
        .then(heard("B", &[("2026-02-03", "new")]));
}

#[test]
fn a_re_planned_case_goes_on_where_it_stands_and_there_is_no_burst() {
    given([invoice("A", 10_000, day(DUE))])
        .when(days_pass("2026-01-20", "2026-02-10"))
        // By the standard policy: before, on the day, three times after it.
        .then(|world| assert_eq!(world.heard("A").len(), 5))
        .when(|world: &mut World| world.settings = world.settings.with_policy(Shipped::Firm.policy()))
        .when(does(Command::Replan))
        .then(|world| assert_eq!(world.case("A").policy_version, 2))
        .when(days_pass("2026-02-11", "2026-03-31"))
        .then(|world| {
            let new: Vec<_> = world.heard("A").into_iter().skip(5).collect();
            let steps: Vec<&str> = new.iter().map(|(_, step)| step.as_str()).collect();
            assert_eq!(steps, ["final"], "a person with 100 PLN is neither chased nor called: {new:?}");
            assert!(new[0].0 >= day("2026-02-11"), "{new:?}");
        });
}

#[test]
fn planning_anew_twice_changes_nothing_more() {
    let mut world = given([invoice("A", 10_000, day(DUE))]).when(days_pass("2026-01-20", "2026-02-10"));
    world.settings = world.settings.with_policy(Shipped::Gentle.policy());
    world.apply(&Command::Replan);
    let once = world.account.clone();
    world.apply(&Command::Replan);
    assert_eq!((world.refused.is_some(), &world.account.cases), (true, &once.cases));
    assert!(matches!(world.refused, Some(Refused::NoEffect(_))));
}

/// For every pair of shipped policies and every day of a ladder: no second message within the gap of
/// the new one, no rung twice, none below one that was taken.
#[test]
fn whenever_the_policy_changes_gaps_and_order_hold() {
    for from in Shipped::ALL {
        for to in Shipped::ALL {
            for change in 0..45u64 {
                let mut world = under(from.policy(), [of_a_company(invoice("A", 100_000, day(DUE)))]);
                let changed_on = day("2026-01-25") + Days::new(change);
                days(&mut world, day("2026-01-25"), changed_on);
                let before = world.said.len();
                world.settings = world.settings.with_policy(to.policy());
                world.apply(&Command::Replan);
                days(&mut world, changed_on + Days::new(1), day("2026-05-31"));
                let told = format!("{from:?} to {to:?} on {changed_on}: {:?}", world.heard("A"));
                let to_debtor: Vec<NaiveDate> =
                    world.said.iter().filter(|said| said.channel != Channel::Task).map(|said| said.on).collect();
                let gap = i64::from(to.policy().least_gap_days.min(from.policy().least_gap_days));
                assert!(to_debtor.windows(2).all(|pair| (pair[1] - pair[0]).num_days() >= gap), "{told}");
                let ranks: Vec<usize> = world.said[before..].iter().filter_map(|said| to.policy().rank(&said.lines[0].1)).collect();
                assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{told}");
                assert_eq!(ranks.len(), world.said.len() - before, "{told}");
                if from == to {
                    assert_eq!(world.heard("A").len(), unchanged(from), "{told}");
                }
            }
        }
    }
}

fn unchanged(shipped: Shipped) -> usize {
    let world = under(shipped.policy(), [of_a_company(invoice("A", 100_000, day(DUE)))]);
    world.when(days_pass("2026-01-25", "2026-05-31")).heard("A").len()
}

#[test]
fn until_it_is_re_planned_a_case_has_its_own_steps_and_the_cap_in_force() {
    let world = given([invoice("A", 10_000, day(DUE))]).when(days_pass("2026-01-20", "2026-02-03"));
    let other = world.settings.with_policy(Shipped::Gentle.policy());
    let step = |decision| match decision {
        Some(Decision::Step { step, .. }) => (step, None),
        Some(Decision::Skip { reason, next_step, .. }) => (next_step.unwrap_or_default(), Some(reason)),
        None => panic!("it is open"),
    };
    let today = day("2026-02-04");
    assert_eq!(step(decide::outlook(&world.account, &id("A"), &world.settings, today)), ("due+1".into(), None));
    let capped = Some(SkipReason::CapReached { messages: 1 });
    assert_eq!(step(decide::outlook(&world.account, &id("A"), &other, today)), ("due+1".into(), capped));
    assert!(decide::outlook(&world.account, &id("B"), &world.settings, today).is_none());
}

/// From e-mail down to a task: what the debtor has decides.
#[test]
fn a_step_falls_back_down_to_a_call_a_letter_and_a_task() {
    let step = "id: a, anchor: { from: due, days: 1 }, channels: [email, sms, call, letter, task], tone: firm";
    let lipowa = PostalAddress { street: "Lipowa 7".into(), post_code: None, city: "Warszawa".into(), country: None };
    let ways = [
        (Some("x@lipa.example"), Some("+48600700800"), Some(&lipowa), Channel::Email),
        (None, Some("+48600700800"), Some(&lipowa), Channel::Sms),
        (None, None, Some(&lipowa), Channel::Letter),
        (None, None, None, Channel::Task),
    ];
    for (email, phone, postal, wanted) in ways {
        let mut fact = invoice("A", 100, day(DUE));
        (fact.debtor.email, fact.debtor.phone, fact.debtor.postal) = (email.map(Into::into), phone.map(Into::into), postal.cloned());
        let world = under(policy(0, "", &[step]), [fact]).when(days_pass("2026-02-01", "2026-02-04"));
        assert_eq!(world.said.iter().map(|said| said.channel).collect::<Vec<_>>(), [wanted]);
    }
}

#[test]
fn a_number_that_takes_no_sms_can_still_be_called() {
    let step = "id: a, anchor: { from: due, days: 1 }, channels: [sms, call], tone: firm";
    let mut fact = invoice("A", 100, day(DUE));
    fact.debtor.phone = Some("+48600700800".into());
    let mut world = under(policy(0, "", &[step]), [fact]).when(a_day("2026-02-03"));
    let sms = world.account.reminders[0].id.clone();
    world.unsaid(&sms, ReminderState::Failed, true);
    let world = world.when(a_day("2026-02-04"));
    assert_eq!(world.said.iter().map(|said| said.channel).collect::<Vec<_>>(), [Channel::Sms, Channel::Call]);
}

#[test]
fn the_step_of_another_channel_goes_in_time_where_the_ones_before_it_reach_nobody() {
    let courtesy = |id: &str, days: i32| format!("id: {id}, anchor: {{ from: due, days: {days} }}, channels: [email], tone: courtesy");
    let steps =
        [courtesy("before", -3), courtesy("due", 0), "id: sms, anchor: { from: due, days: 1 }, channels: [sms], tone: firm".to_owned()];
    let mut fact = invoice("A", 100, day("2026-03-03"));
    fact.debtor.email = None;
    let mut world = under(policy(0, "", &[&steps[0], &steps[1], &steps[2]]), [fact]);
    // Only the nights that its agenda asks for.
    for on in day("2026-02-02").iter_days().take_while(|on| *on <= day("2026-03-10")) {
        if world.account.profile.wake_on.is_some_and(|wake_on| wake_on <= on) {
            world.night(on);
            world.send(on);
        }
    }
    world.then(heard("A", &[("2026-03-04", "sms")]));
}

#[test]
fn a_change_of_settings_leaves_every_case_on_its_policy() {
    let mut world = given([invoice("A", 10_000, day(DUE))]).when(days_pass("2026-01-20", "2026-02-10"));
    let version = world.case("A").policy_version;
    world.settings = world.settings.with_policy(Shipped::Gentle.policy());
    world.settings.days_off = vec![crate::domain::calendar::OwnDay::Once(day("2026-02-13"))];
    world.apply(&Command::Rearrange);
    assert_eq!(world.case("A").policy_version, version);
    world.apply(&Command::Replan);
    assert_eq!(world.case("A").policy_version, world.settings.policy.version);
}
