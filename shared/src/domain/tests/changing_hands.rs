//! What goes along when invoices change their debtor, and what does not: nobody who was silent is written
//! to because of a move, a merge or a split.

use super::sentences::*;
use super::transfer::{context, give_back, ids, keep, merge, second};
use super::world::{World, day};
use crate::domain::account::Hold;
use crate::domain::approval::Approval;
use crate::domain::cause::Cause;
use crate::domain::contact::{Address, Details, Role};
use crate::domain::decide::{HoldScope, SkipReason};
use crate::domain::fact::DebtorKind;
use crate::domain::handle::{
    AT_ONCE, Command, ContactEdit, Entry, NewLegalStop, NewPlan, NewPromise, Refused, SaidPaid, Word, merged, moved, returned,
};
use crate::domain::ids::DebtorId;
use crate::domain::legal::{LegalEnd, LegalKind};
use crate::domain::money::Currency;
use crate::domain::pending::PaidBy;
use crate::domain::policy::Channel;
use crate::domain::stops::{Party, Stop};

/// Monday; Wednesday the 4th is the day of the change.
const DUE: &str = "2026-02-02";
const CHANGE: &str = "2026-02-04";
const WHY: &str = "the same company";

/// Another one again.
fn third(mut world: World) -> World {
    world.account.profile.debtor = DebtorId::from_chance([7; 10]);
    world
}

fn noon_of(on: &'static str) -> impl FnOnce(&mut World) {
    move |world| world.at(day(on), "12:00:00")
}

fn noon(world: &mut World) {
    world.at(day(CHANGE), "12:00:00");
}

/// The debtor that goes: owes B.
fn theirs() -> World {
    second(given([invoice("B", 20_000, day(DUE))])).when(noon)
}

/// The debtor that stays: owes A.
fn ours() -> World {
    given([invoice("A", 10_000, day(DUE))]).when(noon)
}

fn plan(cases: &[&str], instalments: &[(&str, i64)]) -> impl FnOnce(&mut World) {
    let instalments = instalments.iter().map(|(on, minor)| (day(on), *minor)).collect();
    does(Command::MakePlan(NewPlan { by: Party::Team, cases: ids(cases), instalments, note: "by phone".to_owned() }))
}

const TWO: [(&str, i64); 2] = [("2026-02-13", 10_000), ("2026-03-13", 10_000)];

fn law(kind: LegalKind, until: Option<&str>) -> impl FnOnce(&mut World) {
    let contacts = if kind == LegalKind::WrongPerson { vec![Channel::Email] } else { Vec::new() };
    let stop = NewLegalStop { kind, since: day(CHANGE), until: until.map(day), reason: "x".to_owned(), contacts };
    does(Command::LegalStop(stop))
}

fn into(mut from: World, mut to: World) -> (World, World) {
    merge(&mut from, &mut to);
    (from, to)
}

fn contact(email: &str) -> impl FnOnce(&mut World) {
    let details = Details { name: None, role: Role::Owner, email: Some(Address::new(email)), phone: None };
    does(Command::Contacts { edit: ContactEdit::Add(details), reason: "x".to_owned() })
}

// Plans.

#[test]
fn a_plan_goes_along_with_a_merge_and_comes_back_with_a_split() {
    let agreed = theirs().when(plan(&["B"], &TWO));
    let plans = agreed.account.profile.plans.clone();
    let (mut from, to) = into(agreed, ours());
    assert_eq!((&from.account.profile.plans[..], &to.account.profile.plans), (&[][..], &plans));
    let mut to = to
        .then(skipped("B", SkipReason::InPlan { pay_on: day("2026-02-13") }))
        .when(days_pass("2026-02-05", "2026-02-11"))
        .then(|world| assert_eq!(world.heard("B").last(), Some(&(day("2026-02-11"), "plan-1/due-3".to_owned()))));
    give_back(&mut to, &mut from);
    assert_eq!((&from.account.profile.plans, &to.account.profile.plans[..]), (&plans, &[][..]));
    from.when(days_pass("2026-02-12", "2026-02-13"))
        .then(|world| assert_eq!(world.said.iter().map(|said| said.demand_minor).collect::<Vec<_>>(), [10_000]));
}

#[test]
fn two_plans_in_one_currency_are_not_merged_and_in_two_they_are() {
    let to = ours().when(plan(&["A"], &[("2026-02-13", 5_000), ("2026-03-13", 5_000)]));
    let from = theirs().when(plan(&["B"], &TWO));
    let refused = merged(&from.account, &to.account, false, WHY, &context(&to)).unwrap_err();
    assert_eq!(refused, Refused::PlanInTheWay { currency: Currency::PLN });
    let from = second(given([in_euro(invoice("E", 20_000, day(DUE)))])).when(noon).when(plan(&["E"], &TWO));
    let (_, to) = into(from, to);
    assert_eq!(to.account.profile.plans.len(), 2);
    assert_eq!(to.account.profile.last_instalment, 2, "the next plan's steps have names of their own");
}

#[test]
fn a_plan_goes_whole_or_not_at_all() {
    let many = |count: usize| -> World {
        let facts: Vec<_> = (0..count).map(|n| invoice(&format!("B{n:02}"), 1_000, day(DUE))).collect();
        let names: Vec<String> = (10..count.min(40)).map(|n| format!("B{n:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let half = i64::try_from(names.len()).unwrap() * 500;
        second(given(facts)).when(noon).when(plan(&names, &[("2026-02-13", half), ("2026-03-13", half)]))
    };
    // Twenty of thirty: they go with the first pass, and the others later.
    let from = many(30);
    let pass = merged(&from.account, &ours().account, false, WHY, &context(&from)).unwrap();
    assert!(!pass.complete && pass.to.account.profile.plans[0].cases.iter().all(|id| pass.cases.contains(id)));
    let (from, to) = into(from, ours());
    assert_eq!((from.account.cases.len(), to.account.cases.len(), to.account.profile.plans.len()), (0, 31, 1));
    // Thirty of forty are more than a pass carries.
    let from = many(40);
    assert!(from.account.profile.plans[0].cases.len() > AT_ONCE);
    let refused = merged(&from.account, &ours().account, false, WHY, &context(&from)).unwrap_err();
    assert_eq!(refused, Refused::PlanInTheWay { currency: Currency::PLN });
}

#[test]
fn a_plan_over_invoices_of_both_is_not_split() {
    let (from, to) = into(theirs(), ours());
    let to = to.when(plan(&["A", "B"], &[("2026-02-13", 15_000), ("2026-03-13", 15_000)]));
    assert_eq!(to.refused, None);
    let refused = returned(&to.account, &from.account, false, WHY, &context(&to)).unwrap_err();
    assert_eq!(refused, Refused::PlanInTheWay { currency: Currency::PLN });
}

#[test]
fn a_moved_invoice_takes_its_part_off_a_plan_and_the_last_one_takes_the_plan_along() {
    let owes = second(given([invoice("B", 20_000, day(DUE)), invoice("C", 5_000, day(DUE))])).when(noon);
    let mut from = owes.when(plan(&[], &[("2026-02-13", 10_000), ("2026-03-13", 15_000)]));
    let mut to = ours();
    let pass = moved(&from.account, &to.account, &ids(&["C"]), WHY, &context(&from)).unwrap();
    assert!(pass.to.account.profile.plans.is_empty());
    keep(pass, &mut from, &mut to);
    let amounts = |world: &World| world.account.profile.plans[0].instalments.iter().map(|one| one.amount_minor).collect::<Vec<_>>();
    assert_eq!(amounts(&from), [10_000, 10_000], "taken off the last ones");
    let pass = moved(&from.account, &to.account, &ids(&["B"]), WHY, &context(&from)).unwrap();
    keep(pass, &mut from, &mut to);
    assert_eq!((from.account.profile.plans.len(), amounts(&to)), (0, vec![10_000, 10_000]));
    to.then(skipped("B", SkipReason::InPlan { pay_on: day("2026-02-13") }));
}

// Stops of a debtor.

#[test]
fn every_stop_of_the_law_silences_the_merged_debtor_and_stands_in_its_time_line() {
    for kind in LegalKind::ALL {
        let (from, to) = into(theirs().when(law(kind, None)), ours());
        assert!(to.entries.iter().any(|entry| matches!(entry, Entry::LegalStop { stop } if stop.kind == kind)), "{kind:?}");
        assert!(from.account.profile.ties.is_alias());
        to.when(days_pass("2026-02-05", "2026-03-31")).then(messages(0));
    }
}

#[test]
fn of_two_stops_of_a_kind_the_longer_one_lasts_and_a_split_gives_back_the_own_one() {
    let to = ours().when(law(LegalKind::Restructuring, Some("2026-02-10")));
    let own = to.account.profile.legal_stops.clone();
    let (mut from, mut to) = into(theirs().when(law(LegalKind::Restructuring, None)), to);
    assert_eq!(to.account.profile.legal_stop(LegalKind::Restructuring).unwrap().until, None);
    give_back(&mut to, &mut from);
    assert_eq!(to.account.profile.legal_stops, own);
    from.when(days_pass("2026-02-05", "2026-03-31")).then(messages(0));
}

#[test]
fn a_stop_that_was_brought_and_prolonged_since_stops_both_after_a_split() {
    let (mut from, mut to) = into(theirs().when(law(LegalKind::Attorney, Some("2026-02-10"))), ours());
    to = to.when(law(LegalKind::Attorney, Some("2026-06-30")));
    give_back(&mut to, &mut from);
    for world in [from, to] {
        let until = world.account.profile.legal_stop(LegalKind::Attorney).map(|stop| stop.until);
        assert_eq!(until, Some(Some(day("2026-06-30"))));
        world.when(days_pass("2026-02-05", "2026-06-30")).then(messages(0));
    }
}

#[test]
fn what_stopped_a_merged_debtor_stops_both_after_a_split() {
    let (mut from, mut to) = into(theirs(), ours());
    to = to.when(law(LegalKind::Insolvency, None)).when(does(Command::Hold(None, hold(CHANGE, None))));
    give_back(&mut to, &mut from);
    for world in [from, to] {
        assert!(world.account.profile.legal_stop(LegalKind::Insolvency).is_some() && world.account.profile.hold.is_some());
        world.when(days_pass("2026-02-05", "2026-03-31")).then(messages(0));
    }
    // What stopped the other one before the merge was never theirs.
    let (mut from, mut to) = into(theirs(), ours().when(law(LegalKind::Death, None)).when(does(Command::Hold(None, hold(CHANGE, None)))));
    give_back(&mut to, &mut from);
    assert_eq!((from.account.profile.legal_stops.len(), &from.account.profile.hold), (0, &None));
    from.when(days_pass("2026-02-05", "2026-02-05")).then(messages(1));
}

#[test]
fn a_debtor_that_is_split_off_is_stopped_as_the_one_it_was_a_part_of() {
    let from = theirs().when(law(LegalKind::Attorney, None)).when(does(Command::Hold(None, hold(CHANGE, None))));
    let mut new = World::new();
    new.account.profile.contacts.add(Details { email: Some(Address::new("nowa@lipa.example")), ..Details::default() });
    let pass = moved(&from.account, &new.account, &ids(&["B"]), WHY, &context(&from)).unwrap();
    let profile = &pass.to.account.profile;
    assert!(profile.legal_stop(LegalKind::Attorney).is_some() && profile.hold.is_some());
    // The wrong person was the other one: this one has an address of its own.
    let from = theirs().when(law(LegalKind::WrongPerson, None));
    let pass = moved(&from.account, &new.account, &ids(&["B"]), WHY, &context(&from)).unwrap();
    assert_eq!(pass.to.account.profile.legal_stops, []);
    assert!(pass.to.account.profile.is_somebody_elses("biuro@lipa.example"));
}

#[test]
fn of_two_holds_the_longer_one_lasts_and_a_split_leaves_the_debtors_own() {
    let short = || theirs().when(does(Command::Hold(Some(id("B")), hold(CHANGE, Some("2026-02-06")))));
    let (_, to) = into(short().when(does(Command::Hold(None, hold(CHANGE, Some("2026-02-20"))))), ours());
    assert_eq!(to.case("B").hold.as_ref().unwrap().until, Some(day("2026-02-20")));
    to.when(days_pass("2026-02-05", "2026-02-20")).then(heard("B", &[]));
    let (mut from, mut to) = into(theirs().when(does(Command::Hold(None, hold(CHANGE, None)))), ours());
    give_back(&mut to, &mut from);
    let from = from.then(|world| assert_eq!(world.case("B").hold, None)).when(does(Command::Release(None, "they called".to_owned())));
    from.when(days_pass("2026-02-05", "2026-02-05")).then(messages(1));
}

fn holds_told(world: &World) -> Vec<(HoldScope, Option<String>, Option<String>)> {
    let told = world.entries.iter().filter_map(|entry| match entry {
        Entry::Held { scope, case, hold } => Some((*scope, case, Some(hold.reason.clone()))),
        Entry::Released { scope, case, reason: _ } => Some((*scope, case, None)),
        _ => None,
    });
    told.map(|(scope, case, reason)| (scope, case.as_ref().map(|case| case.external.clone()), reason)).collect()
}

fn held(case: Option<&str>, reason: &str, until: Option<&str>) -> impl FnOnce(&mut World) {
    let hold = Hold { reason: reason.to_owned(), ..hold(CHANGE, until) };
    does(Command::Hold(case.map(id), hold))
}

#[test]
fn a_hold_that_a_merge_puts_on_an_invoice_and_a_split_takes_off_stands_in_the_time_line() {
    let (mut from, mut to) = into(theirs().when(held(None, "on holiday", None)), ours());
    let on_b = |reason: Option<&str>| (HoldScope::Invoice, Some("B".to_owned()), reason.map(str::to_owned));
    assert_eq!(holds_told(&to), [on_b(Some("on holiday"))]);
    from.entries.clear();
    give_back(&mut to, &mut from);
    assert_eq!((holds_told(&from), &from.case("B").hold), (vec![on_b(None)], &None));
    let why = from.entries.iter().find_map(|entry| match entry {
        Entry::Released { reason, .. } => reason.clone(),
        _ => None,
    });
    assert_eq!(why.as_deref().and_then(Cause::read), Some(Cause::TwoAgain));
}

#[test]
fn an_invoices_own_hold_comes_back_with_a_split_where_its_debtors_lasted_longer() {
    let own = || theirs().when(held(Some("B"), "a wrong price", Some("2026-02-10")));
    let (mut from, mut to) = into(own().when(held(None, "on holiday", None)), ours());
    assert_eq!(to.case("B").hold.as_ref().map(|hold| hold.reason.as_str()), Some("on holiday"));
    from.entries.clear();
    give_back(&mut to, &mut from);
    assert_eq!(from.case("B").hold, Some(Hold { reason: "a wrong price".to_owned(), ..hold(CHANGE, Some("2026-02-10")) }));
    assert_eq!(holds_told(&from), [(HoldScope::Invoice, Some("B".to_owned()), Some("a wrong price".to_owned()))]);
    // The same words and days on both are two holds all the same.
    let (mut from, mut to) = into(own().when(held(None, "a wrong price", Some("2026-02-10"))), ours());
    give_back(&mut to, &mut from);
    assert!(from.case("B").hold.is_some());
    // One whose last day is over meanwhile does not.
    let (mut from, mut to) = into(own().when(held(None, "on holiday", None)), ours());
    (from, to) = (from.when(noon_of("2026-02-12")), to.when(days_pass("2026-02-05", "2026-02-12")));
    give_back(&mut to, &mut from);
    assert_eq!(from.case("B").hold, None);
}

#[test]
fn what_a_person_changed_of_a_hold_since_the_merge_stands_after_the_split() {
    let own = || theirs().when(held(Some("B"), "a wrong price", Some("2026-02-10"))).when(held(None, "on holiday", None));
    let (mut from, to) = into(own(), ours());
    let mut to = to.when(does(Command::Release(Some(id("B")), "they called".to_owned())));
    from.entries.clear();
    give_back(&mut to, &mut from);
    assert_eq!((&from.case("B").hold, holds_told(&from)), (&None, vec![]));
    let (mut from, to) = into(own(), ours());
    let mut to = to.when(held(Some("B"), "they called", Some("2026-02-28")));
    give_back(&mut to, &mut from);
    assert_eq!(from.case("B").hold.as_ref().map(|hold| hold.reason.as_str()), Some("they called"));
}

#[test]
fn an_invoice_that_is_merged_twice_gets_its_holds_back_one_by_one() {
    let first = theirs().when(held(Some("B"), "a wrong price", Some("2026-02-10"))).when(held(None, "on holiday", Some("2026-02-20")));
    let (mut first, mut middle) = into(first, ours());
    middle = middle.when(held(None, "a trade fair", Some("2026-02-27")));
    let mut last = third(given([invoice("C", 10_000, day(DUE))])).when(noon);
    merge(&mut middle, &mut last);
    let why = |world: &World| world.case("B").hold.clone().unwrap().reason;
    assert_eq!(why(&last), "a trade fair");
    give_back(&mut last, &mut middle);
    assert_eq!(why(&middle), "on holiday");
    give_back(&mut middle, &mut first);
    assert_eq!(why(&first), "a wrong price");
}

#[test]
fn a_debtor_that_is_split_off_is_told_of_the_hold_that_it_has_from_then_on() {
    let from = theirs().when(held(None, "on holiday", None));
    let pass = moved(&from.account, &World::new().account, &ids(&["B"]), WHY, &context(&from)).unwrap();
    let held = pass
        .to
        .entries
        .iter()
        .filter(|entry| matches!(entry, Entry::Held { scope: HoldScope::Debtor, case: None, hold } if hold.reason == "on holiday"));
    assert_eq!(held.count(), 1);
    let (mut from, mut to) = into(theirs(), ours());
    to = to.when(held_all("on holiday"));
    from.entries.clear();
    give_back(&mut to, &mut from);
    assert_eq!(holds_told(&from), [(HoldScope::Debtor, None, Some("on holiday".to_owned()))]);
}

fn held_all(reason: &str) -> impl FnOnce(&mut World) {
    held(None, reason, None)
}

#[test]
fn a_stop_of_the_law_that_leaves_with_its_debtor_ends_in_the_time_line_and_a_lifted_one_stays_lifted() {
    let own = ours().when(law(LegalKind::Restructuring, Some("2026-02-20")));
    let (mut from, mut to) = into(theirs().when(law(LegalKind::Restructuring, None)).when(law(LegalKind::Attorney, None)), own);
    to.entries.clear();
    give_back(&mut to, &mut from);
    let told = |world: &World| {
        let told = world.entries.iter().filter_map(|entry| match entry {
            Entry::LegalStopEnded { kind, how, .. } => Some((*kind, Err(how.clone()))),
            Entry::LegalStop { stop } => Some((stop.kind, Ok(stop.until))),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let left = || Err(LegalEnd::OtherDebtors);
    let back = Ok(Some(day("2026-02-20")));
    assert_eq!(told(&to), [(LegalKind::Restructuring, left()), (LegalKind::Attorney, left()), (LegalKind::Restructuring, back)]);
    // Lifted since: its own shorter one does not come back either.
    let own = ours().when(law(LegalKind::Restructuring, Some("2026-02-20")));
    let (mut from, to) = into(theirs().when(law(LegalKind::Restructuring, None)), own);
    let lifted = LegalEnd::Lifted { reason: "the court closed it".to_owned() };
    let mut to = to.when(does(Command::EndLegalStop(LegalKind::Restructuring, lifted)));
    to.entries.clear();
    give_back(&mut to, &mut from);
    assert_eq!((told(&to), &to.account.profile.legal_stops[..]), (vec![], &[][..]));
}

#[test]
fn a_time_barred_claim_against_a_consumer_is_not_demanded_of_a_company_either() {
    let of_kind = |name: &str, due: &str, kind| {
        let mut fact = invoice(name, 10_000, day(due));
        fact.debtor.kind = Some(kind);
        fact
    };
    let later = |world: &mut World| world.at(day("2027-02-02"), "12:00:00");
    let from = second(given([of_kind("B", "2024-11-04", DebtorKind::Consumer)]).when(later));
    let to = given([of_kind("A", "2027-02-01", DebtorKind::Business)]).when(later);
    let (mut from, to) = into(from, to);
    assert_eq!(holds_told(&to), [(HoldScope::Invoice, Some("B".to_owned()), Some("time_barred_consumer".to_owned()))]);
    let mut to = to.when(days_pass("2027-02-03", "2027-04-30")).then(heard("B", &[])).then(|world| assert!(!world.heard("A").is_empty()));
    give_back(&mut to, &mut from);
    assert_eq!(from.case("B").hold, None);
    from.when(days_pass("2027-05-01", "2027-05-31")).then(messages(0));
}

// Stops of an invoice.

#[test]
fn what_stops_an_invoice_goes_with_it_by_a_move_and_by_a_merge() {
    let promise = NewPromise { by: Party::Team, pay_on: day("2026-02-17"), amount_minor: None, reason: Some("they called".to_owned()) };
    let said = SaidPaid { by: Party::Debtor, paid_on: day("2026-02-03"), way: PaidBy::Transfer, reason: None };
    type Is = fn(&Stop) -> bool;
    let stops: Vec<(Command, Is)> = vec![
        (Command::Promise(Some(id("B")), promise), |stop| matches!(stop, Stop::Promised { .. })),
        (Command::Dispute { case: id("B"), by: Party::Debtor, reason: None, note: "broken".to_owned() }, |stop| {
            matches!(stop, Stop::Disputed { .. })
        }),
        (Command::SaidPaid(Some(id("B")), said), |stop| matches!(stop, Stop::PaymentPending { .. })),
        (Command::Hold(Some(id("B")), hold(CHANGE, None)), |stop| matches!(stop, Stop::Held { scope: HoldScope::Invoice, .. })),
    ];
    for (command, is_it) in stops {
        let stopped = || theirs().when(does(command.clone())).then(|world| assert_eq!(world.refused, None));
        let (_, by_merge) = into(stopped(), ours());
        let (mut from, mut by_move) = (stopped(), ours());
        let pass = moved(&from.account, &by_move.account, &ids(&["B"]), WHY, &context(&from)).unwrap();
        keep(pass, &mut from, &mut by_move);
        for to in [by_merge, by_move] {
            let to = to.when(days_pass("2026-02-05", "2026-02-05")).then(heard("B", &[]));
            let why = to.case("B").decision.clone().unwrap().1;
            assert!(
                matches!(&why, crate::domain::decide::Decision::Skip { reason: SkipReason::Stopped(stop), .. } if is_it(stop)),
                "{why:?}"
            );
        }
    }
}

#[test]
fn a_later_due_date_steps_that_were_skipped_and_settlements_go_along() {
    let extended = theirs()
        .when(does(Command::SkipStep { case: id("B"), step: "due+1".to_owned(), reason: "x".to_owned() }))
        .when(does(Command::ExtendDueDate { case: id("B"), due_on: day("2026-03-02"), reason: "x".to_owned() }));
    let before = extended.case("B").clone();
    let (_, to) = into(extended, ours());
    let after = to.case("B");
    assert_eq!((&after.extension, &after.skipped, &after.settlements), (&before.extension, &before.skipped, &before.settlements));
    to.when(days_pass("2026-02-05", "2026-02-26")).then(heard("B", &[]));
}

// Approvals.

#[test]
fn an_approval_is_for_one_debtor_and_that_nothing_is_said_goes_along() {
    let approval = |world: &mut World| world.settings.approval = Approval::Required;
    let word = |word| does(Command::Instruct { case: id("B"), on: day("2026-02-05"), word });
    let carried = |from: World| into(from, ours().when(approval)).1;
    for approving in [Word::Approve { seen: None }, Word::By { channel: Channel::Sms }] {
        let to = carried(theirs().when(approval).when(word(approving)));
        to.then(|world| assert!(world.case("B").instructions.is_empty())).when(a_day("2026-02-05")).then(messages(0));
    }
    let to = carried(theirs().when(word(Word::Skip { note: "they called".to_owned() })));
    to.when(night("2026-02-05")).then(skipped("B", SkipReason::Skipped { note: "they called".to_owned() }));
}

// What the debtor said.

#[test]
fn what_one_of_two_debtors_refused_is_refused_when_they_are_one_and_on_both_sides_again() {
    let refuses = does(Command::RefuseChannel { channel: Channel::Sms, by: Party::Debtor, reason: None });
    let (mut from, mut to) = into(theirs().when(refuses), ours());
    assert!(to.account.profile.refuses(Channel::Sms));
    give_back(&mut to, &mut from);
    assert!(from.account.profile.refuses(Channel::Sms) && to.account.profile.refuses(Channel::Sms));
    let asks = Command::AskInstalments { parts: 3, note: String::new() };
    let (_, to) = into(theirs().when(does(asks)), ours());
    to.when(night("2026-02-05")).then(|world| assert!(world.account.profile.asked_instalments.is_some())).then(messages(0));
}

// Addresses.

#[test]
fn an_address_that_bounced_or_is_somebody_elses_stays_so_on_both_sides() {
    let bounced = |world: &mut World| drop(world.account.profile.contacts.block("biuro@lipa.example", "it bounced"));
    let (_, to) = into(theirs().when(bounced), ours());
    to.when(a_day("2026-02-05")).then(|world| assert_eq!(world.said[0].channel, Channel::Sms));
    let (_, to) = into(theirs(), ours().when(bounced));
    to.when(a_day("2026-02-05")).then(|world| assert_eq!(world.said[0].channel, Channel::Sms));
    // Somebody else's, and no contact of the first debtor any more.
    let mut from = theirs().when(law(LegalKind::WrongPerson, None)).when(contact("szef@lipa.example"));
    assert_eq!(from.account.profile.legal_stops, [], "another contact ended it");
    from.account.profile.contacts.remove(&crate::domain::contact::ContactId::source());
    let (_, to) = into(from, ours());
    assert_eq!(to.account.profile.contacts.blocked_because("biuro@lipa.example").as_deref(), Some("somebody_elses"));
}

#[test]
fn what_bounced_after_a_merge_bounced_for_both() {
    let (mut from, mut to) = into(theirs(), ours());
    to.account.profile.contacts.block("biuro@lipa.example", "it bounced");
    give_back(&mut to, &mut from);
    assert!(from.account.profile.contacts.blocked_because("biuro@lipa.example").is_some());
}

#[test]
fn an_address_that_the_team_took_away_is_not_brought_back_by_the_source_of_the_other_one() {
    let mut from = theirs();
    from.account.profile.contacts.remove(&crate::domain::contact::ContactId::source());
    let mut to = ours();
    to.account.profile.contacts = Default::default();
    let (_, to) = into(from, to.when(contact("szef@lipa.example")));
    let to = to.when(arrives(invoice("N", 100, day("2026-03-02"))));
    assert!(!to.account.profile.contacts.iter().any(|one| one.details.addresses().any(|address| address.is("biuro@lipa.example"))));
}

// The debtor.

#[test]
fn what_the_other_one_does_not_know_of_itself_it_learns_and_its_promises_count_and_leave_again() {
    let mut from = theirs();
    from.account.profile.owner = Some("anna@creditor.example".to_owned());
    from.account.profile.public_body = true;
    from.account.profile.tax_id = Some("5214349636".to_owned());
    (from.account.profile.record.promises_kept, from.account.profile.record.promises_broken) = (2, 1);
    let (mut from, mut to) = into(from, ours());
    let profile = &to.account.profile;
    assert_eq!(
        (profile.owner.as_deref(), profile.public_body, profile.tax_id.as_deref()),
        (Some("anna@creditor.example"), true, Some("5214349636"))
    );
    assert_eq!((profile.record.promises_kept, profile.record.promises_broken), (2, 1));
    give_back(&mut to, &mut from);
    assert_eq!((to.account.profile.record.promises_kept, to.account.profile.record.promises_broken), (0, 0));
    assert_eq!((from.account.profile.record.promises_kept, from.account.profile.record.promises_broken), (2, 1));
}

#[test]
fn ties_of_an_earlier_version_can_be_read() {
    let stored = r#"{"absorbed":[{"debtor":"d-x","contacts":[],"credits":["p:1"]}]}"#;
    let debtor = serde_json::to_value(second(World::new()).account.profile.debtor).unwrap();
    let stored = stored.replace("\"d-x\"", &debtor.to_string());
    let ties: crate::domain::ties::Ties = serde_json::from_str(&stored).unwrap();
    assert_eq!((ties.absorbed[0].own_stops.len(), ties.absorbed[0].promises), (0, (0, 0)));
}

#[test]
fn a_revoked_link_stays_revoked_where_its_debtor_becomes_another() {
    let revokes = does(Command::RevokeLinks { reason: "sent on".to_owned() });
    let (from, to) = into(theirs().when(revokes), ours());
    assert!(to.account.profile.links_from.is_some());
    assert_eq!(to.account.profile.links_from, from.account.profile.links_from);
    assert_eq!(into(theirs(), ours()).1.account.profile.links_from, None);
}
