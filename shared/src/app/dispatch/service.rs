//! A service message at the last moment: to whom, and in which words. What the law stops is not sent.

use super::super::apply::Setting;
use super::super::{AppError, link};
use super::addressees::addressees;
use super::ready::{Ready, as_email, as_sms, not_in_words};
use super::{Unsaid, cancelled, failed};
use crate::domain::account::Account;
use crate::domain::cause::Cause;
use crate::domain::contact::Audience;
use crate::domain::message::service::{ServiceFacts, email, receipt_facts, service_facts, sms};
use crate::domain::policy::Channel;
use crate::domain::reminder::Reminder;
use crate::domain::service::ServiceKind;
use crate::domain::window::local_day;
use crate::ports::ledger::{Ledger, NewLink};

/// The message as it would go now, with the pay link of a token; or why it does not.
pub(super) async fn ready(
    store: &impl Ledger,
    account: &Account,
    (message, kind): (&Reminder, ServiceKind),
    (token, url): (&str, &str),
    setting: Setting<'_>,
) -> Result<Result<Ready, Unsaid>, AppError> {
    let (settings, debtor) = (setting.settings, &account.profile.debtor);
    if account.profile.legal_stop_on(setting.context().today()).is_some() {
        return Ok(Err(cancelled(Cause::LawStops)));
    }
    // To the main contact alone: nobody gets a copy of what somebody asked for.
    let addressees = match addressees(store, account, Audience::default(), message.id.channel, settings).await? {
        Ok(addressees) => addressees,
        Err(unsaid) => return Ok(Err(unsaid)),
    };
    let link = NewLink { token_hash: link::token_hash(token), expires_at: setting.now + link::WORKS_FOR };
    let facts = ServiceFacts {
        receipt: receipt_facts(account, message, settings, setting.context().today()),
        ..service_facts(account, kind, settings, url, local_day(link.expires_at, account.zone(settings)))
    };
    let made = match message.id.channel {
        Channel::Sms => sms(&facts, settings.sms_parts_cap).map(|made| as_sms(made, addressees, token, settings)),
        _ => email(&facts).map(|made| Some(as_email(made, Vec::new(), addressees, (message, debtor), token, settings))),
    };
    match made {
        Ok(Some((outgoing, wording))) => Ok(Ok(Ready { wording, outgoing, link: Some(link) })),
        Ok(None) => Ok(Err(failed(Cause::NoAddress, Vec::new()))),
        Err(error) => {
            not_in_words(&error, message, debtor, settings);
            Ok(Err(failed(Cause::NoText, Vec::new())))
        }
    }
}
