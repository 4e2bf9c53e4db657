//! Whom a message goes to: the contacts of the roles that its step names, or the main contact.

use super::{Contact, Contacts, Role};
use crate::domain::fact::DebtorKind;
use crate::domain::policy::Channel;

/// In which order contacts stand in where the source's own cannot be reached. Management comes last:
/// it is there for what grows serious.
const STAND_INS: [Role; 4] = [Role::AccountsPayable, Role::Owner, Role::Other, Role::Management];

/// The roles that a step names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Audience<'a> {
    /// To whom; nobody named is the main contact.
    pub to: &'a [Role],
    /// Who gets a copy of the e-mail.
    pub copies: &'a [Role],
}

/// The addresses of one message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients<'a> {
    /// To whom; never empty where it was resolved.
    pub to: Vec<&'a str>,
    /// Copies; nobody of `to`.
    pub copies: Vec<&'a str>,
}

impl<'a> Recipients<'a> {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.to.iter().chain(&self.copies).copied()
    }

    /// Those that may be written to. A message whose addressees are all left out goes to those who
    /// would have had a copy; `None` if nobody is left.
    pub fn only(mut self, may: impl Fn(&str) -> bool) -> Option<Self> {
        self.to.retain(|address| may(address));
        self.copies.retain(|address| may(address));
        if self.to.is_empty() {
            self.to = std::mem::take(&mut self.copies);
        }
        (!self.to.is_empty()).then_some(self)
    }
}

impl Contacts {
    /// The main contact of a channel: the source's own; where nothing can be sent there, the first that
    /// can be reached, by role.
    pub fn main(&self, channel: Channel) -> Option<&Contact> {
        let reached = |contact: &&Contact| contact.details.usable(channel).is_some();
        let own = self.iter().filter(reached).find(|contact| contact.id.is_source());
        let of = |role: Role| self.iter().filter(reached).find(|contact| contact.details.role == role);
        own.or_else(|| STAND_INS.into_iter().find_map(of))
    }

    /// Whom a message by a channel goes to; `None` where nobody can be reached by it.
    ///
    /// Where nobody of the roles named can be reached, the main contact is. An SMS has one recipient
    /// and no copies. So has every message to a consumer: to anybody else it would be contact through
    /// third parties.
    pub fn recipients(&self, channel: Channel, audience: Audience<'_>, kind: DebtorKind) -> Option<Recipients<'_>> {
        let mut to = self.of_roles(channel, audience.to);
        if channel == Channel::Sms || kind == DebtorKind::Consumer {
            to.truncate(1);
            return Some(Recipients { to, copies: Vec::new() }).filter(|recipients| !recipients.to.is_empty());
        }
        let mut copies = if audience.copies.is_empty() { Vec::new() } else { self.of_roles(channel, audience.copies) };
        copies.retain(|copy| !to.iter().any(|address| address.eq_ignore_ascii_case(copy)));
        Some(Recipients { to, copies }).filter(|recipients| !recipients.to.is_empty())
    }

    /// Usable addresses of contacts with one of the roles, each once, in the order of the roles.
    fn of_roles(&self, channel: Channel, roles: &[Role]) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let named = roles.iter().flat_map(|role| self.iter().filter(move |contact| contact.details.role == *role));
        for address in named.filter_map(|contact| contact.details.usable(channel)) {
            if !found.iter().any(|known| known.eq_ignore_ascii_case(address)) {
                found.push(address);
            }
        }
        if found.is_empty() {
            found.extend(self.main(channel).and_then(|contact| contact.details.usable(channel)));
        }
        found
    }
}
