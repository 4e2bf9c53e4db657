//! A person's word about one line of one business day: it goes as it stands, it does not go, or it goes
//! another way. It holds for that day alone; the next night decides anew.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::account::Case;
use super::policy::{Channel, Ladder};

/// How far ahead a word may be given, in days: past any run of days off.
pub const MOST_DAYS_AHEAD: u64 = 31;

/// What a person says of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Act {
    /// It may go.
    Approve,
    /// It does not go on that day.
    Skip {
        /// Why, as the person wrote it.
        note: String,
    },
    /// It goes by this channel, which approves it, too.
    By {
        /// By which.
        channel: Channel,
    },
}

/// What a person saw of a line when the word was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The step.
    pub step: String,
    /// What it asked for, minor units.
    pub net_minor: i64,
}

impl Seen {
    /// Whether a line as it is now is no more than what was seen: no stricter step, no larger sum.
    pub fn covers(&self, step: &str, net_minor: i64, ladder: Ladder<'_>) -> bool {
        // A step that a changed ladder no longer knows is only the same as itself.
        let as_strict = match (ladder.rank(&self.step), ladder.rank(step)) {
            (Some(seen), Some(now)) => now <= seen,
            _ => self.step == step,
        };
        as_strict && net_minor <= self.net_minor
    }
}

/// The word for one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// The business day.
    pub on: NaiveDate,
    /// What is to be done.
    pub act: Act,
    /// The line as it was seen; none for one that was skipped before it had anything to say.
    pub seen: Option<Seen>,
    /// When it was given.
    pub given_at: DateTime<Utc>,
}

impl Instruction {
    /// Whether it lets a line go as the line is now.
    pub fn approves(&self, step: &str, net_minor: i64, ladder: Ladder<'_>) -> bool {
        let lets_go = matches!(self.act, Act::Approve | Act::By { .. });
        lets_go && self.seen.as_ref().is_some_and(|seen| seen.covers(step, net_minor, ladder))
    }
}

impl Case {
    /// What a person said of it for a day.
    pub fn instruction(&self, on: NaiveDate) -> Option<&Instruction> {
        self.instructions.iter().find(|instruction| instruction.on == on)
    }
}
