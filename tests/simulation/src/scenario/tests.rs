//! The ten traps: each scenario comes out as it is written, and its transcript is the one beside it.

use std::path::Path;

use super::{hold, run};

fn scenario(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name).with_extension("scenario");
    let update = std::env::var_os("UPDATE_TRANSCRIPTS").is_some();
    if let Err(wrong) = hold(&path, update) {
        panic!("\n{wrong}");
    }
}

#[test]
fn trap_1_a_missed_night_loses_no_step() {
    scenario("01-equals-today");
}

#[test]
fn trap_2_an_outage_or_an_import_makes_no_burst() {
    scenario("02-catch-up-burst");
}

#[test]
fn trap_3_a_stop_at_any_write_doubles_and_loses_nothing() {
    scenario("03-counted-before-sent");
}

#[test]
fn trap_4_what_comes_twice_or_in_any_order_counts_once() {
    scenario("04-twice-delivered");
}

#[test]
fn trap_5_a_payment_silences_wherever_it_lands() {
    scenario("05-paid-in-between");
}

#[test]
fn trap_6_what_is_shown_is_what_is_open() {
    scenario("06-part-payments-and-credit");
}

#[test]
fn trap_7_many_invoices_are_one_message() {
    scenario("07-many-invoices-one-debtor");
}

#[test]
fn trap_8_every_day_is_a_day_of_the_calendar() {
    scenario("08-dates");
}

#[test]
fn trap_9_interest_is_charged_once_at_its_rate_and_outlives_the_invoice() {
    scenario("09-fees-and-interest");
}

#[test]
fn trap_10_one_bad_record_stops_only_itself_and_shows() {
    scenario("10-one-poison-record");
}

const SMALL: &str =
    "Small\n\nWHO\ndebtor Anna, consumer, e-mail and phone\n\nCASE one\n2027-03-01 Mon  invoice FV/1 to Anna: 4.00 PLN, due 2027-03-15\n";

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    let text = format!("{SMALL}2027-03-02 Mon  night\n2027-03-03 Wed  night\n                Anna sings\n2027-03-02 Tue  night\n");
    let wrong: Vec<String> = run(&text).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert_eq!(wrong[0], "8: 2027-03-02 is a Tue");
    assert!(wrong[1].starts_with("10: \"Anna sings\" has none of the known forms"));
    assert!(wrong[2].starts_with("11: 2027-03-02 lies before"));
    assert!(run("Only a title").is_err());
}

#[test]
fn a_message_that_nobody_expected_is_told_and_so_is_one_that_did_not_come() {
    let text =
        format!("{SMALL}2027-03-12 Fri  night\n2027-03-13 Sat  Anna hears by e-mail: FV/1 due-3 4.00 PLN\n                open: nothing\n");
    let problems = run(&text).unwrap().problems.join("\n");
    assert!(problems.contains("2027-03-12 Fri: nobody expected: 08:00 Anna hears by e-mail: FV/1 due-3 4.00 PLN"), "{problems}");
    assert!(problems.contains("line 9, 2027-03-13 Sat: did not come"), "{problems}");
    assert!(problems.contains("expected \"open: nothing\", found open: FV/1 4.00 PLN"), "{problems}");
}
