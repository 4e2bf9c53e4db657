//! Accounts to test with. Invented people, companies and numbers.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::facts::{MessageFacts, facts};
use crate::domain::account::{Account, Case};
use crate::domain::creditor::{Locale, Settings};
use crate::domain::fact::DebtorKind;
use crate::domain::ids::{CaseId, CreditorId, DebtorId, Source};
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Tone};
use crate::domain::reminder::{Line, Reminder, ReminderId, ReminderState};
use crate::domain::settlement::{Settlement, SettlementKind, Settler};

pub(super) const LINK: &str = "https://pay.example.com/p/abcdefghijklmnopqrstuvwx";

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Monday.
pub(super) fn today() -> NaiveDate {
    day("2026-11-30")
}

pub(super) fn settings() -> Settings {
    let mut settings = Settings::new(
        CreditorId::parse("herbaciarnia").unwrap(),
        "Herbaciarnia Liść",
        "faktury@lisc.example.com",
        chrono_tz::Europe::Warsaw,
    );
    settings.contact_name = "Anna Maj".to_owned();
    settings.contact_phone = Some("+48500100200".to_owned());
    settings.payment_account = Some("PL61109010140000071219812874".to_owned());
    settings
}

pub(super) fn account() -> Account {
    let now: DateTime<Utc> = "2026-11-01T08:00:00Z".parse().unwrap();
    let mut account = Account::new(CreditorId::parse("herbaciarnia").unwrap(), DebtorId::from_chance([7; 10]), 0, now);
    account.profile.name = "Kawiarnia Pod Lipą".to_owned();
    account.profile.kind = DebtorKind::Business;
    account.profile.contacts.learn(Some("biuro@lipa.example.com"), Some("+48600700800"), |_| None);
    account
}

/// The n-th invoice: 123,45 zł and n × 100 zł, due on `due_on`.
pub(super) fn case(n: u32, due_on: NaiveDate) -> Case {
    Case {
        id: CaseId::new(Source::parse("upominek").unwrap(), &format!("inv-{n}")).unwrap(),
        number: format!("FV/2026/11/{n:04}"),
        revision: 1,
        issued_on: due_on - Days::new(14),
        due_on,
        currency: Currency::PLN,
        total_minor: 12_345 + i64::from(n) * 10_000,
        asserted_minor: 0,
        unechoed_minor: 0,
        credited_minor: 0,
        credited_beyond_minor: 0,
        claimed: Vec::new(),
        beside_minor: 0,
        allocations: Vec::new(),
        changes: Vec::new(),
        settlements: Vec::new(),
        discount: None,
        rules_off: false,
        reopened_on: None,
        extension: None,
        skipped: Vec::new(),
        remindable: true,
        document_url: Some(format!("https://faktury.example.com/d/{n}")),
        payment_account: None,
        ksef_number: None,
        policy_version: 1,
        passed: None,
        segment: None,
        came_from: Vec::new(),
        held_before: Vec::new(),
        arrived_on: None,
        instructions: Vec::new(),
        dispute: None,
        promise: None,
        pending: None,
        taken: Vec::new(),
        hold: None,
        warnings: Vec::new(),
        broke_word_on: None,
        decision: None,
        closed: None,
        recorded: None,
    }
}

pub(super) fn set_off(amount_minor: i64) -> Settlement {
    Settlement {
        id: "set_off-1".to_owned(),
        kind: SettlementKind::SetOff,
        amount_minor,
        on: day("2026-11-20"),
        reason: "both signed".to_owned(),
        reference: None,
        by: Settler::Team,
        told: false,
    }
}

pub(super) fn reminder(step: &str, tone: Tone, channel: Channel, cases: &[Case]) -> Reminder {
    let line = |case: &Case| Line { case: case.id.clone(), step: step.to_owned() };
    Reminder {
        id: ReminderId::new(today(), channel, Currency::PLN),
        state: ReminderState::Claimed,
        step: step.to_owned(),
        tone,
        lines: cases.iter().map(line).collect(),
        created_at: "2026-11-30T04:00:00Z".parse().unwrap(),
        check_at: None,
        attempts: 0,
        awaits_approval: false,
        claim: None,
        message_id: None,
        reason: None,
        settled_at: None,
        received: None,
    }
}

/// The default ladder's steps with the due date that makes them right today.
pub(super) const STEPS: [(&str, Tone, &str); 5] = [
    ("due-3", Tone::Courtesy, "2026-12-03"),
    ("due", Tone::Courtesy, "2026-11-30"),
    ("due+1", Tone::Friendly, "2026-11-27"),
    ("due+7", Tone::Firm, "2026-11-23"),
    ("due+14", Tone::Final, "2026-11-16"),
];

/// Facts of a message with `n` invoices at a step.
pub(super) fn message(step: usize, n: u32, locale: Locale, change: impl Fn(&mut Account, &mut Settings)) -> Option<MessageFacts> {
    let (id, tone, due) = STEPS[step];
    let (mut account, mut settings) = (account(), settings());
    account.profile.locale = Some(locale);
    account.cases = (1..=n).map(|n| case(n, day(due))).collect();
    let reminder = reminder(id, tone, Channel::Email, &account.cases);
    change(&mut account, &mut settings);
    facts(&account, &reminder, &settings, today(), LINK)
}
