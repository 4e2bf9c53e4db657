//! What was claimed beside one invoice: interest and compensation, as claims of their own.
//!
//! It keeps the invoice's principal as last known, so it outlives the invoice: when that is paid, what
//! is open here stays open until it is collected or waived. Days that are not settled are calculated
//! when somebody speaks, pays or asks, and stored nowhere.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::{Account, Case, Closed, StepTaken};
use super::calendar::{Calendar, Country};
use super::claimers::Claimer;
use super::creditor::Settings;
use super::decide;
use super::fact::DebtorKind;
use super::ids::CaseId;
use super::interest::{
    Cap, Change, ChangeKind, ClaimError, ClaimKind, Compensation, CompensationError, InterestClaim, InterestError, PL_COMMERCIAL,
    PL_STATUTORY, Principal, RateTables, SideClaims, compensation,
};
use super::money::Currency;

/// Money that covered a part of a side claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The provider and its payment id, joined by `:`.
    pub payment: String,
    /// Which claim.
    pub claim: ClaimKind,
    /// Minor units, more than 0.
    pub amount_minor: i64,
    /// The local day on which it came.
    pub on: NaiveDate,
    /// It is counted on the case, too: the source may repeat it as paid.
    pub on_case: bool,
}

/// Why nothing is asked for although it was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Void {
    /// The source voided the invoice.
    Cancelled,
    /// Credit notes took all of the invoice off.
    NotOwed,
    /// The debtor is a consumer, who never owes this.
    Consumer,
}

/// The side claims of one invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The invoice.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// Its currency, and that of every amount here.
    pub currency: Currency,
    /// The account to pay to.
    pub payment_account: Option<String>,
    /// The step that claimed first.
    pub begun: StepTaken,
    /// The messages that claim, each kind for itself; unknown of what an earlier version stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Vec<Claimer>>,
    /// Kinds that no message claims any more, until the invoice knows it: one that is closed is kept apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapsed: Vec<ClaimKind>,
    /// What the invoice owed day by day, as last known.
    pub principal: Principal,
    /// Both claims, with the days that are settled.
    pub claims: SideClaims,
    /// The interest was waived: none runs any more.
    #[serde(default)]
    pub interest_waived: bool,
    /// Money that came for them.
    #[serde(default)]
    pub receipts: Vec<Receipt>,
    /// Why nothing is asked for, for as long as that is so.
    #[serde(default)]
    pub void: Option<Void>,
    /// The invoice is closed and nothing is open here: it is history.
    #[serde(default)]
    pub settled: bool,
}

/// What is open of side claims on a day. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenClaims {
    /// The interest, accrued up to the last day that counts for who pays on this one.
    pub interest: Option<InterestClaim>,
    /// What is open of it.
    pub interest_minor: i64,
    /// What is open of the compensation.
    pub compensation_minor: i64,
    /// Why interest could not be calculated; then only what was settled before stands in it.
    pub stopped: Option<InterestError>,
}

impl OpenClaims {
    /// Both.
    pub fn open_minor(&self) -> i64 {
        self.interest_minor.saturating_add(self.compensation_minor)
    }
}

/// By what interest is calculated: settings, and the debtor.
#[derive(Debug, Clone)]
pub struct Calculator<'s> {
    settings: &'s Settings,
    kind: DebtorKind,
    tables: RateTables,
}

impl<'s> Calculator<'s> {
    /// For a debtor of this kind.
    pub fn new(settings: &'s Settings, kind: DebtorKind) -> Self {
        Self { settings, kind, tables: settings.interest_tables() }
    }

    /// Whether a table's rates stand under Polish law: its own, or agreed ones under its maximum.
    pub fn is_polish(&self, table: &str) -> bool {
        let shipped = RateTables::shipped().table(table).is_some();
        shipped || self.tables.table(table).is_none_or(|table| table.cap == Cap::PlMaximum)
    }

    /// A claim with its interest up to and with a day.
    ///
    /// # Errors
    /// `InterestError`, as the calculation gives it; a table that is gone has no rate.
    pub fn accrue(&self, claim: &InterestClaim, principal: &Principal, until: NaiveDate) -> Result<InterestClaim, ClaimError> {
        let terms = self.tables.terms(claim.table(), self.kind, self.settings.side_claims.payment_day, claim.first_day())?;
        claim.accrue(principal, &terms, until)
    }
}

impl Claimed {
    /// Side claims of a case that a step begins.
    pub fn new(case: &Case, claims: SideClaims, begun: &StepTaken) -> Self {
        Self {
            case: case.id.clone(),
            number: case.number.clone(),
            currency: case.currency,
            payment_account: case.payment_account.clone(),
            begun: begun.clone(),
            by: Some(Vec::new()),
            lapsed: Vec::new(),
            principal: case.principal(),
            claims,
            interest_waived: false,
            receipts: Vec::new(),
            void: None,
            settled: false,
        }
    }

    /// What is open for who pays on a day. `covered` is money without a case that covers a part of the
    /// invoice.
    pub fn open_on(&self, calculator: &Calculator<'_>, paid_on: NaiveDate, covered: Option<Change>) -> OpenClaims {
        self.open_until(calculator, calculator.settings.interest_until(paid_on), covered)
    }

    /// What is open with the interest up to and with a day.
    pub fn open_until(&self, calculator: &Calculator<'_>, until: NaiveDate, covered: Option<Change>) -> OpenClaims {
        if self.void.is_some() {
            return OpenClaims::default();
        }
        let compensation_minor = self.claims.compensation.as_ref().map_or(0, |claim| claim.open_minor());
        let Some(claim) = &self.claims.interest else { return OpenClaims { compensation_minor, ..OpenClaims::default() } };
        let settled = OpenClaims { compensation_minor, interest_minor: claim.settled_open_minor(), ..OpenClaims::default() };
        if self.interest_waived {
            return OpenClaims { interest: Some(claim.clone()), ..settled };
        }
        let mut principal = self.principal.clone();
        principal.changes.extend(covered);
        match calculator.accrue(claim, &principal, until) {
            Ok(accrued) => OpenClaims { interest_minor: accrued.open_minor(), interest: Some(accrued), ..settled },
            Err(ClaimError::Interest(error)) => OpenClaims { stopped: Some(error), ..settled },
            Err(_) => settled,
        }
    }

    /// Takes over what the invoice is now.
    pub fn follow(&mut self, case: &Case, settings: &Settings) {
        self.number.clone_from(&case.number);
        self.payment_account.clone_from(&case.payment_account);
        self.principal = Principal { respites: case.respites(settings), ..case.principal() };
        let first_day = case.last_day_in_time(settings).succ_opt();
        if let (Some(claim), Some(first_day)) = (&self.claims.interest, first_day) {
            self.claims.interest = Some(claim.moved_to(first_day));
        }
        self.void = match case.closed {
            Some(Closed::Cancelled) => Some(Void::Cancelled),
            _ if case.asked_minor() <= 0 => Some(Void::NotOwed),
            _ => None,
        };
    }

    /// A consumer owes statutory interest at most, whatever was claimed while the debtor was taken for
    /// a business.
    pub fn protect(&mut self, kind: DebtorKind) {
        let forbidden =
            self.claims.compensation.is_some() || self.claims.interest.as_ref().is_some_and(|claim| claim.table() != PL_STATUTORY);
        match self.void {
            None if kind == DebtorKind::Consumer && forbidden => self.void = Some(Void::Consumer),
            Some(Void::Consumer) if kind != DebtorKind::Consumer => self.void = None,
            _ => {}
        }
    }
}

/// The part of an invoice that money without a case covers, from the day on which that came: no
/// interest runs on what the creditor holds already.
pub fn covered(account: &Account, case: &Case, net_minor: i64) -> Option<Change> {
    // A credit note for what was paid already is such money, and not in the principal.
    let less_minor = case.open_minor().saturating_sub(net_minor).saturating_sub(case.credited_beyond_minor);
    let days = account.credits.iter().filter(|credit| credit.currency == case.currency).map(|credit| credit.on);
    // A day that nobody knows is the beginning.
    let on = days.min().flatten().unwrap_or(case.issued_on.min(case.due_on));
    (less_minor > 0 && case.closed.is_none()).then_some(Change { on, kind: ChangeKind::Payment, less_minor })
}

impl Account {
    /// The side claims of an invoice.
    pub fn claim(&self, case: &CaseId) -> Option<&Claimed> {
        self.claims.iter().find(|claimed| claimed.case == *case)
    }

    /// What is open of the side claims of an invoice for who pays on a day.
    pub fn open_claims(&self, case: &CaseId, settings: &Settings, paid_on: NaiveDate) -> OpenClaims {
        let Some(claimed) = self.claim(case) else { return OpenClaims::default() };
        let net = decide::net_open(self).into_iter().find(|(open, _)| open.id == *case);
        let covered = net.and_then(|(case, net_minor)| covered(self, case, net_minor));
        claimed.open_on(&Calculator::new(settings, self.profile.kind), paid_on, covered)
    }
}

/// What an invoice owes beside its principal up to a day, claimed or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Whether interest and compensation are claimed.
    pub claimed: (bool, bool),
    /// The claims as they are, or as they would be.
    pub claims: Claimed,
    /// What is open of them.
    pub open: OpenClaims,
    /// Why compensation could not be calculated.
    pub compensation_stopped: Option<CompensationError>,
}

/// The arithmetic of an invoice up to and with a day. What is not claimed stands in it as it would be
/// claimed; where the settings charge nothing, by the statutory table of such a debtor.
pub fn note(account: &Account, case: &Case, net_minor: i64, settings: &Settings, until: NaiveDate) -> Note {
    let (kind, last_day) = (account.profile.kind, case.last_day_in_time(settings));
    let known = account.claim(&case.id);
    let begun = StepTaken { step: String::new(), on: until, channel: super::policy::Channel::Task };
    let mut claims = known.cloned().unwrap_or_else(|| Claimed::new(case, SideClaims::default(), &begun));
    claims.follow(case, settings);
    claims.protect(kind);
    let claimed = (claims.claims.interest.is_some(), claims.claims.compensation.is_some());
    let statutory = if kind == DebtorKind::Consumer { PL_STATUTORY } else { PL_COMMERCIAL };
    let table = settings.interest_table(&account.profile).unwrap_or(statutory);
    if let (None, Some(first)) = (&claims.claims.interest, last_day.succ_opt()) {
        claims.claims.interest = Some(InterestClaim::new(case.id.clone(), case.currency, table, first));
    }
    let mut compensation_stopped = None;
    if !claimed.1 && until > last_day {
        match compensation_of(case, kind, settings) {
            Ok(sum) => claims.claims = claims.claims.with_compensation(case.id.clone(), sum).unwrap_or_default(),
            Err(error) => compensation_stopped = Some(error),
        }
    }
    let open = claims.open_until(&Calculator::new(settings, kind), until, covered(account, case, net_minor));
    Note { claimed, claims, open, compensation_stopped }
}

/// The lump sum for an invoice that was not paid in time.
///
/// # Errors
/// Never for a consumer, in złoty only, and not without the mid rate of its day.
pub fn compensation_of(case: &Case, kind: DebtorKind, settings: &Settings) -> Result<Compensation, CompensationError> {
    // Rates are announced on Polish working days, whatever the creditor's own calendar.
    let nbp = |day| Calendar::of(Country::Pl).is_working_day(day);
    compensation(kind, case.asked_minor(), case.currency, case.last_day_in_time(settings), nbp, &settings.euro_rates())
}
