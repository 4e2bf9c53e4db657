//! A fresh link from the request to the message: once, to the address on file, whatever stops on the way.

use tests::facts::{brings, day, invoice, pays};
use tests::fakes::Mood;
use tests::world::World;
use upominek::app::link::{self, token_hash};
use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::handle::{Attention, Command, NewLegalStop};
use upominek::domain::legal::LegalKind;
use upominek::domain::policy::Channel;
use upominek::domain::press::{MOST, WITHIN};
use upominek::domain::reminder::ReminderState;
use upominek::domain::stops::Party;
use upominek::ports::delivery::DeliveryFact;

use crate::never_lost::{reminders_are_settled, stopped_everywhere};

/// Sunday evening, nine o'clock in Warsaw: no send window is open.
const SUNDAY: &str = "2027-01-17T20:00:00Z";

async fn owing() -> World {
    let world = World::new(SUNDAY).await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world
}

fn states(account: &Account) -> Vec<(String, ReminderState)> {
    account.service.iter().map(|message| (message.id.to_string(), message.state)).collect()
}

#[tokio::test]
async fn it_goes_within_the_minute_outside_any_window_and_its_link_works() {
    let world = owing().await;
    world.asks_for_a_link("anna").await;
    world.work().await;
    let heard = world.heard();
    assert_eq!((heard.len(), heard[0].to.as_str()), (1, "anna@example.com"));
    assert_eq!(heard[0].subject.as_deref(), Some("Nowy link: Acme"));
    let token = world.link_of("anna");
    assert!(world.page(&token).await.contains("FV/1"));
    let target = world.table.link(&token_hash(&token)).await.unwrap().unwrap();
    assert_eq!(target.works_until, world.clock.time() + link::WORKS_FOR);
    assert_eq!(states(&world.account("anna").await), [("2027-01-17_email_PLN_fresh-link-1".to_owned(), ReminderState::Sent)]);
}

#[tokio::test]
async fn it_costs_two_requests_to_ask_and_four_to_send() {
    let world = owing().await;
    let debtor = world.debtor("anna").await;
    world.tripwire.take_requests();
    upominek::app::fresh_link::ask(&world.store, &world.queue, &world.clock, &debtor, world.setting()).await.unwrap();
    let (requests, sum) = world.tripwire.take_requests();
    assert!(sum <= 2, "{requests:?}");
    world.work().await;
    let (requests, sum) = world.tripwire.take_requests();
    assert!(sum <= 4, "{requests:?}");
    world.asks_for_a_link("anna").await;
    world.tripwire.take_requests();
    upominek::app::fresh_link::ask(&world.store, &world.queue, &world.clock, &debtor, world.setting()).await.unwrap();
    assert_eq!(world.tripwire.take_requests().1, 1, "asked again it only reads");
}

#[tokio::test]
async fn a_suppressed_address_gets_nothing_and_the_number_gets_it_in_the_morning() {
    let world = owing().await;
    let mut fact = invoice("2", "anna", "2027-02-15", 100);
    fact.debtor.phone = Some("+48600700800".to_owned());
    world.take(&brings(fact)).await;
    upominek::ports::delivery::Evidence::suppress(&world.store, "anna@example.com", "bounced", world.clock.time()).await.unwrap();
    world.asks_for_a_link("anna").await;
    world.work().await;
    world.sweep().await;
    assert_eq!(world.heard().len(), 0, "an SMS wakes nobody");
    world.jump("2027-01-18T07:15:00Z");
    world.sweep().await;
    let heard = world.heard();
    assert_eq!((heard.len(), heard[0].to.as_str(), heard[0].subject.as_ref()), (1, "+48600700800", None));
    assert!(heard[0].text.contains("https://pay.example/p/"), "{}", heard[0].text);
}

#[tokio::test]
async fn what_bounces_goes_by_sms_at_once_and_a_late_bounce_sends_nothing() {
    for (later, expected) in [("2027-01-18T09:00:00Z", 2), ("2027-01-19T09:00:00Z", 1)] {
        let world = owing().await;
        world.asks_for_a_link("anna").await;
        world.work().await;
        world.jump(later);
        let message = world.heard()[0].clone();
        let bounced = DeliveryFact::Bounced(vec!["anna@example.com".to_owned()]);
        for _ in 0..2 {
            world.told(&message, &bounced).await;
            world.work().await;
        }
        assert_eq!(world.heard().len(), expected, "{later}");
    }
}

#[tokio::test]
async fn a_throttled_sender_is_asked_again_and_a_silent_one_never() {
    let world = owing().await;
    world.post.set(Mood::Throttles);
    world.asks_for_a_link("anna").await;
    world.work().await;
    world.post.set(Mood::TakesSilently);
    world.jump("2027-01-17T20:10:00Z");
    world.sweep().await;
    assert_eq!(world.heard().len(), 1);
    for later in ["2027-01-17T21:00:00Z", "2027-01-19T21:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
    assert_eq!(world.heard().len(), 1, "nobody knows whether it went: never again");
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    assert!(waits.iter().any(|row| matches!(&row.attention, Attention::Reminder { reminder, .. } if reminder.service.is_some())));
}

#[tokio::test]
async fn what_the_law_stops_between_asking_and_sending_does_not_go() {
    let world = owing().await;
    world.command("anna", &Command::RefuseChannel { channel: Channel::Email, by: Party::Team, reason: None }, None).await;
    world.asks_for_a_link("anna").await;
    let stop = NewLegalStop {
        kind: LegalKind::WrongPerson,
        since: day("2027-01-17"),
        until: None,
        reason: "they called".to_owned(),
        contacts: vec![Channel::Email, Channel::Sms],
    };
    world.command("anna", &Command::LegalStop(stop), None).await;
    world.jump("2027-01-18T08:00:00Z");
    world.sweep().await;
    assert_eq!(world.heard().len(), 0);
    assert_eq!(world.account("anna").await.service[0].state, ReminderState::Cancelled);
}

#[tokio::test]
async fn it_stands_in_no_list_of_the_day_and_uses_up_no_nights_cap() {
    let standard = owing().await;
    let world = standard.under(Settings { run_cap: Some(1), ..standard.settings.clone() });
    world.jump("2027-01-18T00:30:00Z");
    world.asks_for_a_link("anna").await;
    world.work().await;
    world.live_through("2027-01-18").await;
    assert_eq!(world.heard().len(), 2, "the link, and the reminder of this day");
    let listed = upominek::app::list::page(&world.store, day("2027-01-18"), None, 50, world.setting()).await.unwrap();
    assert_eq!(listed.messages.len(), 1);
}

#[tokio::test]
async fn who_owes_nothing_gets_one_and_what_is_old_goes_to_history() {
    let world = owing().await;
    world.take(&pays("all", Some("FV/1"), 12_300)).await;
    world.asks_for_a_link("anna").await;
    world.work().await;
    assert_eq!(world.heard().len(), 1);
    assert!(world.page(&world.link_of("anna")).await.contains("Wszystko opłacone"));
    let id = world.account("anna").await.service[0].id.clone();
    world.jump("2027-03-01T10:00:00Z");
    world.asks_for_a_link("anna").await;
    let account = world.account("anna").await;
    assert_eq!(account.service.len(), 1, "the old one is history");
    assert!(world.store.reminder_or_old(&account.profile.debtor, &id).await.unwrap().is_some());
}

#[tokio::test]
async fn presses_are_counted_with_the_link_by_one_request_and_no_more_than_thirty_an_hour_are_taken() {
    let world = owing().await;
    world.asks_for_a_link("anna").await;
    world.work().await;
    let hash = token_hash(&world.link_of("anna"));
    let press = async || {
        let known = world.table.link(&hash).await.unwrap().unwrap().presses;
        world.table.press(&hash, known, world.clock.time()).await.unwrap()
    };
    for number in 0..MOST {
        world.tripwire.take_requests();
        assert_eq!(press().await, None, "{number}");
        assert_eq!(world.tripwire.take_requests().1, 2, "the look at the link, and the count");
    }
    let again_at = world.clock.time() + WITHIN;
    assert_eq!(press().await, Some(again_at));
    world.clock.set(again_at);
    assert_eq!(press().await, None);
    assert!(world.page(&world.link_of("anna")).await.contains("FV/1"), "opening is not counted");
}

#[tokio::test]
async fn of_presses_at_once_each_counts() {
    let world = owing().await;
    world.asks_for_a_link("anna").await;
    world.work().await;
    let hash = token_hash(&world.link_of("anna"));
    let now = world.clock.time();
    // All have read the link before any of them is counted.
    let pressed = futures::future::join_all((0..3).map(|_| world.table.press(&hash, None, now))).await;
    assert!(pressed.into_iter().all(|pressed| pressed.unwrap().is_none()));
    assert_eq!(world.table.link(&hash).await.unwrap().unwrap().presses.map(|presses| presses.count), Some(3));
    assert!(world.table.press(&token_hash("nobodys"), None, now).await.unwrap().is_some(), "what is no link counts nothing");
    assert!(world.table.link(&token_hash("nobodys")).await.unwrap().is_none());
}

/// One asks at night by a debtor's page that has only a number, one by day; a reminder goes on the same day.
async fn two_ask(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    world.asks_for_a_link("anna").await;
    world.work().await;
    world.live_through("2027-01-18").await;
    world.jump("2027-01-18T20:30:00Z");
    world.command("ola", &Command::RefuseChannel { channel: Channel::Email, by: Party::Debtor, reason: None }, None).await;
    world.asks_for_a_link("ola").await;
    world.asks_for_a_link("ola").await;
    world.work().await;
    for later in ["2027-01-19T07:10:00Z", "2027-01-19T07:40:00Z", "2027-01-19T09:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

async fn each_has_one(world: &World, place: &str) {
    let taken = world.heard();
    for customer in ["anna", "ola"] {
        let mut account = world.account(customer).await;
        assert_eq!(account.service.len(), 1, "{place}: {customer} asked once");
        reminders_are_settled(world, &account, &taken, place).await;
        account.reminders = std::mem::take(&mut account.service);
        reminders_are_settled(world, &account, &taken, place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_before_or_after_any_effect_loses_and_doubles_no_link() {
    let (effects, undisturbed) =
        stopped_everywhere(|world| Box::pin(two_ask(world)), |world, place| Box::pin(each_has_one(world, place)), 1).await;
    assert_eq!(undisturbed, 4, "a reminder and a link each");
    assert!(effects > 35, "the story has {effects} effects");
}
