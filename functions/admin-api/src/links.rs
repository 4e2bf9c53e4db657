//! Pay links: revoked by the team, all of a debtor's at once, since nobody keeps them but as hashes.

use axum::extract::{Path, State as Connections};
use axum::http::StatusCode;
use upominek::domain::handle::Command;

use crate::auth::Caller;
use crate::commands::done;
use crate::extract::Params;
use crate::problem::Problem;
use crate::reason::reason;
use crate::refusals::Because;
use crate::state::State;

/// Every pay link that was sent to the debtor so far stops working; its page says so, shows nothing, and can have a
/// fresh one sent to the address on file. Links of later messages work.
#[utoipa::path(delete, path = "/debtors/{debtor}/links", tag = "debtors",
    params(("debtor" = String, Path, description = "The debtor's id"), Because), responses((status = 204, description = "They are revoked")))]
pub async fn revoke_links(
    caller: Caller,
    Connections(state): Connections<State>,
    Path(debtor): Path<String>,
    Params(because): Params<Because>,
) -> Result<StatusCode, Problem> {
    done(&caller, &state, &debtor, None, &Command::RevokeLinks { reason: reason(&because.reason)? }).await
}
