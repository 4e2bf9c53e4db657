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
    if new.mode == Mode::Live && new.providers.iter().any(|provider| provider == "sandbox") {
        errors.push(FieldError::new("providers", "has the sandbox, which takes play money", "real providers for a live creditor"));
    }
    if let Some(hold) = new.hold.as_ref().filter(|hold| hold.until.is_some_and(|until| until < hold.from)) {
        errors.push(FieldError::new("hold.until", "is before the first day", format!("{} or later", hold.from)));
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
    fn all_problems_come_at_once() {
        let mut new = current();
        new.night_at = "02:30:00".parse().unwrap();
        new.shards = 0;
        assert_eq!(fields(new), ["shards", "night_at", "shards"]);
    }
}
