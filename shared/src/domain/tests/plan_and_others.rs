//! Each instalment is reminded by its day, whatever other invoices the debtor has: with the gap, the cap and
//! one message a day as ever.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::fact::InvoiceFact;
use crate::domain::handle::{Command, NewPlan};
use crate::domain::message::facts::{Voice, facts};
use crate::domain::message::{email, sms};
use crate::domain::plan::{Plan, part};
use crate::domain::plan_words::is_told;
use crate::domain::policy::{Channel, Policy, Shipped, from_text};
use crate::domain::stops::Party;

fn plan(instalments: Vec<(NaiveDate, i64)>) -> Command {
    Command::MakePlan(NewPlan { by: Party::Team, cases: vec![id("A")], instalments, note: "by phone".to_owned() })
}

/// Instalments of 100.00 for A on these days, agreed on a day at noon; A was due long before.
fn agreed(policy: Policy, made_on: NaiveDate, on: &[NaiveDate], others: Vec<InvoiceFact>) -> World {
    let mut world = given([]);
    world.settings.policy = policy;
    world.at(made_on, "12:00:00");
    let sum = 10_000 * i64::try_from(on.len()).unwrap();
    for fact in std::iter::once(invoice("A", sum, made_on - Days::new(60))).chain(others) {
        world.apply(&Command::Invoice(Box::new(fact)));
    }
    world.apply(&plan(on.iter().map(|on| (*on, 10_000)).collect()));
    assert_eq!(world.refused, None);
    world
}

fn sms_only(mut fact: InvoiceFact) -> InvoiceFact {
    fact.debtor.email = None;
    fact
}

/// When something was first said of an instalment, from 1.
fn told_on(world: &World, number: usize) -> Option<NaiveDate> {
    world.heard("A").into_iter().find(|(_, step)| step.starts_with(&format!("plan-{number}/"))).map(|(on, _)| on)
}

/// The days pass, and each instalment is paid once it was reminded, or when its grace ends.
fn live(world: &mut World, from: NaiveDate, until: NaiveDate) {
    for today in from.iter_days().take_while(|today| *today <= until) {
        days(world, today, today);
        keeps_pace(world);
        let Some(part) = part(&world.account, world.case("A")) else { continue };
        let told = is_told(&world.account, world.case("A"), &part, today + Days::new(1));
        if today >= part.on && (told || Plan::waits_until(&world.settings, part.on) <= today) {
            world.apply(&payment(&format!("p{}", part.number), Some("A"), part.missing_minor));
        }
    }
}

/// One message a day, channel and currency, the gap between days, the cap in seven.
fn keeps_pace(world: &World) {
    let policy = &world.settings.policy;
    let heard: Vec<_> = world.said.iter().filter(|said| said.channel != Channel::Task).collect();
    let mut keys: Vec<_> = heard.iter().map(|said| (said.on, said.channel, said.currency)).collect();
    keys.dedup();
    assert_eq!(keys.len(), heard.len());
    let mut on: Vec<NaiveDate> = heard.iter().map(|said| said.on).collect();
    let in_week = |from: &NaiveDate| on.iter().filter(|other| (*from..*from + Days::new(7)).contains(*other)).count();
    assert!(policy.week_cap.is_none_or(|cap| on.iter().all(|from| in_week(from) <= cap as usize)), "{on:?}");
    on.dedup();
    assert!(on.windows(2).all(|two| (two[1] - two[0]).num_days() >= i64::from(policy.least_gap_days)), "{on:?}");
}

#[test]
fn another_invoice_does_not_take_the_word_of_an_instalment_its_reminder_names_both() {
    // Gentle: a gap of 5 days and one message in seven. B's first reminder falls two days before the instalment.
    let due = day("2026-02-13");
    let mut world =
        agreed(Shipped::Gentle.policy(), day("2026-01-26"), &[due, day("2026-03-13")], vec![invoice("B", 50_000, day("2026-02-04"))]);
    days(&mut world, day("2026-01-27"), day("2026-02-10"));
    world.night(day("2026-02-11"));
    let waiting = world.waiting(day("2026-02-11"));
    let reminder = world.account.reminders.iter().find(|reminder| reminder.id == waiting[0]).unwrap();
    let said = facts(&world.account, reminder, &world.settings, day("2026-02-11"), "https://pay.example/p/x").unwrap();
    assert_eq!((said.voice, said.demand_minor, said.upcoming.len()), (Voice::Friendly, 50_000, 1));
    let mail = email::email(&said).unwrap().text;
    assert!(mail.contains("1/2") && mail.contains("100,00"), "{mail}");
    world.send(day("2026-02-11"));
    live(&mut world, day("2026-02-12"), day("2026-04-30"));
    let steps: Vec<String> = world.heard("A").into_iter().map(|(_, step)| step).collect();
    assert_eq!(steps, ["plan-1/due", "plan-2/due"]);
    assert_eq!(told_on(&world, 1), Some(day("2026-02-11")));
    assert!(told_on(&world, 2) <= Some(day("2026-03-13")));
    assert_eq!(world.heard("B").iter().filter(|(on, _)| *on == day("2026-02-11")).count(), 1);
}

#[test]
fn where_one_message_cannot_name_both_the_instalment_goes_first_and_the_decision_says_so() {
    let instalments = [day("2026-02-13"), day("2026-03-13")];
    let others: [InvoiceFact; 2] = [in_euro(invoice("B", 50_000, day("2026-02-04"))), sms_only(invoice("B", 50_000, day("2026-02-04")))];
    for other in others {
        let is_sms = other.debtor.email.is_none();
        let mut world = agreed(Shipped::Gentle.policy(), day("2026-01-26"), &instalments, vec![other]);
        if is_sms {
            world.account.profile.contacts.block("biuro@lipa.example", "it bounced");
        }
        live(&mut world, day("2026-01-27"), day("2026-02-11"));
        let why = SkipReason::InstalmentFirst { pay_on: day("2026-02-13"), until: day("2026-02-13") };
        let (_, decision) = world.case("B").decision.clone().unwrap();
        let Decision::Skip { reason, next_step, next_on } = decision else { panic!("{decision:?}") };
        assert_eq!((reason, next_step.as_deref()), (why, Some("due+5")));
        assert!(next_on >= Some(day("2026-02-13")), "{next_on:?}");
        live(&mut world, day("2026-02-12"), day("2026-04-30"));
        assert_eq!([told_on(&world, 1), told_on(&world, 2)], instalments.map(Some));
        let b = world.heard("B").into_iter().find(|(_, step)| step == "due+5").unwrap();
        assert!(b.0 > day("2026-02-13") && b.0 < day("2026-02-25"), "its time comes: {b:?}");
    }
}

#[test]
fn what_cannot_be_said_in_time_is_said_in_its_grace_gently_and_asks_for_the_instalment_alone() {
    // Reminded of everything on Tuesday; on Wednesday the first instalment is agreed for Friday.
    let mut world = given([]);
    world.settings.policy = Shipped::Gentle.policy();
    world.apply(&Command::Invoice(Box::new(invoice("A", 20_000, day("2026-01-27")))));
    let world = &mut world.when(days_pass("2026-01-20", "2026-02-03"));
    assert_eq!(world.heard("A").last().unwrap().0, day("2026-02-03"));
    world.at(day("2026-02-04"), "12:00:00");
    world.apply(&plan(vec![(day("2026-02-06"), 10_000), (day("2026-03-13"), 10_000)]));
    days(world, day("2026-02-05"), day("2026-02-06"));
    silent("A", "cap_reached")(world);
    days(world, day("2026-02-07"), day("2026-02-09"));
    world.night(day("2026-02-10"));
    let waiting = world.waiting(day("2026-02-10"));
    let reminder = world.account.reminders.iter().find(|reminder| reminder.id == waiting[0]).unwrap();
    let said = facts(&world.account, reminder, &world.settings, day("2026-02-10"), "https://pay.example/p/x").unwrap();
    assert_eq!((said.voice, said.demand_minor), (Voice::Friendly, 10_000));
    let (mail, text) = (email::email(&said).unwrap(), sms::sms(&said, 3).unwrap().text);
    assert!(mail.text.contains("1 z 2") && mail.subject.contains("1 z 2") && text.contains("1 z 2"), "{mail:?} {text}");
    world.send(day("2026-02-10"));
    assert_eq!(told_on(world, 1), Some(day("2026-02-10")));
    assert_eq!(world.account.profile.plans.len(), 1, "its grace lasts until Wednesday");
    days(world, day("2026-02-11"), day("2026-02-12"));
    assert!(world.account.profile.plans.is_empty());
}

#[test]
fn the_reason_says_what_left_no_day_for_an_instalment() {
    let mut world = given([]);
    world.settings.policy = Policy { least_gap_days: 14, ..Shipped::Gentle.policy() };
    world.apply(&Command::Invoice(Box::new(invoice("A", 20_000, day("2026-01-27")))));
    let world = &mut world.when(days_pass("2026-01-20", "2026-02-10"));
    assert_eq!(world.heard("A").last().unwrap().0, day("2026-02-10"));
    world.at(day("2026-02-10"), "14:00:00");
    world.apply(&plan(vec![(day("2026-02-13"), 10_000), (day("2026-03-13"), 10_000)]));
    days(world, day("2026-02-11"), day("2026-02-12"));
    silent("A", "in_plan")(world);
    days(world, day("2026-02-13"), day("2026-02-18"));
    skipped("A", SkipReason::TooSoon { last_on: day("2026-02-10") })(world);
}

#[test]
fn a_small_instalment_is_reminded_although_each_step_wants_more() {
    for least in ["100.00", "100.01", "99999.00"] {
        let step = |id: &str, days: i32| {
            format!(
                "  - {{ id: {id}, anchor: {{ from: due, days: {days} }}, channels: [email], tone: courtesy, when: {{ least_open: {{ PLN: \"{least}\" }} }} }}\n"
            )
        };
        let text = format!("name: mine\nversion: 1\nleast_gap_days: 2\nsteps:\n{}{}", step("before", -3), step("after", 3));
        let policy = from_text(&text).unwrap_or_else(|errors| panic!("{errors:?}"));
        let mut world = agreed(policy, day("2026-01-26"), &[day("2026-02-13"), day("2026-03-13")], Vec::new());
        live(&mut world, day("2026-01-27"), day("2026-03-31"));
        assert_eq!([told_on(&world, 1), told_on(&world, 2)], [Some(day("2026-02-10")), Some(day("2026-03-10"))], "{least}");
    }
}

#[test]
fn one_that_falls_on_a_day_off_is_reminded_before_it() {
    // Saturday, and the creditor shifts no due dates.
    let mut world = agreed(Shipped::Gentle.policy(), day("2026-01-26"), &[day("2026-02-14"), day("2026-03-13")], Vec::new());
    world.settings.shift_due_dates = false;
    live(&mut world, day("2026-01-27"), day("2026-03-31"));
    assert_eq!([told_on(&world, 1), told_on(&world, 2)], [Some(day("2026-02-13")), Some(day("2026-03-13"))]);
}

#[test]
fn a_person_who_passed_it_over_is_obeyed_also_in_its_grace() {
    let mut world = agreed(Shipped::Gentle.policy(), day("2026-01-26"), &[day("2026-02-13"), day("2026-03-13")], Vec::new());
    world.apply(&Command::SkipStep { case: id("A"), step: "plan-1/due".into(), reason: "they know".into() });
    days(&mut world, day("2026-01-27"), day("2026-02-18"));
    assert_eq!(told_on(&world, 1), None);
}

/// Invoices with due days all around, one of them in euros.
fn crowd(from: NaiveDate) -> Vec<InvoiceFact> {
    let others = [("B", 3), ("C", 11), ("D", 17), ("F", 24), ("G", 38)].map(|(name, after)| invoice(name, 40_000, from + Days::new(after)));
    others.into_iter().chain([in_euro(invoice("E", 40_000, from + Days::new(14)))]).collect()
}

#[test]
fn every_instalment_is_reminded_by_its_day_under_every_shipped_policy_from_every_day_of_a_year() {
    for shipped in Shipped::ALL {
        for without_email in [false, true] {
            for start in (0..365u64).step_by(4) {
                let made_on = day("2026-01-05") + Days::new(start);
                let on = [20, 50].map(|after| made_on + Days::new(after));
                let mut world = agreed(shipped.policy(), made_on, &on, crowd(made_on));
                if without_email {
                    world.account.profile.contacts.block("biuro@lipa.example", "it bounced");
                }
                live(&mut world, made_on + Days::new(1), made_on + Days::new(75));
                for (place, on) in on.iter().enumerate() {
                    let told = told_on(&world, place + 1);
                    let by = world.settings.payable_until(*on);
                    let place = format!("{shipped:?}, by SMS {without_email}, from {made_on}: {on}, {told:?}; {:#?}", world.said);
                    assert!(told.is_some_and(|told| told <= by), "{place}");
                }
                for other in ["B", "C", "E"] {
                    assert!(!world.heard(other).is_empty(), "{shipped:?} from {made_on}: {other} is not forgotten");
                }
            }
        }
    }
}

fn any_policy() -> impl Strategy<Value = String> {
    let steps = prop::sample::subsequence(vec![-7, -3, -1, 0, 1, 3, 7, 10, 14], 1..7);
    let channels = prop::sample::select(vec!["[email, sms]", "[sms, email]", "[sms]", "[email]"]);
    let step = prop::collection::vec((channels, prop::sample::select(vec!["", ", when: { least_open: { PLN: \"150.00\" } }"])), 9);
    (0u32..8, prop::option::of(1u32..4), steps, step).prop_map(|(gap, cap, days, ways)| {
        let cap = cap.map_or_else(String::new, |cap| format!("week_cap: {cap}\n"));
        let line = |(days, (channels, when)): (i32, (&str, &str))| {
            let tone = if days <= 0 { "courtesy" } else { "firm" };
            format!("  - {{ id: s{}, anchor: {{ from: due, days: {days} }}, channels: {channels}, tone: {tone}{when} }}\n", days + 10)
        };
        let steps: String = days.into_iter().zip(ways).map(line).collect();
        format!("name: mine\nversion: 1\nleast_gap_days: {gap}\n{cap}steps:\n{steps}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Any policy, any other invoices: an instalment that is agreed in time is reminded by its day.
    #[test]
    fn any_policy_reminds_of_every_instalment_by_its_day(
        text in any_policy(),
        start in 0u64..365,
        others in prop::collection::vec((0u64..60, any::<bool>()), 0..6),
        first in 9u64..30,
        gap in 22u64..40,
    ) {
        // Steps that nobody comes to are refused; so is what is no policy.
        let Ok(policy) = from_text(&text) else { return Ok(()) };
        let made_on = day("2026-01-05") + Days::new(start);
        let on = [first, first + gap, first + 2 * gap].map(|after| made_on + Days::new(after));
        let others = others.into_iter().enumerate().map(|(n, (after, euro))| {
            let fact = invoice(&format!("B{n}"), 40_000, made_on + Days::new(after));
            if euro { in_euro(fact) } else { fact }
        });
        let mut world = agreed(policy, made_on, &on, others.collect());
        live(&mut world, made_on + Days::new(1), on[2] + Days::new(10));
        for (place, on) in on.iter().enumerate() {
            let told = told_on(&world, place + 1);
            let by = world.settings.payable_until(*on);
            prop_assert!(told.is_some_and(|told| told <= by), "{on}: {told:?}; made {made_on}\n{text}\n{:#?}\n{:?}", world.said, world.case("A").decision);
        }
    }
}
