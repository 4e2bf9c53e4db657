//! The sandbox's own memory of a checkout, apart from everything that the creditor's side keeps.

use serde::{Deserialize, Serialize};
use upominek::adapters::dynamodb::Table;
use upominek::adapters::payments::sandbox::{CheckoutStatus, Order};
use upominek::domain::ids::base32;
use upominek::ports::store::StoreError;

/// A checkout.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// What was ordered.
    pub order: Order,
    /// How far it is.
    pub status: CheckoutStatus,
}

/// The same order has the same id.
pub fn id_of(order: &Order) -> String {
    let seed = format!("{}\n{}", order.creditor, order.request.reference);
    format!("sbx-{}", base32(&upominek::app::link::sha256(seed.as_bytes())[..15]))
}

/// Reads a checkout.
pub async fn load(table: &Table, id: &str) -> Result<Option<Session>, StoreError> {
    table.document("SANDBOX", id).await
}

/// Writes a checkout.
pub async fn save(table: &Table, id: &str, session: &Session) -> Result<(), StoreError> {
    table.put_document("SANDBOX", id, session).await
}
