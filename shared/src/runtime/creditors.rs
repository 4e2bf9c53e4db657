//! Creditors as a warm function remembers them: settings and opened secrets, for half a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::adapters::dynamodb::{SealedSecrets, Table};
use crate::app::AppError;
use crate::domain::creditor::Settings;
use crate::domain::ids::CreditorId;
use crate::ports::tenant::Tenant;

/// How long a warm function trusts what it read.
const REMEMBERED: Duration = Duration::from_secs(30);

/// One creditor's settings, with its secrets still sealed.
#[derive(Debug, Clone)]
pub struct Creditor {
    /// The settings.
    pub settings: Settings,
    sealed: SealedSecrets,
    #[cfg_attr(not(feature = "kms"), expect(dead_code, reason = "only the vault opens secrets"))]
    opened: Arc<Mutex<HashMap<String, Vec<String>>>>,
}

/// When it was read, and what it was.
type Remembered = (Instant, DateTime<Utc>, Arc<Creditor>);

/// Creditors, remembered.
#[derive(Debug)]
pub struct Creditors {
    table: Table,
    known: Mutex<HashMap<CreditorId, Remembered>>,
}

impl Creditors {
    /// Creditors of a table.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), known: Mutex::new(HashMap::new()) }
    }

    /// Reads a creditor anew the next time.
    pub fn forget(&self, creditor: &CreditorId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(creditor);
    }

    /// A creditor, or `None` if there is none.
    pub async fn get(&self, tenant: &Tenant, now: DateTime<Utc>) -> Result<Option<Arc<Creditor>>, AppError> {
        let id = tenant.creditor();
        if let Some((read, read_at, creditor)) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            // By the machine's time, since a clock that is set by hand may stand still; and by that
            // clock, since it may be moved by days.
            if read.elapsed() < REMEMBERED && (now - *read_at).abs() < chrono::Duration::seconds(30) {
                return Ok(Some(creditor.clone()));
            }
        }
        let Some((settings, sealed)) = self.table.of(tenant).creditor_data().await? else { return Ok(None) };
        let creditor = Arc::new(Creditor { settings, sealed, opened: Arc::default() });
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), (Instant::now(), now, creditor.clone()));
        Ok(Some(creditor))
    }
}

impl Creditor {
    /// The sealed secrets of a purpose, the newest first.
    pub fn sealed(&self, purpose: &str) -> &[Vec<u8>] {
        let found = self.sealed.by_purpose.iter().find(|(known, _)| known == purpose);
        found.map_or(&[], |(_, sealed)| sealed.as_slice())
    }

    /// The secrets of a purpose, the newest first; none if it has none.
    #[cfg(feature = "kms")]
    pub async fn secrets(&self, vault: &crate::adapters::kms::Vault, purpose: &str) -> Result<Vec<String>, AppError> {
        if let Some(opened) = self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(purpose) {
            return Ok(opened.clone());
        }
        let mut opened = Vec::new();
        for sealed in self.sealed(purpose) {
            opened.push(vault.open(&self.settings.creditor, purpose, sealed).await?);
        }
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(purpose.to_owned(), opened.clone());
        Ok(opened)
    }
}
