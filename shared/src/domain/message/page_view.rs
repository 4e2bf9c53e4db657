//! The pay page's facts as its template takes them.

use serde::Serialize;

use super::RenderError;
use super::doors_view::DoorsView;
use super::format::Formats;
use super::invoice::InvoiceFacts;
use super::page::{BackHow, Offer, Said, Trouble};
use super::page_facts::{Ledger, PageFacts};
use super::rows::{LeftView, Row, Rows, TransferView};
use super::view::CreditorView;
use crate::domain::money::Currency;
use crate::domain::provider;

#[derive(Serialize)]
pub(super) struct PageView<'a> {
    creditor: CreditorView,
    debtor_name: &'a str,
    as_of: String,
    all_paid: bool,
    /// `thanks`, `underway` or `failed`.
    back: Option<&'static str>,
    checkout: Option<&'a str>,
    /// A payment is being processed: no second one is offered.
    underway: bool,
    /// Everything that is open is on hold.
    nothing_asked: bool,
    form_token: &'a str,
    doors: DoorsView<'a>,
    done: Option<&'static str>,
    trouble: Option<&'static str>,
    /// The days that would be right.
    trouble_days: Option<String>,
    /// The most that may be paid.
    trouble_most: Option<String>,
    /// The door that stands open: the one that had trouble.
    open: Option<&'static str>,
    /// There is something to copy.
    has_transfers: bool,
    ledgers: Vec<LedgerView<'a>>,
}

#[derive(Serialize)]
struct ButtonView<'a> {
    id: &'a str,
    label: Option<&'a str>,
    /// BLIK and fast transfers are behind it.
    blik: bool,
}

#[derive(Serialize)]
struct ListView {
    rows: Vec<Row>,
    more: u64,
}

#[derive(Serialize)]
struct ChoiceView {
    case: String,
    number: String,
    amount: String,
}

#[derive(Serialize)]
struct LedgerView<'a> {
    currency: String,
    providers: Vec<ButtonView<'a>>,
    is_due: bool,
    /// Only side claims of paid invoices are left to pay.
    is_left: bool,
    payable: Option<String>,
    payable_minor: i64,
    /// The invoices of which one can be paid by itself; none where there is only one.
    choices: Vec<ChoiceView>,
    due: ListView,
    due_credit: Option<String>,
    due_total: String,
    upcoming: ListView,
    upcoming_credit: Option<String>,
    upcoming_total: String,
    held: ListView,
    plan_remains: Option<String>,
    left: Vec<LeftView>,
    left_total: String,
    transfers: Vec<TransferView>,
}

impl<'a> PageView<'a> {
    /// `longest` is how many invoices each list may hold.
    pub(super) fn of(facts: &'a PageFacts, offer: &Offer<'a>, longest: usize) -> Result<Self, RenderError> {
        let ledgers: Vec<_> = facts.ledgers.iter().map(|ledger| ledger_view(facts, ledger, offer, longest)).collect::<Result<_, _>>()?;
        let all_paid = facts.all_paid();
        let back = offer.back.filter(|back| back.how == BackHow::Thanks || !all_paid);
        Ok(Self {
            creditor: CreditorView::of(&facts.creditor),
            debtor_name: &facts.debtor_name,
            as_of: Formats::new(facts.locale)?.date(facts.as_of),
            all_paid,
            back: back.map(|back| match back.how {
                BackHow::Thanks => "thanks",
                BackHow::Underway => "underway",
                BackHow::Failed => "failed",
            }),
            checkout: back.map(|back| back.reference),
            underway: back.is_some_and(|back| back.how == BackHow::Underway),
            nothing_asked: !all_paid && facts.ledgers.iter().all(|ledger| ledger.payable_minor() == 0),
            form_token: offer.form_token,
            doors: DoorsView::of(facts)?,
            done: match offer.said {
                Some(Said::Done(door)) if facts.doors.said.contains(&door) => Some(door.name()),
                _ => None,
            },
            trouble: match offer.said {
                Some(Said::Trouble(_, trouble)) => Some(trouble.kind()),
                Some(Said::NoSuchPart(..)) => Some("part"),
                _ => None,
            },
            trouble_most: match offer.said {
                Some(Said::NoSuchPart(currency, most_minor)) => Some(Formats::new(facts.locale)?.money(most_minor, currency)),
                _ => None,
            },
            trouble_days: match offer.said {
                Some(Said::Trouble(_, Trouble::Days(first, last))) => {
                    let formats = Formats::new(facts.locale)?;
                    Some(format!("{} – {}", formats.short_date(first), formats.short_date(last)))
                }
                _ => None,
            },
            open: match offer.said {
                Some(Said::Trouble(door, _)) => Some(door.name()),
                Some(Said::NoSuchPart(..)) => Some("part"),
                _ => None,
            },
            has_transfers: ledgers.iter().any(|ledger| !ledger.transfers.is_empty()),
            ledgers,
        })
    }
}

/// The buttons in the order in which they are shown for a currency.
fn buttons<'a>(offer: &Offer<'a>, currency: Currency) -> Vec<ButtonView<'a>> {
    let order = provider::in_order(offer.providers.iter().map(|button| button.id), currency);
    let found = order.into_iter().filter_map(|id| offer.providers.iter().find(|button| button.id == id));
    let has_blik = |id| provider::named(id).is_some_and(|provider| provider.has_blik(currency));
    found.map(|button| ButtonView { id: button.id, label: button.label, blik: has_blik(button.id) }).collect()
}

fn ledger_view<'a>(facts: &PageFacts, ledger: &Ledger, offer: &Offer<'a>, longest: usize) -> Result<LedgerView<'a>, RenderError> {
    let formats = Formats::new(facts.locale)?;
    let rows = Rows { formats: &formats, currency: ledger.currency, as_of: facts.as_of, with_account: ledger.transfers.len() > 1 };
    let list = |invoices| {
        let (rows, more) = rows.of(invoices, longest);
        ListView { rows, more }
    };
    Ok(LedgerView {
        currency: ledger.currency.code().to_owned(),
        providers: buttons(offer, ledger.currency),
        is_due: ledger.due_minor > 0,
        is_left: ledger.due_minor == 0 && ledger.upcoming_minor == 0,
        payable: rows.some_money(ledger.payable_minor()),
        payable_minor: ledger.payable_minor(),
        choices: choices(ledger, &rows, longest),
        due: list(&ledger.due),
        due_credit: rows.some_money(ledger.due_credit_minor),
        due_total: rows.money(ledger.due_minor),
        upcoming: list(&ledger.upcoming),
        upcoming_credit: rows.some_money(ledger.upcoming_credit_minor),
        upcoming_total: rows.money(ledger.upcoming_minor),
        held: list(&ledger.held),
        plan_remains: rows.some_money(ledger.plan_remains_minor),
        left: rows.left(&ledger.left, longest),
        left_total: rows.money(ledger.left_minor),
        transfers: rows.transfers(&ledger.transfers, Some(&facts.creditor.name)),
    })
}

fn choices(ledger: &Ledger, rows: &Rows<'_>, longest: usize) -> Vec<ChoiceView> {
    let view = |invoice: &InvoiceFacts| ChoiceView {
        case: invoice.case.to_string(),
        number: invoice.number.clone(),
        amount: rows.money(invoice.asked_minor()),
    };
    let choices = || ledger.choices().take(longest);
    if choices().nth(1).is_some() { choices().map(view).collect() } else { Vec::new() }
}
