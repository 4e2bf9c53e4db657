//! What is said of an instalment, and when: the courtesies of the policy in force, each instalment once at
//! least.
//!
//! Where the gap or the cap takes every day up to its own from it, it goes along with another message while
//! there is time (`handle::instalments`), or is said as soon as it may be, while it can still come.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use super::account::{Account, Case, StepTaken};
use super::climb::{Climber, Said, Upcoming};
use super::creditor::Settings;
use super::decide::SkipReason;
use super::plan::{Part, Plan, policy_step};
use super::policy::{Counted, Rung, Start};

/// A step that speaks of an instalment.
#[derive(Clone, Copy)]
struct Word<'p> {
    rung: Rung<'p>,
    rank: usize,
    counted: Counted,
    meant: NaiveDate,
    planned: NaiveDate,
}

/// The steps that speak of an instalment: the courtesies of the policy in force, which is what it says
/// before and on a due date. Where it says nothing then, its first step to the debtor, on the day itself:
/// each instalment is asked for once at least. So where a step wants more open than the instalment comes
/// to, and none wants less, that is no reason for silence.
fn words<'p>(climber: Climber<'_>, part: &Part, settings: &'p Settings) -> Vec<Word<'p>> {
    let words = words_worth(climber, part, settings, part.missing_minor);
    if words.is_empty() { words_worth(climber, part, settings, i64::MAX) } else { words }
}

fn words_worth<'p>(climber: Climber<'_>, part: &Part, settings: &'p Settings, minor: i64) -> Vec<Word<'p>> {
    let (Climber { case, kind, segment, .. }, dates, calendar) = (climber, part.dates(settings), settings.calendar());
    let holds = |rung: &Rung<'_>| rung.step.when.hold(kind, segment, case.currency, minor);
    let ladder = settings.policy.ladder_of(segment).rungs().enumerate();
    let heard: Vec<_> = ladder.filter(|(_, rung)| !rung.step.is_task() && rung.time == 1 && holds(rung)).collect();
    // A plan's step speaks of the instalment, whatever it is counted from on the ladder.
    let counted = Counted { anchor: Start::Due, on: dates.due };
    let word = |(rank, rung): (usize, Rung<'p>), meant| {
        // A day off moves it on, and back where it would be too late then.
        let later = calendar.roll_forward(meant);
        let too_late = Rung::lapses_after(meant, dates).is_some_and(|last| later > last);
        let planned = if too_late { calendar.roll_back(meant) } else { later };
        Word { rung, rank, counted, meant, planned }
    };
    let courtesies = heard.iter().filter(|(_, rung)| rung.step.anchor.from == Start::Due);
    let courtesies = courtesies.map(|(rank, rung)| word((*rank, *rung), rung.meant_on(dates, dates.due, calendar)));
    let words: Vec<Word<'p>> = courtesies.filter(|word| word.meant <= dates.due).collect();
    if words.is_empty() { heard.into_iter().take(1).map(|first| word(first, dates.due)).collect() } else { words }
}

/// The next step for an instalment, and the first day, from `from` on, on which it may be said.
///
/// A plan's invoices go together, so what one of them has heard, all have; after a change of the policy
/// what would have been said by the day of the last word is passed over. One of which nothing was said by
/// its day is reminded after it, while its grace lasts.
pub fn next<'p>(
    account: &Account,
    climber: Climber<'_>,
    part: &Part,
    settings: &'p Settings,
    said: &Said,
    from: NaiveDate,
) -> Option<Upcoming<'p>> {
    let pace = Pace::of(account, climber.case, settings, said, from)?;
    let told = Told::of(account, climber.case, part, from)?;
    let unsaid = told.unsaid(words(climber, part, settings));
    let mut in_time = unsaid.iter().filter_map(|word| upcoming(*word, part, settings, pace.earliest(word.planned, settings)?));
    let found = in_time.next();
    found.or_else(|| {
        let last = unsaid.last().filter(|_| told.over.is_empty())?;
        let until = Plan::waits_until(settings, part.on);
        let earliest = pace.earliest(last.planned, settings).filter(|earliest| *earliest <= until)?;
        Some(Upcoming { lapses_after: Some(until), ..of(*last, part, earliest, None) })
    })
}

/// The next step for an instalment that may still be said on a day, although neither its own day nor the
/// gap has come: once the policy begins to speak of the instalment, and until its day has passed.
pub fn next_now<'p>(
    account: &Account,
    climber: Climber<'_>,
    part: &Part,
    settings: &'p Settings,
    today: NaiveDate,
) -> Option<Upcoming<'p>> {
    announced_from(climber, part, settings).filter(|first| *first <= today)?;
    let told = Told::of(account, climber.case, part, today)?;
    told.unsaid(words(climber, part, settings)).into_iter().find_map(|word| upcoming(word, part, settings, today))
}

/// The step of an instalment of which nothing was said yet, to go along with another message of a day up
/// to its own. Its invoices keep their own gap.
pub fn next_along<'p>(
    account: &Account,
    climber: Climber<'_>,
    part: &Part,
    settings: &'p Settings,
    today: NaiveDate,
) -> Option<Upcoming<'p>> {
    Pace::of(account, climber.case, settings, &Said::default(), today)?.earliest(today, settings).filter(|day| *day == today)?;
    let told = Told::of(account, climber.case, part, today).filter(|told| told.over.is_empty())?;
    told.unsaid(words(climber, part, settings)).into_iter().find_map(|word| upcoming(word, part, settings, today))
}

/// The first day on which the policy speaks of an instalment.
pub fn announced_from(climber: Climber<'_>, part: &Part, settings: &Settings) -> Option<NaiveDate> {
    words(climber, part, settings).iter().map(|word| word.planned).min()
}

/// Whether something was said of an instalment before a day, or a person passed over what was to be.
pub fn is_told(account: &Account, case: &Case, part: &Part, from: NaiveDate) -> bool {
    Told::of(account, case, part, from).is_some_and(|told| !told.over.is_empty())
}

/// Why nothing is said of an instalment that ought to have been, and of which nothing was: other messages
/// of the debtor left no day for it.
pub fn crowded_out(
    account: &Account,
    climber: Climber<'_>,
    part: &Part,
    settings: &Settings,
    said: &Said,
    today: NaiveDate,
) -> Option<SkipReason> {
    let announced = announced_from(climber, part, settings).is_some_and(|first| first <= today);
    if !announced || is_told(account, climber.case, part, today) {
        return None;
    }
    let cap = settings.policy.week_cap;
    if let Some(messages) = cap.filter(|_| said.below_cap_on(cap) > Some(today)) {
        return Some(SkipReason::CapReached { messages });
    }
    let last_on = said.last()?;
    (last_on + Days::new(u64::from(settings.policy.least_gap_days)) > today).then_some(SkipReason::TooSoon { last_on })
}

/// What keeps the steps of an instalment apart from what was said before.
struct Pace([Option<NaiveDate>; 4]);

impl Pace {
    fn of(account: &Account, case: &Case, settings: &Settings, said: &Said, from: NaiveDate) -> Option<Self> {
        let (plan, policy) = (account.profile.plan_of(case)?, &settings.policy);
        let gap = Days::new(u64::from(policy.least_gap_days));
        let own_last = taken(account, plan, case, from).iter().map(|taken| taken.on).max();
        let covered = account.cases.iter().filter(|other| plan.covers(other));
        let after_reopened = covered.filter_map(|other| other.reopened_on?.succ_opt()).max();
        let after_said = said.last().map(|day| day + gap).max(said.below_cap_on(policy.week_cap));
        Some(Self([own_last.map(|day| day + gap), after_reopened, after_said, Some(from)]))
    }

    /// The first day for what is planned for a day.
    fn earliest(&self, planned: NaiveDate, settings: &Settings) -> Option<NaiveDate> {
        let last = self.0.iter().flatten().copied().chain([planned]).max()?;
        Some(settings.calendar().roll_forward(last))
    }
}

/// What the invoices of a plan have heard before a day, and the case itself on it.
fn taken<'a>(account: &'a Account, plan: &Plan, case: &Case, from: NaiveDate) -> Vec<&'a StepTaken> {
    let covered = account.cases.iter().filter(|other| plan.covers(other));
    covered.flat_map(|other| other.taken.iter().filter(move |taken| taken.on < from || other.id == case.id)).collect()
}

/// The steps that were said of an instalment, and those that a person passed over, with their days.
struct Told<'a> {
    over: Vec<(&'a str, NaiveDate)>,
}

impl<'a> Told<'a> {
    fn of(account: &'a Account, case: &Case, part: &Part, from: NaiveDate) -> Option<Self> {
        let plan = account.profile.plan_of(case)?;
        let told = taken(account, plan, case, from).into_iter().map(|taken| (taken.step.as_str(), taken.on));
        let covered = account.cases.iter().filter(|other| plan.covers(other));
        let skipped = covered.flat_map(|other| &other.skipped).map(|skipped| (skipped.step.as_str(), skipped.planned_on));
        Some(Self { over: told.chain(skipped).filter(|(step, _)| part.has(step)).collect() })
    }

    /// The steps that were not said. One that a person sent before its day was, and one that a person
    /// passed over is not to be.
    fn unsaid<'p>(&self, words: Vec<Word<'p>>) -> Vec<Word<'p>> {
        let last = self.over.iter().map(|(_, on)| *on).max();
        let is_over = |word: &Word<'_>| self.over.iter().any(|(step, _)| policy_step(step) == word.rung.id());
        words.into_iter().filter(|word| last.is_none_or(|last| word.planned > last) && !is_over(word)).collect()
    }
}

fn upcoming<'p>(word: Word<'p>, part: &Part, settings: &Settings, earliest: NaiveDate) -> Option<Upcoming<'p>> {
    let lapses_after = Rung::lapses_after(word.meant, part.dates(settings));
    let in_time = lapses_after.is_none_or(|last| earliest <= last);
    in_time.then(|| of(word, part, earliest, lapses_after))
}

fn of<'p>(word: Word<'p>, part: &Part, earliest: NaiveDate, lapses_after: Option<NaiveDate>) -> Upcoming<'p> {
    let Word { rung, rank, counted, planned, .. } = word;
    Upcoming { rung, id: Cow::Owned(part.step(&rung.id())), rank, counted, planned, earliest, lapses_after }
}
