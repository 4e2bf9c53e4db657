//! The ports of the state, over the table in memory: the same keys, conditions and transactions as
//! the adapter of DynamoDB has, and a fault before and after each request.

mod accounts;
mod agenda;
mod bookings;
mod commit;
mod directory;
mod evidence;
mod kept;
pub mod keys;
mod ledger;
mod releases;
mod runs;
mod time_line;

use upominek::domain::handle::Attention;
use upominek::domain::ids::{CreditorId, DebtorId};
use upominek::ports::store::StoreError;

use crate::faults::{Fault, Faults};
use crate::journal::Journal;
use crate::table::{Item, Table, Value, Write, away};

/// The data of one creditor, as one invocation of a function sees it.
#[derive(Debug, Clone)]
pub struct Store {
    /// The table.
    pub table: Table,
    /// Whose data.
    pub creditor: CreditorId,
    /// What goes wrong.
    pub faults: Faults,
    /// What happens.
    pub journal: Journal,
    /// The command of a person that this invocation carries out, by its number in the script.
    pub carries: Option<usize>,
}

impl Store {
    /// The same store for an invocation that carries out a person's command.
    pub fn carrying(&self, number: usize) -> Self {
        Self { carries: Some(number), ..self.clone() }
    }

    /// A read, on which others may be running and a fault may come.
    async fn reading(&self, effect: &str, debtor: Option<&DebtorId>) -> Result<(), StoreError> {
        match self.faults.before(effect, debtor).await {
            Some(Fault::StopAfter) => {
                self.faults.plug.pull().await;
                Ok(())
            }
            Some(Fault::Away | Fault::Unanswered | Fault::Throttled) => Err(away()),
            _ => Ok(()),
        }
    }

    /// A write, on which others may be running and a fault may come.
    async fn writing<T>(
        &self,
        effect: &str,
        debtor: Option<&DebtorId>,
        write: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let fault = self.faults.before(effect, debtor).await;
        match fault {
            Some(Fault::Conflict) => return Err(StoreError::Conflict),
            Some(Fault::Away | Fault::Throttled) => return Err(away()),
            _ => {}
        }
        let result = write();
        self.faults.after(fault).await;
        if fault == Some(Fault::Unanswered) { Err(away()) } else { result }
    }

    fn attention_row(&self, about: &str, attention: &Attention, now: chrono::DateTime<chrono::Utc>) -> (crate::table::Key, Item) {
        let item = Item::of(Value::Attention(Box::new(attention.clone()), now));
        (keys::attention(&self.creditor, about, attention), item)
    }
}

/// The first write of each key is replaced by the last one: a transaction names no item twice.
fn last_of_each<'w>(writes: Vec<Write<'w>>) -> Vec<Write<'w>> {
    let mut kept: Vec<Write<'w>> = Vec::new();
    for write in writes {
        kept.retain(|known| known.key != write.key);
        kept.push(write);
    }
    kept
}
