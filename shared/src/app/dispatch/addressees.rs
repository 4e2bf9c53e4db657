//! To whom one message goes at the moment of sending: the contacts that its step names, less those
//! that may not be written to.

use super::super::AppError;
use super::{Unsaid, cancelled, failed};
use crate::domain::account::Account;
use crate::domain::cause::Cause;
use crate::domain::contact::{Audience, ContactId};
use crate::domain::creditor::Settings;
use crate::domain::policy::Channel;
use crate::ports::ledger::Ledger;

/// The addresses of one message.
#[derive(Debug)]
pub(super) struct Addressees {
    pub to: Vec<String>,
    pub copies: Vec<String>,
    /// Whose they are; nobody's of the debtor for a task.
    pub contacts: Vec<ContactId>,
}

/// Finds them. A suppressed address counts as blocked: the message goes to the others, or to the main
/// contact, and only where nobody is left does it fail and fall to the next channel.
pub(super) async fn addressees(
    store: &impl Ledger,
    account: &Account,
    audience: Audience<'_>,
    channel: Channel,
    settings: &Settings,
) -> Result<Result<Addressees, Unsaid>, AppError> {
    // Nobody can send a letter to nowhere: its step falls to the next channel.
    if channel == Channel::Letter && account.profile.postal.is_none() {
        return Ok(Err(failed(Cause::NoAddress, Vec::new())));
    }
    if channel.is_for_team() {
        return team(store, account, settings).await;
    }
    if account.profile.refuses(channel) {
        return Ok(Err(cancelled(Cause::ChannelRefused)));
    }
    let mut contacts = account.profile.contacts.clone();
    let (mut fine, mut suppressed) = (Vec::new(), Vec::new());
    loop {
        let Some(known) = contacts.recipients(channel, audience, account.profile.kind) else {
            let reason = match suppressed.is_empty() {
                true => Cause::NoAddress,
                false => Cause::AddressBlocked,
            };
            return Ok(Err(failed(reason, suppressed)));
        };
        let Some(allowed) = known.only(|address| settings.may_write_to(address)) else {
            return Ok(Err(cancelled(Cause::NotOnAllowList)));
        };
        let new: Vec<String> = allowed.iter().map(str::to_owned).filter(|address| !fine.contains(address)).collect();
        let found = if new.is_empty() { Vec::new() } else { store.suppressed_among(new.clone()).await? };
        if found.is_empty() {
            let owned = |addresses: &[&str]| addresses.iter().map(|address| (*address).to_owned()).collect();
            let (to, copies) = (owned(&allowed.to), owned(&allowed.copies));
            let heard = |address: &str| allowed.iter().any(|one| one.eq_ignore_ascii_case(address));
            let whose = contacts.iter().filter(|contact| contact.details.usable(channel).is_some_and(heard));
            let contacts = whose.map(|contact| contact.id.clone()).collect();
            return Ok(Ok(Addressees { to, copies, contacts }));
        }
        for address in &found {
            contacts.block(address, Cause::AddressBlocked.name());
        }
        fine.extend(new.into_iter().filter(|address| !found.contains(address)));
        suppressed.extend(found);
    }
}

/// A task goes to the debtor's owner; where that address does not work, to the whole team's.
async fn team(store: &impl Ledger, account: &Account, settings: &Settings) -> Result<Result<Addressees, Unsaid>, AppError> {
    for address in [account.owner(settings), settings.team_email.as_str()] {
        if !store.is_suppressed(address).await? {
            return Ok(Ok(Addressees { to: vec![address.to_owned()], copies: Vec::new(), contacts: Vec::new() }));
        }
    }
    Ok(Err(failed(Cause::TeamAddressBlocked, Vec::new())))
}
