//! What a person changed of an invoice's course: another due date, steps that are passed over.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::Case;
use super::creditor::Settings;
use super::interest::Respite;

/// Another due date than the printed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The day to pay by.
    pub due_on: NaiveDate,
    /// When it was given.
    pub on: NaiveDate,
    /// Why, as a person wrote it.
    pub reason: String,
    /// The days that extensions before this one gave, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Respite>,
}

impl Extension {
    /// Another one in the place of those before, if there are any; what they gave stays given.
    pub fn after(earlier: Option<Self>, due_on: NaiveDate, on: NaiveDate, reason: &str) -> Self {
        let before = earlier.map(|earlier| {
            let gave = Respite { from: earlier.on, until: earlier.due_on.min(on) };
            let mut before = earlier.before;
            match before.last_mut().filter(|last| Some(gave.from) <= last.until.succ_opt()) {
                Some(last) => last.until = last.until.max(gave.until),
                None => before.push(gave),
            }
            before
        });
        Self { due_on, on, reason: reason.to_owned(), before: before.unwrap_or_default() }
    }
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
    /// The ladder counts from it, and nothing is called overdue before it: a creditor who gives time puts
    /// the delay off (art. 476 and 481 § 1 of the Polish Civil Code), so interest and compensation wait
    /// for it, too (`last_day_in_time`, `respites`). Limitation counts from the printed one.
    pub fn agreed_due_on(&self) -> NaiveDate {
        self.extension.as_ref().map_or(self.due_on, |extension| extension.due_on.max(self.due_on))
    }

    /// The days that extensions gave, from the one on which each was given to the last on which its due
    /// date, shifted as the law has it, is kept. They bear no interest.
    ///
    /// What accrued before an extension that came when the debtor was late already is no gift: it stays
    /// owed until it is paid or waived, since more time alone lets nothing go (art. 508 of the Civil Code).
    pub fn respites(&self, settings: &Settings) -> Vec<Respite> {
        let Some(given) = &self.extension else { return Vec::new() };
        let all = given.before.iter().copied().chain([Respite { from: given.on, until: self.agreed_due_on() }]);
        all.map(|respite| Respite { until: settings.payable_until(respite.until), ..respite }).collect()
    }

    /// The last day on which the debtor was not late yet: the printed due date, shifted as the law has
    /// it, or the extended one where the extension came in time. Interest runs from the day after.
    pub fn last_day_in_time(&self, settings: &Settings) -> NaiveDate {
        let printed = settings.payable_until(self.due_on);
        self.respites(settings).iter().fold(printed, |last, given| {
            let in_time = Some(given.from) <= last.succ_opt();
            if in_time { last.max(given.until) } else { last }
        })
    }
}
