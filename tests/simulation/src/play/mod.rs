//! Plays a script: moves the clock from one thing to the next, lets everything happen that is due
//! then, at once, and has the observer look at it.

mod checkout;
mod circumstance;
mod facts;
mod list;
mod words;

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc};
use upominek::app::intake::Received;
use upominek::domain::calendar::{Calendar, Country};
use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::ids::{CaseId, CreditorId};
use upominek::domain::interest::{OwnMidRate, PL_COMMERCIAL, PL_STATUTORY, RateTables, Zloty};
use upominek::domain::policy::{Policy, Shipped, accepted};
use upominek::domain::window::{Window, instant};

use crate::calendar::works;
use crate::dice::Dice;
use crate::executor::Job;
use crate::journal::Happened;
use crate::machine::{World, source};
use crate::observer::Observer;
use crate::script::{Script, What};

/// Local hours at which the sweep is watched; the night falls at the first.
const HOURS: [u32; 9] = [4, 6, 8, 9, 11, 14, 17, 19, 23];
/// What a euro costs, all the time, in 1/10000 PLN.
const EURO_PER_TEN_THOUSAND: i64 = 42_267;
/// How often a sender tries again before it gives up.
const MOST_TRIES: u32 = 500;

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    /// Lines played.
    pub events: u64,
    /// Messages that providers accepted.
    pub messages: u64,
    /// Effects on the outside.
    pub effects: u64,
    /// Faults that came true.
    pub faults: u64,
    /// Outcomes of nights, one an account.
    pub evaluated: u64,
}

/// How a run failed: the first thing that was wrong, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// When.
    pub at: DateTime<Utc>,
    /// Which rule.
    pub rule: &'static str,
    /// What exactly.
    pub what: String,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.at.format("%Y-%m-%d %H:%M"), self.rule, self.what)
    }
}

/// What is broken on purpose, to see that it is caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Broken {
    /// Nothing.
    #[default]
    Nothing,
    /// Providers take every message twice.
    DoubleSends,
    /// The send window of the settings is open all day.
    SendsAtNight,
    /// The observer is not told of payments, as if the account had made them up.
    ForgetsMoney,
    /// Neither the schedule nor the sweep begins a night.
    SkipsNights,
    /// What people say by this verb is taken, and the account does as if it had not been.
    Ignores(&'static str),
    /// The same, and the reasons that its records give are read, too.
    IgnoresUnderEyes(&'static str),
}

/// Plays a script.
///
/// # Errors
/// The first thing that was wrong.
pub fn play(script: &Script, broken: Broken) -> Result<Played, Wrong> {
    Play::new(script, broken).run()
}

/// A line to be carried out, and how often that was tried.
#[derive(Debug, Clone, Copy)]
struct Try {
    line: usize,
    tries: u32,
}

enum Done {
    Line(bool),
    Replanned(bool),
    Machine,
}

struct Play<'s> {
    script: &'s Script,
    world: World,
    observer: Observer,
    /// Numbers of events by their line.
    events: BTreeMap<usize, usize>,
    retries: BTreeMap<DateTime<Utc>, Vec<Try>>,
    outage_until: Option<DateTime<Utc>>,
    no_night_on: Option<NaiveDate>,
    broken: Broken,
    played: Played,
}

fn settings(script: &Script) -> Settings {
    let creditor = CreditorId::parse("acme").unwrap_or_else(|error| unreachable!("{error}"));
    let mut settings = Settings::new(creditor, "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw);
    settings.mode = Mode::Live;
    settings.shards = 2;
    settings.payment_account = Some("PL61109010140000071219812874".to_owned());
    settings.policy = policy(&script.policy);
    rates(&mut settings);
    settings
}

/// Rates that go on for as long as a script does: those that are known, then the last one.
fn rates(settings: &mut Settings) {
    let own = |id: &str| {
        let table = RateTables::shipped().table(id)?;
        let percent = |basis_points: i32| format!("{}.{:02}", basis_points / 100, basis_points % 100);
        let known = table.rates.iter().map(|rate| (rate.valid_from, rate.valid_until, percent(rate.basis_points), rate.source.as_str()));
        let last =
            table.rates.last().and_then(|last| Some((last.valid_until?.succ_opt()?, None, percent(last.basis_points), "the script")));
        let rate = |(from, until, percent, source)| serde_json::json!({ "valid_from": from, "valid_until": until, "percent": percent, "source": source });
        let rates: Vec<_> = known.chain(last).map(rate).collect();
        serde_json::from_value(serde_json::json!({ "id": id, "rates": rates })).ok()
    };
    settings.rate_tables = [PL_COMMERCIAL, PL_STATUTORY].into_iter().filter_map(own).collect();
    let months = (2022..2034).flat_map(|year| (1..=12).filter_map(move |month| NaiveDate::from_ymd_opt(year, month, 1)));
    let last = |first: NaiveDate| first.iter_days().rev().skip(1).find(|day| works(*day));
    settings.mid_rates = months.filter_map(last).map(|on| OwnMidRate { on, rate: Zloty(EURO_PER_TEN_THOUSAND) }).collect();
    assert_eq!(settings.claim_problems(), [], "what the script charges by");
}

/// A shipped policy by its name, or `ways`: one with everything that those do not have.
fn policy(name: &str) -> Policy {
    match Shipped::ALL.into_iter().find(|known| known.name() == name) {
        Some(shipped) => shipped.policy(),
        None => {
            let poland = Calendar { country: Country::Pl, own: &[] };
            accepted(include_str!("../../policies/ways.yaml"), poland).unwrap_or_else(|errors| unreachable!("{errors:?}"))
        }
    }
}

impl<'s> Play<'s> {
    fn new(script: &'s Script, broken: Broken) -> Self {
        let mut settings = settings(script);
        if broken == Broken::SendsAtNight {
            settings.email_window = Window { from: NaiveTime::MIN, until: settings.email_window.until };
        }
        let now = instant(script.start, NaiveTime::MIN, settings.zone);
        let mut observer = Observer::new(script, &settings);
        let world = World::new(settings, now, Dice::apart(script.seed, "turns"));
        world.doubles.set(broken == Broken::DoubleSends);
        observer.is_blind_to_payments(broken == Broken::ForgetsMoney);
        observer.reads_reasons(matches!(broken, Broken::Nothing | Broken::IgnoresUnderEyes(_)));
        let events = BTreeMap::new();
        let retries = BTreeMap::new();
        Self { script, world, observer, events, retries, outage_until: None, no_night_on: None, broken, played: Played::default() }
    }

    fn run(mut self) -> Result<Played, Wrong> {
        let zone = self.world.settings().zone;
        let mut lines: VecDeque<usize> = (0..self.script.lines.len()).collect();
        let days = (0..self.script.days).map(|day| self.script.start + Days::new(day));
        let hours = |day: NaiveDate| HOURS.map(|hour| (instant(day, NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default(), zone), hour));
        let mut ticks: VecDeque<(DateTime<Utc>, u32)> = days.flat_map(hours).collect();
        while let Some(&(tick, _)) = ticks.front() {
            let line = lines.front().map(|line| self.script.lines[*line].at);
            let planned = self.world.scheduler.next_after(self.world.clock.time());
            let retry = self.retries.keys().next().copied();
            let now = [Some(tick), line, planned, retry].into_iter().flatten().min().unwrap_or(tick).max(self.world.clock.time());
            let hour = (tick <= now).then(|| ticks.pop_front()).flatten().map(|(_, hour)| hour);
            self.world.clock.set(now);
            let mut due: Vec<Try> = Vec::new();
            while lines.front().is_some_and(|line| self.script.lines[*line].at <= now) {
                due.extend(lines.pop_front().map(|line| Try { line, tries: 0 }));
            }
            while self.retries.first_key_value().is_some_and(|(at, _)| *at <= now) {
                due.extend(self.retries.pop_first().into_iter().flat_map(|(_, tries)| tries));
            }
            self.at(now, hour, due)?;
        }
        self.observer.end(&self.world)?;
        let (effects, faults) = self.world.faults.counts();
        let (messages, evaluated) = self.observer.counts();
        Ok(Played { effects, faults, messages, evaluated, ..self.played })
    }

    /// Everything of one instant.
    fn at(&mut self, now: DateTime<Utc>, hour: Option<u32>, due: Vec<Try>) -> Result<(), Wrong> {
        let mut tries = Vec::new();
        for one in due {
            self.played.events += u64::from(one.tries == 0);
            if !self.circumstance(one.line) {
                tries.push(one);
            }
        }
        if let Some(until) = self.outage_until {
            if now < until {
                self.retries.entry(until).or_default().extend(tries);
                return Ok(());
            }
            self.outage_until = None;
        }
        self.know(&tries);
        let today = self.world.today();
        let replans = self.observer.take_replan();
        // Now and then nothing goes on beside the night.
        let falls = hour == Some(HOURS[0]) && self.no_night_on != Some(today) && self.broken == Broken::Nothing;
        let quiet = falls && today.ordinal().is_multiple_of(4) && tries.is_empty() && replans.is_none() && !self.world.faults.is_armed();
        let results = {
            let mut jobs: Vec<Job<'_, Done>> = Vec::new();
            for one in &tries {
                jobs.push(Box::pin(async { Done::Line(self.carry_out(one.line).await) }));
            }
            let nights = self.broken != Broken::SkipsNights;
            if quiet {
                self.night_as_planned(today)?;
            } else if hour == Some(HOURS[0]) && self.no_night_on != Some(today) && nights {
                jobs.push(self.night(today));
            }
            for one in &tries {
                if let What::NightAgain { day } = self.script.lines[one.line].what {
                    jobs.push(self.night(day));
                }
            }
            if let Some(name) = &replans {
                jobs.push(Box::pin(async { Done::Replanned(self.world.replan(name).await.is_ok()) }));
            }
            if !nights {
                self.world.no_nights.set(true);
            }
            if hour.is_some() || self.world.scheduler.planned.borrow().iter().any(|(at, _)| *at <= now) {
                jobs.push(Box::pin(async {
                    // Nobody asks again: the next sweep does what this one did not.
                    let _ = self.world.sweep().await;
                    Done::Machine
                }));
            }
            self.world.together(jobs)
        };
        self.world.scheduler.forget_until(now);
        for (one, result) in tries.into_iter().zip(&results) {
            if !matches!(result, Some(Done::Line(true))) {
                if one.tries >= MOST_TRIES {
                    return Err(Wrong { at: now, rule: "what is sent is taken", what: self.script.lines[one.line].to_string() });
                }
                self.retries.entry(now + Duration::hours(1)).or_default().push(Try { tries: one.tries + 1, ..one });
            }
        }
        if replans.is_some() && !results.iter().any(|result| matches!(result, Some(Done::Replanned(true)))) {
            self.observer.replan_again();
        }
        self.observer.look(&self.world)?;
        if hour == HOURS.last().copied() {
            self.world.faults.disarm();
            self.observer.day_is_over(&self.world)?;
        }
        Ok(())
    }

    fn night(&self, day: NaiveDate) -> Job<'_, Done> {
        Box::pin(async move {
            // Nobody asks again: the sweep supervises.
            let _ = self.world.night(day).await;
            Done::Machine
        })
    }

    /// Whether what a line says is not done, on purpose.
    fn ignores(&self, what: &What) -> bool {
        matches!(self.broken, Broken::Ignores(verb) | Broken::IgnoresUnderEyes(verb) if what.verb() == verb)
    }

    /// Events get their numbers before anybody delivers them.
    fn know(&mut self, tries: &[Try]) {
        for one in tries {
            if let (Some(event), false) = (self.event(&self.script.lines[one.line]), self.events.contains_key(&one.line)) {
                let number = self.world.know(event);
                self.events.insert(one.line, number);
            }
        }
    }

    /// Whoever the line is about does it; `false` if it has to be tried again.
    async fn carry_out(&self, line: usize) -> bool {
        let what = &self.script.lines[line].what;
        if let Some(number) = self.events.get(&line) {
            return matches!(self.world.take(*number).await, Ok(received) if !matches!(received, Received::Quarantined { .. }));
        }
        if let Some((event, address)) = self.delivery_event(what) {
            self.observer.feed_bounce(&event, &address);
            return self.world.told(&event).await.is_ok();
        }
        if let What::ApproveList { .. } = what {
            return self.approve_all(line).await;
        }
        let Some(debtor) = what.debtor().and_then(|debtor| self.world.faults.debtor(debtor)) else { return true };
        if let Some(taken) = self.checkout(line, &debtor).await {
            return taken;
        }
        if self.ignores(what) {
            self.world.journal.write(Happened::Told { entries: Vec::new(), as_of: None });
            self.world.journal.write(Happened::Commanded { number: line, debtor });
            return true;
        }
        let may_be_closed =
            matches!(what, What::Settle { .. } | What::UndoSettlement { .. } | What::Reopen { .. } | What::WaiveClaim { .. });
        let invoice = what.invoice().filter(|_| may_be_closed).map(case);
        let Some(command) = self.world.account_with(&debtor, invoice.as_ref()).and_then(|account| self.command(what, &account)) else {
            return true;
        };
        self.world.command(line, &debtor, invoice.as_ref(), &command).await.is_ok()
    }
}

/// The case of an invoice of the script.
fn case(invoice: &str) -> CaseId {
    CaseId::new(source(), invoice).unwrap_or_else(|error| unreachable!("ids of a script are not empty: {error}"))
}

/// The id under which a line's event comes, however often.
pub fn event_id(what: &What) -> Option<String> {
    Some(match what {
        What::Invoice { invoice, revision, .. } => format!("{invoice}-{revision}"),
        What::Paid { invoice, revision } => format!("paid-{invoice}-{revision}"),
        What::Cancelled { invoice, revision } => format!("void-{invoice}-{revision}"),
        What::Payment { payment, .. } => payment.clone(),
        What::Refund { refund, .. } => refund.clone(),
        What::CreditNote { note, .. } => note.clone(),
        _ => return None,
    })
}
