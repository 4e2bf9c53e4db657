//! The score for late payment, and the account's place on the team's call list.
//!
//! The score orders that list and nothing else: no message depends on it. Consumers have none unless
//! the policy says so, and nobody has one who objected to the processing of personal data.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::account::{Account, Case};
use super::creditor::Settings;
use super::decide::{Decision, SkipReason, net_open};
use super::fact::DebtorKind;
use super::legal::LegalKind;
use super::money::Currency;
use super::policy::FactorName;
use super::stops::stop_on;

/// Invoices from which on somebody is known.
const KNOWN_FROM: u32 = 3;
/// Most percent of the usual that are told apart.
const MOST_PERCENT: i64 = 100_000;

/// What one factor added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub factor: FactorName,
    /// What was found.
    pub figure: i64,
    /// The points that it added.
    pub points: u32,
    /// The most that it could add.
    pub weight: u32,
}

/// A score with its parts; it is their sum, 0 to 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The parts.
    pub parts: Vec<Part>,
}

impl Scored {
    /// The sum of its parts, 0 to 100.
    pub fn points(&self) -> u32 {
        self.parts.iter().map(|part| part.points).sum::<u32>().min(100)
    }
}

/// What is overdue in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// The currency.
    pub currency: Currency,
    /// What is asked for, minor units.
    pub minor: i64,
    /// How many invoices.
    pub invoices: u32,
}

/// Why somebody is to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallReason {
    /// A promise was not kept since the oldest invoice is overdue.
    BrokenPromise,
    /// Neither e-mail nor SMS can reach the debtor.
    Unreachable,
    /// An invoice has come to a step for the team.
    TeamStep,
    /// An invoice has taken every step.
    LadderFinished,
    /// Something is overdue.
    Overdue,
}

/// An account's place on the call list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The score; none for consumers, unless the policy says so.
    pub scored: Option<Scored>,
    /// What is overdue and may be asked for, by currency.
    pub overdue: Vec<Overdue>,
    /// The earliest last day to pay of these.
    pub oldest_due_on: NaiveDate,
    /// The last day on which the debtor heard something of what is open, or may have.
    pub said_on: Option<NaiveDate>,
    /// Why.
    pub reasons: Vec<CallReason>,
}

impl Call {
    /// The largest sum of a currency, in hundredths: by it alone sums are compared, without rates.
    pub fn largest(&self) -> i64 {
        let hundredths = |one: &Overdue| match one.currency.digits() {
            0 => one.minor.saturating_mul(100),
            digits => (2..digits).fold(one.minor, |minor, _| minor / 10),
        };
        self.overdue.iter().map(hundredths).max().unwrap_or(0)
    }
}

/// The open cases of which something is overdue and may be asked for on a day, with what is left of each.
fn asked_for<'a>(account: &'a Account, settings: &Settings, today: NaiveDate) -> Vec<(&'a Case, i64)> {
    let open = net_open(account).into_iter();
    let overdue =
        open.filter(|(case, net_minor)| case.remindable && *net_minor > 0 && settings.payable_until(case.agreed_due_on()) < today);
    overdue.filter(|(case, _)| stop_on(account, case, settings, today).is_none()).collect()
}

/// The place of an account on the call list; `None` where nothing is overdue that may be asked for.
pub fn call(account: &Account, settings: &Settings, today: NaiveDate) -> Option<Call> {
    let asked = asked_for(account, settings, today);
    let oldest_due_on = asked.iter().map(|(case, _)| settings.payable_until(case.agreed_due_on())).min()?;
    let mut overdue: Vec<Overdue> = Vec::new();
    for (case, net_minor) in &asked {
        match overdue.iter_mut().find(|one| one.currency == case.currency) {
            Some(one) => {
                one.minor = one.minor.saturating_add(*net_minor);
                one.invoices += 1;
            }
            None => overdue.push(Overdue { currency: case.currency, minor: *net_minor, invoices: 1 }),
        }
    }
    overdue.sort_by_key(|one| one.currency);
    let scored = scored(account, settings, &overdue, (today - oldest_due_on).num_days());
    let reasons = reasons(account, &asked, oldest_due_on);
    Some(Call { scored, overdue, oldest_due_on, said_on: said_on(account), reasons })
}

fn said_on(account: &Account) -> Option<NaiveDate> {
    // Reminders go to history by and by; the steps of what is open stay.
    let steps = account.cases.iter().filter(|case| case.closed.is_none()).flat_map(|case| &case.taken);
    steps.filter(|taken| !taken.channel.is_for_team()).map(|taken| taken.on).max()
}

/// Finds the account's place on the call list anew.
pub(super) fn refresh(account: &mut Account, settings: &Settings, today: NaiveDate) {
    account.profile.call = call(account, settings, today);
}

fn scored(account: &Account, settings: &Settings, overdue: &[Overdue], days_overdue: i64) -> Option<Scored> {
    let (profile, score) = (&account.profile, &settings.policy.score);
    let objects = profile.legal_stops.iter().any(|stop| stop.kind == LegalKind::Objection);
    if score.factors.is_empty() || objects || (profile.kind == DebtorKind::Consumer && !score.consumers) {
        return None;
    }
    let record = &profile.record;
    let figure = |factor| match factor {
        FactorName::LateShare => record.late_share_percent(),
        FactorName::AverageDaysLate => record.average_days_late(),
        FactorName::WorstRecent => record.worst_days_late(),
        FactorName::BrokenPromises => i64::from(record.promises_broken),
        FactorName::DaysOverdueNow => days_overdue,
        FactorName::OpenNow => overdue.iter().filter_map(|one| percent_of_usual(account, one)).max().unwrap_or(0),
        FactorName::NewDebtor => i64::from(KNOWN_FROM.saturating_sub(record.paid)),
    };
    let parts = score.factors.iter().map(|factor| {
        let found = figure(factor.factor);
        Part { factor: factor.factor, figure: found, points: factor.points(found), weight: factor.weight }
    });
    Some(Scored { parts: parts.collect() })
}

/// What is overdue in percent of a usual invoice; `None` where no usual one is known.
fn percent_of_usual(account: &Account, overdue: &Overdue) -> Option<i64> {
    let usual = account.profile.record.usual_minor(overdue.currency).filter(|usual| *usual > 0)?;
    let percent = i128::from(overdue.minor) * 100 / i128::from(usual);
    Some(i64::try_from(percent).unwrap_or(MOST_PERCENT).min(MOST_PERCENT))
}

fn reasons(account: &Account, asked: &[(&Case, i64)], oldest_due_on: NaiveDate) -> Vec<CallReason> {
    use super::policy::Channel;
    let broken = account.profile.record.broken_on.is_some_and(|on| on >= oldest_due_on);
    let reachable = [Channel::Email, Channel::Sms].iter().any(|channel| account.recipients(*channel, Default::default()).is_some());
    let team = asked.iter().any(|(case, _)| case.taken.last().is_some_and(|taken| taken.channel.is_for_team()));
    let finished = |case: &Case| matches!(case.decision, Some((_, Decision::Skip { reason: SkipReason::LadderFinished { .. }, .. })));
    let found = [
        (broken, CallReason::BrokenPromise),
        (!reachable, CallReason::Unreachable),
        (team, CallReason::TeamStep),
        (asked.iter().any(|(case, _)| finished(case)), CallReason::LadderFinished),
        (true, CallReason::Overdue),
    ];
    found.into_iter().filter_map(|(is_so, reason)| is_so.then_some(reason)).collect()
}
