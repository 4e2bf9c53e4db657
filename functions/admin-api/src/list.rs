//! The list of a day: what goes to whom, before its night and after it; and what a person says of its
//! lines: approve, skip, move to another channel, or take that back.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::{HeaderName, StatusCode, header};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::app::apply::{Applied, apply};
use upominek::app::list::{ListPage, ReadFrom, begin, page};
use upominek::domain::climb::Climber;
use upominek::domain::handle::{Command, Word};
use upominek::domain::ids::{CaseId, DebtorId, base32};
use upominek::domain::instruction::{Act, MOST_DAYS_AHEAD, Seen};
use upominek::domain::list::{ListLine, ListMessage, Silent as CoreSilent, Standing};
use upominek::domain::money::Currency;
use upominek::ports::outside::Chance;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::{done, queue_what_follows};
use crate::decision::Decision;
use crate::dto::{Amount, Channel, ReminderState, Tone};
use crate::evaluations::Begun;
use crate::extract::{Json as Body, Params};
use crate::invoices::case_id;
use crate::page::{Cursors, Limit};
use crate::problem::Problem;
use crate::state::State;
use crate::time_line::Said;

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `next` of the page before.
    pub after: Option<String>,
    /// Messages of a page, 1 to 100; 50 if not said. Before the night a page may be longer.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Option<Limit>,
    /// `true`: also the invoices that hear nothing, with their reason. After the night only those of
    /// debtors who hear something.
    pub silent: Option<String>,
}

/// What the list is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ListSource)]
pub enum From {
    /// Nobody has made it yet: `POST` makes it.
    Nothing,
    /// A dry run; each line is decided once more as it is shown.
    DryRun,
    /// The night of the day.
    Night,
}

/// Whether a line waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineApproval {
    /// Nobody has to look at it.
    NotNeeded,
    /// It does not go before somebody approved it.
    Awaited,
    /// It may go.
    Approved,
}

/// One invoice's part in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ListLine)]
pub struct Line {
    /// The invoice.
    pub case: String,
    /// Its number; `null` once it is closed.
    pub number: Option<String>,
    /// The step.
    pub step: String,
    /// What it asks for.
    pub amount: Amount,
    /// Whether it waits for a person.
    pub approval: LineApproval,
    /// What a person said of it for this day.
    pub instruction: Option<Said>,
    /// Changes with what a person looks at; hand it on to approve this line and nothing else.
    pub version: String,
}

/// One message to a debtor, or one task of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ListMessage)]
pub struct Message {
    /// To whom.
    pub debtor: String,
    /// The debtor's name.
    pub name: String,
    /// The reminder that carries it, or will.
    pub reminder: String,
    /// By which way.
    pub channel: Channel,
    /// The strictest step among the lines.
    pub step: String,
    /// How it sounds.
    pub tone: Tone,
    /// What the lines ask for together.
    pub amount: Amount,
    /// How far it has come; `null` before its night.
    pub state: Option<ReminderState>,
    /// When it is looked at next: its send window's opening, or its close while it awaits approval.
    pub check_at: Option<DateTime<Utc>>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// An invoice that hears nothing on the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SilentInvoice)]
pub struct Silent {
    /// The debtor.
    pub debtor: String,
    /// The invoice.
    pub case: String,
    /// Its number.
    pub number: String,
    /// Why.
    #[serde(flatten)]
    pub decision: Decision,
}

/// A page of the list of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DayList)]
pub struct Listed {
    /// The business day.
    pub day: NaiveDate,
    /// What it is read from.
    pub from: From,
    /// The run that it is read from.
    pub run: Option<String>,
    /// Whether that run is complete; until then lines may be missing.
    pub complete: bool,
    /// Changes with every line of this page: hand it on, with the same `after` and `limit`, to approve the page.
    pub version: String,
    /// The messages, by debtor.
    pub data: Vec<Message>,
    /// Where the next page begins: hand it on as `after`. `null` at the end.
    pub next: Option<String>,
    /// Invoices that hear nothing, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent: Option<Vec<Silent>>,
}

/// A line, named.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenLine {
    /// The debtor.
    pub debtor: String,
    /// The invoice (`source:id`).
    pub case: String,
    /// The line's `version` as the list showed it.
    pub version: String,
}

/// What is approved: a page of the list as it was shown, or lines of one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The page's `version`: every line of that page.
    pub version: Option<String>,
    /// Only these lines of that page; else all.
    pub lines: Option<Vec<SeenLine>>,
    /// The page's own `after`, if it had one.
    pub after: Option<String>,
    /// The page's own `limit`, if it had one.
    pub limit: Option<u16>,
}

/// What was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApprovedLines {
    /// How many lines may go.
    pub approved: usize,
    /// Invoices whose line was not approved, since it changed, has gone, or hears nothing any more.
    pub changed: Vec<String>,
}

/// A line to skip.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkippedLine {
    /// The debtor.
    pub debtor: String,
    /// The invoice (`source:id`).
    pub case: String,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// A line to move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovedLine {
    /// The debtor.
    pub debtor: String,
    /// The invoice (`source:id`).
    pub case: String,
    /// By which way it is to go.
    pub channel: Channel,
}

/// Which line.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfLine {
    /// The debtor.
    pub debtor: String,
    /// The invoice (`source:id`).
    pub case: String,
}

impl Line {
    fn new(line: &ListLine, currency: Currency) -> Self {
        Self {
            case: line.case.to_string(),
            number: line.number.clone(),
            step: line.seen.step.clone(),
            amount: Amount::new(line.seen.net_minor, currency),
            approval: match line.standing {
                Standing::NotNeeded => LineApproval::NotNeeded,
                Standing::Awaited => LineApproval::Awaited,
                Standing::Approved => LineApproval::Approved,
            },
            instruction: line.said.as_ref().map(|act| match act {
                Act::Approve => Said::Approve,
                Act::Skip { .. } => Said::Skip,
                Act::By { .. } => Said::Move,
            }),
            version: line.version.clone(),
        }
    }
}

impl Message {
    /// As the core shows it.
    pub fn new(message: &ListMessage) -> Self {
        let currency = message.reminder.currency;
        Self {
            debtor: message.debtor.to_string(),
            name: message.name.clone(),
            reminder: message.reminder.to_string(),
            channel: message.reminder.channel.into(),
            step: message.step.clone(),
            tone: message.tone.into(),
            amount: Amount::new(message.sum_minor(), currency),
            state: message.state.map(Into::into),
            check_at: message.check_at,
            lines: message.lines.iter().map(|line| Line::new(line, currency)).collect(),
        }
    }
}

impl Silent {
    fn new(silent: &CoreSilent) -> Self {
        let decision = Decision::from(&silent.decision);
        Self { debtor: silent.debtor.to_string(), case: silent.case.to_string(), number: silent.number.clone(), decision }
    }
}

fn day_in_path(day: &str) -> Result<NaiveDate, Problem> {
    day.parse().map_err(|_| Problem::field("day", "is no day", "a day such as 2026-11-24"))
}

async fn read(caller: &Caller, day: NaiveDate, after: Option<&str>, limit: Limit) -> Result<ListPage, Problem> {
    let list = format!("list {day}");
    let after = Cursors::of(caller.store.creditor(), &list).read(after)?;
    Ok(page(&caller.store, day, after.as_deref(), limit.count(), caller.setting()).await?)
}

/// The list of a day, by debtor: from a dry run before its night, from its reminders afterwards.
#[utoipa::path(get, path = "/list/{day}", tag = "list", params(("day" = String, Path, description = "The business day"), Which),
    responses((status = 200, body = Listed)))]
pub async fn get_list(caller: Caller, Path(day): Path<String>, Params(which): Params<Which>) -> Result<Json<Listed>, Problem> {
    let day = day_in_path(&day)?;
    let silent = match which.silent.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::field("silent", "is neither true nor false", "true or false")),
    };
    let found = read(&caller, day, which.after.as_deref(), which.limit.unwrap_or_default()).await?;
    let (from, run) = match &found.from {
        ReadFrom::Nothing => (From::Nothing, None),
        ReadFrom::Dry(run) => (From::DryRun, Some(run)),
        ReadFrom::Night(run) => (From::Night, Some(run)),
    };
    let list = format!("list {day}");
    Ok(Json(Listed {
        day,
        from,
        run: run.map(|run| run.id.clone()),
        complete: run.is_some_and(upominek::ports::store::Run::is_complete),
        version: found.version,
        data: found.messages.iter().map(Message::new).collect(),
        next: Cursors::of(caller.store.creditor(), &list).write(found.next),
        silent: silent.then(|| found.silent.iter().map(Silent::new).collect()),
    }))
}

/// Makes the list of a day that has not been evaluated, or makes it anew: a dry run.
#[utoipa::path(post, path = "/list/{day}", tag = "list", params(("day" = String, Path, description = "The business day: today, or up to 31 days ahead; the nights between are played as if nothing came in and all went out")),
    responses((status = 202, body = Begun, headers(("Location" = String, description = "The list")))))]
pub async fn make_list(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(day): Path<String>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Begun>), Problem> {
    let day = day_in_path(&day)?;
    let (first, last) = (caller.today(), caller.today() + Days::new(MOST_DAYS_AHEAD));
    if day < first || day > last {
        return Err(Problem::field("day", "is over, or too far ahead", format!("{first} to {last}")));
    }
    let chance = state.clock.ten_bytes()?;
    let id = format!("list-{day}-{}", base32(&chance[..5]));
    let run = begin(&caller.store, &state.queues, &id, day, caller.setting()).await?;
    let href = state.href(&format!("/list/{day}"));
    let begun = Begun { href: state.href(&format!("/runs/{}", run.id)), run: run.id, as_of: day, dry: true };
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, href)], Json(begun)))
}

/// Approves a page of the list as it was shown, or lines of it. What changed since is not approved.
#[utoipa::path(post, path = "/list/{day}/approve", tag = "list", params(("day" = String, Path, description = "The business day")),
    request_body = Approval, responses((status = 200, body = ApprovedLines)))]
pub async fn approve(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(day): Path<String>,
    Body(approval): Body<Approval>,
) -> Result<Json<ApprovedLines>, Problem> {
    let day = day_in_path(&day)?;
    let limit = approval.limit.map(|limit| Limit::try_from(limit.to_string())).transpose();
    let limit = limit.map_err(|problem| Problem::field("limit", problem, "1 to 100"))?.unwrap_or_default();
    if approval.version.is_none() && approval.lines.is_none() {
        return Err(Problem::field("version", "is missing", "the version of the page, or lines with theirs"));
    }
    let found = read(&caller, day, approval.after.as_deref(), limit).await?;
    if approval.version.as_ref().is_some_and(|version| *version != found.version) {
        return Err(Problem::new(StatusCode::CONFLICT, "the list changed since it was shown; look at it again"));
    }
    let mut changed: Vec<String> = Vec::new();
    let mut chosen: Vec<(DebtorId, Vec<(CaseId, Seen)>)> = Vec::new();
    let wanted = |message: &ListMessage, line: &ListLine| match &approval.lines {
        None => true,
        Some(lines) => lines.iter().any(|seen| {
            (seen.debtor.as_str(), seen.case.as_str(), seen.version.as_str())
                == (message.debtor.as_str(), line.case.to_string().as_str(), line.version.as_str())
        }),
    };
    for message in &found.messages {
        for line in message.lines.iter().filter(|line| wanted(message, line)) {
            let one = (line.case.clone(), line.seen.clone());
            match chosen.last_mut().filter(|(debtor, _)| *debtor == message.debtor) {
                Some((_, lines)) => lines.push(one),
                None => chosen.push((message.debtor.clone(), vec![one])),
            }
        }
    }
    let named = approval.lines.iter().flatten().map(|line| line.case.clone());
    let is_chosen = |case: &String| chosen.iter().flat_map(|(_, lines)| lines).any(|(id, _)| id.to_string() == *case);
    changed.extend(named.filter(|case| !is_chosen(case)));
    let mut approved = 0;
    for (debtor, lines) in chosen {
        let refused = approve_of(&caller, &state, &debtor, day, &lines).await?;
        approved += lines.len() - refused.len();
        changed.extend(refused);
    }
    Ok(Json(ApprovedLines { approved, changed }))
}

/// Approves lines of one debtor; returns those that were not.
async fn approve_of(
    caller: &Caller,
    state: &State,
    debtor: &DebtorId,
    day: NaiveDate,
    lines: &[(CaseId, Seen)],
) -> Result<Vec<String>, Problem> {
    let command = Command::ApproveLines { on: day, lines: lines.to_vec() };
    let account = match apply(&caller.store, &state.clock, debtor, None, &command, &[], caller.setting()).await? {
        Applied::Done(outcome) => {
            queue_what_follows(caller, state, &outcome).await?;
            Some(outcome.account)
        }
        // Approved before, or nothing to approve: the account tells which.
        Applied::Refused(_) => upominek::ports::store::Accounts::load(&caller.store, debtor, None).await?,
        Applied::NoAccount => None,
    };
    let lets_go = |(id, seen): &&(CaseId, Seen)| {
        let found = account.as_ref().and_then(|account| account.case(id));
        let word = found.and_then(|case| Some((case, case.instruction(day)?)));
        let ladder = |case| account.as_ref().map(|account| caller.settings.ladder(Climber::of(&account.profile, case, seen.net_minor)));
        !word.is_some_and(|(case, word)| ladder(case).is_some_and(|ladder| word.approves(&seen.step, seen.net_minor, ladder)))
    };
    Ok(lines.iter().filter(lets_go).map(|(id, _)| id.to_string()).collect())
}

/// Skips a line of a day: its invoice hears nothing then, and is decided anew the next day.
#[utoipa::path(post, path = "/list/{day}/skip", tag = "list", params(("day" = String, Path, description = "The business day")),
    request_body = SkippedLine, responses((status = 204, description = "It does not go on that day")))]
pub async fn skip(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(day): Path<String>,
    Body(line): Body<SkippedLine>,
) -> Result<StatusCode, Problem> {
    let on = day_in_path(&day)?;
    let case = case_id("case", line.case)?;
    let note = line.reason.trim().to_owned();
    if !(1..=500).contains(&note.chars().count()) {
        return Err(Problem::field("reason", "is empty or too long", "1 to 500 characters"));
    }
    let command = Command::Instruct { case: case.clone(), on, word: Word::Skip { note } };
    done(&caller, &state, &line.debtor, Some(&case), &command).await
}

/// Moves a line of a day to another channel, which approves it, too.
#[utoipa::path(post, path = "/list/{day}/move", tag = "list", params(("day" = String, Path, description = "The business day")),
    request_body = MovedLine, responses((status = 204, description = "It goes by that channel")))]
pub async fn move_line(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(day): Path<String>,
    Body(line): Body<MovedLine>,
) -> Result<StatusCode, Problem> {
    let on = day_in_path(&day)?;
    let case = case_id("case", line.case)?;
    let command = Command::Instruct { case: case.clone(), on, word: Word::By { channel: line.channel.into() } };
    done(&caller, &state, &line.debtor, Some(&case), &command).await
}

/// Takes back what was said of a line; where nothing was, nothing changes.
#[utoipa::path(delete, path = "/list/{day}/instruction", tag = "list", params(("day" = String, Path, description = "The business day"), OfLine),
    responses((status = 204, description = "Nothing is said of it any more")))]
pub async fn withdraw(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(day): Path<String>,
    Params(line): Params<OfLine>,
) -> Result<StatusCode, Problem> {
    let on = day_in_path(&day)?;
    let case = case_id("case", line.case)?;
    done(&caller, &state, &line.debtor, Some(&case), &Command::WithdrawInstruction { case: case.clone(), on }).await
}
