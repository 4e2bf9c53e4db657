//! The form that a notification on a payment is.

use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use crate::domain::money::Currency;
use crate::ports::intake::Unreadable;

/// Fields by name, each once, decoded.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Decodes a body, which was verified as it came.
    ///
    /// # Errors
    /// Where it is not text, or says the same field twice: nobody would know which one counts.
    pub(super) fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let unreadable = || Unreadable::new("body", "a form in UTF-8, each field once");
        std::str::from_utf8(body).map_err(|_| unreadable())?;
        let fields: Vec<_> = form_urlencoded::parse(body).into_owned().collect();
        let once = fields.iter().enumerate().all(|(index, (name, _))| fields[..index].iter().all(|(before, _)| before != name));
        if once { Ok(Self(fields)) } else { Err(unreadable()) }
    }

    /// What a field says.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether it tells of a test.
    pub(super) fn is_test(&self) -> bool {
        self.text("test_mode").is_some_and(|value| !matches!(value, "" | "0"))
    }

    /// An amount in its currency: złoty, where none is named.
    pub(super) fn money(&self, field: &'static str) -> Result<(i64, Currency), Unreadable> {
        let code = self.text("tr_currency").filter(|code| !code.is_empty());
        let currency = code.map_or(Ok(Currency::PLN), |code| {
            Currency::parse(&code.to_ascii_uppercase()).map_err(|_| Unreadable::new("tr_currency", "an ISO 4217 code"))
        })?;
        let text = self.text(field).unwrap_or_default();
        let minor = currency.minor(text).ok().filter(|minor| *minor >= 0);
        Ok((minor.ok_or_else(|| Unreadable::new(field, "a decimal such as 123.45"))?, currency))
    }

    /// Whether it is meant for whoever has this security code.
    pub(super) fn is_for(&self, security_code: &str) -> bool {
        let Ok((minor, currency)) = self.money("tr_amount") else { return false };
        let (id, title, crc) = (self.text("id"), self.text("tr_id"), self.text("tr_crc"));
        let (Some(id), Some(title), Some(crc), Some(given)) = (id, title, crc, self.text("md5sum")) else { return false };
        let text = format!("{id}{title}{}{crc}{security_code}", currency.decimal(minor));
        let sum: String = Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        sum.as_bytes().ct_eq(given.as_bytes()).into()
    }
}
