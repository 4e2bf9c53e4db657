//! Instalment plans: each instalment is asked for on its own, what comes fills the first ones, and a
//! missed one gives the invoices back to their ladder.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::creditor::Locale;
use crate::domain::decide::SkipReason;
use crate::domain::fact::{CreditNoteFact, DebtorKind, InvoiceFact};
use crate::domain::handle::{Attention, Command, Entry, NewPlan, NewPromise, PlanProblem, Refused};
use crate::domain::message::facts::facts;
use crate::domain::message::page_facts::page_facts;
use crate::domain::message::{email, sms};
use crate::domain::money::Currency;
use crate::domain::plan::{self, PlanEnd};
use crate::domain::policy::{Channel, Shipped};
use crate::domain::stops::Party;

/// Monday; no day off within three weeks.
const DUE: &str = "2026-02-02";

fn plan(cases: &[&str], instalments: &[(&str, i64)]) -> Command {
    let instalments = instalments.iter().map(|(on, amount)| (day(on), *amount)).collect();
    let cases = cases.iter().map(|name| id(name)).collect();
    Command::MakePlan(NewPlan { by: Party::Team, cases, instalments, note: "agreed by phone".to_owned() })
}

/// Overdue since Tuesday, reminded on that day; on Wednesday, 4 February, instalments are agreed.
fn reminded() -> World {
    given([invoice("A", 30_000, day(DUE))])
        .when(days_pass("2026-02-03", "2026-02-03"))
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
}

/// A Friday each.
const THREE: [(&str, i64); 3] = [("2026-02-13", 10_000), ("2026-03-13", 10_000), ("2026-04-10", 10_000)];

fn in_plan() -> World {
    reminded().when(does(plan(&["A"], &THREE)))
}

fn ends(world: &World) -> Vec<PlanEnd> {
    let ended = world.entries.iter().filter_map(|entry| match entry {
        Entry::PlanEnded { how, .. } => Some(how.clone()),
        _ => None,
    });
    ended.collect()
}

fn amounts(world: &World) -> Vec<i64> {
    world.account.profile.plans[0].instalments.iter().map(|instalment| instalment.amount_minor).collect()
}

fn asked(world: &World, from: usize) -> Vec<i64> {
    world.said.iter().skip(from).map(|said| said.demand_minor).collect()
}

#[test]
fn each_instalment_is_announced_and_asked_for_on_its_day_and_then_the_plan_is_kept() {
    in_plan()
        .when(days_pass("2026-02-05", "2026-02-13"))
        .when(pays("p1", 10_000))
        .when(days_pass("2026-02-14", "2026-03-13"))
        .when(pays("p2", 10_000))
        .when(days_pass("2026-03-14", "2026-04-10"))
        .when(pays("p3", 10_000))
        .when(days_pass("2026-04-11", "2026-06-30"))
        .then(heard(
            "A",
            &[
                ("2026-02-03", "due+1"),
                ("2026-02-10", "plan-1/due-3"),
                ("2026-02-13", "plan-1/due"),
                ("2026-03-10", "plan-2/due-3"),
                ("2026-03-13", "plan-2/due"),
                ("2026-04-07", "plan-3/due-3"),
                ("2026-04-10", "plan-3/due"),
            ],
        ))
        .then(|world| assert_eq!(asked(world, 1), [10_000; 6]))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Kept]))
        .then(|world| assert_eq!(world.attention, []));
}

#[test]
fn a_missed_instalment_breaks_the_plan_after_its_grace_and_the_ladder_goes_on_where_it_stood() {
    // Three working days after Friday the 13th end on Wednesday the 18th.
    in_plan()
        .when(days_pass("2026-02-05", "2026-02-18"))
        .then(|world| assert_eq!(ends(world), []))
        .then(skipped("A", SkipReason::InPlan { pay_on: day("2026-02-13") }))
        .then(|world| assert_eq!(world.account.profile.wake_on, Some(day("2026-02-19"))))
        .when(days_pass("2026-02-19", "2026-03-31"))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Broken { on: day("2026-02-13"), missing_minor: 10_000 }]))
        .then(|world| {
            let broken = Attention::PlanBroken { on: day("2026-02-13"), missing_minor: 10_000, currency: Currency::PLN };
            assert!(world.attention.contains(&broken), "{:?}", world.attention);
        })
        .then(|world| {
            let steps: Vec<String> = world.heard("A").into_iter().map(|(_, step)| step).collect();
            assert_eq!(steps, ["due+1", "plan-1/due-3", "plan-1/due", "due+3", "due+7", "due+10", "due+14"]);
            assert_eq!(world.heard("A")[3].0, day("2026-02-19"));
            assert_eq!(world.said[3].demand_minor, 30_000, "all of it is owed again");
        });
}

#[test]
fn what_is_paid_early_counts_for_the_next_and_a_refund_opens_one_again() {
    in_plan()
        .when(pays("p1", 15_000))
        .when(days_pass("2026-02-05", "2026-03-13"))
        .then(|world| assert_eq!(asked(world, 1), [5_000, 5_000], "nothing for the first, the rest of the second"))
        .when(does(refund("r", Some("p1"), None, 4_000)))
        .when(days_pass("2026-03-14", "2026-03-18"))
        .then(|world| assert_eq!(ends(world), []))
        .when(days_pass("2026-03-19", "2026-03-19"))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Broken { on: day("2026-03-13"), missing_minor: 9_000 }]));
}

#[test]
fn a_larger_payment_shortens_the_plan() {
    in_plan()
        .when(pays("p1", 20_000))
        .when(days_pass("2026-02-05", "2026-04-06"))
        .then(messages(1))
        .when(days_pass("2026-04-07", "2026-04-10"))
        .then(|world| assert_eq!(asked(world, 1), [10_000, 10_000]))
        .when(pays("p2", 10_000))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Kept]));
}

#[test]
fn a_credit_note_takes_the_last_instalments_off_and_money_without_a_case_fills_the_first() {
    in_plan()
        .when(does(credit_note("K", Some("A"), 13_000)))
        .then(|world| assert_eq!(amounts(world), [10_000, 7_000]))
        .when(days_pass("2026-02-05", "2026-02-10"))
        .then(|world| assert_eq!(asked(world, 1), [10_000]))
        .when(does(credit_note("elsewhere", None, 2_000)))
        .then(|world| assert_eq!(amounts(world), [10_000, 7_000]))
        .when(days_pass("2026-02-11", "2026-02-13"))
        .then(|world| assert_eq!(asked(world, 2), [8_000]));
}

#[test]
fn an_invoice_that_grows_grows_the_last_instalment() {
    in_plan()
        .when(pays("p1", 10_000))
        .when(arrives(at_revision(2, InvoiceFact { total_minor: 35_000, ..invoice("A", 0, day(DUE)) })))
        .then(|world| assert_eq!(amounts(world), [10_000, 10_000, 15_000]))
        .when(days_pass("2026-02-05", "2026-03-13"))
        .then(|world| assert_eq!(asked(world, 1), [10_000, 10_000]));
}

#[test]
fn a_plan_over_several_invoices_is_one_message_and_its_money_goes_to_the_oldest() {
    let plan = plan(&[], &[("2026-02-13", 15_000), ("2026-03-13", 15_000)]);
    given([invoice("A", 10_000, day(DUE)), invoice("B", 20_000, day("2026-02-03"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(plan))
        .when(days_pass("2026-02-05", "2026-02-13"))
        .then(|world| assert_eq!(asked(world, 0), [15_000, 15_000]))
        .when(pays("p1", 15_000))
        .then(open("B", 15_000))
        .then(|world| assert!(world.case("A").closed.is_some()))
        .when(days_pass("2026-02-14", "2026-03-13"))
        .then(|world| assert_eq!(asked(world, 2), [15_000, 15_000]))
        .when(pays("p2", 15_000))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Kept]));
}

#[test]
fn money_for_another_of_its_invoices_counts_as_well() {
    given([invoice("A", 10_000, day(DUE)), invoice("B", 20_000, day("2026-02-03"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(plan(&[], &[("2026-02-13", 15_000), ("2026-03-13", 15_000)])))
        .when(pays_for("B", "p1", 15_000))
        .when(days_pass("2026-02-05", "2026-03-09"))
        .then(messages(0))
        .then(|world| assert_eq!(ends(world), []));
}

#[test]
fn an_invoice_outside_the_plan_keeps_its_ladder_and_its_money() {
    // What the debtor pays by the page goes to what it showed: the instalment and the other invoice.
    let world = given([invoice("A", 30_000, day(DUE)), invoice("B", 700, day("2026-02-12"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(plan(&["A"], &THREE)))
        .when(days_pass("2026-02-05", "2026-02-13"))
        .then(heard("A", &[("2026-02-11", "plan-1/due-3"), ("2026-02-13", "plan-1/due")]))
        .then(|world| assert_eq!(world.heard("B").last().unwrap(), &(day("2026-02-13"), "due+1".to_owned())))
        .then(|world| assert_eq!(world.said.iter().filter(|said| said.on == day("2026-02-13")).count(), 1, "one message"));
    let page = page_facts(&world.account, &world.settings, day("2026-02-13"), None);
    assert_eq!((page.ledgers[0].payable_minor(), page.ledgers[0].plan_remains_minor), (10_700, 20_000));
    world.when(pays("p", 10_700)).then(open("A", 20_000)).then(|world| assert!(world.case("B").closed.is_some()));
}

#[test]
fn what_a_plan_leaves_for_later_is_not_due_by_the_printed_day_even_if_the_money_would_cover_all_of_it() {
    given([invoice("A", 30_000, day(DUE)), invoice("B", 50_000, day("2026-03-02"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(plan(&["A"], &[("2026-03-13", 10_000), ("2026-04-10", 20_000)])))
        .when(pays("p", 40_000))
        // B's day comes before that of the first instalment.
        .then(open("A", 30_000))
        .then(open("B", 10_000));
}

#[test]
fn message_sms_and_page_name_the_instalment_and_never_the_whole_debt() {
    let place = [(Locale::Pl, "1 z 3"), (Locale::En, "1 of 3"), (Locale::De, "1 von 3"), (Locale::Uk, "1 з 3"), (Locale::Cs, "1 z 3")];
    for (locale, of) in place {
        for on in ["2026-02-10", "2026-02-13"] {
            let mut world = in_plan().when(days_pass("2026-02-05", "2026-02-09"));
            world.account.profile.locale = Some(locale);
            world.night(day(on));
            let waiting = world.waiting(day(on));
            let waiting = world.account.reminders.iter().find(|reminder| reminder.id == waiting[0]).unwrap();
            let facts = facts(&world.account, waiting, &world.settings, day(on), "https://pay.example/p/x").unwrap();
            let (mail, sms) = (email::email(&facts).unwrap(), sms::sms(&facts, 2).unwrap());
            let page = page_facts(&world.account, &world.settings, day(on), Some(locale));
            assert_eq!((facts.demand_minor, page.ledgers[0].payable_minor(), page.ledgers[0].plan_remains_minor), (10_000, 10_000, 20_000));
            assert_eq!(facts.pay_by, day("2026-02-13"));
            for text in [&mail.subject, &mail.text, &mail.html, &sms.text] {
                assert!(text.contains(of), "{text}");
                assert!(!text.contains("300"), "{text}");
            }
            assert!(mail.text.contains("200"), "what remains: {}", mail.text);
        }
    }
}

#[test]
fn a_message_of_the_ladder_that_waits_does_not_go_after_a_plan_nor_one_of_the_plan_after_its_end() {
    reminded().when(night("2026-02-05")).when(does(plan(&["A"], &THREE))).when(sending("2026-02-05")).then(messages(1));
    in_plan()
        .when(night("2026-02-10"))
        .when(does(Command::WithdrawPlan(None, "they asked".to_owned())))
        .when(sending("2026-02-10"))
        .then(messages(1))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Withdrawn { reason: "they asked".to_owned() }]))
        .when(days_pass("2026-02-11", "2026-02-11"))
        .then(|world| assert_eq!(world.heard("A").last().unwrap().1, "due+3"));
}

#[test]
fn a_new_plan_takes_the_place_of_the_old_one_and_says_its_steps_under_new_numbers() {
    in_plan()
        .when(days_pass("2026-02-05", "2026-02-10"))
        .when(does(plan(&["A"], &[("2026-02-20", 15_000), ("2026-03-20", 15_000)])))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Replaced]))
        .when(days_pass("2026-02-11", "2026-02-20"))
        .then(heard(
            "A",
            &[("2026-02-03", "due+1"), ("2026-02-10", "plan-1/due-3"), ("2026-02-17", "plan-4/due-3"), ("2026-02-20", "plan-4/due")],
        ))
        .when(does(plan(&["A"], &[("2026-02-20", 15_000), ("2026-03-20", 15_000)])))
        .then(|world| assert!(matches!(world.refused, Some(Refused::NoEffect(_))), "the same again"));
}

#[test]
fn another_policy_neither_loses_nor_doubles_a_plans_steps_and_the_ladder_stands_where_it_did() {
    for change_on in ["2026-02-09", "2026-02-10", "2026-02-11", "2026-02-13", "2026-02-16"] {
        let mut world = in_plan();
        days(&mut world, day("2026-02-05"), day(change_on));
        world.at(day(change_on), "12:00:00");
        world.settings = world.settings.with_policy(Shipped::Firm.policy());
        world.apply(&Command::Replan);
        days(&mut world, day(change_on) + chrono::Days::new(1), day("2026-02-27"));
        let steps: Vec<String> = world.heard("A").into_iter().map(|(_, step)| step).filter(|step| plan::is_plan_step(step)).collect();
        let mut once = steps.clone();
        once.dedup();
        assert_eq!(steps, once, "{change_on}");
        let last = if change_on < "2026-02-13" { "plan-1/due-2" } else { "plan-1/due" };
        assert_eq!(steps.last().unwrap(), last, "{change_on}: the firm one has another word before the day");
        let first = world.heard("A").into_iter().find(|(on, step)| *on >= day("2026-02-19") && !plan::is_plan_step(step)).unwrap();
        let mut without = reminded();
        without.settings = without.settings.with_policy(Shipped::Firm.policy());
        without.apply(&Command::Replan);
        days(&mut without, day("2026-02-05"), day("2026-02-27"));
        assert_eq!(first.1, without.heard("A")[1].1, "{change_on}: what a plan said passes over no step of the ladder");
    }
}

#[test]
fn while_its_invoice_may_not_be_spoken_of_a_plan_is_not_broken() {
    in_plan()
        .when(does(Command::Hold(None, hold("2026-02-04", Some("2026-03-02")))))
        .when(days_pass("2026-02-05", "2026-03-02"))
        .then(messages(1))
        .then(|world| assert_eq!(ends(world), []))
        .when(days_pass("2026-03-03", "2026-03-03"))
        .then(|world| assert_eq!(ends(world).len(), 1));
}

#[test]
fn a_disputed_invoice_of_a_plan_is_left_out_and_the_others_are_asked_for() {
    given([invoice("A", 10_000, day(DUE)), invoice("B", 20_000, day("2026-02-03"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(plan(&[], &[("2026-02-13", 15_000), ("2026-03-13", 15_000)])))
        .when(does(Command::Dispute { case: id("A"), by: Party::Team, reason: None, note: "broken".to_owned() }))
        .when(days_pass("2026-02-05", "2026-02-10"))
        .then(|world| assert_eq!(asked(world, 0), [5_000]));
}

#[test]
fn a_cancelled_invoice_takes_its_part_off_and_a_plan_of_nothing_is_moot() {
    given([invoice("A", 10_000, day(DUE)), invoice("B", 20_000, day("2026-02-03"))])
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(plan(&[], &[("2026-02-13", 15_000), ("2026-03-13", 15_000)])))
        .when(does(Command::Cancelled { case: id("A"), revision: 2 }))
        .then(|world| assert_eq!(amounts(world), [15_000, 5_000]))
        .when(does(Command::Cancelled { case: id("B"), revision: 2 }))
        .then(|world| assert_eq!(ends(world), [PlanEnd::Moot]));
}

#[test]
fn a_plan_takes_the_place_of_a_promise() {
    let promise = NewPromise { by: Party::Team, pay_on: day("2026-02-16"), amount_minor: None, reason: Some("they called".to_owned()) };
    reminded()
        .when(does(Command::Promise(Some(id("A")), promise)))
        .when(does(plan(&["A"], &THREE)))
        .then(|world| assert_eq!(world.case("A").promise, None))
        .then(skipped("A", SkipReason::InPlan { pay_on: day("2026-02-13") }))
        .when(days_pass("2026-02-05", "2026-02-10"))
        .then(messages(2));
}

#[test]
fn who_has_no_e_mail_hears_of_an_instalment_by_sms() {
    let mut world = in_plan();
    world.account.profile.contacts.block("biuro@lipa.example", "it bounced");
    days(&mut world, day("2026-02-05"), day("2026-02-10"));
    assert_eq!(world.said.last().unwrap().channel, Channel::Sms);
}

fn problems(cases: &[&str], instalments: &[(&str, i64)]) -> Vec<PlanProblem> {
    let world = given([
        invoice("A", 30_000, day(DUE)),
        in_euro(invoice("E", 30_000, day(DUE))),
        InvoiceFact { remindable: false, ..invoice("T", 30_000, day(DUE)) },
    ]);
    let mut world = world.when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"));
    world.apply(&plan(cases, instalments));
    match world.refused {
        Some(Refused::Plan(problems)) => problems,
        None => Vec::new(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn instalments_that_make_no_sense_are_refused_all_at_once() {
    let sum = |sum_minor| PlanProblem::Sum { open_minor: 30_000, sum_minor, currency: Currency::PLN };
    let (today, last) = (day("2026-02-04"), day("2027-02-04"));
    assert_eq!(problems(&["A"], &THREE), []);
    assert_eq!(problems(&["A"], &[("2026-02-13", 30_000)]), [PlanProblem::Count]);
    assert_eq!(problems(&["A"], &[("2026-02-04", 10_000), ("2027-02-04", 20_000)]), []);
    assert_eq!(problems(&["A"], &[("2026-02-13", 10_000), ("2026-03-13", 19_999)]), [sum(29_999)]);
    assert_eq!(problems(&["A"], &[("2026-02-13", 10_000), ("2026-03-13", 20_001)]), [sum(30_001)]);
    let wrong = [("2026-02-03", 0), ("2026-02-03", -5), ("2027-02-05", 30_000)];
    let day = |place, first| PlanProblem::Day { place, first, last };
    let amount = |place| PlanProblem::Amount { place };
    assert_eq!(problems(&["A"], &wrong), [day(0, today), amount(0), day(1, today), amount(1), day(2, today), sum(29_995)]);
    let many: Vec<(String, i64)> = (0..61u64).map(|n| ((today + chrono::Days::new(n)).to_string(), 1)).collect();
    let many: Vec<(&str, i64)> = many.iter().map(|(on, minor)| (on.as_str(), *minor)).collect();
    assert_eq!(problems(&["A"], &many), [PlanProblem::Count, sum(61)]);
    assert_eq!(problems(&["A"], &[("2026-02-13", i64::MAX), ("2026-03-13", i64::MAX)]), [sum(i64::MAX)]);
    assert_eq!(problems(&["Z"], &THREE), [PlanProblem::Case(id("Z"))]);
    assert_eq!(problems(&["T"], &THREE), [PlanProblem::Case(id("T"))], "a test order is not asked for");
    assert_eq!(problems(&[], &THREE)[0], PlanProblem::Cases, "in two currencies");
    assert_eq!(problems(&["A", "E"], &THREE)[0], PlanProblem::Cases);
}

#[test]
fn money_without_a_case_is_taken_off_before_instalments_are_agreed() {
    let world = || reminded().when(does(credit_note("K", None, 1_000)));
    assert!(matches!(world().when(does(plan(&["A"], &THREE))).refused, Some(Refused::Plan(problems)) if problems.len() == 1));
    let fits = [("2026-02-13", 10_000), ("2026-03-13", 19_000)];
    assert_eq!(world().when(does(plan(&["A"], &fits))).refused, None);
}

#[test]
fn a_plan_in_euros_and_one_in_zloty_stand_beside_each_other() {
    let world = given([invoice("A", 30_000, day(DUE)), in_euro(invoice("E", 200, day(DUE)))]);
    world
        .when(|world: &mut World| world.at(day("2026-02-04"), "12:00:00"))
        .when(does(plan(&["A"], &THREE)))
        .when(does(plan(&["E"], &[("2026-02-13", 100), ("2026-03-13", 100)])))
        .when(days_pass("2026-02-05", "2026-02-13"))
        .then(|world| assert_eq!(world.account.profile.plans.len(), 2))
        .then(heard("E", &[("2026-02-10", "plan-4/due-3"), ("2026-02-13", "plan-4/due")]))
        .when(does(Command::WithdrawPlan(Some(Currency::EUR), "x".to_owned())))
        .then(|world| assert_eq!(world.account.profile.plans.len(), 1));
}

#[test]
fn a_time_barred_claim_is_not_demanded_by_instalments_either() {
    let mut fact = invoice("A", 30_000, day(DUE));
    fact.debtor.kind = Some(DebtorKind::Consumer);
    given([fact])
        .when(|world: &mut World| world.at(day("2028-12-20"), "12:00:00"))
        .when(does(plan(&["A"], &[("2028-12-28", 10_000), ("2029-02-01", 20_000)])))
        .when(pays("p", 10_000))
        .when(days_pass("2029-01-01", "2029-02-28"))
        .then(messages(0));
}

#[test]
fn an_account_of_an_earlier_version_has_no_plan() {
    let world = reminded();
    let mut stored = serde_json::to_value(&world.account.profile).unwrap();
    for new in ["plans", "last_instalment", "legal_stops", "somebody_elses"] {
        assert!(stored.as_object_mut().unwrap().remove(new).is_some(), "{new}");
    }
    assert_eq!(serde_json::from_value::<crate::domain::account::Profile>(stored).unwrap(), world.account.profile);
    let entry = Entry::PlanEnded { currency: Currency::PLN, made_on: day(DUE), how: PlanEnd::Broken { on: day(DUE), missing_minor: 5 } };
    let text = serde_json::to_string(&entry).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry, "{text}");
}

#[derive(Debug, Clone)]
enum Happens {
    Pays(i64),
    PaysFor(u8, i64),
    GoesBack(i64),
    Note(u8, i64),
    Held,
    Released,
}

fn happens() -> impl Strategy<Value = Happens> {
    let amount = 1i64..4_000;
    prop_oneof![
        amount.clone().prop_map(Happens::Pays),
        (0u8..2, amount.clone()).prop_map(|(which, minor)| Happens::PaysFor(which, minor)),
        amount.clone().prop_map(Happens::GoesBack),
        (0u8..2, amount).prop_map(|(which, minor)| Happens::Note(which, minor)),
        Just(Happens::Held),
        Just(Happens::Released),
    ]
}

fn befall(world: &mut World, what: &Happens, number: usize) {
    let name = |which: &u8| if *which == 0 { "A" } else { "B" };
    match what {
        Happens::Pays(minor) => world.apply(&payment(&format!("p{number}"), None, *minor)),
        Happens::PaysFor(which, minor) => world.apply(&payment(&format!("p{number}"), Some(name(which)), *minor)),
        Happens::GoesBack(minor) => world.apply(&refund(&format!("r{number}"), Some(&format!("p{}", number - 1)), None, *minor)),
        Happens::Note(which, minor) => {
            let Command::CreditNote(fact, case) = credit_note(&format!("K{number}"), Some(name(which)), *minor) else { unreachable!() };
            world.apply(&Command::CreditNote(CreditNoteFact { ..fact }, case));
        }
        Happens::Held => world.apply(&Command::Hold(None, hold("2026-02-04", None))),
        Happens::Released => world.apply(&Command::Release(None, "they called".to_owned())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    /// Whatever happens to a plan over two invoices, day by day: it asks for what is missing of the due
    /// instalments, at most once a step, never for more than is open; once it is over the ladder goes on
    /// exactly where it stood.
    #[test]
    fn a_plan_asks_for_what_is_missing_and_never_for_more_than_is_open(
        parts in prop::collection::vec(500i64..3_000, 2..5),
        story in prop::collection::vec((0u64..70, happens()), 0..7),
        gap in 6u64..20,
    ) {
        let total: i64 = parts.iter().sum();
        let start = day("2026-02-05");
        let mut world = given([invoice("A", total / 3, day(DUE)), invoice("B", total - total / 3, day("2026-02-03"))]);
        world.at(day("2026-02-04"), "12:00:00");
        let days_of: Vec<String> = (0..parts.len() as u64).map(|n| (start + chrono::Days::new(8 + n * gap)).to_string()).collect();
        let instalments: Vec<(&str, i64)> = days_of.iter().map(String::as_str).zip(parts.iter().copied()).collect();
        world.apply(&plan(&[], &instalments));
        prop_assert_eq!(&world.refused, &None);
        for today in start.iter_days().take(150) {
            for (number, (_, what)) in story.iter().enumerate().filter(|(_, (on, _))| start + chrono::Days::new(*on) == today) {
                world.at(today, "01:00:00");
                befall(&mut world, what, number + 1);
            }
            let before = world.said.len();
            days(&mut world, today, today);
            for plan in &world.account.profile.plans {
                let open = plan::open_minor(&world.account, plan);
                prop_assert!(plan.sum_minor() >= open, "{} < {open}", plan.sum_minor());
                let missing: Vec<i64> = (0..plan.instalments.len()).map(|place| plan.missing_minor(place, open)).collect();
                prop_assert!(missing.windows(2).all(|two| two[0] <= two[1]));
                prop_assert_eq!(missing.last().copied().unwrap_or(0), open);
            }
            for said in &world.said[before..] {
                let whole: i64 = world.account.open_cases().iter().map(|case| case.open_minor()).sum();
                prop_assert!(said.demand_minor > 0 && said.demand_minor <= whole, "{said:?}, {whole} open");
                if said.lines.iter().all(|(_, step)| plan::is_plan_step(step)) {
                    let plan = world.account.profile.plans.first().cloned().unwrap();
                    let open = plan::open_minor(&world.account, &plan);
                    let place = plan.next_place(open).unwrap();
                    prop_assert_eq!(said.demand_minor, plan.missing_minor(place, open));
                }
            }
        }
        for name in ["A", "B"] {
            let heard = world.heard(name);
            let mut once: Vec<&String> = heard.iter().map(|(_, step)| step).collect();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), heard.len(), "{:?}", heard);
            let ladder: Vec<&str> = heard.iter().map(|(_, step)| step.as_str()).filter(|step| !plan::is_plan_step(step)).collect();
            let whole = ["due+1", "due+3", "due+7", "due+10", "due+14"];
            prop_assert!(whole.starts_with(&ladder), "{:?}", heard);
            let is_open = world.find(&id(name)).is_some_and(|case| case.closed.is_none());
            let held = world.account.profile.hold.is_some();
            let in_plan = !world.account.profile.plans.is_empty();
            let covered = world.credit() > 0;
            prop_assert!(!is_open || held || in_plan || covered || ladder.len() == 5, "{}: {:?}", name, heard);
        }
    }
}
