//! A case once, and again in the other ways that it names.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};

use crate::faults::Fault;

use super::check::{Strict, dated, in_the_end};
use super::day::Lived;
use super::looks::Heard;
use super::play::{How, play};
use super::story::{Again, Case, Dated, Input, What};
use super::{stage, transcript};

/// Plays a case in all its ways: what is told of them, and what is not as expected.
pub fn play_all(case: &Case) -> (String, Vec<String>) {
    let once = play(case, &How::default());
    let (mut told, mut wrong) = (transcript::head_of(case), in_the_end(case, &once));
    if !is_only_counted(case) {
        told.push_str(&transcript::days(case, &once));
        wrong.extend(dated(case, &once, Strict::Messages));
    }
    for again in &case.again {
        let (lines, problems) = match *again {
            Again::Missed { least, most, from } => missed(case, least..=most, from),
            Again::Stops => stops(case),
            Again::Twice => twice(case, &once),
            Again::Orders(on) => orders(case, on),
            Again::Paid { from, to } => paid(case, &once, from, to),
        };
        told.push_str(&lines);
        wrong.extend(problems);
    }
    (told, wrong)
}

/// Whether a case says only what is true in the end, for any number of days off.
fn is_only_counted(case: &Case) -> bool {
    let says = |dated: &Dated| matches!(dated.what, What::Expect(_));
    case.again.iter().any(|again| matches!(again, Again::Missed { .. })) && !case.days.iter().any(says)
}

fn under(name: &str, problems: Vec<String>) -> Vec<String> {
    problems.into_iter().map(|problem| format!("{name}: {problem}")).collect()
}

/// Each number of days off in turn: a line each with the days on which something was heard.
fn missed(case: &Case, counts: std::ops::RangeInclusive<u32>, from: NaiveDate) -> (String, Vec<String>) {
    let mut lines = format!("  off from {} for so many days, and heard:\n", super::words::day(from));
    let mut wrong = Vec::new();
    for count in counts {
        let off: BTreeSet<NaiveDate> = from.iter_days().take(usize::try_from(count).unwrap_or(0)).collect();
        let lived = play(case, &How { off, ..How::default() });
        lines.push_str(&format!("  {count:>4}  {}\n", heard_in_short(&lived)));
        wrong.extend(under(&format!("{count} days off"), in_the_end(case, &lived)));
    }
    (lines, wrong)
}

/// `due-3 12.03, due 15.03`.
fn heard_in_short(lived: &Lived) -> String {
    let heard = lived.heard().map(|heard| {
        let mut steps: Vec<&str> = heard.steps.iter().map(|(_, step)| step.as_str()).collect();
        steps.dedup();
        format!("{} {}", steps.join("+"), heard.on.format("%d.%m"))
    });
    let heard: Vec<String> = heard.collect();
    if heard.is_empty() { "nothing".to_owned() } else { heard.join(", ") }
}

/// A stop before and after each write: told by the name of the write.
fn stops(case: &Case) -> (String, Vec<String>) {
    let watched = play(case, &How { watched: true, ..How::default() });
    let mut results: BTreeMap<(String, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (number, name) in &watched.writes {
        for (fault, when) in [(Fault::StopBefore, "before"), (Fault::StopAfter, "after")] {
            let lived = play(case, &How { watched: true, stop: Some((*number, fault)), ..How::default() });
            let told = lived.days.iter().flat_map(|day| &day.people).any(|told| told.ends_with("Ambiguous"));
            let result = if told { "one message is uncertain: a person is told, and it is not sent again" } else { "as above" };
            results.entry((name.clone(), when)).or_default().insert(result);
            let name = format!("a stop {when} write {number} ({name})");
            wrong.extend(under(&name, dated(case, &lived, Strict::OrTold)));
            if !told {
                wrong.extend(under(&name, in_the_end(case, &lived)));
            }
        }
    }
    let mut lines = "  with one stop of the machine:\n".to_owned();
    for ((name, when), results) in results {
        let results: Vec<&str> = results.into_iter().collect();
        lines.push_str(&format!("  {:<24}{}\n", format!("{when} \"{name}\""), results.join(" | ")));
    }
    (lines, wrong)
}

fn twice(case: &Case, once: &Lived) -> (String, Vec<String>) {
    let lived = play(case, &How { twice: true, ..How::default() });
    let mut wrong = under("everything twice", dated(case, &lived, Strict::Messages));
    wrong.extend(under("everything twice", in_the_end(case, &lived)));
    let sorted = |lived: &Lived| {
        let mut heard: Vec<Heard> = lived.heard().cloned().collect();
        heard.sort_by_key(|heard| (heard.on, heard.at, heard.who()));
        heard
    };
    if sorted(&lived) != sorted(once) {
        wrong.push("everything twice: other messages than once".to_owned());
    }
    ("  with everything twice and overlapping nights: the same messages\n".to_owned(), wrong)
}

/// The inputs of a day in every order; dated expectations hold after it.
fn orders(case: &Case, on: NaiveDate) -> (String, Vec<String>) {
    let inputs = case.days.iter().filter(|dated| dated.on == on && matches!(dated.what, What::Input(..))).count();
    let mut wrong = Vec::new();
    let all = permutations(inputs);
    for order in &all {
        let lived = play(case, &How { order: Some((on, order.clone())), ..How::default() });
        wrong.extend(under(&format!("in the order {order:?}"), dated(case, &lived, Strict::Messages)));
    }
    (
        format!("  with what comes on {on} in each of {} orders: {}\n", all.len(), if wrong.is_empty() { "the same" } else { "OTHERWISE" }),
        wrong,
    )
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for item in 0..count {
        all = all.iter().flat_map(|order| (0..=order.len()).map(move |at| [&order[..at], &[item], &order[at..]].concat())).collect();
    }
    all
}

/// Everything open is paid at each of three times of each day: until then all goes as without it,
/// and afterwards nobody hears anything.
fn paid(case: &Case, once: &Lived, from: NaiveDate, to: NaiveDate) -> (String, Vec<String>) {
    let mut lines = "  with all paid at 03:00, 05:00 or 12:00 of each day, and heard until then and never after:\n".to_owned();
    let mut ranges: Vec<(String, String, String)> = Vec::new();
    let mut wrong = Vec::new();
    let times = [3, 5, 12].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    for (on, at) in from.iter_days().take_while(|on| *on <= to).flat_map(|on| times.map(|at| (on, at))) {
        let name = format!("{} {}", super::words::day(on), at.format("%H:%M"));
        let evening = once.days.iter().rev().find(|day| day.on < on).or(once.days.first());
        let open = evening.map(|day| day.open.clone()).unwrap_or_default();
        let more = match paying(case, &open) {
            Ok(inputs) => inputs.into_iter().map(|input| (on, at, input)).collect(),
            Err(why) => return (lines, vec![format!("{name}: {why}")]),
        };
        let lived = play(case, &How { more, ..How::default() });
        let before = |heard: &&Heard| stage::local(heard.on, heard.at) < stage::local(on, at);
        let expected: Vec<&Heard> = once.heard().filter(before).collect();
        let same = lived.heard().collect::<Vec<_>>() == expected;
        let settled = lived.days.last().is_some_and(|day| day.open == "nothing");
        let heard = heard_in_short(&lived);
        match ranges.last_mut().filter(|(.., same)| *same == heard) {
            Some((_, last, _)) => last.clone_from(&name),
            None => ranges.push((name.clone(), name.clone(), heard)),
        }
        wrong.extend(under(&name, lived.problems.clone()));
        if !same || !settled {
            let open = lived.days.last().map(|day| day.open.clone()).unwrap_or_default();
            wrong.push(format!("paid at {name}: heard {}, open: {open}", heard_in_short(&lived)));
        }
    }
    for (first, last, heard) in ranges {
        lines.push_str(&format!("  {first} to {last}  {heard}\n"));
    }
    (lines, wrong)
}

/// A payment for each open invoice (`FV/1 400.00 PLN, ...`).
fn paying(case: &Case, open: &str) -> Result<Vec<Input>, String> {
    let from = case.who.debtors.first().map(|debtor| debtor.name.clone()).ok_or("there is no debtor")?;
    let each = open.split(", ").filter(|one| *one != "nothing").map(|one| {
        let (number, amount) = one.split_once(' ').ok_or("nothing is open")?;
        let amount = super::form::amount(amount)?;
        Ok(Input::Payment { id: format!("all-{number}"), amount, from: from.clone(), names: Some(number.to_owned()) })
    });
    each.collect()
}
