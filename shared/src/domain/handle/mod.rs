//! Commands on an account: `handle(account, command, context) -> outcome`.
//!
//! Pure. The outcome is a whole new account and what is to be told; the store commits the
//! difference under the account's version, or not at all.

mod carry;
mod claims;
mod contact;
mod course;
mod debtor_word;
mod delivery;
mod hold;
mod instruct;
mod invoice;
mod legal;
mod money;
mod night;
mod outcome;
mod pending;
mod plan;
mod profile;
mod promise;
mod refund;
mod replan;
mod send_now;
mod settlement;
mod speak;
mod transfer;

use chrono::{DateTime, NaiveDate, Utc};

use super::account::{Account, Hold};
use super::approval;
use super::creditor::Settings;
use super::decide::{self, Decision, SkipReason};
use super::fact::{CreditNoteFact, InvoiceFact, PaymentFact, RefundFact};
use super::ids::CaseId;
use super::instruction::Seen;
use super::interest::ClaimKind;
use super::legal::{LegalEnd, LegalKind};
use super::money::Currency;
use super::policy::Channel;
use super::record;
use super::reminder::{ReminderId, ReminderState};
use super::score;
use super::segments;
use super::stops::{self, DisputeReason, Party, Stop};
use super::window::local_day;

pub use contact::{ContactChange, ContactEdit, ContactField};
pub use delivery::settle;
pub use instruct::Word;
pub use legal::NewLegalStop;
pub use outcome::{Attention, Entry, Outcome, Refused};
pub use pending::{FARTHEST_PAYMENT_DAYS, SaidPaid};
pub use plan::{NewPlan, PlanProblem};
pub use promise::NewPromise;
pub use settlement::NewSettlement;
pub use transfer::{AT_ONCE, Pass, merged, moved, returned, waiting};

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
    /// The same, with no more than so many new messages to the debtor.
    NightWithin {
        /// The local business day.
        as_of: NaiveDate,
        /// How many.
        messages: u32,
    },
    /// A person says something about a line of one day.
    Instruct {
        /// Of which invoice.
        case: CaseId,
        /// The business day.
        on: NaiveDate,
        /// What.
        word: Word,
    },
    /// A person lets several lines of a day go as they were seen. What has changed since stays as it is.
    ApproveLines {
        /// The business day.
        on: NaiveDate,
        /// The lines.
        lines: Vec<(CaseId, Seen)>,
    },
    /// A person takes it back.
    WithdrawInstruction {
        /// Of which invoice.
        case: CaseId,
        /// The business day.
        on: NaiveDate,
    },
    /// Nobody approved a reminder before its send window closed.
    NotApproved {
        /// Which.
        reminder: ReminderId,
    },
    /// Stop talking.
    Hold(Option<CaseId>, Hold),
    /// Talk again.
    Release(Option<CaseId>),
    /// The debtor promises to pay one invoice, or all that is open.
    Promise(Option<CaseId>, NewPromise),
    /// The team takes a promise back.
    WithdrawPromise(Option<CaseId>),
    /// Instalments are agreed.
    MakePlan(NewPlan),
    /// The team takes back the plan in a currency, or every one, for a reason.
    WithdrawPlan(Option<Currency>, String),
    /// Somebody says that one invoice is paid, or all that is open.
    SaidPaid(Option<CaseId>, SaidPaid),
    /// The team knows that no payment is under way.
    WithdrawPending(Option<CaseId>),
    /// A provider says that the payment of a checkout is under way.
    CheckoutPending {
        /// Our reference.
        reference: String,
        /// Minor units.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
    },
    /// A provider says that the payment of a checkout failed.
    CheckoutFailed {
        /// Our reference.
        reference: String,
    },
    /// The money of a checkout came.
    CheckoutPaid {
        /// Our reference.
        reference: String,
        /// The payment.
        fact: PaymentFact,
        /// What does not fit what was expected, as for `Payment`.
        odd: Option<String>,
    },
    /// Nothing more is to go to the debtor by a channel.
    RefuseChannel {
        /// E-mail or SMS.
        channel: Channel,
        /// Who says so.
        by: Party,
    },
    /// The team knows that the debtor may be written to this way again.
    AllowChannel {
        /// Which.
        channel: Channel,
        /// Why.
        reason: String,
    },
    /// The debtor asks to pay in parts.
    AskInstalments {
        /// How many.
        parts: u8,
        /// What the debtor wrote.
        note: String,
    },
    /// The team has answered that.
    AnswerInstalments,
    /// The debtor disputes an invoice.
    Dispute {
        /// Which.
        case: CaseId,
        /// Who opens it.
        by: Party,
        /// What it is about, where that was chosen.
        reason: Option<DisputeReason>,
        /// The same in words.
        note: String,
    },
    /// A dispute is decided.
    DecideDispute {
        /// Which.
        case: CaseId,
        /// The debtor was right.
        upheld: bool,
    },
    /// A stop that the law puts up.
    LegalStop(NewLegalStop),
    /// The team ends such a stop.
    EndLegalStop(LegalKind, LegalEnd),
    /// The team says whether the debtor is a public body.
    PublicBody {
        /// Whether it is.
        public_body: bool,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// The team settles an invoice, or a part of it, without money.
    Settle {
        /// Which.
        case: CaseId,
        /// How.
        new: NewSettlement,
    },
    /// The team takes a settlement back.
    UndoSettlement {
        /// Of which invoice.
        case: CaseId,
        /// Its id.
        settlement: String,
        /// Why.
        reason: String,
    },
    /// The team lets the next step of an invoice, or of the debtor's, go today.
    SendNow {
        /// Which; all past their day to pay, or all that are open, if not said.
        case: Option<CaseId>,
        /// Why.
        reason: String,
    },
    /// The team gives an invoice a later day to pay by.
    ExtendDueDate {
        /// Which.
        case: CaseId,
        /// The day.
        due_on: NaiveDate,
        /// Why.
        reason: String,
    },
    /// The team takes that back.
    RestoreDueDate {
        /// Which.
        case: CaseId,
        /// Why.
        reason: String,
    },
    /// The team passes over the next step of an invoice.
    SkipStep {
        /// Which.
        case: CaseId,
        /// The step, which must be the next one.
        step: String,
        /// Why.
        reason: String,
    },
    /// The team takes that back.
    RestoreStep {
        /// Which.
        case: CaseId,
        /// The step.
        step: String,
        /// Why.
        reason: String,
    },
    /// The team opens a written-off invoice again.
    Reopen {
        /// Which.
        case: CaseId,
        /// Why.
        reason: String,
    },
    /// A person books money that came for a side claim.
    CollectClaim {
        /// Of which invoice.
        case: CaseId,
        /// Which.
        claim: ClaimKind,
        /// The provider and its payment id, joined by `:`.
        payment: String,
        /// Minor units.
        amount_minor: i64,
        /// The local day on which it came.
        on: NaiveDate,
    },
    /// A person lets a side claim go.
    WaiveClaim {
        /// Of which invoice.
        case: CaseId,
        /// Which.
        claim: ClaimKind,
        /// Why.
        reason: String,
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
        /// Addresses that do not work: never use them again.
        block: Vec<String>,
    },
    /// What went elsewhere with its case was not said after all: the case's step is free again.
    FreeStep {
        /// The case, which is here now.
        case: CaseId,
        /// The step that it took.
        step: String,
        /// The reminder, of the account where the case was.
        reminder: ReminderId,
    },
    /// Addresses do not work: never use them again. What went to others as well stays said.
    Block {
        /// Which.
        addresses: Vec<String>,
        /// Why. No personal data.
        reason: String,
    },
    /// A person edits the contacts, or says who of the team hears about the debtor.
    Contacts {
        /// What is done.
        edit: ContactEdit,
        /// Why, as a person wrote it.
        reason: String,
    },
}

impl Command {
    /// The invoice that goes on in another way than it was decided, and the step, if it is about one.
    fn changes_course_of(&self) -> Option<(&CaseId, &str)> {
        match self {
            Command::ExtendDueDate { case, .. } | Command::RestoreDueDate { case, .. } | Command::Reopen { case, .. } => Some((case, "")),
            Command::SkipStep { case, step, .. } | Command::RestoreStep { case, step, .. } => Some((case, step)),
            _ => None,
        }
    }
}

/// Applies one command.
///
/// # Errors
/// `Refused` where the command does not fit the account or changes nothing; then nothing is to be
/// committed.
pub fn handle(account: &Account, command: &Command, context: &Context<'_>) -> Result<Outcome, Refused> {
    let mut outcome = Outcome::of(account);
    match command {
        Command::Invoice(fact) => invoice::seen(&mut outcome, fact, context)?,
        Command::Paid { case, revision } => invoice::stated_paid(&mut outcome, case, *revision, context.today())?,
        Command::Cancelled { case, revision } => invoice::stated_cancelled(&mut outcome, case, *revision)?,
        Command::Adjusted { case, revision, less_owed_minor, less_paid_minor } => {
            invoice::adjusted(&mut outcome, case, *revision, (*less_owed_minor, *less_paid_minor), context.today())?;
        }
        Command::CreditNote(note, case) => money::credited(&mut outcome, note, case.as_ref(), context.today())?,
        Command::Payment { fact, case, odd } => money::paid(&mut outcome, fact, case.as_ref(), odd.as_deref(), context),
        Command::Refund(refund, case) => refund::refunded(&mut outcome, refund, case.as_ref(), context.today()),
        Command::Allocate => {}
        Command::Night { as_of } => night::night(&mut outcome, *as_of, None, context)?,
        Command::NightWithin { as_of, messages } => night::night(&mut outcome, *as_of, Some(*messages), context)?,
        Command::Instruct { case, on, word } => instruct::instruct(&mut outcome, case, *on, word, context)?,
        Command::ApproveLines { on, lines } => instruct::approve(&mut outcome, *on, lines, context)?,
        Command::WithdrawInstruction { case, on } => instruct::withdraw(&mut outcome, case, *on, context)?,
        Command::NotApproved { reminder } => instruct::not_approved(&mut outcome, reminder, context)?,
        Command::Hold(case, hold) => hold::hold(&mut outcome, case.as_ref(), hold)?,
        Command::Release(case) => hold::release(&mut outcome, case.as_ref())?,
        Command::Promise(case, new) => promise::promise(&mut outcome, case.as_ref(), *new, context)?,
        Command::WithdrawPromise(case) => promise::withdraw(&mut outcome, case.as_ref())?,
        Command::MakePlan(new) => plan::make(&mut outcome, new, context)?,
        Command::WithdrawPlan(currency, reason) => plan::withdraw(&mut outcome, *currency, reason)?,
        Command::SaidPaid(case, said) => pending::said(&mut outcome, case.as_ref(), *said, context)?,
        Command::WithdrawPending(case) => pending::withdraw(&mut outcome, case.as_ref())?,
        Command::CheckoutPending { reference, amount_minor, currency } => {
            pending::checkout(&mut outcome, reference, *amount_minor, *currency, context)?;
        }
        Command::CheckoutFailed { reference } => pending::failed(&mut outcome, reference, context),
        Command::CheckoutPaid { fact, odd, .. } => money::paid(&mut outcome, fact, None, odd.as_deref(), context),
        Command::RefuseChannel { channel, by } => debtor_word::refuse(&mut outcome, *channel, *by, context)?,
        Command::AllowChannel { channel, reason } => debtor_word::allow(&mut outcome, *channel, reason)?,
        Command::AskInstalments { parts, note } => debtor_word::ask_instalments(&mut outcome, *parts, note, context)?,
        Command::AnswerInstalments => debtor_word::answer_request(&mut outcome)?,
        Command::Dispute { case, by, reason, note } => promise::dispute(&mut outcome, case, *by, (*reason, note), context)?,
        Command::DecideDispute { case, upheld } => promise::decide_dispute(&mut outcome, case, *upheld)?,
        Command::LegalStop(new) => legal::begin(&mut outcome, new, context)?,
        Command::EndLegalStop(kind, how) => legal::end(&mut outcome, *kind, how)?,
        Command::PublicBody { public_body, reason } => profile::public_body(&mut outcome, *public_body, reason)?,
        Command::Settle { case, new } => settlement::settle(&mut outcome, case, new, context)?,
        Command::UndoSettlement { case, settlement, reason } => settlement::undo(&mut outcome, case, settlement, reason)?,
        Command::SendNow { case, reason } => send_now::send_now(&mut outcome, case.as_ref(), reason, context)?,
        Command::ExtendDueDate { case, due_on, reason } => course::extend(&mut outcome, case, *due_on, reason, context)?,
        Command::RestoreDueDate { case, reason } => course::restore(&mut outcome, case, reason)?,
        Command::SkipStep { case, step, reason } => course::skip_step(&mut outcome, case, step, reason, context)?,
        Command::RestoreStep { case, step, reason } => course::restore_step(&mut outcome, case, step, reason, context)?,
        Command::Reopen { case, reason } => settlement::reopen(&mut outcome, case, reason)?,
        Command::CollectClaim { case, claim, payment, amount_minor, on } => {
            claims::collected(&mut outcome, case, *claim, (payment, *amount_minor, *on), context)?;
        }
        Command::WaiveClaim { case, claim, reason } => claims::waive(&mut outcome, case, *claim, reason, context)?,
        Command::Replan => replan::replan(&mut outcome, context)?,
        Command::Unsaid { reminder, state, reason, block } => {
            delivery::unsaid(&mut outcome, reminder, *state, reason, block, context.now)?;
        }
        Command::FreeStep { case, step, reminder } => delivery::free_step(&mut outcome, case, step, reminder)?,
        Command::Block { addresses, reason } => delivery::block(&mut outcome, addresses, reason)?,
        Command::Contacts { edit, reason } => contact::edit(&mut outcome, edit, reason)?,
    }
    finish(&mut outcome, account, command, context);
    Ok(outcome)
}

/// How many old reminders one command moves to history.
const ARCHIVED_AT_ONCE: usize = 5;

/// Moves reminders to history that no decision needs any more: none of their invoices is open, and
/// they are too old to matter for a gap, or, unsaid, for a reopening. What this command changed stays
/// for the next one: it goes to history as it was before.
fn archive(account: &mut Account, before: &Account, today: NaiveDate) {
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
        let goes = old && room > 0 && before.reminders.contains(reminder) && !reminder.lines.iter().any(|line| is_open(&line.case));
        room -= usize::from(goes);
        !goes
    });
}

/// A stop is the decision from now on: no night looks at the case while it lasts. One that ended
/// leaves nothing decided where the next night has something to say. What has no decision (it is new,
/// open again, planned anew, or its reminder did not go) has its reason at once. `from` is the day of the
/// next night that may look at it.
fn say_why(account: &mut Account, from: NaiveDate, context: &Context<'_>) {
    let today = context.today();
    let stands = |decision: &Option<(NaiveDate, Decision)>| {
        !matches!(decision, None | Some((_, Decision::Skip { reason: SkipReason::Stopped(_) | SkipReason::InPlan { .. }, .. })))
    };
    let open = decide::net_open(account).into_iter();
    let decided = open.filter_map(|(case, net_minor)| {
        let stop_on = |day| stops::stop_on(account, case, context.settings, day);
        let (day, stop) = stop_on(today).map_or_else(|| (from, stop_on(from)), |stop| (today, Some(stop)));
        // The night says it, and tells the team.
        if case.decision.is_none() && matches!(stop, Some(Stop::FirstRunGuarded { .. } | Stop::TooOld { .. })) {
            return None;
        }
        let stopped = stop.is_some();
        let (stands, in_plan) = (stands(&case.decision), account.profile.plan_of(case).is_some());
        if stands && !stopped && !in_plan {
            return None;
        }
        let decision = decide::decide(account, case, net_minor, context.settings, day).err();
        // Today's word on a case of a plan is over only where there is another one.
        let is_todays = case.decision.as_ref().is_some_and(|(day, _)| *day == today);
        (decision.is_some() || !(stands && is_todays)).then(|| (case.id.clone(), day, decision))
    });
    for (id, day, decision) in decided.collect::<Vec<_>>() {
        if let Some(case) = account.case_mut(&id)
            && case.decision.as_ref().map(|(_, last)| last) != decision.as_ref()
        {
            case.decision = decision.map(|decision| (day, decision));
        }
    }
}

/// A person changed the course of an invoice: what was decided of it is decided anew, unless it is said
/// today.
fn say_next(account: &mut Account, id: &CaseId, today: NaiveDate, context: &Context<'_>) {
    let found = decide::net_open(account).into_iter().find(|(case, _)| case.id == *id);
    let Some((case, net_minor)) = found.filter(|(case, _)| !case.taken.iter().any(|taken| taken.on == today)) else { return };
    let decision = decide::decide(account, case, net_minor, context.settings, today).err();
    if let Some(case) = account.case_mut(id) {
        case.decision = decision.map(|decision| (today, decision));
    }
}

/// What holds after every command: closed cases are closed, and the account knows when to wake.
fn finish(outcome: &mut Outcome, before: &Account, command: &Command, context: &Context<'_>) {
    let today = context.today();
    refund::give_back(outcome, today);
    money::allocate_credits(outcome, context);
    settlement::note_ways(outcome, before, command, today);
    settlement::by_rule(outcome, context);
    money::close_and_reopen(outcome, before, today);
    claims::keep_up(outcome, before, context);
    settlement::not_received(&mut outcome.account, before);
    promise::keep(outcome);
    pending::came(outcome, if let Command::CheckoutPaid { reference, .. } = command { Some(reference) } else { None });
    legal::other_contact(outcome, before);
    plan::keep(outcome, before);
    record::keep(outcome, before, context.settings, today);
    // A night for a day that has not come looks at that day.
    let day = if let Command::Night { as_of } | Command::NightWithin { as_of, .. } = command { *as_of } else { today };
    segments::refresh(&mut outcome.account, context.settings, day);
    score::refresh(&mut outcome.account, context.settings, day);
    archive(&mut outcome.account, before, today);
    let from = match command {
        Command::Night { as_of } | Command::NightWithin { as_of, .. } => *as_of + chrono::Days::new(1),
        // They decided today anew themselves.
        Command::Instruct { .. } | Command::ApproveLines { .. } | Command::WithdrawInstruction { .. }
            if before.profile.evaluated_on == Some(today) =>
        {
            today + chrono::Days::new(1)
        }
        // A decision of today is free again; the next night decides anew.
        Command::Unsaid { state: ReminderState::Cancelled, .. } | Command::NotApproved { .. } => today + chrono::Days::new(1),
        _ => today,
    };
    approval::arrange(&mut outcome.account, context);
    // A night has decided on everything that it looked at.
    if !matches!(command, Command::Night { .. } | Command::NightWithin { .. }) {
        say_why(&mut outcome.account, from, context);
    }
    let mut wake_on = decide::wake_on(&outcome.account, context.settings, from);
    if matches!(command, Command::NightWithin { .. }) && night::is_capped(&outcome.account) {
        // It keeps its place before those that wake later.
        wake_on = wake_on.min(before.profile.wake_on);
    }
    outcome.account.profile.wake_on = wake_on;
    if let Some((case, step)) = command.changes_course_of() {
        for case in super::plan::together(&outcome.account, case, step) {
            say_next(&mut outcome.account, &case, today, context);
        }
    }
    outcome.new_messages = outcome::new_messages(before, &outcome.account);
    let local_time = context.now.with_timezone(&context.settings.zone).time();
    let night_is_over = local_time >= context.settings.night_at;
    // The evaluation also opens the way for what a person sends now.
    let sends = matches!(command, Command::SendNow { .. });
    outcome.evaluate_today = sends || (night_is_over && wake_on.is_some_and(|day| day <= today));
}
