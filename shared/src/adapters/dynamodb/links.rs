//! Pay links and API tokens: found without knowing the creditor.

use chrono::{DateTime, Utc};

use super::items::{Item, corrupt, key_of, n, refused, s, text};
use super::{Store, Table, keys};
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::press::{Presses, WITHIN};
use crate::ports::store::StoreError;

/// What a pay link stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTarget {
    /// Whose.
    pub creditor: CreditorId,
    /// For whom.
    pub debtor: DebtorId,
    /// When it stops working.
    pub works_until: DateTime<Utc>,
    /// How often its buttons were pressed lately.
    pub presses: Option<Presses>,
}

/// The presses that an item knows; none in what an earlier version wrote.
fn presses_of(item: &Item) -> Option<Presses> {
    let from = text(item, "pressed_from").and_then(|text| text.parse().ok())?;
    let count = item.get("presses").and_then(|value| value.as_n().ok()).and_then(|number| number.parse().ok())?;
    Some(Presses { from, count })
}

/// How often a press is counted anew while others press, too.
const TRIES: u32 = 4;

fn creditor_of(item: &Item, kind: &'static str) -> Result<CreditorId, StoreError> {
    let creditor = text(item, "creditor").ok_or_else(|| corrupt(kind, "no creditor"))?;
    CreditorId::parse(creditor).map_err(|source| corrupt(kind, source))
}

fn debtor_of(item: &Item, kind: &'static str) -> Result<DebtorId, StoreError> {
    let debtor = text(item, "debtor").ok_or_else(|| corrupt(kind, "no debtor"))?;
    DebtorId::parse(debtor).map_err(|source| corrupt(kind, source))
}

impl Table {
    /// The link behind a token's hash.
    pub async fn link(&self, token_hash: &str) -> Result<Option<LinkTarget>, StoreError> {
        let Some(item) = self.get(&keys::link(token_hash)).await? else { return Ok(None) };
        let works_until = text(&item, "works_until").and_then(|text| text.parse().ok());
        Ok(Some(LinkTarget {
            creditor: creditor_of(&item, "link")?,
            debtor: debtor_of(&item, "link")?,
            works_until: works_until.ok_or_else(|| corrupt("link", "no end"))?,
            presses: presses_of(&item),
        }))
    }

    /// Counts a press of one of a link's buttons, as the link was when it was read: one conditional update, and another
    /// only where two press at once. Where there were too many, the instant from which on another one may be.
    pub async fn press(&self, token_hash: &str, known: Option<Presses>, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut known = known;
        for _ in 0..TRIES {
            let next = match Presses::one_more(known, now) {
                Ok(next) => next,
                Err(again_at) => return Ok(Some(again_at)),
            };
            match self.count_press(token_hash, known, next).await {
                Err(StoreError::Conflict) => known = self.link(token_hash).await?.and_then(|link| link.presses),
                other => return other.map(|()| None),
            }
        }
        // Whoever presses so fast is no reader.
        Ok(Some(now + WITHIN))
    }

    async fn count_press(&self, token_hash: &str, known: Option<Presses>, next: Presses) -> Result<(), StoreError> {
        let update = self.client.update_item().table_name(&self.name).set_key(Some(key_of(&keys::link(token_hash))));
        let update = update
            .update_expression("SET pressed_from = :from, presses = :count")
            .expression_attribute_values(":from", s(keys::sortable(next.from)))
            .expression_attribute_values(":count", n(next.count));
        let update = match known {
            None => update.condition_expression("attribute_exists(PK) AND attribute_not_exists(presses)"),
            Some(known) => update
                .condition_expression("pressed_from = :known AND presses = :before")
                .expression_attribute_values(":known", s(keys::sortable(known.from)))
                .expression_attribute_values(":before", n(known.count)),
        };
        update.send().await.map(|_| ()).map_err(refused)
    }

    /// The creditor of an API token's hash, unless it was revoked.
    pub async fn token_owner(&self, token_hash: &str) -> Result<Option<CreditorId>, StoreError> {
        let Some(item) = self.get(&keys::token(token_hash)).await? else { return Ok(None) };
        if item.contains_key("revoked_at") {
            return Ok(None);
        }
        creditor_of(&item, "token").map(Some)
    }
}

impl Store {
    /// Keeps an API token's hash under a name that a person can tell it by.
    pub async fn put_token(&self, token_hash: &str, name: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = key_of(&keys::token(token_hash));
        item.insert("creditor".into(), s(self.creditor.as_str()));
        item.insert("name".into(), s(name));
        item.insert("made_at".into(), s(keys::sortable(now)));
        self.table.put(item, true).await
    }

    /// Ends an API token of this creditor; `false` if it has none with this hash.
    pub async fn revoke_token(&self, token_hash: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let update = self.table.client.update_item().table_name(&self.table.name);
        let result = update
            .set_key(Some(key_of(&keys::token(token_hash))))
            .update_expression("SET revoked_at = :now")
            .condition_expression("creditor = :creditor")
            .expression_attribute_values(":creditor", s(self.creditor.as_str()))
            .expression_attribute_values(":now", s(keys::sortable(now)))
            .send()
            .await;
        match result.map_err(refused) {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
