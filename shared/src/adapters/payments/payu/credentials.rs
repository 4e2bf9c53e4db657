//! What a creditor has at PayU.

use serde::Deserialize;

use super::Algorithm;

/// What is right for the whole secret.
const FORM: &str = "must be {\"pos_id\", \"client_id\", \"client_secret\", \"second_key\", \"environment\"}, all texts, \
     and \"algorithms\", a list of texts, where the shop's notifications are not signed by MD5 or SHA-256";

/// By which PayU signs the notifications of a shop where nobody says otherwise.
const USUAL: [Algorithm; 2] = [Algorithm::Md5, Algorithm::Sha256];

/// Where orders are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Real money.
    Production,
    /// Play money.
    Sandbox,
}

impl Environment {
    /// Where its API is.
    pub fn url(self) -> &'static str {
        match self {
            Self::Production => "https://secure.payu.com",
            Self::Sandbox => "https://secure.snd.payu.com",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    pos_id: String,
    client_id: String,
    client_secret: String,
    second_key: String,
    algorithms: Option<Vec<String>>,
    environment: String,
}

/// What a creditor has at PayU: a point of sale with its keys. Kept as
/// `{"pos_id": "…", "client_id": "…", "client_secret": "…", "second_key": "…", "environment": "production"}`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The point of sale, digits.
    pub pos_id: String,
    /// OAuth: who asks.
    pub client_id: String,
    /// OAuth: its secret.
    pub client_secret: String,
    /// The key that notifications are signed with.
    pub second_key: String,
    /// The algorithms that a notification may be signed by; no other counts.
    pub algorithms: Vec<Algorithm>,
    /// Real money or play money.
    pub environment: Environment,
}

impl Credentials {
    /// Reads a kept secret.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn read(secret: &str) -> Result<Self, &'static str> {
        let kept: Kept = serde_json::from_str(secret).map_err(|_| FORM)?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&kept.pos_id) {
            return Err("pos_id must be the number of the point of sale, digits in quotes");
        }
        let key = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !key(&kept.client_id) || !key(&kept.client_secret) {
            return Err("client_id and client_secret must be those of the OAuth protocol, without spaces");
        }
        // With an empty key everybody could sign.
        if !key(&kept.second_key) || kept.second_key.len() < 16 {
            return Err("second_key must be the second key (MD5) of the point of sale, without spaces");
        }
        let named: Option<Vec<Algorithm>> =
            kept.algorithms.map_or_else(|| Some(USUAL.to_vec()), |names| names.iter().map(|name| Algorithm::named(name)).collect());
        let algorithms = named
            .filter(|named| !named.is_empty())
            .ok_or("algorithms must be among MD5, SHA-1, SHA-256, SHA-384 and SHA-512, at least one")?;
        let environment = match kept.environment.as_str() {
            "production" => Environment::Production,
            "sandbox" => Environment::Sandbox,
            _ => return Err("environment must be production or sandbox"),
        };
        let Kept { pos_id, client_id, client_secret, second_key, .. } = kept;
        Ok(Self { pos_id, client_id, client_secret, second_key, algorithms, environment })
    }
}
