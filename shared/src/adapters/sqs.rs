//! Our queues. Messages hold ids only.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;

use crate::ports::outside::{OutsideError, Work, WorkQueue, queue_of};

/// The queues' addresses, as far as a function has them.
#[derive(Debug, Clone, Default)]
pub struct QueueUrls {
    /// Shards and accounts to evaluate.
    pub evaluation: Option<String>,
    /// Kept events to try again.
    pub replay: Option<String>,
    /// E-mails to send.
    pub email: Option<String>,
    /// SMS to send.
    pub sms: Option<String>,
}

/// Sends work to its queue.
#[derive(Debug, Clone)]
pub struct Queues {
    client: Client,
    urls: QueueUrls,
}

impl Queues {
    /// Queues by their addresses.
    pub fn new(client: Client, urls: QueueUrls) -> Self {
        Self { client, urls }
    }

    fn url_of(&self, work: &Work) -> Result<&str, OutsideError> {
        let url = match work {
            Work::Shard { .. } | Work::Account { .. } => &self.urls.evaluation,
            Work::Replay { .. } | Work::Reconcile { .. } => &self.urls.replay,
            // The team is written to by e-mail.
            Work::List { .. } => &self.urls.email,
            Work::Dispatch { reminder, .. } => match queue_of(reminder.channel) {
                "sms" => &self.urls.sms,
                _ => &self.urls.email,
            },
        };
        url.as_deref().ok_or_else(|| OutsideError::new("a queue", "its address is not configured for this function"))
    }

    async fn send_batch(&self, url: &str, bodies: &[String]) -> Result<(), OutsideError> {
        let entries = bodies
            .iter()
            .enumerate()
            .map(|(index, body)| SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body).build());
        let entries = entries.collect::<Result<Vec<_>, _>>().map_err(|source| OutsideError::new("a queue", source))?;
        let request = self.client.send_message_batch().queue_url(url).set_entries(Some(entries));
        let answer = request.send().await.map_err(|source| OutsideError::new("a queue", source))?;
        if answer.failed.is_empty() { Ok(()) } else { Err(OutsideError::new("a queue", "it did not take every message of a batch")) }
    }
}

impl WorkQueue for Queues {
    async fn send(&self, work: &[Work]) -> Result<(), OutsideError> {
        let mut by_queue: Vec<(&str, Vec<String>)> = Vec::new();
        for one in work {
            let url = self.url_of(one)?;
            let body = serde_json::to_string(one).map_err(|source| OutsideError::new("a queue", source))?;
            match by_queue.iter_mut().find(|(known, _)| *known == url) {
                Some((_, bodies)) => bodies.push(body),
                None => by_queue.push((url, vec![body])),
            }
        }
        for (url, bodies) in by_queue {
            for batch in bodies.chunks(10) {
                self.send_batch(url, batch).await?;
            }
        }
        Ok(())
    }
}
