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
    /// To whom we sent it.
    #[serde(default)]
    destination: Vec<String>,
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
    complaint_feedback_type: Option<String>,
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
    // Ours first: where mail is forwarded, the refusing server names the box behind our address.
    let addresses = |recipients: &[Recipient]| -> Vec<String> {
        let ours = &event.mail.destination;
        let named = recipients.iter().map(|one| &one.email_address).filter(|one| !ours.contains(one));
        ours.iter().chain(named).cloned().collect()
    };
    let what = match event.event_type.as_str() {
        "Send" | "Delivery" => DeliveryFact::Went,
        "Bounce" => match &event.bounce {
            Some(bounce) if bounce.bounce_type == "Permanent" => DeliveryFact::Bounced(addresses(&bounce.bounced_recipients)),
            _ => DeliveryFact::Other,
        },
        // Taken out of the spam folder: the opposite of a complaint.
        "Complaint" if event.complaint.as_ref().is_some_and(|it| it.complaint_feedback_type.as_deref() == Some("not-spam")) => {
            DeliveryFact::Other
        }
        "Complaint" => {
            let named = event.complaint.map(|complaint| complaint.complained_recipients).unwrap_or_default();
            DeliveryFact::Complained(addresses(&named))
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
