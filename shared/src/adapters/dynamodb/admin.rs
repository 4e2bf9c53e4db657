//! What only the API and the operator look up: a profile alone, a reminder wherever it lies, a run's
//! counts and plan in pages. Not used by the night, and writes nothing but the list of creditors.

use super::Store;
use super::items::{from_item, key_of, refused, s, text};
use super::keys::{self, Key};
use super::listing::Page;
use crate::domain::account::Profile;
use crate::domain::ids::DebtorId;
use crate::domain::reminder::{Reminder, ReminderId};
use crate::ports::store::{PlanLine, RunPage, StoreError, Tally};

/// Behind every page of a run's report: `$` sorts right behind `#`.
const BEYOND_PAGES: &str = "PAGE$";

/// The part of a report's page that counting needs.
#[derive(serde::Deserialize)]
struct Counts {
    tally: Tally,
}

impl Store {
    /// A debtor's profile, without cases.
    pub async fn profile(&self, debtor: &DebtorId) -> Result<Option<Profile>, StoreError> {
        let key = Key { pk: keys::account(&self.creditor, debtor), sk: keys::PROFILE.to_owned() };
        self.table.get(&key).await?.map(|item| from_item("profile", item)).transpose()
    }

    /// A reminder, whether decisions still need it or it lies in history.
    pub async fn reminder_or_old(&self, debtor: &DebtorId, id: &ReminderId) -> Result<Option<Reminder>, StoreError> {
        let pk = keys::account(&self.creditor, debtor);
        let places = [keys::reminder(id), keys::old_reminder(id)].map(|sk| Key { pk: pk.clone(), sk });
        let mut found = self.table.batch_get(places.iter()).await?;
        let item = places.iter().find_map(|key| found.remove(key));
        item.map(|item| from_item("reminder", item)).transpose()
    }

    /// The counts of a run so far, over all its pages. Plans are not read.
    pub async fn run_tally(&self, run: &str) -> Result<Tally, StoreError> {
        let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
        let mut pages = query
            .key_condition_expression("PK = :pk AND begins_with(SK, :page)")
            .expression_attribute_values(":pk", s(keys::run(&self.creditor, run).pk))
            .expression_attribute_values(":page", s("PAGE#"))
            .projection_expression("tally")
            .into_paginator()
            .items()
            .send();
        let mut tally = Tally::default();
        while let Some(item) = pages.next().await {
            let counts: Counts = from_item("run page", item.map_err(refused)?)?;
            tally.add(&counts.tally);
        }
        Ok(tally)
    }

    /// What a dry run would decide: whole pages of its report until they hold `enough` lines.
    pub async fn run_plan(&self, run: &str, after: Option<&str>, enough: usize) -> Result<Page<PlanLine>, StoreError> {
        let pk = keys::run(&self.creditor, run).pk;
        let mut rows = Vec::new();
        let mut next = after.map(str::to_owned);
        loop {
            let start = next.as_ref().map(|sk| key_of(&Key { pk: pk.clone(), sk: sk.clone() }));
            let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
            let answer = query
                .key_condition_expression("PK = :pk AND SK BETWEEN :first AND :beyond")
                .expression_attribute_values(":pk", s(&pk))
                .expression_attribute_values(":first", s("PAGE#"))
                .expression_attribute_values(":beyond", s(BEYOND_PAGES))
                .set_exclusive_start_key(start)
                .limit(1)
                .send()
                .await
                .map_err(refused)?;
            for item in answer.items.unwrap_or_default() {
                rows.extend(from_item::<RunPage>("run page", item)?.plan);
            }
            next = answer.last_evaluated_key.as_ref().and_then(|last| text(last, "SK")).map(str::to_owned);
            if next.is_none() || rows.len() >= enough {
                return Ok(Page { rows, next });
            }
        }
    }

    /// Puts this creditor on the list of all creditors. Again is no error.
    pub async fn enlist(&self) -> Result<(), StoreError> {
        self.table.put(key_of(&keys::creditor_listing(&self.creditor)), false).await
    }
}
