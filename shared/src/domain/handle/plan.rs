//! Instalment plans: agreed, changed by what happens to their invoices, kept, broken or withdrawn.

use chrono::{Days, NaiveDate};

use super::{Attention, Context, Entry, Outcome, Refused, debtor_word, promise};
use crate::domain::account::{Account, Case, Closed};
use crate::domain::decide::net_open;
use crate::domain::ids::CaseId;
use crate::domain::money::Currency;
use crate::domain::plan::{self, Instalment, MOST_CASES, MOST_INSTALMENTS, Plan, PlanEnd};
use crate::domain::stops::{Party, stop_on};

/// A plan as it is agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// Who writes it down.
    pub by: Party,
    /// The invoices, of one currency; all that are open if none is named.
    pub cases: Vec<CaseId>,
    /// Day and amount in minor units of each instalment, by day.
    pub instalments: Vec<(NaiveDate, i64)>,
    /// What was agreed beside.
    pub note: String,
}

/// What is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanProblem {
    /// This one is no open invoice that may be reminded.
    Case(CaseId),
    /// The invoices are of several currencies, too many, or none.
    Cases,
    /// There are too few instalments, or too many.
    Count,
    /// The day of an instalment (place from 0) does not come after the one before it, or lies outside
    /// the limits.
    Day {
        /// Which.
        place: usize,
        /// The first day that it may name.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
    },
    /// The amount of an instalment (place from 0) is not more than 0.
    Amount {
        /// Which.
        place: usize,
    },
    /// The instalments do not add up to what is open.
    Sum {
        /// What is open, minor units.
        open_minor: i64,
        /// What they come to, minor units.
        sum_minor: i64,
        /// The currency.
        currency: Currency,
    },
}

/// Takes a plan; it replaces an earlier one in its currency.
pub(super) fn make(outcome: &mut Outcome, new: &NewPlan, context: &Context<'_>) -> Result<(), Refused> {
    let today = context.today();
    let mut problems = day_and_amount_problems(new, context);
    let chosen = chosen(&outcome.account, new, &mut problems);
    let Some(currency) = chosen.first().and_then(|id| outcome.account.case(id)).map(|case| case.currency) else {
        return Err(Refused::Plan(problems));
    };
    let net = net_open(&outcome.account).into_iter().filter(|(case, _)| chosen.contains(&case.id));
    let open_minor = net.map(|(_, net_minor)| net_minor).fold(0, i64::saturating_add);
    let sum_minor = new.instalments.iter().map(|(_, amount_minor)| *amount_minor).fold(0, i64::saturating_add);
    if sum_minor != open_minor {
        problems.push(PlanProblem::Sum { open_minor, sum_minor, currency });
    }
    if !problems.is_empty() {
        return Err(Refused::Plan(problems));
    }
    let same = |known: &Plan| {
        let days = known.instalments.iter().map(|instalment| (instalment.on, instalment.amount_minor));
        known.currency == currency && known.cases == chosen && known.note == new.note && days.eq(new.instalments.iter().copied())
    };
    if outcome.account.profile.plans.iter().any(same) {
        return Err(Refused::NoEffect("this plan is in force"));
    }
    end(outcome, currency, PlanEnd::Replaced);
    promise::supersede(outcome, &chosen);
    // It is the answer, where instalments were asked for.
    let _ = debtor_word::answer_request(outcome, None);
    let profile = &mut outcome.account.profile;
    let numbers = profile.last_instalment + 1..;
    let instalments = new.instalments.iter().zip(numbers).map(|(&(on, amount_minor), number)| Instalment { number, on, amount_minor });
    let plan = Plan { currency, cases: chosen, instalments: instalments.collect(), made_on: today, by: new.by, note: new.note.clone() };
    profile.last_instalment = plan.instalments.last().map_or(profile.last_instalment, |last| last.number);
    profile.plans.push(plan.clone());
    outcome.entries.push(Entry::PlanMade { plan });
    Ok(())
}

/// The invoices that a plan is to cover.
fn chosen(account: &Account, new: &NewPlan, problems: &mut Vec<PlanProblem>) -> Vec<CaseId> {
    let open: Vec<&Case> = account.open_cases().into_iter().filter(|case| case.remindable && case.open_minor() > 0).collect();
    for id in &new.cases {
        if !open.iter().any(|case| case.id == *id) {
            problems.push(PlanProblem::Case(id.clone()));
        }
    }
    let chosen: Vec<&&Case> = open.iter().filter(|case| new.cases.is_empty() || new.cases.contains(&case.id)).collect();
    let one_currency = chosen.iter().all(|case| chosen.first().is_some_and(|first| first.currency == case.currency));
    if !one_currency || chosen.len() > MOST_CASES || (chosen.is_empty() && new.cases.is_empty()) {
        problems.push(PlanProblem::Cases);
    }
    chosen.into_iter().map(|case| case.id.clone()).collect()
}

fn day_and_amount_problems(new: &NewPlan, context: &Context<'_>) -> Vec<PlanProblem> {
    let today = context.today();
    let last = today + Days::new(u64::from(context.settings.policy.plans.most_days));
    let mut problems = Vec::new();
    if !(2..=MOST_INSTALMENTS).contains(&new.instalments.len()) {
        problems.push(PlanProblem::Count);
    }
    let mut first = today;
    for (place, &(on, amount_minor)) in new.instalments.iter().enumerate().take(MOST_INSTALMENTS) {
        if on < first || on > last {
            problems.push(PlanProblem::Day { place, first, last });
        }
        if amount_minor <= 0 {
            problems.push(PlanProblem::Amount { place });
        }
        first = first.max(on + Days::new(1));
    }
    problems
}

/// The team takes a plan back, or all of them.
pub(super) fn withdraw(outcome: &mut Outcome, currency: Option<Currency>, reason: &str) -> Result<(), Refused> {
    let plans = outcome.account.profile.plans.iter().map(|plan| plan.currency);
    let ending: Vec<Currency> = plans.filter(|known| currency.is_none_or(|currency| currency == *known)).collect();
    for currency in &ending {
        end(outcome, *currency, PlanEnd::Withdrawn { reason: reason.to_owned() });
    }
    if ending.is_empty() { Err(Refused::NoEffect("there is no plan")) } else { Ok(()) }
}

/// Ends the plans of which an instalment was missed, before anything is decided. While one of its
/// invoices may not be spoken of, a plan waits.
pub(super) fn run_out(outcome: &mut Outcome, as_of: NaiveDate, context: &Context<'_>) {
    let account = &outcome.account;
    let missed = |plan: &Plan| {
        let open = plan::open_of(account, plan);
        let stopped = open.iter().any(|(case, _)| stop_on(account, case, context.settings, as_of).is_some());
        let open_minor = plan::open_minor(account, plan);
        let place = plan.next_place(open_minor)?;
        let on = plan.instalments[place].on;
        let over = !stopped && Plan::waits_until(context.settings, on) < as_of;
        over.then(|| (plan.currency, on, plan.missing_minor(place, open_minor)))
    };
    let missed: Vec<_> = account.profile.plans.iter().filter_map(missed).collect();
    for (currency, on, missing_minor) in missed {
        end(outcome, currency, PlanEnd::Broken { on, missing_minor });
        outcome.attention.push(Attention::PlanBroken { on, missing_minor, currency });
    }
}

/// What a case is asked for in all, paid or not, minor units.
fn owed_minor(case: &Case) -> i64 {
    match case.closed {
        Some(Closed::Cancelled) => 0,
        _ => case.open_minor().saturating_add(case.paid_minor()).saturating_sub(case.overpaid_minor()),
    }
}

/// What is owed less takes the last instalments off; a plan of which nothing is open is kept.
pub(super) fn keep(outcome: &mut Outcome, before: &Account) {
    for index in 0..outcome.account.profile.plans.len() {
        let mut plan = outcome.account.profile.plans[index].clone();
        let mut less_minor = 0i64;
        for was in before.cases.iter().filter(|case| plan.cases.contains(&case.id)) {
            less_minor += match outcome.account.case(&was.id) {
                Some(is) => owed_minor(was).saturating_sub(owed_minor(is)),
                // Moved to another debtor.
                None => was.open_minor(),
            };
        }
        let gone = |id: &CaseId| before.case(id).is_some() && outcome.account.case(id).is_none();
        plan.cases.retain(|id| !gone(id));
        plan.shrink(less_minor);
        // What is owed more is due with the last one.
        let beyond = plan::open_minor(&outcome.account, &plan).saturating_sub(plan.sum_minor()).max(less_minor.saturating_neg());
        if beyond > 0
            && let Some(last) = plan.instalments.last_mut()
        {
            last.amount_minor += beyond;
        }
        let known = &mut outcome.account.profile.plans[index];
        if *known != plan {
            *known = plan.clone();
            outcome.entries.push(Entry::PlanChanged { plan });
        }
    }
    let account = &outcome.account;
    let is_open = |plan: &&Plan| account.cases.iter().any(|case| case.closed.is_none() && plan.covers(case));
    let over = account.profile.plans.iter().filter(|plan| !is_open(plan)).map(|plan| {
        let paid = account.cases.iter().any(|case| plan.covers(case) && case.closed == Some(Closed::Paid));
        (plan.currency, if paid { PlanEnd::Kept } else { PlanEnd::Moot })
    });
    for (currency, how) in over.collect::<Vec<_>>() {
        end(outcome, currency, how);
    }
}

fn end(outcome: &mut Outcome, currency: Currency, how: PlanEnd) {
    let plans = &mut outcome.account.profile.plans;
    let Some(index) = plans.iter().position(|plan| plan.currency == currency) else { return };
    let Plan { made_on, .. } = plans.remove(index);
    outcome.entries.push(Entry::PlanEnded { currency, made_on, how });
}
