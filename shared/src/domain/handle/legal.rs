//! The stops that the law puts up: begun and ended by the team, run out, or ended by another contact.

use chrono::NaiveDate;

use super::{Attention, Context, Entry, Outcome, Refused};
use crate::domain::account::Account;
use crate::domain::cause::Cause;
use crate::domain::legal::{LegalEnd, LegalKind, LegalStop, same_address};
use crate::domain::policy::Channel;

/// Why an address of somebody else is blocked.
pub(super) const SOMEBODY_ELSES: &str = Cause::SomebodyElses.name();

/// A stop as the team writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLegalStop {
    /// Which.
    pub kind: LegalKind,
    /// Since when.
    pub since: NaiveDate,
    /// Last day, if it has one.
    pub until: Option<NaiveDate>,
    /// What it rests on.
    pub reason: String,
    /// `WrongPerson`: by which ways somebody else was reached; needed there, and only there.
    pub contacts: Vec<Channel>,
}

/// Begins a stop, in place of one of its kind.
pub(super) fn begin(outcome: &mut Outcome, new: &NewLegalStop, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    if new.since > today || new.until.is_some_and(|until| until < today) {
        return Err(Refused::LegalStopDays { today });
    }
    if (new.kind == LegalKind::WrongPerson) == new.contacts.is_empty() {
        return Err(Refused::WhoseContact);
    }
    let profile = &mut outcome.account.profile;
    let mut not_theirs = profile.legal_stop(new.kind).map(|stop| stop.not_theirs.clone()).unwrap_or_default();
    for channel in &new.contacts {
        let address = profile.contacts.shown(*channel).ok_or(Refused::WhoseContact)?.address.clone();
        // What bounced stays known as bounced.
        profile.contacts.block(&address, SOMEBODY_ELSES);
        if !profile.is_somebody_elses(&address) {
            profile.somebody_elses.push(address.clone());
        }
        if !not_theirs.contains(&address) {
            not_theirs.push(address);
        }
    }
    let NewLegalStop { kind, since, until, ref reason, .. } = *new;
    let stop = LegalStop { kind, since, until, reason: reason.clone(), not_theirs };
    if profile.legal_stop(kind) == Some(&stop) {
        return Err(Refused::NoEffect("this stop is already in force"));
    }
    profile.legal_stops.retain(|known| known.kind != kind);
    profile.legal_stops.push(stop.clone());
    profile.legal_stops.sort_by_key(|known| known.kind);
    outcome.entries.push(Entry::LegalStop { stop });
    outcome.attention.push(Attention::LegalStop { stop: kind });
    Ok(())
}

/// The team ends a stop. What was a mistake is undone: the address that it blocked works again.
pub(super) fn end(outcome: &mut Outcome, kind: LegalKind, how: &LegalEnd) -> Result<(), Refused> {
    let stop = outcome.account.profile.legal_stop(kind).cloned().ok_or(Refused::NoEffect("this stop is not in force"))?;
    if matches!(how, LegalEnd::Mistaken { .. }) {
        let profile = &mut outcome.account.profile;
        profile.somebody_elses.retain(|address| !stop.not_theirs.contains(address));
        for address in &stop.not_theirs {
            if profile.contacts.blocked_because(address).as_deref().and_then(Cause::read) == Some(Cause::SomebodyElses) {
                profile.contacts.unblock(address);
            }
        }
    }
    over(outcome, kind, how.clone());
    Ok(())
}

/// Ends the stops whose last day is over, before anything is decided.
pub(super) fn run_out(outcome: &mut Outcome, as_of: NaiveDate) {
    let stops = outcome.account.profile.legal_stops.iter();
    let over_now: Vec<LegalKind> = stops.filter(|stop| stop.until.is_some_and(|until| until < as_of)).map(|stop| stop.kind).collect();
    for kind in over_now {
        over(outcome, kind, LegalEnd::RanOut);
    }
}

/// Ends `WrongPerson` where an address or number came that was not known before.
pub(super) fn other_contact(outcome: &mut Outcome, before: &Account) {
    let addresses = |account: &Account| {
        let all = account.profile.contacts.iter().flat_map(|contact| contact.details.addresses());
        all.cloned().collect::<Vec<_>>()
    };
    let known = addresses(before);
    let is_known = |address: &str| known.iter().any(|known| same_address(&known.address, address));
    let given = addresses(&outcome.account).iter().any(|new| new.blocked.is_none() && !is_known(&new.address));
    if given {
        over(outcome, LegalKind::WrongPerson, LegalEnd::OtherContact);
    }
}

fn over(outcome: &mut Outcome, kind: LegalKind, how: LegalEnd) {
    let stops = &mut outcome.account.profile.legal_stops;
    let Some(index) = stops.iter().position(|stop| stop.kind == kind) else { return };
    let stop = stops.remove(index);
    outcome.entries.push(Entry::LegalStopEnded { kind, since: stop.since, how });
}
