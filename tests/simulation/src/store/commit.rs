//! The difference between an account as loaded and as it is to be, as transactions: usually one,
//! beyond what one carries several under successive versions, with new reminders as drafts.

use chrono::{DateTime, Utc};
use upominek::domain::account::{Account, Profile};
use upominek::domain::fact::InvoiceRef;
use upominek::domain::handle::{Entry, Outcome};
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::domain::reminder::{Reminder, ReminderState};
use upominek::ports::store::{Also, Identity};

use super::{Store, keys, last_of_each, time_line};
use crate::journal::Happened;
use crate::table::{Do, Item, Key, Value, When, Write, key};

/// A few of the hundred are kept free.
const ACTIONS_AT_ONCE: usize = 96;

pub(super) fn transactions<'w>(
    store: &Store,
    before: &'w Account,
    outcome: &'w Outcome,
    also: &'w [Also],
    now: DateTime<Utc>,
) -> Vec<Vec<Write<'w>>> {
    let after = &outcome.account;
    let cases = case_writes(store, before, after);
    let mut last = reminder_writes(store, before, after);
    last.extend(credit_writes(store, before, after));
    last.extend(also.iter().flat_map(|also| also_writes(store, outcome, also, now)));
    let rows = outcome.attention.iter().map(|attention| store.attention_row(after.profile.debtor.as_str(), attention, now));
    last.extend(last_of_each(rows.map(|(key, item)| Write::put(key, item)).collect()));
    last.extend(outcome.unblocked.iter().map(|address| Write::delete(keys::suppressed(&store.creditor, address))));
    let mut version = before.profile.version;
    let mut entries = outcome.entries.clone();
    let mut transactions = Vec::new();
    if cases.iter().map(|(_, pair)| pair.len()).sum::<usize>() + last.len() + 2 > ACTIONS_AT_ONCE {
        let mut chunk = draft_writes(store, before, after);
        let (mut stored, mut parts) = (Vec::new(), Vec::new());
        for (id, pair) in cases {
            if chunk.len() + pair.len() + 2 > ACTIONS_AT_ONCE {
                parts.push((std::mem::take(&mut chunk), std::mem::take(&mut stored)));
            }
            chunk.extend(pair);
            stored.push(id);
        }
        parts.push((chunk, stored));
        for (mut chunk, stored) in parts {
            // What was decided of a case is told with it.
            let with_it = |entry: &Entry| matches!(entry, Entry::Decided { case, .. } if stored.contains(case));
            let (told, later): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(with_it);
            entries = later;
            chunk.extend(time_line::write(store, &before.profile.debtor, told, version + 1, now));
            chunk.push(profile_write(store, &before.profile, version, has_open(before)));
            version += 1;
            transactions.push(chunk);
        }
    } else {
        last.extend(cases.into_iter().flat_map(|(_, pair)| pair));
    }
    last.extend(time_line::write(store, &after.profile.debtor, entries, version + 1, now));
    last.push(profile_write(store, &after.profile, version, has_open(after)));
    transactions.push(last);
    transactions
}

/// Tells the observer what was committed.
pub(super) fn tell(store: &Store, before: &Account, outcome: &Outcome, also: &[Also]) {
    let debtor = &outcome.account.profile.debtor;
    let as_of = outcome.account.profile.evaluated_on;
    store.journal.write(Happened::Told { entries: outcome.entries.clone(), as_of });
    for one in also {
        match one {
            Also::EventSeen { event_id, .. } => {
                store.journal.write(Happened::Applied { event_id: event_id.clone(), debtor: debtor.clone() });
            }
            Also::Identities(identities) => {
                for identity in identities {
                    if let Identity::Customer(_, customer) = identity {
                        store.faults.is_customer(debtor, customer);
                    }
                }
            }
            _ => {}
        }
    }
    for reminder in before.reminders.iter().filter(|reminder| reminder.state.counts()) {
        let now = outcome.account.reminders.iter().find(|now| now.id == reminder.id);
        if now.is_some_and(|now| !now.state.counts()) {
            store.journal.write(Happened::Unsaid { debtor: debtor.clone(), reminder: reminder.id.clone() });
        }
    }
    if let Some(number) = store.carries {
        store.journal.write(Happened::Commanded { number, debtor: debtor.clone() });
    }
    store.journal.write(Happened::Committed { debtor: debtor.clone() });
    if let Some(as_of) =
        outcome.account.profile.evaluated_on.filter(|_| before.profile.evaluated_on != outcome.account.profile.evaluated_on)
    {
        store.journal.write(Happened::Evaluated { debtor: debtor.clone(), as_of });
    }
}

fn has_open(account: &Account) -> bool {
    account.cases.iter().any(|case| case.closed.is_none())
}

fn own_key(store: &Store, account: &Account, sk: String) -> Key {
    key(keys::account(&store.creditor, &account.profile.debtor), sk)
}

/// One entry a changed case: a put, and a delete where it moves between open and closed.
fn case_writes<'w>(store: &Store, before: &Account, after: &Account) -> Vec<(CaseId, Vec<Write<'w>>)> {
    let mut writes: Vec<(CaseId, Vec<Write<'w>>)> = Vec::new();
    for case in &after.cases {
        let known = before.case(&case.id);
        if known == Some(case) {
            continue;
        }
        let place = keys::case(case);
        let mut pair = vec![Write::put(own_key(store, after, place.clone()), Item::of(Value::Case(Box::new(case.clone()))))];
        if let Some(moved) = known.map(keys::case).filter(|sk| *sk != place) {
            pair.push(Write::delete(own_key(store, after, moved)));
        }
        writes.push((case.id.clone(), pair));
    }
    for (id, pair) in claim_writes(store, before, after) {
        match writes.iter_mut().find(|(case, _)| *case == id) {
            Some((_, with_case)) => with_case.extend(pair),
            None => writes.push((id, pair)),
        }
    }
    writes
}

fn claim_writes<'w>(store: &Store, before: &Account, after: &Account) -> Vec<(CaseId, Vec<Write<'w>>)> {
    let mut writes = Vec::new();
    for claimed in after.claims.iter().filter(|claimed| before.claim(&claimed.case) != Some(claimed)) {
        let place = keys::claim(claimed);
        let mut pair = vec![Write::put(own_key(store, after, place.clone()), Item::of(Value::Claim(Box::new(claimed.clone()))))];
        if let Some(moved) = before.claim(&claimed.case).map(keys::claim).filter(|sk| *sk != place) {
            pair.push(Write::delete(own_key(store, after, moved)));
        }
        writes.push((claimed.case.clone(), pair));
    }
    let gone = before.claims.iter().filter(|gone| after.claim(&gone.case).is_none());
    writes.extend(gone.map(|gone| (gone.case.clone(), vec![Write::delete(own_key(store, after, keys::claim(gone)))])));
    writes
}

fn reminder_item(reminder: &Reminder, debtor: &DebtorId) -> Item {
    let check_at = reminder.check_at.filter(|_| reminder.state != ReminderState::Draft);
    let agenda = check_at.map(|at| (keys::agenda_release(keys::release_partition(debtor.as_str())), keys::sortable(at)));
    Item { value: Value::Reminder(Box::new(reminder.clone())), agenda }
}

fn reminder_writes<'w>(store: &Store, before: &Account, after: &Account) -> Vec<Write<'w>> {
    let debtor = &after.profile.debtor;
    let mut writes = Vec::new();
    for reminder in after.messages() {
        if before.message(&reminder.id) != Some(reminder) {
            writes.push(Write::put(own_key(store, after, keys::reminder(&reminder.id)), reminder_item(reminder, debtor)));
        }
    }
    for old in before.messages().filter(|old| after.message(&old.id).is_none()) {
        writes.push(Write::put(own_key(store, after, keys::old_reminder(&old.id)), reminder_item(old, debtor)));
        writes.push(Write::delete(own_key(store, after, keys::reminder(&old.id))));
    }
    writes
}

/// The new reminders of an outcome in several transactions, until its last one.
fn draft_writes<'w>(store: &Store, before: &Account, after: &Account) -> Vec<Write<'w>> {
    let is_new =
        |reminder: &&Reminder| reminder.state == ReminderState::Scheduled && !before.reminders.iter().any(|known| known.id == reminder.id);
    let draft = |reminder: &Reminder| {
        let draft = Reminder { state: ReminderState::Draft, ..reminder.clone() };
        Write::put(own_key(store, after, keys::reminder(&draft.id)), reminder_item(&draft, &after.profile.debtor))
    };
    after.reminders.iter().filter(is_new).map(draft).collect()
}

fn credit_writes<'w>(store: &Store, before: &Account, after: &Account) -> Vec<Write<'w>> {
    let place = |id: &str| own_key(store, after, format!("2#CREDIT#{id}"));
    let changed = after.credits.iter().filter(|credit| !before.credits.contains(credit));
    let mut writes: Vec<Write<'w>> = changed.map(|credit| Write::put(place(&credit.id), Item::of(Value::Credit(credit.clone())))).collect();
    let gone = before.credits.iter().filter(|gone| !after.credits.iter().any(|kept| kept.id == gone.id));
    writes.extend(gone.map(|credit| Write::delete(place(&credit.id))));
    writes
}

/// The profile under the next version; the version seen must still be there.
fn profile_write<'w>(store: &Store, profile: &'w Profile, seen: u64, open: bool) -> Write<'w> {
    let wake_on = profile.wake_on.filter(|_| open);
    let place = |day| (keys::agenda_evaluate(&store.creditor, profile.shard), format!("{day}#{}", profile.debtor));
    let item = Item { value: Value::Profile(Box::new(Profile { version: seen + 1, ..profile.clone() })), agenda: wake_on.map(place) };
    let key = key(keys::account(&store.creditor, &profile.debtor), keys::PROFILE);
    if seen == 0 {
        return Write::add(key, item);
    }
    Write { key, when: When::Is(Box::new(move |item| version_of(item) == Some(seen))), what: Do::Put(item) }
}

/// The version in a profile's item.
pub(super) fn version_of(item: &Item) -> Option<u64> {
    if let Value::Profile(profile) = &item.value { Some(profile.version) } else { None }
}

fn also_writes<'w>(store: &Store, outcome: &'w Outcome, also: &'w Also, now: DateTime<Utc>) -> Vec<Write<'w>> {
    let (creditor, debtor) = (&store.creditor, &outcome.account.profile.debtor);
    let to_debtor = || Item::of(Value::Ref(debtor.clone()));
    match also {
        Also::EventSeen { source, event_id } => vec![Write::add(keys::seen_event(creditor, source, event_id), Item::of(Value::Mark))],
        Also::Identities(identities) => {
            identities.iter().map(|identity| Write::add(keys::identity(creditor, identity), to_debtor())).collect()
        }
        Also::NewCase { case, aliases, nobody_waits } => new_case_writes(store, debtor, case, aliases, *nobody_waits),
        Also::Booking { provider, id } => {
            vec![Write::add(keys::booking(creditor, provider, id), Item::of(Value::Booking(Some(debtor.clone()))))]
        }
        Also::CheckoutTold { reference, at, failed } => {
            let told = move |item: Option<Item>| match item {
                Some(Item { value: Value::Checkout(mut expected), agenda }) => {
                    let slot = if *failed { &mut expected.failed_at } else { &mut expected.pending_at };
                    *slot = Some(*at);
                    Item { value: Value::Checkout(expected), agenda }
                }
                other => other.unwrap_or_else(|| Item::of(Value::Mark)),
            };
            vec![Write { key: keys::checkout(creditor, reference), when: When::Present, what: Do::Update(Box::new(told)) }]
        }
        Also::Counted { as_of, shard, most } => counted(store, outcome.new_messages, keys::night_count(creditor, *as_of, *shard), *most),
        Also::CheckoutPaid { reference } => {
            let paid = move |item: Option<Item>| match item {
                Some(Item { value: Value::Checkout(mut expected), agenda }) => {
                    expected.paid_at = Some(now);
                    Item { value: Value::Checkout(expected), agenda }
                }
                other => other.unwrap_or_else(|| Item::of(Value::Mark)),
            };
            vec![Write { key: keys::checkout(creditor, reference), when: When::Present, what: Do::Update(Box::new(paid)) }]
        }
    }
}

/// Counts new messages of a day, unless they would be more than may be.
fn counted<'w>(store: &Store, new: u32, key: crate::table::Key, most: u32) -> Vec<Write<'w>> {
    let made = store.made_now(&key);
    let count = Item::of(Value::Count(made + new));
    let unchanged = move |item: &Item| item.value == Value::Count(made) && made + new <= most;
    match (new, made) {
        (0, _) => Vec::new(),
        (_, 0) if new <= most => vec![Write::add(key, count)],
        _ => vec![Write { key, when: When::Is(Box::new(unchanged)), what: Do::Put(count) }],
    }
}

fn new_case_writes<'w>(store: &Store, debtor: &'w DebtorId, case: &'w CaseId, aliases: &'w [String], nobody_waits: bool) -> Vec<Write<'w>> {
    let creditor = &store.creditor;
    let mut writes = vec![Write::add(keys::invoice(creditor, case), Item::of(Value::Ref(debtor.clone())))];
    for alias in aliases {
        let add = move |item: Option<Item>| {
            let mut refs = match item {
                Some(Item { value: Value::Refs(refs), .. }) => refs,
                _ => std::collections::BTreeSet::new(),
            };
            refs.insert((case.clone(), debtor.clone()));
            Item::of(Value::Refs(refs))
        };
        writes.push(Write { key: keys::alias(creditor, alias), when: When::Always, what: Do::Update(Box::new(add)) });
    }
    if nobody_waits {
        let names = aliases.iter().map(|alias| InvoiceRef::Alias(alias.clone()));
        for name in names.chain([InvoiceRef::Case(case.clone())]) {
            writes.push(Write { key: key(keys::parked(creditor, &name), "MARK"), when: When::Absent, what: Do::Check });
        }
    }
    writes
}
