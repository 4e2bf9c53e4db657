//! The reason that a case has between its nights.

use chrono::NaiveDate;

use super::Context;
use crate::domain::account::Account;
use crate::domain::decide::{self, Decision, SkipReason};
use crate::domain::ids::CaseId;
use crate::domain::stops::{self, Stop};

/// A stop is the decision from now on: no night looks at the case while it lasts. One that ended
/// leaves nothing decided where the next night has something to say. What has no decision (it is new,
/// open again, planned anew, or its reminder did not go) has its reason at once. `from` is the day of the
/// next night that may look at it.
pub(super) fn say_why(account: &mut Account, from: NaiveDate, context: &Context<'_>) {
    let today = context.today();
    let stands = |decision: &Option<(NaiveDate, Decision)>| {
        !matches!(decision, None | Some((_, Decision::Skip { reason: SkipReason::Stopped(_) | SkipReason::InPlan { .. }, .. })))
    };
    let open = decide::net_open(account).into_iter();
    let decided = open.filter_map(|(case, net_minor)| {
        let stop_on = |day| stops::stop_on(account, case, context.settings, day);
        let (day, stop) = stop_on(today).map_or_else(|| (from, stop_on(from)), |stop| (today, Some(stop)));
        // The night says it, and tells the team.
        if case.decision.is_none() && matches!(stop, Some(Stop::FirstRunGuarded { .. } | Stop::TooOld { .. })) {
            return None;
        }
        let stopped = stop.is_some();
        let (stands, in_plan) = (stands(&case.decision), account.profile.plan_of(case).is_some());
        let decision = decide::decide(account, case, net_minor, context.settings, day).err();
        let was_about_reach = case.decision.as_ref().is_some_and(|(_, last)| is_about_reach(last));
        if stands && !stopped && !in_plan && !was_about_reach && !decision.as_ref().is_some_and(is_about_reach) {
            return None;
        }
        // Today's word on a case of a plan is over only where there is another one.
        let is_todays = case.decision.as_ref().is_some_and(|(day, _)| *day == today);
        (decision.is_some() || was_about_reach || !(stands && is_todays)).then(|| (case.id.clone(), day, decision))
    });
    for (id, day, decision) in decided.collect::<Vec<_>>() {
        if let Some(case) = account.case_mut(&id) {
            let stands = case.decision.as_ref().is_some_and(|(since, last)| *since <= day && Some(last) == decision.as_ref());
            if !stands {
                case.decision = decision.map(|decision| (day, decision));
            }
        }
    }
}

/// Whether nobody can be written to: that may change with every command.
fn is_about_reach(decision: &Decision) -> bool {
    matches!(decision, Decision::Skip { reason: SkipReason::Unreachable { .. } | SkipReason::NotOnAllowList { .. }, .. })
}

/// A person changed the course of an invoice: what was decided of it is decided anew, unless it is said
/// today.
pub(super) fn say_next(account: &mut Account, id: &CaseId, today: NaiveDate, context: &Context<'_>) {
    let found = decide::net_open(account).into_iter().find(|(case, _)| case.id == *id);
    let Some((case, net_minor)) = found.filter(|(case, _)| !case.taken.iter().any(|taken| taken.on == today)) else { return };
    let decision = decide::decide(account, case, net_minor, context.settings, today).err();
    if let Some(case) = account.case_mut(id) {
        case.decision = decision.map(|decision| (today, decision));
    }
}
