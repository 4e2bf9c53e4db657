//! A look at what a person would send now is what goes, and writes nothing.

use tests::facts::{brings, case, invoice, settings};
use tests::world::World;
use upominek::app::dispatch::look::{Look, look};
use upominek::domain::approval::Approval;
use upominek::domain::creditor::Settings;
use upominek::domain::handle::{Command, Refused};

#[tokio::test]
async fn a_look_says_what_goes_to_whom_and_writes_nothing() {
    // Monday, ten o'clock in Warsaw: overdue since Friday, not looked at by any night.
    let world = World::with(Settings { approval: Approval::Required, ..settings() }, "2027-01-18T09:00:00Z").await;
    world.take(&brings(invoice("1", "d1", "2027-01-14", 10_000))).await;
    let before = world.account("d1").await;
    let (debtor, id) = (&before.profile.debtor, case("1"));
    let command = Command::SendNow { case: Some(id.clone()), reason: "they asked".to_owned() };
    for _ in 0..2 {
        let Look::Says(says) = look(&world.store, debtor, Some(&id), &command, "https://pay.example", world.setting()).await.unwrap()
        else {
            panic!("nothing would be said")
        };
        assert_eq!((says.len(), says[0].message.sum_minor(), says[0].to.as_slice()), (1, 10_000, &["d1@example.com".to_owned()][..]));
        assert!(says[0].words.as_ref().unwrap().text.contains("https://pay.example/p/••••"));
    }
    assert_eq!(world.account("d1").await, before, "a look writes nothing");
    world.command("d1", &command, Some("1")).await;
    world.live_through("2027-01-18").await;
    let heard = world.heard();
    assert_eq!(heard.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), ["d1@example.com"], "sent without another approval");
    let again = look(&world.store, debtor, Some(&id), &command, "https://pay.example", world.setting()).await.unwrap();
    assert!(matches!(again, Look::Refused(Refused::SaidToday | Refused::NotSayable { .. })), "{again:?}");
}
