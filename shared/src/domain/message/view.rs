//! Facts as templates take them: every amount, date and link already text.

use serde::Serialize;

use super::RenderError;
use super::facts::{CreditorFacts, MessageFacts, PlanFacts, Voice, sum};
use super::format::{Formats, phone};
use super::rows::{Row, Rows, TransferView, number};
use crate::domain::brand::Accents;
use crate::domain::fact::DebtorKind;

/// Most lines that an e-mail lists one by one; mail readers cut longer ones off. Sums hold all.
const LONGEST_LIST: usize = 50;

#[derive(Debug, Serialize)]
pub(super) struct CreditorView {
    name: String,
    contact_name: String,
    /// Whether the contact is a person and not the company once more.
    has_person: bool,
    phone: Option<String>,
    /// For `tel:`: digits and a plus only.
    phone_digits: Option<String>,
    reply_to: String,
    accents: Option<Accents>,
    logo: Option<String>,
}

/// The instalment that a message is about.
#[derive(Debug, Serialize)]
pub(super) struct PlanView {
    place: u64,
    of: u64,
    /// What is left for later; none for the last one.
    remains: Option<String>,
}

impl PlanView {
    pub(super) fn of(plan: PlanFacts, rows: &Rows<'_>) -> Self {
        Self { place: number(plan.place), of: number(plan.of), remains: rows.some_money(plan.remains_minor) }
    }
}

/// One message.
#[derive(Debug, Serialize)]
pub(super) struct MessageView {
    creditor: CreditorView,
    debtor_name: String,
    debtor_phone: Option<String>,
    debtor_email: Option<String>,
    /// `call`, `letter` or `task`, where the team is to do something.
    channel: &'static str,
    /// Where a letter goes, in one line.
    postal: Option<String>,
    consumer: bool,
    overdue: bool,
    /// Nothing of the message is due yet.
    before: bool,
    n: u64,
    /// The first line; what a message on one invoice speaks of.
    one: Option<Row>,
    rows: Vec<Row>,
    more: u64,
    upcoming: Vec<Row>,
    more_upcoming: u64,
    also_overdue: u64,
    days: u64,
    plan: Option<PlanView>,
    paid: Option<String>,
    credit: Option<String>,
    /// Interest or compensation stands in the sum.
    beside: bool,
    demand: String,
    pay_by: String,
    as_of: String,
    said_on: Option<String>,
    transfers: Vec<TransferView>,
    link: String,
}

impl CreditorView {
    pub(super) fn of(creditor: &CreditorFacts) -> Self {
        let digits = |number: &String| number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Self {
            name: creditor.name.clone(),
            contact_name: creditor.contact_name.clone(),
            has_person: !creditor.contact_name.is_empty() && creditor.contact_name != creditor.name,
            phone: creditor.contact_phone.as_deref().map(phone),
            phone_digits: creditor.contact_phone.as_ref().map(digits),
            reply_to: creditor.reply_to.clone(),
            accents: creditor.accents.clone(),
            logo: creditor.logo.clone(),
        }
    }
}

impl MessageView {
    pub(super) fn of(facts: &MessageFacts) -> Result<Self, RenderError> {
        let formats = Formats::new(facts.locale)?;
        let with_account = facts.transfers.len() > 1;
        let rows = Rows { formats: &formats, currency: facts.currency, as_of: facts.as_of, with_account };
        let (lines, more) = rows.of(&facts.demanded, LONGEST_LIST);
        let (upcoming, more_upcoming) = rows.of(&facts.upcoming, LONGEST_LIST);
        let days = facts.demanded.iter().map(|invoice| invoice.days_overdue).max().unwrap_or(0);
        Ok(Self {
            creditor: CreditorView::of(&facts.creditor),
            debtor_name: facts.debtor_name.clone(),
            debtor_phone: facts.debtor_phone.as_deref().map(phone),
            debtor_email: facts.debtor_email.clone(),
            channel: facts.channel.name(),
            postal: Some(facts.postal.join(", ")).filter(|address| !address.is_empty()),
            consumer: facts.kind == DebtorKind::Consumer,
            overdue: days > 0,
            before: facts.voice == Voice::Before,
            n: number(facts.demanded.len()),
            one: facts.demanded.first().map(|invoice| rows.row(invoice)),
            rows: lines,
            more,
            upcoming,
            more_upcoming,
            // A courtesy does not bring up older debts.
            also_overdue: if days > 0 { number(facts.also_overdue) } else { 0 },
            days: u64::try_from(days).unwrap_or(0),
            plan: facts.plan.map(|plan| PlanView::of(plan, &rows)),
            paid: rows.some_money(sum(&facts.demanded, |invoice| invoice.paid_minor)),
            credit: rows.some_money(facts.credit_minor),
            beside: facts.demanded.iter().any(|invoice| invoice.beside.open_minor() > 0),
            demand: rows.money(facts.demand_minor),
            pay_by: formats.date(facts.pay_by),
            as_of: formats.date(facts.as_of),
            said_on: facts.said_on.map(|day| formats.date(day)),
            transfers: rows.transfers(&facts.transfers, None),
            link: facts.link.clone(),
        })
    }
}
