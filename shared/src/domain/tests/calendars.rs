//! Other countries' days off, the creditor's own, and whether they shift a term.

use chrono::Days;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::calendar::{Country, OwnDay};

/// Due on Monday, 5 July 2027: a day off in Czechia (and the 6th, too), a working day elsewhere.
const CYRIL_AND_METHODIUS: &str = "2027-07-05";

fn in_country(country: Country) -> impl Fn(&mut World) {
    move |world| world.settings.calendar = country
}

#[test]
fn each_country_is_silent_on_its_own_days_off() {
    for (country, first) in
        [(Country::Pl, "2027-07-05"), (Country::De, "2027-07-05"), (Country::Gb, "2027-07-05"), (Country::Cz, "2027-07-07")]
    {
        given([invoice("A", 10_000, day(CYRIL_AND_METHODIUS))])
            .when(in_country(country))
            .when(days_pass("2027-07-03", "2027-07-07"))
            .then(|world| assert_eq!(world.heard("A")[0].0, day(first), "{country:?}"));
    }
}

#[test]
fn on_a_day_off_of_its_own_a_creditor_is_silent_and_owed_money_is_not_late_later() {
    let own = |world: &mut World| world.settings.days_off = vec![OwnDay::parse("2026-02-02").unwrap(), OwnDay::parse("02-03").unwrap()];
    // Due on Monday the 2nd, closed on the 2nd and 3rd: overdue since the 3rd, told on the 4th.
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(own)
        .when(days_pass("2026-01-31", "2026-02-03"))
        .then(|world| assert_eq!(world.said, vec![]))
        .when(days_pass("2026-02-04", "2026-02-04"))
        .then(heard("A", &[("2026-02-04", "due+1")]));
}

#[test]
fn without_the_shift_a_saturday_term_is_over_on_saturday() {
    // Saturday, 7 February 2026.
    let shifted = given([invoice("A", 10_000, day("2026-02-07"))]).when(days_pass("2026-02-07", "2026-02-11"));
    assert_eq!(shifted.heard("A")[0], (day("2026-02-09"), "due".into()), "payable until Monday");
    let unshifted = given([invoice("A", 10_000, day("2026-02-07"))])
        .when(|world: &mut World| world.settings.shift_due_dates = false)
        .when(days_pass("2026-02-07", "2026-02-11"));
    assert_eq!(unshifted.heard("A")[0], (day("2026-02-09"), "due+1".into()), "overdue since Sunday");
}

#[test]
fn a_creditor_that_never_works_stops_nothing_and_is_looked_at_again() {
    let all = |world: &mut World| {
        world.settings.days_off = (0..100).map(|n| OwnDay::Once(day("2026-02-01") + Days::new(n))).collect();
    };
    given([invoice("A", 10_000, day("2026-02-02"))])
        .when(all)
        .when(days_pass("2026-02-01", "2026-03-01"))
        .then(|world| assert!(world.said.is_empty() && world.account.profile.wake_on.is_some()));
}
