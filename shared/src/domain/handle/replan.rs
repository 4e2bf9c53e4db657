//! Planning an account anew by the policy and settings in force.
//!
//! A case goes on where it stands: what its new ladder would have said until the day on which
//! something was last said is passed over, and the gap keeps the rest from becoming a burst.

use super::{Context, Entry, Outcome, Refused};
use crate::domain::account::Case;
use crate::domain::approval;
use crate::domain::creditor::Settings;
use crate::domain::plan::is_plan_step;
use crate::domain::policy::Ladder;
use crate::domain::segments;

/// `adopts` says whether cases take the policy in force, or keep theirs.
pub(super) fn replan(outcome: &mut Outcome, adopts: bool, context: &Context<'_>) -> Result<(), Refused> {
    let settings = context.settings;
    let version = settings.policy.version;
    let mut changed = segments::refresh(&mut outcome.account, settings, context.today());
    let segment = outcome.account.profile.segment.clone();
    let goes_over = |case: &&mut Case| adopts && case.closed.is_none() && case.policy_version != version;
    for case in outcome.account.cases.iter_mut().filter(goes_over) {
        case.passed = passed(case, settings.policy.ladder_of(segment.as_deref()), settings);
        case.segment.clone_from(&segment);
        outcome.entries.push(Entry::Replanned { case: case.id.clone(), from: case.policy_version, to: version });
        case.policy_version = version;
        case.decision = None;
        changed = true;
    }
    let wake_on = crate::domain::decide::wake_on(&outcome.account, settings, context.today());
    let approval_turns = approval::has_turned(&outcome.account, settings);
    let mut told = outcome.account.clone();
    super::why::say_why(&mut told, context.today(), context);
    // A stop of the whole creditor may change the reason alone.
    let reason_turns = told.cases != outcome.account.cases;
    if !changed && !approval_turns && !reason_turns && wake_on == outcome.account.profile.wake_on {
        return Err(Refused::NoEffect("it is planned by the policy and settings in force"));
    }
    Ok(())
}

/// The highest rung of a ladder that would have been said by the day on which the case last took a step.
fn passed(case: &Case, ladder: Ladder<'_>, settings: &Settings) -> Option<String> {
    // What a plan said is no step of the ladder.
    let taken = case.taken.iter().filter(|taken| !is_plan_step(&taken.step));
    let last = taken.map(|taken| taken.on).max()?;
    let (calendar, dates) = (settings.calendar(), settings.dates(case));
    let mut previous = dates.due;
    let mut passed = None;
    for rung in ladder.rungs() {
        let meant = rung.meant_on(dates, previous, calendar);
        previous = previous.max(meant);
        if calendar.roll_forward(meant) <= last {
            passed = Some(rung.id().into_owned());
        }
    }
    passed
}
