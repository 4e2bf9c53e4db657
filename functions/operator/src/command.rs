//! Commands as somebody with AWS credentials gives them, and what they answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::fields;

/// What to do. The JSON names it in `command`.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Make a creditor, or complete one whose making stopped half-way.
    CreateCreditor(CreateCreditor),
    /// Change some of a creditor's settings.
    PutSettings(PutSettings),
    /// Make an API token; it is told once.
    CreateToken(CreateToken),
    /// End an API token.
    RevokeToken(RevokeToken),
    /// Make or take a secret; the one before stays live beside it.
    CreateSecret(CreateSecret),
    /// Keep only the newest secret.
    DropOldSecret(OfSecret),
    /// Name every creditor.
    ListCreditors(Nothing),
}

/// A new creditor. Any field of the settings may stand beside these.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CreateCreditor {
    /// Its id.
    pub creditor: String,
    /// The name that debtors know.
    pub name: String,
    /// Sender address of e-mails; its domain is a verified SES identity.
    pub sender_email: String,
    /// IANA time zone; `Europe/Warsaw` if not said.
    pub zone: Option<String>,
    /// Other settings.
    #[serde(flatten)]
    pub settings: Map<String, Value>,
}

/// Changes of settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutSettings {
    /// Whose.
    pub creditor: String,
    /// The fields to change, each as a whole.
    pub settings: Map<String, Value>,
}

/// A new token.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// Whose.
    pub creditor: String,
    /// By what a person can tell it later; `api` if not said.
    pub name: Option<String>,
}

/// A token to end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeToken {
    /// Whose.
    pub creditor: String,
    /// The token itself.
    pub token: String,
}

/// A secret to make.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateSecret {
    /// Whose.
    pub creditor: String,
    /// The source of invoices that signs with it,
    pub source: Option<String>,
    /// or the payment provider.
    pub provider: Option<String>,
    /// The secret, where the other side gave it; else one is made.
    pub secret: Option<String>,
}

/// A source's or provider's secrets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfSecret {
    /// Whose.
    pub creditor: String,
    /// The source,
    pub source: Option<String>,
    /// or the provider.
    pub provider: Option<String>,
}

/// No arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The names of all commands, as they stand in `command`.
pub const NAMES: [&str; 7] =
    ["create_creditor", "put_settings", "create_token", "revoke_token", "create_secret", "drop_old_secret", "list_creditors"];

impl Command {
    /// Reads a command.
    ///
    /// # Errors
    /// Tells which commands there are, or which argument is at fault.
    pub fn read(payload: Value) -> Result<Self, Failure> {
        let unknown = || Failure::new("unknown_command", format!("say {{\"command\": …}} with one of {}", NAMES.join(", ")));
        let Value::Object(mut arguments) = payload else { return Err(unknown()) };
        let name = arguments.remove("command");
        match name.as_ref().and_then(Value::as_str) {
            Some("create_creditor") => fields::read(arguments).map(Self::CreateCreditor),
            Some("put_settings") => fields::read(arguments).map(Self::PutSettings),
            Some("create_token") => fields::read(arguments).map(Self::CreateToken),
            Some("revoke_token") => fields::read(arguments).map(Self::RevokeToken),
            Some("create_secret") => fields::read(arguments).map(Self::CreateSecret),
            Some("drop_old_secret") => fields::read(arguments).map(Self::DropOldSecret),
            Some("list_creditors") => fields::read(arguments).map(Self::ListCreditors),
            _ => Err(unknown()),
        }
    }

    /// Its name and whose it is, for the log.
    pub fn about(&self) -> (&'static str, &str) {
        match self {
            Self::CreateCreditor(command) => (NAMES[0], &command.creditor),
            Self::PutSettings(command) => (NAMES[1], &command.creditor),
            Self::CreateToken(command) => (NAMES[2], &command.creditor),
            Self::RevokeToken(command) => (NAMES[3], &command.creditor),
            Self::CreateSecret(command) => (NAMES[4], &command.creditor),
            Self::DropOldSecret(command) => (NAMES[5], &command.creditor),
            Self::ListCreditors(_) => (NAMES[6], "-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unknown_command_is_told_the_known_ones() {
        for payload in [json!({}), json!([]), json!({ "command": "delete_everything" }), json!({ "command": 5 })] {
            let failure = Command::read(payload).unwrap_err();
            assert_eq!(failure.code, "unknown_command");
            assert!(NAMES.iter().all(|name| failure.message.contains(name)));
        }
    }

    #[test]
    fn every_known_name_is_read() {
        for name in NAMES {
            let failure = Command::read(json!({ "command": name, "creditor": 5 })).err();
            assert_ne!(failure.map(|failure| failure.code), Some("unknown_command"), "{name}");
        }
    }

    #[test]
    fn a_creditor_may_come_with_settings() {
        let payload =
            json!({ "command": "create_creditor", "creditor": "acme", "name": "Acme", "sender_email": "a@acme.example", "shards": 4 });
        let Ok(Command::CreateCreditor(command)) = Command::read(payload) else { panic!("a creditor") };
        assert_eq!(command.settings.get("shards"), Some(&json!(4)));
        assert_eq!(command.zone, None);
    }

    #[test]
    fn a_misspelt_argument_is_named() {
        let failure = Command::read(json!({ "command": "create_token", "creditor": "acme", "nmae": "x" })).unwrap_err();
        assert_eq!(failure.errors[0].field, "nmae");
    }
}
