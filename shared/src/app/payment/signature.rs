//! Whether a callback is its provider's own.

use crate::domain::creditor::Settings;
use crate::ports::certificates::Certificates;
use crate::ports::intake::{Delivery, NotVerified};
use crate::ports::outside::{Callbacks, OutsideError};

/// Checks a callback's signature, against secrets or against the certificate that it names. An address that is not
/// the provider's own is refused before anybody is asked.
///
/// # Errors
/// Where the certificate cannot be had now: nobody knows, and the callback is to come again.
pub async fn verified(
    callbacks: &dyn Callbacks,
    callback: &Delivery,
    secrets: &[String],
    settings: &Settings,
    certificates: &impl Certificates,
) -> Result<Result<(), NotVerified>, OutsideError> {
    let url = match callbacks.certificate(callback, secrets, settings) {
        Ok(Some(url)) => url,
        Ok(None) => return Ok(callbacks.verify(callback, secrets, settings)),
        Err(not) => return Ok(Err(not)),
    };
    let at = callback.received_at;
    let known = certificates.certificate(callbacks.name(), &url, at).await?;
    if callbacks.verify_with(callback, &known, secrets, settings).is_ok() {
        return Ok(Ok(()));
    }
    // Its provider may have put another one there.
    Ok(match certificates.renewed(callbacks.name(), &url, at).await? {
        Some(new) => callbacks.verify_with(callback, &new, secrets, settings),
        None => Err(NotVerified),
    })
}
