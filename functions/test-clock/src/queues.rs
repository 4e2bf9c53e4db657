//! Waiting until everything that was set in motion has come to rest.

use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use upominek::ports::outside::OutsideError;
use upominek::runtime::{Config, Failed};

/// How long to wait for rest, in checks.
const MOST_CHECKS: u32 = 3_000;

/// The queues that work travels through.
pub struct Queues {
    client: aws_sdk_sqs::Client,
    urls: Vec<String>,
}

impl Queues {
    /// The queues of the configuration.
    pub fn new(aws: &upominek::runtime::AwsConfig, config: &Config) -> Self {
        let urls = [&config.evaluation_queue_url, &config.replay_queue_url, &config.email_queue_url, &config.sms_queue_url];
        Self { client: aws_sdk_sqs::Client::new(aws), urls: urls.into_iter().flatten().cloned().collect() }
    }

    /// Returns when no queue holds or hands out a message any more, twice in a row: a handler may
    /// just have taken from one queue and be about to send to another.
    pub async fn drained(&self) -> Result<(), Failed> {
        let mut quiet = 0;
        for _ in 0..MOST_CHECKS {
            quiet = if self.messages().await? == 0 { quiet + 1 } else { 0 };
            if quiet == 2 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(if quiet > 0 { 5 } else { 30 })).await;
        }
        Err(OutsideError::new("the queues", "they did not come to rest: look into the dead-letter queues").into())
    }

    async fn messages(&self) -> Result<i64, Failed> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let mut sum = 0;
        for url in &self.urls {
            let request = self.client.get_queue_attributes().queue_url(url).set_attribute_names(Some(names.to_vec()));
            let attributes = request.send().await?.attributes.unwrap_or_default();
            sum += names.iter().filter_map(|name| attributes.get(name)?.parse::<i64>().ok()).sum::<i64>();
        }
        Ok(sum)
    }
}
