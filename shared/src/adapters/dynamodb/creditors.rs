//! Creditors: their settings, and their secrets as sealed by the key service.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use chrono::{DateTime, Utc};

use super::items::{self, Item, corrupt, from_item, key_of, refused, s, text, to_item};
use super::{Store, Table, keys};
use crate::domain::creditor::Settings;
use crate::domain::hold_history::{Change, HoldChange};
use crate::domain::ids::CreditorId;
use crate::ports::store::StoreError;

/// A creditor's settings and sealed secrets, as read in one request.
#[derive(Debug, Clone, Default)]
pub struct SealedSecrets {
    /// By purpose (`source#shopify`, `provider#sandbox`, `link`): the newest first, two at the most.
    pub by_purpose: Vec<(String, Vec<Vec<u8>>)>,
}

impl Store {
    /// The settings and sealed secrets in one consistent request.
    pub async fn creditor_data(&self) -> Result<Option<(Settings, SealedSecrets)>, StoreError> {
        let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
        let mut pages = query
            .key_condition_expression("PK = :pk AND SK BETWEEN :first AND :last")
            .expression_attribute_values(":pk", s(keys::creditor(&self.creditor)))
            .expression_attribute_values(":first", s("SECRET#"))
            .expression_attribute_values(":last", s("SETTINGS"))
            .into_paginator()
            .items()
            .send();
        let (mut settings, mut secrets) = (None, SealedSecrets::default());
        while let Some(item) = pages.next().await {
            let item = item.map_err(refused)?;
            match text(&item, "SK").unwrap_or_default().strip_prefix("SECRET#") {
                Some(purpose) => {
                    let purpose = keys::decode(purpose).unwrap_or_default();
                    secrets.by_purpose.push((purpose, sealed(&item)));
                }
                None => settings = Some(from_item::<Settings>("settings", item)?),
            }
        }
        Ok(settings.map(|settings| (settings, secrets)))
    }

    /// Writes the settings of a creditor that is new.
    pub async fn create_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let item = to_item("settings", &keys::settings(&self.creditor), settings)?;
        self.table.put(item, true).await?;
        self.table.put(key_of(&keys::creditor_listing(&self.creditor)), false).await
    }

    /// Writes settings that were made of others, and what changed of the hold beside them, in one
    /// transaction; returns them as they are stored.
    ///
    /// # Errors
    /// `Conflict` where somebody else changed them in between: nothing is written.
    pub async fn change_settings(&self, from: &Settings, to: &Settings, change: &Change<'_>) -> Result<Settings, StoreError> {
        let to = Settings { revision: from.revision + 1, ..to.clone() };
        let item = to_item("settings", &keys::settings(&self.creditor), &to)?;
        let stands =
            if from.revision == 0 { "(attribute_not_exists(#revision) OR #revision = :revision)" } else { "#revision = :revision" };
        let put = Put::builder().table_name(&self.table.name).set_item(Some(item));
        let put = put
            .condition_expression(format!("attribute_exists(PK) AND {stands}"))
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":revision", AttributeValue::N(from.revision.to_string()));
        let put = put.build().map_err(|source| corrupt("put", source))?;
        let mut writes = vec![TransactWriteItem::builder().put(put).build()];
        if let Some(held) = HoldChange::between(from, &to, change) {
            let item = to_item("hold change", &keys::hold_change(&self.creditor, to.revision), &held)?;
            writes.push(items::put(&self.table, item, true)?);
        }
        self.table.transact(writes).await?;
        Ok(to)
    }

    /// Writes the sealed secrets of a purpose: the newest first, two at the most.
    pub async fn put_secrets(&self, purpose: &str, sealed: &[Vec<u8>], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = key_of(&keys::secret(&self.creditor, purpose));
        let values = sealed.iter().take(2).map(|one| AttributeValue::B(Blob::new(one.as_slice()))).collect();
        item.insert("sealed".into(), AttributeValue::L(values));
        item.insert("changed_at".into(), s(keys::sortable(now)));
        self.table.put(item, false).await
    }
}

fn sealed(item: &Item) -> Vec<Vec<u8>> {
    let values = item.get("sealed").and_then(|value| value.as_l().ok());
    let blobs = values.into_iter().flatten().filter_map(|value| value.as_b().ok());
    blobs.map(|blob| blob.as_ref().to_vec()).collect()
}

impl Table {
    /// Every creditor of this deployment.
    pub async fn creditors(&self) -> Result<Vec<CreditorId>, StoreError> {
        let query = self.client.query().table_name(&self.name);
        let mut pages =
            query.key_condition_expression("PK = :pk").expression_attribute_values(":pk", s("CREDITORS")).into_paginator().items().send();
        let mut creditors = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(refused)?;
            let id = text(&item, "SK").and_then(|id| CreditorId::parse(id).ok());
            creditors.extend(id);
        }
        Ok(creditors)
    }
}
