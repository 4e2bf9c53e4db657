//! From `invoice.…` events to facts.
//!
//! Owns which fields an invoice needs and what stands in for those that lack. It must not judge
//! whether the invoice is newer than what is known: the revision goes on as it came.

use chrono::Days;

use super::NAME;
use super::discount::{Invoiced, discount};
use super::schema::{Address, Debtor, Invoice};
use crate::adapters::intake::document::{Field, not_negative};
use crate::adapters::intake::normalise::{self, Findings};
use crate::domain::creditor::{Locale, Settings};
use crate::domain::fact::{DebtorFact, DebtorKind, Fact, InvoiceFact, PostalAddress};
use crate::ports::intake::Unreadable;

/// What the kind of event says beyond the invoice that it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nothing more.
    AsStated,
    /// It is paid in full.
    Paid,
    /// It is void.
    Cancelled,
}

/// A whole invoice.
pub(super) fn whole(data: &Field, settings: &Settings, claim: Claim) -> Result<Fact, Unreadable> {
    picture(&read(data)?, settings, claim)
}

/// The end of an invoice, with the whole of it or with its id and revision only.
pub(super) fn closing(data: &Field, settings: &Settings, claim: Claim) -> Result<Fact, Unreadable> {
    let invoice = read(data)?;
    if !invoice.total.is_absent() || !invoice.debtor.is_absent() {
        return picture(&invoice, settings, claim);
    }
    let case = invoice.id.case("data.id", NAME)?;
    let revision = revision(&invoice)?;
    Ok(if claim == Claim::Cancelled { Fact::Cancelled { case, revision } } else { Fact::Paid { case, revision } })
}

fn read(data: &Field) -> Result<Invoice, Unreadable> {
    data.object("data")?.ok_or_else(|| Unreadable::new("data", "an object with the invoice"))
}

fn revision(invoice: &Invoice) -> Result<u64, Unreadable> {
    let rule = "a whole number that grows with each change of the invoice";
    invoice.revision.whole("data.revision")?.ok_or_else(|| Unreadable::new("data.revision", rule))
}

fn picture(invoice: &Invoice, settings: &Settings, claim: Claim) -> Result<Fact, Unreadable> {
    let lacks = |path: &'static str, rule: &'static str| move || Unreadable::new(path, rule);
    let mut findings = Findings::default();
    let issued_on = invoice.issued_on.day("data.issued_on")?.ok_or_else(lacks("data.issued_on", "the day of issue, such as 2026-11-30"))?;
    let due_on = invoice.due_on.day("data.due_on")?.unwrap_or(issued_on + Days::new(settings.default_term_days.into()));
    findings.days(issued_on, due_on);
    let currency = invoice.currency.currency("data.currency")?.ok_or_else(lacks("data.currency", "an ISO 4217 code, such as PLN"))?;
    let total = invoice
        .total
        .decimal("data.total", currency)?
        .ok_or_else(lacks("data.total", "the gross total as a decimal string, such as \"1234.50\""))?;
    let total_minor = not_negative(total, "data.total")?;
    let paid = invoice.paid.decimal("data.paid", currency)?.map(|paid| not_negative(paid, "data.paid")).transpose()?;
    let debtor: Debtor = invoice.debtor.object("data.debtor")?.ok_or_else(lacks("data.debtor", "an object with at least a name"))?;
    Ok(Fact::Invoice(Box::new(InvoiceFact {
        case: invoice.id.case("data.id", NAME)?,
        number: invoice.number.number("data.number")?.ok_or_else(lacks("data.number", "the invoice's number, up to 200 bytes"))?,
        revision: revision(invoice)?,
        issued_on,
        due_on,
        currency,
        total_minor,
        paid_minor: if claim == Claim::Paid { Some(paid.unwrap_or(0).max(total_minor)) } else { paid },
        discount: discount(&invoice.discount, &Invoiced { issued_on, due_on, currency, total_minor })?,
        cancelled: claim == Claim::Cancelled,
        remindable: invoice.remindable.flag("data.remindable")?.unwrap_or(true),
        document_url: normalise::link(invoice.document_url.loose()),
        payment_account: findings.payment_account(invoice.payment_account.loose()),
        ksef_number: normalise::ksef_number(invoice.ksef_number.loose()),
        debtor: who(&debtor, &mut findings)?,
        warnings: findings.into_warnings(),
    })))
}

fn who(debtor: &Debtor, findings: &mut Findings) -> Result<DebtorFact, Unreadable> {
    let name = debtor.name.text("data.debtor.name")?.ok_or_else(|| Unreadable::new("data.debtor.name", "the name as on the invoice"))?;
    let tax_id = findings.tax_id(debtor.tax_id.loose());
    let email = findings.email(vec![debtor.email.loose()]);
    let phone = findings.phone(vec![debtor.phone.loose()], debtor.country.loose().as_deref());
    findings.contacts(email.as_ref(), phone.as_ref());
    let kind = match debtor.kind.loose().as_deref() {
        None => normalise::kind(tax_id.as_ref()),
        Some("business") => Some(DebtorKind::Business),
        Some("consumer") => Some(DebtorKind::Consumer),
        // Too much hangs on it to guess.
        Some(_) => return Err(Unreadable::new("data.debtor.kind", "business or consumer")),
    };
    Ok(DebtorFact {
        external_id: debtor.id.id("data.debtor.id")?,
        tax_id,
        name,
        email,
        phone,
        locale: debtor.language.loose().and_then(|tag| Locale::from_tag(&tag)),
        zone: debtor.time_zone.loose().and_then(|zone| zone.parse().ok()),
        kind,
        postal: postal(debtor)?,
        public_body: debtor.public_body.flag("data.debtor.public_body")?,
    })
}

fn postal(debtor: &Debtor) -> Result<Option<PostalAddress>, Unreadable> {
    let address: Address = debtor.address.object("data.debtor.address")?.unwrap_or_default();
    let country = address.country.loose().or_else(|| debtor.country.loose());
    Ok(normalise::postal(&[address.street.loose()], address.post_code.loose(), address.city.loose(), country))
}
