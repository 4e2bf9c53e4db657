//! Among what a day would say, the reminder of an instalment has its place: of each instalment something is
//! said by its day, whatever other invoices the debtor has.
//!
//! A message about another invoice may leave no day for it, by the gap or by the cap. Then it goes along in
//! that message, where the message can name it: one voice. Where it cannot (another currency, or an SMS,
//! which speaks of one thing), what can wait waits.

use chrono::NaiveDate;

use super::{Context, Outcome};
use crate::domain::account::{Account, Case};
use crate::domain::climb::{Climber, Said};
use crate::domain::creditor::Settings;
use crate::domain::decide::{Candidate, Decision, SkipReason, channel_of, decide_along, net_open};
use crate::domain::ids::CaseId;
use crate::domain::message::invoice::{InvoiceFacts, Standing};
use crate::domain::money::Currency;
use crate::domain::plan::{self, Part, is_plan_step};
use crate::domain::plan_words;
use crate::domain::policy::Channel;

/// What was decided of a case for a day, with what is open of it, minor units after netting.
pub(super) struct Decided {
    pub id: CaseId,
    pub currency: Currency,
    pub net_minor: i64,
    pub decision: Result<Candidate, Decision>,
}

impl Decided {
    fn is_heard(&self) -> bool {
        self.decision.as_ref().is_ok_and(|candidate| !candidate.channel.is_for_team())
    }
}

/// An instalment of which nothing was said, and of which nothing could be in time if something else were
/// said today.
struct Endangered {
    currency: Currency,
    /// Its invoices.
    cases: Vec<CaseId>,
    pay_on: NaiveDate,
    /// The day on which it would be reminded.
    until: NaiveDate,
    /// What is asked for, minor units.
    missing_minor: i64,
}

/// Gives each instalment its place.
pub(super) fn give_place(outcome: &Outcome, decided: &mut [Decided], as_of: NaiveDate, context: &Context<'_>) {
    let (account, settings) = (&outcome.account, context.settings);
    if account.profile.plans.is_empty() || !decided.iter().any(Decided::is_heard) {
        return;
    }
    for endangered in endangered(account, decided, settings, as_of) {
        if !go_along(account, decided, &endangered, settings, as_of) {
            make_wait(decided, &endangered, settings);
        }
    }
}

fn endangered(account: &Account, decided: &[Decided], settings: &Settings, as_of: NaiveDate) -> Vec<Endangered> {
    let said_today = (0..messages(account, decided, as_of)).fold(Said::before(account, as_of), |said, _| said.and_on(as_of));
    let mut found: Vec<Endangered> = Vec::new();
    for (case, net_minor) in net_open(account) {
        let waits =
            |one: &&Decided| one.id == case.id && matches!(one.decision, Err(Decision::Skip { reason: SkipReason::InPlan { .. }, .. }));
        let Some(part) = plan::part(account, case).filter(|part| part.share_minor > 0 && decided.iter().any(|one| waits(&one))) else {
            continue;
        };
        if let Some(known) = found.iter_mut().find(|known| known.currency == case.currency) {
            known.cases.push(case.id.clone());
            continue;
        }
        let climber = Climber::of(&account.profile, case, net_minor);
        if let Some(until) = threatened(account, climber, &part, settings, &said_today, as_of) {
            let (pay_on, missing_minor) = (part.on, part.missing_minor);
            found.push(Endangered { currency: case.currency, cases: vec![case.id.clone()], pay_on, until, missing_minor });
        }
    }
    found
}

/// How many messages the debtor would get today, those that wait already among them.
fn messages(account: &Account, decided: &[Decided], as_of: NaiveDate) -> usize {
    let mut all: Vec<(Currency, Option<Channel>)> = Vec::new();
    let waiting = account.reminders.iter().filter(|reminder| reminder.id.as_of == as_of && !reminder.id.channel.is_for_team());
    let waiting = waiting.filter(|reminder| reminder.state.counts()).map(|reminder| (reminder.id.currency, None));
    let candidates = decided.iter().filter(|one| one.is_heard()).filter_map(|one| Some((one.currency, one.decision.as_ref().ok()?)));
    let groups = candidates.map(|(currency, candidate)| (currency, Some(candidate.channel).filter(|_| candidate.is_chosen())));
    for group in waiting.chain(groups) {
        if !all.contains(&group) {
            all.push(group);
        }
    }
    all.len()
}

/// The day on which an instalment would be reminded, if a message of today took that from it.
fn threatened(
    account: &Account,
    climber: Climber<'_>,
    part: &Part,
    settings: &Settings,
    said_today: &Said,
    as_of: NaiveDate,
) -> Option<NaiveDate> {
    let (case, due) = (climber.case, part.dates(settings).due);
    if plan_words::is_told(account, case, part, as_of) {
        return None;
    }
    let in_time = |said: &Said, from: NaiveDate| {
        let next = plan_words::next(account, climber, part, settings, said, from)?;
        let reached = channel_of(account, &case.id, &next.id, next.rung.step).is_some_and(|channel| !channel.is_for_team());
        (reached && next.earliest <= due).then_some(next.earliest)
    };
    let until = in_time(&Said::before(account, as_of), as_of)?;
    in_time(said_today, as_of.succ_opt()?).is_none().then_some(until)
}

/// Lets it go along in the message of its currency, if that can name it.
fn go_along(account: &Account, decided: &mut [Decided], endangered: &Endangered, settings: &Settings, as_of: NaiveDate) -> bool {
    let open = net_open(account);
    let found = |id: &CaseId| open.iter().find(|(case, _)| case.id == *id).copied();
    let along = endangered.cases.iter().filter_map(|id| {
        let (case, net_minor) = found(id)?;
        Some((id.clone(), decide_along(account, case, net_minor, settings, as_of).ok()?))
    });
    let along: Vec<(CaseId, Candidate)> = along.filter(|(_, candidate)| !candidate.channel.is_for_team()).collect();
    let same = decided.iter().filter(|one| one.is_heard() && one.currency == endangered.currency);
    let lines: Vec<(&CaseId, &Candidate)> = same.filter_map(|one| Some((&one.id, one.decision.as_ref().ok()?))).collect();
    let standing = |id: &CaseId| standing(account, found(id)?, settings, as_of);
    let all_ahead = lines.iter().all(|(id, _)| standing(id) == Some(Standing::Ahead));
    let with_it = lines.iter().map(|(_, candidate)| *candidate).chain(along.iter().map(|(_, candidate)| candidate));
    let goes_by = with_it.max_by_key(|candidate| (candidate.tone, candidate.rank)).map(|candidate| candidate.channel);
    let waiting = account.reminders.iter().any(|reminder| reminder.id.as_of == as_of && reminder.id.channel == Channel::Sms);
    // A person's word moves its line away from the others.
    let moved = lines.iter().any(|(_, candidate)| candidate.is_chosen());
    if along.is_empty() || lines.is_empty() || moved || waiting || (goes_by == Some(Channel::Sms) && !all_ahead) {
        return false;
    }
    for (id, candidate) in along {
        if let Some(one) = decided.iter_mut().find(|one| one.id == id) {
            one.decision = Ok(candidate);
        }
    }
    true
}

fn standing(account: &Account, (case, net_minor): (&Case, i64), settings: &Settings, as_of: NaiveDate) -> Option<Standing> {
    Some(InvoiceFacts::asked(account, case, net_minor, settings, as_of)?.standing(as_of))
}

/// Makes everything else wait that the debtor would hear today, unless another instalment is reminded, or
/// this one comes to less than what is worth a message.
fn make_wait(decided: &mut [Decided], endangered: &Endangered, settings: &Settings) {
    let of_plan = |one: &Decided| one.is_heard() && one.decision.as_ref().is_ok_and(|candidate| is_plan_step(&candidate.step));
    if decided.iter().any(of_plan) || endangered.missing_minor < settings.policy.least_sums.of(endangered.currency) {
        return;
    }
    let reason = SkipReason::InstalmentFirst { pay_on: endangered.pay_on, until: endangered.until };
    for one in decided.iter_mut().filter(|one| one.is_heard()) {
        one.decision = Err(Decision::Skip { reason: reason.clone(), next_step: None, next_on: None });
    }
}
