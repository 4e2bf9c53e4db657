//! Two accounts at once: carried in one transaction, and the closed cases that go along.

use chrono::{DateTime, Utc};

use super::items::{from_item, s};
use super::keys;
use super::{Store, commit};
use crate::domain::account::{Account, Case};
use crate::domain::handle::Outcome;
use crate::domain::ids::{CaseId, DebtorId};
use crate::ports::store::StoreError;
use crate::ports::transfer::{Repoint, Transfers};

impl Transfers for Store {
    async fn commit_both(
        &self,
        from: (&Account, &Outcome),
        to: (&Account, &Outcome),
        repoint: &[Repoint],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.table.transact(commit::both(self, from, to, repoint, now)?).await
    }

    async fn closed(&self, debtor: &DebtorId, case: &CaseId) -> Result<Option<Case>, StoreError> {
        self.closed_case(debtor, case).await
    }

    async fn some_closed(&self, debtor: &DebtorId, came_from: Option<&DebtorId>, most: usize) -> Result<(Vec<Case>, bool), StoreError> {
        let Some(came_from) = came_from else {
            let page = self.closed_cases(debtor, None, i32::try_from(most).unwrap_or(i32::MAX).saturating_add(1)).await?;
            let more = page.rows.len() > most || page.next.is_some();
            return Ok((page.rows.into_iter().take(most).collect(), more));
        };
        let pk = s(keys::account(&self.creditor, debtor));
        let items = self.items("PK = :pk AND begins_with(SK, :from)", pk, (keys::CLOSED_CASES, None)).await?;
        let mut found = Vec::new();
        for item in items {
            let case: Case = from_item("case", item)?;
            if case.came_from.last() == Some(came_from) {
                found.push(case);
            }
            if found.len() > most {
                found.truncate(most);
                return Ok((found, true));
            }
        }
        Ok((found, false))
    }
}
