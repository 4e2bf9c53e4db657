//! Lives through a case, day by day.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use crate::executor::Job;
use crate::faults::Fault;

use super::day::{Day, Lived};
use super::looks::Heard;
use super::stage::{Stage, local};
use super::story::{Case, Input, What};

/// What differs from playing a case once.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// Days on which all machines are off.
    pub off: BTreeSet<NaiveDate>,
    /// Everything comes twice, and nights overlap.
    pub twice: bool,
    /// The effect, by its number, at which something goes wrong.
    pub stop: Option<(usize, Fault)>,
    /// Whether effects are watched at all.
    pub watched: bool,
    /// Inputs beside those of the case.
    pub more: Vec<(NaiveDate, NaiveTime, Input)>,
    /// On a day, its inputs in this order.
    pub order: Option<(NaiveDate, Vec<usize>)>,
}

/// What wakes the machines of itself.
enum Wakes<'c> {
    Night,
    Sweep,
    Input(usize, &'c Input),
}

const READS: [&str; 12] =
    ["look-up", "load", "load-closed", "due", "agenda", "booked", "expected", "kept", "waiting", "suppressed", "knows", "run"];

fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

/// Plays a case.
pub fn play(case: &Case, how: &How) -> Lived {
    let mut lived = Lived::default();
    let (Some(first), Some(last)) = (case.days.first(), case.days.last()) else { return lived };
    let mut stage = match Stage::new(&case.who, first.on, how.twice) {
        Ok(stage) => stage,
        Err(why) => {
            lived.problems.push(why);
            return lived;
        }
    };
    if how.watched {
        stage.world.faults.watch(how.stop);
    }
    let quiet = Quiet::of(case, how);
    let end = last.on.max(how.more.iter().map(|(on, ..)| *on).max().unwrap_or(last.on));
    for on in first.on.iter_days().take_while(|on| *on <= end) {
        let day = one_day(case, how, &mut stage, &quiet, on, &mut lived.problems);
        lived.days.push(day);
    }
    let effects = stage.world.faults.watched().into_iter().enumerate();
    lived.writes = effects.filter(|(_, name)| !READS.contains(&name.as_str())).collect();
    lived
}

/// Days on which nothing wakes of itself, or no night does.
struct Quiet {
    off: BTreeSet<NaiveDate>,
    no_schedule: BTreeSet<NaiveDate>,
}

impl Quiet {
    fn of(case: &Case, how: &How) -> Self {
        let mut quiet = Self { off: how.off.clone(), no_schedule: BTreeSet::new() };
        for dated in &case.days {
            let until = |last: &NaiveDate| dated.on.iter_days().take_while(|on| on <= last).collect::<Vec<_>>();
            match &dated.what {
                What::Input(_, Input::Off(last)) => quiet.off.extend(until(last)),
                What::Input(_, Input::NoSchedule(last)) => quiet.no_schedule.extend(until(last)),
                _ => {}
            }
        }
        quiet
    }
}

fn plan<'c>(case: &'c Case, how: &'c How, quiet: &Quiet, on: NaiveDate) -> Vec<(NaiveTime, Wakes<'c>)> {
    let mut inputs: Vec<(NaiveTime, Wakes<'c>)> = Vec::new();
    for dated in case.days.iter().filter(|dated| dated.on == on) {
        if let What::Input(at, input) = &dated.what {
            inputs.push((*at, Wakes::Input(dated.line, input)));
        }
    }
    if let Some((_, order)) = how.order.as_ref().filter(|(day, _)| *day == on) {
        let times: Vec<NaiveTime> = inputs.iter().map(|(at, _)| *at).collect();
        let mut taken: Vec<Option<Wakes<'c>>> = inputs.into_iter().map(|(_, wakes)| Some(wakes)).collect();
        let in_order = order.iter().filter_map(|index| taken[*index].take());
        inputs = times.into_iter().zip(in_order).collect();
    }
    let more = how.more.iter().filter(|(day, ..)| *day == on);
    inputs.extend(more.map(|(_, at, input)| (*at, Wakes::Input(0, input))));
    let mut all = Vec::new();
    if !quiet.off.contains(&on) {
        if !quiet.no_schedule.contains(&on) {
            all.push((clock(4, 0), Wakes::Night));
        }
        for hour in [6, 10, 14, 18, 22] {
            all.push((clock(hour, 30), Wakes::Sweep));
        }
    }
    all.extend(inputs);
    all.sort_by_key(|(at, _)| *at);
    all
}

fn one_day(case: &Case, how: &How, stage: &mut Stage, quiet: &Quiet, on: NaiveDate, problems: &mut Vec<String>) -> Day {
    let mut seen = Seen { known: stage.entries().into_keys().collect(), log: Vec::new(), heard: Vec::new() };
    for (at, wakes) in plan(case, how, quiet, on) {
        let now = local(on, at);
        if !quiet.off.contains(&on) {
            release(stage, now, &mut seen);
        }
        stage.world.clock.set(now);
        match wakes {
            Wakes::Night => both(stage, how.twice, |stage| Box::pin(stage.world.night(on))),
            Wakes::Sweep => both(stage, how.twice, |stage| Box::pin(stage.world.sweep())),
            Wakes::Input(line, input) => {
                if let Err(why) = stage.take(input) {
                    problems.push(format!("line {line}: {why}"));
                }
            }
        }
        seen.look(stage);
    }
    if !quiet.off.contains(&on) {
        release(stage, local(on, clock(23, 45)), &mut seen);
    }
    let Seen { log, heard, .. } = seen;
    Day {
        on,
        off: quiet.off.contains(&on),
        log,
        heard,
        report: stage.report(on),
        people: stage.for_a_person(),
        standings: stage.standings(on),
        beside: stage.beside(on),
        open: stage.open(),
        credit: stage.credit(),
    }
}

/// Runs a job, or two of it at once.
fn both<'s>(stage: &'s Stage, twice: bool, job: impl Fn(&'s Stage) -> Job<'s, crate::machine::Tried<()>>) {
    let times = if twice { 2 } else { 1 };
    stage.world.at_once((0..times).map(|_| job(stage)).collect());
    stage.world.work();
}

/// What was seen of a day so far.
struct Seen {
    known: BTreeSet<super::looks::Place>,
    log: Vec<(NaiveTime, String)>,
    heard: Vec<Heard>,
}

impl Seen {
    /// Looks what is new.
    fn look(&mut self, stage: &mut Stage) {
        let at = stage.world.clock.time().with_timezone(&chrono_tz::Europe::Warsaw).time();
        self.heard.extend(stage.heard());
        for (place, told) in stage.entries() {
            if self.known.insert(place) {
                self.log.extend(told.map(|told| (at, told)));
            }
        }
    }
}

/// Lives through the one-off schedules up to an instant.
fn release(stage: &mut Stage, until: chrono::DateTime<chrono::Utc>, seen: &mut Seen) {
    while let Some(at) = stage.world.scheduler.next_after(stage.world.clock.time()).filter(|at| *at < until) {
        stage.world.clock.set(at);
        both(stage, false, |stage| Box::pin(stage.world.sweep()));
        stage.world.scheduler.forget_until(at);
        seen.look(stage);
    }
}
