//! Invoices that change their debtor: moved, carried along by a merge, handed back or chosen by a split.
//! Each with a reason, in both time lines. What stopped in between goes on with the same request again.

use axum::Json;
use axum::extract::{Path, State as Connections};
use serde::{Deserialize, Serialize};
use upominek::adapters::dynamodb::Store;
use upominek::adapters::sqs::Queues;
use upominek::app::intake::shard_of;
use upominek::app::link::sha256;
use upominek::app::transfer::{Carrier, Transferred};
use upominek::domain::account::Account;
use upominek::domain::contact::MOST_CONTACTS;
use upominek::domain::handle::Refused;
use upominek::domain::ids::{CaseId, DebtorId, Source};
use upominek::fields::FieldError;
use upominek::ports::store::Identity;
use upominek::runtime::WallClock;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::contacts::{NewContact, added, name, reason};
use crate::debtors::debtor_in_path;
use crate::extract::Json as Body;
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::state::State;

/// Most invoices of one request.
const MOST_CASES: usize = 100;
/// Most identities of one request.
const MOST_IDENTITIES: usize = 5;

/// Invoices to move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The debtor who owes them.
    pub to: String,
    /// The invoices (`source:id`), open or closed, 1 to 100.
    pub cases: Vec<String>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// A debtor to merge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The debtor into which it goes.
    pub into: String,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// By what a debtor is recognised when an invoice comes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhoIsWho {
    /// The source of a customer id: `shopify`. Needs `customer`.
    pub source: Option<String>,
    /// The source's customer id.
    pub customer: Option<String>,
    /// A tax id, as invoices have it.
    pub tax_id: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
}

/// How a debtor is split.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// A debtor that was merged into this one: it gets back what came with it. Nothing else is said then.
    pub debtor: Option<String>,
    /// The name of a new debtor, 1 to 100 characters.
    pub name: Option<String>,
    /// The invoices (`source:id`) that are the new debtor's, 1 to 100.
    #[serde(default)]
    pub cases: Vec<String>,
    /// Its contact.
    pub contact: Option<NewContact>,
    /// Identities that lead to the new debtor from now on, up to 5.
    #[serde(default)]
    pub identities: Vec<WhoIsWho>,
    /// Why, for other people: 1 to 500 characters.
    pub reason: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Carried {
    /// The debtor that has the invoices now.
    pub debtor: String,
    /// How many this request carried.
    pub cases: usize,
}

fn carrier<'a>(caller: &'a Caller, state: &'a State) -> Carrier<'a, Store, Queues, WallClock> {
    Carrier { store: &caller.store, queue: &state.queues, clock: &state.clock, setting: caller.setting() }
}

fn carried(transferred: Transferred, to: &DebtorId, field: &str) -> Result<Json<Carried>, Problem> {
    let refused = match transferred {
        Transferred::Done { cases } => return Ok(Json(Carried { debtor: to.to_string(), cases })),
        Transferred::NoAccount => {
            return Err(Problem::field(field, "is no debtor of yours", "the id of one, as the list of debtors has it"));
        }
        Transferred::Refused(refused) => refused,
    };
    Err(match refused {
        Refused::SameDebtor => Problem::field(field, "is the same debtor", "another one"),
        Refused::Merged { into } => Problem::field(field, format!("was merged into {into}"), "a debtor that was not merged"),
        Refused::NotMerged => Problem::field(field, "was not merged into this debtor", "one that was, or a name for a new one"),
        Refused::NoSuchCase => Problem::field("cases", "names an invoice that the debtor does not have", "open or closed invoices of it"),
        Refused::TooManyContacts => {
            Problem::field(field, "has too many contacts", format!("{MOST_CONTACTS} of both together: take some away first"))
        }
        Refused::PlanInTheWay { currency } => Problem::field(
            field,
            format!("cannot take over an instalment plan in {currency}: it has one, the plan covers invoices of both, or too many"),
            "one without; or withdraw a plan first, and agree one on all invoices afterwards",
        ),
        other => Problem::field(field, other.to_string(), "another one"),
    })
}

fn other(field: &str, text: &str, errors: &mut Vec<FieldError>) -> Option<DebtorId> {
    let read = DebtorId::parse(text).map_err(|error| errors.push(FieldError::new(field, "is no debtor's id", error.to_string())));
    read.ok()
}

fn cases_of(cases: &[String], errors: &mut Vec<FieldError>) -> Vec<CaseId> {
    if !(1..=MOST_CASES).contains(&cases.len()) {
        errors.push(FieldError::new("cases", "is empty or too long", format!("1 to {MOST_CASES} invoices")));
    }
    let mut read: Vec<CaseId> = Vec::new();
    for (index, text) in cases.iter().enumerate() {
        match case_id(&format!("cases[{index}]"), text.clone()) {
            Ok(case) if read.contains(&case) => {}
            Ok(case) => read.push(case),
            Err(problem) => errors.extend(problem.errors),
        }
    }
    read
}

/// Moves invoices to another debtor of yours, with everything that is theirs: payments, steps, promises,
/// disputes. A reminder about one of them that waits is cancelled and decided anew. Moving them back
/// undoes it; again the same changes nothing.
#[utoipa::path(post, path = "/debtors/{debtor}/move", tag = "debtors", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = Move, responses((status = 200, body = Carried)))]
pub async fn move_invoices(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<Move>,
) -> Result<Json<Carried>, Problem> {
    let from = debtor_in_path(&debtor)?;
    let mut errors = Vec::new();
    let to = other("to", &new.to, &mut errors);
    let cases = cases_of(&new.cases, &mut errors);
    let reason = reason(&new.reason, &mut errors);
    let Some(to) = to.filter(|_| errors.is_empty()) else { return Err(Problem::fields(errors)) };
    if caller.store.profile(&from).await?.is_none() {
        return Err(Problem::not_found("debtor"));
    }
    carried(carrier(&caller, &state).move_cases(&from, &to, &cases, &reason).await?, &to, "to")
}

/// Merges this debtor into another one: invoices, money and contacts go there, what either heard counts
/// for both, and whoever asks for this one is led there. What waits to be sent is cancelled and decided
/// anew. A split undoes it.
#[utoipa::path(post, path = "/debtors/{debtor}/merge", tag = "debtors", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = Merge, responses((status = 200, body = Carried)))]
pub async fn merge_debtor(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<Merge>,
) -> Result<Json<Carried>, Problem> {
    let from = debtor_in_path(&debtor)?;
    let mut errors = Vec::new();
    let into = other("into", &new.into, &mut errors);
    let reason = reason(&new.reason, &mut errors);
    let Some(into) = into.filter(|_| errors.is_empty()) else { return Err(Problem::fields(errors)) };
    if caller.store.profile(&from).await?.is_none() {
        return Err(Problem::not_found("debtor"));
    }
    carried(carrier(&caller, &state).merge(&from, &into, &reason).await?, &into, "into")
}

/// Splits a debtor: one that was merged into it gets back what came with it, or chosen invoices make a
/// debtor of their own. The same request again makes the same debtor.
#[utoipa::path(post, path = "/debtors/{debtor}/split", tag = "debtors", params(("debtor" = String, Path, description = "The debtor's id")),
    request_body = Split, responses((status = 200, body = Carried)))]
pub async fn split_debtor(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Body(new): Body<Split>,
) -> Result<Json<Carried>, Problem> {
    let from = debtor_in_path(&debtor)?;
    let profile = caller.store.profile(&from).await?.ok_or_else(|| Problem::not_found("debtor"))?;
    let mut errors = Vec::new();
    if let Some(back) = &new.debtor {
        let alone = new.name.is_none() && new.cases.is_empty() && new.contact.is_none() && new.identities.is_empty();
        if !alone {
            errors.push(FieldError::new("debtor", "stands beside a new one", "debtor alone, or name and cases of a new one"));
        }
        let back = other("debtor", back, &mut errors);
        let reason = reason(&new.reason, &mut errors);
        let Some(back) = back.filter(|_| errors.is_empty()) else { return Err(Problem::fields(errors)) };
        return carried(carrier(&caller, &state).give_back(&from, &back, &reason).await?, &back, "debtor");
    }
    let called = name(new.name.as_deref(), &mut errors);
    if called.is_none() {
        errors.push(FieldError::new("name", "is missing", "the name of the new debtor, or debtor for one that was merged"));
    }
    let cases = cases_of(&new.cases, &mut errors);
    let identities = identities(&new.identities, &mut errors);
    let reason = reason(&new.reason, &mut errors);
    let contact = new.contact.as_ref().map(added).transpose().unwrap_or_else(|problem| {
        errors.extend(problem.errors.into_iter().map(|error| FieldError { field: format!("contact.{}", error.field), ..error }));
        None
    });
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let id = id_of(&from, &called, &cases);
    let shard = shard_of(&id, caller.settings.shards);
    let mut account = Account::new(caller.settings.creditor.clone(), id.clone(), shard, caller.now);
    account.profile.name = called.unwrap_or_default();
    (account.profile.kind, account.profile.locale, account.profile.zone) = (profile.kind, profile.locale, profile.zone);
    if let Some((details, _)) = contact {
        account.profile.contacts.add(details);
    }
    carried(carrier(&caller, &state).split(&from, &account, &cases, &identities, &reason).await?, &id, "debtor")
}

/// The same request again names the same new debtor, so that one that was stopped goes on.
fn id_of(from: &DebtorId, name: &Option<String>, cases: &[CaseId]) -> DebtorId {
    let mut sorted: Vec<String> = cases.iter().map(ToString::to_string).collect();
    sorted.sort_unstable();
    let digest = sha256(format!("split\n{from}\n{}\n{}", name.as_deref().unwrap_or_default(), sorted.join("\n")).as_bytes());
    let mut chance = [0; 10];
    chance.copy_from_slice(&digest[..10]);
    DebtorId::from_chance(chance)
}

fn identities(given: &[WhoIsWho], errors: &mut Vec<FieldError>) -> Vec<Identity> {
    if given.len() > MOST_IDENTITIES {
        errors.push(FieldError::new("identities", "are too many", format!("up to {MOST_IDENTITIES}")));
    }
    let mut read = Vec::new();
    for (index, one) in given.iter().enumerate() {
        let source = one.source.as_deref().and_then(|source| Source::parse(source).ok());
        read.push(match (source, &one.customer, &one.tax_id, &one.email) {
            (Some(source), Some(customer), None, None) => Identity::Customer(source, customer.clone()),
            (None, None, Some(tax_id), None) if one.source.is_none() => Identity::TaxId(tax_id.clone()),
            (None, None, None, Some(email)) if one.source.is_none() => Identity::Email(email.clone()),
            _ => {
                let expected = "source and customer, or tax_id, or email";
                errors.push(FieldError::new(format!("identities[{index}]"), "is not one identity", expected));
                continue;
            }
        });
    }
    read
}
