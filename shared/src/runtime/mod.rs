//! Lambda glue, once: start-up, configuration, clock, batches, HTTP, errors to the log.

pub mod batch;
pub mod clock;
pub mod config;
#[cfg(feature = "dynamodb")]
pub mod creditors;
pub mod http;
#[cfg(feature = "http-client")]
pub mod http_client;
#[cfg(all(feature = "dynamodb", feature = "kms", feature = "http-client"))]
pub mod providers;
#[cfg(all(feature = "dynamodb", feature = "kms", feature = "sqs"))]
pub mod sending;

pub use aws_config::SdkConfig as AwsConfig;
pub use clock::WallClock;
pub use config::Config;

/// Starts logging: one JSON object a line on standard output. A panic tells where, never what:
/// its message could hold somebody's data.
pub fn start() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let format = tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false).with_span_list(false);
    format.with_env_filter(filter).with_ansi(false).without_time().init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a handler panicked");
    }));
}

/// Loads the AWS configuration with timeouts that leave a function time to report.
pub async fn aws() -> aws_config::SdkConfig {
    let timeouts = aws_config::timeout::TimeoutConfig::builder()
        .connect_timeout(std::time::Duration::from_secs(2))
        .operation_attempt_timeout(std::time::Duration::from_secs(5))
        .build();
    aws_config::defaults(aws_config::BehaviorVersion::latest()).timeout_config(timeouts).load().await
}

/// How long an invocation may still take, by the machine's own clock.
#[expect(clippy::disallowed_methods, reason = "a deadline is the machine's time, also where the clock can be set")]
pub fn time_left(deadline: chrono::DateTime<chrono::Utc>) -> chrono::Duration {
    deadline - chrono::Utc::now()
}

/// An error as a function hands it to the platform, which logs it in its debug form: only the chain
/// of messages, since a raw answer of a service could name somebody.
pub struct Failed(String);

impl<E: std::error::Error> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(chain(&error))
    }
}

impl std::fmt::Debug for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Failed> for lambda_runtime::Diagnostic {
    fn from(failed: Failed) -> Self {
        Self { error_type: "Failed".to_owned(), error_message: failed.0 }
    }
}

impl Failed {
    /// What failed, as one line.
    pub fn message(&self) -> &str {
        &self.0
    }
}

/// An error with its whole chain, as one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Clients of the AWS services that a function may touch, made from one configuration.
#[derive(Debug, Clone)]
pub struct Clients {
    /// What the environment says.
    pub config: Config,
    aws: aws_config::SdkConfig,
}

impl Clients {
    /// Starts logging, reads the environment and the AWS configuration.
    pub async fn start() -> Self {
        start();
        Self { config: Config::from_env(), aws: aws().await }
    }

    /// The AWS configuration, for a client that only one function needs.
    pub fn aws(&self) -> &aws_config::SdkConfig {
        &self.aws
    }

    /// The table.
    #[cfg(feature = "dynamodb")]
    pub fn table(&self) -> crate::adapters::dynamodb::Table {
        crate::adapters::dynamodb::Table::new(aws_sdk_dynamodb::Client::new(&self.aws), &self.config.table)
    }

    /// The vault of secrets.
    #[cfg(feature = "kms")]
    pub fn vault(&self) -> crate::adapters::kms::Vault {
        crate::adapters::kms::Vault::new(aws_sdk_kms::Client::new(&self.aws), &self.config.kms_key_id)
    }

    /// The queues.
    #[cfg(feature = "sqs")]
    pub fn queues(&self) -> crate::adapters::sqs::Queues {
        let urls = crate::adapters::sqs::QueueUrls {
            evaluation: self.config.evaluation_queue_url.clone(),
            replay: self.config.replay_queue_url.clone(),
            email: self.config.email_queue_url.clone(),
            sms: self.config.sms_queue_url.clone(),
        };
        crate::adapters::sqs::Queues::new(aws_sdk_sqs::Client::new(&self.aws), urls)
    }

    /// One-off schedules that wake the release.
    #[cfg(feature = "scheduler")]
    pub fn releases(&self) -> crate::adapters::scheduler::Schedules {
        self.schedules(&self.config.release_function_arn)
    }

    /// Nightly schedules that wake the evaluation.
    #[cfg(feature = "scheduler")]
    pub fn nights(&self) -> crate::adapters::scheduler::Schedules {
        self.schedules(&self.config.night_function_arn)
    }

    #[cfg(feature = "scheduler")]
    fn schedules(&self, target: &str) -> crate::adapters::scheduler::Schedules {
        let client = aws_sdk_scheduler::Client::new(&self.aws);
        let config = &self.config;
        let fire = config.schedules_fire();
        crate::adapters::scheduler::Schedules::new(client, &config.schedule_group, &config.scheduler_role_arn, target, fire)
    }

    /// SES, asked once: a retry of ours could send twice.
    #[cfg(feature = "ses")]
    pub fn ses(&self) -> crate::adapters::ses::Ses {
        let config = aws_sdk_sesv2::config::Builder::from(&self.aws);
        let config = config.retry_config(aws_config::retry::RetryConfig::disabled()).build();
        let client = aws_sdk_sesv2::Client::from_conf(config);
        crate::adapters::ses::Ses::new(client, self.config.ses_configuration_set.clone())
    }

    /// SNS, asked once likewise.
    #[cfg(feature = "sns")]
    pub fn sns(&self) -> crate::adapters::sns::Sns {
        let config = aws_sdk_sns::config::Builder::from(&self.aws);
        let config = config.retry_config(aws_config::retry::RetryConfig::disabled()).build();
        crate::adapters::sns::Sns::new(aws_sdk_sns::Client::from_conf(config))
    }
}
