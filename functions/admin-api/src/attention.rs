//! What waits for a person. Dealing with it means taking it off the list; nothing else changes.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use upominek::adapters::dynamodb::AttentionItem;
use upominek::domain::debtor_word::DebtorWord;
use upominek::domain::handle::Attention as Core;
use upominek::domain::ids::CaseId;
use upominek::domain::policy::Channel;
use upominek::domain::stops::PromiseEnd;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::cause::shown;
use crate::debtors::Paging;
use crate::dto::{Amount, ReminderState, Text, Warning};
use crate::extract::Params;
use crate::legal;
use crate::page::{Cursors, List};
use crate::problem::Problem;

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attention {
    /// Its id.
    pub id: String,
    /// What: `unreachable`, `warnings`, `overpaid`, `odd_payment`, `odd_refund`, `promise_not_kept`,
    /// `missing_rate`, `disputed`, `debtor_said`, `payment_not_come`, `plan_broken`, `legal_stop`, `not_approved`, `first_run_guarded`,
    /// `list_not_mailed` or `reminder`.
    #[schema(example = "unreachable")]
    pub kind: &'static str,
    /// The debtor, payment or event that it is about.
    pub about: String,
    /// Since when.
    pub since_at: DateTime<Utc>,
    /// The same for a person.
    pub text: Text,
    /// The invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// What was odd about the invoice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The payment, refund, credit note or invoice that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking: Option<String>,
    /// How much came beyond what was owed, or is missing of an instalment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// The reminder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<String>,
    /// How far the reminder came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ReminderState>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same for a person, where Upominek itself says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_text: Option<Text>,
}

impl From<&AttentionItem> for Attention {
    fn from(item: &AttentionItem) -> Self {
        let (kind, text) = what(&item.attention);
        let bare = Self {
            id: URL_SAFE_NO_PAD.encode(&item.id),
            kind,
            about: item.about.clone(),
            since_at: item.at,
            text,
            case: None,
            warnings: Vec::new(),
            booking: None,
            amount: None,
            reminder: None,
            state: None,
            reason: None,
            reason_text: None,
        };
        match &item.attention {
            Core::Unreachable | Core::LegalStop { .. } => bare,
            Core::DebtorSaid { word: DebtorWord::Instalments { note, .. } } if !note.is_empty() => {
                Self { reason: Some(note.clone()), ..bare }
            }
            Core::DebtorSaid { word: DebtorWord::Promised { case, .. } | DebtorWord::Paid { case, .. } } => {
                Self { case: case.as_ref().map(ToString::to_string), ..bare }
            }
            Core::DebtorSaid { .. } => bare,
            Core::Warnings { case, warnings } => {
                Self { case: Some(case.to_string()), warnings: warnings.iter().copied().map(Into::into).collect(), ..bare }
            }
            Core::PlanBroken { missing_minor, currency, .. } => Self { amount: Some(Amount::new(*missing_minor, *currency)), ..bare },
            Core::Overpaid { by, amount_minor, currency } => {
                Self { booking: Some(by.clone()), amount: Some(Amount::new(*amount_minor, *currency)), ..bare }
            }
            Core::OddPayment { payment, why } => {
                let (reason, reason_text) = shown(why);
                Self { booking: Some(payment.clone()), reason: Some(reason), reason_text, ..bare }
            }
            Core::PromiseNotKept { case, .. } | Core::Disputed { case } | Core::PaymentNotCome { case } => {
                Self { case: Some(case.to_string()), ..bare }
            }
            Core::MissingRate { case, table, day } => {
                Self { case: Some(case.to_string()), reason: Some(format!("{table}: {day}")), ..bare }
            }
            Core::OddRefund { refund } => Self { booking: Some(refund.clone()), ..bare },
            Core::NotApproved { .. } | Core::FirstRunGuarded => bare,
            Core::ListNotMailed { reason, .. } => {
                let (reason, reason_text) = shown(reason);
                Self { reason: Some(reason), reason_text, ..bare }
            }
            Core::Reminder { reminder, state, reason } => {
                let (reason, reason_text) = shown(reason);
                let reason = Some(reason);
                Self { reminder: Some(reminder.to_string()), state: Some((*state).into()), reason, reason_text, ..bare }
            }
        }
    }
}

fn what(attention: &Core) -> (&'static str, Text) {
    match attention {
        Core::Unreachable => (
            "unreachable",
            Text::new(
                "Z dłużnikiem nie ma kontaktu: ani e-mail, ani telefon nie działa.",
                "Nobody can be reached: neither e-mail nor phone works.",
            ),
        ),
        Core::Warnings { case, .. } => {
            ("warnings", Text::new(format!("Faktura {case} przyszła z nietypowymi danymi."), format!("Invoice {case} came with odd data.")))
        }
        Core::Overpaid { amount_minor, currency, .. } => {
            let much = format!("{} {currency}", currency.decimal(*amount_minor));
            ("overpaid", Text::new(format!("Wpłynęło o {much} za dużo."), format!("{much} more came than was owed.")))
        }
        Core::OddPayment { payment, .. } => (
            "odd_payment",
            Text::new(
                format!("Wpłata {payment} nie pasuje do tego, czego oczekiwano."),
                format!("Payment {payment} does not fit what was expected."),
            ),
        ),
        Core::PromiseNotKept { case, how: PromiseEnd::PartKept } => (
            "promise_not_kept",
            Text::new(
                format!("Dłużnik zapłacił tylko część tego, co obiecał za fakturę {case}."),
                format!("The debtor paid only a part of what was promised for invoice {case}."),
            ),
        ),
        Core::PromiseNotKept { case, .. } => (
            "promise_not_kept",
            Text::new(
                format!("Dłużnik nie zapłacił faktury {case}, choć to obiecał."),
                format!("The debtor did not pay invoice {case} as promised."),
            ),
        ),
        Core::Disputed { case } => {
            ("disputed", Text::new(format!("Dłużnik kwestionuje fakturę {case}."), format!("The debtor disputes invoice {case}.")))
        }
        Core::DebtorSaid { word } => ("debtor_said", said_by_debtor(word)),
        Core::PlanBroken { on, missing_minor, currency } => {
            let much = format!("{} {currency}", currency.decimal(*missing_minor));
            (
                "plan_broken",
                Text::new(
                    format!("Plan ratalny zerwany: z raty na {} brakuje {much}.", on.format("%d.%m.%Y")),
                    format!("The instalment plan is broken: {much} of the instalment of {} is missing.", on.format("%-d %B %Y")),
                ),
            )
        }
        Core::PaymentNotCome { case } => (
            "payment_not_come",
            Text::new(
                format!("Wpłata za fakturę {case}, która miała być w drodze, nie przyszła."),
                format!("The payment of invoice {case} that was under way did not come."),
            ),
        ),
        Core::LegalStop { stop } => ("legal_stop", legal::what_next(*stop)),
        Core::MissingRate { case, table, day } => (
            "missing_rate",
            Text::new(
                format!(
                    "Odsetek lub rekompensaty za fakturę {case} nie da się policzyć: tabela {table} nie ma stawki na dzień {day}. Trzeba ją dopisać w ustawieniach."
                ),
                format!(
                    "Interest or compensation on invoice {case} cannot be calculated: the table {table} has no rate for {day}. Add it to the settings."
                ),
            ),
        ),
        Core::OddRefund { refund } => {
            ("odd_refund", Text::new(format!("Zwrot {refund} nie pasuje do żadnej wpłaty."), format!("Refund {refund} fits no payment.")))
        }
        Core::NotApproved { on } => (
            "not_approved",
            Text::new(
                format!("Nikt nie zatwierdził części wiadomości na {on}; nie wyszły, a kolejna noc zdecyduje od nowa."),
                format!("Nobody approved some messages of {on}; they did not go, and the next night decides anew."),
            ),
        ),
        Core::FirstRunGuarded => (
            "first_run_guarded",
            Text::new(
                "Przyszły faktury dawno po terminie; czekają, aż w ustawieniu first_run zostanie wybrane, od czego zacząć.",
                "Invoices came long overdue; they wait until the setting first_run says how to begin.",
            ),
        ),
        Core::ListNotMailed { on, .. } => (
            "list_not_mailed",
            Text::new(
                format!("Lista na {on} nie wyszła pocztą albo nie wiadomo, czy wyszła."),
                format!("The list of {on} was not mailed, or nobody knows whether it was."),
            ),
        ),
        Core::Reminder { reminder, .. } if reminder.service.is_some() => (
            "reminder",
            Text::new(
                format!("Wiadomość {reminder}, na którą ktoś czeka, nie wyszła albo nie wiadomo, czy wyszła."),
                format!("Message {reminder}, which somebody waits for, failed, or nobody knows whether it went."),
            ),
        ),
        Core::Reminder { reminder, .. } => (
            "reminder",
            Text::new(
                format!("Przypomnienie {reminder} nie wyszło albo nie wiadomo, czy wyszło."),
                format!("Reminder {reminder} failed, or nobody knows whether it went."),
            ),
        ),
    }
}

/// For one invoice, in Polish and in English; nothing where all are meant.
fn of_one(case: Option<&CaseId>) -> (String, String) {
    case.map_or_else(Default::default, |case| (format!(" za fakturę {case}"), format!(" for invoice {case}")))
}

fn said_by_debtor(word: &DebtorWord) -> Text {
    match word {
        DebtorWord::Promised { pay_on, case } => {
            let (za, of) = of_one(case.as_ref());
            Text::new(
                format!("Dłużnik obiecał na stronie zapłatę{za} do {}.", pay_on.format("%d.%m.%Y")),
                format!("The debtor promised on the page to pay{of} by {}.", pay_on.format("%-d %B %Y")),
            )
        }
        DebtorWord::Paid { paid_on, case, .. } => {
            let (za, of) = of_one(case.as_ref());
            Text::new(
                format!("Dłużnik napisał na stronie, że zapłacił{za} {}.", paid_on.format("%d.%m.%Y")),
                format!("The debtor says on the page to have paid{of} on {}.", paid_on.format("%-d %B %Y")),
            )
        }
        DebtorWord::Instalments { parts, .. } => Text::new(
            format!("Dłużnik prosi o raty: {parts}. Milczymy przez kilka dni; plan rat albo odpowiedź to kończy."),
            format!("The debtor asks for {parts} instalments. Nothing is said for a few days; a plan, or an answer, ends that."),
        ),
        DebtorWord::NoMore { channel: Channel::Sms } => Text::new(
            "Dłużnik nie chce więcej SMS-ów; kolejne wiadomości pójdą e-mailem. Pisma formalne nadal można wysyłać.",
            "The debtor wants no more SMS; further messages go by e-mail. Formal letters may still be sent.",
        ),
        DebtorWord::NoMore { .. } => Text::new(
            "Dłużnik nie chce więcej e-maili; kolejne wiadomości pójdą SMS-em. Pisma formalne nadal można wysyłać.",
            "The debtor wants no more e-mail; further messages go by SMS. Formal letters may still be sent.",
        ),
        DebtorWord::NoFreshLink => Text::new(
            "Ktoś prosi o nowy link do płatności, ale nie możemy go wysłać: nie ma adresu ani numeru, na który wolno pisać, albo nie pozwala na to prawo.",
            "Somebody asks for a fresh pay link, and none can be sent: there is no address or number that may be written to, or the law stops us.",
        ),
    }
}

/// What waits for a person.
#[utoipa::path(get, path = "/attention", tag = "attention", params(Paging), responses((status = 200, body = List<Attention>)))]
pub async fn list_attention(caller: Caller, Params(paging): Params<Paging>) -> Result<Json<List<Attention>>, Problem> {
    let cursors = Cursors::of(caller.store.creditor(), "attention");
    let after = cursors.read(paging.after.as_deref())?;
    let page = caller.store.attention(after.as_deref(), paging.limit.unwrap_or_default().rows()).await?;
    Ok(Json(List { data: page.rows.iter().map(Attention::from).collect(), next: cursors.write(page.next) }))
}

/// A person has dealt with it. Again changes nothing.
#[utoipa::path(delete, path = "/attention/{id}", tag = "attention", params(("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is off the list")))]
pub async fn attended(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(&id).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let id = bytes.filter(|id| !id.is_empty()).ok_or_else(|| Problem::not_found("matter"))?;
    caller.store.attended(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
