//! Small documents of things that belong to no account: the sandbox's checkouts.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Table;
use super::items::{from_item, to_item};
use super::keys;
use crate::ports::store::StoreError;

impl Table {
    /// A document by its kind and id.
    pub async fn document<T: DeserializeOwned>(&self, kind: &'static str, id: &str) -> Result<Option<T>, StoreError> {
        self.get(&keys::document(kind, id)).await?.map(|item| from_item(kind, item)).transpose()
    }

    /// Writes a document.
    pub async fn put_document<T: Serialize>(&self, kind: &'static str, id: &str, document: &T) -> Result<(), StoreError> {
        self.put(to_item(kind, &keys::document(kind, id), document)?, false).await
    }
}
