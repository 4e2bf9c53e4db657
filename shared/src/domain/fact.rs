//! Facts: what the outside says about invoices and money, in our words.
//!
//! Each source's adapter turns its payloads into these; from here on nothing depends on a source.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::creditor::Locale;
use super::ids::CaseId;
use super::money::Currency;

/// Whether the debtor is a company or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DebtorKind {
    /// A company: it has a tax id.
    Business,
    /// A person. The safe assumption, since the law protects consumers.
    #[default]
    Consumer,
}

/// Where a letter goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Street with its number, or what stands for it, in one line.
    pub street: String,
    /// Post code.
    pub post_code: Option<String>,
    /// Town.
    pub city: String,
    /// Country, two letters (ISO 3166-1).
    pub country: Option<String>,
}

/// What the team said of where letters go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum PostalWord {
    /// They go there.
    Given,
    /// They do not go there. Another address of the source is taken over, this one is not.
    TakenAway {
        /// Where they went.
        address: PostalAddress,
    },
}

impl PostalWord {
    /// Whether a source's address may be taken over after this word.
    pub fn allows(&self, new: &PostalAddress) -> bool {
        match self {
            Self::Given => false,
            Self::TakenAway { address } => address != new,
        }
    }
}

/// What a source knows of a debtor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DebtorFact {
    /// The source's own customer id.
    pub external_id: Option<String>,
    /// Tax id (NIP), digits only, or with a country prefix.
    pub tax_id: Option<String>,
    /// Name as on the invoice.
    pub name: String,
    /// E-mail address, checked; a bad one is left out and a warning stands on the case.
    pub email: Option<String>,
    /// Phone number in E.164 (`+48500100200`), checked likewise.
    pub phone: Option<String>,
    /// The debtor's language, where the source knows it.
    pub locale: Option<Locale>,
    /// The debtor's zone (IANA name), where the source knows it.
    pub zone: Option<chrono_tz::Tz>,
    /// Company or person, where the source knows it.
    pub kind: Option<DebtorKind>,
    /// Where letters go.
    #[serde(default)]
    pub postal: Option<PostalAddress>,
    /// Whether it is a public body, where the source says so.
    #[serde(default)]
    pub public_body: Option<bool>,
}

/// What was odd about an accepted invoice. It stands on the case for a person to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
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
    /// The source's tax id cannot be one.
    BadTaxId,
}

/// A discount for early payment (skonto), as the invoice states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountFact {
    /// The last day.
    pub until: NaiveDate,
    /// How much less is then owed, minor units, more than 0 and less than the total.
    pub amount_minor: i64,
}

/// One invoice as a source sees it at a revision: a whole picture, not a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceFact {
    /// Which invoice.
    pub case: CaseId,
    /// Its number, as the debtor knows it.
    pub number: String,
    /// The source's revision: grows with each change. A picture that is not newer than the one we
    /// have changes nothing.
    pub revision: u64,
    /// Date of issue.
    pub issued_on: NaiveDate,
    /// Due date as printed.
    pub due_on: NaiveDate,
    /// Currency.
    pub currency: Currency,
    /// Gross total in minor units, 0 or more.
    pub total_minor: i64,
    /// What the source believes was paid, in minor units; `None` where it does not say.
    pub paid_minor: Option<i64>,
    /// The discount that it grants for early payment.
    #[serde(default)]
    pub discount: Option<DiscountFact>,
    /// The source cancelled it.
    pub cancelled: bool,
    /// A test order and the like: kept, never reminded.
    pub remindable: bool,
    /// Where the debtor finds the invoice document.
    pub document_url: Option<String>,
    /// Account to pay to, an IBAN.
    pub payment_account: Option<String>,
    /// KSeF number, 35 characters.
    pub ksef_number: Option<String>,
    /// Who owes it.
    pub debtor: DebtorFact,
    /// What was odd about it.
    pub warnings: Vec<Warning>,
}

/// How a payment, a credit note or a refund names its invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceRef {
    /// By the source's id.
    Case(CaseId),
    /// By its number or KSeF number; not unique.
    Alias(String),
}

/// Money that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFact {
    /// Whose id it is: a provider, a source, or `manual`.
    pub provider: String,
    /// The provider's id of the payment; booked once.
    pub payment_id: String,
    /// Which invoice it names, if any.
    pub invoice: Option<InvoiceRef>,
    /// The source's customer id of who paid, where no invoice is named.
    pub debtor: Option<String>,
    /// Currency.
    pub currency: Currency,
    /// Minor units, more than 0.
    pub amount_minor: i64,
    /// When the provider took it.
    pub paid_at: DateTime<Utc>,
}

/// Money that went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFact {
    /// Whose id it is.
    pub provider: String,
    /// The provider's id of the refund; booked once.
    pub refund_id: String,
    /// The payment that is refunded, where known.
    pub payment_id: Option<String>,
    /// Which invoice it names, if any.
    pub invoice: Option<InvoiceRef>,
    /// Currency.
    pub currency: Currency,
    /// Minor units, more than 0.
    pub amount_minor: i64,
}

/// A credit note, or a refund of goods by which less is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteFact {
    /// The source's id of it; booked once.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The invoice it lowers.
    pub invoice: Option<InvoiceRef>,
    /// Currency.
    pub currency: Currency,
    /// How much less is owed, minor units, more than 0.
    pub amount_minor: i64,
}

/// What an event from outside says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// An invoice as it is now.
    Invoice(Box<InvoiceFact>),
    /// The source says that the invoice is paid in full.
    Paid {
        /// Which.
        case: CaseId,
        /// At which revision.
        revision: u64,
    },
    /// The source says that the invoice is void.
    Cancelled {
        /// Which.
        case: CaseId,
        /// At which revision.
        revision: u64,
    },
    /// The source changed amounts after a picture and told only the difference, as a Shopify
    /// refund does. A picture of the same or a later revision already holds it.
    Adjusted {
        /// Which.
        case: CaseId,
        /// At which revision.
        revision: u64,
        /// By how much the total fell, minor units, 0 or more.
        less_owed_minor: i64,
        /// How much money went back, minor units, 0 or more.
        less_paid_minor: i64,
    },
    /// Less is owed.
    CreditNote(CreditNoteFact),
    /// Money came.
    Payment(PaymentFact),
    /// Money went back.
    Refund(RefundFact),
    /// The event is known and means nothing to us.
    Nothing {
        /// Why, for the log: the topic's name.
        why: String,
    },
}

/// One event as its source sent it, translated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The source's id of the event, by which a second delivery is recognised.
    pub event_id: String,
    /// What it says.
    pub fact: Fact,
}

impl Fact {
    /// The invoice that the fact speaks of, where it names one.
    pub fn invoice(&self) -> Option<InvoiceRef> {
        match self {
            Fact::Invoice(invoice) => Some(InvoiceRef::Case(invoice.case.clone())),
            Fact::Paid { case, .. } | Fact::Cancelled { case, .. } | Fact::Adjusted { case, .. } => Some(InvoiceRef::Case(case.clone())),
            Fact::CreditNote(note) => note.invoice.clone(),
            Fact::Payment(payment) => payment.invoice.clone(),
            Fact::Refund(refund) => refund.invoice.clone(),
            Fact::Nothing { .. } => None,
        }
    }
}
