//! Reading arguments and laying changes over settings, with every error named. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::failure::{Failure, FieldError};

/// Reads arguments.
pub fn read<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Failure> {
    serde_path_to_error::deserialize(Value::Object(arguments)).map_err(|error| Failure::fields(vec![field_error(&error)]))
}

/// Lays `changes` over `current`: what can be read is taken over, the rest is named. Each field is tried
/// alone, so that one error does not hide another.
pub fn overlay<T: Clone + Serialize + DeserializeOwned>(current: &T, changes: &Map<String, Value>) -> (T, Vec<FieldError>) {
    let base = match serde_json::to_value(current) {
        Ok(Value::Object(base)) => base,
        _ => Map::new(),
    };
    let mut merged = base.clone();
    let mut errors = Vec::new();
    for (name, value) in changes {
        if !base.contains_key(name) {
            let known: Vec<&str> = base.keys().map(String::as_str).collect();
            errors.push(FieldError { field: name.clone(), problem: format!("is not known; there are {}", known.join(", ")) });
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

fn field_error(error: &serde_path_to_error::Error<serde_json::Error>) -> FieldError {
    let problem = error.inner().to_string();
    let quoted = |before: &str| problem.strip_prefix(before).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    let named = quoted("missing field `").or_else(|| quoted("unknown field `"));
    FieldError { field: named.unwrap_or_else(|| error.path().to_string()), problem }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use upominek::domain::creditor::Settings;
    use upominek::domain::ids::CreditorId;

    use super::*;

    fn changed(changes: Value) -> (Settings, Vec<String>) {
        let settings = Settings::new(CreditorId::parse("acme").unwrap(), "Acme", "a@acme.example", chrono_tz::Europe::Warsaw);
        let Value::Object(changes) = changes else { panic!("an object") };
        let (settings, errors) = overlay(&settings, &changes);
        (settings, errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn settings_are_given_as_the_api_shows_them() {
        let window = json!({ "from": "09:00", "until": "17:00" });
        let (settings, errors) = changed(json!({ "night_at": "03:30", "mode": "live", "zone": "Europe/Kyiv", "email_window": window }));
        assert_eq!((settings.night_at.to_string(), errors), ("03:30:00".to_owned(), vec![]));
    }

    #[test]
    fn every_error_comes_at_once_and_the_rest_is_taken_over() {
        let (settings, errors) = changed(json!({ "zone": "Warsaw", "shards": "many", "nmae": "x", "name": "New" }));
        assert_eq!(errors, ["nmae", "shards", "zone"]);
        assert_eq!(settings.name, "New");
    }
}
