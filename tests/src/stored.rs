//! What the table holds is what the core decided: an account read back by another handle, as it was
//! to be stored.

use upominek::adapters::dynamodb::Store;
use upominek::domain::account::Account;
use upominek::domain::handle::{Command, handle};
use upominek::domain::ids::DebtorId;
use upominek::ports::store::Accounts;
use upominek::ports::tenant::{Proof, Tenant};

use crate::world::World;

/// An account as the table gives it back: what is history lies apart, the rest in the order of its keys.
/// The version is the store's own.
pub fn as_stored(mut account: Account) -> Account {
    account.profile.version = 0;
    account.cases.retain(|case| case.closed.is_none());
    account.cases.sort_by(|a, b| a.id.cmp(&b.id));
    account.claims.retain(|claimed| !claimed.settled);
    account.claims.sort_by(|a, b| a.case.cmp(&b.case));
    account.reminders.sort_by_key(|reminder| reminder.id.to_string());
    account.service.sort_by_key(|message| message.id.to_string());
    account.credits.sort_by(|a, b| a.id.cmp(&b.id));
    account
}

impl World {
    /// The same table, as another process sees it.
    pub fn elsewhere(&self) -> Store {
        self.table.of(&Tenant::proven(self.settings.creditor.clone(), Proof::OwnMessage))
    }

    /// The table holds this account.
    pub async fn holds(&self, expected: &Account) {
        let debtor = &expected.profile.debtor;
        let found = self.elsewhere().load(debtor, None).await.expect("a load").expect("an account");
        assert_eq!(as_stored(found), as_stored(expected.clone()), "what is stored is not what was decided");
    }

    /// The night falls, and the table holds what the core decides of a debtor in it.
    pub async fn night_as_decided(&self, customer: &str) {
        let debtor: DebtorId = self.debtor(customer).await;
        let before = self.elsewhere().load(&debtor, None).await.expect("a load").expect("an account");
        let as_of = self.setting().context().today();
        let decided = handle(&before, &Command::Night { as_of }, &self.setting().context()).expect("a night");
        self.night().await;
        self.holds(&decided.account).await;
    }
}
