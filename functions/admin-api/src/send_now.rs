//! A step that a person sends now, and what it would say.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use upominek::app::dispatch::look::{Look, Saying, look};
use upominek::domain::handle::Command;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::cause;
use crate::commands::{done, said};
use crate::debtors::debtor_in_path;
use crate::dto::Text;
use crate::extract::Json as Body;
use crate::invoices::case_id;
use crate::list::Message;
use crate::problem::Problem;
use crate::reason::reason;
use crate::state::State;

/// What is to be sent now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendNow {
    /// Only this invoice (`source:id`), with the others of its instalment plan; else all past their day
    /// to pay, or, where none is, all that are open.
    pub case: Option<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
    /// `true`: what would be said, and to whom; nothing is written or sent.
    #[serde(default)]
    pub dry: bool,
}

/// A message that would go.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageNow {
    /// Its lines.
    #[serde(flatten)]
    pub message: Message,
    /// Whom it reaches: addresses, or a number.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub copies: Vec<String>,
    /// Its subject, for an e-mail.
    pub subject: Option<String>,
    /// Its text, with the pay link masked; `null` where it would not go.
    pub text: Option<String>,
    /// Why it would not go: `nothing_left`, `no_address` and so on.
    pub not_sent: Option<&'static str>,
    /// The same for a person.
    pub not_sent_text: Option<Text>,
}

/// What would be said now.
#[derive(Debug, Serialize, ToSchema)]
pub struct WouldSay {
    /// The messages of today that would wait for their send window, or do already.
    pub data: Vec<MessageNow>,
}

impl MessageNow {
    fn new(saying: Saying) -> Self {
        let Saying { message, to, copies, words } = saying;
        let message = Message::new(&message);
        match words {
            Ok(words) => Self { message, to, copies, subject: words.subject, text: Some(words.text), not_sent: None, not_sent_text: None },
            Err(why) => {
                Self { message, to, copies, subject: None, text: None, not_sent: Some(why.name()), not_sent_text: Some(cause::text(why)) }
            }
        }
    }
}

/// Lets the next step go at the next open moment of today's send window, although its day or the gap has
/// not come. What already goes today is not sent twice. Of an invoice under an instalment plan the
/// instalment is reminded, from the day on which it is announced until its own. Where approval is
/// required, this is one: lines of today that wait for it may go.
#[utoipa::path(post, path = "/debtors/{debtor}/send-now", tag = "course", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = SendNow, responses((status = 204, description = "It goes today"),
        (status = 200, description = "`dry`: what would be said; nothing was written", body = WouldSay)))]
pub async fn send_now(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(what): Body<SendNow>,
) -> Result<Response, Problem> {
    let case = what.case.map(|case| case_id("case", case)).transpose()?;
    let reason = reason(&what.reason)?;
    let command = Command::SendNow { case: case.clone(), reason };
    if !what.dry {
        return done(&caller, &state, &debtor, case.as_ref(), &command).await.map(IntoResponse::into_response);
    }
    let debtor = debtor_in_path(&debtor)?;
    match look(&caller.store, &debtor, case.as_ref(), &command, &state.base_url, caller.setting()).await? {
        Look::Says(says) => Ok((StatusCode::OK, Json(WouldSay { data: says.into_iter().map(MessageNow::new).collect() })).into_response()),
        Look::NoAccount => Err(Problem::not_found("debtor")),
        Look::Refused(refused) => {
            said(refused, case.as_ref())?;
            Ok((StatusCode::OK, Json(WouldSay { data: Vec::new() })).into_response())
        }
    }
}
