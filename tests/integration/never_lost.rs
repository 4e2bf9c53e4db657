//! Never lost, never doubled: the function stops before and after every effect of the whole path,
//! the platform tries again, and the end is the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tests::facts::{brings, invoice, pays};
use tests::tripwire::Side;
use tests::world::World;
use upominek::domain::reminder::ReminderState;

/// Two debtors: an e-mail, then an SMS, then the money; one payment comes before its invoice.
async fn story(world: &World) {
    world.take(&pays("early", Some("FV/2"), 1_000)).await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    world.work().await;
    for day in ["2027-01-18", "2027-01-20"] {
        world.live_through(day).await;
    }
    world.take(&pays("late", Some("FV/1"), 12_300)).await;
    world.take(&pays("rest", Some("FV/2"), 4_000)).await;
    world.work().await;
    world.jump("2027-01-21T10:00:00Z");
    world.sweep().await;
}

async fn verify(world: &World, place: &str) {
    let taken = world.heard();
    for debtor in ["anna", "ola"] {
        let account = world.account(debtor).await;
        assert!(account.cases.is_empty(), "{place}: {debtor} is settled");
        assert!(account.credits.is_empty(), "{place}: nothing is booked twice for {debtor}");
        for reminder in &account.reminders {
            let settled = matches!(
                reminder.state,
                ReminderState::Sent
                    | ReminderState::Cancelled
                    | ReminderState::Failed
                    | ReminderState::Ambiguous
                    | ReminderState::PresumedSent
            );
            assert!(settled, "{place}: {} of {debtor} is {:?}", reminder.id, reminder.state);
            let tag = format!("acme/{}/{}", account.profile.debtor, reminder.id);
            let calls = taken.iter().filter(|message| message.tag == tag).count();
            assert!(calls <= 1, "{place}: {} of {debtor} went {calls} times", reminder.id);
            if reminder.state == ReminderState::Ambiguous {
                let waits = world.store.attention(None, 100).await.unwrap().rows;
                let listed = waits.iter().any(|row| row.about == account.profile.debtor.as_str());
                assert!(listed, "{place}: the ambiguous {} is listed for a person", reminder.id);
            }
        }
    }
    let sms = taken.iter().filter(|message| message.subject.is_none()).count();
    assert!(sms <= 2, "{place}: {sms} SMS");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_before_or_after_any_effect_loses_and_doubles_nothing() {
    let world = World::new("2027-01-18T02:00:00Z").await;
    story(&world).await;
    verify(&world, "without a stop").await;
    let undisturbed = world.heard().len();
    assert_eq!(undisturbed, 4, "both debtors hear twice");
    let (next, end) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(usize::MAX)));
    let workers = (0..2).map(|_| {
        let (next, end) = (next.clone(), end.clone());
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, SeqCst);
                let side = if number % 2 == 0 { Side::Before } else { Side::After };
                if number / 2 >= end.load(SeqCst) {
                    return;
                }
                let world = World::new("2027-01-18T02:00:00Z").await;
                world.tripwire.stop_at(number / 2, side);
                story(&world).await;
                let Some(stopped) = world.tripwire.stopped() else {
                    end.fetch_min(number / 2, SeqCst);
                    return;
                };
                let place = format!("stopped at effect {} ({stopped})", number / 2);
                verify(&world, &place).await;
                let heard = world.heard().len();
                // A reminder whose sender stopped is ambiguous: it may be missing, never doubled.
                assert!(heard == undisturbed || heard == undisturbed - 1, "{place}: {heard} messages");
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let effects = end.load(SeqCst);
    assert!(effects > 35, "the story has {effects} effects");
}
