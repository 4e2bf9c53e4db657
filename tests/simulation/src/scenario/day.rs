//! One day of a case as it was lived.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};

use super::looks::{Heard, Standing};

/// What a day brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub on: NaiveDate,
    /// All machines were off.
    pub off: bool,
    /// What came and what was booked, with its local time.
    pub log: Vec<(NaiveTime, String)>,
    /// What was heard.
    pub heard: Vec<Heard>,
    /// When the night began and what it reports, if it ran.
    pub report: Option<(NaiveTime, String)>,
    /// All that is listed for a person in the evening.
    pub people: Vec<String>,
    /// How each invoice stands in the evening.
    pub standings: BTreeMap<String, Standing>,
    /// What is owed beside invoices, by number.
    pub beside: BTreeMap<String, String>,
    /// All that is open in the evening.
    pub open: String,
    /// Money without an invoice in the evening.
    pub credit: String,
}

/// A case as it was lived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lived {
    /// Its days.
    pub days: Vec<Day>,
    /// Inputs that could not be carried out, with their lines.
    pub problems: Vec<String>,
    /// The writes that were made, in order, by their names, where they were watched.
    pub writes: Vec<(usize, String)>,
}

impl Lived {
    /// All messages.
    pub fn heard(&self) -> impl Iterator<Item = &Heard> {
        self.days.iter().flat_map(|day| day.heard.iter())
    }
}
