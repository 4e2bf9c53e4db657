//! The pages that a debtor sees: server-rendered, no script, nothing from a third party.
//!
//! A page shows and offers; what a button does is decided anew by whoever takes the form. The
//! reply should forbid caching, framing and script; every style stands in the page itself.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::RenderError;
use super::clean::one_line;
use super::engine::render;
use super::format::Formats;
use super::page_facts::PageFacts;
use super::page_view::PageView;
use crate::domain::creditor::Locale;
use crate::domain::money::Currency;

/// A page stays below this many bytes, so that it opens on a poor line.
pub const LARGEST_PAGE: usize = 60_000;

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
/// was shown, back to the page's own address; `?lang=en` and `?lang=pl` switch the language.
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

/// A page that says one thing that went wrong. `back` is the pay link.
///
/// # Errors
/// As `pay_page`.
pub fn notice_page(locale: Locale, notice: Notice, back: Option<&str>) -> Result<String, RenderError> {
    let view = context! { notice => notice.word(), back, switch => notice == Notice::Gone };
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
