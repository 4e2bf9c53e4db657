//! Shopify: orders and refunds from its webhooks.
//!
//! Owns the signature check and the choice by topic. It must not take meaning from headers beyond
//! the topic and the order of events, since Shopify signs the body only.
//!
//! | topic | fact |
//! |---|---|
//! | `orders/create`, `orders/updated`, `orders/paid`, `orders/cancelled` | the order as it is, see the module `order` |
//! | `orders/edited` | the same where the body is an order; its usual body holds only the edit, and `orders/updated` follows |
//! | `refunds/create` | by how much less is owed and paid, see the module `refund` |
//! | others | nothing |
//!
//! **Signature.** Base64 of HMAC-SHA256 over the raw body. There is no time in it, so an old body
//! can come again: the revision makes that harmless.
//!
//! **Event id.** One action of a merchant may give several topics one `X-Shopify-Event-Id`, so the
//! topic belongs to the id. Without that header: the webhook's id with the body's hash.
//!
//! **Revision.** `updated_at` in microseconds. Shopify writes whole seconds and changes an order
//! several times in one, so what lies below the second is one more than the milliseconds after
//! which the webhook was triggered. A refund has no such part, so every picture of its own second
//! is newer: it already holds the refund.

mod amounts;
mod order;
mod refund;
mod schema;
mod shown;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};

use super::document::{Field, label};
use super::signature;
use crate::domain::creditor::Settings;
use crate::domain::fact::{Event, Fact};
use crate::ports::intake::{Delivery, IntakeSource, NotVerified, Unreadable};
use schema::Edited;

const NAME: &str = "shopify";

/// The source that understands Shopify's webhooks.
#[derive(Debug, Clone, Copy)]
pub struct Shopify;

impl IntakeSource for Shopify {
    fn name(&self) -> &'static str {
        NAME
    }

    fn verify(&self, delivery: &Delivery, secrets: &[String]) -> Result<(), NotVerified> {
        let given = delivery.header("x-shopify-hmac-sha256").ok_or(NotVerified)?;
        let given = BASE64_STANDARD.decode(given.trim()).map_err(|_| NotVerified)?;
        let fits = |secret: &String| signature::matches(secret.as_bytes(), &[&delivery.body], &given);
        if secrets.iter().any(fits) { Ok(()) } else { Err(NotVerified) }
    }

    fn translate(&self, delivery: &Delivery, settings: &Settings) -> Result<Event, Unreadable> {
        let topic = delivery
            .header("x-shopify-topic")
            .ok_or_else(|| Unreadable::new("x-shopify-topic", "a header with the topic, such as orders/create"))?;
        let fact = match topic {
            "orders/create" | "orders/updated" | "orders/paid" | "orders/cancelled" => picture(delivery, settings)?,
            "orders/edited" if is_edit(delivery)? => nothing(topic),
            "orders/edited" => picture(delivery, settings)?,
            "refunds/create" => refund::adjusted(&Field::parse(&delivery.body)?)?,
            other => nothing(other),
        };
        Ok(Event { event_id: event_id(delivery, topic), fact })
    }
}

fn nothing(topic: &str) -> Fact {
    Fact::Nothing { why: format!("topic {}", label(topic)) }
}

fn picture(delivery: &Delivery, settings: &Settings) -> Result<Fact, Unreadable> {
    let triggered = delivery.header("x-shopify-triggered-at").and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    order::picture(&Field::parse(&delivery.body)?, settings, triggered.map(|at| at.to_utc()))
}

fn is_edit(delivery: &Delivery) -> Result<bool, Unreadable> {
    let body: Option<Edited> = Field::parse(&delivery.body)?.object("body")?;
    Ok(body.is_some_and(|body| !body.order_edit.is_absent()))
}

fn event_id(delivery: &Delivery, topic: &str) -> String {
    let header = |name: &str| delivery.header(name).filter(|id| (1..=100).contains(&id.len()));
    match header("x-shopify-event-id") {
        Some(id) => format!("{id}:{}", label(topic)),
        None => format!("{}:{}", header("x-shopify-webhook-id").unwrap_or("body"), signature::digest(&delivery.body)),
    }
}

/// `updated_at` in microseconds, told apart within its second by when the webhook was triggered.
fn revision(updated_at: DateTime<Utc>, triggered_at: Option<DateTime<Utc>>) -> u64 {
    let exact = microseconds(updated_at);
    if !exact.is_multiple_of(1_000_000) {
        return exact;
    }
    let later = triggered_at.map_or(0, |at| (at - updated_at).num_milliseconds().clamp(0, 999_998));
    exact + 1 + later.unsigned_abs()
}

fn microseconds(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_micros()).unwrap_or_default()
}

/// The value of `X-Shopify-Hmac-Sha256` for a body that we send to ourselves, as demos and tests
/// do; `None` if the secret is empty.
pub fn sign(secret: &str, body: &[u8]) -> Option<String> {
    signature::sign(secret.as_bytes(), &[body]).map(|signature| BASE64_STANDARD.encode(signature))
}

#[cfg(test)]
mod tests;
