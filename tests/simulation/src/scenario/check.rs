//! What was expected against what was lived.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};

use super::day::{Day, Lived};
use super::looks::Heard;
use super::story::{Case, Ending, Expect, What};
use super::words;

/// How strictly a case is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strict {
    /// Exactly the messages that are expected go.
    Messages,
    /// As above, but a machine stopped once: a message may not have gone if a person is told that
    /// nobody knows.
    OrTold,
}

/// Everything dated that is not as expected.
pub fn dated(case: &Case, lived: &Lived, strict: Strict) -> Vec<String> {
    let mut wrong = lived.problems.clone();
    wrong.extend(messages(case, lived, strict));
    for line in &case.days {
        let What::Expect(expect) = &line.what else { continue };
        let Some(day) = lived.days.iter().find(|day| day.on == line.on) else { continue };
        if let Some(found) = differs(expect, day) {
            wrong.push(format!("line {}, {}: expected \"{}\", found {found}", line.line, words::day(line.on), line.text));
        }
    }
    wrong
}

/// An expected message.
struct Wanted<'c> {
    line: usize,
    text: &'c str,
    who: &'c str,
    at: Option<NaiveTime>,
    what: &'c str,
}

impl Wanted<'_> {
    fn is(&self, heard: &Heard) -> bool {
        heard.who() == self.who && heard.said == self.what && self.at.is_none_or(|at| at == heard.at)
    }
}

/// The expected messages, and no others.
fn messages(case: &Case, lived: &Lived, strict: Strict) -> Vec<String> {
    let mut wanted: BTreeMap<NaiveDate, Vec<Wanted<'_>>> = BTreeMap::new();
    for line in &case.days {
        if let What::Expect(Expect::Hears { who, at, what }) = &line.what {
            wanted.entry(line.on).or_default().push(Wanted { line: line.line, text: &line.text, who, at: *at, what });
        }
    }
    let mut wrong = Vec::new();
    for day in &lived.days {
        let mut wanted = wanted.remove(&day.on).unwrap_or_default();
        for heard in &day.heard {
            match wanted.iter().position(|wanted| wanted.is(heard)) {
                Some(found) => drop(wanted.remove(found)),
                None => wrong.push(format!("{}: nobody expected: {}", words::day(day.on), line_of(heard))),
            }
        }
        for missing in wanted {
            let told = lived.days.iter().flat_map(|day| &day.people).any(|told| is_unknown(told, day.on));
            if strict == Strict::Messages || !told {
                wrong.push(format!("line {}, {}: did not come: {}", missing.line, words::day(day.on), missing.text));
            }
        }
    }
    wrong
}

/// Whether a person is told that nobody knows of a message of that day.
fn is_unknown(told: &str, on: NaiveDate) -> bool {
    told.contains(&format!("message of {on}")) && told.ends_with("Ambiguous")
}

/// `08:00 Anna Nowak hears by e-mail: ...`.
pub fn line_of(heard: &Heard) -> String {
    format!("{} {}: {}", heard.at.format("%H:%M"), heard.who(), heard.said)
}

/// What was found instead, in words.
fn differs(expect: &Expect, day: &Day) -> Option<String> {
    let unless = |same: bool, found: String| (!same).then_some(found);
    match expect {
        Expect::Hears { .. } => None,
        Expect::Silence => unless(day.heard.is_empty(), day.heard.iter().map(line_of).collect::<Vec<_>>().join("; ")),
        Expect::Open(open) => unless(*open == day.open, format!("open: {}", day.open)),
        Expect::Beside { number, told } => {
            let found = day.beside.get(number).map_or("nothing", String::as_str);
            unless(found == told, format!("beside {number}: {found}"))
        }
        Expect::Credit(credit) => unless(*credit == day.credit, format!("credit: {}", day.credit)),
        Expect::Case { number, told } => match day.standings.get(number) {
            Some(standing) => unless(standing.told.starts_with(told), format!("{number} is {}", standing.told)),
            None => Some(format!("no invoice {number}")),
        },
        Expect::Person(told) => unless(day.people.iter().any(|known| known.starts_with(told)), format!("for a person: {:?}", day.people)),
        Expect::Report(report) => {
            let found = day.report.as_ref().map_or_else(|| "nothing: it did not run".to_owned(), |(_, report)| report.clone());
            unless(found == *report, format!("the night reports {found}"))
        }
    }
}

/// Everything that is not as expected in the end.
pub fn in_the_end(case: &Case, lived: &Lived) -> Vec<String> {
    let mut wrong = lived.problems.clone();
    for (line, ending) in &case.in_the_end {
        if let Some(found) = ended(ending, lived) {
            wrong.push(format!("line {line}, in the end: {found}"));
        }
    }
    wrong
}

fn ended(ending: &Ending, lived: &Lived) -> Option<String> {
    match ending {
        Ending::Took { number, steps } => {
            let took = took(number, lived);
            (took != *steps).then(|| format!("{number} took {}", took.join(", ")))
        }
        Ending::TookAtLast { number, steps } => {
            let took = took(number, lived);
            let each_once = took.iter().collect::<std::collections::BTreeSet<_>>().len() == took.len();
            (!each_once || !took.ends_with(steps)).then(|| format!("{number} took {}", took.join(", ")))
        }
        Ending::Gap { debtor, days } => {
            let on = written_on(debtor, lived);
            let close = on.windows(2).find(|pair| (pair[1] - pair[0]).num_days() < *days)?;
            Some(format!("{debtor} heard on {} and on {}", close[0], close[1]))
        }
        Ending::Cap { debtor, most } => {
            let on = written_on(debtor, lived);
            let full = on.windows(most + 1).find(|days| days.last().is_some_and(|last| (*last - days[0]).num_days() < 7))?;
            Some(format!("{debtor} heard {} times in the seven days from {}", full.len(), full[0]))
        }
        Ending::Open(open) => {
            let found = lived.days.last().map(|day| day.open.clone()).unwrap_or_default();
            (found != *open).then(|| format!("open: {found}"))
        }
    }
}

/// The steps that an invoice took by messages that went.
fn took(number: &str, lived: &Lived) -> Vec<String> {
    let heard = lived.heard().flat_map(|heard| &heard.steps);
    heard.filter(|(known, _)| known == number).map(|(_, step)| step.clone()).collect()
}

/// The days on which a debtor was written to.
fn written_on(debtor: &str, lived: &Lived) -> Vec<NaiveDate> {
    lived.heard().filter(|heard| heard.debtor == debtor && !heard.channel.is_for_team()).map(|heard| heard.on).collect()
}
