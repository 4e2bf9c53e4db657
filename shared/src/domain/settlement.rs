//! What settles an invoice beside money and credit notes: a write-off, a discount for early payment,
//! a set-off.
//!
//! A settlement gives way to what comes for the same invoice: it settles no more than money and
//! credit notes leave. So a source's "paid in full" after a write-off, or the debtor's money after
//! all, counts once and is no overpayment.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::Case;
use super::creditor::Settings;
use super::interest::ChangeKind;

/// How an invoice is settled without money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementKind {
    /// The creditor gives it up.
    WriteOff,
    /// For early payment (skonto).
    Discount,
    /// Against a claim of the debtor's own (kompensata; art. 498 of the Polish Civil Code).
    SetOff,
}

impl SettlementKind {
    /// Its name, as in ids and in the API.
    pub fn name(self) -> &'static str {
        match self {
            SettlementKind::WriteOff => "write_off",
            SettlementKind::Discount => "discount",
            SettlementKind::SetOff => "set_off",
        }
    }
}

/// Who settled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settler {
    /// A rule of the policy or of the invoice.
    Rule,
    /// The creditor's own team.
    Team,
}

/// A part of an invoice that is settled without money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Unique within the case: kind, day and amount, such as `set_off-2026-11-23-4000`.
    pub id: String,
    /// How.
    pub kind: SettlementKind,
    /// Minor units, more than 0.
    pub amount_minor: i64,
    /// The day from which it counts.
    pub on: NaiveDate,
    /// Why, as a person wrote it, or which rule.
    pub reason: String,
    /// A set-off: the debtor's claim or the document of it.
    #[serde(default)]
    pub reference: Option<String>,
    /// Who.
    pub by: Settler,
    /// The source counts it by itself now: in what it says was paid, or by a credit note.
    #[serde(default)]
    pub told: bool,
}

/// A discount that the invoice grants for early payment (skonto).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyDiscount {
    /// The last day; on a day off it is shifted like a due date.
    pub until: NaiveDate,
    /// How much less is then owed, minor units, more than 0.
    pub amount_minor: i64,
    /// What the source said was paid by that day, beyond our bookings, minor units.
    #[serde(default)]
    pub stated_minor: i64,
}

impl Case {
    /// What money and credit notes leave, minor units; never below zero.
    pub fn room_minor(&self) -> i64 {
        let settled = self.paid_minor().saturating_add(self.credited_minor);
        self.total_minor.saturating_sub(settled).max(0)
    }

    /// What is settled without money, minor units: no more than there is room for.
    pub fn settled_minor(&self) -> i64 {
        let ours = self.settlements.iter().filter(|one| !one.told).map(|one| one.amount_minor);
        ours.fold(0, i64::saturating_add).min(self.room_minor())
    }

    /// Set-offs that the source counts in what it says was paid, minor units.
    pub fn told_minor(&self) -> i64 {
        let told = self.settlements.iter().filter(|one| one.told && one.kind == SettlementKind::SetOff);
        told.map(|one| one.amount_minor).fold(0, i64::saturating_add)
    }

    /// Settles a part, and notes what that changes of the principal.
    pub fn settle(&mut self, settlement: Settlement) {
        let (before, on, kind) = (self.settled_minor(), settlement.on, settlement.kind);
        self.settlements.push(settlement);
        self.settled_by(on, kind, self.settled_minor().saturating_sub(before));
    }

    /// Takes the settlement at a place back.
    pub fn unsettle(&mut self, place: usize) -> Settlement {
        let before = self.settled_minor();
        let settlement = self.settlements.remove(place);
        self.settled_by(settlement.on, settlement.kind, self.settled_minor().saturating_sub(before));
        settlement
    }

    /// Notes that so much more is settled: a set-off works as a payment does, anything else corrects
    /// what is owed.
    pub fn settled_by(&mut self, on: NaiveDate, kind: SettlementKind, more_minor: i64) {
        let change = if kind == SettlementKind::SetOff { ChangeKind::Payment } else { ChangeKind::Correction };
        if more_minor != 0 {
            self.changed(on, change, more_minor);
        }
    }

    /// The source says of `amount_minor` what one of these settlements says: it is the same.
    ///
    /// Only the very amount is taken for an echo. Anything else is new, and settlements give way to
    /// it: rather less is asked for than is owed.
    pub fn tell(&mut self, kinds: &[SettlementKind], amount_minor: i64) -> bool {
        let same = |one: &&mut Settlement| !one.told && kinds.contains(&one.kind) && one.amount_minor == amount_minor;
        self.settlements.iter_mut().find(same).map(|one| one.told = true).is_some()
    }

    /// The source's picture fell: what it cannot hold any more counts by itself again.
    pub(super) fn untell(&mut self) {
        while self.told_minor() > self.asserted_minor {
            let last = self.settlements.iter_mut().rev().find(|one| one.told && one.kind == SettlementKind::SetOff);
            let Some(last) = last else { return };
            last.told = false;
        }
    }

    /// What the source says was paid and neither a booking nor a set-off of ours explains, minor units.
    pub fn unexplained_minor(&self) -> i64 {
        self.asserted_minor.saturating_sub(self.echoed_minor()).saturating_sub(self.told_minor()).max(0)
    }

    /// Keeps what the source says was paid while the day of the discount has not passed.
    pub fn state_paid(&mut self, settings: &Settings, today: NaiveDate) {
        let stated_minor = self.unexplained_minor();
        if let Some(discount) = self.discount.as_mut().filter(|discount| today <= settings.payable_until(discount.until)) {
            discount.stated_minor = stated_minor;
        }
    }

    /// Whether all but the discount was paid by its day.
    pub fn has_earned(&self, discount: &EarlyDiscount, settings: &Settings) -> bool {
        let until = settings.payable_until(discount.until);
        let paid = self.allocations.iter().filter(|one| one.on.is_some_and(|on| on <= until)).map(|one| one.amount_minor);
        let set_off = self.settlements.iter().filter(|one| one.kind == SettlementKind::SetOff && !one.told && one.on <= until);
        let stated = discount.stated_minor.min(self.unexplained_minor());
        let had = paid.chain(set_off.map(|one| one.amount_minor)).fold(stated, i64::saturating_add);
        had.saturating_add(self.credited_minor) >= self.total_minor.saturating_sub(discount.amount_minor)
    }
}
