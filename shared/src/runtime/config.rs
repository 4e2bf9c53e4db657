//! A function's configuration, from its environment. Read once, at start-up.

/// What a function is told by the stack.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The table.
    pub table: String,
    /// `local`, `staging` or `production`.
    pub stage: String,
    /// Root of the HTTP API, without a slash at the end.
    pub base_url: String,
    /// Root of pay links, without a slash at the end.
    pub link_base_url: String,
    /// The key for secrets.
    pub kms_key_id: String,
    /// Queue of evaluations.
    pub evaluation_queue_url: Option<String>,
    /// Queue of kept events.
    pub replay_queue_url: Option<String>,
    /// Queue of e-mails.
    pub email_queue_url: Option<String>,
    /// Queue of SMS.
    pub sms_queue_url: Option<String>,
    /// SES configuration set.
    pub ses_configuration_set: Option<String>,
    /// Group of our schedules.
    pub schedule_group: String,
    /// Role that schedules take.
    pub scheduler_role_arn: String,
    /// The release function.
    pub release_function_arn: String,
    /// The night function.
    pub night_function_arn: String,
    /// The driver of the clock that can be set; only on a local stack.
    pub test_clock_function: Option<String>,
    /// Root of the stand-ins of payment providers; only on a local stack.
    pub stand_ins_url: Option<String>,
}

impl Config {
    /// Reads the environment. What a function does not have stays empty.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_env() -> Self {
        let optional = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let text = |name: &str| optional(name).unwrap_or_default();
        let stage = text("STAGE");
        let base_url = text("BASE_URL").trim_end_matches('/').to_owned();
        let link_base_url = optional("LINK_BASE_URL").map(|url| url.trim_end_matches('/').to_owned());
        Self {
            table: text("TABLE_NAME"),
            stage: stage.clone(),
            link_base_url: link_base_url.unwrap_or_else(|| base_url.clone()),
            base_url,
            kms_key_id: text("KMS_KEY_ID"),
            evaluation_queue_url: optional("EVALUATION_QUEUE_URL"),
            replay_queue_url: optional("REPLAY_QUEUE_URL"),
            email_queue_url: optional("EMAIL_QUEUE_URL"),
            sms_queue_url: optional("SMS_QUEUE_URL"),
            ses_configuration_set: optional("SES_CONFIGURATION_SET"),
            schedule_group: text("SCHEDULE_GROUP"),
            scheduler_role_arn: text("SCHEDULER_ROLE_ARN"),
            release_function_arn: text("RELEASE_FUNCTION_ARN"),
            night_function_arn: text("NIGHT_FUNCTION_ARN"),
            test_clock_function: optional("TEST_CLOCK_FUNCTION"),
            // Money is never sent to a stand-in from anywhere else.
            stand_ins_url: optional("STAND_INS_URL").filter(|_| stage == "local"),
        }
    }

    /// Whether schedules fire by themselves. On a local stack the test clock fires them.
    pub fn schedules_fire(&self) -> bool {
        self.stage != "local"
    }
}
