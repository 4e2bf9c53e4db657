//! Reading arguments, with every error named. Pure.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// Reads arguments.
pub fn read<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Failure> {
    upominek::fields::object(arguments).map_err(Failure::fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use upominek::domain::creditor::Settings;
    use upominek::domain::ids::CreditorId;
    use upominek::fields::overlay;

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
