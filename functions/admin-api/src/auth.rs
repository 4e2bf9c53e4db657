//! Who is calling: a bearer token leads to one creditor, and only that creditor's store is handed on.
//!
//! A handler gets its store from `Caller` and from nowhere else. A refusal tells nothing: no token, an
//! unknown one and a revoked one look the same.

use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, Utc};
use upominek::adapters::dynamodb::Store;
use upominek::adapters::dynamodb::keys::sha256_hex;
use upominek::app::apply::Setting;
use upominek::domain::creditor::Settings;
use upominek::domain::ids::CreditorId;
use upominek::ports::outside::Clock;
use upominek::ports::tenant::{Proof, Tenant};

use crate::problem::Problem;
use crate::state::State;

/// How a token begins, so that people and secret scanners recognise one.
const PREFIX: &str = "upo_";
/// 20 bytes in base32.
const LETTERS: usize = 32;

/// Where authentication leaves the creditor for the request's line in the log.
#[derive(Debug, Clone, Default)]
pub struct Who(Arc<OnceLock<CreditorId>>);

impl Who {
    /// The creditor, if one was proven.
    pub fn creditor(&self) -> &str {
        self.0.get().map_or("-", CreditorId::as_str)
    }
}

/// The creditor that calls, with its store and settings as of this request.
#[derive(Debug)]
pub struct Caller {
    /// The data of this creditor, and of no other.
    pub store: Store,
    /// The settings.
    pub settings: Settings,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Caller {
    /// What commands on accounts run with.
    pub fn setting(&self) -> Setting<'_> {
        Setting { settings: &self.settings, now: self.now }
    }

    /// Today in the creditor's zone.
    pub fn today(&self) -> NaiveDate {
        self.setting().context().today()
    }
}

impl FromRequestParts<State> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let hash = header.and_then(token).map(sha256_hex).ok_or_else(Problem::unauthorized)?;
        let creditor = state.table.token_owner(&hash).await?.ok_or_else(Problem::unauthorized)?;
        if let Some(who) = parts.extensions.get::<Who>() {
            // Set once per request; a second extractor would find the same creditor.
            let _ = who.0.set(creditor.clone());
        }
        let store = state.table.of(&Tenant::proven(creditor, Proof::Token));
        let (settings, _) = store.creditor_data().await?.ok_or_else(Problem::unauthorized)?;
        Ok(Self { store, settings, now: state.clock.now().await? })
    }
}

/// The token of a header, if it can be one of ours at all; anything else is not even looked up.
fn token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let letters = token.trim().strip_prefix(PREFIX)?;
    let ours = letters.len() == LETTERS && letters.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
    (scheme.eq_ignore_ascii_case("bearer") && ours).then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_token_is_looked_up() {
        let good = format!("upo_{}", "a2".repeat(16));
        assert_eq!(token(&format!("Bearer {good}")), Some(good.as_str()));
        assert_eq!(token(&format!("bearer  {good}")), Some(good.as_str()));
        let bad = [String::new(), "Bearer".into(), good.clone(), format!("Basic {good}"), format!("Bearer {good}x"), "Bearer upo_#".into()];
        for header in bad {
            assert_eq!(token(&header), None, "{header}");
        }
    }
}
