//! Lists of days: which dry run they are read from, and the one mail about each.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{Duration, NaiveDate};

use super::Store;
use super::items::{from_item, key_of, n, refused, s, text, to_item};
use super::keys;
use crate::domain::ids::DebtorId;
use crate::domain::reminder::{Claim, Reminder};
use crate::ports::list::{ListMail, Lists, MailState, Part};
use crate::ports::store::{PlanLine, StoreError, Tally};

/// How long a list is remembered after its day.
const MEMORY: Duration = Duration::days(60);

fn expires(day: NaiveDate) -> AttributeValue {
    let after = day.and_time(chrono::NaiveTime::MIN).and_utc() + MEMORY;
    n(after.timestamp())
}

impl Lists for Store {
    async fn point(&self, day: NaiveDate, run: &str) -> Result<(), StoreError> {
        let mut item = key_of(&keys::list_run(&self.creditor, day));
        item.insert("run".into(), s(run));
        item.insert("expires_at".into(), expires(day));
        self.table.put(item, false).await
    }

    async fn pointed(&self, day: NaiveDate) -> Result<Option<String>, StoreError> {
        let item = self.table.get(&keys::list_run(&self.creditor, day)).await?;
        Ok(item.as_ref().and_then(|item| text(item, "run")).map(str::to_owned))
    }

    async fn plan_of(&self, run: &str, after: Option<&str>, enough: usize) -> Result<Part<PlanLine>, StoreError> {
        let page = self.run_plan(run, after, enough).await?;
        Ok(Part { rows: page.rows, next: page.next })
    }

    async fn tally_of(&self, run: &str) -> Result<Tally, StoreError> {
        self.run_tally(run).await
    }

    async fn reminders_of(&self, day: NaiveDate, after: Option<&str>, limit: i32) -> Result<Part<(DebtorId, Reminder)>, StoreError> {
        let page = self.reminders(day, after, limit).await?;
        Ok(Part { rows: page.rows.into_iter().map(|row| (row.debtor, row.reminder)).collect(), next: page.next })
    }

    async fn mail(&self, day: NaiveDate) -> Result<Option<ListMail>, StoreError> {
        let item = self.table.get(&keys::list_mail(&self.creditor, day)).await?;
        item.map(|item| from_item("list mail", item)).transpose()
    }

    async fn claim_mail(&self, day: NaiveDate, claim: &Claim) -> Result<(), StoreError> {
        let mail = ListMail { state: MailState::Claimed, token: claim.token.clone(), until: claim.until };
        let mut item = to_item("list mail", &keys::list_mail(&self.creditor, day), &mail)?;
        item.insert("expires_at".into(), expires(day));
        self.table.put(item, true).await
    }

    async fn settle_mail(&self, day: NaiveDate, token: &str, state: Option<MailState>) -> Result<(), StoreError> {
        let key = key_of(&keys::list_mail(&self.creditor, day));
        const OURS: &str = "#token = :token AND #state = :claimed";
        let Some(state) = state else {
            let delete = self.table.client.delete_item().table_name(&self.table.name).set_key(Some(key));
            let delete = delete
                .condition_expression(OURS)
                .expression_attribute_names("#token", "token")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":token", s(token))
                .expression_attribute_values(":claimed", s("claimed"));
            return delete.send().await.map(|_| ()).map_err(refused);
        };
        let name = match state {
            MailState::Claimed => "claimed",
            MailState::Sent => "sent",
            MailState::NotMailed => "not_mailed",
        };
        let update = self.table.client.update_item().table_name(&self.table.name).set_key(Some(key));
        let update = update
            .update_expression("SET #state = :state")
            .condition_expression(OURS)
            .expression_attribute_names("#token", "token")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":token", s(token))
            .expression_attribute_values(":claimed", s("claimed"))
            .expression_attribute_values(":state", s(name));
        update.send().await.map(|_| ()).map_err(refused)
    }
}
