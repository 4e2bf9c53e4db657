//! Claiming and settling reminders.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::Store;
use super::items::{Item, key_of, n, put, refused, s, to_item, update};
use super::keys::{self, Key};
use crate::domain::account::Account;
use crate::domain::contact::ContactId;
use crate::domain::ids::DebtorId;
use crate::domain::policy::Channel;
use crate::domain::reminder::{Claim, ReminderId};
use crate::ports::ledger::{Ledger, NewLink, Settled, Wording};
use crate::ports::store::StoreError;

/// An SMS that nobody confirms is presumed sent after this time; no carrier takes longer.
const PRESUMED_AFTER: Duration = Duration::hours(72);
/// How long an expired link is still known, so that its owner gets a kind answer.
const LINK_MEMORY: Duration = Duration::days(730);

/// What went out, as an item.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WordingItem {
    pub subject: Option<String>,
    pub text: String,
    pub parts: Option<u8>,
    #[serde(default)]
    pub contacts: Vec<ContactId>,
}

impl Ledger for Store {
    async fn claim(
        &self,
        account: &Account,
        reminder: &ReminderId,
        claim: &Claim,
        wording: &Wording,
        link: Option<&NewLink>,
    ) -> Result<(), StoreError> {
        let pk = keys::account(&self.creditor, &account.profile.debtor);
        let profile = Key { pk: pk.clone(), sk: keys::PROFILE.to_owned() };
        let seen = Item::from([(":seen".to_owned(), n(account.profile.version)), (":next".to_owned(), n(1))]);
        let values = Item::from([
            (":claimed".to_owned(), s("claimed")),
            (":scheduled".to_owned(), s("scheduled")),
            (":claim".to_owned(), claim_value(claim)),
            (":until".to_owned(), s(keys::sortable(claim.until))),
            (":check_at".to_owned(), s(claim.until.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))),
            (":one".to_owned(), n(1)),
        ]);
        let text = WordingItem {
            subject: wording.subject.clone(),
            text: wording.text.clone(),
            parts: wording.parts,
            contacts: wording.contacts.clone(),
        };
        let mut writes = vec![
            // The version moves on: an evaluation that loaded the waiting reminder before this
            // must not write it back as waiting after it.
            update(&self.table, &profile, "SET version = version + :next", Some("version = :seen"), seen)?,
            update(
                &self.table,
                &Key { pk: pk.clone(), sk: keys::reminder(reminder) },
                "SET #state = :claimed, claim = :claim, attempts = attempts + :one, agenda_sk = :until, check_at = :check_at",
                Some("#state = :scheduled"),
                values,
            )
            .map(name_state)?,
            put(&self.table, to_item("wording", &Key { pk, sk: keys::wording(reminder) }, &text)?, false)?,
        ];
        if let Some(link) = link {
            writes.push(put(&self.table, self.link_item(account, reminder, link), false)?);
        }
        self.table.transact(writes).await
    }

    async fn settle(
        &self,
        debtor: &DebtorId,
        reminder: &ReminderId,
        claim: &Claim,
        settled: &Settled,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let key = Key { pk: keys::account(&self.creditor, debtor), sk: keys::reminder(reminder) };
        let now_text = s(now.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
        let update = self.table.client.update_item().table_name(&self.table.name).set_key(Some(key_of(&key)));
        let update = update
            .condition_expression("#state = :claimed AND claim.#token = :token")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#token", "token")
            .expression_attribute_values(":claimed", s("claimed"))
            .expression_attribute_values(":token", s(&claim.token))
            .expression_attribute_values(":null", AttributeValue::Null(true));
        let update = match settled {
            Settled::Sent(message_id) => update
                .update_expression(
                    "SET #state = :state, message_id = :id, settled_at = :now, claim = :null, check_at = :null REMOVE agenda_pk, agenda_sk",
                )
                .expression_attribute_values(":state", s("sent"))
                .expression_attribute_values(":id", s(message_id))
                .expression_attribute_values(":now", now_text),
            Settled::Ambiguous(reason) => {
                let again = (reminder.channel == Channel::Sms).then_some(now + PRESUMED_AFTER);
                let update = update.expression_attribute_values(":state", s("ambiguous")).expression_attribute_values(":reason", s(reason));
                match again {
                    Some(at) => update
                        .update_expression("SET #state = :state, reason = :reason, claim = :null, check_at = :at, agenda_sk = :sort")
                        .expression_attribute_values(":at", s(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)))
                        .expression_attribute_values(":sort", s(keys::sortable(at))),
                    None => update.update_expression(
                        "SET #state = :state, reason = :reason, claim = :null, check_at = :null REMOVE agenda_pk, agenda_sk",
                    ),
                }
            }
            Settled::Later(at) => update
                .update_expression("SET #state = :state, claim = :null, check_at = :at, agenda_sk = :sort, attempts = attempts - :one")
                .expression_attribute_values(":state", s("scheduled"))
                .expression_attribute_values(":at", s(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)))
                .expression_attribute_values(":sort", s(keys::sortable(*at)))
                .expression_attribute_values(":one", n(1)),
        };
        update.send().await.map(|_| ()).map_err(refused)
    }

    async fn is_suppressed(&self, address: &str) -> Result<bool, StoreError> {
        Ok(self.table.get(&keys::suppressed(&self.creditor, address)).await?.is_some())
    }

    async fn suppressed_among(&self, addresses: Vec<String>) -> Result<Vec<String>, StoreError> {
        let keyed: Vec<_> = addresses.into_iter().map(|address| (keys::suppressed(&self.creditor, &address), address)).collect();
        let found = self.table.batch_get(keyed.iter().map(|(key, _)| key)).await?;
        Ok(keyed.into_iter().filter(|(key, _)| found.contains_key(key)).map(|(_, address)| address).collect())
    }
}

fn claim_value(claim: &Claim) -> AttributeValue {
    AttributeValue::M(Item::from([
        ("token".to_owned(), s(&claim.token)),
        ("until".to_owned(), s(claim.until.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))),
    ]))
}

/// `state` is a reserved word in expressions.
pub(super) fn name_state(mut write: aws_sdk_dynamodb::types::TransactWriteItem) -> aws_sdk_dynamodb::types::TransactWriteItem {
    if let Some(update) = write.update.as_mut() {
        update.expression_attribute_names.get_or_insert_default().insert("#state".to_owned(), "state".to_owned());
    }
    write
}

impl Store {
    fn link_item(&self, account: &Account, reminder: &ReminderId, link: &NewLink) -> Item {
        let mut item = key_of(&keys::link(&link.token_hash));
        item.insert("creditor".into(), s(self.creditor.as_str()));
        item.insert("debtor".into(), s(account.profile.debtor.as_str()));
        item.insert("reminder".into(), s(reminder.to_string()));
        item.insert("works_until".into(), s(keys::sortable(link.expires_at)));
        item.insert("expires_at".into(), n((link.expires_at + LINK_MEMORY).timestamp()));
        item
    }
}
