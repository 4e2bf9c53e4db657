//! The difference between an account as loaded and as it is to be, as transactions.
//!
//! Usually one. An outcome beyond what a transaction carries goes in several under successive
//! versions: the cases first, then the rest with the profile. Until that last one the account looks
//! unevaluated and its new reminders are drafts, so a stop in between loses nothing and sends
//! nothing: the same command, run again, completes it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::Store;
use super::items::{Item, check, delete, n, put, s, to_item, update};
use super::keys::{self, Key};
use super::parts::{ACTIONS_AT_ONCE, CaseWrites, Parts};
use super::time_line;
use crate::domain::account::{Account, Case, Profile};
use crate::domain::claimed::Claimed;
use crate::domain::handle::{Attention, Outcome};
use crate::domain::ids::CaseId;
use crate::domain::reminder::{Reminder, ReminderState};
use crate::ports::store::{Also, StoreError};
use crate::ports::transfer::Repoint;

/// What DynamoDB takes.
const ACTIONS_IN_ALL: usize = 100;
/// How long an applied event is remembered.
const EVENT_MEMORY_DAYS: i64 = 90;

pub(super) fn transactions(
    store: &Store,
    before: &Account,
    outcome: &Outcome,
    also: &[Also],
    now: DateTime<Utc>,
) -> Result<Vec<Vec<TransactWriteItem>>, StoreError> {
    let cases = case_writes(store, before, &outcome.account)?;
    let mut last = reminder_writes(store, before, &outcome.account)?;
    last.extend(credit_writes(store, before, &outcome.account)?);
    last.extend(call_write(store, &before.profile, &outcome.account.profile)?);
    last.extend(also_writes(store, outcome, also, now)?);
    last.extend(attention_writes(store, outcome, now)?);
    for address in &outcome.unblocked {
        last.push(delete(&store.table, &keys::suppressed(&store.creditor, address))?);
    }
    let actions: usize = cases.iter().map(|(_, writes)| writes.len()).sum();
    let mut parts = Parts::of(store, before, &outcome.entries, now);
    if actions + last.len() + 2 > ACTIONS_AT_ONCE {
        parts.carry(draft_writes(store, before, &outcome.account)?, cases)?;
    } else {
        last.extend(cases.into_iter().flat_map(|(_, writes)| writes));
    }
    let Parts { version, entries, done: mut transactions, .. } = parts;
    last.extend(time_line::writes(store, &outcome.account.profile.debtor, &entries, version + 1, now)?);
    last.push(profile_write(store, &outcome.account.profile, version, has_open(&outcome.account))?);
    transactions.push(last);
    Ok(transactions)
}

/// Two accounts in one transaction, under both versions, with what points to the second one from now on.
pub(super) fn both(
    store: &Store,
    from: (&Account, &Outcome),
    to: (&Account, &Outcome),
    repoint: &[Repoint],
    now: DateTime<Utc>,
) -> Result<Vec<TransactWriteItem>, StoreError> {
    let mut writes = Vec::new();
    for (before, outcome) in [from, to] {
        let parts = transactions(store, before, outcome, &[], now)?;
        if parts.len() != 1 {
            return Err(super::items::corrupt("transfer", "a pass that is larger than one transaction"));
        }
        writes.extend(parts.into_iter().flatten());
    }
    let debtor = Item::from([(":debtor".to_owned(), s(to.1.account.profile.debtor.as_str()))]);
    for one in repoint {
        let key = match one {
            Repoint::Case(case) => keys::invoice(&store.creditor, case),
            Repoint::Booking { provider, id } => keys::booking(&store.creditor, provider, id),
            Repoint::Identity(identity) => keys::identity(&store.creditor, identity),
        };
        writes.push(update(&store.table, &key, "SET debtor = :debtor", None, debtor.clone())?);
    }
    if writes.len() > ACTIONS_IN_ALL {
        return Err(super::items::corrupt("transfer", "a pass that is larger than one transaction"));
    }
    Ok(writes)
}

pub(super) fn has_open(account: &Account) -> bool {
    account.cases.iter().any(|case| case.closed.is_none())
}

fn own_key(store: &Store, account: &Account, sk: String) -> Key {
    Key { pk: keys::account(&store.creditor, &account.profile.debtor), sk }
}

fn claim_sk(claimed: &Claimed) -> String {
    if claimed.settled { keys::settled_claim(&claimed.case) } else { keys::claim(&claimed.case) }
}

fn case_sk(case: &Case) -> String {
    if case.closed.is_some() { keys::closed_case(&case.id) } else { keys::open_case(&case.id) }
}

/// One entry a changed case: a put, and a delete where it moves between open and closed; the same of
/// its side claims, so that a step is never stored without what it claims.
fn case_writes<'a>(store: &Store, before: &'a Account, after: &'a Account) -> Result<Vec<CaseWrites<'a>>, StoreError> {
    let mut writes: Vec<CaseWrites<'a>> = Vec::new();
    for case in &after.cases {
        let known = before.case(&case.id);
        if known == Some(case) {
            continue;
        }
        let key = own_key(store, after, case_sk(case));
        let mut pair = vec![put(&store.table, case_item(store, after, &key, case)?, false)?];
        if let Some(moved) = known.map(case_sk).filter(|sk| *sk != key.sk) {
            pair.push(delete(&store.table, &own_key(store, after, moved))?);
        }
        writes.push((&case.id, pair));
    }
    // It went to another account.
    for gone in before.cases.iter().filter(|gone| after.case(&gone.id).is_none()) {
        writes.push((&gone.id, vec![delete(&store.table, &own_key(store, after, case_sk(gone)))?]));
    }
    for (id, pair) in claim_writes(store, before, after)? {
        match writes.iter_mut().find(|(case, _)| *case == id) {
            Some((_, with_case)) => with_case.extend(pair),
            None => writes.push((id, pair)),
        }
    }
    Ok(writes)
}

/// An invoice; while it is open, with its place among those of which VAT may be corrected one day.
fn case_item(store: &Store, account: &Account, key: &Key, case: &Case) -> Result<Item, StoreError> {
    let mut item = to_item("case", key, case)?;
    if case.closed.is_none() {
        item.insert("lists_pk".into(), s(keys::list_relief(&store.creditor)));
        item.insert("lists_sk".into(), s(keys::relief_place(case.vat_relief_on(), &account.profile.debtor, &case.id)));
    }
    Ok(item)
}

/// Changed side claims: a put, and a delete where they become history, or are alive again.
fn claim_writes<'a>(store: &Store, before: &'a Account, after: &'a Account) -> Result<Vec<CaseWrites<'a>>, StoreError> {
    let mut writes = Vec::new();
    for claimed in after.claims.iter().filter(|claimed| before.claim(&claimed.case) != Some(claimed)) {
        let key = own_key(store, after, claim_sk(claimed));
        let mut pair = vec![put(&store.table, to_item("claim", &key, claimed)?, false)?];
        if let Some(moved) = before.claim(&claimed.case).map(claim_sk).filter(|sk| *sk != key.sk) {
            pair.push(delete(&store.table, &own_key(store, after, moved))?);
        }
        writes.push((&claimed.case, pair));
    }
    for gone in before.claims.iter().filter(|gone| after.claim(&gone.case).is_none()) {
        writes.push((&gone.case, vec![delete(&store.table, &own_key(store, after, claim_sk(gone)))?]));
    }
    Ok(writes)
}

fn reminder_item(store: &Store, account: &Account, reminder: &Reminder) -> Result<Item, StoreError> {
    let key = own_key(store, account, keys::reminder(&reminder.id));
    let mut item = to_item("reminder", &key, reminder)?;
    item.insert("lists_pk".into(), s(keys::list_reminders(&store.creditor, reminder.id.as_of)));
    item.insert("lists_sk".into(), s(format!("{}#{}", account.profile.debtor, reminder.id)));
    if let Some(check_at) = reminder.check_at.filter(|_| reminder.state != ReminderState::Draft) {
        let partition = keys::release_partition(account.profile.debtor.as_str());
        item.insert("agenda_pk".into(), s(keys::agenda_release(partition)));
        item.insert("agenda_sk".into(), s(keys::sortable(check_at)));
    }
    Ok(item)
}

fn reminder_writes(store: &Store, before: &Account, after: &Account) -> Result<Vec<TransactWriteItem>, StoreError> {
    let mut writes = Vec::new();
    for reminder in after.messages().filter(|reminder| before.message(&reminder.id) != Some(*reminder)) {
        writes.push(put(&store.table, reminder_item(store, after, reminder)?, false)?);
    }
    for old in before.messages().filter(|old| after.message(&old.id).is_none()) {
        let mut item = reminder_item(store, after, old)?;
        item.insert("SK".into(), s(keys::old_reminder(&old.id)));
        writes.push(put(&store.table, item, false)?);
        writes.push(delete(&store.table, &own_key(store, after, keys::reminder(&old.id)))?);
    }
    Ok(writes)
}

/// The new reminders of an outcome in several transactions, until its last one.
fn draft_writes(store: &Store, before: &Account, after: &Account) -> Result<Vec<TransactWriteItem>, StoreError> {
    let new = after
        .reminders
        .iter()
        .filter(|reminder| reminder.state == ReminderState::Scheduled && !before.reminders.iter().any(|known| known.id == reminder.id));
    new.map(|reminder| {
        let draft = Reminder { state: ReminderState::Draft, ..reminder.clone() };
        put(&store.table, reminder_item(store, after, &draft)?, false)
    })
    .collect()
}

fn credit_writes(store: &Store, before: &Account, after: &Account) -> Result<Vec<TransactWriteItem>, StoreError> {
    let mut writes = Vec::new();
    for credit in after.credits.iter().filter(|credit| !before.credits.contains(credit)) {
        let key = own_key(store, after, keys::credit(&credit.id));
        writes.push(put(&store.table, to_item("credit", &key, credit)?, false)?);
    }
    for gone in before.credits.iter().filter(|gone| !after.credits.iter().any(|kept| kept.id == gone.id)) {
        writes.push(delete(&store.table, &own_key(store, after, keys::credit(&gone.id)))?);
    }
    Ok(writes)
}

/// The account's place on the call list, where it changes: an item that holds nothing but its keys.
fn call_write(store: &Store, before: &Profile, after: &Profile) -> Result<Option<TransactWriteItem>, StoreError> {
    let place = |profile: &Profile| profile.call.as_ref().map(|call| keys::call_place(call, &profile.debtor));
    let key = Key { pk: keys::account(&store.creditor, &after.debtor), sk: keys::CALL.to_owned() };
    match (place(before), place(after)) {
        (old, new) if old == new => Ok(None),
        (_, None) => delete(&store.table, &key).map(Some),
        (_, Some(place)) => {
            let mut item = super::items::key_of(&key);
            item.insert("lists_pk".into(), s(keys::list_calls(&store.creditor)));
            item.insert("lists_sk".into(), s(place));
            put(&store.table, item, false).map(Some)
        }
    }
}

/// The profile under the next version; the version seen must still be there.
pub(super) fn profile_write(store: &Store, profile: &Profile, seen: u64, open: bool) -> Result<TransactWriteItem, StoreError> {
    let key = Key { pk: keys::account(&store.creditor, &profile.debtor), sk: keys::PROFILE.to_owned() };
    let next = Profile { version: seen + 1, ..profile.clone() };
    let mut item = to_item("profile", &key, &next)?;
    item.insert("lists_pk".into(), s(keys::list_debtors(&store.creditor)));
    item.insert("lists_sk".into(), s(profile.debtor.as_str()));
    if let Some(wake_on) = profile.wake_on.filter(|_| open) {
        item.insert("agenda_pk".into(), s(keys::agenda_evaluate(&store.creditor, profile.shard)));
        item.insert("agenda_sk".into(), s(keys::agenda_wake(wake_on, &profile.debtor)));
    }
    let put = aws_sdk_dynamodb::types::Put::builder().table_name(&store.table.name).set_item(Some(item));
    let put = if seen == 0 {
        put.condition_expression("attribute_not_exists(PK)")
    } else {
        put.condition_expression("version = :seen").expression_attribute_values(":seen", n(seen))
    };
    let put = put.build().map_err(|source| super::items::corrupt("profile", source))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

/// What waits for a person, as an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(super) struct AttentionRow {
    pub about: String,
    pub at: DateTime<Utc>,
    pub attention: Attention,
}

pub(super) fn attention_item(store: &Store, about: &str, attention: &Attention, now: DateTime<Utc>) -> Result<Item, StoreError> {
    let (kind, what) = match attention {
        Attention::Unreachable => ("unreachable", String::new()),
        Attention::Warnings { case, .. } => ("warnings", case.to_string()),
        Attention::Overpaid { by, .. } => ("overpaid", by.clone()),
        Attention::OddPayment { payment, .. } => ("odd_payment", payment.clone()),
        Attention::PromiseNotKept { case, .. } => ("promise_not_kept", case.to_string()),
        Attention::Disputed { case } => ("disputed", case.to_string()),
        Attention::DebtorSaid { word } => ("debtor_said", word.kind().to_owned()),
        Attention::PlanBroken { on, currency, .. } => ("plan_broken", format!("{currency} {on}")),
        Attention::PaymentNotCome { case } => ("payment_not_come", case.to_string()),
        Attention::LegalStop { stop } => ("legal_stop", format!("{stop:?}")),
        Attention::MissingRate { table, day, .. } => ("missing_rate", format!("{table}/{day}")),
        Attention::OddRefund { refund } => ("odd_refund", refund.clone()),
        Attention::Reminder { reminder, .. } => ("reminder", reminder.to_string()),
        Attention::NotApproved { on } => ("not_approved", on.to_string()),
        Attention::FirstRunGuarded => ("first_run_guarded", String::new()),
        Attention::ListNotMailed { on, .. } => ("list_not_mailed", on.to_string()),
    };
    let key = keys::attention(&store.creditor, kind, &format!("{about}/{what}"));
    let row = AttentionRow { about: about.to_owned(), at: now, attention: attention.clone() };
    to_item("attention", &key, &row)
}

fn attention_writes(store: &Store, outcome: &Outcome, now: DateTime<Utc>) -> Result<Vec<TransactWriteItem>, StoreError> {
    let debtor = outcome.account.profile.debtor.as_str();
    // Two of one kind about one thing are one row; a transaction may not name an item twice.
    let mut rows: Vec<Item> = Vec::new();
    for attention in &outcome.attention {
        let item = attention_item(store, debtor, attention, now)?;
        rows.retain(|row| row.get("SK") != item.get("SK"));
        rows.push(item);
    }
    rows.into_iter().map(|item| put(&store.table, item, false)).collect()
}

fn also_writes(store: &Store, outcome: &Outcome, also: &[Also], now: DateTime<Utc>) -> Result<Vec<TransactWriteItem>, StoreError> {
    let debtor = outcome.account.profile.debtor.as_str();
    let mut writes = Vec::new();
    for one in also {
        match one {
            Also::EventSeen { source, event_id } => {
                let mut item = super::items::key_of(&keys::seen_event(&store.creditor, source, event_id));
                let expires_at = now + chrono::Duration::days(EVENT_MEMORY_DAYS);
                item.insert("expires_at".into(), n(expires_at.timestamp()));
                writes.push(put(&store.table, item, true)?);
            }
            Also::Identities(identities) => {
                for identity in identities {
                    let mut item = super::items::key_of(&keys::identity(&store.creditor, identity));
                    item.insert("debtor".into(), s(debtor));
                    writes.push(put(&store.table, item, true)?);
                }
            }
            Also::NewCase { case, aliases, nobody_waits } => {
                writes.extend(new_case_writes(store, debtor, case, aliases, *nobody_waits)?);
            }
            Also::CheckoutTold { reference, at, failed } => {
                let key = keys::checkout(&store.creditor, reference);
                let expression = if *failed { "SET failed_at = :at" } else { "SET pending_at = :at" };
                let values = Item::from([(":at".to_owned(), s(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)))]);
                writes.push(update(&store.table, &key, expression, Some("attribute_exists(PK)"), values)?);
            }
            Also::CheckoutPaid { reference } => {
                let key = keys::checkout(&store.creditor, reference);
                let paid_at = now.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
                let values = Item::from([(":now".to_owned(), s(paid_at))]);
                writes.push(update(
                    &store.table,
                    &key,
                    "SET paid_at = :now REMOVE agenda_pk, agenda_sk",
                    Some("attribute_exists(PK)"),
                    values,
                )?);
            }
            Also::Counted { as_of, shard, most } => writes.extend(counted(store, outcome.new_messages, *as_of, *shard, *most, now)?),
            Also::Booking { provider, id } => {
                let mut item = super::items::key_of(&keys::booking(&store.creditor, provider, id));
                item.insert("debtor".into(), s(debtor));
                item.insert("booked_at".into(), s(keys::sortable(now)));
                writes.push(put(&store.table, item, true)?);
            }
        }
    }
    Ok(writes)
}

/// Counts new messages of a day, unless they would be more than may be.
fn counted(
    store: &Store,
    new: u32,
    as_of: NaiveDate,
    shard: u16,
    most: u32,
    now: DateTime<Utc>,
) -> Result<Option<TransactWriteItem>, StoreError> {
    if new == 0 {
        return Ok(None);
    }
    let expires_at = now + chrono::Duration::days(EVENT_MEMORY_DAYS);
    let values = Item::from([
        (":new".to_owned(), n(new)),
        (":room".to_owned(), n(i64::from(most) - i64::from(new))),
        (":expires".to_owned(), n(expires_at.timestamp())),
    ]);
    let key = keys::night_count(&store.creditor, as_of, shard);
    let condition = Some("(attribute_not_exists(made) AND :room >= :zero) OR made <= :room");
    let values = values.into_iter().chain([(":zero".to_owned(), n(0))]).collect();
    update(&store.table, &key, "SET expires_at = :expires ADD made :new", condition, values).map(Some)
}

fn new_case_writes(
    store: &Store,
    debtor: &str,
    case: &CaseId,
    aliases: &[String],
    nobody_waits: bool,
) -> Result<Vec<TransactWriteItem>, StoreError> {
    use crate::domain::fact::InvoiceRef;
    let mut item = super::items::key_of(&keys::invoice(&store.creditor, case));
    item.insert("debtor".into(), s(debtor));
    let mut writes = vec![put(&store.table, item, true)?];
    let reference = s(format!("{debtor}#{case}"));
    for alias in aliases {
        let values = Item::from([(
            ":refs".to_owned(),
            aws_sdk_dynamodb::types::AttributeValue::Ss(vec![reference.as_s().cloned().unwrap_or_default()]),
        )]);
        writes.push(update(&store.table, &keys::alias(&store.creditor, alias), "ADD refs :refs", None, values)?);
    }
    if nobody_waits {
        let names = aliases.iter().map(|alias| InvoiceRef::Alias(alias.clone()));
        for name in names.chain([InvoiceRef::Case(case.clone())]) {
            let mark = keys::parked_mark(&store.creditor, &name);
            writes.push(check(&store.table, &mark, "attribute_not_exists(PK)", Item::new())?);
        }
    }
    Ok(writes)
}
