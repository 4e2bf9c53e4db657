//! Side claims: begun by a step, covered by money, collected or waived by a person, and kept in step
//! with their invoice.

use chrono::NaiveDate;

use super::money::Money;
use super::{Attention, Context, Entry, Outcome, Refused};
use crate::domain::account::{Account, Case, Closed, Credit, StepTaken};
use crate::domain::claimed::{Calculator, Claimed, OpenClaims, Receipt, compensation_of, covered};
use crate::domain::climb::Climber;
use crate::domain::creditor::Settings;
use crate::domain::decide;
use crate::domain::fact::DebtorKind;
use crate::domain::ids::CaseId;
use crate::domain::interest::{ClaimKind, CompensationError, InterestClaim, InterestError, SideClaims};
use crate::domain::money::Currency;
use crate::domain::policy::Channel;

/// Under which name mid rates of the euro are missing.
const MID_RATES: &str = "NBP table A, EUR";

/// A step is taken that claims: what the settings charge this debtor begins, each once per invoice.
///
/// What cannot be calculated is told to a person, and the message goes all the same.
pub(super) fn begin(outcome: &mut Outcome, id: &CaseId, taken: &StepTaken, context: &Context<'_>) {
    let settings = context.settings;
    let Some(case) = outcome.account.case(id) else { return };
    let climber = Climber::of(&outcome.account.profile, case, case.open_minor());
    let Some(step) = settings.ladder(climber).rung(&taken.step).map(|rung| rung.step) else { return };
    if step.claims.is_empty() {
        return;
    }
    let last_day = case.last_day_in_time(settings);
    if taken.on <= settings.payable_until(case.agreed_due_on()) || taken.channel == Channel::Task {
        return;
    }
    let known = outcome.account.claim(id);
    let mut claims = known.map(|claimed| claimed.claims.clone()).unwrap_or_default();
    let (profile, currency) = (&outcome.account.profile, case.currency);
    let wants = |claim| step.claims.contains(&claim) && !case.claimed.contains(&claim);
    let mut begun = Vec::new();
    if let (true, None, Some(table), Some(first)) =
        (wants(ClaimKind::Interest), &claims.interest, settings.interest_table(profile), last_day.succ_opt())
    {
        claims.interest = Some(InterestClaim::new(id.clone(), currency, table, first));
        begun.push((ClaimKind::Interest, first));
    }
    let mut awaited = None;
    if wants(ClaimKind::Compensation) && charges_compensation(&outcome.account, case, settings) && claims.compensation.is_none() {
        match compensation_of(case, profile.kind, settings) {
            Ok(sum) => {
                claims = claims.with_compensation(id.clone(), sum).unwrap_or(claims);
                begun.push((ClaimKind::Compensation, last_day));
            }
            Err(CompensationError::MissingMidRate { day }) => {
                outcome.attention.push(Attention::MissingRate { case: id.clone(), table: MID_RATES.to_owned(), day });
                awaited = Some(ClaimKind::Compensation);
            }
            Err(_) => {}
        }
    }
    let wanted = step.claims.clone();
    keep(outcome, id, claims, (&wanted, awaited), taken);
    for (claim, since) in begun {
        if let Some(case) = outcome.account.case_mut(id) {
            case.claimed.push(claim);
        }
        outcome.entries.push(Entry::SideClaimBegun { case: id.clone(), claim, since });
    }
    let calculator = Calculator::new(settings, outcome.account.profile.kind);
    let open = outcome.account.claim(id).map(|claimed| claimed.open_on(&calculator, taken.on, None));
    tell_missing(outcome, id, &open.unwrap_or_default());
}

/// Whether the settings charge compensation for this invoice.
fn charges_compensation(account: &Account, case: &Case, settings: &Settings) -> bool {
    settings.side_claims.compensation && account.profile.kind == DebtorKind::Business && case.currency == Currency::PLN
}

/// Keeps the claims and the message that says them; of the `awaited` kind the message alone.
fn keep(outcome: &mut Outcome, id: &CaseId, claims: SideClaims, (wanted, awaited): (&[ClaimKind], Option<ClaimKind>), taken: &StepTaken) {
    if claims == SideClaims::default() && awaited.is_none() {
        return;
    }
    if let Some(known) = outcome.account.claims.iter_mut().find(|claimed| claimed.case == *id) {
        known.said_by(claims, (wanted, awaited), taken);
        return;
    }
    let Some(case) = outcome.account.case(id) else { return };
    let mut claimed = Claimed::new(case, SideClaims::default(), taken);
    claimed.said_by(claims, (wanted, awaited), taken);
    outcome.account.claims.push(claimed);
}

/// Compensation that a message claimed while its mid rate was missing begins once the rate is there,
/// before anything else is done: for an open invoice of which it is still owed and still charged.
pub(super) fn begin_awaited(outcome: &mut Outcome, context: &Context<'_>) {
    let (settings, today) = (context.settings, context.today());
    for index in 0..outcome.account.claims.len() {
        let (account, claimed) = (&outcome.account, &outcome.account.claims[index]);
        let open = account.case(&claimed.case).filter(|case| case.closed.is_none() && !case.claimed.contains(&ClaimKind::Compensation));
        let Some(case) = open.filter(|case| claimed.awaits_compensation() && charges_compensation(account, case, settings)) else {
            continue;
        };
        let (id, last_day) = (case.id.clone(), case.last_day_in_time(settings));
        let sum = compensation_of(case, account.profile.kind, settings).ok().filter(|_| last_day < today);
        let Some(claims) = sum.and_then(|sum| claimed.claims.with_compensation(id.clone(), sum).ok()) else { continue };
        outcome.account.claims[index].claims = claims;
        if let Some(case) = outcome.account.case_mut(&id) {
            case.claimed.push(ClaimKind::Compensation);
        }
        outcome.entries.push(Entry::SideClaimBegun { case: id, claim: ClaimKind::Compensation, since: last_day });
    }
}

fn tell_missing(outcome: &mut Outcome, id: &CaseId, open: &OpenClaims) {
    if let Some(InterestError::MissingRate { table, day }) = &open.stopped {
        outcome.attention.push(Attention::MissingRate { case: id.clone(), table: table.clone(), day: *day });
    }
}

/// A message was never said: what no other one claims is not claimed.
pub(super) fn unsay(outcome: &mut Outcome, id: &CaseId, taken: &StepTaken) {
    if let Some(claimed) = outcome.account.claims.iter_mut().find(|claimed| claimed.case == *id) {
        claimed.unsaid_by(taken);
        lapse(outcome);
    }
}

/// Takes off what no message claims, from the invoices too: of one that is closed and kept apart, an
/// empty record says so until it is opened again.
fn lapse(outcome: &mut Outcome) {
    let Account { claims, cases, .. } = &mut outcome.account;
    for claimed in claims.iter_mut() {
        if claimed.lapse() {
            outcome.entries.push(Entry::SideClaimUnsaid { case: claimed.case.clone() });
        }
        if let Some(case) = cases.iter_mut().find(|case| case.id == claimed.case) {
            let lapsed = std::mem::take(&mut claimed.lapsed);
            case.claimed.retain(|claim| !lapsed.contains(claim));
        }
    }
    let is_empty = |claimed: &Claimed| claimed.claims == SideClaims::default() && !claimed.awaits_compensation();
    claims.retain(|claimed| !(is_empty(claimed) && cases.iter().any(|case| case.id == claimed.case)));
}

/// Covers side claims of an invoice, interest first, with money; returns how much that took.
pub(super) fn collect(outcome: &mut Outcome, id: &CaseId, money: Money<'_>, up_to_minor: i64, context: &Context<'_>) -> i64 {
    if up_to_minor <= 0 || outcome.account.claim(id).is_none_or(|claimed| claimed.void.is_some()) {
        return 0;
    }
    let open = outcome.account.open_claims(id, context.settings, money.on);
    tell_missing(outcome, id, &open);
    let interest_minor = open.interest_minor.min(up_to_minor);
    let compensation_minor = open.compensation_minor.min(up_to_minor - interest_minor);
    let taken = [(ClaimKind::Interest, interest_minor), (ClaimKind::Compensation, compensation_minor)];
    let on_case = outcome.account.case(id).is_some();
    taken.into_iter().map(|(claim, minor)| book(outcome, id, (claim, minor), money, &open, on_case)).sum()
}

/// Books money to one side claim; returns how much it took.
fn book(outcome: &mut Outcome, id: &CaseId, (claim, minor): (ClaimKind, i64), money: Money<'_>, open: &OpenClaims, on_case: bool) -> i64 {
    let Some(claimed) = outcome.account.claims.iter_mut().find(|claimed| claimed.case == *id).filter(|_| minor > 0) else { return 0 };
    let booked = match (claim, &claimed.claims.compensation) {
        (ClaimKind::Interest, _) => {
            let interest = open.interest.as_ref().or(claimed.claims.interest.as_ref());
            // Accrued is what counts for who pays on that day; where nothing can be, what was settled before.
            let settled = interest.and_then(|one| one.settle(one.accrued_until()?, money.on, minor).ok());
            settled.map(|one| claimed.claims.interest = Some(one.settled_only()))
        }
        (ClaimKind::Compensation, Some(sum)) => sum.settle(money.on, minor).ok().map(|one| claimed.claims.compensation = Some(one)),
        (ClaimKind::Compensation, None) => None,
    };
    if booked.is_none() {
        return 0;
    }
    let payment = money.payment.to_owned();
    claimed.receipts.push(Receipt { payment: payment.clone(), claim, amount_minor: minor, on: money.on, on_case });
    let currency = claimed.currency;
    if let Some(case) = outcome.account.case_mut(id).filter(|_| on_case) {
        case.beside_minor = case.beside_minor.saturating_add(minor);
        case.unechoed_minor = case.unechoed_minor.saturating_add(minor);
    }
    outcome.entries.push(Entry::SideClaimCollected { case: id.clone(), claim, payment, amount_minor: minor, currency });
    minor
}

/// A person books money that came for one side claim. Its source never hears of it.
pub(super) fn collected(
    outcome: &mut Outcome,
    id: &CaseId,
    claim: ClaimKind,
    (payment, minor, on): (&str, i64, NaiveDate),
    context: &Context<'_>,
) -> Result<(), Refused> {
    let currency = outcome.account.claim(id).ok_or(Refused::NoSuchClaim)?.currency;
    let open = outcome.account.open_claims(id, context.settings, on);
    let most_minor = match claim {
        ClaimKind::Interest => open.interest_minor,
        ClaimKind::Compensation => open.compensation_minor,
    };
    if !(1..=most_minor).contains(&minor) {
        return Err(Refused::MoreThanClaimed { most_minor, currency });
    }
    let money = Money::named(payment, on);
    book(outcome, id, (claim, minor), money, &open, false);
    Ok(())
}

/// A person lets one side claim go, for good.
pub(super) fn waive(outcome: &mut Outcome, id: &CaseId, claim: ClaimKind, reason: &str, context: &Context<'_>) -> Result<(), Refused> {
    const NOTHING: Refused = Refused::NoEffect("nothing of it is open");
    let today = context.today();
    let open = outcome.account.open_claims(id, context.settings, today);
    let claimed = outcome.account.claims.iter_mut().find(|claimed| claimed.case == *id).ok_or(Refused::NoSuchClaim)?;
    let mut never_again = None;
    let amount_minor = match claim {
        ClaimKind::Interest => {
            let interest = claimed.claims.interest.as_ref().ok_or(Refused::NoSuchClaim)?;
            if claimed.interest_waived {
                return Err(NOTHING);
            }
            let accrued = open.interest.as_ref().unwrap_or(interest);
            let until = accrued.accrued_until().or(accrued.settled_until());
            let waived = until.and_then(|until| accrued.waive(until, today, reason).ok());
            claimed.claims.interest = Some(waived.unwrap_or_else(|| accrued.clone()).settled_only());
            claimed.interest_waived = true;
            open.interest_minor
        }
        ClaimKind::Compensation => {
            if let Some(sum) = &claimed.claims.compensation {
                claimed.claims.compensation = Some(sum.waive(today, reason).map_err(|_| NOTHING)?);
            } else if claimed.let_go_awaited() {
                // Nobody knows yet what it comes to, and it never begins.
                never_again = Some(ClaimKind::Compensation);
            } else {
                return Err(Refused::NoSuchClaim);
            }
            open.compensation_minor
        }
    };
    let currency = claimed.currency;
    if let Some(case) = outcome.account.case_mut(id) {
        case.claimed.extend(never_again);
    }
    outcome.entries.push(Entry::SideClaimWaived { case: id.clone(), claim, amount_minor, currency, reason: reason.to_owned() });
    Ok(())
}

/// A payment goes back: what of it covered side claims is open again, first of all. Returns how much
/// that was.
pub(super) fn take_back(outcome: &mut Outcome, payment: &str, currency: Currency, up_to_minor: i64, today: NaiveDate) -> i64 {
    let mut left = up_to_minor;
    for index in 0..outcome.account.claims.len() {
        if outcome.account.claims[index].currency == currency {
            left -= give_back(outcome, index, |receipt| receipt.payment == payment, left, today)
                .iter()
                .map(|one| one.amount_minor)
                .sum::<i64>();
        }
    }
    up_to_minor - left
}

/// Takes receipts of a claim back; returns what was taken.
pub(super) fn give_back(
    outcome: &mut Outcome,
    index: usize,
    wanted: impl Fn(&Receipt) -> bool,
    up_to_minor: i64,
    today: NaiveDate,
) -> Vec<Receipt> {
    let Account { claims, cases, .. } = &mut outcome.account;
    let claimed = &mut claims[index];
    let mut case = cases.iter_mut().find(|case| case.id == claimed.case);
    let (mut left, mut gone) = (up_to_minor, Vec::new());
    for receipt in claimed.receipts.iter_mut().rev().filter(|receipt| wanted(receipt)) {
        let minor = receipt.amount_minor.min(left);
        let done = match receipt.claim {
            ClaimKind::Interest => {
                let back = claimed.claims.interest.as_ref().and_then(|claim| claim.give_back(today, minor).ok());
                back.map(|claim| claimed.claims.interest = Some(claim))
            }
            ClaimKind::Compensation => {
                let back = claimed.claims.compensation.as_ref().and_then(|claim| claim.give_back(today, minor).ok());
                back.map(|claim| claimed.claims.compensation = Some(claim))
            }
        };
        if minor == 0 || done.is_none() {
            continue;
        }
        receipt.amount_minor -= minor;
        left -= minor;
        if let Some(case) = case.as_deref_mut().filter(|_| receipt.on_case) {
            case.beside_goes_back(minor);
        }
        gone.push(Receipt { amount_minor: minor, ..receipt.clone() });
    }
    claimed.receipts.retain(|receipt| receipt.amount_minor > 0);
    for Receipt { payment, claim, amount_minor, .. } in &gone {
        let (case, payment) = (claimed.case.clone(), payment.clone());
        let (claim, amount_minor, currency) = (*claim, *amount_minor, claimed.currency);
        outcome.entries.push(Entry::SideClaimReturned { case, claim, payment, amount_minor, currency });
    }
    gone
}

/// What covered side claims of an invoice that was cancelled since belongs to nothing any more.
pub(super) fn released(outcome: &mut Outcome, today: NaiveDate) -> Vec<Credit> {
    let mut freed = Vec::new();
    for index in 0..outcome.account.claims.len() {
        let claimed = &outcome.account.claims[index];
        let cancelled = outcome.account.case(&claimed.case).is_some_and(|case| case.closed == Some(Closed::Cancelled));
        if cancelled && !claimed.receipts.is_empty() {
            let currency = claimed.currency;
            let gone = give_back(outcome, index, |_| true, i64::MAX, today).into_iter();
            freed.extend(gone.map(|one| Credit {
                id: one.payment,
                currency,
                left_minor: one.amount_minor,
                allocate: false,
                on: Some(one.on),
            }));
        }
    }
    freed
}

/// What holds after every command: claims know their invoice as it is, and are history once it is
/// closed and nothing is open.
pub(super) fn keep_up(outcome: &mut Outcome, before: &Account, context: &Context<'_>) {
    lapse(outcome);
    let account = &mut outcome.account;
    if account.claims.is_empty() {
        return;
    }
    let mut claims = std::mem::take(&mut account.claims);
    let nets = decide::net_open(account);
    let calculator = Calculator::new(context.settings, account.profile.kind);
    for claimed in &mut claims {
        let case = account.case(&claimed.case);
        if let Some(case) = case {
            claimed.follow(case, context.settings);
        }
        claimed.protect(account.profile.kind);
        let closed = case.is_none_or(|case| case.closed.is_some());
        if !closed {
            claimed.settled = false;
        } else if case.is_some() || before.claim(&claimed.case) != Some(claimed) {
            let net = nets.iter().find(|(open, _)| open.id == claimed.case);
            let open = claimed.open_on(&calculator, context.today(), net.and_then(|(case, net)| covered(account, case, *net)));
            claimed.settled = open.stopped.is_none() && open.open_minor() == 0;
        }
    }
    drop(nets);
    account.claims = claims;
}
