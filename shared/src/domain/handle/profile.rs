//! What the team says of a debtor.

use super::{Entry, Outcome, Refused};

pub(super) fn public_body(outcome: &mut Outcome, public_body: bool, reason: &str) -> Result<(), Refused> {
    let profile = &mut outcome.account.profile;
    if profile.public_body == public_body {
        return Err(Refused::NoEffect("this is known already"));
    }
    profile.public_body = public_body;
    outcome.entries.push(Entry::PublicBodySet { public_body, reason: reason.to_owned() });
    Ok(())
}
