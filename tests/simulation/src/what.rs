//! What can happen to a simulated creditor: the verbs of a script.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::domain::contact::Role;
use upominek::domain::first_run::Mode;
use upominek::domain::interest::ClaimKind;
use upominek::domain::legal::LegalKind;
use upominek::domain::money::Currency;
use upominek::domain::policy::Channel;
use upominek::domain::settlement::SettlementKind;
use upominek::domain::stops::Party;

/// What happens. Amounts are minor units; ids begin with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// An invoice as its source sees it.
    Invoice {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// The source's revision.
        revision: u64,
        /// Date of issue.
        issued: NaiveDate,
        /// Due date.
        due: NaiveDate,
        /// Gross total.
        total: i64,
        /// Currency.
        currency: Currency,
        /// What its source says was paid.
        paid: Option<i64>,
        /// So much less is owed where the rest is paid by its due date (skonto).
        discount: Option<i64>,
        /// The debtor's e-mail address from now on.
        email: Option<String>,
    },
    /// The source says: paid in full.
    Paid {
        /// Which invoice.
        invoice: String,
        /// The source's revision.
        revision: u64,
    },
    /// The source says: void.
    Cancelled {
        /// Which invoice.
        invoice: String,
        /// The source's revision.
        revision: u64,
    },
    /// Money came, for an invoice or from a debtor.
    Payment {
        /// The payment's id.
        payment: String,
        /// Which invoice.
        invoice: Option<String>,
        /// Whose.
        debtor: Option<String>,
        /// How much.
        amount: i64,
        /// Currency.
        currency: Currency,
    },
    /// Money went back.
    Refund {
        /// The refund's id.
        refund: String,
        /// The payment's id.
        payment: String,
        /// Which invoice.
        invoice: Option<String>,
        /// How much.
        amount: i64,
        /// Currency.
        currency: Currency,
    },
    /// Less is owed.
    CreditNote {
        /// The note's id.
        note: String,
        /// Which invoice.
        invoice: String,
        /// How much.
        amount: i64,
        /// Currency.
        currency: Currency,
    },
    /// A person stops the reminders of a debtor, or of one invoice.
    Hold {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: Option<String>,
        /// Last day.
        until: Option<NaiveDate>,
    },
    /// A person ends that.
    Release {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: Option<String>,
    },
    /// A person stops all reminders.
    HoldAll {
        /// Last day.
        until: Option<NaiveDate>,
    },
    /// A person ends that.
    ReleaseAll,
    /// The debtor promises to pay one invoice, or all.
    Promise {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: Option<String>,
        /// The day.
        on: NaiveDate,
        /// How much.
        amount: Option<i64>,
    },
    /// The team takes a promise back.
    WithdrawPromise {
        /// Whose.
        debtor: String,
    },
    /// Instalments are agreed for all that is open in a currency, cut evenly, the rest with the last one.
    Plan {
        /// Whose.
        debtor: String,
        /// Currency.
        currency: Currency,
        /// The day of the first instalment.
        first: NaiveDate,
        /// How many instalments.
        parts: u32,
        /// Days from one to the next.
        every: u32,
    },
    /// The team takes the plan in a currency back.
    WithdrawPlan {
        /// Whose.
        debtor: String,
        /// Currency.
        currency: Currency,
    },
    /// The law puts up a stop. One for a wrong person says by which way that person was reached.
    LegalStop {
        /// Whose.
        debtor: String,
        /// Which kind.
        kind: LegalKind,
        /// First day.
        since: NaiveDate,
        /// Last day.
        until: Option<NaiveDate>,
        /// By which channel.
        channel: Option<Channel>,
    },
    /// The team ends it.
    EndLegalStop {
        /// Whose.
        debtor: String,
        /// Which kind.
        kind: LegalKind,
        /// It had been a mistake.
        mistaken: bool,
    },
    /// Somebody says that an invoice is paid, or all that is open.
    SaidPaid {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: Option<String>,
        /// Who says so.
        by: Party,
        /// The day.
        on: NaiveDate,
    },
    /// The team knows that no payment is under way.
    WithdrawPending {
        /// Whose.
        debtor: String,
    },
    /// The debtor begins a checkout on the pay page, and its provider says that the payment is under way.
    Checkout {
        /// Whose.
        debtor: String,
        /// Our reference of it.
        checkout: String,
        /// How much.
        amount: i64,
        /// Currency.
        currency: Currency,
    },
    /// The provider says that it failed.
    CheckoutFails {
        /// Whose.
        debtor: String,
        /// Our reference of it.
        checkout: String,
    },
    /// Its money came, perhaps another sum than was asked for.
    CheckoutPaid {
        /// Whose.
        debtor: String,
        /// Our reference of it.
        checkout: String,
        /// How much.
        amount: i64,
        /// Currency.
        currency: Currency,
        /// What comes is what was to come.
        fits: bool,
    },
    /// The team settles an invoice, or a part of it, without money.
    Settle {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// Which kind.
        kind: SettlementKind,
        /// How much.
        amount: Option<i64>,
    },
    /// The team takes the last settlement of a kind back.
    UndoSettlement {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// Which kind.
        kind: SettlementKind,
    },
    /// The team lets a side claim of an invoice go.
    WaiveClaim {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// Which claim.
        claim: ClaimKind,
    },
    /// From now on the creditor charges this beside its invoices, where a step claims it.
    Charge {
        /// Interest from businesses.
        businesses: bool,
        /// Interest from consumers.
        consumers: bool,
        /// Compensation.
        compensation: bool,
    },
    /// The team opens a written-off invoice again.
    Reopen {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
    },
    /// The team gives an invoice a later day to pay by.
    Extend {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// Due date.
        due: NaiveDate,
    },
    /// The team takes that back.
    RestoreDue {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
    },
    /// The team passes over the next step of an invoice.
    SkipStep {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
    },
    /// The team takes the last step back that it passed over.
    RestoreStep {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
    },
    /// The team lets the next step of an invoice go today, or of all that is overdue.
    SendNow {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: Option<String>,
    },
    /// The debtor disputes an invoice.
    Dispute {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
    },
    /// A dispute is decided.
    DecideDispute {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// The debtor was right.
        upheld: bool,
    },
    /// The last e-mail to the debtor bounced for good.
    Bounce {
        /// Whose.
        debtor: String,
    },
    /// The last e-mail to the debtor was delivered.
    Delivered {
        /// Whose.
        debtor: String,
    },
    /// Another policy is in force, and all cases are planned by it.
    Policy {
        /// Which.
        name: String,
    },
    /// The schedule of the day's night does not fire.
    NoNight,
    /// The schedule of a night fires once more.
    NightAgain {
        /// The business day.
        day: NaiveDate,
    },
    /// Nothing runs at all until then.
    Outage {
        /// Last day.
        until: DateTime<Utc>,
    },
    /// A debtor's record cannot be read.
    Poison {
        /// Whose.
        debtor: String,
    },
    /// It can be read again.
    Cure {
        /// Whose.
        debtor: String,
    },
    /// The next such effect goes wrong, of a debtor or of anybody; forgotten at the end of the day.
    Fault {
        /// Which effect.
        effect: String,
        /// What goes wrong.
        fault: String,
        /// Whose.
        debtor: Option<String>,
    },
    /// From now on somebody has to look at what goes to debtors, or nobody has to.
    Approval {
        /// Whether somebody has to.
        required: bool,
    },
    /// The most messages that the nights of a day may make, or no bound.
    Cap {
        /// How many.
        most: Option<u32>,
    },
    /// What becomes of invoices that come overdue.
    FirstRun {
        /// How.
        mode: Mode,
        /// What was due before this day.
        older: Option<NaiveDate>,
    },
    /// The team lets everything go that stands on the list of a day.
    ApproveList {
        /// The business day.
        day: NaiveDate,
    },
    /// The team lets one line of a day go.
    Approve {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// The day.
        on: NaiveDate,
    },
    /// The team leaves one line of a day out.
    LeaveOut {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// The day.
        on: NaiveDate,
    },
    /// The team lets one line of a day go by another way.
    SendBy {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// The day.
        on: NaiveDate,
        /// By which channel.
        channel: Channel,
    },
    /// The team takes its word about a line back.
    TakeBack {
        /// Whose.
        debtor: String,
        /// Which invoice.
        invoice: String,
        /// The day.
        on: NaiveDate,
    },
    /// The team enters a contact.
    AddContact {
        /// Whose.
        debtor: String,
        /// What they do.
        role: Role,
        /// The debtor's e-mail address from now on.
        email: Option<String>,
        /// Phone number.
        phone: Option<String>,
    },
    /// The team gives a contact that it entered another role, or another e-mail address.
    ChangeContact {
        /// Whose.
        debtor: String,
        /// Which contact, in the order in which they were added, from 1.
        contact: u32,
        /// What they do.
        role: Role,
        /// The debtor's e-mail address from now on.
        email: Option<String>,
    },
    /// The team takes a contact away that it entered.
    RemoveContact {
        /// Whose.
        debtor: String,
        /// Which contact, in the order in which they were added, from 1.
        contact: u32,
    },
}

impl What {
    /// The debtor that it is about, where the line names one.
    pub fn debtor(&self) -> Option<&str> {
        match self {
            What::Invoice { debtor, .. }
            | What::Hold { debtor, .. }
            | What::Release { debtor, .. }
            | What::Promise { debtor, .. }
            | What::WithdrawPromise { debtor, .. }
            | What::Plan { debtor, .. }
            | What::WithdrawPlan { debtor, .. }
            | What::LegalStop { debtor, .. }
            | What::EndLegalStop { debtor, .. }
            | What::SaidPaid { debtor, .. }
            | What::WithdrawPending { debtor, .. }
            | What::Checkout { debtor, .. }
            | What::CheckoutFails { debtor, .. }
            | What::CheckoutPaid { debtor, .. }
            | What::Settle { debtor, .. }
            | What::UndoSettlement { debtor, .. }
            | What::WaiveClaim { debtor, .. }
            | What::Reopen { debtor, .. }
            | What::Extend { debtor, .. }
            | What::RestoreDue { debtor, .. }
            | What::SkipStep { debtor, .. }
            | What::RestoreStep { debtor, .. }
            | What::SendNow { debtor, .. }
            | What::Dispute { debtor, .. }
            | What::DecideDispute { debtor, .. }
            | What::Bounce { debtor, .. }
            | What::Delivered { debtor, .. }
            | What::Poison { debtor, .. }
            | What::Cure { debtor, .. }
            | What::Approve { debtor, .. }
            | What::LeaveOut { debtor, .. }
            | What::SendBy { debtor, .. }
            | What::TakeBack { debtor, .. }
            | What::AddContact { debtor, .. }
            | What::ChangeContact { debtor, .. }
            | What::RemoveContact { debtor, .. } => Some(debtor),
            What::Payment { debtor, .. } | What::Fault { debtor, .. } => debtor.as_deref(),
            _ => None,
        }
    }

    /// The invoice that it is about, where the line names one.
    pub fn invoice(&self) -> Option<&str> {
        match self {
            What::Invoice { invoice, .. }
            | What::Paid { invoice, .. }
            | What::Cancelled { invoice, .. }
            | What::CreditNote { invoice, .. }
            | What::Settle { invoice, .. }
            | What::UndoSettlement { invoice, .. }
            | What::WaiveClaim { invoice, .. }
            | What::Reopen { invoice, .. }
            | What::Extend { invoice, .. }
            | What::RestoreDue { invoice, .. }
            | What::SkipStep { invoice, .. }
            | What::RestoreStep { invoice, .. }
            | What::Dispute { invoice, .. }
            | What::DecideDispute { invoice, .. }
            | What::Approve { invoice, .. }
            | What::LeaveOut { invoice, .. }
            | What::SendBy { invoice, .. }
            | What::TakeBack { invoice, .. } => Some(invoice),
            What::Payment { invoice, .. }
            | What::Refund { invoice, .. }
            | What::Hold { invoice, .. }
            | What::Release { invoice, .. }
            | What::Promise { invoice, .. }
            | What::SaidPaid { invoice, .. }
            | What::SendNow { invoice, .. } => invoice.as_deref(),
            _ => None,
        }
    }

    /// Its verb, as lines have it.
    pub fn verb(&self) -> &'static str {
        match self {
            What::Invoice { .. } => "invoice",
            What::Paid { .. } => "paid",
            What::Cancelled { .. } => "cancelled",
            What::Payment { .. } => "payment",
            What::Refund { .. } => "refund",
            What::CreditNote { .. } => "credit-note",
            What::Hold { .. } => "hold",
            What::Release { .. } => "release",
            What::HoldAll { .. } => "hold-all",
            What::ReleaseAll => "release-all",
            What::Promise { .. } => "promise",
            What::WithdrawPromise { .. } => "withdraw-promise",
            What::Plan { .. } => "plan",
            What::WithdrawPlan { .. } => "withdraw-plan",
            What::LegalStop { .. } => "legal-stop",
            What::EndLegalStop { .. } => "end-legal-stop",
            What::SaidPaid { .. } => "said-paid",
            What::WithdrawPending { .. } => "withdraw-pending",
            What::Checkout { .. } => "checkout",
            What::CheckoutFails { .. } => "checkout-fails",
            What::CheckoutPaid { .. } => "checkout-paid",
            What::Settle { .. } => "settle",
            What::UndoSettlement { .. } => "undo-settlement",
            What::WaiveClaim { .. } => "waive-claim",
            What::Charge { .. } => "charge",
            What::Reopen { .. } => "reopen",
            What::Extend { .. } => "extend",
            What::RestoreDue { .. } => "restore-due",
            What::SkipStep { .. } => "skip-step",
            What::RestoreStep { .. } => "restore-step",
            What::SendNow { .. } => "send-now",
            What::Dispute { .. } => "dispute",
            What::DecideDispute { .. } => "decide-dispute",
            What::Bounce { .. } => "bounce",
            What::Delivered { .. } => "delivered",
            What::Policy { .. } => "policy",
            What::NoNight => "no-night",
            What::NightAgain { .. } => "night-again",
            What::Outage { .. } => "outage",
            What::Poison { .. } => "poison",
            What::Cure { .. } => "cure",
            What::Fault { .. } => "fault",
            What::Approval { .. } => "approval",
            What::Cap { .. } => "cap",
            What::FirstRun { .. } => "first-run",
            What::ApproveList { .. } => "approve-list",
            What::Approve { .. } => "approve",
            What::LeaveOut { .. } => "leave-out",
            What::SendBy { .. } => "send-by",
            What::TakeBack { .. } => "take-back",
            What::AddContact { .. } => "add-contact",
            What::ChangeContact { .. } => "change-contact",
            What::RemoveContact { .. } => "remove-contact",
        }
    }

    /// Whether it disturbs the machinery, and not only the business.
    pub fn disturbs(&self) -> bool {
        matches!(
            self,
            What::NoNight | What::NightAgain { .. } | What::Outage { .. } | What::Poison { .. } | What::Cure { .. } | What::Fault { .. }
        )
    }
}
