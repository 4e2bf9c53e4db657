//! Several contacts of a debtor: whom a step reaches, what blocks whom, and whose word stands.

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::{Account, Profile};
use crate::domain::contact::{Address, Audience, ContactId, Contacts, Details, MOST_CONTACTS, Recipients, Role};
use crate::domain::fact::{DebtorKind, InvoiceFact};
use crate::domain::handle::{Attention, Command, ContactChange, ContactEdit, ContactField, Entry, Refused};
use crate::domain::message::facts::facts;
use crate::domain::policy::Channel;
use crate::domain::reminder::ReminderState;

const TODAY: &str = "2026-02-24";
const SOURCE: &str = "biuro@lipa.example";
const ROLES: [Role; 4] = [Role::AccountsPayable, Role::Owner, Role::Management, Role::Other];

fn details(role: Role, email: Option<&str>, phone: Option<&str>) -> Details {
    Details { name: None, role, email: email.map(Address::new), phone: phone.map(Address::new) }
}

fn edits(edit: ContactEdit) -> impl FnOnce(&mut World) {
    does(Command::Contacts { edit, reason: "they called".to_owned() })
}

fn adds(role: Role, email: &str) -> impl FnOnce(&mut World) {
    edits(ContactEdit::Add(details(role, Some(email), None)))
}

fn changes(id: &ContactId, change: ContactChange) -> impl FnOnce(&mut World) {
    edits(ContactEdit::Change(id.clone(), change))
}

fn says(email: Option<&str>, phone: Option<&str>) -> InvoiceFact {
    let mut fact = invoice("A", 100, day("2026-02-02"));
    fact.debtor.email = email.map(str::to_owned);
    fact.debtor.phone = phone.map(str::to_owned);
    fact
}

/// A company whose source names an e-mail address and a phone.
fn company() -> World {
    let mut fact = says(Some(SOURCE), Some("+48600700800"));
    fact.debtor.kind = Some(DebtorKind::Business);
    given([fact])
}

fn blocks(addresses: &[&str]) -> impl FnOnce(&mut World) {
    let addresses = addresses.iter().map(|one| (*one).to_owned()).collect();
    does(Command::Block { addresses, reason: "the address bounced for good".to_owned() })
}

fn whom<'a>(world: &'a World, channel: Channel, to: &'a [Role], copies: &'a [Role]) -> (Vec<&'a str>, Vec<&'a str>) {
    let Recipients { to, copies } = world.account.recipients(channel, Audience { to, copies }).unwrap_or_default();
    (to, copies)
}

#[test]
fn a_profile_of_the_earlier_version_has_the_sources_contact() {
    let world = company();
    let mut stored = serde_json::to_value(&world.account.profile).unwrap();
    let fields = stored.as_object_mut().unwrap();
    fields.retain(|name, _| !name.starts_with("contacts") && name != "owner");
    fields.insert("email".into(), serde_json::json!({ "address": SOURCE, "blocked": "it bounced" }));
    fields.insert("phone".into(), serde_json::json!({ "address": "+48600700800", "blocked": null }));
    let read: Profile = serde_json::from_value(stored).unwrap();
    let [own] = read.contacts.iter().collect::<Vec<_>>()[..] else { panic!("{:?}", read.contacts) };
    assert!(own.id.is_source() && own.details.role == Role::Other);
    assert_eq!(own.details.email.as_ref().unwrap().blocked.as_deref(), Some("it bounced"));
    assert_eq!(own.details.usable(Channel::Sms), Some("+48600700800"));
}

#[test]
fn a_profile_comes_back_as_it_was_stored() {
    let world = company().when(adds(Role::Owner, "szef@lipa.example")).when(blocks(&[SOURCE]));
    let stored = serde_json::to_value(&world.account.profile).unwrap();
    assert_eq!(serde_json::from_value::<Profile>(stored).unwrap(), world.account.profile);
    let nobody = Account::new(world.settings.creditor.clone(), world.account.profile.debtor.clone(), 0, world.now).profile;
    let stored = serde_json::to_value(&nobody).unwrap();
    assert_eq!(serde_json::from_value::<Profile>(stored).unwrap(), nobody);
}

#[test]
fn a_step_reaches_its_roles_and_else_the_main_contact() {
    use Role::{AccountsPayable, Management, Owner};
    let world = company().when(adds(AccountsPayable, "fv@lipa.example")).when(adds(Owner, "szef@lipa.example"));
    let email = |to, copies| whom(&world, Channel::Email, to, copies);
    assert_eq!(email(&[], &[]), (vec![SOURCE], vec![]));
    assert_eq!(email(&[AccountsPayable], &[]), (vec!["fv@lipa.example"], vec![]));
    assert_eq!(email(&[Owner, AccountsPayable], &[]), (vec!["szef@lipa.example", "fv@lipa.example"], vec![]));
    assert_eq!(email(&[AccountsPayable], &[Owner]), (vec!["fv@lipa.example"], vec!["szef@lipa.example"]));
    assert_eq!(email(&[Management], &[]), (vec![SOURCE], vec![]), "a role that nobody has");
    assert_eq!(email(&[AccountsPayable], &[Management]), (vec!["fv@lipa.example"], vec![SOURCE]), "a copy that nobody would get");
    assert_eq!(email(&[], &[Management]), (vec![SOURCE], vec![]), "nobody hears twice");
    assert_eq!(whom(&world, Channel::Sms, &[AccountsPayable], &[Owner]), (vec!["+48600700800"], vec![]));
}

#[test]
fn an_sms_goes_to_the_first_number_of_its_roles() {
    let add = |role, phone| edits(ContactEdit::Add(details(role, None, Some(phone))));
    let world = company().when(add(Role::Management, "+48500000001")).when(add(Role::Owner, "+48500000002"));
    assert_eq!(whom(&world, Channel::Sms, &[Role::Owner, Role::Management], &[]), (vec!["+48500000002"], vec![]));
}

#[test]
fn who_is_written_to_about_a_consumer_is_one_and_gets_no_company() {
    let world = given([says(Some(SOURCE), None)]).when(adds(Role::Owner, "a@lipa.example")).when(adds(Role::Owner, "b@lipa.example"));
    assert_eq!(world.account.profile.kind, DebtorKind::Consumer);
    assert_eq!(whom(&world, Channel::Email, &[Role::Owner], &[Role::Other]), (vec!["a@lipa.example"], vec![]));
}

#[test]
fn a_bounce_blocks_one_address_and_the_others_stay_reached() {
    let world = company().when(adds(Role::Owner, "szef@lipa.example")).when(adds(Role::Owner, "Wspolnik@lipa.example"));
    let world = world.when(blocks(&["SZEF@lipa.example"]));
    assert_eq!(whom(&world, Channel::Email, &[Role::Owner], &[]), (vec!["Wspolnik@lipa.example"], vec![]));
    assert!(world.attention.is_empty());
    let world = world.when(blocks(&["wspolnik@lipa.example"]));
    assert_eq!(whom(&world, Channel::Email, &[Role::Owner], &[]), (vec![SOURCE], vec![]));
    let world = world.when(blocks(&[SOURCE]));
    assert_eq!(world.account.recipients(Channel::Email, Audience::default()), None, "the next channel");
    assert!(world.attention.is_empty(), "the phone works");
    let world = world.when(blocks(&["+48600700800"]));
    assert_eq!(world.attention, [Attention::Unreachable]);
    let world = world.when(blocks(&[SOURCE, "nobody@lipa.example"]));
    assert!(matches!(world.refused, Some(Refused::NoEffect(_))), "again changes nothing");
}

#[test]
fn a_bounced_copy_leaves_the_reminder_said_and_its_steps_taken() {
    let world = company().when(adds(Role::Owner, "szef@lipa.example")).when(a_day(TODAY)).when(blocks(&["szef@lipa.example"]));
    assert_eq!(world.account.reminders[0].state, ReminderState::Sent);
    assert_eq!(world.case("A").taken.len(), 1);
    let told = world.entries.last().unwrap();
    assert!(matches!(told, Entry::ContactBlocked { role: Role::Owner, .. }), "{told:?}");
}

#[test]
fn where_the_sources_contact_fails_the_others_stand_in_and_management_last() {
    use Role::{AccountsPayable, Management, Other, Owner};
    for (roles, first) in [
        (vec![Management, Other, Owner, AccountsPayable], AccountsPayable),
        (vec![Management, Other, Owner], Owner),
        (vec![Management, Other], Other),
        (vec![Management], Management),
    ] {
        let world = roles.iter().fold(company(), |world, role| world.when(adds(*role, &format!("{role:?}@lipa.example"))));
        let world = world.when(blocks(&[SOURCE]));
        assert_eq!(whom(&world, Channel::Email, &[], &[]), (vec![format!("{first:?}@lipa.example").as_str()], vec![]));
    }
}

#[test]
fn a_step_for_a_role_uses_its_channels_in_order() {
    let mut world = company();
    world.settings.policy.steps.retain(|step| step.id == "due+1");
    world.settings.policy.steps[0].channels = vec![Channel::Sms, Channel::Email];
    world.settings.policy.steps[0].to = vec![Role::Owner];
    let world = world.when(blocks(&["+48600700800"])).when(adds(Role::Owner, "szef@lipa.example")).when(a_day(TODAY));
    assert_eq!(world.said[0].channel, Channel::Email);
}

#[test]
fn a_trial_writes_to_those_of_the_recipients_that_are_listed() {
    let world = |allowed: &[&str]| {
        let mut world = company().when(adds(Role::Owner, "szef@lipa.example")).when(adds(Role::Owner, "b@lipa.example"));
        world.settings.mode = crate::domain::creditor::Mode::Trial;
        world.settings.allow_list = allowed.iter().map(|one| (*one).to_owned()).collect();
        for step in &mut world.settings.policy.steps {
            step.to = vec![Role::Owner];
        }
        world.settings.policy.steps[0].to = vec![Role::Owner];
        world.when(a_day(TODAY))
    };
    world(&["b@lipa.example"]).then(messages(1));
    world(&[SOURCE]).then(messages(0)).then(silent("A", "not_on_allow_list"));
}

#[test]
fn a_new_contact_wakes_a_debtor_whom_nothing_reached() {
    given([says(None, None)])
        .when(days_pass(TODAY, "2026-02-25"))
        .then(silent("A", "unreachable"))
        .when(adds(Role::AccountsPayable, "fv@lipa.example"))
        .then(|world| assert!(world.evaluate_today))
        .when(a_day("2026-02-26"))
        .then(messages(1));
}

#[test]
fn the_source_writes_its_own_contact_and_no_other() {
    let world = company().when(adds(Role::Owner, "szef@lipa.example"));
    let before = world.account.profile.contacts.clone();
    let world = world.when(arrives(at_revision(2, says(Some("nowe@lipa.example"), None))));
    let after = &world.account.profile.contacts;
    let (own, c1) = (ContactId::source(), ContactId::named("c1"));
    assert_eq!(after.get(&own).unwrap().details.email, Some(Address::new("nowe@lipa.example")));
    assert_eq!(after.get(&own).unwrap().details.phone, before.get(&own).unwrap().details.phone, "what it does not say is kept");
    assert_eq!(after.get(&c1), before.get(&c1));
}

#[test]
fn the_teams_word_stands_whatever_the_source_says_later() {
    let own = ContactId::source();
    let email = ContactChange { email: Some(Some("fv@lipa.example".to_owned())), ..ContactChange::default() };
    let world = company().when(changes(&own, email)).when(arrives(at_revision(2, says(Some(SOURCE), Some("+48500100200")))));
    let contact = world.account.profile.contacts.get(&own).unwrap();
    assert_eq!(contact.details.usable(Channel::Email), Some("fv@lipa.example"));
    assert_eq!(contact.details.usable(Channel::Sms), Some("+48500100200"), "the phone is still the source's");
    assert_eq!(contact.before.as_ref().unwrap().usable(Channel::Email), Some(SOURCE), "an edit shows what was there");
}

#[test]
fn what_the_team_took_away_the_source_does_not_bring_back() {
    let own = ContactId::source();
    let world = company().when(edits(ContactEdit::Remove(own.clone())));
    assert_eq!(world.attention, [Attention::Unreachable]);
    let world = world.when(arrives(at_revision(2, says(Some("BIURO@lipa.example"), None))));
    assert!(world.account.profile.contacts.get(&own).is_none());
    let world = world.when(arrives(at_revision(3, says(Some("nowe@lipa.example"), None))));
    assert_eq!(world.account.profile.contacts.get(&own).unwrap().details.usable(Channel::Email), Some("nowe@lipa.example"));
}

#[test]
fn a_blocked_address_is_used_again_only_by_an_explicit_word() {
    let own = ContactId::source();
    let world = company().when(blocks(&[SOURCE]));
    let usable = |world: &World| world.account.recipients(Channel::Email, Audience::default()).is_some();
    let again = ContactChange { email: Some(Some(SOURCE.to_owned())), ..ContactChange::default() };
    let world = world.when(arrives(at_revision(2, says(Some("Biuro@lipa.example"), None)))).when(changes(&own, again));
    let world = world.when(adds(Role::Owner, SOURCE));
    assert!(!usable(&world), "neither the source nor an edit nor another contact frees it");
    let world = world.when(edits(ContactEdit::Remove(own.clone()))).when(arrives(at_revision(3, says(Some(SOURCE), None))));
    assert!(!usable(&world));
    let unblock = ContactChange { unblock: vec![Channel::Email], ..ContactChange::default() };
    let id = world.account.profile.contacts.iter().last().unwrap().id.clone();
    let command = Command::Contacts { edit: ContactEdit::Change(id, unblock), reason: "they say it works".to_owned() };
    let outcome = world.handle(&command).unwrap();
    assert_eq!(outcome.unblocked, [SOURCE], "the store forgets that it was suppressed");
    let told = outcome.entries.last().unwrap();
    assert!(matches!(told, Entry::ContactChanged { fields, .. } if *fields == [ContactField::EmailUnblocked]), "{told:?}");
    assert!(usable(&world.when(does(command))));
}

#[test]
fn an_id_is_never_given_twice_and_there_are_at_most_twenty() {
    let world = (2..=MOST_CONTACTS).fold(company(), |world, n| world.when(adds(Role::Other, &format!("{n}@lipa.example"))));
    let world = world.when(adds(Role::Other, "more@lipa.example"));
    assert_eq!(world.refused, Some(Refused::TooManyContacts));
    let world = world.when(edits(ContactEdit::Remove(ContactId::named("c19")))).when(adds(Role::Other, "more@lipa.example"));
    assert_eq!(world.account.profile.contacts.iter().last().unwrap().id, ContactId::named("c20"));
    let world = world.when(edits(ContactEdit::Remove(ContactId::named("c19"))));
    assert_eq!(world.refused, Some(Refused::NoSuchContact));
}

#[test]
fn a_contact_without_any_address_is_refused() {
    let world = company().when(edits(ContactEdit::Add(details(Role::Owner, None, None))));
    assert_eq!(world.refused, Some(Refused::ContactWithoutAddress));
    let bare = ContactChange { email: Some(None), phone: Some(None), ..ContactChange::default() };
    let world = world.when(changes(&ContactId::source(), bare));
    assert_eq!(world.refused, Some(Refused::ContactWithoutAddress));
}

#[test]
fn tasks_go_to_the_debtors_owner_in_the_team() {
    let world = company();
    assert_eq!(world.account.owner(&world.settings), "faktury@lisc.example");
    let world = world.when(edits(ContactEdit::Owner(Some("ewa@lisc.example".to_owned()))));
    assert_eq!(world.account.owner(&world.settings), "ewa@lisc.example");
    let world = world.when(edits(ContactEdit::Owner(None)));
    assert_eq!(world.account.owner(&world.settings), "faktury@lisc.example");
}

#[test]
fn the_time_line_has_no_name_and_no_address() {
    let own = ContactId::source();
    let name =
        ContactChange { name: Some(Some("Anna".to_owned())), phone: Some(Some("+48500100200".to_owned())), ..ContactChange::default() };
    let world = company().when(adds(Role::Owner, "szef@lipa.example")).when(changes(&own, name)).when(blocks(&["szef@lipa.example"]));
    let world = world.when(edits(ContactEdit::Owner(Some("ewa@lisc.example".to_owned())))).when(edits(ContactEdit::Remove(own)));
    let told = serde_json::to_string(&world.entries).unwrap();
    assert!(told.contains("contact_removed") && told.contains("owner_set"));
    for private in ["@", "Anna", "+48"] {
        assert!(!told.contains(private), "{told}");
    }
}

#[test]
fn a_message_names_the_roles_of_its_strictest_step() {
    let mut world = given([says(Some(SOURCE), None), invoice("B", 200, day("2026-02-23"))]);
    for step in &mut world.settings.policy.steps {
        step.to = if step.id == "due+3" { vec![Role::Management] } else { vec![Role::AccountsPayable] };
        step.channels = vec![Channel::Email];
    }
    let world = world.when(a_day("2026-02-19")).when(night(TODAY));
    let reminder = world.account.reminders.last().unwrap();
    let said = facts(&world.account, reminder, &world.settings, day(TODAY), "https://pay.example/p/x").unwrap();
    assert_eq!((said.step.as_str(), said.to), ("due+3", vec![Role::Management]));
}

fn any_contacts() -> impl Strategy<Value = Contacts> {
    let address = proptest::option::of((0u8..6, any::<bool>()));
    let one = (0usize..4, address.clone(), address);
    (any::<bool>(), proptest::collection::vec(one, 0..8)).prop_map(|(source, all)| {
        let mut contacts = Contacts::default();
        if source {
            contacts.learn(Some("0@x.example"), Some("+480"), |_| None);
        }
        for (role, email, phone) in all {
            let email = email.map(|(n, upper)| format!("{n}@{}", if upper { "X.EXAMPLE" } else { "x.example" }));
            contacts.add(details(ROLES[role], email.as_deref(), phone.map(|(n, _)| format!("+48{n}")).as_deref()));
        }
        contacts
    })
}

proptest! {
    /// Whoever hears something is a usable contact of a role that the step names, or the main contact,
    /// hears it once, and nobody is passed over while somebody can be reached.
    #[test]
    fn whoever_hears_something_is_meant(
        contacts in any_contacts(),
        blocked in proptest::collection::vec(0u8..6, 0..4),
        to in proptest::sample::subsequence(ROLES.to_vec(), 0..=4),
        copies in proptest::sample::subsequence(ROLES.to_vec(), 0..=4),
        sms in any::<bool>(),
        business in any::<bool>(),
    ) {
        let mut contacts = contacts;
        for n in blocked {
            contacts.block(&format!("{n}@x.example"), "bounced");
        }
        let channel = if sms { Channel::Sms } else { Channel::Email };
        let kind = if business { DebtorKind::Business } else { DebtorKind::Consumer };
        let main = contacts.main(channel).map(|contact| contact.id.clone());
        let reached = contacts.recipients(channel, Audience { to: &to, copies: &copies }, kind);
        prop_assert_eq!(reached.is_some(), main.is_some());
        let Some(reached) = reached else { return Ok(()) };
        prop_assert!(!reached.to.is_empty());
        prop_assert!(business && !sms || reached.iter().count() == 1);
        for (roles, addresses) in [(&to, &reached.to), (&copies, &reached.copies)] {
            for address in addresses {
                let meant = contacts.iter().any(|contact| {
                    let named = roles.contains(&contact.details.role) || Some(&contact.id) == main.as_ref();
                    named && contact.details.usable(channel) == Some(address)
                });
                prop_assert!(meant, "{} hears, and is neither of {:?} nor the main contact", address, roles);
            }
        }
        let mut all: Vec<String> = reached.iter().map(str::to_lowercase).collect();
        let heard = all.len();
        all.sort();
        all.dedup();
        prop_assert_eq!(all.len(), heard, "nobody hears twice");
    }
}

#[test]
fn an_address_of_somebody_else_is_blocked_whoever_enters_it_and_another_contact_ends_the_stop() {
    use crate::domain::handle::NewLegalStop;
    use crate::domain::legal::LegalKind;
    let wrong = NewLegalStop {
        kind: LegalKind::WrongPerson,
        since: day("2026-01-02"),
        until: None,
        reason: "a stranger answered".to_owned(),
        contacts: vec![Channel::Email, Channel::Sms],
    };
    let world = company().when(does(Command::LegalStop(wrong))).when(adds(Role::Owner, "BIURO@lipa.example"));
    assert!(!world.account.profile.contacts.reachable());
    assert_eq!(world.account.profile.legal_stops.len(), 1, "the same address is no other contact");
    let world = world.when(adds(Role::Owner, "szef@lipa.example"));
    assert_eq!(world.account.profile.legal_stops, []);
    assert_eq!(whom(&world, Channel::Email, &[], &[]), (vec!["szef@lipa.example"], vec![]));
}
