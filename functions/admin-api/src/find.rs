//! Finding an invoice by a name that the caller gave, within the caller's own data.

use upominek::app::apply;
use upominek::domain::account::Account;
use upominek::domain::fact::InvoiceRef;
use upominek::domain::ids::{CaseId, DebtorId, Source};
use upominek::ports::store::{Directories, Directory, Question, StoreError};

use crate::auth::Caller;
use crate::problem::Problem;

/// The provider of payments that a person records, and the source of what is asked by hand.
pub const MANUAL: &str = "manual";

/// Looks an invoice up, and whether a payment recorded by hand was booked before.
pub async fn find(caller: &Caller, invoice: &InvoiceRef, payment_id: Option<&str>) -> Result<Directory, Problem> {
    look_up(caller, Some(invoice), payment_id).await
}

/// Whether a payment recorded by hand was booked before.
pub async fn is_booked(caller: &Caller, payment_id: &str) -> Result<bool, Problem> {
    Ok(look_up(caller, None, Some(payment_id)).await?.booked)
}

/// The account that has an invoice. The debtor is where a name of it led to; it may have been moved
/// since, and then the invoice's own reference knows.
pub async fn holder(caller: &Caller, debtor: &DebtorId, case: &CaseId) -> Result<Option<Account>, Problem> {
    let has_it = |account: &Account| account.case(case).is_some();
    if let Some(account) = apply::find(&caller.store, debtor, Some(case)).await?.filter(has_it) {
        return Ok(Some(account));
    }
    let Some((_, debtor)) = find(caller, &InvoiceRef::Case(case.clone()), None).await?.invoices.into_iter().next() else {
        return Ok(None);
    };
    Ok(apply::find(&caller.store, &debtor, Some(case)).await?.filter(has_it))
}

async fn look_up(caller: &Caller, invoice: Option<&InvoiceRef>, payment_id: Option<&str>) -> Result<Directory, Problem> {
    let source = Source::parse(MANUAL).map_err(|error| StoreError::Corrupt { kind: "source", source: error.into() })?;
    let question = Question {
        // Nothing that is asked by hand is an event; the question wants one.
        event: (&source, payment_id.unwrap_or("-")),
        invoice,
        names: &[],
        booking: payment_id.map(|id| (MANUAL, id)),
        identities: &[],
    };
    Ok(caller.store.look_up(question).await?)
}
