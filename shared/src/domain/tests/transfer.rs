//! Invoices that change their debtor: by a move, a merge, a split. Nothing is lost, doubled or said twice.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::{Account, Case};
use crate::domain::contact::{Address, Details, Role};
use crate::domain::decide::SkipReason;
use crate::domain::handle::{AT_ONCE, Command, ContactEdit, Context, Entry, Pass, Refused, merged, moved, returned, waiting};
use crate::domain::ids::DebtorId;
use crate::domain::reminder::ReminderState;

const TODAY: &str = "2026-02-24";
const WHY: &str = "the same company";

/// Another debtor of the same creditor.
pub(super) fn second(world: World) -> World {
    let mut world = world;
    world.account.profile.debtor = DebtorId::from_chance([9; 10]);
    world
}

pub(super) fn ids(names: &[&str]) -> Vec<crate::domain::ids::CaseId> {
    names.iter().map(|name| id(name)).collect()
}

pub(super) fn context(world: &World) -> Context<'_> {
    Context { settings: &world.settings, now: world.now }
}

/// What a store makes of a pass.
pub(super) fn keep(pass: Pass, from: &mut World, to: &mut World) -> bool {
    let complete = pass.complete;
    from.commit(pass.from);
    to.commit(pass.to);
    complete
}

pub(super) fn merge(from: &mut World, to: &mut World) {
    loop {
        let closed = std::mem::take(&mut from.archive);
        from.account.cases.extend(closed);
        let pass = merged(&from.account, &to.account, false, WHY, &context(to)).unwrap();
        let complete = keep(pass, from, to);
        let (closed, open): (Vec<Case>, Vec<Case>) = to.account.cases.drain(..).partition(|case| case.closed.is_some());
        to.archive.extend(closed);
        to.account.cases = open;
        if complete {
            return;
        }
    }
}

pub(super) fn give_back(from: &mut World, to: &mut World) {
    loop {
        let closed = std::mem::take(&mut from.archive);
        from.account.cases.extend(closed);
        let pass = returned(&from.account, &to.account, false, WHY, &context(to)).unwrap();
        if keep(pass, from, to) {
            return;
        }
    }
}

#[test]
fn a_moved_invoice_takes_everything_along_and_both_time_lines_tell() {
    let mut from = given([invoice("A", 10_000, day("2026-02-02")), invoice("B", 500, day("2026-02-02"))])
        .when(a_day("2026-02-23"))
        .when(pays_for("A", "p", 4_000));
    let mut to = second(given([invoice("C", 700, day("2026-02-02"))]).when(a_day("2026-02-23")));
    let before = from.case("A").clone();
    let pass = moved(&from.account, &to.account, &ids(&["A"]), WHY, &context(&from)).unwrap();
    assert!(keep(pass, &mut from, &mut to));
    assert_eq!(to.account.case(&id("A")), Some(&before));
    assert_eq!((from.account.case(&id("A")), from.account.cases.len()), (None, 1));
    assert_eq!(from.account.profile.ties.forward(Some(&id("A"))), Some(&to.account.profile.debtor));
    for world in [&from, &to] {
        assert!(world.entries.iter().any(|entry| matches!(entry, Entry::CaseMoved { .. })));
        assert!(world.account.profile.wake_on.is_some());
    }
    let back = moved(&to.account, &from.account, &ids(&["A"]), WHY, &context(&to)).unwrap();
    keep(back, &mut to, &mut from);
    assert_eq!(from.account.case(&id("A")), Some(&before), "moving it back undoes it");
    assert_eq!(from.account.profile.ties.forward(Some(&id("A"))), None);
}

#[test]
fn what_waits_has_to_be_cancelled_first_and_other_reminders_go() {
    let from = given([invoice("A", 100, day("2026-02-02")), in_euro(invoice("B", 100, day("2026-02-02")))]).when(night(TODAY));
    let to = second(World::new());
    let asked = moved(&from.account, &to.account, &ids(&["A"]), WHY, &context(&from));
    assert_eq!(asked.unwrap_err(), Refused::Waiting);
    let waits = waiting(&from.account, Some(&ids(&["A"])));
    assert_eq!(waits.len(), 1, "the one about B is left alone");
    let mut from = from;
    from.unsaid(&waits[0], ReminderState::Cancelled, false);
    let pass = moved(&from.account, &to.account, &ids(&["A"]), WHY, &context(&from)).unwrap();
    assert_eq!(pass.to.account.case(&id("A")).unwrap().taken, [], "its step is free: nobody heard it");
}

#[test]
fn what_does_not_fit_is_refused() {
    let from = given([invoice("A", 100, day("2026-02-02"))]);
    let to = second(World::new());
    let asked = |from: &Account, to: &Account, names: &[&str]| moved(from, to, &ids(names), WHY, &context(&World::new())).unwrap_err();
    assert_eq!(asked(&from.account, &from.account, &["A"]), Refused::SameDebtor);
    assert_eq!(asked(&from.account, &to.account, &["A", "Z"]), Refused::NoSuchCase);
    assert_eq!(returned(&from.account, &to.account, false, WHY, &context(&from)).unwrap_err(), Refused::NotMerged);
}

#[test]
fn what_either_heard_counts_for_both_on_the_day_of_the_merge_and_after_it() {
    let mut from = second(given([invoice("B", 200, day("2026-02-02"))]).when(a_day(TODAY)));
    let mut to = given([invoice("A", 100, day("2026-02-02"))]);
    to.at(day(TODAY), "12:00:00");
    merge(&mut from, &mut to);
    let to = to.when(does(Command::Night { as_of: day(TODAY) }));
    assert_eq!(waiting(&to.account, None), [], "one message a day, also on this one");
    to.when(days_pass("2026-02-25", "2026-02-25"))
        .then(messages(0))
        .then(skipped("A", SkipReason::TooSoon { last_on: day(TODAY) }))
        .when(a_day("2026-02-26"))
        .then(messages(1))
        .then(heard("A", &[("2026-02-26", "due+1")]))
        .then(heard("B", &[("2026-02-26", "due+3")]));
}

#[test]
fn without_any_gap_the_same_channel_still_speaks_once_on_the_day_of_the_merge() {
    let mut from = second(given([invoice("B", 200, day("2026-02-02"))]).when(a_day(TODAY)));
    let mut to = given([invoice("A", 100, day("2026-02-02"))]);
    to.settings.policy.least_gap_days = 0;
    to.at(day(TODAY), "12:00:00");
    merge(&mut from, &mut to);
    to.when(a_day(TODAY)).then(messages(0));
}

#[test]
fn a_merge_in_passes_carries_everything_and_a_split_hands_it_back() {
    let many: Vec<_> = (0..AT_ONCE * 2 + 3).map(|n| invoice(&format!("B{n:03}"), 1_000, day("2026-02-02"))).collect();
    let mut from = second(given(many).when(pays_for("B000", "p0", 1_000)).when(pays("p", 500)).when(pays_for("B001", "p1", 1_300)));
    let mut to = given([invoice("A", 100, day("2026-02-02"))]).when(pays_for("A", "pa", 150));
    let (theirs, ours) = (from.account.clone(), to.account.clone());
    let sum = |worlds: [&World; 2]| {
        let cases = worlds.iter().flat_map(|world| world.account.cases.iter().chain(&world.archive));
        let money: i64 = worlds.iter().map(|world| world.credit()).sum();
        (cases.clone().count(), cases.map(Case::open_minor).sum::<i64>(), money)
    };
    let before = sum([&from, &to]);
    merge(&mut from, &mut to);
    assert_eq!(sum([&from, &to]), before);
    assert!(from.account.cases.is_empty() && from.account.credits.is_empty() && from.account.profile.wake_on.is_none());
    assert!(from.account.profile.ties.is_alias());
    assert_eq!(
        merged(&from.account, &to.account, false, WHY, &context(&to)).unwrap_err(),
        Refused::Merged { into: to.account.profile.debtor.clone() }
    );
    give_back(&mut to, &mut from);
    assert_eq!(sum([&from, &to]), before);
    assert_eq!(from.account.profile.ties.merged, None);
    let sorted = |account: &Account| {
        let mut cases: Vec<Case> = account.cases.iter().filter(|case| case.closed.is_none()).cloned().collect();
        cases.sort_by(|a, b| a.id.cmp(&b.id));
        cases
    };
    assert_eq!((sorted(&from.account), &from.account.credits), (sorted(&theirs), &theirs.credits));
    assert_eq!((sorted(&to.account), &to.account.credits), (sorted(&ours), &ours.credits));
    assert_eq!((&from.account.profile.record, &to.account.profile.record), (&theirs.profile.record, &ours.profile.record));
}

#[test]
fn contacts_go_along_once_and_leave_again() {
    let add = |email: &str| {
        let details = Details { name: None, role: Role::Owner, email: Some(Address::new(email)), phone: None };
        does(Command::Contacts { edit: ContactEdit::Add(details), reason: "x".to_owned() })
    };
    let mut from = second(given([invoice("B", 200, day("2026-02-02"))]).when(add("szef@lipa.example")));
    let mut to = given([invoice("A", 100, day("2026-02-02"))]);
    let before = to.account.profile.contacts.clone();
    merge(&mut from, &mut to);
    let all: Vec<_> = to.account.profile.contacts.iter().map(|one| one.id.to_string()).collect();
    assert_eq!(all, ["source", "c1"], "the source's own is the same one");
    give_back(&mut to, &mut from);
    assert!(to.account.profile.contacts.iter().eq(before.iter()));
    assert_eq!(from.account.profile.contacts.count(), 2);
}

#[test]
fn a_hold_and_the_stops_of_the_law_are_not_lost_by_a_merge() {
    use crate::domain::handle::NewLegalStop;
    use crate::domain::legal::LegalKind;
    let held = || second(given([invoice("B", 200, day("2026-02-02"))]).when(does(Command::Hold(None, hold("2026-02-01", None)))));
    let mut to = given([invoice("A", 100, day("2026-02-02"))]);
    merge(&mut held(), &mut to);
    assert!(to.case("B").hold.is_some() && to.account.profile.hold.is_none(), "what was held is held, and nothing else");
    let stop = NewLegalStop { kind: LegalKind::Death, since: day("2026-01-02"), until: None, reason: "x".to_owned(), contacts: Vec::new() };
    let mut from = held().when(does(Command::LegalStop(stop)));
    let mut to = given([invoice("A", 100, day("2026-02-02"))]);
    merge(&mut from, &mut to);
    assert!(to.account.profile.legal_stop(LegalKind::Death).is_some());
}

#[test]
fn a_step_that_was_not_said_after_all_is_free_where_the_invoice_is_now() {
    let mut from = second(given([invoice("B", 200, day("2026-02-02"))]).when(a_day(TODAY)));
    let mut to = given([invoice("A", 100, day("2026-02-02"))]);
    to.at(day(TODAY), "12:00:00");
    merge(&mut from, &mut to);
    let reminder = from.account.reminders[0].id.clone();
    let free = Command::FreeStep { case: id("B"), step: "due+1".to_owned(), reminder };
    let to = to.when(does(free.clone()));
    assert_eq!((to.case("B").taken.len(), to.account.profile.ties.heard.len()), (0, 0));
    assert!(matches!(to.when(does(free)).refused, Some(Refused::NoEffect(_))));
}
