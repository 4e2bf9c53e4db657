//! What a person does to a debtor's contacts, and who of the team the debtor belongs to.
//!
//! Names and addresses stay in the profile: the time line tells ids, roles and reasons.

use serde::{Deserialize, Serialize};

use super::legal::SOMEBODY_ELSES;
use super::{Attention, Entry, Outcome, Refused};
use crate::domain::account::Profile;
use crate::domain::contact::{Address, ContactId, Details, MOST_CONTACTS, Role};
use crate::domain::fact::{PostalAddress, PostalWord};
use crate::domain::legal::same_address;
use crate::domain::policy::Channel;

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactEdit {
    /// A new contact.
    Add(Details),
    /// Another name, role or address, or an address that works again.
    Change(ContactId, ContactChange),
    /// It is taken away.
    Remove(ContactId),
    /// Who of the creditor's team hears about the debtor; `None` is whom the settings name.
    Owner(Option<String>),
    /// Where letters go; `None` takes it away.
    Postal(Option<PostalAddress>),
}

/// What changes of a contact; what is not said stays. An inner `None` takes away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactChange {
    /// Who it is.
    pub name: Option<Option<String>>,
    /// What they do.
    pub role: Option<Role>,
    /// E-mail.
    pub email: Option<Option<String>>,
    /// Phone.
    pub phone: Option<Option<String>>,
    /// Channels whose address works again after all.
    pub unblock: Vec<Channel>,
}

/// What an edit changed, for the time line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// The name.
    Name,
    /// The role.
    Role,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The e-mail address is used again.
    EmailUnblocked,
    /// The phone number is used again.
    PhoneUnblocked,
}

pub(super) fn edit(outcome: &mut Outcome, edit: &ContactEdit, reason: &str) -> Result<(), Refused> {
    match edit {
        ContactEdit::Add(details) => add(outcome, details, reason),
        ContactEdit::Change(id, change) => changed(outcome, id, change, reason),
        ContactEdit::Remove(id) => remove(outcome, id, reason),
        ContactEdit::Owner(email) => owner(outcome, email.as_deref(), reason),
        ContactEdit::Postal(address) => postal(outcome, address.as_ref(), reason),
    }
}

/// The same address is blocked for whoever has it.
fn address(profile: &Profile, address: &str) -> Address {
    let elses = || profile.is_somebody_elses(address).then(|| SOMEBODY_ELSES.to_owned());
    Address { address: address.to_owned(), blocked: profile.contacts.blocked_because(address).or_else(elses) }
}

fn add(outcome: &mut Outcome, details: &Details, reason: &str) -> Result<(), Refused> {
    let profile = &mut outcome.account.profile;
    let renewed = |known: &Option<Address>| known.as_ref().map(|known| address(profile, &known.address));
    let details = Details { email: renewed(&details.email), phone: renewed(&details.phone), ..details.clone() };
    let contacts = &mut profile.contacts;
    if contacts.iter().any(|contact| contact.details == details) {
        return Err(Refused::NoEffect("there is such a contact"));
    }
    if contacts.count() >= MOST_CONTACTS {
        return Err(Refused::TooManyContacts);
    }
    if details.addresses().next().is_none() {
        return Err(Refused::ContactWithoutAddress);
    }
    let role = details.role;
    let contact = contacts.add(details);
    outcome.entries.push(Entry::ContactAdded { contact, role, reason: reason.to_owned() });
    Ok(())
}

fn changed(outcome: &mut Outcome, id: &ContactId, change: &ContactChange, reason: &str) -> Result<(), Refused> {
    let profile = &mut outcome.account.profile;
    let known = profile.contacts.get(id).ok_or(Refused::NoSuchContact)?;
    let before = known.details.clone();
    let mut after = before.clone();
    let mut fields = Vec::new();
    if let Some(name) = change.name.as_ref().filter(|name| **name != before.name) {
        after.name.clone_from(name);
        fields.push(ContactField::Name);
    }
    if let Some(role) = change.role.filter(|role| *role != before.role) {
        after.role = role;
        fields.push(ContactField::Role);
    }
    let new = |wanted: &Option<Option<String>>, now: &Option<Address>| {
        let wanted = wanted.as_ref()?;
        let same = wanted.as_deref() == now.as_ref().map(|now| now.address.as_str());
        (!same).then(|| wanted.as_ref().map(|wanted| address(profile, wanted)))
    };
    if let Some(email) = new(&change.email, &before.email) {
        after.email = email;
        fields.push(ContactField::Email);
    }
    if let Some(phone) = new(&change.phone, &before.phone) {
        after.phone = phone;
        fields.push(ContactField::Phone);
    }
    let unblocked = unblocked(&mut after, &change.unblock, &mut fields);
    if fields.is_empty() {
        return Err(Refused::NoEffect("the contact is like this"));
    }
    if after.addresses().next().is_none() {
        return Err(Refused::ContactWithoutAddress);
    }
    let role = after.role;
    let contacts = &mut profile.contacts;
    if let Some(contact) = contacts.get_mut(id) {
        contact.team_email |= fields.contains(&ContactField::Email);
        contact.team_phone |= fields.contains(&ContactField::Phone);
        contact.details = after;
        contact.before = Some(Box::new(before));
    }
    for address in &unblocked {
        contacts.unblock(address);
    }
    // Somebody says that it is theirs after all.
    profile.somebody_elses.retain(|address| !unblocked.iter().any(|freed| same_address(freed, address)));
    outcome.unblocked.extend(unblocked);
    outcome.entries.push(Entry::ContactChanged { contact: id.clone(), role, fields, reason: reason.to_owned() });
    tell_if_unreachable(outcome);
    Ok(())
}

/// Frees blocked addresses, and returns them.
fn unblocked(details: &mut Details, channels: &[Channel], fields: &mut Vec<ContactField>) -> Vec<String> {
    let mut freed = Vec::new();
    let slots = [
        (Channel::Email, details.email.as_mut(), ContactField::EmailUnblocked),
        (Channel::Sms, details.phone.as_mut(), ContactField::PhoneUnblocked),
    ];
    for (channel, slot, field) in slots {
        if let Some(address) = slot.filter(|address| channels.contains(&channel) && address.blocked.is_some()) {
            address.blocked = None;
            freed.push(address.address.clone());
            fields.push(field);
        }
    }
    freed
}

fn remove(outcome: &mut Outcome, id: &ContactId, reason: &str) -> Result<(), Refused> {
    let gone = outcome.account.profile.contacts.remove(id).ok_or(Refused::NoSuchContact)?;
    outcome.entries.push(Entry::ContactRemoved { contact: gone.id, role: gone.details.role, reason: reason.to_owned() });
    tell_if_unreachable(outcome);
    Ok(())
}

fn tell_if_unreachable(outcome: &mut Outcome) {
    let account = &outcome.account;
    if !account.profile.contacts.reachable() && account.cases.iter().any(|case| case.closed.is_none()) {
        outcome.attention.push(Attention::Unreachable);
    }
}

fn owner(outcome: &mut Outcome, email: Option<&str>, reason: &str) -> Result<(), Refused> {
    let profile = &mut outcome.account.profile;
    if profile.owner.as_deref() == email {
        return Err(Refused::NoEffect("the debtor has this owner"));
    }
    profile.owner = email.map(str::to_owned);
    outcome.entries.push(Entry::OwnerSet { named: email.is_some(), reason: reason.to_owned() });
    Ok(())
}

fn postal(outcome: &mut Outcome, address: Option<&PostalAddress>, reason: &str) -> Result<(), Refused> {
    let profile = &mut outcome.account.profile;
    let before = profile.postal.clone();
    let reason = reason.to_owned();
    let (word, entry) = match (address, before) {
        // The source's own, said again by the team, stands from then on.
        (Some(new), Some(known)) if *new == known && profile.postal_word == Some(PostalWord::Given) => {
            return Err(Refused::NoEffect("letters go there"));
        }
        (None, None) => return Err(Refused::NoEffect("there is no postal address")),
        (Some(_), _) => (PostalWord::Given, Entry::PostalGiven { reason }),
        (None, Some(address)) => (PostalWord::TakenAway { address }, Entry::PostalTakenAway { reason }),
    };
    profile.postal = address.cloned();
    profile.postal_word = Some(word);
    outcome.entries.push(entry);
    Ok(())
}
