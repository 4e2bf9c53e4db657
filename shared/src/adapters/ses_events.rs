//! SES events as they are published: read, and put into our words.

use serde::Deserialize;

use crate::domain::ids::{CreditorId, DebtorId};
use crate::ports::delivery::{DeliveryEvent, DeliveryFact};

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
pub fn read(text: &str) -> Option<DeliveryEvent> {
    let event: SesEvent = serde_json::from_str(text).ok()?;
    let tag = |name: &str| event.mail.tags.get(name).and_then(|values| values.first()).cloned();
    let addresses = |recipients: &[Recipient]| recipients.iter().map(|one| one.email_address.clone()).collect();
    let what = match event.event_type.as_str() {
        "Send" | "Delivery" => DeliveryFact::Went,
        "Bounce" => match &event.bounce {
            Some(bounce) if bounce.bounce_type == "Permanent" => DeliveryFact::Bounced(addresses(&bounce.bounced_recipients)),
            _ => DeliveryFact::Other,
        },
        "Complaint" => {
            DeliveryFact::Complained(event.complaint.map(|complaint| addresses(&complaint.complained_recipients)).unwrap_or_default())
        }
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
