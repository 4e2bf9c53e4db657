//! Payment providers. Their callbacks are read without a network; their checkouts are made over HTTP.

pub mod sandbox;
#[cfg(feature = "http-client")]
pub mod sandbox_client;

use crate::ports::outside::Callbacks;

/// The callbacks of a provider, by the name in its path.
pub fn callbacks(name: &str) -> Option<&'static dyn Callbacks> {
    match name {
        sandbox::NAME => Some(&sandbox::Sandbox),
        _ => None,
    }
}
