//! The list of tomorrow shows what the message asks for, and what is approved is what is sent: under an
//! instalment plan the instalment, and beside what is overdue the interest that a step claims.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::approval::Approval;
use crate::domain::handle::{Command, NewPlan, Refused, Word};
use crate::domain::instruction::Seen;
use crate::domain::interest::BusinessInterest;
use crate::domain::list::{ListMessage, Standing, message, planned};
use crate::domain::policy::{Channel, Shipped};
use crate::domain::stops::Party;

/// Monday. The first instalment is announced on Tuesday, 10 February.
const DUE: &str = "2026-02-02";
const ANNOUNCED: &str = "2026-02-10";

fn agreed(cases: &[&str], instalments: &[(&str, i64)]) -> impl FnOnce(&mut World) {
    let instalments = instalments.iter().map(|(on, minor)| (day(on), *minor)).collect();
    let cases = cases.iter().map(|name| id(name)).collect();
    does(Command::MakePlan(NewPlan { by: Party::Team, cases, instalments, note: "by phone".to_owned() }))
}

const THREE: [(&str, i64); 3] = [("2026-02-13", 10_000), ("2026-03-13", 10_000), ("2026-04-10", 10_000)];

fn on_the_eve(on: &'static str) -> impl FnOnce(&mut World) {
    move |world| world.at(day(on).pred_opt().unwrap(), "17:00:00")
}

/// Instalments are agreed on 4 February; it is the evening before the first is announced.
fn in_plan() -> World {
    given([invoice("A", 30_000, day(DUE))])
        .when(|world: &mut World| world.settings.approval = Approval::Required)
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(agreed(&["A"], &THREE))
        .when(on_the_eve(ANNOUNCED))
}

fn word(name: &str, on: &str, word: Word) -> impl FnOnce(&mut World) {
    does(Command::Instruct { case: id(name), on: day(on), word })
}

fn approves(name: &str, on: &str) -> impl FnOnce(&mut World) {
    word(name, on, Word::Approve { seen: None })
}

/// The list of a day as a person sees it before its night.
fn list_of(world: &World, on: &str) -> Vec<ListMessage> {
    let mut by_then = world.clone();
    by_then.night(day(on));
    let list = planned(&by_then.account, day(on), &world.settings);
    let after = by_then.account.reminders.iter().filter(|one| one.id.as_of == day(on));
    let after: Vec<_> = after.map(|one| message(&by_then.account, one, &world.settings, true)).collect();
    assert_eq!(list, after, "before its night and after it the same is shown");
    list
}

/// Invoice, step and sum of each line.
fn lines(world: &World, on: &str) -> Vec<(String, String, i64)> {
    let lines = list_of(world, on).into_iter().flat_map(|message| message.lines);
    lines.map(|line| (line.case.external.clone(), line.seen.step, line.seen.net_minor)).collect()
}

fn line(name: &str, step: &str, minor: i64) -> (String, String, i64) {
    (name.to_owned(), step.to_owned(), minor)
}

#[test]
fn a_line_under_a_plan_shows_the_instalment_that_is_reminded() {
    in_plan()
        .then(|world| assert_eq!(lines(world, ANNOUNCED), [line("A", "plan-1/due-3", 10_000)]))
        .then(|world| assert_eq!(list_of(world, ANNOUNCED)[0].sum_minor(), 10_000))
        .when(approves("A", ANNOUNCED))
        .then(|world| assert_eq!(world.case("A").instructions[0].seen.as_ref().unwrap().net_minor, 10_000))
        .then(|world| assert_eq!(list_of(world, ANNOUNCED)[0].lines[0].standing, Standing::Approved))
        .when(a_day(ANNOUNCED))
        .then(|world| assert_eq!(world.said[0].demand_minor, 10_000, "what was approved is what is sent"));
}

#[test]
fn what_is_shown_of_several_invoices_is_what_their_message_comes_to() {
    given([invoice("A", 10_000, day(DUE)), invoice("B", 20_000, day("2026-02-03")), invoice("C", 700, day(DUE))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(agreed(&["A", "B"], &[("2026-02-13", 15_000), ("2026-03-13", 15_000)]))
        .when(on_the_eve(ANNOUNCED))
        .then(|world| {
            let mut shown = lines(world, ANNOUNCED);
            shown.sort();
            assert_eq!(shown, [line("A", "plan-1/due-3", 10_000), line("B", "plan-1/due-3", 5_000), line("C", "due+1", 700)]);
        });
}

#[test]
fn an_instalment_of_which_more_is_missing_than_was_approved_waits_anew() {
    in_plan()
        .when(pays("p", 4_000))
        .when(approves("A", ANNOUNCED))
        .when(night(ANNOUNCED))
        .when(does(refund("r", Some("p"), None, 4_000)))
        .when(sending(ANNOUNCED))
        .then(messages(0))
        .when(approves("A", ANNOUNCED))
        .when(sending(ANNOUNCED))
        .then(|world| assert_eq!(world.said[0].demand_minor, 10_000));
    in_plan()
        .when(approves("A", ANNOUNCED))
        .when(night(ANNOUNCED))
        .when(pays("p", 4_000))
        .when(sending(ANNOUNCED))
        .then(|world| assert_eq!(world.said[0].demand_minor, 6_000, "less goes"));
}

#[test]
fn an_approved_step_of_the_ladder_does_not_stand_for_an_instalment_nor_the_other_way_round() {
    // The plan comes after the word: the ladder's due+3 on the whole was approved.
    given([invoice("A", 30_000, day(DUE))])
        .when(|world: &mut World| world.settings.approval = Approval::Required)
        .when(on_the_eve(ANNOUNCED))
        .when(approves("A", ANNOUNCED))
        .when(agreed(&["A"], &THREE))
        .when(a_day(ANNOUNCED))
        .then(messages(0))
        .then(|world| assert_eq!(lines(world, ANNOUNCED), [line("A", "plan-1/due-3", 10_000)]));
    // The plan ends after the word: all of it would be asked for.
    in_plan()
        .when(approves("A", ANNOUNCED))
        .when(does(Command::WithdrawPlan(None, "they asked".to_owned())))
        .when(a_day(ANNOUNCED))
        .then(messages(0))
        .then(|world| assert_eq!(lines(world, ANNOUNCED)[0].2, 30_000));
}

#[test]
fn a_new_plan_is_a_new_word() {
    in_plan()
        .when(approves("A", ANNOUNCED))
        .when(agreed(&["A"], &[("2026-02-13", 10_000), ("2026-03-13", 20_000)]))
        .when(a_day(ANNOUNCED))
        .then(messages(0));
}

#[test]
fn what_a_plan_makes_untrue_waits_for_nobody() {
    let world = in_plan().when(night(ANNOUNCED)).when(does(Command::WithdrawPlan(None, "they asked".to_owned())));
    let waiting = &world.account.reminders[0];
    assert!(!waiting.awaits_approval, "there is nothing to approve: it is taken off when it is looked at");
    assert_eq!(message(&world.account, waiting, &world.settings, false).lines[0].seen.net_minor, 0);
    world.when(sending(ANNOUNCED)).then(messages(0));
}

#[test]
fn an_instalment_goes_by_another_channel_as_it_was_seen() {
    in_plan()
        .when(word("A", ANNOUNCED, Word::By { channel: Channel::Sms }))
        .when(a_day(ANNOUNCED))
        .then(|world| assert_eq!((world.said[0].channel, world.said[0].demand_minor), (Channel::Sms, 10_000)));
}

#[test]
fn a_shown_sum_that_is_not_the_instalment_is_not_approved() {
    let seen = |net_minor| Word::Approve { seen: Some(Seen { step: "plan-1/due-3".to_owned(), net_minor }) };
    in_plan().when(word("A", ANNOUNCED, seen(9_999))).then(|world| assert_eq!(world.refused, Some(Refused::Changed)));
    in_plan().when(word("A", ANNOUNCED, seen(10_000))).then(|world| assert_eq!(world.refused, None));
}

/// A company that owes 10 000.00 PLN since 15 December 2025; on Friday the 19th a step claims interest.
fn charged() -> World {
    let mut world = World::new();
    world.settings.policy = Shipped::Firm.policy();
    world.settings.side_claims.businesses = BusinessInterest::PlCommercial;
    world.settings.approval = Approval::Required;
    world.at(day("2025-12-18"), "17:00:00");
    let mut fact = invoice("A", 1_000_000, day("2025-12-15"));
    fact.debtor.kind = Some(crate::domain::fact::DebtorKind::Business);
    world.apply(&Command::Invoice(Box::new(fact)));
    world
}

#[test]
fn interest_that_a_step_claims_stands_in_its_line_before_the_night() {
    // 4 days at 15.25 %: 1 000 000 × 0.1525 × 4 / 365.
    let with_interest = 1_000_000 + 1_671;
    charged()
        .when(|world: &mut World| world.account.cases[0].passed = Some("due+1".to_owned()))
        .then(|world| assert_eq!(lines(world, "2025-12-19"), [line("A", "due+4", with_interest)]))
        .when(approves("A", "2025-12-19"))
        .then(|world| assert_eq!(world.case("A").instructions[0].seen.as_ref().unwrap().net_minor, with_interest))
        .then(|world| assert_eq!(world.account.claims, [], "a look ahead claims nothing"))
        .when(a_day("2025-12-19"))
        .then(|world| assert_eq!(world.said[0].demand_minor, with_interest));
}
