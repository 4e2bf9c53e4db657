//! What becomes of invoices that are overdue already when they first come: an import must not begin
//! with a burst, nor with a word that is out of place.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::Case;
use super::climb::Climber;
use super::creditor::Settings;
use super::stops::Stop;

/// How many days overdue an invoice may be when it comes before the guard holds it.
pub const GUARDED_DAYS: i64 = 14;

/// Where such an invoice begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// More than 14 days overdue, it waits until another mode is chosen.
    Guard,
    /// At the step that fits its age; those before it are passed over.
    ByAge,
    /// At the first step that is still true.
    #[default]
    FirstStep,
    /// Nowhere, if it was due before a day; else at the first step that is still true.
    Ignore,
}

/// The setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FirstRun {
    /// Where it begins.
    pub mode: Mode,
    /// `Ignore`: what was due before this day is never reminded.
    #[serde(default)]
    pub older_than: Option<NaiveDate>,
}

/// How many days overdue a case was when it came; `None` if it was not, or if nobody wrote it down.
fn overdue_on_arrival(case: &Case, settings: &Settings) -> Option<i64> {
    let days = (case.arrived_on? - settings.payable_until(case.due_on)).num_days();
    (days > 0).then_some(days)
}

/// What keeps a case that came overdue from being asked for at all.
pub(super) fn stop(case: &Case, settings: &Settings) -> Option<Stop> {
    // What was reminded once goes on, whatever is chosen later.
    let overdue_days = overdue_on_arrival(case, settings).filter(|_| case.taken.is_empty())?;
    match settings.first_run {
        FirstRun { mode: Mode::Guard, .. } if overdue_days > GUARDED_DAYS => Some(Stop::FirstRunGuarded { overdue_days }),
        FirstRun { mode: Mode::Ignore, older_than: Some(older_than) } if case.due_on < older_than => Some(Stop::TooOld { older_than }),
        FirstRun { mode: Mode::Guard | Mode::Ignore | Mode::ByAge | Mode::FirstStep, .. } => None,
    }
}

/// The place of the rung that fits the age at which a case came; 0 where nothing is passed over.
pub(super) fn begins_at(climber: Climber<'_>, settings: &Settings) -> usize {
    let Climber { case, net_minor, kind, segment } = climber;
    let by_age = settings.first_run.mode == Mode::ByAge && overdue_on_arrival(case, settings).is_some();
    let Some(arrived_on) = case.arrived_on.filter(|_| by_age) else { return 0 };
    let (calendar, dates) = (settings.calendar(), settings.dates(case));
    let mut previous = dates.due;
    let mut begins = 0;
    for (rank, rung) in settings.ladder(climber).rungs().enumerate() {
        let meant = rung.meant_on(dates, previous, calendar);
        previous = previous.max(meant);
        if rung.step.when.hold(kind, segment, case.currency, net_minor) && calendar.roll_forward(meant) <= arrived_on {
            begins = rank;
        }
    }
    begins
}
