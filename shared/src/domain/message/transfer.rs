//! How to pay by bank transfer: which account, how much, and what to write in the title.

use super::beside::LeftFacts;
use super::invoice::InvoiceFacts;

/// One transfer; invoices that name different accounts need one each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The account, an IBAN without spaces.
    pub account: String,
    /// Minor units: what is asked for, after netting and with side claims, of the invoices that name
    /// this account.
    pub amount_minor: i64,
    /// What to write in the title; none where there are too many numbers for one title.
    pub title: Option<String>,
    /// The numbers of what it pays, in their order.
    pub numbers: Vec<String>,
}

impl Transfer {
    /// A title of at most so many characters: the numbers if they fit, else the first one with how many more
    /// there are, `FV/1 +2`.
    pub fn short_title(&self, longest: usize) -> String {
        let all = self.numbers.join(", ");
        let fits = |text: &str| text.chars().count() <= longest;
        let Some(first) = self.numbers.first().filter(|_| !fits(&all)) else { return all };
        let more = match self.numbers.len() - 1 {
            0 => String::new(),
            more => format!(" +{more}"),
        };
        let room = longest.saturating_sub(more.chars().count());
        format!("{}{more}", first.chars().take(room).collect::<String>())
    }
}

/// Longest title that Polish banks pass on.
pub(super) const LONGEST_TITLE: usize = 140;

/// The transfers that settle these invoices, in their order. Invoices without an account have none.
pub fn transfers(invoices: &[InvoiceFacts]) -> Vec<Transfer> {
    let mut by_account: Vec<(&str, Vec<&InvoiceFacts>)> = Vec::new();
    for invoice in invoices {
        let Some(account) = invoice.payment_account.as_deref() else { continue };
        match by_account.iter_mut().find(|(known, _)| *known == account) {
            Some((_, members)) => members.push(invoice),
            None => by_account.push((account, vec![invoice])),
        }
    }
    let transfer = |(account, members): (&str, Vec<&InvoiceFacts>)| Transfer {
        account: account.to_owned(),
        amount_minor: members.iter().map(|invoice| invoice.asked_minor()).fold(0, i64::saturating_add),
        title: title(&members),
        numbers: members.iter().map(|invoice| invoice.number.clone()).collect(),
    };
    by_account.into_iter().map(transfer).filter(|transfer| transfer.amount_minor > 0).collect()
}

/// The transfers that settle side claims of paid invoices.
pub fn transfers_of_left(left: &[LeftFacts]) -> Vec<Transfer> {
    let mut transfers: Vec<Transfer> = Vec::new();
    for one in left {
        let Some(account) = &one.payment_account else { continue };
        let amount_minor = one.beside.open_minor();
        match transfers.iter_mut().find(|transfer| transfer.account == *account) {
            Some(transfer) => {
                transfer.amount_minor = transfer.amount_minor.saturating_add(amount_minor);
                let title = transfer.title.take().map(|title| format!("{title}, {}", one.number));
                transfer.title = title.filter(|title| title.chars().count() <= LONGEST_TITLE);
                transfer.numbers.push(one.number.clone());
            }
            None => {
                let (title, numbers) = (Some(one.number.clone()), vec![one.number.clone()]);
                transfers.push(Transfer { account: account.clone(), amount_minor, title, numbers });
            }
        }
    }
    transfers
}

/// The invoices' numbers. A single invoice's KSeF number stands with it, since transfers between
/// VAT payers have to quote it from 2027.
fn title(invoices: &[&InvoiceFacts]) -> Option<String> {
    let title = match invoices {
        [InvoiceFacts { number, ksef_number: Some(ksef), .. }] => format!("{number} {ksef}"),
        _ => invoices.iter().map(|invoice| invoice.number.as_str()).collect::<Vec<_>>().join(", "),
    };
    (title.chars().count() <= LONGEST_TITLE).then_some(title)
}
