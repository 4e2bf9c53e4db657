//! The words of transcripts, and so of expectations.

use chrono::{Datelike, NaiveDate};
use upominek::domain::account::Case;
use upominek::domain::cause::Cause;
use upominek::domain::decide::Decision;
use upominek::domain::handle::{Attention, Entry};
use upominek::domain::money::Currency;
use upominek::ports::store::Tally;

use super::letter::Letter;

/// Above so many invoices a message is told by counts.
const MOST_ROWS: usize = 6;

/// `400.00 PLN`.
pub fn money(minor: i64, currency: Currency) -> String {
    format!("{} {currency}", currency.decimal(minor))
}

/// `2027-03-15 Mon`.
pub fn day(day: NaiveDate) -> String {
    format!("{day} {}", day.weekday())
}

/// What a message says, with the step of each invoice that takes one by it.
pub fn said(letter: &Letter, steps: &[(String, String)]) -> String {
    let step = |number: &str| steps.iter().find(|(known, _)| known == number).map(|(_, step)| step.as_str());
    let row = |(number, amount): &(String, String)| match step(number) {
        Some(step) => format!("{number} {step} {amount}"),
        None => format!("{number} {amount}"),
    };
    let list = |rows: &[(String, String)]| {
        if rows.len() > MOST_ROWS {
            return format!("{} invoices ({})", rows.len(), counted(rows.iter().map(|(number, _)| step(number).unwrap_or("no step"))));
        }
        rows.iter().map(row).collect::<Vec<_>>().join(", ")
    };
    let sum = letter.sum.clone().unwrap_or_else(|| "no sum".to_owned());
    let mut parts = Vec::new();
    match (letter.rows.as_slice(), steps) {
        // An SMS.
        ([], [(number, step)]) => parts.push(format!("{number} {step} {sum}")),
        ([], _) if steps.len() > MOST_ROWS => {
            parts.push(format!("{} invoices ({})", steps.len(), counted(steps.iter().map(|(_, step)| step.as_str()))))
        }
        ([], _) => {
            let names: Vec<String> = steps.iter().map(|(number, step)| format!("{number} {step}")).collect();
            parts.push(names.join(", "));
        }
        (rows, _) => parts.push(list(rows)),
    }
    parts.extend(letter.credit.as_ref().map(|credit| format!("less {credit}")));
    let is_the_row = letter.rows.len() == 1 && letter.rows.first().map(|(_, amount)| amount) == letter.sum.as_ref();
    if !is_the_row && (letter.rows.len() + steps.len() > 1 || letter.credit.is_some()) {
        parts.push(format!("{sum} in all"));
    }
    if let Some(count) = letter.count.filter(|count| *count != steps.len()) {
        parts.push(format!("named are {count} of them"));
    }
    if !letter.others.is_empty() {
        parts.push(format!("for information {}", list(&letter.others)));
    }
    parts.join("; ")
}

/// `3 due, 2 due+1`, in the order in which they first come.
fn counted<'t>(names: impl Iterator<Item = &'t str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// Why a case hears nothing, and what comes next.
pub fn silence(decision: &Decision) -> Option<String> {
    let Decision::Skip { reason, next_step, next_on } = decision else { return None };
    let why = match reason.name().as_str() {
        "not_yet" => "not due for a step yet".to_owned(),
        other => format!("silent: {}", other.replace('_', " ")),
    };
    Some(match (next_step, next_on) {
        (Some(step), Some(on)) => format!("{why}; next {step} on {}", day(*on)),
        (Some(step), None) => format!("{why}; next {step}, nobody knows when"),
        (None, _) => format!("{why}; no step is left"),
    })
}

/// What a night reports.
pub fn report(tally: &Tally) -> String {
    let count = |number: u64, one: &str, many: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {many}") };
    let mut parts = vec![
        count(tally.accounts, "account", "accounts"),
        count(tally.steps, "step", "steps"),
        count(tally.reminders, "reminder", "reminders"),
    ];
    if !tally.failed.is_empty() {
        parts.push(format!("{} failed", tally.failed.len()));
    }
    parts.join(", ")
}

/// What was booked, and what ended, in the time line; `None` for what a transcript tells otherwise.
pub fn entry(entry: &Entry, number_of: impl Fn(&upominek::domain::ids::CaseId) -> String) -> Option<String> {
    let bank = |payment: &str| payment.rsplit(':').next().unwrap_or(payment).to_owned();
    Some(match entry {
        Entry::Allocated { payment, case, amount_minor, why } => {
            let why = serde_json::to_value(why).ok().and_then(|why| Some(why.as_str()?.replace('_', " "))).unwrap_or_default();
            let currency = Currency::PLN.decimal(*amount_minor);
            format!("{currency} of payment {} to {} ({why})", bank(payment), number_of(case))
        }
        // What a source cancels, the day has told as what came.
        Entry::CaseClosed { why: upominek::domain::account::Closed::Cancelled, .. } => return None,
        Entry::CaseClosed { case, why } => format!("{} closed ({why:?})", number_of(case)),
        Entry::CaseReopened { case, open_minor } => {
            format!("{} open again: {}", number_of(case), Currency::PLN.decimal(*open_minor))
        }
        Entry::Refunded { refund, amount_minor, currency } => format!("refund {}: {}", bank(refund), money(*amount_minor, *currency)),
        Entry::Credited { note, amount_minor, currency } => format!("credit note {note}: {}", money(*amount_minor, *currency)),
        Entry::PaymentBooked { payment, amount_minor, currency } => {
            format!("payment {}: {}", bank(payment), money(*amount_minor, *currency))
        }
        Entry::SideClaimBegun { case, claim, .. } => format!("{claim:?} of {} is claimed", number_of(case)),
        Entry::SideClaimCollected { case, claim, payment, amount_minor, currency } => {
            format!("{} of payment {} to {claim:?} of {}", money(*amount_minor, *currency), bank(payment), number_of(case))
        }
        Entry::PromiseEnded { case, how, .. } => format!("promise of {} ended: {how:?}", number_of(case)),
        Entry::PendingEnded { case, how, .. } => format!("what was under way for {} ended: {how:?}", number_of(case)),
        Entry::ServiceScheduled { message } => format!("{} goes by {}", message.service?.kind.name(), message.channel.name()),
        Entry::ReminderUnsaid { reminder, state, reason } => format!("reminder {reminder} {state:?}: {}", reason.replace('_', " ")),
        _ => return None,
    })
}

/// What is listed for a person.
pub fn person(attention: &Attention, about: &str, number_of: impl Fn(&upominek::domain::ids::CaseId) -> String) -> String {
    match attention {
        Attention::Unreachable => format!("{about} cannot be reached"),
        Attention::Overpaid { by, amount_minor, currency } => {
            format!("{about} paid too much, by {}: {}", by.rsplit(':').next().unwrap_or(by), money(*amount_minor, *currency))
        }
        Attention::OddPayment { payment, why } => {
            let why = match Cause::read(why) {
                Some(Cause::PaidAlready) => "its invoice was paid already: the same money told twice, or a second payment".to_owned(),
                Some(other) => other.name().replace('_', " "),
                None => why.clone(),
            };
            format!("{about}, payment {}: {why}", payment.rsplit(':').next().unwrap_or(payment))
        }
        Attention::PromiseNotKept { case, how } => format!("{about}, promise for {}: {how:?}", number_of(case)),
        Attention::Warnings { case, warnings } => format!("{about}, {}: {warnings:?}", number_of(case)),
        Attention::Reminder { reminder, state, .. } => {
            format!("{about}, message of {} by {}: {state:?}", reminder.as_of, reminder.channel.name())
        }
        Attention::PaymentNotCome { case } => format!("{about}, {}: the payment under way did not come", number_of(case)),
        Attention::MissingRate { case, table, day } => format!("{about}, {}: no rate of {table} is known for {day}", number_of(case)),
        Attention::OddRefund { refund } => format!("{about}, refund {} fits no payment", refund.rsplit(':').next().unwrap_or(refund)),
        other => {
            let told = serde_json::to_value(other).unwrap_or_default();
            format!("{about}: {}", told["kind"].as_str().unwrap_or_default().replace('_', " "))
        }
    }
}

/// How a closed case ended.
pub fn ended(case: &Case) -> Option<String> {
    case.closed.map(|closed| format!("{closed:?}").to_lowercase())
}
