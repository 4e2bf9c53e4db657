//! The day by which a message asks for payment.

use chrono::{Days, NaiveDate};

use crate::domain::account::StepTaken;
use crate::domain::climb::{self, Climber, Said};
use crate::domain::creditor::Settings;
use crate::domain::policy::{Channel, Tone};

/// Days that the last message leaves.
const LAST_TERM_DAYS: u64 = 7;

/// The day asked for: a working day before the next message of the ladder may go, so that nobody
/// is reminded again within the time just given; a week where no message follows.
///
/// `steps` are the rungs taken by this message with their cases.
pub(super) fn pay_by(steps: &[(&str, Climber<'_>)], tone: Tone, settings: &Settings, as_of: NaiveDate) -> NaiveDate {
    let calendar = settings.calendar();
    let next = steps.iter().filter_map(|(step, climber)| next_message_on(step, *climber, settings, as_of)).min();
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
fn next_message_on(step: &str, climber: Climber<'_>, settings: &Settings, as_of: NaiveDate) -> Option<NaiveDate> {
    let mut case = climber.case.clone();
    settings.ladder(climber).rank(step)?;
    let said = Said::on(Some(as_of));
    let mut on = as_of;
    case.taken.push(StepTaken { step: step.to_owned(), on, channel: Channel::Email });
    while let Some(next) = climb::next(Climber { case: &case, ..climber }, settings, &said, on) {
        on = next.earliest;
        if !next.rung.step.is_task() {
            return Some(on);
        }
        case.taken.push(StepTaken { step: next.rung.id().into_owned(), on, channel: Channel::Task });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::DebtorKind;
    use crate::domain::message::fixture::{case, day, settings};

    fn asked_by(step: &str, due_on: &str, tone: Tone, as_of: &str) -> NaiveDate {
        let settings = settings();
        let case = case(1, day(due_on));
        let climber = Climber { case: &case, net_minor: 100, kind: DebtorKind::Business, segment: None };
        pay_by(&[(step, climber)], tone, &settings, day(as_of))
    }

    #[test]
    fn the_deadline_ends_before_the_next_message() {
        // Due on Monday 9 November, firm on the 16th, final on the 23rd: the Friday before.
        assert_eq!(asked_by("due+7", "2026-11-09", Tone::Firm, "2026-11-16"), day("2026-11-20"));
    }

    #[test]
    fn a_late_ladder_still_leaves_time_and_the_last_step_a_week() {
        assert_eq!(asked_by("due+7", "2026-06-01", Tone::Firm, "2026-11-16"), day("2026-11-19"));
        assert_eq!(asked_by("due+14", "2026-11-09", Tone::Final, "2026-11-23"), day("2026-11-30"));
    }
}
