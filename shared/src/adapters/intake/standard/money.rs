//! From credit notes, payments and refunds to facts.
//!
//! Owns how they name their invoice. It must not look the invoice up: a name may be unknown yet.

use super::NAME;
use super::schema::{InvoiceName, Movement};
use crate::adapters::intake::document::Field;
use crate::domain::fact::{CreditNoteFact, Fact, InvoiceRef, PaymentFact, RefundFact};
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;

/// A credit note.
pub(super) fn credit_note(data: &Field) -> Result<Fact, Unreadable> {
    let note = read(data)?;
    let (currency, amount_minor) = amount(&note)?;
    let case = note.id.case("data.id", NAME)?;
    let number = note.number.number("data.number")?.unwrap_or_else(|| case.external.clone());
    Ok(Fact::CreditNote(CreditNoteFact { case, number, invoice: invoice(&note)?, currency, amount_minor }))
}

/// Money that came.
pub(super) fn payment(data: &Field, event_at: &Field) -> Result<Fact, Unreadable> {
    let payment = read(data)?;
    let (currency, amount_minor) = amount(&payment)?;
    let stated = payment.paid_at.instant("data.paid_at")?;
    let paid_at = stated.map_or_else(|| event_at.instant("timestamp"), |at| Ok(Some(at)))?;
    Ok(Fact::Payment(PaymentFact {
        provider: NAME.to_owned(),
        payment_id: payment.id.required_id("data.id")?,
        invoice: invoice(&payment)?,
        debtor: debtor(&payment)?,
        currency,
        amount_minor,
        paid_at: paid_at.ok_or_else(|| Unreadable::new("data.paid_at", "an instant with its offset, such as 2026-11-30T12:00:00Z"))?,
    }))
}

/// Money that went back.
pub(super) fn refund(data: &Field) -> Result<Fact, Unreadable> {
    let refund = read(data)?;
    let (currency, amount_minor) = amount(&refund)?;
    Ok(Fact::Refund(RefundFact {
        provider: NAME.to_owned(),
        refund_id: refund.id.required_id("data.id")?,
        payment_id: refund.payment_id.id("data.payment_id")?,
        invoice: invoice(&refund)?,
        currency,
        amount_minor,
    }))
}

/// Who paid, for a payment that names no invoice.
fn debtor(movement: &Movement) -> Result<Option<String>, Unreadable> {
    let Some(name) = movement.debtor.object::<InvoiceName>("data.debtor")? else { return Ok(None) };
    name.id.id("data.debtor.id")
}

fn read(data: &Field) -> Result<Movement, Unreadable> {
    data.object("data")?.ok_or_else(|| Unreadable::new("data", "an object with id, currency and amount"))
}

fn amount(movement: &Movement) -> Result<(Currency, i64), Unreadable> {
    let currency =
        movement.currency.currency("data.currency")?.ok_or_else(|| Unreadable::new("data.currency", "an ISO 4217 code, such as PLN"))?;
    let amount = movement.amount.decimal("data.amount", currency)?.filter(|amount| *amount > 0);
    let rule = "an amount above 0 as a decimal string, such as \"1234.50\"";
    Ok((currency, amount.ok_or_else(|| Unreadable::new("data.amount", rule))?))
}

fn invoice(movement: &Movement) -> Result<Option<InvoiceRef>, Unreadable> {
    let Some(name) = movement.invoice.object::<InvoiceName>("data.invoice")? else { return Ok(None) };
    if !name.id.is_absent() {
        return name.id.case("data.invoice.id", NAME).map(|case| Some(InvoiceRef::Case(case)));
    }
    let ksef = name.ksef_number.number("data.invoice.ksef_number")?.map(|number| number.to_ascii_uppercase());
    let alias = ksef.map_or_else(|| name.number.number("data.invoice.number"), |ksef| Ok(Some(ksef)))?;
    let rule = "the invoice's id, ksef_number or number";
    alias.map(|alias| Some(InvoiceRef::Alias(alias))).ok_or_else(|| Unreadable::new("data.invoice", rule))
}
