//! Holds of invoices whose debtor is merged into another one, and is one of its own again: what a merge
//! put on an invoice is told, and taken off again; what the invoice was held by itself comes back.

use chrono::NaiveDate;

use super::{Context, Entry};
use crate::domain::account::{Account, Case, Hold, Profile};
use crate::domain::cause::Cause;
use crate::domain::decide::HoldScope;
use crate::domain::fact::DebtorKind;
use crate::domain::stops::{Stop, stop_on};
use crate::domain::ties::HeldBefore;

/// Holds a merged debtor's invoice by its own hold and the debtor's, whichever lasts longer; and by what no
/// company is protected from.
pub(super) fn on_merge(case: &mut Case, from: &Account, to: &Profile, context: &Context<'_>) -> Option<Entry> {
    let today = context.today();
    let both = [case.hold.as_ref(), from.profile.hold.as_ref()].into_iter().flatten().cloned();
    let barred = matches!(stop_on(from, case, context.settings, today), Some(Stop::TimeBarred { .. })) && to.kind != DebtorKind::Consumer;
    let barred = barred.then(|| Hold { reason: Cause::TimeBarredConsumer.text(), from: today, until: None });
    let put = both.chain(barred).reduce(|one, other| one.joined(&other))?;
    let own = case.hold.replace(put.clone());
    let told = (own.as_ref() != Some(&put)).then(|| told(case, &put));
    case.held_before.push(HeldBefore { debtor: from.profile.debtor.clone(), own, put });
    told
}

/// Holds a returned invoice by what it was held by before the merge, as far as that lasts: not by what its
/// debtor's own hold, or the merge, put on it. What a person changed since stands.
pub(super) fn on_return(case: &mut Case, to: &Profile, today: NaiveDate) -> Option<Entry> {
    let before = case.held_before.pop_if(|before| before.debtor == to.debtor);
    let now = case.hold.clone()?;
    let own = match before {
        Some(before) if before.put == now => before.own.filter(|own| own.until.is_none_or(|until| today <= until)),
        // A merge of an earlier version did not keep what was there before.
        None if to.hold.as_ref() == Some(&now) || Cause::read(&now.reason) == Some(Cause::TimeBarredConsumer) => None,
        Some(_) | None => return None,
    };
    if own.as_ref() == Some(&now) {
        return None;
    }
    case.hold = own;
    Some(case.hold.as_ref().map_or_else(
        || Entry::Released { scope: HoldScope::Invoice, case: Some(case.id.clone()), reason: Some(Cause::TwoAgain.text()) },
        |own| told(case, own),
    ))
}

fn told(case: &Case, hold: &Hold) -> Entry {
    Entry::Held { scope: HoldScope::Invoice, case: Some(case.id.clone()), hold: hold.clone() }
}
