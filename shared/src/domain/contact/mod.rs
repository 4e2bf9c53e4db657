//! Contacts of a debtor: people and boxes with their roles, what works of them, and who entered it.
//!
//! The source's invoices write the source's own contact and no other, and never over what the team
//! has set there. Whom a message goes to is `recipients`.

mod recipients;
mod stored;

use serde::{Deserialize, Serialize};

use super::policy::Channel;
pub use recipients::{Audience, Recipients};

/// Most contacts of a debtor.
pub const MOST_CONTACTS: usize = 20;
/// Most addresses of which it is remembered that the team took them away from the source's contact.
const MOST_DISMISSED: usize = 20;

/// What a contact does at the debtor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Pays the invoices.
    AccountsPayable,
    /// Owns the business.
    Owner,
    /// Manages it.
    Management,
    /// Anything else, or nobody said. The source's own contact at first.
    #[default]
    Other,
}

/// Which contact of a debtor: `source` for the one that the invoices name, else `c1`, `c2` and so on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactId(String);

impl ContactId {
    /// The id of the source's own contact.
    pub fn source() -> Self {
        Self("source".to_owned())
    }

    /// The id in a path; what is none is no contact's.
    pub fn named(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether it is the source's own contact.
    pub fn is_source(&self) -> bool {
        self.0 == "source"
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ContactId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address or a phone number, and whether it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The e-mail address, or the number in E.164.
    pub address: String,
    /// Why nothing is sent there any more: a bounce, a complaint, a refusal of the provider.
    pub blocked: Option<String>,
}

impl Address {
    /// One that works, as far as we know.
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), blocked: None }
    }

    /// Whether it is the same one; letters of either case are the same.
    pub fn is(&self, address: &str) -> bool {
        self.address.eq_ignore_ascii_case(address)
    }

    fn usable(&self) -> Option<&str> {
        self.blocked.is_none().then_some(self.address.as_str())
    }
}

/// What a person may say of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Details {
    /// Who it is.
    pub name: Option<String>,
    /// What they do.
    #[serde(default)]
    pub role: Role,
    /// E-mail.
    pub email: Option<Address>,
    /// Phone.
    pub phone: Option<Address>,
}

impl Details {
    /// The address of a channel, whether or not it works.
    pub fn address(&self, channel: Channel) -> Option<&Address> {
        match channel {
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.phone.as_ref(),
            Channel::Call | Channel::Letter | Channel::Task => None,
        }
    }

    /// The address of a channel, if it may be used.
    pub fn usable(&self, channel: Channel) -> Option<&str> {
        self.address(channel).and_then(Address::usable)
    }

    /// Both addresses that there may be.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        [self.email.as_ref(), self.phone.as_ref()].into_iter().flatten()
    }

    fn addresses_mut(&mut self) -> impl Iterator<Item = &mut Address> {
        [self.email.as_mut(), self.phone.as_mut()].into_iter().flatten()
    }
}

/// A way in which a debtor can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Which.
    pub id: ContactId,
    /// Who it is and how to reach them.
    #[serde(flatten)]
    pub details: Details,
    /// Of the source's own contact: the team has set the e-mail, and the source does not any more.
    #[serde(default)]
    pub team_email: bool,
    /// The same of the phone.
    #[serde(default)]
    pub team_phone: bool,
    /// What it was before the team's last edit.
    #[serde(default)]
    pub before: Option<Box<Details>>,
}

impl Contact {
    /// A contact nobody has edited.
    pub fn new(id: ContactId, details: Details) -> Self {
        Self { id, details, team_email: false, team_phone: false, before: None }
    }
}

/// The contacts of a debtor, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "stored::Stored")]
pub struct Contacts {
    #[serde(rename = "contacts")]
    list: Vec<Contact>,
    /// How many the team has added so far: an id is never given twice.
    #[serde(rename = "contacts_made")]
    made: u32,
    /// Addresses that the team took away from the source's contact, which the source does not bring back.
    #[serde(rename = "contacts_dismissed")]
    dismissed: Vec<String>,
}

impl Contacts {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.list.iter()
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// One by its id.
    pub fn get(&self, id: &ContactId) -> Option<&Contact> {
        self.list.iter().find(|contact| contact.id == *id)
    }

    /// One by its id, to change.
    pub fn get_mut(&mut self, id: &ContactId) -> Option<&mut Contact> {
        self.list.iter_mut().find(|contact| contact.id == *id)
    }

    /// Adds what the team entered, under an id of its own.
    pub fn add(&mut self, details: Details) -> ContactId {
        self.made += 1;
        let id = ContactId(format!("c{}", self.made));
        self.list.push(Contact::new(id.clone(), details));
        id
    }

    /// Takes one away. What the source said of its own does not come back by the source alone.
    pub fn remove(&mut self, id: &ContactId) -> Option<Contact> {
        let index = self.list.iter().position(|contact| contact.id == *id)?;
        let gone = self.list.remove(index);
        if gone.id.is_source() {
            self.dismissed.extend(gone.details.addresses().map(|address| address.address.clone()));
            let beyond = self.dismissed.len().saturating_sub(MOST_DISMISSED);
            self.dismissed.drain(..beyond);
        }
        Some(gone)
    }

    /// What the source says now. What it does not say is kept; the team's word stands. `blocked` is why
    /// an address may not be used that no contact has any more.
    pub fn learn(&mut self, email: Option<&str>, phone: Option<&str>, blocked: impl Fn(&str) -> Option<String>) {
        let wanted = |address: Option<&str>| {
            let known = |address: &&str| !self.dismissed.iter().any(|gone| gone.eq_ignore_ascii_case(address));
            address
                .filter(known)
                .map(|said| Address { address: said.to_owned(), blocked: self.blocked_because(said).or_else(|| blocked(said)) })
        };
        let (email, phone) = (wanted(email), wanted(phone));
        if email.is_none() && phone.is_none() {
            return;
        }
        let id = ContactId::source();
        if self.get(&id).is_none() {
            // It came first, or comes back to its place.
            self.list.insert(0, Contact::new(id.clone(), Details::default()));
        }
        let Some(own) = self.get_mut(&id) else { return };
        let replace = |slot: &mut Option<Address>, said: Option<Address>, team_set: bool| {
            if let Some(said) = said.filter(|said| !team_set && !slot.as_ref().is_some_and(|known| known.is(&said.address))) {
                *slot = Some(said);
            }
        };
        replace(&mut own.details.email, email, own.team_email);
        replace(&mut own.details.phone, phone, own.team_phone);
    }

    /// Why nothing is sent to an address, if any contact has it blocked.
    pub fn blocked_because(&self, address: &str) -> Option<String> {
        let known = self.list.iter().flat_map(|contact| contact.details.addresses());
        known.filter(|known| known.is(address)).find_map(|known| known.blocked.clone())
    }

    /// An address is used again, whosever it is.
    pub fn unblock(&mut self, address: &str) {
        let all = self.list.iter_mut().flat_map(|contact| contact.details.addresses_mut());
        all.filter(|known| known.is(address)).for_each(|known| known.blocked = None);
    }

    /// Nothing is sent to an address any more, whosever it is. Returns whose it is.
    pub fn block(&mut self, address: &str, reason: &str) -> Vec<ContactId> {
        let mut blocked = Vec::new();
        for contact in &mut self.list {
            for known in contact.details.addresses_mut().filter(|known| known.blocked.is_none() && known.is(address)) {
                known.blocked = Some(reason.to_owned());
                blocked.push(contact.id.clone());
            }
        }
        blocked
    }

    /// What the team took away elsewhere, the source does not bring back here either.
    pub fn dismiss_too(&mut self, others: &Contacts) {
        for gone in &others.dismissed {
            if !self.dismissed.iter().any(|known| known.eq_ignore_ascii_case(gone)) {
                self.dismissed.push(gone.clone());
            }
        }
        let beyond = self.dismissed.len().saturating_sub(MOST_DISMISSED);
        self.dismissed.drain(..beyond);
    }

    /// Whether any message can reach anybody.
    pub fn reachable(&self) -> bool {
        self.list.iter().any(|contact| contact.details.addresses().any(|address| address.blocked.is_none()))
    }

    /// Whether there is any address at all.
    pub fn has_address(&self) -> bool {
        self.list.iter().any(|contact| contact.details.addresses().next().is_some())
    }

    /// The address that people are shown for a channel: the main contact's, or one that does not work.
    pub fn shown(&self, channel: Channel) -> Option<&Address> {
        let of = |contact: &'_ Contact| contact.details.address(channel).is_some();
        let main = self.main(channel).or_else(|| self.list.iter().find(|contact| of(contact)));
        main.and_then(|contact| contact.details.address(channel))
    }
}
