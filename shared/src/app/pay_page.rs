//! What a debtor says on the pay page: a form becomes one command, and the answer says how it was taken.
//!
//! The same form again changes nothing. A promise and "I have paid" are said of one invoice, or of every open one.

use chrono::NaiveDate;

use super::AppError;
use super::apply::{Applied, Setting, apply};
use crate::domain::account::Account;
use crate::domain::handle::{Command, NewLegalStop, NewPromise, Refused, SaidPaid};
use crate::domain::ids::CaseId;
use crate::domain::legal::LegalKind;
use crate::domain::message::page::{Door, Said, Trouble};
use crate::domain::pending::PaidBy;
use crate::domain::policy::Channel;
use crate::domain::stops::{DisputeReason, Party};
use crate::ports::outside::Clock;
use crate::ports::store::Accounts;

/// Most characters of a text.
const LONGEST_TEXT: usize = 1_000;

/// Why the stop stands, where the debtor began it.
const SAID_ON_THE_PAGE: &str = "said on the pay page";

/// A form's fields.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a>(pub &'a [(String, String)]);

impl<'a> Form<'a> {
    /// The first value of a field; empty where there is none.
    pub fn field(&self, name: &str) -> &'a str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The invoice that it is about, if about one; else all that are open.
    fn one(&self) -> Result<Option<CaseId>, Trouble> {
        let text = self.field("of");
        (!text.is_empty()).then(|| CaseId::try_from(text.to_owned()).map_err(|_| Trouble::Gone)).transpose()
    }

    fn day(&self) -> Option<NaiveDate> {
        self.field("day").parse().ok()
    }
}

/// What a form says of an account; an error where a field is missing or wrong.
fn command(door: Door, form: Form<'_>, account: &Account, today: NaiveDate) -> Result<Command, Trouble> {
    let text = form.field("text").trim();
    let fits = text.chars().count() <= LONGEST_TEXT;
    let by = Party::Debtor;
    match door {
        Door::Promise => {
            // A day that cannot be read is refused with the days that would be right.
            let pay_on = form.day().unwrap_or(NaiveDate::MIN);
            Ok(Command::Promise(form.one()?, NewPromise { by, pay_on, amount_minor: None, reason: None }))
        }
        Door::Instalments => {
            let parts = form.field("parts").parse().map_err(|_| Trouble::Gone)?;
            if fits { Ok(Command::AskInstalments { parts, note: text.to_owned() }) } else { Err(Trouble::Text) }
        }
        Door::Paid => {
            let way = PaidBy::ALL.into_iter().find(|way| way.name() == form.field("way")).unwrap_or(PaidBy::Other);
            Ok(Command::SaidPaid(form.one()?, SaidPaid { by, paid_on: form.day().unwrap_or(NaiveDate::MIN), way, reason: None }))
        }
        Door::Dispute => {
            let case = CaseId::try_from(form.field("case").to_owned()).map_err(|_| Trouble::Gone)?;
            let reason = DisputeReason::ALL.into_iter().find(|reason| reason.name() == form.field("reason"));
            if text.is_empty() || !fits {
                return Err(Trouble::Text);
            }
            Ok(Command::Dispute { case, by, reason, note: text.to_owned() })
        }
        Door::NoSms => Ok(Command::RefuseChannel { channel: Channel::Sms, by, reason: None }),
        Door::NoEmail => Ok(Command::RefuseChannel { channel: Channel::Email, by, reason: None }),
        Door::WrongPerson => {
            let contacts = &account.profile.contacts;
            let known = [Channel::Email, Channel::Sms].into_iter().filter(|channel| contacts.shown(*channel).is_some());
            let new = NewLegalStop {
                kind: LegalKind::WrongPerson,
                since: today,
                until: None,
                reason: SAID_ON_THE_PAGE.to_owned(),
                contacts: known.collect(),
            };
            Ok(Command::LegalStop(new))
        }
    }
}

/// Takes what a form says.
///
/// # Errors
/// `Busy` after too many conflicts; store errors as they come.
pub async fn say(
    store: &impl Accounts,
    clock: &impl Clock,
    account: &Account,
    door: Door,
    form: Form<'_>,
    setting: Setting<'_>,
) -> Result<Said, AppError> {
    let command = match command(door, form, account, setting.context().today()) {
        Ok(command) => command,
        Err(trouble) => return Ok(Said::Trouble(door, trouble)),
    };
    Ok(match apply(store, clock, &account.profile.debtor, None, &command, &[], setting).await? {
        // Again is as good as once: a double click, or the way back.
        Applied::Done(_) | Applied::Refused(Refused::NoEffect(_)) => Said::Done(door),
        Applied::NoAccount => Said::Trouble(door, Trouble::Gone),
        Applied::Refused(refused) => Said::Trouble(door, trouble(&refused)),
    })
}

fn trouble(refused: &Refused) -> Trouble {
    match refused {
        Refused::PromisedDay { first, last } | Refused::PaidOn { first, last } => Trouble::Days(*first, *last),
        Refused::PromisedBefore => Trouble::PromisedBefore,
        Refused::AskedBefore => Trouble::AskedBefore,
        Refused::SaidBefore => Trouble::SaidBefore,
        _ => Trouble::Gone,
    }
}
