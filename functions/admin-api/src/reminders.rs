//! Reminders: what was said to whom on a day, how far it came, and its text with the link masked.

use axum::Json;
use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::domain::ids::DebtorId;
use upominek::domain::reminder::{self, ReminderId};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::cause::shown_if;
use crate::debtors::debtor_in_path;
use crate::dto::{Channel, ReminderState, Text, Tone};
use crate::extract::Params;
use crate::page::{Cursors, Limit, List};
use crate::problem::Problem;

/// Store pages that one request reads at the most while it looks for a rare state.
const PAGES_AT_ONCE: usize = 10;

/// Which reminders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfDay {
    /// The business day for which they were decided.
    pub day: NaiveDate,
    /// Only those in this state.
    #[param(inline)]
    pub state: Option<ReminderState>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Rows of a page, 1 to 100; 50 if not said. A page may be shorter although more follow.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Option<Limit>,
}

/// One invoice's part in a reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Line {
    /// The invoice.
    pub case: String,
    /// The step that it takes by this reminder.
    pub step: String,
}

/// One message to one debtor, and what became of it: a reminder, or a service message, which answers something that
/// the debtor did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reminder {
    /// Its id within the debtor.
    #[schema(example = "2026-11-23_email_PLN")]
    pub reminder: String,
    /// To whom.
    pub debtor: String,
    /// The business day for which it was decided.
    pub day: NaiveDate,
    /// By which way.
    pub channel: Channel,
    /// In which currency.
    pub currency: String,
    /// It is a service message: no reminder, and counted as none.
    pub service: bool,
    /// How far it has come.
    pub state: ReminderState,
    /// The strictest step among the lines; of a service message its kind: `fresh-link` or `receipt`.
    pub step: String,
    /// How it sounds.
    pub tone: Tone,
    /// The invoices that take a step by it.
    pub lines: Vec<Line>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// When it is looked at next: its send window, or the end of a wait. `null` once settled.
    pub check_at: Option<DateTime<Utc>>,
    /// How often a provider was asked to send it.
    pub attempts: u32,
    /// The provider's id of the message.
    pub message_id: Option<String>,
    /// Why it is cancelled, failed or ambiguous: `bounced`, `nothing_left` and so on, or as its provider wrote it.
    pub reason: Option<String>,
    /// The same for a person, where Upominek itself says it.
    pub reason_text: Option<Text>,
    /// When it was settled.
    pub settled_at: Option<DateTime<Utc>>,
}

/// What went out, with the pay link masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Message {
    /// Subject of an e-mail.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// Parts of an SMS.
    pub parts: Option<u8>,
    /// The contacts that it went to, by their ids, copies included; none for a task.
    pub contacts: Vec<String>,
}

/// A reminder with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReminderWithText {
    /// The reminder.
    #[serde(flatten)]
    pub reminder: Reminder,
    /// What was said; `null` until somebody began to send it.
    pub message: Option<Message>,
}

impl Reminder {
    fn new(debtor: &DebtorId, reminder: &reminder::Reminder) -> Self {
        let (reason, reason_text) = shown_if(reminder.reason.as_deref());
        let line = |line: &reminder::Line| Line { case: line.case.to_string(), step: line.step.clone() };
        Self {
            reminder: reminder.id.to_string(),
            debtor: debtor.to_string(),
            day: reminder.id.as_of,
            channel: reminder.id.channel.into(),
            currency: reminder.id.currency.to_string(),
            service: reminder.id.service.is_some(),
            state: reminder.state.into(),
            step: reminder.step.clone(),
            tone: reminder.tone.into(),
            lines: reminder.lines.iter().map(line).collect(),
            created_at: reminder.created_at,
            check_at: reminder.check_at,
            attempts: reminder.attempts,
            message_id: reminder.message_id.clone(),
            reason,
            reason_text,
            settled_at: reminder.settled_at,
        }
    }
}

/// Reminders of a day, by debtor.
#[utoipa::path(get, path = "/reminders", tag = "reminders", params(OfDay), responses((status = 200, body = List<Reminder>)))]
pub async fn list_reminders(caller: Caller, Params(query): Params<OfDay>) -> Result<Json<List<Reminder>>, Problem> {
    let list = format!("reminders {}", query.day);
    let cursors = Cursors::of(caller.store.creditor(), &list);
    let limit = query.limit.unwrap_or_default();
    let mut after = cursors.read(query.after.as_deref())?;
    let mut data: Vec<Reminder> = Vec::new();
    for _ in 0..PAGES_AT_ONCE {
        let room = limit.rows().saturating_sub(i32::try_from(data.len()).unwrap_or(i32::MAX));
        let page = caller.store.reminders(query.day, after.as_deref(), room).await?;
        let rows = page.rows.iter().map(|row| Reminder::new(&row.debtor, &row.reminder));
        data.extend(rows.filter(|row| query.state.is_none_or(|state| row.state == state)));
        after = page.next;
        if after.is_none() || data.len() >= limit.count() {
            break;
        }
    }
    Ok(Json(List { data, next: cursors.write(after) }))
}

/// A reminder with its text.
#[utoipa::path(get, path = "/reminders/{debtor}/{reminder}", tag = "reminders",
    params(("debtor" = String, Path, description = "The debtor's id"), ("reminder" = String, Path, description = "The reminder's id")),
    responses((status = 200, body = ReminderWithText)))]
pub async fn get_reminder(caller: Caller, Path((debtor, reminder)): Path<(String, String)>) -> Result<Json<ReminderWithText>, Problem> {
    let debtor = debtor_in_path(&debtor)?;
    let id = ReminderId::try_from(reminder).map_err(|_| Problem::not_found("reminder"))?;
    let found = caller.store.reminder_or_old(&debtor, &id).await?.ok_or_else(|| Problem::not_found("reminder"))?;
    let wording = caller.store.wording(&debtor, &id).await?;
    let message = wording.map(|wording| Message {
        subject: wording.subject,
        text: wording.text,
        parts: wording.parts,
        contacts: wording.contacts.iter().map(ToString::to_string).collect(),
    });
    Ok(Json(ReminderWithText { reminder: Reminder::new(&debtor, &found), message }))
}
