//! Commands on an account: `handle(account, command, context) -> outcome`.
//!
//! Pure. The outcome is a whole new account and what is to be told; the store commits the
//! difference under the account's version, or not at all.

mod delivery;
mod hold;
mod invoice;
mod money;
mod night;
mod promise;
mod refund;
mod replan;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::account::{Account, Hold};
use super::creditor::Settings;
use super::decide::{self, Decision, HoldScope, SkipReason};
use super::fact::{CreditNoteFact, InvoiceFact, PaymentFact, RefundFact, Warning};
use super::ids::CaseId;
use super::money::Currency;
use super::reminder::{ReminderId, ReminderState};
use super::stops::{self, Dispute, Party, Promise, PromiseEnd};
use super::window::local_day;

pub use delivery::settle;

/// Everything that a command may need to know beside the account.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The creditor's settings.
    pub settings: &'a Settings,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Context<'_> {
    /// Today in the creditor's zone.
    pub fn today(&self) -> NaiveDate {
        local_day(self.now, self.settings.zone)
    }
}

pub use promise::NewPromise;

/// What is done to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// An invoice as its source sees it.
    Invoice(Box<InvoiceFact>),
    /// The source says: paid in full.
    Paid {
        /// Which.
        case: CaseId,
        /// The source's revision.
        revision: u64,
    },
    /// The source says: void.
    Cancelled {
        /// Which.
        case: CaseId,
        /// The source's revision.
        revision: u64,
    },
    /// The source lowered its picture.
    Adjusted {
        /// Which.
        case: CaseId,
        /// The source's revision.
        revision: u64,
        /// Minor units.
        less_owed_minor: i64,
        /// Minor units.
        less_paid_minor: i64,
    },
    /// Less is owed. The case is the one that the note names, if it is ours.
    CreditNote(CreditNoteFact, Option<CaseId>),
    /// Money came.
    Payment {
        /// The payment.
        fact: PaymentFact,
        /// The case that it names, if it is ours.
        case: Option<CaseId>,
        /// What does not fit what was expected: booked, and left to a person to allocate.
        odd: Option<String>,
    },
    /// Money went back.
    Refund(RefundFact, Option<CaseId>),
    /// Go on allocating money that one transaction could not allocate.
    Allocate,
    /// The night of a business day fell.
    Night {
        /// The local business day.
        as_of: NaiveDate,
    },
    /// Stop talking.
    Hold(Option<CaseId>, Hold),
    /// Talk again.
    Release(Option<CaseId>),
    /// The debtor promises to pay one invoice, or all that is open.
    Promise(Option<CaseId>, NewPromise),
    /// The team takes a promise back.
    WithdrawPromise(Option<CaseId>),
    /// The debtor disputes an invoice.
    Dispute {
        /// Which.
        case: CaseId,
        /// Who opens it.
        by: Party,
        /// What it is about.
        note: String,
    },
    /// A dispute is decided.
    DecideDispute {
        /// Which.
        case: CaseId,
        /// The debtor was right.
        upheld: bool,
    },
    /// Plan every open case by the policy and settings in force.
    Replan,
    /// A reminder is not to go, or did not: its steps are free again.
    Unsaid {
        /// Which.
        reminder: ReminderId,
        /// `Cancelled` or `Failed`.
        state: ReminderState,
        /// Why. No personal data.
        reason: String,
        /// The address does not work: never use it again.
        block_address: bool,
    },
}

impl Command {
    /// Whether it begins or ends a stop.
    fn is_a_stop(&self) -> bool {
        match self {
            Command::Hold(..) | Command::Release(_) | Command::Promise(..) | Command::WithdrawPromise(_) => true,
            Command::Dispute { .. } | Command::DecideDispute { .. } => true,
            _ => false,
        }
    }
}

/// An entry in an account's time line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Entry {
    /// An invoice came in, or changed.
    InvoiceSeen {
        /// Which.
        case: CaseId,
        /// Its revision.
        revision: u64,
        /// What is open, minor units.
        open_minor: i64,
    },
    /// A case ended.
    CaseClosed {
        /// Which.
        case: CaseId,
        /// Why: `paid` or `cancelled`.
        why: super::account::Closed,
    },
    /// A case is open again.
    CaseReopened {
        /// Which.
        case: CaseId,
        /// What is open, minor units.
        open_minor: i64,
    },
    /// Money was booked.
    PaymentBooked {
        /// Provider and its payment id.
        payment: String,
        /// Minor units.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
    },
    /// Money went to a case.
    Allocated {
        /// The payment.
        payment: String,
        /// The case.
        case: CaseId,
        /// Minor units.
        amount_minor: i64,
        /// Why this case.
        why: super::account::AllocationReason,
    },
    /// Money went back.
    Refunded {
        /// The refund.
        refund: String,
        /// Minor units.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
    },
    /// A credit note was booked.
    Credited {
        /// The note's number.
        note: String,
        /// Minor units.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
    },
    /// The debtor promised to pay.
    Promised {
        /// What.
        case: CaseId,
        /// The promise.
        promise: Promise,
    },
    /// A promise ended.
    PromiseEnded {
        /// Of which invoice.
        case: CaseId,
        /// How.
        how: PromiseEnd,
        /// What had come since it was given, minor units.
        received_minor: i64,
        /// The promise.
        promise: Promise,
    },
    /// The debtor disputes an invoice.
    Disputed {
        /// Which.
        case: CaseId,
        /// The dispute.
        dispute: Dispute,
    },
    /// A dispute was decided.
    DisputeDecided {
        /// Of which invoice.
        case: CaseId,
        /// The debtor was right.
        upheld: bool,
    },
    /// A case is planned by another version of the policy.
    Replanned {
        /// Which.
        case: CaseId,
        /// The version until now.
        from: u32,
        /// The version from now on.
        to: u32,
    },
    /// A reminder was decided.
    ReminderScheduled {
        /// Which.
        reminder: ReminderId,
        /// Its strictest step.
        step: String,
        /// How many invoices.
        lines: usize,
    },
    /// A reminder will not go, or did not.
    ReminderUnsaid {
        /// Which.
        reminder: ReminderId,
        /// `cancelled` or `failed`.
        state: ReminderState,
        /// Why.
        reason: String,
    },
    /// A hold began.
    Held {
        /// What is held.
        scope: HoldScope,
        /// The case, if one.
        case: Option<CaseId>,
        /// The hold.
        hold: Hold,
    },
    /// A hold was ended by a person.
    Released {
        /// What was held.
        scope: HoldScope,
        /// The case, if one.
        case: Option<CaseId>,
    },
}

/// What waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Attention {
    /// Nobody can be reached: neither e-mail nor phone works.
    Unreachable,
    /// An invoice came in with oddities.
    Warnings {
        /// Which.
        case: CaseId,
        /// What was odd.
        warnings: Vec<Warning>,
    },
    /// More money came than was owed.
    Overpaid {
        /// The payment, credit note or invoice that brought it.
        by: String,
        /// Minor units beyond.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
    },
    /// A payment does not fit what was expected; booked as what it is.
    OddPayment {
        /// The payment.
        payment: String,
        /// What is odd. No personal data.
        why: String,
    },
    /// A promise was not kept, or in part only.
    PromiseNotKept {
        /// Of which invoice.
        case: CaseId,
        /// How it ended.
        how: PromiseEnd,
    },
    /// The debtor disputes an invoice.
    Disputed {
        /// Which.
        case: CaseId,
    },
    /// A refund that fits no booking.
    OddRefund {
        /// The refund.
        refund: String,
    },
    /// A reminder failed, or nobody knows whether it went.
    Reminder {
        /// Which.
        reminder: ReminderId,
        /// How far it came.
        state: ReminderState,
        /// Why.
        reason: String,
    },
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The account as it is now.
    pub account: Account,
    /// What to write into the time line, in order.
    pub entries: Vec<Entry>,
    /// What waits for a person.
    pub attention: Vec<Attention>,
    /// The account has something to hear today and this day's night is over: evaluate it now.
    pub evaluate_today: bool,
}

/// Why a command does nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The command speaks of a case that this account does not have.
    #[error("the account has no such invoice")]
    NoSuchCase,
    /// The command speaks of a reminder that this account does not have.
    #[error("the account has no such reminder")]
    NoSuchReminder,
    /// The day of a promise lies in the past or too far ahead.
    #[error("a promise may name a day from {first} to {last}")]
    PromisedDay {
        /// The first day that may be promised.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
    },
    /// The amount of a promise is none, or more than what is open.
    #[error("a promise may name an amount up to what is open")]
    PromisedAmount {
        /// What is open, minor units.
        most_minor: i64,
        /// Its currency.
        currency: Currency,
    },
    /// Nothing would change.
    #[error("nothing to change: {0}")]
    NoEffect(&'static str),
}

/// Applies one command.
///
/// # Errors
/// `Refused` where the command does not fit the account or changes nothing; then nothing is to be
/// committed.
pub fn handle(account: &Account, command: &Command, context: &Context<'_>) -> Result<Outcome, Refused> {
    let mut outcome = Outcome { account: account.clone(), entries: Vec::new(), attention: Vec::new(), evaluate_today: false };
    match command {
        Command::Invoice(fact) => invoice::seen(&mut outcome, fact, context)?,
        Command::Paid { case, revision } => invoice::stated_paid(&mut outcome, case, *revision)?,
        Command::Cancelled { case, revision } => invoice::stated_cancelled(&mut outcome, case, *revision)?,
        Command::Adjusted { case, revision, less_owed_minor, less_paid_minor } => {
            invoice::adjusted(&mut outcome, case, *revision, *less_owed_minor, *less_paid_minor)?;
        }
        Command::CreditNote(note, case) => money::credited(&mut outcome, note, case.as_ref())?,
        Command::Payment { fact, case, odd } => money::paid(&mut outcome, fact, case.as_ref(), odd.as_deref()),
        Command::Refund(refund, case) => refund::refunded(&mut outcome, refund, case.as_ref()),
        Command::Allocate => {}
        Command::Night { as_of } => night::night(&mut outcome, *as_of, context)?,
        Command::Hold(case, hold) => hold::hold(&mut outcome, case.as_ref(), hold)?,
        Command::Release(case) => hold::release(&mut outcome, case.as_ref())?,
        Command::Promise(case, new) => promise::promise(&mut outcome, case.as_ref(), *new, context)?,
        Command::WithdrawPromise(case) => promise::withdraw(&mut outcome, case.as_ref())?,
        Command::Dispute { case, by, note } => promise::dispute(&mut outcome, case, *by, note, context)?,
        Command::DecideDispute { case, upheld } => promise::decide_dispute(&mut outcome, case, *upheld)?,
        Command::Replan => replan::replan(&mut outcome, context)?,
        Command::Unsaid { reminder, state, reason, block_address } => {
            delivery::unsaid(&mut outcome, reminder, *state, reason, *block_address, context.now)?;
        }
    }
    finish(&mut outcome, account, command, context);
    Ok(outcome)
}

/// How many old reminders one command moves to history.
const ARCHIVED_AT_ONCE: usize = 5;

/// Moves reminders to history that no decision needs any more: none of their invoices is open, and
/// they are too old to matter for a gap, or, unsaid, for a reopening.
fn archive(account: &mut Account, today: NaiveDate) {
    let Account { cases, reminders, .. } = account;
    let is_open = |id: &CaseId| cases.iter().any(|case| case.id == *id && case.closed.is_none());
    let mut room = ARCHIVED_AT_ONCE;
    reminders.retain(|reminder| {
        let needed_days = match reminder.state {
            ReminderState::Sent | ReminderState::PresumedSent => 14,
            ReminderState::Cancelled | ReminderState::Failed => 60,
            ReminderState::Draft | ReminderState::Scheduled | ReminderState::Claimed | ReminderState::Ambiguous => return true,
        };
        let old = (today - reminder.id.as_of).num_days() > needed_days;
        let goes = old && room > 0 && !reminder.lines.iter().any(|line| is_open(&line.case));
        room -= usize::from(goes);
        !goes
    });
}

/// A stop is the decision from now on: no night looks at the case while it lasts. One that ended
/// leaves nothing decided until the next night, if that has something to say.
fn say_why(account: &mut Account, today: NaiveDate, context: &Context<'_>) {
    let was_stopped = |decision: &Option<(NaiveDate, Decision)>| {
        let stopped =
            |reason: &SkipReason| matches!(reason, SkipReason::OnHold { .. } | SkipReason::Disputed { .. } | SkipReason::Promised { .. });
        matches!(decision, Some((_, Decision::Skip { reason, .. })) if stopped(reason))
    };
    let open = decide::net_open(account).into_iter();
    let decided = open.filter_map(|(case, net_minor)| {
        let decision = decide::decide(account, case, net_minor, context.settings, today).err();
        let stopped = stops::stop_on(account, case, context.settings, today).is_some();
        (stopped || was_stopped(&case.decision)).then(|| (case.id.clone(), decision))
    });
    for (id, decision) in decided.collect::<Vec<_>>() {
        if let Some(case) = account.case_mut(&id)
            && case.decision.as_ref().map(|(_, last)| last) != decision.as_ref()
        {
            case.decision = decision.map(|decision| (today, decision));
        }
    }
}

/// What holds after every command: closed cases are closed, and the account knows when to wake.
fn finish(outcome: &mut Outcome, before: &Account, command: &Command, context: &Context<'_>) {
    let today = context.today();
    refund::give_back(outcome);
    money::allocate_credits(outcome, today);
    money::close_and_reopen(outcome, before);
    promise::keep(outcome);
    archive(&mut outcome.account, today);
    let from = match command {
        Command::Night { as_of } => *as_of + chrono::Days::new(1),
        // A decision of today is free again; the next night decides anew.
        Command::Unsaid { state: ReminderState::Cancelled, .. } => today + chrono::Days::new(1),
        _ => today,
    };
    let wake_on = decide::wake_on(&outcome.account, context.settings, from);
    outcome.account.profile.wake_on = wake_on;
    if command.is_a_stop() {
        say_why(&mut outcome.account, today, context);
    }
    let local_time = context.now.with_timezone(&context.settings.zone).time();
    let night_is_over = local_time >= context.settings.night_at;
    outcome.evaluate_today = night_is_over && wake_on.is_some_and(|day| day <= today);
}
