//! Reading a policy that somebody wrote, with every problem at once.
//!
//! Each step, and each part of a step, is read by itself, so that one mistake does not hide another.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Anchor, Conditions, Membership, Places, Policy, Repeat, Segment, Step, problems};
use crate::domain::calendar::Calendar;
use crate::fields::{FieldError, object};

/// Reads a document in YAML or JSON.
///
/// # Errors
/// Every problem of its form, with its path in the document. What it says is not looked at: see
/// `problems`.
pub fn from_text(text: &str) -> Result<Policy, Vec<FieldError>> {
    let (policy, _, errors) = parts(&value_of(text)?);
    if errors.is_empty() { Ok(policy) } else { Err(errors) }
}

/// Reads a document and looks at what it says.
///
/// # Errors
/// Every problem at once, each with its path in the document and what would be right.
pub fn accepted(text: &str, calendar: Calendar<'_>) -> Result<Policy, Vec<FieldError>> {
    let (policy, places, mut errors) = parts(&value_of(text)?);
    let whole = errors.is_empty();
    errors.extend(problems(&policy, &places, whole, calendar));
    if errors.is_empty() { Ok(policy) } else { Err(errors) }
}

fn value_of(text: &str) -> Result<Value, Vec<FieldError>> {
    serde_saphyr::from_str(text).map_err(|error| {
        // Only the first line: the rest draws the text, which the writer has.
        let said = error.to_string();
        let problem = format!("cannot be read: {}", said.lines().next().unwrap_or_default());
        vec![FieldError::new("body", problem, "a policy as a YAML or JSON document")]
    })
}

/// What can be read of a policy, the places of its parts in the document, and what is wrong.
fn parts(document: &Value) -> (Policy, Places, Vec<FieldError>) {
    let mut errors = Vec::new();
    let nothing = || Policy {
        version: 0,
        name: "-".to_owned(),
        least_gap_days: 0,
        week_cap: None,
        least_sums: Default::default(),
        write_off_up_to: Default::default(),
        promises: Default::default(),
        plans: Default::default(),
        pending_days: 5,
        steps: Vec::new(),
        segments: Vec::new(),
        score: Default::default(),
    };
    let Value::Object(fields) = document else {
        return (
            nothing(),
            Places::default(),
            vec![FieldError::new("body", "is not an object", "a policy with name, least_gap_days and steps")],
        );
    };
    let mut fields = fields.clone();
    let (steps, step_places) = match fields.insert("steps".to_owned(), json!([])) {
        Some(list) => steps(list, "steps", "a list of 1 to 30 steps", &mut errors),
        None => {
            errors.push(FieldError::new("steps", "is missing", "a list of 1 to 30 steps"));
            Default::default()
        }
    };
    let (segments, segment_places) = match fields.insert("segments".to_owned(), json!([])) {
        Some(list) => segments(list, &mut errors),
        None => Default::default(),
    };
    let places = Places { steps: step_places, segments: segment_places };
    let head = object::<Policy>(fields).unwrap_or_else(|wrong| {
        errors.splice(0..0, wrong);
        nothing()
    });
    (Policy { steps, segments, ..head }, places, errors)
}

/// The steps of a list that can be read, each with its path.
fn steps(list: Value, path: &str, expected: &str, errors: &mut Vec<FieldError>) -> (Vec<Step>, Vec<String>) {
    let Value::Array(list) = list else {
        errors.push(FieldError::new(path, "is not a list", expected));
        return Default::default();
    };
    let places = list.into_iter().enumerate().map(|(place, value)| (value, format!("{path}[{place}]")));
    places.filter_map(|(value, place)| step(value, &place, errors).map(|step| (step, place))).unzip()
}

/// The segments of a list that can be read, each with its path and those of its own steps.
fn segments(list: Value, errors: &mut Vec<FieldError>) -> (Vec<Segment>, Vec<(String, Vec<String>)>) {
    let Value::Array(list) = list else {
        errors.push(FieldError::new("segments", "is not a list", "a list of up to 20 segments"));
        return Default::default();
    };
    let places = list.into_iter().enumerate().map(|(place, value)| (value, format!("segments[{place}]")));
    places.filter_map(|(value, place)| segment(value, &place, errors).map(|(segment, steps)| (segment, (place, steps)))).unzip()
}

fn segment(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<(Segment, Vec<String>)> {
    let Value::Object(mut fields) = value else {
        errors.push(FieldError::new(path, "is not an object", "a segment with a name and conditions"));
        return None;
    };
    let before = errors.len();
    part::<Membership>(&mut fields, "when", json!({}), path, errors);
    let own = fields.insert("steps".to_owned(), json!([]));
    let (steps, places) = own.map(|list| steps(list, &format!("{path}.steps"), "a list of up to 30 steps", errors)).unwrap_or_default();
    match object::<Segment>(fields) {
        Ok(segment) if errors.len() == before => Some((Segment { steps, ..segment }, places)),
        Ok(_) => None,
        Err(wrong) => {
            errors.extend(below(path, wrong));
            None
        }
    }
}

fn step(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Step> {
    let Value::Object(mut fields) = value else {
        errors.push(FieldError::new(path, "is not an object", "a step with id, anchor, channels and tone"));
        return None;
    };
    let before = errors.len();
    part::<Anchor>(&mut fields, "anchor", json!({ "from": "due", "days": 0 }), path, errors);
    part::<Conditions>(&mut fields, "when", json!({}), path, errors);
    part::<Option<Repeat>>(&mut fields, "repeat", Value::Null, path, errors);
    match object::<Step>(fields) {
        Ok(step) if errors.len() == before => Some(step),
        Ok(_) => None,
        Err(wrong) => {
            errors.extend(below(path, wrong));
            None
        }
    }
}

/// Reads a part by itself; one that cannot be read is replaced, so that the rest can be.
fn part<T: DeserializeOwned>(fields: &mut Map<String, Value>, name: &str, instead: Value, path: &str, errors: &mut Vec<FieldError>) {
    let Some(Value::Object(part)) = fields.get(name) else { return };
    if let Err(wrong) = object::<T>(part.clone()) {
        errors.extend(below(&format!("{path}.{name}"), wrong));
        fields.insert(name.to_owned(), instead);
    }
}

fn below(path: &str, errors: Vec<FieldError>) -> impl Iterator<Item = FieldError> {
    errors.into_iter().map(move |error| FieldError { field: format!("{path}.{}", error.field), ..error })
}
