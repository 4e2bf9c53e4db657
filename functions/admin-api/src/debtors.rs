//! Debtors: who owes, what in all, and what happened to their account.

use axum::Json;
use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use upominek::domain::account::{Account, Profile};
use upominek::domain::contact::Address;
use upominek::domain::ids::DebtorId;
use upominek::domain::money::Currency;
use upominek::domain::policy::Channel;
use upominek::domain::score;
use upominek::ports::store::Accounts;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::calls::Score;
use crate::cause::shown_if;
use crate::claims::SideClaims;
use crate::dto::{Amount, DebtorKind, Hold, Locale, Text};
use crate::extract::Params;
use crate::legal::LegalStop;
use crate::page::{Cursors, Limit, List};
use crate::plan::Plan;
use crate::postal::PostalAddress;
use crate::problem::Problem;
use crate::record::Record;
use crate::refusals::{InstalmentRequest, Refusal};
use crate::segment::SegmentBecause;
use crate::time_line::TimeLineEntry;

/// Where a page begins and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// `next` of the page before.
    pub after: Option<String>,
    /// Rows of a page, 1 to 100; 50 if not said.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Option<Limit>,
}

/// An address of a debtor, and whether it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contact {
    /// The address or number.
    pub address: String,
    /// Why nothing is sent there any more: `bounced`, `complained` and so on; `null` while it works.
    pub blocked: Option<String>,
    /// The same for a person.
    pub blocked_text: Option<Text>,
}

impl From<&Address> for Contact {
    fn from(known: &Address) -> Self {
        let (blocked, blocked_text) = shown_if(known.blocked.as_deref());
        Self { address: known.address.clone(), blocked, blocked_text }
    }
}

/// A debtor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Debtor {
    /// Its id.
    #[schema(example = "deb-mzxw6ytboi2tcmjv")]
    pub debtor: String,
    /// Name as on the invoices.
    pub name: String,
    /// Tax id.
    pub tax_id: Option<String>,
    /// Company or person.
    pub kind: DebtorKind,
    /// A public body, as the source or the team says.
    pub public_body: bool,
    /// Language, where it is known.
    pub locale: Option<Locale>,
    /// Time zone, where it is known.
    pub zone: Option<String>,
    /// E-mail of the main contact; all of them are in `/debtors/{debtor}/contacts`.
    pub email: Option<Contact>,
    /// Phone of the main contact.
    pub phone: Option<Contact>,
    /// Where letters go.
    pub postal: Option<PostalAddress>,
    /// Who of the team hears about it; `null` is the settings' `team_email`.
    pub owner: Option<String>,
    /// The debtor into which it was merged, and which answers for it.
    pub merged_into: Option<String>,
    /// A hold on everything said to this debtor.
    pub hold: Option<Hold>,
    /// The ways of writing that the debtor refuses.
    pub refusals: Vec<Refusal>,
    /// The last request for instalments.
    pub instalment_request: Option<InstalmentRequest>,
    /// The stops that the law puts up: nothing is said while one stands.
    pub legal_stops: Vec<LegalStop>,
    /// The day on which the account is looked at next; `null` while nothing is open.
    pub next_evaluation_on: Option<NaiveDate>,
    /// The last business day that was evaluated.
    pub evaluated_on: Option<NaiveDate>,
    /// How it has paid so far.
    pub record: Record,
    /// Its segment by the policy in force, as of its last change or night; `null` where the policy has none for it.
    #[schema(example = "sometimes_late")]
    pub segment: Option<String>,
    /// When we first heard of it.
    pub created_at: DateTime<Utc>,
}

/// What a debtor owes in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Balance {
    /// How many invoices are open.
    pub open_invoices: usize,
    /// What is open of them.
    pub open: Amount,
    /// Money and credit notes that belong to no invoice; it is netted before anything is said.
    pub credit: Amount,
}

/// A debtor with its balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DebtorWithBalance {
    /// The debtor.
    #[serde(flatten)]
    pub debtor: Debtor,
    /// What it owes, by currency.
    pub balances: Vec<Balance>,
    /// Its segment of today, the rule that put it there and the figures that this rests on.
    pub segment_because: Option<SegmentBecause>,
    /// The instalment plans in force, at most one in a currency.
    pub plans: Vec<Plan>,
    /// The score for late payment of today, where something is overdue; none for consumers, unless the policy says so.
    pub score: Option<Score>,
    /// Interest and compensation that are open, also of invoices that are paid.
    pub side_claims: Vec<SideClaims>,
}

impl From<&Profile> for Debtor {
    fn from(profile: &Profile) -> Self {
        Self {
            debtor: profile.debtor.to_string(),
            name: profile.name.clone(),
            tax_id: profile.tax_id.clone(),
            kind: profile.kind.into(),
            public_body: profile.public_body,
            locale: profile.locale.map(Into::into),
            zone: profile.zone.map(|zone| zone.name().to_owned()),
            email: profile.contacts.shown(Channel::Email).map(Contact::from),
            phone: profile.contacts.shown(Channel::Sms).map(Contact::from),
            postal: profile.postal.as_ref().map(PostalAddress::from),
            owner: profile.owner.clone(),
            merged_into: profile.ties.merged.as_ref().map(|merged| merged.into.to_string()),
            hold: profile.hold.as_ref().map(Hold::from),
            refusals: profile.refusals.iter().map(Refusal::from).collect(),
            instalment_request: profile.asked_instalments.as_ref().map(InstalmentRequest::from),
            legal_stops: profile.legal_stops.iter().map(LegalStop::from).collect(),
            next_evaluation_on: profile.wake_on,
            evaluated_on: profile.evaluated_on,
            record: Record::from(&profile.record),
            segment: profile.segment.clone(),
            created_at: profile.created_at,
        }
    }
}

fn balances(account: &Account) -> Vec<Balance> {
    let open = account.open_cases();
    let mut currencies: Vec<Currency> =
        open.iter().map(|case| case.currency).chain(account.credits.iter().map(|credit| credit.currency)).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let balance = |currency: Currency| {
        let cases: Vec<_> = open.iter().filter(|case| case.currency == currency).collect();
        let minor = cases.iter().map(|case| case.open_minor()).fold(0, i64::saturating_add);
        Balance {
            open_invoices: cases.len(),
            open: Amount::new(minor, currency),
            credit: Amount::new(account.credit_minor(currency), currency),
        }
    };
    currencies.into_iter().map(balance).collect()
}

/// A debtor's id from the path; what cannot be one is not there.
pub fn debtor_in_path(text: &str) -> Result<DebtorId, Problem> {
    DebtorId::parse(text).map_err(|_| Problem::not_found("debtor"))
}

/// The account of a debtor of this creditor.
pub async fn account(caller: &Caller, debtor: &str) -> Result<Account, Problem> {
    let found = caller.store.load(&debtor_in_path(debtor)?, None).await?;
    found.ok_or_else(|| Problem::not_found("debtor"))
}

/// Debtors, by id.
#[utoipa::path(get, path = "/debtors", tag = "debtors", params(Paging), responses((status = 200, body = List<Debtor>)))]
pub async fn list_debtors(caller: Caller, Params(paging): Params<Paging>) -> Result<Json<List<Debtor>>, Problem> {
    let cursors = Cursors::of(caller.store.creditor(), "debtors");
    let after = cursors.read(paging.after.as_deref())?;
    let page = caller.store.debtors(after.as_deref(), paging.limit.unwrap_or_default().rows()).await?;
    Ok(Json(List { data: page.rows.iter().map(Debtor::from).collect(), next: cursors.write(page.next) }))
}

/// A debtor with its balance.
#[utoipa::path(get, path = "/debtors/{debtor}", tag = "debtors", params(("debtor" = String, Path, description = "The debtor's id")),
    responses((status = 200, body = DebtorWithBalance)))]
pub async fn get_debtor(caller: Caller, Path(debtor): Path<String>) -> Result<Json<DebtorWithBalance>, Problem> {
    let account = account(&caller, &debtor).await?;
    let call = score::call(&account, &caller.settings, caller.today());
    let score = call.and_then(|call| call.scored).map(|scored| Score::from(&scored));
    let segment_because = SegmentBecause::of(&account, &caller.settings, caller.today());
    let plans = account.profile.plans.iter().map(|plan| Plan::in_force(&account, plan)).collect();
    let side_claims = SideClaims::open_of(&account, &caller);
    let (debtor, balances) = (Debtor::from(&account.profile), balances(&account));
    Ok(Json(DebtorWithBalance { debtor, balances, segment_because, plans, score, side_claims }))
}

/// What happened to a debtor's account, the newest first.
#[utoipa::path(get, path = "/debtors/{debtor}/time-line", tag = "debtors",
    params(("debtor" = String, Path, description = "The debtor's id"), Paging), responses((status = 200, body = List<TimeLineEntry>)))]
pub async fn time_line(
    caller: Caller,
    Path(debtor): Path<String>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<TimeLineEntry>>, Problem> {
    let debtor = debtor_in_path(&debtor)?;
    if caller.store.profile(&debtor).await?.is_none() {
        return Err(Problem::not_found("debtor"));
    }
    let list = format!("time-line {debtor}");
    let cursors = Cursors::of(caller.store.creditor(), &list);
    let after = cursors.read(paging.after.as_deref())?;
    let page = caller.store.time_line(&debtor, after.as_deref(), paging.limit.unwrap_or_default().rows()).await?;
    // Within one commit things happened in order; the newest commit stands first.
    let data = page.rows.iter().flat_map(|commit| commit.entries.iter().rev().map(|entry| TimeLineEntry::new(commit.at, entry)));
    Ok(Json(List { data: data.collect(), next: cursors.write(page.next) }))
}
