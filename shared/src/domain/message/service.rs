//! Service messages in words: what answers something that the debtor did, and asks for nothing.

use chrono::NaiveDate;
use minijinja::value::Serde;
use minijinja::{Value, context};

use super::RenderError;
use super::clean::shorten;
use super::email::{Email, laid_out};
use super::engine::render;
use super::format::Formats;
use super::gsm::{is_gsm, parts};
use super::page_facts::page_facts;
use super::sms::{LINK, Letters, Sms, with_link};
use super::view::CreditorView;
use super::voice::CreditorFacts;
use crate::domain::account::Account;
use crate::domain::creditor::{Locale, Settings};
use crate::domain::money::Currency;
use crate::domain::reminder::Reminder;
use crate::domain::service::{Received, ServiceKind};

/// How long the creditor's name in an SMS may be, the first that fits; with 0 it is left out.
const NAMES: [usize; 3] = [40, 20, 0];

/// Everything that a service message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFacts {
    /// What it is about.
    pub kind: ServiceKind,
    /// The debtor's language.
    pub locale: Locale,
    /// Who writes.
    pub creditor: CreditorFacts,
    /// The pay link.
    pub link: String,
    /// The last local day on which the link works.
    pub works_until: NaiveDate,
    /// What a receipt confirms.
    pub receipt: Option<ReceiptFacts>,
}

/// What a receipt says. Sums are minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptFacts {
    /// What came.
    pub received: Received,
    /// In which currency.
    pub currency: Currency,
    /// What is due now, after it.
    pub due_minor: i64,
    /// What will be due later.
    pub later_minor: i64,
    /// Nothing at all is left to pay, in no currency.
    pub settled: bool,
}

/// What a receipt says, with what is left to pay now; none of a message that is no receipt.
pub fn receipt_facts(account: &Account, message: &Reminder, settings: &Settings, as_of: NaiveDate) -> Option<ReceiptFacts> {
    let received = message.received.clone()?;
    let currency = message.id.currency;
    let page = page_facts(account, settings, as_of, None);
    let ledger = page.ledger(currency);
    Some(ReceiptFacts {
        received,
        currency,
        due_minor: ledger.map_or(0, |ledger| ledger.due_minor.saturating_add(ledger.left_minor)),
        later_minor: ledger.map_or(0, |ledger| ledger.upcoming_minor.saturating_add(ledger.plan_remains_minor)),
        settled: page.all_paid(),
    })
}

/// What a service message says.
pub fn service_facts(account: &Account, kind: ServiceKind, settings: &Settings, link: &str, works_until: NaiveDate) -> ServiceFacts {
    ServiceFacts {
        kind,
        locale: account.locale(settings),
        creditor: CreditorFacts::of(settings),
        link: link.to_owned(),
        works_until,
        receipt: None,
    }
}

fn copy_of(kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::FreshLink => "fresh_link",
        ServiceKind::Receipt => "receipt",
    }
}

/// As an e-mail.
///
/// # Errors
/// `RenderError::Template` or `Formats`: a mistake of ours, caught by the tests for every kind and language.
pub fn email(facts: &ServiceFacts) -> Result<Email, RenderError> {
    let view = context! {
        creditor => Value::from(Serde(CreditorView::of(&facts.creditor))),
        link => facts.link.clone(),
        works_until => Formats::new(facts.locale)?.date(facts.works_until),
        asks => true,
        ..receipt_view(facts)?
    };
    laid_out(facts.locale, copy_of(facts.kind), "service", view)
}

/// What a receipt's templates take: sums and the day in the debtor's language, and `due` and `later` only where
/// there is something.
fn receipt_view(facts: &ServiceFacts) -> Result<Value, RenderError> {
    let Some(ReceiptFacts { received, currency, due_minor, later_minor, settled }) = &facts.receipt else { return Ok(context! {}) };
    let formats = Formats::new(facts.locale)?;
    let sum = |minor: i64| (minor > 0).then(|| formats.money(minor, *currency));
    Ok(context! {
        amount => formats.money(received.amount_minor, *currency),
        paid_on => formats.date(received.on),
        numbers => received.numbers.join(", "),
        more => received.more,
        over => sum(received.over_minor),
        all_over => received.over_minor == received.amount_minor,
        due => sum(*due_minor),
        later => sum(*later_minor),
        settled,
    })
}

/// As an SMS of at most `parts_cap` parts: the creditor's name is cut first, then goes.
///
/// # Errors
/// `LinkNotGsm` or `TooLong` if no wording with the whole link can go; else as `email`.
pub fn sms(facts: &ServiceFacts, parts_cap: u8) -> Result<Sms, RenderError> {
    if !is_gsm(&facts.link) || facts.link.contains(char::is_whitespace) {
        return Err(RenderError::LinkNotGsm);
    }
    let letters = Letters::of(facts.locale);
    let mut needed = 0;
    let said = receipt_view(facts)?;
    for longest in NAMES {
        let name = shorten(&letters.write(&facts.creditor.name), longest.max(1));
        let name = Some(name.trim_matches(['…', ' '])).filter(|name| longest > 0 && !name.is_empty());
        let template = format!("sms/{}/{}.txt", facts.locale.tag(), copy_of(facts.kind));
        let text = with_link(&render(&template, facts.locale, context! { name, link => LINK, ..said.clone() })?, &facts.link, letters);
        needed = parts(&text);
        if let Some(parts) = u8::try_from(needed).ok().filter(|parts| *parts <= parts_cap) {
            return Ok(Sms { text, parts });
        }
    }
    Err(RenderError::TooLong { needed, cap: parts_cap })
}
