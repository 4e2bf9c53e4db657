//! Loading an account: the profile first, so that a case newer than the profile makes the commit
//! fail, and never pass. A page ends between them.

use chrono::{DateTime, Utc};
use upominek::domain::account::{Account, Case};
use upominek::domain::handle::Outcome;
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::domain::past::{Past, with_past};
use upominek::ports::store::{Accounts, Also, StoreError};

use super::{Store, commit, keys};
use crate::executor::switch;
use crate::table::{Item, Value, key};

impl Accounts for Store {
    async fn load(&self, debtor: &DebtorId, closed: Option<&CaseId>) -> Result<Option<Account>, StoreError> {
        self.reading("load", Some(debtor)).await?;
        if self.faults.is_poisoned(debtor) {
            return Err(StoreError::Corrupt { kind: "case", source: "a poisoned record".into() });
        }
        let pk = keys::account(&self.creditor, debtor);
        let profile = self.table.get(&key(&pk, keys::PROFILE));
        switch().await;
        let Some(Item { value: Value::Profile(profile), .. }) = profile else { return Ok(None) };
        let mut account = Account {
            profile: *profile,
            cases: Vec::new(),
            reminders: Vec::new(),
            service: Vec::new(),
            credits: Vec::new(),
            claims: Vec::new(),
        };
        for (_, item) in self.table.range(&pk, "1", keys::LIVE_BELOW) {
            match item.value {
                Value::Case(case) => account.cases.push(*case),
                Value::Reminder(reminder) if reminder.id.service.is_some() => account.service.push(*reminder),
                Value::Reminder(reminder) => account.reminders.push(*reminder),
                Value::Credit(credit) => account.credits.push(credit),
                Value::Claim(claimed) => account.claims.push(*claimed),
                other => return Err(StoreError::Corrupt { kind: "account", source: format!("{other:?}").into() }),
            }
        }
        let mut past = Past::default();
        for place in closed.map(|case| [keys::closed_case(case), keys::settled_claim(case)]).into_iter().flatten() {
            match self.table.get(&key(&pk, place)) {
                Some(Item { value: Value::Case(case), .. }) => past.cases.push(*case),
                Some(Item { value: Value::Claim(claimed), .. }) => past.claims.push(*claimed),
                _ => {}
            }
        }
        Ok(Some(with_past(account, past)))
    }

    async fn closed_paid_by(&self, debtor: &DebtorId, payment: &str) -> Result<Past, StoreError> {
        self.reading("load-closed", Some(debtor)).await?;
        let claims = self.table.range(&keys::account(&self.creditor, debtor), "9#CLAIM#", "9#CLAIM$");
        let claim = |(_, item): (String, Item)| if let Value::Claim(claimed) = item.value { Some(*claimed) } else { None };
        let past = Past { cases: self.closed_cases(debtor), claims: claims.into_iter().filter_map(claim).collect() };
        Ok(past.paid_by(payment))
    }

    async fn commit(&self, before: &Account, outcome: &Outcome, also: &[Also], now: DateTime<Utc>) -> Result<(), StoreError> {
        let debtor = &before.profile.debtor;
        let transactions = commit::transactions(self, before, outcome, also, now);
        let last = transactions.len();
        for (number, transaction) in transactions.into_iter().enumerate() {
            let write = || {
                self.table.transact(transaction)?;
                if number + 1 == last {
                    commit::tell(self, before, outcome, also);
                }
                Ok(())
            };
            self.writing("commit", Some(debtor), write).await?;
        }
        Ok(())
    }
}

impl Store {
    /// The closed cases of an account.
    pub fn closed_cases(&self, debtor: &DebtorId) -> Vec<Case> {
        let closed = self.table.range(&keys::account(&self.creditor, debtor), keys::CLOSED_CASES, "9#CASE$");
        let case = |(_, item): (String, Item)| if let Value::Case(case) = item.value { Some(*case) } else { None };
        closed.into_iter().filter_map(case).collect()
    }
}
