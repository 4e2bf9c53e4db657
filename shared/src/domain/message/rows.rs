//! Invoices and transfers as lines of a message or a page: every amount and date already text.

use chrono::NaiveDate;
use serde::Serialize;

use super::beside::{InterestFacts, LeftFacts};
use super::format::{Formats, grouped};
use super::invoice::{InvoiceFacts, Standing};
use super::qr::{self, Qr};
use super::transfer::Transfer;
use crate::domain::money::Currency;

#[derive(Debug, Serialize)]
pub(super) struct Row {
    number: String,
    issued: String,
    due: String,
    /// The last day to pay.
    until: String,
    /// The printed due date is a day off, so `until` is another day.
    shifted: bool,
    today: bool,
    days_overdue: u64,
    total: String,
    paid: Option<String>,
    credited: Option<String>,
    settled: Option<String>,
    open: String,
    interest: Option<InterestView>,
    compensation: Option<String>,
    document: Option<String>,
    ksef: Option<String>,
    /// `2/5`: the second of five instalments is asked for.
    instalment: Option<String>,
    /// Only where invoices name different accounts.
    account: Option<String>,
}

/// Interest and where it comes from.
#[derive(Debug, Serialize)]
pub(super) struct InterestView {
    amount: String,
    from: String,
    until: Option<String>,
    /// The word for by what it runs.
    ground: &'static str,
    rates: Vec<RateView>,
}

#[derive(Debug, Serialize)]
struct RateView {
    percent: String,
    from: String,
}

/// Side claims of an invoice that is paid.
#[derive(Debug, Serialize)]
pub(super) struct LeftView {
    number: String,
    interest: Option<InterestView>,
    compensation: Option<String>,
    open: String,
}

#[derive(Debug, Serialize)]
pub(super) struct TransferView {
    account: String,
    /// Without spaces, to copy.
    account_plain: String,
    amount: String,
    /// As a bank's form takes it, to copy.
    amount_plain: String,
    title: Option<String>,
    qr: Option<Qr>,
}

/// How many codes a list of transfers holds, so that the page stays small.
const MOST_CODES: usize = 2;

/// What rows of one currency share.
pub(super) struct Rows<'a> {
    pub(super) formats: &'a Formats,
    pub(super) currency: Currency,
    pub(super) as_of: NaiveDate,
    pub(super) with_account: bool,
}

impl Rows<'_> {
    /// The first `longest` invoices, and how many more there are.
    pub(super) fn of(&self, invoices: &[InvoiceFacts], longest: usize) -> (Vec<Row>, u64) {
        let rows = invoices.iter().take(longest).map(|invoice| self.row(invoice)).collect();
        (rows, number(invoices.len().saturating_sub(longest)))
    }

    pub(super) fn row(&self, invoice: &InvoiceFacts) -> Row {
        let Self { formats, as_of, .. } = *self;
        let account = invoice.payment_account.as_deref().filter(|_| self.with_account);
        Row {
            number: invoice.number.clone(),
            issued: formats.date(invoice.issued_on),
            due: formats.date(invoice.due_on),
            until: formats.date(invoice.payable_until),
            shifted: invoice.payable_until != invoice.due_on,
            today: invoice.standing(as_of) == Standing::DueToday,
            days_overdue: u64::try_from(invoice.days_overdue).unwrap_or(0),
            total: self.money(invoice.total_minor),
            paid: self.some_money(invoice.paid_minor),
            credited: self.some_money(invoice.credited_minor),
            settled: self.some_money(invoice.settled_minor),
            open: self.money(invoice.open_minor),
            interest: invoice.beside.interest.as_ref().map(|interest| self.interest(interest)),
            compensation: self.some_money(invoice.beside.compensation_minor),
            document: invoice.document_url.clone(),
            ksef: invoice.ksef_number.clone(),
            account: account.map(grouped),
            instalment: invoice.instalment.map(|(place, of)| format!("{place}/{of}")),
        }
    }

    fn interest(&self, interest: &InterestFacts) -> InterestView {
        let rate = |(from, basis_points): &(NaiveDate, u32)| RateView {
            percent: self.formats.percent(*basis_points),
            from: self.formats.short_date(*from),
        };
        InterestView {
            amount: self.money(interest.open_minor),
            from: self.formats.short_date(interest.from),
            until: interest.until.map(|day| self.formats.short_date(day)),
            ground: interest.ground.word(),
            rates: interest.rates.iter().map(rate).collect(),
        }
    }

    /// Side claims of paid invoices.
    pub(super) fn left(&self, left: &[LeftFacts], longest: usize) -> Vec<LeftView> {
        let view = |left: &LeftFacts| LeftView {
            number: left.number.clone(),
            interest: left.beside.interest.as_ref().map(|interest| self.interest(interest)),
            compensation: self.some_money(left.beside.compensation_minor),
            open: self.money(left.beside.open_minor()),
        };
        left.iter().take(longest).map(view).collect()
    }

    /// Transfers; the first ones with a code, where a recipient for it is given.
    pub(super) fn transfers(&self, transfers: &[Transfer], recipient: Option<&str>) -> Vec<TransferView> {
        let code = |transfer: &Transfer| qr::code(&qr::text_of(transfer, recipient?, self.currency)?, self.currency);
        let view = |(index, transfer): (usize, &Transfer)| TransferView {
            account: grouped(&transfer.account),
            account_plain: transfer.account.clone(),
            amount: self.money(transfer.amount_minor),
            amount_plain: self.formats.bare(transfer.amount_minor, self.currency),
            title: transfer.title.clone(),
            qr: Some(transfer).filter(|_| index < MOST_CODES).and_then(code),
        };
        transfers.iter().enumerate().map(view).collect()
    }

    pub(super) fn money(&self, minor: i64) -> String {
        self.formats.money(minor, self.currency)
    }

    pub(super) fn some_money(&self, minor: i64) -> Option<String> {
        (minor > 0).then(|| self.money(minor))
    }
}

/// A count as templates take it.
pub(super) fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
