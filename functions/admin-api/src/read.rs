//! Query parameters as an object of texts.

use serde_json::{Map, Value};
use upominek::fields::FieldError;

/// Query parameters; one that comes twice is refused.
pub fn query(query: &str) -> Result<Map<String, Value>, Vec<FieldError>> {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if fields.contains_key(name.as_ref()) {
            return Err(vec![FieldError::new(name, "is there more than once", "each parameter once")]);
        }
        fields.insert(name.into_owned(), Value::String(value.into_owned()));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_may_come_once() {
        assert!(query("day=2026-11-23&limit=5").is_ok());
        assert_eq!(query("day=1&day=2").unwrap_err()[0].field, "day");
    }
}
