//! From a refund to what it changes.
//!
//! Owns the sum of a refund: less is owed by its goods, taxes, shipping and duties, corrected by
//! the adjustments; less is paid by the money that really went back. It is a stopgap: the picture
//! from `orders/updated`, of the same second or later, holds all of it.
//!
//! Money is what the customer saw, as in [`super::amounts`]; Shopify's transactions are in it too.

use super::amounts::presentment;
use super::schema::{Adjustment, Refund, RefundLine, RefundShipping, Transaction};
use super::{NAME, microseconds};
use crate::adapters::intake::document::{Field, not_negative};
use crate::domain::fact::Fact;
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;

/// A sum in one currency, which the first amount decides where nothing else has.
struct Sum {
    currency: Option<Currency>,
    minor: i64,
}

impl Sum {
    fn add(&mut self, currency: Currency, minor: i64, path: &str) -> Result<(), Unreadable> {
        if *self.currency.get_or_insert(currency) != currency {
            return Err(Unreadable::new(path, "an amount in the same currency as the others of the refund"));
        }
        self.minor = self.minor.checked_add(minor).ok_or_else(|| Unreadable::new(path, "amounts whose sum fits 64 bits"))?;
        Ok(())
    }

    /// Adds an amount, from its set where there is one, else from the plain value.
    fn add_either(&mut self, set: (&Field, String), plain: Option<(&Field, String)>, sign: i64) -> Result<(), Unreadable> {
        if let Some((currency, minor)) = presentment(set.0, &set.1)? {
            return self.add(currency, sign * minor, &set.1);
        }
        let Some((plain, path)) = plain.filter(|(plain, _)| !plain.is_absent()) else { return Ok(()) };
        let currency = self.currency.ok_or_else(|| Unreadable::new(set.1, "the amount with its currency"))?;
        let minor = plain.decimal_or_number(&path, currency)?.unwrap_or(0);
        self.add(currency, sign * minor, &path)
    }
}

/// The difference that a refund makes.
pub(super) fn adjusted(body: &Field) -> Result<Fact, Unreadable> {
    let refund: Refund = body.object("body")?.ok_or_else(|| Unreadable::new("body", "an object with the refund"))?;
    let created = refund.created_at.instant("created_at")?;
    let at = created.map_or_else(|| refund.processed_at.instant("processed_at"), |at| Ok(Some(at)))?;
    let at = at.ok_or_else(|| Unreadable::new("created_at", "when the refund was made"))?;
    let transactions = refund.transactions.list::<Transaction>("transactions")?;
    let less_paid = money_back(&transactions)?;
    let mut less_owed = Sum { currency: less_paid.currency, minor: 0 };
    goods(&refund, &mut less_owed)?;
    adjustments(&refund, !transactions.is_empty(), &mut less_owed)?;
    Ok(Fact::Adjusted {
        case: refund.order_id.case("order_id", NAME)?,
        revision: microseconds(at),
        less_owed_minor: less_owed.minor.max(0),
        less_paid_minor: less_paid.minor,
    })
}

/// What went back; its currency is told even where nothing did yet.
fn money_back(transactions: &[(String, Transaction)]) -> Result<Sum, Unreadable> {
    let mut back = Sum { currency: None, minor: 0 };
    for (path, transaction) in transactions {
        let currency_path = format!("{path}.currency");
        let currency = transaction
            .currency
            .currency(&currency_path)?
            .ok_or_else(|| Unreadable::new(currency_path, "an ISO 4217 code, such as PLN"))?;
        let amount_path = format!("{path}.amount");
        let amount = transaction.amount.decimal_or_number(&amount_path, currency)?.unwrap_or(0);
        let went_back = transaction.kind.loose().as_deref() == Some("refund") && transaction.status.loose().as_deref() == Some("success");
        back.add(currency, if went_back { not_negative(amount, &amount_path)? } else { 0 }, &amount_path)?;
    }
    Ok(back)
}

fn goods(refund: &Refund, sum: &mut Sum) -> Result<(), Unreadable> {
    for (path, line) in refund.refund_line_items.list::<RefundLine>("refund_line_items")? {
        sum.add_either((&line.subtotal_set, format!("{path}.subtotal_set")), Some((&line.subtotal, format!("{path}.subtotal"))), 1)?;
        sum.add_either((&line.total_tax_set, format!("{path}.total_tax_set")), Some((&line.total_tax, format!("{path}.total_tax"))), 1)?;
    }
    sum.add_either((&refund.total_duties_set, "total_duties_set".to_owned()), None, 1)
}

/// Shipping stands among the adjustments up to version 2024-07, and in a list of its own since
/// 2024-10; versions between have it twice.
fn adjustments(refund: &Refund, money_moves: bool, sum: &mut Sum) -> Result<(), Unreadable> {
    let mut shipping_counted = false;
    for (path, adjustment) in refund.order_adjustments.list::<Adjustment>("order_adjustments")? {
        let is_shipping = adjustment.kind.loose().as_deref() == Some("shipping_refund");
        shipping_counted |= is_shipping;
        // A discrepancy offsets money; where none moves, the goods alone say what is no longer owed.
        if is_shipping || money_moves {
            sum.add_either(
                (&adjustment.amount_set, format!("{path}.amount_set")),
                Some((&adjustment.amount, format!("{path}.amount"))),
                -1,
            )?;
            sum.add_either(
                (&adjustment.tax_amount_set, format!("{path}.tax_amount_set")),
                Some((&adjustment.tax_amount, format!("{path}.tax_amount"))),
                -1,
            )?;
        }
    }
    if shipping_counted {
        return Ok(());
    }
    for (path, line) in refund.refund_shipping_lines.list::<RefundShipping>("refund_shipping_lines")? {
        sum.add_either((&line.subtotal_amount_set, format!("{path}.subtotal_amount_set")), None, 1)?;
        sum.add_either((&line.tax_amount_set, format!("{path}.tax_amount_set")), None, 1)?;
    }
    Ok(())
}
