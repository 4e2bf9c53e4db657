//! What sources say about invoices. A picture that is not newer than the one we have changes nothing.

use chrono::NaiveDate;

use super::legal::SOMEBODY_ELSES;
use super::{Attention, Context, Entry, Outcome, Refused};
use crate::domain::account::{Case, Closed, Profile};
use crate::domain::fact::{DebtorFact, InvoiceFact, Warning};
use crate::domain::ids::CaseId;
use crate::domain::legal::same_address;
use crate::domain::settlement::EarlyDiscount;

const STALE: Refused = Refused::NoEffect("we have this revision of the invoice, or a newer one");

pub(super) fn seen(outcome: &mut Outcome, fact: &InvoiceFact, context: &Context<'_>) -> Result<(), Refused> {
    let account = &mut outcome.account;
    let known_revision = account.case(&fact.case).map(|case| case.revision);
    if known_revision.is_some_and(|revision| revision >= fact.revision) {
        return Err(STALE);
    }
    learn(&mut account.profile, &fact.debtor);
    if known_revision.is_none() {
        account.cases.push(new_case(fact, context));
    }
    let case = account.case_mut(&fact.case).ok_or(Refused::NoSuchCase)?;
    match known_revision {
        // What the first picture says was so from the beginning.
        None => picture(case, fact),
        Some(_) => case.noting(context.today(), |case| picture(case, fact)),
    }
    let (revision, open_minor) = (case.revision, case.open_minor());
    outcome.entries.push(Entry::InvoiceSeen { case: fact.case.clone(), revision, open_minor });
    if !account.profile.contacts.has_address() && open_minor > 0 {
        outcome.attention.push(Attention::Unreachable);
    }
    let odd: Vec<_> = fact.warnings.iter().copied().filter(|warning| *warning != Warning::NoContact).collect();
    if !odd.is_empty() {
        outcome.attention.push(Attention::Warnings { case: fact.case.clone(), warnings: odd });
    }
    Ok(())
}

fn new_case(fact: &InvoiceFact, context: &Context<'_>) -> Case {
    Case {
        id: fact.case.clone(),
        number: fact.number.clone(),
        revision: fact.revision,
        issued_on: fact.issued_on,
        due_on: fact.due_on,
        currency: fact.currency,
        total_minor: fact.total_minor,
        asserted_minor: 0,
        unechoed_minor: 0,
        credited_minor: 0,
        credited_beyond_minor: 0,
        claimed: Vec::new(),
        beside_minor: 0,
        allocations: Vec::new(),
        changes: Vec::new(),
        settlements: Vec::new(),
        discount: None,
        rules_off: false,
        reopened_on: None,
        extension: None,
        skipped: Vec::new(),
        remindable: fact.remindable,
        document_url: None,
        payment_account: None,
        ksef_number: None,
        policy_version: context.settings.policy.version,
        passed: None,
        segment: None,
        came_from: Vec::new(),
        held_before: Vec::new(),
        arrived_on: Some(context.today()),
        broke_word_on: None,
        instructions: Vec::new(),
        dispute: None,
        promise: None,
        pending: None,
        taken: Vec::new(),
        hold: None,
        warnings: Vec::new(),
        decision: None,
        closed: None,
        recorded: None,
    }
}

/// Takes over the source's whole picture; what is ours (steps, holds, bookings) stays.
fn picture(case: &mut Case, fact: &InvoiceFact) {
    case.number.clone_from(&fact.number);
    case.revision = fact.revision;
    case.issued_on = fact.issued_on;
    case.due_on = fact.due_on;
    case.currency = fact.currency;
    case.total_minor = fact.total_minor;
    case.remindable = fact.remindable;
    case.document_url.clone_from(&fact.document_url);
    case.payment_account.clone_from(&fact.payment_account);
    case.ksef_number.clone_from(&fact.ksef_number);
    case.warnings.clone_from(&fact.warnings);
    if let Some(paid_minor) = fact.paid_minor {
        case.assert_paid(paid_minor);
    }
    let stated_minor = case.discount.as_ref().map_or(0, |discount| discount.stated_minor);
    case.discount = fact.discount.map(|terms| EarlyDiscount { until: terms.until, amount_minor: terms.amount_minor, stated_minor });
    if fact.cancelled {
        case.closed = Some(Closed::Cancelled);
    } else if case.closed == Some(Closed::Cancelled) {
        case.closed = None;
        case.decision = None;
    }
}

/// Newer knowledge replaces older; what a source does not say is kept.
fn learn(profile: &mut Profile, debtor: &DebtorFact) {
    if !debtor.name.is_empty() {
        profile.name.clone_from(&debtor.name);
    }
    let elses = &profile.somebody_elses;
    let theirs = |address: &str| elses.iter().any(|one| same_address(one, address)).then(|| SOMEBODY_ELSES.to_owned());
    profile.contacts.learn(debtor.email.as_deref(), debtor.phone.as_deref(), theirs);
    profile.tax_id = debtor.tax_id.clone().or(profile.tax_id.take());
    profile.locale = debtor.locale.or(profile.locale);
    profile.zone = debtor.zone.or(profile.zone);
    if let Some(postal) = debtor.postal.as_ref().filter(|new| profile.postal_word.as_ref().is_none_or(|word| word.allows(new))) {
        profile.postal = Some(postal.clone());
        profile.postal_word = None;
    }
    profile.kind = debtor.kind.unwrap_or(profile.kind);
    profile.public_body = debtor.public_body.unwrap_or(profile.public_body);
}

/// The case, if the revision is newer than ours.
fn newer<'a>(outcome: &'a mut Outcome, id: &CaseId, revision: u64) -> Result<&'a mut Case, Refused> {
    let case = outcome.account.case_mut(id).ok_or(Refused::NoSuchCase)?;
    if case.revision >= revision {
        return Err(STALE);
    }
    case.revision = revision;
    Ok(case)
}

pub(super) fn stated_paid(outcome: &mut Outcome, id: &CaseId, revision: u64, today: NaiveDate) -> Result<(), Refused> {
    let case = newer(outcome, id, revision)?;
    let owed = case.total_minor.saturating_sub(case.credited_minor).max(0);
    case.noting(today, |case| case.assert_paid(owed.max(case.asserted_minor)));
    outcome.entries.push(Entry::InvoiceSeen { case: id.clone(), revision, open_minor: 0 });
    Ok(())
}

pub(super) fn stated_cancelled(outcome: &mut Outcome, id: &CaseId, revision: u64) -> Result<(), Refused> {
    let case = newer(outcome, id, revision)?;
    case.closed = Some(Closed::Cancelled);
    outcome.entries.push(Entry::InvoiceSeen { case: id.clone(), revision, open_minor: 0 });
    Ok(())
}

pub(super) fn adjusted(
    outcome: &mut Outcome,
    id: &CaseId,
    revision: u64,
    (less_owed_minor, less_paid_minor): (i64, i64),
    today: NaiveDate,
) -> Result<(), Refused> {
    let case = newer(outcome, id, revision)?;
    case.noting(today, |case| {
        case.total_minor = case.total_minor.saturating_sub(less_owed_minor).max(0);
        case.asserted_minor = case.asserted_minor.saturating_sub(less_paid_minor).max(0);
        case.untell();
    });
    let open_minor = case.open_minor();
    outcome.entries.push(Entry::InvoiceSeen { case: id.clone(), revision, open_minor });
    Ok(())
}
