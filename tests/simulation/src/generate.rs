//! Makes a script of a seed: debtors as they are, money as it comes, and what goes wrong.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use upominek::domain::creditor::Locale;
use upominek::domain::fact::DebtorKind;
use upominek::domain::money::Currency;
use upominek::domain::window::instant;

use crate::dice::Dice;
use crate::faults::Fault;
use crate::script::{Debtor, Line, Script, What};

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
const POLICIES: [&str; 3] = ["gentle", "standard", "firm"];

/// The script of a seed.
pub fn generate(seed: u64, size: Size) -> Script {
    let mut start = Dice::apart(seed, "start");
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default() + Days::new(start.between(0, 700).unsigned_abs());
    let debtors: Vec<Debtor> = (1..=size.debtors).map(|number| debtor(seed, number)).collect();
    let mut lines = Vec::new();
    for debtor in &debtors {
        let dice = Dice::apart(seed, &debtor.id);
        let mut life = Life { dice, debtor, first, days: size.days, lines: Vec::new(), number: 0 };
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

/// What one debtor buys, pays and says.
struct Life<'d> {
    dice: Dice,
    debtor: &'d Debtor,
    first: NaiveDate,
    days: u64,
    lines: Vec<Line>,
    number: u32,
}

impl Life<'_> {
    fn live(&mut self) {
        let pause = self.dice.between(15, 120);
        let mut day = self.dice.between(0, 60);
        while day < i64::try_from(self.days).unwrap_or(0) {
            self.invoice(day);
            if self.dice.percent(25) {
                self.invoice(day);
            }
            day += self.dice.between(1, 2 * pause);
        }
        self.stops();
    }

    fn say(&mut self, day: i64, what: What) {
        let hour = u32::try_from(self.dice.between(3, 22)).unwrap_or(12);
        let line = Line { at: at(self.day(day), hour), what };
        // Everything may come twice.
        if self.dice.percent(8) {
            let later = Duration::hours(self.dice.between(0, 90));
            self.lines.push(Line { at: line.at + later, what: line.what.clone() });
        }
        self.lines.push(line);
    }

    /// A day so many days later, give or take.
    fn near(&mut self, day: i64, from: i64, to: i64) -> NaiveDate {
        let later = self.dice.between(from, to);
        self.day(day + later)
    }

    fn day(&self, day: i64) -> NaiveDate {
        if day < 0 { self.first - Days::new(day.unsigned_abs()) } else { self.first + Days::new(day.unsigned_abs()) }
    }

    fn id(&mut self, kind: &str) -> String {
        self.number += 1;
        format!("{kind}{}n{}", &self.debtor.id[1..], self.number)
    }

    fn invoice(&mut self, day: i64) {
        let invoice = self.id("i");
        let currency = if self.dice.percent(80) { Currency::PLN } else { Currency::EUR };
        let total = match self.dice.below(10) {
            0 => self.dice.between(1, 2_500),
            9 => self.dice.between(500_000, 9_000_000),
            _ => self.dice.between(2_000, 300_000),
        };
        // Some are imported late, a few very late.
        let term = match self.dice.below(20) {
            0 => -self.dice.between(1, 60),
            1 => -self.dice.between(700, 1_300),
            _ => self.dice.between(5, 45),
        };
        let (issued, due) = (self.day(day.min(day + term - 7)), self.day(day + term));
        let debtor = self.debtor.id.clone();
        let picture = |revision, total, due, paid| What::Invoice {
            debtor: debtor.clone(),
            invoice: invoice.clone(),
            revision,
            issued,
            due,
            total,
            currency,
            paid,
            email: None,
        };
        self.say(day, picture(1, total, due, None));
        let pays = day + term.max(0) + self.dice.between(-6, 45);
        match self.dice.below(100) {
            0..=34 => self.pay(&invoice, pays, total, currency),
            35..=47 => {
                let part = self.dice.between(1, total);
                self.pay(&invoice, pays, part, currency);
                if self.dice.percent(70) {
                    let later = pays + self.dice.between(1, 40);
                    let rest = total - part + self.dice.between(-3, 3).max(0);
                    self.pay(&invoice, later, rest, currency);
                }
            }
            48..=55 => {
                let payment = self.id("p");
                let amount = total + self.dice.between(-total / 2, total / 3);
                self.say(pays, What::Payment { payment, invoice: None, debtor: Some(debtor.clone()), amount: amount.max(1), currency });
            }
            56..=61 => self.say(pays, What::Paid { invoice: invoice.clone(), revision: 5 }),
            62..=66 => self.say(pays, What::Cancelled { invoice: invoice.clone(), revision: 6 }),
            67..=74 => {
                let note = self.id("n");
                let amount = self.dice.between(1, total + total / 4);
                self.say(pays, What::CreditNote { note, invoice: invoice.clone(), amount, currency });
            }
            75..=80 => {
                let (less, later) = (self.dice.between(1, total), self.dice.between(-3, 20));
                self.say(pays, picture(2, less, due, None));
                self.pay(&invoice, pays + later, less, currency);
            }
            81..=84 => {
                let moved = self.near(day + term, 5, 40);
                self.say(pays, picture(3, total, moved, None));
            }
            85..=88 => {
                // The shop repeats the payment in its picture.
                self.pay(&invoice, pays, total, currency);
                self.say(pays + 1, picture(4, total, due, Some(total)));
            }
            89..=91 => {
                let told = self.dice.between(1, total);
                self.say(pays, picture(2, total, due, Some(told)));
                let moved = self.dice.between(0, told);
                self.say(pays + 7, picture(3, total, due, Some(moved)));
            }
            _ => {}
        }
        self.talk(&invoice, day, term.max(0));
    }

    fn pay(&mut self, invoice: &str, day: i64, amount: i64, currency: Currency) {
        let payment = self.id("p");
        let amount = amount.max(1);
        self.say(day, What::Payment { payment: payment.clone(), invoice: Some(invoice.to_owned()), debtor: None, amount, currency });
        if self.dice.percent(10) {
            let (later, back) = (self.dice.between(-1, 30), self.dice.between(1, amount));
            let refund = self.id("r");
            let named = self.dice.percent(60).then(|| invoice.to_owned());
            self.say(day + later, What::Refund { refund, payment, invoice: named, amount: back, currency });
        }
    }

    /// What debtor and team say about an invoice.
    fn talk(&mut self, invoice: &str, day: i64, term: i64) {
        let debtor = self.debtor.id.clone();
        let named = Some(invoice.to_owned());
        let when = day + term + self.dice.between(-10, 25);
        match self.dice.below(100) {
            0..=5 => {
                let until = self.dice.percent(60).then(|| self.near(when, 0, 25));
                self.say(when, What::Hold { debtor: debtor.clone(), invoice: named.clone(), until });
                let later = when + self.dice.between(1, 40);
                self.say(later, What::Release { debtor, invoice: named });
            }
            6..=16 => {
                let on = self.near(when, -1, 15);
                let amount = self.dice.percent(30).then(|| self.dice.between(1, 5_000));
                self.say(when, What::Promise { debtor: debtor.clone(), invoice: named, on, amount });
                if self.dice.percent(10) {
                    self.say(when + 3, What::WithdrawPromise { debtor });
                }
            }
            17..=21 => {
                self.say(when, What::Dispute { debtor: debtor.clone(), invoice: invoice.to_owned() });
                if self.dice.percent(70) {
                    let (later, upheld) = (when + self.dice.between(1, 60), self.dice.percent(20));
                    self.say(later, What::DecideDispute { debtor, invoice: invoice.to_owned(), upheld });
                }
            }
            _ => {}
        }
    }

    /// What concerns the debtor as a whole.
    fn stops(&mut self) {
        let debtor = self.debtor.id.clone();
        let last = i64::try_from(self.days).unwrap_or(0);
        for _ in 0..self.dice.below(3) {
            let when = self.dice.between(0, last);
            match self.dice.below(4) {
                0 => {
                    let until = self.dice.percent(50).then(|| self.near(when, 0, 30));
                    self.say(when, What::Hold { debtor: debtor.clone(), invoice: None, until });
                    self.say(when + 35, What::Release { debtor: debtor.clone(), invoice: None });
                }
                1 => self.say(when, What::Bounce { debtor: debtor.clone() }),
                2 => self.say(when, What::Delivered { debtor: debtor.clone() }),
                _ => {
                    let on = self.near(when, 0, 10);
                    self.say(when, What::Promise { debtor: debtor.clone(), invoice: None, on, amount: None });
                }
            }
        }
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
