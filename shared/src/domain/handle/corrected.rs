//! Side claims of an invoice that was corrected: what a credit note or a lower total takes off was never owed, so
//! no interest ran on it, also on days that are settled, and compensation is that of the lower value.
//!
//! What the debtor was told only goes down by it. Money that covered more is free again.

use super::money::{Money, allocate};
use super::{Context, Entry, Outcome, claims};
use crate::domain::account::{Account, Case, Closed, Credit};
use crate::domain::claimed::{Calculator, Claimed, Receipt, Void, covered};
use crate::domain::decide;
use crate::domain::ids::CaseId;
use crate::domain::interest::ClaimKind;

/// Lowers the side claims of what this command corrected; returns the money that nothing takes any more.
pub(super) fn follow(outcome: &mut Outcome, before: &Account, context: &Context<'_>) -> Vec<Credit> {
    let mut freed = Vec::new();
    for index in 0..outcome.account.claims.len() {
        let id = outcome.account.claims[index].case.clone();
        let (Some(was), Some(is)) = (before.case(&id), outcome.account.case(&id)) else { continue };
        if is.asked_minor() >= was.asked_minor() || is.closed == Some(Closed::Cancelled) {
            continue;
        }
        let told = owed(before, &id, context);
        lower(outcome, index, was, context);
        let left = owed(&outcome.account, &id, context);
        let currency = outcome.account.claims[index].currency;
        for (claim, told, left) in [(ClaimKind::Interest, told.0, left.0), (ClaimKind::Compensation, told.1, left.1)] {
            if left < told {
                outcome.entries.push(Entry::SideClaimLowered { case: id.clone(), claim, amount_minor: told - left, currency });
            }
        }
        for receipt in release(outcome, index, context) {
            freed.extend(once_more(outcome, &id, &receipt, context));
        }
    }
    freed
}

/// All that is owed of both claims for who pays today, covered or not, minor units.
fn owed(account: &Account, id: &CaseId, context: &Context<'_>) -> (i64, i64) {
    let Some(claimed) = account.claim(id).filter(|claimed| claimed.void.is_none()) else { return (0, 0) };
    let net = decide::net_open(account).into_iter().find(|(open, _)| open.id == *id);
    let covered = net.and_then(|(case, net_minor)| covered(account, case, net_minor));
    let open = claimed.open_on(&Calculator::new(context.settings, account.profile.kind), context.today(), covered);
    let interest = open.interest.as_ref().or(claimed.claims.interest.as_ref());
    let compensation = claimed.claims.compensation.as_ref();
    (interest.map_or(0, |claim| claim.total_minor()), compensation.map_or(0, |claim| claim.compensation().pln_minor))
}

fn lower(outcome: &mut Outcome, index: usize, was: &Case, context: &Context<'_>) {
    let Account { claims, cases, .. } = &mut outcome.account;
    let Some((claimed, case)) = claims.get_mut(index).and_then(|one| cases.iter().find(|case| case.id == one.case).map(|case| (one, case)))
    else {
        return;
    };
    claimed.follow(case, context.settings);
    let less = |day| was.asked_on(day).saturating_sub(case.asked_on(day));
    let both = &mut claimed.claims;
    if let Some(lowered) = both.interest.as_ref().and_then(|claim| claim.corrected(less).ok()) {
        both.interest = Some(lowered);
    }
    if let Some(lowered) = both.compensation.as_ref().and_then(|claim| claim.corrected(case.asked_minor()).ok()) {
        both.compensation = Some(lowered);
    }
}

/// Takes back what covered more of the claims than is owed; all of it, where nothing is.
fn release(outcome: &mut Outcome, index: usize, context: &Context<'_>) -> Vec<Receipt> {
    let Claimed { claims, void, .. } = &outcome.account.claims[index];
    let most = |beyond_minor| if *void == Some(Void::NotOwed) { i64::MAX } else { beyond_minor };
    let interest = most(claims.interest.as_ref().map_or(0, |claim| claim.beyond_minor()));
    let compensation = most(claims.compensation.as_ref().map_or(0, |claim| claim.beyond_minor()));
    let mut gone = Vec::new();
    for (claim, minor) in [(ClaimKind::Interest, interest), (ClaimKind::Compensation, compensation)] {
        gone.extend(claims::give_back(outcome, index, |receipt| receipt.claim == claim, minor, context.today()));
    }
    gone
}

/// Money for an invoice goes to what is open of it and beside it; what is left belongs to nothing any more.
fn once_more(outcome: &mut Outcome, id: &CaseId, receipt: &Receipt, context: &Context<'_>) -> Option<Credit> {
    let money = Money::named(&receipt.payment, receipt.on);
    let mut left_minor = receipt.amount_minor;
    left_minor -= allocate(outcome, money, id, left_minor);
    left_minor -= claims::collect(outcome, id, money, left_minor, context);
    let currency = outcome.account.claim(id)?.currency;
    let credit = Credit { id: receipt.payment.clone(), currency, left_minor, allocate: false, on: Some(receipt.on) };
    (left_minor > 0).then_some(credit)
}
