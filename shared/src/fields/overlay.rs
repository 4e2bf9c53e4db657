//! Changes laid over something that is stored, field by field, with every error at once. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{FieldError, field_error};

/// Lays `changes` over `current`: what can be read is taken over, the rest is named. Each field is tried
/// alone, so that one error does not hide another. Fields that `current` does not have are refused.
pub fn overlay<T: Clone + Serialize + DeserializeOwned>(current: &T, changes: &Map<String, Value>) -> (T, Vec<FieldError>) {
    let base = fields_of(current);
    let mut merged = base.clone();
    let mut errors = Vec::new();
    for (name, value) in changes {
        if !base.contains_key(name) {
            let known: Vec<&str> = base.keys().map(String::as_str).collect();
            errors.push(FieldError::new(name, "is not known", format!("one of {}", known.join(", "))));
            continue;
        }
        let mut alone = base.clone();
        alone.insert(name.clone(), value.clone());
        match serde_path_to_error::deserialize::<_, T>(Value::Object(alone)) {
            Ok(_) => {
                merged.insert(name.clone(), value.clone());
            }
            Err(error) => errors.push(field_error(&error)),
        }
    }
    let merged = serde_path_to_error::deserialize(Value::Object(merged)).unwrap_or_else(|error| {
        errors.push(field_error(&error));
        current.clone()
    });
    (merged, errors)
}

/// The fields that `current` has and `given` does not.
pub fn missing<T: Serialize>(current: &T, given: &Map<String, Value>) -> Vec<FieldError> {
    let base = fields_of(current);
    let gone = base.keys().filter(|name| !given.contains_key(*name));
    gone.map(|name| FieldError::new(name, "is missing", "every field, as GET gives it; PATCH takes single ones")).collect()
}

fn fields_of<T: Serialize>(value: &T) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Thing {
        name: String,
        count: u8,
    }

    fn changed(changes: Value) -> (Thing, Vec<String>) {
        let thing = Thing { name: "x".into(), count: 1 };
        let Value::Object(changes) = changes else { panic!("an object") };
        let (thing, errors) = overlay(&thing, &changes);
        (thing, errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn what_is_not_named_stays() {
        assert_eq!(changed(json!({ "count": 2 })), (Thing { name: "x".into(), count: 2 }, vec![]));
    }

    #[test]
    fn every_error_comes_at_once_and_the_rest_is_taken_over() {
        let (thing, errors) = changed(json!({ "count": -1, "name": "y", "nmae": "z" }));
        assert_eq!(errors, ["count", "nmae"]);
        assert_eq!(thing, Thing { name: "y".into(), count: 1 });
    }

    #[test]
    fn what_is_missing_is_named() {
        let Value::Object(given) = json!({ "name": "y" }) else { panic!("an object") };
        let gone = missing(&Thing { name: "x".into(), count: 1 }, &given);
        assert_eq!(gone[0].field, "count");
    }
}
