//! A template that there is no more: no message, the team knows, and the debtor's case goes on.

use tests::facts::{brings, invoice};
use tests::world::World;
use upominek::domain::creditor::Settings;
use upominek::domain::handle::Attention;
use upominek::domain::policy::Channel;
use upominek::domain::reminder::ReminderState;

/// Settings as they were stored while the step had a template of its own.
async fn with_a_gone_template(step: &str) -> World {
    let world = World::new("2027-01-04T10:00:00Z").await;
    let mut stored = serde_json::to_value(&world.settings).unwrap();
    for one in stored["policy"]["steps"].as_array_mut().unwrap().iter_mut().filter(|one| one["id"] == step) {
        one["template"] = "gentle-2024".into();
    }
    world.under(serde_json::from_value::<Settings>(stored).unwrap())
}

#[tokio::test]
async fn a_missing_template_stops_its_step_alone_tells_the_team_and_the_case_goes_on() {
    let world = with_a_gone_template("due+1").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    for today in ["2027-01-11", "2027-01-14"] {
        world.live_through(today).await;
    }
    assert_eq!(world.heard().len(), 2, "what is announced needs no template of the step");
    // A day after falls within the gap, and then on a weekend: Monday the 18th.
    for today in ["2027-01-15", "2027-01-18"] {
        world.live_through(today).await;
    }
    let heard = world.heard();
    assert_eq!(heard.len(), 3, "the task for the team, and nothing to the debtor");
    assert!(heard[2].to == world.settings.team_email && heard[2].text.contains("FV/1"), "{:?}", heard[2]);
    let account = world.account("anna").await;
    let of_today: Vec<_> = account.reminders.iter().filter(|one| one.step == "due+1").map(|one| (one.id.channel, one.state)).collect();
    let expected = [(Channel::Email, ReminderState::Failed), (Channel::Sms, ReminderState::Failed), (Channel::Task, ReminderState::Sent)];
    assert!(expected.iter().all(|one| of_today.contains(one)) && of_today.len() == 3, "{of_today:?}");
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    let told = waits.iter().filter(|row| matches!(&row.attention, Attention::Reminder { state: ReminderState::Failed, .. })).count();
    assert_eq!(told, 2);
    for today in ["2027-01-19", "2027-01-20", "2027-01-21", "2027-01-22"] {
        world.live_through(today).await;
    }
    let to_debtor = world.heard()[3..].iter().filter(|one| one.to != world.settings.team_email).count();
    assert!(to_debtor >= 1, "the next step is said: {:?}", world.heard());
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    assert_eq!(waits.len(), 2, "and the team is not told again: {waits:?}");
}
