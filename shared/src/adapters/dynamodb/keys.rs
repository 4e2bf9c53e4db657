//! Every key of the table, built in one place. What comes from outside is encoded, so that no
//! invoice `#1001` can forge another item's key.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use crate::domain::fact::InvoiceRef;
use crate::domain::ids::{CaseId, CreditorId, DebtorId, Source};
use crate::domain::reminder::ReminderId;
use crate::domain::score::Call;
use crate::ports::store::Identity;

/// How many partitions the release is spread over.
pub const RELEASE_PARTITIONS: u8 = 8;

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }
}

/// The longest encoded value that stands in a key as it is; keys have at most 1,024 bytes.
const LONGEST: usize = 700;

/// Percent-encodes everything but what is harmless in a key. What would be too long for a key is
/// represented by its hash, behind a sign that nothing else encodes to.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    if out.len() > LONGEST { format!("~{}", sha256_hex(text)) } else { out }
}

/// Undoes `encode`; `None` for what `encode` cannot have made.
pub fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let hex = std::str::from_utf8(tail.get(..2)?).ok()?;
            out.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &tail[2..];
        } else {
            out.push(first);
            rest = tail;
        }
    }
    String::from_utf8(out).ok()
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An instant that sorts as text.
pub fn sortable(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The partition of an account.
pub fn account(creditor: &CreditorId, debtor: &DebtorId) -> String {
    format!("ACCOUNT#{creditor}#{debtor}")
}

/// Creditor and debtor of an account's partition key.
pub fn parse_account(pk: &str) -> Option<(CreditorId, DebtorId)> {
    let (creditor, debtor) = pk.strip_prefix("ACCOUNT#")?.split_once('#')?;
    Some((CreditorId::parse(creditor).ok()?, DebtorId::parse(debtor).ok()?))
}

/// The sort key of the profile.
pub const PROFILE: &str = "0#PROFILE";

/// Everything below this sort key is what decisions need.
pub const LIVE_BELOW: &str = "5";

/// What the sort keys of closed cases begin with.
pub const CLOSED_CASES: &str = "9#CASE#";

/// Behind the sort keys of closed cases and of settled claims, which lie side by side.
pub const BEYOND_CLOSED: &str = "9#CLAIM#~";

/// The sort key of an open case.
pub fn open_case(case: &CaseId) -> String {
    format!("1#CASE#{}#{}", case.source, encode(&case.external))
}

/// The sort key of a closed case.
pub fn closed_case(case: &CaseId) -> String {
    format!("{CLOSED_CASES}{}#{}", case.source, encode(&case.external))
}

/// The sort key of a reminder that decisions still need.
pub fn reminder(id: &ReminderId) -> String {
    format!("2#REMINDER#{id}")
}

/// The sort key of a reminder in history.
pub fn old_reminder(id: &ReminderId) -> String {
    format!("9#REMINDER#{id}")
}

/// The sort key of what a reminder said.
pub fn wording(id: &ReminderId) -> String {
    format!("9#WORDING#{id}")
}

/// The sort key of a credit.
pub fn credit(id: &str) -> String {
    format!("2#CREDIT#{}", encode(id))
}

/// The sort key of the side claims of an invoice, until they are settled.
pub fn claim(case: &CaseId) -> String {
    format!("2#CLAIM#{}#{}", case.source, encode(&case.external))
}

/// The sort key of the side claims of an invoice in history.
pub fn settled_claim(case: &CaseId) -> String {
    format!("9#CLAIM#{}#{}", case.source, encode(&case.external))
}

/// What the sort keys of a time line's pages begin with.
pub const TIME_LINE: &str = "9#TIME#";

/// Behind the sort keys of a time line.
pub const BEYOND_TIME_LINE: &str = "9#TIME#~";

/// The sort key of a time line page: entries of one commit, the first of them or a further part.
pub fn time_line(at: DateTime<Utc>, version: u64, part: usize) -> String {
    let page = format!("{}#{version:012}", time_line_until(at));
    if part == 0 { page } else { format!("{page}#{part:03}") }
}

/// Behind the sort keys of everything that was written down before an instant, and before those of what
/// was written down at it.
pub fn time_line_until(at: DateTime<Utc>) -> String {
    format!("{TIME_LINE}{}", sortable(at))
}

/// A debtor's identity. Only a hash of the value stands in the key.
pub fn identity(creditor: &CreditorId, identity: &Identity) -> Key {
    let (kind, value) = match identity {
        Identity::Customer(source, id) => (format!("customer-{source}"), id.clone()),
        Identity::TaxId(id) => ("tax-id".to_owned(), id.clone()),
        Identity::Email(address) => ("email".to_owned(), address.to_lowercase()),
    };
    let hash = sha256_hex(&format!("{creditor}\n{kind}\n{value}"));
    Key::new(format!("IDENTITY#{creditor}#{kind}#{hash}"), "REF")
}

/// The invoice itself, by its source's id.
pub fn invoice(creditor: &CreditorId, case: &CaseId) -> Key {
    Key::new(format!("INVOICE#{creditor}#{}#{}", case.source, encode(&case.external)), "REF")
}

/// An invoice by another name; not unique.
pub fn alias(creditor: &CreditorId, value: &str) -> Key {
    Key::new(format!("ALIAS#{creditor}#{}", encode(&value.to_uppercase())), "REF")
}

/// What waits for an invoice: the mark.
pub fn parked_mark(creditor: &CreditorId, invoice: &InvoiceRef) -> Key {
    Key::new(parked(creditor, invoice), "MARK")
}

/// What waits for an invoice: one event.
pub fn parked_event(creditor: &CreditorId, invoice: &InvoiceRef, kept: &str) -> Key {
    Key::new(parked(creditor, invoice), format!("EVENT#{kept}"))
}

fn parked(creditor: &CreditorId, invoice: &InvoiceRef) -> String {
    match invoice {
        InvoiceRef::Case(case) => format!("PARKED#{creditor}#case#{}#{}", case.source, encode(&case.external)),
        InvoiceRef::Alias(value) => format!("PARKED#{creditor}#alias#{}", encode(&value.to_uppercase())),
    }
}

/// An event that was applied.
pub fn seen_event(creditor: &CreditorId, source: &Source, event_id: &str) -> Key {
    let id = if event_id.len() > 200 { sha256_hex(event_id) } else { encode(event_id) };
    Key::new(format!("EVENT#{creditor}#{source}#{id}"), "SEEN")
}

/// A kept event's part: 0 is the envelope, 1 and up the body.
pub fn kept(creditor: &CreditorId, id: &str, part: usize) -> Key {
    Key::new(format!("KEPT#{creditor}#{}", encode(id)), format!("{part:04}"))
}

/// Creditor and id of a kept event's partition key.
pub fn parse_kept(pk: &str) -> Option<(CreditorId, String)> {
    let (creditor, id) = pk.strip_prefix("KEPT#")?.split_once('#')?;
    Some((CreditorId::parse(creditor).ok()?, decode(id)?))
}

/// A booking by its provider's id. Never expires.
pub fn booking(creditor: &CreditorId, provider: &str, id: &str) -> Key {
    Key::new(format!("PAYMENT#{creditor}#{}#{}", encode(provider), encode(id)), "REF")
}

/// A pay link by the hash of its token.
pub fn link(token_hash: &str) -> Key {
    Key::new(format!("LINK#{token_hash}"), "REF")
}

/// An API token by its hash.
pub fn token(token_hash: &str) -> Key {
    Key::new(format!("TOKEN#{token_hash}"), "REF")
}

/// An address to which nothing is sent.
pub fn suppressed(creditor: &CreditorId, address: &str) -> Key {
    let hash = sha256_hex(&format!("{creditor}\n{}", address.to_lowercase()));
    Key::new(format!("SUPPRESSED#{creditor}#{hash}"), "REF")
}

/// A checkout by our reference.
pub fn checkout(creditor: &CreditorId, reference: &str) -> Key {
    Key::new(format!("CHECKOUT#{creditor}#{}", encode(reference)), "REF")
}

/// Creditor and reference of a checkout's partition key.
pub fn parse_checkout(pk: &str) -> Option<(CreditorId, String)> {
    let (creditor, reference) = pk.strip_prefix("CHECKOUT#")?.split_once('#')?;
    Some((CreditorId::parse(creditor).ok()?, decode(reference)?))
}

/// A document of something that belongs to no account.
pub fn document(kind: &str, id: &str) -> Key {
    Key::new(format!("{kind}#{}", encode(id)), "DOCUMENT")
}

/// The creditor's partition.
pub fn creditor(creditor: &CreditorId) -> String {
    format!("CREDITOR#{creditor}")
}

/// The settings.
pub fn settings(id: &CreditorId) -> Key {
    Key::new(creditor(id), "SETTINGS")
}

/// What the sort keys of the hold's history begin with.
pub const HOLDS: &str = "HOLD#";

/// A change of the hold on the whole creditor, by the revision of the settings that made it.
pub fn hold_change(id: &CreditorId, revision: u64) -> Key {
    Key::new(creditor(id), format!("{HOLDS}{revision:012}"))
}

/// A secret by its purpose: `source#shopify`, `provider#sandbox`, `link`.
pub fn secret(id: &CreditorId, purpose: &str) -> Key {
    Key::new(creditor(id), format!("SECRET#{}", encode(purpose)))
}

/// The list of all creditors.
pub fn creditor_listing(id: &CreditorId) -> Key {
    Key::new("CREDITORS".to_owned(), id.as_str())
}

/// A run.
pub fn run(creditor: &CreditorId, run: &str) -> Key {
    Key::new(format!("RUN#{creditor}#{}", encode(run)), "RUN")
}

/// A page of a run's report.
pub fn run_page(creditor: &CreditorId, run: &str, shard: u16, page: &str) -> Key {
    Key::new(format!("RUN#{creditor}#{}", encode(run)), format!("PAGE#{shard:03}#{}", encode(page)))
}

/// How many messages the nights of a day made in a shard.
pub fn night_count(creditor: &CreditorId, as_of: NaiveDate, shard: u16) -> Key {
    Key::new(format!("NIGHT#{creditor}#{as_of}"), format!("MADE#{shard:03}"))
}

/// The list of a day: its dry run.
pub fn list_run(creditor: &CreditorId, day: NaiveDate) -> Key {
    Key::new(format!("LIST#{creditor}#{day}"), "RUN")
}

/// The list of a day: its mail to the team.
pub fn list_mail(creditor: &CreditorId, day: NaiveDate) -> Key {
    Key::new(format!("LIST#{creditor}#{day}"), "MAIL")
}

/// What waits for a person.
pub fn attention(creditor: &CreditorId, kind: &str, about: &str) -> Key {
    Key::new(format!("ATTENTION#{creditor}"), format!("{kind}#{}", encode(about)))
}

/// The agenda of evaluations.
pub fn agenda_evaluate(creditor: &CreditorId, shard: u16) -> String {
    format!("EVALUATE#{creditor}#{shard:02}")
}

/// The place of an account in its agenda.
pub fn agenda_wake(wake_on: NaiveDate, debtor: &DebtorId) -> String {
    format!("{wake_on}#{debtor}")
}

/// The agenda of releases.
pub fn agenda_release(partition: u8) -> String {
    format!("RELEASE#{partition}")
}

/// The release partition of a debtor or kept event.
pub fn release_partition(id: &str) -> u8 {
    Sha256::digest(id.as_bytes())[0] % RELEASE_PARTITIONS
}

/// The list of a creditor's debtors.
pub fn list_debtors(creditor: &CreditorId) -> String {
    format!("DEBTORS#{creditor}")
}

/// The sort key of an account's place on the call list. It lies behind what decisions read.
pub const CALL: &str = "9#CALL";

/// Open invoices by the day from which their VAT may be corrected.
pub fn list_relief(creditor: &CreditorId) -> String {
    format!("RELIEF#{creditor}")
}

/// An invoice's place among them.
pub fn relief_place(on: NaiveDate, debtor: &DebtorId, case: &CaseId) -> String {
    format!("{on}#{debtor}#{case}")
}

/// Behind all places up to and with a day.
pub fn relief_until(day: NaiveDate) -> String {
    format!("{day}~")
}

/// The team's call list.
pub fn list_calls(creditor: &CreditorId) -> String {
    format!("CALLS#{creditor}")
}

/// A place on the call list: by score, then by amount; those without a score behind them, by amount and age.
pub fn call_place(call: &Call, debtor: &DebtorId) -> String {
    let less = i64::MAX - call.largest().max(0);
    match &call.scored {
        Some(scored) => format!("0#{:03}#{less:019}#{debtor}", 100 - scored.points().min(100)),
        None => format!("1#{less:019}#{}#{debtor}", call.oldest_due_on),
    }
}

/// The list of a day's reminders.
pub fn list_reminders(creditor: &CreditorId, as_of: NaiveDate) -> String {
    format!("REMINDERS#{creditor}#{as_of}")
}

/// The list of kept events.
pub fn list_kept(creditor: &CreditorId) -> String {
    format!("KEPT#{creditor}")
}

/// The list of runs.
pub fn list_runs(creditor: &CreditorId) -> String {
    format!("RUNS#{creditor}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn encoding_comes_back_and_holds_no_separator(text in "\\PC{0,60}") {
            let encoded = encode(&text);
            prop_assert!(!encoded.contains('#'));
            prop_assert_eq!(decode(&encoded), Some(text));
        }

        #[test]
        fn no_value_is_too_long_for_a_key(text in "\\PC{0,900}") {
            prop_assert!(encode(&text).len() <= LONGEST);
        }

        #[test]
        fn two_invoices_never_share_a_key(a in "\\PC{1,20}", b in "\\PC{1,20}") {
            let source = Source::parse("shopify").unwrap();
            let key = |id: &str| invoice(&CreditorId::parse("acme").unwrap(), &CaseId::new(source.clone(), id).unwrap());
            prop_assert_eq!(a == b, key(&a) == key(&b));
        }
    }
}
