//! What waits for a person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::debtor_word::DebtorWord;
use crate::domain::fact::Warning;
use crate::domain::ids::CaseId;
use crate::domain::legal::LegalKind;
use crate::domain::money::Currency;
use crate::domain::reminder::{ReminderId, ReminderState};
use crate::domain::stops::PromiseEnd;

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
