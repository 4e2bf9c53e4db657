//! What is demanded, and what is only mentioned.

use proptest::prelude::*;

use crate::domain::account::{Account, Closed, Credit, Hold};
use crate::domain::creditor::{Locale, Settings};
use crate::domain::message::facts::{MessageFacts, Voice, facts};
use crate::domain::message::fixture::*;
use crate::domain::message::invoice::{InvoiceFacts, Standing};
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Tone};
use crate::domain::reminder::Line;

fn credit(left_minor: i64) -> Credit {
    Credit { id: "note-1".to_owned(), currency: Currency::PLN, left_minor, allocate: false, on: None }
}

fn numbers(invoices: &[InvoiceFacts]) -> Vec<&str> {
    invoices.iter().map(|invoice| invoice.number.as_str()).collect()
}

fn firm(n: u32, change: impl Fn(&mut Account, &mut Settings)) -> Option<MessageFacts> {
    message(3, n, Locale::Pl, change)
}

#[test]
fn each_step_of_the_ladder_has_its_voice() {
    for (step, voice) in Voice::ALL.into_iter().enumerate() {
        assert_eq!(message(step, 2, Locale::Pl, |_, _| {}).unwrap().voice, voice);
    }
}

#[test]
fn what_was_paid_cancelled_or_held_in_between_is_left_out() {
    let hold = Hold { reason: "checks".into(), from: today(), until: None };
    let said = firm(4, |account, _| {
        account.cases[0].asserted_minor = account.cases[0].total_minor;
        account.cases[1].closed = Some(Closed::Cancelled);
        account.cases[2].hold = Some(hold.clone());
    });
    assert_eq!(numbers(&said.unwrap().demanded), ["FV/2026/11/0004"]);
    assert_eq!(firm(1, |account, _| account.cases[0].unechoed_minor = 22_345), None);
    assert_eq!(firm(1, |account, _| account.profile.hold = Some(hold.clone())), None);
    assert_eq!(firm(1, |_, settings| settings.hold = Some(hold.clone())), None);
    assert_eq!(firm(1, |account, _| account.cases[0].remindable = false), None);
}

#[test]
fn money_without_a_case_is_netted_and_never_turns_the_demand_negative() {
    let said = firm(2, |account, _| account.credits.push(credit(5_000))).unwrap();
    assert_eq!((said.credit_minor, said.demand_minor), (5_000, 22_345 + 32_345 - 5_000));
    assert_eq!(said.transfers[0].amount_minor, said.demand_minor);
    assert_eq!(firm(2, |account, _| account.credits.push(credit(99_999))), None);
}

#[test]
fn an_invoice_before_its_due_day_is_mentioned_and_not_demanded() {
    let said = firm(1, |account, _| account.cases.extend([case(8, day("2026-12-20")), case(9, today())])).unwrap();
    assert_eq!(numbers(&said.demanded), ["FV/2026/11/0001"]);
    assert_eq!(numbers(&said.upcoming), ["FV/2026/11/0009", "FV/2026/11/0008"]);
    assert_eq!(said.demand_minor, 22_345);
}

#[test]
fn other_overdue_invoices_are_counted_only() {
    let said = firm(1, |account, _| account.cases.push(case(2, day("2026-11-02")))).unwrap();
    assert_eq!((said.also_overdue, said.demanded.len(), said.upcoming.len()), (1, 1, 0));
}

#[test]
fn paying_the_oldest_softens_the_message_to_what_is_left() {
    let (mut account, settings) = (account(), settings());
    account.cases = vec![case(1, day("2026-11-16")), case(2, day("2026-11-27"))];
    let mut reminder = reminder("due+14", Tone::Final, Channel::Email, &account.cases[..1]);
    reminder.lines.push(Line { case: account.cases[1].id.clone(), step: "due+1".into() });
    assert_eq!(facts(&account, &reminder, &settings, today(), LINK).unwrap().voice, Voice::Final);
    account.cases[0].asserted_minor = account.cases[0].total_minor;
    let said = facts(&account, &reminder, &settings, today(), LINK).unwrap();
    assert_eq!((said.voice, said.tone, said.step.as_str()), (Voice::Friendly, Tone::Friendly, "due+1"));
}

#[test]
fn a_courtesy_that_comes_too_late_says_nothing() {
    let (mut account, settings) = (account(), settings());
    account.cases = vec![case(1, day("2026-11-27"))];
    for step in ["due-3", "due"] {
        let reminder = reminder(step, Tone::Courtesy, Channel::Email, &account.cases);
        assert_eq!(facts(&account, &reminder, &settings, today(), LINK), None);
    }
}

#[test]
fn a_due_date_on_a_saturday_is_not_overdue_on_monday() {
    let (mut account, settings) = (account(), settings());
    account.cases = vec![case(1, day("2026-11-28"))];
    let reminder = reminder("due", Tone::Courtesy, Channel::Email, &account.cases);
    let said = facts(&account, &reminder, &settings, today(), LINK).unwrap();
    assert_eq!((said.voice, said.demanded[0].days_overdue), (Voice::DueDay, 0));
    let tuesday = day("2026-12-01");
    let late = InvoiceFacts::of(&account.cases[0], 1, &settings, tuesday);
    assert_eq!((late.standing(tuesday), late.days_overdue), (Standing::Overdue, 1));
}

#[test]
fn invoices_with_different_accounts_get_a_transfer_each() {
    let said = firm(3, |account, _| account.cases[1].payment_account = Some("DE89370400440532013000".into())).unwrap();
    assert_eq!(said.payment_account, None);
    let amounts: Vec<_> = said.transfers.iter().map(|transfer| transfer.amount_minor).collect();
    assert_eq!(amounts, [22_345 + 42_345, 32_345]);
    assert_eq!(said.transfers[1].title.as_deref(), Some("FV/2026/11/0002"));
}

proptest! {
    #[test]
    fn the_demand_is_the_open_sum_less_credit_and_holds_no_upcoming_line(
        parts in prop::collection::vec((1i64..1_000_000, 0i64..1_200_000, 0i64..300_000, -40i64..40, any::<bool>()), 1..12),
        left_minor in 0i64..2_000_000,
        tone in prop::sample::select(vec![("due-3", Tone::Courtesy), ("due+1", Tone::Friendly), ("due+7", Tone::Firm), ("due+14", Tone::Final)]),
    ) {
        let (mut account, settings) = (account(), settings());
        let mut lines = Vec::new();
        for (n, (total, paid, credited, days, is_line)) in (1..).zip(parts) {
            let mut case = case(n, today() + chrono::Duration::days(days));
            (case.total_minor, case.asserted_minor, case.credited_minor) = (total, paid, credited);
            if is_line {
                lines.push(case.clone());
            }
            account.cases.push(case);
        }
        account.credits.push(credit(left_minor));
        let reminder = reminder(tone.0, tone.1, Channel::Email, &lines);
        let Some(said) = facts(&account, &reminder, &settings, today(), LINK) else { return Ok(()) };
        let open: i64 = said.demanded.iter().map(|invoice| invoice.open_minor).sum();
        prop_assert!(said.demand_minor > 0 && said.credit_minor >= 0);
        prop_assert_eq!(said.demand_minor, open - said.credit_minor);
        prop_assert_eq!(said.transfers.iter().map(|transfer| transfer.amount_minor).sum::<i64>(), said.demand_minor);
        let past = matches!(said.voice, Voice::Friendly | Voice::Firm | Voice::Final);
        prop_assert!(said.demanded.iter().all(|invoice| (invoice.days_overdue > 0) == past));
        for upcoming in &said.upcoming {
            prop_assert_eq!(upcoming.days_overdue, 0);
            prop_assert!(!numbers(&said.demanded).contains(&upcoming.number.as_str()));
        }
        prop_assert!(said.pay_by > today());
    }
}
