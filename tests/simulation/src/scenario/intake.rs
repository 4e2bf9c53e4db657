//! Lines of what comes in, and of what is expected: the closed list of their forms.

use chrono::NaiveDate;

use crate::faults::Fault;

use super::form::{amount, day, gaps, time};
use super::story::{Checkout, Ending, Expect, Input};

type Read<T> = Result<T, String>;

/// Reads what comes in; `None` if the line has no such form.
pub fn input(text: &str) -> Option<Read<Input>> {
    bill(text).or_else(|| money(text)).or_else(|| trouble(text))
}

fn bill(text: &str) -> Option<Read<Input>> {
    let (text, revision) = match gaps("{}, revision {}", text) {
        Some(gap) => match gap[1].parse() {
            Ok(revision) => (gap[0], Some(revision)),
            Err(_) => return Some(Err(format!("\"{}\" is no number", gap[1]))),
        },
        None => (text, None),
    };
    let invoice = |number: &str, to: Option<&str>, total: &str, issued: Option<&str>, due: &str| -> Read<Input> {
        let issued = issued.map(day).transpose()?;
        let (number, to) = (number.to_owned(), to.map(str::to_owned));
        Ok(Input::Invoice { number, to, total: amount(total)?, issued, due: day(due)?, revision })
    };
    if let Some(gap) = gaps("invoice {} to {}: {}, issued {}, due {}", text) {
        return Some(invoice(gap[0], Some(gap[1]), gap[2], Some(gap[3]), gap[4]));
    }
    if let Some(gap) = gaps("invoice {} to {}: {}, due {}", text) {
        return Some(invoice(gap[0], Some(gap[1]), gap[2], None, gap[3]));
    }
    if let Some(gap) = gaps("invoices {} to {} to {}: {} each, the first due {}, then one every {} days", text) {
        return Some(in_a_row(&gap));
    }
    if let Some(gap) = gaps("invoice {} is now {}, due {}", text) {
        return Some(invoice(gap[0], None, gap[1], None, gap[2]));
    }
    if let Some(gap) = gaps("the shop says that {} is paid", text) {
        return Some(Ok(Input::SaidPaid(gap[0].to_owned())));
    }
    gaps("the shop cancels {}", text).map(|gap| Ok(Input::Cancelled(gap[0].to_owned())))
}

fn in_a_row(gap: &[&str]) -> Read<Input> {
    let split = |text: &str| text.rsplit_once('/').and_then(|(prefix, number)| Some((format!("{prefix}/"), number.parse::<u32>().ok()?)));
    let (Some((prefix, first)), Some((same, last))) = (split(gap[0]), split(gap[1])) else {
        return Err("numbers in a row are written as FV/1 to FV/30".to_owned());
    };
    if prefix != same || first > last {
        return Err("numbers in a row begin alike and rise".to_owned());
    }
    let every = gap[5].parse().map_err(|_| format!("\"{}\" is no number", gap[5]))?;
    Ok(Input::Invoices { prefix, range: (first, last), to: gap[2].to_owned(), each: amount(gap[3])?, due: day(gap[4])?, every })
}

fn money(text: &str) -> Option<Read<Input>> {
    let payment = |id: &str, sum: &str, from: &str, names: Option<&str>| -> Read<Input> {
        Ok(Input::Payment { id: id.to_owned(), amount: amount(sum)?, from: from.to_owned(), names: names.map(str::to_owned) })
    };
    if let Some(gap) = gaps("payment {} of {} from {} for {}", text) {
        return Some(payment(gap[0], gap[1], gap[2], Some(gap[3])));
    }
    if let Some(gap) = gaps("payment {} of {} from {}", text) {
        return Some(payment(gap[0], gap[1], gap[2], None));
    }
    if let Some(gap) = gaps("refund {} of {} from payment {}", text) {
        let read = amount(gap[1]).map(|amount| Input::Refund { id: gap[0].to_owned(), amount, payment: gap[2].to_owned() });
        return Some(read);
    }
    if let Some(gap) = gaps("credit note {} of {} for {}", text) {
        let read = amount(gap[1]).map(|amount| Input::CreditNote { number: gap[0].to_owned(), amount, names: gap[2].to_owned() });
        return Some(read);
    }
    if let Some(gap) = gaps("checkout {} of {} by {} is under way", text) {
        let read = amount(gap[1]).map(|amount| Input::UnderWay { id: gap[0].to_owned(), amount, from: gap[2].to_owned() });
        return Some(read);
    }
    for (form, what) in [("checkout {} fails", Checkout::Fails), ("checkout {} is paid", Checkout::Paid)] {
        if let Some(gap) = gaps(form, text) {
            return Some(Ok(Input::Checkout(gap[0].to_owned(), what)));
        }
    }
    if let Some(gap) = gaps("{} says: paid today", text) {
        return Some(Ok(Input::SaysPaid(gap[0].to_owned())));
    }
    gaps("{} comes again", text).map(|gap| Ok(Input::Again(gap[0].to_owned())))
}

fn trouble(text: &str) -> Option<Read<Input>> {
    let who_until = |form: &str, made: fn(String, NaiveDate) -> Input| {
        gaps(form, text).map(|gap| day(gap[1]).map(|until| made(gap[0].to_owned(), until)))
    };
    if text == "night" {
        return Some(Ok(Input::Nothing));
    }
    if let Some(gap) = gaps("all machines are off until {}", text) {
        return Some(day(gap[0]).map(Input::Off));
    }
    if let Some(gap) = gaps("the schedule does not fire until {}", text) {
        return Some(day(gap[0]).map(Input::NoSchedule));
    }
    who_until("hold on {} until {}", Input::Hold)
        .or_else(|| who_until("{} promises to pay on {}", Input::Promise))
        .or_else(|| gaps("the last e-mail to {} bounces", text).map(|gap| Ok(Input::Bounce(gap[0].to_owned()))))
        .or_else(|| at_sending(text).map(Ok))
        .or_else(|| gaps("the record of {} cannot be read", text).map(|gap| Ok(Input::Poison(gap[0].to_owned(), true))))
        .or_else(|| gaps("the record of {} can be read again", text).map(|gap| Ok(Input::Poison(gap[0].to_owned(), false))))
}

fn at_sending(text: &str) -> Option<Input> {
    const FORMS: [(&str, Fault); 4] = [
        ("the provider refuses the address of {}", Fault::BadAddress),
        ("the provider is busy at the next message to {}", Fault::Throttled),
        ("the provider takes the next message to {} and does not answer", Fault::Unanswered),
        ("the provider neither takes the next message to {} nor answers", Fault::Away),
    ];
    FORMS.iter().find_map(|(form, fault)| gaps(form, text).map(|gap| Input::AtSending(gap[0].to_owned(), *fault)))
}

/// Reads what is expected of a day; `None` if the line has no such form.
pub fn expectation(text: &str) -> Option<Read<Expect>> {
    if text == "nobody hears anything" {
        return Some(Ok(Expect::Silence));
    }
    if let Some(gap) = gaps("open: {}", text) {
        return Some(Ok(Expect::Open(gap[0].to_owned())));
    }
    if let Some(gap) = gaps("beside {}: {}", text) {
        return Some(Ok(Expect::Beside { number: gap[0].to_owned(), told: gap[1].to_owned() }));
    }
    if let Some(gap) = gaps("credit: {}", text) {
        return Some(Ok(Expect::Credit(gap[0].to_owned())));
    }
    if let Some(gap) = gaps("for a person: {}", text) {
        return Some(Ok(Expect::Person(gap[0].to_owned())));
    }
    if let Some(gap) = gaps("the night reports {}", text) {
        return Some(Ok(Expect::Report(gap[0].to_owned())));
    }
    for way in [" hears by e-mail", " hears by SMS", "the team hears about "] {
        if let Some(read) = hears(text, way) {
            return Some(read);
        }
    }
    let (number, told) = text.split_once(" is ")?;
    if number.contains(' ') {
        return None;
    }
    Some(Ok(Expect::Case { number: number.to_owned(), told: told.to_owned() }))
}

fn hears(text: &str, way: &str) -> Option<Read<Expect>> {
    let (head, what) = text.split_once(": ")?;
    if !head.contains(way) {
        return None;
    }
    let (who, at) = match head.split_once(" at ") {
        Some((who, at)) => match time(at) {
            Some(at) => (who, Some(at)),
            None => return Some(Err(format!("\"{at}\" is no time such as 08:00"))),
        },
        None => (head, None),
    };
    Some(Ok(Expect::Hears { who: who.to_owned(), at, what: what.to_owned() }))
}

/// Reads what is true in the end; `None` if the line has no such form.
pub fn ending(text: &str) -> Option<Read<Ending>> {
    let number = |text: &str| text.parse().map_err(|_| format!("\"{text}\" is no number"));
    if let Some(gap) = gaps("{} took, once each and in order: {}", text) {
        let steps = gap[1].split(", ").map(str::to_owned).collect();
        return Some(Ok(Ending::Took { number: gap[0].to_owned(), steps }));
    }
    if let Some(gap) = gaps("at least {} days lie between two messages to {}", text) {
        return Some(number(gap[0]).map(|days: i64| Ending::Gap { debtor: gap[1].to_owned(), days }));
    }
    if let Some(gap) = gaps("at most {} messages go to {} in any seven days", text) {
        return Some(number(gap[0]).map(|most| Ending::Cap { debtor: gap[1].to_owned(), most: usize::try_from(most).unwrap_or(0) }));
    }
    if let Some(gap) = gaps("{} took at last, no step twice: {}", text) {
        let steps = gap[1].split(", ").map(str::to_owned).collect();
        return Some(Ok(Ending::TookAtLast { number: gap[0].to_owned(), steps }));
    }
    gaps("open: {}", text).map(|gap| Ok(Ending::Open(gap[0].to_owned())))
}
