//! Checkouts on the pay page, as their provider's callbacks tell of them.

use upominek::app::apply::Setting;
use upominek::app::payment::Till;
use upominek::domain::fact::PaymentFact;
use upominek::domain::handle::{Command, SaidPaid};
use upominek::domain::pending::PaidBy;
use upominek::domain::stops::Party;
use upominek::ports::outside::ProviderEvent;
use upominek::ports::payments::{Bookings, Expected};

use crate::executor::Job;

use super::stage::Stage;
use super::story::{Amount, Checkout};

/// A provider gives up after so many tries.
const MOST_TRIES: u32 = 10;

impl Stage {
    /// The debtor says: paid today, by transfer.
    pub(super) fn said_paid(&self, debtor: &str) -> Result<(), String> {
        let said = SaidPaid { by: Party::Debtor, paid_on: self.world.today(), way: PaidBy::Transfer, reason: None };
        self.command(debtor, &Command::SaidPaid(None, said))
    }

    /// The debtor begins a checkout, and its payment is under way.
    pub(super) fn under_way(&mut self, id: &str, amount: Amount, debtor: &str) -> Result<(), String> {
        let expected = Expected {
            checkout: Some(id.to_owned()),
            ..Expected::new(self.id_of(debtor)?, None, amount.minor, amount.currency, "provider")
        };
        self.checkouts.insert(id.to_owned(), amount);
        for _ in 0..MOST_TRIES {
            let job: Job<'_, _> = Box::pin(self.world.store.expect(id, &expected, self.world.clock.time()));
            if matches!(self.world.at_once(vec![job]).pop(), Some(Some(Ok(_)))) {
                break;
            }
        }
        self.checkout(id, Checkout::UnderWay)
    }

    /// The provider tells of a checkout, until it is taken.
    pub(super) fn checkout(&self, id: &str, what: Checkout) -> Result<(), String> {
        let (at, reference) = (self.world.clock.time(), id.to_owned());
        let amount = *self.checkouts.get(id).ok_or_else(|| format!("there is no checkout {id}"))?;
        let event = match what {
            Checkout::UnderWay => ProviderEvent::Pending { reference, at },
            Checkout::Fails => ProviderEvent::Failed { reference, at },
            Checkout::Paid => {
                let payment = PaymentFact {
                    provider: "provider".to_owned(),
                    payment_id: id.to_owned(),
                    invoice: None,
                    debtor: None,
                    currency: amount.currency,
                    amount_minor: amount.minor,
                    paid_at: at,
                };
                ProviderEvent::Paid { payment, reference }
            }
        };
        let settings = self.world.settings();
        let setting = Setting { settings: &settings, now: at };
        let till = Till { store: &self.world.store, queue: &self.world.queue, clock: &self.world.clock, setting };
        for _ in 0..MOST_TRIES {
            let jobs = (0..self.times()).map(|_| -> Job<'_, _> { Box::pin(till.book(event.clone())) }).collect();
            if self.world.at_once(jobs).iter().all(|done| matches!(done, Some(Ok(_)))) {
                break;
            }
        }
        self.world.work();
        Ok(())
    }
}
