//! The team's call list: who is to be called first, and why.

use axum::Json;
use chrono::NaiveDate;
use serde::Serialize;
use upominek::domain::account::Profile;
use upominek::domain::policy::{Channel, FactorName};
use upominek::domain::score::{Call, CallReason, Part, Scored};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::debtors::Paging;
use crate::dto::{Amount, DebtorKind, Text};
use crate::extract::Params;
use crate::page::{Cursors, List};
use crate::problem::Problem;

/// A score for late payment with what it is made of. It orders the call list and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Score {
    /// 0 to 100; the sum of its factors.
    pub points: u32,
    /// The factors.
    pub factors: Vec<Factor>,
}

/// What one factor added to a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Factor {
    /// As in the policy.
    #[schema(value_type = String, example = "late_share")]
    pub factor: FactorName,
    /// What was found.
    pub figure: i64,
    /// The points that it added.
    pub points: u32,
    /// The most that it could add.
    pub weight: u32,
    /// The same for a person.
    pub text: Text,
}

/// Why somebody is on the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    /// `broken_promise`, `unreachable`, `team_step`, `ladder_finished` or `overdue`.
    #[schema(value_type = String, example = "overdue")]
    pub reason: CallReason,
    /// The same for a person.
    pub text: Text,
}

/// What is overdue in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overdue {
    /// How many invoices.
    pub invoices: u32,
    /// What is asked for.
    pub amount: Amount,
}

/// One debtor to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CallRow {
    /// Its id.
    #[schema(example = "deb-mzxw6ytboi2tcmjv")]
    pub debtor: String,
    /// Name as on the invoices.
    pub name: String,
    /// Company or person.
    pub kind: DebtorKind,
    /// The number to call, while it is known to be the debtor's.
    pub phone: Option<String>,
    /// What is overdue and may be asked for, by currency, as of the account's last change or night.
    pub overdue: Vec<Overdue>,
    /// The earliest last day to pay of these.
    pub oldest_due_on: NaiveDate,
    /// Days past it, today.
    pub oldest_days: i64,
    /// The score, as of the same; none for consumers, unless the policy says so.
    pub score: Option<Score>,
    /// The last day on which the debtor heard something of what is open.
    pub said_on: Option<NaiveDate>,
    /// Why it is on the list.
    pub reasons: Vec<Reason>,
}

impl From<&Scored> for Score {
    fn from(scored: &Scored) -> Self {
        Self { points: scored.points(), factors: scored.parts.iter().map(Factor::from).collect() }
    }
}

impl From<&Part> for Factor {
    fn from(part: &Part) -> Self {
        let Part { factor, figure, points, weight } = *part;
        Self { factor, figure, points, weight, text: factor_text(factor, figure) }
    }
}

fn factor_text(factor: FactorName, figure: i64) -> Text {
    match factor {
        FactorName::LateShare => {
            Text::new(format!("{figure}% ostatnich faktur zapłacono po terminie"), format!("{figure}% of the last invoices were paid late"))
        }
        FactorName::AverageDaysLate => Text::new(format!("średnio dni po terminie: {figure}"), format!("days late on average: {figure}")),
        FactorName::WorstRecent => Text::new(format!("najwięcej dni po terminie: {figure}"), format!("most days late: {figure}")),
        FactorName::BrokenPromises => {
            Text::new(format!("niedotrzymane obietnice zapłaty: {figure}"), format!("promises not kept: {figure}"))
        }
        FactorName::DaysOverdueNow => {
            Text::new(format!("dni po terminie najstarszej faktury: {figure}"), format!("days overdue of the oldest invoice: {figure}"))
        }
        FactorName::OpenNow => {
            Text::new(format!("zaległość to {figure}% zwykłej faktury"), format!("what is overdue is {figure}% of the usual invoice"))
        }
        FactorName::NewDebtor => Text::new(
            format!("brakuje zapłaconych faktur, by znać dłużnika: {figure}"),
            format!("paid invoices missing to know the debtor: {figure}"),
        ),
    }
}

fn reason(reason: CallReason) -> Reason {
    let text = match reason {
        CallReason::BrokenPromise => Text::new("Obietnica zapłaty nie została dotrzymana.", "A promise to pay was not kept."),
        CallReason::Unreachable => Text::new("Ani e-mail, ani SMS nie dociera do dłużnika.", "Neither e-mail nor SMS reaches the debtor."),
        CallReason::TeamStep => Text::new("Nadszedł krok dla zespołu.", "A step for the team has come."),
        CallReason::LadderFinished => Text::new("Wszystkie kroki zostały wykonane.", "Every step has been taken."),
        CallReason::Overdue => Text::new("Faktura jest po terminie.", "An invoice is overdue."),
    };
    Reason { reason, text }
}

fn row(profile: &Profile, call: &Call, today: NaiveDate) -> CallRow {
    let phone = profile.contacts.main(Channel::Sms).and_then(|contact| contact.details.usable(Channel::Sms));
    let phone = phone.filter(|phone| !profile.is_somebody_elses(phone)).map(str::to_owned);
    let overdue = call.overdue.iter().map(|one| Overdue { invoices: one.invoices, amount: Amount::new(one.minor, one.currency) });
    CallRow {
        debtor: profile.debtor.to_string(),
        name: profile.name.clone(),
        kind: profile.kind.into(),
        phone,
        overdue: overdue.collect(),
        oldest_due_on: call.oldest_due_on,
        oldest_days: (today - call.oldest_due_on).num_days(),
        score: call.scored.as_ref().map(Score::from),
        said_on: call.said_on,
        reasons: call.reasons.iter().copied().map(reason).collect(),
    }
}

/// Whom to call: accounts with something overdue that may be asked for, by score and then by amount; those
/// without a score come after them, by amount and age. A page may have fewer rows than `limit`.
#[utoipa::path(get, path = "/call-list", tag = "debtors", params(Paging), responses((status = 200, body = List<CallRow>)))]
pub async fn call_list(caller: Caller, Params(paging): Params<Paging>) -> Result<Json<List<CallRow>>, Problem> {
    let cursors = Cursors::of(caller.store.creditor(), "call-list");
    let after = cursors.read(paging.after.as_deref())?;
    let page = caller.store.call_list(after.as_deref(), paging.limit.unwrap_or_default().rows()).await?;
    let today = caller.today();
    let rows = page.rows.iter().filter_map(|profile| profile.call.as_ref().map(|call| row(profile, call, today)));
    Ok(Json(List { data: rows.collect(), next: cursors.write(page.next) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_factor_and_reason_has_its_own_sentence_in_both_languages() {
        let all = FactorName::ALL.map(|factor| factor_text(factor, 7));
        let reasons =
            [CallReason::BrokenPromise, CallReason::Unreachable, CallReason::TeamStep, CallReason::LadderFinished, CallReason::Overdue];
        let texts: Vec<Text> = all.into_iter().chain(reasons.map(|one| reason(one).text)).collect();
        for text in &texts {
            assert_eq!(texts.iter().filter(|other| other.pl == text.pl || other.en == text.en).count(), 1, "{text:?}");
        }
    }
}
