//! The own format, `upominek`: for every system that can send JSON.
//!
//! Owns the signature check (Standard Webhooks) and the way from an event to a fact. It must not
//! read a clock: whether a signature is stale is judged by when the delivery arrived.
//!
//! # Sending an event
//!
//! `POST /webhooks/{creditor}/upominek` with the event as JSON in UTF-8 and three headers:
//!
//! | header | what |
//! |---|---|
//! | `webhook-id` | your id of the event, without a point; the same on every retry, so that it counts once |
//! | `webhook-timestamp` | seconds since 1970; at most 5 minutes off when it arrives |
//! | `webhook-signature` | `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several stand apart by spaces |
//!
//! The key is the part of the secret behind `whsec_`, base64-decoded. Two secrets may live at
//! once, for rotation. With `curl` and `openssl`:
//!
//! ```sh
//! id=evt-1001; now=$(date +%s)
//! key=$(printf %s "${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
//! signature=$({ printf '%s.%s.' "$id" "$now"; cat event.json; } |
//!   openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
//! curl -X POST "$API/webhooks/$CREDITOR/upominek" --data-binary @event.json \
//!   -H 'content-type: application/json' -H "webhook-id: $id" \
//!   -H "webhook-timestamp: $now" -H "webhook-signature: v1,$signature"
//! ```
//!
//! # Events
//!
//! Every event is `{"type", "timestamp", "data"}`. Unknown fields and unknown types are fine and
//! mean nothing. Amounts are decimal strings in major units with a point (`"1234.50"`), days are
//! `2026-11-30`, instants carry their offset. Ids are text or whole numbers, up to 200 bytes.
//!
//! **`invoice.issued`**, **`invoice.updated`**: the whole invoice as it is now. Required are `id`,
//! `number`, `revision`, `issued_on`, `currency`, `total` and `debtor.name`. `revision` is a whole
//! number that grows with each change, such as a counter or the time of the change; what is not
//! newer changes nothing. Without `due_on` the creditor's default term counts. Without `paid`
//! nothing is claimed about payments. `remindable: false` keeps the invoice and reminds nobody.
//! `discount` is what it grants for early payment: `until`, a day from the issue to the due date,
//! and either `amount` or `percent` (up to two decimals, rounded half up). `debtor.language` is a tag,
//! with or without a country: `pl`, `en`, `de`, `uk` and `cs` are written in, and with any other the
//! creditor's own language is.
//!
//! ```json
//! {
//!   "type": "invoice.issued",
//!   "timestamp": "2026-11-16T09:00:00Z",
//!   "data": {
//!     "id": "inv-42",
//!     "number": "FV/2026/11/0042",
//!     "revision": 1,
//!     "issued_on": "2026-11-16",
//!     "due_on": "2026-11-30",
//!     "currency": "PLN",
//!     "total": "1230.00",
//!     "paid": "0.00",
//!     "debtor": {
//!       "id": "cus-7",
//!       "name": "Zielony Ogród sp. z o.o.",
//!       "tax_id": "5260001246",
//!       "email": "faktury@example.com",
//!       "phone": "+48 500 100 200",
//!       "country": "PL",
//!       "language": "pl",
//!       "time_zone": "Europe/Warsaw",
//!       "kind": "business"
//!     },
//!     "document_url": "https://shop.example.com/invoices/inv-42.pdf",
//!     "payment_account": "PL61 1090 1014 0000 0712 1981 2874",
//!     "ksef_number": "5260001246-20261116-0A1B2C3D4E5F-A1",
//!     "remindable": true
//!   }
//! }
//! ```
//!
//! **`invoice.paid`** (in full) and **`invoice.cancelled`** need only the id and the revision, or
//! hold the whole invoice:
//!
//! ```json
//! {"type": "invoice.paid", "timestamp": "2026-12-01T10:00:00Z", "data": {"id": "inv-42", "revision": 2}}
//! ```
//! ```json
//! {"type": "invoice.cancelled", "timestamp": "2026-12-01T10:00:00Z", "data": {"id": "inv-42", "revision": 3}}
//! ```
//!
//! **`credit_note.issued`**: `amount` is how much less is owed, above 0. Here and below, `invoice`
//! names the invoice by `id`, else by `ksef_number`, else by `number`:
//!
//! ```json
//! {
//!   "type": "credit_note.issued",
//!   "timestamp": "2026-11-20T09:00:00Z",
//!   "data": {"id": "cn-3", "number": "KOR/2026/11/0003", "invoice": {"id": "inv-42"}, "currency": "PLN", "amount": "230.00"}
//! }
//! ```
//!
//! **`payment.received`**: without `invoice` it pays the oldest due invoice of `debtor.id`, your customer id;
//! without either it waits for a person to allocate it; without
//! `paid_at` the event's `timestamp` counts. **`payment.refunded`** may name the payment that went
//! back.
//!
//! ```json
//! {
//!   "type": "payment.received",
//!   "timestamp": "2026-11-28T14:03:00Z",
//!   "data": {"id": "pay-9", "invoice": {"number": "FV/2026/11/0042"}, "currency": "PLN", "amount": "500.00", "paid_at": "2026-11-28T14:02:11+01:00"}
//! }
//! ```
//! ```json
//! {
//!   "type": "payment.refunded",
//!   "timestamp": "2026-11-29T08:00:00Z",
//!   "data": {"id": "ref-1", "payment_id": "pay-9", "invoice": {"id": "inv-42"}, "currency": "PLN", "amount": "500.00"}
//! }
//! ```

mod discount;
mod invoice;
mod money;
mod schema;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};

use super::document::{Field, label};
use super::signature;
use crate::domain::creditor::Settings;
use crate::domain::fact::{Event, Fact};
use crate::ports::intake::{Delivery, IntakeSource, NotVerified, Unreadable};
use schema::Envelope;

const NAME: &str = "upominek";
/// How far the clocks may be apart, both ways, in seconds; the specification's own value.
const TOLERANCE: u64 = 300;

/// Secrets are pasted with and without their padding.
const SECRETS: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// The source that speaks our own format.
#[derive(Debug, Clone, Copy)]
pub struct Standard;

impl IntakeSource for Standard {
    fn name(&self) -> &'static str {
        NAME
    }

    fn verify(&self, delivery: &Delivery, secrets: &[String]) -> Result<(), NotVerified> {
        let id = delivery.header("webhook-id").filter(|id| is_event_id(id)).ok_or(NotVerified)?;
        let timestamp = delivery.header("webhook-timestamp").ok_or(NotVerified)?;
        let signatures = delivery.header("webhook-signature").ok_or(NotVerified)?;
        let sent: i64 = timestamp.parse().map_err(|_| NotVerified)?;
        if delivery.received_at.timestamp().abs_diff(sent) > TOLERANCE {
            return Err(NotVerified);
        }
        let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", &delivery.body];
        let given: Vec<Vec<u8>> = signatures
            .split(' ')
            .filter_map(|versioned| versioned.strip_prefix("v1,"))
            .filter_map(|encoded| BASE64_STANDARD.decode(encoded).ok())
            .collect();
        let fits = |key: Vec<u8>| given.iter().any(|signature| signature::matches(&key, &parts, signature));
        if secrets.iter().filter_map(|secret| key(secret)).any(fits) { Ok(()) } else { Err(NotVerified) }
    }

    fn translate(&self, delivery: &Delivery, settings: &Settings) -> Result<Event, Unreadable> {
        let event_id = delivery
            .header("webhook-id")
            .filter(|id| is_event_id(id))
            .ok_or_else(|| Unreadable::new("webhook-id", "a header with the event's id: 1 to 200 bytes without a point"))?;
        let envelope: Envelope = Field::parse(&delivery.body)?.object("body")?.ok_or_else(|| Unreadable::new("body", "an object"))?;
        Ok(Event { event_id: event_id.to_owned(), fact: fact(&envelope, settings)? })
    }
}

fn fact(envelope: &Envelope, settings: &Settings) -> Result<Fact, Unreadable> {
    let kind = envelope.kind.text("type")?.ok_or_else(|| Unreadable::new("type", "the kind of event, such as invoice.issued"))?;
    let data = &envelope.data;
    match kind.as_str() {
        "invoice.issued" | "invoice.updated" => invoice::whole(data, settings, invoice::Claim::AsStated),
        "invoice.paid" => invoice::closing(data, settings, invoice::Claim::Paid),
        "invoice.cancelled" => invoice::closing(data, settings, invoice::Claim::Cancelled),
        "credit_note.issued" => money::credit_note(data),
        "payment.received" => money::payment(data, &envelope.timestamp),
        "payment.refunded" => money::refund(data),
        other => Ok(Fact::Nothing { why: format!("event {}", label(other)) }),
    }
}

/// An id with a point could be cut elsewhere and still carry the same signature.
fn is_event_id(id: &str) -> bool {
    (1..=200).contains(&id.len()) && !id.contains('.')
}

fn key(secret: &str) -> Option<Vec<u8>> {
    SECRETS.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).ok()
}

/// The value of `webhook-signature` for an event that we send to ourselves, as demos and tests do;
/// `None` if the secret is none.
pub fn sign(secret: &str, id: &str, at: DateTime<Utc>, body: &[u8]) -> Option<String> {
    let timestamp = at.timestamp().to_string();
    let signature = signature::sign(&key(secret)?, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body])?;
    Some(format!("v1,{}", BASE64_STANDARD.encode(signature)))
}

#[cfg(test)]
mod tests;
