//! Between domain types and items, and from SDK errors to ours.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Table;
use super::keys::Key;
use crate::ports::store::StoreError;

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A string attribute.
pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A number attribute.
pub(crate) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A value as an item under a key.
pub(crate) fn to_item<T: Serialize>(kind: &'static str, key: &Key, value: &T) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(value).map_err(|source| corrupt(kind, source))?;
    item.extend(key_of(key));
    Ok(item)
}

/// A key as attributes.
pub(crate) fn key_of(key: &Key) -> Item {
    HashMap::from([("PK".to_owned(), s(&key.pk)), ("SK".to_owned(), s(&key.sk))])
}

/// An item as a value.
pub(crate) fn from_item<T: DeserializeOwned>(kind: &'static str, item: Item) -> Result<T, StoreError> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(|source| corrupt(kind, source))
}

/// A string attribute of an item.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

/// An item that is not what we wrote.
pub(crate) fn corrupt(kind: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Corrupt { kind, source: source.into() }
}

/// Any SDK error: a failed condition is a conflict, everything else is unavailability.
pub(crate) fn refused<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match error.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some("ConditionalCheckFailedException" | "TransactionConflictException") => StoreError::Conflict,
        _ => StoreError::Unavailable(Box::new(error)),
    }
}

/// A cancelled transaction: a condition or another writer is a conflict; a throttle is not.
pub(crate) fn transaction_refused<R>(error: SdkError<TransactWriteItemsError, R>) -> StoreError
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return refused(error);
    };
    let codes = || cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
    if codes().any(|code| matches!(code, "ConditionalCheckFailed" | "TransactionConflict")) {
        StoreError::Conflict
    } else {
        StoreError::Unavailable(Box::new(error))
    }
}

/// A put within a transaction, absent before if `absent`.
pub(crate) fn put(table: &Table, item: Item, absent: bool) -> Result<TransactWriteItem, StoreError> {
    let mut put = Put::builder().table_name(&table.name).set_item(Some(item));
    if absent {
        put = put.condition_expression("attribute_not_exists(PK)");
    }
    let put = put.build().map_err(|source| corrupt("put", source))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

/// A delete within a transaction.
pub(crate) fn delete(table: &Table, key: &Key) -> Result<TransactWriteItem, StoreError> {
    let delete = Delete::builder().table_name(&table.name).set_key(Some(key_of(key)));
    let delete = delete.build().map_err(|source| corrupt("delete", source))?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}

/// A condition within a transaction.
pub(crate) fn check(table: &Table, key: &Key, condition: &str, values: Item) -> Result<TransactWriteItem, StoreError> {
    let check = ConditionCheck::builder()
        .table_name(&table.name)
        .set_key(Some(key_of(key)))
        .condition_expression(condition)
        .set_expression_attribute_values((!values.is_empty()).then_some(values));
    let check = check.build().map_err(|source| corrupt("condition", source))?;
    Ok(TransactWriteItem::builder().condition_check(check).build())
}

/// An update within a transaction.
pub(crate) fn update(
    table: &Table,
    key: &Key,
    expression: &str,
    condition: Option<&str>,
    values: Item,
) -> Result<TransactWriteItem, StoreError> {
    let update = Update::builder()
        .table_name(&table.name)
        .set_key(Some(key_of(key)))
        .update_expression(expression)
        .set_condition_expression(condition.map(str::to_owned))
        .set_expression_attribute_values((!values.is_empty()).then_some(values));
    let update = update.build().map_err(|source| corrupt("update", source))?;
    Ok(TransactWriteItem::builder().update(update).build())
}

impl Table {
    /// Writes all or nothing.
    pub(crate) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), StoreError> {
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        request.send().await.map(|_| ()).map_err(transaction_refused)
    }

    /// One item, consistently.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key_of(key))).consistent_read(true);
        Ok(request.send().await.map_err(refused)?.item)
    }

    /// Puts one item; with `absent`, only if there is none.
    pub(crate) async fn put(&self, item: Item, absent: bool) -> Result<(), StoreError> {
        let condition = absent.then(|| "attribute_not_exists(PK)".to_owned());
        let request = self.client.put_item().table_name(&self.name).set_item(Some(item)).set_condition_expression(condition);
        request.send().await.map(|_| ()).map_err(refused)
    }
}
