//! The list of a day: read from the account as it is now, so that what is approved is what is there.
//!
//! Before its night, a dry run says whom to look at, and each of them is decided once more by the code
//! of the night. After it, the day's reminders are the list.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};

use super::AppError;
use super::apply::Setting;
use super::night::{NewRun, begin_run, night_id};
use crate::domain::account::Account;
use crate::domain::ahead;
use crate::domain::cause::Cause;
use crate::domain::decide::Decision;
use crate::domain::handle::Attention;
use crate::domain::ids::DebtorId;
use crate::domain::list::{ListMessage, Silent, message, planned, version_of};
use crate::domain::reminder::ReminderId;
use crate::domain::window::{instant, local_day};
use crate::ports::list::{ListMail, Lists, MailState, Part};
use crate::ports::outside::{Work, WorkQueue};
use crate::ports::store::{Accounts, Attentions, PlanLine, Purpose, Run, Runs};

/// How long a dry run may take before what is left of it is asked for again.
const PATIENCE: Duration = Duration::minutes(30);

/// What a list is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadFrom {
    /// Nobody has made it yet.
    Nothing,
    /// A dry run.
    Dry(Run),
    /// The night of the day.
    Night(Run),
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// What it is read from.
    pub from: ReadFrom,
    /// The messages, by debtor.
    pub messages: Vec<ListMessage>,
    /// Invoices that hear nothing: before the night of all who were looked at, after it of those who
    /// hear something.
    pub silent: Vec<Silent>,
    /// Changes with every line of the page.
    pub version: String,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
}

/// What a list is read from.
pub async fn source(store: &(impl Lists + Runs), day: NaiveDate) -> Result<ReadFrom, AppError> {
    if let Some(night) = store.run(&night_id(day)).await? {
        return Ok(ReadFrom::Night(night));
    }
    let Some(run) = store.pointed(day).await? else { return Ok(ReadFrom::Nothing) };
    Ok(store.run(&run).await?.map_or(ReadFrom::Nothing, ReadFrom::Dry))
}

/// A page of the list of a day, with at least `enough` messages if there are so many left; before the
/// night it may be longer by what one page of the dry run holds.
pub async fn page(
    store: &(impl Accounts + Lists + Runs),
    day: NaiveDate,
    after: Option<&str>,
    enough: usize,
    setting: Setting<'_>,
) -> Result<ListPage, AppError> {
    let from = source(store, day).await?;
    let (messages, silent, next) = match &from {
        ReadFrom::Nothing => (Vec::new(), Vec::new(), None),
        ReadFrom::Night(_) => of_night(store, day, after, enough, setting).await?,
        ReadFrom::Dry(run) => of_dry_run(store, run, after, enough, setting).await?,
    };
    let version = version_of(&messages);
    Ok(ListPage { from, messages, silent, version, next })
}

type Rows = (Vec<ListMessage>, Vec<Silent>, Option<String>);

async fn of_night(
    store: &(impl Accounts + Lists),
    day: NaiveDate,
    after: Option<&str>,
    enough: usize,
    setting: Setting<'_>,
) -> Result<Rows, AppError> {
    let limit = i32::try_from(enough).unwrap_or(i32::MAX);
    let Part { rows, next } = store.reminders_of(day, after, limit).await?;
    let (mut messages, mut silent) = (Vec::new(), Vec::new());
    let mut last = None;
    // A service message is nobody's to approve, and stands in no list.
    for (debtor, reminder) in rows.into_iter().filter(|(_, reminder)| reminder.id.service.is_none()) {
        // Reminders come by debtor.
        if last.as_ref().is_none_or(|(known, _)| *known != debtor) {
            let Some(account) = store.load(&debtor, None).await? else { continue };
            silent.extend(silent_of(&account));
            last = Some((debtor, account));
        }
        let Some((_, account)) = &last else { continue };
        // The account's own copy is read consistently; the day's list may lag behind it.
        let newest = account.reminders.iter().find(|known| known.id == reminder.id).unwrap_or(&reminder);
        messages.push(message(account, newest, setting.settings, false));
    }
    Ok((messages, silent, next))
}

async fn of_dry_run(
    store: &(impl Accounts + Lists),
    run: &Run,
    after: Option<&str>,
    enough: usize,
    setting: Setting<'_>,
) -> Result<Rows, AppError> {
    let (mut messages, mut silent) = (Vec::new(), Vec::new());
    let mut after = after.map(str::to_owned);
    loop {
        let Part { rows, next } = store.plan_of(&run.id, after.as_deref(), 1).await?;
        for (debtor, room) in by_debtor(&rows) {
            let Some(account) = store.load(&debtor, None).await? else { continue };
            let most = setting.settings.run_cap.map(|_| room);
            let Ok(outcome) = ahead::night(&account, run.as_of, most, &setting.context()) else { continue };
            messages.extend(planned(&outcome.account, run.as_of, setting.settings));
            silent.extend(silent_of(&outcome.account));
        }
        if next.is_none() || messages.len() >= enough {
            return Ok((messages, silent, next));
        }
        after = next;
    }
}

/// The debtors of a plan, each with the number of messages that the dry run gave it.
fn by_debtor(rows: &[PlanLine]) -> BTreeMap<DebtorId, u32> {
    let mut seen: BTreeMap<DebtorId, Vec<&ReminderId>> = BTreeMap::new();
    for row in rows {
        let known = seen.entry(row.debtor.clone()).or_default();
        if let Decision::Step { reminder, .. } = &row.decision
            && !reminder.channel.is_for_team()
            && !known.contains(&reminder)
        {
            known.push(reminder);
        }
    }
    seen.into_iter().map(|(debtor, known)| (debtor, u32::try_from(known.len()).unwrap_or(u32::MAX))).collect()
}

fn silent_of(account: &Account) -> impl Iterator<Item = Silent> {
    account.open_cases().into_iter().filter_map(|case| {
        let (_, decision) = case.decision.as_ref().filter(|(_, decision)| matches!(decision, Decision::Skip { .. }))?;
        let debtor = account.profile.debtor.clone();
        Some(Silent { debtor, case: case.id.clone(), number: case.number.clone(), decision: decision.clone() })
    })
}

/// The next day after `day` on which something may go.
pub fn next_day(setting: Setting<'_>, day: NaiveDate) -> NaiveDate {
    setting.settings.calendar().roll_forward(day.succ_opt().unwrap_or(day))
}

/// What an evening did about the list of the next working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evening {
    /// It is not time, nobody wants it, or it is done.
    Nothing,
    /// The dry run began, or what was left of it began again.
    Begun,
    /// It is complete: the mail is asked for.
    Asked,
    /// Whoever sent the mail stopped on the way: nobody knows whether it went, and the team is told.
    Lost,
}

/// On the evening of a working day: makes the list of the next one, and has it mailed once it is complete.
/// Asked again it goes on from where it is.
pub async fn evening(store: &(impl Attentions + Lists + Runs), queue: &impl WorkQueue, setting: Setting<'_>) -> Result<Evening, AppError> {
    let Setting { settings, now } = setting;
    let today = local_day(now, settings.zone);
    let Some(list_at) = settings.list_at.filter(|_| settings.calendar().is_working_day(today)) else { return Ok(Evening::Nothing) };
    if now < instant(today, list_at, settings.zone) {
        return Ok(Evening::Nothing);
    }
    let day = next_day(setting, today);
    match store.mail(day).await? {
        None => {}
        Some(ListMail { state: MailState::Claimed, until, token }) if until < now => {
            let reason = Cause::SenderStopped.text();
            store.attend(settings.creditor.as_str(), &Attention::ListNotMailed { on: day, reason }, now).await?;
            store.settle_mail(day, &token, Some(MailState::NotMailed)).await?;
            return Ok(Evening::Lost);
        }
        Some(_) => return Ok(Evening::Nothing),
    }
    let id = format!("list-{day}");
    match store.run(&id).await? {
        Some(run) if run.is_complete() => {
            queue.send(&[Work::List { creditor: settings.creditor.clone(), day }]).await?;
            Ok(Evening::Asked)
        }
        Some(run) if now - run.started_at < PATIENCE => Ok(Evening::Nothing),
        _ => {
            begin(store, queue, &id, day, setting).await?;
            Ok(Evening::Begun)
        }
    }
}

/// Begins the dry run of a day, and has its list read from it.
pub async fn begin(
    store: &(impl Lists + Runs),
    queue: &impl WorkQueue,
    id: &str,
    day: NaiveDate,
    setting: Setting<'_>,
) -> Result<Run, AppError> {
    store.point(day, id).await?;
    begin_run(store, queue, setting.settings, NewRun { id, as_of: day, purpose: Purpose::Dry, policy: None }, setting.now).await
}
