//! Interest, compensation and more time: a creditor who gives an invoice a later day to pay by puts the
//! delay off, and lets nothing go that was owed before.

#![expect(clippy::inconsistent_digit_grouping, reason = "grosze stand apart: 369_86 is 369.86 PLN")]

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::sentences::*;
use super::side_claims::{COMPENSATION, TEN_THOUSAND, beside, claimed, comes, company, interest_only, last_message};
use super::world::{World, day};
use crate::domain::claimed::note;
use crate::domain::creditor::Settings;
use crate::domain::handle::{Attention, Command};
use crate::domain::interest::{BusinessInterest, CompensationError, OwnMidRate, Zloty};
use crate::domain::message::email;

/// On a day, the invoice gets another one to pay by.
fn given_time(on: &str, due_on: &str) -> impl FnOnce(&mut World) {
    let (on, command) = (day(on), Command::ExtendDueDate { case: id("A"), due_on: day(due_on), reason: "agreed".to_owned() });
    move |world| {
        world.at(on, "12:00:00");
        world.apply(&command);
        assert_eq!(world.refused, None);
    }
}

/// What is owed beside the invoice up to a day, claimed or not yet.
fn owed_until(world: &World, until: NaiveDate) -> i64 {
    let case = world.case("A");
    note(&world.account, case, case.open_minor(), &world.settings, until).open.interest_minor
}

#[test]
fn an_extension_in_time_puts_the_first_day_of_interest_off() {
    company(interest_only)
        .when(given_time("2025-12-10", "2025-12-22"))
        .when(days_pass("2025-12-12", "2025-12-29"))
        // From the 23rd: 9 days at 15.25 %.
        .then(beside("A", "2025-12-31", (37_60, 0)))
        .then(|world| assert_eq!(world.account.claims[0].claims.interest.as_ref().unwrap().first_day(), day("2025-12-23")));
}

#[test]
fn an_extension_that_ends_on_a_day_off_is_kept_on_the_next_working_day() {
    // Saturday 20 December: payable on Monday the 22nd.
    company(interest_only).when(given_time("2025-12-10", "2025-12-20")).when(days_pass("2025-12-12", "2025-12-29")).then(beside(
        "A",
        "2025-12-31",
        (37_60, 0),
    ));
}

#[test]
fn what_accrued_before_an_extension_stays_owed_and_nothing_runs_while_it_lasts() {
    company(interest_only)
        .when(claimed())
        .when(given_time("2025-12-22", "2026-01-12"))
        // 16 to 21 December: 6 days at 15.25 %.
        .then(beside("A", "2025-12-22", (25_07, 0)))
        .then(beside("A", "2026-01-12", (25_07, 0)))
        // 13 to 20 January: 8 days at 14.00 %.
        .then(beside("A", "2026-01-20", (55_75, 0)));
}

#[test]
fn each_extension_gives_its_own_days_and_the_days_between_bear_interest() {
    company(interest_only)
        .when(claimed())
        .when(given_time("2025-12-22", "2026-01-12"))
        .when(given_time("2026-01-20", "2026-02-02"))
        // And 13 to 19 January: 7 days at 14.00 %.
        .then(beside("A", "2026-02-02", (51_92, 0)))
        .then(beside("A", "2026-02-09", (78_77, 0)))
        .when(|world| world.apply(&Command::RestoreDueDate { case: id("A"), reason: "a mistake".to_owned() }))
        // As if no time had ever been given: 66.85 and 31 days at 14.00 %.
        .then(beside("A", "2026-01-31", (66_85 + 118_90, 0)));
}

#[test]
fn an_extension_that_is_shortened_ends_on_its_new_day() {
    company(interest_only)
        .when(claimed())
        .when(given_time("2025-12-22", "2026-01-12"))
        .when(given_time("2025-12-29", "2026-01-05"))
        // 16 to 21 December, and 6 to 12 January: 25.07 and 7 days at 14.00 %.
        .then(beside("A", "2026-01-12", (51_92, 0)));
}

#[test]
fn days_that_were_given_are_free_also_after_some_interest_was_paid() {
    company(interest_only)
        .when(claimed())
        .when(comes("p", Some("A"), 4_000_00, "2025-12-19"))
        .when(does(Command::CollectClaim {
            case: id("A"),
            claim: crate::domain::interest::ClaimKind::Interest,
            payment: "manual:m".to_owned(),
            amount_minor: 16_71,
            on: day("2025-12-19"),
        }))
        .when(given_time("2025-12-22", "2026-01-12"))
        // 20 and 21 December on 6 000.00: 5.0137, and 0.0023 that rounding left.
        .then(beside("A", "2026-01-12", (5_02, 0)))
        // 13 to 20 January: 18.411.
        .then(beside("A", "2026-01-20", (23_43, 0)));
}

#[test]
fn compensation_falls_due_with_the_first_delay_and_an_extension_in_time_puts_that_off() {
    let late = company(|_| {}).when(claimed()).when(given_time("2025-12-22", "2026-01-12"));
    late.when(days_pass("2025-12-23", "2026-01-20")).then(|world| {
        assert_eq!(world.account.claims[0].claims.compensation.as_ref().unwrap().open_minor(), COMPENSATION);
        assert_eq!(world.attention, []);
    });
    // In time: the month before January counts.
    let in_time = company(|_| {}).when(given_time("2025-12-15", "2026-01-12")).when(days_pass("2026-01-02", "2026-01-19"));
    let missing = Attention::MissingRate { case: id("A"), table: "NBP table A, EUR".to_owned(), day: day("2025-12-31") };
    assert!(!in_time.attention.is_empty() && in_time.attention.iter().all(|one| *one == missing), "{:?}", in_time.attention);
    let case = in_time.case("A");
    let told = note(&in_time.account, case, case.open_minor(), &in_time.settings, day("2026-01-19"));
    assert_eq!(told.compensation_stopped, Some(CompensationError::MissingMidRate { day: day("2025-12-31") }));
    let rated = company(|settings| settings.mid_rates.push(OwnMidRate { on: day("2025-12-31"), rate: Zloty(42_000) }));
    rated
        .when(given_time("2025-12-15", "2026-01-12"))
        .when(days_pass("2026-01-02", "2026-01-19"))
        .then(|world| assert_eq!(world.account.claims[0].claims.compensation.as_ref().unwrap().open_minor(), 294_00));
}

#[test]
fn a_message_shows_from_when_nothing_ran() {
    let world = company(interest_only).when(claimed()).when(given_time("2025-12-22", "2026-01-12"));
    let world = world.when(days_pass("2026-01-13", "2026-01-30"));
    let said = last_message(&world, &world.said.last().unwrap().on.to_string());
    let interest = said.demanded[0].beside.interest.as_ref().unwrap();
    assert_eq!(interest.rates, [(day("2025-12-16"), 1525), (day("2025-12-22"), 0), (day("2026-01-13"), 1400)]);
    let text = email::email(&said).unwrap().text;
    assert!(text.contains("15,25%, od 22.12.2025 0%, od 13.01.2026 14%"), "{text}");
}

#[test]
fn an_extension_that_an_earlier_version_stored_can_be_read() {
    let stored = serde_json::json!({ "due_on": "2026-01-12", "on": "2025-12-22", "reason": "x" });
    let read: crate::domain::course::Extension = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!((read.before.len(), serde_json::to_value(&read).unwrap()), (0, stored));
}

/// 36.5 % a year, so that a day on 10 000.00 is 10.00.
fn ten_a_day(settings: &mut Settings) {
    interest_only(settings);
    settings.side_claims.businesses = BusinessInterest::Contractual;
    settings.side_claims.contract_table = Some("flat".to_owned());
    let rates = serde_json::json!([{ "valid_from": "2025-01-01", "percent": "36.5", "source": "contract 7" }]);
    let tables = serde_json::json!([{ "id": "flat", "rates": rates, "cap": { "none": { "source": "§ 288 BGB" } } }]);
    settings.rate_tables = serde_json::from_value(tables).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    /// A day bears interest exactly if, at its end, the day to pay by, shifted, lay before it.
    #[test]
    fn whatever_time_is_given_when_each_day_after_the_agreed_one_bears_interest(
        given in prop::collection::vec((0u64..25, 0u64..40), 0..5), step_on in 0u64..60,
    ) {
        let mut world = company(ten_a_day);
        prop_assert_eq!(world.settings.claim_problems(), vec![]);
        let (mut on, mut given_on) = (day("2025-12-05"), Vec::new());
        for (after, length) in given {
            on = on + Days::new(after);
            given_on.push((on, length));
        }
        let (first, last) = (day("2025-12-05"), on + Days::new(step_on));
        let mut late = 0;
        for today in first.iter_days().take_while(|today| *today <= last) {
            for (_, length) in given_on.iter().filter(|(on, _)| *on == today) {
                world.at(today, "12:00:00");
                world.apply(&Command::ExtendDueDate { case: id("A"), due_on: today + Days::new(*length), reason: "x".to_owned() });
            }
            late += i64::from(today > world.settings.payable_until(world.case("A").agreed_due_on()));
            prop_assert_eq!(owed_until(&world, today), late * 10_00, "until {}: {:?}", today, world.case("A").extension);
        }
        prop_assert!(owed_until(&world, last) <= TEN_THOUSAND * 2);
    }
}
