//! Money: every fact is applied once, and the accounts say what the observer's own books say.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use upominek::domain::account::Account;
use upominek::domain::decide::Decision;
use upominek::domain::reminder::ReminderState;

use super::{Broke, Observer};
use crate::machine::World;
use crate::model::Instalment;
use crate::play::event_id;
use crate::script::What;

/// Number, day and amount of instalments.
fn days(instalments: &[Instalment]) -> Vec<(u32, NaiveDate, i64)> {
    instalments.iter().map(|one| (one.number, one.on, one.amount)).collect()
}

impl Observer {
    /// What an event says that was committed; nothing where the observer is not to know.
    pub(super) fn event(&mut self, id: &str) -> Result<Option<What>, Broke> {
        if !self.applied.insert(id.to_owned()) {
            return Err(("an event is applied once", id.to_owned()));
        }
        let Some(what) = self.facts.get(id).cloned() else { return Err(("what is applied was sent", id.to_owned())) };
        if let What::Invoice { invoice, revision, .. } | What::Paid { invoice, revision } | What::Cancelled { invoice, revision } = &what
            && self.model.revision(invoice).is_some_and(|known| known >= *revision)
        {
            return Err(("an older picture changes nothing", id.to_owned()));
        }
        Ok(Some(what).filter(|what| !(self.blind && matches!(what, What::Payment { .. }))))
    }

    /// What is open in an account is what the books say.
    pub(super) fn books_agree(&self, customer: &str, account: &Account) -> Result<(), Broke> {
        const RULE: &str = "what is open is what is owed";
        let mut theirs: Vec<(String, i64)> =
            account.open_cases().iter().map(|case| (case.id.external.clone(), case.open_minor())).collect();
        let mut ours: Vec<(String, i64)> = self.model.open_of(customer).iter().map(|bill| (bill.id.clone(), bill.open())).collect();
        theirs.sort();
        ours.sort();
        if theirs != ours {
            return Err((RULE, format!("{customer} owes {ours:?}, its account says {theirs:?}")));
        }
        let plans = self.model.customers.get(customer).into_iter().flat_map(|known| &known.plans);
        let ours: BTreeMap<_, Vec<_>> = plans.map(|plan| (plan.currency.to_string(), days(&plan.instalments))).collect();
        let theirs = account.profile.plans.iter();
        let instalments =
            |plan: &upominek::domain::plan::Plan| plan.instalments.iter().map(|one| (one.number, one.on, one.amount_minor)).collect();
        let theirs: BTreeMap<_, Vec<_>> = theirs.map(|plan| (plan.currency.to_string(), instalments(plan))).collect();
        if ours != theirs {
            return Err(("a plan is what was agreed", format!("{customer} agreed {ours:?}, its account says {theirs:?}")));
        }
        for currency in ["PLN", "EUR"].into_iter().filter_map(|code| upominek::domain::money::Currency::parse(code).ok()) {
            let (ours, theirs) = (self.model.loose(customer, currency), account.credit_minor(currency));
            if ours != theirs {
                return Err((RULE, format!("{customer} has {ours} {currency} without an invoice, its account says {theirs}")));
            }
        }
        Ok(())
    }

    /// Every case of an account that a night looked at has an outcome, and only one.
    pub(super) fn outcomes_are_recorded(&mut self, world: &World) -> Result<(), Broke> {
        const RULE: &str = "every evaluated case has one recorded outcome";
        for (debtor, as_of) in std::mem::take(&mut self.evaluated) {
            let Some(account) = world.account(&debtor) else { continue };
            let customer = world.faults.customer(&debtor).unwrap_or_default();
            if self.fresh.contains(&debtor) && self.reads_reasons && !self.blind && !self.poisoned.contains(&customer) {
                self.facts_are_true(&customer, &account, as_of)?;
            }
            if self.fresh.contains(&debtor) && as_of == world.today() {
                self.note_night(&debtor, &account, as_of);
            }
            for case in account.open_cases() {
                self.outcomes += 1;
                let place = format!("{customer} {} on {as_of}", case.id.external);
                let taken = case.taken.iter().filter(|taken| taken.on == as_of).count();
                match &case.decision {
                    // It came after the night, or fell free since.
                    None if account.profile.wake_on.is_some() => {}
                    None => return Err((RULE, format!("{place}: none, and nobody looks again"))),
                    Some((_, Decision::Skip { .. })) if taken == 0 => {}
                    Some((_, Decision::Skip { .. })) if account.reminders.iter().any(|one| one.id.as_of == as_of) => {}
                    Some((_, Decision::Skip { .. })) => return Err((RULE, format!("{place}: silence, and a step without a reminder"))),
                    Some((_, Decision::Step { step, reminder, .. })) => {
                        if taken > 1 {
                            return Err((RULE, format!("{place}: {taken} steps in one night")));
                        }
                        let carried = account.reminders.iter().any(|known| {
                            known.id == *reminder && known.lines.iter().any(|line| line.case == case.id && line.step == *step)
                        });
                        if taken == 1 && !carried {
                            return Err((RULE, format!("{place}: step {step}, and no reminder carries it")));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// What counts as sent was accepted; what nobody knows waits for a person.
    pub(super) fn sent_means_sent(&self, world: &World, customer: &str, account: &Account) -> Result<(), Broke> {
        let heard = self.heard.get(customer).map(Vec::as_slice).unwrap_or_default();
        for reminder in &account.reminders {
            let accepted = heard.iter().any(|heard| heard.message.reminder == reminder.id);
            match reminder.state {
                ReminderState::Sent if !accepted => {
                    return Err(("what counts as sent was sent", format!("{customer} {}", reminder.id)));
                }
                ReminderState::Ambiguous => {
                    let listed = world.table_lists(account.profile.debtor.as_str(), &reminder.id);
                    let old = world.today() > reminder.id.as_of;
                    if old && !listed {
                        return Err(("what nobody knows waits for a person", format!("{customer} {}", reminder.id)));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Every fact was applied, or is older than what is known, or waits for what never came.
    pub(super) fn no_fact_is_lost(&self, world: &World) -> Result<(), Broke> {
        let end = world.clock.time();
        for (number, what) in self.lines.iter().enumerate() {
            let Some(id) = event_id(what).filter(|id| !self.applied.contains(id)) else { continue };
            let waits = |invoice: &str| !self.model.bills.contains_key(invoice);
            let fine = match what {
                What::Invoice { invoice, revision, .. } | What::Paid { invoice, revision } | What::Cancelled { invoice, revision } => {
                    waits(invoice) && !matches!(what, What::Invoice { .. })
                        || self.model.revision(invoice).is_some_and(|known| known >= *revision)
                }
                What::Payment { invoice, .. } => invoice.as_deref().is_none_or(waits),
                What::Refund { invoice, payment, .. } => invoice.as_deref().map_or(!self.applied.contains(payment), waits),
                What::CreditNote { invoice, .. } => waits(invoice),
                _ => true,
            };
            if !fine && !self.came_late(number, end) {
                return Err(("no fact is lost", id));
            }
        }
        Ok(())
    }
}
