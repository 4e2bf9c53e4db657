//! How a debtor has paid so far, as the API shows it.

use serde::Serialize;
use upominek::domain::record;
use utoipa::ToSchema;

/// How a debtor has paid so far: invoices that we knew open and that money closed. Cancelled ones, those
/// lowered by credit notes and those paid before we knew them do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Record {
    /// How many invoices were paid.
    pub paid_invoices: u32,
    /// How many of the last ones the figures below are counted over, up to 24.
    pub counted: usize,
    /// How many of these were paid late.
    pub late: usize,
    /// Their share in whole percent, rounded down.
    pub late_share_percent: i64,
    /// Days late on average, rounded down; in time is 0.
    pub average_days_late: i64,
    /// The most days late.
    pub worst_days_late: i64,
    /// Promises whose money came in time.
    pub promises_kept: u32,
    /// Promises whose money did not come, or in part only.
    pub promises_broken: u32,
}

impl From<&record::Record> for Record {
    fn from(record: &record::Record) -> Self {
        Self {
            paid_invoices: record.paid,
            counted: record.recent.len(),
            late: record.late(),
            late_share_percent: record.late_share_percent(),
            average_days_late: record.average_days_late(),
            worst_days_late: record.worst_days_late(),
            promises_kept: record.promises_kept,
            promises_broken: record.promises_broken,
        }
    }
}
