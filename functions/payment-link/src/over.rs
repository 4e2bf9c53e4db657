//! The page of a link that is over: it shows nothing about anyone, and has a fresh link sent to the address on file.

use std::sync::Arc;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use chrono::{DateTime, Utc};
use upominek::adapters::dynamodb::links::LinkTarget;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::pay_page::Form;
use upominek::app::{fresh_link, link};
use upominek::domain::creditor::Locale;
use upominek::domain::message::page::over_page;
use upominek::ports::tenant::Tenant;
use upominek::runtime::creditors::Creditor;
use upominek::runtime::http;

use crate::page::{Function, words};

/// A link that expired or was revoked, and whose it was.
pub struct Over {
    pub tenant: Tenant,
    pub known: Arc<Creditor>,
    pub target: LinkTarget,
    pub form_token: String,
    pub token: String,
    pub now: DateTime<Utc>,
}

impl Function {
    /// Answers a request for a link that is over. Only the button's form does something, and its answer is the same
    /// whatever it did.
    pub async fn over(&self, over: Over, request: &ApiGatewayV2httpRequest, locale: Locale) -> Result<ApiGatewayV2httpResponse, AppError> {
        let page = |asked| -> Result<_, AppError> { Ok(http::page(410, over_page(locale, &over.form_token, asked).map_err(words)?)) };
        if http::method(request) != "POST" {
            return page(request.query_string_parameters.first("asked").is_some());
        }
        let body = http::body(request).unwrap_or_default();
        let fields = http::form(&body);
        let form = Form(&fields);
        if form.field("do") != "fresh" || !link::same(form.field("token"), &over.form_token) {
            return page(false);
        }
        // One who presses too often is told the same, and nothing is read.
        if self.table.press(&link::token_hash(&over.token), over.target.presses, over.now).await?.is_none() {
            let setting = Setting { settings: &over.known.settings, now: over.now };
            fresh_link::ask(&self.table.of(&over.tenant), &self.queues, &self.clock, &over.target.debtor, setting).await?;
        }
        tracing::info!(creditor = %over.target.creditor, debtor = %over.target.debtor, "a fresh link was asked for");
        Ok(http::see_other(&format!("{}/p/{}?lang={}&asked=1", self.config.link_base_url, over.token, locale.tag())))
    }
}
