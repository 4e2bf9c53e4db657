//! Payments that a person records: booked once under the caller's id, allocated by the usual rules.

use axum::Json;
use axum::extract::State as Connections;
use axum::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use upominek::app::AppError;
use upominek::app::apply::{Applied, apply};
use upominek::domain::fact::{InvoiceRef, PaymentFact};
use upominek::domain::handle::{Command, Outcome};
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::domain::money::Currency;
use upominek::fields::FieldError;
use upominek::ports::store::Also;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::commands::queue_what_follows;
use crate::dto::Amount;
use crate::extract::Json as Body;
use crate::find::{MANUAL, find, is_booked};
use crate::invoices::case_id;
use crate::problem::Problem;
use crate::state::State;

/// How far a payment may lie in the future: clocks differ.
const CLOCKS_DIFFER: Duration = Duration::minutes(10);

/// A payment to record. It names its invoice (`case` or `number`), or only the `debtor`: then the oldest due
/// invoices are paid first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    /// Your id of the payment, 1 to 200 bytes; the same id is booked once.
    #[schema(example = "wyciag-2026-11-23-7")]
    pub payment_id: String,
    /// A decimal number as text, with a point.
    #[schema(example = "123.45")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "PLN")]
    pub currency: String,
    /// When it came; now if not said.
    pub paid_at: Option<DateTime<Utc>>,
    /// The invoice, by the source's id: `shopify:5312`.
    pub case: Option<String>,
    /// The invoice, by its number or KSeF number.
    pub number: Option<String>,
    /// The debtor; together with a number it tells which of several invoices.
    pub debtor: Option<String>,
}

/// What became of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Payment {
    /// Under what it is booked.
    #[schema(example = "manual:wyciag-2026-11-23-7")]
    pub payment: String,
    /// It was booked before; nothing changed.
    pub duplicate: bool,
    /// Whose account it is booked to; `null` for a duplicate.
    pub debtor: Option<String>,
    /// How much went to invoices; `null` for a duplicate.
    pub allocated: Option<Amount>,
    /// How much belongs to no invoice; `null` for a duplicate.
    pub unallocated: Option<Amount>,
}

struct Checked {
    fact: PaymentFact,
    debtor: Option<DebtorId>,
}

/// Records a payment.
#[utoipa::path(post, path = "/payments", tag = "payments", request_body = NewPayment, responses(
    (status = 201, body = Payment, description = "Booked"),
    (status = 200, body = Payment, description = "Booked before")))]
pub async fn record_payment(
    caller: Caller,
    Connections(state): Connections<State>,
    Body(new): Body<NewPayment>,
) -> Result<(StatusCode, Json<Payment>), Problem> {
    let Checked { fact, debtor } = checked(new, caller.now)?;
    let Some((debtor, case)) = target(&caller, &fact, debtor).await? else { return Ok(duplicate(&fact)) };
    let also = [Also::Booking { provider: MANUAL.to_owned(), id: fact.payment_id.clone() }];
    let command = Command::Payment { fact: fact.clone(), case: case.clone(), odd: None };
    match apply(&caller.store, &state.clock, &debtor, case.as_ref(), &command, &also, caller.setting()).await {
        Ok(Applied::Done(outcome)) => {
            queue_what_follows(&caller, &state, &outcome).await?;
            Ok((StatusCode::CREATED, Json(booked(&fact, &outcome))))
        }
        Ok(Applied::NoAccount | Applied::Refused(_)) => Err(Problem::field("debtor", "is not known", "the id of a debtor of yours")),
        // Somebody booked the same id in between; only then does trying again never end.
        Err(AppError::Busy) if is_booked(&caller, &fact.payment_id).await? => Ok(duplicate(&fact)),
        Err(error) => Err(error.into()),
    }
}

fn checked(new: NewPayment, now: DateTime<Utc>) -> Result<Checked, Problem> {
    let mut errors = Vec::new();
    if !(1..=200).contains(&new.payment_id.len()) {
        errors.push(FieldError::new("payment_id", "is empty or too long", "1 to 200 bytes"));
    }
    let currency = Currency::parse(&new.currency).unwrap_or_else(|_| {
        errors.push(FieldError::new("currency", "is no currency", "an ISO 4217 code, such as PLN"));
        Currency::PLN
    });
    let amount_minor = match currency.minor(&new.amount) {
        Ok(minor) if minor > 0 => minor,
        Ok(_) => {
            errors.push(FieldError::new("amount", "is not more than 0", "an amount above 0"));
            0
        }
        Err(error) => {
            errors.push(FieldError::new("amount", error.to_string(), "a decimal number as text, such as 1234.50"));
            0
        }
    };
    let paid_at = new.paid_at.unwrap_or(now);
    if paid_at > now + CLOCKS_DIFFER {
        errors.push(FieldError::new("paid_at", "lies in the future", "an instant up to now"));
    }
    let debtor = new.debtor.as_deref().map(DebtorId::parse).transpose().unwrap_or_else(|error| {
        errors.push(FieldError::new("debtor", "is no debtor's id", error.to_string()));
        None
    });
    let invoice = match (new.case, new.number) {
        (Some(_), Some(_)) => {
            errors.push(FieldError::new("number", "stands beside case", "either case or number"));
            None
        }
        (Some(case), None) => case_id("case", case).map(InvoiceRef::Case).map_err(|problem| errors.extend(problem.errors)).ok(),
        (None, Some(number)) => Some(InvoiceRef::Alias(number)),
        (None, None) => None,
    };
    if invoice.is_none() && new.debtor.is_none() && errors.is_empty() {
        errors.push(FieldError::new("case", "is missing", "case, number or debtor"));
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let fact =
        PaymentFact { provider: MANUAL.to_owned(), payment_id: new.payment_id, invoice, debtor: None, currency, amount_minor, paid_at };
    Ok(Checked { fact, debtor })
}

/// Where the payment goes; `None` if it was booked before.
async fn target(caller: &Caller, fact: &PaymentFact, debtor: Option<DebtorId>) -> Result<Option<(DebtorId, Option<CaseId>)>, Problem> {
    let Some(invoice) = &fact.invoice else {
        let booked = is_booked(caller, &fact.payment_id).await?;
        return Ok(debtor.filter(|_| !booked).map(|debtor| (debtor, None)));
    };
    let known = find(caller, invoice, Some(&fact.payment_id)).await?;
    if known.booked {
        return Ok(None);
    }
    let field = if matches!(invoice, InvoiceRef::Case(_)) { "case" } else { "number" };
    let fits = |found: &&(CaseId, DebtorId)| debtor.as_ref().is_none_or(|debtor| found.1 == *debtor);
    let fitting: Vec<_> = known.invoices.iter().filter(fits).collect();
    match fitting.as_slice() {
        [(case, debtor)] => Ok(Some((debtor.clone(), Some(case.clone())))),
        [] => Err(Problem::field(field, "names no invoice that we have", "an invoice of yours, and of the debtor if one is named")),
        several => {
            let cases: Vec<String> = several.iter().map(|(case, _)| case.to_string()).collect();
            Err(Problem::field(field, "names several invoices", format!("case: one of {}", cases.join(", "))))
        }
    }
}

fn name_of(fact: &PaymentFact) -> String {
    format!("{MANUAL}:{}", fact.payment_id)
}

fn booked(fact: &PaymentFact, outcome: &Outcome) -> Payment {
    let payment = name_of(fact);
    let left = outcome.account.credits.iter().filter(|credit| credit.id == payment).map(|credit| credit.left_minor);
    let left_minor = left.fold(0, i64::saturating_add);
    Payment {
        payment,
        duplicate: false,
        debtor: Some(outcome.account.profile.debtor.to_string()),
        allocated: Some(Amount::new(fact.amount_minor - left_minor, fact.currency)),
        unallocated: Some(Amount::new(left_minor, fact.currency)),
    }
}

fn duplicate(fact: &PaymentFact) -> (StatusCode, Json<Payment>) {
    let payment = Payment { payment: name_of(fact), duplicate: true, debtor: None, allocated: None, unallocated: None };
    (StatusCode::OK, Json(payment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(value: serde_json::Value) -> Result<Checked, Vec<String>> {
        let serde_json::Value::Object(fields) = value else { panic!("an object") };
        let now = "2026-11-23T10:00:00Z".parse().unwrap();
        let read = upominek::fields::object(fields).map_err(Problem::fields);
        read.and_then(|new| checked(new, now)).map_err(|problem| problem.errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn every_error_of_a_payment_comes_at_once() {
        let bad = serde_json::json!({ "payment_id": "", "amount": "-1", "currency": "PLN", "paid_at": "2027-01-01T00:00:00Z", "debtor": "X!", "case": "x" });
        assert_eq!(new(bad).err(), Some(["payment_id", "amount", "paid_at", "debtor", "case"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn an_amount_is_text_with_the_decimals_of_its_currency() {
        for (amount, currency) in [("1.234", "PLN"), ("1.5", "JPY"), ("1,50", "PLN"), ("0", "PLN"), ("99999999999999999999", "PLN")] {
            let payment = serde_json::json!({ "payment_id": "p", "amount": amount, "currency": currency, "debtor": "deb-x" });
            assert_eq!(new(payment).err(), Some(vec!["amount".to_owned()]), "{amount}");
        }
        let float = serde_json::json!({ "payment_id": "p", "amount": 1.5, "currency": "PLN", "debtor": "deb-x" });
        assert_eq!(new(float).err(), Some(vec!["amount".to_owned()]));
        let fine = new(serde_json::json!({ "payment_id": "p", "amount": "1234.5", "currency": "pln", "number": "FV/1" }));
        assert_eq!(fine.map(|checked| checked.fact.amount_minor), Ok(123_450));
    }

    #[test]
    fn a_payment_names_somebody() {
        let nobody = serde_json::json!({ "payment_id": "p", "amount": "1.00", "currency": "PLN" });
        assert_eq!(new(nobody).err(), Some(vec!["case".to_owned()]));
    }
}
