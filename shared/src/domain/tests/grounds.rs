//! What decisions rest on stands with them: days, sums, the policy's version, and why this channel.

use chrono::NaiveTime;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::approval::Approval;
use crate::domain::calendar::OffDay;
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::fact::{InvoiceFact, PostalAddress};
use crate::domain::grounds::{Closing, Covered, DueKind, Lack, Lacking, LastStep, Small, StepFacts, Way};
use crate::domain::handle::{Command, NewPlan, Word};
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Policy, Start, from_text};
use crate::domain::stops::Party;

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn policy(more: &str, steps: &[&str]) -> Policy {
    let steps: String = steps.iter().map(|step| format!("  - {{ {step} }}\n")).collect();
    from_text(&format!("name: mine\nversion: 4\nleast_gap_days: 1\n{more}\nsteps:\n{steps}")).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// A world under a policy with invoices of 100.00 PLN.
fn under(policy: Policy, invoices: impl IntoIterator<Item = InvoiceFact>) -> World {
    let mut world = given([]).when(|world: &mut World| world.settings.policy = policy);
    for fact in invoices {
        world.apply(&Command::Invoice(Box::new(fact)));
    }
    world
}

fn a() -> InvoiceFact {
    invoice("A", 10_000, day(DUE))
}

fn facts(world: &World, name: &str) -> StepFacts {
    match &world.case(name).decision {
        Some((_, Decision::Step { facts: Some(facts), .. })) => (**facts).clone(),
        other => panic!("{name} took no step: {other:?}"),
    }
}

fn reason(world: &World, name: &str) -> SkipReason {
    match &world.case(name).decision {
        Some((_, Decision::Skip { reason, .. })) => reason.clone(),
        other => panic!("{name} was not skipped: {other:?}"),
    }
}

const FIRST: &str = "id: first, anchor: { from: due, days: 1 }, channels: [email, sms, letter, task], tone: friendly";

#[test]
fn a_step_tells_its_day_its_sum_its_policy_and_its_channel() {
    let world = under(policy("", &[FIRST]), [a()]).when(pays("loose", 1_500)).when(a_day("2026-02-04"));
    let expected = StepFacts {
        due_on: day(DUE),
        due: DueKind::Printed,
        anchor: Start::Due,
        counted_from: day(DUE),
        planned_on: day("2026-02-03"),
        net_minor: 8_500,
        segment: None,
        policy_version: 4,
        way: Way::First,
        sent_now: false,
    };
    assert_eq!(facts(&world, "A"), expected);
}

#[test]
fn what_is_due_on_a_day_off_is_counted_from_the_day_after_it() {
    // A Saturday.
    let world = under(policy("", &[FIRST]), [invoice("A", 10_000, day("2026-01-31"))]).when(a_day("2026-02-03"));
    let facts = facts(&world, "A");
    assert_eq!((facts.due_on, facts.counted_from, facts.planned_on), (day("2026-01-31"), day(DUE), day("2026-02-03")));
}

#[test]
fn an_extended_due_date_and_an_instalment_are_named_as_such() {
    let later = Command::ExtendDueDate { case: id("A"), due_on: day("2026-02-05"), reason: "agreed".into() };
    let extended = under(policy("", &[FIRST]), [a()]).when(does(later)).when(a_day("2026-02-06"));
    let told = facts(&extended, "A");
    assert_eq!((told.due_on, told.due, told.planned_on), (day("2026-02-05"), DueKind::Extended, day("2026-02-06")));

    let plan = NewPlan {
        by: Party::Team,
        cases: vec![id("A")],
        instalments: vec![(day("2026-02-13"), 4_000), (day("2026-03-13"), 6_000)],
        note: "agreed".into(),
    };
    let agreed = under(policy("", &[FIRST]), [a()])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(Command::MakePlan(plan)))
        .when(days_pass("2026-02-05", "2026-02-13"));
    let told = facts(&agreed, "A");
    assert_eq!((told.due_on, told.due, told.net_minor), (day("2026-02-13"), DueKind::Instalment, 4_000));
    assert_eq!((told.anchor, told.counted_from), (Start::Due, day("2026-02-13")));
}

#[test]
fn a_step_after_another_is_counted_from_the_day_of_that_one() {
    let second = "id: second, anchor: { from: previous, days: 7 }, channels: [email], tone: friendly";
    let issued = "id: early, anchor: { from: issued, days: 1 }, channels: [email], tone: courtesy";
    let world = under(policy("", &[issued, FIRST, second]), [a()]).when(days_pass("2026-01-19", "2026-01-20"));
    assert_eq!((facts(&world, "A").anchor, facts(&world, "A").counted_from), (Start::Issued, day("2026-01-19")));
    // Nobody looked on the day of the first step.
    let world = world.when(days_pass("2026-02-05", "2026-02-12"));
    let told = facts(&world, "A");
    assert_eq!((told.anchor, told.counted_from, told.planned_on), (Start::Previous, day("2026-02-05"), day("2026-02-12")));
}

#[test]
fn a_fallback_tells_what_every_channel_before_it_lacks() {
    let lacking = |channel, lack| Lacking { channel, lack };
    let mut fact = a();
    fact.debtor.phone = None;
    fact.debtor.postal = Some(PostalAddress { street: "Lipowa 1".into(), post_code: None, city: "Warszawa".into(), country: None });
    let world = under(policy("", &[FIRST]), [fact])
        .when(|world: &mut World| {
            world.account.profile.contacts.block("biuro@lipa.example", "bounced");
        })
        .when(a_day("2026-02-03"));
    let way = Way::Fallback(vec![lacking(Channel::Email, Lack::Blocked), lacking(Channel::Sms, Lack::Missing)]);
    assert_eq!(facts(&world, "A").way, way);

    let refusing = under(policy("", &[FIRST]), [a()])
        .when(does(Command::RefuseChannel { channel: Channel::Email, by: Party::Debtor, reason: None }))
        .when(a_day("2026-02-03"));
    assert_eq!(facts(&refusing, "A").way, Way::Fallback(vec![lacking(Channel::Email, Lack::Refused)]));
}

#[test]
fn who_cannot_be_reached_at_all_is_told_with_what_is_missing() {
    let by_sms = "id: first, anchor: { from: due, days: 1 }, channels: [sms, letter], tone: friendly";
    let world = under(policy("", &[by_sms]), [a()])
        .when(|world: &mut World| {
            world.account.profile.contacts.block("+48600700800", "refused");
        })
        .when(a_day("2026-02-03"));
    let lacks = [(Channel::Sms, Lack::Blocked), (Channel::Letter, Lack::Missing)];
    let lacks = lacks.map(|(channel, lack)| Lacking { channel, lack }).to_vec();
    assert_eq!(reason(&world, "A"), SkipReason::Unreachable { lacks });
}

#[test]
fn a_line_goes_the_way_of_the_strictest_one_and_says_so() {
    let late = "id: late, anchor: { from: due, days: 10 }, channels: [sms], tone: firm";
    let world = under(policy("", &[FIRST, late]), [a(), invoice("B", 5_000, day("2026-02-12"))])
        .when(a_day("2026-02-05"))
        .when(a_day("2026-02-13"));
    assert_eq!((facts(&world, "A").way, facts(&world, "B").way), (Way::First, Way::Joined));
}

#[test]
fn a_channel_that_a_person_chose_and_a_step_that_one_sent_are_told() {
    let by = Command::Instruct { case: id("A"), on: day("2026-02-03"), word: Word::By { channel: Channel::Sms } };
    let chosen = under(policy("", &[FIRST]), [a()])
        .when(|world: &mut World| world.at(day("2026-02-02"), "12:00:00"))
        .when(does(by))
        .when(a_day("2026-02-03"));
    assert_eq!(facts(&chosen, "A").way, Way::Chosen);
    let sent = under(policy("", &[FIRST]), [a()])
        .when(|world: &mut World| {
            world.settings.approval = Approval::None;
            world.at(day("2026-01-29"), "10:00:00");
        })
        .when(does(Command::SendNow { case: Some(id("A")), reason: "they asked".into() }));
    let told = facts(&sent, "A");
    assert!(told.sent_now && told.planned_on == day("2026-02-03"), "{told:?}");
}

#[test]
fn silence_tells_the_sums_and_days_that_it_rests_on() {
    let currency = Currency::PLN;
    let covered = under(policy("", &[FIRST]), [a()]).when(does(credit_note("K", None, 12_000))).when(a_day("2026-02-03"));
    let sums = Covered { open_minor: 10_000, credit_minor: 12_000, currency };
    assert_eq!(reason(&covered, "A"), SkipReason::CoveredByCredit { sums: Some(sums) });

    let least = policy("least_sums: { PLN: \"200.00\" }", &[FIRST]);
    let small = under(least, [a(), invoice("B", 5_000, day(DUE))]).when(pays("loose", 1_000)).when(a_day("2026-02-03"));
    let expected = SkipReason::TooSmall { least_minor: 20_000, small: Some(Small { sum_minor: 14_000, currency }) };
    assert_eq!((reason(&small, "A"), reason(&small, "B")), (expected.clone(), expected));

    let early = under(policy("", &[FIRST]), [a()]).when(a_day("2026-01-30"));
    assert_eq!(reason(&early, "A"), SkipReason::NotYet { planned_on: Some(day("2026-02-03")) });

    let over = under(policy("", &[FIRST]), [a()]).when(days_pass("2026-02-03", "2026-02-20"));
    let last = LastStep { step: "first".into(), on: day("2026-02-03") };
    assert_eq!(reason(&over, "A"), SkipReason::LadderFinished { last: Some(last) });
}

#[test]
fn a_step_whose_conditions_never_hold_was_not_taken() {
    let large = "id: first, anchor: { from: due, days: 1 }, channels: [email], tone: friendly, when: { least_open: { PLN: \"500.00\" } }";
    let world = under(policy("", &[large]), [a()]).when(a_day("2026-02-03"));
    assert_eq!(reason(&world, "A"), SkipReason::LadderFinished { last: None });
}

#[test]
fn a_day_off_says_why_it_is_one() {
    let on = |day_off: &str| reason(&under(policy("", &[FIRST]), [invoice("A", 10_000, day("2026-04-01"))]).when(night(day_off)), "A");
    // Planned for Thursday, 2 April; Good Friday is no day off in Poland.
    assert_eq!(on("2026-04-04"), SkipReason::DayOff { off: Some(OffDay::Weekend) });
    assert_eq!(on("2026-04-05"), SkipReason::DayOff { off: Some(OffDay::Holiday) }, "Easter");
    assert_eq!(on("2026-04-06"), SkipReason::DayOff { off: Some(OffDay::Holiday) }, "Easter Monday");
    let own = under(policy("", &[FIRST]), [invoice("A", 10_000, day("2026-04-01"))])
        .when(|world: &mut World| world.settings.days_off = vec!["2026-04-07".to_owned().try_into().unwrap()])
        .when(night("2026-04-07"));
    assert_eq!(reason(&own, "A"), SkipReason::DayOff { off: Some(OffDay::Own) });
}

#[test]
fn a_closed_window_says_when_it_closed_and_where() {
    let world = under(policy("", &[FIRST]), [a()]).when(|world: &mut World| {
        world.account.profile.zone = Some(chrono_tz::Europe::London);
        world.at(day("2026-02-03"), "23:00:00");
        world.apply(&Command::Night { as_of: day("2026-02-03") });
    });
    let until: NaiveTime = world.settings.email_window.until;
    let closing = Closing { channel: Channel::Email, until, zone: chrono_tz::Europe::London };
    assert_eq!(reason(&world, "A"), SkipReason::WindowClosed { closing: Some(closing) });
}

#[test]
fn what_is_opened_again_is_silent_for_that_and_not_for_its_day() {
    let world = under(policy("", &[FIRST]), [a()])
        .when(pays_for("A", "p", 10_000))
        .when(|world: &mut World| world.at(day("2026-02-10"), "10:00:00"))
        .when(does(refund("r", Some("p"), None, 10_000)))
        .when(night("2026-02-10"));
    assert_eq!(reason(&world, "A"), SkipReason::ReopenedToday);
}

#[test]
fn decisions_of_an_earlier_version_are_read_without_their_facts() {
    let old = [
        r#"{"decision":"step","step":"due+1","reminder":"2026-02-03_email_PLN"}"#,
        r#"{"decision":"skip","why":"covered_by_credit","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"too_small","least_minor":500,"next_step":"due+1","next_on":null}"#,
        r#"{"decision":"skip","why":"not_yet","next_step":"due+1","next_on":"2026-02-03"}"#,
        r#"{"decision":"skip","why":"unreachable","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"day_off","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"window_closed","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"ladder_finished","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"not_on_allow_list","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"run_cap_reached","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"channel_gone","channel":"sms","next_step":null,"next_on":null}"#,
        r#"{"decision":"skip","why":"on_hold","scope":"debtor","until":null,"next_step":null,"next_on":null}"#,
    ];
    for text in old {
        let read: Decision = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(serde_json::to_string(&read).unwrap(), text, "it is written as it was");
    }
}

#[test]
fn decisions_are_read_as_they_are_written_and_stay_small() {
    let world = under(policy("", &[FIRST]), [a()]).when(|world: &mut World| {
        world.account.profile.contacts.block("biuro@lipa.example", "bounced");
    });
    for name in ["2026-02-02", "2026-02-03", "2026-02-04"] {
        let world = world.clone().when(a_day(name));
        let (_, decision) = world.case("A").decision.clone().unwrap();
        let text = serde_json::to_string(&decision).unwrap();
        assert_eq!(serde_json::from_str::<Decision>(&text).unwrap(), decision);
        assert!(text.len() < 400, "{}: {text}", text.len());
    }
}
