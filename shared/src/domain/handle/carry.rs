//! What goes over beside the money when invoices change their debtor, field by field: each is taken
//! apart without a rest, so that a new field does not compile before somebody decided where it goes.
//!
//! What stops an invoice goes with it. What stops a debtor goes along when two become one, and both have
//! it when one becomes two: nobody who was silent is written to because of it.

use chrono::NaiveDate;

use super::legal::SOMEBODY_ELSES;
use super::{Entry, Outcome, Refused};
use crate::domain::account::{Account, Case, Profile};
use crate::domain::contact::{ContactId, MOST_CONTACTS};
use crate::domain::debtor_word::{InstalmentRequest, Refusal};
use crate::domain::decide::HoldScope;
use crate::domain::fact::PostalAddress;
use crate::domain::ids::CaseId;
use crate::domain::instruction::{Act, Instruction};
use crate::domain::legal::{LegalEnd, LegalKind, LegalStop};
use crate::domain::money::Currency;
use crate::domain::plan::{Plan, PlanEnd};
use crate::domain::record::Record;
use crate::domain::ties::Absorbed;

/// An invoice as it comes to another debtor. An approval stood for a message to somebody else; that
/// nothing was to be said stands.
pub(super) fn case(case: Case) -> Case {
    let Case {
        // The invoice itself.
        id: _,
        number: _,
        revision: _,
        issued_on: _,
        due_on: _,
        currency: _,
        total_minor: _,
        remindable: _,
        document_url: _,
        payment_account: _,
        ksef_number: _,
        warnings: _,
        arrived_on: _,
        // Its money, claims and settlements.
        asserted_minor: _,
        unechoed_minor: _,
        credited_minor: _,
        credited_beyond_minor: _,
        claimed: _,
        beside_minor: _,
        allocations: _,
        changes: _,
        settlements: _,
        discount: _,
        rules_off: _,
        closed: _,
        // The accounts' records are kept by `take` and `put`.
        recorded: _,
        // Its course: where it stands, and by what.
        extension: _,
        skipped: _,
        reopened_on: _,
        policy_version: _,
        taken: _,
        passed: _,
        segment: _,
        // What stops it.
        hold: _,
        dispute: _,
        promise: _,
        broke_word_on: _,
        pending: _,
        // Said anew once it is there.
        decision: _,
        // Kept by merge and split.
        came_from: _,
        held_before: _,
        instructions,
    } = &case;
    let stands = |word: &&Instruction| match word.act {
        Act::Skip { .. } => true,
        Act::Approve | Act::By { .. } => false,
    };
    let instructions = instructions.iter().filter(stands).cloned().collect();
    Case { instructions, ..case }
}

/// What goes over once when a debtor is merged: contacts, the stops of the law, and what the other one
/// does not know of itself. Plans go with their invoices (`plans`).
pub(super) fn profile(from: &Profile, taking: &mut Outcome) -> Result<Absorbed, Refused> {
    let Profile {
        creditor: _,
        debtor,
        version: _,
        // The other one's own.
        name: _,
        kind: _,
        shard: _,
        created_at: _,
        // Found anew.
        wake_on: _,
        evaluated_on: _,
        segment: _,
        call: _,
        // On the invoices that it held.
        hold: _,
        // Where an invoice went stays known where it was.
        ties: _,
        plans: _,
        last_instalment,
        tax_id,
        public_body,
        locale,
        zone,
        contacts,
        owner,
        postal,
        postal_word,
        legal_stops,
        somebody_elses,
        refusals,
        asked_instalments,
        fresh_links_at,
        links_from,
        record,
    } = from;
    let to = &mut taking.account.profile;
    let own_stops = to.legal_stops.clone();
    let adopted = adopt(from, to)?;
    to.contacts.dismiss_too(contacts);
    to.tax_id = to.tax_id.take().or_else(|| tax_id.clone());
    to.public_body |= public_body;
    to.locale = to.locale.or(*locale);
    to.zone = to.zone.or(*zone);
    to.owner = to.owner.take().or_else(|| owner.clone());
    let fits = |address: &&PostalAddress| to.postal.is_none() && to.postal_word.as_ref().is_none_or(|word| word.allows(address));
    let brought_postal = postal.as_ref().filter(fits).cloned();
    if brought_postal.is_some() {
        (to.postal, to.postal_word) = (brought_postal.clone(), postal_word.clone());
    }
    to.last_instalment = to.last_instalment.max(*last_instalment);
    not_theirs(somebody_elses, to);
    said_by_debtor(refusals, asked_instalments.as_ref(), to);
    to.fresh_links_at.extend(fresh_links_at);
    // A revoked link leads here, too, and stays revoked.
    to.links_from = to.links_from.max(*links_from);
    let promises = promises(record, &mut to.record);
    let own_hold = to.hold.clone();
    let brought_stops = stops(legal_stops, taking);
    Ok(Absorbed {
        debtor: debtor.clone(),
        contacts: adopted,
        credits: Vec::new(),
        own_stops,
        brought_stops,
        own_hold,
        postal: brought_postal,
        promises,
    })
}

/// Kept and broken promises are counted together; invoices bring their own part of a record.
fn promises(from: &Record, to: &mut Record) -> (u32, u32) {
    let Record { recent: _, paid: _, years: _, promises_kept, promises_broken, broken_on } = from;
    to.promises_kept = to.promises_kept.saturating_add(*promises_kept);
    to.promises_broken = to.promises_broken.saturating_add(*promises_broken);
    to.broken_on = to.broken_on.max(*broken_on);
    (*promises_kept, *promises_broken)
}

/// The stops of the law, of two of a kind the one that lasts longer; returns which were brought.
fn stops(brought: &[LegalStop], taking: &mut Outcome) -> Vec<LegalKind> {
    let to = &mut taking.account.profile.legal_stops;
    let end = |stop: &LegalStop| stop.until.unwrap_or(NaiveDate::MAX);
    let mut kinds = Vec::new();
    for stop in brought {
        if to.iter().any(|known| known.kind == stop.kind && end(known) >= end(stop)) {
            continue;
        }
        to.retain(|known| known.kind != stop.kind);
        to.push(stop.clone());
        kinds.push(stop.kind);
        taking.entries.push(Entry::LegalStop { stop: stop.clone() });
    }
    to.sort_by_key(|stop| stop.kind);
    kinds
}

/// What the debtor refuses, and asked for: of two requests the one that is waited for longer.
fn said_by_debtor(refusals: &[Refusal], asked: Option<&InstalmentRequest>, to: &mut Profile) {
    for refusal in refusals {
        if !to.refuses(refusal.channel) {
            to.refusals.push(*refusal);
        }
    }
    to.asked_instalments = [to.asked_instalments.take(), asked.cloned()].into_iter().flatten().max_by_key(|asked| asked.until);
}

/// Addresses that are somebody else's are nobody's here either.
fn not_theirs(addresses: &[String], to: &mut Profile) {
    for address in addresses {
        if !to.is_somebody_elses(address) {
            to.somebody_elses.push(address.clone());
        }
    }
    for address in &to.somebody_elses {
        to.contacts.block(address, SOMEBODY_ELSES);
    }
}

/// Takes over the contacts whose addresses are not known yet.
fn adopt(from: &Profile, to: &mut Profile) -> Result<Vec<ContactId>, Refused> {
    let mut adopted = Vec::new();
    for contact in from.contacts.iter() {
        let known = |address: &str| to.contacts.iter().any(|one| one.details.addresses().any(|other| other.is(address)));
        if contact.details.addresses().all(|address| known(&address.address)) {
            continue;
        }
        if to.contacts.count() >= MOST_CONTACTS {
            return Err(Refused::TooManyContacts);
        }
        adopted.push(to.contacts.add(contact.details.clone()));
    }
    // What one of both knows not to work does not work.
    for address in from.contacts.iter().chain(to.contacts.clone().iter()).flat_map(|contact| contact.details.addresses()) {
        if let Some(reason) = &address.blocked {
            to.contacts.block(&address.address, reason);
        }
    }
    Ok(adopted)
}

/// What both have once one debtor is two again, or a part of it is a debtor of its own: whatever stopped it
/// meanwhile, since nobody knows which of both was meant. The stops of the law that both have from now on.
pub(super) fn stops_for_both(giving: &Profile, absorbed: Option<&Absorbed>, taking: &mut Outcome) -> Vec<LegalKind> {
    let (profile, entries) = (&mut taking.account.profile, &mut taking.entries);
    not_theirs(&giving.somebody_elses, profile);
    said_by_debtor(&giving.refusals, giving.asked_instalments.as_ref(), profile);
    for address in giving.contacts.iter().flat_map(|contact| contact.details.addresses()) {
        if let Some(reason) = &address.blocked {
            profile.contacts.block(&address.address, reason);
        }
    }
    // Of those who are both known by an address of their own, nobody is the wrong person.
    let right_person = |kind| kind == LegalKind::WrongPerson && profile.contacts.reachable();
    // One that was brought and changed since is not the brought one any more.
    let brought = |one: &Absorbed, stop: &LegalStop| one.brought_stops.contains(&stop.kind) && profile.legal_stops.contains(stop);
    let own = |stop: &LegalStop| absorbed.is_some_and(|one| one.own_stops.contains(stop) || brought(one, stop));
    let both: Vec<LegalStop> = giving.legal_stops.iter().filter(|stop| !own(stop) && !right_person(stop.kind)).cloned().collect();
    let end = |stop: &LegalStop| stop.until.unwrap_or(NaiveDate::MAX);
    for stop in &both {
        if profile.legal_stops.iter().any(|known| known.kind == stop.kind && end(known) >= end(stop)) {
            continue;
        }
        profile.legal_stops.retain(|known| known.kind != stop.kind);
        profile.legal_stops.push(stop.clone());
        entries.push(Entry::LegalStop { stop: stop.clone() });
    }
    profile.legal_stops.sort_by_key(|stop| stop.kind);
    if let Some(hold) = giving.hold.as_ref().filter(|hold| absorbed.and_then(|one| one.own_hold.as_ref()) != Some(hold)) {
        let held = profile.hold.clone().map_or_else(|| hold.clone(), |own| own.joined(hold));
        if profile.hold.as_ref() != Some(&held) {
            entries.push(Entry::Held { scope: HoldScope::Debtor, case: None, hold: held.clone() });
        }
        profile.hold = Some(held);
    }
    profile.last_instalment = profile.last_instalment.max(giving.last_instalment);
    both.into_iter().map(|stop| stop.kind).collect()
}

/// What came with a debtor leaves with it: contacts, stops of the law, the count of its promises. The
/// shorter stop that one of them replaced comes back, unless it is over, or the team ended the longer one.
pub(super) fn taken_back(giving: &mut Outcome, absorbed: &Absorbed, today: NaiveDate) {
    let Absorbed { debtor, contacts, credits: _, own_stops, brought_stops, own_hold: _, postal, promises: (kept, broken) } = absorbed;
    let (profile, entries) = (&mut giving.account.profile, &mut giving.entries);
    for contact in contacts {
        profile.contacts.remove(contact);
    }
    if postal.is_some() && profile.postal == *postal {
        (profile.postal, profile.postal_word) = (None, None);
    }
    let (left, stay): (Vec<_>, Vec<_>) = profile.legal_stops.drain(..).partition(|stop| brought_stops.contains(&stop.kind));
    profile.legal_stops = stay;
    for stop in &left {
        entries.push(Entry::LegalStopEnded { kind: stop.kind, since: stop.since, how: LegalEnd::OtherDebtors });
    }
    let lasts = |stop: &&LegalStop| stop.until.is_none_or(|until| today <= until);
    for own in own_stops.iter().filter(|own| left.iter().any(|stop| stop.kind == own.kind)).filter(lasts) {
        entries.push(Entry::LegalStop { stop: own.clone() });
        profile.legal_stops.push(own.clone());
    }
    profile.legal_stops.sort_by_key(|stop| stop.kind);
    profile.record.promises_kept = profile.record.promises_kept.saturating_sub(*kept);
    profile.record.promises_broken = profile.record.promises_broken.saturating_sub(*broken);
    profile.ties.absorbed.retain(|one| one.debtor != *debtor);
}

/// Cases in the order in which they go over: those of a plan one after the other, so that it goes whole.
pub(super) fn in_order(account: &Account, cases: &[CaseId]) -> Vec<CaseId> {
    let plan_of = |id: &CaseId| account.profile.plans.iter().position(|plan| plan.cases.contains(id)).unwrap_or(usize::MAX);
    let mut cases = cases.to_vec();
    cases.sort_by_key(plan_of);
    cases
}

/// How many of these go over, so that no plan is cut in two that begins after the first one.
pub(super) fn whole(account: &Account, cases: &[CaseId], count: usize) -> usize {
    let (now, later) = cases.split_at(count);
    let cut = |cases: &[CaseId]| cases.iter().any(|id| now.contains(id)) && cases.iter().any(|id| later.contains(id));
    let begins = |cases: &[CaseId]| now.iter().position(|id| cases.contains(id)).filter(|place| *place > 0);
    let plans = account.profile.plans.iter().filter(|plan| cut(&plan.cases));
    plans.filter_map(|plan| begins(&plan.cases)).min().unwrap_or(count)
}

/// The currency of a plan that covers open invoices among these, and others.
pub(super) fn plan_of_both(account: &Account, cases: &[CaseId]) -> Option<Currency> {
    let covers_both =
        |plan: &&Plan| open_of(account, plan).any(|id| cases.contains(id)) && open_of(account, plan).any(|id| !cases.contains(id));
    account.profile.plans.iter().find(covers_both).map(|plan| plan.currency)
}

/// Plans whose every open invoice goes over go along with the first of them. `all` is what goes over in
/// the end, `now` what does at once.
///
/// # Errors
/// `PlanInTheWay` where the other debtor has one in its currency, or where it does not go over at once.
pub(super) fn plans(giving: &mut Outcome, taking: &mut Outcome, now: &[CaseId], all: &[CaseId]) -> Result<(), Refused> {
    let account = &giving.account;
    let begins = |plan: &&Plan| open_of(account, plan).any(|id| now.contains(id)) && open_of(account, plan).all(|id| all.contains(id));
    let over: Vec<Plan> = account.profile.plans.iter().filter(begins).cloned().collect();
    for plan in over {
        let theirs = &mut taking.account.profile;
        if !open_of(&giving.account, &plan).all(|id| now.contains(id)) || theirs.plans.iter().any(|other| other.currency == plan.currency) {
            return Err(Refused::PlanInTheWay { currency: plan.currency });
        }
        giving.account.profile.plans.retain(|known| known.currency != plan.currency);
        theirs.last_instalment = theirs.last_instalment.max(giving.account.profile.last_instalment);
        theirs.plans.push(plan.clone());
        giving.entries.push(Entry::PlanEnded { currency: plan.currency, made_on: plan.made_on, how: PlanEnd::Moot });
        taking.entries.push(Entry::PlanMade { plan });
    }
    Ok(())
}

/// The open invoices of a plan.
fn open_of<'a>(account: &'a Account, plan: &'a Plan) -> impl Iterator<Item = &'a CaseId> {
    plan.cases.iter().filter(|id| account.case(id).is_some_and(|case| case.closed.is_none()))
}
