//! What a policy may say: steps with names of their own, days within reason, and a way to each step.

use super::reach::never_reached;
use super::read::Unread;
use super::{Channel, Policy, Start, Step, Template, check_segments, score};
use crate::domain::calendar::Calendar;
use crate::domain::contact::Role;
use crate::domain::fact::DebtorKind;
use crate::domain::interest::ClaimKind;
use crate::domain::money::Currency;
use crate::fields::FieldError;

/// Most steps of a policy.
pub(super) const MOST_STEPS: usize = 200;
/// How often they may come in all: a ladder is climbed many times to see whether each can be reached.
const MOST_RUNGS: usize = 200;
/// The most that is written off by rule, minor units.
const MOST_WRITTEN_OFF_MINOR: i64 = 10_000;

/// Where the parts of a policy stand in its document: `steps[2]`, `segments[0].steps[1]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// Of its steps.
    pub steps: Vec<String>,
    /// Of its segments, each with those of its own steps.
    pub segments: Vec<(String, Vec<String>)>,
}

/// Everything that is wrong with what a policy says, with its path in the document. Of what could not be
/// read, and of what hangs on it, nothing is said.
pub(super) fn problems(policy: &Policy, places: &Places, unread: &Unread<'_>, calendar: Calendar<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut check = |fine: bool, field: String, problem: &str, expected: String| {
        if !fine && !unread.hides(&field) {
            errors.push(FieldError::new(field, problem, expected));
        }
    };
    let named = !policy.name.trim().is_empty() && policy.name.chars().count() <= 60 && !policy.name.contains(char::is_control);
    check(named, "name".into(), "is no name", "1 to 60 characters in one line".into());
    check(policy.least_gap_days <= 60, "least_gap_days".into(), "is too large", "0 to 60".into());
    let cap = policy.week_cap.is_none_or(|cap| (1..=50).contains(&cap));
    check(cap, "week_cap".into(), "is out of range", "1 to 50, or nothing for no cap".into());
    for (currency, minor) in &policy.write_off_up_to.0 {
        let most = format!("up to {}", currency.decimal(MOST_WRITTEN_OFF_MINOR));
        check(*minor <= MOST_WRITTEN_OFF_MINOR, format!("write_off_up_to.{currency}"), "is no small difference", most);
    }
    let promises = policy.promises;
    check((1..=90).contains(&promises.most_days), "promises.most_days".into(), "is out of range", "1 to 90".into());
    check(promises.grace_days <= 10, "promises.grace_days".into(), "is out of range", "0 to 10".into());
    let plans = policy.plans;
    check((1..=1_095).contains(&plans.most_days), "plans.most_days".into(), "is out of range", "1 to 1095".into());
    check(plans.grace_days <= 10, "plans.grace_days".into(), "is out of range", "0 to 10".into());
    check((1..=30).contains(&policy.pending_days), "pending_days".into(), "is out of range", "1 to 30".into());
    let rungs_of =
        |steps: &[Step]| steps.iter().map(|step| step.repeat.map_or(1, |repeat| repeat.times as usize)).fold(0, usize::saturating_add);
    let (own, of_segments) = (rungs_of(&policy.steps), policy.segments.iter().map(|segment| rungs_of(&segment.steps)).sum::<usize>());
    let most = || format!("steps that come {MOST_RUNGS} times together at most");
    check(own <= MOST_RUNGS, "steps".into(), "come too often in all", most());
    let all = own.saturating_add(of_segments);
    check(own > MOST_RUNGS || all <= MOST_RUNGS, "segments".into(), "have steps that come too often, with those of the policy", most());
    check((1..=MOST_STEPS).contains(&policy.steps.len()), "steps".into(), "has too few or too many", format!("1 to {MOST_STEPS} steps"));
    errors_of_steps(&policy.steps, &places.steps, &mut check);
    score::check(&policy.score, &mut check);
    check_segments::check(policy, &places.segments, unread, &mut check);
    for (segment, (place, steps)) in policy.segments.iter().zip(&places.segments) {
        check(segment.steps.len() <= MOST_STEPS, format!("{place}.steps"), "has too many", format!("up to {MOST_STEPS} steps"));
        errors_of_steps(&segment.steps, steps, &mut check);
    }
    let nameless = unread.hides("segments") || places.segments.iter().any(|(place, _)| unread.hides(&format!("{place}.name")));
    if !nameless {
        check_segments::unknown(policy, places, &mut check);
    }
    if all <= MOST_RUNGS {
        let wrong: Vec<&str> = errors.iter().chain(unread.0).map(|error| error.field.as_str()).collect();
        let unreached = never_reached(policy, places, &wrong, calendar);
        errors.extend(unreached);
    }
    errors
}

fn errors_of_steps(steps: &[Step], places: &[String], check: &mut impl FnMut(bool, String, &str, String)) {
    for (index, (step, place)) in steps.iter().zip(places).enumerate() {
        let at = |name: &str| format!("{place}.{name}");
        let earlier = steps[..index].iter().any(|earlier| earlier.id == step.id);
        check(is_id(&step.id), at("id"), "is no name of a step", "1 to 20 of a-z, 0-9, + and -, such as due+7".into());
        check(!earlier, at("id"), "is the name of an earlier step", "a name of its own".into());
        errors_of_anchor(step, index, &at, check);
        let channels = &step.channels;
        let once = channels.iter().enumerate().all(|(n, channel)| !channels[..n].contains(channel));
        check(
            (1..=5).contains(&channels.len()) && once,
            at("channels"),
            "is empty or names one twice",
            "1 to 5 of email, sms, call, letter, task".into(),
        );
        let team_last = channels.is_sorted_by_key(|channel| channel.is_for_team());
        check(team_last, at("channels"), "comes back to the debtor after the team", "email and sms before call, letter and task".into());
        let task_last = channels.iter().position(|channel| *channel == Channel::Task).is_none_or(|n| n + 1 == channels.len());
        check(task_last || !team_last, at("channels"), "goes on after task, which always succeeds", "task as the last one".into());
        let known = step.template != Some(Template::Unknown);
        check(known, at("template"), "is no template that there is", "friendly, firm or final, or none".into());
        errors_of_audience(step, &at, check);
        errors_of_claims(step, &at, check);
        if let Some(repeat) = step.repeat {
            check((1..=365).contains(&repeat.every_days), at("repeat.every_days"), "is out of range", "1 to 365".into());
            check((2..=50).contains(&repeat.times), at("repeat.times"), "is out of range", "2 to 50".into());
        }
    }
}

fn errors_of_audience(step: &Step, at: &impl Fn(&str) -> String, check: &mut impl FnMut(bool, String, &str, String)) {
    let once = |roles: &[Role]| roles.iter().enumerate().all(|(n, role)| !roles[..n].contains(role));
    let all = "accounts_payable, owner, management, other, each once at most";
    check(once(&step.to), at("to"), "names a role twice", all.into());
    check(once(&step.copies), at("copies"), "names a role twice", all.into());
    let apart = !step.copies.iter().any(|role| step.to.contains(role));
    check(apart, at("copies"), "names a role that the step is for", "roles that are not in to".into());
    let heard = step.to.is_empty() || !step.is_task();
    check(heard, at("to"), "names contacts, and a task is for your own team", "nothing, or another channel before task".into());
    let carried = step.copies.is_empty() || step.channels.contains(&Channel::Email);
    check(carried, at("copies"), "names contacts, and only an e-mail has copies", "nothing, or the channel email".into());
}

fn errors_of_claims(step: &Step, at: &impl Fn(&str) -> String, check: &mut impl FnMut(bool, String, &str, String)) {
    let claims = &step.claims;
    let once = claims.iter().enumerate().all(|(n, claim)| !claims[..n].contains(claim));
    check(once, at("claims"), "names one twice", "interest and compensation once each".into());
    if claims.is_empty() {
        return;
    }
    let early = step.anchor.from == Start::Due && step.anchor.days <= 0;
    check(!early, at("claims"), "come before the invoice is overdue", "a step after the due date".into());
    let task = step.channels.first() == Some(&Channel::Task);
    check(!task, at("claims"), "stand on a task, which the debtor does not hear", "a step by email or sms".into());
    let consumers = step.when.kinds.as_slice() == [DebtorKind::Consumer] && claims.contains(&ClaimKind::Compensation);
    check(!consumers, at("claims"), "ask consumers for compensation, which they never owe", "interest at most".into());
    let currencies = &step.when.currencies;
    let never = !currencies.is_empty() && !currencies.contains(&Currency::PLN) && claims.contains(&ClaimKind::Compensation);
    let expected = "interest at most, or PLN among the currencies: its thresholds and its sum are in złoty".into();
    check(!never, at("claims"), "ask for compensation where no invoice is in złoty", expected);
}

fn errors_of_anchor(step: &Step, index: usize, at: &impl Fn(&str) -> String, check: &mut impl FnMut(bool, String, &str, String)) {
    let anchor = step.anchor;
    match anchor.from {
        Start::Previous => {
            check(index > 0, at("anchor.from"), "is previous, and there is no step before", "due or issued".into());
            check((1..=365).contains(&anchor.days), at("anchor.days"), "is no distance from the step before", "1 to 365".into());
        }
        Start::Due => check((-60..=730).contains(&anchor.days), at("anchor.days"), "is too far away", "-60 to 730".into()),
        Start::Issued => {
            check((0..=730).contains(&anchor.days), at("anchor.days"), "is before the issue or too far away", "0 to 730".into())
        }
    }
}

fn is_id(id: &str) -> bool {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-');
    (1..=20).contains(&id.len()) && id.bytes().all(fine)
}
