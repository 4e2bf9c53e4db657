//! The main path, end to end: an invoice comes, its debtor hears about it, pays, and hears no more.

use tests::facts::{brings, case, day, invoice, pays};
use tests::fakes::Mood;
use tests::world::World;
use upominek::app::intake::Received;
use upominek::domain::policy::Channel;
use upominek::domain::reminder::ReminderState;

#[tokio::test]
async fn an_invoice_is_reminded_before_on_and_after_its_due_day_and_then_silence() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    assert_eq!(world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await, Received::Accepted);
    let mut by_day = Vec::new();
    let mut today = day("2027-01-05");
    while today <= day("2027-01-20") {
        let before = world.heard().len();
        world.live_through(&today.to_string()).await;
        for message in &world.heard()[before..] {
            by_day.push((today.to_string(), message.subject.is_some(), message.to.clone()));
        }
        today = today.succ_opt().unwrap();
    }
    let days: Vec<_> = by_day.iter().map(|(day, email, _)| (day.as_str(), if *email { "email" } else { "sms" })).collect();
    // Due on Friday the 15th: three days before, on the day, the Monday after (one day after falls
    // on a Saturday), and the SMS two days later for the gap.
    assert_eq!(days, [("2027-01-12", "email"), ("2027-01-15", "email"), ("2027-01-18", "email"), ("2027-01-20", "sms")]);
    world.take(&pays("p1", Some("FV/1"), 12_300)).await;
    let heard = world.heard().len();
    for today in ["2027-01-21", "2027-01-22", "2027-01-25", "2027-02-01"] {
        world.live_through(today).await;
    }
    assert_eq!(world.heard().len(), heard, "silence after payment");
    let account = world.account("anna").await;
    assert!(account.cases.is_empty() && account.profile.wake_on.is_none());
}

#[tokio::test]
async fn the_same_event_twice_and_a_stale_revision_change_nothing() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    let mut newer = invoice("1", "anna", "2027-01-15", 20_000);
    newer.revision = 5;
    let mut older = invoice("1", "anna", "2027-01-15", 10_000);
    older.revision = 3;
    assert_eq!(world.take(&brings(newer.clone())).await, Received::Accepted);
    assert_eq!(world.take(&brings(newer)).await, Received::Duplicate);
    assert!(matches!(world.take(&brings(older)).await, Received::NoEffect(_)));
    assert_eq!(world.account("anna").await.cases[0].total_minor, 20_000);
}

#[tokio::test]
async fn a_payment_before_its_invoice_waits_and_is_applied_when_the_invoice_comes() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    assert!(matches!(world.take(&pays("p1", Some("FV/1"), 5_000)).await, Received::Kept(_)));
    assert_eq!(world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await, Received::Accepted);
    world.work().await;
    assert_eq!(world.account("anna").await.cases[0].open_minor(), 7_300);
    // The same payment again, under another event's id: booked once.
    let mut echo = pays("p1", Some("FV/1"), 5_000);
    echo.event_id = "another".into();
    assert_eq!(world.take(&echo).await, Received::Duplicate);
}

#[tokio::test]
async fn several_invoices_of_one_debtor_make_one_message() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    for number in ["1", "2", "3"] {
        world.take(&brings(invoice(number, "anna", "2027-01-14", 10_000))).await;
    }
    world.live_through("2027-01-11").await;
    let heard = world.heard();
    assert_eq!(heard.len(), 1);
    for number in ["FV/1", "FV/2", "FV/3"] {
        assert!(heard[0].text.contains(number), "{number} is named");
    }
}

#[tokio::test]
async fn an_address_that_is_refused_falls_to_the_next_channel_on_the_same_day() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    world.post.set(Mood::RefusesAddress);
    world.live_through("2027-01-11").await;
    let account = world.account("anna").await;
    let states: Vec<_> = account.reminders.iter().map(|one| (one.id.channel, one.state)).collect();
    assert_eq!(states, [(Channel::Email, ReminderState::Failed), (Channel::Sms, ReminderState::Sent)]);
    assert_eq!(world.heard().len(), 1);
}

#[tokio::test]
async fn a_throttled_provider_is_asked_again_and_nothing_is_doubled() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    world.post.set(Mood::Throttles);
    world.clock.set(tests::facts::at("2027-01-11T03:00:00Z"));
    world.night().await;
    world.jump("2027-01-11T08:00:00Z");
    world.sweep().await;
    assert!(world.heard().is_empty());
    world.post.set(Mood::Accepts);
    world.jump("2027-01-11T08:30:00Z");
    world.sweep().await;
    world.sweep().await;
    assert_eq!(world.heard().len(), 1);
}

#[tokio::test]
async fn a_cancelled_invoice_is_never_asked_for() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    let mut cancelled = invoice("1", "anna", "2027-01-14", 10_000);
    (cancelled.revision, cancelled.cancelled) = (2, true);
    world.take(&brings(cancelled)).await;
    world.live_through("2027-01-11").await;
    assert!(world.heard().is_empty());
    assert!(world.account("anna").await.case(&case("1")).is_none());
}
