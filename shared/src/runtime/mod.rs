//! Lambda glue, once: start-up, configuration, clock, batches, HTTP, errors to the log.

pub mod batch;
pub mod clock;
pub mod config;
#[cfg(feature = "dynamodb")]
pub mod creditors;
pub mod http;

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
