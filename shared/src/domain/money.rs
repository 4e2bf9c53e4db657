//! Money: integer minor units with their currency. No float comes near it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Why a piece of text is not money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an ISO 4217 code.
    #[error("currency must be an ISO 4217 code in capitals, such as PLN")]
    Currency,
    /// Not a decimal number.
    #[error("amount must be a decimal number with a point, such as 1234.50")]
    Form,
    /// More decimals than the currency has.
    #[error("amount has more decimals than {currency} allows ({digits})")]
    Decimals {
        /// The currency.
        currency: Currency,
        /// How many decimals it has.
        digits: u8,
    },
    /// Beyond what 64 bits hold.
    #[error("amount is too large")]
    TooLarge,
}

impl Currency {
    /// The złoty.
    pub const PLN: Currency = Currency(*b"PLN");
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// Parses an ISO 4217 code; case does not matter.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        let upper = code.to_ascii_uppercase();
        iso_currency::Currency::from_code(&upper).ok_or(MoneyError::Currency)?;
        let bytes: [u8; 3] = upper.as_bytes().try_into().map_err(|_| MoneyError::Currency)?;
        Ok(Self(bytes))
    }

    /// The code, three capitals.
    pub fn code(&self) -> &str {
        // Made from ASCII capitals only.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals the currency has: 2 for PLN, 0 for JPY, 3 for KWD.
    pub fn digits(&self) -> u8 {
        iso_currency::Currency::from_code(self.code())
            .and_then(|currency| currency.exponent())
            .and_then(|digits| u8::try_from(digits).ok())
            .unwrap_or(2)
    }

    /// Reads a decimal string in major units (`"1234.50"`) as minor units.
    ///
    /// Trailing zeros beyond the currency's decimals are fine (`"100.00"` JPY); other digits there
    /// are not. A sign is allowed: whether it may be negative is the caller's rule.
    pub fn minor(&self, decimal: &str) -> Result<i64, MoneyError> {
        let (negative, body) = match decimal.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, decimal),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || body.ends_with('.') {
            return Err(MoneyError::Form);
        }
        let digits = usize::from(self.digits());
        let (kept, beyond) = fraction.split_at(fraction.len().min(digits));
        if beyond.bytes().any(|b| b != b'0') {
            return Err(MoneyError::Decimals { currency: *self, digits: self.digits() });
        }
        let joined = format!("{whole}{kept:0<digits$}");
        let minor: i64 = joined.parse().map_err(|_| MoneyError::TooLarge)?;
        Ok(if negative { -minor } else { minor })
    }

    /// Writes minor units as a decimal string in major units: `123450` PLN is `1234.50`.
    pub fn decimal(&self, minor: i64) -> String {
        let digits = usize::from(self.digits());
        let sign = if minor < 0 { "-" } else { "" };
        let text = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = text.split_at(text.len() - digits);
        if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_follow_the_currency() {
        let jpy = Currency::parse("JPY").unwrap();
        assert_eq!(jpy.minor("12300"), Ok(12300));
        assert_eq!(jpy.minor("100.00"), Ok(100));
        assert!(matches!(jpy.minor("100.50"), Err(MoneyError::Decimals { .. })));
        assert_eq!(Currency::PLN.minor("398"), Ok(39800));
        assert_eq!(Currency::PLN.minor("-0.05"), Ok(-5));
        assert_eq!(Currency::PLN.decimal(-5), "-0.05");
    }

    #[test]
    fn what_is_no_number_or_too_large_is_refused() {
        for bad in ["", "-", "1.", ".5", "1,50", "1e3", "NaN", "1.2.3", " 1"] {
            assert_eq!(Currency::PLN.minor(bad), Err(MoneyError::Form), "{bad}");
        }
        assert_eq!(Currency::PLN.minor("92233720368547758.08"), Err(MoneyError::TooLarge));
        assert_eq!(Currency::parse("ZZZ"), Err(MoneyError::Currency));
    }

    proptest! {
        #[test]
        fn writing_and_reading_give_the_same(minor in -9_000_000_000_000_000_000i64..9_000_000_000_000_000_000, code in prop::sample::select(vec!["PLN", "EUR", "JPY", "KWD"])) {
            let currency = Currency::parse(code).unwrap();
            prop_assert_eq!(currency.minor(&currency.decimal(minor)), Ok(minor));
        }
    }
}
