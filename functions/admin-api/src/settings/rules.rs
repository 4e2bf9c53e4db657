//! What a creditor may change of its settings by itself. Pure.
//!
//! The sender address and the mode are not its own to change: one deployment sends for many creditors,
//! and none may write in another's name or leave its trial by itself.

use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::policy::Policy;
use upominek::fields::FieldError;

/// The new settings with the policy's version, or everything that is wrong with them.
pub fn checked(current: &Settings, new: Settings) -> Result<Settings, Vec<FieldError>> {
    let mut new = new;
    let mut errors = unchangeable(current, &new);
    let known =
        |problem: &upominek::domain::creditor::SettingsProblem| FieldError::new(problem.field, "is not as it should be", problem.rule);
    errors.extend(new.problems().iter().map(known));
    errors.extend(policy_errors(&new.policy));
    if new.mode == Mode::Live && new.providers.iter().any(|provider| provider == "sandbox") {
        errors.push(FieldError::new("providers", "has the sandbox, which takes play money", "real providers for a live creditor"));
    }
    if let Some(hold) = new.hold.as_ref().filter(|hold| hold.until.is_some_and(|until| until < hold.from)) {
        errors.push(FieldError::new("hold.until", "is before the first day", format!("{} or later", hold.from)));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if new.policy != current.policy {
        new.policy.version = current.policy.version + 1;
    }
    Ok(new)
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
    if new.policy.version != current.policy.version {
        let expected = format!("{}, the version in force; read it again", current.policy.version);
        errors.push(FieldError::new("policy.version", "is not the version in force", expected));
    }
    errors
}

fn policy_errors(policy: &Policy) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if policy.steps.len() > 30 {
        errors.push(FieldError::new("policy.steps", "has too many steps", "at most 30"));
    }
    if policy.least_gap_days > 60 {
        errors.push(FieldError::new("policy.least_gap_days", "is too large", "0 to 60"));
    }
    for (index, step) in policy.steps.iter().enumerate() {
        let field = |name: &str| format!("policy.steps[{index}].{name}");
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-');
        if step.id.is_empty() || step.id.len() > 20 || !step.id.bytes().all(fine) {
            errors.push(FieldError::new(field("id"), "is no name of a step", "1 to 20 of a-z, 0-9, + and -, such as due+7"));
        }
        if policy.rank(&step.id) != Some(index) {
            errors.push(FieldError::new(field("id"), "is the name of an earlier step", "a name of its own"));
        }
        if !(-60..=365).contains(&step.offset_days) {
            errors.push(FieldError::new(field("offset_days"), "is too far away", "-60 to 365"));
        }
        let before = index.checked_sub(1).and_then(|before| policy.steps.get(before));
        if before.is_some_and(|before| before.offset_days > step.offset_days) {
            errors.push(FieldError::new(field("offset_days"), "is earlier than the step before", "steps in the order of their days"));
        }
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
        assert_eq!(checked(&current(), back.into()), Ok(current()));
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
        new.policy.steps[1].id = "due-3".into();
        new.policy.steps[2].offset_days = -9;
        assert_eq!(fields(new), ["shards", "night_at", "shards", "policy.steps[1].id", "policy.steps[2].offset_days"]);
    }

    #[test]
    fn a_changed_policy_gets_the_next_version_and_needs_the_one_in_force() {
        let mut new = current();
        new.policy.steps.pop();
        assert_eq!(checked(&current(), new.clone()).unwrap().policy.version, 2);
        new.policy.version = 7;
        assert_eq!(fields(new), ["policy.version"]);
    }
}
