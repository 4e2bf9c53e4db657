//! The history of the hold on a whole creditor: what changed of it, when, by whom and why. The hold itself
//! stands in the settings. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::account::Hold;
use super::creditor::Settings;

/// Who changed the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setter {
    /// The creditor's own team, through the API.
    Team,
    /// Whoever runs the deployment.
    Operator,
}

/// A change of settings: who makes it, when, and why a hold ends by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// Who.
    pub by: Setter,
    /// When.
    pub at: DateTime<Utc>,
    /// Why a hold ends, as a person wrote it; why one begins stands in the hold.
    pub reason: Option<&'a str>,
}

/// What changed of the hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldChange {
    /// When.
    pub at: DateTime<Utc>,
    /// The same in the creditor's zone.
    pub on: NaiveDate,
    /// By whom.
    pub by: Setter,
    /// What stood before; it may have run out.
    pub before: Option<Hold>,
    /// What stands since.
    pub after: Option<Hold>,
    /// Why it ended, as a person wrote it.
    pub reason: Option<String>,
}

/// What a change was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A hold began.
    Held,
    /// Another one took the place of one that was not over.
    Changed,
    /// A person ended it.
    Released,
    /// It was taken off after its last day.
    RanOut,
}

impl HoldChange {
    /// What a change of settings does to the hold; `None` where it stays.
    pub fn between(from: &Settings, to: &Settings, change: &Change<'_>) -> Option<Self> {
        let Change { by, at, reason } = *change;
        (from.hold != to.hold).then(|| Self {
            at,
            on: at.with_timezone(&to.zone).date_naive(),
            by,
            before: from.hold.clone(),
            after: to.hold.clone(),
            reason: reason.filter(|_| to.hold.is_none()).map(str::to_owned),
        })
    }

    /// What it was.
    pub fn turn(&self) -> Turn {
        let stood = self.before.as_ref().is_some_and(|hold| !hold.is_over(self.on));
        match (&self.after, stood) {
            (Some(_), false) => Turn::Held,
            (Some(_), true) => Turn::Changed,
            (None, true) => Turn::Released,
            (None, false) => Turn::RanOut,
        }
    }
}
