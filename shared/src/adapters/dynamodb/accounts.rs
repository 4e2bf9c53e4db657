//! Loading an account: one consistent query, the profile first, so that a case newer than the
//! profile makes the commit fail and never pass.

use crate::domain::past::{Past, with_past};
use aws_sdk_dynamodb::types::AttributeValue;

use super::items::{Item, corrupt, from_item, refused, s, text};
use super::keys::{self, Key};
use super::{Store, commit};
use crate::domain::account::{Account, Case, Credit, Profile};
use crate::domain::claimed::Claimed;
use crate::domain::handle::Outcome;
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::reminder::Reminder;
use crate::ports::store::{Accounts, Also, StoreError};

impl Accounts for Store {
    async fn load(&self, debtor: &DebtorId, closed: Option<&CaseId>) -> Result<Option<Account>, StoreError> {
        let pk = s(keys::account(&self.creditor, debtor));
        let items = self.items("PK = :pk AND SK < :from", pk, (keys::LIVE_BELOW, None)).await?;
        if items.is_empty() {
            return Ok(None);
        }
        let account = read_account(items)?;
        match closed.filter(|case| account.case(case).is_none()) {
            None => Ok(Some(account)),
            Some(case) => Ok(Some(with_past(account, self.past_of(debtor, case).await?))),
        }
    }

    async fn closed_paid_by(&self, debtor: &DebtorId, payment: &str) -> Result<Past, StoreError> {
        let pk = s(keys::account(&self.creditor, debtor));
        let within = (keys::CLOSED_CASES, Some(keys::BEYOND_CLOSED));
        let past = read_past(self.items("PK = :pk AND SK BETWEEN :from AND :beyond", pk, within).await?)?;
        Ok(past.paid_by(payment))
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
    /// The items of an account on one side of a sort key, or between two, read consistently.
    pub(super) async fn items(
        &self,
        condition: &str,
        pk: AttributeValue,
        (from, beyond): (&str, Option<&str>),
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let mut query = self.table.client.query().table_name(&self.table.name);
            if let Some(beyond) = beyond {
                query = query.expression_attribute_values(":beyond", s(beyond));
            }
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

    /// A closed case and its settled side claims, in one request.
    async fn past_of(&self, debtor: &DebtorId, case: &CaseId) -> Result<Past, StoreError> {
        let pk = keys::account(&self.creditor, debtor);
        let wanted = [keys::closed_case(case), keys::settled_claim(case)].map(|sk| Key { pk: pk.clone(), sk });
        read_past(self.table.batch_get(wanted.iter()).await?.into_values().collect())
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
    let mut claims = Vec::<Claimed>::new();
    for item in items {
        let sk = text(&item, "SK").unwrap_or_default().to_owned();
        match sk.split('#').nth(1) {
            Some("PROFILE") => profile = Some(from_item("profile", item)?),
            Some("CASE") => cases.push(from_item("case", item)?),
            Some("REMINDER") => reminders.push(from_item("reminder", item)?),
            Some("CREDIT") => credits.push(from_item("credit", item)?),
            Some("CLAIM") => claims.push(from_item("claim", item)?),
            _ => return Err(corrupt("account", "an item that no version of this code writes")),
        }
    }
    let profile = profile.ok_or_else(|| corrupt("account", "items without a profile"))?;
    let (service, reminders) = reminders.into_iter().partition(|reminder| reminder.id.service.is_some());
    Ok(Account { profile, cases, reminders, service, credits, claims })
}

fn read_past(items: Vec<Item>) -> Result<Past, StoreError> {
    let mut past = Past::default();
    for item in items {
        let sk = text(&item, "SK").unwrap_or_default().to_owned();
        match sk.split('#').nth(1) {
            Some("CASE") => past.cases.push(from_item("case", item)?),
            _ => past.claims.push(from_item("claim", item)?),
        }
    }
    Ok(past)
}
