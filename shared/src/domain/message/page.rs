//! The pages that a debtor sees: server-rendered, no script that is needed, nothing from a third party.
//!
//! A page shows and offers; what a button does is decided anew by whoever takes the form. The
//! reply should forbid caching, framing and any script but the page's own; every style stands in the page
//! itself.

use base64::Engine;
use chrono::{NaiveDate, NaiveTime};
use minijinja::value::Serde;
use minijinja::{Value, context};

use sha2::{Digest, Sha256};

use super::RenderError;
use super::clean::one_line;
use super::engine::render;
use super::format::Formats;
use super::page_facts::PageFacts;
use super::page_view::PageView;
use super::view::CreditorView;
use crate::domain::creditor::Locale;
use crate::domain::money::Currency;

/// A page stays below this many bytes, so that it opens on a poor line.
pub const LARGEST_PAGE: usize = 60_000;

/// The only script: it copies account, amount and title. Without it nothing is missing.
const COPY: &str = include_str!("../../../templates/page/copy.js");

/// The script as a content security policy names it: `'sha256-…'`.
pub fn script_source() -> String {
    // The engine leaves out the newline at the end of a template.
    let digest = Sha256::digest(COPY.trim_end_matches('\n').as_bytes());
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(digest))
}

/// How many invoices each list may hold; fewer are tried until the page is small enough. Sums hold
/// all of them in any case.
const LIST_LENGTHS: [usize; 5] = [60, 25, 10, 3, 0];

/// A way to pay online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderButton<'a> {
    /// The provider's id; the form sends it back as `provider`.
    pub id: &'a str,
    /// Its name for the button, where there is more than one to choose from.
    pub label: Option<&'a str>,
}

/// What the pay page offers beside the facts.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// One button each per currency.
    pub providers: &'a [ProviderButton<'a>],
    /// The form sends it back as `token`; a form without it was not made by this page.
    pub form_token: &'a str,
    /// What became of the checkout that the debtor comes back from.
    pub back: Option<Back<'a>>,
    /// What the debtor has just said, and how it was taken.
    pub said: Option<Said>,
}

/// What can be said on the page beside paying; its name stands in forms (`do`) and addresses (`done`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// By when it will be paid.
    Promise,
    /// That instalments are wanted.
    Instalments,
    /// That it is paid.
    Paid,
    /// That something is wrong.
    Dispute,
    /// That no SMS is wanted.
    NoSms,
    /// That no e-mail is wanted.
    NoEmail,
    /// That somebody else reads it.
    WrongPerson,
}

impl Door {
    /// All of them.
    pub const ALL: [Door; 7] = [Self::Promise, Self::Instalments, Self::Paid, Self::Dispute, Self::NoSms, Self::NoEmail, Self::WrongPerson];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Door::Promise => "promise",
            Door::Instalments => "instalments",
            Door::Paid => "paid",
            Door::Dispute => "dispute",
            Door::NoSms => "no_sms",
            Door::NoEmail => "no_email",
            Door::WrongPerson => "wrong_person",
        }
    }

    /// The door of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.name() == name)
    }
}

/// How something was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is in force.
    Done(Door),
    /// It is not, and why.
    Trouble(Door, Trouble),
    /// No such part can be paid: the most that may be, minor units.
    NoSuchPart(Currency, i64),
}

/// Why something that the debtor said was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Another day is wanted: from the first to the last.
    Days(NaiveDate, NaiveDate),
    /// An earlier promise was not kept.
    PromisedBefore,
    /// Instalments were asked for not long ago.
    AskedBefore,
    /// The same payment was spoken of before and did not come.
    SaidBefore,
    /// The text is missing, or too long.
    Text,
    /// The page shows something else by now.
    Gone,
}

impl Trouble {
    /// All kinds of them.
    pub const KINDS: [&str; 6] = ["days", "promised_before", "asked_before", "said_before", "text", "gone"];

    /// Its kind.
    pub fn kind(self) -> &'static str {
        match self {
            Trouble::Days(..) => "days",
            Trouble::PromisedBefore => "promised_before",
            Trouble::AskedBefore => "asked_before",
            Trouble::SaidBefore => "said_before",
            Trouble::Text => "text",
            Trouble::Gone => "gone",
        }
    }
}

/// The way back from a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Back<'a> {
    /// What became of it.
    pub how: BackHow,
    /// Its reference: `?checkout=` asks again.
    pub reference: &'a str,
}

/// What became of a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackHow {
    /// The payment has arrived.
    Thanks,
    /// The payment is being processed: no second one is offered.
    Underway,
    /// The payment was declined or given up.
    Failed,
}

/// What a page without facts says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The link is unknown, expired, revoked or was tampered with.
    Gone,
    /// The balance is not the one that the form showed.
    Changed,
    /// The provider cannot be reached.
    Unavailable,
    /// The form's token is missing, stale or wrong.
    ExpiredForm,
}

impl Notice {
    /// All of them.
    pub const ALL: [Notice; 4] = [Self::Gone, Self::Changed, Self::Unavailable, Self::ExpiredForm];

    fn word(self) -> &'static str {
        match self {
            Notice::Gone => "gone",
            Notice::Changed => "changed",
            Notice::Unavailable => "unavailable",
            Notice::ExpiredForm => "expired_form",
        }
    }
}

/// What the sandbox provider's checkout shows.
#[derive(Debug, Clone, Copy)]
pub struct Checkout<'a> {
    /// The page's language.
    pub locale: Locale,
    /// Who is paid.
    pub creditor_name: &'a str,
    /// What for: invoice numbers.
    pub description: &'a str,
    /// Minor units.
    pub amount_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// The form sends it back as `token`.
    pub form_token: &'a str,
}

/// The pay page. Its form posts `token`, `provider`, `currency` and `amount_minor`, the amount that
/// was shown, back to the page's own address; the form for a part posts `part`, the invoice chosen as `of` and what was
/// typed as `amount` instead of `amount_minor`; `?lang=` with a tag switches the language. The doors post
/// `token`, `do` and fields of their own there.
///
/// # Errors
/// `RenderError::Template` or `Formats`: a mistake of ours.
pub fn pay_page(facts: &PageFacts, offer: &Offer<'_>) -> Result<String, RenderError> {
    let mut page = String::new();
    for longest in LIST_LENGTHS {
        page = render("page/pay.html", facts.locale, Value::from(Serde(PageView::of(facts, offer, longest)?)))?;
        if page.len() < LARGEST_PAGE {
            break;
        }
    }
    Ok(page)
}

/// The one page for every link that does not work. It shows nothing about anyone.
///
/// # Errors
/// As `pay_page`.
pub fn gone_page(locale: Locale) -> Result<String, RenderError> {
    notice_page(locale, Notice::Gone, None)
}

/// The page of a link that is over: it shows nothing about anyone, and offers to have a fresh one sent. Its form posts
/// `token` and `do` (`fresh`) to the page's own address. Once `asked`, it says what comes next, the same in any case.
///
/// # Errors
/// As `pay_page`.
pub fn over_page(locale: Locale, form_token: &str, asked: bool) -> Result<String, RenderError> {
    render("page/over.html", locale, context! { form_token, asked, checkout => None::<&str> })
}

/// The page after too many presses: when another one may be, as a local time of the creditor, and whom to ask until then.
///
/// # Errors
/// As `pay_page`.
pub fn too_many_page(facts: &PageFacts, again: NaiveTime, back: &str) -> Result<String, RenderError> {
    let creditor = Value::from(Serde(CreditorView::of(&facts.creditor)));
    render("page/too_many.html", facts.locale, context! { again => again.format("%H:%M").to_string(), back, creditor })
}

/// A page that says one thing that went wrong. `back` is the pay link.
///
/// # Errors
/// As `pay_page`.
pub fn notice_page(locale: Locale, notice: Notice, back: Option<&str>) -> Result<String, RenderError> {
    let view = context! { notice => notice.word(), back, switch => notice == Notice::Gone, checkout => None::<&str> };
    render("page/notice.html", locale, view)
}

/// The sandbox provider's checkout: its form posts `token` and `outcome` (`paid`, `pending` or `declined`) to
/// the page's own address.
///
/// # Errors
/// As `pay_page`.
pub fn checkout_page(checkout: &Checkout<'_>) -> Result<String, RenderError> {
    let view = context! {
        creditor_name => one_line(checkout.creditor_name, 80),
        description => one_line(checkout.description, 200),
        amount => Formats::new(checkout.locale)?.money(checkout.amount_minor, checkout.currency),
        form_token => checkout.form_token,
    };
    render("page/checkout.html", checkout.locale, view)
}
