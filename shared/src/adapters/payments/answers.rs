//! What a provider's silence or refusal means for money, in one place: a clear no, or nothing that can be relied on.

use reqwest::StatusCode;

use crate::ports::outside::CheckoutError;

/// No answer, or none that can be read. Only a connection that was never made is a clear no.
pub(super) fn unanswered(error: &reqwest::Error) -> CheckoutError {
    if error.is_connect() {
        CheckoutError::Refused("it was not reached".to_owned())
    } else {
        CheckoutError::Unknown("it did not answer in time, or not in its form".to_owned())
    }
}

/// Whether a status says that nothing was done, and will not be.
pub(super) fn is_definite(status: StatusCode) -> bool {
    let later = [StatusCode::REQUEST_TIMEOUT, StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS];
    status.is_client_error() && !later.contains(&status)
}

/// An answer other than success.
pub(super) fn refused(status: StatusCode) -> CheckoutError {
    let what = format!("it answered {}", status.as_u16());
    if is_definite(status) { CheckoutError::Refused(what) } else { CheckoutError::Unknown(what) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_surely_not_done_is_a_clear_no() {
        for status in [400, 401, 403, 404, 422] {
            assert!(matches!(refused(StatusCode::from_u16(status).unwrap()), CheckoutError::Refused(_)), "{status}");
        }
        for status in [301, 408, 409, 429, 500, 502, 503] {
            assert!(matches!(refused(StatusCode::from_u16(status).unwrap()), CheckoutError::Unknown(_)), "{status}");
        }
    }
}
