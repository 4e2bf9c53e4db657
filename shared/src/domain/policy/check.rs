//! What a policy may say: steps with names of their own, days within reason, and a way to each step.

use chrono::{Days, NaiveDate};

use super::rung::{Dates, Rung};
use super::{Channel, Policy, Start, Step};
use crate::domain::calendar::Calendar;
use crate::domain::contact::Role;
use crate::domain::fact::DebtorKind;
use crate::domain::money::Currency;
use crate::fields::FieldError;

/// Most steps of a policy.
const MOST_STEPS: usize = 30;
/// How often they may come in all: a ladder is climbed many times to see whether each can be reached.
const MOST_RUNGS: usize = 200;
/// The most that is written off by rule, minor units.
const MOST_WRITTEN_OFF_MINOR: i64 = 10_000;

/// Everything that is wrong with what a policy says, with its path in the document. `places` are the
/// places of its steps there; `whole` says that no step is missing, so that ways can be walked.
pub fn problems(policy: &Policy, places: &[usize], whole: bool, calendar: Calendar<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut check = |fine: bool, field: String, problem: &str, expected: String| {
        if !fine {
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
    check((1..=30).contains(&policy.pending_days), "pending_days".into(), "is out of range", "1 to 30".into());
    let rungs = policy.steps.iter().map(|step| step.repeat.map_or(1, |repeat| repeat.times as usize)).fold(0, usize::saturating_add);
    check(rungs <= MOST_RUNGS, "steps".into(), "come too often in all", format!("steps that come {MOST_RUNGS} times together at most"));
    if whole {
        check(
            (1..=MOST_STEPS).contains(&policy.steps.len()),
            "steps".into(),
            "has too few or too many",
            format!("1 to {MOST_STEPS} steps"),
        );
    }
    for (index, (step, place)) in policy.steps.iter().zip(places).enumerate() {
        let at = |name: &str| format!("steps[{place}].{name}");
        let earlier = policy.steps[..index].iter().any(|earlier| earlier.id == step.id);
        check(is_id(&step.id), at("id"), "is no name of a step", "1 to 20 of a-z, 0-9, + and -, such as due+7".into());
        check(!earlier, at("id"), "is the name of an earlier step", "a name of its own".into());
        errors_of_anchor(step, index, &at, &mut check);
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
        errors_of_audience(step, &at, &mut check);
        if let Some(repeat) = step.repeat {
            check((1..=365).contains(&repeat.every_days), at("repeat.every_days"), "is out of range", "1 to 365".into());
            check((2..=50).contains(&repeat.times), at("repeat.times"), "is out of range", "2 to 50".into());
        }
    }
    if whole && errors.is_empty() {
        errors.extend(never_reached(policy, calendar));
    }
    errors
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

/// Steps that nobody ever comes to: for each, a debtor who meets its conditions and never pays climbs
/// the ladder once for every due day of two years and several payment terms.
fn never_reached(policy: &Policy, calendar: Calendar<'_>) -> Vec<FieldError> {
    let unreached = policy.steps.iter().enumerate().filter(|(_, step)| !is_reached(policy, step, calendar));
    let error = |(place, step): (usize, &Step)| {
        let expected = format!(
            "a later day, a smaller least_gap_days ({}), or conditions that can hold together with those before",
            policy.least_gap_days
        );
        FieldError::new(format!("steps[{place}]"), format!("{} can never be reached", step.id), expected)
    };
    unreached.map(error).collect()
}

fn is_reached(policy: &Policy, wanted: &Step, calendar: Calendar<'_>) -> bool {
    let kinds = if wanted.when.kinds.is_empty() { vec![DebtorKind::Business, DebtorKind::Consumer] } else { wanted.when.kinds.clone() };
    let currency = wanted.when.currencies.first().copied().unwrap_or(Currency::PLN);
    let least = wanted.when.least_open.of(currency).max(1);
    let amounts: &[i64] = if policy.steps.iter().all(|step| step.when.least_open.is_empty()) { &[1] } else { &[least, i64::MAX] };
    let terms: &[u64] = if policy.steps.iter().all(|step| step.anchor.from != Start::Issued) { &[14] } else { &[0, 7, 14, 30, 90] };
    let start = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap_or_default();
    let due_days = (0..730).step_by(5).chain(0..14);
    for due in due_days.filter_map(|n| start.checked_add_days(Days::new(n))) {
        for term in terms {
            let dates = Dates { issued: due - Days::new(*term), due: calendar.shift_term(due) };
            for kind in &kinds {
                if amounts.iter().any(|open| climbs_to(policy, wanted, dates, (*kind, currency, *open), calendar)) {
                    return true;
                }
            }
        }
    }
    false
}

fn climbs_to(
    policy: &Policy,
    wanted: &Step,
    dates: Dates,
    (kind, currency, open): (DebtorKind, Currency, i64),
    calendar: Calendar<'_>,
) -> bool {
    let gap = Days::new(u64::from(policy.least_gap_days));
    let mut today = dates.issued;
    let mut last: Option<NaiveDate> = None;
    let mut previous = dates.due;
    for rung in policy.rungs() {
        let meant = rung.meant_on(dates, previous, calendar);
        previous = previous.max(meant);
        if !rung.step.when.hold(kind, currency, open) {
            continue;
        }
        let bounds = [Some(meant), last.map(|day| day + gap), Some(today)];
        let day = calendar.roll_forward(bounds.into_iter().flatten().max().unwrap_or(meant));
        if Rung::lapses_after(meant, dates).is_some_and(|end| day > end) {
            continue;
        }
        if rung.step.id == wanted.id {
            return true;
        }
        (today, last, previous) = (day, Some(day), day);
    }
    false
}
