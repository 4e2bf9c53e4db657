//! The reason that a record gives is true: what is stopped says by what, what is not does not, and what
//! was not said does not stand there as said.

use chrono::{Days, NaiveDate};
use upominek::domain::account::{Account, Case};
use upominek::domain::decide::{Decision, SkipReason};
use upominek::domain::stops::Stop;

use super::{Broke, Observer};
use crate::model::{Bill, Stopped};

const RULE: &str = "the recorded reason is true";

impl Observer {
    pub(super) fn reasons_are_true(&self, customer: &str, account: &Account, today: NaiveDate) -> Result<(), Broke> {
        // A change of settings reaches the accounts one after the other.
        if self.replanned_on.is_some_and(|day| day + Days::new(3) > today) {
            return Ok(());
        }
        for bill in self.model.open_of(customer) {
            let case = account.cases.iter().find(|case| case.id.external == bill.id && case.closed.is_none() && case.remindable);
            let Some(case) = case else { continue };
            self.reason_is_true(bill, case, account, today).map_err(|what| (RULE, format!("{customer} {}: {what}", bill.id)))?;
        }
        Ok(())
    }

    fn reason_is_true(&self, bill: &Bill, case: &Case, account: &Account, today: NaiveDate) -> Result<(), String> {
        let stopped = self.model.stopped(bill, today);
        match &case.decision {
            None if stopped.is_none() && account.profile.wake_on.is_some_and(|day| day <= today + Days::new(1)) => Ok(()),
            None => Err(format!("no reason, though {stopped:?}; it wakes {:?}", account.profile.wake_on)),
            Some((_, Decision::Step { reminder, .. })) => {
                let known = account.reminders.iter().find(|known| known.id == *reminder);
                match known {
                    Some(known) if !known.state.counts() => Err(format!("{reminder} is said to go, and is {:?}", known.state)),
                    _ if stopped.is_some_and(|stop| stop != Stopped::Barred) => Err(format!("{reminder} stands there, though {stopped:?}")),
                    _ => Ok(()),
                }
            }
            Some((_, Decision::Skip { reason, .. })) => match (named(reason), stopped) {
                // Nobody has to look on the day on which a claim is barred.
                (_, Some(Stopped::Barred)) | (None, None) => Ok(()),
                (Some(said), Some(stop)) if said == stop => Ok(()),
                (said, stop) => Err(format!("it is said to be {said:?} ({reason:?}), and is {stop:?}")),
            },
        }
    }
}

/// The stop that a reason names; those that the observer has no books of are none.
fn named(reason: &SkipReason) -> Option<Stopped> {
    match reason {
        SkipReason::Stopped(Stop::Held { .. }) => Some(Stopped::Held),
        SkipReason::Stopped(Stop::Disputed { .. }) => Some(Stopped::Disputed),
        SkipReason::Stopped(Stop::PaymentPending { .. }) => Some(Stopped::Pending),
        SkipReason::Stopped(Stop::Promised { .. }) => Some(Stopped::Promised),
        SkipReason::Stopped(Stop::LegalStop { .. }) => Some(Stopped::Legal),
        SkipReason::Stopped(Stop::TimeBarred { .. }) => Some(Stopped::Barred),
        _ => None,
    }
}
