//! What a policy may say, and what is said back when it may not.

use super::*;
use crate::domain::calendar::{Calendar, Country};

const PL: Calendar<'static> = Calendar::of(Country::Pl);

fn document(steps: &str) -> String {
    format!("name: mine\nleast_gap_days: 2\nsteps:\n{steps}")
}

fn problems_of(text: &str) -> Vec<(String, String)> {
    let errors = accepted(text, PL).err().unwrap_or_default();
    assert!(errors.iter().all(|error| !error.problem.is_empty() && !error.expected.is_empty()), "{errors:?}");
    errors.into_iter().map(|error| (error.field, error.problem)).collect()
}

fn fields_of(text: &str) -> Vec<String> {
    problems_of(text).into_iter().map(|(field, _)| field).collect()
}

#[test]
fn the_shipped_policies_can_be_read_and_every_step_be_reached() {
    for country in [Country::Pl, Country::De, Country::Cz, Country::Gb] {
        for shipped in Shipped::ALL {
            let policy = accepted(shipped.text(), Calendar::of(country)).unwrap();
            assert_eq!(policy.name, shipped.name());
        }
    }
}

#[test]
fn a_policy_written_as_json_or_yaml_is_the_same_and_can_be_given_back() {
    for shipped in Shipped::ALL {
        let policy = shipped.policy();
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(accepted(&json, PL), Ok(policy));
    }
}

#[test]
fn a_repeated_step_is_as_many_rungs_with_names_of_their_own() {
    let policy = Shipped::Firm.policy();
    let names: Vec<_> = policy.rungs().map(|rung| rung.id().into_owned()).collect();
    assert_eq!(names, ["due-2", "due+1", "due+4", "chase", "chase.2", "chase.3", "call", "final"]);
    for (rank, name) in names.iter().enumerate() {
        assert_eq!(policy.rank(name), Some(rank), "{name}");
        assert!(policy.ladder_of(None).rung(name).is_some());
    }
    for unknown in ["chase.0", "chase.4", "chase.x", "due+1.2", "x", ""] {
        assert_eq!(policy.rank(unknown), None, "{unknown}");
    }
}

#[test]
fn every_problem_comes_at_once_with_its_path() {
    let text = "
name: ''
least_gap_days: many
week_cap: 0
colour: red
steps:
  - id: Due 1
    anchor: { from: due, days: -90, unit: lunar }
    channels: []
    tone: angry
  - id: due
    anchor: { from: yesterday, days: 0 }
    channels: [email, email]
    tone: firm
    template: threat
    when: { least_open: { PLN: a lot }, kinds: [robot] }
    repeat: { every_days: 4 }
  - 7
";
    let fields = fields_of(text);
    let expected = [
        "least_gap_days",
        "colour",
        "name",
        "week_cap",
        "steps[0].id",
        "steps[0].anchor.days",
        "steps[0].channels",
        "steps[1].channels",
        "steps[0].anchor.unit",
        "steps[0].tone",
        "steps[1].anchor.from",
        "steps[1].when.kinds[0]",
        "steps[1].when.least_open",
        "steps[1].repeat.times",
        "steps[1].template",
        "steps[2]",
    ];
    for field in expected {
        assert!(fields.iter().any(|found| found == field), "{field} is not among {fields:?}");
    }
    assert_eq!(fields.len(), expected.len(), "{fields:?}");
}

#[test]
fn what_is_well_formed_may_still_say_nonsense() {
    let text = "
name: ' '
least_gap_days: 61
week_cap: 0
steps:
  - id: Due 1
    anchor: { from: previous, days: -4 }
    channels: [task, email]
    tone: firm
  - id: due
    anchor: { from: due, days: -90 }
    channels: []
    tone: firm
    repeat: { every_days: 0, times: 1 }
  - id: due
    anchor: { from: issued, days: -1 }
    channels: [sms, sms]
    tone: firm
";
    let expected = [
        "name",
        "least_gap_days",
        "week_cap",
        "steps[0].id",
        "steps[0].anchor.from",
        "steps[0].anchor.days",
        "steps[0].channels",
        "steps[1].anchor.days",
        "steps[1].channels",
        "steps[1].repeat.every_days",
        "steps[1].repeat.times",
        "steps[2].id",
        "steps[2].anchor.days",
        "steps[2].channels",
    ];
    assert_eq!(fields_of(text), expected);
}

#[test]
fn a_broken_step_hides_no_nonsense_of_another() {
    let text = document(
        "  - { id: due, anchor: { from: due, days: 0 }, channels: [fax], tone: firm }\n  - { id: DUE, anchor: { from: due, days: 9999 }, channels: [email], tone: firm }",
    );
    assert_eq!(fields_of(&text), ["steps[0].channels[0]", "steps[1].id", "steps[1].anchor.days"]);
}

#[test]
fn nothing_false_is_said_about_what_could_not_be_read() {
    // The day is right from one start, whichever is meant; the id may be that of no other step.
    let one = |start: &str, days: i32, rest: &str| {
        document(&format!("  - {{ id: a, anchor: {{ from: {start}, days: {days} }}, channels: [email], tone: firm{rest} }}\n"))
    };
    for days in [-60, 0, 730] {
        assert_eq!(fields_of(&one("noon", days, ", claims: [interest]")), ["steps[0].anchor.from"], "{days}");
    }
    assert_eq!(fields_of(&one("noon", 731, "")), ["steps[0].anchor.from", "steps[0].anchor.days"]);
    let text = document(
        &(step("7", 1, "") + &step("[]", 3, "") + "  - x\n  - { anchor: { from: previous, days: 2 }, tone: firm, to: [owner] }\n"),
    );
    assert_eq!(fields_of(&text), ["steps[0].id", "steps[1].id", "steps[2]", "steps[3].id", "steps[3].channels"]);
    // Whether the last step is ever reached hangs on the one that cannot be read; else it is said.
    let later = |rest: &str| document(&(step("a", 5, rest) + &step("b", -3, "")));
    assert_eq!(fields_of(&later(", repeat: 7")), ["steps[0].repeat"]);
    assert_eq!(fields_of(&later(", whenn: { kinds: [consumer] }")), ["steps[0].whenn"]);
    assert_eq!(fields_of(&later(", template: threat")), ["steps[0].template", "steps[1]"]);
    assert_eq!(fields_of(&later("").replace("mine", "''")), ["name", "steps[1]"]);
}

#[test]
fn a_ladder_has_up_to_two_hundred_steps() {
    let many = |steps: i32| document(&(0..steps).map(|n| step(&format!("s{n}"), n * 3, "")).collect::<String>());
    assert_eq!(fields_of(&many(200)), Vec::<String>::new());
    let errors = accepted(&many(201), PL).unwrap_err();
    assert!(errors.iter().any(|error| error.field == "steps" && error.expected == "1 to 200 steps"), "{errors:?}");
}

#[test]
fn no_document_at_all_is_one_clear_error() {
    for text in ["", "7", "[]", "null", "name: [", "steps: 1\nsteps: 2", "\u{0}"] {
        let found = problems_of(text);
        assert!(!found.is_empty() && found.len() <= 3, "{text:?}: {found:?}");
    }
    assert!(fields_of("name: x\nleast_gap_days: 0\nsteps: []").contains(&"steps".to_owned()));
}

fn step(id: &str, days: i32, rest: &str) -> String {
    format!("  - {{ id: {id}, anchor: {{ from: due, days: {days} }}, channels: [email], tone: firm{rest} }}\n")
}

#[test]
fn a_step_that_nobody_ever_comes_to_is_refused() {
    let unreached = |steps: &str| {
        let found = problems_of(&document(steps));
        found
            .into_iter()
            .inspect(|(_, problem)| assert!(problem.contains("can never be reached"), "{problem}"))
            .map(|(field, _)| field)
            .collect::<Vec<_>>()
    };
    // Before the due date, after one that comes after it.
    assert_eq!(unreached(&(step("a", 5, "") + &step("b", -3, ""))), ["steps[1]"]);
    // On the due date, one day after another: the gap of two days always passes it over, but for
    // weekends, when the first of them lapses.
    assert_eq!(unreached(&(step("a", -1, "") + &step("b", 0, ""))), Vec::<String>::new());
    // For those alone who were passed over by none before: the last step of a person is no company's.
    let person = ", when: { kinds: [consumer] }";
    assert_eq!(unreached(&(step("a", 1, person) + &step("b", 3, ", when: { kinds: [business] }"))), Vec::<String>::new());
    // Before the due date, after as many repeats as fill the time until then.
    assert_eq!(unreached(&(step("a", -60, ", repeat: { every_days: 30, times: 3 }") + &step("b", -1, ""))), ["steps[1]"]);
}

#[test]
fn a_ladder_that_is_too_long_is_refused_and_the_longest_one_is_walked() {
    let many = |steps: usize, times: u32| {
        let one = |n: usize| step(&format!("s{n}"), 700, &format!(", repeat: {{ every_days: 1, times: {times} }}"));
        document(&((0..steps).map(one).collect::<String>() + &step("never", -1, "")))
    };
    assert_eq!(fields_of(&many(5, 50)), ["steps"]);
    // 199 times, and one step that is looked for on every due day and never found.
    assert_eq!(fields_of(&many(9, 22)), ["steps[9]"]);
}

#[test]
fn amounts_are_read_in_their_currency() {
    let amounts = |text: &str| serde_json::from_str::<Amounts>(text);
    assert_eq!(amounts(r#"{"PLN":"12.34","JPY":"500"}"#).unwrap().of(Currency::PLN), 1_234);
    assert_eq!(amounts(r#"{"PLN":"12.34"}"#).unwrap().of(Currency::EUR), 0);
    for bad in
        [r#"{"PLN":"-1"}"#, r#"{"PLN":"0"}"#, r#"{"XYZ":"1"}"#, r#"{"JPY":"1.5"}"#, r#"{"PLN":1}"#, r#"{"PLN":"99999999999999999999"}"#]
    {
        assert!(amounts(bad).is_err(), "{bad}");
    }
}

#[test]
fn whom_a_step_is_for_is_checked_with_its_path() {
    let step = |rest: &str| document(&format!("  - {{ id: a, anchor: {{ from: due, days: 1 }}, tone: firm, {rest} }}\n"));
    let fine = accepted(&step("channels: [email, sms], to: [accounts_payable, owner], copies: [management]"), PL).unwrap();
    assert_eq!(fine.steps[0].audience().copies, [crate::domain::contact::Role::Management]);
    for (rest, field) in [
        ("channels: [email], to: [king]", "steps[0].to[0]"),
        ("channels: [email], copies: [owner, boss]", "steps[0].copies[1]"),
        ("channels: [email], to: [owner, owner]", "steps[0].to"),
        ("channels: [email], copies: [owner, owner]", "steps[0].copies"),
        ("channels: [email], to: [owner], copies: [owner]", "steps[0].copies"),
        ("channels: [task], to: [owner]", "steps[0].to"),
        ("channels: [sms], copies: [owner]", "steps[0].copies"),
    ] {
        assert_eq!(fields_of(&step(rest)), [field], "{rest}");
    }
}

#[test]
fn claims_are_of_steps_that_demand_and_compensation_of_companies() {
    let text = document(
        "  - { id: due, anchor: { from: due, days: 0 }, channels: [email], tone: courtesy, claims: [interest] }
  - { id: a, anchor: { from: due, days: 3 }, channels: [email], tone: firm, claims: [interest, interest] }
  - { id: b, anchor: { from: due, days: 9 }, channels: [task], tone: firm, claims: [interest] }
  - { id: c, anchor: { from: due, days: 20 }, channels: [sms], tone: firm, claims: [compensation], when: { kinds: [consumer] } }
  - { id: d, anchor: { from: due, days: 30 }, channels: [sms], tone: firm, claims: [costs] }
",
    );
    assert_eq!(fields_of(&text), ["steps[4].claims[0]", "steps[0].claims", "steps[1].claims", "steps[2].claims", "steps[3].claims"]);
}

#[test]
fn compensation_is_of_invoices_in_zloty() {
    let step = |currencies: &str, claims: &str| {
        let when = format!("when: {{ currencies: [{currencies}] }}");
        document(&format!("  - {{ id: a, anchor: {{ from: due, days: 9 }}, channels: [sms], tone: firm, claims: [{claims}], {when} }}\n"))
    };
    assert_eq!(fields_of(&step("EUR", "compensation")), ["steps[0].claims"]);
    for (currencies, claims) in [("EUR", "interest"), ("PLN, EUR", "compensation"), ("PLN", "interest, compensation")] {
        assert!(fields_of(&step(currencies, claims)).is_empty(), "{currencies}: {claims}");
    }
}

#[test]
fn only_the_firm_policy_claims_and_only_once_it_demands() {
    for shipped in Shipped::ALL {
        let policy = shipped.policy();
        let claiming: Vec<_> = policy.steps.iter().filter(|step| !step.claims.is_empty()).map(|step| step.id.as_str()).collect();
        let expected: &[&str] = if shipped.name() == "firm" { &["due+4", "chase", "final"] } else { &[] };
        assert_eq!(claiming, expected);
    }
}
