//! Several contacts on the way out: one message to all of them, and what each bounce and complaint does.

use tests::facts::{brings, day, invoice, settings};
use tests::fakes::Delivered;
use tests::world::World;
use upominek::domain::contact::{Address, ContactId, Details, Role};
use upominek::domain::creditor::{Mode, Settings};
use upominek::domain::fact::{DebtorKind, PostalAddress};
use upominek::domain::handle::{Attention, Command, ContactChange, ContactEdit};
use upominek::domain::policy::Channel;
use upominek::domain::reminder::ReminderState;
use upominek::ports::delivery::DeliveryFact;
use upominek::ports::ledger::Ledger;

const OWN: &str = "anna@example.com";
const PAYER: &str = "fv@example.com";
const OWNER: &str = "szef@example.com";

/// Each step goes by e-mail to who pays, with a copy to the owner; else by SMS.
fn with_copies() -> Settings {
    let mut settings = settings();
    for step in &mut settings.policy.steps {
        (step.to, step.copies) = (vec![Role::AccountsPayable], vec![Role::Owner]);
        step.channels = vec![Channel::Email, Channel::Sms];
    }
    settings
}

fn add(role: Role, email: &str) -> Command {
    let details = Details { name: None, role, email: Some(Address::new(email)), phone: None };
    Command::Contacts { edit: ContactEdit::Add(details), reason: "they called".to_owned() }
}

/// A company with a contact who pays and an owner, reminded today.
async fn reminded(settings: Settings) -> World {
    let world = World::with(settings, "2027-01-04T10:00:00Z").await;
    let mut fact = invoice("1", "anna", "2027-01-14", 10_000);
    fact.debtor.kind = Some(DebtorKind::Business);
    world.take(&brings(fact)).await;
    world.command("anna", &add(Role::AccountsPayable, PAYER), None).await;
    world.command("anna", &add(Role::Owner, OWNER), None).await;
    world.live_through("2027-01-11").await;
    world
}

async fn tell(world: &World, what: &DeliveryFact) {
    let message = world.heard()[0].clone();
    world.jump("2027-01-11T10:00:00Z");
    world.told(&message, what).await;
    world.work().await;
    world.jump("2027-01-11T11:00:00Z");
    world.sweep().await;
}

fn bounced(address: &str) -> DeliveryFact {
    DeliveryFact::Bounced(vec![address.to_owned()])
}

fn to_all(message: &Delivered) -> Vec<&str> {
    message.all().collect()
}

#[tokio::test]
async fn one_message_with_one_link_goes_to_all_and_tells_to_whom() {
    let world = reminded(with_copies()).await;
    let heard = world.heard();
    assert_eq!(heard.iter().map(to_all).collect::<Vec<_>>(), [[PAYER, OWNER]]);
    let account = world.account("anna").await;
    assert_eq!(account.reminders.len(), 1);
    let wording = world.store.wording(&account.profile.debtor, &account.reminders[0].id).await.unwrap().unwrap();
    let whom: Vec<&str> = wording.contacts.iter().map(ContactId::as_str).collect();
    assert_eq!(whom, ["c1", "c2"]);
    assert!(!wording.text.contains(PAYER) && !wording.text.contains(OWNER));
}

#[tokio::test]
async fn a_bounced_copy_rests_and_its_message_stays_said() {
    let world = reminded(with_copies()).await;
    for _ in 0..2 {
        tell(&world, &bounced(OWNER)).await;
    }
    let account = world.account("anna").await;
    assert_eq!(account.reminders[0].state, ReminderState::Sent);
    assert_eq!((world.heard().len(), account.cases[0].taken.len()), (1, 1), "nothing goes again");
    world.live_through("2027-01-14").await;
    assert_eq!(to_all(&world.heard()[1]), [PAYER, OWN], "the main contact has the copy that no owner can have");
}

#[tokio::test]
async fn when_the_last_of_them_bounced_the_step_is_free_and_goes_the_next_way() {
    let mut only = with_copies();
    only.policy.steps.iter_mut().for_each(|step| step.copies = vec![Role::Owner]);
    let world = reminded(only).await;
    tell(&world, &bounced(OWNER)).await;
    tell(&world, &bounced(PAYER)).await;
    let account = world.account("anna").await;
    assert_eq!(account.reminders[0].state, ReminderState::Failed);
    world.live_through("2027-01-12").await;
    assert_eq!(to_all(&world.heard()[1]), [OWN], "the source's own contact still works");
    assert_eq!(world.heard().len(), 2);
}

#[tokio::test]
async fn who_complained_hears_nothing_more_and_the_others_do() {
    let world = reminded(with_copies()).await;
    tell(&world, &DeliveryFact::Complained(vec![PAYER.to_owned()])).await;
    let account = world.account("anna").await;
    assert_eq!(account.reminders[0].state, ReminderState::Sent, "it was read");
    let blocked = account.profile.contacts.blocked_because(PAYER);
    assert_eq!(blocked.as_deref(), Some("complained"));
    world.live_through("2027-01-14").await;
    assert_eq!(to_all(&world.heard()[1]), [OWN, OWNER]);
}

#[tokio::test]
async fn a_suppressed_address_is_left_out_at_the_last_moment_and_the_message_goes() {
    use upominek::ports::delivery::Evidence;
    let world = World::with(with_copies(), "2027-01-04T10:00:00Z").await;
    let mut fact = invoice("1", "anna", "2027-01-14", 10_000);
    fact.debtor.kind = Some(DebtorKind::Business);
    world.take(&brings(fact)).await;
    world.command("anna", &add(Role::AccountsPayable, PAYER), None).await;
    world.command("anna", &add(Role::Owner, OWNER), None).await;
    // Another debtor's events told that these do not work.
    for address in [PAYER, OWNER] {
        world.store.suppress(address, "it bounced for good", world.clock.time()).await.unwrap();
    }
    world.live_through("2027-01-11").await;
    assert_eq!(world.heard().iter().map(to_all).collect::<Vec<_>>(), [[OWN]]);
    world.store.suppress(OWN, "it bounced for good", world.clock.time()).await.unwrap();
    world.live_through("2027-01-14").await;
    let account = world.account("anna").await;
    assert_eq!(account.reminders[1].state, ReminderState::Failed);
    assert_eq!(world.heard().len(), 2);
    assert_eq!(world.heard()[1].to, "+48500100200", "only when nobody is left, the next channel");
}

#[tokio::test]
async fn a_trial_leaves_out_whoever_is_not_listed() {
    let mut trial = with_copies();
    trial.mode = Mode::Trial;
    trial.allow_list = vec![OWNER.to_owned()];
    let world = reminded(trial).await;
    assert_eq!(world.heard().iter().map(to_all).collect::<Vec<_>>(), [[OWNER]]);
}

#[tokio::test]
async fn an_address_that_works_again_is_used_again_once_somebody_says_so() {
    let world = reminded(with_copies()).await;
    tell(&world, &bounced(PAYER)).await;
    assert!(world.store.is_suppressed(PAYER).await.unwrap());
    let change = ContactChange { unblock: vec![Channel::Email], ..ContactChange::default() };
    let edit = ContactEdit::Change(ContactId::named("c1"), change);
    world.command("anna", &Command::Contacts { edit, reason: "their box was full".to_owned() }, None).await;
    assert!(!world.store.is_suppressed(PAYER).await.unwrap());
    world.live_through("2027-01-14").await;
    assert_eq!(to_all(&world.heard()[1]), [PAYER, OWNER]);
}

#[tokio::test]
async fn a_task_goes_to_the_owner_in_the_team_and_to_all_where_that_fails() {
    use upominek::ports::delivery::Evidence;
    let mut tasks = settings();
    tasks.policy.steps.iter_mut().for_each(|step| step.channels = vec![Channel::Task]);
    let world = World::with(tasks, "2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    let edit = ContactEdit::Owner(Some("ewa@acme.example".to_owned()));
    world.command("anna", &Command::Contacts { edit, reason: "hers".to_owned() }, None).await;
    world.live_through("2027-01-11").await;
    assert_eq!(world.heard()[0].to, "ewa@acme.example");
    world.store.suppress("ewa@acme.example", "it bounced for good", world.clock.time()).await.unwrap();
    world.live_through("2027-01-14").await;
    assert_eq!(world.heard()[1].to, "faktury@acme.example");
}

#[tokio::test]
async fn who_has_no_contact_left_is_shown_to_a_person() {
    let world = World::new("2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    let edit = ContactEdit::Remove(ContactId::source());
    world.command("anna", &Command::Contacts { edit, reason: "not theirs".to_owned() }, None).await;
    let waits = world.store.attention(None, 10).await.unwrap().rows;
    assert!(matches!(waits.as_slice(), [row] if row.attention == Attention::Unreachable));
    world.command("anna", &add(Role::Owner, OWNER), None).await;
    assert_eq!(world.account("anna").await.profile.wake_on, Some(day("2027-01-11")));
}

fn letters_go_to(street: Option<&str>) -> Command {
    let address = |street: &str| PostalAddress { street: street.to_owned(), post_code: None, city: "Warszawa".to_owned(), country: None };
    Command::Contacts { edit: ContactEdit::Postal(street.map(address)), reason: "they called".to_owned() }
}

#[tokio::test]
async fn a_letter_goes_to_the_address_that_the_team_entered_and_none_to_one_that_was_taken_away() {
    let mut letters = settings();
    letters.policy.steps.iter_mut().for_each(|step| step.channels = vec![Channel::Letter, Channel::Task]);
    let world = World::with(letters, "2027-01-04T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-14", 10_000))).await;
    world.command("anna", &letters_go_to(Some("Lipowa 7")), None).await;
    world.live_through("2027-01-11").await;
    assert!(world.heard()[0].text.contains("Lipowa 7"), "{}", world.heard()[0].text);
    // Taken away between the night and the send window.
    world.jump("2027-01-14T03:00:00Z");
    world.night().await;
    assert!(world.account("anna").await.reminders.iter().any(|one| one.id.as_of == day("2027-01-14") && one.id.channel == Channel::Letter));
    world.command("anna", &letters_go_to(None), None).await;
    world.jump("2027-01-14T10:00:00Z");
    world.sweep().await;
    assert_eq!(world.heard().len(), 1, "a letter to nowhere is no task");
    world.live_through("2027-01-15").await;
    let told = world.heard();
    assert_eq!(told.len(), 2, "its step falls to the next channel");
    assert!(!told[1].text.contains("Lipowa"), "{}", told[1].text);
}
