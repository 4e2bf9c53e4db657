//! What a person does, with a stop before and after every effect: tried again, it leads to the very
//! same end, told in the time line once.

use std::sync::OnceLock;

use tests::facts::{brings, case, day, invoice, pays};
use tests::world::World;
use upominek::domain::account::Profile;
use upominek::domain::approval::Approval;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::{DiscountFact, Event, Fact, RefundFact};
use upominek::domain::handle::{Attention, Command, Entry, NewLegalStop, NewPlan, NewSettlement, SaidPaid, Word};
use upominek::domain::instruction::Seen;
use upominek::domain::legal::LegalKind;
use upominek::domain::money::Currency;
use upominek::domain::pending::PaidBy;
use upominek::domain::plan::PlanEnd;
use upominek::domain::settlement::SettlementKind;
use upominek::domain::stops::Party;

use crate::never_lost::{reminders_are_settled, stopped_everywhere};

/// How a story ended, as text: each account without its versions, its closed cases, its time line.
pub(crate) type End = Vec<String>;

/// What is told of a message depends on whether its sender stopped, and what is decided and when, on the
/// night or the hint that looked.
fn is_of_a_reminder(entry: &Entry) -> bool {
    matches!(entry, Entry::ReminderScheduled { .. } | Entry::ReminderUnsaid { .. } | Entry::Decided { .. })
}

async fn end_of(world: &World, debtors: &[&str]) -> End {
    let mut end = Vec::new();
    for customer in debtors {
        let account = world.account(customer).await;
        let debtor = account.profile.debtor.clone();
        // Asking for an evaluation of today is a hint that may be lost; the night looks anyway.
        let profile = Profile { version: 0, evaluated_on: None, ..account.profile };
        let closed = world.store.closed_cases(&debtor, None, 100).await.unwrap().rows;
        end.push(format!("{customer}: {profile:?}"));
        end.extend(account.cases.iter().chain(&closed).map(|case| format!("{customer}: {case:?}")));
        end.extend(account.credits.iter().map(|credit| format!("{customer}: {credit:?}")));
        end.extend(account.claims.iter().map(|claimed| format!("{customer}: {claimed:?}")));
        let told = world.store.time_line(&debtor, None, 500).await.unwrap().rows;
        let mut told: Vec<String> = told
            .iter()
            .flat_map(|page| page.entries.iter().filter(|entry| !is_of_a_reminder(entry)).map(move |entry| (page.at, entry)))
            .map(|(at, entry)| format!("{customer}: {at} {entry:?}"))
            .collect();
        told.sort();
        end.extend(told);
        // Ids are drawn anew when an event is tried again.
        end.iter_mut().for_each(|line| *line = line.replace(debtor.as_str(), customer));
    }
    end
}

/// The end is that of the first time, which was undisturbed.
pub(crate) async fn the_same_end(world: &World, debtors: &[&str], place: &str, undisturbed: &'static OnceLock<End>) {
    let taken = world.heard();
    for customer in debtors {
        reminders_are_settled(world, &world.account(customer).await, &taken, place).await;
    }
    let end = end_of(world, debtors).await;
    let expected = undisturbed.get_or_init(|| end.clone());
    for (is, was) in end.iter().zip(expected) {
        let same = is.chars().zip(was.chars()).take_while(|(is, was)| is == was).count();
        let from = same.saturating_sub(60);
        let near = |text: &str| text.chars().skip(from).take(200).collect::<String>();
        assert!(is == was, "{place}: {} … {}\n  undisturbed: … {}", &is[..20], near(is), near(was));
    }
    assert_eq!(end.len(), expected.len(), "{place}");
}

/// Days of which only the nights are stopped: how messages go is played elsewhere.
pub(crate) async fn nights_fall(world: &World, days: &[&str]) {
    for day in days {
        world.jump(&format!("{day}T03:00:00Z"));
        world.night().await;
        world.tripwire.rest(true);
        world.live_through(day).await;
        world.tripwire.rest(false);
    }
}

fn settles(id: &str, kind: SettlementKind, amount_minor: Option<i64>) -> Command {
    let reference = (kind == SettlementKind::SetOff).then(|| "N/7".to_owned());
    let new = NewSettlement { kind, amount_minor, on: None, reason: "agreed".to_owned(), reference };
    Command::Settle { case: case(id), new }
}

fn undoes(id: &str, settlement: &str) -> Command {
    Command::UndoSettlement { case: case(id), settlement: settlement.to_owned(), reason: "a slip".to_owned() }
}

fn goes_back(payment: &str, amount_minor: i64) -> Event {
    let refund = RefundFact {
        provider: "bank".to_owned(),
        refund_id: format!("back-{payment}"),
        payment_id: Some(payment.to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor,
    };
    Event { event_id: format!("back-{payment}"), fact: Fact::Refund(refund) }
}

/// A set-off, a write-off taken back, one that closes and is opened again, and a discount for early
/// payment that is earned and lost.
async fn without_money(world: &World) {
    world.tripwire.rest(true);
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    let mut early = invoice("3", "ola", "2027-02-15", 10_000);
    early.discount = Some(DiscountFact { until: day("2027-01-29"), amount_minor: 200 });
    world.take(&brings(early)).await;
    world.live_through("2027-01-18").await;
    world.tripwire.rest(false);
    let (one, two) = (case("1"), case("2"));
    world.person("anna", Some(&one), &settles("1", SettlementKind::SetOff, Some(2_000))).await;
    world.person("anna", Some(&one), &settles("1", SettlementKind::WriteOff, Some(300))).await;
    world.person("anna", Some(&one), &undoes("1", "write_off-2027-01-18-300")).await;
    world.person("ola", Some(&two), &settles("2", SettlementKind::WriteOff, None)).await;
    world.take(&pays("early", Some("FV/3"), 9_800)).await;
    world.person("ola", Some(&two), &Command::Reopen { case: two.clone(), reason: "they pay after all".to_owned() }).await;
    world.take(&goes_back("early", 9_800)).await;
    nights_fall(world, &["2027-01-20"]).await;
}

async fn what_was_settled_is_settled_once(world: &World, place: &str) {
    static UNDISTURBED: OnceLock<End> = OnceLock::new();
    let (anna, ola) = (world.account("anna").await, world.account("ola").await);
    assert_eq!((anna.cases[0].open_minor(), anna.cases[0].settlements.len()), (10_300, 1), "{place}");
    let open: Vec<(i64, usize)> = ola.cases.iter().map(|case| (case.open_minor(), case.settlements.len())).collect();
    assert_eq!((open, ola.credits.len()), (vec![(5_000, 0), (10_000, 0)], 0), "{place}");
    the_same_end(world, &["anna", "ola"], place, &UNDISTURBED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_around_a_settlement_settles_and_undoes_it_once() {
    let effects = stopped_everywhere(
        |world| Box::pin(without_money(world)),
        |world, place| Box::pin(what_was_settled_is_settled_once(world, place)),
        1,
    );
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 4, "each hears twice; what was opened again waits a day");
    assert!(effects > 12, "the story has {effects} effects");
}

/// A later due date and back, a step passed over and back, the next step sent now.
async fn another_course(world: &World) {
    world.tripwire.rest(true);
    for (id, customer) in [("1", "anna"), ("2", "ola"), ("3", "jan")] {
        world.take(&brings(invoice(id, customer, "2027-01-15", 5_000))).await;
    }
    world.live_through("2027-01-18").await;
    world.jump("2027-01-19T10:00:00Z");
    world.tripwire.rest(false);
    let now = Command::SendNow { case: Some(case("3")), reason: "they asked".to_owned() };
    world.person("jan", Some(&case("3")), &now).await;
    for later in ["2027-01-19T10:00:00Z", "2027-01-19T13:00:00Z", "2027-01-19T16:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
    world.jump("2027-01-20T03:00:00Z");
    world.night().await;
    // What waits for its window is not said.
    let (one, two, step, reason) = (case("1"), case("2"), "due+3".to_owned(), "they called".to_owned());
    let later = Command::ExtendDueDate { case: one.clone(), due_on: day("2027-01-29"), reason: reason.clone() };
    world.person("anna", Some(&one), &later).await;
    let skip = Command::SkipStep { case: two.clone(), step: step.clone(), reason: reason.clone() };
    world.person("ola", Some(&two), &skip).await;
    world.live_through("2027-01-20").await;
    world.person("anna", Some(&one), &Command::RestoreDueDate { case: one.clone(), reason: reason.clone() }).await;
    world.person("ola", Some(&two), &Command::RestoreStep { case: two.clone(), step, reason }).await;
    nights_fall(world, &["2027-01-21"]).await;
}

async fn the_course_is_as_it_was(world: &World, place: &str) {
    static UNDISTURBED: OnceLock<End> = OnceLock::new();
    for customer in ["anna", "ola", "jan"] {
        let account = world.account(customer).await;
        let steps: Vec<&str> = account.cases[0].taken.iter().map(|taken| taken.step.as_str()).collect();
        assert_eq!(steps, ["due+1", "due+3"], "{place}: {customer}");
        assert!(account.cases[0].extension.is_none() && account.cases[0].skipped.is_empty(), "{place}: {customer}");
    }
    the_same_end(world, &["anna", "ola", "jan"], place, &UNDISTURBED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_around_another_course_changes_it_once_and_back() {
    let effects =
        stopped_everywhere(|world| Box::pin(another_course(world)), |world, place| Box::pin(the_course_is_as_it_was(world, place)), 1);
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 6, "each hears both steps");
    assert!(effects > 20, "the story has {effects} effects");
}

fn plan(instalments: &[(&str, i64)]) -> Command {
    let instalments = instalments.iter().map(|(on, minor)| (day(on), *minor)).collect();
    Command::MakePlan(NewPlan { by: Party::Team, cases: Vec::new(), instalments, note: "by phone".to_owned() })
}

/// A plan that breaks, one that is kept, a payment that somebody spoke of and that never comes, a stop of
/// the law that runs out.
async fn stops_run_out(world: &World) {
    world.tripwire.rest(true);
    for (id, customer) in [("1", "anna"), ("2", "ola"), ("3", "jan"), ("4", "kuba")] {
        world.take(&brings(invoice(id, customer, "2027-01-15", 5_000))).await;
    }
    world.tripwire.rest(false);
    world.person("anna", None, &plan(&[("2027-01-18", 2_000), ("2027-02-15", 3_000)])).await;
    world.person("ola", None, &plan(&[("2027-01-18", 1_000), ("2027-01-20", 4_000)])).await;
    let said = SaidPaid { by: Party::Debtor, paid_on: day("2027-01-18"), way: PaidBy::Transfer, reason: None };
    world.person("jan", None, &Command::SaidPaid(Some(case("3")), said)).await;
    let stop = NewLegalStop {
        kind: LegalKind::Attorney,
        since: day("2027-01-18"),
        until: Some(day("2027-01-25")),
        reason: "a letter".to_owned(),
        contacts: Vec::new(),
    };
    world.person("kuba", None, &Command::LegalStop(stop)).await;
    world.take(&pays("first", Some("FV/2"), 1_000)).await;
    world.take(&pays("second", Some("FV/2"), 4_000)).await;
    nights_fall(world, &["2027-01-22", "2027-01-26"]).await;
}

async fn each_ran_out_once(world: &World, place: &str) {
    static UNDISTURBED: OnceLock<End> = OnceLock::new();
    let anna = world.account("anna").await;
    assert!(anna.profile.plans.is_empty(), "{place}: the missed instalment broke the plan");
    let told = world.store.time_line(&anna.profile.debtor, None, 100).await.unwrap().rows;
    let broken = |entry: &&Entry| matches!(entry, Entry::PlanEnded { how: PlanEnd::Broken { missing_minor: 2_000, .. }, .. });
    assert_eq!(told.iter().flat_map(|page| &page.entries).filter(broken).count(), 1, "{place}");
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    let is_told = |wanted: fn(&Attention) -> bool| waits.iter().filter(|row| wanted(&row.attention)).count();
    assert_eq!(is_told(|one| matches!(one, Attention::PlanBroken { .. })), 1, "{place}");
    assert_eq!(is_told(|one| matches!(one, Attention::PaymentNotCome { .. })), 1, "{place}");
    let (ola, kuba) = (world.account("ola").await, world.account("kuba").await);
    assert!(ola.cases.is_empty() && ola.credits.is_empty() && ola.profile.plans.is_empty(), "{place}: the plan is kept");
    assert!(kuba.profile.legal_stops.is_empty(), "{place}");
    the_same_end(world, &["anna", "ola", "jan", "kuba"], place, &UNDISTURBED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_plans_payments_and_legal_stops_run_out_tells_each_once() {
    let effects = stopped_everywhere(|world| Box::pin(stops_run_out(world)), |world, place| Box::pin(each_ran_out_once(world, place)), 1);
    let (effects, undisturbed) = effects.await;
    assert!(undisturbed >= 3, "those who did not pay hear again: {undisturbed}");
    assert!(effects > 20, "the story has {effects} effects");
}

/// Approval is required: two lines are approved at once, one is skipped, of one nobody says anything.
async fn lines_of_a_list(world: &World) {
    world.tripwire.rest(true);
    for (id, customer) in [("1", "anna"), ("2", "anna"), ("3", "ola"), ("4", "jan")] {
        world.take(&brings(invoice(id, customer, "2027-01-15", 5_000))).await;
    }
    world.tripwire.rest(false);
    let strict = world.under(Settings { approval: Approval::Required, ..world.settings.clone() });
    strict.jump("2027-01-18T03:00:00Z");
    strict.night().await;
    let on = day("2027-01-18");
    let seen = |id: &str| (case(id), Seen { step: "due+1".to_owned(), net_minor: 5_000 });
    strict.person("anna", None, &Command::ApproveLines { on, lines: vec![seen("1"), seen("2")] }).await;
    let skip = Word::Skip { note: "they called".to_owned() };
    strict.person("ola", Some(&case("3")), &Command::Instruct { case: case("3"), on, word: skip }).await;
    strict.live_through("2027-01-18").await;
    nights_fall(&strict, &["2027-01-19"]).await;
}

async fn each_line_went_as_was_said(world: &World, place: &str) {
    static UNDISTURBED: OnceLock<End> = OnceLock::new();
    let mut heard: Vec<String> = world.heard().into_iter().map(|message| message.to).collect();
    heard.dedup();
    assert!(heard.is_empty() || heard == ["anna@example.com"], "{place}: {heard:?}");
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    let not_approved = waits.iter().filter(|row| matches!(row.attention, Attention::NotApproved { .. })).count();
    assert!(not_approved >= 1, "{place}: of whom nobody said anything is told");
    the_same_end(world, &["anna", "ola", "jan"], place, &UNDISTURBED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_around_lines_that_are_approved_or_skipped_changes_no_word() {
    let effects =
        stopped_everywhere(|world| Box::pin(lines_of_a_list(world)), |world, place| Box::pin(each_line_went_as_was_said(world, place)), 1);
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 1, "one message with both lines");
    assert!(effects > 20, "the story has {effects} effects");
}
