//! What stands in an account's time line.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ContactField;
use crate::domain::account::Hold;
use crate::domain::contact::{ContactId, Role};
use crate::domain::decide::{Decision, HoldScope};
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::instruction::Act;
use crate::domain::interest::ClaimKind;
use crate::domain::legal::{LegalEnd, LegalKind, LegalStop};
use crate::domain::money::Currency;
use crate::domain::pending::{Pending, PendingEnd};
use crate::domain::plan::{Plan, PlanEnd};
use crate::domain::policy::Channel;
use crate::domain::reminder::{ReminderId, ReminderState};
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
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
    /// The invoice was corrected, so less of a side claim is owed than was claimed.
    SideClaimLowered {
        /// Of which invoice.
        case: CaseId,
        /// Which.
        claim: ClaimKind,
        /// By how much, minor units.
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
        /// Because the version until now is not kept any more; else somebody wanted it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        version_gone: bool,
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
    /// From a day on something else is decided of an invoice: it is silent for another reason, takes a
    /// step, or comes to another next step.
    Decided {
        /// Which.
        case: CaseId,
        /// The first business day for which it stands.
        on: NaiveDate,
        /// What; `None` where what was decided holds no longer, and the next night decides anew.
        decision: Option<Decision>,
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
    /// Somebody asked for a fresh link on the page of one that is over.
    FreshLinkAsked,
    /// A person revoked every pay link that was sent so far.
    LinksRevoked {
        /// Why.
        reason: String,
    },
    /// A service message is to go: an answer to something that the debtor did, and no reminder.
    ServiceScheduled {
        /// Which.
        message: ReminderId,
    },
    /// A reminder or a service message will not go, or did not.
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
    /// The team said where letters go; the address stands in the profile alone.
    PostalGiven {
        /// Why, as a person wrote it.
        reason: String,
    },
    /// The team said that letters do not go there any more.
    PostalTakenAway {
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
    /// The last day of a hold is over.
    HoldRanOut {
        /// What was held.
        scope: HoldScope,
        /// The case, if one.
        case: Option<CaseId>,
    },
    /// A hold was ended by a person.
    Released {
        /// What was held.
        scope: HoldScope,
        /// The case, if one.
        case: Option<CaseId>,
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The debtor refuses to be written to in a way.
    ChannelRefused {
        /// Which.
        channel: Channel,
        /// Who said so.
        by: Party,
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
    InstalmentsAnswered {
        /// Why, as a person of the team wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}
