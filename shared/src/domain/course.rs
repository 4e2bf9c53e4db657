//! What a person changed of an invoice's course: another due date, steps that are passed over.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::Case;

/// Another due date than the printed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The day to pay by.
    pub due_on: NaiveDate,
    /// When it was given.
    pub on: NaiveDate,
    /// Why, as a person wrote it.
    pub reason: String,
}

/// A rung of the ladder that is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedStep {
    /// The rung.
    pub step: String,
    /// The day on which it was planned; what is counted from the step before counts from it.
    pub planned_on: NaiveDate,
    /// When a person said so.
    pub on: NaiveDate,
    /// Why, as a person wrote it.
    pub reason: String,
}

impl Case {
    /// The day to pay by: the due date as printed, or the one that the team gave, the later of both.
    ///
    /// The ladder counts from it, and nothing is called overdue before it. Interest and limitation
    /// count from the printed one.
    pub fn agreed_due_on(&self) -> NaiveDate {
        self.extension.as_ref().map_or(self.due_on, |extension| extension.due_on.max(self.due_on))
    }
}
