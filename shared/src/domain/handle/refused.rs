//! Why a command does nothing.

use chrono::{DateTime, NaiveDate, Utc};

use super::plan::PlanProblem;
use crate::domain::account::Closed;
use crate::domain::cause::Cause;
use crate::domain::contact::MOST_CONTACTS;
use crate::domain::decide::SkipReason;
use crate::domain::ids::DebtorId;
use crate::domain::money::Currency;

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
    #[error("the line cannot go by this channel: {}", .0.name())]
    Channel(Cause),
    /// Nothing would change.
    #[error("nothing to change: {0}")]
    NoEffect(&'static str),
}
