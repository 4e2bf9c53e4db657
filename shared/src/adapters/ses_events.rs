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

/// Those of ours that bounced, and what else the event names.
///
/// Where mail is forwarded, the refusing server names the box behind our address: with one address of
/// ours it must be that one. With several nobody can know, and none is held to it.
fn bounced(ours: &[String], recipients: &[Recipient]) -> Vec<String> {
    let named = |one: &&String| ours.len() == 1 || recipients.iter().any(|other| other.email_address.eq_ignore_ascii_case(one));
    let beside = recipients.iter().map(|one| &one.email_address).filter(|one| !ours.iter().any(|own| own.eq_ignore_ascii_case(one)));
    ours.iter().filter(named).chain(beside).cloned().collect()
}

/// The same of a complaint. Who complained is never written to again: where the event does not say
/// which of ours that is, it is all of them.
fn complained(ours: &[String], recipients: &[Recipient]) -> Vec<String> {
    let found = bounced(ours, recipients);
    let known = ours.iter().any(|own| found.contains(own));
    if known { found } else { ours.iter().cloned().chain(found).collect() }
}

/// Reads an SES event; `None` if it is not about a reminder of ours.
pub fn read(text: &str) -> Option<DeliveryEvent> {
    let event: SesEvent = serde_json::from_str(text).ok()?;
    let tag = |name: &str| event.mail.tags.get(name).and_then(|values| values.first()).cloned();
    let ours = &event.mail.destination;
    let what = match event.event_type.as_str() {
        "Send" | "Delivery" => DeliveryFact::Went,
        "Bounce" => match &event.bounce {
            Some(bounce) if bounce.bounce_type == "Permanent" => DeliveryFact::Bounced(bounced(ours, &bounce.bounced_recipients)),
            _ => DeliveryFact::Other,
        },
        // Taken out of the spam folder: the opposite of a complaint.
        "Complaint" if event.complaint.as_ref().is_some_and(|it| it.complaint_feedback_type.as_deref() == Some("not-spam")) => {
            DeliveryFact::Other
        }
        "Complaint" => {
            let named = event.complaint.map(|complaint| complaint.complained_recipients).unwrap_or_default();
            DeliveryFact::Complained(complained(ours, &named))
        }
        "Reject" | "Rendering Failure" => DeliveryFact::Rejected,
        _ => DeliveryFact::Other,
    };
    Some(DeliveryEvent {
        creditor: CreditorId::parse(&tag("creditor")?).ok()?,
        debtor: DebtorId::parse(&tag("debtor")?).ok()?,
        reminder: tag("reminder")?.try_into().ok()?,
        message_id: event.mail.message_id,
        sent_to: event.mail.destination,
        what,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(kind: &str, part: &str, to: &[&str], named: &[&str]) -> DeliveryFact {
        let recipients: Vec<_> = named.iter().map(|one| serde_json::json!({ "emailAddress": one })).collect();
        let tags = serde_json::json!({ "creditor": ["acme"], "debtor": ["deb-x"], "reminder": ["2027-01-11_email_PLN"] });
        let event = serde_json::json!({
            "eventType": kind,
            "mail": { "messageId": "m", "destination": to, "tags": tags },
            part: { "bounceType": "Permanent", "bouncedRecipients": recipients, "complainedRecipients": recipients },
        });
        let event = read(&event.to_string()).unwrap();
        assert_eq!(event.sent_to, to);
        event.what
    }

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn a_bounce_is_held_against_the_address_that_it_names() {
        let bounce = |to: &[&str], named: &[&str]| match what("Bounce", "bounce", to, named) {
            DeliveryFact::Bounced(addresses) => addresses,
            other => panic!("{other:?}"),
        };
        assert_eq!(bounce(&["a@x.example", "b@x.example"], &["B@x.example"]), texts(&["b@x.example"]));
        assert_eq!(bounce(&["a@x.example"], &["box@y.example"]), texts(&["a@x.example", "box@y.example"]), "forwarded");
        assert_eq!(bounce(&["a@x.example", "b@x.example"], &["box@y.example"]), texts(&["box@y.example"]), "nobody knows whose");
    }

    #[test]
    fn a_complaint_that_names_none_of_several_rests_them_all() {
        let complaint = |to: &[&str], named: &[&str]| match what("Complaint", "complaint", to, named) {
            DeliveryFact::Complained(addresses) => addresses,
            other => panic!("{other:?}"),
        };
        assert_eq!(complaint(&["a@x.example", "b@x.example"], &["a@x.example"]), texts(&["a@x.example"]));
        assert_eq!(complaint(&["a@x.example", "b@x.example"], &[]), texts(&["a@x.example", "b@x.example"]));
    }
}
