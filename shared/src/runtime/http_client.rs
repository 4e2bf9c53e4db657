//! An HTTP client that is made when it is first needed: loading root certificates takes longer than
//! all the rest of a start.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::redirect::Policy;

use crate::ports::outside::OutsideError;

/// Longest wait for an answer, below the timeout of the functions that ask.
const TIMEOUT: Duration = Duration::from_secs(6);

/// The client, once made. It follows no redirect: a secret goes to whom it was addressed, and some answers are one.
#[derive(Debug, Default)]
pub struct LazyClient(OnceLock<reqwest::Client>);

impl LazyClient {
    /// The client.
    ///
    /// # Errors
    /// Where it cannot be made, for want of root certificates.
    pub fn get(&self) -> Result<reqwest::Client, OutsideError> {
        if let Some(client) = self.0.get() {
            return Ok(client.clone());
        }
        let made = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none()).build();
        let client = made.map_err(|source| OutsideError::new("the HTTP client", source))?;
        Ok(self.0.get_or_init(|| client).clone())
    }
}
