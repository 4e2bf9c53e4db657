//! What a creditor may change of its settings by itself. Pure.
//!
//! The sender address and the mode are not its own to change: one deployment sends for many creditors,
//! and none may write in another's name or leave its trial by itself.

use upominek::domain::creditor::{Mode, Settings};
use upominek::fields::FieldError;

/// The new settings, or everything that is wrong with them.
pub fn checked(current: &Settings, new: Settings) -> Result<Settings, Vec<FieldError>> {
    let mut errors = unchangeable(current, &new);
    let known =
        |problem: &upominek::domain::creditor::SettingsProblem| FieldError::new(problem.field, "is not as it should be", problem.rule);
    errors.extend(new.problems().iter().map(known));
    errors.extend(new.claim_problems());
    if new.mode == Mode::Live && new.providers.iter().any(|provider| provider == "sandbox") {
        errors.push(FieldError::new("providers", "has the sandbox, which takes play money", "real providers for a live creditor"));
    }
    if let Some(hold) = new.hold.as_ref().filter(|hold| hold.until.is_some_and(|until| until < hold.from)) {
        errors.push(FieldError::new("hold.until", "is before the first day", format!("{} or later", hold.from)));
    }
    if new.hold.as_ref().is_some_and(|hold| hold.reason.trim().is_empty()) {
        errors.push(FieldError::new("hold.reason", "is missing", "why everybody is left in peace, in a few words"));
    }
    if errors.is_empty() { Ok(new) } else { Err(errors) }
}

fn unchangeable(current: &Settings, new: &Settings) -> Vec<FieldError> {
    const OPERATOR: &str = "is changed only by whoever runs this deployment";
    let mut errors = Vec::new();
    if new.creditor != current.creditor {
        errors.push(FieldError::new("creditor", "cannot be changed", current.creditor.as_str()));
    }
    if new.mode != current.mode {
        errors.push(FieldError::new("mode", OPERATOR, "as it is"));
    }
    if new.sender_email != current.sender_email {
        errors.push(FieldError::new("sender_email", OPERATOR, "as it is"));
    }
    if new.shards < current.shards {
        errors.push(FieldError::new("shards", "cannot be lowered: accounts keep their shard", format!("{} to 64", current.shards)));
    }
    errors
}

#[cfg(test)]
mod tests {
    use upominek::domain::ids::CreditorId;

    use super::*;
    use crate::settings::view;

    fn current() -> Settings {
        Settings::new(CreditorId::parse("acme").unwrap(), "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw)
    }

    fn fields(new: Settings) -> Vec<String> {
        checked(&current(), new).unwrap_err().into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_the_api_shows_can_be_given_back() {
        let shown = view::Settings::from(&current());
        let text = serde_json::to_string(&shown).unwrap();
        assert!(text.contains(r#""night_at":"04:00""#) && text.contains(r#""zone":"Europe/Warsaw""#));
        let back: view::Settings = serde_json::from_str(&text).unwrap();
        assert_eq!(checked(&current(), back.over(&current())), Ok(current()));
    }

    #[test]
    fn nobody_leaves_trial_or_writes_in_anothers_name_by_itself() {
        let mut new = current();
        new.creditor = CreditorId::parse("other").unwrap();
        new.mode = Mode::Live;
        new.sender_email = "faktury@other.example".into();
        assert_eq!(fields(new), ["creditor", "mode", "sender_email"]);
    }

    #[test]
    fn side_claims_are_refused_all_at_once_with_their_paths() {
        let mut new = current();
        new.side_claims.businesses = upominek::domain::interest::BusinessInterest::Contractual;
        new.side_claims.healthcare_bodies = vec!["521-43".into()];
        let rates = serde_json::json!([
            { "valid_from": "2026-01-01", "valid_until": "2026-03-31", "percent": "12", "source": "contract 7" },
            { "valid_from": "2026-04-02", "percent": "13.5", "source": "" },
            { "valid_from": "2026-04-02", "percent": "14", "source": "annex" },
        ]);
        new.rate_tables = serde_json::from_value(serde_json::json!([{ "id": "contract", "rates": rates }])).unwrap();
        new.mid_rates = serde_json::from_value(serde_json::json!([{ "on": "2026-01-31", "rate": "4.2" }, { "on": "2026-01-30", "rate": "4.2" }, { "on": "2026-01-30", "rate": "4.3" }])).unwrap();
        let expected = [
            "side_claims.contract_table",
            "side_claims.healthcare_bodies[0]",
            "mid_rates[0].on",
            "rate_tables[0].rates[1].source",
            "rate_tables[0].rates[1].valid_from",
            "rate_tables[0].rates[2].valid_from",
            "mid_rates[2].on",
        ];
        assert_eq!(fields(new), expected);
    }

    #[test]
    fn a_cap_names_a_law_and_another_table_that_is_there_and_a_shipped_table_keeps_its_own() {
        let problems = |id: &str, cap: serde_json::Value| {
            let rates = serde_json::json!([{ "valid_from": "2027-01-01", "percent": "12", "source": "contract 7" }]);
            let mut new = current();
            new.rate_tables = serde_json::from_value(serde_json::json!([{ "id": id, "rates": rates, "cap": cap }])).unwrap();
            checked(&current(), new).map_or_else(|errors| errors.into_iter().map(|error| error.field).collect(), |_| Vec::new())
        };
        let times =
            |table: &str, times: u32, source: &str| serde_json::json!({ "times": { "table": table, "times": times, "source": source } });
        assert_eq!(problems("de", serde_json::json!({ "none": { "source": "§ 288 BGB" } })), Vec::<String>::new());
        assert_eq!(problems("de", times("pl-statutory", 2, "art. 481")), Vec::<String>::new());
        assert_eq!(problems("de", serde_json::json!({ "none": { "source": " " } })), ["rate_tables[0].cap.none.source"]);
        let all = ["rate_tables[0].cap.times.times", "rate_tables[0].cap.times.source", "rate_tables[0].cap.times.table"];
        assert_eq!(problems("de", times("de", 11, "")), all);
        assert_eq!(problems("de", times("gone", 0, "")), all);
        assert!(problems("pl-commercial", serde_json::json!("pl_maximum")).contains(&"rate_tables[0].cap".to_owned()));
        let shown = view::Settings::from(&current());
        for cap in
            [serde_json::json!({ "none": {} }), serde_json::json!({ "none": { "source": "x", "times": 2 } }), serde_json::json!("usury")]
        {
            let table = serde_json::json!({ "rate_tables": [{ "id": "de", "rates": [], "cap": cap }] });
            let serde_json::Value::Object(change) = table else { panic!("an object") };
            assert!(!upominek::fields::overlay(&shown, &change).1.is_empty(), "{cap}");
        }
    }

    #[test]
    fn consumers_can_be_charged_nothing_but_statutory_interest() {
        let shown = view::Settings::from(&current());
        for (field, value) in [("consumers", "pl_commercial"), ("consumers", "contractual"), ("businesses", "usury"), ("order", "mine")] {
            let serde_json::Value::Object(change) = serde_json::json!({ "side_claims": { field: value } }) else { panic!("an object") };
            let (_, errors) = upominek::fields::overlay(&shown, &change);
            let found: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(found, [format!("side_claims.{field}")], "{errors:?}");
        }
        for rate in ["15,25", "-1", "100.01", "1.234", ""] {
            let rates = serde_json::json!([{ "valid_from": "2026-01-01", "percent": rate, "source": "x" }]);
            let serde_json::Value::Object(change) = serde_json::json!({ "rate_tables": [{ "id": "c", "rates": rates }] }) else {
                panic!("an object")
            };
            assert_eq!(upominek::fields::overlay(&shown, &change).1[0].field, "rate_tables[0].rates[0].percent", "{rate}");
        }
    }

    #[test]
    fn a_statutory_table_can_be_continued_and_not_changed() {
        let mut new = current();
        let table = |last: &str| {
            let shipped = upominek::domain::interest::RateTables::shipped().table("pl-statutory").unwrap();
            let mut rates: Vec<_> = shipped
                .rates
                .iter()
                .map(|rate| serde_json::json!({ "valid_from": rate.valid_from, "percent": format!("{}.{:02}", rate.basis_points / 100, rate.basis_points % 100), "source": rate.source }))
                .collect();
            rates.last_mut().unwrap()["percent"] = last.into();
            serde_json::from_value(serde_json::json!([{ "id": "pl-statutory", "rates": rates }])).unwrap()
        };
        new.rate_tables = table("9.25");
        assert_eq!(checked(&current(), new.clone()).map(|_| ()), Ok(()));
        new.rate_tables = table("9.00");
        let errors = checked(&current(), new).unwrap_err();
        assert_eq!(
            (errors[0].field.as_str(), errors[0].expected.starts_with("9.25 %")),
            ("rate_tables[0].rates[6].percent", true),
            "{errors:?}"
        );
    }

    #[test]
    fn a_hold_on_everybody_has_a_reason() {
        let hold =
            |reason: &str| upominek::domain::account::Hold { reason: reason.into(), from: "2026-11-23".parse().unwrap(), until: None };
        let held = |reason| upominek::domain::creditor::Settings { hold: Some(hold(reason)), ..current() };
        assert!(checked(&current(), held("we moved house")).is_ok());
        assert_eq!(fields(held(" ")), ["hold.reason"]);
    }

    #[test]
    fn all_problems_come_at_once() {
        let mut new = current();
        new.night_at = "02:30:00".parse().unwrap();
        new.shards = 0;
        assert_eq!(fields(new), ["shards", "night_at", "shards"]);
    }
}
