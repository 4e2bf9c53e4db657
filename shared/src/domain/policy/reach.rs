//! Whether somebody comes to each step of a policy's ladders.

use chrono::{Days, NaiveDate};

use super::read::is_within;
use super::rung::{Dates, Rung};
use super::{Ladder, Places, Policy, Segment, Start, Step};
use crate::domain::calendar::Calendar;
use crate::domain::fact::DebtorKind;
use crate::domain::money::Currency;
use crate::fields::FieldError;

const KINDS: [DebtorKind; 2] = [DebtorKind::Business, DebtorKind::Consumer];

/// Who may climb a ladder: a segment's name, and the kinds of debtors in it.
type Climbs<'p> = (Option<&'p str>, Vec<DebtorKind>);

fn climbs(segment: &Segment) -> Climbs<'_> {
    let kinds = if segment.when.kinds.is_empty() { KINDS.to_vec() } else { segment.when.kinds.clone() };
    (Some(&segment.name), kinds)
}

/// Those who climb the policy's own steps; where no step asks for a segment, they are all alike.
fn climbers_of_own(policy: &Policy) -> Vec<Climbs<'_>> {
    let anybody = (None, KINDS.to_vec());
    if policy.steps.iter().all(|step| step.when.segments.is_empty()) {
        return vec![anybody];
    }
    let without_own = policy.segments.iter().filter(|segment| segment.steps.is_empty());
    without_own.map(climbs).chain([anybody]).collect()
}

/// Parts of a step that say nothing about when, and for whom, it comes.
const BESIDE_THE_WAY: [&str; 8] = ["id", "channels", "to", "copies", "tone", "template", "attachments", "claims"];

/// Whether nothing on a ladder's way is wrong, so that it can be walked.
fn can_be_walked(steps: &[String], wrong: &[&str]) -> bool {
    let beside = |rest: &str| {
        rest.strip_prefix('.').and_then(|rest| rest.split(['.', '[']).next()).is_some_and(|part| BESIDE_THE_WAY.contains(&part))
    };
    wrong.iter().all(|field| steps.iter().filter(|place| is_within(field, place)).all(|place| beside(&field[place.len()..])))
}

/// Steps that nobody ever comes to: for each, a debtor who meets its conditions and never pays climbs
/// the ladder once for every due day of two years and several payment terms. A ladder with something
/// `wrong` on its way is not walked.
pub(super) fn never_reached(policy: &Policy, places: &Places, wrong: &[&str], calendar: Calendar<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let is_wrong = |part: &str| wrong.iter().any(|field| is_within(field, part));
    if is_wrong("least_gap_days") {
        return errors;
    }
    let alike = policy.steps.iter().all(|step| step.when.segments.is_empty());
    if can_be_walked(&places.steps, wrong) && (alike || !is_wrong("segments")) {
        errors.extend(unreached(policy.ladder_of(None), &climbers_of_own(policy), &places.steps, calendar));
    }
    for (segment, (place, places)) in policy.segments.iter().zip(&places.segments).filter(|(segment, _)| !segment.steps.is_empty()) {
        let climbers_known = !["name", "when"].iter().any(|part| is_wrong(&format!("{place}.{part}"))) && !wrong.contains(&place.as_str());
        if climbers_known && can_be_walked(places, wrong) {
            errors.extend(unreached(policy.ladder_of(Some(&segment.name)), &[climbs(segment)], places, calendar));
        }
    }
    errors
}

fn unreached(ladder: Ladder<'_>, climbers: &[Climbs<'_>], places: &[String], calendar: Calendar<'_>) -> Vec<FieldError> {
    let unreached = ladder.steps.iter().zip(places).filter(|(step, _)| !is_reached(ladder, climbers, step, calendar));
    let error = |(step, place): (&Step, &String)| {
        let expected = format!(
            "a later day, a smaller least_gap_days ({}), or conditions that can hold together with those before",
            ladder.least_gap_days
        );
        FieldError::new(place.clone(), format!("{} can never be reached", step.id), expected)
    };
    unreached.map(error).collect()
}

fn is_reached(ladder: Ladder<'_>, climbers: &[Climbs<'_>], wanted: &Step, calendar: Calendar<'_>) -> bool {
    let currency = wanted.when.currencies.first().copied().unwrap_or(Currency::PLN);
    let least = wanted.when.least_open.of(currency).max(1);
    let amounts: &[i64] = if ladder.steps.iter().all(|step| step.when.least_open.is_empty()) { &[1] } else { &[least, i64::MAX] };
    let terms: &[u64] = if ladder.steps.iter().all(|step| step.anchor.from != Start::Issued) { &[14] } else { &[0, 7, 14, 30, 90] };
    // Only those who meet its own conditions.
    let kinds = climbers.iter().flat_map(|(segment, kinds)| kinds.iter().map(move |kind| (*segment, *kind)));
    let wanted_by: Vec<_> = kinds.filter(|(segment, kind)| wanted.when.hold(*kind, *segment, currency, i64::MAX)).collect();
    let start = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap_or_default();
    let due_days = (0..730).step_by(5).chain(0..14);
    for due in due_days.filter_map(|n| start.checked_add_days(Days::new(n))) {
        for term in terms {
            let dates = Dates { issued: due - Days::new(*term), due: calendar.shift_term(due) };
            for (segment, kind) in &wanted_by {
                if amounts.iter().any(|open| climbs_to(ladder, wanted, dates, (*kind, *segment, currency, *open), calendar)) {
                    return true;
                }
            }
        }
    }
    false
}

fn climbs_to(
    ladder: Ladder<'_>,
    wanted: &Step,
    dates: Dates,
    (kind, segment, currency, open): (DebtorKind, Option<&str>, Currency, i64),
    calendar: Calendar<'_>,
) -> bool {
    let gap = Days::new(u64::from(ladder.least_gap_days));
    let mut today = dates.issued;
    let mut last: Option<NaiveDate> = None;
    let mut previous = dates.due;
    for rung in ladder.rungs() {
        let meant = rung.meant_on(dates, previous, calendar);
        previous = previous.max(meant);
        if !rung.step.when.hold(kind, segment, currency, open) {
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
