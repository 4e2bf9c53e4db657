//! Nights and evaluations by hand: when they began, which shards are done, what they did.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Store;
use super::items::{Item, corrupt, from_item, key_of, n, refused, s, text, to_item};
use super::keys;
use crate::domain::policy::Policy;
use crate::ports::store::{Purpose, Run, RunPage, Runs, StoreError, Tally};

/// A page's counts without its plan.
#[derive(Deserialize)]
struct Counts {
    tally: Tally,
}

/// What a run is for, as it is kept.
#[derive(Serialize, Deserialize)]
struct Kind {
    purpose: Purpose,
    policy: Option<Policy>,
}

impl Runs for Store {
    async fn begin(&self, run: &Run) -> Result<Run, StoreError> {
        let mut item = key_of(&keys::run(&self.creditor, &run.id));
        item.insert("id".into(), s(&run.id));
        item.insert("as_of".into(), s(run.as_of.to_string()));
        item.extend(to_item("run", &keys::run(&self.creditor, &run.id), &Kind { purpose: run.purpose, policy: run.policy.clone() })?);
        item.insert("shards".into(), n(run.shards));
        item.insert("started_at".into(), s(keys::sortable(run.started_at)));
        item.insert("lists_pk".into(), s(keys::list_runs(&self.creditor)));
        item.insert("lists_sk".into(), s(format!("{}#{}", run.as_of, run.id)));
        match self.table.put(item, true).await {
            Ok(()) => Ok(run.clone()),
            Err(StoreError::Conflict) => Ok(self.run(&run.id).await?.unwrap_or_else(|| run.clone())),
            Err(error) => Err(error),
        }
    }

    async fn report(&self, run: &str, shard: u16, page: &str, report: &RunPage) -> Result<(), StoreError> {
        let key = keys::run_page(&self.creditor, run, shard, page);
        self.table.put(to_item("run page", &key, report)?, false).await
    }

    async fn shard_done(&self, run: &str, shard: u16) -> Result<(), StoreError> {
        let update = self.table.client.update_item().table_name(&self.table.name);
        update
            .set_key(Some(key_of(&keys::run(&self.creditor, run))))
            .update_expression("ADD done :shard")
            .expression_attribute_values(":shard", AttributeValue::Ns(vec![shard.to_string()]))
            .send()
            .await
            .map(|_| ())
            .map_err(refused)
    }

    async fn run(&self, run: &str) -> Result<Option<Run>, StoreError> {
        self.table.get(&keys::run(&self.creditor, run)).await?.map(|item| read_run(&item)).transpose()
    }

    async fn made(&self, as_of: NaiveDate, shard: u16) -> Result<u32, StoreError> {
        let item = self.table.get(&keys::night_count(&self.creditor, as_of, shard)).await?.unwrap_or_default();
        let made = item.get("made").and_then(|made| made.as_n().ok());
        Ok(made.and_then(|made| made.parse().ok()).unwrap_or(0))
    }

    async fn planned(&self, run: &str, shard: u16, page: &str) -> Result<u32, StoreError> {
        let first = keys::run_page(&self.creditor, run, shard, "");
        let before = keys::run_page(&self.creditor, run, shard, page);
        let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
        let mut pages = query
            .key_condition_expression("PK = :pk AND SK BETWEEN :first AND :before")
            .expression_attribute_values(":pk", s(&before.pk))
            .expression_attribute_values(":first", s(first.sk))
            .expression_attribute_values(":before", s(&before.sk))
            .projection_expression("SK, tally")
            .into_paginator()
            .items()
            .send();
        let mut planned = 0;
        while let Some(item) = pages.next().await {
            let item = item.map_err(refused)?;
            if text(&item, "SK") != Some(before.sk.as_str()) {
                let counts: Counts = from_item("run page", item)?;
                planned += counts.tally.messages;
            }
        }
        Ok(u32::try_from(planned).unwrap_or(u32::MAX))
    }
}

pub(super) fn read_run(item: &Item) -> Result<Run, StoreError> {
    let broken = || corrupt("run", "an attribute is missing");
    let as_of: NaiveDate = text(item, "as_of").and_then(|day| day.parse().ok()).ok_or_else(broken)?;
    let started_at: DateTime<Utc> = text(item, "started_at").and_then(|at| at.parse().ok()).ok_or_else(broken)?;
    let number = |value: &String| value.parse::<u16>().ok();
    let shards = item.get("shards").and_then(|value| value.as_n().ok()).and_then(number).ok_or_else(broken)?;
    let kind: Kind = from_item("run", item.clone())?;
    let done = item.get("done").and_then(|value| value.as_ns().ok());
    Ok(Run {
        id: text(item, "id").ok_or_else(broken)?.to_owned(),
        as_of,
        purpose: kind.purpose,
        policy: kind.policy,
        shards,
        done: done.into_iter().flatten().filter_map(number).collect(),
        started_at,
    })
}

impl Store {
    /// The pages of a run's report.
    pub async fn run_pages(&self, run: &str) -> Result<Vec<RunPage>, StoreError> {
        let query = self.table.client.query().table_name(&self.table.name).consistent_read(true);
        let mut pages = query
            .key_condition_expression("PK = :pk AND begins_with(SK, :page)")
            .expression_attribute_values(":pk", s(keys::run(&self.creditor, run).pk))
            .expression_attribute_values(":page", s("PAGE#"))
            .into_paginator()
            .items()
            .send();
        let mut reports = Vec::new();
        while let Some(item) = pages.next().await {
            reports.push(from_item("run page", item.map_err(refused)?)?);
        }
        Ok(reports)
    }
}
