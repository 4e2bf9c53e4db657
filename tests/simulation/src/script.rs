//! A script: everything that happens to a simulated creditor, one event a line, as text that a
//! person can read, shorten and play again.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use upominek::domain::creditor::Locale;
use upominek::domain::fact::DebtorKind;

use crate::faults::Fault;
pub use crate::what::What;

/// A debtor, as its source knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debtor {
    /// The source's customer id: `d1`.
    pub id: String,
    /// Company or person.
    pub kind: DebtorKind,
    /// Its zone; the creditor's if none.
    pub zone: Option<Tz>,
    /// Its language.
    pub locale: Locale,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

impl Debtor {
    /// Whether its source knows where letters go: every other one's does.
    pub fn has_letterbox(&self) -> bool {
        self.id.ends_with(['0', '2', '4', '6', '8'])
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub what: What,
}

/// A whole script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The seed of the dice that decide which work goes first.
    pub seed: u64,
    /// The first day.
    pub start: NaiveDate,
    /// How many days.
    pub days: u64,
    /// The policy in force at first, a shipped one.
    pub policy: String,
    /// Who owes.
    pub debtors: Vec<Debtor>,
    /// What happens, in order.
    pub lines: Vec<Line>,
}

/// Words of a line: `key=value`, what is not there left out.
fn words(value: &impl Serialize, without: &str) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(value) else { return String::new() };
    let word = |(name, value): (&String, &Value)| match value {
        Value::String(text) => format!(" {name}={text}"),
        other => format!(" {name}={other}"),
    };
    fields.iter().filter(|(name, value)| *name != without && !value.is_null()).map(word).collect()
}

fn fields(words: &str) -> Result<Map<String, Value>, String> {
    let field = |word: &str| {
        let (name, text) = word.split_once('=').ok_or_else(|| format!("`{word}` is not name=value"))?;
        let is_plain = text == "true" || text == "false" || (!text.starts_with('+') && text.parse::<i64>().is_ok());
        let value = if is_plain { serde_json::from_str(text).map_err(|error| error.to_string())? } else { Value::from(text) };
        Ok((name.to_owned(), value))
    };
    words.split_whitespace().map(field).collect()
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = self.what.verb();
        write!(f, "{} {verb}{}", self.at.format("%Y-%m-%dT%H:%M:%SZ"), words(&self.what, "verb"))
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, start, days, policy, .. } = self;
        writeln!(f, "# Amounts are minor units, instants UTC. Play it again: make soak ARGS=\"--replay FILE\"")?;
        writeln!(f, "play seed={seed} start={start} days={days} policy={policy}")?;
        for debtor in &self.debtors {
            writeln!(f, "debtor{}", words(debtor, ""))?;
        }
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    seed: u64,
    start: NaiveDate,
    days: u64,
    policy: String,
}

impl std::str::FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut head, mut debtors, mut lines) = (None, Vec::new(), Vec::new());
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let place = |error: String| format!("line {}: {error}", number + 1);
            let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
            let read = |words: &str| fields(words).map(Value::Object).map_err(place);
            match first {
                "play" => head = Some(serde_json::from_value::<Head>(read(rest)?).map_err(|error| place(error.to_string()))?),
                "debtor" => debtors.push(serde_json::from_value(read(rest)?).map_err(|error| place(error.to_string()))?),
                at => {
                    let at = at.parse().map_err(|_| place(format!("`{at}` is no instant")))?;
                    let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                    let mut told = fields(rest).map_err(place)?;
                    told.insert("verb".to_owned(), verb.into());
                    let what = serde_json::from_value(Value::Object(told)).map_err(|error| place(error.to_string()))?;
                    if let What::Fault { fault, .. } = &what {
                        Fault::parse(fault).ok_or_else(|| place(format!("there is no fault `{fault}`")))?;
                    }
                    lines.push(Line { at, what });
                }
            }
        }
        let Head { seed, start, days, policy } = head.ok_or("the line `play seed=... start=... days=... policy=...` is missing")?;
        Ok(Self { seed, start, days, policy, debtors, lines })
    }
}
