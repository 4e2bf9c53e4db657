//! Delivery events of the e-mail provider: what became of a message after it was accepted.
//!
//! Events come late, twice and out of order; each is harmless when repeated.

use serde::Deserialize;

use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::reminder::ReminderId;

/// What an event says about one reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryEvent {
    /// Whose.
    pub creditor: CreditorId,
    /// To whom.
    pub debtor: DebtorId,
    /// Which.
    pub reminder: ReminderId,
    /// The provider's id of the message.
    pub message_id: String,
    /// What happened.
    pub what: DeliveryFact,
}

/// What happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryFact {
    /// Accepted or delivered.
    Went,
    /// The address does not exist, or refuses for good: these addresses.
    Bounced(Vec<String>),
    /// The reader marked it as spam: these addresses, if the event names them.
    Complained(Vec<String>),
    /// Refused by the provider after all.
    Rejected,
    /// Nothing that changes anything: opened, clicked, delayed, a soft bounce.
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SesEvent {
    event_type: String,
    mail: Mail,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    #[serde(default)]
    tags: std::collections::HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    #[serde(default)]
    bounced_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(default)]
    complained_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

/// Reads an SES event; `None` if it is not about a reminder of ours.
pub fn read_ses(text: &str) -> Option<DeliveryEvent> {
    let event: SesEvent = serde_json::from_str(text).ok()?;
    let tag = |name: &str| event.mail.tags.get(name).and_then(|values| values.first()).cloned();
    let addresses = |recipients: &[Recipient]| recipients.iter().map(|one| one.email_address.clone()).collect();
    let what = match event.event_type.as_str() {
        "Send" | "Delivery" => DeliveryFact::Went,
        "Bounce" => match &event.bounce {
            Some(bounce) if bounce.bounce_type == "Permanent" => DeliveryFact::Bounced(addresses(&bounce.bounced_recipients)),
            _ => DeliveryFact::Other,
        },
        "Complaint" => DeliveryFact::Complained(event.complaint.map(|complaint| addresses(&complaint.complained_recipients)).unwrap_or_default()),
        "Reject" | "Rendering Failure" => DeliveryFact::Rejected,
        _ => DeliveryFact::Other,
    };
    Some(DeliveryEvent {
        creditor: CreditorId::parse(&tag("creditor")?).ok()?,
        debtor: DebtorId::parse(&tag("debtor")?).ok()?,
        reminder: tag("reminder")?.try_into().ok()?,
        message_id: event.mail.message_id,
        what,
    })
}
