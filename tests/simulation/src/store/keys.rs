//! Keys, in the order in which the real ones sort.

use sha2::{Digest, Sha256};
use upominek::domain::account::Case;
use upominek::domain::claimed::Claimed;
use upominek::domain::fact::InvoiceRef;
use upominek::domain::handle::Attention;
use upominek::domain::ids::{CaseId, CreditorId, DebtorId, Source};
use upominek::domain::reminder::ReminderId;
use upominek::ports::store::Identity;

use crate::table::{Key, key};

/// How many partitions the release is spread over.
pub const RELEASE_PARTITIONS: u8 = 8;
/// The sort key of the profile.
pub const PROFILE: &str = "0#PROFILE";
/// Everything below this sort key is what decisions need.
pub const LIVE_BELOW: &str = "5";
/// What the sort keys of closed cases begin with.
pub const CLOSED_CASES: &str = "9#CASE#";
/// What the sort keys of a time line begin with.
pub const TIME_LINE: &str = "9#TIME#";

/// The release partition of a debtor or kept event.
pub fn release_partition(id: &str) -> u8 {
    Sha256::digest(id.as_bytes())[0] % RELEASE_PARTITIONS
}

/// The partition of an account.
pub fn account(creditor: &CreditorId, debtor: &DebtorId) -> String {
    format!("ACCOUNT#{creditor}#{debtor}")
}

/// The debtor of an account's partition.
pub fn parse_account(creditor: &CreditorId, pk: &str) -> Option<DebtorId> {
    DebtorId::parse(pk.strip_prefix(&format!("ACCOUNT#{creditor}#"))?).ok()
}

/// The sort key of a case.
pub fn case(case: &Case) -> String {
    let place = if case.closed.is_some() { CLOSED_CASES } else { "1#CASE#" };
    format!("{place}{}", case.id)
}

/// The sort key of side claims.
pub fn claim(claimed: &Claimed) -> String {
    if claimed.settled { settled_claim(&claimed.case) } else { format!("2#CLAIM#{}", claimed.case) }
}

/// The sort key of side claims in history.
pub fn settled_claim(case: &CaseId) -> String {
    format!("9#CLAIM#{case}")
}

/// The sort key of a closed case.
pub fn closed_case(case: &CaseId) -> String {
    format!("{CLOSED_CASES}{case}")
}

/// The sort key of a reminder that decisions still need.
pub fn reminder(id: &ReminderId) -> String {
    format!("2#REMINDER#{id}")
}

/// The sort key of a reminder in history.
pub fn old_reminder(id: &ReminderId) -> String {
    format!("9#REMINDER#{id}")
}

/// A debtor's identity.
pub fn identity(creditor: &CreditorId, identity: &Identity) -> Key {
    let (kind, value) = match identity {
        Identity::Customer(source, id) => (format!("customer-{source}"), id.clone()),
        Identity::TaxId(id) => ("tax-id".to_owned(), id.clone()),
        Identity::Email(address) => ("email".to_owned(), address.to_lowercase()),
    };
    key(format!("IDENTITY#{creditor}#{kind}#{value}"), "REF")
}

/// The invoice itself.
pub fn invoice(creditor: &CreditorId, case: &CaseId) -> Key {
    key(format!("INVOICE#{creditor}#{case}"), "REF")
}

/// An invoice by another name.
pub fn alias(creditor: &CreditorId, value: &str) -> Key {
    key(format!("ALIAS#{creditor}#{}", value.to_uppercase()), "REF")
}

/// The item of an invoice that is named.
pub fn named(creditor: &CreditorId, invoice_ref: &InvoiceRef) -> Key {
    match invoice_ref {
        InvoiceRef::Case(case) => invoice(creditor, case),
        InvoiceRef::Alias(value) => alias(creditor, value),
    }
}

/// The partition of what waits for an invoice.
pub fn parked(creditor: &CreditorId, invoice_ref: &InvoiceRef) -> String {
    match invoice_ref {
        InvoiceRef::Case(case) => format!("PARKED#{creditor}#case#{case}"),
        InvoiceRef::Alias(value) => format!("PARKED#{creditor}#alias#{}", value.to_uppercase()),
    }
}

/// An event that was applied.
pub fn seen_event(creditor: &CreditorId, source: &Source, event_id: &str) -> Key {
    key(format!("EVENT#{creditor}#{source}#{event_id}"), "SEEN")
}

/// A kept event.
pub fn kept(creditor: &CreditorId, id: &str) -> Key {
    key(format!("KEPT#{creditor}#{id}"), "0000")
}

/// A booking.
pub fn booking(creditor: &CreditorId, provider: &str, id: &str) -> Key {
    key(format!("PAYMENT#{creditor}#{provider}#{id}"), "REF")
}

/// A checkout.
pub fn checkout(creditor: &CreditorId, reference: &str) -> Key {
    key(format!("CHECKOUT#{creditor}#{reference}"), "REF")
}

/// An address to which nothing is sent.
pub fn suppressed(creditor: &CreditorId, address: &str) -> Key {
    key(format!("SUPPRESSED#{creditor}#{}", address.to_lowercase()), "REF")
}

/// A run.
pub fn run(creditor: &CreditorId, run: &str) -> Key {
    key(format!("RUN#{creditor}#{run}"), "RUN")
}

/// How many messages the nights of a day made in a shard.
pub fn night_count(creditor: &CreditorId, as_of: chrono::NaiveDate, shard: u16) -> Key {
    key(format!("NIGHT#{creditor}#{as_of}"), format!("MADE#{shard:03}"))
}

/// What waits for a person. Two of one kind about one thing are one row.
pub fn attention(creditor: &CreditorId, about: &str, attention: &Attention) -> Key {
    let told = serde_json::to_value(attention).unwrap_or_default();
    let text = |field: &str| told.get(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let what: Vec<String> =
        ["case", "reminder", "payment", "refund", "by", "plan", "step", "table", "day", "stop", "on"].into_iter().map(text).collect();
    key(format!("ATTENTION#{creditor}"), format!("{}#{about}/{}", text("kind"), what.concat()))
}

/// The agenda of evaluations.
pub fn agenda_evaluate(creditor: &CreditorId, shard: u16) -> String {
    format!("EVALUATE#{creditor}#{shard:02}")
}

/// The agenda of releases.
pub fn agenda_release(partition: u8) -> String {
    format!("RELEASE#{partition}")
}

/// An instant that sorts as text.
pub fn sortable(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
