//! Data of the first version: items without any field that came since are read, and their account goes on
//! where it stood.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use tests::facts::{case, creditor, day, pays, settings};
use tests::table::NAME;
use tests::world::World;
use upominek::adapters::dynamodb::keys;
use upominek::app::intake::Received;
use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::{DebtorKind, Event, Fact, InvoiceRef, RefundFact};
use upominek::domain::hold_history::{Change, Setter};
use upominek::domain::ids::DebtorId;
use upominek::domain::money::Currency;
use upominek::domain::reminder::ReminderState;
use upominek::ports::store::{Accounts, Identity};

use crate::claims::charging;

fn attribute(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(bool) => AttributeValue::Bool(*bool),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(list) => AttributeValue::L(list.iter().map(attribute).collect()),
        Value::Object(fields) => AttributeValue::M(attributes(fields)),
    }
}

fn attributes(fields: &serde_json::Map<String, Value>) -> HashMap<String, AttributeValue> {
    fields.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

async fn put(world: &World, pk: &str, sk: &str, mut item: Value) {
    (item["PK"], item["SK"]) = (json!(pk), json!(sk));
    let item = attributes(item.as_object().unwrap());
    world.client.put_item().table_name(NAME).set_item(Some(item)).send().await.unwrap();
}

fn anna() -> DebtorId {
    DebtorId::from_chance([5; 10])
}

/// An invoice as the first version stored it. Asked for once before it was due, by a mail.
fn invoice_of_old(id: &str, unechoed_minor: i64, decision: Value) -> Value {
    json!({
        "id": format!("upominek:{id}"), "number": format!("FV/{id}"), "revision": 1,
        "issued_on": "2027-01-01", "due_on": "2027-01-15", "currency": "PLN",
        "total_minor": 12_300, "asserted_minor": 0, "unechoed_minor": unechoed_minor, "credited_minor": 0,
        "allocations": if unechoed_minor > 0 {
            json!([{ "payment": "bank:part", "amount_minor": unechoed_minor, "why": "named" }])
        } else {
            json!([])
        },
        "remindable": true, "document_url": null, "payment_account": null, "ksef_number": null, "policy_version": 1,
        "taken": [{ "step": "due-3", "on": "2027-01-12", "channel": "email" }],
        "hold": null, "warnings": ["due_before_issue"], "decision": ["2027-01-12", decision], "closed": null,
    })
}

/// An account with two invoices and a third one in history, as the first version left it.
async fn left_by_the_first_version(world: &World) {
    let (of, debtor) = (creditor(), anna());
    let pk = keys::account(&of, &debtor);
    let profile = json!({
        "creditor": "acme", "debtor": debtor.as_str(), "version": 7, "name": "Firma anna", "tax_id": null, "kind": "business",
        "locale": null, "zone": null,
        "email": { "address": "anna@example.com", "blocked": null }, "phone": { "address": "+48500100200", "blocked": null },
        "hold": null, "shard": 0, "wake_on": "2027-01-18", "evaluated_on": "2027-01-12", "created_at": "2027-01-04T10:00:00Z",
        "lists_pk": keys::list_debtors(&of), "lists_sk": debtor.as_str(),
        "agenda_pk": keys::agenda_evaluate(&of, 0), "agenda_sk": keys::agenda_wake(day("2027-01-18"), &debtor),
    });
    put(world, &pk, keys::PROFILE, profile).await;
    let said = json!({ "decision": "step", "step": "due-3", "reminder": "2027-01-12_email_PLN" });
    let held = json!({ "decision": "skip", "why": "on_hold", "scope": "invoice", "until": "2027-01-14", "next_step": "due", "next_on": "2027-01-15" });
    put(world, &pk, &keys::open_case(&case("1")), invoice_of_old("1", 2_300, said.clone())).await;
    put(world, &pk, &keys::open_case(&case("2")), invoice_of_old("2", 0, held)).await;
    let mut closed = invoice_of_old("3", 12_300, said);
    closed["closed"] = json!("paid");
    put(world, &pk, &keys::closed_case(&case("3")), closed).await;
    let reminder = json!({
        "id": "2027-01-12_email_PLN", "state": "sent", "step": "due-3", "tone": "courtesy",
        "lines": [{ "case": "upominek:1", "step": "due-3" }, { "case": "upominek:2", "step": "due-3" }],
        "created_at": "2027-01-12T03:00:00Z", "check_at": null, "attempts": 1, "claim": null, "message_id": "message-1",
        "reason": null, "settled_at": "2027-01-12T07:00:00Z",
    });
    put(world, &pk, "2#REMINDER#2027-01-12_email_PLN", reminder).await;
    put(world, &pk, &keys::credit("bank:more"), json!({ "id": "bank:more", "currency": "PLN", "left_minor": 300, "allocate": false }))
        .await;
    let who = keys::identity(&of, &Identity::Customer(tests::facts::source(), "anna".to_owned()));
    put(world, &who.pk, &who.sk, json!({ "debtor": debtor.as_str() })).await;
    for id in ["1", "2", "3"] {
        let found = keys::invoice(&of, &case(id));
        put(world, &found.pk, &found.sk, json!({ "debtor": debtor.as_str() })).await;
    }
}

async fn read(world: &World) -> Account {
    world.elsewhere().load(&anna(), Some(&case("3"))).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_account_of_the_first_version_is_read_whole_and_goes_on_where_it_stood() {
    let world = World::with(settings(), "2027-01-18T02:00:00Z").await;
    left_by_the_first_version(&world).await;
    let account = read(&world).await;
    assert_eq!((account.profile.kind, account.profile.version, account.cases.len()), (DebtorKind::Business, 7, 3));
    let open: Vec<i64> = account.open_cases().iter().map(|case| case.open_minor()).collect();
    assert_eq!((open, account.credit_minor(Currency::PLN)), (vec![10_000, 12_300], 300));
    assert_eq!(account.address(upominek::domain::policy::Channel::Email), Some("anna@example.com"));
    // It wakes, hears the step after the one it heard, and is stored as this version stores.
    world.live_through("2027-01-18").await;
    let heard = world.heard();
    assert_eq!(heard.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), ["anna@example.com"]);
    for named in ["FV/1", "FV/2", "100,00"] {
        assert!(heard[0].text.contains(named), "{named}: {}", heard[0].text);
    }
    let account = world.account("anna").await;
    assert_eq!((account.profile.version > 7, account.reminders.len(), account.profile.segment.as_deref()), (true, 2, Some("new")));
    assert!(account.cases.iter().all(|case| case.taken.iter().map(|one| one.step.as_str()).eq(["due-3", "due+1"])), "{:?}", account.cases);
    assert_eq!(account.reminders[1].state, ReminderState::Sent);
}

#[tokio::test]
async fn money_finds_the_invoices_of_the_first_version_and_what_goes_back_opens_them() {
    let world = World::with(charging(), "2027-01-18T02:00:00Z").await;
    left_by_the_first_version(&world).await;
    let by_id = |id: &str| Some(InvoiceRef::Case(case(id)));
    let mut rest = pays("rest", Some("-"), 10_000);
    if let Fact::Payment(payment) = &mut rest.fact {
        payment.invoice = by_id("1");
    }
    assert_eq!(world.take(&rest).await, Received::Accepted);
    let account = world.account("anna").await;
    assert_eq!(account.cases.iter().map(|case| case.number.as_str()).collect::<Vec<_>>(), ["FV/2"]);
    let refund = RefundFact {
        provider: "bank".to_owned(),
        refund_id: "back".to_owned(),
        payment_id: Some("part".to_owned()),
        invoice: by_id("3"),
        currency: Currency::PLN,
        amount_minor: 12_300,
    };
    world.take(&Event { event_id: "back".to_owned(), fact: Fact::Refund(refund) }).await;
    let open: Vec<(String, i64)> = read(&world).await.open_cases().iter().map(|case| (case.number.clone(), case.open_minor())).collect();
    assert_eq!(open, [("FV/2".to_owned(), 12_300), ("FV/3".to_owned(), 12_300)]);
}

/// What the first version stored of a creditor: its policy within the settings, each step by one channel.
#[tokio::test]
async fn settings_of_the_first_version_are_read_with_their_ladder() {
    let world = World::new("2027-01-18T02:00:00Z").await;
    let step = |id: &str, days: i32, channel: &str, tone: &str| json!({ "id": id, "offset_days": days, "channel": channel, "tone": tone });
    let key = keys::settings(&creditor());
    let stored = json!({
        "creditor": "acme", "name": "Acme", "mode": "live", "allow_list": [], "zone": "Europe/Warsaw", "calendar": "PL", "locale": "pl",
        "night_at": "04:00:00", "shards": 1, "email_window": { "from": "08:00:00", "until": "20:00:00" },
        "sms_window": { "from": "09:00:00", "until": "18:00:00" }, "default_term_days": 14, "sender_email": "faktury@acme.example",
        "reply_to": "faktury@acme.example", "sms_sender_id": "Upominek", "sms_parts_cap": 2, "sms_max_price_usd": "0.10",
        "payment_account": null, "contact_name": "Acme", "contact_phone": null, "team_email": "faktury@acme.example", "providers": [],
        "hold": null,
        "policy": { "version": 1, "least_gap_days": 2, "steps": [step("due-3", -3, "email", "courtesy"), step("due+1", 1, "sms", "friendly")] },
    });
    put(&world, &key.pk, &key.sk, stored).await;
    let (read, _) = world.elsewhere().creditor_data().await.unwrap().unwrap();
    let old = world.under(read);
    left_by_the_first_version(&old).await;
    old.live_through("2027-01-18").await;
    assert_eq!(old.heard().iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), ["+48500100200"], "its own ladder says SMS");
    // What is stored by this version is read as it was.
    let mut stands = old.settings.clone();
    for settings in [charging(), old.settings.clone()] {
        let change = Change { by: Setter::Operator, at: tests::facts::at("2027-01-18T02:00:00Z"), reason: None };
        stands = world.store.change_settings(&stands, &settings, &change).await.unwrap();
        let (read, _) = world.elsewhere().creditor_data().await.unwrap().unwrap();
        assert_eq!(read, Settings { revision: stands.revision, ..settings });
    }
}
