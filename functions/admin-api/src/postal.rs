//! Where letters to a debtor go, as the team says: entered, and taken away, each with a reason. The address goes
//! back to the caller only; the time line tells that it was given, and why.

use axum::Json;
use axum::extract::{Path, State as Connections};
use serde::{Deserialize, Serialize};
use upominek::domain::account::Profile;
use upominek::domain::fact::{self, PostalWord};
use upominek::domain::handle::ContactEdit;
use upominek::fields::FieldError;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::contacts::{Why, edited, reason};
use crate::dto::Origin;
use crate::extract::{Json as Body, Params};
use crate::problem::Problem;
use crate::state::State;

/// Where a letter goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostalAddress {
    /// Street with its number, or what stands for it.
    #[schema(example = "ul. Lipowa 12/3")]
    pub street: String,
    /// Post code.
    #[schema(example = "00-123")]
    pub post_code: Option<String>,
    /// Town.
    #[schema(example = "Warszawa")]
    pub city: String,
    /// Country, two letters (ISO 3166-1); `null` is the creditor's own.
    #[schema(example = "PL")]
    pub country: Option<String>,
}

/// A postal address to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPostalAddress {
    /// Street with its number, or what stands for it: 1 to 100 characters in one line.
    pub street: String,
    /// Post code: up to 20 characters; of Poland as `00-123`.
    pub post_code: Option<String>,
    /// Town: 1 to 100 characters in one line.
    pub city: String,
    /// Country, two letters (ISO 3166-1); the creditor's own if not said.
    pub country: Option<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// Where letters to a debtor go, and went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Postal {
    /// The address; `null` where there is none.
    pub postal: Option<PostalAddress>,
    /// Where it came from: the source's own changes with the next invoice that names another.
    pub origin: Option<Origin>,
    /// The same until now: entering it again undoes this.
    pub before: Option<PostalAddress>,
}

impl From<&fact::PostalAddress> for PostalAddress {
    fn from(address: &fact::PostalAddress) -> Self {
        let fact::PostalAddress { street, post_code, city, country } = address.clone();
        Self { street, post_code, city, country }
    }
}

impl Postal {
    fn new(before: &Profile, after: &Profile) -> Self {
        let origin = if after.postal_word == Some(PostalWord::Given) { Origin::Team } else { Origin::Source };
        let [before, postal] = [before, after].map(|profile| profile.postal.as_ref().map(PostalAddress::from));
        Self { origin: postal.as_ref().map(|_| origin), postal, before }
    }
}

fn line(field: &str, text: &str, most: usize, errors: &mut Vec<FieldError>) -> String {
    if text.contains(char::is_control) || !(1..=most).contains(&text.trim().chars().count()) {
        errors.push(FieldError::new(field, "is empty or too long", format!("1 to {most} characters in one line")));
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An address and why, or everything that is wrong with it.
fn checked(new: &NewPostalAddress) -> Result<(fact::PostalAddress, String), Problem> {
    let mut errors = Vec::new();
    let street = line("street", &new.street, 100, &mut errors);
    let post_code = new.post_code.as_deref().map(|code| line("post_code", code, 20, &mut errors));
    let city = line("city", &new.city, 100, &mut errors);
    let country = new.country.as_deref().map(|country| country.trim().to_ascii_uppercase());
    if country.as_deref().is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
        errors.push(FieldError::new("country", "is no country", "two letters, such as PL"));
    }
    let polish = |code: &str| {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        code.split_once('-').is_some_and(|(area, place)| (area.len(), place.len()) == (2, 3) && digits(area) && digits(place))
    };
    if country.as_deref() == Some("PL") && post_code.as_deref().is_some_and(|code| !code.is_empty() && !polish(code)) {
        errors.push(FieldError::new("post_code", "is no Polish post code", "two digits, a hyphen and three digits, such as 00-123"));
    }
    let reason = reason(&new.reason, &mut errors);
    let address = fact::PostalAddress { street, post_code, city, country };
    if errors.is_empty() { Ok((address, reason)) } else { Err(Problem::fields(errors)) }
}

/// Says where letters to the debtor go. It stays, whatever the source says later.
#[utoipa::path(put, path = "/debtors/{debtor}/postal", tag = "contacts", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = NewPostalAddress, responses((status = 200, body = Postal)))]
pub async fn set_postal(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<NewPostalAddress>,
) -> Result<Json<Postal>, Problem> {
    let (address, reason) = checked(&new)?;
    let (before, after) = edited(&caller, &state, &debtor, ContactEdit::Postal(Some(address)), reason).await?;
    Ok(Json(Postal::new(&before, &after)))
}

/// Takes the address away, and answers with what it was: entering that undoes it. The source does not bring
/// the same one back; another one it does.
#[utoipa::path(delete, path = "/debtors/{debtor}/postal", tag = "contacts",
    params(("debtor" = String, Path, description = "The debtor's id"), Why), responses((status = 200, body = Postal)))]
pub async fn remove_postal(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(why): Params<Why>,
) -> Result<Json<Postal>, Problem> {
    let mut errors = Vec::new();
    let reason = reason(&why.reason, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let (before, after) = edited(&caller, &state, &debtor, ContactEdit::Postal(None), reason).await?;
    Ok(Json(Postal::new(&before, &after)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Result<fact::PostalAddress, Vec<String>> {
        let Value::Object(given) = value else { panic!("an object") };
        let fields = |problem: Problem| problem.errors.into_iter().map(|error| error.field).collect::<Vec<_>>();
        let new = upominek::fields::object::<NewPostalAddress>(given).map_err(|errors| fields(Problem::fields(errors)))?;
        checked(&new).map(|(address, _)| address).map_err(fields)
    }

    #[test]
    fn every_error_of_an_address_comes_at_once() {
        let bad = json!({ "street": " ", "post_code": "00123", "city": "War\nszawa", "country": "pl", "reason": "" });
        assert_eq!(read(bad).unwrap_err(), ["street", "city", "post_code", "reason"]);
        let bad = json!({ "street": "x".repeat(101), "post_code": "", "city": "Łódź", "country": "Polska", "reason": "x" });
        assert_eq!(read(bad).unwrap_err(), ["street", "post_code", "country"]);
        assert_eq!(
            read(json!({ "street": "Lipowa 1", "reason": "x" })).unwrap_err(),
            ["city"],
            "nothing is taken away by what is not said"
        );
        assert_eq!(read(json!({ "street": "a", "city": "b", "town": "c", "reason": "x" })).unwrap_err(), ["town"]);
    }

    #[test]
    fn an_address_comes_into_one_form_and_other_countries_have_codes_of_their_own() {
        let given = json!({ "street": " ul.  Lipowa 12/3 ", "post_code": " 00-123", "city": "Warszawa", "country": "pl", "reason": "x" });
        let address = read(given).unwrap();
        assert_eq!(
            (address.street.as_str(), address.post_code.as_deref(), address.country.as_deref()),
            ("ul. Lipowa 12/3", Some("00-123"), Some("PL"))
        );
        assert!(read(json!({ "street": "1 High St", "post_code": "SW1A 1AA", "city": "London", "country": "GB", "reason": "x" })).is_ok());
        assert!(read(json!({ "street": "Dorf 1", "city": "Bern", "reason": "x" })).is_ok());
    }
}
