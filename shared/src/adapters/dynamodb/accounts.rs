//! Loading an account: one consistent query, the profile first, so that a case newer than the
//! profile makes the commit fail and never pass.

use aws_sdk_dynamodb::types::AttributeValue;

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
        let pk = s(keys::account(&self.creditor, debtor));
        let items = self.items("PK = :pk AND SK < :from", pk, keys::LIVE_BELOW).await?;
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

    async fn closed_paid_by(&self, debtor: &DebtorId, payment: &str) -> Result<Vec<Case>, StoreError> {
        let pk = s(keys::account(&self.creditor, debtor));
        let cases = self.items("PK = :pk AND begins_with(SK, :from)", pk, keys::CLOSED_CASES).await?;
        let cases = cases.into_iter().map(|item| from_item::<Case>("case", item));
        let paid = |case: &Case| case.allocations.iter().any(|allocation| allocation.payment == payment);
        cases.filter(|case| case.as_ref().map_or(true, paid)).collect()
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
    /// The items of an account on one side of a sort key, read consistently.
    pub(super) async fn items(&self, condition: &str, pk: AttributeValue, from: &str) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let query = self.table.client.query().table_name(&self.table.name);
            let page = query
                .consistent_read(true)
                .key_condition_expression(condition)
                .expression_attribute_values(":pk", pk.clone())
                .expression_attribute_values(":from", s(from))
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
