//! The list of tomorrow on the real table: a dry run is the night, a word counts, approval holds, the
//! cap holds across shards and nights, the list is mailed once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tests::facts::{at, brings, case, day, invoice, settings};
use tests::fakes::Mood;
use tests::world::World;
use upominek::app::list;
use upominek::domain::approval::Approval;
use upominek::domain::creditor::Settings;
use upominek::domain::decide::Decision;
use upominek::domain::first_run::{FirstRun, Mode};
use upominek::domain::handle::{Attention, Command, Word};
use upominek::domain::list::Standing;
use upominek::domain::policy::Channel;
use upominek::domain::reminder::ReminderState;
use upominek::ports::store::{Purpose, Runs};

/// Friday, at work; the next working day is Monday.
const FRIDAY: &str = "2027-01-15T10:00:00Z";
const MONDAY: &str = "2027-01-18";

fn word(id: &str, word: Word) -> Command {
    Command::Instruct { case: case(id), on: day(MONDAY), word }
}

async fn overdue(world: &World, debtors: usize) {
    for number in 0..debtors {
        world.take(&brings(invoice(&number.to_string(), &format!("d{number}"), "2027-01-14", 10_000))).await;
    }
    world.work().await;
}

async fn attention(world: &World, kind: fn(&Attention) -> bool) -> usize {
    world.store.attention(None, 100).await.unwrap().rows.iter().filter(|row| kind(&row.attention)).count()
}

fn capped(cap: u32, shards: u16) -> Settings {
    Settings { run_cap: Some(cap), shards, ..settings() }
}

#[tokio::test]
async fn the_cap_holds_across_shards_pages_hints_and_second_nights() {
    let world = World::with(capped(7, 3), "2027-01-04T10:00:00Z").await;
    for number in 0..40 {
        world.take(&brings(invoice(&number.to_string(), &format!("d{number}"), "2027-01-22", 10_000))).await;
    }
    let mut heard = 0;
    for (today, most) in [("2027-01-19", 7), ("2027-01-20", 14), ("2027-01-21", 21)] {
        world.live_through(today).await;
        world.run(Purpose::Night, None).await;
        world.run(Purpose::Night, None).await;
        world.live_through(today).await;
        heard = world.heard().len();
        assert!(heard <= most, "{heard} until {today}");
    }
    assert!(heard >= 18, "each night makes what it may, but for what a share of a shard leaves: {heard}");
    let mut people: Vec<String> = world.heard().iter().map(|one| one.to.clone()).collect();
    people.sort();
    people.dedup();
    assert_eq!(people.len(), heard, "nobody hears twice before the others hear once");
}

#[tokio::test]
async fn a_cap_costs_no_request_per_account() {
    let world = World::with(capped(100, 1), "2027-01-04T10:00:00Z").await;
    for number in 0..20 {
        world.take(&brings(invoice(&number.to_string(), &format!("c{number}"), "2027-01-14", 10_000))).await;
    }
    world.clock.set(at("2027-01-11T03:00:00Z"));
    world.tripwire.take_requests();
    world.night().await;
    let (requests, sum) = world.tripwire.take_requests();
    assert!(sum <= 2 * 20 + 5, "{requests:?}");
}

#[tokio::test]
async fn what_comes_long_overdue_waits_and_the_team_is_told_once() {
    let guarded = Settings { first_run: FirstRun { mode: Mode::Guard, older_than: None }, ..settings() };
    let world = World::with(guarded, FRIDAY).await;
    for number in 0..5 {
        world.take(&brings(invoice(&number.to_string(), &format!("d{number}"), "2026-11-14", 10_000))).await;
    }
    world.work().await;
    world.live_through(MONDAY).await;
    assert!(world.heard().is_empty());
    assert_eq!(attention(&world, |one| *one == Attention::FirstRunGuarded).await, 1);
    let chosen = world.under(Settings { first_run: FirstRun { mode: Mode::ByAge, older_than: None }, ..world.settings.clone() });
    chosen.run(Purpose::Replan, None).await;
    chosen.live_through("2027-01-19").await;
    assert_eq!(chosen.heard().len(), 5, "once it says how to begin, they go on");
}

#[tokio::test]
async fn approval_holds_back_until_the_window_closes_and_the_team_is_told_once() {
    let world = World::with(Settings { approval: Approval::Required, ..settings() }, FRIDAY).await;
    overdue(&world, 3).await;
    world.command("d0", &word("0", Word::Approve { seen: None }), None).await;
    world.live_through(MONDAY).await;
    let to: Vec<_> = world.heard().into_iter().map(|one| one.to).collect();
    assert_eq!(to, ["d0@example.com"]);
    for debtor in ["d1", "d2"] {
        assert_eq!(world.account(debtor).await.reminders[0].state, ReminderState::Cancelled, "{debtor}");
    }
    assert_eq!(attention(&world, |one| matches!(one, Attention::NotApproved { on } if *on == day(MONDAY))).await, 1);
}

#[tokio::test]
async fn what_is_approved_after_the_night_goes_in_its_window() {
    let world = World::with(Settings { approval: Approval::Required, ..settings() }, FRIDAY).await;
    overdue(&world, 1).await;
    world.jump("2027-01-18T03:00:00Z");
    world.night().await;
    world.jump("2027-01-18T09:00:00Z");
    world.sweep().await;
    assert!(world.heard().is_empty());
    world.command("d0", &word("0", Word::Approve { seen: None }), None).await;
    world.sweep().await;
    assert_eq!(world.heard().len(), 1);
}

fn mailed(world: &World) -> Vec<tests::fakes::Delivered> {
    world.heard().into_iter().filter(|one| one.to == world.settings.team_email).collect()
}

fn with_list() -> Settings {
    Settings { list_at: chrono::NaiveTime::from_hms_opt(17, 0, 0), ..settings() }
}

#[tokio::test]
async fn the_list_is_mailed_once_on_the_evening_of_a_working_day_for_the_next_one() {
    let world = World::with(with_list(), FRIDAY).await;
    overdue(&world, 2).await;
    world.sweep().await;
    assert!(mailed(&world).is_empty(), "not before its time");
    world.jump("2027-01-15T16:05:00Z");
    for _ in 0..4 {
        world.sweep().await;
    }
    let mails = mailed(&world);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject.as_deref().unwrap().contains("18 stycznia 2027"), "{:?}", mails[0].subject);
    for named in ["Firma d0", "FV/0", "Firma d1", "2 wiadomości", "/api/v1/list/2027-01-18"] {
        assert!(mails[0].text.contains(named), "{named} in {}", mails[0].text);
    }
    for later in ["2027-01-16T17:00:00Z", "2027-01-17T17:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
    assert_eq!(mailed(&world).len(), 1, "no list on a day off");
}

#[tokio::test]
async fn a_mail_that_may_have_gone_is_not_sent_again_and_one_that_was_refused_for_now_is() {
    for (mood, mails, told) in [(Mood::TakesSilently, 1, 1), (Mood::Throttles, 1, 0), (Mood::RefusesAddress, 0, 1)] {
        let world = World::with(with_list(), FRIDAY).await;
        overdue(&world, 1).await;
        world.post.set(mood);
        world.jump("2027-01-15T16:05:00Z");
        world.sweep().await;
        world.sweep().await;
        world.post.set(Mood::Accepts);
        world.jump("2027-01-15T17:05:00Z");
        world.sweep().await;
        world.sweep().await;
        assert_eq!(mailed(&world).len(), mails, "{mood:?}");
        assert_eq!(attention(&world, |one| matches!(one, Attention::ListNotMailed { .. })).await, told, "{mood:?}");
    }
}

async fn list_of(world: &World) -> list::ListPage {
    list::page(&world.store, day(MONDAY), None, 100, world.setting()).await.unwrap()
}

async fn made(world: &World) {
    list::begin(&world.store, &world.queue, "list-test", day(MONDAY), world.setting()).await.unwrap();
    world.work().await;
}

#[tokio::test]
async fn the_list_shows_what_a_person_said_and_is_the_same_before_the_night_and_after_it() {
    let world = World::with(Settings { approval: Approval::Required, ..settings() }, FRIDAY).await;
    overdue(&world, 4).await;
    assert_eq!(list_of(&world).await.from, list::ReadFrom::Nothing);
    made(&world).await;
    let first = list_of(&world).await;
    assert_eq!(first.messages.len(), 4);
    assert!(first.messages.iter().all(|message| message.state.is_none() && message.is_awaited()));
    world.command("d0", &word("0", Word::Approve { seen: None }), None).await;
    world.command("d1", &word("1", Word::Skip { note: "they called".to_owned() }), None).await;
    world.command("d2", &word("2", Word::By { channel: Channel::Sms }), None).await;
    let before = list_of(&world).await;
    assert_ne!(before.version, first.version, "what was seen first is not what is there now");
    world.jump("2027-01-18T03:00:00Z");
    world.night().await;
    let after = list_of(&world).await;
    assert!(matches!(after.from, list::ReadFrom::Night(_)));
    let shape = |page: &list::ListPage| -> BTreeMap<_, _> {
        let lines = page.messages.iter().flat_map(|message| message.lines.iter().map(move |line| (message, line)));
        lines
            .map(|(message, line)| (line.case.clone(), (message.reminder.clone(), line.seen.clone(), line.standing, line.said.clone())))
            .collect()
    };
    assert_eq!(shape(&before), shape(&after));
    assert_eq!(before.version, after.version);
    assert_eq!(shape(&after)[&case("0")].2, Standing::Approved);
    assert_eq!(shape(&after)[&case("2")].0.channel, Channel::Sms);
    assert_eq!(shape(&after)[&case("3")].2, Standing::Awaited);
    assert!(!shape(&after).contains_key(&case("1")));
}

/// One debtor of a random creditor.
#[derive(Debug, Clone)]
struct Debtor {
    invoices: Vec<(i64, i64)>,
    said: Option<usize>,
}

#[derive(Debug, Clone)]
struct Case {
    debtors: Vec<Debtor>,
    mode: usize,
    approval: bool,
    cap: Option<u32>,
    shards: u16,
}

fn random() -> impl Strategy<Value = Case> {
    let debtor = (proptest::collection::vec((-80i64..10, 100i64..50_000), 1..4), proptest::option::of(0usize..3));
    let debtor = debtor.prop_map(|(invoices, said)| Debtor { invoices, said });
    let debtors = proptest::collection::vec(debtor, 1..12);
    (debtors, 0usize..4, any::<bool>(), proptest::option::of(1u32..8), 1u16..4).prop_map(|(debtors, mode, approval, cap, shards)| Case {
        debtors,
        mode,
        approval,
        cap,
        shards,
    })
}

fn settings_of(one: &Case) -> Settings {
    let mode = [Mode::Guard, Mode::ByAge, Mode::FirstStep, Mode::Ignore][one.mode];
    let older_than = (mode == Mode::Ignore).then(|| day("2027-01-01"));
    let approval = if one.approval { Approval::Required } else { Approval::None };
    Settings { first_run: FirstRun { mode, older_than }, approval, run_cap: one.cap, shards: one.shards, ..settings() }
}

/// A dry run on Sunday evening, and Monday's night: decision by decision, and message by message.
async fn dry_run_is_night(one: &Case) -> Result<(), TestCaseError> {
    let world = World::with(settings_of(one), "2027-01-17T10:00:00Z").await;
    let mut number = 0;
    for (index, debtor) in one.debtors.iter().enumerate() {
        for (due_in, total) in &debtor.invoices {
            let due_on = (day("2027-01-17") + chrono::Duration::days(*due_in)).to_string();
            world.take(&brings(invoice(&number.to_string(), &format!("d{index}"), &due_on, *total))).await;
            number += 1;
        }
        if let Some(said) = debtor.said {
            let last = (number - 1).to_string();
            let said =
                [Word::Approve { seen: None }, Word::Skip { note: "x".to_owned() }, Word::By { channel: Channel::Sms }][said].clone();
            world.command(&format!("d{index}"), &word(&last, said), None).await;
        }
    }
    world.jump("2027-01-17T19:00:00Z");
    made(&world).await;
    let plan = world.store.run_plan("list-test", None, usize::MAX).await.unwrap().rows;
    world.jump("2027-01-18T03:00:00Z");
    world.night().await;
    let mut steps = 0;
    for line in &plan {
        let account = upominek::ports::store::Accounts::load(&world.store, &line.debtor, None).await.unwrap().unwrap();
        let decided = account.case(&line.case).and_then(|case| case.decision.as_ref()).map(|(_, decision)| decision);
        prop_assert_eq!(decided, Some(&line.decision), "{}", line.number);
        steps += u64::from(matches!(line.decision, Decision::Step { .. }));
    }
    let dry = world.store.run_tally("list-test").await.unwrap();
    let night = world.store.run_tally("night-2027-01-18").await.unwrap();
    prop_assert_eq!(&dry, &night);
    prop_assert_eq!(night.steps, steps);
    prop_assert!(one.cap.is_none_or(|cap| night.messages <= u64::from(cap)));
    prop_assert!(world.store.run("list-test").await.unwrap().unwrap().is_complete());
    Ok(())
}

#[test]
fn a_dry_run_gives_the_very_decisions_of_the_night() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    runner.run(&random(), |one| runtime.block_on(dry_run_is_night(&one))).unwrap();
}
