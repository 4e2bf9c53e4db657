//! Policies as they are stored, and as the earlier version stored them: each step a number of days from
//! the due date, by one channel.

use serde::{Deserialize, Deserializer};

use super::{Anchor, Channel, Conditions, Policy, Start, Step, Tone, Unit};

/// Either form. The earlier one has no name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Present(Policy),
    Earlier(Earlier),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier {
    version: u32,
    least_gap_days: u32,
    steps: Vec<EarlierStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EarlierStep {
    id: String,
    offset_days: i32,
    channel: Channel,
    tone: Tone,
}

/// Reads a policy in either form.
pub(in crate::domain) fn stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Policy, D::Error> {
    Ok(match Stored::deserialize(deserializer)? {
        Stored::Present(policy) => policy,
        Stored::Earlier(earlier) => earlier.into(),
    })
}

impl From<Earlier> for Policy {
    /// What it did not know says nothing: no cap, no segments, no score.
    fn from(Earlier { version, least_gap_days, steps }: Earlier) -> Self {
        Self {
            version,
            name: "earlier".to_owned(),
            least_gap_days,
            week_cap: None,
            least_sums: Default::default(),
            write_off_up_to: Default::default(),
            promises: Default::default(),
            plans: Default::default(),
            pending_days: super::five_days(),
            receipts: Default::default(),
            steps: steps.into_iter().map(Step::from).collect(),
            segments: Vec::new(),
            score: Default::default(),
        }
    }
}

impl From<EarlierStep> for Step {
    /// The other way to the debtor was taken where the first one failed.
    fn from(EarlierStep { id, offset_days, channel, tone }: EarlierStep) -> Self {
        let channels = match channel {
            Channel::Email => vec![Channel::Email, Channel::Sms],
            Channel::Sms => vec![Channel::Sms, Channel::Email],
            other @ (Channel::Call | Channel::Letter | Channel::Task) => vec![other],
        };
        Self {
            id,
            anchor: Anchor { from: Start::Due, days: offset_days, unit: Unit::Calendar },
            channels,
            to: Vec::new(),
            copies: Vec::new(),
            tone,
            template: None,
            attachments: Vec::new(),
            when: Conditions::default(),
            claims: Vec::new(),
            repeat: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::creditor::Settings;
    use crate::domain::ids::CreditorId;
    use crate::domain::policy::{Channel, Policy, Shipped, Start, Tone};

    fn settings_with(policy: serde_json::Value) -> serde_json::Result<Settings> {
        let settings = Settings::new(CreditorId::parse("acme").unwrap(), "Acme", "a@acme.example", chrono_tz::Europe::Warsaw);
        let mut stored = serde_json::to_value(settings).unwrap();
        stored["policy"] = policy;
        serde_json::from_value(stored)
    }

    #[test]
    fn a_policy_of_the_earlier_version_is_read_as_the_same_ladder() {
        let step = |id: &str, days: i32, channel: &str, tone: &str| serde_json::json!({ "id": id, "offset_days": days, "channel": channel, "tone": tone });
        let steps = [step("due-3", -3, "email", "courtesy"), step("due+3", 3, "sms", "friendly"), step("due+10", 10, "task", "firm")];
        let policy = settings_with(serde_json::json!({ "version": 4, "least_gap_days": 2, "steps": steps })).unwrap().policy;
        assert_eq!((policy.version, policy.least_gap_days, policy.week_cap), (4, 2, None));
        let read: Vec<_> = policy.steps.iter().map(|step| (step.id.as_str(), step.anchor.from, step.anchor.days, step.tone)).collect();
        let due = Start::Due;
        assert_eq!(read, [("due-3", due, -3, Tone::Courtesy), ("due+3", due, 3, Tone::Friendly), ("due+10", due, 10, Tone::Firm)]);
        let channels: Vec<_> = policy.steps.iter().map(|step| step.channels.clone()).collect();
        assert_eq!(channels, [vec![Channel::Email, Channel::Sms], vec![Channel::Sms, Channel::Email], vec![Channel::Task]]);
    }

    #[test]
    fn a_policy_of_this_version_is_read_as_it_was_stored_and_anything_else_is_not() {
        for shipped in Shipped::ALL {
            let stored = serde_json::to_value(shipped.policy()).unwrap();
            assert_eq!(settings_with(stored).unwrap().policy, shipped.policy());
        }
        assert!(settings_with(serde_json::json!({ "version": 1, "least_gap_days": 2, "steps": [{ "id": "due" }] })).is_err());
        assert_eq!(Policy::default(), Shipped::Standard.policy());
    }
}
