//! What is owed beside a bill: what of it may be claimed, from whom, and what money went to it.
//!
//! How much interest a payment covered is told by the account; that it is no more than can be owed, that it comes
//! and goes with its payment, and what is left of that payment, is worked out here.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use upominek::domain::fact::DebtorKind;
use upominek::domain::handle::Entry;
use upominek::domain::interest::ClaimKind;
use upominek::domain::money::Currency;

use super::{Broke, Commit, Loose, Model};
use crate::calendar::forward;

const RULE: &str = "what is claimed beside a bill is what may be";
const MONEY: &str = "money beside a bill is what came";

/// 40, 70 and 100 EUR at the script's rate, in grosze.
const SUMS: [i64; 3] = [16_907, 29_587, 42_267];
/// No rate is higher, in basis points.
const MOST_RATE: i64 = 1_600;

/// What the creditor charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charges {
    /// Interest from businesses.
    pub businesses: bool,
    /// Interest from consumers.
    pub consumers: bool,
    /// Compensation, which is from businesses.
    pub compensation: bool,
}

/// Money that went to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    payment: String,
    claim: ClaimKind,
    amount: i64,
    /// Its source may repeat it as paid.
    on_bill: bool,
}

/// What is owed beside one bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    begun: BTreeSet<ClaimKind>,
    /// Of these one was never said, the account does not say which: it may begin again.
    unsaid: BTreeSet<ClaimKind>,
    waived: BTreeSet<ClaimKind>,
    parts: Vec<Part>,
    /// The interest that the debtor was told last, since something changed.
    pub told: Option<i64>,
    /// The most that was ever asked, and the earliest due date.
    most_total: i64,
    first_due: NaiveDate,
}

/// The most that may be asked beside a bill on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mosts {
    /// Interest, from so much to so much.
    pub interest: (i64, i64),
    /// The sums that compensation may have.
    pub compensation: Vec<i64>,
}

impl Mosts {
    /// The most of both.
    pub fn all(&self) -> i64 {
        self.interest.1 + self.compensation.iter().max().copied().unwrap_or(0)
    }
}

impl Beside {
    pub(super) fn new(total: i64, due: NaiveDate) -> Self {
        Self {
            begun: BTreeSet::new(),
            unsaid: BTreeSet::new(),
            waived: BTreeSet::new(),
            parts: Vec::new(),
            told: None,
            most_total: total,
            first_due: due,
        }
    }

    /// Another picture of the bill.
    pub(super) fn seen(&mut self, total: i64, due: NaiveDate) {
        (self.most_total, self.first_due) = (self.most_total.max(total), self.first_due.min(due));
    }

    /// What of it is counted on the bill, too.
    pub(super) fn on_bill(&self) -> i64 {
        self.parts.iter().filter(|part| part.on_bill).map(|part| part.amount).sum()
    }

    fn collected(&self, claim: ClaimKind) -> i64 {
        self.parts.iter().filter(|part| part.claim == claim).map(|part| part.amount).sum()
    }

    fn of_payment(&self, payment: &str) -> i64 {
        self.parts.iter().filter(|part| part.payment == payment).map(|part| part.amount).sum()
    }

    /// Money goes back; says how much of it was counted on the bill, and `None` where there is not so much.
    pub(super) fn back(&mut self, payment: &str, claim: ClaimKind, amount: i64) -> Option<i64> {
        let (mut left, mut on_bill) = (amount, 0);
        for part in self.parts.iter_mut().rev().filter(|part| part.payment == payment && part.claim == claim) {
            let taken = part.amount.min(left);
            part.amount -= taken;
            left -= taken;
            on_bill += if part.on_bill { taken } else { 0 };
        }
        self.parts.retain(|part| part.amount > 0);
        (left == 0).then_some(on_bill)
    }

    /// The most interest that days up to one can make.
    fn most_interest(&self, until: NaiveDate) -> i64 {
        let days = (until - forward(self.first_due)).num_days().max(0);
        let most = i128::from(self.most_total) * i128::from(MOST_RATE) * i128::from(days) / (10_000 * 365) + 1;
        i64::try_from(most).unwrap_or(i64::MAX)
    }

    /// The most that may be asked beside it on a day.
    pub fn mosts(&self, day: NaiveDate) -> Mosts {
        let asks = |claim| self.begun.contains(&claim) && !self.waived.contains(&claim);
        let collected = self.collected(ClaimKind::Interest);
        let interest =
            if asks(ClaimKind::Interest) { (self.told.unwrap_or(0), (self.most_interest(day) - collected).max(0)) } else { (0, 0) };
        let paid = self.collected(ClaimKind::Compensation);
        let sums = SUMS.into_iter().map(|sum| (sum - paid).max(0)).filter(|_| asks(ClaimKind::Compensation));
        Mosts { interest, compensation: sums.chain([0]).collect() }
    }
}

/// A payment without its provider.
fn bare(payment: &str) -> &str {
    payment.split_once(':').map_or(payment, |(_, id)| id)
}

impl Model {
    /// What begins, and what is let go: of each kind once a bill, and from nobody who does not owe it.
    pub(super) fn claims_begin(&mut self, commit: &Commit<'_>) -> Result<(), Broke> {
        let charges = self.charges;
        let kind = self.customers.get(commit.customer).map(|customer| customer.facts.kind);
        let moves =
            |entry: &Entry| matches!(entry, Entry::Allocated { .. } | Entry::SideClaimReturned { .. } | Entry::SideClaimLowered { .. });
        if commit.what.is_some() || commit.entries.iter().any(moves) {
            self.each_of(commit.customer, |bill| bill.beside.told = None);
        }
        for entry in commit.entries {
            let (case, claim) = match entry {
                Entry::SideClaimBegun { case, claim, .. } => (case, claim),
                Entry::SideClaimUnsaid { case } => {
                    self.on(&case.external, |bill| bill.beside.unsaid.clone_from(&bill.beside.begun));
                    continue;
                }
                Entry::SideClaimWaived { case, claim, .. } => {
                    self.on(&case.external, |bill| bill.beside.waived.extend([*claim]));
                    continue;
                }
                _ => continue,
            };
            let Some(bill) = self.bills.get_mut(&case.external) else { continue };
            let owes = match (claim, kind) {
                (ClaimKind::Interest, Some(DebtorKind::Consumer)) => charges.consumers,
                (ClaimKind::Interest, _) => charges.businesses,
                (ClaimKind::Compensation, kind) => {
                    charges.compensation && kind == Some(DebtorKind::Business) && bill.currency == Currency::PLN
                }
            };
            let place = format!("{} {}: {claim:?}", commit.customer, case.external);
            if !owes {
                return Err((RULE, format!("{place} of {kind:?}, and {charges:?} is charged")));
            }
            if commit.today <= bill.until() {
                return Err((RULE, format!("{place}, and it can be paid up to {}", bill.until())));
            }
            if !bill.beside.begun.insert(*claim) && !bill.beside.unsaid.remove(claim) {
                return Err((RULE, format!("{place} once more")));
            }
        }
        Ok(())
    }

    /// What of a payment went beside a bill, or beside any: no more than there was of it, and than can be owed.
    pub(super) fn covers_beside(&mut self, commit: &Commit<'_>, payment: &str, invoice: Option<&str>, most: i64) -> Result<i64, Broke> {
        let mut sum = 0;
        for (place, entry) in commit.entries.iter().enumerate() {
            let Entry::SideClaimCollected { case, claim, payment: of, amount_minor, .. } = entry else { continue };
            let other = bare(of) != payment || invoice.is_some_and(|invoice| case.external != invoice);
            if other || self.entered.contains(&place) {
                continue;
            }
            let named = commit.what.and_then(|what| what.invoice());
            let Some(bill) = self.bills.get_mut(&case.external) else { continue };
            let on_bill = bill.open() > 0 || bill.is_loaded || named == Some(case.external.as_str());
            bill.unechoed += if on_bill { *amount_minor } else { 0 };
            let beside = &mut bill.beside;
            beside.parts.push(Part { payment: payment.to_owned(), claim: *claim, amount: *amount_minor, on_bill });
            sum += amount_minor;
            let (collected, most_owed) = match claim {
                ClaimKind::Interest => (beside.collected(*claim), beside.most_interest(commit.today)),
                ClaimKind::Compensation => (beside.collected(*claim), SUMS[2]),
            };
            let wrong = !beside.begun.contains(claim) || collected > most_owed || *amount_minor <= 0;
            self.entered.insert(place);
            if sum > most || wrong {
                return Err((MONEY, format!("{entry:?}: {most} was left, {collected} of at most {most_owed} came")));
            }
        }
        Ok(sum)
    }

    /// A refund takes what covered claims first; returns how much that was.
    pub(super) fn beside_first(&mut self, commit: &Commit<'_>, payment: &str, currency: Currency, most: i64) -> Result<i64, Broke> {
        let ours = self.bills.values().filter(|bill| bill.currency == currency).map(|bill| bill.beside.of_payment(payment));
        let owed = ours.sum::<i64>().min(most);
        let mut back = 0;
        for (place, entry) in commit.entries.iter().enumerate() {
            let Entry::SideClaimReturned { case, claim, payment: of, amount_minor, .. } = entry else { continue };
            // What a correction of the same commit sets free comes after it.
            if bare(of) != payment || back + amount_minor > owed {
                continue;
            }
            back += amount_minor;
            self.entered.insert(place);
            if !self.bills.get_mut(&case.external).is_some_and(|bill| bill.beside_back(payment, *claim, *amount_minor)) {
                return Err((MONEY, format!("{entry:?} never came")));
            }
        }
        if back == owed { Ok(back) } else { Err((MONEY, format!("{owed} of {payment} went beside bills, and {back} of it goes back"))) }
    }

    /// What covered claims that were corrected, or whose bill is void, goes to its bill or is free.
    pub(super) fn beside_is_free(&mut self, commit: &Commit<'_>) -> Result<(), Broke> {
        for (place, entry) in commit.entries.iter().enumerate() {
            let Entry::SideClaimReturned { case, claim, payment, amount_minor, currency } = entry else { continue };
            if !self.entered.insert(place) {
                continue;
            }
            let (payment, mut left) = (bare(payment), *amount_minor);
            let Some(bill) = self.bills.get_mut(&case.external) else { continue };
            if !bill.beside_back(payment, *claim, left) {
                return Err((MONEY, format!("{entry:?} never came")));
            }
            left -= bill.book(payment, left, true);
            let debtor = bill.debtor.clone();
            left -= self.covers_beside(commit, payment, Some(&case.external), left)?;
            self.keep(&debtor, Loose { payment: payment.to_owned(), currency: *currency, amount: left, allocate: false });
        }
        Ok(())
    }

    /// Whatever the account says went beside its bills came from a payment.
    pub(super) fn nothing_beside_is_made_up(&self, commit: &Commit<'_>) -> Result<(), Broke> {
        let beside = |entry: &Entry| matches!(entry, Entry::SideClaimCollected { .. } | Entry::SideClaimReturned { .. });
        let mut new = commit.entries.iter().enumerate().filter(|(place, entry)| beside(entry) && !self.entered.contains(place));
        new.next().map_or(Ok(()), |(_, entry)| Err((MONEY, format!("{}: {entry:?} is of no payment", commit.customer))))
    }
}
