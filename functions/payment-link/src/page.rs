//! The pay page of one link: what is open now, and the button that pays it.

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use chrono::{DateTime, TimeDelta, Utc};
use upominek::adapters::dynamodb::Table;
use upominek::adapters::dynamodb::links::LinkTarget;
use upominek::adapters::kms::Vault;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::apply::find;
use upominek::app::link;
use upominek::app::pay_page::{self, Form};
use upominek::app::payment::{self, Addresses, Payable, Returned};
use upominek::domain::account::Account;
use upominek::domain::creditor::{Locale, Mode, Settings};
use upominek::domain::ids::CaseId;
use upominek::domain::message::RenderError;
use upominek::domain::message::format::typed;
use upominek::domain::message::page::{
    Back, BackHow, Door, Notice, Offer, ProviderButton, Said, gone_page, notice_page, pay_page, too_many_page,
};
use upominek::domain::message::page_facts::{Ledger, PageFacts, page_facts};
use upominek::domain::money::Currency;
use upominek::domain::provider;
use upominek::domain::window::local_day;
use upominek::ports::outside::{Asked, Clock, OutsideError};
use upominek::ports::tenant::{Proof, Tenant};
use upominek::runtime::creditors::{Creditor, Creditors};
use upominek::runtime::providers::Providers;
use upominek::runtime::{Config, WallClock, http};

use crate::over::Over;

/// What the function works with.
pub struct Function {
    pub table: Table,
    pub vault: Vault,
    pub queues: Queues,
    pub clock: WallClock,
    pub creditors: Creditors,
    pub providers: Providers,
    pub config: Config,
}

/// What lies behind a link.
enum Behind {
    /// It is nobody's.
    Nothing,
    /// It was somebody's, and is over.
    Over(Over),
    /// A pay page.
    Page(Box<Opened>),
}

/// An opened link: whose page it is, and the account as it is now.
struct Opened {
    tenant: Tenant,
    target: LinkTarget,
    known: std::sync::Arc<Creditor>,
    account: Account,
    form_token: String,
    token: String,
    setting_now: DateTime<Utc>,
}

pub fn words(error: RenderError) -> AppError {
    OutsideError::new("the page", error).into()
}

impl Function {
    /// Answers a request for `/p/{link}`. A debtor's page is in the debtor's language, or the one chosen on it; a link that is
    /// nobody's has only the browser's to go by.
    pub async fn answer(
        &self,
        request: &ApiGatewayV2httpRequest,
        locale: Option<Locale>,
        browsers: Option<Locale>,
    ) -> Result<ApiGatewayV2httpResponse, AppError> {
        let token = http::path(request, "link").to_owned();
        let unknown = locale.or(browsers).unwrap_or_default();
        let opened = match self.open(token).await? {
            Behind::Nothing => return Ok(http::page(404, gone_page(unknown).map_err(words)?)),
            Behind::Over(over) => return self.over(over, request, unknown).await,
            Behind::Page(opened) => opened,
        };
        let settings = &opened.known.settings;
        let facts = page_facts(&opened.account, settings, local_day(opened.setting_now, settings.zone), locale);
        if http::method(request) == "POST" {
            return self.take(&opened, &facts, request).await;
        }
        let reference = request.query_string_parameters.first("checkout").filter(|text| payment::is_reference(text));
        let how = match reference {
            Some(reference) => self.back_from(&opened, reference).await?,
            None => None,
        };
        let back = how.zip(reference).map(|(how, reference)| Back { how, reference });
        let said = request.query_string_parameters.first("done").and_then(Door::named).map(Said::Done);
        show(200, &opened, &facts, (back, said))
    }

    /// A form: what the debtor says, or the button that pays.
    async fn take(
        &self,
        opened: &Opened,
        facts: &PageFacts,
        request: &ApiGatewayV2httpRequest,
    ) -> Result<ApiGatewayV2httpResponse, AppError> {
        let body = http::body(request).unwrap_or_default();
        let fields = http::form(&body);
        let form = Form(&fields);
        let back = format!("{}/p/{}", self.config.link_base_url, opened.token);
        if !link::same(form.field("token"), &opened.form_token) {
            return Ok(http::page(403, notice_page(facts.locale, Notice::ExpiredForm, Some(&back)).map_err(words)?));
        }
        let hash = link::token_hash(&opened.token);
        if let Some(again_at) = self.table.press(&hash, opened.target.presses, opened.setting_now).await? {
            return too_many(opened, facts, again_at, &back);
        }
        let Some(door) = Door::named(form.field("do")) else { return self.pay(opened, facts, form, &back).await };
        let setting = Setting { settings: &opened.known.settings, now: opened.setting_now };
        let said = pay_page::say(&self.table.of(&opened.tenant), &self.clock, &opened.account, door, form, setting).await?;
        tracing::info!(creditor = %setting.settings.creditor, debtor = %opened.account.profile.debtor, door = door.name(), "a debtor said something");
        match said {
            // Asked for again by a reload, the page is only shown.
            Said::Done(door) => Ok(http::see_other(&format!("{back}?lang={}&done={}", facts.locale.tag(), door.name()))),
            trouble => show(422, opened, facts, (None, Some(trouble))),
        }
    }

    async fn open(&self, token: String) -> Result<Behind, AppError> {
        if !link::is_token(&token) {
            return Ok(Behind::Nothing);
        }
        let now = self.clock.now().await?;
        let Some(target) = self.table.link(&link::token_hash(&token)).await? else { return Ok(Behind::Nothing) };
        let tenant = Tenant::proven(target.creditor.clone(), Proof::Link);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(Behind::Nothing) };
        let keys = known.secrets(&self.vault, "link").await?;
        let key = keys.first().ok_or_else(|| OutsideError::new("the creditor's link key", "it was never made"))?;
        let form_token = link::form_token(key, &token);
        if target.works_until <= now {
            tracing::info!(creditor = %target.creditor, debtor = %target.debtor, "a link that is over was opened");
            return Ok(Behind::Over(Over { tenant, known, target, form_token, token, now }));
        }
        let Some(account) = find(&self.table.of(&tenant), &target.debtor, None).await? else { return Ok(Behind::Nothing) };
        if link::is_revoked(target.works_until, account.profile.links_from) {
            tracing::info!(creditor = %target.creditor, debtor = %target.debtor, "a link that is revoked was opened");
            return Ok(Behind::Over(Over { tenant, known, target, form_token, token, now }));
        }
        tracing::info!(creditor = %target.creditor, debtor = %target.debtor, "a pay page was opened");
        Ok(Behind::Page(Box::new(Opened { tenant, target, known, account, form_token, token, setting_now: now })))
    }

    /// What became of the checkout that the debtor comes back from. The page is shown without it
    /// where that cannot be told.
    async fn back_from(&self, opened: &Opened, reference: &str) -> Result<Option<BackHow>, AppError> {
        let (store, debtor) = (self.table.of(&opened.tenant), &opened.account.profile.debtor);
        let returned = match payment::back(&store, debtor, reference, opened.setting_now).await? {
            None => None,
            Some(payment::Back::Known(returned)) => Some(returned),
            Some(payment::Back::Ask { provider, reference, checkout }) => {
                match self.providers.of(&opened.known, &provider, opened.setting_now).await? {
                    Some((provider, secret)) => {
                        let asked = Asked { reference: &reference, checkout: &checkout, at: opened.setting_now };
                        payment::ask(&provider, &secret, debtor, asked).await
                    }
                    None => None,
                }
            }
        };
        Ok(returned.map(|returned| match returned {
            Returned::Paid => BackHow::Thanks,
            Returned::Underway => BackHow::Underway,
            Returned::Failed => BackHow::Failed,
        }))
    }

    /// The button: a checkout for what is open now, if that is what the page showed, or for a part of it.
    async fn pay(&self, opened: &Opened, facts: &PageFacts, form: Form<'_>, back: &str) -> Result<ApiGatewayV2httpResponse, AppError> {
        let field = |name: &str| form.field(name);
        let notice = |status, notice| -> Result<_, AppError> {
            Ok(http::page(status, notice_page(facts.locale, notice, Some(back)).map_err(words)?))
        };
        let settings = &opened.known.settings;
        let ledger = Currency::parse(field("currency")).ok().and_then(|currency| facts.ledger(currency));
        let offered = |ledger: &&Ledger| provider::in_order(providers(settings), ledger.currency).contains(&field("provider"));
        let Some(ledger) = ledger.filter(offered) else { return notice(409, Notice::Changed) };
        let (case, amount_minor) = match chosen(form, ledger) {
            Chosen::Sum(case, amount_minor) => (case, amount_minor),
            Chosen::Changed => return notice(409, Notice::Changed),
            Chosen::TooMuch(most_minor) => {
                return show(422, opened, facts, (None, Some(Said::NoSuchPart(ledger.currency, most_minor))));
            }
        };
        let Some((provider, secret)) = self.providers.of(&opened.known, field("provider"), opened.setting_now).await? else {
            tracing::error!(creditor = %settings.creditor, provider = field("provider"), "a provider on the pay page has no secret");
            return notice(503, Notice::Unavailable);
        };
        let of_one = ledger.choices().find(|invoice| Some(&invoice.case) == case.as_ref()).map(|invoice| vec![invoice.number.as_str()]);
        let numbers: Vec<&str> = of_one.unwrap_or_else(|| ledger.payable_numbers()).into_iter().take(5).collect();
        let store = self.table.of(&opened.tenant);
        let title = numbers.join(", ");
        let payable = Payable {
            account: &opened.account,
            case: case.as_ref(),
            amount_minor,
            currency: ledger.currency,
            title: &title,
            locale: facts.locale,
        };
        let addresses = Addresses { base_url: &self.config.base_url, pay_page: back };
        let setting = Setting { settings, now: opened.setting_now };
        let started = payment::start(&store, &provider, &secret, payable, addresses, setting);
        match started.await? {
            Ok(checkout) => Ok(http::see_other(&checkout.url)),
            Err(error) => {
                tracing::error!(creditor = %settings.creditor, error = %error, "no checkout could be made");
                notice(503, Notice::Unavailable)
            }
        }
    }
}

/// Another press is taken later, and what it would have done is not.
fn too_many(opened: &Opened, facts: &PageFacts, again_at: DateTime<Utc>, back: &str) -> Result<ApiGatewayV2httpResponse, AppError> {
    let settings = &opened.known.settings;
    tracing::warn!(creditor = %settings.creditor, debtor = %opened.account.profile.debtor, "the buttons of a pay page are pressed too often");
    // The next whole minute: before it the press would be refused again.
    let again = (again_at + TimeDelta::seconds(59)).with_timezone(&settings.zone).time();
    let html = too_many_page(facts, again, back).map_err(words)?;
    Ok(http::retry_after(http::page(429, html), again_at - opened.setting_now))
}

/// What a form asks to pay.
enum Chosen {
    /// So much, minor units; of one invoice, if it names one.
    Sum(Option<CaseId>, i64),
    /// The page shows something else by now.
    Changed,
    /// No amount, or more than can be paid: the most that can be, minor units.
    TooMuch(i64),
}

/// All that is open, if that is what was shown; or the part that was chosen.
fn chosen(form: Form<'_>, ledger: &Ledger) -> Chosen {
    let all_minor = ledger.payable_minor();
    if form.field("part").is_empty() {
        let shown = all_minor > 0 && form.field("amount_minor") == all_minor.to_string();
        return if shown { Chosen::Sum(None, all_minor) } else { Chosen::Changed };
    }
    let case = match form.field("of") {
        "" => None,
        text => match CaseId::try_from(text.to_owned()) {
            Ok(case) => Some(case),
            Err(_) => return Chosen::Changed,
        },
    };
    let Some(most_minor) = ledger.most_of(case.as_ref()) else { return Chosen::Changed };
    let typed_text = form.field("amount").trim();
    let amount_minor = if typed_text.is_empty() { case.as_ref().map(|_| most_minor) } else { typed(typed_text, ledger.currency) };
    match amount_minor {
        Some(minor) if (1..=most_minor).contains(&minor) => Chosen::Sum(case, minor),
        _ => Chosen::TooMuch(most_minor),
    }
}

/// The page as the facts are.
fn show(
    status: u16,
    opened: &Opened,
    facts: &PageFacts,
    (back, said): (Option<Back<'_>>, Option<Said>),
) -> Result<ApiGatewayV2httpResponse, AppError> {
    let ids = providers(&opened.known.settings);
    let label = |id: &str| provider::named(id).map(|known| known.label).filter(|_| ids.len() > 1);
    let buttons: Vec<_> = ids.iter().map(|id| ProviderButton { id, label: label(id) }).collect();
    let offer = Offer { providers: &buttons, form_token: &opened.form_token, back, said };
    Ok(http::page(status, pay_page(facts, &offer).map_err(words)?))
}

/// What the page may offer: the sandbox is for trials only.
fn providers(settings: &Settings) -> Vec<&str> {
    let offered = settings.providers.iter().map(String::as_str);
    offered.filter(|name| *name != "sandbox" || settings.mode == Mode::Trial).collect()
}
