//! Makes a failing script short: drops debtors, then events, as long as it still fails the same way.

use crate::play::{Broken, Wrong, play};
use crate::script::{Script, What};

/// A shorter script that breaks the same rule, and how. `tries` bounds the work.
pub fn shrink(script: &Script, wrong: &Wrong, broken: Broken, mut tries: u32) -> (Script, Wrong) {
    let (mut best, mut how) = (script.clone(), wrong.clone());
    // What comes after the failure is not needed for it.
    best.lines.retain(|line| line.at <= how.at);
    let mut attempt = |candidate: Script, best: &mut Script, how: &mut Wrong| {
        if tries == 0 {
            return false;
        }
        tries -= 1;
        match std::panic::catch_unwind(|| play(&candidate, broken)) {
            Ok(Err(again)) if again.rule == how.rule => {
                *how = again;
                *best = candidate;
                true
            }
            _ => false,
        }
    };
    drop_debtors(&mut best, &mut how, &mut attempt);
    let mut size = best.lines.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        while from < best.lines.len() {
            let mut candidate = best.clone();
            candidate.lines.drain(from..(from + size).min(best.lines.len()));
            if !attempt(candidate, &mut best, &mut how) {
                from += size;
            }
        }
        if size == 1 {
            break;
        }
        size = size.div_ceil(2);
    }
    drop_debtors(&mut best, &mut how, &mut attempt);
    let days = (how.at.date_naive() - best.start).num_days().unsigned_abs() + 2;
    let shorter = Script { days: days.min(best.days), ..best.clone() };
    attempt(shorter, &mut best, &mut how);
    (best, how)
}

type Attempt<'a> = dyn FnMut(Script, &mut Script, &mut Wrong) -> bool + 'a;

fn drop_debtors(best: &mut Script, how: &mut Wrong, attempt: &mut Attempt<'_>) {
    let mut size = best.debtors.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        while from < best.debtors.len() {
            let to = (from + size).min(best.debtors.len());
            let gone: Vec<String> = best.debtors[from..to].iter().map(|debtor| debtor.id.clone()).collect();
            let mut candidate = best.clone();
            candidate.debtors.drain(from..to);
            candidate.lines.retain(|line| !is_about(&line.what, &gone));
            if !attempt(candidate, best, how) {
                from += size;
            }
        }
        if size == 1 {
            return;
        }
        size = size.div_ceil(2);
    }
}

/// Whether a line is about one of these debtors; ids of what is theirs hold their number.
fn is_about(what: &What, debtors: &[String]) -> bool {
    let owner = |id: &str| id.get(1..).and_then(|rest| rest.split_once('n')).map(|(number, _)| format!("d{number}"));
    let named = what.debtor().map(str::to_owned).or_else(|| what.invoice().and_then(owner));
    let refunded = || if let What::Refund { payment, .. } = what { owner(payment) } else { None };
    named.or_else(refunded).is_some_and(|debtor| debtors.contains(&debtor))
}
