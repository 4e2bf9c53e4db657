//! What can be done to an account.

use chrono::NaiveDate;

use super::{ContactEdit, NewLegalStop, NewPlan, NewPromise, NewSettlement, SaidPaid, Word};
use crate::domain::account::Hold;
use crate::domain::cause::Cause;
use crate::domain::fact::{CreditNoteFact, InvoiceFact, PaymentFact, RefundFact};
use crate::domain::ids::CaseId;
use crate::domain::instruction::Seen;
use crate::domain::interest::ClaimKind;
use crate::domain::legal::{LegalEnd, LegalKind};
use crate::domain::money::Currency;
use crate::domain::policy::Channel;
use crate::domain::reminder::{ReminderId, ReminderState};
use crate::domain::stops::{DisputeReason, Party};

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
        odd: Option<Cause>,
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
    Release(Option<CaseId>, String),
    /// The debtor promises to pay one invoice, or all that is open.
    Promise(Option<CaseId>, NewPromise),
    /// The team takes a promise back.
    WithdrawPromise(Option<CaseId>, String),
    /// Instalments are agreed.
    MakePlan(NewPlan),
    /// The team takes back the plan in a currency, or every one, for a reason.
    WithdrawPlan(Option<Currency>, String),
    /// Somebody says that one invoice is paid, or all that is open.
    SaidPaid(Option<CaseId>, SaidPaid),
    /// The team knows that no payment is under way.
    WithdrawPending(Option<CaseId>, String),
    /// A provider says that the payment of a checkout is under way.
    CheckoutPending {
        /// Our reference.
        reference: String,
        /// The invoice that the debtor chose.
        case: Option<CaseId>,
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
        /// The invoice that the debtor chose.
        case: Option<CaseId>,
        /// The payment.
        fact: PaymentFact,
        /// What does not fit what was expected, as for `Payment`.
        odd: Option<Cause>,
    },
    /// Nothing more is to go to the debtor by a channel.
    RefuseChannel {
        /// E-mail or SMS.
        channel: Channel,
        /// Who says so.
        by: Party,
        /// Why, as a person of the team wrote it; the debtor gives none.
        reason: Option<String>,
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
    AnswerInstalments {
        /// Why, as a person wrote it.
        reason: String,
    },
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
        /// Why, as a person wrote it.
        reason: String,
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
    /// Find day and reason of every open case anew by the settings in force; it keeps its policy.
    Rearrange,
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
    /// Somebody asks for a fresh link on the page of one that is over.
    AskFreshLink,
    /// Every pay link that was sent so far stops working.
    RevokeLinks {
        /// Why, as a person wrote it.
        reason: String,
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
    pub(super) fn changes_course_of(&self) -> Option<(&CaseId, &str)> {
        match self {
            Command::ExtendDueDate { case, .. } | Command::RestoreDueDate { case, .. } | Command::Reopen { case, .. } => Some((case, "")),
            Command::SkipStep { case, step, .. } | Command::RestoreStep { case, step, .. } => Some((case, step)),
            _ => None,
        }
    }
}
