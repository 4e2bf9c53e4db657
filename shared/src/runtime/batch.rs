//! SQS batches: one record's failure or panic is its own.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures::FutureExt;
use serde::de::DeserializeOwned;

use crate::app::AppError;

/// Handles each message; the response names those that are to come again.
///
/// A message that cannot be read at all is handed back too: after its last try it lies in the
/// dead-letter queue, where a person sees it.
pub async fn each<M, F, Fut>(event: SqsEvent, handle: F) -> SqsBatchResponse
where
    M: DeserializeOwned,
    F: Fn(M) -> Fut,
    Fut: Future<Output = Result<(), AppError>>,
{
    let mut response = SqsBatchResponse::default();
    for record in event.records {
        let id = record.message_id.clone().unwrap_or_default();
        if !one(&record, &handle).await {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    response
}

async fn one<M, F, Fut>(record: &SqsMessage, handle: &F) -> bool
where
    M: DeserializeOwned,
    F: Fn(M) -> Fut,
    Fut: Future<Output = Result<(), AppError>>,
{
    let message_id = record.message_id.as_deref().unwrap_or_default();
    let Ok(message) = serde_json::from_str(record.body.as_deref().unwrap_or_default()) else {
        tracing::error!(message_id, "a message cannot be read; it goes to the dead-letter queue after its last try");
        return false;
    };
    // Boxed, since futures of a whole use case nest deeper than the compiler likes to look.
    match AssertUnwindSafe(Box::pin(handle(message))).catch_unwind().await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(message_id, error = super::chain(&error), "a message failed and will come again");
            false
        }
        Err(_) => {
            tracing::error!(message_id, "a message made the handler panic and will come again");
            false
        }
    }
}
