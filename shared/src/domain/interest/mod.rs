//! Late-payment interest and compensation for recovery costs: what a debtor owes beside the
//! invoice, to the grosz, and where each figure comes from.
//!
//! Rates are data with a source (`rates`), an amount is split by its periods (`calculation`), and
//! both kinds of side claim live on after the invoice is paid (`side_claims`). Amounts are integers of
//! the currency's minor unit, days are civil days of the creditor. Whether any of it is demanded at
//! all is the creditor's configuration; none of it is legal advice.
//!
//! Art. 481 of the Polish Civil Code; act of 8 March 2013 on counteracting excessive delays in
//! commercial transactions.

mod bookings;
mod calculation;
mod cap;
mod compensation;
mod interest_claim;
mod own;
mod principal;
mod rates;
mod side_claims;

pub use bookings::{Booking, ClaimError, Outcome};
pub use calculation::{Capped, Carry, Interest, InterestError, Most, PARTS_PER_MINOR, PaymentDay, Period, Terms, interest};
pub use cap::Cap;
pub use compensation::{Compensation, CompensationError, MidRate, MidRates, compensation, mid_rate_day, tier_eur_minor};
pub use interest_claim::{InterestClaim, Settlement};
pub use own::{BusinessInterest, Charging, ConsumerInterest, Order, OwnMidRate, OwnRate, OwnTable, Percent, Zloty};
pub(in crate::domain) use own::{mid_rates, problems, tables_with};
pub use principal::{Change, ChangeKind, Principal, Respite};
pub use rates::{PL_COMMERCIAL, PL_COMMERCIAL_HEALTHCARE, PL_STATUTORY, RateEntry, RateInForce, RateTable, RateTables};
pub use side_claims::{CompensationClaim, SideClaims};

use serde::{Deserialize, Serialize};

/// A kind of side claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ClaimKind {
    /// Interest for late payment.
    Interest,
    /// The lump sum for recovery costs; from businesses only, for invoices in złoty.
    Compensation,
}

#[cfg(test)]
mod tests;
