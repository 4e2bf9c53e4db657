//! What is asked for beside an invoice: interest and compensation that were claimed.

use chrono::NaiveDate;

use super::clean::number;
use super::invoice::account_number;
use crate::domain::account::{Account, Case};
use crate::domain::claimed::{Calculator, Claimed, covered};
use crate::domain::creditor::Settings;
use crate::domain::fact::DebtorKind;
use crate::domain::interest::{InterestClaim, PL_COMMERCIAL, PL_COMMERCIAL_HEALTHCARE, PL_STATUTORY, Period, Respite};
use crate::domain::plan::part;
use crate::domain::stops::claims_barred_from;

/// By what interest runs, as it is called in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Commercial transactions.
    Commercial,
    /// Art. 481 of the Civil Code.
    Statutory,
    /// The contract.
    Contract,
    /// Another country's law, or a contract under it: the table says which.
    Foreign,
}

impl Ground {
    /// The word for it in the templates.
    pub fn word(self) -> &'static str {
        match self {
            Ground::Commercial => "ground_commercial",
            Ground::Statutory => "ground_statutory",
            Ground::Contract => "ground_contract",
            Ground::Foreign => "ground_foreign",
        }
    }
}

/// Interest on one invoice. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterestFacts {
    /// What is open of it.
    pub open_minor: i64,
    /// Its first day.
    pub from: NaiveDate,
    /// The last day that is counted.
    pub until: Option<NaiveDate>,
    /// By what it runs.
    pub ground: Ground,
    /// Each rate with its first day.
    pub rates: Vec<(NaiveDate, u32)>,
}

/// Side claims of one invoice. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BesideFacts {
    /// Interest, where some is open.
    pub interest: Option<InterestFacts>,
    /// What is open of the compensation.
    pub compensation_minor: i64,
}

impl BesideFacts {
    /// Both.
    pub fn open_minor(&self) -> i64 {
        self.interest.as_ref().map_or(0, |interest| interest.open_minor).saturating_add(self.compensation_minor)
    }
}

/// Side claims of an invoice that is paid: nobody is reminded of them, and they can be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftFacts {
    /// The invoice's number.
    pub number: String,
    /// The account to pay to.
    pub payment_account: Option<String>,
    /// What is open.
    pub beside: BesideFacts,
}

/// Collects the side claims of an account as of a day.
pub(super) struct Beside<'a> {
    account: &'a Account,
    calculator: Calculator<'a>,
    settings: &'a Settings,
    as_of: NaiveDate,
}

impl<'a> Beside<'a> {
    /// `None` where nothing was claimed.
    pub(super) fn new(account: &'a Account, settings: &'a Settings, as_of: NaiveDate) -> Option<Self> {
        let calculator = || Calculator::new(settings, account.profile.kind);
        (!account.claims.is_empty()).then(|| Self { account, calculator: calculator(), settings, as_of })
    }

    /// What is asked for beside an open invoice. `net_minor` is what is open of it after netting.
    pub(super) fn of(&self, case: &Case, net_minor: i64) -> BesideFacts {
        // While an instalment plan is kept, nothing is asked for beside its instalments.
        let claimed = self.account.claim(&case.id).filter(|_| part(self.account, case).is_none());
        let Some(claimed) = claimed else { return BesideFacts::default() };
        self.facts(claimed, covered(self.account, case, net_minor))
    }

    /// Whether a consumer's side claims must not be demanded any more.
    pub(super) fn is_barred(&self, claimed: &Claimed) -> bool {
        let consumer = self.account.profile.kind == DebtorKind::Consumer;
        consumer && claims_barred_from(claimed, self.settings).is_some_and(|since| since <= self.as_of)
    }

    /// What is left of invoices that are paid.
    pub(super) fn left(&self, currency: crate::domain::money::Currency) -> Vec<LeftFacts> {
        let is_open = |claimed: &&Claimed| self.account.case(&claimed.case).is_some_and(|case| case.closed.is_none());
        let left = self.account.claims.iter().filter(|claimed| claimed.currency == currency && !claimed.settled && !is_open(claimed));
        let left = left.filter(|claimed| !self.is_barred(claimed));
        let facts = left.map(|claimed| LeftFacts {
            number: number(&claimed.number, 60),
            payment_account: account_number(claimed.payment_account.as_deref(), self.settings),
            beside: self.facts(claimed, None),
        });
        facts.filter(|left| left.beside.open_minor() > 0).collect()
    }

    fn facts(&self, claimed: &Claimed, covered: Option<crate::domain::interest::Change>) -> BesideFacts {
        let open = claimed.open_on(&self.calculator, self.as_of, covered);
        let interest = open.interest.as_ref().or(claimed.claims.interest.as_ref()).filter(|_| open.interest_minor > 0);
        BesideFacts {
            interest: interest.map(|claim| InterestFacts {
                open_minor: open.interest_minor,
                from: claim.first_day(),
                until: claim.accrued_until(),
                ground: self.ground(claim.table()),
                rates: rates(claim, &claimed.principal.respites),
            }),
            compensation_minor: open.compensation_minor,
        }
    }

    fn ground(&self, table: &str) -> Ground {
        match table {
            PL_COMMERCIAL | PL_COMMERCIAL_HEALTHCARE => Ground::Commercial,
            PL_STATUTORY => Ground::Statutory,
            other if self.calculator.is_polish(other) => Ground::Contract,
            _ => Ground::Foreign,
        }
    }
}

/// Each rate with the first day on which it was owed; nothing, from the day on which more time was given.
fn rates(claim: &InterestClaim, respites: &[Respite]) -> Vec<(NaiveDate, u32)> {
    let settled = claim.settlements().iter().flat_map(|settlement| &settlement.periods);
    let owed = settled.chain(claim.accrued().0).map(|Period { from, basis_points, .. }| (*from, *basis_points));
    let within = |day: &NaiveDate| claim.first_day() < *day && Some(*day) <= claim.accrued_until();
    let none = respites.iter().map(|respite| (respite.from, 0)).filter(|(from, _)| within(from));
    let mut rates: Vec<(NaiveDate, u32)> = owed.chain(none).collect();
    rates.sort_unstable();
    rates.dedup_by_key(|(_, basis_points)| *basis_points);
    rates
}
