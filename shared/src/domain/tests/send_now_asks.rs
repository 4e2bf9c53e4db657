//! Send now where it meets instalments and approval.

use super::sentences::*;
use super::world::{World, day};
use crate::domain::approval::Approval;
use crate::domain::decide::{HoldScope, SkipReason};
use crate::domain::handle::{Command, NewPlan, Refused, Word};
use crate::domain::legal::LegalKind;
use crate::domain::plan::is_plan_step;
use crate::domain::policy::Channel;
use crate::domain::stops::{Party, Stop};

/// Monday; both invoices are overdue when instalments are agreed on Wednesday the 4th.
const DUE: &str = "2026-02-02";

fn at(today: &str, time: &'static str) -> impl FnOnce(&mut World) {
    let today = day(today);
    move |world| world.at(today, time)
}

fn sends(name: Option<&str>) -> impl FnOnce(&mut World) {
    does(Command::SendNow { case: name.map(id), reason: "they asked for it".to_owned() })
}

fn refused(why: Refused) -> impl FnOnce(&World) {
    move |world| assert_eq!(world.refused, Some(why))
}

/// Two invoices, 150.00 on Friday the 13th and 150.00 a month later.
fn in_plan() -> World {
    let instalments = vec![(day("2026-02-13"), 15_000), (day("2026-03-13"), 15_000)];
    given([invoice("A", 10_000, day(DUE)), invoice("B", 20_000, day("2026-02-03"))])
        .when(at("2026-02-04", "12:00:00"))
        .when(does(Command::MakePlan(NewPlan { by: Party::Team, cases: Vec::new(), instalments, note: "by phone".to_owned() })))
}

fn no_instalment(pay_on: &str, announced_on: Option<&str>, waits_until: Option<&str>) -> Refused {
    Refused::NoInstalment { pay_on: day(pay_on), announced_on: announced_on.map(day), waits_until: waits_until.map(day) }
}

#[test]
fn the_instalment_is_reminded_once_it_is_announced_with_every_invoice_of_its_plan() {
    // Announced on Tuesday; asked for once more on Wednesday, although the gap has not come.
    in_plan()
        .when(days_pass("2026-02-05", "2026-02-10"))
        .when(at("2026-02-11", "12:00:00"))
        .when(sends(Some("B")))
        .then(|world| assert_eq!(world.refused, None))
        .when(sending("2026-02-11"))
        .then(|world| assert_eq!(world.said.iter().map(|said| said.demand_minor).collect::<Vec<_>>(), [15_000, 15_000]))
        .when(days_pass("2026-02-12", "2026-02-16"))
        .then(heard("A", &[("2026-02-10", "plan-1/due-3"), ("2026-02-11", "plan-1/due")]))
        .then(heard("B", &[("2026-02-10", "plan-1/due-3"), ("2026-02-11", "plan-1/due")]));
}

#[test]
fn before_it_is_announced_in_its_grace_and_when_all_is_said_it_is_refused_with_the_day() {
    let (first, next) = ("2026-02-13", "2026-03-13");
    in_plan().when(sends(Some("A"))).then(refused(no_instalment(first, Some("2026-02-10"), None)));
    in_plan()
        .when(days_pass("2026-02-05", "2026-02-13"))
        .when(at("2026-02-16", "12:00:00"))
        .when(sends(Some("A")))
        .then(refused(no_instalment(first, None, Some("2026-02-18"))));
    in_plan()
        .when(days_pass("2026-02-05", "2026-02-10"))
        .when(at("2026-02-11", "12:00:00"))
        .when(sends(Some("A")))
        .when(sending("2026-02-11"))
        .when(at("2026-02-12", "12:00:00"))
        .when(sends(Some("A")))
        .then(refused(no_instalment(first, None, None)));
    in_plan().when(pays("p", 15_000)).when(at("2026-02-11", "12:00:00")).when(sends(None)).then(refused(no_instalment(
        next,
        Some("2026-03-10"),
        None,
    )));
}

#[test]
fn on_its_own_day_it_is_asked_for_and_the_day_after_it_is_waited_for() {
    in_plan()
        .when(at("2026-02-13", "12:00:00"))
        .when(sends(Some("A")))
        .when(sending("2026-02-13"))
        .then(heard("A", &[("2026-02-13", "plan-1/due")]))
        .then(|world| assert_eq!(world.said[0].demand_minor, 15_000));
}

#[test]
fn a_debtor_hears_of_what_is_past_and_of_an_instalment_that_may_be_reminded_in_one_message() {
    let with_another = || in_plan().when(arrives(invoice("C", 700, day(DUE))));
    with_another()
        .when(at("2026-02-10", "12:00:00"))
        .when(sends(None))
        .when(sending("2026-02-10"))
        .then(messages(1))
        .then(|world| assert_eq!(world.said[0].lines.len(), 3));
    // While nothing may be said of the instalment, the other goes alone.
    with_another().when(at("2026-02-05", "12:00:00")).when(sends(None)).when(sending("2026-02-05")).then(|world| {
        assert_eq!(world.said[0].lines, [("C".to_owned(), "due+1".to_owned())]);
    });
}

#[test]
fn no_stop_is_passed_for_an_instalment_either() {
    let announced = || in_plan().when(at("2026-02-11", "12:00:00"));
    let held = announced().when(does(Command::Hold(None, hold("2026-02-01", None)))).when(sends(Some("A")));
    let by_hold = SkipReason::Stopped(Stop::Held { scope: HoldScope::Debtor, until: None });
    assert_eq!(held.refused, Some(Refused::NotSayable { reason: by_hold }));
    let stop = crate::domain::handle::NewLegalStop {
        kind: LegalKind::Insolvency,
        since: day("2026-02-10"),
        until: None,
        reason: "announced".to_owned(),
        contacts: Vec::new(),
    };
    let stopped = announced().when(does(Command::LegalStop(stop))).when(sends(Some("A")));
    assert!(matches!(stopped.refused, Some(Refused::NotSayable { reason: SkipReason::Stopped(Stop::LegalStop { .. }) })));
    announced().when(at("2026-02-11", "21:00:00")).when(sends(Some("A"))).then(|world| {
        assert!(matches!(world.refused, Some(Refused::NotNow { .. })), "quiet hours: {:?}", world.refused);
    });
    announced().when(at("2026-02-14", "12:00:00")).when(sends(Some("A"))).then(|world| {
        assert!(world.refused.is_some(), "a Saturday, and its day is over");
    });
}

#[test]
fn what_is_sent_before_its_day_is_not_said_again_on_it_and_the_next_word_keeps_its_day() {
    in_plan()
        .when(at("2026-02-11", "12:00:00"))
        .when(sends(Some("A")))
        .when(sending("2026-02-11"))
        .when(sends(Some("A")))
        .then(|world| assert!(world.refused.is_some()))
        .when(days_pass("2026-02-12", "2026-02-18"))
        .then(|world| {
            let steps: Vec<String> = world.heard("A").into_iter().map(|(_, step)| step).filter(|step| is_plan_step(step)).collect();
            assert_eq!(steps, ["plan-1/due-3", "plan-1/due"], "one now, the other on its day");
        });
}

// Approval.

/// Overdue since Friday the 20th; it is Tuesday.
const TODAY: &str = "2026-02-24";

fn asks_for_approval() -> World {
    let mut world = World::new();
    world.settings.approval = Approval::Required;
    world.at(day("2026-02-23"), "17:00:00");
    for name in ["A", "B"] {
        world.apply(&Command::Invoice(Box::new(invoice(name, 10_000, day("2026-02-20")))));
    }
    world
}

#[test]
fn sending_now_is_the_approval_of_what_it_says() {
    asks_for_approval()
        .when(at(TODAY, "07:00:00"))
        .when(sends(Some("A")))
        .then(|world| assert!(!world.account.reminders[0].awaits_approval))
        .when(sending(TODAY))
        .then(messages(1))
        .then(heard("A", &[(TODAY, "due+1")]));
    // What it says grows afterwards: that waits for a person again.
    asks_for_approval()
        .when(at(TODAY, "07:00:00"))
        .when(sends(Some("A")))
        .when(arrives(at_revision(2, invoice("A", 12_000, day("2026-02-20")))))
        .when(sending(TODAY))
        .then(messages(0));
}

#[test]
fn what_waits_for_approval_today_goes_when_a_person_sends_it_and_only_once() {
    asks_for_approval()
        .when(night(TODAY))
        .then(|world| assert!(world.account.reminders[0].awaits_approval))
        .when(at(TODAY, "07:00:00"))
        .when(sends(Some("A")))
        .when(sending(TODAY))
        .then(messages(0))
        .then(|world| assert!(world.account.reminders[0].awaits_approval, "the other line of the message still waits"))
        .when(at(TODAY, "10:30:00"))
        .when(sends(None))
        .then(|world| assert_eq!(world.refused, None))
        .when(sends(None))
        .then(refused(Refused::NoEffect("it goes today already")))
        .when(sending(TODAY))
        .then(messages(1))
        .when(sends(None))
        .then(refused(Refused::SaidToday));
}

#[test]
fn it_does_not_double_with_a_line_that_was_approved_for_the_same_day() {
    let approve = |name: &str| does(Command::Instruct { case: id(name), on: day(TODAY), word: Word::Approve { seen: None } });
    // Before the night of the day, after it, and after it went.
    asks_for_approval()
        .when(approve("A"))
        .when(approve("B"))
        .when(at(TODAY, "01:00:00"))
        .when(sends(None))
        .when(a_day(TODAY))
        .then(messages(1))
        .when(at(TODAY, "12:00:00"))
        .when(sends(None))
        .then(refused(Refused::SaidToday))
        .when(a_day("2026-02-25"))
        .then(messages(1));
}

#[test]
fn a_line_that_a_person_skipped_or_moved_for_today_stays_so() {
    let word = |word| does(Command::Instruct { case: id("A"), on: day(TODAY), word });
    asks_for_approval()
        .when(word(Word::Skip { note: "they called".to_owned() }))
        .when(at(TODAY, "07:00:00"))
        .when(sends(Some("A")))
        .then(refused(Refused::NotSayable { reason: SkipReason::Skipped { note: "they called".to_owned() } }));
    asks_for_approval()
        .when(word(Word::By { channel: Channel::Sms }))
        .when(at(TODAY, "07:00:00"))
        .when(sends(Some("A")))
        .when(sending(TODAY))
        .then(|world| assert_eq!(world.said[0].channel, Channel::Sms));
}

#[test]
fn without_approval_no_word_is_left_behind() {
    let world = in_plan().when(at("2026-02-11", "12:00:00")).when(sends(Some("A")));
    assert!(world.account.cases.iter().all(|case| case.instructions.is_empty()));
}
