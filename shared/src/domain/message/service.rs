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
use super::sms::{LINK, Letters, Sms, with_link};
use super::view::CreditorView;
use super::voice::CreditorFacts;
use crate::domain::account::Account;
use crate::domain::creditor::{Locale, Settings};
use crate::domain::service::ServiceKind;

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
}

/// What a service message says.
pub fn service_facts(account: &Account, kind: ServiceKind, settings: &Settings, link: &str, works_until: NaiveDate) -> ServiceFacts {
    ServiceFacts { kind, locale: account.locale(settings), creditor: CreditorFacts::of(settings), link: link.to_owned(), works_until }
}

fn copy_of(kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::FreshLink => "fresh_link",
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
    };
    laid_out(facts.locale, copy_of(facts.kind), "service", view)
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
    for longest in NAMES {
        let name = shorten(&letters.write(&facts.creditor.name), longest.max(1));
        let name = Some(name.trim_matches(['…', ' '])).filter(|name| longest > 0 && !name.is_empty());
        let template = format!("sms/{}/{}.txt", facts.locale.tag(), copy_of(facts.kind));
        let text = with_link(&render(&template, facts.locale, context! { name, link => LINK })?, &facts.link, letters);
        needed = parts(&text);
        if let Some(parts) = u8::try_from(needed).ok().filter(|parts| *parts <= parts_cap) {
            return Ok(Sms { text, parts });
        }
    }
    Err(RenderError::TooLong { needed, cap: parts_cap })
}
