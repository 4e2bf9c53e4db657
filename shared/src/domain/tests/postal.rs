//! Where letters go: as the team says, and else as the source does; and what becomes of it when debtors are
//! merged and split again.

use super::sentences::*;
use super::transfer::{give_back, merge, second};
use super::world::{World, day};
use crate::domain::fact::PostalAddress;
use crate::domain::handle::{Command, ContactEdit, Entry, Refused};

fn home(street: &str) -> PostalAddress {
    PostalAddress { street: street.to_owned(), post_code: Some("00-123".to_owned()), city: "Warszawa".to_owned(), country: None }
}

/// The source brings an invoice with an address.
fn from_source(name: &str, street: Option<&str>) -> crate::domain::fact::InvoiceFact {
    let mut fact = invoice(name, 10_000, day("2026-02-02"));
    fact.debtor.postal = street.map(home);
    fact
}

fn team(street: Option<&str>) -> impl FnOnce(&mut World) {
    does(Command::Contacts { edit: ContactEdit::Postal(street.map(home)), reason: "they called".to_owned() })
}

fn goes_to(street: Option<&str>) -> impl FnOnce(&World) {
    let street = street.map(str::to_owned);
    move |world: &World| assert_eq!(world.account.profile.postal.as_ref().map(|postal| postal.street.clone()), street)
}

#[test]
fn what_the_team_says_of_the_address_stands_whatever_the_source_says_later() {
    let world = given([from_source("A", Some("Lipowa 1"))]).when(team(Some("Dębowa 2"))).then(goes_to(Some("Dębowa 2")));
    world.when(arrives(from_source("B", Some("Lipowa 1")))).then(goes_to(Some("Dębowa 2")));
}

#[test]
fn an_address_that_was_taken_away_is_not_brought_back_and_another_one_is() {
    let gone = || given([from_source("A", Some("Lipowa 1"))]).when(team(None)).then(goes_to(None));
    gone().when(arrives(from_source("B", Some("Lipowa 1")))).then(goes_to(None));
    gone().when(arrives(from_source("B", None))).then(goes_to(None));
    let moved = gone().when(arrives(from_source("B", Some("Klonowa 3")))).then(goes_to(Some("Klonowa 3")));
    moved.when(arrives(from_source("C", Some("Lipowa 1")))).then(goes_to(Some("Lipowa 1")));
    gone().when(team(Some("Lipowa 1"))).then(goes_to(Some("Lipowa 1")));
}

#[test]
fn the_time_line_tells_that_and_why_and_never_where() {
    let world = given([from_source("A", None)]).when(team(Some("Dębowa 2"))).when(team(None));
    let told = |wanted: fn(&Entry) -> Option<&String>| world.entries.iter().find_map(wanted).map(String::as_str);
    let given = told(|entry| if let Entry::PostalGiven { reason } = entry { Some(reason) } else { None });
    let gone = told(|entry| if let Entry::PostalTakenAway { reason } = entry { Some(reason) } else { None });
    assert_eq!((given, gone), (Some("they called"), Some("they called")));
    assert!(!serde_json::to_string(&world.entries).unwrap().contains("Dębowa"));
}

#[test]
fn again_the_same_changes_nothing() {
    let given_twice = given([from_source("A", None)]).when(team(Some("Dębowa 2"))).when(team(Some("Dębowa 2")));
    assert!(matches!(given_twice.refused, Some(Refused::NoEffect(_))));
    assert!(matches!(given([from_source("A", None)]).when(team(None)).refused, Some(Refused::NoEffect(_))));
    // What the source says as well is the team's word from then on.
    let same = given([from_source("A", Some("Lipowa 1"))]).when(team(Some("Lipowa 1")));
    same.when(arrives(from_source("B", Some("Klonowa 3")))).then(goes_to(Some("Lipowa 1")));
}

#[test]
fn an_address_that_came_with_a_merged_debtor_leaves_with_it() {
    let theirs = || second(given([from_source("B", Some("Lipowa 1"))]));
    let both = |mut from: World, mut to: World| {
        merge(&mut from, &mut to);
        (from, to)
    };
    let (mut from, mut to) = both(theirs(), given([from_source("A", None)]));
    to = to.then(goes_to(Some("Lipowa 1")));
    give_back(&mut to, &mut from);
    to.then(goes_to(None));
    from.then(goes_to(Some("Lipowa 1")));
    // Its own stays, and so does what the team said meanwhile.
    let (mut from, mut to) = both(theirs(), given([from_source("A", Some("Klonowa 3"))]));
    to = to.then(goes_to(Some("Klonowa 3")));
    give_back(&mut to, &mut from);
    to.then(goes_to(Some("Klonowa 3")));
    let (mut from, to) = both(theirs(), given([from_source("A", None)]));
    let mut to = to.when(team(Some("Dębowa 2")));
    give_back(&mut to, &mut from);
    to.then(goes_to(Some("Dębowa 2")));
    // One that the team took away here does not come back by a merge.
    let (_, to) = both(theirs(), given([from_source("A", Some("Lipowa 1"))]).when(team(None)));
    to.then(goes_to(None));
}

#[test]
fn a_letter_needs_an_address_and_the_next_night_takes_the_one_that_the_team_entered() {
    let can_write = |world: &World| crate::domain::decide::usable(&world.account, crate::domain::policy::Channel::Letter);
    let world = given([from_source("A", None)]).then(|world| assert!(!can_write(world)));
    let world = world.when(team(Some("Dębowa 2"))).then(|world| assert!(can_write(world)));
    world.when(team(None)).then(|world| assert!(!can_write(world)));
}
