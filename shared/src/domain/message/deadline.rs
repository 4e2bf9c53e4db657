//! The day by which a message asks for payment.

use chrono::{Days, NaiveDate};

use crate::domain::calendar::Calendar;
use crate::domain::policy::{Channel, Policy, Tone};

/// Days that the last message leaves.
const LAST_TERM_DAYS: u64 = 7;

/// The day asked for: a working day before the next message of the ladder may go, so that nobody
/// is reminded again within the time just given; a week where no message follows.
///
/// `steps` are the steps taken by this message with their shifted due days.
pub(super) fn pay_by(steps: &[(&str, NaiveDate)], tone: Tone, policy: &Policy, calendar: Calendar<'_>, as_of: NaiveDate) -> NaiveDate {
    let next = steps.iter().filter_map(|(step, due)| next_message_on(step, *due, policy, calendar, as_of)).min();
    match next {
        Some(next) if tone != Tone::Final => {
            let soonest = calendar.roll_forward(as_of + Days::new(1));
            calendar.roll_back(next - Days::new(1)).max(soonest)
        }
        _ => calendar.roll_forward(as_of + Days::new(LAST_TERM_DAYS)),
    }
}

/// The first day on which the ladder could speak to the debtor again. Tasks for the team are
/// silent, but keep their distance too.
fn next_message_on(step: &str, due: NaiveDate, policy: &Policy, calendar: Calendar<'_>, as_of: NaiveDate) -> Option<NaiveDate> {
    let rank = policy.rank(step)?;
    let gap = Days::new(u64::from(policy.least_gap_days));
    let mut day = as_of;
    for step in policy.steps.iter().skip(rank + 1) {
        day = calendar.roll_forward(step.planned_on(due, calendar).max(day + gap));
        if step.channel != Channel::Task {
            return Some(day);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Country;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_deadline_ends_before_the_next_message() {
        let policy = Policy::default();
        // Due on Monday 9 November, firm on the 16th, final on the 23rd: the Friday before.
        let steps = [("due+7", day("2026-11-09"))];
        let by = pay_by(&steps, Tone::Firm, &policy, Calendar::of(Country::Pl), day("2026-11-16"));
        assert_eq!(by, day("2026-11-20"));
    }

    #[test]
    fn a_late_ladder_still_leaves_time_and_the_last_step_a_week() {
        let policy = Policy::default();
        let steps = [("due+7", day("2026-06-01"))];
        let by = pay_by(&steps, Tone::Firm, &policy, Calendar::of(Country::Pl), day("2026-11-16"));
        assert_eq!(by, day("2026-11-19"));
        let steps = [("due+14", day("2026-11-09"))];
        assert_eq!(pay_by(&steps, Tone::Final, &policy, Calendar::of(Country::Pl), day("2026-11-23")), day("2026-11-30"));
    }
}
