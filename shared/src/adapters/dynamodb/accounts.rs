//! Loading an account: one consistent query, the profile first, so that a case newer than the
//! profile makes the commit fail and never pass.

use super::items::{Item, corrupt, from_item, refused, s, text};
use super::keys::{self, Key};
use super::{Store, commit};
use crate::domain::account::{Account, Case, Credit, Profile};
use crate::domain::handle::Outcome;
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::reminder::Reminder;
use crate::ports::store::{Accounts, Also, StoreError, with_closed};

impl Accounts for Store {
    async fn load(&self, debtor: &DebtorId, closed: Option<&CaseId>) -> Result<Option<Account>, StoreError> {
        let items = self.live_items(debtor).await?;
        if items.is_empty() {
            return Ok(None);
        }
        let account = read_account(items)?;
        match closed.filter(|case| account.case(case).is_none()) {
            None => Ok(Some(account)),
            Some(case) => {
                let found = self.closed_case(debtor, case).await?;
                Ok(Some(with_closed(account, found)))
            }
        }
    }

    async fn commit(
        &self,
        before: &Account,
        outcome: &Outcome,
        also: &[Also],
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), StoreError> {
        for transaction in commit::transactions(self, before, outcome, also, now)? {
            self.table.transact(transaction).await?;
        }
        Ok(())
    }
}

impl Store {
    async fn live_items(&self, debtor: &DebtorId) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let query = self.table.client.query().table_name(&self.table.name);
            let page = query
                .consistent_read(true)
                .key_condition_expression("PK = :pk AND SK < :below")
                .expression_attribute_values(":pk", s(keys::account(&self.creditor, debtor)))
                .expression_attribute_values(":below", s(keys::LIVE_BELOW))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(refused)?;
            items.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    /// A closed case.
    pub async fn closed_case(&self, debtor: &DebtorId, case: &CaseId) -> Result<Option<Case>, StoreError> {
        let key = Key { pk: keys::account(&self.creditor, debtor), sk: keys::closed_case(case) };
        self.table.get(&key).await?.map(|item| from_item("case", item)).transpose()
    }
}

fn read_account(items: Vec<Item>) -> Result<Account, StoreError> {
    let mut profile: Option<Profile> = None;
    let (mut cases, mut reminders, mut credits) = (Vec::<Case>::new(), Vec::<Reminder>::new(), Vec::<Credit>::new());
    for item in items {
        let sk = text(&item, "SK").unwrap_or_default().to_owned();
        match sk.split('#').nth(1) {
            Some("PROFILE") => profile = Some(from_item("profile", item)?),
            Some("CASE") => cases.push(from_item("case", item)?),
            Some("REMINDER") => reminders.push(from_item("reminder", item)?),
            Some("CREDIT") => credits.push(from_item("credit", item)?),
            _ => return Err(corrupt("account", "an item that no version of this code writes")),
        }
    }
    let profile = profile.ok_or_else(|| corrupt("account", "items without a profile"))?;
    Ok(Account { profile, cases, reminders, credits })
}
