//! Makes a script of a seed: debtors as they are, money as it comes, and what goes wrong.

mod life;
mod team;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use upominek::domain::creditor::Locale;
use upominek::domain::fact::DebtorKind;
use upominek::domain::first_run::Mode;
use upominek::domain::window::instant;

use crate::dice::Dice;
use crate::faults::Fault;
use crate::script::{Debtor, Line, Script, What};
use life::Life;

/// How large a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How many debtors.
    pub debtors: usize,
    /// How many days.
    pub days: u64,
}

const ZONE: Tz = chrono_tz::Europe::Warsaw;
/// Effects at which faults are aimed.
const EFFECTS: [&str; 26] = [
    "load",
    "load-closed",
    "commit",
    "look-up",
    "agenda",
    "postpone",
    "attend",
    "begin",
    "report",
    "shard-done",
    "run",
    "booked",
    "keep",
    "kept",
    "forget",
    "waiting",
    "claim",
    "settle",
    "suppressed",
    "due",
    "take",
    "take-kept",
    "prove",
    "knows",
    "queue",
    "schedule",
];
const POLICIES: [&str; 4] = ["gentle", "standard", "firm", "ways"];

/// The script of a seed.
pub fn generate(seed: u64, size: Size) -> Script {
    let mut start = Dice::apart(seed, "start");
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default() + Days::new(start.between(0, 700).unsigned_abs());
    let debtors: Vec<Debtor> = (1..=size.debtors).map(|number| debtor(seed, number)).collect();
    let mut lines = Vec::new();
    for debtor in &debtors {
        let (dice, more) = (Dice::apart(seed, &debtor.id), Dice::apart(seed, &format!("more {}", debtor.id)));
        let mut life = Life { dice, more, debtor, first, days: size.days, lines: Vec::new(), number: 0 };
        life.live();
        lines.extend(life.lines);
    }
    lines.extend(troubles(seed, &debtors, first, size.days));
    lines.extend(rule(seed, first, size.days));
    let end = day_of(first, size.days);
    lines.retain(|line| line.at < at(end, 0));
    lines.sort_by_key(|line| line.at);
    Script { seed, start: first, days: size.days, policy: (*start.pick(&POLICIES)).to_owned(), debtors, lines }
}

fn day_of(first: NaiveDate, days: u64) -> NaiveDate {
    first + Days::new(days)
}

fn at(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    instant(day, NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default(), ZONE)
}

fn debtor(seed: u64, number: usize) -> Debtor {
    let id = format!("d{number}");
    let mut dice = Dice::apart(seed, &format!("who {id}"));
    let zones = [chrono_tz::America::New_York, chrono_tz::Asia::Tokyo, chrono_tz::Europe::London, chrono_tz::Pacific::Auckland];
    Debtor {
        kind: if dice.percent(60) { DebtorKind::Business } else { DebtorKind::Consumer },
        zone: dice.percent(30).then(|| *dice.pick(&zones)),
        locale: if dice.percent(70) { Locale::Pl } else { Locale::En },
        email: dice.percent(90).then(|| format!("{id}@example.com")),
        phone: dice.percent(75).then(|| format!("+48500{number:06}")),
        id,
    }
}

/// What the creditor decides.
fn rule(seed: u64, first: NaiveDate, days: u64) -> Vec<Line> {
    let mut dice = Dice::apart(seed, "rule");
    let mut lines = Vec::new();
    let some_day = |dice: &mut Dice| day_of(first, dice.below(usize::try_from(days).unwrap_or(1)) as u64);
    for _ in 0..=days / 240 {
        let day = some_day(&mut dice);
        lines.push(Line { at: at(day, 13), what: What::Policy { name: (*dice.pick(&POLICIES)).to_owned() } });
    }
    if dice.percent(50) {
        let day = some_day(&mut dice);
        let until = dice.percent(50).then(|| day + Days::new(dice.below(10) as u64));
        lines.push(Line { at: at(day, 10), what: What::HoldAll { until } });
        lines.push(Line { at: at(day + Days::new(12), 10), what: What::ReleaseAll });
    }
    lines.extend(lists(seed, first, days));
    lines.extend(charges(seed, first, days));
    lines
}

/// What is charged beside invoices, from when on.
fn charges(seed: u64, first: NaiveDate, days: u64) -> Vec<Line> {
    let mut dice = Dice::apart(seed, "charges");
    let mut lines = Vec::new();
    if dice.percent(60) {
        let begins = day_of(first, dice.below(usize::try_from(days / 2).unwrap_or(1).max(1)) as u64);
        let what = What::Charge { businesses: dice.percent(85), consumers: dice.percent(50), compensation: dice.percent(75) };
        lines.push(Line { at: at(begins, 12), what });
        if dice.percent(25) {
            let what = What::Charge { businesses: dice.percent(50), consumers: dice.percent(50), compensation: dice.percent(50) };
            lines.push(Line { at: at(begins + Days::new(70), 12), what });
        }
    }
    lines
}

/// The list of tomorrow: whether somebody has to look at it, who does, and how much may be on it.
fn lists(seed: u64, first: NaiveDate, days: u64) -> Vec<Line> {
    let mut dice = Dice::apart(seed, "lists");
    let mut lines = Vec::new();
    let some_day = |dice: &mut Dice| day_of(first, dice.below(usize::try_from(days).unwrap_or(1)) as u64);
    if dice.percent(40) {
        let begins = some_day(&mut dice);
        let length = dice.between(20, 120).unsigned_abs();
        lines.push(Line { at: at(begins, 12), what: What::Approval { required: true } });
        for day in (0..length).map(|number| begins + Days::new(number)) {
            // The evening before, or in the morning; on some days nobody does.
            if dice.percent(75) {
                let (list, hour) = if dice.percent(40) { (day + Days::new(1), 18) } else { (day, 7) };
                lines.push(Line { at: at(day, hour), what: What::ApproveList { day: list } });
            }
        }
        lines.push(Line { at: at(begins + Days::new(length), 12), what: What::Approval { required: false } });
    }
    if dice.percent(40) {
        let begins = some_day(&mut dice);
        let most = u32::try_from(dice.between(1, 4)).ok();
        lines.push(Line { at: at(begins, 12), what: What::Cap { most } });
        lines.push(Line { at: at(begins + Days::new(60), 12), what: What::Cap { most: None } });
    }
    if dice.percent(60) {
        let begins = some_day(&mut dice);
        lines.push(Line { at: at(begins, 12), what: What::FirstRun { mode: Mode::Guard, older: None } });
        let (mode, older) = match dice.below(3) {
            0 => (Mode::ByAge, None),
            1 => (Mode::Ignore, Some(some_day(&mut dice))),
            _ => (Mode::FirstStep, None),
        };
        lines.push(Line { at: at(begins + Days::new(40), 12), what: What::FirstRun { mode, older } });
    }
    lines
}

/// What goes wrong, until six weeks before the end.
fn troubles(seed: u64, debtors: &[Debtor], first: NaiveDate, days: u64) -> Vec<Line> {
    let mut dice = Dice::apart(seed, "troubles");
    let mut lines = Vec::new();
    for number in 0..days.saturating_sub(42) {
        let day = day_of(first, number);
        // There are weeks in which all goes well: then nothing may be late.
        if (number / 14) % 3 == 2 {
            continue;
        }
        let hour = u32::try_from(dice.between(1, 21)).unwrap_or(4);
        match dice.below(100) {
            0..=2 => lines.push(Line { at: at(day, 1), what: What::NoNight }),
            3..=6 => {
                let back = Days::new(dice.below(3) as u64);
                lines.push(Line { at: at(day, hour), what: What::NightAgain { day: day - back } });
            }
            7 => {
                let until = at(day + Days::new(dice.below(5) as u64), 20);
                lines.push(Line { at: at(day, 3), what: What::Outage { until } });
            }
            8 if number % 5 == 0 => {
                let debtor = dice.pick(debtors).id.clone();
                lines.push(Line { at: at(day, hour), what: What::Poison { debtor: debtor.clone() } });
                lines.push(Line { at: at(day + Days::new(dice.below(9) as u64), 22), what: What::Cure { debtor } });
            }
            _ => {}
        }
        for _ in 0..dice.below(4) {
            let anybody = dice.percent(60);
            let debtor = (!anybody).then(|| dice.pick(debtors).id.clone());
            let fault = Fault::ALL[dice.below(Fault::ALL.len())].1;
            let provider = dice.percent(30) || fault == Fault::BadAddress.name();
            let effect = if provider { "send" } else { *dice.pick(&EFFECTS) };
            let what = What::Fault { effect: effect.to_owned(), fault: fault.to_owned(), debtor };
            let hour = u32::try_from(dice.between(1, 21)).unwrap_or(4);
            lines.push(Line { at: at(day, hour), what });
        }
    }
    lines
}
