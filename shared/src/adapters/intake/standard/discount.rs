//! From the terms of an early payment to a fact.
//!
//! Too much hangs on them to guess: terms that cannot be meant make the whole event unreadable.

use chrono::NaiveDate;

use super::schema::Discount;
use crate::adapters::intake::document::Field;
use crate::domain::fact::DiscountFact;
use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;

/// What the invoice says beside its discount.
pub(super) struct Invoiced {
    pub(super) issued_on: NaiveDate,
    pub(super) due_on: NaiveDate,
    pub(super) currency: Currency,
    pub(super) total_minor: i64,
}

/// The discount that an invoice grants, if it does.
pub(super) fn discount(field: &Field, invoice: &Invoiced) -> Result<Option<DiscountFact>, Unreadable> {
    let Some(terms) = field.object::<Discount>("data.discount")? else { return Ok(None) };
    let days = invoice.issued_on..=invoice.due_on;
    let until = terms.until.day("data.discount.until")?.filter(|until| days.contains(until));
    let until = until.ok_or_else(|| Unreadable::new("data.discount.until", "a day from the issue to the due date"))?;
    let amount = terms.amount.decimal("data.discount.amount", invoice.currency)?;
    let percent = terms.percent.text("data.discount.percent")?;
    let (path, amount_minor) = match (amount, percent) {
        (Some(minor), None) => ("data.discount.amount", Some(minor)),
        (None, Some(percent)) => ("data.discount.percent", part(invoice.total_minor, &percent)),
        _ => return Err(Unreadable::new("data.discount", "either amount or percent")),
    };
    let amount_minor = amount_minor.filter(|minor| (1..invoice.total_minor).contains(minor));
    let rule = "above 0 and below the total, as a decimal string such as \"2.00\"";
    Ok(Some(DiscountFact { until, amount_minor: amount_minor.ok_or_else(|| Unreadable::new(path, rule))? }))
}

/// A part of a total in percent with up to two decimals, rounded half up to the minor unit.
fn part(total_minor: i64, percent: &str) -> Option<i64> {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, "0"));
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 2) || !digits(fraction, 2) {
        return None;
    }
    let hundredths: i128 = format!("{whole}{fraction:0<2}").parse().ok()?;
    i64::try_from((i128::from(total_minor) * hundredths + 5_000) / 10_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_rounded_half_up_to_the_minor_unit() {
        let parts =
            [(10_000, "2", 200), (12_345, "2", 247), (12_325, "2", 247), (12_324, "2.00", 246), (100, "0.5", 1), (99_999, "12.25", 12_250)];
        for (total, percent, expected) in parts {
            assert_eq!(part(total, percent), Some(expected), "{percent} % of {total}");
        }
        assert_eq!(part(i64::MAX, "99.99").map(|part| part < i64::MAX), Some(true));
    }

    #[test]
    fn what_is_no_percentage_is_none() {
        for bad in ["", "-2", "2,5", "2.", ".5", "100", "2.125", "2%", "1e1", " 2"] {
            assert_eq!(part(10_000, bad), None, "{bad}");
        }
    }
}
