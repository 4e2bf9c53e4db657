//! Checkouts of the pay page, as their provider tells of them.

use upominek::app::apply::Setting;
use upominek::app::payment::Till;
use upominek::domain::fact::PaymentFact;
use upominek::domain::ids::DebtorId;
use upominek::ports::outside::ProviderEvent;
use upominek::ports::payments::{Bookings, Expected};

use super::Play;
use crate::script::What;

impl Play<'_> {
    /// A line about a checkout; `None` for any other, and else whether it was taken.
    pub(super) async fn checkout(&self, line: usize, debtor: &DebtorId) -> Option<bool> {
        let (at, store) = (self.world.clock.time(), self.world.store.carrying(line));
        let event = match &self.script.lines[line].what {
            What::Checkout { checkout, amount, currency, .. } => {
                let expected =
                    Expected { checkout: Some(checkout.clone()), ..Expected::new(debtor.clone(), None, *amount, *currency, "provider") };
                if store.expect(checkout, &expected, at).await.is_err() {
                    return Some(false);
                }
                ProviderEvent::Pending { reference: checkout.clone(), at }
            }
            What::CheckoutFails { checkout, .. } => ProviderEvent::Failed { reference: checkout.clone(), at },
            What::CheckoutPaid { checkout, amount, currency, .. } => {
                let payment = PaymentFact {
                    provider: "provider".to_owned(),
                    payment_id: checkout.clone(),
                    invoice: None,
                    debtor: None,
                    currency: *currency,
                    amount_minor: *amount,
                    paid_at: at,
                };
                ProviderEvent::Paid { payment, reference: checkout.clone() }
            }
            _ => return None,
        };
        let settings = self.world.settings();
        let setting = Setting { settings: &settings, now: at };
        let till = Till { store: &store, queue: &self.world.queue, clock: &self.world.clock, setting };
        Some(till.book(event).await.is_ok())
    }
}
