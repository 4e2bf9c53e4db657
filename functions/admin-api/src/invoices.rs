//! Invoices: what is open, what comes next, and why nothing was said.

use axum::Json;
use axum::extract::Path;
use serde::Deserialize;
use upominek::domain::account::Account;
use upominek::domain::decide;
use upominek::domain::fact::InvoiceRef;
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::ports::store::Accounts;
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::debtors::account;
use crate::extract::Params;
use crate::find::{find, holder};
use crate::page::{Cursors, Limit, List};
use crate::problem::Problem;
use view::Invoice;

pub mod view;

/// Which of a debtor's invoices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfDebtor {
    /// `true` lists closed invoices instead of open ones.
    #[param(value_type = Option<bool>)]
    pub closed: Option<Flag>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Rows of a page, 1 to 100; 50 if not said.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Option<Limit>,
}

/// Which invoice, by either of its names.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ByName {
    /// The source and its id of the invoice: `shopify:5312`.
    pub case: Option<String>,
    /// The invoice's number or KSeF number; several invoices may have the same.
    pub number: Option<String>,
    /// `true` instead of a name: all open invoices whose VAT may be corrected as bad debts, the oldest first.
    #[param(value_type = Option<bool>)]
    pub vat_relief: Option<Flag>,
    /// `next` of the page before, with `vat_relief`.
    pub after: Option<String>,
    /// Rows of a page with `vat_relief`, 1 to 100; 50 if not said.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Option<Limit>,
}

/// `true` or `false` in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Flag(pub bool);

impl TryFrom<String> for Flag {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|_| "is neither, expected true or false")
    }
}

/// Invoices of a debtor: the open ones, the oldest due first, or the closed ones.
#[utoipa::path(get, path = "/debtors/{debtor}/invoices", tag = "invoices",
    params(("debtor" = String, Path, description = "The debtor's id"), OfDebtor), responses((status = 200, body = List<Invoice>)))]
pub async fn invoices_of_debtor(
    caller: Caller,
    Path(debtor): Path<String>,
    Params(query): Params<OfDebtor>,
) -> Result<Json<List<Invoice>>, Problem> {
    let limit = query.limit.unwrap_or_default();
    let closed = query.closed == Some(Flag(true));
    let list = format!("invoices {debtor} {closed}");
    let cursors = Cursors::of(caller.store.creditor(), &list);
    let after = cursors.read(query.after.as_deref())?;
    if closed {
        // With the account, since side claims of a closed invoice may be open still.
        let account = account(&caller, &debtor).await?;
        let page = caller.store.closed_cases(&account.profile.debtor, after.as_deref(), limit.rows()).await?;
        let data = page.rows.iter().map(|case| Invoice::closed(&account, case, &caller)).collect();
        return Ok(Json(List { data, next: cursors.write(page.next) }));
    }
    let account = account(&caller, &debtor).await?;
    let (data, next) = open_invoices(&account, &caller, after.as_deref(), limit.count());
    Ok(Json(List { data, next: cursors.write(next) }))
}

/// A page of open invoices. The place is due day and id, so it holds although others come and go.
fn open_invoices(account: &Account, caller: &Caller, after: Option<&str>, limit: usize) -> (Vec<Invoice>, Option<String>) {
    let place = |case: &upominek::domain::account::Case| format!("{}\n{}", case.due_on, case.id);
    let mut left: Vec<_> = decide::net_open(account);
    left.sort_by_cached_key(|(case, _)| place(case));
    left.retain(|(case, _)| after.is_none_or(|after| place(case).as_str() > after));
    let next = left.get(limit).and_then(|_| left.get(limit.saturating_sub(1))).map(|(case, _)| place(case));
    let rows = left.iter().take(limit).map(|(case, net_minor)| Invoice::open(account, case, *net_minor, caller));
    (rows.collect(), next)
}

/// Invoices by the source's id or by number, where an unknown one gives an empty list; or those whose VAT may
/// be corrected as bad debts (art. 89a of the VAT Act).
#[utoipa::path(get, path = "/invoices", tag = "invoices", params(ByName), responses((status = 200, body = List<Invoice>)))]
pub async fn find_invoices(caller: Caller, Params(query): Params<ByName>) -> Result<Json<List<Invoice>>, Problem> {
    let relief = query.vat_relief == Some(Flag(true));
    let invoice = match (query.case, query.number) {
        (None, None) if relief => return with_relief(&caller, query.after.as_deref(), query.limit.unwrap_or_default()).await,
        (Some(case), None) if !relief => InvoiceRef::Case(case_id("case", case)?),
        (None, Some(number)) if !relief => InvoiceRef::Alias(number),
        _ => return Err(Problem::field("case", "is not the only name", "either case=source:id, number=… or vat_relief=true")),
    };
    let mut data = Vec::new();
    for (case, debtor) in find(&caller, &invoice, None).await?.invoices {
        data.extend(show(&caller, &debtor, &case).await?);
    }
    Ok(Json(List::whole(data)))
}

/// A page of invoices whose VAT may be corrected: the index gives their places, and each debtor is read once.
async fn with_relief(caller: &Caller, after: Option<&str>, limit: Limit) -> Result<Json<List<Invoice>>, Problem> {
    let cursors = Cursors::of(caller.store.creditor(), "vat relief");
    let page = caller.store.vat_relief(caller.today(), cursors.read(after)?.as_deref(), limit.rows()).await?;
    let mut accounts: Vec<Account> = Vec::new();
    let mut data = Vec::new();
    for (debtor, id) in page.rows {
        if !accounts.iter().any(|account| account.profile.debtor == debtor) {
            accounts.extend(caller.store.load(&debtor, None).await?);
        }
        let Some(account) = accounts.iter().find(|account| account.profile.debtor == debtor) else { continue };
        let open = decide::net_open(account).into_iter().find(|(case, _)| case.id == id);
        data.extend(open.map(|(case, net_minor)| Invoice::open(account, case, net_minor, caller)));
    }
    Ok(Json(List { data, next: cursors.write(page.next) }))
}

async fn show(caller: &Caller, debtor: &DebtorId, id: &CaseId) -> Result<Option<Invoice>, Problem> {
    let Some(account) = holder(caller, debtor, id).await? else { return Ok(None) };
    let open = decide::net_open(&account).into_iter().find(|(case, _)| case.id == *id);
    Ok(match open {
        Some((case, net_minor)) => Some(Invoice::open(&account, case, net_minor, caller)),
        None => account.case(id).map(|case| Invoice::closed(&account, case, caller)),
    })
}

/// A case id that the caller wrote.
pub fn case_id(field: &str, text: String) -> Result<CaseId, Problem> {
    CaseId::try_from(text).map_err(|error| Problem::field(field, "is no case id", error.to_string()))
}
