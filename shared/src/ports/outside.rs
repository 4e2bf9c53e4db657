//! What lies beyond the state: clock, chance, queues, schedules, senders, payment providers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::creditor::{Locale, Settings};
use crate::domain::fact::{PaymentFact, RefundFact};
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::message::statement::File;
use crate::domain::money::Currency;
use crate::domain::policy::Channel;
use crate::domain::reminder::ReminderId;
use crate::ports::certificates::CertificateUrl;
use crate::ports::intake::{Delivery, NotVerified, Unreadable};
use crate::ports::store::Purpose;

/// The time.
pub trait Clock {
    /// Now.
    async fn now(&self) -> Result<DateTime<Utc>, OutsideError>;
    /// Waits a moment before another try; longer and with more jitter the more there were.
    async fn pause(&self, attempt: u32);
}

/// Chance, for ids and claims.
pub trait Chance {
    /// Ten bytes nobody can guess.
    fn ten_bytes(&self) -> Result<[u8; 10], OutsideError>;
}

/// Something outside did not do it.
#[derive(Debug, thiserror::Error)]
#[error("{what} is unavailable")]
pub struct OutsideError {
    /// What.
    pub what: &'static str,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl OutsideError {
    /// Puts the error together.
    pub fn new(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { what, source: source.into() }
    }
}

/// A message on one of our queues: ids only, versioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case")]
pub enum Work {
    /// Send a reminder.
    Dispatch {
        /// Whose.
        creditor: CreditorId,
        /// To whom.
        debtor: DebtorId,
        /// Which.
        reminder: ReminderId,
    },
    /// Evaluate a shard of a night from a cursor on.
    Shard {
        /// Whose.
        creditor: CreditorId,
        /// The run.
        run: String,
        /// The business day.
        as_of: NaiveDate,
        /// The shard.
        shard: u16,
        /// What for.
        purpose: Purpose,
        /// Where to go on.
        cursor: Option<String>,
    },
    /// Evaluate one account today.
    Account {
        /// Whose.
        creditor: CreditorId,
        /// Who.
        debtor: DebtorId,
        /// The business day.
        as_of: NaiveDate,
    },
    /// Mail the list of a day to the team.
    List {
        /// Whose.
        creditor: CreditorId,
        /// The day.
        day: NaiveDate,
    },
    /// Apply a kept event.
    Replay {
        /// Whose.
        creditor: CreditorId,
        /// Which.
        id: String,
    },
    /// Ask what became of a checkout.
    Reconcile {
        /// Whose.
        creditor: CreditorId,
        /// Our reference.
        reference: String,
    },
}

/// The queues.
pub trait WorkQueue {
    /// Queues work: shards and accounts for evaluation, reminders by their channel, replays.
    async fn send(&self, work: &[Work]) -> Result<(), OutsideError>;
}

/// One-off schedules at the opening of a send window.
pub trait ReleaseScheduler {
    /// Releases a partition at an instant. The same again is no error.
    async fn release_at(&self, creditor: &CreditorId, at: DateTime<Utc>, partition: u8) -> Result<(), OutsideError>;
}

/// What a provider said to a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendResult {
    /// Accepted, under this message id.
    Accepted(String),
    /// Not accepted now: throttled, or never connected.
    NotNow(String),
    /// Not accepted, and never will be. `address` tells whether the address is to blame.
    Never {
        /// Why. No personal data.
        reason: String,
        /// The address itself was refused.
        address: bool,
    },
    /// Asked, and no answer: it may be on its way.
    Unknown(String),
}

/// An e-mail to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingEmail {
    /// Name and address of the sender.
    pub from: String,
    /// Recipients, at least one. All see each other.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub copies: Vec<String>,
    /// Where answers go.
    pub reply_to: String,
    /// Subject.
    pub subject: String,
    /// HTML body.
    pub html: String,
    /// Text body.
    pub text: String,
    /// What goes with it.
    pub files: Vec<File>,
    /// Tags: creditor, debtor, reminder; letters, digits, `_` and `-` only.
    pub tags: Vec<(String, String)>,
}

/// Sends e-mail. No retries of its own.
pub trait EmailSender {
    /// Asks the provider once.
    async fn send_email(&self, email: &OutgoingEmail) -> SendResult;
}

/// An SMS to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingSms {
    /// Recipient in E.164.
    pub to: String,
    /// Sender id.
    pub sender_id: String,
    /// Highest price of a part in US dollars.
    pub max_price_usd: String,
    /// Text in GSM-7.
    pub text: String,
}

/// Sends SMS. No retries of its own.
pub trait SmsSender {
    /// Asks the provider once.
    async fn send_sms(&self, sms: &OutgoingSms) -> SendResult;
}

/// What a debtor is about to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutRequest {
    /// Our reference; the same reference gives the same checkout.
    pub reference: String,
    /// Minor units.
    pub amount_minor: i64,
    /// Currency.
    pub currency: Currency,
    /// What it is for, as the debtor sees it.
    pub title: String,
    /// Language of the provider's page.
    pub locale: Locale,
    /// Where the debtor comes back to.
    pub return_url: String,
    /// Where the provider's callback goes.
    pub callback_url: String,
    /// The debtor's e-mail address for the provider's receipt, where it may be used. Written nowhere.
    #[serde(skip)]
    pub email: Option<String>,
    /// The creditor's, for a provider that demands one. Written nowhere.
    #[serde(skip)]
    pub creditor_email: String,
}

/// A checkout at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkout {
    /// The provider's id.
    pub id: String,
    /// Where the debtor pays.
    pub url: String,
}

/// Why there is no checkout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutError {
    /// The provider refused it.
    #[error("the provider refused the checkout: {0}")]
    Refused(String),
    /// Nobody knows whether it exists; the same reference may be tried again.
    #[error("the provider did not answer: {0}")]
    Unknown(String),
}

/// A checkout that its provider is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Our reference.
    pub reference: &'a str,
    /// The provider's id of it.
    pub checkout: &'a str,
    /// When it is asked, where the provider does not say when something happened.
    pub at: DateTime<Utc>,
}

/// What a verified callback says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderEvent {
    /// Money came, for a checkout of ours.
    Paid {
        /// The payment; its `invoice` is empty, the reference tells.
        payment: PaymentFact,
        /// Our reference.
        reference: String,
    },
    /// Money is on its way, for a checkout of ours.
    Pending {
        /// Our reference.
        reference: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It did not come, and will not by this attempt.
    Failed {
        /// Our reference.
        reference: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Money went back.
    Refunded(RefundFact),
    /// How a payment that came stands in all, of a provider that is asked for it.
    Stands {
        /// As in `Paid`.
        payment: PaymentFact,
        /// As in `Paid`.
        reference: String,
        /// What went back of it.
        back: Vec<RefundFact>,
        /// What did not go back after all, or came again: refunds that failed, chargebacks that were reversed.
        again: Vec<RefundFact>,
    },
    /// No money moved.
    Nothing,
}

/// What a callback tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// What happened: its signature is proof enough.
    Happened(ProviderEvent),
    /// Money is said to have come for a checkout of ours; it counts once the provider has confirmed it to us.
    ToConfirm {
        /// The payment.
        payment: PaymentFact,
        /// Our reference.
        reference: String,
        /// The provider's id of the checkout.
        checkout: String,
    },
    /// Something happened to a payment; what it was is to be asked.
    ToAsk {
        /// The provider's id of it.
        payment: String,
    },
}

impl From<ProviderEvent> for Told {
    fn from(event: ProviderEvent) -> Self {
        Self::Happened(event)
    }
}

/// The answer that a provider wants to its callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: &'static str,
}

/// A payment provider's callbacks. Pure: verification and reading need no network.
pub trait Callbacks: Sync {
    /// The name in the callback's path and in settings.
    fn name(&self) -> &'static str;
    /// Checks the signature over the raw body against each live secret; never right where a certificate is needed.
    fn verify(&self, callback: &Delivery, secrets: &[String], settings: &Settings) -> Result<(), NotVerified>;
    /// Where the certificate lies that the signature is to be checked against, for a provider whose callbacks name
    /// one: an address that is checked already, so that nobody makes us ask elsewhere. None where secrets are enough.
    fn certificate(&self, _: &Delivery, _secrets: &[String], _: &Settings) -> Result<Option<CertificateUrl>, NotVerified> {
        Ok(None)
    }
    /// As `verify`, with what lies at that address; certificates are good or not at the instant when the callback came.
    fn verify_with(&self, _: &Delivery, _certificate: &[u8], _secrets: &[String], _: &Settings) -> Result<(), NotVerified> {
        Err(NotVerified)
    }
    /// Says what the callback means. Called only after `verify` or `verify_with`, or for a replay.
    fn read(&self, callback: &Delivery, settings: &Settings) -> Result<Told, Unreadable>;
    /// The answer to a callback that was taken.
    fn answer(&self) -> CallbackAnswer {
        CallbackAnswer { status: 200, body: "" }
    }
}

/// A payment provider's checkouts. The port must fit them all: an order and a status.
pub trait PaymentProvider {
    /// The name in the callback's path and in settings.
    fn name(&self) -> &'static str;
    /// Makes a checkout, or finds the one of the same reference.
    async fn checkout(&self, request: &CheckoutRequest, secret: &str) -> Result<Checkout, CheckoutError>;
    /// Asks what became of a checkout: the same that its callback says, under the same id of the payment;
    /// `Nothing` while it is open. Asking changes nothing, there or here: what has to be confirmed is only said to be.
    async fn ask(&self, asked: Asked<'_>, secret: &str) -> Result<Told, CheckoutError>;
    /// Confirms what a callback tells, or asks what it was; `at` as in `Asked`.
    async fn confirm(&self, told: Told, _secret: &str, _at: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        match told {
            Told::Happened(event) => Ok(event),
            Told::ToConfirm { .. } | Told::ToAsk { .. } => {
                Err(CheckoutError::Refused("its callbacks are never to be confirmed".to_owned()))
            }
        }
    }
}

/// Whoever confirms what callbacks tell.
pub trait Confirms {
    /// What really happened.
    ///
    /// # Errors
    /// Where the provider's secret cannot be opened; within, where the provider does not confirm it, or nobody knows.
    async fn confirm(&self, told: Told) -> Result<Result<ProviderEvent, CheckoutError>, OutsideError>;
}

/// The queue that a reminder goes to.
pub fn queue_of(channel: Channel) -> &'static str {
    match channel {
        // Tasks for the team are e-mails.
        Channel::Email | Channel::Call | Channel::Letter | Channel::Task => "email",
        Channel::Sms => "sms",
    }
}

/// Stands where a function sends no e-mail.
#[derive(Debug, Clone, Copy)]
pub enum NoEmail {}

impl EmailSender for NoEmail {
    async fn send_email(&self, _: &OutgoingEmail) -> SendResult {
        match *self {}
    }
}

/// Stands where a function sends no SMS.
#[derive(Debug, Clone, Copy)]
pub enum NoSms {}

impl SmsSender for NoSms {
    async fn send_sms(&self, _: &OutgoingSms) -> SendResult {
        match *self {}
    }
}
