//! What a command did: the account as it is now, what stands in its time line, what waits for a
//! person; or why it did nothing.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::ContactField;

use super::plan::PlanProblem;
use crate::domain::account::{Account, Closed, Hold};
use crate::domain::contact::{ContactId, MOST_CONTACTS, Role};
use crate::domain::debtor_word::DebtorWord;
use crate::domain::decide::{HoldScope, SkipReason};
use crate::domain::fact::Warning;
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::instruction::Act;
use crate::domain::interest::ClaimKind;
use crate::domain::legal::{LegalEnd, LegalKind, LegalStop};
use crate::domain::money::Currency;
use crate::domain::pending::{Pending, PendingEnd};
use crate::domain::plan::{Plan, PlanEnd};
use crate::domain::policy::Channel;
use crate::domain::reminder::{Reminder, ReminderId, ReminderState};
use crate::domain::settlement::{Settlement, Settler};
use crate::domain::stops::{Dispute, Party, Promise, PromiseEnd};

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
        /// Why: `paid`, `cancelled` or `written_off`.
        why: crate::domain::account::Closed,
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
        why: crate::domain::account::AllocationReason,
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
    /// Instalments were agreed.
    PlanMade {
        /// The plan.
        plan: Plan,
    },
    /// What happened to its invoices changed a plan.
    PlanChanged {
        /// The plan as it is now.
        plan: Plan,
    },
    /// A plan ended.
    PlanEnded {
        /// Its currency.
        currency: Currency,
        /// When it was agreed.
        made_on: NaiveDate,
        /// How it ended.
        #[serde(flatten)]
        how: PlanEnd,
    },
    /// A payment of an invoice is under way.
    PaymentPending {
        /// Of which.
        case: CaseId,
        /// The payment.
        pending: Pending,
    },
    /// A payment is not under way any more.
    PendingEnded {
        /// Of which invoice.
        case: CaseId,
        /// How.
        how: PendingEnd,
        /// Since when it was.
        since: NaiveDate,
        /// What had come since, minor units.
        received_minor: i64,
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
    /// A stop that the law puts up began.
    LegalStop {
        /// The stop.
        stop: LegalStop,
    },
    /// Such a stop ended.
    LegalStopEnded {
        /// Which.
        kind: LegalKind,
        /// Since when it stood.
        since: NaiveDate,
        /// How it ended.
        #[serde(flatten)]
        how: LegalEnd,
    },
    /// The team said whether the debtor is a public body.
    PublicBodySet {
        /// Whether it is.
        public_body: bool,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// An invoice, or a part of it, is settled without money.
    Settled {
        /// Which.
        case: CaseId,
        /// How.
        settlement: Settlement,
    },
    /// The team let the next step go today.
    SentNow {
        /// Of which invoice, if of one.
        case: Option<CaseId>,
        /// Why.
        reason: String,
    },
    /// The team gave an invoice a later day to pay by.
    DueDateExtended {
        /// Which.
        case: CaseId,
        /// The day.
        due_on: NaiveDate,
        /// Why.
        reason: String,
    },
    /// The team took that back.
    DueDateRestored {
        /// Which.
        case: CaseId,
        /// The day as printed.
        due_on: NaiveDate,
        /// Why.
        reason: String,
    },
    /// The team passed over a step.
    StepSkipped {
        /// Of which invoice.
        case: CaseId,
        /// The step.
        step: String,
        /// Why.
        reason: String,
    },
    /// The team took that back.
    StepRestored {
        /// Of which invoice.
        case: CaseId,
        /// The step.
        step: String,
        /// Why.
        reason: String,
    },
    /// A settlement was taken back.
    SettlementUndone {
        /// Of which invoice.
        case: CaseId,
        /// What was settled.
        settlement: Settlement,
        /// Who took it back.
        by: Settler,
        /// Why.
        reason: String,
    },
    /// A side claim began.
    SideClaimBegun {
        /// Of which invoice.
        case: CaseId,
        /// Which.
        claim: ClaimKind,
        /// The first day of interest, or the day on which the invoice fell due.
        since: NaiveDate,
    },
    /// The message that claimed was never said: nothing is claimed.
    SideClaimUnsaid {
        /// Of which invoice.
        case: CaseId,
    },
    /// Money covered a side claim.
    SideClaimCollected {
        /// Of which invoice.
        case: CaseId,
        /// Which.
        claim: ClaimKind,
        /// The payment.
        payment: String,
        /// Minor units.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
    },
    /// Money that had covered a side claim went back.
    SideClaimReturned {
        /// Of which invoice.
        case: CaseId,
        /// Which.
        claim: ClaimKind,
        /// The payment.
        payment: String,
        /// Minor units.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
    },
    /// A person let a side claim go.
    SideClaimWaived {
        /// Of which invoice.
        case: CaseId,
        /// Which.
        claim: ClaimKind,
        /// What was open of it, minor units.
        amount_minor: i64,
        /// Currency.
        currency: Currency,
        /// Why, as the person wrote it.
        reason: String,
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
    /// A person said something about a line of one day.
    Instructed {
        /// Of which invoice.
        case: CaseId,
        /// The business day.
        on: NaiveDate,
        /// What.
        act: Act,
    },
    /// A person took it back.
    InstructionWithdrawn {
        /// Of which invoice.
        case: CaseId,
        /// The business day.
        on: NaiveDate,
        /// What it was.
        act: Act,
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
    /// The team entered a contact.
    ContactAdded {
        /// Which.
        contact: ContactId,
        /// What they do.
        role: Role,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// The team edited a contact; what it was before stands with the contact.
    ContactChanged {
        /// Which.
        contact: ContactId,
        /// What they do now.
        role: Role,
        /// What is different.
        fields: Vec<ContactField>,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// The team took a contact away.
    ContactRemoved {
        /// Which.
        contact: ContactId,
        /// What they did.
        role: Role,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// An address of a contact does not work.
    ContactBlocked {
        /// Which contact.
        contact: ContactId,
        /// What they do.
        role: Role,
        /// Why.
        reason: String,
    },
    /// An invoice was moved to another debtor.
    CaseMoved {
        /// Which.
        case: CaseId,
        /// From whom.
        from: DebtorId,
        /// To whom.
        to: DebtorId,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// A debtor was merged into another one.
    DebtorMerged {
        /// Who is no more.
        from: DebtorId,
        /// Who is both now.
        into: DebtorId,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// What had come with a debtor was handed back to it, or chosen invoices made a debtor of their own.
    DebtorSplit {
        /// Who had it.
        from: DebtorId,
        /// Who has it now.
        into: DebtorId,
        /// Why, as a person wrote it.
        reason: String,
    },
    /// The debtor belongs to somebody else of the creditor's team.
    OwnerSet {
        /// Somebody is named; else it is whom the settings name.
        named: bool,
        /// Why, as a person wrote it.
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
    /// The debtor refuses to be written to in a way.
    ChannelRefused {
        /// Which.
        channel: Channel,
        /// Who said so.
        by: Party,
    },
    /// The debtor may be written to this way again.
    ChannelAllowed {
        /// Which.
        channel: Channel,
        /// Why.
        reason: String,
    },
    /// The debtor asked for instalments.
    InstalmentsAsked {
        /// How many.
        parts: u8,
        /// What the debtor wrote.
        note: String,
    },
    /// The team answered that.
    InstalmentsAnswered,
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
    /// The debtor said something on the pay page.
    DebtorSaid {
        /// What.
        word: DebtorWord,
    },
    /// An instalment was missed, and its plan is broken.
    PlanBroken {
        /// The day of the instalment.
        on: NaiveDate,
        /// What was missing, minor units.
        missing_minor: i64,
        /// Its currency.
        currency: Currency,
    },
    /// A payment that was under way did not come.
    PaymentNotCome {
        /// Of which invoice.
        case: CaseId,
    },
    /// The law asks for something else than a reminder now.
    LegalStop {
        /// Why.
        stop: LegalKind,
    },
    /// Interest or compensation cannot be calculated: a rate is missing.
    MissingRate {
        /// Of which invoice.
        case: CaseId,
        /// The table.
        table: String,
        /// The first day for which it has none.
        day: NaiveDate,
    },
    /// A refund that fits no booking.
    OddRefund {
        /// The refund.
        refund: String,
    },
    /// Reminders of a day were not sent because nobody approved them. One a day.
    NotApproved {
        /// The business day.
        on: NaiveDate,
    },
    /// Invoices came long overdue and wait until the team says how to begin. One for all.
    FirstRunGuarded,
    /// Nobody knows whether the list of a day was mailed, or it could not be.
    ListNotMailed {
        /// The day of the list.
        on: NaiveDate,
        /// Why.
        reason: String,
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
    /// Addresses to which something may be sent again.
    pub unblocked: Vec<String>,
    /// Messages to the debtor that wait for their send window now and did not before.
    pub new_messages: u32,
}

/// How many messages to the debtor wait for their send window that did not before.
pub(super) fn new_messages(before: &Account, after: &Account) -> u32 {
    let waits = |reminder: &&Reminder| reminder.state == ReminderState::Scheduled && !reminder.id.channel.is_for_team();
    let waited = |id: &ReminderId| before.reminders.iter().filter(waits).any(|reminder| reminder.id == *id);
    let new = after.reminders.iter().filter(waits).filter(|reminder| !waited(&reminder.id));
    u32::try_from(new.count()).unwrap_or(u32::MAX)
}

impl Outcome {
    /// Nothing is done yet.
    pub fn of(account: &Account) -> Self {
        Self {
            account: account.clone(),
            entries: Vec::new(),
            attention: Vec::new(),
            evaluate_today: false,
            unblocked: Vec::new(),
            new_messages: 0,
        }
    }
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
    /// The debtor promised before, and it was not kept: the next promise is for the team to take.
    #[error("the debtor promised before, and it was not kept")]
    PromisedBefore,
    /// Too few instalments, or too many, to ask for.
    #[error("{least} to {most} instalments may be asked for")]
    InstalmentsAsked {
        /// Fewest.
        least: u8,
        /// Most.
        most: u8,
    },
    /// Instalments were asked for not long ago.
    #[error("instalments were asked for already; the team will answer")]
    AskedBefore,
    /// The amount of a promise is none, or more than what is open.
    #[error("a promise may name an amount up to what is open")]
    PromisedAmount {
        /// What is open, minor units.
        most_minor: i64,
        /// Its currency.
        currency: Currency,
    },
    /// The day of a payment that somebody speaks of lies in the future, or too far back.
    #[error("a payment may have been made from {first} to {last}")]
    PaidOn {
        /// The first day that may be named.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
    },
    /// What is wrong with a plan, all of it.
    #[error("the instalments cannot be agreed like this")]
    Plan(Vec<PlanProblem>),
    /// The debtor said so before, and nothing came.
    #[error("the debtor said so before, and nothing came")]
    SaidBefore,
    /// A stop of the law begins in the future, or would be over already.
    #[error("a stop may begin until {today} and end from it on")]
    LegalStopDays {
        /// Today.
        today: NaiveDate,
    },
    /// It is not said which contact is somebody else's, or there is no such contact.
    #[error("a wrong person needs the contact that is somebody else's, and nothing else does")]
    WhoseContact,
    /// Both are the same debtor.
    #[error("it is the same debtor")]
    SameDebtor,
    /// The debtor was merged into another one.
    #[error("the debtor was merged into {into}")]
    Merged {
        /// Which.
        into: DebtorId,
    },
    /// The debtor was not merged into that one.
    #[error("the debtor was not merged into that one")]
    NotMerged,
    /// A reminder waits that has to be cancelled before.
    #[error("a reminder about it waits")]
    Waiting,
    /// The command speaks of a contact that this account does not have.
    #[error("the account has no such contact")]
    NoSuchContact,
    /// There are as many contacts as there may be.
    #[error("a debtor has {MOST_CONTACTS} contacts at the most")]
    TooManyContacts,
    /// A contact would have neither e-mail nor phone.
    #[error("a contact has an e-mail address or a phone number")]
    ContactWithoutAddress,
    /// The day of a settlement is before the issue or in the future.
    #[error("a settlement may name a day from {first} to {last}")]
    SettledDay {
        /// The first day that may be named.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
    },
    /// A word is for a day that is over, or too far ahead.
    #[error("a line may be approved, skipped or moved for a day from {first} to {last}")]
    InstructedDay {
        /// The first day.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
    },
    /// The invoice has no such side claim.
    #[error("nothing of this kind is claimed for this invoice")]
    NoSuchClaim,
    /// Less is open of a side claim, or nothing.
    #[error("an amount up to what is open of the claim")]
    MoreThanClaimed {
        /// What is open, minor units.
        most_minor: i64,
        /// Its currency.
        currency: Currency,
    },
    /// The amount of a settlement is none, or more than what is open.
    #[error("a settlement may name an amount up to what is open")]
    SettledAmount {
        /// What is open, minor units.
        most_minor: i64,
        /// Its currency.
        currency: Currency,
    },
    /// Nothing may be said of what was to be sent now.
    #[error("nothing may be said of it now")]
    NotSayable {
        /// Why.
        reason: SkipReason,
    },
    /// An instalment plan cannot go along: the other debtor has one in its currency, it covers invoices of
    /// both, or more of them than go over at once.
    #[error("an instalment plan in {currency} cannot go along")]
    PlanInTheWay {
        /// Its currency.
        currency: Currency,
    },
    /// The invoice is paid by instalments, and nothing may be said of the next one now.
    #[error("nothing may be said of its next instalment now")]
    NoInstalment {
        /// The day of the instalment.
        pay_on: NaiveDate,
        /// The first day on which it is announced, where that is to come.
        announced_on: Option<NaiveDate>,
        /// Its day is over: until when it may still come, before the plan is broken.
        waits_until: Option<NaiveDate>,
    },
    /// One reminder a day: today's went, or was cancelled.
    #[error("today's reminder by this channel is no longer waiting")]
    SaidToday,
    /// Nothing goes any more today.
    #[error("the send window of the day is closed; it opens at {first_at}")]
    NotNow {
        /// The first moment at which it would be possible.
        first_at: DateTime<Utc>,
    },
    /// The day is not later than the printed one, in the past, or too far ahead.
    #[error("a due date may be put off to a day from {first} to {last}")]
    ExtendedDay {
        /// The first day that may be named.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
    },
    /// The step to skip is not the one that comes next.
    #[error("another step comes next, or none")]
    NotNextStep {
        /// The one that does.
        next: Option<String>,
    },
    /// The step was not passed over.
    #[error("the step was not passed over")]
    NoSuchSkip,
    /// A later step was taken or passed over since.
    #[error("a later step was taken or passed over")]
    LaterStep {
        /// That step.
        later: String,
    },
    /// The case has no such settlement.
    #[error("the invoice has no such settlement")]
    NoSuchSettlement,
    /// The case ended in a way that no person undoes here.
    #[error("the invoice is paid or cancelled")]
    Ended {
        /// How it ended.
        how: Closed,
    },
    /// The reminder with the line is on its way, or went.
    #[error("the line has gone already, or is being sent")]
    AlreadyGone,
    /// The line has become more than what was seen: a larger sum, or a stricter step.
    #[error("the line changed since it was seen")]
    Changed,
    /// The case hears nothing on that day, for this reason.
    #[error("the invoice hears nothing on that day")]
    Silent(Box<SkipReason>),
    /// A task for the team goes to nobody else, and the channel must be one that the debtor can be reached by.
    #[error("the line cannot go by this channel: {0}")]
    Channel(&'static str),
    /// Nothing would change.
    #[error("nothing to change: {0}")]
    NoEffect(&'static str),
}
