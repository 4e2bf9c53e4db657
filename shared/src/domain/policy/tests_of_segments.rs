//! What segments may say, and what is said back when they may not.

use super::*;
use crate::domain::calendar::{Calendar, Country};

const STEPS: &str = "steps: [{ id: a, anchor: { from: due, days: 1 }, channels: [email], tone: firm }]";

fn problems(segments: &str) -> Vec<(String, String)> {
    let text = format!("name: mine\nleast_gap_days: 2\n{STEPS}\nsegments: {segments}");
    let errors = accepted(&text, Calendar::of(Country::Pl)).err().unwrap_or_default();
    assert!(errors.iter().all(|error| !error.problem.is_empty() && !error.expected.is_empty()), "{errors:?}");
    errors.into_iter().map(|error| (error.field, error.problem)).collect()
}

fn fields(segments: &str) -> Vec<String> {
    problems(segments).into_iter().map(|(field, _)| field).collect()
}

#[test]
fn good_segments_are_taken() {
    assert_eq!(fields("[]"), Vec::<String>::new());
    assert_eq!(fields("[{ name: vip_7, when: { known_days_at_most: 0 }, tone_at_most: courtesy }, { name: rest }]"), Vec::<String>::new());
    let bounds = "late_share_at_least: 5, late_share_at_most: 5, average_days_late_at_least: 2, average_days_late_at_most: 2";
    assert_eq!(fields(&format!("[{{ name: x, when: {{ {bounds} }}, tone_at_least: firm, tone_at_most: firm }}]")), Vec::<String>::new());
    let ids = "tax_ids: [\"5252248481\", DE123456789]";
    assert_eq!(fields(&format!("[{{ name: public_body, when: {{ public_body: true, {ids} }} }}]")), Vec::<String>::new());
}

#[test]
fn every_problem_of_the_form_comes_at_once_with_its_path() {
    let segments = "
  - { name: x, when: { least_paid: many, colour: red, open_at_least: { PLN: much } }, size: 3 }
  - 7
  - { when: { kinds: [robot] } }
  - { name: own, steps: [{ id: b, anchor: { from: noon, days: 1 }, channels: [email], tone: angry }, 3] }
  - { name: z, steps: none }";
    let mut found = fields(segments);
    found.sort();
    let expected = [
        "segments[0].size",
        "segments[0].when.colour",
        "segments[0].when.least_paid",
        "segments[0].when.open_at_least",
        "segments[1]",
        "segments[2].name",
        "segments[2].when.kinds[0]",
        "segments[3].steps[0].anchor.from",
        "segments[3].steps[0].tone",
        "segments[3].steps[1]",
        // Behind one for everybody.
        "segments[4]",
        "segments[4].steps",
    ];
    assert_eq!(found, expected);
    assert_eq!(fields("many"), ["segments"]);
}

#[test]
fn bounds_that_nobody_can_meet_are_refused() {
    let when = |when: &str| fields(&format!("[{{ name: x, when: {{ {when} }} }}]"));
    assert_eq!(when("late_share_at_least: 101"), ["segments[0].when.late_share_at_least"]);
    assert_eq!(when("late_share_at_least: 50, late_share_at_most: 49"), ["segments[0].when.late_share_at_most"]);
    assert_eq!(when("average_days_late_at_least: 5, average_days_late_at_most: 4"), ["segments[0].when.average_days_late_at_most"]);
    assert_eq!(when("late_share_at_most: 0, average_days_late_at_least: 1"), ["segments[0].when.late_share_at_most"]);
    assert_eq!(when("public_body: true, kinds: [consumer]"), ["segments[0].when.kinds"]);
    assert_eq!(when("kinds: [consumer, consumer]"), ["segments[0].when.kinds"]);
    assert_eq!(when("least_paid: -1"), ["segments[0].when.least_paid"]);
    assert_eq!(when("known_days_at_most: 10001"), ["segments[0].when.known_days_at_most"]);
    let ids = "tax_ids: [\"5252248482\", \"525-224-84-81\", \"5252248481\", \"5252248481\", PL5252248481, \"\"]";
    assert_eq!(when(ids), [0, 1, 3, 4, 5].map(|n| format!("segments[0].when.tax_ids[{n}]")));
}

#[test]
fn names_are_slugs_and_each_once() {
    for bad in ["''", "On Time", "ół", "a-b", "x23456789012345678901234567890_"] {
        assert_eq!(fields(&format!("[{{ name: {bad} }}]")), ["segments[0].name"], "{bad}");
    }
    assert_eq!(fields("[{ name: x, when: { least_paid: 1 } }, { name: x }]"), ["segments[1].name"]);
    let many: Vec<String> = (0..21).map(|n| format!("{{ name: s{n}, when: {{ least_paid: {} }} }}", 21 - n)).collect();
    assert_eq!(fields(&format!("[{}]", many.join(", "))), ["segments"]);
}

#[test]
fn a_segment_behind_one_for_everybody_or_for_the_same_is_refused() {
    let found = problems("[{ name: rest }, { name: late, when: { late_share_at_least: 50 } }]");
    assert_eq!(found, [("segments[1]".to_owned(), "can never be reached".to_owned())]);
    let same = "{ name: a, when: { least_paid: 3 } }, { name: b, when: { least_paid: 3 } }";
    assert_eq!(fields(&format!("[{same}]")), ["segments[1].when"]);
}

#[test]
fn a_segment_behind_a_wider_one_is_refused() {
    let behind =
        |earlier: &str, later: &str| fields(&format!("[{{ name: a, when: {{ {earlier} }} }}, {{ name: b, when: {{ {later} }} }}]"));
    let ids = |ids: &str| format!("tax_ids: [{ids}]");
    let (one, two) = (ids("DE123456789"), ids("DE123456789, DE987654321"));
    for (wide, narrow) in [
        ("least_paid: 3", "least_paid: 5"),
        ("least_paid: 3", "least_paid: 3, kinds: [business]"),
        ("late_share_at_least: 20", "late_share_at_least: 50, late_share_at_most: 80"),
        ("late_share_at_most: 50", "late_share_at_most: 20"),
        ("average_days_late_at_least: 2", "average_days_late_at_least: 9"),
        ("average_days_late_at_most: 9", "average_days_late_at_most: 2"),
        ("known_days_at_most: 90", "known_days_at_most: 30"),
        ("open_at_least: { PLN: \"10.00\", EUR: \"5.00\" }", "open_at_least: { PLN: \"20.00\" }"),
        ("turnover_at_least: { PLN: \"10.00\" }", "turnover_at_least: { PLN: \"20.00\" }"),
        ("kinds: [business, consumer]", "kinds: [consumer]"),
        ("public_body: true", "public_body: true, least_paid: 1"),
        (two.as_str(), one.as_str()),
        (&format!("public_body: true, {two}"), one.as_str()),
        (&format!("public_body: true, {one}"), "public_body: true"),
    ] {
        assert_eq!(behind(wide, narrow), ["segments[1].when"], "{wide} before {narrow}");
        assert_eq!(behind(narrow, wide), Vec::<String>::new(), "{narrow} before {wide}");
    }
    for (earlier, later) in [
        ("least_paid: 3", "known_days_at_most: 30"),
        ("least_paid: 3, known_days_at_most: 30", "least_paid: 5"),
        ("open_at_least: { PLN: \"10.00\" }", "open_at_least: { PLN: \"20.00\", EUR: \"20.00\" }"),
        ("public_body: true", one.as_str()),
        (one.as_str(), "public_body: true"),
        ("public_body: true", &format!("public_body: true, {one}")),
    ] {
        assert_eq!(behind(earlier, later), Vec::<String>::new(), "{earlier} before {later}");
    }
    // What an earlier one asks for is not known while a part of it cannot be read.
    assert_eq!(behind("least_paid: 3, kinds: [robot]", "least_paid: 5"), ["segments[0].when.kinds[0]"]);
    assert_eq!(behind("least_paid: 3", "least_paid: 5, kinds: [robot]"), ["segments[1].when.kinds[0]"]);
}

#[test]
fn tones_do_not_cross() {
    assert_eq!(fields("[{ name: x, tone_at_least: firm, tone_at_most: friendly }]"), ["segments[0].tone_at_least"]);
    assert_eq!(fields("[{ name: x, tone_at_least: final }]"), ["segments[0].tone_at_least"]);
    let cap = Tones { at_most: Some(Tone::Friendly), at_least: None };
    assert_eq!((cap.of(Tone::Final), cap.of(Tone::Courtesy)), (Tone::Friendly, Tone::Courtesy));
    assert_eq!(cap.template(Template::Final), Template::Friendly);
    let firmer = Tones { at_most: None, at_least: Some(Tone::Firm) };
    assert_eq!((firmer.of(Tone::Friendly), firmer.of(Tone::Courtesy), firmer.of(Tone::Final)), (Tone::Firm, Tone::Courtesy, Tone::Final));
    assert_eq!(Tones { at_most: Some(Tone::Firm), at_least: None }.template(Template::Final), Template::Firm);
    assert_eq!(Tones::default().template(Template::Final), Template::Final);
}

fn step(id: &str, days: i32, rest: &str) -> String {
    format!("{{ id: {id}, anchor: {{ from: due, days: {days} }}, channels: [email], tone: firm{rest} }}")
}

fn fields_of(steps: &[String], segments: &str) -> Vec<String> {
    let text = format!("name: mine\nleast_gap_days: 2\nsteps: [{}]\nsegments: {segments}", steps.join(", "));
    accepted(&text, Calendar::of(Country::Pl)).err().unwrap_or_default().into_iter().map(|error| error.field).collect()
}

#[test]
fn steps_ask_only_for_segments_that_there_are() {
    let asks = step("a", 1, ", when: { segments: [late, nobody] }");
    assert_eq!(fields_of(std::slice::from_ref(&asks), "[{ name: late }]"), ["steps[0].when.segments[1]"]);
    assert_eq!(fields_of(&[asks], "[]"), ["steps[0].when.segments[0]", "steps[0].when.segments[1]"]);
    // While a segment's name cannot be read, nobody knows which there are; its other parts do not matter.
    let late = || [step("a", 1, ", when: { segments: [late] }")];
    assert_eq!(fields_of(&late(), "[{ name: 7 }]"), ["segments[0].name"]);
    assert_eq!(fields_of(&late(), "[{ name: late, when: 7 }]"), ["segments[0].when"]);
    assert_eq!(fields_of(&late(), "[{ name: early, when: 7 }]"), ["segments[0].when", "steps[0].when.segments[0]"]);
}

#[test]
fn a_step_for_a_segment_that_never_climbs_it_is_refused() {
    let own = format!("[{{ name: late, when: {{ least_paid: 1 }}, steps: [{}] }}, {{ name: rest }}]", step("b", 1, ""));
    let for_late = step("x", 5, ", when: { segments: [late] }");
    assert_eq!(fields_of(&[step("a", 1, ""), for_late], &own), ["steps[1]"]);
    let for_rest = step("x", 5, ", when: { segments: [rest] }");
    assert_eq!(fields_of(&[step("a", 1, ""), for_rest.clone()], &own), Vec::<String>::new());
    // In a ladder of its own only the segment itself is met.
    let wrong = format!("[{{ name: late, when: {{ least_paid: 1 }}, steps: [{}, {for_rest}] }}, {{ name: rest }}]", step("b", 1, ""));
    assert_eq!(fields_of(&[step("a", 1, "")], &wrong), ["segments[0].steps[1]"]);
    // Consumers are no companies.
    let consumers = step("x", 5, ", when: { segments: [people], kinds: [business] }");
    assert_eq!(fields_of(&[consumers], "[{ name: people, when: { kinds: [consumer] } }]"), ["steps[0]"]);
}

#[test]
fn a_segments_own_ladder_is_looked_at_like_any_other() {
    let own = |steps: &[String]| format!("[{{ name: x, steps: [{}] }}]", steps.join(", "));
    let bad = own(&[step("A", 9999, ""), step("b", 1, ""), step("b", 5, "")]);
    assert_eq!(
        fields_of(&[step("a", 1, "")], &bad),
        ["segments[0].steps[0].id", "segments[0].steps[0].anchor.days", "segments[0].steps[2].id"]
    );
    assert_eq!(fields_of(&[step("a", 1, "")], &own(&[step("b", 5, ""), step("c", -3, "")])), ["segments[0].steps[1]"]);
    let long = own(&[step("b", 5, ", repeat: { every_days: 1, times: 50 }")]);
    let main: Vec<String> = (0..4).map(|n| step(&format!("s{n}"), 1, ", repeat: { every_days: 1, times: 40 }")).collect();
    assert_eq!(fields_of(&main, &long), ["segments"]);
}

#[test]
fn a_policy_of_an_earlier_version_has_no_segments() {
    let policy = Shipped::Standard.policy();
    let mut stored = serde_json::to_value(&policy).unwrap();
    assert!(stored.as_object_mut().unwrap().remove("segments").is_some());
    let read: Policy = serde_json::from_value(stored).unwrap();
    assert_eq!(read.segments, []);
    assert_eq!(read.ladder_of(Some("on_time")).steps, policy.steps.as_slice());
}

#[test]
fn the_shipped_policies_know_the_seven_standard_segments() {
    for shipped in Shipped::ALL {
        let names: Vec<String> = shipped.policy().segments.into_iter().map(|segment| segment.name).collect();
        assert_eq!(names, STANDARD_SEGMENTS, "{shipped:?}");
    }
}
