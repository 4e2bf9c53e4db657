//! The stops that the law puts up: begun and ended by the team, and what it asks for next.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use upominek::domain::handle::{Command, NewLegalStop as CoreNew};
use upominek::domain::legal::{self, LegalEnd, LegalKind as Core};
use upominek::domain::policy::Channel;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::done;
use crate::dto::{LegalKind, Text};
use crate::extract::{Json as Body, Params};
use crate::invoices::Flag;
use crate::problem::Problem;
use crate::state::State;

/// A contact of the debtor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
}

/// A stop to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLegalStop {
    /// Which.
    pub kind: LegalKind,
    /// What it rests on, for other people: 1 to 500 characters.
    pub reason: String,
    /// Since when: today if not said, never in the future.
    pub since: Option<NaiveDate>,
    /// Last day; without it the stop stands until it is ended.
    pub until: Option<NaiveDate>,
    /// `wrong_person`: which contacts are somebody else's. They are never used again.
    #[serde(default)]
    pub contacts: Vec<ContactKind>,
}

/// A stop in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LegalStop {
    /// Which.
    pub kind: LegalKind,
    /// Since when.
    pub since: NaiveDate,
    /// Last day; `null` stands until it is ended.
    pub until: Option<NaiveDate>,
    /// What it rests on.
    pub reason: String,
    /// `wrong_person`: the addresses and numbers that are somebody else's.
    pub not_theirs: Vec<String>,
    /// What the law asks for next.
    pub next: Text,
}

impl From<&legal::LegalStop> for LegalStop {
    fn from(stop: &legal::LegalStop) -> Self {
        let legal::LegalStop { kind, since, until, reason, not_theirs } = stop.clone();
        Self { kind: kind.into(), since, until, reason, not_theirs, next: what_next(kind) }
    }
}

/// Which stop ends, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Ended {
    /// Which.
    #[param(inline)]
    pub kind: LegalKind,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
    /// `true`: it was recorded by mistake. A contact that it blocked works again.
    #[param(value_type = Option<bool>)]
    pub mistake: Option<Flag>,
}

/// What the law asks for next, once such a stop stands.
pub fn what_next(kind: Core) -> Text {
    match kind {
        Core::Insolvency => Text::new(
            "Upadłość dłużnika: zgłoś wierzytelność syndykowi przez Krajowy Rejestr Zadłużonych, co do zasady w 30 dni od obwieszczenia. Dłużnika nie wzywamy do zapłaty.",
            "The debtor is insolvent: report the claim to the trustee through the National Register of Debtors (KRZ), as a rule within 30 days of the announcement. Nothing is demanded from the debtor.",
        ),
        Core::Restructuring => Text::new(
            "Restrukturyzacja dłużnika: sprawdź u nadzorcy lub zarządcy, czy wierzytelność jest w spisie. Długu objętego układem nie wolno płacić poza nim.",
            "The debtor restructures: ask the supervisor or administrator whether the claim is on the list. A debt under the arrangement may not be paid outside it.",
        ),
        Core::Death => Text::new(
            "Dłużnik zmarł: ustal spadkobierców (postanowienie sądu albo akt poświadczenia dziedziczenia). Do rodziny nie piszemy.",
            "The debtor has died: find out who the heirs are (a court's order or a notary's deed). The family is not written to.",
        ),
        Core::Attorney => Text::new(
            "Dłużnika zastępuje pełnomocnik: sprawdź pełnomocnictwo i dalej koresponduj tylko z pełnomocnikiem.",
            "An attorney represents the debtor: check the power of attorney, and write to the attorney alone from now on.",
        ),
        Core::Objection => Text::new(
            "Sprzeciw wobec przetwarzania danych (art. 21 RODO): oceń go i odpowiedz w ciągu miesiąca. Do tego czasu nie przypominamy.",
            "An objection to the processing of personal data (GDPR, art. 21): assess it and answer within a month. Until then nothing is said.",
        ),
        Core::WrongPerson => Text::new(
            "Adres lub numer należy do kogoś innego: ustal właściwy kontakt i popraw dane dłużnika także w źródle.",
            "The address or number belongs to somebody else: find the right contact, and correct the debtor's data in the source, too.",
        ),
    }
}

fn reason_of(text: &str) -> Result<String, Problem> {
    let reason = text.trim();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "is empty or too long", "1 to 500 characters"));
    }
    Ok(reason.to_owned())
}

/// Begins a stop that the law puts up, in place of one of its kind: nothing of this debtor's is reminded, and the team
/// is told what comes next. Again the same changes nothing.
#[utoipa::path(post, path = "/debtors/{debtor}/legal-stop", tag = "stops", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewLegalStop, responses((status = 204, description = "It is in force")))]
pub async fn begin_legal_stop(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewLegalStop>,
) -> Result<StatusCode, Problem> {
    let channel = |contact: &ContactKind| match contact {
        ContactKind::Email => Channel::Email,
        ContactKind::Phone => Channel::Sms,
    };
    let since = new.since.unwrap_or_else(|| caller.today());
    let contacts = new.contacts.iter().map(channel).collect();
    let stop = CoreNew { kind: new.kind.into(), since, until: new.until, reason: reason_of(&new.reason)?, contacts };
    done(&caller, &state, &debtor, None, &Command::LegalStop(stop)).await
}

/// Ends a stop that the law put up; where there is none, nothing changes.
#[utoipa::path(delete, path = "/debtors/{debtor}/legal-stop", tag = "stops",
    params(("debtor" = String, Path, description = "The debtor's id"), Ended), responses((status = 204, description = "It stands no more")))]
pub async fn end_legal_stop(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(ended): Params<Ended>,
) -> Result<StatusCode, Problem> {
    let reason = reason_of(&ended.reason)?;
    let how = if ended.mistake == Some(Flag(true)) { LegalEnd::Mistaken { reason } } else { LegalEnd::Lifted { reason } };
    done(&caller, &state, &debtor, None, &Command::EndLegalStop(ended.kind.into(), how)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_what_comes_next_in_both_languages() {
        let texts: Vec<Text> = Core::ALL.into_iter().map(what_next).collect();
        for text in &texts {
            assert!(text.pl.ends_with('.') && text.en.ends_with('.'), "{text:?}");
            assert_eq!(texts.iter().filter(|other| other.pl == text.pl || other.en == text.en).count(), 1, "{text:?}");
        }
    }
}
