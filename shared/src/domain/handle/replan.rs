//! Planning an account anew by the policy and settings in force.
//!
//! A case goes on where it stands: what its new ladder would have said until the day on which
//! something was last said is passed over, and the gap keeps the rest from becoming a burst.

use super::{Context, Entry, Outcome, Refused};
use crate::domain::account::{Account, Case};
use crate::domain::approval;
use crate::domain::climb::passed_by_day;
use crate::domain::creditor::Settings;
use crate::domain::policy::Ladder;
use crate::domain::segments;

/// `adopts` says whether cases take the policy in force, or keep theirs.
pub(super) fn replan(outcome: &mut Outcome, adopts: bool, context: &Context<'_>) -> Result<(), Refused> {
    let settings = context.settings;
    let version = settings.policy.version;
    let mut changed = segments::refresh(&mut outcome.account, settings, context.today());
    let segment = outcome.account.profile.segment.clone();
    let ladder = settings.policy.ladder_of(segment.as_deref());
    let goes_over = |case: &&mut Case| adopts && case.closed.is_none() && case.policy_version != version;
    for case in outcome.account.cases.iter_mut().filter(goes_over) {
        let (id, from) = (case.id.clone(), case.policy_version);
        outcome.entries.push(Entry::Replanned { case: id, from, to: version, version_gone: false });
        go_over(case, passed_by_day(case, ladder, settings), ladder, segment.clone(), version);
    }
    // What any command makes up for first is a change, too.
    changed |= !outcome.entries.is_empty();
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

/// Cases whose version of the policy is not kept any more are re-planned by the one in force, before
/// anything else is done: they go on where they stand, and their time line says so.
///
/// Nobody looked at this before, as a person does who takes a policy. So what is softer than what the
/// debtor heard of the invoice already is passed over, too, where something as strict follows.
pub(super) fn without_version(outcome: &mut Outcome, context: &Context<'_>) {
    let settings = context.settings;
    let version = settings.policy.version;
    let gone = |case: &Case| case.closed.is_none() && !settings.keeps_policy(case.policy_version);
    if !outcome.account.cases.iter().any(gone) {
        return;
    }
    segments::refresh(&mut outcome.account, settings, context.today());
    let segment = outcome.account.profile.segment.clone();
    let ladder = settings.policy.ladder_of(segment.as_deref());
    for index in 0..outcome.account.cases.len() {
        let case = &outcome.account.cases[index];
        if !gone(case) {
            continue;
        }
        let passed = passed_by_day(case, ladder, settings).max(softer(&outcome.account, case, ladder, settings));
        let (id, from) = (case.id.clone(), case.policy_version);
        outcome.entries.push(Entry::Replanned { case: id, from, to: version, version_gone: true });
        go_over(&mut outcome.account.cases[index], passed, ladder, segment.clone(), version);
    }
}

/// From now on by another version, from the rung after the one that is passed over.
fn go_over(case: &mut Case, passed: Option<usize>, ladder: Ladder<'_>, segment: Option<String>, version: u32) {
    case.passed = passed.and_then(|rank| ladder.rungs().nth(rank)).map(|rung| rung.id().into_owned());
    case.segment = segment;
    case.policy_version = version;
    case.decision = None;
}

/// The place of the last rung before the first one, of those that are left, that is as strict as what the
/// debtor heard of the invoice, or is for the team; `None` where none is.
fn softer(account: &Account, case: &Case, ladder: Ladder<'_>, settings: &Settings) -> Option<usize> {
    let told = account.reminders.iter().filter(|reminder| reminder.state.counts() && !reminder.id.channel.is_for_team());
    let set_tone = told.filter(|reminder| reminder.lines.iter().any(|line| line.case == case.id && line.step == reminder.step));
    let heard = set_tone.map(|reminder| reminder.tone).max()?;
    let left = ladder.rungs().enumerate().skip(passed_by_day(case, ladder, settings).map_or(0, |rank| rank + 1));
    let as_strict = left.into_iter().find(|(_, rung)| rung.step.is_task() || rung.tone() >= heard);
    as_strict.and_then(|(rank, _)| rank.checked_sub(1))
}
