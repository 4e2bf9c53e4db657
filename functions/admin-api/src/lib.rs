//! The admin API: what operators of one creditor see and do, over HTTP, described by OpenAPI.
//!
//! Thin: reading requests, calling use cases of the common crate, and translating. Everything that a
//! handler touches goes through the store of the creditor whose token came with the request, so what
//! belongs to another creditor is simply not there. No personal data goes into the log.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod attention;
pub mod auth;
pub mod calls;
pub mod cause;
pub mod claims;
#[cfg(feature = "test-clock")]
pub mod clock;
pub mod commands;
pub mod contacts;
pub mod course;
pub mod debtors;
pub mod decision;
pub mod dto;
pub mod evaluations;
pub mod events;
pub mod extract;
pub mod find;
pub mod gateway;
pub mod history;
pub mod holds;
pub mod invoices;
pub mod legal;
pub mod links;
pub mod list;
pub mod log;
pub mod openapi;
pub mod page;
pub mod payments;
pub mod pending;
pub mod plan;
pub mod policy;
pub mod postal;
pub mod problem;
pub mod public_body;
pub mod read;
pub mod reason;
pub mod record;
pub mod refusals;
pub mod reminders;
pub mod segment;
pub mod send_now;
pub mod settings;
pub mod settlements;
pub mod state;
pub mod stops;
pub mod time_line;
pub mod transfer;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use state::State;

/// Below what every route lies.
pub const BASE: &str = "/api/v1";

fn routes() -> OpenApiRouter<State> {
    let api = OpenApiRouter::new()
        .routes(routes!(openapi::openapi))
        .routes(routes!(settings::get_settings, settings::put_settings, settings::patch_settings))
        .routes(routes!(settings::hold::set_creditor_hold, settings::hold::release_creditor_hold))
        .routes(routes!(settings::hold::list_creditor_holds))
        .routes(routes!(policy::get_policy, policy::put_policy))
        .routes(routes!(policy::preview_policy))
        .routes(routes!(policy::policy_schema))
        .routes(routes!(policy::list_policies))
        .routes(routes!(policy::get_shipped))
        .routes(routes!(debtors::list_debtors))
        .routes(routes!(debtors::get_debtor))
        .routes(routes!(debtors::time_line))
        .routes(routes!(calls::call_list))
        .routes(routes!(public_body::set_public_body))
        .routes(routes!(invoices::invoices_of_debtor))
        .routes(routes!(invoices::find_invoices))
        .routes(routes!(history::decisions))
        .routes(routes!(contacts::list_contacts, contacts::add_contact))
        .routes(routes!(contacts::change_contact, contacts::remove_contact))
        .routes(routes!(contacts::set_owner))
        .routes(routes!(postal::set_postal, postal::remove_postal))
        .routes(routes!(links::revoke_links))
        .routes(routes!(transfer::move_invoices))
        .routes(routes!(transfer::merge_debtor))
        .routes(routes!(transfer::split_debtor))
        .routes(routes!(holds::set_hold, holds::release_hold))
        .routes(routes!(stops::give_promise, stops::withdraw_promise))
        .routes(routes!(stops::open_dispute, stops::decide_dispute))
        .routes(routes!(refusals::refuse, refusals::allow))
        .routes(routes!(refusals::answer_request))
        .routes(routes!(pending::say_paid, pending::withdraw_pending))
        .routes(routes!(plan::make_plan, plan::withdraw_plan))
        .routes(routes!(legal::begin_legal_stop, legal::end_legal_stop))
        .routes(routes!(settlements::settle))
        .routes(routes!(settlements::undo_settlement))
        .routes(routes!(settlements::reopen))
        .routes(routes!(course::extend_due_date, course::restore_due_date))
        .routes(routes!(course::skip_step, course::restore_step))
        .routes(routes!(send_now::send_now))
        .routes(routes!(claims::interest_note))
        .routes(routes!(claims::waive_claim))
        .routes(routes!(claims::collect_claim))
        .routes(routes!(reminders::list_reminders))
        .routes(routes!(reminders::get_reminder))
        .routes(routes!(list::get_list, list::make_list))
        .routes(routes!(list::approve))
        .routes(routes!(list::skip))
        .routes(routes!(list::move_line))
        .routes(routes!(list::withdraw))
        .routes(routes!(evaluations::begin_evaluation))
        .routes(routes!(evaluations::list_runs))
        .routes(routes!(evaluations::get_run))
        .routes(routes!(payments::record_payment))
        .routes(routes!(attention::list_attention))
        .routes(routes!(attention::attended))
        .routes(routes!(events::list_events))
        .routes(routes!(events::replay_event));
    let api = OpenApiRouter::with_openapi(openapi::Api::openapi()).nest(BASE, api);
    #[cfg(feature = "test-clock")]
    let api = api.routes(routes!(clock::get_clock, clock::set_clock));
    api
}

/// The whole API on given connections.
pub fn router(state: State) -> axum::Router {
    let (router, _) = routes().split_for_parts();
    router.layer(axum::middleware::from_fn(log::around)).with_state(state)
}

/// The description of the API.
pub fn description() -> utoipa::openapi::OpenApi {
    let (_, document) = routes().split_for_parts();
    openapi::completed(document)
}

#[cfg(test)]
mod tests;
