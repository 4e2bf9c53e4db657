//! A receipt from the callback to the message: one for each payment, to who owes, whatever stops on the way.

use tests::counter::callback;
use tests::facts::{brings, invoice, pays};
use tests::world::World;
use upominek::domain::creditor::Settings;
use upominek::domain::policy::{Policy, Receipts};
use upominek::domain::reminder::ReminderState;

use crate::never_lost::{reminders_are_settled, stopped_everywhere};

async fn owing() -> World {
    let world = World::new("2027-01-18T21:30:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "anna", "2027-02-19", 700))).await;
    world
}

#[tokio::test]
async fn who_pays_by_the_page_gets_one_within_the_minute_however_often_it_is_told() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    for _ in 0..3 {
        world.call(&callback("p", &reference, "paid", 12_300)).await;
        world.work().await;
    }
    let heard = world.heard();
    assert_eq!((heard.len(), heard[0].to.as_str()), (1, "anna@example.com"), "late in the evening, too");
    assert_eq!(heard[0].subject.as_deref(), Some("Dziękujemy za wpłatę 123,00 zł"));
    for part in ["dotarło do nas 123,00 zł tytułem: FV/1.", "Na dziś wszystko jest opłacone", "7,00 zł"] {
        assert!(heard[0].text.contains(part), "{part}: {}", heard[0].text);
    }
    assert!(world.page(&world.link_of("anna")).await.contains("FV/2"), "its link works");
}

#[tokio::test]
async fn what_is_left_is_what_is_left_when_it_goes() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    world.call(&callback("p", &reference, "paid", 12_300)).await;
    world.take(&pays("bank", Some("FV/2"), 700)).await;
    world.work().await;
    let heard = world.heard();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].text.contains("Po tej wpłacie nie ma już nic do zapłaty."), "{}", heard[0].text);
}

#[tokio::test]
async fn a_transfer_that_the_source_tells_of_has_one_where_the_policy_wants_it() {
    for (receipts, expected) in [(Receipts::Checkouts, 0), (Receipts::Every, 1), (Receipts::Never, 0)] {
        let standard = owing().await;
        let policy = Policy { receipts, ..standard.settings.policy.clone() };
        let world = standard.under(Settings { policy, ..standard.settings.clone() });
        world.take(&pays("bank", Some("FV/1"), 12_300)).await;
        world.work().await;
        assert_eq!(world.heard().len(), expected, "{receipts:?}");
    }
}

#[tokio::test]
async fn another_amount_than_was_asked_for_has_none() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    world.call(&callback("p", &reference, "paid", 12_200)).await;
    world.work().await;
    assert_eq!(world.heard().len(), 0);
}

/// Anna pays in two parts, of which the second is told twice; a reminder goes in between.
async fn pays_in_parts(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    for (payment, amount_minor, then) in [("p", 300, "2027-01-19T10:00:00Z"), ("q", 12_000, "2027-01-20T10:00:00Z")] {
        let reference = world.checkout("anna", amount_minor).await;
        for _ in 0..2 {
            world.call(&callback(payment, &reference, "paid", amount_minor)).await;
            world.work().await;
        }
        world.live_through(&then[..10]).await;
        world.jump(then);
        world.sweep().await;
    }
}

async fn each_part_has_one(world: &World, place: &str) {
    let mut account = world.account("anna").await;
    let received: Vec<_> = account.service.iter().filter_map(|message| Some(message.received.as_ref()?.amount_minor)).collect();
    assert_eq!(received, [300, 12_000], "{place}");
    let sent = account.service.iter().filter(|message| message.state == ReminderState::Sent).count();
    assert!(sent >= 1, "{place}: at most one is unclear");
    let taken = world.heard();
    reminders_are_settled(world, &account, &taken, place).await;
    account.reminders = std::mem::take(&mut account.service);
    reminders_are_settled(world, &account, &taken, place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_before_or_after_any_effect_loses_and_doubles_no_receipt() {
    let (effects, undisturbed) =
        stopped_everywhere(|world| Box::pin(pays_in_parts(world)), |world, place| Box::pin(each_part_has_one(world, place)), 1).await;
    assert_eq!(undisturbed, 3, "a reminder of the rest, and two receipts");
    assert!(effects > 25, "the story has {effects} effects");
}
