//! Tokens by client credentials (RFC 6749, section 4.4). Without one, nothing was asked of a provider yet.

use reqwest::RequestBuilder;
use serde::Deserialize;

use crate::ports::outside::CheckoutError;

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

/// Why there is no token. It says nothing about an order.
#[derive(Debug)]
pub(super) struct NoToken(String);

impl NoToken {
    /// For an order: it cannot have been made.
    pub(super) fn nothing_ordered(self) -> CheckoutError {
        CheckoutError::Refused(self.0)
    }

    /// For a question, and for taking what a debtor approved: to be tried again, also where the secret has to be set
    /// right first.
    pub(super) fn untold(self) -> CheckoutError {
        CheckoutError::Unknown(self.0)
    }
}

/// A token for the credentials that a request bears itself or among its `fields`.
pub(super) async fn token(request: RequestBuilder, fields: &[(&str, &str)]) -> Result<String, NoToken> {
    let no_token = |why: &str| NoToken(format!("it gave no token: {why}"));
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("grant_type", "client_credentials").extend_pairs(fields);
    let post = request.header("content-type", "application/x-www-form-urlencoded").body(body.finish());
    let answer = post.send().await.map_err(|_| no_token("it was not reached, or did not answer in time"))?;
    if !answer.status().is_success() {
        return Err(no_token(&format!("it answered {}", answer.status().as_u16())));
    }
    let token: Token = answer.json().await.map_err(|_| no_token("it did not answer in its form"))?;
    Ok(token.access_token)
}
