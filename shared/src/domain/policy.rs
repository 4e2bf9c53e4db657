//! The policy: the ladder of steps that an unpaid invoice climbs.
//!
//! A policy is data. The default follows the field's practice; a case keeps the version it
//! started with.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;

/// By which way a reminder goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// E-mail to the debtor.
    Email,
    /// SMS to the debtor.
    Sms,
    /// A task for the creditor's own team, told by e-mail. The debtor hears nothing.
    Task,
}

impl Channel {
    /// The channel's name as it stands in keys and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
            Channel::Task => "task",
        }
    }
}

/// How a message sounds; it also names the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Before and on the due date: a courtesy.
    Courtesy,
    /// Shortly after: it may have slipped through.
    Friendly,
    /// Clear, with a deadline.
    Firm,
    /// The last one before the case is handed over.
    Final,
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Unique within the policy: `due-3`, `due`, `due+7`.
    pub id: String,
    /// Calendar days from the shifted due date; negative is before it.
    pub offset_days: i32,
    /// The preferred channel. Where the debtor has no such address, the other one is taken.
    pub channel: Channel,
    /// How it sounds.
    pub tone: Tone,
}

/// A creditor's ladder in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Grows with each change; the cases keep theirs.
    pub version: u32,
    /// The least distance between two messages to a debtor, and between two steps of a case, in days.
    pub least_gap_days: u32,
    /// The steps, in the order in which they are climbed.
    pub steps: Vec<Step>,
}

impl Default for Policy {
    fn default() -> Self {
        let step = |id: &str, offset_days, channel, tone| Step { id: id.to_owned(), offset_days, channel, tone };
        Self {
            version: 1,
            least_gap_days: 2,
            steps: vec![
                step("due-3", -3, Channel::Email, Tone::Courtesy),
                step("due", 0, Channel::Email, Tone::Courtesy),
                step("due+1", 1, Channel::Email, Tone::Friendly),
                step("due+3", 3, Channel::Sms, Tone::Friendly),
                step("due+7", 7, Channel::Email, Tone::Firm),
                step("due+10", 10, Channel::Task, Tone::Firm),
                step("due+14", 14, Channel::Email, Tone::Final),
            ],
        }
    }
}

impl Policy {
    /// Where a step stands in the ladder; a higher rank is stricter. `None` for a step that the
    /// policy does not know.
    pub fn rank(&self, step: &str) -> Option<usize> {
        self.steps.iter().position(|candidate| candidate.id == step)
    }

    /// The step by its id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

impl Step {
    /// The day on which the step is planned: the offset from the shifted due date, rolled forward
    /// to a working day.
    pub fn planned_on(&self, shifted_due: NaiveDate, calendar: Calendar<'_>) -> NaiveDate {
        let days = Days::new(u64::from(self.offset_days.unsigned_abs()));
        let day = if self.offset_days < 0 { shifted_due - days } else { shifted_due + days };
        calendar.roll_forward(day)
    }

    /// The last day on which the step still makes sense. What is said before or on the due date
    /// would be untrue afterwards, so such a step lapses; a step after the due date never does.
    pub fn lapses_after(&self, shifted_due: NaiveDate) -> Option<NaiveDate> {
        match self.offset_days {
            ..0 => shifted_due.pred_opt(),
            0 => Some(shifted_due),
            1.. => None,
        }
    }
}
