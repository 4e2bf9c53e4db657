//! Use cases, generic over ports. No AWS type stands in a signature here.

// The futures are used on one task only; nobody needs a bound on them.
#![allow(async_fn_in_trait)]

pub mod apply;
pub mod delivery;
pub mod dispatch;
pub mod evaluate;
pub mod fresh_link;
pub mod history;
pub mod intake;
pub mod link;
pub mod list;
pub mod list_mail;
pub mod night;
pub mod pay_page;
pub mod payment;
pub mod release;
pub mod transfer;

use crate::ports::outside::OutsideError;
use crate::ports::store::StoreError;

/// Why a use case did not finish. What it was given is still there and can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The state could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A queue, a clock, a schedule or the like did not answer.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// The account changed again and again while we tried.
    #[error("the account is too busy now")]
    Busy,
}
