//! The transcript: what came and what happened, day by day. Days without news are left out; an
//! invoice's silence is told when its reason changes.

use std::collections::BTreeMap;

use super::check::line_of;
use super::day::{Day, Lived};
use super::looks::{Heard, Standing};
use super::story::{Case, Dated, Scenario, What};
use super::words;

/// Longer lines are wrapped.
const WIDTH: usize = 118;

/// The top of a transcript.
pub fn head(scenario: &Scenario) -> String {
    format!("{}\nTranscript. Times are those of Warsaw; what is told of a day stands at its end.\n", scenario.title)
}

/// The top of a case.
pub fn head_of(case: &Case) -> String {
    format!("\nCASE {}\n", case.title)
}

/// A case as it was lived once.
pub fn days(case: &Case, lived: &Lived) -> String {
    let mut text = String::new();
    let mut known: BTreeMap<String, Standing> = BTreeMap::new();
    let mut beside: BTreeMap<String, String> = BTreeMap::new();
    let (mut people, mut open, mut credit) = (Vec::new(), String::new(), "nothing".to_owned());
    for day in &lived.days {
        let mut lines = happened(case, day);
        if !day.off {
            lines.extend(changed(&known, &day.standings).map(|told| format!("       {told}")));
            known.clone_from(&day.standings);
        }
        lines.extend(day.people.iter().filter(|told| !people.contains(*told)).map(|told| format!("       for a person: {told}")));
        if day.open != open {
            lines.push(format!("       open: {}", day.open));
        }
        if day.credit != credit {
            lines.push(format!("       credit: {}", day.credit));
        }
        people.clone_from(&day.people);
        open.clone_from(&day.open);
        credit.clone_from(&day.credit);
        if !lines.is_empty() {
            let changed = day.beside.iter().filter(|(number, told)| beside.get(*number) != Some(told));
            lines.extend(changed.map(|(number, told)| format!("       beside {number}: {told}")));
            let gone = beside.keys().filter(|number| !day.beside.contains_key(*number));
            lines.extend(gone.map(|number| format!("       beside {number}: nothing")));
            beside.clone_from(&day.beside);
            text.push_str(&format!("{}\n", words::day(day.on)));
            lines.iter().for_each(|line| text.push_str(&wrapped(line)));
        }
    }
    text
}

/// The invoices whose standing changed, those with the same one together.
fn changed(known: &BTreeMap<String, Standing>, now: &BTreeMap<String, Standing>) -> impl Iterator<Item = String> {
    let mut numbers: Vec<&String> = now.keys().collect();
    // FV/2 before FV/10.
    numbers.sort_by_key(|number| (number.len(), number.as_str()));
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for number in numbers {
        let told = now[number].told.as_str();
        if known.get(number).is_some_and(|known| known.told == told) {
            continue;
        }
        match groups.iter_mut().find(|(same, _)| *same == told) {
            Some((_, members)) => members.push(number),
            None => groups.push((told, vec![number])),
        }
    }
    let told =
        |(told, members): (&str, Vec<&str>)| format!("{} {} {told}", members.join(", "), if members.len() == 1 { "is" } else { "are" });
    groups.into_iter().map(told).collect::<Vec<_>>().into_iter()
}

/// Inputs, the night, bookings and messages in the order of their times.
fn happened(case: &Case, day: &Day) -> Vec<String> {
    let mut timed: Vec<(chrono::NaiveTime, u8, String)> = Vec::new();
    for Dated { text, what, .. } in case.days.iter().filter(|dated| dated.on == day.on) {
        if let What::Input(at, input) = what
            && *input != super::story::Input::Nothing
        {
            let text =
                text.split_once(' ').filter(|(head, _)| super::form::time(head).is_some()).map_or(text.as_str(), |(_, rest)| rest.trim());
            timed.push((*at, 0, format!("in: {text}")));
        }
    }
    let night = day.report.as_ref().filter(|(_, report)| report != "0 accounts, 0 steps, 0 reminders");
    timed.extend(night.map(|(at, report)| (*at, 0, format!("night: {report}"))));
    timed.extend(day.log.iter().map(|(at, told)| (*at, 1, format!("booked: {told}"))));
    let mut heard: Vec<&Heard> = day.heard.iter().collect();
    // Who comes first at one instant is chance.
    heard.sort_by_key(|heard| (heard.at, heard.debtor.as_str()));
    timed.extend(heard.into_iter().map(|heard| (heard.at, 2, line_of(heard)[6..].to_owned())));
    timed.sort_by_key(|(at, rank, _)| (*at, *rank));
    timed
        .into_iter()
        .map(|(at, _, told)| format!("{}  {told}", at.format("%H:%M")))
        .map(|line| line.replace("00:00  night", "       night"))
        .collect()
}

fn wrapped(line: &str) -> String {
    let mut text = String::new();
    let mut width = 2;
    text.push_str("  ");
    let lead = line.len() - line.trim_start().len();
    text.push_str(&line[..lead]);
    width += lead;
    for (number, word) in line.trim_start().split(' ').enumerate() {
        if number > 0 && width + 1 + word.chars().count() > WIDTH {
            text.push_str("\n           ");
            width = 11;
        } else if number > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += word.chars().count();
    }
    text.push('\n');
    text
}
