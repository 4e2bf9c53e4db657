//! What a person does to a debtor's account, and what is said back when it does not fit.

use axum::http::StatusCode;
use chrono::NaiveDate;
use upominek::app::apply::{Applied, apply, find, follow_up};
use upominek::domain::account::Closed;
use upominek::domain::decide;
use upominek::domain::handle::{Command, Outcome, Refused};
use upominek::domain::ids::CaseId;
use upominek::domain::money::Currency;
use upominek::ports::outside::WorkQueue;

use crate::auth::Caller;
use crate::cause;
use crate::debtors::debtor_in_path;
use crate::decision::Decision;
use crate::dto::Text;
use crate::plan::problem_of;
use crate::problem::Problem;
use crate::state::State;

/// Applies a command; what changes nothing is done, too.
pub async fn done(caller: &Caller, state: &State, debtor: &str, case: Option<&CaseId>, command: &Command) -> Result<StatusCode, Problem> {
    applied(caller, state, debtor, (case, None), command).await
}

/// The same for an invoice that may be closed.
pub async fn done_to(caller: &Caller, state: &State, debtor: &str, case: &CaseId, command: &Command) -> Result<StatusCode, Problem> {
    applied(caller, state, debtor, (Some(case), Some(case)), command).await
}

async fn applied(
    caller: &Caller,
    state: &State,
    debtor: &str,
    (case, closed): (Option<&CaseId>, Option<&CaseId>),
    command: &Command,
) -> Result<StatusCode, Problem> {
    let debtor = debtor_in_path(debtor)?;
    match apply(&caller.store, &state.clock, &debtor, closed, command, &[], caller.setting()).await? {
        Applied::Done(outcome) => queue_what_follows(caller, state, &outcome).await?,
        Applied::NoAccount => return Err(Problem::not_found("debtor")),
        Applied::Refused(refused) => said(refused, case)?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What is said back to a command that does not fit.
pub fn said(refused: Refused, case: Option<&CaseId>) -> Result<(), Problem> {
    let up_to = |most_minor, currency: Currency| format!("up to {} {currency}", currency.decimal(most_minor));
    Err(match refused {
        // Contacts and transfers have answers of their own.
        Refused::NoSuchContact | Refused::TooManyContacts | Refused::ContactWithoutAddress => return Ok(()),
        Refused::SameDebtor | Refused::Merged { .. } | Refused::NotMerged | Refused::Waiting | Refused::PlanInTheWay { .. } => {
            return Ok(());
        }
        Refused::NoEffect(_) | Refused::NoSuchReminder => return Ok(()),
        Refused::NoSuchCase if case.is_none() => Problem::field("debtor", "has no open invoice", "a debtor with something to pay"),
        Refused::NoSuchCase => no_such_case(case),
        Refused::NotSayable { reason } => {
            let Decision { reason, text, .. } = Decision::from(&decide::Decision::Skip { reason, next_step: None, next_on: None });
            Problem::field("case", text.en.as_str(), "an invoice that may be spoken of today").because(reason, text)
        }
        Refused::NoInstalment { pay_on, announced_on, waits_until } => no_instalment(pay_on, announced_on, waits_until),
        Refused::SaidToday => Problem::new(StatusCode::CONFLICT, "one message a day: today's was sent or cancelled already").because(
            Some("said_today".to_owned()),
            Text::new(
                "Na jeden dzień przypada jedna wiadomość: dzisiejsza już wyszła albo została odwołana.",
                "One message a day: today's was sent or cancelled already.",
            ),
        ),
        Refused::NotNow { first_at } => {
            Problem::new(StatusCode::CONFLICT, format!("nothing goes any more today; it would be possible from {first_at}")).because(
                Some("not_now".to_owned()),
                Text::new(
                    format!("Dziś nic już nie wyjdzie; byłoby to możliwe od {first_at}."),
                    format!("Nothing goes any more today; it would be possible from {first_at}."),
                ),
            )
        }
        Refused::ExtendedDay { first, last } => {
            Problem::field("due_on", "is not later than the printed one, in the past or too far ahead", format!("{first} to {last}"))
        }
        Refused::NotNextStep { next: Some(next) } => Problem::field("step", "is not the step that comes next", next),
        Refused::NotNextStep { next: None } => Problem::field("step", "does not come", "a step to come; this invoice has none left"),
        Refused::NoSuchSkip => Problem::not_found("skipped step of this invoice"),
        Refused::LaterStep { later } => {
            Problem::field("step", format!("cannot come any more: {later} was taken or skipped since"), "a step with none after it")
        }
        Refused::NoSuchClaim => Problem::field("claim", "is not claimed for this invoice", "interest or compensation that was claimed"),
        Refused::NoSuchSettlement => Problem::not_found("settlement of this invoice"),
        Refused::PromisedDay { first, last } => Problem::field("pay_on", "lies in the past or too far ahead", format!("{first} to {last}")),
        Refused::PromisedAmount { most_minor, currency }
        | Refused::MoreThanClaimed { most_minor, currency }
        | Refused::SettledAmount { most_minor, currency } => {
            Problem::field("amount", "is none, or more than what is open", up_to(most_minor, currency))
        }
        Refused::Plan(problems) => problem_of(&problems),
        Refused::PaidOn { first, last } => Problem::field("paid_on", "lies in the future or too far back", format!("{first} to {last}")),
        Refused::PromisedBefore => Problem::field("pay_on", "was promised before, and not kept", "a promise that the team takes"),
        Refused::InstalmentsAsked { least, most } => Problem::field("parts", "are too few or too many", format!("{least} to {most}")),
        Refused::AskedBefore => Problem::new(StatusCode::CONFLICT, "instalments were asked for already; answer that request"),
        Refused::SaidBefore => Problem::field("paid_on", "was said before, and nothing came", "a payment that has come"),
        Refused::LegalStopDays { today } => Problem::field(
            "since",
            "lies in the future, or its end in the past",
            format!("since {today} or before, until {today} or later"),
        ),
        Refused::WhoseContact => {
            Problem::field("contacts", "does not fit", "for wrong_person the debtor's contacts that are somebody else's, else none")
        }
        Refused::SettledDay { first, last } => Problem::field("on", "is before the issue or in the future", format!("{first} to {last}")),
        Refused::InstructedDay { first, last } => Problem::field("day", "is over, or too far ahead", format!("{first} to {last}")),
        Refused::AlreadyGone | Refused::Changed => Problem::new(StatusCode::CONFLICT, format!("{refused}; look at the list again")),
        Refused::Silent(reason) => {
            let Decision { reason, text, .. } = Decision::from(&decide::Decision::Skip { reason: *reason, next_step: None, next_on: None });
            Problem::field("case", format!("hears nothing on that day. {}", text.en), "a line of the list").because(reason, text)
        }
        Refused::Channel(why) => {
            let text = cause::text(why);
            let expected = "a channel by which this line can reach somebody";
            Problem::field("channel", format!("does not fit. {}", text.en), expected).because(Some(why.text()), text)
        }
        Refused::Ended { how: Closed::Cancelled } => Problem::field(
            "case",
            "was cancelled by its source",
            "a written-off invoice; a cancelled one is opened again by a newer picture of its source",
        ),
        Refused::Ended { how: Closed::Paid | Closed::WrittenOff } => Problem::field(
            "case",
            "is paid",
            "a written-off invoice; a paid one is opened again by a refund, or by taking back what settled it",
        ),
    })
}

/// Why an instalment is not reminded now.
fn no_instalment(pay_on: NaiveDate, announced_on: Option<NaiveDate>, waits_until: Option<NaiveDate>) -> Problem {
    let by_plan = format!("is paid by instalments, and the one of {pay_on}");
    let (name, en, pl, expected) = match (announced_on, waits_until) {
        (Some(first), _) => (
            "instalment_not_yet",
            format!("is announced from {first} on"),
            format!("ratę z {pay_on} zapowiadamy od {first}"),
            format!("the same on {first} or later"),
        ),
        (None, Some(last)) => (
            "instalment_awaited",
            format!("is waited for in silence until {last}"),
            format!("na ratę z {pay_on} czekamy w ciszy do {last}"),
            format!("nothing until {last}: then the plan is broken and the ladder goes on; or a plan that is withdrawn"),
        ),
        (None, None) => (
            "instalment_said",
            "was reminded as often as the policy says".to_owned(),
            format!("o racie z {pay_on} przypominaliśmy już tyle razy, ile mówi polityka"),
            "the next instalment".to_owned(),
        ),
    };
    let text = Text::new(format!("Faktura jest spłacana w ratach; {pl}."), format!("The invoice {by_plan} {en}."));
    Problem::field("case", format!("{by_plan} {en}"), expected).because(Some(name.to_owned()), text)
}

/// An amount that the caller wrote, in the currency of an invoice.
pub async fn minor_of(caller: &Caller, debtor: &str, case: &CaseId, amount: &str) -> Result<i64, Problem> {
    let account = find(&caller.store, &debtor_in_path(debtor)?, Some(case)).await?.ok_or_else(|| Problem::not_found("debtor"))?;
    let currency = account.case(case).map(|case| case.currency).ok_or_else(|| no_such_case(Some(case)))?;
    currency.minor(amount).map_err(|error| Problem::field("amount", "is no amount", error.to_string()))
}

/// The invoice is not one of this debtor's open ones.
pub fn no_such_case(case: Option<&CaseId>) -> Problem {
    let case = case.map(ToString::to_string).unwrap_or_default();
    Problem::field("case", "is no open invoice of this debtor", format!("an open invoice instead of {case}"))
}

/// Queues what follows a command: its messages, and an evaluation where something is due today.
pub async fn queue_what_follows(caller: &Caller, state: &State, outcome: &Outcome) -> Result<(), Problem> {
    let work = follow_up(outcome, caller.setting());
    if work.is_empty() { Ok(()) } else { Ok(state.queues.send(&work).await?) }
}

#[cfg(test)]
mod tests {
    use upominek::domain::cause::Cause;
    use upominek::domain::decide::{HoldScope, SkipReason};
    use upominek::domain::stops::Stop;

    use super::*;

    fn answer(refused: Refused) -> serde_json::Value {
        serde_json::to_value(said(refused, None).unwrap_err()).unwrap()
    }

    #[test]
    fn an_answer_that_tells_a_decision_tells_it_in_both_languages_and_by_its_name() {
        let day: NaiveDate = "2026-11-24".parse().unwrap();
        let held = || SkipReason::Stopped(Stop::Held { scope: HoldScope::Creditor, until: Some(day) });
        let part = |announced_on, waits_until| Refused::NoInstalment { pay_on: day, announced_on, waits_until };
        let told = [
            (Refused::NotSayable { reason: held() }, "on_hold"),
            (Refused::Silent(Box::new(held())), "on_hold"),
            (Refused::Channel(Cause::NoAddress), "no_address"),
            (Refused::Channel(Cause::TaskForTeam), "task_for_team"),
            (part(Some(day), None), "instalment_not_yet"),
            (part(None, Some(day)), "instalment_awaited"),
            (part(None, None), "instalment_said"),
            (Refused::SaidToday, "said_today"),
            (Refused::NotNow { first_at: "2026-11-24T07:00:00Z".parse().unwrap() }, "not_now"),
        ];
        for (refused, name) in told {
            let answer = answer(refused);
            assert_eq!(answer["reason"], name, "{answer}");
            let [pl, en] = ["pl", "en"].map(|language| answer["reason_text"][language].as_str().unwrap().to_owned());
            assert!(pl.ends_with('.') && en.ends_with('.') && pl != en, "{answer}");
        }
        assert_eq!(answer(Refused::NoSuchSkip).get("reason_text"), None, "what tells no decision has none");
    }
}
