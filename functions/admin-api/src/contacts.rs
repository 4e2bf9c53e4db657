//! Contacts of a debtor, and who of the team hears about it: entered, edited and taken away by the
//! team, each with a reason. Names and addresses go back to the caller only; the time line has ids.

use axum::Json;
use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use upominek::adapters::intake;
use upominek::app::apply::{Applied, apply};
use upominek::domain::account::Profile;
use upominek::domain::contact::{self, ContactId, Contacts, Details, MOST_CONTACTS};
use upominek::domain::handle::{Command, ContactChange, ContactEdit, Refused};
use upominek::domain::policy::Channel;
use upominek::fields::FieldError;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::commands::queue_what_follows;
use crate::debtors::{Contact as Address, account, debtor_in_path};
use crate::dto::{Origin, Reach, Role};
use crate::extract::{Json as Body, Params};
use crate::page::List;
use crate::problem::Problem;
use crate::state::State;

/// What a contact is, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactDetails {
    /// Who it is.
    pub name: Option<String>,
    /// What they do at the debtor's.
    pub role: Role,
    /// E-mail.
    pub email: Option<Address>,
    /// Phone in E.164.
    pub phone: Option<Address>,
}

/// A way in which a debtor can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DebtorContact {
    /// Its id within the debtor: `source` for the one that the invoices name.
    #[schema(example = "c1")]
    pub contact: String,
    /// Who it is and how to reach them.
    #[serde(flatten)]
    pub details: ContactDetails,
    /// Where it came from.
    pub origin: Origin,
    /// Of the source's own: which addresses the team has set, so that the source does not any more.
    pub set_by_team: Vec<Reach>,
    /// What it was before the last edit.
    pub before: Option<ContactDetails>,
}

/// A contact to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// Who it is, up to 100 characters.
    pub name: Option<String>,
    /// What they do at the debtor's.
    pub role: Role,
    /// E-mail; one of e-mail and phone has to be there.
    #[schema(example = "ksiegowosc@example.com")]
    pub email: Option<String>,
    /// Phone, with its country; a Polish one may do without.
    #[schema(example = "+48500100200")]
    pub phone: Option<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// What changes of a contact. What is not said stays; `null` takes away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedContact {
    /// Who it is, up to 100 characters.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// What they do at the debtor's.
    pub role: Option<Role>,
    /// E-mail.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// Phone.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    /// Addresses that were blocked, by a bounce or a complaint, and are to be used again.
    #[serde(default)]
    pub unblock: Vec<Reach>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Why a contact is taken away.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Why {
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Who of the creditor's team a debtor belongs to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    /// An e-mail address; `null` is the settings' `team_email`.
    pub email: Option<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Who of the creditor's team a debtor belongs to, and did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    /// The e-mail address to which tasks about the debtor go; `null` is the settings' `team_email`.
    pub email: Option<String>,
    /// The same until now.
    pub before: Option<String>,
}

fn said<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

impl From<&Details> for ContactDetails {
    fn from(details: &Details) -> Self {
        let Details { name, role, email, phone } = details;
        let shown = |address: &Option<contact::Address>| address.as_ref().map(Address::from);
        Self { name: name.clone(), role: (*role).into(), email: shown(email), phone: shown(phone) }
    }
}

impl From<&contact::Contact> for DebtorContact {
    fn from(known: &contact::Contact) -> Self {
        let set = [(known.team_email, Reach::Email), (known.team_phone, Reach::Phone)];
        let own = known.id.is_source();
        Self {
            contact: known.id.to_string(),
            details: (&known.details).into(),
            origin: if own { Origin::Source } else { Origin::Team },
            set_by_team: set.into_iter().filter(|(set, _)| own && *set).map(|(_, reach)| reach).collect(),
            before: known.before.as_deref().map(Into::into),
        }
    }
}

/// What a reason may be, noted as an error if it is not.
pub fn reason(text: &str, errors: &mut Vec<FieldError>) -> String {
    let text = text.trim();
    if !(1..=500).contains(&text.chars().count()) {
        errors.push(FieldError::new("reason", "is empty or too long", "1 to 500 characters"));
    }
    text.to_owned()
}

/// What a name may be, noted as an error if it is not.
pub fn name(text: Option<&str>, errors: &mut Vec<FieldError>) -> Option<String> {
    let text = text?.trim();
    if !(1..=100).contains(&text.chars().count()) || text.contains(char::is_control) {
        errors.push(FieldError::new("name", "is empty or too long", "1 to 100 characters in one line, or null"));
    }
    Some(text.to_owned())
}

fn email(text: Option<&str>, errors: &mut Vec<FieldError>) -> Option<String> {
    let good = intake::email(text?.trim());
    if good.is_none() {
        errors.push(FieldError::new("email", "is no e-mail address", "an address such as ksiegowosc@example.com"));
    }
    good
}

fn phone(text: Option<&str>, errors: &mut Vec<FieldError>) -> Option<String> {
    let good = intake::phone(text?.trim());
    if good.is_none() {
        errors.push(FieldError::new("phone", "is no phone number", "a number with its country, such as +48500100200"));
    }
    good
}

/// A new contact and why, or everything that is wrong with it.
pub fn added(new: &NewContact) -> Result<(Details, String), Problem> {
    let mut errors = Vec::new();
    let details = Details {
        name: name(new.name.as_deref(), &mut errors),
        role: new.role.into(),
        email: email(new.email.as_deref(), &mut errors).map(contact::Address::new),
        phone: phone(new.phone.as_deref(), &mut errors).map(contact::Address::new),
    };
    if new.email.is_none() && new.phone.is_none() {
        errors.push(FieldError::new("email", "is missing", "an e-mail address, a phone number, or both"));
    }
    let reason = reason(&new.reason, &mut errors);
    if errors.is_empty() { Ok((details, reason)) } else { Err(Problem::fields(errors)) }
}

fn changed(id: &str, new: &ChangedContact) -> Result<(ContactEdit, String), Problem> {
    let mut errors = Vec::new();
    let change = ContactChange {
        name: new.name.as_ref().map(|text| name(text.as_deref(), &mut errors)),
        role: new.role.map(Into::into),
        email: new.email.as_ref().map(|text| email(text.as_deref(), &mut errors)),
        phone: new.phone.as_ref().map(|text| phone(text.as_deref(), &mut errors)),
        unblock: new.unblock.iter().map(|reach| Channel::from(*reach)).collect(),
    };
    let reason = reason(&new.reason, &mut errors);
    if errors.is_empty() { Ok((ContactEdit::Change(ContactId::named(id), change), reason)) } else { Err(Problem::fields(errors)) }
}

/// Applies an edit; returns the profile before and after it. What changes nothing is done, too.
pub async fn edited(
    caller: &Caller,
    state: &State,
    debtor: &str,
    edit: ContactEdit,
    reason: String,
) -> Result<(Profile, Profile), Problem> {
    let before = account(caller, debtor).await?.profile;
    let command = Command::Contacts { edit, reason };
    match apply(&caller.store, &state.clock, &debtor_in_path(debtor)?, None, &command, &[], caller.setting()).await? {
        Applied::Done(outcome) => {
            queue_what_follows(caller, state, &outcome).await?;
            Ok((before, outcome.account.profile))
        }
        Applied::NoAccount => Err(Problem::not_found("debtor")),
        Applied::Refused(Refused::NoSuchContact) => Err(Problem::not_found("contact")),
        Applied::Refused(Refused::TooManyContacts) => {
            Err(Problem::field("contact", "is one too many", format!("{MOST_CONTACTS} contacts at the most: take one away first")))
        }
        Applied::Refused(Refused::ContactWithoutAddress) => {
            Err(Problem::field("email", "and phone would both be missing", "an e-mail address, a phone number, or DELETE for the contact"))
        }
        Applied::Refused(_) => Ok((before.clone(), before)),
    }
}

fn shown(contacts: &Contacts, id: &ContactId) -> Result<Json<DebtorContact>, Problem> {
    contacts.get(id).map(|contact| Json(contact.into())).ok_or_else(|| Problem::not_found("contact"))
}

/// Contacts of a debtor, in the order in which they came.
#[utoipa::path(get, path = "/debtors/{debtor}/contacts", tag = "contacts", params(("debtor" = String, Path, description = "The debtor's id")),
    responses((status = 200, body = List<DebtorContact>)))]
pub async fn list_contacts(caller: Caller, Path(debtor): Path<String>) -> Result<Json<List<DebtorContact>>, Problem> {
    let profile = account(&caller, &debtor).await?.profile;
    Ok(Json(List::whole(profile.contacts.iter().map(Into::into).collect())))
}

/// Adds a contact, up to 20. Again the same changes nothing. An address that is blocked for another
/// contact is blocked for this one.
#[utoipa::path(post, path = "/debtors/{debtor}/contacts", tag = "contacts", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewContact, responses((status = 201, body = DebtorContact)))]
pub async fn add_contact(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewContact>,
) -> Result<(StatusCode, Json<DebtorContact>), Problem> {
    let (wanted, reason) = added(&new)?;
    let (_, after) = edited(&caller, &state, &debtor, ContactEdit::Add(wanted.clone()), reason).await?;
    let same = |details: &Details| {
        let address = |details: &Details| details.addresses().map(|one| one.address.clone()).collect::<Vec<_>>();
        (&details.name, details.role, address(details)) == (&wanted.name, wanted.role, address(&wanted))
    };
    let found = after.contacts.iter().filter(|contact| same(&contact.details)).last();
    let found = found.ok_or_else(|| Problem::not_found("contact"))?;
    Ok((StatusCode::CREATED, Json(found.into())))
}

/// Changes a contact. What the team sets of the source's own contact stays, whatever the source says
/// later. An address that bounced or whose reader complained is used again only by `unblock`.
#[utoipa::path(patch, path = "/debtors/{debtor}/contacts/{contact}", tag = "contacts",
    params(("debtor" = String, Path, description = "The debtor's id"), ("contact" = String, Path, description = "The contact's id")),
    request_body = ChangedContact, responses((status = 200, body = DebtorContact)))]
pub async fn change_contact(
    caller: Caller,
    Connections(state): Connections<State>,
    Path((debtor, contact)): Path<(String, String)>,
    Body(new): Body<ChangedContact>,
) -> Result<Json<DebtorContact>, Problem> {
    let (edit, reason) = changed(&contact, &new)?;
    let (_, after) = edited(&caller, &state, &debtor, edit, reason).await?;
    shown(&after.contacts, &ContactId::named(&contact))
}

/// Takes a contact away, and answers with what it was: adding that undoes it. The source does not bring
/// an address of its own back that was taken away here; another one it does.
#[utoipa::path(delete, path = "/debtors/{debtor}/contacts/{contact}", tag = "contacts",
    params(("debtor" = String, Path, description = "The debtor's id"), ("contact" = String, Path, description = "The contact's id"), Why),
    responses((status = 200, body = DebtorContact)))]
pub async fn remove_contact(
    caller: Caller,
    Connections(state): Connections<State>,
    Path((debtor, contact)): Path<(String, String)>,
    Params(why): Params<Why>,
) -> Result<Json<DebtorContact>, Problem> {
    let mut errors = Vec::new();
    let reason = reason(&why.reason, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let id = ContactId::named(&contact);
    let (before, _) = edited(&caller, &state, &debtor, ContactEdit::Remove(id.clone()), reason).await?;
    shown(&before.contacts, &id)
}

/// Says who of the team hears about a debtor: tasks go there.
#[utoipa::path(put, path = "/debtors/{debtor}/owner", tag = "contacts", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewOwner, responses((status = 200, body = Owner)))]
pub async fn set_owner(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewOwner>,
) -> Result<Json<Owner>, Problem> {
    let mut errors = Vec::new();
    let owner = email(new.email.as_deref(), &mut errors);
    let reason = reason(&new.reason, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let (before, after) = edited(&caller, &state, &debtor, ContactEdit::Owner(owner), reason).await?;
    Ok(Json(Owner { email: after.owner, before: before.owner }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn fields(problem: Problem) -> Vec<String> {
        problem.errors.into_iter().map(|error| error.field).collect()
    }

    fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Vec<String>> {
        let Value::Object(fields_given) = value else { panic!("an object") };
        upominek::fields::object(fields_given).map_err(|errors| fields(Problem::fields(errors)))
    }

    fn new(value: Value) -> Result<(Details, String), Vec<String>> {
        read::<NewContact>(value).and_then(|new| added(&new).map_err(fields))
    }

    #[test]
    fn every_error_of_a_contact_comes_at_once() {
        let bad = json!({ "name": " ", "role": "owner", "email": "anna", "phone": "12", "reason": "" });
        assert_eq!(new(bad).unwrap_err(), ["name", "email", "phone", "reason"]);
        assert_eq!(new(json!({ "role": "owner", "reason": "x" })).unwrap_err(), ["email"]);
        assert_eq!(new(json!({ "role": "king", "email": "a@b.example", "reason": "x", "fax": 1 })).unwrap_err(), ["fax", "role"]);
    }

    #[test]
    fn addresses_come_into_one_form() {
        let (details, _) = new(json!({ "role": "owner", "email": " anna@example.com ", "phone": "500 100 200", "reason": "x" })).unwrap();
        let addresses: Vec<_> = details.addresses().map(|one| one.address.as_str()).collect();
        assert_eq!(addresses, ["anna@example.com", "+48500100200"]);
    }

    #[test]
    fn null_takes_away_and_what_is_not_said_stays() {
        let change = read::<ChangedContact>(json!({ "phone": null, "unblock": ["email"], "reason": "x" })).unwrap();
        let (edit, _) = changed("c1", &change).unwrap();
        let expected = ContactChange { phone: Some(None), unblock: vec![Channel::Email], ..ContactChange::default() };
        assert_eq!(edit, ContactEdit::Change(ContactId::named("c1"), expected));
    }
}
