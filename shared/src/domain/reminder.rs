//! The reminder: one message to one debtor on one day, and the ledger of its sending.
//!
//! ```text
//! Draft -> Scheduled -> Claimed -> Sent
//!              |   ^       |-----> Failed       a definite no, for good
//!              |   |-------|                    a definite no, for now
//!              |           '-----> Ambiguous    nobody knows: never sent again blindly
//!              '-> Cancelled                        '-> Sent | PresumedSent (by evidence or age)
//! ```

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::ids::CaseId;
use super::money::Currency;
use super::policy::{Channel, Tone};
use super::service::{Received, Service};

/// Which reminder of an account: the day, the channel and the currency. Put if absent, so that the
/// database itself keeps "one".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReminderId {
    /// The local business day for which it was decided.
    pub as_of: NaiveDate,
    /// By which way.
    pub channel: Channel,
    /// In which currency.
    pub currency: Currency,
    /// Which service message; `None` for a reminder.
    pub service: Option<Service>,
}

impl ReminderId {
    /// The reminder of a day, channel and currency.
    pub fn new(as_of: NaiveDate, channel: Channel, currency: Currency) -> Self {
        Self { as_of, channel, currency, service: None }
    }
}

impl std::fmt::Display for ReminderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}_{}", self.as_of, self.channel.name(), self.currency)?;
        self.service.map_or(Ok(()), |service| write!(f, "_{service}"))
    }
}

impl From<ReminderId> for String {
    fn from(id: ReminderId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for ReminderId {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        const FORM: &str = "a reminder id must be written as day_channel_currency, such as 2026-11-23_email_PLN";
        let mut parts = text.splitn(4, '_');
        let as_of = parts.next().and_then(|day| day.parse().ok()).ok_or(FORM)?;
        let channel = match parts.next() {
            Some("email") => Channel::Email,
            Some("sms") => Channel::Sms,
            Some("call") => Channel::Call,
            Some("letter") => Channel::Letter,
            Some("task") => Channel::Task,
            _ => return Err(FORM),
        };
        let currency = parts.next().and_then(|code| Currency::parse(code).ok()).ok_or(FORM)?;
        let service = parts.next().map(str::parse).transpose()?;
        Ok(Self { as_of, channel, currency, service })
    }
}

/// How far a reminder has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderState {
    /// Its account is still being evaluated in chunks; never released.
    Draft,
    /// Waits for its send window.
    Scheduled,
    /// A dispatcher holds it and may be sending.
    Claimed,
    /// The provider accepted it.
    Sent,
    /// The provider refused it for good.
    Failed,
    /// Nobody knows whether the provider accepted it.
    Ambiguous,
    /// Ambiguous, and no evidence can come any more.
    PresumedSent,
    /// Not sent, because there was nothing to say any more.
    Cancelled,
}

impl ReminderState {
    /// Whether it counts as said, for steps, gaps and caps. What may have been sent counts.
    pub fn counts(self) -> bool {
        !matches!(self, Self::Failed | Self::Cancelled)
    }

    /// Whether the provider can still be asked to send it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled | Self::Claimed)
    }
}

/// One invoice's part in a reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The case.
    pub case: CaseId,
    /// The step that it takes by this reminder.
    pub step: String,
}

/// Who is sending, and until when nobody else may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Chance that tells this attempt from any other.
    pub token: String,
    /// When the lease ends; after it the reminder is ambiguous.
    pub until: DateTime<Utc>,
}

impl Reminder {
    /// Whether it failed because it could not be put into words.
    pub fn had_no_words(&self) -> bool {
        self.state == ReminderState::Failed && self.reason.as_deref().and_then(Cause::read) == Some(Cause::NoText)
    }
}

/// One message to one debtor, and what became of it: a reminder, or a service message, which has neither lines
/// nor a step of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Which.
    pub id: ReminderId,
    /// How far it has come.
    pub state: ReminderState,
    /// The strictest step among the lines: it sets the tone.
    pub step: String,
    /// The tone.
    pub tone: Tone,
    /// The invoices that take a step by it.
    pub lines: Vec<Line>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// When it is to be looked at next: the send window's opening, the end of a lease, the age at
    /// which an ambiguous one is presumed sent. `None` once settled.
    pub check_at: Option<DateTime<Utc>>,
    /// How often a provider was asked to send it.
    pub attempts: u32,
    /// It waits for a person's word about a line.
    #[serde(default)]
    pub awaits_approval: bool,
    /// The claim in force.
    pub claim: Option<Claim>,
    /// The provider's id of the message.
    pub message_id: Option<String>,
    /// Why it is cancelled, failed or ambiguous. No personal data.
    pub reason: Option<String>,
    /// When it was settled.
    pub settled_at: Option<DateTime<Utc>>,
    /// What a receipt confirms; of no other message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Received>,
}
