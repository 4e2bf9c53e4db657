//! The facts that a decision of a night gives are true: what it asks for, from which day it counts, by which
//! policy, why this way; and of silence the sums.

use chrono::NaiveDate;
use upominek::domain::account::{Account, Case};
use upominek::domain::decide::{Decision, SkipReason};
use upominek::domain::grounds::{DueKind, StepFacts, Way};
use upominek::domain::reminder::ReminderId;

use super::{Broke, Observer};
use crate::model::Bill;

const RULE: &str = "the facts of a decision are true";

impl Observer {
    /// Looked at right after the first night of a day: nothing came in between.
    pub(super) fn facts_are_true(&self, customer: &str, account: &Account, as_of: NaiveDate) -> Result<(), Broke> {
        for case in account.open_cases() {
            let Some(bill) = self.model.bills.get(&case.id.external).filter(|bill| bill.quiet_on < as_of) else { continue };
            let checked = match &case.decision {
                Some((on, Decision::Step { reminder, facts: Some(facts), .. })) if *on == as_of && !facts.sent_now => {
                    self.step_is_true(bill, case, reminder, facts)
                }
                Some((on, Decision::Skip { reason, .. })) if *on == as_of => self.sums_are_true(bill, reason),
                Some((on, Decision::Step { facts: None, .. })) if *on == as_of => Err("a step without facts".to_owned()),
                _ => Ok(()),
            };
            checked.map_err(|what| (RULE, format!("{customer} {} on {as_of}: {what}", bill.id)))?;
        }
        Ok(())
    }

    fn step_is_true(&self, bill: &Bill, case: &Case, reminder: &ReminderId, facts: &StepFacts) -> Result<(), String> {
        let part = self.model.part(bill);
        let (due_on, due, asked) = match &part {
            Some(part) => (part.instalment.on, DueKind::Instalment, part.share),
            None if bill.agreed() > bill.due => (bill.agreed(), DueKind::Extended, self.model.net(&bill.id)),
            None => (bill.due, DueKind::Printed, self.model.net(&bill.id)),
        };
        if (facts.due_on, facts.due, facts.net_minor) != (due_on, due, asked) {
            return Err(format!("{facts:?}, and it is {due:?} {due_on}, with {asked} to ask for"));
        }
        // What is said of an instalment may go along with another message, before its day.
        let along = part.as_ref().is_some_and(|part| reminder.as_of <= part.instalment.on);
        if facts.planned_on > reminder.as_of && !along {
            return Err(format!("planned for {} only", facts.planned_on));
        }
        if part.is_none() && facts.policy_version != case.policy_version {
            return Err(format!("version {} of the policy, and the case has {}", facts.policy_version, case.policy_version));
        }
        match &facts.way {
            Way::Fallback(lacks) if lacks.is_empty() || lacks.iter().any(|one| one.channel == reminder.channel) => {
                Err(format!("by {}, since {lacks:?}", reminder.channel.name()))
            }
            Way::Fallback(_) | Way::First | Way::Chosen | Way::Joined => Ok(()),
        }
    }

    fn sums_are_true(&self, bill: &Bill, reason: &SkipReason) -> Result<(), String> {
        let net = self.model.net(&bill.id);
        match reason {
            SkipReason::CoveredByCredit { sums } => {
                let open = sums.map(|sums| sums.open_minor);
                let covers = net == 0 && open == Some(bill.open()) && sums.is_some_and(|sums| sums.credit_minor >= sums.open_minor);
                if covers { Ok(()) } else { Err(format!("{sums:?}, and {} is open, {net} after credit", bill.open())) }
            }
            SkipReason::TooSmall { least_minor, small } => {
                let asked = self.model.part(bill).map_or(net, |part| part.share);
                let holds = small.is_some_and(|small| (asked..*least_minor).contains(&small.sum_minor));
                if holds { Ok(()) } else { Err(format!("{small:?} is less than {least_minor}, and {asked} of it is this bill's")) }
            }
            _ => Ok(()),
        }
    }
}
