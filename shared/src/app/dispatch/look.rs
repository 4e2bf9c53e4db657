//! What a message of today would say, and to whom, if it went now: the dispatcher's own re-check,
//! addresses and words. Nothing is written and nothing sent.

use super::super::AppError;
use super::super::apply::{Setting, find};
use super::ready::{Outgoing, Ready, ready};
use crate::domain::account::Account;
use crate::domain::cause::Cause;
use crate::domain::handle::{Command, Refused, handle};
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::list::{ListMessage, planned};
use crate::domain::reminder::Reminder;
use crate::ports::ledger::{Ledger, Wording};
use crate::ports::outside::{OutgoingEmail, OutgoingSms};
use crate::ports::store::Accounts;

/// A token as long as any, of no link.
const NO_TOKEN: &str = "aaaaaaaaaaaaaaaa";

/// A message that would go.
#[derive(Debug)]
pub struct Saying {
    /// Its lines.
    pub message: ListMessage,
    /// Whom it reaches.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub copies: Vec<String>,
    /// The words, with the link masked; or why it would not go.
    pub words: Result<Wording, Cause>,
}

/// What a command would say today.
#[derive(Debug)]
pub enum Look {
    /// The messages that would wait for their send window, or do.
    Says(Vec<Saying>),
    /// It does not fit.
    Refused(Refused),
    /// There is no such account.
    NoAccount,
}

/// What a command would let a debtor hear today, about one invoice or all: the command is handled as
/// ever, and its outcome thrown away.
///
/// # Errors
/// Store errors as they come.
pub async fn look(
    store: &(impl Accounts + Ledger),
    debtor: &DebtorId,
    case: Option<&CaseId>,
    command: &Command,
    link_base_url: &str,
    setting: Setting<'_>,
) -> Result<Look, AppError> {
    let found = find(store, debtor, None).await?;
    let Some(account) = found else { return Ok(Look::NoAccount) };
    let account = match handle(&account, command, &setting.context()) {
        Ok(outcome) => outcome.account,
        // It waits already.
        Err(Refused::NoEffect(_)) => account,
        Err(refused) => return Ok(Look::Refused(refused)),
    };
    let mut says = Vec::new();
    for message in planned(&account, setting.context().today(), setting.settings) {
        let of_it = case.is_none_or(|case| message.lines.iter().any(|line| line.case == *case));
        let reminder = account.reminders.iter().find(|reminder| reminder.id == message.reminder);
        if let Some(reminder) = reminder.filter(|_| of_it) {
            says.push(saying(store, &account, reminder, message, link_base_url, setting).await?);
        }
    }
    Ok(Look::Says(says))
}

async fn saying(
    store: &impl Ledger,
    account: &Account,
    reminder: &Reminder,
    message: ListMessage,
    link_base_url: &str,
    setting: Setting<'_>,
) -> Result<Saying, AppError> {
    let (to, copies) = (Vec::new(), Vec::new());
    Ok(match ready(store, account, reminder, (NO_TOKEN, link_base_url), setting).await? {
        Ok(Ready { wording, outgoing, .. }) => {
            let (to, copies) = match outgoing {
                Outgoing::Email(OutgoingEmail { to, copies, .. }) => (to, copies),
                Outgoing::Sms(OutgoingSms { to, .. }) => (vec![to], Vec::new()),
            };
            Saying { message, to, copies, words: Ok(wording) }
        }
        Err(unsaid) => Saying { message, to, copies, words: Err(unsaid.reason) },
    })
}
