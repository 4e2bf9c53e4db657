//! Contacts as they are stored, and as the earlier version stored them: one e-mail and one phone.

use serde::Deserialize;

use super::{Address, Contact, ContactId, Contacts, Details};

/// Either form. A profile of the earlier version has no `contacts`.
#[derive(Deserialize)]
pub(super) struct Stored {
    contacts: Option<Vec<Contact>>,
    #[serde(default)]
    contacts_made: u32,
    #[serde(default)]
    contacts_dismissed: Vec<String>,
    email: Option<Address>,
    phone: Option<Address>,
}

impl From<Stored> for Contacts {
    fn from(stored: Stored) -> Self {
        let Stored { contacts, contacts_made: made, contacts_dismissed: dismissed, email, phone } = stored;
        let earlier = || {
            let known = email.is_some() || phone.is_some();
            let details = Details { email, phone, ..Details::default() };
            known.then(|| Contact::new(ContactId::source(), details)).into_iter().collect()
        };
        Self { list: contacts.unwrap_or_else(earlier), made, dismissed }
    }
}
