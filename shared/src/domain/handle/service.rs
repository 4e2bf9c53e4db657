//! Service messages: what asks for one, and by which way it goes.

use chrono::Duration;

use super::{Attention, Context, Entry, Outcome, Refused};
use crate::domain::debtor_word::DebtorWord;
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Tone};
use crate::domain::reminder::{Reminder, ReminderId, ReminderState};
use crate::domain::service::{STALE_AFTER, Service, ServiceKind, first_at};

/// After a fresh link none is sent again for this time, whoever presses the button.
const FRESH_LINK_AGAIN_AFTER: Duration = Duration::hours(24);

/// Within this time no more than `MOST_FRESH_LINKS` are sent.
const FRESH_LINKS_WITHIN: Duration = Duration::days(30);

const MOST_FRESH_LINKS: usize = 3;

/// Somebody asks for a fresh link on the page of one that is over. It goes to the address on file and to
/// nobody else: whoever asks may have found an old link. Where the law stops us or nothing may be written to, the
/// team hears of it.
pub(super) fn ask_fresh_link(outcome: &mut Outcome, context: &Context<'_>) -> Result<(), Refused> {
    let profile = &mut outcome.account.profile;
    profile.fresh_links_at.retain(|at| context.now - *at < FRESH_LINKS_WITHIN);
    if profile.fresh_links_at.iter().any(|at| context.now - *at < FRESH_LINK_AGAIN_AFTER) {
        return Err(Refused::NoEffect("a fresh link was asked for within a day"));
    }
    if profile.fresh_links_at.len() >= MOST_FRESH_LINKS {
        return Err(Refused::NoEffect("as many fresh links were asked for within a month as may be"));
    }
    profile.fresh_links_at.push(context.now);
    let stopped = profile.legal_stop_on(context.today()).is_some();
    outcome.entries.push(Entry::FreshLinkAsked);
    match outcome.account.service_way().filter(|_| !stopped) {
        Some(channel) => {
            schedule(outcome, ServiceKind::FreshLink, channel, currency(outcome), context);
        }
        None => outcome.attention.push(Attention::DebtorSaid { word: DebtorWord::NoFreshLink }),
    }
    Ok(())
}

/// Whoever has a pay link of the debtor's can do nothing with it from now on, but have a fresh one sent to the
/// address on file.
pub(super) fn revoke_links(outcome: &mut Outcome, reason: &str, context: &Context<'_>) {
    outcome.account.profile.links_from = Some(context.now);
    outcome.entries.push(Entry::LinksRevoked { reason: reason.to_owned() });
}

/// A message of a kind is to go by a channel, as soon as that may be. The same kind again on a day is another
/// message: whoever asks for one says how often it may be.
pub(super) fn schedule(
    outcome: &mut Outcome,
    kind: ServiceKind,
    channel: Channel,
    currency: Currency,
    context: &Context<'_>,
) -> ReminderId {
    let account = &mut outcome.account;
    let as_of = context.today();
    let of_kind = account.service.iter().filter_map(|known| known.id.service.filter(|_| known.id.as_of == as_of));
    let last = of_kind.filter(|service| service.kind == kind).map(|service| service.nth).max().unwrap_or(0);
    let service = Some(Service { kind, nth: last.saturating_add(1) });
    let id = ReminderId { service, ..ReminderId::new(as_of, channel, currency) };
    let zone = account.zone(context.settings);
    account.service.push(Reminder {
        id: id.clone(),
        state: ReminderState::Scheduled,
        step: kind.name().to_owned(),
        tone: Tone::Courtesy,
        lines: Vec::new(),
        created_at: context.now,
        check_at: Some(first_at(channel, context.now, zone)),
        attempts: 0,
        awaits_approval: false,
        claim: None,
        message_id: None,
        reason: None,
        settled_at: None,
        received: None,
    });
    outcome.entries.push(Entry::ServiceScheduled { message: id.clone() });
    id
}

/// An e-mail that did not arrive goes as an SMS, if its kind is worth one and somebody still waits for it.
pub(super) fn next_way(outcome: &mut Outcome, failed: &ReminderId, context: &Context<'_>) {
    let Some(service) = failed.service.filter(|service| failed.channel == Channel::Email && service.kind.is_worth_an_sms()) else { return };
    let account = &outcome.account;
    let awaited = account.message(failed).is_some_and(|message| context.now - message.created_at < STALE_AFTER);
    let stopped = account.profile.legal_stop_on(context.today()).is_some();
    if awaited && !stopped && account.address(Channel::Sms).is_some() {
        schedule(outcome, service.kind, Channel::Sms, failed.currency, context);
    }
}

/// A currency for the id of a message that speaks of none: that of the oldest debt, if there is one.
fn currency(outcome: &Outcome) -> Currency {
    let open = outcome.account.open_cases();
    open.first().map_or(Currency::PLN, |case| case.currency)
}
