//! Types of the API that several resources share. They are the API's own: what the core calls things
//! may change without the API changing.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain;
use upominek::domain::money::Currency;
use utoipa::ToSchema;

/// Money: integer minor units with their currency, and the same as a decimal for reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Amount {
    /// Minor units.
    #[schema(example = 12345)]
    pub minor: i64,
    /// ISO 4217.
    #[schema(example = "PLN")]
    pub currency: String,
    /// The same in major units, with a point.
    #[schema(example = "123.45")]
    pub decimal: String,
}

impl Amount {
    /// From minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency: currency.to_string(), decimal: currency.decimal(minor) }
    }
}

/// One sentence for a person, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Text {
    /// Polish.
    pub pl: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Puts both together.
    pub fn new(pl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { pl: pl.into(), en: en.into() }
    }
}

/// A dated stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Why: as a person wrote it, or by the name of a reason that Upominek itself gives.
    pub reason: String,
    /// The same for a person, where Upominek itself says it.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub reason_text: Option<Text>,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `null` holds until it is released.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl Hold {
    /// One of the whole creditor, or of its history: only a person sets it.
    pub fn by_person(hold: &domain::account::Hold) -> Self {
        Self { reason: hold.reason.clone(), reason_text: None, from: hold.from, until: hold.until }
    }
}

impl From<&domain::account::Hold> for Hold {
    fn from(hold: &domain::account::Hold) -> Self {
        let (reason, reason_text) = crate::cause::shown(&hold.reason);
        Self { reason, reason_text, from: hold.from, until: hold.until }
    }
}

impl From<Hold> for domain::account::Hold {
    fn from(hold: Hold) -> Self {
        Self { reason: hold.reason, from: hold.from, until: hold.until }
    }
}

/// An enum of the API that mirrors one of the core, value by value. The case is a `tt`: the description
/// does not see through a `literal`.
macro_rules! mirrored {
    ($(#[$about:meta])* $name:ident = $core:path as $case:tt { $($(#[$doc:meta])* $value:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = $case)]
        pub enum $name { $($(#[$doc])* $value),+ }

        impl From<$core> for $name {
            fn from(value: $core) -> Self {
                use $core as Core;
                match value { $(Core::$value => Self::$value),+ }
            }
        }

        impl From<$name> for $core {
            fn from(value: $name) -> Self {
                use $core as Core;
                match value { $($name::$value => Core::$value),+ }
            }
        }
    };
}

mirrored! {
    /// By which way something goes.
    Channel = domain::policy::Channel as "lowercase" {
        /// E-mail to the debtor.
        Email,
        /// SMS to the debtor.
        Sms,
        /// A call by the team.
        Call,
        /// A letter that the team sends.
        Letter,
        /// A task for the creditor's own team.
        Task,
    }
}

mirrored! {
    /// Whether messages to debtors wait for a person.
    Approval = domain::approval::Approval as "snake_case" {
        /// They do not.
        None,
        /// Until every line is approved or skipped.
        Required,
    }
}

mirrored! {
    /// Where an invoice begins that is overdue when it first comes.
    FirstRunMode = domain::first_run::Mode as "snake_case" {
        /// More than 14 days overdue, it waits until another mode is chosen.
        Guard,
        /// At the step that fits its age; those before it are passed over.
        ByAge,
        /// At the first step that is still true.
        FirstStep,
        /// Nowhere, if it was due before `older_than`; else at the first step that is still true.
        Ignore,
    }
}

mirrored! {
    /// How a message sounds.
    Tone = domain::policy::Tone as "lowercase" {
        /// Before and on the due date.
        Courtesy,
        /// Shortly after.
        Friendly,
        /// Clear, with a deadline.
        Firm,
        /// The last one before the case is handed over.
        Final,
    }
}

mirrored! {
    /// The language of messages and pages.
    Locale = domain::creditor::Locale as "lowercase" {
        /// Polish.
        Pl,
        /// English.
        En,
        /// German.
        De,
        /// Ukrainian.
        Uk,
        /// Czech.
        Cs,
    }
}

mirrored! {
    /// Whether real debtors are written to.
    Mode = domain::creditor::Mode as "lowercase" {
        /// Only allow-listed addresses, and sandbox payments.
        Trial,
        /// Everybody.
        Live,
    }
}

mirrored! {
    /// Who said it.
    Party = domain::stops::Party as "snake_case" {
        /// The creditor's own team.
        Team,
        /// The debtor.
        Debtor,
    }
}

mirrored! {
    /// What a contact does at the debtor's.
    Role = domain::contact::Role as "snake_case" {
        /// Pays the invoices.
        AccountsPayable,
        /// Owns the business.
        Owner,
        /// Manages it.
        Management,
        /// Anything else, or nobody said.
        Other,
    }
}

mirrored! {
    /// What an edit changed of a contact.
    ContactField = domain::handle::ContactField as "snake_case" {
        /// The name.
        Name,
        /// The role.
        Role,
        /// The e-mail address.
        Email,
        /// The phone number.
        Phone,
        /// The e-mail address is used again.
        EmailUnblocked,
        /// The phone number is used again.
        PhoneUnblocked,
    }
}

/// Where a contact came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The invoices of the source name it.
    Source,
    /// The team entered it.
    Team,
}

/// A way to reach a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
}

impl From<Reach> for domain::policy::Channel {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Email => Self::Email,
            Reach::Phone => Self::Sms,
        }
    }
}

mirrored! {
    /// How an invoice is settled without money.
    SettlementKind = domain::settlement::SettlementKind as "snake_case" {
        /// The creditor gives it up.
        WriteOff,
        /// For early payment.
        Discount,
        /// Against a claim of the debtor's own.
        SetOff,
    }
}

mirrored! {
    /// Who settled it.
    Settler = domain::settlement::Settler as "snake_case" {
        /// A rule of the policy or of the invoice.
        Rule,
        /// The creditor's own team.
        Team,
    }
}

mirrored! {
    /// How a promise ended.
    PromiseEnd = domain::stops::PromiseEnd as "snake_case" {
        /// What was promised came in time.
        Kept,
        /// Less came.
        PartKept,
        /// Nothing came.
        Broken,
        /// The team took it back.
        Withdrawn,
        /// The invoice was cancelled.
        Moot,
    }
}

mirrored! {
    /// The way on which money comes.
    PaidBy = domain::pending::PaidBy as "snake_case" {
        /// A bank transfer.
        Transfer,
        /// A card.
        Card,
        /// Cash.
        Cash,
        /// Another one.
        Other,
    }
}

mirrored! {
    /// How the wait for a payment ended.
    PendingEnd = domain::pending::PendingEnd as "snake_case" {
        /// The money came.
        Booked,
        /// The provider says that it failed.
        Failed,
        /// Its days ran out, and nothing came.
        RanOut,
        /// The team took it back.
        Withdrawn,
        /// The invoice was cancelled.
        Moot,
    }
}

mirrored! {
    /// Why the law, or decency, forbids to remind a debtor.
    LegalKind = domain::legal::LegalKind as "snake_case" {
        /// Bankruptcy was declared.
        Insolvency,
        /// The debtor restructures.
        Restructuring,
        /// The debtor died.
        Death,
        /// An attorney wrote: further letters go to the attorney alone.
        Attorney,
        /// The debtor objects to the processing of personal data (GDPR, art. 21).
        Objection,
        /// The address or number belongs to somebody else.
        WrongPerson,
    }
}

mirrored! {
    /// Whose days off count.
    Country = domain::calendar::Country as "UPPERCASE" {
        /// Poland.
        Pl,
        /// Germany: the days off of every state.
        De,
        /// Czechia.
        Cz,
        /// England and Wales.
        Gb,
    }
}

mirrored! {
    /// Whether a debtor is a company or a person.
    DebtorKind = domain::fact::DebtorKind as "lowercase" {
        /// A company.
        Business,
        /// A person.
        Consumer,
    }
}

mirrored! {
    /// What was odd about an accepted invoice.
    Warning = domain::fact::Warning as "snake_case" {
        /// The due date is before the issue date.
        DueBeforeIssue,
        /// Neither e-mail nor phone.
        NoContact,
        /// The e-mail address cannot be one.
        BadEmail,
        /// The phone number cannot be one.
        BadPhone,
        /// The account to pay to is no valid IBAN.
        BadPaymentAccount,
        /// The tax id cannot be one.
        BadTaxId,
    }
}

mirrored! {
    /// How far a reminder has come.
    ReminderState = domain::reminder::ReminderState as "snake_case" {
        /// Its account is still being evaluated.
        Draft,
        /// Waits for its send window.
        Scheduled,
        /// Is being sent.
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
}

mirrored! {
    /// What a hold covers.
    HoldScope = domain::decide::HoldScope as "snake_case" {
        /// One invoice.
        Invoice,
        /// Everything of one debtor.
        Debtor,
        /// Everything of the creditor.
        Creditor,
    }
}

mirrored! {
    /// Why money went to an invoice.
    AllocationReason = domain::account::AllocationReason as "snake_case" {
        /// It was named.
        Named,
        /// It was the oldest due.
        OldestDue,
    }
}

mirrored! {
    /// Why an event is kept.
    KeptBecause = upominek::ports::store::KeptBecause as "snake_case" {
        /// It cannot be understood.
        Quarantine,
        /// Its invoice has not come yet.
        Parked,
        /// Its account was too busy.
        Busy,
    }
}

/// Whether an invoice is open, and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Something is open.
    Open,
    /// Nothing is open any more.
    Paid,
    /// The source voided it.
    Cancelled,
    /// The team gave up what was left.
    WrittenOff,
}

impl From<Option<domain::account::Closed>> for Status {
    fn from(closed: Option<domain::account::Closed>) -> Self {
        match closed {
            None => Self::Open,
            Some(domain::account::Closed::Paid) => Self::Paid,
            Some(domain::account::Closed::Cancelled) => Self::Cancelled,
            Some(domain::account::Closed::WrittenOff) => Self::WrittenOff,
        }
    }
}
