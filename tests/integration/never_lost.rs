//! Never lost, never doubled: the function stops before and after every effect of the whole path,
//! the platform tries again, and the end is the same.

use tests::facts::{brings, invoice, pays};
use tests::tripwire::Side;
use tests::world::World;
use upominek::domain::reminder::ReminderState;

/// Two weeks in the life of two debtors, up to a payment.
async fn story(world: &World) {
    world.take(&pays("early", Some("FV/2"), 1_000)).await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    world.work().await;
    for day in ["2027-01-12", "2027-01-15", "2027-01-18", "2027-01-20"] {
        world.live_through(day).await;
    }
    world.take(&pays("late", Some("FV/1"), 12_300)).await;
    world.take(&pays("rest", Some("FV/2"), 4_000)).await;
    world.work().await;
    world.live_through("2027-01-25").await;
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
                ReminderState::Sent | ReminderState::Cancelled | ReminderState::Failed | ReminderState::Ambiguous | ReminderState::PresumedSent
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

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_before_or_after_any_effect_loses_and_doubles_nothing() {
    // How many effects the story has, and what is heard without a stop.
    let world = World::new("2027-01-04T10:00:00Z").await;
    story(&world).await;
    verify(&world, "without a stop").await;
    let undisturbed = world.heard().len();
    assert_eq!(undisturbed, 8, "both debtors hear four times");
    let next = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let end = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(usize::MAX));
    let workers = (0..4).map(|_| {
        let (next, end) = (next.clone(), end.clone());
        tokio::spawn(async move {
            use std::sync::atomic::Ordering::SeqCst;
            loop {
                let number = next.fetch_add(1, SeqCst);
                if number / 2 >= end.load(SeqCst) {
                    return;
                }
                let side = if number % 2 == 0 { Side::Before } else { Side::After };
                let world = World::new("2027-01-04T10:00:00Z").await;
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
    let effects = end.load(std::sync::atomic::Ordering::SeqCst);
    assert!(effects > 60, "the story has {effects} effects");
}
