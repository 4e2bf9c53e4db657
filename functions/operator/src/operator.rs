//! Carrying out commands. Each may be given twice: what is there already stays, what is missing is made.
//!
//! No command makes a creditor by accident, and none shows a secret or token again.

use serde_json::{Map, Value, json};
use upominek::adapters::dynamodb::keys::sha256_hex;
use upominek::adapters::dynamodb::{SealedSecrets, Store, Table};
use upominek::adapters::kms::Vault;
use upominek::adapters::scheduler::Schedules;
use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::hold_history::{Change, Setter};
use upominek::domain::ids::{CreditorId, base32};
use upominek::fields::{FieldError, overlay};
use upominek::ports::outside::{Clock, OutsideError};
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::WallClock;

use crate::command::{Command, CreateCreditor, CreateSecret, CreateToken, OfSecret, PutSettings, RevokeToken};
use crate::failure::{Error, Failure};

use crate::purpose::{LINK, Maker, Purpose};

/// The provider of creditors in trial.
const SANDBOX: &str = "sandbox";

/// What commands work with.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The table.
    pub table: Table,
    /// Seals and opens secrets.
    pub vault: Vault,
    /// Nightly schedules.
    pub schedules: Schedules,
    /// The clock.
    pub clock: WallClock,
}

/// A creditor that exists, as read for one command.
struct Known {
    store: Store,
    settings: Settings,
    sealed: SealedSecrets,
}

impl Operator {
    /// Carries out one command.
    ///
    /// # Errors
    /// `Caller` tells what to change; anything else may be tried again as it is.
    pub async fn carry_out(&self, command: Command) -> Result<Value, Error> {
        match command {
            Command::CreateCreditor(command) => self.create_creditor(command).await,
            Command::PutSettings(command) => self.put_settings(command).await,
            Command::CreateToken(command) => self.create_token(command).await,
            Command::RevokeToken(command) => self.revoke_token(command).await,
            Command::CreateSecret(command) => self.create_secret(command).await,
            Command::DropOldSecret(command) => self.drop_old_secret(command).await,
            Command::ListCreditors(_) => Ok(json!({ "creditors": self.table.creditors().await? })),
        }
    }

    fn store(&self, creditor: &CreditorId) -> Store {
        self.table.of(&Tenant::proven(creditor.clone(), Proof::Operator))
    }

    async fn known(&self, creditor: &str) -> Result<Known, Error> {
        let creditor = creditor_id(creditor)?;
        let store = self.store(&creditor);
        match store.creditor_data().await? {
            Some((settings, sealed)) => Ok(Known { store, settings, sealed }),
            None => Err(Failure::new(
                "unknown_creditor",
                format!("there is no creditor {creditor}; make it with {{\"command\":\"create_creditor\",\"creditor\":\"{creditor}\",\"name\":…,\"sender_email\":…}}, or see list_creditors"),
            )
            .into()),
        }
    }

    async fn create_creditor(&self, command: CreateCreditor) -> Result<Value, Error> {
        let creditor = creditor_id(&command.creditor)?;
        let store = self.store(&creditor);
        let (settings, sealed, created) = match store.creditor_data().await? {
            Some((settings, sealed)) => (settings, sealed, false),
            None => (new_settings(creditor.clone(), command)?, SealedSecrets::default(), true),
        };
        // The settings come last: a creditor that exists is whole, and the same command completes it.
        let mut wanted = vec![LINK.to_owned()];
        if settings.mode == Mode::Trial {
            wanted.push(Purpose::Provider(SANDBOX.to_owned()).key());
        }
        for purpose in wanted {
            if live(&sealed, &purpose).is_empty() {
                self.keep_secret(&store, &purpose, &Maker::Hex.make(chance()?), &[]).await?;
            }
        }
        self.schedules.night(&settings).await?;
        if created {
            store.create_settings(&settings).await?;
        } else {
            store.enlist().await?;
        }
        let next = if created {
            "make a token with create_token and a webhook secret with create_secret"
        } else {
            "it was there already, its settings stay; change them with put_settings"
        };
        Ok(json!({ "creditor": creditor, "created": created, "settings": settings, "next": next }))
    }

    async fn put_settings(&self, command: PutSettings) -> Result<Value, Error> {
        let Known { store, settings: current, sealed } = self.known(&command.creditor).await?;
        let new = changed(&current, &command.settings)?;
        let sandbox = Purpose::Provider(SANDBOX.to_owned()).key();
        if new.providers.iter().any(|provider| provider == SANDBOX) && live(&sealed, &sandbox).is_empty() {
            self.keep_secret(&store, &sandbox, &Maker::Hex.make(chance()?), &[]).await?;
        }
        self.schedules.night(&new).await?;
        let change = Change { by: Setter::Operator, at: self.clock.now().await?, reason: None };
        let new = store.change_settings(&current, &new, &change).await?;
        Ok(json!({ "creditor": new.creditor, "settings": new }))
    }

    async fn create_token(&self, command: CreateToken) -> Result<Value, Error> {
        let known = self.known(&command.creditor).await?;
        let name = command.name.as_deref().unwrap_or("api").trim();
        if !(1..=100).contains(&name.len()) {
            return Err(Failure::field("name", "1 to 100 bytes, by which a person can tell the token").into());
        }
        let bytes: [u8; 20] = chance()?;
        let token = format!("upo_{}", base32(&bytes));
        known.store.put_token(&sha256_hex(&token), name, self.clock.now().await?).await?;
        let next = "send it as Authorization: Bearer …; it is not shown again";
        Ok(json!({ "creditor": command.creditor, "name": name, "token": token, "next": next }))
    }

    async fn revoke_token(&self, command: RevokeToken) -> Result<Value, Error> {
        let known = self.known(&command.creditor).await?;
        if known.store.revoke_token(&sha256_hex(command.token.trim()), self.clock.now().await?).await? {
            return Ok(json!({ "creditor": command.creditor, "revoked": true }));
        }
        Err(Failure::new("unknown_token", "this creditor has no such token; give the whole token, upo_…, and its own creditor").into())
    }

    async fn create_secret(&self, command: CreateSecret) -> Result<Value, Error> {
        let purpose = Purpose::of(command.source.as_deref(), command.provider.as_deref())?;
        let known = self.known(&command.creditor).await?;
        let secret = purpose.secret(command.secret, chance)?;
        let before = live(&known.sealed, &purpose.key());
        let newest = match before.first() {
            Some(sealed) => Some(self.vault.open(&known.settings.creditor, &purpose.key(), sealed).await?),
            None => None,
        };
        let live = if newest.as_deref() == Some(secret.as_str()) {
            before.len()
        } else {
            self.keep_secret(&known.store, &purpose.key(), &secret, before).await?
        };
        let next = match live {
            1 => "give it to the other side; it is not shown again",
            _ => "give it to the other side; the one before still works until drop_old_secret",
        };
        Ok(json!({ "creditor": command.creditor, "for": purpose.key(), "secret": secret, "live": live, "next": next }))
    }

    async fn drop_old_secret(&self, command: OfSecret) -> Result<Value, Error> {
        let purpose = Purpose::of(command.source.as_deref(), command.provider.as_deref())?;
        let known = self.known(&command.creditor).await?;
        let before = live(&known.sealed, &purpose.key());
        let Some(newest) = before.first() else {
            return Err(Failure::new("no_secret", format!("{} has no secret yet; make one with create_secret", purpose.key())).into());
        };
        let dropped = before.len() - 1;
        if dropped > 0 {
            known.store.put_secrets(&purpose.key(), std::slice::from_ref(newest), self.clock.now().await?).await?;
        }
        Ok(json!({ "creditor": command.creditor, "for": purpose.key(), "dropped": dropped, "live": 1 }))
    }

    /// Keeps a secret as the newest, and the newest of before beside it; returns how many are live.
    async fn keep_secret(&self, store: &Store, purpose: &str, secret: &str, before: &[Vec<u8>]) -> Result<usize, Error> {
        let mut sealed = vec![self.vault.seal(store.creditor(), purpose, secret).await?];
        sealed.extend(before.first().cloned());
        store.put_secrets(purpose, &sealed, self.clock.now().await?).await?;
        Ok(sealed.len())
    }
}

fn creditor_id(text: &str) -> Result<CreditorId, Failure> {
    CreditorId::parse(text).map_err(|error| Failure::field("creditor", error.to_string()))
}

fn live<'s>(sealed: &'s SealedSecrets, purpose: &str) -> &'s [Vec<u8>] {
    let found = sealed.by_purpose.iter().find(|(known, _)| known == purpose);
    found.map_or(&[], |(_, sealed)| sealed.as_slice())
}

fn chance<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|source| OutsideError::new("the source of chance", source.to_string()))?;
    Ok(bytes)
}

fn new_settings(creditor: CreditorId, command: CreateCreditor) -> Result<Settings, Failure> {
    let mut base = Settings::new(creditor, &command.name, &command.sender_email, chrono_tz::Europe::Warsaw);
    base.providers = vec![SANDBOX.to_owned()];
    // Nobody has seen yet what its first import would say.
    base.first_run.mode = upominek::domain::first_run::Mode::Guard;
    let mut changes = command.settings;
    changes.extend(command.zone.map(|zone| ("zone".to_owned(), Value::String(zone))));
    if changes.get("mode").and_then(Value::as_str) == Some("live") && !changes.contains_key("providers") {
        base.providers.clear();
    }
    changed(&base, &changes)
}

/// The settings with the changes, or everything that is wrong with them.
fn changed(current: &Settings, changes: &Map<String, Value>) -> Result<Settings, Failure> {
    let (new, mut errors) = overlay(current, changes);
    errors.extend(new.problems().iter().map(|problem| FieldError::new(problem.field, "is not as it should be", problem.rule)));
    errors.extend(new.claim_problems());
    let mut check = |fine: bool, field: &str, problem: &str| {
        if !fine {
            errors.push(FieldError::new(field, problem, ""));
        }
    };
    check(new.creditor == current.creditor, "creditor", "cannot be changed");
    let policies = |settings: &Settings| (settings.policy.clone(), settings.former_policies.clone());
    check(policies(&new) == policies(current), "policy", "is changed by the creditor, with PUT /api/v1/policy");
    check(new.shards >= current.shards, "shards", "cannot be lowered: accounts keep their shard");
    let plays = new.providers.iter().any(|provider| provider == SANDBOX);
    check(new.mode == Mode::Trial || !plays, "providers", "the sandbox takes play money; a live creditor needs others, or none yet: []");
    if !errors.is_empty() {
        return Err(Failure::fields(errors));
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(value: Value) -> Result<Settings, Failure> {
        let mut payload = json!({ "command": "create_creditor", "creditor": "acme", "name": "Acme", "sender_email": "a@acme.example" });
        let (Value::Object(base), Value::Object(more)) = (&mut payload, value) else { panic!("objects") };
        base.extend(more);
        let Ok(Command::CreateCreditor(command)) = Command::read(payload) else { panic!("a creditor") };
        new_settings(CreditorId::parse("acme").unwrap(), command)
    }

    #[test]
    fn a_new_creditor_is_in_trial_with_the_sandbox() {
        let settings = create(json!({ "zone": "Europe/Berlin", "allow_list": ["@example.com"] })).unwrap();
        assert_eq!(
            (settings.mode, settings.providers, settings.zone),
            (Mode::Trial, vec!["sandbox".to_owned()], chrono_tz::Europe::Berlin)
        );
        assert_eq!(settings.policy.version, 1);
    }

    #[test]
    fn a_live_creditor_has_no_sandbox() {
        assert!(create(json!({ "mode": "live" })).unwrap().providers.is_empty());
        let failure = create(json!({ "mode": "live", "providers": ["sandbox"] })).unwrap_err();
        assert_eq!(failure.errors[0].field, "providers");
    }

    #[test]
    fn wrong_settings_are_named_all_at_once() {
        let failure = create(json!({ "night_at": "02:10", "team_email": "nobody", "creditor_name": "x", "zone": "Mars" })).unwrap_err();
        let fields: Vec<&str> = failure.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["creditor_name", "zone", "night_at", "team_email"]);
    }
}
