//! A script: everything that happens to a simulated creditor, one event a line, as text that a
//! person can read, shorten and play again.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use upominek::domain::creditor::Locale;
use upominek::domain::fact::DebtorKind;
use upominek::domain::money::Currency;

use crate::faults::Fault;

/// A debtor, as its source knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debtor {
    /// The source's customer id: `d1`.
    pub id: String,
    /// Company or person.
    pub kind: DebtorKind,
    /// Its zone; the creditor's if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Tz>,
    /// Its language.
    pub locale: Locale,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// What happens. Amounts are minor units; ids begin with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// An invoice as its source sees it.
    Invoice {
        debtor: String,
        invoice: String,
        revision: u64,
        issued: NaiveDate,
        due: NaiveDate,
        total: i64,
        currency: Currency,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paid: Option<i64>,
        /// The debtor's e-mail address from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
    },
    /// The source says: paid in full.
    Paid { invoice: String, revision: u64 },
    /// The source says: void.
    Cancelled { invoice: String, revision: u64 },
    /// Money came, for an invoice or from a debtor.
    Payment {
        payment: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        debtor: Option<String>,
        amount: i64,
        currency: Currency,
    },
    /// Money went back.
    Refund {
        refund: String,
        payment: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<String>,
        amount: i64,
        currency: Currency,
    },
    /// Less is owed.
    CreditNote { note: String, invoice: String, amount: i64, currency: Currency },
    /// A person stops the reminders of a debtor, or of one invoice.
    Hold {
        debtor: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// A person ends that.
    Release {
        debtor: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<String>,
    },
    /// A person stops all reminders.
    HoldAll {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// A person ends that.
    ReleaseAll,
    /// The debtor promises to pay one invoice, or all.
    Promise {
        debtor: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<String>,
        on: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<i64>,
    },
    /// The team takes a promise back.
    WithdrawPromise { debtor: String },
    /// The debtor disputes an invoice.
    Dispute { debtor: String, invoice: String },
    /// A dispute is decided.
    DecideDispute { debtor: String, invoice: String, upheld: bool },
    /// The last e-mail to the debtor bounced for good.
    Bounce { debtor: String },
    /// The last e-mail to the debtor was delivered.
    Delivered { debtor: String },
    /// Another shipped policy is in force, and all cases are planned by it.
    Policy { name: String },
    /// The schedule of the day's night does not fire.
    NoNight,
    /// The schedule of a night fires once more.
    NightAgain { day: NaiveDate },
    /// Nothing runs at all until then.
    Outage { until: DateTime<Utc> },
    /// A debtor's record cannot be read.
    Poison { debtor: String },
    /// It can be read again.
    Cure { debtor: String },
    /// The next such effect goes wrong; forgotten at the end of the day.
    Fault {
        effect: String,
        fault: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        debtor: Option<String>,
    },
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

impl What {
    /// The debtor that it is about, where the line names one.
    pub fn debtor(&self) -> Option<&str> {
        match self {
            What::Invoice { debtor, .. }
            | What::Hold { debtor, .. }
            | What::Release { debtor, .. }
            | What::Promise { debtor, .. }
            | What::WithdrawPromise { debtor }
            | What::Dispute { debtor, .. }
            | What::DecideDispute { debtor, .. }
            | What::Bounce { debtor }
            | What::Delivered { debtor }
            | What::Poison { debtor }
            | What::Cure { debtor } => Some(debtor),
            What::Payment { debtor, .. } | What::Fault { debtor, .. } => debtor.as_deref(),
            _ => None,
        }
    }

    /// The invoice that it is about, where the line names one.
    pub fn invoice(&self) -> Option<&str> {
        match self {
            What::Paid { invoice, .. } | What::Cancelled { invoice, .. } | What::CreditNote { invoice, .. } => Some(invoice),
            What::Payment { invoice, .. } | What::Refund { invoice, .. } => invoice.as_deref(),
            _ => None,
        }
    }

    /// Whether it disturbs the machinery, and not only the business.
    pub fn disturbs(&self) -> bool {
        matches!(
            self,
            What::NoNight | What::NightAgain { .. } | What::Outage { .. } | What::Poison { .. } | What::Cure { .. } | What::Fault { .. }
        )
    }
}

/// Words of a line: `key=value`, what is not there left out.
fn words(value: &impl Serialize, without: &str) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(value) else { return String::new() };
    let word = |(name, value): (&String, &Value)| match value {
        Value::String(text) => format!(" {name}={text}"),
        other => format!(" {name}={other}"),
    };
    fields.iter().filter(|(name, _)| *name != without).map(word).collect()
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
        let told = serde_json::to_value(&self.what).map_err(|_| fmt::Error)?;
        let verb = told.get("verb").and_then(Value::as_str).unwrap_or("?");
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
