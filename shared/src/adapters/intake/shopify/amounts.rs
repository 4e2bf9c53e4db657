//! What an order comes to, in the money that the debtor owes.
//!
//! Owns the choice of currency. The debtor agreed to the price in the presentment currency and is
//! asked for that; Shopify tells what is open only in the shop's. Where the two differ, the paid
//! share is carried over in integers and rounded up, so that nobody is asked for more than is open.

use super::schema::{Money, MoneySet, Order};
use crate::adapters::intake::document::{Field, not_negative};
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;

/// Total and paid amount of an order.
pub(super) struct Owed {
    /// The currency of both.
    pub(super) currency: Currency,
    /// Minor units, 0 or more.
    pub(super) total_minor: i64,
    /// Minor units, 0 or more; more than the total when the customer is owed something.
    pub(super) paid_minor: Option<i64>,
}

/// Reads both; `status` is the order's financial status.
pub(super) fn owed(order: &Order, status: &str) -> Result<Owed, Unreadable> {
    let lacks = |path: &'static str, rule: &'static str| move || Unreadable::new(path, rule);
    let shop = order.currency.currency("currency")?.ok_or_else(lacks("currency", "an ISO 4217 code, such as PLN"))?;
    let shown = order.presentment_currency.currency("presentment_currency")?.unwrap_or(shop);
    let (total, set, path, set_path) = if order.current_total_price.is_absent() {
        (&order.total_price, &order.total_price_set, "total_price", "total_price_set")
    } else {
        (&order.current_total_price, &order.current_total_price_set, "current_total_price", "current_total_price_set")
    };
    let total = total.decimal_or_number(path, shop)?.ok_or_else(lacks("total_price", "the order's total, such as \"1234.50\""))?;
    let total = not_negative(total, path)?;
    let outstanding = order.total_outstanding.decimal_or_number("total_outstanding", shop)?;
    let paid = paid(total, outstanding, status)?;
    let in_shown = if shown == shop { None } else { presentment(set, set_path)? };
    let Some((currency, total_minor)) = in_shown else {
        return Ok(Owed { currency: shop, total_minor: total, paid_minor: paid });
    };
    let total_minor = not_negative(total_minor, set_path)?;
    Ok(Owed { currency, total_minor, paid_minor: carried(paid, total, total_minor)? })
}

fn paid(total: i64, outstanding: Option<i64>, status: &str) -> Result<Option<i64>, Unreadable> {
    let told = match outstanding {
        Some(open) => {
            Some(total.checked_sub(open).ok_or_else(|| Unreadable::new("total_outstanding", "an amount that fits 64 bits"))?.max(0))
        }
        None if matches!(status, "pending" | "authorized" | "expired") => Some(0),
        None => None,
    };
    // `paid` is the merchant's word: it stands even where the open amount says otherwise.
    let settled = status == "paid" || (told.is_none() && status == "partially_refunded");
    Ok(if settled { Some(told.unwrap_or(0).max(total)) } else { told })
}

/// The share `paid / total` of another total, rounded up.
fn carried(paid: Option<i64>, total: i64, other_total: i64) -> Result<Option<i64>, Unreadable> {
    let Some(paid) = paid else { return Ok(None) };
    if paid == total || total == 0 {
        return Ok(Some(other_total));
    }
    let product = i128::from(paid) * i128::from(other_total);
    let share = (product + i128::from(total) - 1) / i128::from(total);
    i64::try_from(share).map(Some).map_err(|_| Unreadable::new("total_outstanding", "an amount that fits 64 bits"))
}

/// The amount that the customer saw, with its currency.
pub(super) fn presentment(set: &Field, path: &str) -> Result<Option<(Currency, i64)>, Unreadable> {
    let Some(set) = set.object::<MoneySet>(path)? else { return Ok(None) };
    let path = format!("{path}.presentment_money");
    let Some(money) = set.presentment_money.object::<Money>(&path)? else { return Ok(None) };
    let Some(currency) = money.currency_code.currency(&format!("{path}.currency_code"))? else { return Ok(None) };
    let amount = money.amount.decimal_or_number(&format!("{path}.amount"), currency)?;
    Ok(amount.map(|amount| (currency, amount)))
}
