//! What is about to go out: the re-check at the last moment, the addresses and the words. A look ahead
//! goes through the same code, and sends nothing.

use super::super::apply::Setting;
use super::super::{AppError, link};
use super::addressees::{Addressees, addressees};
use super::{Unsaid, cancelled, failed, sender_header, service};
use crate::domain::account::Account;
use crate::domain::cause::Cause;
use crate::domain::creditor::Settings;
use crate::domain::ids::DebtorId;
use crate::domain::message::facts::{MessageFacts, facts};
use crate::domain::message::statement::{File, statement};
use crate::domain::message::{RenderError, email, sms};
use crate::domain::policy::{Attachment, Channel};
use crate::domain::reminder::Reminder;
use crate::ports::ledger::{Ledger, NewLink, Wording};
use crate::ports::outside::{OutgoingEmail, OutgoingSms};

/// What is about to go out.
pub(super) struct Ready {
    pub wording: Wording,
    pub outgoing: Outgoing,
    pub link: Option<NewLink>,
}

pub(super) enum Outgoing {
    Email(OutgoingEmail),
    Sms(OutgoingSms),
}

impl Outgoing {
    /// The address that it goes to, if it is only one.
    pub fn sole_address(&self) -> Option<&str> {
        match self {
            Outgoing::Email(OutgoingEmail { to, copies, .. }) => match (to.as_slice(), copies.as_slice()) {
                ([one], []) => Some(one),
                _ => None,
            },
            Outgoing::Sms(sms) => Some(&sms.to),
        }
    }
}

/// The message as it would go now, with the pay link of a token; or why it does not.
pub(super) async fn ready(
    store: &impl Ledger,
    account: &Account,
    reminder: &Reminder,
    (token, link_base_url): (&str, &str),
    setting: Setting<'_>,
) -> Result<Result<Ready, Unsaid>, AppError> {
    let (settings, debtor) = (setting.settings, &account.profile.debtor);
    let url = format!("{link_base_url}/p/{token}");
    if let Some(service) = reminder.id.service {
        return service::ready(store, account, (reminder, service.kind), (token, &url), setting).await;
    }
    let Some(facts) = facts(account, reminder, settings, setting.context().today(), &url) else {
        return Ok(Err(cancelled(Cause::NothingLeft)));
    };
    let addressees = match addressees(store, account, facts.audience(), reminder.id.channel, settings).await? {
        Ok(addressees) => addressees,
        Err(unsaid) => return Ok(Err(unsaid)),
    };
    let Some((outgoing, wording)) = words(&facts, reminder, debtor, addressees, token, settings) else {
        return Ok(Err(failed(Cause::NoText, Vec::new())));
    };
    let link = NewLink { token_hash: link::token_hash(token), expires_at: setting.now + link::WORKS_FOR };
    let is_task = reminder.id.channel.is_for_team();
    Ok(Ok(Ready { wording, outgoing, link: (!is_task).then_some(link) }))
}

fn words(
    facts: &MessageFacts,
    reminder: &Reminder,
    debtor: &DebtorId,
    addressees: Addressees,
    token: &str,
    settings: &Settings,
) -> Option<(Outgoing, Wording)> {
    let failed = |error: RenderError| not_in_words(&error, reminder, debtor, settings);
    if reminder.id.channel == Channel::Sms {
        let made = sms::sms(facts, settings.sms_parts_cap).map_err(failed).ok()?;
        return as_sms(made, addressees, token, settings);
    }
    let is_task = reminder.id.channel.is_for_team();
    let made = if is_task { email::task(facts) } else { email::email(facts) }.map_err(failed).ok()?;
    let attached = facts.attachments.iter().map(|what| match what {
        Attachment::Statement => statement(facts),
    });
    let files = attached.collect::<Result<_, _>>().map_err(failed).ok()?;
    Some(as_email(made, files, addressees, (reminder, debtor), token, settings))
}

/// It is logged without what it would have said.
pub(super) fn not_in_words(error: &RenderError, reminder: &Reminder, debtor: &DebtorId, settings: &Settings) {
    tracing::error!(creditor = %settings.creditor, %debtor, reminder = %reminder.id, error = %error, "a message could not be put into words");
}

pub(super) fn as_sms(made: sms::Sms, addressees: Addressees, token: &str, settings: &Settings) -> Option<(Outgoing, Wording)> {
    let Addressees { to, contacts, .. } = addressees;
    let wording = Wording { subject: None, text: link::masked(&made.text, token), parts: Some(made.parts), contacts };
    let outgoing = OutgoingSms {
        to: to.into_iter().next()?,
        sender_id: settings.sms_sender_id.clone(),
        max_price_usd: settings.sms_max_price_usd.clone(),
        text: made.text,
    };
    Some((Outgoing::Sms(outgoing), wording))
}

pub(super) fn as_email(
    made: email::Email,
    files: Vec<File>,
    addressees: Addressees,
    (reminder, debtor): (&Reminder, &DebtorId),
    token: &str,
    settings: &Settings,
) -> (Outgoing, Wording) {
    let Addressees { to, copies, contacts } = addressees;
    let wording = Wording { subject: Some(made.subject.clone()), text: link::masked(&made.text, token), parts: None, contacts };
    let tag = |name: &str, value: String| (name.to_owned(), value);
    let outgoing = OutgoingEmail {
        from: sender_header(&settings.name, &settings.sender_email),
        to,
        copies,
        reply_to: settings.reply_to.clone(),
        subject: made.subject,
        html: made.html,
        text: made.text,
        files,
        tags: vec![
            tag("creditor", settings.creditor.to_string()),
            tag("debtor", debtor.to_string()),
            tag("reminder", reminder.id.to_string()),
        ],
    };
    (Outgoing::Email(outgoing), wording)
}
