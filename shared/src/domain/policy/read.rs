//! Reading a policy that somebody wrote, with every problem at once.
//!
//! Each step, and each part of a step, is read by itself, so that one mistake does not hide another.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::check::MOST_STEPS;
use super::{Anchor, Conditions, Membership, Places, Plans, Policy, Promises, Repeat, Score, Segment, Step, problems};
use crate::domain::calendar::Calendar;
use crate::fields::{FieldError, object};

/// Reads a document in YAML or JSON.
///
/// # Errors
/// Every problem of its form, with its path in the document. What it says is not looked at: see
/// `problems`.
pub fn from_text(text: &str) -> Result<Policy, Vec<FieldError>> {
    let (policy, _, errors) = parts(value_of(text)?)?;
    if errors.is_empty() { Ok(policy) } else { Err(errors) }
}

/// Reads a document and looks at what it says.
///
/// # Errors
/// Every problem at once, each with its path in the document and what would be right.
pub fn accepted(text: &str, calendar: Calendar<'_>) -> Result<Policy, Vec<FieldError>> {
    let (policy, places, mut errors) = parts(value_of(text)?)?;
    let said = problems(&policy, &places, &Unread(&errors), calendar);
    errors.extend(said);
    if errors.is_empty() { Ok(policy) } else { Err(errors) }
}

/// What could not be read: something harmless stands in its place, about which nothing is said.
pub(super) struct Unread<'e>(pub(super) &'e [FieldError]);

impl Unread<'_> {
    /// Whether a part, or what it is a part of, could not be read.
    pub(super) fn hides(&self, path: &str) -> bool {
        self.0.iter().any(|error| is_within(path, &error.field))
    }

    /// Whether something in a part could not be read, or the part itself.
    pub(super) fn touches(&self, path: &str) -> bool {
        self.hides(path) || self.0.iter().any(|error| is_within(&error.field, path))
    }
}

/// Whether `path` is `whole` or a part of it.
pub(super) fn is_within(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn value_of(text: &str) -> Result<Value, Vec<FieldError>> {
    serde_saphyr::from_str(text).map_err(|error| {
        // Only the first line: the rest draws the text, which the writer has.
        let said = error.to_string();
        let problem = format!("cannot be read: {}", said.lines().next().unwrap_or_default());
        vec![FieldError::new("body", problem, "a policy as a YAML or JSON document")]
    })
}

/// What can be read of a policy, the places of its parts in the document, and what is wrong with its form.
/// Each part that cannot be read keeps its place.
fn parts(document: Value) -> Result<(Policy, Places, Vec<FieldError>), Vec<FieldError>> {
    let Value::Object(mut fields) = document else {
        return Err(vec![FieldError::new("body", "is not an object", "a policy with name, least_gap_days and steps")]);
    };
    let mut errors = Vec::new();
    let own = fields.insert("steps".to_owned(), json!([]));
    if own.is_none() {
        errors.push(FieldError::new("steps", "is missing", format!("a list of 1 to {MOST_STEPS} steps")));
    }
    let (steps, step_places) = own.map(|list| steps(list, "steps", &mut errors)).transpose()?.unwrap_or_default();
    let of_segments = fields.insert("segments".to_owned(), json!([]));
    let (segments, segment_places) = of_segments.map(|list| segments(list, &mut errors)).transpose()?.unwrap_or_default();
    let mut of_head = Vec::new();
    part::<Promises>(&mut fields, "promises", &json!({ "most_days": 14, "grace_days": 2 }), "", &mut of_head)?;
    part::<Plans>(&mut fields, "plans", &json!({ "most_days": 365, "grace_days": 3 }), "", &mut of_head)?;
    part::<Score>(&mut fields, "score", &json!({}), "", &mut of_head)?;
    let head: Policy = mended(fields, &json!({ "name": "-", "least_gap_days": 0, "steps": [] }), "", &mut of_head)?;
    of_head.append(&mut errors);
    Ok((Policy { steps, segments, ..head }, Places { steps: step_places, segments: segment_places }, of_head))
}

type Read<T> = Result<T, Vec<FieldError>>;

/// The steps of a list, each with its path.
fn steps(list: Value, path: &str, errors: &mut Vec<FieldError>) -> Read<(Vec<Step>, Vec<String>)> {
    let Value::Array(list) = list else {
        errors.push(FieldError::new(path, "is not a list", format!("a list of up to {MOST_STEPS} steps")));
        return Ok(Default::default());
    };
    let places = list.into_iter().enumerate().map(|(place, value)| (value, format!("{path}[{place}]")));
    let read = places.map(|(value, place)| Ok((step(value, &place, errors)?, place)));
    Ok(read.collect::<Read<Vec<_>>>()?.into_iter().unzip())
}

/// Segments, and their paths with those of their own steps.
type SegmentsRead = (Vec<Segment>, Vec<(String, Vec<String>)>);

/// The segments of a list, each with its path and those of its own steps.
fn segments(list: Value, errors: &mut Vec<FieldError>) -> Read<SegmentsRead> {
    let Value::Array(list) = list else {
        errors.push(FieldError::new("segments", "is not a list", "a list of up to 20 segments"));
        return Ok(Default::default());
    };
    let places = list.into_iter().enumerate().map(|(place, value)| (value, format!("segments[{place}]")));
    let read = places.map(|(value, place)| {
        let (segment, steps) = segment(value, &place, errors)?;
        Ok((segment, (place, steps)))
    });
    Ok(read.collect::<Read<Vec<_>>>()?.into_iter().unzip())
}

fn segment(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Read<(Segment, Vec<String>)> {
    let mut fields = fields_of(value, path, "a segment with a name and conditions", errors);
    part::<Membership>(&mut fields, "when", &json!({}), path, errors)?;
    let own = fields.insert("steps".to_owned(), json!([]));
    let (steps, places) = own.map(|list| steps(list, &format!("{path}.steps"), errors)).transpose()?.unwrap_or_default();
    // No name that anybody may write.
    let segment: Segment = mended(fields, &json!({ "name": format!("({path})") }), path, errors)?;
    Ok((Segment { steps, ..segment }, places))
}

fn step(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Read<Step> {
    let mut fields = fields_of(value, path, "a step with id, anchor, channels and tone", errors);
    let anchor = json!({ "from": "due", "days": 1 });
    part::<Anchor>(&mut fields, "anchor", &anchor, path, errors)?;
    part::<Conditions>(&mut fields, "when", &json!({}), path, errors)?;
    part::<Repeat>(&mut fields, "repeat", &json!({ "every_days": 1, "times": 2 }), path, errors)?;
    // No id that anybody may write.
    let instead = json!({ "id": format!("({path})"), "anchor": anchor, "channels": ["email"], "tone": "firm" });
    let mut step: Step = mended(fields, &instead, path, errors)?;
    // Nobody knows from where they count: they are wrong only where they are from anywhere.
    if Unread(errors).hides(&format!("{path}.anchor.from")) && (-60..=730).contains(&step.anchor.days) {
        step.anchor.days = 1;
    }
    Ok(step)
}

/// The fields of an object; of what is none, no fields.
fn fields_of(value: Value, path: &str, expected: &str, errors: &mut Vec<FieldError>) -> Map<String, Value> {
    let Value::Object(fields) = value else {
        errors.push(FieldError::new(path, "is not an object", expected));
        return Map::new();
    };
    fields
}

/// Reads a part by itself and mends it, so that the rest can be read.
fn part<T: DeserializeOwned>(
    fields: &mut Map<String, Value>,
    name: &str,
    instead: &Value,
    path: &str,
    errors: &mut Vec<FieldError>,
) -> Read<()> {
    let Some(Value::Object(part)) = fields.get(name) else { return Ok(()) };
    let (_, part) = mend::<T>(part.clone(), instead, &below(path, name), errors)?;
    fields.insert(name.to_owned(), Value::Object(part));
    Ok(())
}

/// Reads an object in which what cannot be read is taken from `instead`, or left out.
fn mended<T: DeserializeOwned>(fields: Map<String, Value>, instead: &Value, path: &str, errors: &mut Vec<FieldError>) -> Read<T> {
    mend(fields, instead, path, errors).map(|(read, _)| read)
}

/// What `mended` reads, and the fields from which it was read.
fn mend<T: DeserializeOwned>(
    mut fields: Map<String, Value>,
    instead: &Value,
    path: &str,
    errors: &mut Vec<FieldError>,
) -> Read<(T, Map<String, Value>)> {
    loop {
        let wrong = match object::<T>(fields.clone()) {
            Ok(read) => return Ok((read, fields)),
            Err(wrong) => wrong,
        };
        let before = fields.clone();
        for error in wrong {
            let name = error.field.split(['.', '[']).next().unwrap_or_default().to_owned();
            let field = below(path, &error.field);
            // What is not there because its whole could not be read is not missed, too.
            if !Unread(errors).hides(&field) {
                errors.push(FieldError { field, ..error });
            }
            match instead.get(&name) {
                Some(value) => fields.insert(name, value.clone()),
                None => fields.remove(&name),
            };
        }
        // Nothing could be mended: what is known is said.
        if fields == before {
            return Err(std::mem::take(errors));
        }
    }
}

fn below(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}
