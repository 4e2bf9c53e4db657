//! Receipts: each confirms money that came by the pay page and fits, once, to who owes it.

use upominek::domain::policy::Channel;

use super::{Broke, Observer};
use crate::calendar::local;
use crate::journal::Message;
use crate::machine::World;
use crate::model::Customer;
use crate::reading;
use crate::script::What;

impl Observer {
    /// Money that fits came by the pay page.
    pub(super) fn may_be_confirmed(&mut self, what: &What) {
        if let What::CheckoutPaid { debtor, amount, currency, fits: true, .. } = what {
            self.unconfirmed.entry(debtor.clone()).or_default().push((*amount, *currency));
        }
    }

    /// A provider accepted a receipt.
    pub(super) fn receipt(&mut self, world: &World, message: &Message) -> Result<(), Broke> {
        let customer = world.faults.customer(&message.debtor).unwrap_or_default();
        let place = format!("{customer} {}", message.reminder);
        let Some(amount) = reading::received(message.subject.as_deref().unwrap_or(&message.text)) else {
            return Err(("a receipt says what came", place));
        };
        let waiting = self.unconfirmed.entry(customer.clone()).or_default();
        let Some(at) = waiting.iter().position(|one| *one == (amount, message.reminder.currency)) else {
            return Err(("a receipt confirms what came, and once", format!("{place}: {amount}, of {waiting:?}")));
        };
        waiting.remove(at);
        let known = self.model.customers.get(&customer);
        let theirs = known.map(Customer::addresses).unwrap_or_default();
        if !theirs.contains(&message.to) {
            return Err(("nobody else is written to", format!("{place}: {}", message.to)));
        }
        let zone = known.and_then(|known| known.facts.zone).unwrap_or(self.zone);
        let (day, time) = local(message.at, zone);
        let hour = chrono::Timelike::hour(&time);
        if message.reminder.channel == Channel::Sms && !(8..21).contains(&hour) {
            return Err(("no SMS at night", format!("{place} on {day} at {time} in {zone}")));
        }
        Ok(())
    }
}
