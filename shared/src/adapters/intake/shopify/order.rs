//! From an order to an invoice.
//!
//! Owns which of Shopify's fields stands for which of ours. It must not remember earlier orders:
//! each is the whole picture at its revision.
//!
//! **Day of issue**: `processed_at`, else `created_at`, as a day in the creditor's zone. **Due**:
//! the latest open date of the payment terms, since the whole balance is asked for at once and
//! nothing may be asked for before it is due; without a date, `due_in_days` or the day of issue
//! for terms on receipt; else the creditor's default term. **Cancelled**: `cancelled_at`, or a
//! financial status `voided` or `refunded`, after which nothing is to be collected.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::schema::{Order, PaymentSchedule, PaymentTerms};
use super::{NAME, amounts, revision, shown};
use crate::adapters::intake::document::Field;
use crate::adapters::intake::normalise::{self, Findings};
use crate::domain::creditor::Settings;
use crate::domain::fact::{Fact, InvoiceFact};
use crate::ports::intake::Unreadable;

/// Terms longer than this are a mistake, and would leave the calendar.
const LONGEST_TERM_DAYS: u64 = 3660;

/// The order as it is now.
pub(super) fn picture(body: &Field, settings: &Settings, triggered_at: Option<DateTime<Utc>>) -> Result<Fact, Unreadable> {
    let order: Order = body.object("body")?.ok_or_else(|| Unreadable::new("body", "an object with the order"))?;
    let mut findings = Findings::default();
    let case = order.id.case("id", NAME)?;
    let updated_at = order.updated_at.instant("updated_at")?.ok_or_else(|| Unreadable::new("updated_at", "when the order changed last"))?;
    let issued_on = issued_on(&order, settings)?;
    let due_on = due_on(&order, issued_on, settings)?;
    findings.days(issued_on, due_on);
    let status = order.financial_status.loose().unwrap_or_default();
    let owed = amounts::owed(&order, &status)?;
    let cancelled_at = order.cancelled_at.instant("cancelled_at")?;
    let debtor = shown::debtor(&order, &mut findings)?;
    Ok(Fact::Invoice(Box::new(InvoiceFact {
        number: number(&order)?.unwrap_or_else(|| case.external.clone()),
        case,
        revision: revision(updated_at, triggered_at),
        issued_on,
        due_on,
        currency: owed.currency,
        total_minor: owed.total_minor,
        paid_minor: owed.paid_minor,
        discount: None,
        cancelled: cancelled_at.is_some() || matches!(status.as_str(), "voided" | "refunded"),
        remindable: remindable(&order, &status)?,
        document_url: normalise::link(order.order_status_url.loose()),
        payment_account: None,
        ksef_number: None,
        debtor,
        warnings: findings.into_warnings(),
    })))
}

fn number(order: &Order) -> Result<Option<String>, Unreadable> {
    let name = order.name.number("name")?;
    name.map_or_else(|| order.order_number.number("order_number"), |name| Ok(Some(name)))
}

fn issued_on(order: &Order, settings: &Settings) -> Result<NaiveDate, Unreadable> {
    let processed = order.processed_at.instant("processed_at")?;
    let at = processed.map_or_else(|| order.created_at.instant("created_at"), |at| Ok(Some(at)))?;
    at.map(|at| at.with_timezone(&settings.zone).date_naive()).ok_or_else(|| Unreadable::new("created_at", "when the order was made"))
}

fn due_on(order: &Order, issued_on: NaiveDate, settings: &Settings) -> Result<NaiveDate, Unreadable> {
    let default = issued_on + Days::new(settings.default_term_days.into());
    let Some(terms) = order.payment_terms.object::<PaymentTerms>("payment_terms")? else { return Ok(default) };
    let (mut open, mut all) = (None, None);
    for (path, schedule) in terms.payment_schedules.list::<PaymentSchedule>("payment_terms.payment_schedules")? {
        let due = schedule.due_at.instant(&format!("{path}.due_at"))?.map(|at| at.with_timezone(&settings.zone).date_naive());
        all = all.max(due);
        if schedule.completed_at.is_absent() {
            open = open.max(due);
        }
    }
    if let Some(due) = open.or(all) {
        return Ok(due);
    }
    let days = terms.due_in_days.whole("payment_terms.due_in_days")?.filter(|days| *days <= LONGEST_TERM_DAYS);
    let on_receipt = terms.payment_terms_type.loose().as_deref() == Some("receipt");
    let term = days.or(on_receipt.then_some(0));
    Ok(term.map_or(default, |days| issued_on + Days::new(days)))
}

/// No reminders for tests, for money that is reserved and only waits for the merchant, and for
/// orders that the courier collects for.
fn remindable(order: &Order, status: &str) -> Result<bool, Unreadable> {
    const NOT_TO_BE_ASKED_FOR: [&str; 6] = ["bogus", "cash on delivery", "(cod)", "cash_on_delivery", "za pobraniem", "przy odbiorze"];
    let test = order.test.flag("test")?.unwrap_or(false);
    let gateways = order.payment_gateway_names.loose().unwrap_or_default().to_lowercase();
    let collected_elsewhere = NOT_TO_BE_ASKED_FOR.iter().any(|name| gateways.contains(name));
    Ok(!test && status != "authorized" && !collected_elsewhere)
}
