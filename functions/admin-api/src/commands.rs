//! What a person does to a debtor's account, and what is said back when it does not fit.

use axum::http::StatusCode;
use upominek::app::apply::{Applied, apply};
use upominek::domain::handle::{Command, Outcome, Refused};
use upominek::domain::ids::CaseId;
use upominek::ports::outside::{Work, WorkQueue};

use crate::auth::Caller;
use crate::debtors::debtor_in_path;
use crate::problem::Problem;
use crate::state::State;

/// Applies a command; what changes nothing is done, too.
pub async fn done(caller: &Caller, state: &State, debtor: &str, case: Option<&CaseId>, command: &Command) -> Result<StatusCode, Problem> {
    let debtor = debtor_in_path(debtor)?;
    match apply(&caller.store, &state.clock, &debtor, None, command, &[], caller.setting()).await? {
        Applied::Done(outcome) => evaluate_if_due(caller, state, &outcome).await?,
        Applied::NoAccount => return Err(Problem::not_found("debtor")),
        Applied::Refused(Refused::NoSuchCase) if case.is_none() => {
            return Err(Problem::field("debtor", "has no open invoice", "a debtor with something to pay"));
        }
        Applied::Refused(Refused::NoSuchCase) => return Err(no_such_case(case)),
        Applied::Refused(Refused::PromisedDay { first, last }) => {
            return Err(Problem::field("pay_on", "lies in the past or too far ahead", format!("{first} to {last}")));
        }
        Applied::Refused(Refused::PromisedAmount { most_minor, currency }) => {
            let most = currency.decimal(most_minor);
            return Err(Problem::field("amount", "is none, or more than what is open", format!("up to {most} {currency}")));
        }
        Applied::Refused(Refused::LegalStopDays { today }) => {
            return Err(Problem::field(
                "since",
                "lies in the future, or its end in the past",
                format!("since {today} or before, until {today} or later"),
            ));
        }
        Applied::Refused(Refused::WhoseContact) => {
            return Err(Problem::field(
                "contacts",
                "does not fit",
                "for wrong_person the debtor's contacts that are somebody else's, else none",
            ));
        }
        Applied::Refused(_) => {}
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The invoice is not one of this debtor's open ones.
pub fn no_such_case(case: Option<&CaseId>) -> Problem {
    let case = case.map(ToString::to_string).unwrap_or_default();
    Problem::field("case", "is no open invoice of this debtor", format!("an open invoice instead of {case}"))
}

/// What falls due by a command of today is evaluated today.
pub async fn evaluate_if_due(caller: &Caller, state: &State, outcome: &Outcome) -> Result<(), Problem> {
    if !outcome.evaluate_today {
        return Ok(());
    }
    let creditor = caller.settings.creditor.clone();
    let debtor = outcome.account.profile.debtor.clone();
    Ok(state.queues.send(&[Work::Account { creditor, debtor, as_of: caller.today() }]).await?)
}
