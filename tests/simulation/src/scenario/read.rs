//! Reads a scenario. What cannot be read is told with its line, all lines at once.

use std::fmt;

use chrono::{NaiveDate, NaiveTime};
use upominek::domain::fact::DebtorKind;
use upominek::domain::policy::Shipped;

use super::form::{day, gaps, time};
use super::intake::{ending, expectation, input};
use super::story::{Again, Case, Charge, Dated, Debtor, Scenario, What, Who};

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.why)
    }
}

/// Where in the file the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Trap,
    Who,
    Case,
    Day(NaiveDate),
    End,
}

struct Reader {
    scenario: Scenario,
    who: Who,
    place: Place,
    wrong: Vec<Unreadable>,
}

/// Reads a scenario.
///
/// # Errors
/// All lines that cannot be read.
pub fn read(text: &str) -> Result<Scenario, Vec<Unreadable>> {
    let mut lines = text.lines();
    let title = lines.next().unwrap_or_default().trim().to_owned();
    let scenario = Scenario { title, trap: Vec::new(), cases: Vec::new() };
    let who = Who { policy: Shipped::Standard, charges: Vec::new(), debtors: Vec::new() };
    let mut reader = Reader { scenario, who, place: Place::Trap, wrong: Vec::new() };
    for (number, line) in lines.enumerate() {
        if let Err(why) = reader.line(number + 2, line) {
            reader.wrong.push(Unreadable { line: number + 2, why });
        }
    }
    if reader.scenario.cases.is_empty() && reader.wrong.is_empty() {
        reader.wrong.push(Unreadable { line: 1, why: "there is no CASE".to_owned() });
    }
    if reader.wrong.is_empty() { Ok(reader.scenario) } else { Err(reader.wrong) }
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let text = line.trim();
        // A remark, an empty line, a rule below a title.
        let is_remark = text.starts_with('(') && text.ends_with(')');
        if text.is_empty() || is_remark || text.chars().all(|c| c == '-' || c == '=') {
            return Ok(());
        }
        if text == "WHO" {
            self.place = Place::Who;
            return Ok(());
        }
        if let Some(title) = text.strip_prefix("CASE ") {
            let case = Case { title: title.to_owned(), who: self.who.clone(), again: Vec::new(), days: Vec::new(), in_the_end: Vec::new() };
            self.scenario.cases.push(case);
            self.place = Place::Case;
            return Ok(());
        }
        match self.place {
            Place::Trap => self.scenario.trap.push(text.to_owned()),
            Place::Who => take_part(&mut self.who, text)?,
            Place::Case | Place::Day(_) | Place::End => self.of_case(number, line, text)?,
        }
        Ok(())
    }

    fn of_case(&mut self, number: usize, line: &str, text: &str) -> Result<(), String> {
        let place = self.place;
        let Some(case) = self.scenario.cases.last_mut() else { return Ok(()) };
        if text == "in the end" {
            self.place = Place::End;
            return Ok(());
        }
        let is_indented = line.starts_with(' ');
        if place == Place::End && is_indented {
            let ending = ending(text).ok_or_else(|| unknown(text))??;
            case.in_the_end.push((number, ending));
            return Ok(());
        }
        if let (Place::Day(on), true) = (place, is_indented) {
            case.days.push(Dated { line: number, on, text: text.to_owned(), what: of_day(text)? });
            return Ok(());
        }
        if let (Place::Case, Some(again)) = (place, again(text)) {
            case.again.push(again?);
            return Ok(());
        }
        if let (Place::Case, true) =
            (place, ["policy ", "debtor ", "the creditor charges ", "the mid rate "].iter().any(|known| text.starts_with(known)))
        {
            return take_part(&mut case.who, text);
        }
        let (date, rest) = (text.get(..14).unwrap_or(text), text.get(14..).unwrap_or_default().trim());
        let on = day(date)?;
        if case.days.last().is_some_and(|last| last.on > on) {
            return Err(format!("{on} lies before the line above"));
        }
        self.place = Place::Day(on);
        case.days.push(Dated { line: number, on, text: rest.to_owned(), what: of_day(rest)? });
        Ok(())
    }
}

fn unknown(text: &str) -> String {
    format!("\"{text}\" has none of the known forms (tests/README.md lists them)")
}

fn of_day(text: &str) -> Result<What, String> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let (at, rest) = match text.split_once(' ').and_then(|(head, rest)| Some((time(head)?, rest))) {
        Some((at, rest)) => (Some(at), rest.trim()),
        None => (None, text),
    };
    if let Some(expect) = expectation(rest).filter(|_| at.is_none()) {
        return Ok(What::Expect(expect?));
    }
    let input = input(rest).ok_or_else(|| unknown(rest))??;
    Ok(What::Input(at.unwrap_or(noon), input))
}

fn again(text: &str) -> Option<Result<Again, String>> {
    let number = |text: &str| text.parse::<u32>().map_err(|_| format!("\"{text}\" is no number"));
    match text {
        "and again with a stop before and after every write in turn" => return Some(Ok(Again::Stops)),
        "and again with everything coming twice and nights that overlap" => return Some(Ok(Again::Twice)),
        _ => {}
    }
    if let Some(gap) = gaps("and again for each of {} to {} days off from {}", text) {
        return Some((|| Ok(Again::Missed { least: number(gap[0])?, most: number(gap[1])?, from: day(gap[2])? }))());
    }
    if let Some(gap) = gaps("and again with what comes on {} in every order", text) {
        return Some(day(gap[0]).map(Again::Orders));
    }
    let gap = gaps("and again with all paid at 03:00, 05:00 and 12:00 of each day from {} to {}", text)?;
    Some((|| Ok(Again::Paid { from: day(gap[0])?, to: day(gap[1])? }))())
}

fn take_part(who: &mut Who, text: &str) -> Result<(), String> {
    if let Some(name) = text.strip_prefix("policy ") {
        who.policy =
            Shipped::ALL.into_iter().find(|policy| policy.name() == name).ok_or_else(|| format!("no policy \"{name}\" is shipped"))?;
        return Ok(());
    }
    if let Some(charge) = charge(text) {
        who.charges.push(charge?);
        return Ok(());
    }
    let (text, zone) = match gaps("{} in {}", text) {
        Some(gap) => (gap[0], Some(gap[1].parse().map_err(|_| format!("\"{}\" is no zone such as America/New_York", gap[1]))?)),
        None => (text, None),
    };
    let gap = gaps("debtor {}, {}, {}", text).ok_or_else(|| unknown(text))?;
    let kind = match gap[1] {
        "consumer" => DebtorKind::Consumer,
        "business" => DebtorKind::Business,
        other => return Err(format!("\"{other}\" is neither consumer nor business")),
    };
    let (email, phone) = match gap[2] {
        "e-mail and phone" => (true, true),
        "e-mail" => (true, false),
        "phone" => (false, true),
        "no address" => (false, false),
        other => return Err(format!("\"{other}\" is not e-mail and phone, e-mail, phone, or no address")),
    };
    who.debtors.push(Debtor { name: gap[0].to_owned(), kind, email, phone, zone });
    Ok(())
}

fn charge(text: &str) -> Option<Result<Charge, String>> {
    match text {
        "the creditor charges commercial interest from businesses" => return Some(Ok(Charge::Commercial)),
        "the creditor charges statutory interest from consumers" => return Some(Ok(Charge::Statutory)),
        "the creditor charges compensation from businesses" => return Some(Ok(Charge::Compensation)),
        _ => {}
    }
    let gap = gaps("the mid rate of the euro on {} is {} PLN", text)?;
    Some(day(gap[0]).map(|on| Charge::MidRate(on, gap[1].to_owned())))
}
