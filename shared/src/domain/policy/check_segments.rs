//! What segments may say: names of their own, bounds that can be met, and nobody behind one for all.

use super::read::Unread;
use super::segment::{Membership, Segment};
use super::{Places, Policy, STANDARD_SEGMENTS, Tone};
use crate::domain::fact::DebtorKind;

/// Most segments of a policy.
const MOST_SEGMENTS: usize = 20;
/// Most tax ids of a segment.
const MOST_TAX_IDS: usize = 500;

/// Looks at each segment, and at those before it.
pub(super) fn check(
    policy: &Policy,
    places: &[(String, Vec<String>)],
    unread: &Unread<'_>,
    check: &mut impl FnMut(bool, String, &str, String),
) {
    let segments = &policy.segments;
    check(segments.len() <= MOST_SEGMENTS, "segments".into(), "has too many", format!("up to {MOST_SEGMENTS} segments"));
    for (index, (segment, (place, _))) in segments.iter().zip(places).enumerate() {
        let at = |name: &str| format!("{place}.{name}");
        let before = &segments[..index];
        let named = || format!("{}, or 1 to 30 of a-z, 0-9 and _", STANDARD_SEGMENTS.join(", "));
        check(is_name(&segment.name), at("name"), "is no name of a segment", named());
        let earlier = before.iter().any(|earlier| earlier.name == segment.name);
        check(!earlier, at("name"), "is the name of an earlier segment", "a name of its own".into());
        errors_of_tones(segment, &at, check);
        errors_of_membership(&segment.when, &at, check);
        // What one asks for is known only where all of it can be read.
        let known = |place: &str| !unread.touches(&format!("{place}.when"));
        let mut known_before = before.iter().zip(places).filter(|(_, (place, _))| known(place)).map(|(earlier, _)| earlier);
        if let Some(everybody) = known_before.clone().find(|earlier| earlier.when.is_empty()) {
            let right = format!("a place before {}, which takes everybody", everybody.name);
            check(false, place.clone(), "can never be reached", right);
        } else if let Some(wider) = known_before.find(|earlier| known(place) && earlier.when.takes_all_of(&segment.when)) {
            let same = wider.when == segment.when;
            let problem = if same { "asks for the same" } else { "takes everybody who fits" };
            let right = if same { "other conditions than" } else { "other conditions, or a place before" };
            check(false, at("when"), &format!("can never be true: an earlier segment {problem}"), format!("{right} {}", wider.name));
        }
    }
}

fn errors_of_tones(segment: &Segment, at: &impl Fn(&str) -> String, check: &mut impl FnMut(bool, String, &str, String)) {
    let least = segment.tone_at_least;
    let fine = least.is_none_or(|tone| matches!(tone, Tone::Friendly | Tone::Firm));
    check(fine, at("tone_at_least"), "is no least tone", "friendly or firm".into());
    if let (Some(least), Some(most)) = (least, segment.tone_at_most) {
        check(least <= most, at("tone_at_least"), "is stricter than tone_at_most", "the same tone or a softer one".into());
    }
}

fn errors_of_membership(when: &Membership, at: &impl Fn(&str) -> String, check: &mut impl FnMut(bool, String, &str, String)) {
    let percents = [("late_share_at_least", when.late_share_at_least), ("late_share_at_most", when.late_share_at_most)];
    for (name, percent) in percents {
        let fine = percent.is_none_or(|percent| percent <= 100);
        check(fine, at(&format!("when.{name}")), "is no share in percent", "0 to 100".into());
    }
    let counts = [
        ("least_paid", when.least_paid),
        ("average_days_late_at_least", when.average_days_late_at_least),
        ("average_days_late_at_most", when.average_days_late_at_most),
        ("known_days_at_most", when.known_days_at_most),
    ];
    for (name, count) in counts {
        check(count.is_none_or(|count| count <= 10_000), at(&format!("when.{name}")), "is out of range", "0 to 10,000".into());
    }
    for (least, most, name) in [
        (when.late_share_at_least, when.late_share_at_most, "late_share_at_most"),
        (when.average_days_late_at_least, when.average_days_late_at_most, "average_days_late_at_most"),
    ] {
        if let (Some(least), Some(most)) = (least, most) {
            check(least <= most, at(&format!("when.{name}")), "is less than the least one asked for", format!("{least} or more"));
        }
    }
    let late_but_never = when.late_share_at_most == Some(0) && when.average_days_late_at_least.unwrap_or(0) > 0;
    let right = "a share above 0, or no average_days_late_at_least".to_owned();
    check(!late_but_never, at("when.late_share_at_most"), "leaves nobody who is late on average", right);
    let kinds = &when.kinds;
    check(!kinds.iter().enumerate().any(|(n, kind)| kinds[..n].contains(kind)), at("when.kinds"), "names one twice", "each once".into());
    let no_company = when.public_body && !kinds.is_empty() && !kinds.contains(&DebtorKind::Business);
    check(!no_company, at("when.kinds"), "leaves no public body", "business among them, or none".into());
    check(when.tax_ids.len() <= MOST_TAX_IDS, at("when.tax_ids"), "has too many", format!("up to {MOST_TAX_IDS} tax ids"));
    for (n, tax_id) in when.tax_ids.iter().enumerate().take(MOST_TAX_IDS) {
        let right = "a NIP as ten digits, or another country's number with its two letters".to_owned();
        check(is_tax_id(tax_id), at(&format!("when.tax_ids[{n}]")), "is no tax id", right);
        let earlier = when.tax_ids[..n].contains(tax_id);
        check(!earlier, at(&format!("when.tax_ids[{n}]")), "stands there twice", "each once".into());
    }
}

/// Steps may ask only for segments that the policy has.
pub(super) fn unknown(policy: &Policy, places: &Places, check: &mut impl FnMut(bool, String, &str, String)) {
    let of_segments = policy.segments.iter().zip(&places.segments).flat_map(|(segment, (_, places))| segment.steps.iter().zip(places));
    let names: Vec<&str> = policy.segments.iter().map(|segment| segment.name.as_str()).collect();
    for (step, place) in policy.steps.iter().zip(&places.steps).chain(of_segments) {
        for (n, name) in step.when.segments.iter().enumerate() {
            let right = if names.is_empty() { "segments in the policy".to_owned() } else { format!("one of {}", names.join(", ")) };
            check(names.contains(&name.as_str()), format!("{place}.when.segments[{n}]"), "is no segment of this policy", right);
        }
    }
}

fn is_name(name: &str) -> bool {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=30).contains(&name.len()) && name.bytes().all(fine)
}

/// In the form in which sources' tax ids are kept; a NIP with a right check digit (weights 6 5 7 2 3 4 5 6 7).
fn is_tax_id(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if text.len() == 10 && digits.len() == 10 {
        let sum: u32 = [6, 5, 7, 2, 3, 4, 5, 6, 7].iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
        return digits[0] != 0 && sum % 11 == digits[9];
    }
    let foreign = text.get(..2).is_some_and(|country| country != "PL" && country.bytes().all(|b| b.is_ascii_uppercase()));
    foreign && (6..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) && !digits.is_empty()
}
