//! Nights and evaluations by hand.

use chrono::NaiveDate;
use upominek::ports::store::{Run, RunPage, Runs, StoreError};

use super::{Store, keys};
use crate::table::{Do, Item, Value, When, Write, key};

impl Runs for Store {
    async fn begin(&self, run: &Run) -> Result<Run, StoreError> {
        let place = keys::run(&self.creditor, &run.id);
        let write = Write::add(place, Item::of(Value::Run(Box::new(run.clone()))));
        match self.writing("begin", None, || self.table.transact(vec![write])).await {
            Ok(()) => Ok(run.clone()),
            Err(StoreError::Conflict) => Ok(self.run_now(&run.id).unwrap_or_else(|| run.clone())),
            Err(error) => Err(error),
        }
    }

    async fn report(&self, run: &str, shard: u16, page: &str, report: &RunPage) -> Result<(), StoreError> {
        let (pk, _) = keys::run(&self.creditor, run);
        let write = Write::put(key(pk, format!("PAGE#{shard:03}#{page}")), Item::of(Value::Page(Box::new(report.clone()))));
        self.writing("report", None, || self.table.transact(vec![write])).await
    }

    async fn shard_done(&self, run: &str, shard: u16) -> Result<(), StoreError> {
        let change = |item: Option<Item>| match item {
            Some(Item { value: Value::Run(mut run), agenda }) => {
                if !run.done.contains(&shard) {
                    run.done.push(shard);
                }
                Item { value: Value::Run(run), agenda }
            }
            other => other.unwrap_or_else(|| Item::of(Value::Mark)),
        };
        let write = Write { key: keys::run(&self.creditor, run), when: When::Always, what: Do::Update(Box::new(change)) };
        self.writing("shard-done", None, || self.table.transact(vec![write])).await
    }

    async fn run(&self, run: &str) -> Result<Option<Run>, StoreError> {
        self.reading("run", None).await?;
        Ok(self.run_now(run))
    }

    async fn made(&self, as_of: NaiveDate, shard: u16) -> Result<u32, StoreError> {
        self.reading("made", None).await?;
        Ok(self.made_now(&keys::night_count(&self.creditor, as_of, shard)))
    }

    async fn planned(&self, run: &str, shard: u16, page: &str) -> Result<u32, StoreError> {
        self.reading("planned", None).await?;
        let (pk, _) = keys::run(&self.creditor, run);
        let pages = self.table.range(&pk, &format!("PAGE#{shard:03}#"), &format!("PAGE#{shard:03}#{page}"));
        let messages = |(_, item): (String, Item)| if let Value::Page(page) = item.value { page.tally.messages } else { 0 };
        Ok(u32::try_from(pages.into_iter().map(messages).sum::<u64>()).unwrap_or(u32::MAX))
    }
}

impl Store {
    /// A run as it is.
    pub fn run_now(&self, run: &str) -> Option<Run> {
        match self.table.get(&keys::run(&self.creditor, run))?.value {
            Value::Run(run) => Some(*run),
            _ => None,
        }
    }

    /// How many messages are counted under a key.
    pub fn made_now(&self, key: &crate::table::Key) -> u32 {
        match self.table.get(key) {
            Some(Item { value: Value::Count(made), .. }) => made,
            _ => 0,
        }
    }

    /// The pages of a run's report.
    pub fn pages(&self, run: &str) -> Vec<RunPage> {
        let (pk, _) = keys::run(&self.creditor, run);
        let page = |(_, item): (String, Item)| if let Value::Page(page) = item.value { Some(*page) } else { None };
        self.table.range(&pk, "PAGE#", "PAGE$").into_iter().filter_map(page).collect()
    }
}
