//! What the law that governs a claim allows of an agreed rate: data of the table, since each law has its
//! own maximum or none.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calculation::{InterestError, Most, PaymentDay, Terms};
use super::rates::{PL_STATUTORY, RateTables};
use crate::domain::fact::DebtorKind;
use crate::fields::FieldError;

/// Twice statutory interest for late payment (art. 481 § 2¹ of the Polish Civil Code).
const PL_TIMES: u32 = 2;
/// More than this is a slip of the pen.
const MOST_TIMES: u32 = 10;

/// The most that may be asked for by a table. A rate above it is lowered, never refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Cap {
    /// Polish law: twice statutory interest for late payment, also between businesses (art. 481 § 2¹
    /// and 2² of the Civil Code). Choosing another law in a contract does not lift it (§ 2³), so it
    /// holds wherever nothing else is said.
    #[default]
    PlMaximum,
    /// The law that governs the claim has no maximum, or the rates are that law's own.
    None {
        /// Which law says so, such as `§ 288 BGB`.
        source: String,
    },
    /// Another law's maximum: so many times the rate of another table on the same day.
    Times {
        /// The id of that table: one of `rate_tables`, or a shipped one.
        table: String,
        /// How many times its rate, 1 to 10.
        times: u32,
        /// Which law says so.
        source: String,
    },
}

impl Cap {
    /// Everything that is wrong with it on its own, each with its path in the table.
    pub(super) fn validate(&self) -> Vec<FieldError> {
        let mut problems = Vec::new();
        let (field, source) = match self {
            Cap::PlMaximum => return problems,
            Cap::None { source } => ("cap.none.source", source),
            Cap::Times { times, source, .. } => {
                if !(1..=MOST_TIMES).contains(times) {
                    problems.push(FieldError::new("cap.times.times", "is no number of times", "1 to 10"));
                }
                ("cap.times.source", source)
            }
        };
        if source.trim().is_empty() {
            problems.push(FieldError::new(field, "is empty", "the law that says so, such as § 288 BGB"));
        }
        problems
    }

    /// What is wrong where it names no other table that is there.
    pub(super) fn astray(&self, own: &str, is_known: impl Fn(&str) -> bool) -> Option<FieldError> {
        let Cap::Times { table, .. } = self else { return None };
        let wrong = table == own || !is_known(table);
        wrong.then(|| FieldError::new("cap.times.table", "names no other table", "the id of another one of rate_tables, or a shipped one"))
    }
}

impl RateTables {
    /// By which rules interest runs by one of these tables, its cap included.
    ///
    /// # Errors
    /// `InterestError::MissingRate` for `day` where the table, or the one that caps it, is gone: without
    /// its cap no agreed rate is taken for granted.
    pub fn terms(&self, id: &str, debtor: DebtorKind, payment_day: PaymentDay, day: NaiveDate) -> Result<Terms<'_>, InterestError> {
        let known = |id: &str| self.table(id).ok_or_else(|| InterestError::MissingRate { table: id.to_owned(), day });
        let table = known(id)?;
        let cap = match &table.cap {
            Cap::PlMaximum => Some(Most { table: known(PL_STATUTORY)?, times: PL_TIMES }),
            Cap::None { .. } => None,
            Cap::Times { table, times, .. } => Some(Most { table: known(table)?, times: *times }),
        };
        Ok(Terms { debtor, table, cap, payment_day })
    }
}
