//! Reading documents that others wrote, so that an error names the field, what is wrong and what
//! would be right, and so that as many errors as possible come at once.
//!
//! Pure. What it says goes back to the caller only; it is never logged.

mod overlay;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use overlay::{missing, overlay};

/// What is wrong with one field of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, as a path in the document (`policy.steps[2].id`), a query parameter, or `body`.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub expected: String,
}

impl FieldError {
    /// Puts the error together.
    pub fn new(field: impl Into<String>, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into(), expected: expected.into() }
    }
}

/// What stands between a problem and what would be right in errors of our own types.
pub const EXPECTED: &str = ", expected ";

/// Reads an object, or says everything that is wrong with it.
///
/// A field that cannot be read is noted and taken out, and the rest is read again: so the second
/// error is found although the first one is there.
pub fn object<T: DeserializeOwned>(mut fields: Map<String, Value>) -> Result<T, Vec<FieldError>> {
    let mut errors: Vec<FieldError> = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(Value::Object(fields.clone())) {
            Ok(read) if errors.is_empty() => return Ok(read),
            Ok(_) => return Err(errors),
            Err(error) => field_error(&error),
        };
        let first = top(&error.field).to_owned();
        if !errors.iter().any(|before| top(&before.field) == first) {
            errors.push(error);
        }
        // What is missing, or what was taken out and is now missing, hides the rest.
        if fields.remove(&first).is_none() {
            return Err(errors);
        }
    }
}

/// Takes a deserializer's error apart.
pub fn field_error(error: &serde_path_to_error::Error<serde_json::Error>) -> FieldError {
    let path = error.path().to_string();
    let message = error.inner().to_string();
    if let Some(name) = quoted_after(&message, "missing field ") {
        return FieldError::new(below(&path, name), "is missing", "a value");
    }
    if let Some(name) = quoted_after(&message, "unknown field ") {
        // The path may or may not end in the field already.
        let field = if path == name || path.ends_with(&format!(".{name}")) { path } else { below(&path, name) };
        let expected = match message.split_once(EXPECTED) {
            Some((_, known)) => known.replace('`', ""),
            None => "no field here".to_owned(),
        };
        return FieldError::new(field, "is not known", expected);
    }
    let field = if path == "." { "body".to_owned() } else { path };
    match message.split_once(EXPECTED) {
        Some((variant, expected)) if variant.starts_with("unknown variant") => {
            FieldError::new(field, "is none of the known values", expected.replace('`', ""))
        }
        Some((problem, expected)) => FieldError::new(field, problem.replace('`', ""), in_words(expected)),
        None => FieldError::new(field, "is not as it should be", message),
    }
}

fn below(path: &str, name: &str) -> String {
    if path == "." { name.to_owned() } else { format!("{path}.{name}") }
}

/// The field of the document itself that a path leads through.
fn top(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or_default()
}

/// What a deserializer expects, in words of JSON.
fn in_words(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "i32" | "i64" => "a whole number".to_owned(),
        "a string" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        other => other.replace('`', ""),
    }
}

fn quoted_after<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    message.strip_prefix(before)?.strip_prefix('`')?.split('`').next()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only how it is read is looked at")]
    struct Body {
        name: String,
        count: Option<u8>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only how it is read is looked at")]
    struct Inner {
        day: Option<chrono::NaiveDate>,
    }

    fn errors(value: Value) -> Vec<FieldError> {
        let Value::Object(fields) = value else { panic!("an object") };
        object::<Body>(fields).unwrap_err()
    }

    fn fields(value: Value) -> Vec<String> {
        errors(value).into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn all_errors_come_at_once() {
        let body = serde_json::json!({ "name": "x", "count": "many", "inner": { "day": 1 }, "nmae": 2 });
        let mut found = fields(body);
        found.sort();
        assert_eq!(found, ["count", "inner.day", "nmae"]);
    }

    #[test]
    fn an_error_names_the_field_what_is_wrong_and_what_would_be_right() {
        let found = errors(serde_json::json!({ "name": "x", "count": "many" }));
        assert_eq!(found, [FieldError::new("count", "invalid type: string \"many\"", "a whole number")]);
        let found = errors(serde_json::json!({}));
        assert_eq!(found, [FieldError::new("name", "is missing", "a value")]);
        let found = errors(serde_json::json!({ "name": "x", "inner": { "dya": 1 } }));
        assert_eq!(found, [FieldError::new("inner.dya", "is not known", "day")]);
    }

    #[test]
    fn a_required_field_of_a_wrong_type_is_one_error() {
        assert_eq!(fields(serde_json::json!({ "name": 5, "count": 1 })), ["name"]);
    }
}
