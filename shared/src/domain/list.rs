//! The list of a day: what each debtor is to hear, line by line, as a person looks at it before it goes.
//!
//! It is read from an account as the night of the day leaves it: before that night from an outcome that
//! nobody committed, after it from the account itself. Both come from the same code.

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::approval::{Approval, awaited};
use super::creditor::Settings;
use super::decide::{Decision, net_open};
use super::ids::{CaseId, DebtorId};
use super::instruction::{Act, Seen};
use super::message::line::asked_minor;
use super::policy::Tone;
use super::reminder::{Reminder, ReminderId, ReminderState};

/// Letters of a version: enough to tell two pictures of one line apart.
const VERSION_LETTERS: usize = 16;

/// Whether a line waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has to look at it.
    NotNeeded,
    /// Somebody has to.
    Awaited,
    /// Somebody let it go.
    Approved,
}

/// One invoice's part in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// The case.
    pub case: CaseId,
    /// Its number; none once it is closed.
    pub number: Option<String>,
    /// The step, and what its message asks for by it.
    pub seen: Seen,
    /// Whether it waits for a person.
    pub standing: Standing,
    /// What a person said of it for the day.
    pub said: Option<Act>,
    /// Changes with everything that a person looks at.
    pub version: String,
}

/// One message, or one task of the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListMessage {
    /// To whom.
    pub debtor: DebtorId,
    /// The debtor's name.
    pub name: String,
    /// The reminder that carries it, or will.
    pub reminder: ReminderId,
    /// How far it has come; `None` before its night.
    pub state: Option<ReminderState>,
    /// The strictest step.
    pub step: String,
    /// How it sounds.
    pub tone: Tone,
    /// When it is looked at next.
    pub check_at: Option<DateTime<Utc>>,
    /// The lines.
    pub lines: Vec<ListLine>,
}

impl ListMessage {
    /// What the lines ask for together, minor units.
    pub fn sum_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.seen.net_minor).fold(0, i64::saturating_add)
    }

    /// Whether any line waits for a person.
    pub fn is_awaited(&self) -> bool {
        self.lines.iter().any(|line| line.standing == Standing::Awaited)
    }
}

/// An invoice that hears nothing on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// Whose.
    pub debtor: DebtorId,
    /// Which.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// Why.
    pub decision: Decision,
}

/// A reminder as a message of the list. `planned` tells that its night has not fallen.
pub fn message(account: &Account, reminder: &Reminder, settings: &Settings, planned: bool) -> ListMessage {
    let open = net_open(account);
    let waits = matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled);
    let awaited = if waits { awaited(account, reminder, settings) } else { Vec::new() };
    let needed = settings.approval == Approval::Required && !reminder.id.channel.is_for_team();
    let lines = reminder.lines.iter().map(|line| {
        let found = open.iter().find(|(case, _)| case.id == line.case);
        let asked = found.map(|(case, net_minor)| asked_minor(account, case, *net_minor, &line.step, settings, reminder.id.as_of));
        let seen = Seen { step: line.step.clone(), net_minor: asked.unwrap_or(0) };
        let standing = match (needed, awaited.contains(&line)) {
            (false, _) => Standing::NotNeeded,
            (true, true) => Standing::Awaited,
            (true, false) => Standing::Approved,
        };
        ListLine {
            number: found.map(|(case, _)| case.number.clone()),
            said: found.and_then(|(case, _)| case.instruction(reminder.id.as_of)).map(|word| word.act.clone()),
            version: version(&account.profile.debtor, reminder, &line.case, &seen),
            case: line.case.clone(),
            seen,
            standing,
        }
    });
    ListMessage {
        debtor: account.profile.debtor.clone(),
        name: account.profile.name.clone(),
        reminder: reminder.id.clone(),
        state: Some(reminder.state).filter(|_| !planned),
        step: reminder.step.clone(),
        tone: reminder.tone,
        check_at: reminder.check_at,
        lines: lines.collect(),
    }
}

/// What is to be heard on a day that has not been evaluated: the account is what its night would leave.
pub fn planned(account: &Account, day: NaiveDate, settings: &Settings) -> Vec<ListMessage> {
    let waits =
        |reminder: &&Reminder| reminder.id.as_of == day && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled);
    account.reminders.iter().filter(waits).map(|reminder| message(account, reminder, settings, true)).collect()
}

fn version(debtor: &DebtorId, reminder: &Reminder, case: &CaseId, seen: &Seen) -> String {
    short(&format!("{debtor}\n{}\n{case}\n{}\n{}\n{:?}", reminder.id, seen.step, seen.net_minor, reminder.tone))
}

/// The version of several lines together.
pub fn version_of(messages: &[ListMessage]) -> String {
    let lines = messages.iter().flat_map(|message| &message.lines).map(|line| line.version.as_str());
    short(&lines.collect::<Vec<_>>().join("\n"))
}

fn short(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>().chars().take(VERSION_LETTERS).collect()
}
