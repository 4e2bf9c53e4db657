//! The mail about the list of a day: claimed once, sent at once, settled. One a day, and never blindly twice.

use chrono::{Duration, NaiveDate};

use super::AppError;
use super::apply::Setting;
use super::dispatch::sender_header;
use super::list::{ReadFrom, page, source};
use crate::domain::cause::Cause;
use crate::domain::handle::Attention;
use crate::domain::ids::base32;
use crate::domain::message::list::mail;
use crate::domain::reminder::Claim;
use crate::ports::ledger::Ledger;
use crate::ports::list::{Lists, MailState};
use crate::ports::outside::{Chance, Clock, EmailSender, OutgoingEmail, SendResult};
use crate::ports::store::{Accounts, Attentions, Runs, StoreError};

/// Messages that the mail names; the rest it counts.
const MOST_ROWS: usize = 50;
/// How long the sender may take before its claim is over.
const LEASE: Duration = Duration::minutes(10);

/// What became of the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mailed {
    /// The provider accepted it.
    Sent,
    /// Somebody has it already, or there is no list.
    Nothing,
    /// Not now; it is asked for again.
    Later(String),
    /// It did not go, or nobody knows: the team finds it among what waits for a person.
    NotMailed(String),
}

/// Mails the list of a day to the team, if nobody did.
pub async fn send<S, C, E>(store: &S, clock: &C, sender: &E, day: NaiveDate, setting: Setting<'_>) -> Result<Mailed, AppError>
where
    S: Accounts + Attentions + Ledger + Lists + Runs,
    C: Clock + Chance,
    E: EmailSender,
{
    if store.mail(day).await?.is_some() {
        return Ok(Mailed::Nothing);
    }
    let Some(email) = compose(store, day, setting).await? else { return Ok(Mailed::Nothing) };
    let claim = Claim { token: base32(&clock.ten_bytes()?), until: setting.now + LEASE };
    match store.claim_mail(day, &claim).await {
        Err(StoreError::Conflict) => return Ok(Mailed::Nothing),
        other => other?,
    }
    let suppressed = store.is_suppressed(&setting.settings.team_email).await?;
    let result = if suppressed {
        SendResult::Never { reason: Cause::TeamAddressBlocked.text(), address: true }
    } else {
        sender.send_email(&email).await
    };
    match result {
        SendResult::Accepted(_) => {
            store.settle_mail(day, &claim.token, Some(MailState::Sent)).await?;
            Ok(Mailed::Sent)
        }
        SendResult::NotNow(why) => {
            store.settle_mail(day, &claim.token, None).await?;
            Ok(Mailed::Later(why))
        }
        SendResult::Never { reason, .. } | SendResult::Unknown(reason) => {
            let attention = Attention::ListNotMailed { on: day, reason: reason.clone() };
            store.attend(setting.settings.creditor.as_str(), &attention, setting.now).await?;
            store.settle_mail(day, &claim.token, Some(MailState::NotMailed)).await?;
            Ok(Mailed::NotMailed(reason))
        }
    }
}

async fn compose<S: Accounts + Lists + Runs>(store: &S, day: NaiveDate, setting: Setting<'_>) -> Result<Option<OutgoingEmail>, AppError> {
    let settings = setting.settings;
    let run = match source(store, day).await? {
        ReadFrom::Dry(run) | ReadFrom::Night(run) => run,
        ReadFrom::Nothing => return Ok(None),
    };
    let listed = page(store, day, None, MOST_ROWS, setting).await?;
    let shown = &listed.messages[..listed.messages.len().min(MOST_ROWS)];
    let all = match listed.next {
        Some(_) => store.tally_of(&run.id).await?.reminders,
        None => listed.messages.len() as u64,
    };
    let made = match mail(settings, day, shown, all.saturating_sub(shown.len() as u64)) {
        Ok(made) => made,
        Err(error) => {
            tracing::error!(creditor = %settings.creditor, %day, error = %error, "a list could not be put into words");
            return Ok(None);
        }
    };
    let tag = |name: &str, value: String| (name.to_owned(), value);
    Ok(Some(OutgoingEmail {
        from: sender_header(&settings.name, &settings.sender_email),
        to: vec![settings.team_email.clone()],
        copies: Vec::new(),
        reply_to: settings.reply_to.clone(),
        subject: made.subject,
        html: made.html,
        text: made.text,
        files: Vec::new(),
        tags: vec![tag("creditor", settings.creditor.to_string()), tag("list", day.to_string())],
    }))
}
